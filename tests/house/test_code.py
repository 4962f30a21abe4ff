"""The code keeps its own rules: where things stand, what imports what, what nobody writes."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from supply.settings import ROOT

FEATURES = ("supply/auth", "supply/once", "supply/reference", "supply/notices", "supply/coverage", "inventory", "orders", "expiry")
ROLES = {"__init__", "models", "rules", "errors", "service", "queries", "schemas", "api", "pages", "jobs", "cli", "pdf", "notices"}
BESIDES = {
    "inventory/words": "the words of the ledger's lists as people read them; neither a rule nor a page",
    "inventory/demo": "the made-up history, for those who look and for the benchmarks",
    "inventory/standalone": "verifies an export with nothing but Python, so that it can be handed out by itself",
    "supply/coverage/report": "what the audit report, the open data and the lists for others say, in words, before they are PDF, XLSX, CSV or JSON",
    "supply/coverage/standalone": "recomputes every figure of an export with nothing but Python, so that it can be handed out by itself",
    "supply/notices/telling": "what a notice says and where it leads: the same for page, interface and letter",
    "supply/reference/scopes": "for whom and of what something is said, and who may say it: one word for the marks of inventory and the rules of orders",
    "supply/reference/files": "which file fills which table: a table of its own",
    "supply/reference/lists": "the lists of the interface, all alike; queries holds what the features ask",
}
"""Files of a feature that have no role, each with its reason."""
COMMITS = ("supply/db.py", "supply/sessions.py", "supply/wire.py", "supply/migrations/")
"""Who commits, the session that is told to, and the connection that does it."""
READS_THE_ENVIRONMENT = ("supply/settings.py", "supply/start.py", "config/gunicorn.py")


def sources() -> dict[str, ast.Module]:
    """Give every Python file of the service, parsed, by its path."""
    folders = [ROOT / name for name in ("supply", "inventory", "orders", "expiry", "config")]
    paths = [ROOT / "wsgi.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)}


def texts() -> dict[str, str]:
    """Give every text file that is kept, by its path."""
    kept = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\0")
    found = {}
    for name in filter(None, kept):
        path = ROOT / name
        if path.is_symlink() or not path.is_file():
            continue
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
    return found


def test_imports_go_down_only():
    ran = subprocess.run([str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


def test_one_place_commits():
    calls = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        if not path.startswith(COMMITS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]

    assert calls == []


def test_the_environment_is_read_in_one_place():
    read = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        if path not in READS_THE_ENVIRONMENT
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    ]

    assert read == []


def test_rules_know_neither_flask_nor_the_database_nor_the_clock():
    forbidden = re.compile(r"(flask|sqlalchemy|marshmallow|werkzeug)(\.|$)|(supply\.)(db|web|app)$|.*\.(models|service|queries|schemas|api|pages)$")
    wrong = []
    for path, tree in sources().items():
        if "/rules" not in path and path not in {"supply/privacy.py", "supply/paging.py"}:
            continue
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            wrong += [f"{path}: {name}" for name in names if forbidden.match(name)]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "today", "utcnow"}:
                wrong.append(f"{path}:{node.lineno}: the clock")

    assert wrong == []


def test_the_same_file_name_means_the_same_in_every_feature():
    unknown = []
    for feature in FEATURES:
        for path in (ROOT / feature).glob("*"):
            is_code = path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
            if is_code and path.stem not in ROLES and f"{feature}/{path.stem}" not in BESIDES and f"{feature}/{path.stem}" not in FEATURES:
                unknown.append(f"{feature}/{path.stem}")

    assert unknown == []


def test_queries_never_write_and_services_never_ask_for_the_request():
    wrong = []
    for path, tree in sources().items():
        is_query, is_service = "/queries" in path, "/service" in path
        for node in ast.walk(tree):
            if is_query and isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
                wrong += [f"{path}: {alias.name}" for alias in node.names if alias.name in {"insert", "update", "delete"}]
            if is_service and isinstance(node, ast.ImportFrom) and node.module == "flask":
                wrong += [f"{path}: {alias.name}" for alias in node.names if alias.name in {"request", "g", "session"}]

    assert wrong == []


def test_nobody_catches_everything():
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        if "/jobs" not in path
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        if not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body)
    ]

    assert broad == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("work left for later", r"\b(TODO|FIXME|XXX|HACK)\b"),
        ("a folder of somebody's own", r"(?<![\w.])/(home|Users|root)/\w"),
        ("a registry's address", r"https?://(registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org/simple|files\.pythonhosted\.org|[a-z0-9.-]*(artifactory|nexus|verdaccio)[a-z0-9.-]*)"),
        ("a secret key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bfs_[A-Za-z0-9_-]{43}\b"),
    ],
)
def test_no_file_holds(what, pattern):
    found = [f"{name}:{text.count(chr(10), 0, match.start()) + 1}" for name, text in texts().items() if name != "tests/house/test_code.py" for match in re.finditer(pattern, text)]

    assert found == [], what


def test_the_commands_that_the_readme_names_are_there():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)(?:[A-Z]+=\S+ )?make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert named
    assert named <= made
    assert {"setup", "run", "test", "check", "bench"} <= made
