"""The cheapest changes of a table of any form that leave its sums as they are: what has to be hidden with a small cell. A linear programme in whole numbers; scipy is imported when it is asked."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Cell = tuple[str, ...]
ZERO_COSTS_AS = 16
HIDDEN_COSTS = 0.01
RINGS = 2
"""How far from a small cell, from sum to sum, others are looked for first."""


def cost(value: int) -> float:
    """Give what it costs to hide a cell of a value: more for the larger, as much as 16 for a nothing, whose hiding says something that is not so."""
    return 1 + math.log2(1 + (value or ZERO_COSTS_AS))


def cheapest_changes(
    values: Mapping[Cell, int], hidden: Collection[Cell], sums: Sequence[Mapping[Cell, int]], sums_of: Mapping[Cell, Sequence[int]], block: Sequence[Cell], limits: Mapping[Cell, tuple[float, float]]
) -> dict[Cell, int] | None:
    """Find changes of cells of the block, in whole numbers, that keep every sum, the limits (the least and the most change), and no cell negative; None where there are none.

    A sum is each cell's sign in it: 1 for a part, -1 for the total.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = len(block)
    costs = np.fromiter((HIDDEN_COSTS if cell in hidden else cost(values[cell]) for cell in block), float, size)
    least = np.fromiter((max(limits.get(cell, (-math.inf,))[0], -values[cell]) for cell in block), float, size)
    most = np.fromiter((limits[cell][1] if cell in limits else math.inf for cell in block), float, size)
    bounds = Bounds(np.concatenate([np.maximum(least, 0), np.maximum(-most, 0)]), np.concatenate([np.maximum(most, 0), np.maximum(-least, 0)]))
    balance = _balance(sums, sums_of, block)
    holds = [LinearConstraint(balance, 0, 0)] if balance.shape[0] else []
    for whole in (0, 1):  # the corners of the first are nearly always whole as they are
        found = milp(np.concatenate([costs, costs]), bounds=bounds, constraints=holds, integrality=whole)
        if found.x is None:
            return None
        changes = found.x[:size] - found.x[size:]
        rounded = np.rint(changes)
        if np.abs(changes - rounded).max() < 1e-6:
            break
    return {cell: int(change) for cell, change in zip(block, rounded, strict=True) if change}


def _balance(sums: Sequence[Mapping[Cell, int]], sums_of: Mapping[Cell, Sequence[int]], block: Sequence[Cell]) -> Any:
    """Give the matrix of how changes up, and down, disturb each sum."""
    from scipy.sparse import csr_array, hstack

    rows: dict[int, int] = {}
    entries = [(rows.setdefault(nth, len(rows)), column, sums[nth][cell]) for column, cell in enumerate(block) for nth in sums_of.get(cell, ())]
    up = csr_array(([sign for *_, sign in entries], ([row for row, *_ in entries], [column for _, column, _ in entries])), shape=(len(rows), len(block)))
    return hstack([up, -up], format="csr")
