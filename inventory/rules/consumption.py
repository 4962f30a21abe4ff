"""What a place uses of a product: the one definition. Pure.

Daily demand is what was handed out and what was asked for in vain, divided by the days on which the place had usable stock: nobody is handed anything from an empty shelf, and its empty days say
nothing of what is needed (USAID | DELIVER, The Logistics Handbook: average monthly consumption leaves out the time out of stock). One-off events that somebody marked are left out, their units and their
days. Days are kept as the bits of a whole number, the first day of a window the lowest: what lay where on which days is then a matter of `&` and `|`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from inventory.rules.lots import QUARANTINE, RECALL, LotEvent, expiry_on

DEFINITION = "daily-1"
"""The version of this definition; it is kept with every figure that was made by it."""
DAYS_A_MONTH = 30.4375
"""365.25 ÷ 12."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Some days one after the other, both ends counted."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """Give how many days there are."""
        return max(0, (self.until - self.since).days + 1)

    @property
    def all_days(self) -> int:
        """Give every day, as bits."""
        return (1 << self.days) - 1

    def bits(self, first: date, last: date) -> int:
        """Give the days from one to another, as far as they lie in the window."""
        begin, end = max(0, (first - self.since).days), min(self.days, (last - self.since).days + 1)
        return (1 << end) - (1 << begin) if end > begin else 0

    def bit(self, day: date) -> int:
        """Give a day; nothing where it lies outside."""
        return self.bits(day, day)

    def months(self) -> list["Window"]:
        """Give the calendar months it touches, each cut to what lies inside."""
        found, first = [], self.since
        while first <= self.until:
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            found.append(Window(since=first, until=min(self.until, following - timedelta(days=1))))
            first = following
        return found

    def weeks(self) -> list["Window"]:
        """Give whole weeks of seven days up to its end, the oldest first; days before the first of them are left over."""
        first = self.since + timedelta(days=self.days % 7)
        return [Window(since=first + timedelta(days=7 * nth), until=first + timedelta(days=7 * nth + 6)) for nth in range(self.days // 7)]


@dataclass(frozen=True, kw_only=True, slots=True)
class LotDays:
    """A lot at a place: how many lay there when the window ended, what came (+) and went (-) on which days, and on which days it could be used."""

    at_end: int
    changes: Mapping[date, int]
    usable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DemandDays:
    """What a place handed out of a product and could not give, day by day, and on which days it had usable stock."""

    window: Window
    handed_out: Mapping[date, int] = field(default_factory=dict)
    unmet: Mapping[date, int] = field(default_factory=dict)
    with_stock: int = 0
    left_out: int = 0
    """The days somebody marked to be left out."""

    def consumption(self, window: Window | None = None) -> "Consumption":
        """Sum up what lies in a window: its own, or one inside it."""
        window = window or self.window
        inside = self.window.bits(window.since, window.until)
        counted, left_out = inside & ~self.left_out, inside & self.left_out
        return Consumption(
            window=window,
            handed_out=self._units(self.handed_out, counted),
            unmet=self._units(self.unmet, counted),
            units_left_out=self._units(self.handed_out, left_out) + self._units(self.unmet, left_out),
            days_left_out=left_out.bit_count(),
            usable_days=(self.with_stock & counted) >> max(0, (window.since - self.window.since).days),
        )

    def counted(self) -> list[int]:
        """Give the demand of each day that counts, one after the other."""
        days = self.with_stock & ~self.left_out
        return [self.handed_out.get(day, 0) + self.unmet.get(day, 0) for nth in range(self.window.days) if days >> nth & 1 and (day := self.window.since + timedelta(days=nth))]

    def _units(self, by_day: Mapping[date, int], days: int) -> int:
        return sum(units for day, units in by_day.items() if self.window.bit(day) & days)


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumption:
    """What a place used of a product in a window: handed out, asked for in vain, what was left out of both, and (as bits) the days that count: with usable stock, and nothing left out."""

    window: Window
    handed_out: int = 0
    unmet: int = 0
    units_left_out: int = 0
    days_left_out: int = 0
    usable_days: int = 0

    @property
    def units(self) -> int:
        """Give what was demanded, in units; what corrections take back beyond it is none."""
        return max(0, self.handed_out + self.unmet)

    @property
    def days(self) -> int:
        """Give how many days count."""
        return self.usable_days.bit_count()

    @property
    def days_without(self) -> int:
        """Give on how many days the place had nothing usable."""
        return self.window.days - self.days_left_out - self.days

    @property
    def daily(self) -> float | None:
        """Give the daily demand, in units; None where no day counts."""
        return self.units / self.days if self.days else None

    def in_days(self, days: int) -> int | None:
        """Give the demand of so many days, in whole units rounded up: 20 used in 90 days of which 5 without stock are 22 in 90."""
        return -(-self.units * days // self.days) if self.days else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """What several places used together, each at its own pace: a depot's demand is that of the places it serves."""

    places: int = 0
    handed_out: int = 0
    unmet: int = 0
    units_left_out: int = 0
    days_left_out: int = 0
    days: int = 0
    days_without: int = 0
    """Days of all places: one place's day is one."""
    daily: float | None = None
    """None where no day of any of them counts."""


def together(each: Iterable[Consumption]) -> Together:
    """Add up what places used."""
    found = list(each)
    paces = [one.daily for one in found if one.daily is not None]
    return Together(
        places=len(found),
        handed_out=sum(one.handed_out for one in found),
        unmet=sum(one.unmet for one in found),
        units_left_out=sum(one.units_left_out for one in found),
        days_left_out=sum(one.days_left_out for one in found),
        days=sum(one.days for one in found),
        days_without=sum(one.days_without for one in found),
        daily=sum(paces) if paces else None,
    )


def days_with_stock(lots: Iterable[LotDays], given_on: Iterable[date], *, window: Window) -> int:
    """Give the days on which usable stock lay at a place: when the day ended, or so that some of it could be handed out that day. As bits."""
    found = 0
    for day in given_on:
        found |= window.bit(day)
    for lot in lots:
        found |= _lay(lot, window) & lot.usable
    return found


def usable_days(expires_on: date | None, events: Sequence[LotEvent], *, place_id: int, window: Window) -> int:
    """Give the days on which a lot could be used at a place, whatever lay there: not expired by the expiry in force that day, not in quarantine, not recalled. As bits.

    `expires_on` is in force now, events stand in the order in which they were recorded. A recall counts from its day on: before it people were given of the lot, and that was their need.
    """
    if not events:
        return window.all_days if expires_on is None else window.bits(window.since, expires_on)
    ends = sorted({window.since, window.until + timedelta(days=1), *(event.happened_on for event in events if window.since < event.happened_on <= window.until)})
    signs = QUARANTINE | RECALL
    found = 0
    for first, following in pairwise(ends):
        blocks = sum(signs.get(event.kind, 0) for event in events if event.happened_on <= first and event.place_id in {None, place_id})
        last = expiry_on(first, events, now=expires_on)
        if blocks <= 0:
            found |= window.bits(first, min(following - timedelta(days=1), last or date.max))
    return found


def _lay(lot: LotDays, window: Window) -> int:
    """Give the days at whose end some of a lot lay there."""
    found, units, last = 0, lot.at_end, window.until
    for day in sorted(lot.changes, reverse=True):
        if units > 0 and day <= window.until:
            found |= window.bits(day, last)
        units, last = units - lot.changes[day], min(window.until, day - timedelta(days=1))
    return found | window.bits(window.since, last) if units > 0 else found
