"""A file of moves read into acts: one row a move, and every row that cannot be read is named. Pure.

Rows of the plain shape become commands here, a hundred thousand in a second or two. What is not plain is left to the
interface's schemas, which alone say what is refused and why; a test holds the two together.
"""

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.rules import commands
from inventory.rules.commands import REASONS, Command, Kind, Occasion, Recipient
from inventory.rules.tables import NotATable, Row

COLUMNS = ("kind", "place", "occurred_on", "product", "lot", "expires_on", "units", "occasion", "reason", "key", "to", "supplier", "document", "recipient")
"""What a file may hold, in any order; a derived key is made of them in this one."""
NEEDED = ("kind", "place", "occurred_on", "product", "units")
OF_THE_ACT = ("place", "occurred_on", "reason", "to", "supplier", "document")
TAKEN: dict[str, tuple[str, ...]] = {
    "receipt": ("lot", "expires_on", "supplier", "document"),
    "handout": ("lot", "occasion", "recipient"),
    "return": ("lot", "reason"),
    "supplier_return": ("lot", "reason", "document"),
    "disposal": ("lot", "reason", "document"),
    "transfer": ("lot", "to", "document"),
}
"""What each kind takes besides the needed columns. `expires_on` may stand with all: where a lot does not arrive, it is compared with what is known."""
LINES_MAX = 1000
UNITS_MAX = 10_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEY = re.compile(r"[\x20-\x7e]{8,80}")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row cannot be entered: the row in its file (0: the file), the column, and a sentence with its facts."""

    row: int
    column: str | None
    why: str
    facts: Mapping[str, object] | None = None

    @property
    def sentence(self) -> str:
        """Give the sentence as written, facts filled in; a page translates `why` first."""
        return self.why if self.facts is None else self.why.format_map(self.facts)


@dataclass(slots=True, kw_only=True)
class Act:
    """Rows that are one posting: as the interface would be sent them, and as a command where they are of the plain shape."""

    kind: str
    key: str
    rows: list[int]
    lines: list[Cells]

    @property
    def body(self) -> dict[str, object]:
        """Give the act as the interface takes it."""
        first = self.lines[0]
        head = {name: first[name] for name in OF_THE_ACT if first.get(name)}
        return head | {"lines": [_line_body(line, self.kind) for line in self.lines]}

    def expiries(self) -> Iterator[tuple[int, Cells]]:
        """Give the rows that say when a lot expires that does not arrive with them."""
        if self.kind != "receipt":
            yield from ((row, line) for row, line in zip(self.rows, self.lines, strict=True) if line.get("expires_on"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A file read: its acts in order, how many rows they came from, and what cannot be read."""

    acts: tuple[Act, ...]
    rows: int
    problems: tuple[Problem, ...]


def read_rows(table: Iterable[Row]) -> Rows:
    """Read rows, the first of which names the columns, into acts; consecutive rows of one key, kind, place and day are one."""
    acts: list[Act] = []
    problems: list[Problem] = []
    rows = 0
    try:
        rest = iter(table)
        header = _header(rest)
        for number, found in rest:
            rows += 1
            cells = found if any(found[len(header) :]) else found[: len(header)]
            if len(cells) != len(header):
                problems.append(Problem(row=number, column=None, why="This row has {cells} cells, the first row {columns}.", facts={"cells": len(cells), "columns": len(header)}))
                continue
            line = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
            wrong = _wrong_cells(number, line)
            if wrong:
                problems += wrong
            else:
                problems += _add(acts, number, line)
        _derive_keys(acts)
        problems += _repeated_keys(acts)
    except NotATable as error:
        problems.append(Problem(row=0, column=None, why=error.why, facts=error.facts))
    return Rows(acts=tuple(acts), rows=rows, problems=tuple(sorted(problems, key=lambda problem: problem.row)))


