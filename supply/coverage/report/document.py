"""A report as it is before it has a form: parts of paragraphs, facts, tables and charts, all in words. Nothing in it depends on when it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from supply.charts.values import Chart


@dataclass(frozen=True)
class Number:
    """A number as it is, and as it is written on paper."""

    value: float | None
    text: str


Cell: TypeAlias = str | Number


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: its name (a sheet of the workbook), its heads and how wide each column is on paper, in millimetres."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading within a part."""

    text: str


@dataclass(frozen=True)
class Told:
    """Facts, one a line."""

    pairs: tuple[tuple[str, str], ...]


Block: TypeAlias = Words | Heading | Told | Table | Chart


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the report, with a page of its own in the contents."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole of it. `as_of` is the only instant it knows."""

    title: str
    about: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    language: str
    as_of: datetime
    contents_title: str
    footer: str

    @property
    def tables(self) -> Sequence[Table]:
        """Give all tables, in order."""
        return [block for part in self.parts for block in part.blocks if isinstance(block, Table)]


def shown(cell: Cell) -> str:
    """Give a cell as it is written on paper."""
    return cell if isinstance(cell, str) else cell.text
