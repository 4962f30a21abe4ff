"""What is recalled: the notice, its lots, who must answer, and what they answered. A lot's events know a recall and that it was lifted."""

import re

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant, guard

revision = "0010"
down_revision = "0009"

_KINDS = "kind IN ('quarantine', 'release', 'redate', 'recall', 'lift')"


def upgrade() -> None:
    """Add the tables of recalls, and two kinds of what can happen to a lot."""
    _widen_lot_events()
    _add_recalls()
    _add_places()
    guard("recall_answer")
    grant(["recall", "recall_lot", "recall_place", "recall_answer"], role=context.config.attributes["service_role"])


def _widen_lot_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_lot_event_kind", "lot_event")
        op.create_check_constraint(op.f("ck_lot_event_kind"), "lot_event", _KINDS)
        return
    connection = op.get_bind()
    (statement,) = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'lot_event'")).scalars()
    statement, found = re.subn(r"kind IN \([^)]*\)", _KINDS, statement)
    assert found == 1
    op.execute(statement.replace("CREATE TABLE lot_event ", "CREATE TABLE lot_event_anew ", 1))
    op.execute("INSERT INTO lot_event_anew SELECT * FROM lot_event")
    op.execute("DROP TABLE lot_event")
    op.execute("ALTER TABLE lot_event_anew RENAME TO lot_event")
    op.create_index("ix_lot_event_lot_id", "lot_event", ["lot_id"])
    guard("lot_event")


def _add_recalls() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", code_text(20), nullable=False),
        sa.Column("class", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_recall_product_id"), nullable=False),
        sa.Column("gtin", code_text(14)),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("authority", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("answer_hours", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Integer, sa.ForeignKey("account.id", name="fk_recall_opened_by"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.Integer, sa.ForeignKey("account.id", name="fk_recall_closed_by")),
        sa.Column("closed_because", sa.String(500)),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by", sa.Integer, sa.ForeignKey("account.id", name="fk_recall_lifted_by")),
        sa.Column("lifted_because", sa.String(500)),
        sa.UniqueConstraint("number", name="uq_recall_number"),
        sa.CheckConstraint("class IN (1, 2, 3)", name=op.f("ck_recall_class")),
        sa.CheckConstraint("answer_hours > 0", name=op.f("ck_recall_answer_hours")),
        sa.CheckConstraint("NOT drill OR lifted_at IS NULL", name=op.f("ck_recall_drill")),
    )
    op.create_table(
        "recall_lot",
        sa.Column("recall_id", sa.Integer, sa.ForeignKey("recall.id", name="fk_recall_lot_recall_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("number", code_text(20), nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("lot_id", sa.Integer, sa.ForeignKey("lot.id", name="fk_recall_lot_lot_id")),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.UniqueConstraint("recall_id", "number", name="uq_recall_lot_recall_id_number"),
    )


def _add_places() -> None:
    op.create_table(
        "recall_place",
        sa.Column("recall_id", sa.Integer, sa.ForeignKey("recall.id", name="fk_recall_place_recall_id"), primary_key=True),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_recall_place_place_id"), primary_key=True),
        sa.Column("on_hand", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("in_kits", sa.BigInteger, nullable=False),
        sa.Column("in_transit", sa.BigInteger, nullable=False),
        sa.Column("must_answer", sa.Boolean, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
    )
    waiting = sa.text("must_answer AND answered_at IS NULL")
    op.create_index("ix_recall_place_waiting", "recall_place", ["place_id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "recall_answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("recall_id", sa.Integer, sa.ForeignKey("recall.id", name="fk_recall_answer_recall_id"), nullable=False),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_recall_answer_place_id"), nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("kept_apart", sa.Boolean, nullable=False),
        sa.Column("note", sa.String(500)),
        sa.Column("postings", sa.JSON, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer, sa.ForeignKey("account.id", name="fk_recall_answer_answered_by"), nullable=False),
        sa.Column("role", code_text(16), nullable=False),
        sa.Column("request_key", code_text(80), nullable=False),
    )
    op.create_index("ix_recall_answer_recall_id", "recall_answer", ["recall_id", "place_id"])
