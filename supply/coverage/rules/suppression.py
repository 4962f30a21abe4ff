"""Which cells of a table the public edition hides, so that no small number can be recovered from its totals. Pure; numpy and scipy are imported where they are needed.

Small is 1 or 2: a count below 3 is of one or two acts, and may be of somebody others know. Nothing is nobody, and is shown. Small cells are hidden, and with them enough others, all by the same sign.

What is enough: the reader knows what is shown, every sum, that counts are whole and not negative, and this rule. Such a reader recovers nothing when for every small cell there is another table, equal in all that is shown,
in which that cell is 3 or more: they cannot tell 1 from 2, nor from a number that is not small at all. That table is found, in whole numbers, and is the proof: the bounds of a linear programme could be wide where no whole
numbers lie. And where there are other cells to be had, somewhere beside it another hidden cell is 1 or 2 in that table: else a reader who knows the rule would see no reason for what is hidden, and rule the table out.
Every other hidden cell is hidden because it differs in such a table, so it cannot be recovered either. Whoever knows the cells of one owner (a municipality sees its own) recovers nothing of the others when owners are given:
there is then for each small cell a second table, in which no cell of the owners that the first one touches differs.

What it does not stop: a reader who reruns the choice of complements for every table that is possible, and one who knows the cells of several owners.

Which others: those whose change makes the small cell a larger one at the least loss. A cell costs the more the larger it is, a nothing as much as 16, what is hidden already nearly nothing. Cells are taken in the order of their
names, so the same table gives the same cells. In a table of coordinates (`levels`) the corners of a cube are changed (the hypercube method, Giessing and Repsilber 2002); where there is none, and in tables of any other
form, a linear programme finds the changes (Kelly, Golden and Assad, Networks 22, 1992).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from supply.coverage.rules import complements, cubes

Cell = tuple[str, ...]
"""A cell by its coordinates: area, period, product."""
Levels = Sequence[Mapping[str, Sequence[str]]]
"""For each coordinate which totals there are, and of what: a county of municipalities, a quarter of months. Totals may cut across each other."""
OwnerOf = Callable[[Cell], str | None]
BELOW = 3
"""Statistisk sentralbyrå hides what is of fewer than three observations (ssb.no, personvern)."""
TRIED_MAX = 12
"""How many ways are looked at for one in which another cell is small."""


class DoesNotAddUp(ValueError):
    """The sums do not hold for the values, or a value is negative: such a table cannot be made safe."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A total that is the sum of its parts. What is not known is no part."""

    total: Cell
    parts: tuple[Cell, ...]


def public(values: Mapping[Cell, int], sums: Sequence[Sum], *, levels: Levels = (), few: Collection[Cell] = (), owner_of: OwnerOf | None = None) -> dict[Cell, int | None]:
    """Give every cell as the public edition shows it: its value, or None where it is hidden."""
    out = hidden(values, sums, levels=levels, few=few, owner_of=owner_of)
    return {cell: None if cell in out else value for cell, value in values.items()}


def hidden(values: Mapping[Cell, int], sums: Sequence[Sum], *, levels: Levels = (), few: Collection[Cell] = (), owner_of: OwnerOf | None = None) -> frozenset[Cell]:
    """Choose the cells to hide. Refuses a table that does not add up (DoesNotAddUp).

    `few` are cells of few acts whatever their value (one hand-out of twenty syringes): they are hidden too, and for all a reader can tell may be 3 larger than they are. `levels` only make it fast: `sums` is what holds.
    """
    _check(values, sums)
    rises = {cell: BELOW - value for cell, value in values.items() if 0 < value < BELOW} | {cell: BELOW for cell in few if values[cell]}
    if not rises:
        return frozenset()
    table = _Table(values, sums, levels, set(rises), owner_of)
    for cell in sorted(rises):
        table.protect(cell, rises[cell])
    return frozenset(table.hidden)


def sums_across(levels: Levels, cells: Collection[Cell]) -> list[Sum]:
    """Give the sums of a table of coordinates, of those cells that there are."""
    found, known = [], set(cells)
    for nth, totals in enumerate(levels):
        for cell in sorted(known):
            parts = tuple(part for name in totals.get(cell[nth], ()) if (part := (*cell[:nth], name, *cell[nth + 1 :])) in known)
            if parts:
                found.append(Sum(total=cell, parts=parts))
    return found


def _check(values: Mapping[Cell, int], sums: Iterable[Sum]) -> None:
    if any(value < 0 for value in values.values()):
        raise DoesNotAddUp("a value is negative")
    for one in sums:
        if values[one.total] != sum(values[part] for part in one.parts):
            raise DoesNotAddUp(f"{one.total} is not the sum of its parts")


