"""Open a recall, close it, lift it. In the caller's transaction.

What is recalled is frozen with all journals locked: whoever is recording an act is done before it and stands in the trace, and whoever comes later is refused. A drill locks and freezes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from expiry.errors.recalls import NotAllAnswered, NothingToLift, RecalledAlready, RecallEnded, RecallsAreNational
from expiry.models import Recall, RecallLot, RecallPlace
from expiry.queries import recall_traces as traces
from expiry.queries import recalls as queries
from expiry.queries.recall_traces import PlaceTraced, RecallTraced, UnderWay
from expiry.rules.recalls import Ending, NewRecall
from inventory import queries as stock
from inventory.errors import LabelDisagrees, NoSuchPack, NoSuchProduct
from inventory.queries import lots as known_lots
from inventory.service import recalls as ledger
from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Person
from supply.errors import Missing
from supply.notices import service as notices
from supply.series.service import next_number
from supply.settings import Settings


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts, when, under which key, by which rules of the house; and how to ask what is on its way to whom."""

    person: Person
    now: datetime
    key: str
    settings: Settings
    under_way: UnderWay

    @property
    def today(self) -> date:
        """Give the day in Oslo."""
        return clock.day_of(self.now)


def open_recall(session: Session, asked: NewRecall, *, by: By) -> Recall:
    """Freeze lots at every place and in every kit, release what is held of them, list every place that ever had a unit, and tell all of them; all or nothing.

    A lot that nobody has seen is made and blocked, so that it arrives blocked. A drill does none of that to the lots, and says so. Refuses who is not a depot of the whole country, and a lot that is recalled already.
    """
    on_lots = national(by)
    product = _product(session, asked)
    if not asked.drill:
        ledger.lock_everything(session)
    lots = ledger.named(session, product, asked.lots, today=by.today, make=not asked.drill)
    if not asked.drill:
        _refuse_recalled(session, product.code, lots)
    recall = _write(session, asked, product.id, by)
    rows = [RecallLot(recall_id=recall.id, line=line, number=lot.number, expires_on=lot.expires_on, lot_id=lot.lot_id, known=lot.known) for line, lot in enumerate(lots, start=1)]
    session.add_all(rows)
    session.flush()
    traced = traces.trace(session, rows, under_way=by.under_way)  # before the holds end, so that what was held is known
    if not asked.drill:
        ledger.freeze(session, [lot.lot_id for lot in lots if lot.lot_id is not None], document=recall.number, authority=asked.authority, by=on_lots)
    join(session, recall, traced, list(traced.places.values()), product=product.code, now=by.now)
    auth.log(session, account_id=by.person.account_id, act="open a drill" if asked.drill else "open a recall", outcome="done", now=by.now, subject=recall.number)
    return recall


def join(session: Session, recall: Recall, traced: RecallTraced, places: Sequence[PlaceTraced], *, product: str, now: datetime) -> None:
    """List places that a recall concerns, with what lies there now, and tell them."""
    due_at, closed_by = now + timedelta(hours=recall.answer_hours), clock.day_of(now)
    for one in places:
        is_closed = one.place.closed_on is not None and one.place.closed_on < closed_by
        row = RecallPlace(
            recall_id=recall.id,
            place_id=one.place.id,
            on_hand=one.on_hand,
            held=one.held,
            in_kits=one.in_kits,
            in_transit=one.in_transit,
            must_answer=not is_closed or bool(one.on_hand or one.in_kits or one.in_transit),
            joined_at=now,
            due_at=due_at,
            reminders=0,
        )
        session.add(row)
        if row.must_answer:
            notices.queue(session, place_id=one.place.id, kind="recall", facts=facts_of(recall, traced, one, product=product, due_at=due_at), now=now)
    session.flush()


def facts_of(recall: Recall, traced: RecallTraced, one: PlaceTraced, *, product: str, due_at: datetime | None) -> dict[str, Any]:
    """Give what a place is told of a recall."""
    return {
        "number": recall.number,
        "class": recall.level,
        "product": product,
        "lots": [lot.number for lot in traced.lots],
        "drill": recall.drill,
        "units": one.on_hand + one.in_kits,
        "in_transit": one.in_transit,
        "due_at": clock.instant_text(due_at) if due_at is not None else None,
        "place": one.place.code,
    }


