"""Lists that others ask for, as files: the European table, the world's indicator, a data value set."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from supply import sheets
from supply.auth.rules import Person
from supply.coverage import Ledger
from supply.coverage.errors import OnlyForTheCountry
from supply.coverage.queries.areas import sees_everything
from supply.coverage.queries.edition import Edition, edition
from supply.coverage.report import flat, outlets
from supply.coverage.report.dhis2 import data_value_set
from supply.coverage.report.issue import at_a_checkpoint
from supply.coverage.report.workbook import list_xlsx
from supply.coverage.rules.asked import Asked, Within
from supply.json_text import json_bytes

ENDINGS = {"st10": ("csv", "xlsx"), "unaids": ("csv", "xlsx"), "dhis2": ("json",)}
"""Which lists there are, and as what."""


def written(session: Session, name: str, ending: str, asked: Asked, *, by: Person, ledger: Ledger, today: date) -> bytes:
    """Write a list of the country, as of the newest checkpoint where none is named; refuses who does not see the whole country. Read it in one snapshot."""
    if not sees_everything(by):
        raise OnlyForTheCountry
    there = replace(at_a_checkpoint(session, asked, ledger), within=(Within.COUNTIES,))
    found = edition(session, there, by=by, ledger=ledger, today=today)
    if name == "dhis2":
        return json_bytes(data_value_set(session, found, ledger)) + b"\n"
    places = outlets.outlets(session, found, ledger)
    head, rows = outlets.st10(found, places) if name == "st10" else outlets.unaids(found, places)
    return _xlsx(name, head, rows, found) if ending == "xlsx" else _csv(head, rows)


def _xlsx(name: str, head: Sequence[str], rows: Sequence[Sequence[flat.Value]], found: Edition) -> bytes:
    return list_xlsx(name.upper(), head, rows, as_of=found.as_of.at)


def _csv(head: Sequence[str], rows: Sequence[Sequence[flat.Value]]) -> bytes:
    target = io.BytesIO()
    sheets.write_csv(target, head, ([flat.plain(value) for value in row] for row in rows))
    return target.getvalue()