def plain_command(act: Act) -> Command | None:
    """Make the command of an act whose rows are of the plain shape; None leaves it to the schema."""
    head = act.lines[0]
    day = _day(head["occurred_on"])
    if day is None or len(act.lines) > LINES_MAX or not all(_is_text(head.get(name), length) for name, length in (("place", 60), ("to", 60), ("supplier", 80), ("document", 80))):
        return None
    lines: list[Any] = []
    for cells in act.lines:
        line = _plain_line(act.kind, cells)
        if line is None:
            return None
        lines.append(line)
    reasons = REASONS.get(Kind(act.kind))
    if reasons is not None and head.get("reason") not in reasons:
        return None
    return _MAKE[act.kind](head, day, tuple(lines))


def _header(rest: Iterator[Row]) -> list[str]:
    _, cells = next(rest, (1, []))
    while cells and not cells[-1]:
        cells.pop()
    names = [cell.strip().lower() for cell in cells]
    if unknown := sorted(set(names) - set(COLUMNS)):
        raise NotATable("The first row names columns that are not known: {columns}. Known are: {known}.", columns=", ".join(unknown)[:200], known=", ".join(COLUMNS))
    if repeated := sorted(name for name, times in Counter(names).items() if times > 1):
        raise NotATable("The first row names columns twice: {columns}.", columns=", ".join(repeated))
    if missing := [name for name in NEEDED if name not in names]:
        raise NotATable("The first row does not name the columns {columns}.", columns=", ".join(missing))
    return names


def _wrong_cells(number: int, line: Cells) -> list[Problem]:
    """Name what no schema is asked about: the kind, the key, cells of other kinds, and what must be filled in before the rest can be read."""
    kind = line.get("kind", "")
    if kind not in TAKEN:
        return [Problem(row=number, column="kind", why="Choose one of: {choices}.", facts={"choices": ", ".join(TAKEN)})]
    wrong = [Problem(row=number, column=name, why="This must be filled in.") for name in NEEDED if name not in line]
    extra = line.keys() - _MAY[kind]
    wrong += [Problem(row=number, column=name, why="A row of kind {kind} has no {column}: leave it empty.", facts={"kind": kind, "column": name}) for name in COLUMNS if name in extra]
    if "key" in line and _KEY.fullmatch(line["key"]) is None:
        wrong.append(Problem(row=number, column="key", why="Write 8 to 80 letters, digits and signs of ASCII."))
    if kind != "receipt" and "expires_on" in line and _day(line["expires_on"]) is None:
        wrong.append(Problem(row=number, column="expires_on", why="Write a day that exists, as year-month-day."))
    if kind != "receipt" and "expires_on" in line and "lot" not in line:
        wrong.append(Problem(row=number, column="lot", why="Write which lot expires on that day, or leave the day empty."))
    return wrong


def _add(acts: list[Act], number: int, line: Cells) -> list[Problem]:
    """Put a row into the act before it when they are one, else make it the first of its own."""
    kind, key = line["kind"], line.get("key", "")
    last = acts[-1] if acts else None
    if last is None or (last.key, last.kind, last.lines[0]["place"], last.lines[0]["occurred_on"]) != (key, kind, line["place"], line["occurred_on"]) or not (key or _is_one_delivery(last, line)):
        acts.append(Act(kind=kind, key=key, rows=[number], lines=[line]))
        return []
    last.rows.append(number)
    last.lines.append(line)
    differs = [name for name in OF_THE_ACT if line.get(name) != last.lines[0].get(name)]
    return [Problem(row=number, column=name, why="Rows of one posting say the same here: row {first} says something else.", facts={"first": last.rows[0]}) for name in differs]


def _is_one_delivery(act: Act, line: Cells) -> bool:
    """Whether rows without a key name the same delivery note: alone each would look like a repeat of the one before."""
    first = act.lines[0]
    return act.kind == "receipt" and "supplier" in line and "document" in line and all(line.get(name) == first.get(name) for name in ("supplier", "document"))


