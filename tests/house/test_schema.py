"""The models say what the migrations made, on both databases; and what guards the ledger is there."""

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, create_engine, inspect, text

from supply import doctor, migrations
from supply.db import Base
from supply.migrations.guards import APPEND_ONLY, ERASABLE, guarded_acts, trigger_name
from supply.reference.models import VIRTUAL
from tests.conftest import Home


@pytest.fixture
def engine(home: Home) -> Iterator[Engine]:
    engine = create_engine(home.owner_url)
    yield engine
    engine.dispose()


def test_models_and_migrations_agree_on_tables_columns_keys_and_indexes(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_models_and_migrations_agree_on_columns_one_by_one(engine, subtests):
    found = inspect(engine)

    for table in Base.metadata.sorted_tables:
        with subtests.test(table=table.name):
            columns = {column["name"]: column for column in found.get_columns(table.name)}
            assert set(columns) == set(table.columns.keys())
            for column in table.columns:
                there = columns[column.name]
                assert there["nullable"] == column.nullable, column.name
                wanted, made = column.type.compile(engine.dialect), there["type"].compile(engine.dialect)
                assert _plain(wanted) == _plain(made), column.name
            assert found.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key.columns]


def test_models_and_migrations_agree_on_checks(engine, subtests):
    found = inspect(engine)

    for table in Base.metadata.sorted_tables:
        with subtests.test(table=table.name):
            wanted = {str(check.name): _words(str(check.sqltext)) for check in table.constraints if isinstance(check, CheckConstraint) and check.name}
            made = {check["name"]: _words(check["sqltext"]) for check in found.get_check_constraints(table.name)}
            assert set(made) == set(wanted)
            for name, words in wanted.items():
                assert words <= made[name], name


def test_models_and_migrations_agree_on_references(engine, subtests):
    found = inspect(engine)

    for table in Base.metadata.sorted_tables:
        with subtests.test(table=table.name):
            wanted = {(tuple(sorted(key.column_keys)), key.referred_table.name, key.ondelete) for key in table.foreign_key_constraints}
            made = {(tuple(sorted(key["constrained_columns"])), key["referred_table"], key["options"].get("ondelete")) for key in found.get_foreign_keys(table.name)}
            assert made == wanted
            assert not any(action for _, _, action in made), "nothing cascades"


def test_codes_are_compared_by_code_point(engine, home):
    if home.kind == "sqlite":
        query = "SELECT m.name, m.sql FROM sqlite_master m WHERE m.type = 'table' AND m.sql LIKE '%COLLATE%'"
        with engine.connect() as connection:
            assert connection.execute(text(query)).all() == [], "SQLite compares so by itself"
        return
    wanted = {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns if 'COLLATE "C"' in column.type.compile(engine.dialect)}
    with engine.connect() as connection:
        made = {tuple(row) for row in connection.execute(text("SELECT table_name, column_name FROM information_schema.columns WHERE collation_name = 'C' AND table_schema = 'public'"))}

    assert wanted
    assert {row for row in made if row[0] != "alembic_version"} == wanted


def test_every_table_that_is_only_added_to_is_guarded(engine, home):
    acts = {table: guarded_acts(table) for table in (*APPEND_ONLY, *ERASABLE)}
    wanted = {(table, trigger_name(table, act)) for table, refused in acts.items() for act in (*refused, *(["TRUNCATE"] if home.kind == "postgresql" else []))}
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if home.kind == "sqlite"
        else "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    )

    with engine.connect() as connection:
        made = {tuple(row) for row in connection.execute(text(query))}

    assert wanted <= made


def test_the_ledgers_tables_are_all_named_in_the_guards():
    ledger = {"posting", "move", "tally", "request", "checkpoint", "checkpoint_head", "epoch", "access_log", "posting_note", "count_line", "kit_lot_part", "lot_event"}

    assert ledger <= {*APPEND_ONLY, *ERASABLE}
    assert {*APPEND_ONLY, *ERASABLE} <= set(Base.metadata.tables)


@pytest.mark.parametrize("home", ["postgresql"], indirect=True)  # a file has no roles
def test_the_service_may_not_change_what_is_only_added_to(engine):
    rights = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'forsyn_service'"

    with engine.connect() as connection:
        given: dict[str, set[str]] = {}
        for table, right in connection.execute(text(rights)):
            given.setdefault(table, set()).add(right)
        may_create = connection.scalar(text("SELECT has_schema_privilege('forsyn_service', 'public', 'CREATE')"))

    for table in APPEND_ONLY:
        assert given[table] == {"SELECT", "INSERT"}, table
    for table in ERASABLE:
        assert given[table] == {"SELECT", "INSERT", "DELETE"}, table
    assert given["alembic_version"] == {"SELECT"}
    assert set(Base.metadata.tables) <= set(given)
    assert not may_create


def test_the_virtual_places_have_the_numbers_the_code_knows(engine):
    with engine.connect() as connection:
        made = {code: number for number, code in connection.execute(text("SELECT id, code FROM place WHERE kind = 'virtual'"))}

    assert made == VIRTUAL


def test_the_doctor_knows_the_newest_migration():
    script = ScriptDirectory(str(migrations.HERE))

    assert script.get_heads() == [doctor.NEWEST]
    assert [revision.revision for revision in script.walk_revisions()] == [f"{number:04}" for number in range(int(doctor.NEWEST), 0, -1)]


def test_migrations_import_no_models():
    for path in (migrations.HERE / "versions").glob("*.py"):
        assert not re.search(r"^(from|import) .*\bmodels\b", path.read_text(encoding="utf-8"), re.MULTILINE), path.name


def test_an_upgrade_that_is_repeated_changes_nothing(home, engine):
    with engine.connect() as connection:
        before = connection.execute(text("SELECT id, code, started_at FROM epoch")).all()

    migrations.upgrade(home.owner_url, service_role="forsyn_service")

    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, code, started_at FROM epoch")).all() == before


def _plain(type_name: str) -> str:
    """Write a type as both sides do."""
    return type_name.removesuffix(' COLLATE "C"').replace("TIMESTAMP WITH TIME ZONE", "DATETIME").replace("DOUBLE PRECISION", "FLOAT")


def _words(condition: str) -> set[str]:
    """Give the names and literals of a condition: the two databases write the rest each in their own way."""
    return set(re.findall(r"'[^']*'|[a-z_]{2,}|-?\d+", condition.lower())) - {"in", "or", "and", "is", "not", "null", "any", "array", "text", "character", "varying", "true", "false"}
