"""Enter a file of moves in two steps: look at what it would do, every wrong row named; then enter all of it or nothing."""

import json
import secrets
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from inventory.api import ledger_opens_on
from inventory.errors import RowsAreWrong
from inventory.models import ImportFile
from inventory.pages.frame import pages, said_with
from inventory.rules.imports import COLUMNS, NEEDED, Problem
from inventory.rules.tables import FILE_BYTES_MAX, ROWS_MAX
from inventory.service import imports
from inventory.service.imports import Entered, ReadFile
from supply import clock
from supply.asking import current_person
from supply.auth import service as auth
from supply.auth.rules import Person
from supply.db import in_one_transaction, reading
from supply.errors import Missing
from supply.forms import Form
from supply.json_text import json_bytes
from supply.once.service import Answer
from supply.web import ask, keeping, may, perform

ROWS_SHOWN = 20
PROBLEMS_SHOWN = 2000
KEPT_HOURS = 24


@pages.get("/import")
@may("record stock")
def bring_in() -> Response:
    """Ask for a file."""
    return _ask_for_file(Form())


@pages.post("/import")
@may("record stock")
def look_at_file() -> Response:
    """Show what a file would enter, and keep it for the second step."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _ask_for_file(Form().refused({"file": [gettext("Choose a file.")]}))
    read = imports.read_file(sent.filename[-120:], content := sent.stream.read(FILE_BYTES_MAX + 1))
    if read.problems:
        return _show(read, Entered(new=0, known=0, problems=read.problems), file_id=None)
    by, file_id = current_person(), secrets.token_urlsafe(32)

    def work(session: Session) -> Entered:
        found = imports.preview(session, read, by=by, now=clock.now(), ledger_opens_on=ledger_opens_on())
        _forget_files(session, by)
        if not found.problems:
            session.execute(insert(ImportFile).values(id=file_id, account_id=by.account_id, name=read.name, content=content, sent_at=clock.now()))
        return found

    found = in_one_transaction(work)
    return _show(read, found, file_id=None if found.problems else file_id)


@pages.post("/import/<file_id>")
@may("record stock")
def enter_file(file_id: str) -> Response:
    """Enter a file that was looked at; sent twice, it is entered once."""
    by = current_person()
    kept = reading().execute(select(ImportFile.name, ImportFile.content).where(ImportFile.id == file_id, ImportFile.account_id == by.account_id)).first()
    read = imports.read_file(kept.name, kept.content) if kept is not None else None

    def work(session: Session) -> Answer:
        if read is None:
            raise Missing
        entered = imports.enter(session, read, by=by, now=clock.now(), ledger_opens_on=ledger_opens_on())
        session.execute(delete(ImportFile).where(ImportFile.id == file_id))
        auth.log(session, account_id=by.account_id, act="import", outcome="done", subject=f"{entered.new} new, {entered.known} known", now=clock.now())
        return Answer(status=200, body=json_bytes({"name": read.name, "rows": read.rows, "new": entered.new, "known": entered.known}))

    asked = ask("import", file_id, key=f"import-{file_id}"[:80])
    try:
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, work)))
    except RowsAreWrong as refusal:
        assert read is not None
        return _show(read, Entered(new=0, known=0, problems=refusal.problems), file_id=None)
    done: dict[str, Any] = json.loads(answer.body)
    return make_response(render_template("inventory/import_done.html", done=done))


def _ask_for_file(form: Form) -> Response:
    bounds = {"megabytes": FILE_BYTES_MAX // 2**20, "rows": ROWS_MAX}
    return make_response(render_template("inventory/import.html", form=form, columns=COLUMNS, needed=NEEDED, bounds=bounds), 422 if form.wrong else 200)


def _show(read: ReadFile, found: Entered, *, file_id: str | None) -> Response:
    shown = found.problems[:PROBLEMS_SHOWN]
    page = render_template(
        "inventory/import_preview.html",
        read=read,
        found=found,
        file_id=file_id,
        rows=_first_rows(read),
        columns=[name for name in COLUMNS if any(name in line for _, line in _first_rows(read))],
        problems=[(problem, _said(problem)) for problem in shown],
        more=len(found.problems) - len(shown),
    )
    return make_response(page, 422 if found.problems else 200)


def _first_rows(read: ReadFile) -> list[tuple[int, Any]]:
    rows: list[tuple[int, Any]] = []
    for act in read.acts[:ROWS_SHOWN]:
        rows += zip(act.rows, act.lines, strict=True)
    return rows[:ROWS_SHOWN]


def _said(problem: Problem) -> str:
    return said_with(problem.why, problem.facts) if problem.facts is not None else str(gettext(problem.why))


def _forget_files(session: Session, by: Person) -> None:
    """Let go of files that nobody entered: the person's own, and all that are a day old."""
    session.execute(delete(ImportFile).where(or_(ImportFile.account_id == by.account_id, ImportFile.sent_at < clock.now() - timedelta(hours=KEPT_HOURS))))
