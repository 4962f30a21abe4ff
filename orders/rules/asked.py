"""What can be asked of orders: one frozen dataclass for each act, made by API, form, command and test alike. Pure."""

from dataclasses import dataclass
from datetime import date

from orders.rules.states import Kind


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A line of an order: a product in units, or in whole packs."""

    product: str
    units: int | None = None
    packs: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order as it is drafted. `place` is where the units are to go, `supplied_by` where they are to come from (the place's depot, if left out)."""

    place: str
    lines: tuple[Wanted, ...]
    kind: Kind = Kind.ORDER
    supplied_by: str | None = None
    emergency: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Amended:
    """What a draft says from now on; None leaves it as it is."""

    lines: tuple[Wanted, ...] | None = None
    emergency: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ApprovedLine:
    """How many units of a line are approved; more than were asked for takes a reason."""

    product: str
    units: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Approval:
    """What is approved: the lines named, all others as asked for."""

    lines: tuple[ApprovedLine, ...] = ()
    reason: str | None = None
    """Why more is given than a fair share of what there is."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why an order is refused or cancelled."""

    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """Units of a lot that are sent. One that is not held for the order takes a reason."""

    product: str
    lot: str
    units: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Together:
    """Another order of the same place that travels with it, with all that is held for it."""

    number: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What is sent: the lots named, or (none) all that is held; and other orders that travel in the same shipment."""

    lines: tuple[SentLine, ...] = ()
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArrivedLine:
    """What was counted of a lot: accepted, rejected (damaged, say), missing, and more than was sent."""

    product: str
    lot: str
    accepted: int
    rejected: int = 0
    missing: int = 0
    surplus: int = 0
    expires_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A shipment as it was counted on arrival; its number may be left out where there is one."""

    lines: tuple[ArrivedLine, ...]
    shipment: str | None = None


@dataclass(frozen=True, kw_only=True)
class SettledLine:
    """What became of units that were sent and not counted in: found, lost or returned."""

    product: str
    lot: str
    units: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of the rest of a shipment."""

    lines: tuple[SettledLine, ...]
    shipment: str | None = None


OUTCOMES = ("found", "lost", "returned")
REJECTED = ("damaged", "wrong_lot", "too_warm", "short_dated", "not_ordered", "other")
"""Why something that arrived was not accepted, or why more came than was sent."""
