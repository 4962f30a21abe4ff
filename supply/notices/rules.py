"""What kinds of notices there are, whom they reach, and when mail may come. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from supply.auth.rules import EVERYONE, PERMISSIONS, Grant, Person, PlaceLike, Role
from supply.clock import OSLO

Facts = Mapping[str, Any]
"""What is known of what happened; `at` is the code of the place that is told."""

UNREAD = timedelta(days=90)
"""How long a notice counts as unread."""
KEPT = timedelta(days=400)
"""How long inboxes and letters are kept; the notices themselves stay."""
GIVES_UP = timedelta(days=5)
TRIES_MIN = 8
"""A letter is given up when it is so old and was tried so often; five days is what mail servers themselves wait (RFC 5321, 4.5.4.1)."""
LEASE = timedelta(minutes=15)
"""How long a letter that somebody has taken up is theirs: longer than a talk with a mail server lasts."""
STALE = timedelta(days=30)
"""A letter that nobody could send for so long is not sent any more."""


class Urgency(StrEnum):
    """When a notice goes out by mail."""

    ROUTINE = "routine"
    """In the day's digest."""
    URGENT = "urgent"
    """At once, but not in a person's quiet hours."""
    CRITICAL = "critical"
    """At once, at any hour: somebody may die of what is not known."""


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice: how urgent it is, which permission at its place those have who are told, the sentence, and where it leads."""

    code: str
    urgency: Urgency | Callable[[Facts], Urgency]
    """How urgent: always the same, or as the facts say."""
    permission: str
    tell: Callable[[Facts], str]
    """Write the notice's facts as a sentence in the language in force."""
    link: Callable[[Facts], str | None] = lambda _facts: None
    """Give the path of the page where it can be acted on."""
    label: object = ""
    """What such notices are called where people choose among them; lazily translated."""
    roles: Callable[[Facts], frozenset[Role]] = lambda _facts: EVERYONE
    """Which of the roles with the permission are told."""

    def urgency_of(self, facts: Facts) -> Urgency:
        """Say how urgent a notice with these facts is."""
        return self.urgency if isinstance(self.urgency, Urgency) else self.urgency(facts)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person chose about notices; what stands here is what holds for those who chose nothing."""

    digest: bool = True
    urgent: bool = True
    everything: bool = False
    """Whether somebody whose role holds in the whole country is told more than what is critical."""
    quiet_from: time = time(21)
    quiet_to: time = time(7)
    """By the clocks of Oslo; the same time twice: there are no quiet hours."""
    left_out: frozenset[str] = frozenset()
    """Kinds that the digest leaves out."""


def unknown_kind(code: str, tell: Callable[[Facts], str]) -> NoticeKind:
    """Give the kind of a notice that no feature knows: routine, for those who record at the place."""
    return NoticeKind(code=code, urgency=Urgency.ROUTINE, permission="record stock", tell=tell)


def reaches(grant: Grant, place: PlaceLike, permission: str) -> bool:
    """Whether a grant carries a permission to a place as one's own; an approver's own is their area."""
    if grant.role not in PERMISSIONS.get(permission, frozenset()):
        return False
    return grant.sees(place) if grant.role is Role.APPROVER else grant.records_at(place)


def may_read(person: Person, place: PlaceLike, permission: str) -> bool:
    """Whether notices of a kind about a place are a person's to read."""
    return person.sees(place) and any(reaches(grant, place, permission) for grant in person.grants)


def is_told(person: Person, place: PlaceLike, kind: NoticeKind, facts: Facts, *, everything: bool) -> bool:
    """Whether a person is told a notice about a place: it reaches them through a grant of their own.

    A role in the whole country tells its holder what is critical, and the rest where they chose `everything`: else they would drown.
    """
    far = everything or kind.urgency_of(facts) is Urgency.CRITICAL
    roles = kind.roles(facts)
    return person.sees(place) and any(reaches(grant, place, kind.permission) and grant.role in roles and (far or not grant.everywhere) for grant in person.grants)


def is_quiet(choices: Choices, now: datetime) -> bool:
    """Whether it is a person's quiet hours, by what the clocks of Oslo show."""
    shown, begins, ends = now.astimezone(OSLO).time(), choices.quiet_from, choices.quiet_to
    return begins <= shown < ends if begins <= ends else shown >= begins or shown < ends


def quiet_until(choices: Choices, now: datetime) -> datetime:
    """Give the first full minute from now that is not in the quiet hours. Asked minute by minute: that is right on the nights when the clocks are changed too."""
    minute = now.astimezone(UTC)
    while is_quiet(choices, minute):
        minute = minute.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return minute


def goes_now(urgency: Urgency, choices: Choices, now: datetime) -> bool:
    """Whether a notice is to be mailed by itself now: what is critical always, what is urgent if the person wants it so and it is not quiet."""
    return urgency is Urgency.CRITICAL or (urgency is Urgency.URGENT and choices.urgent and not is_quiet(choices, now))


def waits_for_digest(urgency: Urgency, choices: Choices) -> bool:
    """Whether a notice is told in the day's digest: what is routine, and what is urgent for those who do not want it at once."""
    return urgency is Urgency.ROUTINE or (urgency is Urgency.URGENT and not choices.urgent)


def next_try_at(tries: int, now: datetime) -> datetime:
    """Say when a letter that could not be sent is tried again: after 1, 2, 4 … minutes, two hours at most."""
    return now + min(timedelta(minutes=2 ** min(tries - 1, 7)), timedelta(hours=2))


def gives_up(made_at: datetime, tries: int, now: datetime) -> bool:
    """Whether a letter that could not be sent is given up."""
    return now - made_at >= GIVES_UP and tries >= TRIES_MIN
