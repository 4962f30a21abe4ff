"""A CSV or a workbook from outside as rows of text, within bounds. Pure."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

FILE_BYTES_MAX = 10 * 2**20
ROWS_MAX = 200_000
UNPACKED_BYTES_MAX = 128 * 2**20
PARTS_MAX = 200
COLUMNS_MAX = 64
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,4})(\d{1,8})["']""")
_COLUMNS_MAX_NAME = (2, b"BL")  # the 64th column, by length and letters

Row = tuple[int, list[str]]
"""Where a row stands in its file, the first being 1, and its cells."""


class NotATable(Exception):
    """The file cannot be read as rows; the message is a sentence, `facts` what stands in it."""

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(why)
        self.why, self.facts = why, facts


def read_table(content: bytes) -> Iterator[Row]:
    """Give the rows that are not blank: of a workbook's first sheet, else of a text divided by semicolon, comma or tab."""
    if len(content) > FILE_BYTES_MAX:
        raise NotATable("The file is too large: at most {megabytes} MiB.", megabytes=FILE_BYTES_MAX // 2**20)
    rows = _workbook_rows(content) if content.startswith(b"PK\x03\x04") else _text_rows(content)
    return (row for row in _bounded(rows) if any(row[1]))


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, cells in rows:
        if number > ROWS_MAX + 1:
            raise NotATable("The file has too many rows: at most {rows}.", rows=ROWS_MAX)
        yield number, cells


def _text_rows(content: bytes) -> Iterator[Row]:
    """Read text as UTF-8, with a byte-order mark or without, else as the Windows code page that old spreadsheets write."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    header = text[: text.find("\n") + 1] or text
    divider = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error:
        raise NotATable("Row {row} cannot be read: a quotation mark is missing, or stands inside a cell.", row=before + 1) from None


def _workbook_rows(content: bytes) -> Iterator[Row]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_unpacked(content)))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise NotATable("The workbook cannot be read. Save it once more as XLSX without a password, or as CSV.") from error
    return ((number, [_cell_text(cell) for cell in cells]) for number, cells in enumerate(sheet, start=1))


def _unpacked(content: bytes) -> bytes:
    """Unpack a workbook within bounds and give it packed without compression, so that what reads it meets nothing that swells."""
    bounded = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(bounded, "w", zipfile.ZIP_STORED) as plain:
        parts = packed.infolist()
        if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
            raise NotATable("The workbook is too large once it is unpacked.")
        for part in parts:
            inside = packed.read(part)
            if part.filename.startswith("xl/worksheets/"):
                _refuse_far_cells(inside)
            plain.writestr(part.filename, inside)
    return bounded.getvalue()


def _refuse_far_cells(sheet: bytes) -> None:
    """Refuse a cell far out: a sheet is read as a full rectangle, and one cell in its last corner would make that enormous."""
    if b"\x00" in sheet:
        raise NotATable("The workbook cannot be read. Save it once more as XLSX without a password, or as CSV.")
    for column, row in set(_CELL.findall(sheet)) if len(sheet) < 2**20 else _CELL.findall(sheet):
        if (len(column), column) > _COLUMNS_MAX_NAME:
            raise NotATable("The file has too many columns: at most {columns}.", columns=COLUMNS_MAX)
        if len(row) > 5 and int(row) > ROWS_MAX + 1:
            raise NotATable("The file has too many rows: at most {rows}.", rows=ROWS_MAX)


def _cell_text(cell: Any) -> str:
    """Write a cell as it would stand in a CSV: whole numbers as digits, days as year-month-day."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
