"""The whole ledger as JSON lines, one snapshot: all that a seal is made of, so that inventory/standalone.py verifies it without us."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from inventory.queries import audit
from inventory.rules.entries import FORMAT
from supply.clock import instant_text

EXPORT_FORMAT = "forsyn-export/1"

Heads = dict[str, dict[str, object]]
"""Where journals stand: by place the last number and digest."""


def export(session: Session, *, now: datetime) -> Iterator[str]:
    """Give the lines of an export: a header, then every posting of every journal in order."""
    codes = audit.place_codes(session)
    journals = audit.heads(session)
    header: dict[str, object] = {
        "format": EXPORT_FORMAT,
        "exported_at": instant_text(now),
        "epochs": audit.epochs(session),
        "places": sorted(codes.values()),
        "journals": _heads(journals),
        "checkpoints": list(_checkpoints(session)),
    }
    yield _line(header)
    for place_id, code, _, _ in journals:
        for row, moves, tallies, counted, notes in audit.journal(session, place_id):
            yield _line(_posting(row, code, [_move(move, codes) for move in moves] + [[*tally[1:4]] for tally in tallies] + [[*line[1:5]] for line in counted], notes))


def checkpoint_heads(session: Session, number: int) -> dict[str, object]:
    """Give a checkpoint as it leaves the house."""
    return next(checkpoint for checkpoint in _checkpoints(session) if checkpoint["checkpoint"] == number)


def _heads(journals: Iterable[tuple[int, str, int, bytes]]) -> Heads:
    return {code: {"number": number, "digest": digest.hex()} for _, code, number, digest in journals}


def _checkpoints(session: Session) -> Iterator[dict[str, object]]:
    for number, taken_at, heads in audit.checkpoints(session):
        yield {"checkpoint": number, "taken_at": instant_text(taken_at), "heads": _heads(heads)}


def _move(move: Any, codes: dict[int, str]) -> list[object]:
    """Write a move as it is sealed."""
    return [move[1], move[2], move[3], codes.get(move[4]), codes.get(move[5]), move[6], move[7], move[8]]


def _posting(row: Any, code: str, lines: list[list[object]], notes: Sequence[Any]) -> dict[str, object]:
    """Write a posting as it is sealed, with its digest, and its note with the salt while the note is there."""
    sealed = {
        "corrects": row[9],
        "document": row[11],
        "epoch": row[2],
        "format": FORMAT,
        "kind": row[3],
        "lines": lines,
        "note": bytes(row[12]).hex() if row[12] is not None else None,
        "number": row[1],
        "occurred_on": row[5],
        "place": code,
        "previous": bytes(row[13]).hex(),
        "reason": row[4],
        "recorded_at": row[6],
        "recorded_by": row[7],
        "role": row[8],
        "supplier": row[10],
    }
    return {"sealed": sealed, "digest": bytes(row[14]).hex(), "note": {"text": notes[0][1], "salt": bytes(notes[0][2]).hex()} if notes else None}


def _line(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
