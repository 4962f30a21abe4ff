"""Reports to take along: the audit report of a period, the lists that others ask for, the open data of a quarter."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request
from flask_babel import get_locale

from supply import clock
from supply.asking import current_person
from supply.auth import service as auth
from supply.coverage.pages import words
from supply.coverage.pages.frame import kept, pages, periods, wanted_by
from supply.coverage.queries import background as backgrounds
from supply.coverage.queries.areas import sees_everything
from supply.coverage.queries.public import quarters_made
from supply.coverage.rules import quarters
from supply.coverage.rules.asked import Asked, quarter_named
from supply.db import in_one_snapshot, in_one_transaction
from supply.errors import Missing
from supply.pages import LANGUAGES
from supply.web import may

MIMETYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
}


@pages.get("/coverage/reports")
@may("see coverage")
def reports() -> str:
    """Offer the reports: of which period and area, in which language."""
    background, made = in_one_snapshot(lambda session: (backgrounds.read(session, borders=clock.today()), quarters_made(session)))
    return render_template(
        "coverage/reports.html",
        words=words,
        kept=kept,
        periods=periods(),
        period=request.args.get("period", ""),
        counties=background.counties,
        municipalities=background.municipalities,
        languages=LANGUAGES,
        language=str(get_locale()),
        quarters=[quarters.name_of(window) for window in made],
        everything=sees_everything(current_person()),
    )


@pages.get("/coverage/reports/report.<any(pdf, xlsx, csv, json):ending>")
@may("see coverage")
def report_file(ending: str) -> Response:
    """Give the audit report of a period as of the newest checkpoint, or of one that is named."""
    from supply.coverage.report import issue  # here and below, for what sets pages is slow to import

    person, asked, language = current_person(), _asked(), _language()
    found = in_one_snapshot(lambda session: issue.material(session, asked, by=person, ledger=_ledger(), today=clock.today()))
    number = found.edition.as_of.checkpoint
    return _sent(issue.written(found, ending, language=language), f"coverage-{asked.area.replace(':', '-')}-{_days(asked)}-{number}-{language}.{ending}")


@pages.get("/coverage/reports/<any(st10, unaids, dhis2):name>.<any(csv, xlsx, json):ending>")
@may("see coverage")
def list_file(name: str, ending: str) -> Response:
    """Give a list that others ask for."""
    from supply.coverage.report import lists

    if ending not in lists.ENDINGS[name]:
        raise Missing
    person, asked = current_person(), _asked()
    content = in_one_snapshot(lambda session: lists.written(session, name, ending, asked, by=person, ledger=_ledger(), today=clock.today()))
    return _sent(content, f"{name}-{_days(asked)}.{ending}")


@pages.get("/coverage/reports/open-data/<quarter>.zip")
@may("see coverage")
def open_data(quarter: str) -> Response:
    """Give the open data of a quarter."""
    from supply.coverage.report import pack as packs

    window, language = quarter_named(quarter), _language()
    content = in_one_snapshot(lambda session: packs.pack(session, window, _ledger(), language=language))
    return _sent(content, f"open-data-{quarters.name_of(window)}-{language}.zip")


def _asked() -> Asked:
    return wanted_by({"from", "to", "area", "model", "as_of"}).asked(clock.today())


def _language() -> str:
    wanted = request.args.get("language", "") or str(get_locale())
    if wanted not in dict(LANGUAGES):
        raise Missing
    return wanted


def _days(asked: Asked) -> str:
    return f"{asked.window.starts_on:%Y-%m}-{asked.window.ends_on:%Y-%m}"


def _ledger() -> Any:
    return current_app.extensions["coverage_ledger"]


def _sent(content: bytes, name: str) -> Response:
    """Send a file, and note in the access log who took it."""
    person = current_person()
    in_one_transaction(lambda session: auth.log(session, account_id=person.account_id, act="export", outcome="done", now=clock.now(), subject=name))
    response = make_response(content)
    response.headers["Content-Type"] = MIMETYPES[name.rpartition(".")[2]]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
