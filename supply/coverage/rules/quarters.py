"""The public edition of a quarter: every count of hand-outs by area, month and what was handed out, each as it is shown or hidden. Whatever is public is reckoned from these cells and from nothing else. Pure.

So no page, file or answer can show what another hides, and combining them gives no more than the cells say. A quarter is made once; quarters share no total, and a longer period is the sum of what its quarters show.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from supply.coverage.rules import suppression
from supply.coverage.rules.numerators import ALL_REFILLS, HANDED_OUT, NALOXONE, NEEDLE, REFILL_OTHER, REFILL_USED, REFILLS, SET_PARTS, SYRINGE, USED_RETURNED, State, Sums
from supply.coverage.rules.suppression import BELOW, Cell, Levels
from supply.coverage.rules.windows import MONTHS_IN_A_YEAR, Window, months_from

GROUPS = (SYRINGE, NEEDLE, NALOXONE, *SET_PARTS)
NO_REFILLS, OTHER_REFILLS = "no_refills", "other_refills"
ITEMS: Mapping[str, Sequence[str]] = {NALOXONE: (ALL_REFILLS, NO_REFILLS), ALL_REFILLS: (REFILL_USED, OTHER_REFILLS)}
"""Which of what is counted is the sum of which others."""
NEVER_PUBLIC = frozenset({"in_kits", "unknown"})
"""What is told beside the figures of the ledger and is no cell of the public edition."""
CLOSED_DAYS = 30
"""How long after its end a quarter is left open for what is entered late; our own rule."""
REST = "rest:"
"""What lies in an area and in none of its parts is counted as a part of its own, for whoever subtracts can see it."""
MONTHS = 3

Shown = Mapping[str, Mapping[str, Mapping[str, int | None]]]
"""By area, period and what is counted; None where it is hidden. What is not reported is not there."""


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The public edition of a quarter, as of a checkpoint; `reported` has by area and month how many places there were, and how many place-months there were, were said to be entered, and had anything."""

    starts_on: date
    checkpoint: int
    totals: Mapping[str, Sequence[str]]
    """The municipalities of each area that consists of some."""
    cells: Shown
    reported: Mapping[str, Mapping[str, Sequence[int]]]

    @property
    def window(self) -> Window:
        """Give its months."""
        return months_from(self.starts_on, MONTHS)

    @property
    def municipalities(self) -> list[str]:
        """Give the municipalities in which there was any place."""
        return [code for code in self.reported if len(code) == 4 and code.isdigit()]


