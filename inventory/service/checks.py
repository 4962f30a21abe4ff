"""Verify the ledger: every seal recomputed, every sum compared. Changes nothing; names the first row that fails."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from inventory.models import Checkpoint, CheckpointHead, VerifyRun
from inventory.queries import audit, chains, runs
from inventory.rules import entries
from inventory.service import stops
from supply.coverage import service as coverage
from supply.reference.models import Place


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
    journals = [head for head in chains.heads(session) if place in {None, head[1]}]
    codes = chains.place_codes(session)
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
        chain = verify_chain(session, place.id, chains.place_codes(session), after=number, previous=digest)
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
    session.add_all(CheckpointHead(checkpoint_id=checkpoint.id, place_id=place_id, number=number, digest=digest) for place_id, _, number, digest in chains.heads(session) if number)
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
    code, number, last, done, moved = codes[place_id], after, previous.hex(), 0, 0
    failure = None
    for posting in chains.journal(session, place_id, code=code, places=codes, after=after):
        if posting.text is None:
            failure = Failure(check="a line belongs to no posting", place=code, row=(str(posting.number),))
            break
        done, moved = done + 1, moved + posting.moves
        if check := _wrong(posting, posting.text, number, last):
            failure = Failure(check=check, place=code, row=(str(number + 1),))
            break
        number, last = posting.number, posting.digest
    return Chain(postings=done, moves=moved, last_number=number, last_digest=bytes.fromhex(last), failure=failure)


def _wrong(posting: chains.Written, text: str, after: int, previous: str) -> str | None:
    """Say what is wrong with a posting, None when all is as it was sealed."""
    if posting.number != after + 1:
        return "a number is missing"
    if posting.previous != previous:
        return "the seal before is another"
    if entries.seal(text).hex() != posting.digest:
        return "the seal does not fit what is recorded"
    if not posting.in_place:
        return "a line is missing or stands on another day"
    if posting.note is not None and (posting.note_hash is None or entries.note_hash(posting.note[0], bytes.fromhex(posting.note[1])).hex() != posting.note_hash):
        return "the note is not the one recorded"
    return None


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
