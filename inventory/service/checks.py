"""Verify the ledger: every seal recomputed, every sum compared. Changes nothing; names the first row that fails."""

import functools
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from inventory.models import Checkpoint, CheckpointHead, VerifyRun
from inventory.queries import audit, runs
from inventory.rules import entries
from inventory.service import stops
from supply.coverage import service as coverage
from supply.once.rules import canonical
from supply.reference.models import Place

LOWEST = -(2**31)  # lines of a number below the first belong to no posting, and are looked at all the same


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What does not agree, and the row where it was first seen."""

    check: str
    place: str
    row: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Write it as it is kept and shown."""
        return {"check": self.check, "place": self.place, "row": list(self.row)}


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was looked at, where each journal stood, and the first failure."""

    postings: int
    moves: int
    heads: dict[str, tuple[int, str]]
    failure: Failure | None


def verify_all(session: Session) -> Verified:
    """Verify all journals and, on a second connection at the same time, the sums: half the waiting where there are two processors."""
    moment = audit.moment(session)
    with ThreadPoolExecutor(max_workers=1) as beside:
        differing = beside.submit(audit.at_moment, session.get_bind().engine, moment, _sums)
        journals = verify_journals(session)
    return replace(journals, failure=journals.failure or differing.result())


def verify(session: Session, *, place: str | None = None) -> Verified:
    """Verify all journals and then the sums, or one journal."""
    journals = verify_journals(session, place=place)
    return replace(journals, failure=journals.failure or (_sums(session) if place is None else None))


def verify_journals(session: Session, *, place: str | None = None) -> Verified:
    """Recompute every seal of all journals, or of one."""
    journals = [head for head in audit.heads(session) if place in {None, head[1]}]
    codes = audit.place_codes(session)
    postings = moves = 0
    heads = {}
    failure = None
    for place_id, code, number, digest in journals:
        chain = verify_chain(session, place_id, codes)
        postings, moves = postings + chain.postings, moves + chain.moves
        heads[code] = (number, digest.hex())
        failure = chain.failure or _head_differs(code, chain, number, digest)
        if failure:
            break
    return Verified(postings=postings, moves=moves, heads=heads, failure=failure)


def keep_run(session: Session, verified: Verified, *, started_at: datetime, finished_at: datetime) -> None:
    """Keep what a verification found, so that it can be shown, and stop what it names."""
    failure = verified.failure.as_json() if verified.failure else None
    heads = {code: list(head) for code, head in verified.heads.items()}
    run = VerifyRun(started_at=started_at, finished_at=finished_at, postings=verified.postings, moves=verified.moves, failure=failure, heads=heads)
    session.add(run)
    session.flush()
    stops.follow(session, run.id, place=verified.failure.place if verified.failure else None, row=verified.failure.row if verified.failure else ())


def last_run(session: Session, place: Place | None) -> runs.LastRun:
    """Give the last verification; with a place, verify what came in its journal since."""
    run = runs.find_last_run(session)
    failure = run.failure if run else None
    since = None
    if place is not None:
        number, digest = _known_head(run, place.code)
        chain = verify_chain(session, place.id, audit.place_codes(session), after=number, previous=digest)
        since = chain.postings
        failure = failure or (chain.failure.as_json() if chain.failure else None)
    state = "failed" if failure else "in order" if run or place else "never run"
    return runs.LastRun(
        state=state,
        started_at=run.started_at if run else None,
        finished_at=run.finished_at if run else None,
        postings=run.postings if run else 0,
        moves=run.moves if run else 0,
        failure=failure,
        place=place.code if place else None,
        since_postings=since,
    )


def take_checkpoint(session: Session, *, now: datetime) -> int:
    """Keep where every journal stands, and the reference data there is; a figure is as of a checkpoint. Gives the checkpoint's number."""
    checkpoint = Checkpoint(taken_at=now)
    session.add(checkpoint)
    session.flush()
    session.add_all(CheckpointHead(checkpoint_id=checkpoint.id, place_id=place_id, number=number, digest=digest) for place_id, _, number, digest in audit.heads(session) if number)
    session.flush()
    coverage.keep_basis(session, checkpoint.id, now=now)
    return checkpoint.id


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A journal looked through: how much, where it ended, what failed."""

    postings: int
    moves: int
    last_number: int
    last_digest: bytes
    failure: Failure | None


def verify_chain(session: Session, place_id: int, codes: dict[int, str], *, after: int = 0, previous: bytes = entries.NOTHING) -> Chain:
    """Recompute every seal of a journal after a number; stops at the first that does not agree."""
    moves, tallies, counted, notes = (audit.Ahead(read(session, place_id, after=after or LOWEST)) for read in (audit.moves, audit.tallies, audit.counted, audit.notes))
    code = codes[place_id]
    number, done, moved = after, 0, 0
    check = None
    for row in audit.postings(session, place_id, after=after):
        own = Lines(moves.of(row[1]), tallies.of(row[1]), counted.of(row[1]), notes.of(row[1]))
        check = _wrong(row, code, codes, number, previous, own)
        done, moved = done + 1, moved + len(own.moves)
        if check:
            break
        number, previous = row[1], row[14]
    failure = Failure(check=check, place=code, row=(str(number + 1),)) if check else _left_over(code, moves, tallies, counted, notes)
    return Chain(postings=done, moves=moved, last_number=number, last_digest=previous, failure=failure)


def _left_over(code: str, *lines: audit.Ahead) -> Failure | None:
    """Find a line beyond the last posting."""
    beyond = [ahead.next[0] for ahead in lines if ahead.next is not None]
    return Failure(check="a line belongs to no posting", place=code, row=(str(min(beyond)),)) if beyond else None


class Lines(NamedTuple):
    """What belongs to a posting, raw. A tuple, for one is made for every posting there is."""

    moves: Sequence[Any]
    tallies: Sequence[Any]
    counted: Sequence[Any]
    notes: Sequence[Any]


def _wrong(row: Any, code: str, codes: dict[int, str], after: int, previous: bytes, own: Lines) -> str | None:
    """Say what is wrong with a posting, None when all is as it was sealed."""
    _, number, epoch, kind, reason, occurred_on, recorded_at, recorded_by, role, corrects, supplier, document, note_hash, previous_digest, digest = row
    if number != after + 1:
        return "a number is missing"
    if previous_digest != previous:
        return "the seal before is another"
    sealed = entries.seal_written(
        epoch=epoch,
        lines=f"[{','.join(_sealed_lines(own, codes))}]",
        place=code,
        previous=previous,
        number=number,
        kind=kind,
        reason=reason,
        occurred_on=occurred_on,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
        role=role,
        corrects=corrects,
        supplier=supplier,
        document=document,
        note_hash=note_hash,
    )
    if sealed != digest:
        return "the seal does not fit what is recorded"
    if not _are_in_place(own, occurred_on):
        return "a line is missing or stands on another day"
    if own.notes and (note_hash is None or entries.note_hash(own.notes[0][1], bytes(own.notes[0][2])) != note_hash):
        return "the note is not the one recorded"
    return None


def _sealed_lines(own: Lines, codes: dict[int, str]) -> list[str]:
    """Write the lines of a posting as they are sealed."""
    lines = [
        _written(product, lot, expires_on, codes.get(origin), codes.get(target), occasion, recipient) % units
        for _, product, lot, expires_on, origin, target, units, occasion, recipient, _, _ in own.moves
    ]
    if own.tallies or own.counted:
        lines += [f"[{entries.json_word(product)},{entries.json_word(what)},{units}]" for _, product, what, units, _, _ in own.tallies]
        lines += [f"[{entries.json_word(product)},{entries.json_word(lot)},{expected},{counted}]" for _, product, lot, expected, counted, _ in own.counted]
    return lines


def _are_in_place(own: Lines, day: str) -> bool:
    """Whether the lines are numbered from one on and stand on their posting's day; what was counted has no day of its own."""
    for lines in (own.moves, own.tallies):
        for nth, line in enumerate(lines, start=1):
            if line[-1] != nth or line[-2] != day:
                return False
    return not own.counted or all(line[-1] == nth for nth, line in enumerate(own.counted, start=1))


@functools.lru_cache(maxsize=2**16)
def _written(product: str, lot: str, expires_on: str | None, origin: str | None, target: str | None, occasion: str | None, recipient: str | None) -> str:
    """Write a move as it is sealed, with room for the units: most lines differ in nothing else."""
    before, after = (canonical(part).decode().replace("%", "%%") for part in ([product, lot, expires_on, origin, target], [occasion, recipient]))
    return f"{before[:-1]},%s,{after[1:]}"


def _head_differs(code: str, chain: Chain, number: int, digest: bytes) -> Failure | None:
    if (chain.last_number, chain.last_digest) == (number, digest):
        return None
    return Failure(check="the journal does not end where it should", place=code, row=(str(number),))


def _sums(session: Session) -> Failure | None:
    for check in audit.SUMS:
        row = audit.first_difference(session, check)
        if row is not None:
            return Failure(check=check, place=str(row[0]), row=tuple(str(value) for value in row[1:]))
    return None


def _known_head(run: VerifyRun | None, code: str) -> tuple[int, bytes]:
    if run is None or run.failure is not None or code not in run.heads:
        return 0, entries.NOTHING
    number, digest = json.loads(json.dumps(run.heads[code]))
    return int(number), bytes.fromhex(digest)
