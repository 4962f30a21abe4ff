"""Units of a giver's stock held for orders: the lots that expire first of those that last long enough, and why the others were passed over."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory import queries as stock
from inventory.errors import NotYourPlace
from inventory.queries import use
from inventory.queries.shelves import Held
from inventory.rules import entries
from inventory.rules.allocation import FirstOut, PassedOver
from inventory.service import holds
from inventory.service.book import Book
from inventory.service.holds import Promise
from orders.queries import lists
from orders.queries.lists import LineRead
from orders.rules.fair import Claim, Share, share
from orders.rules.states import Act, Kind
from orders.service.hand import By, InHand, Outcome, lock, put_down_all, take, take_locked
from supply.reference.models import Place, Product

DAYS_BACK = 90
"""What somebody who has used nothing is reckoned over."""


def again(session: Session, number: str, *, seen: int | None, by: By) -> InHand:
    """Hold what has come meanwhile for an order, and let go of what can no longer be sent."""
    hand = take(session, number, Act.ALLOCATE, seen, by=by)
    hand.put_down(hand.state, allocate(hand), tell=[hand.place])
    return hand


def open_orders(session: Session, giver: Place, *, by: By) -> int:
    """Hold what has come meanwhile for all orders that a place owes something; gives how many got something. Under shortage everybody gets a fair share."""
    if by.person.role_at(giver) is None:
        raise NotYourPlace(place=giver.code, at="place")
    if not (numbers := lists.owing(session, giver.id)):
        return 0
    lock(session, numbers, by=by)
    still = [(number, None) for number in lists.owing(session, giver.id) if number in set(numbers)]  # once more, now that nobody changes them
    hands = take_locked(session, still, Act.ALLOCATE, by=by)
    products = {line.product_id: line.product for hand in hands for line in hand.lines}
    giving = _Giving(book=_shelves(session, giver, sorted(products.values()), by), lives=shelf_lives(session, [*products]))
    let_go = giving.let_go_of_unusable(hands)
    shares = fair_shares(session, giver, [*products], by=by, approved_only=True)
    found = [(hand, giving.find(hand, {line.line: min(line.short, share_of(shares, hand.order.number, line)) for line in hand.lines})) for hand in hands]
    holds.hold(session, [promise for _, one in found for promise in one.promises], now=by.now)
    put_down_all(
        [Outcome(hand=hand, state=hand.state, facts=one.facts | {"let_go": let_go.get(hand.order.number, [])}, tell=[hand.place]) for hand, one in found if one.promises or hand.order.number in let_go]
    )
    return sum(bool(one.promises) for _, one in found)


def allocate(hand: InHand) -> dict[str, Any]:
    """Hold units for what is due on an order; gives what was held, what is short, and why lots were passed over."""
    book = _shelves(hand.session, hand.giving(), [line.product for line in hand.lines], hand.by)
    giving = _Giving(book=book, lives=shelf_lives(hand.session, [line.product_id for line in hand.lines]))
    let_go = giving.let_go_of_unusable([hand])
    found = giving.find(hand, {line.line: line.short for line in hand.lines})
    holds.hold(hand.session, found.promises, now=hand.by.now)
    return found.facts | ({"let_go": let_go[hand.order.number]} if let_go else {})


def needed_until(kind: Kind, arrives_on: date, shelf_life_days_min: int | None) -> date:
    """Give the day until which units must be usable: so many days from their arrival; what is returned to a depot need not be."""
    return date.min if kind is Kind.RETURN else arrives_on + timedelta(days=shelf_life_days_min or 0)


def shelf_lives(session: Session, product_ids: Sequence[int]) -> dict[int, int | None]:
    """Give by product how many days it must last when it arrives."""
    return {product.id: product.shelf_life_days_min for product in session.scalars(select(Product).where(Product.id.in_(product_ids)))}


def fair_shares(session: Session, giver: Place, product_ids: Collection[int], *, by: By, approved_only: bool = False) -> dict[int, Share]:
    """Share by product what a place can give among all who ask for it, those who are not decided on too: equal days of stock.

    What is returned is not shared: of that everybody is proposed what they asked for. What is held for an order counts as coming.
    """
    asked = lists.waiting(session, giver.id, product_ids=product_ids, approved_only=approved_only)
    held: Counter[tuple[str, int | None]] = Counter()
    unheld: Counter[tuple[int, int]] = Counter()
    for hold in stock.holds_for(session, {one.number for one in asked}):
        held[hold.document, hold.line] += hold.units
    wanted = [max(0, one.units - held.get((one.number, one.line), 0)) for one in asked]
    for one, units in zip(asked, wanted, strict=True):
        unheld[one.place_id, one.product_id] += units
    places = {one.place_id for one in asked}
    there = use.lying(session, places, product_ids, today=by.today)
    used = use.used(session, places, product_ids, since=use.since_when(by.today), today=by.today)
    coming = lists.on_order(session, places, product_ids)
    has = {key: max(0, (there[key].usable if key in there else 0) + coming.get(key, 0) - still) for key, still in unheld.items()}
    claims: dict[int, list[Claim]] = {product_id: [] for product_id in product_ids}
    returned: dict[int, dict[str, int]] = {product_id: {} for product_id in product_ids}
    for one, units in zip(asked, wanted, strict=True):
        key, who = (one.place_id, one.product_id), _who(one.number, one.line)
        if one.kind == Kind.RETURN:
            returned[one.product_id][who] = units
            continue
        used_units, days = used.get(key, (0, DAYS_BACK))
        claims[one.product_id].append(Claim(who=who, wanted=units, has=has[key], used=used_units, days=days, pack=one.pack, floor=one.pack, emergency=one.emergency))
    free = to_send(session, giver, product_ids, by=by)
    shares = {product_id: share(free.get(product_id, 0), of_it) for product_id, of_it in claims.items()}
    return {product_id: replace(one, units={**one.units, **returned[product_id]}) for product_id, one in shares.items()}


def to_send(session: Session, giver: Place, product_ids: Collection[int], *, by: By) -> dict[int, int]:
    """Give by product how many units a place can send: held by nobody, and lasting long enough. One query for each shelf life."""
    lives = shelf_lives(session, [*product_ids])
    found: dict[int, int] = {}
    for life in set(lives.values()):
        found |= use.free(session, giver.id, [one for one in lives if lives[one] == life], until=needed_until(Kind.ORDER, by.arrives_on, life), today=by.today)
    return found


def share_of(shares: Mapping[int, Share], number: str, line: LineRead) -> int:
    """Give what an order's line is proposed."""
    return shares[line.product_id].units.get(_who(number, line.line), 0) if line.product_id in shares else 0


