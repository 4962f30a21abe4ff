"""A row of the month totals holds the twelve months of a year, so that whoever adds up many places reads a twelfth of the rows."""

import sqlalchemy as sa
from alembic import context, op

from supply.migrations.guards import code_text, grant

revision = "0019"
down_revision = "0018"

_KEY = "place_id, product_id, kit_version, flow, occasion, recipient"
_OF = {"postgresql": "extract({0} FROM month)::integer", "sqlite": "CAST(strftime('{1}', month) AS integer)"}


def upgrade() -> None:
    """Gather what there is by year."""
    months = [f"m{month:02}" for month in range(1, 13)]
    op.create_table(
        "month_totals",
        sa.Column("place_id", sa.Integer, sa.ForeignKey("place.id", name="fk_month_totals_place_id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id", name="fk_month_totals_product_id"), primary_key=True),
        sa.Column("kit_version", sa.Integer, primary_key=True),
        sa.Column("flow", code_text(16), primary_key=True),
        sa.Column("occasion", code_text(16), primary_key=True),
        sa.Column("recipient", code_text(16), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        *(sa.Column(month, sa.BigInteger) for month in months),
    )
    of = _OF[op.get_bind().dialect.name]
    year, nth = of.format("year", "%Y"), of.format("month", "%m")
    sums = ", ".join(f"CAST(sum(CASE WHEN {nth} = {number} THEN units END) AS bigint)" for number in range(1, 13))
    op.execute(f"INSERT INTO month_totals ({_KEY}, year, {', '.join(months)}) SELECT {_KEY}, {year}, {sums} FROM month_total GROUP BY {_KEY}, {year}")
    op.drop_table("month_total")
    op.create_index("ix_month_totals_year_place", "month_totals", ["year", "place_id"])
    grant(["month_totals"], role=context.config.attributes["service_role"])
