"""What a place answers to a recall: what was found is counted, what is destroyed and returned is entered, by the commands that everybody uses, all in one transaction. A drill enters nothing."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from expiry.errors.recalls import LotAnsweredTwice, MoreThanFound, NotOfTheRecall, RecallEnded
from expiry.models import Recall, RecallAnswer, RecallPlace
from expiry.queries import recall_reads as reads
from expiry.queries import recall_traces as traces
from expiry.queries import recalls as queries
from expiry.queries.recall_reads import PlaceRead
from expiry.queries.recall_traces import PlaceTraced, RecallTraced
from expiry.queries.recalls import HeadRead
from expiry.rules.recalls import Answer, AnswerLine, Lot
from expiry.service.recalls import By
from inventory import service as ledger
from inventory.errors import NotYourPlace
from inventory.rules.commands import Command, Count, CountLine, Disposal, LotLine, SupplierReturn
from inventory.service import holds
from supply.db import table_of
from supply.errors import Missing, Refusal
from supply.reference import queries as reference
from supply.reference.models import Place

REASON = "recalled"


def answer(session: Session, number: str, said: Answer, *, by: By) -> tuple[HeadRead, PlaceRead]:
    """Enter what a place answers; gives the recall and the place as it now stands. Later answers add to earlier ones.

    Refuses who does not record at the place, a recall that is over, lots it does not name, and more destroyed and returned than found.
    """
    place = reference.find_place(session, said.place)
    if place is None or not by.person.sees(place):
        raise Missing(at="place")
    role = by.person.role_at(place)
    if role is None:
        raise NotYourPlace(place=place.code)
    holds.lock_journals(session, [place], by=by.person, now=by.now, ledger_opens_on=by.settings.ledger_opens_on)
    head = _open(session, number)
    lines = _lines(head, said.lines)
    expected = _expected(session, head, lines, place, by)
    postings = [] if head.drill else _enter(session, head, said, lines, by)
    traced = traces.trace(session, head.lots, under_way=by.under_way)  # as it is once the answer is entered
    here = traced.places.get(place.id) or PlaceTraced(place=place)
    put = {(one.lot.product, one.lot.number): one.ever_put for one in here.lots}
    row = {
        "recall_id": head.id,
        "place_id": place.id,
        "lines": [_written(line, product) | {"expected": expected[product, line.lot], "ever_put": put.get((product, line.lot), 0)} for product, line in lines],
        "kept_apart": said.kept_apart,
        "note": said.note,
        "postings": postings,
        "answered_at": by.now,
        "answered_by": by.person.account_id,
        "role": role.value,
        "request_key": by.key,
    }
    session.execute(insert(table_of(RecallAnswer)), [row])
    return head, _place_now(session, head, place, traced, by)


def _open(session: Session, number: str) -> HeadRead:
    """Give a recall that is going on, and let nobody end it before the answer is in; refuses one that is over."""
    session.execute(select(Recall.id).where(Recall.number == number).with_for_update(read=True))
    head = queries.find_recall(session, number)
    if head is None:
        raise Missing
    if head.state != "open":
        raise RecallEnded(number=number)
    return head


def _lines(head: HeadRead, lines: Sequence[AnswerLine]) -> list[tuple[str, AnswerLine]]:
    """Give the lines with their products; refuses a lot that stands twice, and more gone than found."""
    found: dict[Lot, AnswerLine] = {}
    for nth, line in enumerate(lines):
        product = line.product or head.product
        if (product, line.lot) in found:
            raise LotAnsweredTwice(product=product, lot=line.lot, at=f"lines.{nth}.lot")
        if line.destroyed + line.returned > line.found:
            raise MoreThanFound(lot=line.lot, found=line.found, gone=line.destroyed + line.returned, at=f"lines.{nth}.found")
        found[product, line.lot] = line
    return [(product, line) for (product, _), line in found.items()]


def _expected(session: Session, head: HeadRead, lines: Sequence[tuple[str, AnswerLine]], place: Place, by: By) -> dict[Lot, int]:
    """Give what the book says lies there of each lot; refuses a lot that the recall does not name, and that is no kit with one."""
    recalled = {(head.product, lot.number) for lot in head.lots}
    traced = traces.trace(session, head.lots, under_way=by.under_way)
    kits = {(lot.lot.product, lot.lot.number) for one in traced.places.values() for lot in one.lots}
    here = traced.places.get(place.id)
    on_hand = {(lot.lot.product, lot.lot.number): lot.numbers.on_hand for lot in here.lots} if here is not None else {}
    for nth, (product, line) in enumerate(lines):
        if (product, line.lot) not in recalled | kits:
            raise NotOfTheRecall(product=product, lot=line.lot, number=head.number, at=f"lines.{nth}.lot")
    return {(product, line.lot): on_hand.get((product, line.lot), 0) for product, line in lines}


def _enter(session: Session, head: HeadRead, said: Answer, lines: Sequence[tuple[str, AnswerLine]], by: By) -> list[int]:
    """Count what was found, and enter what is destroyed and returned under the recall's number; gives the numbers of the postings."""
    commands: list[tuple[Command, str, list[int]]] = []
    counted = tuple(CountLine(product=product, lot=line.lot, units=line.found) for product, line in lines)
    commands.append((Count(place=said.place, occurred_on=by.today, lines=counted, seen=said.seen, note=said.note), "found", list(range(len(lines)))))
    for field, kind in (("destroyed", Disposal), ("returned", SupplierReturn)):
        chosen = [nth for nth, (_, line) in enumerate(lines) if getattr(line, field)]
        gone = tuple(LotLine(product=lines[nth][0], lot=lines[nth][1].lot, units=getattr(lines[nth][1], field)) for nth in chosen)
        if gone:
            commands.append((kind(place=said.place, occurred_on=by.today, reason=REASON, lines=gone, document=head.number), field, chosen))
    outcomes = ledger.record_all(session, [(command, by.key) for command, _, _ in commands], by=by.person, now=by.now, ledger_opens_on=by.settings.ledger_opens_on)
    numbers = []
    for (_, field, chosen), outcome in zip(commands, outcomes, strict=True):
        if outcome.refusal is not None:
            raise _of_answer(outcome.refusal, field, chosen)
        assert outcome.posting is not None
        numbers.append(outcome.posting.number)
    return numbers


def _of_answer(refusal: Refusal, field: str, chosen: Sequence[int]) -> Refusal:
    """Say of a refusal which line and number of the answer it is about."""
    lines, _, rest = (refusal.at or "").partition(".")
    nth, _, name = rest.partition(".")
    if lines == "lines" and nth.isdigit():
        refusal.at = f"lines.{chosen[int(nth)]}.{field if name == 'units' else name}"
    return refusal


def _written(line: AnswerLine, product: str) -> dict[str, object]:
    return {"product": product, "lot": line.lot, "found": line.found, "destroyed": line.destroyed, "returned": line.returned}


def _place_now(session: Session, head: HeadRead, place: Place, traced: RecallTraced, by: By) -> PlaceRead:
    """Give the place as it stands after its answer, and keep when it had answered in full."""
    now = next(one for one in reads.read_places(session, head, traced, today=by.today) if one.place.id == place.id)
    row = session.get(RecallPlace, (head.id, place.id), populate_existing=True)
    if row is not None:
        row.answered_at = by.now if now.state == "answered" else None
        session.flush()
    return now
