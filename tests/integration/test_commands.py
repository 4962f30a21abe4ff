"""What an operator types: keys and people, the doctor; and what a machine asks to know whether the service lives."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from supply import migrations
from supply.auth.models import Account, ApiKey
from supply.db import db
from supply.settings import ROOT
from tests.conftest import ROLE, Caller, settings_for
from wsgi import create_app

KEY = re.compile(r"fs_[A-Za-z0-9_-]{43}\n")


@pytest.fixture
def flask(app):
    """Run a command of the service."""

    def run(*words: str):
        result = app.test_cli_runner().invoke(args=words)
        db.session.rollback()
        return result

    return run


def run(app: Flask, *words: str):
    """Run a command of a service of its own."""
    with app.app_context():
        try:
            return app.test_cli_runner().invoke(args=words)
        finally:
            db.session.remove()
            db.engine.dispose()


def test_a_new_key_is_printed_and_nothing_else(flask, app):
    said = flask("auth", "key", "--name", "register", "--role", "depot", "--place", "osl-depot")

    assert said.exit_code == 0
    assert KEY.fullmatch(said.stdout)
    assert said.stderr == ""
    Caller(app.test_client(), said.stdout.strip(), "register").receive()


def test_the_command_itself_prints_the_key_and_nothing_else(home):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FORSYN_")}
    environ |= {"FORSYN_DATABASE_URL": home.url, "FORSYN_SECRET_KEY": "a key for tests alone, of 32 bytes or more"}
    command = [str(Path(sys.executable).parent / "flask"), "auth", "key", "--name", "register", "--role", "directorate"]

    ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)

    assert KEY.fullmatch(ran.stdout)
    assert ran.stderr == ""


def test_a_key_is_kept_as_a_digest_alone(flask, session):
    token = flask("auth", "key", "--name", "register", "--role", "directorate").stdout.strip()

    rows = session.execute(select(ApiKey.__table__)).all()

    assert token not in repr(rows)
    assert all(len(row.digest) == 32 for row in rows)


def test_a_second_key_of_a_name_is_of_the_same_account_and_both_hold(flask, app, session):
    first, second = (flask("auth", "key", "--name", "register", "--role", "directorate").stdout.strip() for _ in range(2))

    assert first != second
    assert session.scalar(select(func.count()).select_from(Account).where(Account.name == "register")) == 1
    assert all(Caller(app.test_client(), token, "register").get("/stock").status_code == 200 for token in (first, second))


def test_the_role_given_last_is_the_accounts_role(flask, app):
    token = flask("auth", "key", "--name", "register", "--role", "directorate").stdout.strip()
    flask("auth", "key", "--name", "register", "--role", "admin")

    assert Caller(app.test_client(), token, "register").get("/stock").status_code == 403


def test_a_revoked_name_is_out_at_once(flask, app):
    tokens = [flask("auth", "key", "--name", "register", "--role", "directorate").stdout.strip() for _ in range(2)]

    said = flask("auth", "revoke", "register")

    assert said.stdout == "2 keys ended\n"
    assert all(Caller(app.test_client(), token, "register").get("/stock").status_code == 401 for token in tokens)
    assert flask("auth", "revoke", "register").stdout == "0 keys ended\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("auth", "key", "--name", "n", "--role", "depot", "--place", "nowhere"), "nowhere is not known"),
        (("auth", "key", "--name", "n", "--role", "depot", "--place", "people"), "people is not known"),
        (("auth", "key", "--name", "n", "--role", "municipality", "--municipality", "9999"), "9999 is not known"),
        (("auth", "key", "--name", "n", "--role", "emperor"), "'emperor' is not one of"),
        (("auth", "key", "--name", "n", "--role", "depot", "--place", "osl-depot", "--municipality", "0301"), "not both"),
        (("auth", "key", "--role", "depot"), "Missing option '--name'"),
        (("auth", "key", "--name", "n", "--role", "depot", "--expires-on", "soon"), "'soon' does not match"),
        (("auth", "revoke", "nobody"), "nobody is not known"),
        (("auth", "person", "alma@example.no", "--role", "admin"), "alma@example.no is in use"),
        (("auth", "person", " ALMA@example.no ", "--role", "admin"), "is in use"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(flask, session, words, said):
    before = session.scalar(select(func.count()).select_from(Account)), session.scalar(select(func.count()).select_from(ApiKey))

    result = flask(*words)

    assert result.exit_code in {1, 2}
    assert said in result.output
    assert "Traceback" not in result.output
    assert result.stdout == "" or words[1] != "key"
    assert (session.scalar(select(func.count()).select_from(Account)), session.scalar(select(func.count()).select_from(ApiKey))) == before


def test_a_person_is_given_a_password_when_none_is_chosen(flask, session):
    made_up = flask("auth", "person", "Kari@Example.no", "--role", "municipality", "--municipality", "0301")
    chosen = flask("auth", "person", "ola@example.no", "--name", "Ola", "--password", "et-langt-passord", "--role", "admin")

    assert len(made_up.stdout.strip()) >= 16
    assert chosen.stdout == ""
    assert set(session.scalars(select(Account.email).where(Account.name.in_(["Kari@Example.no", "Ola"])))) == {"kari@example.no", "ola@example.no"}
    assert made_up.stdout.strip() not in "".join(session.scalars(select(Account.password_hash).where(Account.password_hash.is_not(None))))


# The doctor, and what machines ask.


def test_the_doctor_finds_nothing_wrong_with_a_database_in_order(flask):
    said = flask("doctor")

    assert (said.exit_code, said.output) == (0, "Nothing is wrong.\n")


@pytest.mark.leaves_a_broken_ledger
def test_the_doctor_says_that_the_schema_is_another(flask, app, home):
    engine = create_engine(home.owner_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()

    said = flask("doctor")
    ready = app.test_client().get("/readyz")

    assert said.exit_code == 1
    assert "its schema is 0001" in said.output
    assert "flask db upgrade" in said.output
    assert (ready.status_code, ready.json) == (503, {"status": "not ready"})
    assert app.test_client().get("/healthz").status_code == 200


def test_the_doctor_says_that_there_is_no_schema(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path}/empty.sqlite"))

    said = run(app, "doctor")

    assert said.exit_code == 1
    assert "its schema is missing" in said.output


def test_the_doctor_says_that_the_database_cannot_be_reached(tmp_path):
    app = create_app(settings_for(f"postgresql+psycopg://nobody@/none?host={tmp_path}&connect_timeout=1"))

    said = run(app, "doctor")
    answers = [app.test_client().get(path) for path in ("/readyz", "/healthz")]

    assert said.exit_code == 1
    assert "cannot be reached" in said.output
    assert str(tmp_path) not in said.output
    assert [answer.status_code for answer in answers] == [503, 200]


@pytest.mark.parametrize("home", ["postgresql"], indirect=True)  # a file has no roles
def test_the_doctor_refuses_the_owner_as_the_services_role_in_production(home):
    in_production = {"environment": "production", "trusted_hosts": ("forsyn.example",)}

    as_owner = run(create_app(settings_for(home.owner_url, **in_production)), "doctor")
    as_service = run(create_app(settings_for(home.url, **in_production)), "doctor")

    assert as_owner.exit_code == 1
    assert "its role may change posting" in as_owner.output
    assert "its role" not in as_service.output
    assert "fsync is off" in as_service.output, "the tests' own server runs so"


def test_the_upgrade_brings_an_empty_database_up_and_may_be_repeated(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path}/new.sqlite"))

    first, again = (run(app, "db", "upgrade") for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert run(app, "doctor").exit_code == 0


def test_two_upgrades_at_once_are_one(tmp_path):
    url = f"sqlite:///{tmp_path}/raced.sqlite"
    code = f"from supply import migrations; migrations.upgrade({url!r}, service_role={ROLE!r})"

    racers = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]

    assert [(racer.wait(60), racer.stderr.read()) for racer in racers] == [(0, b""), (0, b"")]
    [racer.stderr.close() for racer in racers]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM epoch")) == 1
    engine.dispose()


def test_upgrading_step_by_step_is_upgrading_at_once(tmp_path):
    url = f"sqlite:///{tmp_path}/steps.sqlite"
    for version in ("0001", "0002", "head"):
        migrations.upgrade(url, service_role=ROLE, to=version)

    assert run(create_app(settings_for(url)), "doctor").exit_code == 0


def test_a_start_leaves_alone_what_draws_writes_sheets_solves_and_migrates(tmp_path):
    heavy = {"reportlab", "xlsxwriter", "openpyxl", "numpy", "scipy", "alembic", "apscheduler", "cryptography"}
    settings = {"FORSYN_DATABASE_URL": f"sqlite:///{tmp_path}/light.sqlite", "FORSYN_SECRET_KEY": "only-for-a-test-0123456789abcdefgh"}
    code = f"import sys; from wsgi import create_app; create_app(); print(sorted({heavy!r} & {{name.partition('.')[0] for name in sys.modules}}))"

    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


@pytest.fixture
def client(app: Flask):
    return app.test_client()


def test_health_is_for_anyone_and_says_little(client):
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.json) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json) == (200, {"status": "ready"})


def test_figures_are_given_as_prometheus_reads_them(client):
    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert "# TYPE" in answer.text
    assert not re.search(r"alma|birk|@|fs_", answer.text)


def test_the_documentation_reaches_no_other_host(client):
    page = client.get("/api/docs")

    assert page.status_code == 200
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page.text)


def test_every_answer_carries_the_headers_that_keep_browsers_strict(client, subtests):
    for path in ("/healthz", "/api/v1/stock", "/api/docs", "/api/openapi.json", "/nowhere", "/api/v1/nowhere"):
        with subtests.test(path=path):
            headers = client.get(path).headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Referrer-Policy"] == "same-origin"
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "object-src 'none'" in headers["Content-Security-Policy"]
