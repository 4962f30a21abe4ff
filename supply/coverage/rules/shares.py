"""Which part of the country's people, or of its deaths, lives where a programme is. Pure."""

from collections.abc import Collection, Mapping

from supply.coverage.rules.bodies import Body, Split


def share_within(members: Collection[Body], figures: Mapping[str, float], whole: float) -> float | None:
    """Give the share that the members have of a whole; None where one of them has no figure, or was split and is not to be found."""
    if not whole or any(isinstance(one, Split) or one not in figures for one in members):
        return None
    return sum(figures[number] for number in {one for one in members if not isinstance(one, Split)}) / whole
