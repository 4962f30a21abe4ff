"""The inbox, what people choose about notices, and for administrators the addresses that refuse mail."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import marshmallow as ma
from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from supply import clock
from supply.asking import current_person, find_person
from supply.auth import service as auth
from supply.auth.rules import PERMISSIONS
from supply.db import in_one_transaction, reading
from supply.forms import Form
from supply.notices import queries, telling
from supply.notices.api import kinds
from supply.notices.queries import NoticeRead, NoticesWanted
from supply.notices.rules import Choices, NoticeKind, Urgency
from supply.notices.schemas import ChoicesIn
from supply.notices.service import inbox, sending
from supply.pages import LANGUAGES, same_site
from supply.schemas import messages_of
from supply.web import may

pages = Blueprint("inbox", __name__)
_SWITCHES = ("digest", "urgent", "everything")


@pages.get("/notices")
@may("see own account")
def notices() -> str:
    """Show the reader's inbox, by day, the newest first."""
    wanted = NoticesWanted(unread=request.args.get("show") == "unread", after=request.args.get("after"))
    found, after = queries.inbox(reading(), wanted, by=current_person(), kinds=kinds(), now=clock.now())
    days = [(day, list(theirs)) for day, theirs in groupby(found, key=lambda one: clock.day_of(one.made_at))]
    return render_template("notices/inbox.html", days=days, after=after, wanted=wanted, now=clock.now().isoformat())


@pages.post("/notices/<int:number>/read")
@may("see own account")
def read(number: int) -> Response:
    """Mark a notice as read; pressed twice it stays so."""
    in_one_transaction(lambda session: inbox.read_one(session, number, by=current_person(), kinds=kinds(), now=clock.now()))
    return redirect(same_site(request.form.get("next") or url_for("inbox.notices")), 303)


@pages.post("/notices/read")
@may("see own account")
def read_all() -> Response:
    """Mark as read all that was in the inbox when the page was shown."""
    until, shown = _instant(request.form.get("until", "")), [int(number) for number in request.form.get("shown", "").split() if number.isascii() and number.isdigit() and len(number) < 10]
    in_one_transaction(lambda session: inbox.read_all(session, by=current_person(), until=until, shown=shown, now=clock.now()))
    return redirect(url_for("inbox.notices"), 303)


@pages.get("/me/notices")
@may("see own account")
def choices() -> str:
    """Show what the reader is told by mail, and when."""
    person = current_person()
    chosen = queries.choices_of(reading(), person.account_id)
    values = {name: "true" for name in _SWITCHES if getattr(chosen, name)} | {f"kind-{kind.code}": "true" for kind in _own_kinds() if kind.code not in chosen.left_out}
    values |= {"quiet_from": f"{chosen.quiet_from:%H:%M}", "quiet_to": f"{chosen.quiet_to:%H:%M}", "language": person.language}
    return _choices_page(Form(values=values))


@pages.post("/me/notices")
@may("see own account")
def choose() -> Response:
    """Keep what the reader chose."""
    values = request.form.to_dict()
    try:
        asked: dict[str, Any] = ChoicesIn().load({name: values[name] == "true" if name in _SWITCHES else values[name] for name in ChoicesIn().fields if name in values})
    except ma.ValidationError as error:
        return make_response(_choices_page(Form(values=values).refused(messages_of(error))), 422)
    person, own = current_person(), _own_kinds()
    left_out = frozenset(kind.code for kind in own if f"kind-{kind.code}" not in values)
    chosen = Choices(**{name: value for name, value in asked.items() if name != "language"}, left_out=left_out)

    def work(session: Session) -> None:
        inbox.choose(session, person.account_id, chosen)
        auth.set_language(session, person.account_id, asked["language"])

    in_one_transaction(work)
    return redirect(url_for("inbox.choices", saved="yes"), 303)


@pages.get("/addresses")
@may("see to mail")
def addresses() -> str:
    """Show how the mail fares: what waits, which addresses refuse it, what was given up."""
    session = reading()
    return render_template(
        "notices/addresses.html",
        state=queries.post_state(session, now=clock.now()),
        host=current_app.extensions["settings"].smtp_host,
        refusing=queries.refusing(session),
        unwritable=queries.unwritable(session),
        given_up=queries.given_up(session),
    )


@pages.post("/addresses/clear")
@may("see to mail")
def clear() -> Response:
    """Let mail be sent to an address again."""
    address = request.form.get("address", "").replace("\x00", "")[:254]

    def work(session: Session) -> None:
        sending.clear(session, address)
        auth.log(session, account_id=current_person().account_id, act="clear address", outcome="done", now=clock.now(), subject=address)

    in_one_transaction(work)
    return redirect(url_for("inbox.addresses"), 303)


@pages.post("/addresses/letters/<int(max=2147483647):number>")
@may("see to mail")
def try_again(number: int) -> Response:
    """Let a letter that was given up wait again."""
    in_one_transaction(lambda session: sending.try_again(session, number, now=clock.now()))
    return redirect(url_for("inbox.addresses"), 303)


@pages.app_template_global()
def unread_notices() -> str:
    """Give how many notices the reader has not read, for the head of every page; nothing where there are none."""
    person = find_person()
    many = queries.unread_count(reading(), by=person, kinds=kinds(), now=clock.now()) if person is not None else 0
    return f"{queries.UNREAD_MAX - 1}+" if many >= queries.UNREAD_MAX else str(many or "")


@pages.app_template_global()
def notice_sentence(one: NoticeRead) -> str:
    """Say a notice in the reader's language."""
    return telling.sentence_of(kinds(), one.kind, one.facts, at=one.place.code)


@pages.app_template_global()
def notice_link(one: NoticeRead) -> str | None:
    """Give where a notice leads."""
    return telling.link_of(kinds(), one.kind, one.facts, at=one.place.code)


@pages.app_template_filter()
def relative_day(day: date) -> str:
    """Say of a day that it is today or yesterday; nothing of others."""
    today = clock.today()
    return str(gettext("Today")) if day == today else str(gettext("Yesterday")) if day == today - timedelta(days=1) else ""


def _own_kinds() -> list[NoticeKind]:
    """Give the kinds of notices that can reach the reader, the critical ones apart: nobody chooses about those."""
    roles = {grant.role for grant in current_person().grants}
    return [kind for kind in kinds().values() if kind.urgency is not Urgency.CRITICAL and roles & PERMISSIONS.get(kind.permission, frozenset())]


def _choices_page(form: Form) -> str:
    person, settings = current_person(), current_app.extensions["settings"]
    reader = queries.find_reader(reading(), person.account_id, now=clock.now())
    own: Mapping[str, object] = {f"kind-{kind.code}": kind.label or kind.code for kind in _own_kinds()}
    far, near = any(grant.everywhere for grant in person.grants), any(not grant.everywhere for grant in person.grants)
    return render_template("notices/choices.html", form=form, reader=reader, own=own, far=far, near=near, mail_is_sent=bool(settings.smtp_host), languages_of_letters=LANGUAGES)


_BEGINNING = datetime(2014, 1, 1, tzinfo=UTC)
"""Before there was anything to tell."""


def _instant(text: str) -> datetime:
    """Read the moment a page was shown; of what is none, the beginning of time: then nothing is marked."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _BEGINNING
    return max(found if found.tzinfo is not None else found.replace(tzinfo=clock.OSLO), _BEGINNING)
