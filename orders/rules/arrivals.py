"""A shipment counted on arrival: what was sent of each lot against what was found, and which lines of it the rest falls to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Parcel:
    """Units of a lot in a shipment, for a line of an order, and what became of them."""

    line: int
    sent: int
    arrived: int = 0
    settled: int = 0
    rejected: int = 0
    missing: int = 0

    @property
    def unsettled(self) -> int:
        """Give how many were sent and neither arrived nor were settled."""
        return self.sent - self.arrived - self.settled


def count_in(parcels: Sequence[Parcel], *, accepted: int, rejected: int, missing: int) -> None:
    """Divide what was counted of a lot among the lines it was sent for: those first in the shipment are filled first. The three are together what was sent."""
    left = {"arrived": accepted, "rejected": rejected, "missing": missing}
    for parcel in parcels:
        for name, units in left.items():
            some = min(units, parcel.sent - parcel.arrived - parcel.rejected - parcel.missing)
            setattr(parcel, name, getattr(parcel, name) + some)
            left[name] = units - some


def settle(parcels: Iterable[Parcel], units: int) -> list[tuple[Parcel, int]]:
    """Say for which lines units of a lot are settled, the first first; no more than are unsettled."""
    settled = []
    for parcel in parcels:
        some = min(units, parcel.unsettled)
        if some:
            parcel.settled += some
            settled.append((parcel, some))
            units -= some
    return settled
