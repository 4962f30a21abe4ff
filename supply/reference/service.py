"""Load the reference files: all of them or nothing, saying what changed."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from supply.reference.errors import FilesAreWrong
from supply.reference.files import FILES, File
from supply.reference.rules import Difference, Key, Problem, Row, difference, key_of, read_rows, wrong_header


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one file changed."""

    file: str
    difference: Difference


def load(session: Session, folder: Path) -> list[Loaded]:
    """Bring the tables to what the files in a folder say; refuses with FilesAreWrong, naming every bad row.

    Places and products that a file no longer names stay, since the ledger speaks of them: close a place instead.
    """
    wanted: dict[str, dict[int, Row]] = {}
    problems: list[Problem] = []
    for file in FILES:
        lines, unread = _lines(folder, file)
        wanted[file.name], wrong = read_rows(file.name, lines, file.bounded_columns, file.key)
        problems += unread + wrong
    problems += _dangling(wanted) + _kits_in_kits(wanted) + _prices_from_nowhere(wanted)
    if problems:
        raise FilesAreWrong(problems)
    return [_bring(session, file, list(wanted[file.name].values())) for file in FILES]


def _lines(folder: Path, file: File) -> tuple[list[tuple[int, Mapping[str, str]]], list[Problem]]:
    """Give a file's rows with their line numbers, and what kept others from being read."""
    try:
        content = (folder / file.name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return [], [Problem(file=file.name, line=1, column="", why="the file is missing")]
    except UnicodeDecodeError:
        return [], [Problem(file=file.name, line=1, column="", why="the file is not UTF-8")]
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    lines: list[tuple[int, Mapping[str, str]]] = []
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        if wrong := wrong_header(file.name, header, file.columns):
            return [], wrong
        for values in reader:
            if len(values) == len(header):
                lines.append((reader.line_num, dict(zip(header, values, strict=True))))
            elif values:
                problems.append(Problem(file=file.name, line=reader.line_num, column="", why=f"it has {len(values)} values, and there are {len(header)} columns"))
    except csv.Error as error:
        problems.append(Problem(file=file.name, line=reader.line_num, column="", why=str(error)))
    return lines, problems


def _dangling(wanted: dict[str, dict[int, Row]]) -> list[Problem]:
    """Find rows that point at a code no file has."""
    codes = {file.model: {row["code"] for row in wanted[file.name].values()} for file in FILES if file.key == ("code",)}
    return [
        Problem(file=file.name, line=line, column=_header_of(file, column), why=f"{row[column]}: no such code")
        for file in FILES
        for column, model in file.refers.items()
        for line, row in wanted[file.name].items()
        if row[column] is not None and row[column] not in codes[model]
    ]


def _kits_in_kits(wanted: dict[str, dict[int, Row]]) -> list[Problem]:
    """Find kits that are said to be part of a kit: what is blocked and counted through parts reaches one level."""
    rows = wanted["kits.csv"]
    kits = {row["kit_id"] for row in rows.values()}
    return [Problem(file="kits.csv", line=line, column="part", why=f"{row['part_id']}: is a kit itself; name its parts") for line, row in rows.items() if row["part_id"] in kits]


def _prices_from_nowhere(wanted: dict[str, dict[int, Row]]) -> list[Problem]:
    """Find prices that name no source, and sources of no price: what nobody published is not known, and never made up."""
    return [
        Problem(file="products.csv", line=line, column="price_source" if row["price_source"] is None else "unit_price_ore", why="is empty: a price has its source beside it, or there is neither")
        for line, row in wanted["products.csv"].items()
        if (row["unit_price_ore"] is None) != (row["price_source"] is None)
    ]


def _header_of(file: File, column: str) -> str:
    return next(one.header for one in file.columns if one.name == column)


def _bring(session: Session, file: File, rows: list[Row]) -> Loaded:
    """Bring one table to its file."""
    later = {column: model for column, model in file.refers.items() if model is file.model}
    plain = [{name: value for name, value in row.items() if name not in later} for row in rows]
    _resolve(session, file, plain, skip=later)
    found = difference(_known(session, file, plain), plain, file.key)
    found.gone = [row for row in found.gone if key_of(row, file.key) not in _entered_by_hand(session, file)]
    _write(session, file, found)
    if later:
        full = [dict(row) for row in rows]
        _resolve(session, file, full, skip={})
        more = difference(_known(session, file, full), full, file.key)
        _write(session, file, Difference(changed=more.changed))
        told = {key_of(row, file.key) for row in (*found.new, *found.changed)}
        found.changed += [row for row in more.changed if key_of(row, file.key) not in told]
    return Loaded(file=file.name, difference=found)


def _entered_by_hand(session: Session, file: File) -> set[Key]:
    """Give the keys of rows that people entered here: no file holds them, and none takes them away."""
    if not file.may_be_entered:
        return set()
    columns = [getattr(file.model, name) for name in file.key]
    return {tuple(row) for row in session.execute(select(*columns).where(file.table.c.entered_by.is_not(None)))}


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
