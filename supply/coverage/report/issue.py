"""A report in the form that is asked for, by the ending of its file."""

import io
from dataclasses import replace
from datetime import date

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from supply import sheets
from supply.auth.rules import Person
from supply.coverage import Ledger, schemas
from supply.coverage.errors import NoCheckpointYet
from supply.coverage.queries.edition import edition
from supply.coverage.queries.series import by_month
from supply.coverage.report import flat
from supply.coverage.report.parts import Head, Material, report
from supply.coverage.report.workbook import report_xlsx
from supply.coverage.rules.asked import Asked, Within
from supply.json_text import json_bytes

ENDINGS = ("pdf", "xlsx", "csv", "json")


def material(session: Session, asked: Asked, *, by: Person, ledger: Ledger, today: date) -> Material:
    """Give what a report is made of: as of the newest checkpoint where none is named, of the area and of all its counties and municipalities. Read it in one snapshot. Refuses where there is no checkpoint."""
    there = at_a_checkpoint(session, asked, ledger)
    assert there.checkpoint is not None
    found = edition(session, replace(there, within=tuple(Within)), by=by, ledger=ledger, today=today)
    heads = {code: Head(number=last, digest=digest) for code, (last, digest) in ledger.heads(session, there.checkpoint).items()}
    return Material(edition=found, months=by_month(session, found, ledger), heads=heads)


def at_a_checkpoint(session: Session, asked: Asked, ledger: Ledger) -> Asked:
    """Name the newest checkpoint where none is named; refuses where there is none."""
    if asked.checkpoint is not None:
        return asked
    now = ledger.as_of(session, None)
    if now is None or now.newest_checkpoint is None:
        raise NoCheckpointYet(at="as_of")
    return replace(asked, checkpoint=now.newest_checkpoint)


def written(found: Material, ending: str, *, language: str) -> bytes:
    """Write a report as `pdf`, `xlsx`, `csv` or `json`, in a language: the same material gives the same bytes. CSV and JSON hold the figures, in codes."""
    with force_locale(language):
        if ending == "pdf":
            from supply.coverage.pdf import report_pdf  # with what draws it takes a quarter of a second and 8 MiB, which the start need not wait for

            return report_pdf(report(found, language=language))
        if ending == "xlsx":
            return report_xlsx(report(found, language=language), (gettext("All figures"), flat.HEAD, flat.rows(found.edition)))
    if ending == "json":
        return json_bytes(schemas.CoverageOut().dump(schemas.written(found.edition))) + b"\n"
    target = io.BytesIO()
    sheets.write_csv(target, flat.HEAD, ([flat.plain(value) for value in row] for row in flat.rows(found.edition)))
    return target.getvalue()
