"""Load the reference files: all of them or nothing, saying what changed."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from supply.reference.errors import FilesAreWrong
from supply.reference.files import FILES, File
from supply.reference.rules import Difference, Problem, Row, difference, key_of, read_rows


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one file changed."""

    file: str
    difference: Difference


def load(session: Session, folder: Path) -> list[Loaded]:
    """Bring the tables to what the files in a folder say; refuses with FilesAreWrong, naming every bad row.

    Places and products that a file no longer names stay, since the ledger speaks of them: close a place instead.
    """
    wanted: dict[str, list[Row]] = {}
    problems: list[Problem] = []
    for file in FILES:
        rows, wrong = read_rows(file.name, _lines(folder / file.name), file.columns, file.key)
        wanted[file.name] = rows
        problems += wrong
    problems += _dangling(wanted)
    if problems:
        raise FilesAreWrong(problems)
    return [_bring(session, file, wanted[file.name]) for file in FILES]


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from enumerate(csv.DictReader(lines), start=2)


def _dangling(wanted: dict[str, list[Row]]) -> list[Problem]:
    """Find rows that point at a code no file has."""
    codes = {file.model: {row["code"] for row in wanted[file.name]} for file in FILES if file.key == ("code",)}
    return [
        Problem(file=file.name, line=line, column=column, why=f"{row[column]}: no such code")
        for file in FILES
        for column, model in file.refers.items()
        for line, row in enumerate(wanted[file.name], start=2)
        if row[column] is not None and row[column] not in codes[model]
    ]


def _bring(session: Session, file: File, rows: list[Row]) -> Loaded:
    """Bring one table to its file."""
    later = {column: model for column, model in file.refers.items() if model is file.model}
    plain = [{name: value for name, value in row.items() if name not in later} for row in rows]
    _resolve(session, file, plain, skip=later)
    found = difference(_known(session, file, plain), plain, file.key)
    _write(session, file, found)
    if later:
        full = [dict(row) for row in rows]
        _resolve(session, file, full, skip={})
        more = difference(_known(session, file, full), full, file.key)
        _write(session, file, Difference(changed=more.changed))
        new = {key_of(row, file.key) for row in found.new}
        found.changed += [row for row in more.changed if key_of(row, file.key) not in new and row not in found.changed]
    return Loaded(file=file.name, difference=found)


def _resolve(session: Session, file: File, rows: list[Row], *, skip: Mapping[str, object]) -> None:
    """Turn codes into the ids of the rows they name."""
    for column, model in file.refers.items():
        if column in skip:
            continue
        table = model.metadata.tables[model.__tablename__]
        ids = dict(session.execute(select(table.c.code, table.c.id)).all())
        for row in rows:
            row[column] = ids[row[column]] if row[column] is not None else None


def _known(session: Session, file: File, rows: list[Row]) -> list[Row]:
    names = [column.name for column in file.columns if not rows or column.name in rows[0]]
    query = select(*(getattr(file.model, name).label(name) for name in names))
    if "kind" in names and file.name == "places.csv":
        query = query.where(file.table.c.kind != "virtual")
    return [dict(row) for row in session.execute(query).mappings()]


def _write(session: Session, file: File, found: Difference) -> None:
    if found.new:
        session.execute(insert(file.model), found.new)
    for row in found.changed:
        session.execute(update(file.model).where(*_is(file, row)).values({getattr(file.model, name): value for name, value in row.items()}).execution_options(synchronize_session=False))
    if not file.keeps_gone:
        for row in found.gone:
            session.execute(delete(file.model).where(*_is(file, row)).execution_options(synchronize_session=False))


def _is(file: File, row: Row) -> list[ColumnElement[bool]]:
    return [getattr(file.model, name) == row[name] for name in file.key]
