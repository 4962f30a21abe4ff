"""Changes of a table of coordinates that leave its sums as they are: one up and one down along each coordinate, so that the corners of a cube change. numpy is imported when a table is made.

Along a coordinate a member goes up with every total it is in, and a partner goes down with its own; totals that both are in stay. Without a partner the totals go up with it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any

from supply.coverage.rules.complements import HIDDEN_COSTS, cost

Cell = tuple[str, ...]
Levels = Sequence[Mapping[str, Sequence[str]]]
NEVER = 1e9
"""What a change costs that cannot be."""
FAR_PARTNERS = 6
"""How many partners from afar are looked at beside the siblings."""
INNER_MAX = 4
"""How many members of a small total are looked at."""


class Cubes:
    """A table as a grid of its coordinates: values, what each cell costs to hide, and whose it is."""

    def __init__(self, values: Mapping[Cell, int], levels: Levels, hidden: Collection[Cell], owners: Mapping[Cell, str]) -> None:
        import numpy as np

        self.np: Any = np
        self.axes = [_Axis(totals, sorted({cell[nth] for cell in values}), self._weights(values, nth)) for nth, totals in enumerate(levels)]
        shape = [len(axis.names) for axis in self.axes]
        self.values = np.full(shape, -1)
        self.costs = np.zeros(shape)
        self.owner = np.full(shape, -1)
        self.numbers = {owner: nth for nth, owner in enumerate(sorted(set(owners.values())))}
        self.costs[tuple(np.ix_(*(axis.is_member for axis in self.axes)))] = NEVER  # a member that is not there cannot change; a total that is not there is no matter
        for cell, value in values.items():
            at = self._at(cell)
            self.values[at], self.costs[at] = value, cost(value)
            self.owner[at] = self.numbers.get(owners.get(cell, ""), -1)
        self.hide(hidden)

    @staticmethod
    def _weights(values: Mapping[Cell, int], nth: int) -> dict[str, int]:
        weights: dict[str, int] = {}
        for cell, value in values.items():
            weights[cell[nth]] = weights.get(cell[nth], 0) + value
        return weights

    def _at(self, cell: Cell) -> tuple[int, ...]:
        return tuple(axis.number[name] for axis, name in zip(self.axes, cell, strict=True))

    def hide(self, cells: Collection[Cell]) -> None:
        """Let what is hidden cost nearly nothing."""
        for cell in cells:
            self.costs[self._at(cell)] = HIDDEN_COSTS

    def around(self, cell: Cell, rise: int, fixed: Collection[str]) -> Iterator[dict[Cell, int]]:
        """Give changes that raise the cell by so much, the cheapest first; those that cannot be (a cell would be negative, or is of a fixed owner) are left out."""
        np = self.np
        options = [axis.options(name, self._inner(cell, nth)) for nth, (axis, name) in enumerate(zip(self.axes, cell, strict=True))]
        grid = np.ix_(*(columns for columns, _ in options))
        values, costs = self.values[grid], self.costs[grid]
        if fixed:
            costs = np.where(np.isin(self.owner[grid], [self.numbers[owner] for owner in fixed]), NEVER, costs)
        scarce = np.where((values >= 0) & (values < rise), NEVER / 2, 0.0)
        total = reduce(_along, (abs(signs) for _, signs in options), costs + scarce) - reduce(_along, (signs for _, signs in options), scarce)
        flat = total.ravel()
        for nth in np.argsort(flat, kind="stable"):
            if flat[nth] >= NEVER / 2:
                return
            yield self._changes(options, np.unravel_index(nth, total.shape), rise)

    def _inner(self, cell: Cell, nth: int) -> tuple[str, ...]:
        """Give the members a total is raised by: those that are not nothing first."""
        axis = self.axes[nth]
        if not (inside := axis.members_of.get(cell[nth])):
            return ()
        at = [axis.number[cell[nth]] if same == nth else self.axes[same].number[name] for same, name in enumerate(cell)]

        def value(name: str) -> int:
            return int(self.values[tuple(axis.number[name] if same == nth else place for same, place in enumerate(at))])

        return tuple(sorted(inside, key=lambda name: (-value(name), name))[:INNER_MAX])

    def _changes(self, options: list[tuple[Any, Any]], chosen: tuple[int, ...], rise: int) -> dict[Cell, int]:
        signed = [[(column, int(sign)) for column, sign in zip(columns, signs[which], strict=True) if sign] for (columns, signs), which in zip(options, chosen, strict=True)]
        changes = {}
        for corner in product(*signed):
            at = tuple(column for column, _ in corner)
            if self.values[at] >= 0:
                sign = reduce(lambda one, other: one * other, (sign for _, sign in corner), 1)
                changes[tuple(axis.names[column] for axis, column in zip(self.axes, at, strict=True))] = rise * sign
        return changes


def _along(grid: Any, signs: Any) -> Any:
    """Add up a grid along its first coordinate for each option; that coordinate comes out last, so that all have had their turn when as many have been taken."""
    return (signs @ grid.reshape(grid.shape[0], -1)).T.reshape(*grid.shape[1:], signs.shape[0])


class _Axis:
    """A coordinate: its members, their totals, and the ways one can go up and another down."""

    def __init__(self, totals: Mapping[str, Sequence[str]], names: Sequence[str], weights: Mapping[str, int]) -> None:
        import numpy as np

        self.np: Any = np
        self.names = names
        self.number = {name: nth for nth, name in enumerate(names)}
        self.is_member = np.array([name not in totals for name in names])
        members = [name for name in names if name not in totals]
        self.members_of = {total: _members_of(total, totals) & set(members) for total in totals}
        self.totals_of = {name: {total for total, inside in self.members_of.items() if name in inside and total in self.number} for name in members}
        self.large = sorted(members, key=lambda name: (-weights[name], name))[:FAR_PARTNERS]
        self.kept: dict[tuple[str, tuple[str, ...]], tuple[Any, Any]] = {}

    def options(self, name: str, inner: tuple[str, ...]) -> tuple[Any, Any]:
        """Give the columns that may change, and the sign of each in every way: a row a way."""
        key = (name, inner)
        if key not in self.kept:
            self.kept[key] = self._options(name, inner)
        return self.kept[key]

    def _options(self, name: str, inner: tuple[str, ...]) -> tuple[Any, Any]:
        ways = [self._way(up, down) for up in inner or (name,) for down in [*self._partners(up, name), None]]
        columns = sorted({column for way in ways for column in way})
        place = {column: nth for nth, column in enumerate(columns)}
        signs = self.np.zeros((len(ways), len(columns)))
        for row, way in enumerate(ways):
            for column, sign in way.items():
                signs[row, place[column]] = sign
        return self.np.array(columns), signs

    def _partners(self, up: str, name: str) -> list[str]:
        """Give who may go down for a member: its siblings and a few large ones; outside the total when it is a total that is to rise."""
        outside = self.members_of.get(name, {name})
        smallest = min((self.members_of[total] for total in self.totals_of[up] if not self.members_of[total] <= outside), key=len, default=set())
        return sorted((smallest | set(self.large)) - outside)

    def _way(self, up: str, down: str | None) -> dict[int, int]:
        ups, downs = {up, *self.totals_of[up]}, {down, *self.totals_of[down]} if down is not None else set()
        return {self.number[each]: 1 for each in ups - downs} | {self.number[each]: -1 for each in downs - ups if each is not None}


def _members_of(total: str, totals: Mapping[str, Sequence[str]]) -> set[str]:
    """Give what a total is of in the end."""
    return {member for part in totals[total] for member in (_members_of(part, totals) if part in totals else {part})}
