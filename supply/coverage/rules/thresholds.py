"""Which level a figure has reached, and how sure that is. Pure."""

from collections.abc import Iterable, Sequence

from supply.coverage.rules.figures import Level, Threshold, Verdict
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.windows import Window

BELOW = "below"


def in_force(thresholds: Iterable[Threshold], code: str, window: Window) -> list[Threshold]:
    """Give an indicator's thresholds that had been published by the end of a window, the lowest first."""
    found = [one for one in thresholds if one.code == code and one.value is not None and one.starts_on <= window.ends_on.isoformat()]
    newest = {one.label: one for one in sorted(found, key=lambda one: one.starts_on)}
    return sorted(newest.values(), key=lambda one: (one.value or 0, one.label))


def levels(thresholds: Iterable[Threshold], *, numerator: float | None, denominator: Interval, scale: float) -> tuple[Level, ...]:
    """Set thresholds beside a figure, which is `numerator` × `scale` ÷ `denominator`: a level is reached from its value on."""
    value = None if numerator is None or not denominator.middle else numerator * scale / denominator.middle
    found = []
    for one in thresholds:
        bound = one.value or 0.0
        found.append(
            Level(
                label=one.label,
                value=bound,
                source=one.source,
                starts_on=one.starts_on,
                reached=None if value is None else value >= bound,
                chance=None if numerator is None else chance_from(bound, numerator * scale, denominator),
                needs=bound * denominator.middle / scale if denominator.middle else None,
                is_target=one.is_target,
            )
        )
    return tuple(found)


def chance_from(bound: float, numerator: float, denominator: Interval) -> float | None:
    """Give the chance that a numerator over what is estimated is a value or more."""
    if bound <= 0:
        return 1.0 if denominator.is_known else None
    return denominator.chance_at_most(numerator / bound)


def verdict(found: Sequence[Level]) -> Verdict | None:
    """Give the highest level reached, and the chance that the figure lies between it and the next; targets of a later year are no levels."""
    steps = [level for level in found if not level.is_target]
    if not steps or steps[0].reached is None:
        return None
    reached = [level for level in steps if level.reached]
    above = steps[len(reached)] if len(reached) < len(steps) else None
    least = reached[-1].chance if reached else 1.0
    more = above.chance if above is not None else 0.0
    return Verdict(label=reached[-1].label if reached else BELOW, certainty=None if least is None or more is None else max(0.0, least - more))
