"""The report as a workbook: what it is about, all figures as numbers, and each table of the report. The same report gives the same bytes."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from supply.coverage.report.document import Number, Report

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
NAME_MAX = 31
"""What Excel takes as the name of a sheet."""
WIDTH_MAX = 60


def list_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], *, as_of: datetime) -> bytes:
    """Write one list as a workbook."""
    target = io.BytesIO()
    with _book(target, name, as_of) as book:
        _Writer(book).sheet(name, head, rows)
    return target.getvalue()


def report_xlsx(report: Report, figures: tuple[str, Sequence[str], Iterable[Sequence[Any]]]) -> bytes:
    """Write a report, with all its figures (their sheet's name, head and rows) beside it; text is text, never a formula."""
    target = io.BytesIO()
    with _book(target, report.title, report.as_of) as book:
        writer = _Writer(book)
        writer.sheet(report.contents_title, (report.title, ""), report.about)
        writer.sheet(*figures)
        for table in report.tables:
            writer.sheet(table.name, table.head, table.rows)
    return target.getvalue()


def _book(target: io.BytesIO, title: str, as_of: datetime) -> Any:
    import xlsxwriter  # here, for it is slow to import and few processes write sheets

    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": title, "author": "Forsyn", "created": as_of.astimezone(UTC).replace(tzinfo=None)})
    return book


class _Writer:
    """Writes sheet after sheet, each under a name that is free."""

    def __init__(self, book: Any) -> None:
        self.book, self.bold, self.names = book, book.add_format({"bold": True}), set[str]()

    def sheet(self, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a table on a sheet of its own, its head fixed and as wide as its words."""
        sheet = self.book.add_worksheet(self._free(name))
        sheet.freeze_panes(1, 0)
        widths = [len(words) for words in head]
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, self.bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                value = cell.value if isinstance(cell, Number) else cell
                if isinstance(value, int | float):
                    sheet.write_number(line, column, value)
                elif value:
                    sheet.write_string(line, column, value)
                    widths[column] = max(widths[column], len(value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(WIDTH_MAX, max(10, width + 2)))

    def _free(self, name: str) -> str:
        plain = re.sub(r"[\[\]:*?/\\']", " ", name)[:NAME_MAX].strip() or "1"
        found, nth = plain, 1
        while found.casefold() in self.names:
            nth += 1
            found = f"{plain[: NAME_MAX - 4]} {nth}"
        self.names.add(found.casefold())
        return found
