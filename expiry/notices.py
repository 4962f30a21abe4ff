"""What this feature tells the people at a place: what somebody is to look at, what waits for a witness, what is recalled."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from expiry.pages.recall_words import DRILL
from expiry.pages.words import KINDS as ALERTS
from inventory.pages.frame import product_name
from supply.auth.rules import Role
from supply.notices.rules import Facts, NoticeKind, Urgency
from supply.pages import moment_text

RECORDS = frozenset({Role.DEPOT, Role.MUNICIPALITY})


def _alerts(facts: Facts) -> str:
    return str(ngettext("%(num)s new alert: %(kind)s.", "%(num)s new alerts: %(kind)s.", facts["alerts"], kind=str(ALERTS[facts["kind"]]).lower()))


def _stock_out(facts: Facts) -> str:
    return str(gettext("None left that may be used: %(products)s.", products=", ".join(product_name(code) for code in facts["products"])))


def _alerts_page(facts: Facts) -> str:
    return f"/places/{facts['at']}/alerts?kind={facts['kind']}"


def _witness_needed(facts: Facts) -> str:
    return str(gettext("Disposal %(number)s waits for a witness.", number=facts["number"]))


def _run(facts: Facts) -> str:
    return f"/places/{facts['place']}/disposal-runs/{facts['number']}"


def _recall(facts: Facts) -> str:
    said = _facts(facts)
    if facts.get("units"):
        return _drill(facts) + str(
            gettext("%(product)s, lot %(lots)s, is recalled (%(number)s, class %(level)s). The book says %(units)s lie with you: take them off the shelf and answer by %(by)s.", **said)
        )
    if facts.get("in_transit"):
        return _drill(facts) + str(
            gettext(
                "%(product)s, lot %(lots)s, is recalled (%(number)s, class %(level)s). %(coming)s units are on their way to you: set them aside when they arrive, look on every shelf and answer by %(by)s.",
                **said,
            )
        )
    return _drill(facts) + str(gettext("%(product)s, lot %(lots)s, is recalled (%(number)s, class %(level)s). You have had it: look on every shelf and answer by %(by)s.", **said))


def _reminder(facts: Facts) -> str:
    return _drill(facts) + str(gettext("You have not answered recall %(number)s (class %(level)s) of %(product)s, lot %(lots)s. It was due %(by)s.", **_facts(facts)))


def _raised(facts: Facts) -> str:
    said = _drill(facts) + str(gettext("Recall %(number)s of %(product)s, lot %(lots)s, is graver than was said: it is now of class %(level)s.", **_facts(facts)))
    now = gettext("Answer by %(by)s.", **_facts(facts)) if facts.get("due_at") else gettext("You have answered; see that nobody can take what you keep apart.")
    return f"{said} {now}"


def _lifted(facts: Facts) -> str:
    return str(gettext("The recall %(number)s of %(product)s, lot %(lots)s, is lifted. What has not expired may be used again.", **_facts(facts)))


def _facts(facts: Facts) -> dict[str, Any]:
    by = moment_text(datetime.fromisoformat(facts["due_at"])) if facts.get("due_at") else ""
    return {
        "number": facts["number"],
        "level": facts["class"],
        "product": product_name(facts["product"]),
        "lots": ", ".join(facts["lots"]),
        "units": facts.get("units", 0),
        "coming": facts.get("in_transit", 0),
        "by": by,
    }


def _drill(facts: Facts) -> str:
    return f"{DRILL}: " if facts.get("drill") else ""


def _link(facts: Facts) -> str | None:
    return f"/places/{facts['place']}/recalls/{facts['number']}/answer"


def _head(facts: Facts) -> str | None:
    return f"/recalls/{facts['number']}"


def _how_urgent(facts: Facts) -> Urgency:
    """A recall of class 1 goes out at any hour; a drill of one does not."""
    return Urgency.CRITICAL if facts["class"] == 1 and not facts.get("drill") else Urgency.URGENT


def _kind(code: str, urgency: Urgency | Callable[[Facts], Urgency], tell: Callable[[Facts], str], link: Callable[[Facts], str | None], label: LazyString) -> NoticeKind:
    return NoticeKind(code=code, urgency=urgency, permission="record stock", tell=tell, link=link, label=label, roles=lambda _facts: RECORDS)


KINDS = (
    _kind("alerts", Urgency.ROUTINE, _alerts, _alerts_page, _l("New alerts")),
    _kind("stock-out", Urgency.URGENT, _stock_out, _alerts_page, _l("Stock that has run out")),
    _kind("witness-needed", Urgency.ROUTINE, _witness_needed, _run, _l("Disposals that wait for a witness")),
    _kind("recall", _how_urgent, _recall, _link, _l("Recalls")),
    _kind("recall-reminder", _how_urgent, _reminder, _link, _l("Reminders of recalls")),
    _kind("recall-raised", _how_urgent, _raised, lambda facts: _link(facts) if facts.get("due_at") else _head(facts), _l("Recalls that are graver than was said")),
    _kind("recall-lifted", Urgency.URGENT, _lifted, _head, _l("Recalls that were lifted")),
)
