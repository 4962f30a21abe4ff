"""Write a letter: the same sentences as text and as HTML, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from supply import clock
from supply.notices import telling
from supply.notices.queries import Kinds, NoticeRead
from supply.notices.rules import Urgency
from supply.pages import day_text, moment_text
from supply.settings import Settings

LINES_MAX = 100
"""So many notices a letter tells; of more it says how many more there are."""
_FIRST = (Urgency.CRITICAL, Urgency.URGENT, Urgency.ROUTINE)


@dataclass(frozen=True, kw_only=True)
class House:
    """What letters are written with: the kinds of notices there are, and the settings."""

    kinds: Kinds
    settings: Settings

    def url(self, path: str) -> str:
        """Give the address of a page."""
        return self.settings.base_url.rstrip("/") + path


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notice in a letter."""

    sentence: str
    moment: str
    url: str | None
    mark: str
    """A word before what is critical."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a letter says, in the reader's language."""

    language: str
    subject: str
    heading: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    more: str
    inbox: str
    inbox_url: str
    why: str
    choices: str
    choices_url: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter as it is kept."""

    subject: str
    text: str
    html: str


def write(notices: Sequence[NoticeRead], *, kind: str, language: str, made_at: datetime, house: House) -> Written:
    """Write a letter of some notices; refuses to write of none."""
    with force_locale(language):
        content = _content(notices, kind, language, made_at, house)
        html = current_app.jinja_env.get_template("notices/letter.html").render(content=content)
    return Written(subject=content.subject, text=_as_text(content), html=html)


def _content(notices: Sequence[NoticeRead], kind: str, language: str, made_at: datetime, house: House) -> Content:
    shown = sorted(sorted(notices, key=lambda one: (_FIRST.index(one.urgency), one.id))[:LINES_MAX], key=lambda one: (one.place.name, one.place.code, _FIRST.index(one.urgency), one.id))
    groups = tuple((name, tuple(_line(one, house) for one in theirs)) for (name, _), theirs in groupby(shown, key=lambda one: (one.place.name, one.place.code)))
    more = len(notices) - len(shown)
    heading = _heading(len(notices), kind, made_at)
    return Content(
        language=language,
        subject=_subject(heading, groups, len(notices), kind)[:200],
        heading=heading,
        groups=groups,
        more=ngettext("%(num)s more is in your inbox.", "%(num)s more are in your inbox.", more) if more else "",
        inbox=gettext("Open the inbox"),
        inbox_url=house.url("/notices"),
        why=_why(kind),
        choices=gettext("Choose what you are told, and when"),
        choices_url=house.url("/me/notices"),
    )


def _heading(many: int, kind: str, made_at: datetime) -> str:
    if kind == "digest":
        counted = ngettext("%(num)s notice", "%(num)s notices", many)
        return str(gettext("%(counted)s, %(day)s", counted=counted, day=day_text(clock.day_of(made_at), "long")))
    if kind == "critical":
        return str(ngettext("Critical: %(num)s notice from Forsyn", "Critical: %(num)s notices from Forsyn", many))
    return str(ngettext("Urgent: %(num)s notice from Forsyn", "Urgent: %(num)s notices from Forsyn", many))


def _subject(heading: str, groups: tuple[tuple[str, tuple[Line, ...]], ...], many: int, kind: str) -> str:
    """Say in the subject what a letter of one urgent notice says; of others what their heading is."""
    if kind == "digest":
        return f"Forsyn: {heading}"
    if many > 1:
        return heading
    (name, (line,)), *_ = groups
    said = gettext("Critical: %(sentence)s", sentence=line.sentence) if kind == "critical" else gettext("Urgent: %(sentence)s", sentence=line.sentence)
    return f"{said} ({name})"


def _why(kind: str) -> str:
    if kind == "digest":
        return str(gettext("You get this once a day because your account in Forsyn reaches these places."))
    if kind == "critical":
        return str(gettext("You get this at once, at any hour, because it is critical and your account in Forsyn reaches these places."))
    return str(gettext("You get this at once because it is urgent and your account in Forsyn reaches these places."))


def _line(one: NoticeRead, house: House) -> Line:
    link = telling.link_of(house.kinds, one.kind, one.facts, at=one.place.code)
    return Line(
        sentence=telling.sentence_of(house.kinds, one.kind, one.facts, at=one.place.code),
        moment=moment_text(one.made_at),
        url=house.url(link) if link else None,
        mark=str(gettext("Critical")) if one.urgency is Urgency.CRITICAL else "",
    )


def _as_text(content: Content) -> str:
    parts = [content.heading]
    for name, lines in content.groups:
        parts.append("\n".join([name, "-" * len(name), *(f"* {line.mark + ': ' if line.mark else ''}{line.sentence} ({line.moment})" + (f"\n  {line.url}" if line.url else "") for line in lines)]))
    parts += [content.more] if content.more else []
    parts += [f"{content.inbox}: {content.inbox_url}", f"{content.why}\n{content.choices}: {content.choices_url}"]
    return "\n\n".join(parts) + "\n"
