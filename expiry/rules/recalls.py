"""What a recall asks and is answered: when a place has answered, when it is reminded, how long it took. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.rules.lots import NamedLot

CLASSES = (1, 2, 3)
"""How grave a recall is: 1 may cost lives or health, 2 may harm, 3 most likely harms nobody. EMA, Compilation of Union Procedures on Inspections and Exchange of Information, on recalls."""
LOTS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class NewRecall:
    """A notice that lots of a product, said by its code or its GTIN, are to be taken back; or a drill, which freezes nothing. Hours to answer: those of the house where left out."""

    level: int
    lots: tuple[NamedLot, ...]
    document: str
    authority: str
    reason: str
    product: str | None = None
    gtin: str | None = None
    drill: bool = False
    answer_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """What a place found of a lot (of the recalled product, or of kits with it), and how many of these it destroyed and returned to the supplier."""

    lot: str
    found: int
    destroyed: int = 0
    returned: int = 0
    product: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a place answers. `seen` is the journal number whoever counted last saw; `kept_apart` says that what is left is set aside until it is fetched."""

    place: str
    lines: tuple[AnswerLine, ...]
    kept_apart: bool = False
    note: str | None = None
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why a recall is closed or lifted."""

    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Raising:
    """That a recall is of a graver class than was said: who says so, in which document, and why. Hours to answer: those of the house for the class where left out; never more than before."""

    level: int
    document: str
    authority: str
    reason: str
    answer_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecallsWanted:
    """Which recalls."""

    state: str | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was answered last of a lot: how many were left of those found, whether they are kept apart, and how many units had ever been put there by then (None: nobody wrote it down)."""

    left: int
    kept_apart: bool
    ever_put: int | None = None


@dataclass(frozen=True, kw_only=True)
class There:
    """What the book says of a lot at a place: how many lie there, and how many were ever put there."""

    on_hand: int = 0
    ever_put: int = 0


Lot = tuple[str, str]
"""Product and number."""


def last_given(answers: Iterable[tuple[bool, Sequence[Mapping[str, object]]]]) -> dict[Lot, Given]:
    """Give what was answered last of each lot; `answers` are in order: whether all is kept apart, and the lines."""
    given: dict[Lot, Given] = {}
    for kept_apart, lines in answers:
        for line in lines:
            found, destroyed, returned = (int(str(line[name])) for name in ("found", "destroyed", "returned"))
            given[str(line["product"]), str(line["lot"])] = Given(
                left=found - destroyed - returned, kept_apart=kept_apart, ever_put=int(str(put)) if (put := line.get("ever_put")) is not None else None
            )
    return given


def state_of(asked: Collection[Lot], given: Mapping[Lot, Given], there: Mapping[Lot, There], *, drill: bool) -> str:
    """Say how far a place has answered: `waiting`, `partly`, or `answered`, when of every lot asked nothing lies there any more but what it keeps apart.

    What lies there is what the book says; in a drill, which posts nothing, what the answer left. Units that come later ask anew, also where as many had gone meanwhile: what is kept apart is what lay there then.
    """
    if not given:
        return "waiting"
    return "answered" if all(_is_answered(given.get(lot), there.get(lot, There()), drill=drill) for lot in asked) else "partly"


def _is_answered(given: Given | None, there: There, *, drill: bool) -> bool:
    if given is None:
        return False
    left = given.left if drill else there.on_hand
    is_what_lay_there = drill or given.ever_put in {None, there.ever_put}
    return left == 0 or (given.kept_apart and left <= given.left and is_what_lay_there)


def due_times(due_at: datetime, hours: int, *, now: datetime) -> int:
    """Give how many times it has been due: first at `due_at`, and again after as many hours each. A clock that was put back takes none away from who counts the highest."""
    return 0 if now < due_at else (now - due_at) // timedelta(hours=hours) + 1


def minutes_between(start: datetime, end: datetime | None) -> int | None:
    """Give the whole minutes from one instant to another, never below zero; None where it has not come."""
    return None if end is None else max(0, (end - start) // timedelta(minutes=1))