def _derive_keys(acts: Iterable[Act]) -> None:
    """Give acts without a key one: from what their rows say, and which of those that say the same it is."""
    seen: Counter[tuple[str, ...]] = Counter()
    for act in acts:
        if not act.key:
            content = tuple(line.get(name, "") for line in act.lines for name in COLUMNS)
            seen[content] += 1
            act.key = "row-" + hashlib.sha256("\x1f".join((*content, str(seen[content]))).encode("utf-8", "surrogatepass")).hexdigest()[:48]


def _repeated_keys(acts: Iterable[Act]) -> list[Problem]:
    first: dict[str, int] = {}
    return [
        Problem(row=act.rows[0], column="key", why="This key stands on row {first} already, for another posting. Rows of one posting stand together.", facts={"first": first[act.key]})
        for act in acts
        if first.setdefault(act.key, act.rows[0]) != act.rows[0]
    ]


def _line_body(line: Cells, kind: str) -> dict[str, object]:
    names = ["product", "lot", "occasion", "recipient", *(["expires_on"] if kind == "receipt" else [])]
    body: dict[str, object] = {name: line[name] for name in names if name in line}
    units = _units(line["units"])
    return body | {"units": line["units"] if units is None else units}


def _plain_line(kind: str, cells: Cells) -> object | None:
    product, lot, units = cells["product"], cells.get("lot"), _units(cells["units"])
    if units is None or not 1 <= units <= UNITS_MAX or not _is_text(product, 60) or not _is_text(lot, 20):
        return None
    if kind == "handout":
        occasion, recipient = _OCCASIONS.get(cells.get("occasion", "unknown")), _RECIPIENTS.get(cells.get("recipient", "unknown"))
        return None if occasion is None or recipient is None else commands.HandOutLine(product=product, units=units, lot=lot, occasion=occasion, recipient=recipient)
    if kind == "receipt":
        expires_on = _day(cells["expires_on"]) if "expires_on" in cells else None
        return None if expires_on is None and "expires_on" in cells else commands.ReceiptLine(product=product, lot=lot, expires_on=expires_on, units=units)
    if kind == "transfer":
        return commands.TransferLine(product=product, units=units, lot=lot)
    return None if lot is None else commands.LotLine(product=product, lot=lot, units=units)


def _units(text: str) -> int | None:
    """Read digits and nothing else: with a separator nobody can know whether 1.000 is a thousand or one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


@functools.lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_text(text: str | None, length: int) -> bool:
    return text is None or (text.isprintable() and len(text) <= length and not text.isspace())


def _make_transfer(head: Cells, day: date, lines: tuple[commands.TransferLine, ...]) -> Command | None:
    return commands.Transfer(place=head["place"], to=head["to"], occurred_on=day, lines=lines, document=head.get("document")) if "to" in head else None


_MAY = {kind: {*NEEDED, *taken, "key", "expires_on"} for kind, taken in TAKEN.items()}
_OCCASIONS = {word.value: word for word in Occasion}
_RECIPIENTS = {word.value: word for word in Recipient}
_MAKE: dict[str, Callable[[Cells, date, tuple[Any, ...]], Command | None]] = {
    "receipt": lambda head, day, lines: commands.Receipt(place=head["place"], occurred_on=day, lines=lines, supplier=head.get("supplier"), document=head.get("document")),
    "handout": lambda head, day, lines: commands.HandOut(place=head["place"], occurred_on=day, lines=lines),
    "return": lambda head, day, lines: commands.Return(place=head["place"], occurred_on=day, reason=head["reason"], lines=lines),
    "supplier_return": lambda head, day, lines: commands.SupplierReturn(place=head["place"], occurred_on=day, reason=head["reason"], lines=lines, document=head.get("document")),
    "disposal": lambda head, day, lines: commands.Disposal(place=head["place"], occurred_on=day, reason=head["reason"], lines=lines, document=head.get("document")),
    "transfer": _make_transfer,
}