class _Table:
    """A table, what is hidden of it so far, and the search for other tables that show the same."""

    def __init__(self, values: Mapping[Cell, int], sums: Sequence[Sum], levels: Levels, small: set[Cell], owner_of: OwnerOf | None) -> None:
        self.values, self.hidden = values, small
        self.sums = [{one.total: -1} | dict.fromkeys(one.parts, 1) for one in sums]
        self.sums_of: dict[Cell, list[int]] = defaultdict(list)
        for nth, one in enumerate(self.sums):
            for cell in one:
                self.sums_of[cell].append(nth)
        self.owners = _owners(values, sums, owner_of) if owner_of else {}
        self.cubes = cubes.Cubes(values, levels, small, self.owners) if levels else None

    def protect(self, small: Cell, rise: int) -> None:
        """Hide what it takes for the small cell to be so much larger in another table; and in a second, without change for the owners the first one touches."""
        first = self._hide(small, rise, set())
        touched = {self.owners[cell] for cell in first if cell in self.owners} - {self.owners.get(small, "")}
        if touched and not self._hide(small, rise, touched):
            for owner in sorted(touched):  # there is no table without them all; where there is none without this one, they know the small cell by their own
                self._hide(small, rise, {owner})

    def _hide(self, small: Cell, rise: int, fixed: set[str]) -> dict[Cell, int]:
        """Hide what is changed to raise the small cell, and give the changes: none where owners are fixed and it takes theirs."""
        changes = self._by_cubes(small, rise, fixed) or self._by_programme(small, rise, fixed)
        fresh = changes.keys() - self.hidden
        self.hidden |= fresh
        if self.cubes:
            self.cubes.hide(fresh)
        return changes

    def _by_cubes(self, small: Cell, rise: int, fixed: set[str]) -> dict[Cell, int] | None:
        """Give the cheapest cube that holds every sum and leaves a reason; else the cheapest that holds."""
        if self.cubes is None:
            return None
        held = (changes for changes in self.cubes.around(small, rise, fixed) if self._holds(changes))
        some = list(islice(_until(held, lambda changes: self._has_reason(small, changes)), TRIED_MAX))
        return next((changes for changes in some if self._has_reason(small, changes)), some[0] if some else None)

    def _by_programme(self, small: Cell, rise: int, fixed: set[str]) -> dict[Cell, int]:
        for block in self._blocks(small, fixed):
            limits = {small: (rise, math.inf)}
            changes = complements.cheapest_changes(self.values, self.hidden, self.sums, self.sums_of, block, limits)
            if changes is None:
                continue
            if not self._has_reason(small, changes):
                forced = (limits | {other: (1 - self.values[other], BELOW - 1 - self.values[other])} for other in self._neighbours(small, block, changes))
                better = (complements.cheapest_changes(self.values, self.hidden, self.sums, self.sums_of, block, each) for each in forced)
                changes = next((found for found in better if found is not None), changes)
            return changes
        assert fixed, small  # with nothing fixed whatever it is in can grow with it
        return {}

    def _holds(self, changes: Mapping[Cell, int]) -> bool:
        """Whether every sum holds after the changes, and nothing is negative."""
        net: dict[int, int] = defaultdict(int)
        for cell, change in changes.items():
            for nth in self.sums_of[cell]:
                net[nth] += self.sums[nth][cell] * change
        return not any(net.values()) and all(self.values[cell] + change >= 0 for cell, change in changes.items())

    def _has_reason(self, small: Cell, changes: Mapping[Cell, int]) -> bool:
        """Whether beside the small cell another hidden one is small in the other table."""
        beside = chain(changes, (cell for nth in self.sums_of[small] for cell in self.sums[nth] if cell in self.hidden))
        return any(cell != small and 0 < self.values[cell] + changes.get(cell, 0) < BELOW for cell in beside)

    def _neighbours(self, small: Cell, block: Collection[Cell], changes: Collection[Cell]) -> Iterator[Cell]:
        """Give cells that could be the other small one: those to be hidden anyhow, then the smallest."""
        near = {cell for nth in self.sums_of[small] for cell in self.sums[nth] if cell != small and cell in block}
        return islice(sorted(near, key=lambda cell: (cell not in self.hidden and cell not in changes, self.values[cell] or BELOW, cell)), TRIED_MAX)

    def _blocks(self, small: Cell, fixed: set[str]) -> Iterator[list[Cell]]:
        """Give the cells around the small one, from sum to sum; then wider, until there are no more."""
        block, edge, rings = {small: None}, [small], 0
        while edge:
            around = dict.fromkeys(cell for one in edge for nth in self.sums_of[one] for cell in self.sums[nth])
            edge = [cell for cell in around if cell not in block and self.owners.get(cell) not in fixed]
            block |= dict.fromkeys(edge)
            rings += 1
            if rings >= complements.RINGS or not edge:
                yield list(block)


def _owners(cells: Collection[Cell], sums: Sequence[Sum], owner_of: OwnerOf) -> dict[Cell, str]:
    """Give whose each cell is that is somebody's; a total of one part is whose that part is."""
    owners = {cell: owner for cell in cells if (owner := owner_of(cell)) is not None}
    alone = {one.total: one.parts[0] for one in sums if len(one.parts) == 1 and one.total not in owners}
    for total in alone:
        part: Cell | None = total
        while part in alone:
            part = alone[part]
        if part in owners:
            owners[total] = owners[part]
    return owners


def _until(ways: Iterator[dict[Cell, int]], is_enough: Callable[[dict[Cell, int]], bool]) -> Iterator[dict[Cell, int]]:
    for way in ways:
        yield way
        if is_enough(way):
            return