def _who(number: str, line: int) -> str:
    return f"{number}/{line}"


def _shelves(session: Session, giver: Place, products: Sequence[str], by: By) -> Book:
    return holds.open_shelves(session, giver.code, products, by=by.person, now=by.now, ledger_opens_on=by.settings.ledger_opens_on)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What can be promised to an order, and how the timeline shows it."""

    promises: list[Promise]
    facts: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class _Giving:
    """A place's shelves while units of them are promised to one order after the other."""

    book: Book
    lives: Mapping[int, int | None]
    turns: dict[tuple[int, bool], FirstOut] = field(default_factory=dict)
    """By product, and whether it goes back to a depot: the shelves in the order in which they are given."""
    told: dict[str, tuple[Sequence[PassedOver], list[dict[str, Any]]]] = field(default_factory=dict)

    def let_go_of_unusable(self, hands: Sequence[InHand]) -> dict[str, list[dict[str, Any]]]:
        """Let go of holds on what has expired, is blocked, or no longer lasts long enough; gives by order what was let go."""
        of_it = {hand.order.number: hand for hand in hands}
        unusable: list[Held] = []
        for held in stock.holds_for(self.book.session, [*of_it]):
            hand, product = of_it[held.document], self.book.products[held.product]
            shelf = self.book.shelf(_giver(hand), self.book.lots[product.id, held.lot])
            if hand.kind is not Kind.RETURN and (not shelf.is_usable(hand.by.today) or (held.expires_on is not None and held.expires_on < self._until(hand, product.id))):
                unusable.append(held)
                shelf.held -= held.units
        let_go: dict[str, list[dict[str, Any]]] = {}
        for held in unusable:
            let_go.setdefault(held.document, []).append({"product": held.product, "lot": held.lot, "units": held.units})
        holds.let_go(self.book.session, unusable, because="not_usable", now=self.book.now)
        for number in let_go:
            of_it[number].read_again()
        return let_go

    def find(self, hand: InHand, wanted: Mapping[int, int]) -> _Found:
        """Find units for some lines of an order; the shelves of the book hold them at once, so that the next line and the next order see it."""
        number, kind = hand.order.number, hand.kind
        promises: list[Promise] = []
        facts: dict[str, list[dict[str, Any]]] = {"held": [], "short": [], "passed": []}
        for line in (line for line in hand.lines if wanted.get(line.line)):
            turn = self._turn(hand, line.product_id, goes_back=kind is Kind.RETURN)
            if kind is Kind.ORDER:  # the shelf of another place that lends is not for the borrower to read
                facts["passed"] += self._told(line.product, turn.passed_over())
            allocated = turn.pick(wanted[line.line])
            for pick in allocated.picks:
                pick.shelf.held += pick.units
                promises.append(Promise(shelf=pick.shelf, units=pick.units, document=number, line=line.line))
                facts["held"].append({"product": line.product, "lot": pick.shelf.lot.number, "units": pick.units})
            if allocated.short:
                facts["short"].append({"product": line.product, "units": allocated.short})
        return _Found(promises=promises, facts=facts)

    def _told(self, product: str, passed: Sequence[PassedOver]) -> list[dict[str, Any]]:
        """Give lots that were passed over as the timeline shows them; thousands of lines in a row are told the same."""
        if product not in self.told or self.told[product][0] is not passed:
            self.told[product] = passed, [{"product": product, "lot": one.lot.number, "expires_on": _text(one.lot.expires_on), "why": one.why} for one in passed]
        return self.told[product][1]

    def _turn(self, hand: InHand, product_id: int, *, goes_back: bool) -> FirstOut:
        if (product_id, goes_back) not in self.turns:
            shelves = self.book.shelves_of(_giver(hand), product_id)
            self.turns[product_id, goes_back] = FirstOut(shelves, day=hand.by.today, until=self._until(hand, product_id), unusable_too=goes_back)
        return self.turns[product_id, goes_back]

    def _until(self, hand: InHand, product_id: int) -> date:
        return needed_until(hand.kind, hand.by.arrives_on, self.lives[product_id])


def _giver(hand: InHand) -> entries.Place:
    """Give the place that gives as the book names it; whoever decides need not see its stock."""
    giver = hand.giving()
    return entries.Place(id=giver.id, code=giver.code, kind=giver.kind)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
