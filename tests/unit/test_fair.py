"""What is too little for all is shared by equal days of stock, against filling everybody's shelf day by day."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.fair import Claim, share


def claim(who, wanted, **more):
    return Claim(**{"who": who, "wanted": wanted, "has": 0, "used": 10, "days": 10} | more)


def shared(stock, *claims):
    return dict(share(stock, claims).units)


def test_where_there_is_enough_everybody_gets_what_they_asked_for():
    assert shared(30, claim("a", 20), claim("b", 10)) == {"a": 20, "b": 10}


def test_who_uses_twice_as_much_gets_twice_as_much():
    assert shared(30, claim("a", 50, used=20), claim("b", 50, used=10)) == {"a": 20, "b": 10}


def test_who_has_more_than_the_others_will_get_nothing():
    assert shared(20, claim("a", 50), claim("b", 50, has=30)) == {"a": 20, "b": 0}


def test_who_asked_for_less_gets_that_and_the_rest_is_for_the_others():
    assert shared(30, claim("a", 4), claim("b", 50)) == {"a": 4, "b": 26}


def test_the_days_up_to_which_everybody_is_filled_are_said():
    assert share(20, [claim("a", 50), claim("b", 50)]).days == 10


def test_who_has_used_nothing_gets_a_floor_all_the_same():
    assert shared(20, claim("a", 50, pack=2, floor=2), claim("new", 10, used=0, has=5, pack=2, floor=2)) == {"a": 18, "new": 2}


def test_where_there_is_not_even_a_pack_for_each_who_has_the_fewest_days_comes_first():
    assert shared(4, *(claim(who, 20, has=has, pack=2, floor=2) for who, has in (("a", 9), ("b", 1), ("c", 5)))) == {"a": 0, "b": 2, "c": 2}


def test_an_emergency_comes_before_who_has_fewer_days():
    assert shared(2, claim("a", 20, pack=2, floor=2), claim("b", 20, has=50, pack=2, floor=2, emergency=True)) == {"a": 0, "b": 2}


def test_a_floor_is_given_in_whole_packs_or_not_at_all():
    assert shared(3, claim("a", 20, pack=2, floor=2), claim("b", 20, pack=2, floor=2)) == {"a": 2, "b": 0}


def test_a_pack_that_is_left_goes_to_who_has_the_fewest_days():
    assert shared(11, claim("a", 50), claim("b", 50, has=1)) == {"a": 6, "b": 5}


PACKS = st.shared(st.integers(1, 4), key="pack")
"""All ask for one product, so that all are given the same packs."""


@st.composite
def claims_of(draw, pack=PACKS):
    of_a_pack = draw(pack)
    one = st.builds(
        claim,
        st.sampled_from("abcdef"),
        st.integers(0, 12).map(lambda packs: packs * of_a_pack),
        has=st.integers(0, 20),
        used=st.integers(0, 30),
        days=st.integers(1, 10),
        pack=st.just(of_a_pack),
        floor=st.sampled_from([0, of_a_pack]),
        emergency=st.booleans(),
    )
    return draw(st.lists(one, min_size=1, max_size=5, unique_by=lambda one: one.who))


stocks = st.integers(0, 120)


def use_a_day(one):
    return Fraction(max(one.used, 1), one.days)


def days_with(one, units):
    return (one.has + units) / use_a_day(one)


def filled(stock, claims):
    """Fill everybody day by day, each day's use in whole packs, until it is too much; then pack by pack to who has the fewest days."""
    given = dict.fromkeys((one.who for one in claims), 0)
    floors = {one.who: min(one.wanted, one.floor) for one in claims}
    if sum(floors.values()) > stock:
        for one in sorted(claims, key=lambda one: (not one.emergency, days_with(one, 0), one.who)):
            while given[one.who] < floors[one.who] and sum(given.values()) + one.pack <= stock:
                given[one.who] += one.pack
        return given
    given, day, more = floors, 0, floors
    while sum(more.values()) <= stock and given != {one.who: one.wanted for one in claims}:
        given, day = more, day + 1
        more = {}
        for one in claims:
            packs = 0
            while days_with(one, (packs + 1) * one.pack) <= day and (packs + 1) * one.pack <= one.wanted:
                packs += 1
            more[one.who] = max(packs * one.pack, floors[one.who])
    while open_ones := [one for one in claims if given[one.who] < one.wanted and sum(given.values()) + one.pack <= stock]:
        given[min(open_ones, key=lambda one: (days_with(one, given[one.who]), not one.emergency, one.who)).who] += open_ones[0].pack
    return given


