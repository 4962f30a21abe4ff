"""Verify an export of the ledger without the service: Python and this file are enough.

    python standalone.py EXPORT [--checkpoint FILE]...

Every line of the export holds a posting as it was sealed. A seal is the SHA-256 of the posting's canonical JSON (RFC 8785:
members in order of their names, no white space, UTF-8), which holds the seal before it. So each seal can be recomputed, and
the last of a journal proves all before it. Whoever changes a posting has to change every seal after it, and the last one then
differs from the checkpoint that left the house earlier: give that file with --checkpoint.

Prints what it found, and exits with 1 at the first failure, which it names.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

EXPORT_FORMAT = "forsyn-export/1"
SEAL_FORMAT = "forsyn/1"
NOTHING = "0" * 64
"""What the first posting of a journal is sealed with."""


class Failed(Exception):
    """What does not agree, and where."""


class Ledger:
    """What the export was found to hold so far."""

    def __init__(self, header: dict[str, Any]) -> None:
        if header.get("format") != EXPORT_FORMAT:
            raise Failed("line 1: this is no export of the ledger")
        self.header = header
        self.digests: dict[str, list[str]] = {}
        self.postings = self.moves = self.notes = 0

    def take(self, line: int, posting: dict[str, Any]) -> None:
        """Check a posting against itself and the one before it."""
        sealed = posting["sealed"]
        digests = self.digests.setdefault(sealed["place"], [])
        where = f"line {line}: {sealed['place']} number {sealed['number']}"
        if sealed["format"] != SEAL_FORMAT or sealed["epoch"] not in self.header["epochs"]:
            raise Failed(f"{where}: sealed in a way or an epoch that is not known")
        if sealed["number"] != len(digests) + 1:
            raise Failed(f"{where}: number {len(digests) + 1} is missing")
        if sealed["previous"] != (digests[-1] if digests else NOTHING):
            raise Failed(f"{where}: the seal before is another")
        if seal(sealed) != posting["digest"]:
            raise Failed(f"{where}: the seal does not fit what is recorded")
        if posting["note"] is not None and note_hash(posting["note"]) != sealed["note"]:
            raise Failed(f"{where}: the note is not the one recorded")
        digests.append(posting["digest"])
        self.postings += 1
        self.moves += sum(len(entry) > 4 for entry in sealed["lines"])
        self.notes += posting["note"] is not None

    def meet(self, heads: dict[str, Any], name: str) -> None:
        """Check that journals passed through the heads of a checkpoint."""
        for place, head in heads.items():
            digests = self.digests.get(place, [])
            if len(digests) < head["number"]:
                raise Failed(f"{name}: {place} ends at number {len(digests)}, and had reached {head['number']}")
            if head["number"] and digests[head["number"] - 1] != head["digest"]:
                raise Failed(f"{name}: {place} number {head['number']} has another seal than it had")

    def end(self) -> None:
        """Check that each journal ends where the export says, and passed through every checkpoint in it."""
        heads = self.header["journals"]
        for place, digests in self.digests.items():
            if place not in heads or heads[place]["number"] != len(digests):
                raise Failed(f"{place}: the export holds {len(digests)} postings, and says otherwise at its beginning")
        self.meet(heads, "the beginning of the export")
        for checkpoint in self.header["checkpoints"]:
            self.meet(checkpoint["heads"], f"checkpoint {checkpoint['checkpoint']} in the export")


def seal(sealed: dict[str, Any]) -> str:
    """Give the SHA-256 of a posting's canonical JSON."""
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def note_hash(note: dict[str, str]) -> str:
    """Give what a posting keeps of its note, which may be erased: SHA-256 of salt and text."""
    return hashlib.sha256(bytes.fromhex(note["salt"]) + note["text"].encode()).hexdigest()


def read(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON lines; refuses what is none, and an object that says one thing twice."""
    for number, line in enumerate(lines, start=1):
        try:
            yield number, json.loads(line, object_pairs_hook=_no_repeats)
        except (ValueError, RecursionError):
            raise Failed(f"line {number}: cannot be read") from None


def verify(export: Path, checkpoints: Iterable[Path]) -> Ledger:
    """Verify an export, and that it holds what the checkpoints kept elsewhere say; raises Failed."""
    with export.open("rb") as file:
        lines = read(file)
        _, header = next(lines, (1, {}))
        number = 1
        try:
            ledger = Ledger(header)
            for number, posting in lines:
                ledger.take(number, posting)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Failed(f"line {number}: something is missing or of another kind") from None
        ledger.end()
    for path in checkpoints:
        ledger.meet(json.loads(path.read_bytes())["heads"], str(path))
    return ledger


def main(arguments: list[str] | None = None) -> int:
    """Say what an export holds, or what fails first."""
    parser = argparse.ArgumentParser(description="Verify an export of the ledger without the service.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="heads kept elsewhere (flask inventory checkpoint --out FILE); may be given several times")
    asked = parser.parse_args(arguments)
    try:
        ledger = verify(asked.export, asked.checkpoint)
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)  # noqa: T201  a script speaks so
        return 1
    journals, kept = len(ledger.digests), len(ledger.header["checkpoints"])
    print(f"In order: {journals} journals, {ledger.postings} postings, {ledger.moves} moves, {ledger.notes} notes; exported {ledger.header['exported_at']}.")  # noqa: T201
    print(f"Checkpoints met: {kept} in the export, {len(asked.checkpoint)} kept elsewhere.")  # noqa: T201
    return 0


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated")
    return found


if __name__ == "__main__":
    sys.exit(main())
