"""Lists as files: CSV as Norwegian Excel opens it, and XLSX. Text stays text, never a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from supply.clock import OSLO

Value = str | int | float | date | datetime | None
XLSX_ROWS_MAX = 1_048_576  # what a sheet of Excel holds; a longer list goes on in the next sheet
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(target: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a list as CSV: semicolons, CRLF, UTF-8 with its mark, ISO days, decimal commas; what a spreadsheet would run is quoted with an apostrophe."""
    target.write("\ufeff".encode())
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(name) for name in head])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    text.flush()
    text.detach()


def write_xlsx(target: IO[bytes], title: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write a list as XLSX, row by row, on as many sheets as it needs; days are days and numbers numbers."""
    import xlsxwriter  # here, for it is slow to import and few processes write sheets

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold, day, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, line = None, 0
        for nth, row in enumerate(rows):
            if sheet is None or line == XLSX_ROWS_MAX:
                sheet, line = _new_sheet(book, title, head, bold, nth), 1
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, column, value.astimezone(OSLO).replace(tzinfo=None), moment)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(line, column, value)
                elif value:
                    sheet.write_string(line, column, value)
            line += 1
        if sheet is None:
            _new_sheet(book, title, head, bold, 0)


def _new_sheet(book: Any, title: str, head: Sequence[str], bold: Any, nth: int) -> Any:
    part = nth // (XLSX_ROWS_MAX - 1) + 1
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:25] or "1"
    sheet = book.add_worksheet(name if part == 1 else f"{name} {part}")
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(head):
        sheet.set_column(column, column, max(12, min(40, len(text) + 2)))
        sheet.write_string(0, column, text, bold)
    return sheet


def _cell(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(OSLO).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return value if isinstance(value, int) else f"{value:.12g}".replace(".", ",")
    if value.startswith(_DANGEROUS) and value != "-" and not _NUMBER.fullmatch(value):
        return "'" + value
    return value
