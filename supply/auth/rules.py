"""Roles, permissions and how far they reach. Pure: what a person may do is a value."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What somebody is here; each grant gives one role somewhere."""

    DEPOT = "depot"
    MUNICIPALITY = "municipality"
    APPROVER = "approver"
    DIRECTORATE = "directorate"
    ADMIN = "admin"


EVERYONE = frozenset(Role)
PERMISSIONS: dict[str, frozenset[Role]] = {
    "anyone": frozenset(),
    "see own account": EVERYONE,
    "see reference": EVERYONE,
    "see stock": frozenset({Role.DEPOT, Role.MUNICIPALITY, Role.APPROVER, Role.DIRECTORATE}),
    "record stock": frozenset({Role.DEPOT, Role.MUNICIPALITY}),
    "see orders": frozenset({Role.DEPOT, Role.MUNICIPALITY, Role.APPROVER, Role.DIRECTORATE}),
    "order stock": frozenset({Role.DEPOT, Role.MUNICIPALITY}),
    "see reorder rules": EVERYONE,
    "set reorder rules": frozenset({Role.DEPOT, Role.MUNICIPALITY, Role.ADMIN}),
    "decide orders": frozenset({Role.APPROVER, Role.DEPOT, Role.MUNICIPALITY}),
    "ship stock": frozenset({Role.DEPOT, Role.MUNICIPALITY}),
    "change lots": frozenset({Role.DEPOT}),
    "see alerts": EVERYONE,
    "acknowledge alerts": frozenset({Role.DEPOT, Role.MUNICIPALITY, Role.ADMIN}),
    "see jobs": frozenset({Role.ADMIN, Role.DIRECTORATE}),
    "verify ledger": frozenset({Role.DEPOT, Role.MUNICIPALITY, Role.APPROVER, Role.DIRECTORATE}),
    "see to mail": frozenset({Role.ADMIN}),
    "see coverage": EVERYONE,
    "enter estimates": frozenset({Role.ADMIN}),
}
"""The one permission table. `anyone` needs no log-in; the others need a grant of one of the roles."""
_SEEING, _RECORDING = PERMISSIONS["see stock"], PERMISSIONS["record stock"]


class PlaceLike(Protocol):
    """What the rules need to know of a place."""

    @property
    def id(self) -> int:
        """What grants name it by."""

    @property
    def municipality(self) -> str | None:
        """Where it lies."""

    @property
    def owner(self) -> str | None:
        """Whose it is: a municipality's number, or an organisation."""

    @property
    def served_by_id(self) -> int | None:
        """Which depot serves it."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role at one place, in a municipality (with all numbers it has had), or everywhere."""

    role: Role
    place_id: int | None = None
    municipalities: frozenset[str] = frozenset()

    @property
    def everywhere(self) -> bool:
        """Whether it holds in the whole country."""
        return self.place_id is None and not self.municipalities

    def records_at(self, place: PlaceLike) -> bool:
        """Whether the grant reaches a place as one's own: the place itself, or a place the municipality owns."""
        if self.everywhere:
            return True
        return place.id == self.place_id if self.place_id is not None else place.owner in self.municipalities

    def sees(self, place: PlaceLike) -> bool:
        """Whether the grant reaches a place to look at: one's own, the area's, and for a depot those it serves."""
        if self.records_at(place):
            return True
        if self.place_id is not None:
            return self.role is Role.DEPOT and place.served_by_id == self.place_id
        return place.municipality in self.municipalities


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is asking: an account with its grants. `number` is all the ledger keeps of them."""

    account_id: int
    number: str
    name: str
    language: str
    grants: tuple[Grant, ...] = field(default=())

    def may(self, permission: str) -> bool:
        """Whether some grant gives the permission somewhere."""
        return any(grant.role in PERMISSIONS[permission] for grant in self.grants)

    def granting(self, permission: str) -> Iterable[Grant]:
        """Give the grants that carry the permission."""
        return (grant for grant in self.grants if grant.role in PERMISSIONS[permission])

    def sees(self, place: PlaceLike) -> bool:
        """Whether the stock of a place is theirs to see."""
        return any(grant.sees(place) for grant in self.grants if grant.role in _SEEING)

    def role_at(self, place: PlaceLike) -> Role | None:
        """Give the role in which they record stock at a place, or None when they may not."""
        for grant in self.grants:
            if grant.role in _RECORDING and grant.records_at(place):
                return grant.role
        return None


def new_token() -> str:
    """Give a random secret of 256 bits, fit for a header and a cookie."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    """Give what is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def new_staff_number() -> str:
    """Give a random staff number: opaque, and never used again."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "S" + "".join(secrets.choice(alphabet) for _ in range(9))