def closed(today: date, *, back: int) -> list[Window]:
    """Give so many quarters that may be published by a day, the earliest first."""
    open_since = today - timedelta(days=CLOSED_DAYS)
    nth = (open_since.year * MONTHS_IN_A_YEAR + open_since.month - 1) // MONTHS
    starts = (date(each // 4, each % 4 * MONTHS + 1, 1) for each in range(nth - back, nth))
    return [months_from(start, MONTHS) for start in starts]


def quarter(window: Window, checkpoint: int, by_month: Mapping[date, Mapping[str, Sums]], acts: Mapping[Cell, int], parts: Mapping[str, Sequence[str]], sets: Mapping[str, Sequence[str]]) -> Quarter:
    """Make the public edition of a quarter from what each municipality (and each rest) came to in each of its months.

    `parts` says of what the country and its counties consist, `sets` which municipalities stand together beside them; `acts` how many acts of handing out there were at most, by municipality, month and what.
    """
    totals = {**parts, **sets}
    containing = _containing(totals)
    quarterly = name_of(window)
    values, many = Counter[Cell](), Counter[Cell]()
    reported: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for month, sums_by_area in by_month.items():
        for code, sums in sums_by_area.items():
            names = (code, *containing.get(code, ()))
            for name in names:
                _add(reported[name].setdefault(month_name(month), [0, 0, 0, 0]), (sums.places, sums.months, sums.said, sums.active))
            if sums.state(SYRINGE) is not State.NOT:
                for area in names:
                    for period in (month_name(month), quarterly):
                        for item, units in _counts(sums).items():
                            values[area, period, item] += units
                            many[area, period, item] += acts.get((code, month_name(month), item), BELOW if units else 0)
    levels: Levels = (totals, {quarterly: [month_name(month) for month in by_month]}, ITEMS)
    few = [cell for cell, units in values.items() if units and many[cell] < BELOW]
    shown = suppression.public(values, suppression.sums_across(levels, values), levels=levels, few=few, owner_of=_owner)
    cells: dict[str, dict[str, dict[str, int | None]]] = defaultdict(lambda: defaultdict(dict))
    for (area, period, item), units_shown in shown.items():
        cells[area][period][item] = units_shown
    municipalities = {code: [each for each in containing if code in containing[each] and not each.startswith(REST) and each not in totals] for code in totals}
    return Quarter(starts_on=window.starts_on, checkpoint=checkpoint, totals=municipalities, cells=cells, reported=reported)


def shown(quarters: Mapping[date, Quarter], window: Window, codes: Callable[[Quarter], Iterable[str]]) -> Sums:
    """Give what the public edition shows of some areas together in a window: whole quarters as such, others by their months."""
    found, places = Sums(), Counter[str]()
    for starts_on, months in _by_quarter(window).items():
        if (edition := quarters.get(starts_on)) is None:
            return Sums(unpublished=True, hidden=NEVER_PUBLIC)
        periods = [name_of(edition.window)] if len(months) == MONTHS else [month_name(month) for month in months]
        for code in codes(edition):
            for period in periods:
                found.take_in(_sums(edition.cells.get(code, {}).get(period, {})))
            for row in (row for month in months if (row := edition.reported.get(code, {}).get(month_name(month)))):
                places[code] = max(places[code], row[0])
                found.months, found.said, found.active = found.months + row[1], found.said + row[2], found.active + row[3]
    found.places = places.total()
    return found


def name_of(window: Window) -> str:
    """Give the name of a quarter: 2026-Q3."""
    return f"{window.starts_on.year}-Q{(window.starts_on.month + 2) // MONTHS}"


def month_name(month: date) -> str:
    """Give the name of a month: 2026-07."""
    return f"{month:%Y-%m}"


def items_of(group: str, occasion: str) -> tuple[str, ...]:
    """Say in which of what is counted something that was handed out is counted."""
    if group != NALOXONE:
        return (group,) if group in GROUPS else ()
    if occasion not in REFILLS:
        return NALOXONE, NO_REFILLS
    return NALOXONE, ALL_REFILLS, REFILL_USED if occasion == REFILL_USED else OTHER_REFILLS


def _counts(sums: Sums) -> dict[str, int]:
    """Give all that is counted of an area in a month, totals too."""
    found = {group: sums.handed_out(group) for group in GROUPS}
    refills, used = sum(sums.occasions[occasion] for occasion in REFILLS), sums.occasions[REFILL_USED]
    refilled = {ALL_REFILLS: refills, NO_REFILLS: found[NALOXONE] - refills, REFILL_USED: used, OTHER_REFILLS: refills - used}
    return found | refilled | {USED_RETURNED: sums.units[USED_RETURNED, SYRINGE]}


def _sums(cells: Mapping[str, int | None]) -> Sums:
    """Give what is shown of an area in a period as sums; packs are left to whoever knows their size."""
    known = {item: units for item, units in cells.items() if units is not None}
    hidden = {item for item, units in cells.items() if units is None}
    found = Sums(hidden=NEVER_PUBLIC | hidden | ({"loose_needles"} if NEEDLE in hidden else set()))
    found.units.update({(HANDED_OUT, group): known[group] for group in GROUPS if group in known})
    found.units[USED_RETURNED, SYRINGE] = known.get(USED_RETURNED, 0)
    if ALL_REFILLS in known and REFILL_USED in known:
        found.occasions.update({REFILL_USED: known[REFILL_USED], REFILL_OTHER: known[ALL_REFILLS] - known[REFILL_USED]})
    return found


def _by_quarter(window: Window) -> dict[date, list[date]]:
    found: dict[date, list[date]] = defaultdict(list)
    for month in window.each_month():
        found[month.replace(month=(month.month - 1) // MONTHS * MONTHS + 1)].append(month)
    return found


def _containing(totals: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Give by part every area that it lies in, through all levels."""
    above: dict[str, set[str]] = defaultdict(set)
    for total, parts in totals.items():
        for part in parts:
            above[part].add(total)

    def climb(code: str) -> Iterator[str]:
        for total in above.get(code, ()):
            yield total
            yield from climb(total)

    return {code: tuple(sorted(set(climb(code)))) for code in sorted(above)}


def _add(row: list[int], more: Sequence[int]) -> None:
    for nth, number in enumerate(more):
        row[nth] += number


def _owner(cell: Cell) -> str | None:
    """Give whose a cell is: a municipality reads its own whole."""
    return cell[0] if len(cell[0]) == 4 and cell[0].isdigit() else None