@given(stocks, claims_of())
def test_the_shares_are_those_of_filling_day_by_day(stock, claims):
    assert shared(stock, *claims) == filled(stock, claims)


mixed = claims_of(st.integers(1, 4)).flatmap(lambda claims: st.tuples(*(st.integers(0, 4).map(lambda less, one=one: replace(one, wanted=max(0, one.wanted - less))) for one in claims)))
"""Claims of which some is held already, so that what is still wanted is not in whole packs."""


@given(stocks, mixed)
def test_nobody_gets_more_than_they_want_and_all_together_not_more_than_there_is(stock, claims):
    units = shared(stock, *claims)

    assert units.keys() == {one.who for one in claims}
    assert sum(units.values()) <= stock
    for one in claims:
        assert 0 <= units[one.who] <= one.wanted
        assert units[one.who] % one.pack == 0 or units[one.who] == one.wanted


@given(stocks, mixed)
def test_all_get_what_they_want_exactly_where_there_is_enough(stock, claims):
    wanted = {one.who: one.wanted for one in claims}

    assert (shared(stock, *claims) == wanted) == (sum(wanted.values()) <= stock)


@given(stocks, claims_of())
def test_no_pack_is_left_that_somebody_wants(stock, claims):
    units = shared(stock, *claims)

    left = stock - sum(units.values())
    if sum(min(one.floor, one.wanted) for one in claims) <= stock:
        assert left < claims[0].pack or all(units[one.who] == one.wanted for one in claims)


@given(stocks, claims_of())
def test_nobody_who_still_wants_a_pack_would_with_it_have_fewer_days_than_somebody_else_without_their_last(stock, claims):
    units = shared(stock, *claims)

    if sum(min(one.floor, one.wanted) for one in claims) > stock:
        return  # there is not even a floor for each
    for poor in (one for one in claims if units[one.who] < one.wanted):
        for rich in (one for one in claims if units[one.who] > one.floor):
            assert days_with(poor, units[poor.who] + poor.pack) >= days_with(rich, units[rich.who] - rich.pack)


@given(stocks, st.integers(1, 40), claims_of())
def test_more_stock_takes_from_nobody_more_than_the_one_pack_that_rounding_gave_them(stock, more, claims):
    """It may take that one: what was left over at a lower level went to who had the fewest days then, and at a higher level nothing is left over."""
    before, after = shared(stock, *claims), shared(stock + more, *claims)

    assert all(after[one.who] >= before[one.who] - one.pack for one in claims)
    assert sum(after.values()) >= sum(before.values())


@given(stocks, mixed, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_changes_nothing(stock, claims, chance):
    assert shared(stock, *claims) == shared(stock, *chance.sample(claims, len(claims)))


@given(stocks, claims_of())
def test_where_floors_are_too_much_emergencies_come_first_then_who_has_the_fewest_days(stock, claims):
    floored = [replace(one, floor=one.pack) for one in claims if one.wanted]
    units = shared(stock, *floored)

    if sum(one.floor for one in floored) > stock:
        first_to_last = sorted(floored, key=lambda one: (not one.emergency, days_with(one, 0), one.who))
        got = [units[one.who] > 0 for one in first_to_last]
        assert got == sorted(got, reverse=True)
    else:
        assert all(units[one.who] >= one.floor for one in floored)


def test_of_two_thousand_who_ask_everybody_is_filled_up_to_the_same_days():
    claims = [claim(f"{nth:04}", 50, used=nth % 7 + 1, has=nth % 5) for nth in range(2000)]

    got = share(20_000, claims)

    assert sum(got.units.values()) == 20_000
    assert all(days_with(one, got.units[one.who]) <= got.days + 10 for one in claims if got.units[one.who])
