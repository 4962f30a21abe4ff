"""Whatever is changed behind the service's back, the verification finds it and names a row.

Each change is made by the owner with all guards off, looked at, and taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, bindparam, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.queries import audit
from inventory.rules import entries
from inventory.service import checks
from supply import clock
from supply.db import db, in_one_transaction
from supply.migrations.guards import APPEND_ONLY, ERASABLE

SPRAY, COOKER = "naloxone-nyxoid", "cooker"
BUS, CLINIC = "oslo-outreach", "oslo-servicepoint"
DAY = {ago: (clock.today() - timedelta(days=ago)).isoformat() for ago in range(5)}


@pytest.fixture
def written(ada):
    """A ledger with every kind of posting, every column filled somewhere, and a checkpoint over it."""
    ada.post("/receipts", receipt(supplier="Firm", document="D1", note="two boxes"))
    ada.post("/receipts", {"place": BUS, "occurred_on": DAY[3], "lines": [{"product": COOKER, "units": 40}]})
    line = {"product": SPRAY, "units": 3, "occasion": "first_time", "recipient": "at_risk"}
    unmet = [{"product": SPRAY, "units": 2}, {"product": COOKER, "units": 1}]
    ada.post("/handouts", {"place": BUS, "occurred_on": DAY[2], "lines": [line, {"product": COOKER, "units": 5}], "unmet": unmet, "note": "by the river"})
    ada.post("/returns", {"place": BUS, "occurred_on": DAY[2], "reason": "unused", "lines": [lot_line(1)], "used": unmet})
    ada.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": DAY[1], "document": "T1", "lines": [{"product": SPRAY, "units": 4}]})
    ada.post("/corrections", {"journal": BUS, "number": 3, "reason": "mistyped"})
    ada.post("/disposals", {"place": CLINIC, "occurred_on": DAY[0], "reason": "damaged", "lines": [lot_line(1)]})
    ada.post("/reclassifications", {"place": CLINIC, "occurred_on": DAY[0], "reason": "other", "lines": [lot_line(1) | {"from": "destroyed", "to": "lost"}]})
    in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    db.session.remove()


def receipt(**more):
    return {"place": BUS, "occurred_on": DAY[4], "lines": [lot_line(20) | {"expires_on": "2029-01-31"}, lot_line(5, "B2") | {"expires_on": "2029-06-30"}], **more}


def lot_line(units, lot="A1"):
    return {"product": SPRAY, "lot": lot, "units": units}


@pytest.fixture
def tampering(written, owner):
    """Give a way into the ledger past all guards; what is done inside is undone after."""

    @contextmanager
    def way_in() -> Iterator[Connection]:
        with owner.connect() as connection:
            if owner.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
            else:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
                for table in (*APPEND_ONLY, *ERASABLE):
                    for act in ("update", "delete"):
                        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{act}"))
            yield connection
            connection.rollback()

    return way_in


def found(connection):
    """Give what the verification finds wrong, None when nothing."""
    return checks.verify(Session(connection)).failure


def others(value):  # noqa: PLR0911  one line for each type there is
    """Give what a value could have been changed to: a bit flipped here and there, more, less."""
    match value:
        case None:
            return [None]
        case int():
            return [value + 1, value ^ 256, -value]
        case datetime():
            return [value + timedelta(microseconds=1), value - timedelta(days=1)]
        case date():
            return [value + timedelta(days=1), value - timedelta(days=365)]
        case bytes() | memoryview():
            kept = bytes(value)
            return [bytes([kept[0] ^ 1]) + kept[1:], kept[:-1] + bytes([kept[-1] ^ 128]), kept[:-1]]
        case "":
            return ["x"]
        case str():
            return [chr(ord(value[0]) ^ 1) + value[1:], value[:-1] + chr(ord(value[-1]) ^ 2), value + "x", value[:-1]]
    raise TypeError(type(value))


def filled(column):
    """Give something to write where nothing stood."""
    kind = str(column["type"]).split("(")[0].upper()
    return {"INTEGER": 2, "BIGINT": 2, "VARCHAR": "other", "BLOB": bytes(32), "BYTEA": bytes(32), "DATE": DAY[1], "TIMESTAMP": DAY[1], "DATETIME": DAY[1]}[kind]


SEEN = {
    "posting": None,
    "move": None,
    "tally": None,
    "posting_note": None,
    "checkpoint_head": ["number", "digest"],
    "journal": None,
    "stock": ["place_id", "lot_id", "on_hand", "last_moved_on"],
    "month_total": None,
    "lot": ["product_id", "number"],
    "epoch": ["code"],
}
"""The tables whose rows are proved, and their columns where not all are."""
OTHER_KEYS = "SELECT count(*) FROM request WHERE key = :value"


@pytest.mark.parametrize("table", SEEN)
def test_every_changed_byte_of_every_row_is_found(table, tampering, owner):
    looked = inspect(owner)
    columns = [column for column in looked.get_columns(table) if SEEN[table] is None or column["name"] in SEEN[table]]
    key = looked.get_pk_constraint(table)["constrained_columns"]
    unseen, tried = [], 0

    with tampering() as connection:
        assert found(connection) is None
        rows = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
        for row in [row for row in rows if table != "month_total" or row["units"]]:
            for column in columns:
                name = column["name"]
                for other in others(row[name]):
                    value = filled(column) if other is None else other
                    if name == "request_key" and connection.scalar(text(OTHER_KEYS), {"value": value}):
                        continue  # that there is such a request is all that is proved of it: the key is not sealed
                    if not changed(connection, table, name, value, {part: row[part] for part in key}):
                        continue  # the constraint refuses it even to the owner
                    tried += 1
                    failure = found(connection)
                    connection.execute(text("ROLLBACK TO SAVEPOINT before"))
                    if failure is None:
                        unseen.append((dict(row), name, value))

    assert tried > 0
    assert unseen == []


def changed(connection, table, column, value, key):
    """Change one value of one row; gives False where the database refuses."""
    connection.execute(text("SAVEPOINT before"))
    where = " AND ".join(f"{name} = :key_{name}" for name in key)
    try:
        result = connection.execute(text(f"UPDATE {table} SET {column} = :value WHERE {where}"), {"value": value, **{f"key_{name}": part for name, part in key.items()}})
    except DBAPIError:
        connection.execute(text("ROLLBACK TO SAVEPOINT before"))
        return False
    assert result.rowcount == 1
    return True


def test_every_row_taken_out_is_found(tampering, owner):
    with tampering() as connection:
        for table in ("posting", "move", "tally", "journal", "stock", "month_total"):
            key = inspect(owner).get_pk_constraint(table)["constrained_columns"]
            for row in connection.execute(text(f"SELECT * FROM {table}")).mappings().all():
                if table in {"stock", "month_total"} and row.get("on_hand", row.get("units")) == 0:
                    continue  # an empty shelf and an empty total say nothing
                connection.execute(text("SAVEPOINT before"))
                connection.execute(text(f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = :{name}' for name in key)}"), {name: row[name] for name in key})
                assert found(connection) is not None, (table, row)
                connection.execute(text("ROLLBACK TO SAVEPOINT before"))


def test_a_posting_whose_request_was_taken_out_is_found(tampering):
    with tampering() as connection:
        connection.execute(text("DELETE FROM request WHERE key = (SELECT max(request_key) FROM posting)"))

        assert found(connection).check == "a posting has no request"


MADE_UP = {
    "a move at the end of a posting": "INSERT INTO move SELECT place_id, number, line + 50, lot_id, from_place_id, to_place_id, units, occurred_on, expires_on, occasion, recipient FROM move WHERE line = 1",
    "a move of a posting that is not there": "INSERT INTO move SELECT place_id, number + 50, line, lot_id, from_place_id, to_place_id, units, occurred_on, expires_on, occasion, recipient FROM move WHERE line = 1",
    "moves that cancel out, of a posting that is not there": (
        "INSERT INTO move SELECT place_id, 90 + number, 1, lot_id, to_place_id, from_place_id, units, occurred_on, expires_on, occasion, recipient FROM move WHERE from_place_id < 0 AND to_place_id < 0"
    ),
    "a tally at the end of a posting": "INSERT INTO tally SELECT place_id, number, line + 50, product_id, what, units, occurred_on FROM tally",
    "a tally of a posting that is not there": "INSERT INTO tally SELECT place_id, number + 50, line, product_id, what, units, occurred_on FROM tally",
    "a note beside a posting without one": "INSERT INTO posting_note SELECT place_id, 2, note, salt FROM posting_note WHERE number = 1",
    "a note of a posting that is not there": "INSERT INTO posting_note SELECT place_id, 80, note, salt FROM posting_note WHERE number = 1",
    "a posting at the end": (
        "INSERT INTO posting SELECT place_id, number + 50, epoch_id, 'return', reason, occurred_on, recorded_at, recorded_by, role, request_key, NULL, supplier, document, note_hash, digest, digest "
        "FROM posting WHERE number = 2"
    ),
    "stock of what never arrived": "INSERT INTO stock SELECT id, (SELECT min(id) FROM lot), 5, 0, '2026-01-01', NULL, NULL FROM place WHERE code = 'osl-depot'",
    "a month's total of nothing": "INSERT INTO month_total SELECT place_id, product_id, 'to_lost', 'unknown', '', month, 5 FROM month_total WHERE flow = 'from_supplier'",
    "a checkpoint of what never was": "INSERT INTO checkpoint_head SELECT 1, id, 1, (SELECT min(digest) FROM posting) FROM place WHERE code = 'osl-depot'",
}


def test_every_row_put_in_is_found(tampering):
    with tampering() as connection:
        for what, statement in MADE_UP.items():
            connection.execute(text("SAVEPOINT before"))
            assert connection.execute(text(statement)).rowcount > 0, what
            assert found(connection) is not None, what
            connection.execute(text("ROLLBACK TO SAVEPOINT before"))


def test_a_journal_that_is_taken_out_whole_is_found(tampering):
    with tampering() as connection:
        connection.execute(text("DELETE FROM journal WHERE place_id = (SELECT id FROM place WHERE code = :code)"), {"code": CLINIC})

        assert found(connection) is not None


def swap(connection, table, place_id, first, second):
    for before, after in ((first, 900), (second, first), (900, second)):
        connection.execute(text(f"UPDATE {table} SET number = :after WHERE place_id = :place AND number = :before"), {"after": after, "before": before, "place": place_id})


def test_two_postings_that_changed_places_are_found(tampering):
    with tampering() as connection:
        place_id = connection.scalar(text("SELECT id FROM place WHERE code = :code"), {"code": BUS})
        for table in ("posting", "move", "tally", "posting_note"):
            swap(connection, table, place_id, 1, 2)

        failure = found(connection)

    assert (failure.check, failure.place, failure.row) == ("the seal before is another", BUS, ("1",))


def cut_the_tail(connection, code):
    """Take the last posting of a journal out so that nothing but a checkpoint knows: sums, head and request are made to agree."""
    place_id, number = connection.execute(text("SELECT place_id, last_number FROM journal JOIN place ON id = place_id WHERE code = :code"), {"code": code}).one()
    last = {"place": place_id, "number": number}
    connection.execute(text("DELETE FROM move WHERE place_id = :place AND number = :number"), last)
    connection.execute(text("DELETE FROM posting WHERE place_id = :place AND number = :number"), last)
    connection.execute(
        text(
            "UPDATE journal SET last_number = last_number - 1, last_digest = (SELECT digest FROM posting p WHERE p.place_id = :place AND p.number = :number - 1), "
            "last_recorded_at = (SELECT recorded_at FROM posting p WHERE p.place_id = :place AND p.number = :number - 1) WHERE place_id = :place"
        ),
        last,
    )
    connection.execute(text("DELETE FROM month_total WHERE place_id = :place AND flow = 'to_lost'"), last)
    connection.execute(text("UPDATE month_total SET units = 1 WHERE place_id = :place AND flow = 'to_destroyed'"), last)


def test_a_cut_tail_is_found_by_the_checkpoint_and_by_nothing_else(tampering):
    with tampering() as connection:
        cut_the_tail(connection, CLINIC)

        assert found(connection).check == "a checkpoint says otherwise than the journal"

        connection.execute(text("DELETE FROM checkpoint_head"))
        assert found(connection) is None


def seal_anew(connection, code):
    """Recompute all seals of a journal, as somebody would who changed a row and knows how we seal."""
    session = Session(connection)
    place_id = connection.scalar(text("SELECT id FROM place WHERE code = :code"), {"code": code})
    codes, digest, number = audit.place_codes(session), entries.NOTHING, 0
    own = {name: list(read(session, place_id, after=0)) for name, read in (("moves", audit.moves), ("tallies", audit.tallies))}
    for row in list(audit.postings(session, place_id, after=0)):
        lines = [[*move[1:4], codes[move[4]], codes[move[5]], *move[6:9]] for move in own["moves"] if move[0] == row[1]] + [list(tally[1:4]) for tally in own["tallies"] if tally[0] == row[1]]
        kept = dict(zip(("kind", "reason", "occurred_on", "recorded_at", "recorded_by", "role", "corrects", "supplier", "document"), row[3:12], strict=True))
        previous, number = digest, row[1]
        digest = entries.seal(entries.Sealed(epoch=row[2], place=code, number=number, note_hash=bytes(row[12]) if row[12] is not None else None, **kept), lines, previous)
        change = text("UPDATE posting SET previous_digest = :previous, digest = :digest WHERE place_id = :place AND number = :number")
        connection.execute(change, {"previous": previous, "digest": digest, "place": place_id, "number": number})
    connection.execute(text("UPDATE journal SET last_digest = :digest WHERE place_id = :place"), {"digest": digest, "place": place_id})


def test_a_chain_that_was_sealed_anew_is_found_by_the_checkpoint_and_by_nothing_else(tampering):
    with tampering() as connection:
        seal_anew(connection, BUS)
        assert found(connection) is None  # nothing was changed, so the seals are the same
        connection.execute(text("UPDATE posting SET role = 'municipality' WHERE number = 2 AND place_id = (SELECT id FROM place WHERE code = :code)"), {"code": BUS})
        seal_anew(connection, BUS)

        assert found(connection).check == "a checkpoint says otherwise than the journal"

        connection.execute(text("DELETE FROM checkpoint_head"))
        assert found(connection) is None


def test_an_erased_note_leaves_the_ledger_in_order(tampering):
    with tampering() as connection:
        connection.execute(text("DELETE FROM posting_note"))

        assert found(connection) is None


def test_the_failure_names_the_first_row_that_fails(tampering):
    with tampering() as connection:
        connection.execute(text("UPDATE move SET units = units + 1 WHERE number IN :numbers").bindparams(bindparam("numbers", expanding=True)), {"numbers": [3, 4]})

        failure = found(connection)

    assert failure.as_json() == {"check": "the seal does not fit what is recorded", "place": BUS, "row": ["3"]}


def test_verifying_changes_nothing(tampering):
    with tampering() as connection:
        before = {table: connection.execute(text(f"SELECT * FROM {table}")).all() for table in SEEN}
        found(connection)
        after = {table: connection.execute(text(f"SELECT * FROM {table}")).all() for table in SEEN}

    assert before == after


@pytest.mark.leaves_a_broken_ledger
def test_the_command_names_the_row_and_fails(written, owner, app):
    with owner.connect().execution_options(writing=True) as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE month_total SET units = units + 1 WHERE flow = 'from_supplier'"))
        connection.commit()

    said = app.test_cli_runner().invoke(args=["inventory", "verify"])

    assert said.exit_code == 1
    assert "a month's total is not the sum of its moves" in said.output
