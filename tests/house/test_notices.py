"""Every kind of notice that the code queues has words, and nobody is told of what they may not do."""

import ast

from orders.rules.states import Act
from supply.auth.rules import PERMISSIONS
from supply.settings import ROOT
from tests.conftest import create_app, settings_for

NEVER_TOLD = {"order-amend", "order-pick"}
"""Acts on orders that concern nobody but whoever does them."""


def queued():
    """Give every kind that stands where a notice is queued, with where; of a kind that is put together, all it can be."""
    for folder in ("supply", "inventory", "orders", "expiry"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"queue", "Told"}):
                    continue
                for keyword in node.keywords:
                    if keyword.arg == "kind":
                        yield from ((code, f"{path.relative_to(ROOT)}:{node.lineno}") for code in _codes(keyword.value))


def _codes(value):
    if isinstance(value, ast.Constant):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return [*_codes(value.body), *_codes(value.orelse)]
    if isinstance(value, ast.Name) and value.id == "kind":
        return []  # `queue` hands on what it was told
    if isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant) and value.values[0].value == "order-":
        return [code for code in (f"order-{act.value}" for act in Act) if code not in NEVER_TOLD]
    return [f"a kind that is not written out: {ast.unparse(value)}"]


def test_every_kind_that_is_queued_is_registered(sqlite_home):
    kinds = create_app(settings_for(sqlite_home.url)).extensions["notice_kinds"]
    found = dict(queued())

    assert {code: where for code, where in found.items() if code not in kinds} == {}
    assert {"surplus", "hold-released", "recall", "recall-reminder", "witness-needed", "order-submit", "order-draft", "order-not-drafted"} <= set(found)


def test_every_kind_has_a_name_and_a_permission_of_the_table(sqlite_home):
    for kind in create_app(settings_for(sqlite_home.url)).extensions["notice_kinds"].values():
        assert str(kind.label), kind.code
        assert kind.permission in PERMISSIONS, kind.code
        assert len(kind.code) <= 30, kind.code
