"""What the indicators of an area are reckoned from. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from supply.coverage.rules.figures import Denominator, Note, Numerator, WhyNot
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import NALOXONE, Origin, State, Sums
from supply.coverage.rules.windows import Window

EQUIPMENT = "equipment"
PROGRAMMES = (EQUIPMENT, NALOXONE)


@dataclass(frozen=True, kw_only=True)
class PublishedTotal:
    """A total published before the ledger, in its own unit and scope."""

    area: str
    starts_on: date
    ends_on: date
    group: str
    units: int
    unit_as_reported: str
    scope: str | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """A municipality of an area: how many inject there, as estimated or by a model and as known, and what is handed out there."""

    number: str
    name: str
    people: Denominator | None
    known: float | None = None
    known_year: int | None = None
    known_in_part: bool = False
    """Whether the number known is that of a municipality which is now a part of this one."""
    persons: float | None = None
    gives: frozenset[str] = frozenset()
    """The programmes of which something was handed out in the window, or of which it is a member."""
    places: int = 0
    in_network: bool = False

    @property
    def middle(self) -> float | None:
        """Give how many are estimated to inject there."""
        return self.people.interval.middle if self.people else None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """An area in a window."""

    area: str
    window: Window
    sums: Sums
    people: Denominator | None = None
    deaths: Denominator | None = None
    persons: Denominator | None = None
    published: tuple[PublishedTotal, ...] = ()
    members: tuple[Member, ...] = ()
    pack_units: int | None = None
    """How many sprays all naloxone packs hold; None where they differ."""

    def fitting(self, group: str) -> list[PublishedTotal]:
        """Give what was published of a product group for just this window."""
        return [one for one in self.published if (one.group, one.starts_on, one.ends_on) == (group, self.window.starts_on, self.window.ends_on)]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """What is divided by what, to be made a figure of; `scale` is what the result is multiplied with, `yearly` whether the numerator is reckoned to a year.

    `made_of` names the counts of the ledger it is made of: where the public edition hides one of them, it hides the figure.
    """

    counted: str
    numerator: Numerator | None
    denominator: Denominator | None
    scale: float = 1
    yearly: bool = True
    why_not: WhyNot | None = None
    notes: tuple[Note, ...] = field(default=())
    made_of: tuple[str, ...] = ()


Formula = Callable[[Facts], Iterable[Ratio]]


def from_ledger(facts: Facts, group: str, units: float | None, what: str, **aside: float) -> Numerator:
    """Give a numerator of the ledger; its units are not known where nothing is reported."""
    sums = facts.sums
    state = sums.state(group)
    known = None if state is State.NOT else units
    aside = {name: number for name, number in aside.items() if name not in sums.hidden}
    return Numerator(units=known, what=what, origin=Origin.LEDGER, state=state, places=sums.places, months=sums.months, said=sums.said, active=sums.active, aside=aside)


def from_published(one: PublishedTotal, units: float, what: str) -> Numerator:
    """Give a numerator that was published."""
    return Numerator(units=units, what=what, origin=Origin.PUBLISHED, source=one.source, scope="; ".join(filter(None, (one.unit_as_reported, one.scope))))


def counted_as(number: float, what: str, source: str) -> Denominator:
    """Give a denominator that is counted and not estimated."""
    return Denominator(interval=Interval(point=number), what=what, source=source)
