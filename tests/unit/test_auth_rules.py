"""Roles and how far they reach, as values."""

from dataclasses import dataclass

import pytest

from supply.auth import rules
from supply.auth.rules import PERMISSIONS, Grant, Person, Role


@dataclass(frozen=True)
class Somewhere:
    id: int
    municipality: str | None = None
    owner: str | None = None
    served_by_id: int | None = None


DEPOT = Somewhere(1, municipality="0301", owner="org:depot")
POINT = Somewhere(2, municipality="0301", owner="0301", served_by_id=1)
PHARMACY = Somewhere(3, municipality="0301", owner="org:pharmacy", served_by_id=1)
BERGEN = Somewhere(4, municipality="4601", owner="4601", served_by_id=9)
NOWHERE = Somewhere(5)
PLACES = {"depot": DEPOT, "point": POINT, "pharmacy": PHARMACY, "bergen": BERGEN, "nowhere": NOWHERE}
ALL = set(PLACES)


def in_oslo(role: Role) -> Grant:
    return Grant(role=role, municipalities=frozenset({"0301"}))


def person(*grants: Grant) -> Person:
    return Person(account_id=1, number="S1", name="N", language="nb", grants=grants)


@pytest.mark.parametrize(
    ("grant", "sees", "records"),
    [
        (Grant(role=Role.DEPOT, place_id=1), {"depot", "point", "pharmacy"}, {"depot"}),
        (Grant(role=Role.DEPOT), ALL, ALL),
        (in_oslo(Role.DEPOT), {"depot", "point", "pharmacy"}, {"point"}),
        (in_oslo(Role.MUNICIPALITY), {"depot", "point", "pharmacy"}, {"point"}),
        (Grant(role=Role.MUNICIPALITY, place_id=2), {"point"}, {"point"}),
        (Grant(role=Role.MUNICIPALITY, place_id=1), {"depot"}, {"depot"}),
        (in_oslo(Role.APPROVER), {"depot", "point", "pharmacy"}, set()),
        (Grant(role=Role.DIRECTORATE), ALL, set()),
        (in_oslo(Role.DIRECTORATE), {"depot", "point", "pharmacy"}, set()),
        (Grant(role=Role.ADMIN), set(), set()),
    ],
)
def test_a_grant_reaches_so_far(grant, sees, records):
    somebody = person(grant)

    assert {name for name, place in PLACES.items() if somebody.sees(place)} == sees
    assert {name for name, place in PLACES.items() if somebody.role_at(place)} == records


def test_whoever_records_somewhere_sees_it():
    for role in Role:
        for grant in (Grant(role=role), in_oslo(role), *(Grant(role=role, place_id=nth) for nth in range(1, 6))):
            somebody = person(grant)
            assert all(somebody.sees(place) for place in PLACES.values() if somebody.role_at(place))


def test_several_grants_add_up_and_the_first_that_reaches_is_the_role():
    somebody = person(in_oslo(Role.DIRECTORATE), in_oslo(Role.MUNICIPALITY), Grant(role=Role.DEPOT))

    assert somebody.role_at(POINT) is Role.MUNICIPALITY
    assert somebody.role_at(DEPOT) is Role.DEPOT
    assert somebody.may("record stock")


def test_nobody_without_a_grant_may_anything():
    nobody = person()

    assert not any(nobody.may(permission) for permission in PERMISSIONS)
    assert not any(nobody.sees(place) or nobody.role_at(place) for place in PLACES.values())


def test_the_directorate_may_record_nothing_and_the_administrator_sees_no_stock():
    writes = {permission for permission in PERMISSIONS if permission.split()[0] in {"record", "approve", "order", "ship", "recall", "change", "import", "answer"}}

    assert "record stock" in writes
    assert all(Role.DIRECTORATE not in PERMISSIONS[permission] for permission in writes)
    assert Role.ADMIN not in PERMISSIONS["see stock"] | PERMISSIONS["record stock"]


def test_tokens_are_long_random_and_kept_as_digests():
    tokens = {rules.new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert len(rules.digest_of("a")) == 32
    assert rules.digest_of("a") != rules.digest_of("b")


def test_staff_numbers_tell_nothing_and_have_no_letters_that_look_alike():
    numbers = {rules.new_staff_number() for _ in range(200)}

    assert len(numbers) == 200
    assert all(len(number) == 10 and not set(number[1:]) & set("01OIUL") for number in numbers)
