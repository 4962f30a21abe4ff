"""Whatever is changed behind the service's back, the verification finds it and names a row.

Each change is made by the owner with all guards off, looked at, and taken back.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, bindparam, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.models import Hold
from inventory.queries import chains
from inventory.rules import entries
from inventory.service import checks
from supply import clock
from supply.db import db, in_one_transaction
from supply.migrations.guards import APPEND_ONLY, ERASABLE
from supply.reference.models import KitPart, Product
from tests.integration import monthly

SPRAY, COOKER, SET = "naloxone-nyxoid", "cooker", "spray-set"
BUS, CLINIC = "oslo-outreach", "oslo-servicepoint"
DAY = {ago: (clock.today() - timedelta(days=ago)).isoformat() for ago in range(5)}


@pytest.fixture
def written(ada):
    """A ledger with every kind of posting, every column filled somewhere, a lot with a fate and one that is held, and a checkpoint over it."""
    in_one_transaction(know_a_set_of_a_spray_and_two_cookers)
    ada.post("/receipts", receipt(supplier="Firm", document="D1", note="two boxes"))
    ada.post("/receipts", {"place": BUS, "occurred_on": DAY[3], "lines": [{"product": COOKER, "units": 40}]})
    line = {"product": SPRAY, "units": 3, "occasion": "first_time", "recipient": "at_risk"}
    unmet = [{"product": SPRAY, "units": 2}, {"product": COOKER, "units": 1}]
    ada.post("/handouts", {"place": BUS, "occurred_on": DAY[2], "lines": [line, {"product": COOKER, "units": 5}], "unmet": unmet, "note": "by the river"})
    ada.post("/returns", {"place": BUS, "occurred_on": DAY[2], "reason": "unused", "lines": [lot_line(1)], "used": unmet})
    ada.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": DAY[1], "document": "T1", "lines": [{"product": SPRAY, "units": 4}]})
    ada.post("/corrections", {"journal": BUS, "number": 3, "reason": "mistyped"})
    pack_and_count(ada)
    ada.post("/disposals", {"place": CLINIC, "occurred_on": DAY[0], "reason": "damaged", "lines": [lot_line(1)]})
    ada.post("/reclassifications", {"place": CLINIC, "occurred_on": DAY[0], "reason": "other", "lines": [lot_line(1) | {"from": "destroyed", "to": "lost"}]})
    for act, body in (("redate", {"expires_on": "2030-01-31", "document": "N1", "authority": "DMP"}), ("quarantine", {"reason": "too_warm"})):
        assert ada.post(f"/lots/{SPRAY}/B2/{act}", body | {"document": "N1"}).status_code == 200
    ada.receive(SET, 1, place=BUS, lot="BOUGHT", expires_on="2030-01-31", on=DAY[0])
    in_one_transaction(hold_two_cookers)
    in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    db.session.remove()


def know_a_set_of_a_spray_and_two_cookers(session):
    words = dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x")
    kit = Product(code=SET, group="kit", lot_required=True, expiry_required=True, **words)
    session.add(kit)
    session.flush()
    for part, units in ((SPRAY, 1), (COOKER, 2)):
        part_id = session.scalar(text("SELECT id FROM product WHERE code = :code"), {"code": part})
        session.add(KitPart(kit_id=kit.id, version=1, part_id=part_id, units=units, starts_on=date(2018, 1, 1)))


def pack_and_count(ada):
    """Pack five sets at the bus, give one away and open another in which a cooker is missing; then count what is left."""
    packed = ada.post("/assemblies", {"place": BUS, "occurred_on": DAY[1], "kit": SET, "units": 3})
    lot = packed.json["moves"][-1]["lot"]["number"]
    ada.post("/handouts", {"place": BUS, "occurred_on": DAY[1], "lines": [{"product": SET, "units": 1, "occasion": "first_time", "recipient": "service"}]})
    opened = {"place": BUS, "occurred_on": DAY[0], "kit": SET, "lot": lot, "units": 1, "missing": [{"product": COOKER, "lot": "-", "units": 1}]}
    ada.post("/unpackings", opened)
    lines = [lot_line(3, "B2") | {"reasons": [{"reason": "damaged", "units": 1}]}, lot_line(16), {"product": COOKER, "units": 35}, {"product": SET, "lot": lot, "units": 1}]
    answer = ada.post("/counts", {"place": BUS, "occurred_on": DAY[0], "lines": lines})
    assert answer.status_code == 201, answer.text


def hold_two_cookers(session):
    place_id, lot_id = session.execute(
        text("SELECT s.place_id, s.lot_id FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id WHERE p.code = :code AND l.number = '-'"), {"code": BUS}
    ).one()
    session.add(Hold(place_id=place_id, lot_id=lot_id, units=2, document="O1", made_at=clock.now()))
    session.execute(text("UPDATE stock SET held = 2 WHERE place_id = :place AND lot_id = :lot"), {"place": place_id, "lot": lot_id})


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


def otherwise(value, column):
    """Give what a column could hold instead: another value, one where there was none, none where there was one; nought turned about is nought."""
    found = [filled(column) if other is None else other for other in others(value)] + ([None] if column["nullable"] and value is not None else [])
    return [other for other in found if other != value]


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
    "stock": ["place_id", "lot_id", "on_hand", "held", "last_moved_on", "counted_on", "counted_by"],
    "month_totals": None,
    "count_line": None,
    "kit_lot_part": None,
    "hold": ["place_id", "lot_id", "units", "ended_at"],
    "lot": ["product_id", "number", "kit_version", "blocks"],
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
        for row in [row for row in rows if table != "month_totals" or says_something(row)]:
            for column in columns:
                name = column["name"]
                for value in otherwise(row[name], column):
                    if name in monthly.COLUMNS and not value and not row[name]:
                        continue  # a month of nought says as little as one in which nothing was recorded
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


def says_something(row):
    """Whether a row of the month totals holds units."""
    return any(row[name] for name in monthly.COLUMNS)


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
        for table in ("posting", "move", "tally", "count_line", "kit_lot_part", "hold", "journal", "stock", "month_totals"):
            key = inspect(owner).get_pk_constraint(table)["constrained_columns"]
            for row in connection.execute(text(f"SELECT * FROM {table}")).mappings().all():
                if (table == "stock" and row["on_hand"] == 0) or (table == "month_totals" and not says_something(row)):
                    continue  # an empty shelf and an empty total say nothing
                connection.execute(text("SAVEPOINT before"))
                connection.execute(text(f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = :{name}' for name in key)}"), {name: row[name] for name in key})
                assert found(connection) is not None, (table, row)
                connection.execute(text("ROLLBACK TO SAVEPOINT before"))


def test_a_posting_whose_request_was_taken_out_is_found(tampering):
    with tampering() as connection:
        connection.execute(text("DELETE FROM request WHERE key = (SELECT max(request_key) FROM posting)"))

        assert found(connection).check == "a posting has no request"


UNITS = ", ".join(monthly.COLUMNS)
CELL = f"place_id, product_id, kit_version, flow, occasion, recipient, year, {UNITS}"
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
    "stock of what never arrived": "INSERT INTO stock SELECT id, (SELECT min(id) FROM lot), 5, 0, '2026-01-01', NULL, NULL, 0, NULL FROM place WHERE code = 'osl-depot'",
    "a month's total of nothing": f"INSERT INTO month_totals ({CELL}) SELECT place_id, product_id, kit_version, 'to_lost', 'unknown', '', year, {UNITS} FROM month_totals WHERE flow = 'from_supplier'",
    "a month's total of a version of a kit that never was": (
        f"INSERT INTO month_totals ({CELL}) SELECT place_id, product_id, 2, flow, occasion, recipient, year, {UNITS} FROM month_totals WHERE kit_version = 1 AND flow = 'to_people'"
    ),
    "what was counted, at the end of a count": "INSERT INTO count_line SELECT place_id, number, line + 50, lot_id, expected, counted FROM count_line WHERE line = 1",
    "what was counted, in a posting that is no count": "INSERT INTO count_line SELECT place_id, 1, line, lot_id, expected, counted FROM count_line WHERE line = 1",
    "what was counted, in a posting that is not there": "INSERT INTO count_line SELECT place_id, number + 50, line, lot_id, expected, counted FROM count_line WHERE line = 1",
    "another part of a kit": "INSERT INTO kit_lot_part SELECT kit_lot_id, (SELECT id FROM lot WHERE number = 'B2'), 1 FROM kit_lot_part WHERE units = 2",
    "a hold nobody made": "INSERT INTO hold (id, place_id, lot_id, units, document, made_at) SELECT id + 50, place_id, lot_id, units, document, made_at FROM hold",
    "a quarantine nobody ordered": (
        "INSERT INTO lot_event SELECT id + 50, lot_id, NULL, 'quarantine', happened_on, reason, document, authority, NULL, NULL, NULL, recorded_at, recorded_by, role, request_key FROM lot_event WHERE kind = 'quarantine'"
    ),
    "a new expiry nobody ordered": (
        "INSERT INTO lot_event SELECT id + 50, lot_id, NULL, kind, happened_on, reason, document, authority, expires_after, expires_before, NULL, recorded_at, recorded_by, role, request_key "
        "FROM lot_event WHERE kind = 'redate'"
    ),
    "a checkpoint of what never was": "INSERT INTO checkpoint_head SELECT 1, id, 1, (SELECT min(digest) FROM posting) FROM place WHERE code = 'osl-depot'",
}


def test_every_row_put_in_is_found(tampering):
    with tampering() as connection:
        for what, statement in MADE_UP.items():
            connection.execute(text("SAVEPOINT before"))
            assert connection.execute(text(statement)).rowcount > 0, what
            assert found(connection) is not None, what
            connection.execute(text("ROLLBACK TO SAVEPOINT before"))


BEHIND = {
    "a lot is let out of quarantine": "UPDATE lot SET blocks = 0 WHERE number = 'B2'",
    "its quarantine never happened": "DELETE FROM lot_event WHERE kind = 'quarantine'",
    "its quarantine was another lot's": "UPDATE lot_event SET lot_id = (SELECT id FROM lot WHERE number = 'A1') WHERE kind = 'quarantine'",
    "it was in force at one place alone": f"UPDATE lot_event SET place_id = (SELECT id FROM place WHERE code = '{CLINIC}') WHERE kind = 'quarantine'",
    "a shelf is put in quarantine": "UPDATE stock SET blocks = 1 WHERE on_hand > 0",
    "a lot says that nothing happened to it lately": "UPDATE lot SET changed_on = '2020-01-01' WHERE number = 'B2'",
    "a re-dated lot expires on another day": "UPDATE lot SET expires_on = '2031-01-31' WHERE number = 'B2'",
    "it was re-dated to another day": "UPDATE lot_event SET expires_after = '2031-01-31' WHERE kind = 'redate'",
    "it was never re-dated": "DELETE FROM lot_event WHERE kind = 'redate'",
    "it was re-dated from another day": "UPDATE lot_event SET expires_before = '2020-01-31' WHERE kind = 'redate'",
    "a lot that was never re-dated expires on another day": "UPDATE lot SET expires_on = '2031-01-31' WHERE number = 'A1'",
    "kits that were bought are said to be made of parts": "INSERT INTO kit_lot_part SELECT (SELECT id FROM lot WHERE number = 'BOUGHT'), part_lot_id, units FROM kit_lot_part WHERE units = 2",
    "what was bought is said to be made of parts": "INSERT INTO kit_lot_part SELECT (SELECT id FROM lot WHERE number = 'B2'), part_lot_id, units FROM kit_lot_part WHERE units = 2",
}


@pytest.mark.parametrize("what", BEHIND)
def test_what_is_said_of_a_lot_behind_the_services_back_is_found(what, tampering):
    with tampering() as connection:
        assert connection.execute(text(BEHIND[what])).rowcount > 0
        assert found(connection) is not None


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
        for table in ("posting", "move", "tally", "count_line", "posting_note"):
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
    connection.execute(text("DELETE FROM month_totals WHERE place_id = :place AND flow = 'to_lost'"), last)
    connection.execute(text(f"UPDATE month_totals SET {', '.join(f'{name} = {name} * 0 + 1' for name in monthly.COLUMNS)} WHERE place_id = :place AND flow = 'to_destroyed'"), last)


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
    digest = entries.NOTHING
    for posting in list(chains.journal(session, place_id, code=code, places=chains.place_codes(session))):
        previous = digest
        digest = entries.seal(posting.text.replace(posting.previous, previous.hex()))
        change = text("UPDATE posting SET previous_digest = :previous, digest = :digest WHERE place_id = :place AND number = :number")
        connection.execute(change, {"previous": previous, "digest": digest, "place": place_id, "number": posting.number})
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
    with owner.connect() as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(f"UPDATE month_totals SET {', '.join(f'{name} = {name} + 1' for name in monthly.COLUMNS)} WHERE flow = 'from_supplier'"))
        connection.commit()

    said = app.test_cli_runner().invoke(args=["inventory", "verify"])

    assert said.exit_code == 1
    assert "a month's total is not the sum of its moves" in said.output


ODD = {
    "a move whose number is no number": (
        "INSERT INTO move SELECT place_id, 'x', line, lot_id, from_place_id, to_place_id, 1, occurred_on, expires_on, occasion, recipient FROM move WHERE line = 1 LIMIT 1",
        "a line belongs to no posting",
    ),
    "a move of more than there are numbers": ("UPDATE move SET number = 1e300 WHERE rowid = (SELECT max(rowid) FROM move)", "the seal does not fit what is recorded"),
    "a day that is a number": ("UPDATE move SET expires_on = '20310131' WHERE rowid = (SELECT max(rowid) FROM move WHERE expires_on IS NOT NULL)", "the seal does not fit what is recorded"),
    "units that are not whole": ("UPDATE move SET units = units + 0.5 WHERE rowid = (SELECT max(rowid) FROM move)", "the seal does not fit what is recorded"),
    "units that are text": ("UPDATE move SET units = units || ',' WHERE rowid = (SELECT max(rowid) FROM move)", "the seal does not fit what is recorded"),
    "a posting of a day that is bytes": ("UPDATE posting SET occurred_on = x'00' WHERE rowid = (SELECT max(rowid) FROM posting)", "the seal does not fit what is recorded"),
}
"""What SQLite alone lets somebody write, and what is found of it."""


@pytest.mark.parametrize("what", ODD)
def test_what_is_neither_number_nor_text_where_it_should_be_is_found(tampering, what):
    change, check = ODD[what]
    with tampering() as connection:
        if connection.dialect.name == "postgresql":
            with pytest.raises(DBAPIError):
                connection.execute(text(change))
            return
        connection.execute(text(change))

        assert found(connection).check == check


def test_a_move_that_pretends_to_be_two_is_found(tampering):
    """On SQLite units can be a text that holds the end of one line and the beginning of the next: written out, it is what was sealed."""
    with tampering() as connection:
        if connection.dialect.name == "postgresql":
            with pytest.raises(DBAPIError):
                connection.execute(text("UPDATE move SET units = '1,null'"))
            return
        place_id, number = connection.execute(text("SELECT place_id, number FROM move WHERE line = 2 ORDER BY place_id, number LIMIT 1")).one()
        session = Session(connection)
        code = connection.scalar(text("SELECT code FROM place WHERE id = :id"), {"id": place_id})
        sealed = json.loads(next(one.text for one in chains.journal(session, place_id, code=code, places=chains.place_codes(session)) if one.number == number))
        (*_, units, occasion, recipient), second = sealed["lines"][:2]
        merged = json.dumps([units, occasion, recipient], separators=(",", ":"))[1:] + "," + json.dumps(second[:6], separators=(",", ":"))[:-1]
        connection.execute(
            text("UPDATE move SET units = :units, occasion = :occasion, recipient = :recipient WHERE place_id = :p AND number = :n AND line = 1"),
            {"units": merged, "occasion": second[6], "recipient": second[7], "p": place_id, "n": number},
        )
        connection.execute(text("DELETE FROM move WHERE place_id = :p AND number = :n AND line = 2"), {"p": place_id, "n": number})
        connection.execute(text("UPDATE move SET line = line - 1 WHERE place_id = :p AND number = :n AND line > 2"), {"p": place_id, "n": number})

        assert checks.verify(Session(connection), place=code).failure.check == "the seal does not fit what is recorded"
