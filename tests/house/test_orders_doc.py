"""The page on the states of an order is what the table prints."""

from orders.rules.states import Kind, Side
from orders.rules.states_text import WHO, states_page
from supply.settings import ROOT
from tests.conftest import create_app, settings_for

PAGE = ROOT / "docs" / "orders.md"


def test_the_page_is_what_the_table_prints():
    assert PAGE.read_text(encoding="utf-8") == states_page(), "print it anew: flask orders states > docs/orders.md"


def test_the_command_prints_the_page(sqlite_home):
    app = create_app(settings_for(sqlite_home.url))

    printed = app.test_cli_runner().invoke(args=["orders", "states"])

    assert printed.output == states_page()


def test_everybody_on_every_side_is_named():
    assert {kind: set(sides) for kind, sides in WHO.items()} == {kind: set(Side) for kind in Kind}
