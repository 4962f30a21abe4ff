"""What is entered in a journal: a posting with its moves and tallies, the totals it counts in, and its seal. Pure."""

import functools
import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from json.encoder import encode_basestring
from typing import NamedTuple

from inventory.rules.commands import Kind
from inventory.rules.shelf import Lot
from supply.facts import facts

FORMAT = "forsyn/1"
MOST_UNITS = 2**31 - 1
"""The most units of one move."""
NOTHING = bytes(32)
"""What the first posting of a journal is sealed with."""


@facts
class Place:
    """A place as the ledger needs it; `id` is the database's, `code` everybody's."""

    id: int
    code: str
    kind: str
    municipality: str | None = None
    owner: str | None = None
    served_by_id: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None

    @property
    def physical(self) -> bool:
        """Whether it is a place with shelves."""
        return self.kind != "virtual"


@facts
class Move:
    """So many units of a lot from one place to another."""

    lot: Lot
    origin: Place
    target: Place
    units: int
    occasion: str | None = None
    recipient: str | None = None

    def reversed(self) -> "Move":
        """Give the exact opposite."""
        return Move(lot=self.lot, origin=self.target, target=self.origin, units=self.units, occasion=self.occasion, recipient=self.recipient)


@facts
class Tally:
    """Units of a product counted without a lot; negative where it corrects."""

    product: str
    product_id: int
    what: str
    units: int


@facts
class Counted:
    """What was expected and found of a lot at its place."""

    lot: Lot
    expected: int
    counted: int


@facts
class KitMade:
    """A lot of kits that an act packed, and the units of each part's lot in one kit."""

    lot: Lot
    parts: tuple[tuple[Lot, int], ...]


@facts
class Release:
    """A hold that gives way to a fact: so many units of a lot, promised as a document says."""

    hold_id: int
    lot: Lot
    units: int
    document: str


@facts
class Draft:
    """A posting before it has a number: decided, not yet entered."""

    place: Place
    kind: Kind
    occurred_on: date
    role: str
    moves: tuple[Move, ...]
    tallies: tuple[Tally, ...] = ()
    counted: tuple[Counted, ...] = ()
    kits: tuple[KitMade, ...] = ()
    releases: tuple[Release, ...] = ()
    labels: tuple[tuple[Lot, str], ...] = ()
    """The GTINs that were seen on lots."""
    repeats: int | None = None
    """The number of the delivery that says the same, and that somebody confirmed is another."""
    reason: str | None = None
    supplier: str | None = None
    document: str | None = None
    note: str | None = None
    corrects: int | None = None


@facts
class Posting:
    """A posting as entered: numbered, sealed."""

    draft: Draft
    number: int
    recorded_at: datetime
    recorded_by: str
    previous_digest: bytes
    digest: bytes
    note_salt: bytes | None = None


class Cell(NamedTuple):
    """Where units count in the month totals: the journal's place, product and version of a kit (else 0), flow, occasion, recipient, month. Everybody writes them in this order."""

    place_id: int
    product_id: int
    kit_version: int
    flow: str
    occasion: str
    recipient: str
    month: date

    @property
    def row(self) -> tuple[int, int, int, str, str, str, int]:
        """Give what names the row that holds it, and the other months of its year."""
        return (self.place_id, self.product_id, self.kit_version, self.flow, self.occasion, self.recipient, self.month.year)


def cells(draft: Draft) -> Iterator[tuple[Cell, int]]:
    """Give the cells of the month totals a posting counts in, with signed units.

    A move between a place and a virtual place counts in one flow (`to_people`, `from_supplier`), one between two places at both,
    one between virtual places against the first and for the second. A correction counts negatively where its original counted.
    """
    sign = -1 if draft.corrects is not None else 1
    for move in draft.moves:
        origin, target = (move.origin, move.target) if sign > 0 else (move.target, move.origin)
        for place_id, flow, factor in _flows(draft.place.id, origin, target):
            yield _cell(place_id, move.lot.product_id, move.lot.kit_version or 0, flow, draft.occurred_on, move.occasion, move.recipient), sign * factor * move.units
    for tally in draft.tallies:
        yield _cell(draft.place.id, tally.product_id, 0, tally.what, draft.occurred_on), tally.units


