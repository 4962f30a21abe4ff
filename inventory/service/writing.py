"""What was entered in a book, written: postings with their lines, shelves, totals, journals, each in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from sqlalchemy import Executable, Table, bindparam, insert, update

from inventory import models
from inventory.rules import entries
from inventory.rules.entries import Cell, Posting
from inventory.rules.shelf import Lot
from inventory.service import holds, receipts
from inventory.service.book import Book
from supply.auth import service as auth
from supply.db import table_of
from supply.notices import service as notices
from supply.rows import add_rows, insert_for, upsert_for, write_rows
from supply.straight import let_writes_wait, write_straight

Written = tuple[Table | Executable, Sequence[Mapping[str, object]]]
"""What is written, and the rows."""
_POSTING, _MOVE, _TALLY, _COUNT_LINE, _NOTE = (table_of(model) for model in (models.Posting, models.Move, models.Tally, models.CountLine, models.PostingNote))
_STOCK, _MONTHS = table_of(models.Stock), table_of(models.MonthTotals)
_JOURNAL = update(table_of(models.Journal)).where(table_of(models.Journal).c.place_id == bindparam("place"))
_ROW = tuple(column.name for column in _MONTHS.primary_key)
_HOLD = update(table_of(models.Hold)).where(table_of(models.Hold).c.id == bindparam("hold_id"))


def write(book: Book) -> None:
    """Write everything that was entered."""
    if not book.postings:
        return
    _write_lots(book)
    let_writes_wait(book.session)
    write_rows(book.session, _entered(book), send=True)
    write_rows(book.session, chain(_shelves(book), _totals(book), _journals(book)))
    _write_releases(book)
    receipts.tell(book)
    for posting, _ in book.postings:
        if posting.draft.repeats is not None:
            auth.log(book.session, account_id=book.by.account_id, act="confirm a repeated delivery", outcome="overridden", subject=f"{posting.draft.place.code}/{posting.draft.repeats}", now=book.now)


def _write_lots(book: Book) -> None:
    lots = {id(lot): lot for posting, _ in book.postings for lot in _lots_of(posting)}
    new = [lot for lot in lots.values() if lot.id == 0]
    if new:
        rows = [{"product_id": lot.product_id, "number": lot.number, "expires_on": lot.expires_on, "kit_version": lot.kit_version} for lot in new]
        table = table_of(models.Lot)
        ids = book.session.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).scalars()
        for lot, number in zip(new, ids, strict=True):
            lot.id = number
    seen = [{"lot_id": lot.id, "gtin": gtin} for lot in lots.values() for gtin in sorted(lot.gtins)]
    if seen:
        write_straight(book.session, insert_for(book.session, table_of(models.LotGtin)).on_conflict_do_nothing(), seen)
    made = {id(kit.lot): kit for posting, _ in book.postings for kit in posting.draft.kits}
    parts = [{"kit_lot_id": lot.id, "part_lot_id": part.id, "units": units} for lot in new if id(lot) in made for part, units in made[id(lot)].parts]
    add_rows(book.session, table_of(models.KitLotPart), parts)


def _lots_of(posting: Posting) -> Iterator[Lot]:
    yield from (move.lot for move in posting.draft.moves)
    yield from (line.lot for line in posting.draft.counted)


def _entered(book: Book) -> Iterator[Written]:
    yield _POSTING, [_posting_row(book, posting, key) for posting, key in book.postings]
    yield _MOVE, [row for posting, _ in book.postings for row in _move_rows(posting)]
    yield _TALLY, [row for posting, _ in book.postings for row in _tally_rows(posting)]
    yield _COUNT_LINE, [row for posting, _ in book.postings for row in _count_rows(posting)]
    yield (
        _NOTE,
        [{"place_id": posting.draft.place.id, "number": posting.number, "note": posting.draft.note, "salt": posting.note_salt} for posting, _ in book.postings if posting.draft.note is not None],
    )


def _posting_row(book: Book, posting: Posting, key: str) -> dict[str, object]:
    draft = posting.draft
    salt = posting.note_salt
    return {
        "place_id": draft.place.id,
        "number": posting.number,
        "epoch_id": book.epoch_id,
        "kind": draft.kind.value,
        "reason": draft.reason,
        "occurred_on": draft.occurred_on,
        "recorded_at": posting.recorded_at,
        "recorded_by": book.by.account_id,
        "role": draft.role,
        "request_key": key,
        "corrects": draft.corrects,
        "supplier": draft.supplier,
        "document": draft.document,
        "note_hash": entries.note_hash(draft.note, salt) if draft.note is not None and salt is not None else None,
        "previous_digest": posting.previous_digest,
        "digest": posting.digest,
    }


def _shelves(book: Book) -> Iterator[Written]:
    rows = [
        {
            "place_id": shelf.place_id,
            "lot_id": shelf.lot.id,
            "on_hand": shelf.on_hand,
            "held": shelf.held,
            "last_moved_on": shelf.last_moved_on,
            "counted_on": shelf.counted_on,
            "counted_by": shelf.counted_by,
            "blocks": shelf.blocks,
        }
        for shelves in book.shelves.values()
        for shelf in shelves.values()
        if shelf.entered or shelf.counted
    ]
    yield upsert_for(book.session, _STOCK), rows


def _totals(book: Book) -> Iterator[Written]:
    totals: dict[Cell, int] = defaultdict(int)
    for posting, _ in book.postings:
        for cell, units in entries.cells(posting.draft):
            totals[cell] += units
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for cell in sorted(totals):
        if units := totals[cell]:
            rows.setdefault(row := cell.row, dict(zip(_ROW, row, strict=True)))[f"m{cell.month.month:02}"] = units
    for columns, alike in groupby(rows.values(), key=tuple):
        yield upsert_for(book.session, _MONTHS, adding=columns[len(_ROW) :]), list(alike)


def _journals(book: Book) -> Iterator[Written]:
    rows = [
        {"place": place_id, "last_number": state.last_number, "last_digest": state.last_digest, "last_recorded_at": state.last_recorded_at}
        for place_id, state in ((place_id, book.journals[place_id]) for place_id in sorted({posting.draft.place.id for posting, _ in book.postings}))
    ]
    yield _JOURNAL, rows


def _write_releases(book: Book) -> None:
    """End the holds that gave way to a fact, tell the place, and let whoever promised them know."""
    released = [(posting, release) for posting, _ in book.postings for release in posting.draft.releases]
    if released:
        write_straight(book.session, _HOLD, [{"hold_id": release.hold_id, "ended_at": book.now, "ended_because": posting.draft.kind.value} for posting, release in released])
    for posting, release in released:
        facts = {"product": release.lot.product, "lot": release.lot.number, "units": release.units, "document": release.document, "journal": posting.draft.place.code, "number": posting.number}
        notices.queue(book.session, place_id=posting.draft.place.id, kind="hold-released", facts=facts, now=book.now)
    gone = [holds.GaveWay(document=one.document, product=one.lot.product, lot=one.lot.number, units=one.units, because=posting.draft.kind.value, role=posting.draft.role) for posting, one in released]
    holds.gave_way(book.session, gone, by=book.by, now=book.now)


def _move_rows(posting: Posting) -> Iterable[dict[str, object]]:
    for line, move in enumerate(posting.draft.moves, start=1):
        yield _keys(posting, line) | {
            "lot_id": move.lot.id,
            "from_place_id": move.origin.id,
            "to_place_id": move.target.id,
            "units": move.units,
            "occurred_on": posting.draft.occurred_on,
            "expires_on": move.lot.expires_on,
            "occasion": move.occasion,
            "recipient": move.recipient,
        }


def _tally_rows(posting: Posting) -> Iterable[dict[str, object]]:
    for line, tally in enumerate(posting.draft.tallies, start=1):
        yield _keys(posting, line) | {"product_id": tally.product_id, "what": tally.what, "units": tally.units, "occurred_on": posting.draft.occurred_on}


def _count_rows(posting: Posting) -> Iterable[dict[str, object]]:
    for line, counted in enumerate(posting.draft.counted, start=1):
        yield _keys(posting, line) | {"lot_id": counted.lot.id, "expected": counted.expected, "counted": counted.counted}


def _keys(posting: Posting, line: int) -> dict[str, object]:
    return {"place_id": posting.draft.place.id, "number": posting.number, "line": line}
