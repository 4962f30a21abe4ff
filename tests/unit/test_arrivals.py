"""What was counted of a shipment falls to the lines it was sent for, unit by unit, the first first."""

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.arrivals import Parcel, count_in, settle


def parcels(*sent):
    return [Parcel(line=nth, sent=units) for nth, units in enumerate(sent, start=1)]


def test_the_line_that_stands_first_is_filled_first():
    of_two = parcels(10, 10)

    count_in(of_two, accepted=13, rejected=4, missing=3)

    assert [(one.arrived, one.rejected, one.missing, one.unsettled) for one in of_two] == [(10, 0, 0, 0), (3, 4, 3, 7)]


def test_what_is_settled_falls_to_the_line_that_waits_first():
    first, second = parcels(10, 10)
    first.arrived, second.arrived = 8, 5

    assert settle([first, second], 4) == [(first, 2), (second, 2)]
    assert (first.unsettled, second.unsettled) == (0, 3)


def test_where_everything_arrived_nothing_is_settled():
    (only,) = parcels(5)
    count_in([only], accepted=5, rejected=0, missing=0)

    assert settle([only], 0) == []
    assert only.unsettled == 0


sent_and_counted = st.lists(st.integers(1, 12), min_size=1, max_size=5).flatmap(
    lambda sent: st.tuples(st.just(sent), st.integers(0, sum(sent)), st.integers(0, sum(sent))).map(lambda one: (one[0], *sorted(one[1:])))
)


@given(sent_and_counted)
def test_units_are_counted_in_one_by_one_into_the_first_line_that_has_room(drawn):
    sent, accepted, until = drawn
    rejected, missing = until - accepted, sum(sent) - until
    owners = [line for line, units in enumerate(sent) for _ in range(units)]
    whats = ["arrived"] * accepted + ["rejected"] * rejected + ["missing"] * missing
    of_them = parcels(*sent)

    count_in(of_them, accepted=accepted, rejected=rejected, missing=missing)

    for line, parcel in enumerate(of_them):
        mine = [what for owner, what in zip(owners, whats, strict=True) if owner == line]
        assert (parcel.arrived, parcel.rejected, parcel.missing) == tuple(mine.count(what) for what in ("arrived", "rejected", "missing"))
        assert parcel.unsettled == parcel.rejected + parcel.missing


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=5), st.lists(st.integers(0, 12), max_size=5))
def test_no_more_is_settled_than_is_open_however_often_somebody_settles(lines, settlements):
    of_them = [Parcel(line=nth, sent=sent, arrived=min(sent, arrived)) for nth, (sent, arrived) in enumerate(lines)]
    open_units = sum(one.unsettled for one in of_them)

    for units in settlements:
        before = open_units
        settled = settle(of_them, units)
        open_units -= sum(some for _, some in settled)
        assert sum(some for _, some in settled) == min(units, before)
        assert sum(one.unsettled for one in of_them) == open_units
        assert all(one.arrived + one.settled <= one.sent for one in of_them)
