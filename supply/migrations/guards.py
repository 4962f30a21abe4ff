"""What the database itself refuses: changing what may only be added to. Used by the versions, and asked for by a test."""

import sqlalchemy as sa

APPEND_ONLY = (
    "posting",
    "move",
    "tally",
    "request",
    "checkpoint",
    "checkpoint_head",
    "epoch",
    "access_log",
    "count_line",
    "kit_lot_part",
    "lot_event",
    "order_event",
    "recall_answer",
    "recall_raise",
    "reorder_rule",
    "coverage_basis",
    "coverage_basis_at",
    "public_quarter",
)
ERASABLE = ("posting_note",)
"""Rows that may be deleted, never changed: the posting keeps their hash."""
KEPT = ("account", "place", "product", "lot")
"""Rows that may be changed, never deleted: the ledger names them for ever."""


def code_text(length: int) -> sa.types.TypeEngine[str]:
    """Give a text type compared by code point on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def guarded_acts(table: str) -> tuple[str, ...]:
    """Say which acts a table refuses."""
    return ("UPDATE",) if table in ERASABLE else ("DELETE",) if table in KEPT else ("UPDATE", "DELETE")


def trigger_name(table: str, act: str) -> str:
    """Give the name of a trigger: the tests look for it."""
    return f"{table}_refuses_{act.lower()}"


def guard(table: str) -> None:
    """Make a table refuse what it must (and TRUNCATE on PostgreSQL), whoever asks."""
    from alembic import op  # asked for here: the service itself starts without Alembic

    if op.get_bind().dialect.name == "sqlite":
        for act in guarded_acts(table):
            op.execute(f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{_word(table)}: {table}'); END")
        return
    for act in guarded_acts(table):
        op.execute(f"CREATE TRIGGER {trigger_name(table, act)} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(f"CREATE TRIGGER {trigger_name(table, 'TRUNCATE')} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def _word(table: str) -> str:
    return "kept" if table in KEPT else "append-only"


def grant(tables: list[str], *, role: str) -> None:
    """On PostgreSQL let the serving role do what each table allows, and nothing to the schema."""
    from alembic import op

    if op.get_bind().dialect.name == "sqlite":
        return
    for table in tables:
        rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, DELETE" if table in ERASABLE else "SELECT, INSERT, UPDATE" if table in KEPT else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f'GRANT {rights} ON "{table}" TO "{role}"')
    op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
