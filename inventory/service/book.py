"""The open book: what an act needs is read and locked once, entries are made in memory, and all is written at the end.

Rows are locked in one order: journals by place, then stock by place and lot. One act or a hundred thousand go the same way.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from inventory import models, queries
from inventory.rules import entries
from inventory.rules.entries import Cell, Draft, Place, Posting
from inventory.rules.shelf import Lot, Shelf
from supply.auth import service as auth
from supply.auth.rules import Person
from supply.clock import instant_text
from supply.db import table_of
from supply.reference.models import VIRTUAL
from supply.rows import add_rows, insert_for, upsert_for
from supply.straight import let_writes_wait, write_straight

_JOURNAL = update(table_of(models.Journal)).where(table_of(models.Journal).c.place_id == bindparam("place"))
VIRTUAL_PLACES = {code: Place(id=number, code=code, kind="virtual") for code, number in VIRTUAL.items()}


@dataclass(slots=True)
class JournalState:
    """Where a journal stands while the book is open."""

    last_number: int
    last_digest: bytes
    last_recorded_at: datetime | None


@dataclass(slots=True)
class Book:
    """The places, products, lots and shelves of an act, and what it enters."""

    session: Session
    by: Person
    now: datetime
    today: date
    ledger_opens_on: date
    epoch_id: int = 0
    epoch: str = ""
    places: dict[str, Place] = field(default_factory=dict)
    journals: dict[int, JournalState] = field(default_factory=dict)
    products: dict[str, queries.ProductFacts] = field(default_factory=dict)
    packs: dict[str, queries.PackFacts] = field(default_factory=dict)
    lots: dict[tuple[int, str], Lot] = field(default_factory=dict)
    shelves: dict[tuple[int, int], dict[str, Shelf]] = field(default_factory=lambda: defaultdict(dict))
    new_lots: list[Lot] = field(default_factory=list)
    earliest: date = date.max
    postings: list[tuple[Posting, str]] = field(default_factory=list)
    deliveries: dict[tuple[int, str, str], int] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)

    def open(self, named: queries.Named) -> set[str]:
        """Read what the acts name and lock the places and shelves among it; gives the codes of places that are not there, or not the person's to see."""
        found = queries.opening(self.session, named, self.by)
        absent = set(named.places) - {locked.place.code for locked in found.places}
        if opened := {code for code in sorted(absent) if self._open_journal(code)}:
            found = queries.opening(self.session, named, self.by)
            absent -= opened
        for locked in found.places:
            self.places[locked.place.code] = locked.place
            self.journals[locked.place.id] = JournalState(locked.last_number, locked.last_digest, locked.last_recorded_at)
            self.epoch_id, self.epoch = locked.epoch_id, locked.epoch
        for product, lot in found.products:
            self.products.setdefault(product.code, product)
            if lot is not None:
                self.lots.setdefault(lot.key, lot)
        for shelf in found.shelves:
            shelf.lot = self.lots.setdefault(shelf.lot.key, shelf.lot)
            self.shelves[shelf.place_id, shelf.lot.product_id][shelf.lot.number] = shelf
        self.deliveries = found.repeats
        return absent

    def place(self, code: str) -> Place:
        """Give a place of the act."""
        return self.places[code]

    def shelf(self, place: Place, lot: Lot) -> Shelf:
        """Give a lot's shelf at a place, empty where it never lay."""
        shelves = self.shelves[place.id, lot.product_id]
        if lot.number not in shelves:
            shelves[lot.number] = Shelf(place_id=place.id, lot=lot)
        return shelves[lot.number]

    def shelves_of(self, place: Place, product_id: int) -> list[Shelf]:
        """Give what lies at a place of a product, by lot."""
        return list(self.shelves[place.id, product_id].values())

    def learn(self, shelf: Shelf, day: date) -> Shelf:
        """See to it that what moved on the shelf after a day is known: read when somebody back-dates, once for all acts of the book."""
        if not shelf.knows(day):
            since = min(day, self.earliest)
            shelf.learn(queries.net_by_day(self.session, shelf.place_id, shelf.lot.id, after=since), since=since)
        return shelf

    def find_repeat(self, place: Place, supplier: str, document: str) -> int | None:
        """Give the number of an uncorrected delivery from the same supplier with the same delivery note."""
        return self.deliveries.get((place.id, supplier, document))

    def enter(self, draft: Draft, *, key: str) -> Posting:
        """Give a posting that is decided its number and seal, and move the units on the shelves."""
        journal = self.journals[draft.place.id]
        salt = secrets.token_bytes(16) if draft.note is not None else None
        recorded_at = max(self.now, journal.last_recorded_at) if journal.last_recorded_at else self.now
        posting = Posting(
            draft=draft,
            number=journal.last_number + 1,
            recorded_at=recorded_at,
            recorded_by=self.by.number,
            previous_digest=journal.last_digest,
            note_salt=salt,
            digest=self._seal(draft, journal, recorded_at, salt),
        )
        for move in draft.moves:
            if move.origin.physical:
                self.shelf(move.origin, move.lot).move(-move.units, draft.occurred_on)
            if move.target.physical:
                self.shelf(move.target, move.lot).move(move.units, draft.occurred_on)
        journal.last_number, journal.last_digest, journal.last_recorded_at = posting.number, posting.digest, recorded_at
        self.postings.append((posting, key))
        if draft.supplier and draft.document:
            self.deliveries[draft.place.id, draft.supplier, draft.document] = posting.number
        self.new_lots.clear()
        return posting

    def add_lot(self, lot: Lot) -> None:
        """Take in a lot that an act names for the first time; it stays when the act is entered."""
        self.lots[lot.key] = lot
        self.new_lots.append(lot)

    def forget_new_lots(self) -> None:
        """Let go of lots that only a refused act named, and of the shelves it asked for them."""
        for lot in self.new_lots:
            del self.lots[lot.key]
            for place_id in self.journals:
                self.shelves[place_id, lot.product_id].pop(lot.number, None)
        self.new_lots.clear()

    def close(self) -> None:
        """Write everything that was entered."""
        if not self.postings:
            return
        self._write_lots()
        let_writes_wait(self.session)
        self._write_postings()
        self._write_shelves()
        self._write_totals()
        self._write_journals()
        for repeated in self.overrides:
            auth.log(self.session, account_id=self.by.account_id, act="confirm a repeated delivery", outcome="overridden", subject=repeated, now=self.now)

    def _open_journal(self, code: str) -> bool:
        """Give a place its first journal row; False where the place is not there, or not the person's to see."""
        place_id = queries.find_visible_place_id(self.session, code, self.by)
        if place_id is None:
            return False
        self.session.execute(insert_for(self.session, table_of(models.Journal)).values(place_id=place_id, last_number=0, last_digest=entries.NOTHING).on_conflict_do_nothing())
        return True

    def _seal(self, draft: Draft, journal: JournalState, recorded_at: datetime, salt: bytes | None) -> bytes:
        sealed = entries.Sealed(
            epoch=self.epoch,
            place=draft.place.code,
            number=journal.last_number + 1,
            kind=draft.kind.value,
            reason=draft.reason,
            occurred_on=draft.occurred_on.isoformat(),
            recorded_at=instant_text(recorded_at),
            recorded_by=self.by.number,
            role=draft.role,
            corrects=draft.corrects,
            supplier=draft.supplier,
            document=draft.document,
            note_hash=entries.note_hash(draft.note, salt) if draft.note is not None and salt is not None else None,
        )
        return entries.seal(sealed, entries.sealed_lines(draft.moves, draft.tallies), journal.last_digest)

    def _write_lots(self) -> None:
        lots = {id(move.lot): move.lot for posting, _ in self.postings for move in posting.draft.moves}
        new = [lot for lot in lots.values() if lot.id == 0]
        if new:
            rows = [{"product_id": lot.product_id, "number": lot.number, "expires_on": lot.expires_on} for lot in new]
            table = table_of(models.Lot)
            ids = self.session.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).scalars()
            for lot, number in zip(new, ids, strict=True):
                lot.id = number
        seen = [{"lot_id": lot.id, "gtin": gtin} for lot in lots.values() for gtin in sorted(lot.gtins)]
        if seen:
            write_straight(self.session, insert_for(self.session, table_of(models.LotGtin)).on_conflict_do_nothing(), seen)

    def _write_postings(self) -> None:
        add_rows(self.session, table_of(models.Posting), [self._posting_row(posting, key) for posting, key in self.postings])
        add_rows(self.session, table_of(models.Move), [row for posting, _ in self.postings for row in _move_rows(posting)])
        add_rows(self.session, table_of(models.Tally), [row for posting, _ in self.postings for row in _tally_rows(posting)])
        notes = [
            {"place_id": posting.draft.place.id, "number": posting.number, "note": posting.draft.note, "salt": posting.note_salt} for posting, _ in self.postings if posting.draft.note is not None
        ]
        add_rows(self.session, table_of(models.PostingNote), notes)

    def _posting_row(self, posting: Posting, key: str) -> dict[str, object]:
        draft = posting.draft
        salt = posting.note_salt
        return {
            "place_id": draft.place.id,
            "number": posting.number,
            "epoch_id": self.epoch_id,
            "kind": draft.kind.value,
            "reason": draft.reason,
            "occurred_on": draft.occurred_on,
            "recorded_at": posting.recorded_at,
            "recorded_by": self.by.account_id,
            "role": draft.role,
            "request_key": key,
            "corrects": draft.corrects,
            "supplier": draft.supplier,
            "document": draft.document,
            "note_hash": entries.note_hash(draft.note, salt) if draft.note is not None and salt is not None else None,
            "previous_digest": posting.previous_digest,
            "digest": posting.digest,
        }

    def _write_shelves(self) -> None:
        rows = [
            {
                "place_id": shelf.place_id,
                "lot_id": shelf.lot.id,
                "on_hand": shelf.on_hand,
                "held": shelf.held,
                "last_moved_on": shelf.last_moved_on,
                "counted_on": shelf.counted_on,
                "counted_by": shelf.counted_by,
            }
            for shelves in self.shelves.values()
            for shelf in shelves.values()
            if shelf.entered
        ]
        if rows:
            write_straight(self.session, upsert_for(self.session, table_of(models.Stock)), rows)

    def _write_totals(self) -> None:
        totals: dict[Cell, int] = defaultdict(int)
        for posting, _ in self.postings:
            for cell, units in entries.cells(posting.draft):
                totals[cell] += units
        rows = [
            {
                "place_id": cell.place_id,
                "product_id": cell.product_id,
                "flow": cell.flow,
                "occasion": cell.occasion,
                "recipient": cell.recipient,
                "month": cell.month,
                "units": units,
            }
            for cell, units in sorted(totals.items(), key=lambda item: (item[0].place_id, item[0].product_id, item[0].flow, item[0].occasion, item[0].recipient, item[0].month))
            if units
        ]
        if rows:
            write_straight(self.session, upsert_for(self.session, table_of(models.MonthTotal), adding=("units",)), rows)

    def _write_journals(self) -> None:
        rows = [
            {"place": place_id, "last_number": state.last_number, "last_digest": state.last_digest, "last_recorded_at": state.last_recorded_at}
            for place_id, state in ((place_id, self.journals[place_id]) for place_id in sorted({posting.draft.place.id for posting, _ in self.postings}))
        ]
        write_straight(self.session, _JOURNAL, rows)


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


def _keys(posting: Posting, line: int) -> dict[str, object]:
    return {"place_id": posting.draft.place.id, "number": posting.number, "line": line}
