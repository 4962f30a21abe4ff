"""The words of recalls as people read them, on pages, on paper and in notices."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from expiry.pages.frame import pages
from inventory.pages.frame import product_name
from supply.notices.rules import NoticeKind, Urgency
from supply.pages import moment_text

CLASSES: Mapping[int, LazyString] = {
    1: _l("Class 1: may cost lives or seriously harm health"),
    2: _l("Class 2: may cause illness or wrong treatment"),
    3: _l("Class 3: most likely harms nobody"),
}
STATES: Mapping[str, LazyString] = {"open": _l("Going on"), "closed": _l("Closed"), "lifted": _l("Lifted")}
ANSWERS: Mapping[str, LazyString] = {"waiting": _l("No answer yet"), "partly": _l("Answered in part"), "answered": _l("Answered")}
COLOURS = {"open": "danger", "closed": "neutral", "lifted": "success", "waiting": "danger", "partly": "warning", "answered": "success"}
DRILL = _l("DRILL")
NOTHING_FROZEN = _l("This is a drill. Nothing is frozen and nothing is entered; answer as if it were real.")


@pages.app_template_filter()
def recall_class(level: int) -> str:
    """Give what a class of recalls means."""
    return str(CLASSES[level])


@pages.app_template_filter()
def recall_word(code: str) -> str:
    """Give a state of a recall, or of a place's answer, as people read it."""
    return str({**STATES, **ANSWERS}[code])


@pages.app_template_global()
def recall_colour(code: str) -> str:
    """Give the colour of a state's tag."""
    return COLOURS[code]


@pages.app_template_filter()
def took(minutes: int) -> str:
    """Say how long something took: minutes, hours or days."""
    if minutes < 120:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if minutes < 48 * 60:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60)))


def _recall(facts: Mapping[str, Any]) -> str:
    said = _facts(facts)
    if facts.get("units"):
        return _drill(facts) + str(
            gettext("%(product)s, lot %(lots)s, is recalled (%(number)s, class %(level)s). The book says %(units)s lie with you: take them off the shelf and answer by %(by)s.", **said)
        )
    return _drill(facts) + str(gettext("%(product)s, lot %(lots)s, is recalled (%(number)s, class %(level)s). You have had it: look on every shelf and answer by %(by)s.", **said))


def _reminder(facts: Mapping[str, Any]) -> str:
    return _drill(facts) + str(gettext("You have not answered recall %(number)s (class %(level)s) of %(product)s, lot %(lots)s. It was due %(by)s.", **_facts(facts)))


def _lifted(facts: Mapping[str, Any]) -> str:
    return str(gettext("The recall %(number)s of %(product)s, lot %(lots)s, is lifted. What has not expired may be used again.", **_facts(facts)))


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    by = moment_text(datetime.fromisoformat(facts["due_at"])) if facts.get("due_at") else ""
    return {
        "number": facts["number"],
        "level": facts["class"],
        "product": product_name(facts["product"]),
        "lots": ", ".join(facts["lots"]),
        "units": facts.get("units", 0),
        "by": by,
    }


def _drill(facts: Mapping[str, Any]) -> str:
    return f"{DRILL}: " if facts.get("drill") else ""


def _link(facts: Mapping[str, Any]) -> str | None:
    return f"/places/{facts['place']}/recalls/{facts['number']}/answer"


def _head(facts: Mapping[str, Any]) -> str | None:
    return f"/recalls/{facts['number']}"


def _kind(code: str, urgency: Urgency, tell: Callable[[Mapping[str, Any]], str], link: Callable[[Mapping[str, Any]], str | None]) -> NoticeKind:
    return NoticeKind(code=code, urgency=urgency, permission="record stock", tell=tell, link=link)


NOTICES = (
    _kind("recall-1", Urgency.CRITICAL, _recall, _link),
    _kind("recall", Urgency.URGENT, _recall, _link),
    _kind("recall-reminder-1", Urgency.CRITICAL, _reminder, _link),
    _kind("recall-reminder", Urgency.URGENT, _reminder, _link),
    _kind("recall-lifted-1", Urgency.URGENT, _lifted, _head),
    _kind("recall-lifted", Urgency.URGENT, _lifted, _head),
)
"""Notices of recalls; those of class 1 go out at any hour, drills never do."""