def close(session: Session, number: str, ending: Ending, *, by: By) -> Recall:
    """Ask nobody any more; the lots stay frozen. While places have not answered it takes a reason, and is logged as an override."""
    national(by)
    recall = lock(session, number)
    if recall.closed_at is not None:
        raise RecallEnded(number=number)
    waiting = queries.count_waiting(session, recall.id)
    if waiting and ending.reason is None:
        raise NotAllAnswered(number=number, waiting=waiting, at="reason")
    recall.closed_at, recall.closed_by, recall.closed_because = by.now, by.person.account_id, ending.reason
    session.flush()
    auth.log(session, account_id=by.person.account_id, act="close a recall", outcome="overridden" if waiting else "done", now=by.now, subject=number)
    return recall


def lift(session: Session, number: str, ending: Ending, *, by: By) -> Recall:
    """Let the lots leave again, and tell every place of the recall; what has expired or is in quarantine besides stays where it is. Refuses a drill, which froze nothing."""
    on_lots = national(by)
    ledger.lock_everything(session)
    recall = lock(session, number)
    if recall.drill or recall.lifted_at is not None:
        raise NothingToLift(number=number)
    rows = queries.lots_of(session, recall.id)
    events = [event for row in rows if row.lot_id is not None and (event := known_lots.open_recall(session, row.lot_id)) is not None and event.document == number]
    ledger.free(session, events, document=number, by=on_lots)
    recall.lifted_at, recall.lifted_by, recall.lifted_because = by.now, by.person.account_id, ending.reason
    if recall.closed_at is None:
        recall.closed_at, recall.closed_by = by.now, by.person.account_id
    session.flush()
    traced = traces.trace(session, rows, under_way=by.under_way)
    product = queries.product_code(session, recall.product_id)
    for one in traced.places.values():
        notices.queue(session, place_id=one.place.id, kind="recall-lifted", facts=facts_of(recall, traced, one, product=product, due_at=None), now=by.now)
    auth.log(session, account_id=by.person.account_id, act="lift a recall", outcome="done", now=by.now, subject=number)
    return recall


def national(by: By) -> ledger.By:
    """Give who acts on lots everywhere; refuses who may not."""
    grant = next((grant for grant in by.person.granting("change lots") if grant.everywhere), None)
    if grant is None:
        raise RecallsAreNational
    return ledger.By(person=by.person, role=grant.role.value, now=by.now, key=by.key)


def hours_for(level: int, settings: Settings) -> int:
    """Give how many hours the house gives places to answer a recall of a class."""
    return {1: settings.recall_hours_1, 2: settings.recall_hours_2, 3: settings.recall_hours_3}[level]


def _product(session: Session, asked: NewRecall) -> stock.ProductFacts:
    """Give the product that a notice names by its code, its GTIN or both."""
    code = asked.product
    if asked.gtin is not None:
        (pack,) = stock.packs_of(session, [asked.gtin], []) or (None,)
        if pack is None:
            raise NoSuchPack(gtin=asked.gtin, at="gtin")
        if code not in {None, pack.product}:
            raise LabelDisagrees(label=pack.product, stated=code, at="product")
        code = pack.product
    found = stock.products_and_lots(session, [code or ""], [])
    if not found:
        raise NoSuchProduct(product=code, at="product")
    return found[0][0]


def _refuse_recalled(session: Session, product: str, lots: Collection[ledger.Frozen]) -> None:
    for nth, lot in enumerate(lots):
        if lot.lot_id is not None and (event := known_lots.open_recall(session, lot.lot_id)) is not None:
            raise RecalledAlready(product=product, lot=lot.number, number=event.document, at=f"lots.{nth}.lot")


def _write(session: Session, asked: NewRecall, product_id: int, by: By) -> Recall:
    year = by.today.year
    recall = Recall(
        number=f"R-{year}-{next_number(session, 'recall', year):04}",
        level=asked.level,
        product_id=product_id,
        gtin=asked.gtin,
        document=asked.document,
        authority=asked.authority,
        reason=asked.reason,
        drill=asked.drill,
        answer_hours=asked.answer_hours or hours_for(asked.level, by.settings),
        opened_at=by.now,
        opened_by=by.person.account_id,
    )
    session.add(recall)
    session.flush()
    return recall


def lock(session: Session, number: str) -> Recall:
    """Give a recall that nobody else ends, raises or answers until this transaction is done; refuses one that is not there."""
    recall = session.scalar(select(Recall).where(Recall.number == number).with_for_update().execution_options(populate_existing=True))
    if recall is None:
        raise Missing
    return recall
