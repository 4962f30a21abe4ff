"""Which lots are picked, and how much may leave on a day, against the plainest reckoning there is."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.allocation import allocate_fefo
from inventory.rules.lots import LotEvent, is_recalled_after
from inventory.rules.shelf import Lot, Shelf

DAY = date(2026, 11, 20)
DAYS = [DAY + timedelta(days=n) for n in range(8)]


@dataclass
class Diary:
    """What moved on a shelf on each day: the truth a shelf has to agree with."""

    stored: dict[date, int]
    entered: list[tuple[date, int]]

    def at_the_end_of(self, day: date) -> int:
        return sum(units for moved_on, units in [*self.stored.items(), *self.entered] if moved_on <= day)

    def lowest_from(self, day: date) -> int:
        return min(self.at_the_end_of(later) for later in DAYS if later >= day)


def lot(number="A1", expires_on: date | None = DAY) -> Lot:
    return Lot(id=1, product="spray", product_id=1, number=number, expires_on=expires_on)


def shelf(number="A1", expires_on: date | None = DAY, **more) -> Shelf:
    return Shelf(place_id=1, lot=lot(number, expires_on), **more)


RECALLED, LIFTED = (lambda n: LotEvent(kind="recall", happened_on=DAYS[n])), (lambda n: LotEvent(kind="lift", happened_on=DAYS[n]))


@pytest.mark.parametrize(
    ("events", "days_before"),
    [
        ([], 0),
        ([RECALLED(3)], 3),
        ([RECALLED(3), LIFTED(4)], 0),
        ([RECALLED(1), LIFTED(2), RECALLED(5)], 5),
        ([RECALLED(1), RECALLED(5)], 5),
        ([RECALLED(1), RECALLED(5), LIFTED(6)], 5),
        ([LotEvent(kind="quarantine", happened_on=DAYS[3])], 0),
    ],
)
def test_a_day_is_before_a_recall_that_is_in_force_until_the_day_of_the_last_one(events, days_before):
    assert [is_recalled_after(day, events) for day in DAYS] == [True] * days_before + [False] * (len(DAYS) - days_before)


nets = st.dictionaries(st.sampled_from(DAYS), st.integers(-5, 9), max_size=6)
days = st.sampled_from(DAYS)
entries = st.lists(st.tuples(days, st.integers(-5, 9)), max_size=6)


def opened(diary: Diary) -> Shelf:
    """Give the shelf as the book reads it: what lies there now, and the last day anything moved."""
    on_hand = sum(diary.stored.values())
    return shelf(on_hand=on_hand, last_moved_on=max(diary.stored, default=None))


def learnt(found: Shelf, diary: Diary, day: date) -> Shelf:
    """Do what the book does before it asks about a day: read what moved later, unless that is known."""
    if not found.knows(day):
        found.learn([(moved_on, units) for moved_on, units in diary.stored.items() if moved_on > day], since=day)
    return found


@given(stored=nets, acts=entries, day=days)
def test_the_lowest_balance_is_that_of_a_day_by_day_reckoning(stored, acts, day):
    diary = Diary(stored, [])
    found = opened(diary)

    for moved_on, units in acts:
        found.move(units, moved_on)
        diary.entered.append((moved_on, units))

    assert learnt(found, diary, day).lowest_from(day) == diary.lowest_from(day)


@given(stored=nets, acts=st.lists(st.tuples(days, st.integers(-5, 9), days), max_size=6))
def test_the_lowest_balance_stays_right_while_an_act_enters_and_asks_in_turn(stored, acts):
    diary = Diary(stored, [])
    found = opened(diary)

    for moved_on, units, asked in acts:
        found.move(units, moved_on)
        diary.entered.append((moved_on, units))
        assert learnt(found, diary, asked).lowest_from(asked) == diary.lowest_from(asked)
        assert found.on_hand == diary.at_the_end_of(DAYS[-1])


@given(stored=nets, held=st.integers(0, 5), day=days)
def test_what_may_leave_is_neither_held_nor_missing_on_any_later_day(stored, held, day):
    diary = Diary(stored, [])
    found = learnt(opened(diary), diary, day)
    found.held = held

    may_leave = max([0, *(units for units in range(1, 60) if units <= found.on_hand - held and all(diary.at_the_end_of(later) >= units for later in DAYS if later >= day))])

    assert found.available(day) == may_leave


def test_a_shelf_where_nothing_ever_lay_needs_no_reading():
    new = shelf()

    assert new.knows(DAYS[0])
    assert new.lowest_from(DAYS[0]) == 0


def test_what_comes_in_on_a_later_day_cannot_leave_on_an_earlier_one():
    found = shelf(on_hand=5, last_moved_on=DAYS[3])
    found.learn([(DAYS[3], 5)], since=DAYS[1])

    assert found.lowest_from(DAYS[1]) == 0
    assert found.lowest_from(DAYS[3]) == 5


@dataclass(frozen=True)
class Lying:
    number: str
    expires_on: date | None
    units: int
    counted_on: date | None
    blocks: int = 0


lying = st.lists(
    st.builds(
        Lying,
        number=st.sampled_from(["A", "B", "C", "D", "E", "a", "Å"]),
        expires_on=st.one_of(st.none(), st.sampled_from(DAYS[:4])),
        units=st.integers(0, 6),
        counted_on=st.one_of(st.none(), st.sampled_from(DAYS[:3])),
        blocks=st.sampled_from([0, 0, 0, 1, 2]),
    ),
    max_size=6,
    unique_by=lambda one: one.number,
)


def unusable(one: Lying, day: date) -> bool:
    return one.blocks > 0 or (one.expires_on is not None and one.expires_on < day)


def one_by_one(lots: list[Lying], wanted: int, day: date) -> dict[str, int]:
    """Pick unit by unit: each time look at all lots afresh and take one of the lot that expires first."""
    left = {one.number: one.units for one in lots}
    picked: dict[str, int] = {}
    for _ in range(wanted):
        first = None
        for one in lots:
            if left[one.number] == 0 or unusable(one, day) or (one.counted_on is not None and day < one.counted_on):
                continue
            if first is None or (one.expires_on or date.max, one.number) < (first.expires_on or date.max, first.number):
                first = one
        if first is None:
            break
        left[first.number] -= 1
        picked[first.number] = picked.get(first.number, 0) + 1
    return picked


@given(lots=lying, wanted=st.integers(1, 20), day=st.sampled_from(DAYS[:4]))
def test_the_lots_picked_are_those_picked_unit_by_unit(lots, wanted, day):
    shelves = [shelf(one.number, one.expires_on, on_hand=one.units, counted_on=one.counted_on, blocks=one.blocks) for one in lots]

    allocation = allocate_fefo(shelves, wanted, day=day)

    expected = one_by_one(lots, wanted, day)
    assert {pick.shelf.lot.number: pick.units for pick in allocation.picks} == expected
    assert allocation.units == sum(expected.values())
    assert allocation.units + allocation.short == wanted
    assert allocation.unusable == sum(one.units for one in lots if unusable(one, day))


@given(lots=lying, wanted=st.integers(1, 20), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_lots_are_read_changes_nothing(lots, wanted, seed):
    shelves = [shelf(one.number, one.expires_on, on_hand=one.units) for one in lots]
    shuffled = seed.sample(shelves, len(shelves))

    picks = [[(pick.shelf.lot.number, pick.units) for pick in allocate_fefo(some, wanted, day=DAY).picks] for some in (shelves, shuffled)]

    assert picks[0] == picks[1]


@given(lots=lying, wanted=st.integers(1, 20))
def test_no_lot_is_taken_while_one_that_expires_earlier_is_left(lots, wanted):
    shelves = [shelf(one.number, one.expires_on, on_hand=one.units) for one in lots]

    picks = {pick.shelf.lot.number: pick.units for pick in allocate_fefo(shelves, wanted, day=DAY).picks}

    for taken in shelves:
        for earlier in shelves:
            if taken.lot.number in picks and earlier.is_usable(DAY) and (earlier.lot.expires_on or date.max) < (taken.lot.expires_on or date.max):
                assert picks.get(earlier.lot.number, 0) == earlier.on_hand


def test_the_expiry_day_itself_is_the_last_usable_day():
    assert shelf(expires_on=DAY).is_usable(DAY)
    assert not shelf(expires_on=DAY).is_usable(DAY + timedelta(days=1))
    assert shelf(expires_on=None).is_usable(date.max)


def test_what_is_held_is_not_picked():
    shelves = [shelf("SOON", DAY, on_hand=5, held=4), shelf("LATE", DAY + timedelta(days=9), on_hand=5)]

    allocation = allocate_fefo(shelves, 3, day=DAY)

    assert [(pick.shelf.lot.number, pick.units) for pick in allocation.picks] == [("SOON", 1), ("LATE", 2)]


# What happened to the lot.

HERE, THERE = 1, 2
LATE = DAYS[-1] + timedelta(days=300)


@dataclass(frozen=True)
class Happened:
    """What happened to a lot on a day: blocked or let out (here, there or everywhere), recalled or let free, or given another expiry."""

    kind: str
    day: date
    place_id: int | None = None
    expires_on: date | None = None


happenings = st.lists(
    st.one_of(
        st.builds(Happened, kind=st.sampled_from(["quarantine", "release"]), day=days, place_id=st.sampled_from([HERE, THERE, None])),
        st.builds(Happened, kind=st.sampled_from(["recall", "lift"]), day=days),
        st.builds(Happened, kind=st.just("redate"), day=days, expires_on=st.sampled_from([*DAYS, LATE])),
    ),
    max_size=9,
).map(lambda happened: sorted(happened, key=lambda one: one.day))


class Fate:
    """A lot followed day by day: the plainest way to know what was in force at the end of a day."""

    def __init__(self, expires_on: date | None) -> None:
        self.events: list[LotEvent] = []
        self.expiry = dict.fromkeys([*DAYS, date.max], expires_on)
        self.blocked: dict[tuple[date, int | None], bool] = {}
        self.recalled = dict.fromkeys([*DAYS, date.max], False)

    def follow(self, happened: list[Happened]) -> None:
        """Take in what happened; what cannot happen (released where nothing was blocked, blocked twice) does not."""
        for one in happened:
            if one.kind == "redate":
                before, later = self.expiry[date.max], [day for day in self.expiry if day >= one.day]
                self.expiry |= dict.fromkeys(later, one.expires_on)
                self.events.append(LotEvent(kind="redate", happened_on=one.day, expires_before=before, expires_after=one.expires_on))
            elif one.kind in {"recall", "lift"}:
                if self.recalled[date.max] != (one.kind == "recall"):
                    self.recalled |= {day: one.kind == "recall" for day in self.recalled if day >= one.day}
                    self.events.append(LotEvent(kind=one.kind, happened_on=one.day))
            elif self.blocked.get((date.max, one.place_id), False) != (one.kind == "quarantine"):
                self.blocked |= {(day, one.place_id): one.kind == "quarantine" for day in self.expiry if day >= one.day}
                self.events.append(LotEvent(kind=one.kind, happened_on=one.day, place_id=one.place_id))

    def is_blocked(self, day: date) -> bool:
        return self.blocked.get((day, None), False) or self.blocked.get((day, HERE), False) or self.recalled[day] or self.recalled[date.max]

    def shelf(self) -> Shelf:
        """Give the shelf as the database keeps it: what is in force now, since when, and what happened."""
        now = date.max
        kept = lot(expires_on=self.expiry[now])
        kept.blocks = self.blocked.get((now, None), False) + self.recalled[now]
        kept.changed_on = max((event.happened_on for event in self.events), default=None)
        return Shelf(place_id=HERE, lot=kept, on_hand=5, blocks=int(self.blocked.get((now, HERE), False)))


@given(expires_on=st.sampled_from([None, *DAYS]), happened=happenings, day=days)
def test_what_is_in_force_on_a_day_is_what_was_at_its_end_however_much_happened_since(expires_on, happened, day):
    fate = Fate(expires_on)
    fate.follow(happened)
    found = fate.shelf()
    if not found.lot.knows(day):
        found.lot.events = tuple(fate.events)

    assert found.lot.expiry(day) == fate.expiry[day]
    assert found.is_blocked(day) == fate.is_blocked(day)
    assert found.is_usable(day) == (not fate.is_blocked(day) and (fate.expiry[day] is None or day <= fate.expiry[day]))


@given(expires_on=st.sampled_from([None, *DAYS]), happened=happenings, day=days)
def test_the_day_of_the_last_event_needs_no_reading(expires_on, happened, day):
    fate = Fate(expires_on)
    fate.follow(happened)

    assert fate.shelf().lot.knows(day) == all(event.happened_on <= day for event in fate.events)


def test_a_released_lot_is_usable_unless_it_has_expired_meanwhile():
    fate = Fate(DAYS[2])
    fate.follow([Happened("quarantine", DAYS[1]), Happened("release", DAYS[4])])
    found = fate.shelf()
    found.lot.events = tuple(fate.events)

    assert [found.is_usable(day) for day in DAYS[:6]] == [True, False, False, False, False, False]


def test_a_lot_in_quarantine_twice_needs_two_releases():
    fate = Fate(None)
    fate.follow([Happened("quarantine", DAYS[0]), Happened("quarantine", DAYS[0], HERE), Happened("release", DAYS[1])])

    assert not fate.shelf().is_usable(DAYS[1])


def test_what_is_recalled_now_may_be_used_on_no_day_and_once_lifted_on_none_between():
    fate = Fate(None)
    fate.follow([Happened("recall", DAYS[3])])
    recalled = fate.shelf()
    recalled.lot.events = tuple(fate.events)
    fate.follow([Happened("lift", DAYS[5])])
    lifted = fate.shelf()
    lifted.lot.events = tuple(fate.events)

    assert not any(recalled.is_usable(day) for day in DAYS[:7])
    assert [lifted.is_usable(day) for day in DAYS[:7]] == [True, True, True, False, False, True, True]


def test_a_release_lifts_no_recall_and_lifting_releases_nothing():
    fate = Fate(None)
    fate.follow([Happened("quarantine", DAYS[0]), Happened("recall", DAYS[1]), Happened("release", DAYS[2])])

    assert fate.shelf().is_blocked(DAYS[3])
    fate.follow([Happened("quarantine", DAYS[3]), Happened("lift", DAYS[4])])
    assert fate.shelf().is_blocked(DAYS[5])
