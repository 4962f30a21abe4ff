"""Whose act an order is: who asks, who decides, who gives, who gets. Pure."""

from orders.rules.states import Kind, Side
from supply.auth.rules import Person, PlaceLike, Role


def role_of(person: Person, side: Side, kind: Kind, place: PlaceLike, giver: PlaceLike | None) -> str | None:
    """Give the role in which a person acts on a side of an order, None where they are not on it.

    Whoever records at the place asks, and gets. A depot's stock is decided on by an approver whose area covers the place; on what a place lends or returns decides the place that gives it,
    which may ask in its own name too.
    """
    own, given = person.role_at(place), person.role_at(giver) if giver is not None else None
    between = kind in {Kind.LOAN, Kind.RETURN}
    if side is Side.GETS:
        return own
    if side is Side.ASKS:
        return own or (given if between else None)
    if side is Side.GIVES or between:
        return given
    return Role.APPROVER if any(grant.role is Role.APPROVER and grant.sees(place) for grant in person.granting("decide orders")) else None
