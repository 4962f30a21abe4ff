"""Play a rule over a network, day by day: deliveries come, what has expired is thrown away, people ask, places order, depots share what they have and order from the supplier. Pure; the same network and rule play the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean

from orders.rules.fair import Claim, share
from orders.rules.reorder import Position
from orders.rules.simulation.measures import Outcome, Tally
from orders.rules.simulation.network import Network, Place, Product, Series
from orders.rules.simulation.seen import Rule, Seen, View
from orders.rules.simulation.shelves import Batch, Shelf

CLAIM_DAYS = 90
"""A depot that is short shares by the use of so many days."""
LEADS_KEPT = 50
OLD_BELOW_DAYS = 1200
BATCH_AGE_DAYS = 45
"""How old a new lot is when it comes, as in the made-up history."""


@dataclass(slots=True)
class Arrival:
    """What comes to a place, ordered on which day."""

    series: Series
    batches: list[Batch]
    ordered: int


@dataclass
class Play:
    """The state of a play: shelves, what is waited for, what is known."""

    network: Network
    rule: Rule
    shelves: dict[Series, Shelf] = field(default_factory=dict)
    seen: dict[Series, Seen] = field(default_factory=dict)
    on_order: Counter[Series] = field(default_factory=Counter)
    in_transit: Counter[Series] = field(default_factory=Counter)
    arrivals: dict[int, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[Series, dict[str, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    """By depot and product who waits for how many units, since which day."""
    leads: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    day: int = 0

    def __post_init__(self) -> None:
        network = self.network
        self.places = {place.code: place for place in network.places}
        self.depots = {place.code: [one for one in network.places if one.depot == place.code] for place in network.places if place.depot is None}
        self.products = {product.code: product for product in network.products}
        self.shortages = {product.code: network.shortages(product) for product in network.products}
        self.outcome = Outcome(rule=self.rule.name, seed=network.seed, judged_days=network.days - network.warm_days, groups={product.code: product.group for product in network.products})
        self.outcome.products = {product.code: Tally() for product in network.products}
        self.ledger = self.outcome.ledger

    @property
    def today(self) -> date:
        """Give the day that is played."""
        return self.network.first_day + timedelta(days=self.day)

    @property
    def is_judged(self) -> bool:
        """Whether the day counts."""
        return self.day >= self.network.warm_days

    def run(self) -> Outcome:
        """Play all days."""
        for depot in self.depots:
            for product in self.products.values():
                self._begin(depot, product, self._daily(depot, product.code) * self.network.world.start_days_depot)
        for nth in range(self.network.days):
            self.day = nth
            self._arrive()
            self._throw_away()
            self._hand_out()
            self._order_of_places()
            self._ship()
            self._order_of_depots()
            self._count_stock()
        self.ledger["on hand"] = sum(shelf.units for shelf in self.shelves.values())
        self.ledger["in transit"] = sum(self.in_transit[series] for series in self.in_transit if self.places[series[0]].depot)
        return self.outcome

    def _begin(self, place: str, product: Product, units: float) -> None:
        """Put on a shelf what lies there when a place begins: somebody's guess, in whole packs."""
        guess = units * self.network.chance("begin", place, product.code).uniform(0.5, 2)
        self.shelves[place, product.code] = Shelf()
        self._receive((place, product.code), -(-round(max(guess, 1)) // product.pack) * product.pack)

    def _daily(self, depot: str, product: str) -> float:
        """Give what the places of a depot are asked for on an average day, for the beginning alone."""
        demand = [self.network.demand[place.code, product] for place in self.depots[depot] if (place.code, product) in self.network.demand]
        return sum(sum(one.units) for one in demand) / self.network.days

    def _arrive(self) -> None:
        for arrival in self.arrivals.pop(self.day, []):
            units = sum(units for _, units in arrival.batches)
            self.on_order[arrival.series] -= units
            self.in_transit[arrival.series] -= units
            place = arrival.series[0]
            self.leads[place] = [*self.leads[place][1 - LEADS_KEPT :], self.day - arrival.ordered]
            if self.places[place].depot is None:
                self._receive(arrival.series, units)
            else:
                self.shelves[arrival.series].put(arrival.batches)

    def _receive(self, series: Series, units: int) -> None:
        """Take in units from outside, of the lot that is being made: once in a while an old one."""
        product, world = self.products[series[1]], self.network.world
        chance = self.network.chance("lot", *series, self.day)
        expires_on = date.max
        if product.shelf_life_days:
            is_old = product.shelf_life_days < OLD_BELOW_DAYS and chance.random() < world.old_lots
            left = product.ship_days_min + chance.randint(*world.old_days_left) if is_old else product.shelf_life_days - BATCH_AGE_DAYS - chance.randrange(90)
            expires_on = self.today + timedelta(days=left)
        self.shelves[series].put([(expires_on, units)])
        self.ledger["received"] += units

    def _throw_away(self) -> None:
        today = self.today
        for (_, product), shelf in self.shelves.items():
            if shelf.first < today:
                wasted = shelf.discard(today)
                self.ledger["wasted"] += wasted
                if self.is_judged:
                    self.outcome.products[product].wasted += wasted

    def _hand_out(self) -> None:
        day, noted = self.day, self.network.world.noted
        for series, demanded in self.network.demand.items():
            if day == demanded.starts:
                product = self.products[series[1]]
                self._begin(series[0], product, fmean(demanded.units[day : day + 90]) * self.network.world.start_days)
                self.seen[series] = Seen(self.today)
            elif day < demanded.starts:
                continue
            wanted, shelf = demanded.units[day], self.shelves[series]
            given = shelf.give(wanted) if wanted else 0
            unmet = wanted - given
            self.ledger["handed out"] += given
            self.seen[series].note(handed_out=given, unmet=unmet if unmet and self.network.chance("noted", *series, day).random() < noted else 0, left=shelf.units)
            if self.is_judged and demanded.is_used(day):
                tally = self.outcome.products[series[1]]
                tally.demanded += wanted
                tally.handed_out += given
                tally.days += 1
                tally.days_without += not shelf.units or unmet > 0

    def _order_of_places(self) -> None:
        due = {place.code for place in self.places.values() if place.depot and self._is_due(place)}
        views = [self.view(series, [seen]) for series, seen in self.seen.items() if series[0] in due]
        for view, units in zip(views, self.rule.order(views) if views else [], strict=True):
            self._note_order(view, units)
            depot = self.places[view.place].depot
            assert depot is not None
            queue = self.waiting[depot, view.product]
            before, since = queue.get(view.place, (0, self.day))
            if self.rule.replaces:
                self.on_order[view.place, view.product] -= before
                before = 0
            if before + units:
                queue[view.place] = before + units, since
            else:
                queue.pop(view.place, None)

    def _order_of_depots(self) -> None:
        due = [code for code in self.depots if self._is_due(self.places[code])]
        views = [self.view((code, product), [self.seen[place.code, product] for place in self.depots[code] if (place.code, product) in self.seen]) for code in due for product in self.products]
        for view, units in zip(views, self.rule.order(views) if views else [], strict=True):
            self._note_order(view, units)
            if units:
                series = view.place, view.product
                self.in_transit[series] += units
                self.arrivals[self._supplied_on(series)].append(Arrival(series, [(date.max, units)], self.day))

    def _note_order(self, view: View, units: int) -> None:
        self.on_order[view.place, view.product] += units
        if self.is_judged and units:
            self.outcome.products[view.product].orders += 1

    def _is_due(self, place: Place) -> bool:
        return (self.today.toordinal() - 1 - place.order_weekday) % self.rule.every(is_depot=place.depot is None) == 0

    def view(self, series: Series, pasts: list[Seen]) -> View:
        """Show what is known, as the service does: of a depot also what it owes to places that wait, and how long its lots must last to be sent."""
        product, is_depot = self.products[series[1]], self.places[series[0]].depot is None
        position = Position(
            lots=self.shelves[series].lying(),
            on_order=self.on_order[series],
            in_transit=self.in_transit[series],
            owed=sum(units for units, _ in self.waiting[series].values()) if is_depot else 0,
            shelf_life_days_min=product.ship_days_min if is_depot else 0,
        )
        return View(place=series[0], product=product.code, group=product.group, pack=product.pack, today=self.today, is_depot=is_depot, pasts=pasts, position=position, leads=self.leads[series[0]])

    def _ship(self) -> None:
        """Send what is asked for; where a depot is short, everybody gets their fair share and waits for the rest."""
        for (depot, code), queue in self.waiting.items():
            if not queue:
                continue
            product, shelf = self.products[code], self.shelves[depot, code]
            lasting = self.today + timedelta(days=product.ship_days_min)
            stock = shelf.lasting(lasting)
            if stock:
                for place, units in self._shares(product, queue, stock):
                    wanted, ordered = queue.pop(place)
                    if wanted > units:
                        queue[place] = wanted - units, ordered
                    self.in_transit[place, code] += units
                    self.arrivals[self._delivered_on(place)].append(Arrival((place, code), shelf.take(units, lasting=lasting), ordered))

    def _shares(self, product: Product, queue: dict[str, tuple[int, int]], stock: int) -> Iterable[tuple[str, int]]:
        if sum(units for units, _ in queue.values()) <= stock:
            return [(place, units) for place, (units, _) in queue.items()]
        claims = [
            Claim(
                who=place,
                wanted=units,
                has=self.shelves[place, product.code].units + self.in_transit[place, product.code],
                used=self.seen[place, product.code].consumption(CLAIM_DAYS).units,
                days=CLAIM_DAYS,
                pack=product.pack,
                floor=product.pack,
            )
            for place, (units, _) in queue.items()
        ]
        return [(place, units) for place, units in share(stock, claims).units.items() if units]

    def _delivered_on(self, place: str) -> int:
        world, chance = self.network.world, self.network.chance("lead", place, self.day)
        return self.day + chance.randint(*(world.late_days if chance.random() < world.late_chance else world.lead_days))

    def _supplied_on(self, series: Series) -> int:
        """Say when the supplier delivers: what it has none of is sent when it has some again."""
        world, chance = self.network.world, self.network.chance("supplier", *series, self.day)
        sent = next((until for since, until in self.shortages[series[1]] if since <= self.day < until), self.day)
        return sent + chance.randint(*(world.supplier_late_days if chance.random() < world.supplier_late_chance else world.supplier_days))

    def _count_stock(self) -> None:
        if self.is_judged:
            for (_, product), shelf in self.shelves.items():
                self.outcome.products[product].stock_days += shelf.units


def play(network: Network, rule: Rule) -> Outcome:
    """Play a rule over a network."""
    return Play(network, rule).run()