def seal(text: str) -> bytes:
    """Give a posting's digest: SHA-256 of its canonical JSON (RFC 8785) as it is `written`, which holds the digest before it."""
    return hashlib.sha256(text.encode(errors="backslashreplace")).digest()


def written(
    *,
    corrects: int | None,
    document: str | None,
    epoch: str | None,
    kind: str,
    lines: Iterable[str],
    note: str | None,
    number: int,
    occurred_on: str,
    place: str,
    previous: str,
    reason: str | None,
    recorded_at: str,
    recorded_by: str | None,
    role: str,
    supplier: str | None,
) -> str:
    """Write a posting as it is sealed, members in order: codes and staff numbers, never database ids; days and instants as text, digests in hexadecimal; lines as `sealed_lines` writes them.

    Both databases give the same, since nothing in it is a database's own. By hand: every posting there is goes this way.
    """
    return (
        f'{{"corrects":{"null" if corrects is None else corrects},"document":{json_text(document)},"epoch":{json_word(epoch)},"format":"{FORMAT}","kind":{json_word(kind)}'
        f',"lines":[{",".join(lines)}],"note":{json_text(note)},"number":{number},"occurred_on":{json_text(occurred_on)},"place":{json_word(place)},"previous":"{previous}","reason":{json_word(reason)}'
        f',"recorded_at":{json_text(recorded_at)},"recorded_by":{json_word(recorded_by)},"role":{json_word(role)},"supplier":{json_word(supplier)}}}'
    )


def json_text(text: str | None) -> str:
    """Write a text or none as canonical JSON; a lone surrogate stays one, for whoever makes bytes of it."""
    return "null" if text is None else encode_basestring(text)


json_word = functools.lru_cache(maxsize=2**12)(json_text)
"""The same for words that come again and again, such as kinds and places."""


def sealed_lines(moves: Iterable[Move], tallies: Iterable[Tally], counted: Iterable[Counted] = ()) -> list[str]:
    """Write the lines of a posting as they are sealed: moves in order, then tallies, then what was counted."""
    lines = [
        move_line(move.lot.product, move.lot.number, move.lot.expires_on.isoformat() if move.lot.expires_on else None, move.origin.code, move.target.code, move.occasion, move.recipient) % move.units
        for move in moves
    ]
    lines += [tally_line(tally.product, tally.what, tally.units) for tally in tallies]
    return lines + [count_line(line.lot.product, line.lot.number, line.expected, line.counted) for line in counted]


@functools.lru_cache(maxsize=2**16)
def move_line(product: str | None, lot: str | None, expires_on: str | None, origin: str | None, target: str | None, occasion: str | None, recipient: str | None) -> str:
    """Write a move as it is sealed, canonical JSON with %s for its units: most moves differ in nothing else."""
    before, after = ([json_text(word).replace("%", "%%") for word in words] for words in ((product, lot, expires_on, origin, target), (occasion, recipient)))
    return f"[{','.join(before)},%s,{','.join(after)}]"


def tally_line(product: str | None, what: str, units: int) -> str:
    """Write a tally as it is sealed."""
    return f"[{json_word(product)},{json_word(what)},{units}]"


def count_line(product: str | None, lot: str | None, expected: int, counted: int) -> str:
    """Write what was expected and counted as it is sealed."""
    return f"[{json_word(product)},{json_word(lot)},{expected},{counted}]"


def note_hash(note: str, salt: bytes) -> bytes:
    """Give what a posting keeps of its note: the note can be erased, the posting still proves what it was."""
    return hashlib.sha256(salt + note.encode()).digest()


def _flows(journal_id: int, origin: Place, target: Place) -> Iterator[tuple[int, str, int]]:
    if origin.physical and target.physical:
        yield origin.id, "to_place", 1
        yield target.id, "from_place", 1
    elif origin.physical:
        yield origin.id, f"to_{target.code}", 1
    elif target.physical:
        yield target.id, f"from_{origin.code}", 1
    else:
        yield journal_id, f"to_{origin.code}", -1
        yield journal_id, f"to_{target.code}", 1


def _cell(place_id: int, product_id: int, kit_version: int, flow: str, day: date, occasion: str | None = None, recipient: str | None = None) -> Cell:
    return Cell(place_id=place_id, product_id=product_id, kit_version=kit_version, flow=flow, occasion=occasion or "", recipient=recipient or "", month=day.replace(day=1))
