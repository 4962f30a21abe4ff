"""Who was told what, what they chose, and the letters to them."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add inboxes, choices, letters and the addresses that refuse them; a notice knows when it was put into inboxes."""
    op.add_column("notice", sa.Column("spread_at", sa.DateTime(timezone=True)))
    _index("ix_notice_not_spread", "notice", ["id"], "spread_at IS NULL")
    _add_letters()
    _add_inboxes()
    op.create_table(
        "notice_choice",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_notice_choice_account_id"), primary_key=True),
        sa.Column("digest", sa.Boolean, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("everything", sa.Boolean, nullable=False),
        sa.Column("quiet_from", sa.Time, nullable=False),
        sa.Column("quiet_to", sa.Time, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
    )
    op.create_table(
        "refusing_address",
        sa.Column("address", code_text(254), primary_key=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(300), nullable=False),
    )
    grant(["letter", "notice_told", "notice_choice", "refusing_address"], role=context.config.attributes["service_role"])


def _add_letters() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_letter_account_id"), nullable=False),
        sa.Column("kind", code_text(8), nullable=False),
        sa.Column("digest_on", sa.Date),
        sa.Column("message_id", code_text(320), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(300)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("sent_to", code_text(254)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_because", code_text(8)),
        sa.CheckConstraint("kind IN ('digest', 'urgent', 'critical')", name=op.f("ck_letter_kind")),
        sa.CheckConstraint("(kind = 'digest') = (digest_on IS NOT NULL)", name=op.f("ck_letter_digest")),
        sa.CheckConstraint("ended_because IS NULL OR ended_because IN ('refused', 'failed', 'nobody')", name=op.f("ck_letter_ended_because")),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
        sa.UniqueConstraint("account_id", "digest_on", name="uq_letter_account_id_digest_on"),
    )
    _index("ix_letter_waits", "letter", ["next_try_at", "id"], "sent_at IS NULL AND ended_at IS NULL")
    op.create_index("ix_letter_ended_at", "letter", ["ended_at"])
    op.create_index("ix_letter_made_at", "letter", ["made_at"])


def _add_inboxes() -> None:
    op.create_table(
        "notice_told",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_notice_told_account_id"), primary_key=True),
        sa.Column("notice_id", sa.Integer, sa.ForeignKey("notice.id", name="fk_notice_told_notice_id"), primary_key=True),
        sa.Column("urgency", code_text(8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("weighed_at", sa.DateTime(timezone=True)),
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letter.id", name="fk_notice_told_letter_id")),
        sa.CheckConstraint("urgency IN ('routine', 'urgent', 'critical')", name=op.f("ck_notice_told_urgency")),
        sa.CheckConstraint("letter_id IS NULL OR weighed_at IS NOT NULL", name=op.f("ck_notice_told_weighed")),
    )
    op.create_index("ix_notice_told_notice_id", "notice_told", ["notice_id"])
    op.create_index("ix_notice_told_letter_id", "notice_told", ["letter_id"])
    _index("ix_notice_told_unread", "notice_told", ["account_id", "made_at"], "read_at IS NULL")
    _index("ix_notice_told_not_weighed", "notice_told", ["account_id", "urgency"], "weighed_at IS NULL")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
