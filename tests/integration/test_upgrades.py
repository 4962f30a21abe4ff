"""What lies in a database is carried over when its tables change."""

import pytest
from sqlalchemy import create_engine, text

from supply import migrations
from tests.conftest import ROLE
from tests.integration.monthly import each_month

BEFORE = """
INSERT INTO month_total (place_id, product_id, kit_version, flow, occasion, recipient, month, units)
SELECT p.id, r.id, 0, t.flow, '', '', {month}, t.units FROM place AS p, product AS r,
(SELECT '2025-12-01' AS month, 'to_people' AS flow, 4 AS units UNION ALL SELECT '2026-01-01', 'to_people', 3000000000 UNION ALL SELECT '2026-11-01', 'to_people', -2
 UNION ALL SELECT '2026-11-01', 'unmet', 0) AS t WHERE p.code = 'depot'
"""


@pytest.fixture
def old(home, tmp_path):
    """A database at version 0018, with a place and a product."""
    url = home.owner_url if home.kind == "postgresql" else f"sqlite:///{tmp_path}/old.sqlite"
    engine = create_engine(url)
    if home.kind == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    migrations.upgrade(url, service_role=ROLE, to="0018")
    yes = "true" if home.kind == "postgresql" else "1"
    month = "CAST(t.month AS date)" if home.kind == "postgresql" else "t.month"
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO place (code, name, kind, example) VALUES ('depot', 'depot', 'depot', {yes})"))
        columns = "code, name_nb, name_nn, name_en, product_group, unit_nb, unit_nn, unit_en, lot_required, expiry_required"
        connection.execute(text(f"INSERT INTO product ({columns}) VALUES ('spray', 's', 's', 's', 'naloxone', 's', 's', 's', {yes}, {yes})"))
        connection.execute(text(BEFORE.format(month=month)))
    yield engine
    engine.dispose()


def test_the_month_totals_of_a_year_are_gathered_in_a_row(old):
    migrations.upgrade(old.url.render_as_string(hide_password=False), service_role=ROLE)

    with old.connect() as connection:
        found = [(one.flow, str(one.month), one.units) for one in each_month(connection)]
        rows = connection.scalar(text("SELECT count(*) FROM month_totals"))
    assert found == [("to_people", "2025-12-01", 4), ("to_people", "2026-01-01", 3_000_000_000), ("to_people", "2026-11-01", -2), ("unmet", "2026-11-01", 0)]
    assert rows == 3
