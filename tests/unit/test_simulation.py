"""Rules of ordering that are played: what goes in comes out, the same seed plays the same, and no rule sees what the service would not know."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from inventory.rules.consumption import DemandDays, Window
from inventory.rules.projection import Lying
from orders.rules.policies import Method, Policy
from orders.rules.reorder import Position
from orders.rules.simulation import past
from orders.rules.simulation.measures import Outcome, Tally, is_better
from orders.rules.simulation.network import Demanded, Network, Place, Product, World
from orders.rules.simulation.ours import Ours
from orders.rules.simulation.plain import Plain
from orders.rules.simulation.play import Play, play
from orders.rules.simulation.seen import Seen, View
from orders.rules.simulation.shelves import Shelf

MONDAY = date(2026, 1, 5)
LONG = MONDAY + timedelta(days=900)
STRONG = Plain(name="strong", months=3, is_strong=True)
PUBLISHED = Plain(name="published", months=3, is_strong=False)
POLICY = Policy(
    method=Method.REORDER_POINT,
    lead_days=7,
    review_days=7,
    cover_days=7,
    reserve_days=14,
    service_level=0.95,
    months_min=Fraction(1),
    months_max=Fraction(6),
    default_monthly=Fraction(10),
    count_days_max=90,
    days_needed=14,
)
OURS = Ours(name="ours", places={"other": POLICY}, depots={"other": replace(POLICY, review_days=28, lead_days=28)})
SPRAY = Product(code="spray", group="other", pack=2, shelf_life_days=400, ship_days_min=30)
CARD = Product(code="card", group="other", pack=10)


def network(units=(3,) * 200, *, seed=1, products=(SPRAY, CARD), places=2, world=None, **changes) -> Network:
    codes = [f"place-{nth}" for nth in range(places)]
    demand = {(code, product.code): Demanded(units=units, **changes) for code in codes for product in products}
    all_places = [*(Place(code=code, depot="depot", order_weekday=1) for code in codes), Place(code="depot", depot=None)]
    return Network(first_day=MONDAY, days=len(units), warm_days=len(units) // 2, places=all_places, products=products, demand=demand, seed=seed, world=world or World())


def seen(*days: tuple[int, int, int]) -> Seen:
    """Give a past of days: handed out, noted as unmet, left in the evening."""
    found = Seen(MONDAY)
    for handed_out, unmet, left in days:
        found.note(handed_out=handed_out, unmet=unmet, left=left)
    return found


def view(past_seen: Seen, *, on_hand=0, on_order=0, pack=1) -> View:
    position = Position(lots=[Lying(lot="-", units=on_hand, expires_on=LONG)], on_order=on_order)
    return View(place="p", product="x", group="other", pack=pack, today=MONDAY + timedelta(days=past_seen.days - 1), is_depot=False, pasts=[past_seen], position=position, leads=[])


@dataclass
class Watching:
    """Orders as another rule does, and remembers what it was shown."""

    rule: Plain | Ours
    name: str = "watching"
    replaces: bool = False
    shown: list[tuple[str, list[int], list[int], int]] = field(default_factory=list)

    def every(self, *, is_depot):
        return self.rule.every(is_depot=is_depot)

    def order(self, views):
        self.shown += [(one.place, [*one.pasts[0].handed_out], [*one.pasts[0].unmet], one.pasts[0].stocked) for one in views if not one.is_depot]
        return self.rule.order(views)


@pytest.mark.parametrize("rule", [PUBLISHED, STRONG, OURS])
@given(units=some.lists(some.integers(0, 40), min_size=60, max_size=200), seed=some.integers(0, 99), life=some.integers(60, 500))
@settings(max_examples=15)
def test_what_was_received_was_handed_out_wasted_or_is_still_there(rule, units, seed, life):
    played = play(network(units, seed=seed, products=(replace(SPRAY, shelf_life_days=life + 140), CARD)), rule)

    ledger = played.ledger
    assert ledger["received"] == ledger["handed out"] + ledger["wasted"] + ledger["on hand"] + ledger["in transit"]


def test_the_same_seed_plays_the_same_and_another_does_not():
    first, again, other = (play(network(seed=seed), OURS) for seed in (1, 1, 2))

    assert (first.ledger, first.products) == (again.ledger, again.products)
    assert first.ledger != other.ledger


def test_published_it_orders_three_months_of_what_was_handed_out_less_what_lies_there():
    ninety_one = seen(*[(2, 0, 5)] * 46, *[(0, 4, 0)] * 45)  # half of the time without stock

    # 92 handed out in 91 days: 92 × 30.4375 ÷ 91 = 30.77 a month; three of them are 92.3
    assert PUBLISHED.order([view(ninety_one, on_hand=10, on_order=50)]) == [83]
    assert PUBLISHED.order([view(ninety_one, on_hand=10, on_order=50, pack=20)]) == [100]


def test_a_strong_one_takes_off_what_is_on_order_and_counts_what_was_asked_for_in_vain():
    ninety_one = seen(*[(2, 0, 5)] * 46, *[(0, 4, 0)] * 45)

    # 92 + 180 in 91 days: 90.98 a month; three of them are 272.9
    assert STRONG.order([view(ninety_one, on_hand=10, on_order=50)]) == [213]


def test_ours_leaves_the_days_without_stock_out():
    rule = Ours(name="ours", places={"other": replace(POLICY, safety_units=0, cover_days=0)}, depots={})
    full, half = seen(*[(2, 0, 5)] * 90), seen(*[(2, 0, 5)] * 45, *[(0, 0, 0)] * 45)

    assert rule.order([view(full)]) == rule.order([view(half)]) == [2 * (7 + 7 + 14)]


def test_demand_that_was_neither_met_nor_noted_is_not_seen():
    demand = [20] * 120
    world = World(noted=0, start_days=1, short_a_year=40)
    watching = Watching(STRONG)

    played = play(network(demand, world=world, places=1, products=(CARD,)), watching)

    tally = played.products["card"]
    assert tally.handed_out < tally.demanded
    assert all(set(unmet) == {0} for _, _, unmet, _ in watching.shown)
    assert max(handed_out[-1] for _, handed_out, _, _ in watching.shown) <= played.ledger["handed out"]


def test_what_a_rule_is_shown_is_the_same_whatever_is_asked_for_later():
    before, after = Watching(OURS), Watching(OURS)

    play(network([3] * 50 + [0] * 50), before)
    play(network([3] * 50 + [90] * 50), after)

    until = [shown for shown in before.shown if len(shown[1]) <= 50]
    assert until
    assert until == [shown for shown in after.shown if len(shown[1]) <= 50]


def test_a_day_is_one_with_stock_when_some_is_left_or_was_handed_out():
    past_seen = seen((1, 0, 4), (4, 0, 0), (0, 2, 0), (0, 0, 3))

    used = past_seen.consumption(4)

    assert past_seen.stocked == 0b1011
    assert (used.units, used.days, used.days_without) == (7, 3, 1)


def test_a_summary_is_what_the_ledgers_days_come_to():
    days = [(3, 0, 5), (5, 1, 0), (0, 2, 0), (0, 0, 0), (1, 0, 9)] * 5
    window = Window(since=MONDAY, until=MONDAY + timedelta(days=len(days) - 1))
    day = [MONDAY + timedelta(days=nth) for nth in range(len(days))]
    ledger = DemandDays(
        window=window,
        handed_out={on: units for on, (units, _, _) in zip(day, days, strict=True)},
        unmet={on: units for on, (_, units, _) in zip(day, days, strict=True)},
        with_stock=sum(1 << nth for nth, (units, _, left) in enumerate(days) if units or left),
    )

    last = Window(since=window.until - timedelta(days=12), until=window.until)
    assert seen(*days).consumption(13) == ledger.consumption(last)
    assert seen(*days).of_days(25) == ledger.counted()


def test_the_first_to_expire_is_given_first_and_what_has_expired_is_thrown_away():
    shelf = Shelf()
    shelf.put([(LONG, 10), (MONDAY, 4)])

    assert shelf.give(3) == 3
    assert shelf.discard(MONDAY + timedelta(days=1)) == 1
    assert (shelf.units, shelf.give(12), shelf.units) == (10, 10, 0)


def test_a_depot_ships_nothing_that_expires_too_soon():
    shelf = Shelf()
    shelf.put([(MONDAY, 4), (LONG, 10)])

    assert shelf.lasting(LONG) == 10
    assert shelf.take(6, lasting=LONG) == [(LONG, 6)]
    assert shelf.batches == [(MONDAY, 4), (LONG, 4)]


def test_a_depot_that_is_short_gives_everybody_their_share():
    demand = [10] * 90
    playing = Play(network(demand, world=World(short_a_year=60, short_days=(30, 60), start_days_depot=7, start_days=7)), STRONG)

    playing.run()

    handed_out = [playing.seen[place, "card"].handed_out[-1] for place in ("place-0", "place-1")]
    assert min(handed_out) > 0.7 * max(handed_out)


def test_of_a_depot_a_rule_is_shown_what_it_owes_and_how_long_its_lots_must_last():
    playing = Play(network([0] * 5), STRONG)
    playing.run()
    playing.waiting["depot", "spray"]["place-0"] = (40, 0)

    there, elsewhere = (playing.view((place, "spray"), []).position for place in ("depot", "place-0"))

    assert (there.owed, there.shelf_life_days_min) == (40, 30)
    assert (elsewhere.owed, elsewhere.shelf_life_days_min) == (0, 0)


def test_nobody_is_without_stock_of_what_they_do_not_use_yet():
    played = play(network([0] * 60 + [2] * 40, starts=60), STRONG)

    assert played.products["card"].days == 2 * 40


def test_on_days_without_stock_the_past_is_given_the_demand_of_a_day_with_stock():
    window = Window(since=MONDAY, until=MONDAY + timedelta(days=9))
    handed_out = {MONDAY + timedelta(days=nth): 4 + nth % 2 for nth in range(6)}
    days = DemandDays(window=window, handed_out=handed_out, unmet={MONDAY + timedelta(days=7): 50}, with_stock=0b111111)

    made = past.network_of({("a", "card"): days, ("alone", "card"): days}, {"a": "depot"}, [CARD], seed=1, warm_days=2)

    assert [*made.demand] == [("a", "card")]
    assert [*made.demand["a", "card"].units[:6]] == [4, 5, 4, 5, 4, 5]
    assert set(made.demand["a", "card"].units[6:]) <= {4, 5}


def test_better_is_more_handed_out_with_no_more_stock_and_less_waste():
    def outcome(**changes) -> Outcome:
        tally = Tally(**{"demanded": 100, "handed_out": 90, "days": 10, "stock_days": 500, "wasted": 5} | changes)
        return Outcome(rule="x", seed=1, judged_days=10, groups={"spray": "naloxone"}, products={"spray": tally})

    assert all(is_better(outcome(handed_out=91, wasted=4), outcome()).values())
    assert not is_better(outcome(), outcome())["higher fill rate"]
    assert not is_better(outcome(handed_out=91, stock_days=501), outcome())["no more stock"]
    assert not is_better(outcome(handed_out=91, wasted=5), outcome())["less waste"]
