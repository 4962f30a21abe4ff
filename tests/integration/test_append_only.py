"""What is recorded stays recorded: whoever asks, the database refuses to change it."""

from datetime import date

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from inventory.models import Posting
from inventory.service import checks
from supply import clock
from supply.auth import service as auth
from supply.coverage import service as coverage
from supply.coverage.rules.quarters import Quarter
from supply.db import db, in_one_transaction
from supply.migrations.guards import APPEND_ONLY, ERASABLE

SPRAY, BUS = "naloxone-nyxoid", "oslo-outreach"
TODAY = clock.today().isoformat()
EVER = ("posting", "move", "tally", "request", "checkpoint", "checkpoint_head", "count_line", "kit_lot_part", "lot_event")


@pytest.fixture
def written(ada):
    """A ledger with a row in every table that is only added to."""
    ada.receive(units=9, place=BUS, on=TODAY)
    answer = ada.post("/handouts", {"place": BUS, "occurred_on": TODAY, "note": "by the river", "lines": [{"product": SPRAY, "units": 2}], "unmet": [{"product": SPRAY, "units": 1}]})
    assert answer.status_code == 201
    assert ada.post("/counts", {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "lot": "A1", "units": 6}]}).status_code == 201
    parts = [{"product": part, "lot": "P1", "expires_on": "2028-01-31", "units": 1} for part in ("syringe-1ml-29g", "swab", "acid", "filter")]
    ada.post("/receipts", {"place": BUS, "occurred_on": TODAY, "lines": [*parts, {"product": "cooker", "units": 1}]})
    assert ada.post("/assemblies", {"place": BUS, "occurred_on": TODAY, "kit": "kit-full", "units": 1}).status_code == 201
    assert ada.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "too_warm"}).status_code == 200
    assert ada.post("/orders", {"place": BUS, "lines": [{"product": SPRAY, "units": 2}]}).status_code == 201
    notice = {"class": 2, "product": SPRAY, "lots": [{"lot": "A1"}], "document": "N-1", "authority": "DMP", "reason": "It may be blocked."}
    assert ada.post("/recalls", notice).status_code == 201
    number = ada.get("/recalls").json[0]["number"]
    assert ada.post(f"/recalls/{number}/answers", {"place": BUS, "lines": [{"lot": "A1", "found": 6}]}).status_code == 201
    graver = {"class": 1, "document": "N-2", "authority": "DMP", "reason": "It is blocked."}
    assert ada.post(f"/recalls/{number}/raise", graver).status_code == 200
    assert ada.post("/reorder-rules", {"area": BUS, "about": "*", "said": {"lead_days": 9}}).status_code == 201
    in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    empty = Quarter(starts_on=date(2026, 7, 1), checkpoint=1, totals={}, cells={}, reported={})
    in_one_transaction(lambda session: coverage.publish(session, empty, now=clock.now()))
    in_one_transaction(lambda session: auth.log(session, account_id=None, act="look", outcome="done", now=clock.now()))
    db.session.remove()


def attempts(engine, act):
    """Give the statements that would change each table in one way, whole."""
    looked = inspect(engine)
    for table in APPEND_ONLY if act != "note" else ERASABLE:
        columns = [column["name"] for column in looked.get_columns(table)]
        key = ", ".join(looked.get_pk_constraint(table)["constrained_columns"])
        match act:
            case "update" | "note":
                yield table, f"UPDATE {table} SET {columns[-1]} = {columns[-1]}"
            case "delete":
                yield table, f"DELETE FROM {table}"
            case "truncate":
                yield table, f"TRUNCATE {table} CASCADE"
            case "replace":
                yield table, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
                yield table, f"UPDATE OR REPLACE {table} SET {columns[0]} = {columns[0]}"
            case "upsert":
                yield table, f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET {columns[-1]} = excluded.{columns[-1]}"


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("who", ["service", "owner"])
@pytest.mark.parametrize("act", ["update", "delete", "truncate", "replace", "upsert", "note"])
def test_no_row_of_the_ledger_is_changed_by_whoever_asks(act, who, owner, home):
    if (home.kind, act) in {("sqlite", "truncate"), ("postgresql", "replace")}:
        return  # the one database has no TRUNCATE, the other no REPLACE
    engine = owner if who == "owner" else db.engine
    before = rows(engine)

    refused = {}
    for table, statement in attempts(owner, act):
        with engine.connect() as connection, pytest.raises(DBAPIError) as refusal:
            connection.execute(text(statement))
        refused[table] = str(refusal.value.orig)

    may_not = "permission denied" if home.kind == "postgresql" and who == "service" else "append-only"
    assert all(may_not in message for message in refused.values()), refused
    assert all(count for count in before.values())
    assert rows(engine) == before


@pytest.mark.usefixtures("written")
def test_the_mapper_cannot_change_or_delete_a_posting_either():
    def change(session):
        posting = session.scalars(select(Posting).where(Posting.number == 1)).one()
        posting.reason = "other"
        session.flush()

    def delete(session):
        session.delete(session.scalars(select(Posting).where(Posting.number == 2)).one())
        session.flush()

    for act in (change, delete):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            in_one_transaction(act)


@pytest.mark.usefixtures("written")
def test_nothing_a_posting_leans_on_can_be_taken_away_and_nothing_goes_with_it(owner):
    for table in ("account", "place", "lot", "product"):
        with owner.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(f"DELETE FROM {table}"))

    looked = inspect(owner)
    for table in looked.get_table_names():
        for key in looked.get_foreign_keys(table):
            assert not {"ondelete", "onupdate"} & set(key["options"]) or table not in EVER, (table, key)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("home", ["postgresql"], indirect=True)  # a file has no roles
def test_the_role_that_serves_may_only_look_and_add():
    with db.engine.connect() as connection:
        for table in APPEND_ONLY:
            rights = {right: connection.scalar(text(f"SELECT has_table_privilege('{table}', '{right}')")) for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")}
            assert rights == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False, "TRIGGER": False, "REFERENCES": False}, table
            columns = text("SELECT count(*) FROM information_schema.column_privileges WHERE table_name = :table AND privilege_type = 'UPDATE' AND grantee <> 'postgres'")
            assert connection.scalar(columns, {"table": table}) == 0
        assert not connection.scalar(text("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "DROP TRIGGER posting_refuses_update ON posting",
        "DROP TABLE move",
        "ALTER TABLE posting ADD COLUMN more text",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "ALTER FUNCTION refuse_change() RENAME TO let_change",
    ],
)
@pytest.mark.parametrize("home", ["postgresql"], indirect=True)  # a file has no roles
def test_the_role_that_serves_cannot_take_the_guards_away(statement):
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match=r"must be owner|permission denied"):
        connection.execute(text(statement))


def test_every_connection_of_the_service_meets_the_triggers_also_where_it_replaces(app, home):
    if home.kind == "postgresql":
        return
    with db.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("recursive_triggers", "foreign_keys", "journal_mode", "synchronous")}
    assert found == {"recursive_triggers": 1, "foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}


def rows(engine):
    """Give how many rows each table has and the text of them all."""
    with engine.connect() as connection:
        return {table: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")).all())) for table in APPEND_ONLY}
