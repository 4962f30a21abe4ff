"""Every route says who may, and every refusal says what to do."""

import ast
import re
from collections.abc import Iterator

from supply.auth.rules import PERMISSIONS
from supply.errors import Refusal
from supply.settings import ROOT
from tests.conftest import create_app, settings_for


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Give every class of refusal the service has."""
    for below in kind.__subclasses__():
        if not below.__module__.startswith("tests"):
            yield below
        yield from refusals(below)


def test_every_route_has_a_permission_of_the_table(sqlite_home, subtests):
    app = create_app(settings_for(sqlite_home.url))

    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        with subtests.test(rule=rule.rule):
            assert app.view_functions[rule.endpoint].permission in PERMISSIONS


def test_only_signing_in_health_and_documentation_are_for_anyone(sqlite_home):
    app = create_app(settings_for(sqlite_home.url))
    open_to_all = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and app.view_functions[rule.endpoint].permission == "anyone"}

    assert not {rule for rule in open_to_all if rule.startswith("/api/v1/")}
    assert open_to_all <= {"/", "/sign-in", "/sign-out", "/language", "/healthz", "/readyz", "/metrics", "/api/docs", "/api/openapi.json", "/vendor/<name>"} | {
        rule for rule in open_to_all if rule.startswith("/problems")
    }


def test_every_refusal_has_a_title_of_its_own_and_a_sentence(subtests):
    titles = {}
    for kind in set(refusals()):
        with subtests.test(kind=kind.__name__):
            assert kind.__dict__.get("__doc__"), "it has no docstring of its own"
            title, sentence = kind.sentences()
            assert title.endswith(".")
            assert len(title) <= 80
            assert sentence == "" or sentence[-1] in ".}?"
            assert kind.status in {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500, 503}
            assert titles.setdefault(kind.code(), kind) is kind, "two refusals have one code"


def test_what_a_refusals_sentence_names_is_told_wherever_it_is_raised():
    asked = {kind.__name__: set(re.findall(r"{(\w+)}", kind.sentences()[1])) for kind in refusals() if "__init__" not in kind.__dict__}
    untold = []
    raised = set()
    for path in [path for folder in ("supply", "inventory", "orders", "expiry") for path in (ROOT / folder).rglob("*.py")]:
        if path in {ROOT / "inventory" / "rules" / "labels.py", ROOT / "inventory" / "pdf.py"}:
            continue  # their NotALabel is a reader's own, and knows no sentences
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", None)) if isinstance(node, ast.Call) else None
            if name not in asked or any(keyword.arg is None for keyword in node.keywords):
                continue
            raised.add(name)
            missing = asked[name] - {keyword.arg for keyword in node.keywords}
            if missing and (node.keywords or asked[name]):
                untold.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}: {', '.join(sorted(missing))}")

    assert untold == []
    assert len(raised) > 10


def test_a_refusal_with_facts_is_never_raised_bare():
    asked = {kind.__name__ for kind in refusals() if "{" in kind.sentences()[1]}
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.exc.id}"
        for folder in ("supply", "inventory", "orders", "expiry")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in asked
    ]

    assert bare == []
