"""A whole list as a file: read in one snapshot, written to a temporary file, noted in the access log, then sent."""

import tempfile
from collections.abc import Callable, Iterable, Sequence

from flask import Response, send_file
from sqlalchemy.orm import Session

from supply import clock, sheets
from supply.asking import current_person
from supply.auth import service as auth
from supply.db import in_one_snapshot, in_one_transaction
from supply.sheets import Value

KEPT_IN_MEMORY_BYTES = 4_000_000
MIMETYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
PART_ROWS = 500
ROUTE = "<any(csv, xlsx):ending>"
"""How the routes of exports end."""


def export(name: str, title: str, head: Sequence[str], rows: Callable[[Session], Iterable[Sequence[Value]]], *, ending: str) -> Response:
    """Send a list as CSV or XLSX, all of it as it was at one moment. A list longer than a sheet goes on in the next."""
    person = current_person()
    target = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)  # noqa: SIM115  sent, and closed, by the response

    def write(session: Session) -> None:
        if ending == "csv":
            sheets.write_csv(target, head, rows(session))
        else:
            sheets.write_xlsx(target, title, head, rows(session))

    in_one_snapshot(write)
    in_one_transaction(lambda session: auth.log(session, account_id=person.account_id, act="export", outcome="done", now=clock.now(), subject=f"{name}.{ending}"))
    target.seek(0)
    response = send_file(target, mimetype=MIMETYPES[ending], as_attachment=True, download_name=f"{name}-{clock.today().isoformat()}.{ending}", max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    return response
