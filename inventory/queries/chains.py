"""Journals read from end to end: every posting in order, written as it is sealed, of what is recorded.

Block by block, days and instants as the database's text, names looked up here: at a hundred thousand moves a second there is no time for more.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from inventory.models import Checkpoint, CheckpointHead, Epoch
from inventory.rules import entries
from supply.reference.models import Place
from supply.straight import Question, Rows, ask_ahead, run_straight, run_together

AT_A_TIME = 500
"""So many numbers in a block: what a database has sent before it must wait for the reader is no more."""
_AFTER, _UNTIL = " AND number > CAST(:after AS bigint)", " AND number <= CAST(:until AS bigint)"
_JOURNAL = f"place_id = :place{_AFTER}"
_POSTINGS = """
SELECT number, epoch_id, kind, reason, {day:occurred_on}, {instant:recorded_at}, recorded_by, role, corrects, supplier, document, {hex:note_hash}, {hex:previous_digest}, {hex:digest}
FROM posting WHERE place_id = :place{block} ORDER BY number
"""
_MOVES = """
SELECT number, lot_id, {day:expires_on}, from_place_id, to_place_id, units, occasion, recipient, {day:occurred_on}, line
FROM move WHERE place_id = :place{block} ORDER BY number, line
"""
_TALLIES = "SELECT number, product_id, what, units, {day:occurred_on}, line FROM tally WHERE place_id = :place{block} ORDER BY number, line"
_COUNTED = "SELECT number, lot_id, expected, counted, line FROM count_line WHERE place_id = :place{block} ORDER BY number, line"
_NOTES = "SELECT number, note, {hex:salt} FROM posting_note WHERE place_id = :place{block} ORDER BY number"
_COUNT = text(f"SELECT count(*) FROM posting WHERE {_JOURNAL}")
_NAMES = (
    text(f"SELECT id, number FROM account WHERE id IN (SELECT recorded_by FROM posting WHERE {_JOURNAL})"),
    text(f"SELECT id, code FROM epoch WHERE id IN (SELECT epoch_id FROM posting WHERE {_JOURNAL})"),
    text(f"SELECT id, code FROM product WHERE id IN (SELECT product_id FROM tally WHERE {_JOURNAL})"),
    text(
        f"SELECT l.id, r.code, l.number FROM lot l JOIN product r ON r.id = l.product_id WHERE l.id IN (SELECT lot_id FROM move WHERE {_JOURNAL} UNION SELECT lot_id FROM count_line WHERE {_JOURNAL})"
    ),
)
_NO_SEAL = "null"
"""What is written where something is neither text nor a whole number, which SQLite lets stand in any column: no seal was ever made of it."""
_NOBODY: tuple[str | None, str | None] = (None, None)
_WAYS = {
    "sqlite": {"day": "{0}", "hex": "lower(hex({0}))", "instant": "replace({0}, ' ', 'T') || 'Z'"},
    "postgresql": {"day": "{0}::text", "hex": "encode({0}, 'hex')", "instant": """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What rows call by number, as seals call it: places, accounts, epochs and products by code, lots by product and number. What is not there is sealed as none."""

    places: dict[int, str]
    accounts: dict[int, str]
    epochs: dict[int, str]
    lots: dict[int, tuple[str, str]]
    products: dict[int, str]


class Written(NamedTuple):
    """A posting as it stands there. A tuple, for one is made for every posting there is."""

    number: int
    text: str | None
    """What its seal is the SHA-256 of, made of what is recorded; None where lines bear a number that no posting has."""
    previous: str = ""
    digest: str = ""
    """The seals it was recorded with, in hexadecimal."""
    moves: int = 0
    in_place: bool = True
    """Whether its lines are numbered from one on, and stand on its day."""
    note_hash: str | None = None
    note: tuple[str, str] | None = None
    """The note, and its salt in hexadecimal, while they are there."""


def journal(session: Session, place_id: int, *, code: str, places: dict[int, str], after: int = 0) -> Iterator[Written]:
    """Give a journal after a number, all of it: its postings in order, and after each block what has no posting. Until it is read to its end nothing else is asked on the session."""
    ((many,),) = run_straight(session, _COUNT, {"place": place_id, "after": after})
    names = _names_in(session, place_id, places, after)
    dialect = session.get_bind().dialect.name
    edges = itertools.pairwise([after or None, *range(after + AT_A_TIME, after + many, AT_A_TIME), None])
    for postings, *lines in ask_ahead(session, (_block(dialect, place_id, start, until) for start, until in edges)):
        by_number = [_by_number(rows) for rows in lines]
        for row in postings:
            yield _written(row, code, names, *[rows.pop(row[0], ()) if rows else () for rows in by_number])
        yield from (Written(number, None) for number in sorted({*itertools.chain(*by_number)}, key=lambda number: (type(number) is not int, str(number))))


def heads(session: Session) -> list[tuple[int, str, int, bytes]]:
    """Give where each journal says it stands: place id, code, last number, last digest."""
    query = text("SELECT j.place_id, p.code, j.last_number, j.last_digest FROM journal j JOIN place p ON p.id = j.place_id ORDER BY p.code")
    return [(place_id, code, number, bytes(digest)) for place_id, code, number, digest in session.execute(query)]


def place_codes(session: Session) -> dict[int, str]:
    """Give the codes of all places, virtual ones too."""
    return dict(session.execute(text("SELECT id, code FROM place")).all())


def epochs(session: Session) -> list[str]:
    """Give the codes of all lives of the database, the first one first."""
    return list(session.scalars(select(Epoch.code).order_by(Epoch.id)))


def checkpoints(session: Session) -> Iterator[tuple[int, datetime, list[tuple[int, str, int, bytes]]]]:
    """Give the checkpoints taken: number, instant, and the heads as `heads` gives them."""
    for number, taken_at in session.execute(select(Checkpoint.id, Checkpoint.taken_at).order_by(Checkpoint.id)).all():
        query = (
            select(Place.id, Place.code, CheckpointHead.number, CheckpointHead.digest)
            .join(Place, Place.id == CheckpointHead.place_id)
            .where(CheckpointHead.checkpoint_id == number)
            .order_by(Place.code)
        )
        yield number, taken_at, [(place_id, code, last, bytes(digest)) for place_id, code, last, digest in session.execute(query)]


def _written(row: Sequence[Any], code: str, names: Names, moves: Sequence[Any], tallies: Sequence[Any], counted: Sequence[Any], notes: Sequence[Any]) -> Written:
    number, epoch_id, kind, reason, day, recorded_at, recorded_by, role, corrects, supplier, document, note_hash, previous, digest = row
    lots, places = names.lots, names.places
    lines, in_place, whole = [], True, type(number) is int and (corrects is None or type(corrects) is int)
    try:
        for nth, (_, lot_id, expires_on, origin, target, units, occasion, recipient, moved_on, line) in enumerate(moves, start=1):
            in_place, whole = in_place and line == nth and moved_on == day, whole and type(units) is int
            product, lot = lots.get(lot_id, _NOBODY)
            lines.append(entries.move_line(product, lot, expires_on, places.get(origin), places.get(target), occasion, recipient) % units)
        for nth, (_, product_id, what, units, tallied_on, line) in enumerate(tallies, start=1):
            in_place, whole = in_place and line == nth and tallied_on == day, whole and type(units) is int
            lines.append(entries.tally_line(names.products.get(product_id), what, units))
        for nth, (_, lot_id, expected, found, line) in enumerate(counted, start=1):
            in_place, whole = in_place and line == nth, whole and type(expected) is type(found) is int
            product, lot = lots.get(lot_id, _NOBODY)
            lines.append(entries.count_line(product, lot, expected, found))
        text = entries.written(
            corrects=corrects,
            document=document,
            epoch=names.epochs.get(epoch_id),
            kind=kind,
            lines=lines,
            note=note_hash or None,
            number=number,
            occurred_on=day,
            place=code,
            previous=previous,
            reason=reason,
            recorded_at=recorded_at,
            recorded_by=names.accounts.get(recorded_by),
            role=role,
            supplier=supplier,
        )
    except TypeError:
        whole = False
    return Written(number, text if whole else _NO_SEAL, previous, digest, len(moves), in_place, note_hash or None, notes[0][1:] if notes else None)


def _by_number(rows: Rows) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        if row[0] in found:
            found[row[0]].append(row)
        else:
            found[row[0]] = [row]
    return found


def _names_in(session: Session, place_id: int, places: dict[int, str], after: int) -> Names:
    """Read the names that a journal's rows after a number call upon: at a national depot lots are many, at a bus few."""
    accounts, epochs, products, lots = run_together(session, [(query, {"place": place_id, "after": after}) for query in _NAMES])
    return Names(places=places, accounts=dict(accounts), epochs=dict(epochs), products=dict(products), lots={number: (product, lot) for number, product, lot in lots})


def _block(dialect: str, place_id: int, start: int | None, until: int | None) -> list[Question]:
    """Ask for the rows of some numbers. The first block has no beginning and the last no end: SQLite lets a row have a number that is none, and it is looked at all the same."""
    bounds = {name: value for name, value in (("after", start), ("until", until)) if value is not None}
    return [(query, {"place": place_id, **bounds}) for query in _queries(dialect, (start is not None) * _AFTER + (until is not None) * _UNTIL)]


@functools.cache
def _queries(dialect: str, block: str) -> list[TextClause]:
    """Give the queries of a block as a database takes them: postings, then moves, tallies, what was counted, notes."""
    ways = _WAYS[dialect]
    return [text(re.sub(r"\{(\w+):([\w.]+)\}", lambda part: ways[part[1]].format(part[2]), query).replace("{block}", block)) for query in (_POSTINGS, _MOVES, _TALLIES, _COUNTED, _NOTES)]
