"""The whole ledger as JSON lines, one snapshot: all that a seal is made of, so that inventory/standalone.py verifies it without us."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from inventory.queries import chains
from supply.clock import instant_text

EXPORT_FORMAT = "forsyn-export/1"

Heads = dict[str, dict[str, object]]
"""Where journals stand: by place the last number and digest."""


def export(session: Session, *, now: datetime) -> Iterator[str]:
    """Give the lines of an export: a header, then every posting of every journal in order."""
    codes = chains.place_codes(session)
    journals = chains.heads(session)
    header: dict[str, object] = {
        "format": EXPORT_FORMAT,
        "exported_at": instant_text(now),
        "epochs": chains.epochs(session),
        "places": sorted(codes.values()),
        "journals": _heads(journals),
        "checkpoints": list(_checkpoints(session)),
    }
    yield f"{_json(header)}\n"
    for place_id, code, _, _ in journals:
        for posting in chains.journal(session, place_id, code=code, places=codes):
            if posting.text is not None:
                note = {"text": posting.note[0], "salt": posting.note[1]} if posting.note else None
                yield f'{{"sealed":{posting.text},"digest":"{posting.digest}","note":{_json(note)}}}\n'


def checkpoint_heads(session: Session, number: int) -> dict[str, object]:
    """Give a checkpoint as it leaves the house."""
    return next(checkpoint for checkpoint in _checkpoints(session) if checkpoint["checkpoint"] == number)


def _heads(journals: Iterable[tuple[int, str, int, bytes]]) -> Heads:
    return {code: {"number": number, "digest": digest.hex()} for _, code, number, digest in journals}


def _checkpoints(session: Session) -> Iterator[dict[str, object]]:
    for number, taken_at, heads in chains.checkpoints(session):
        yield {"checkpoint": number, "taken_at": instant_text(taken_at), "heads": _heads(heads)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
