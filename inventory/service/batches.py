"""Many acts in one request: all or none, or each by itself with an answer of its own."""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from sqlalchemy.orm import Session

from inventory.errors import BatchRefused, SentTogetherTwice
from inventory.rules.commands import ACTS, Command
from inventory.rules.entries import Posting
from inventory.rules.wanted import Batch, BatchEntry
from inventory.schemas import BATCH_KINDS, SCHEMAS, posting_json, posting_location
from inventory.service.record import record_all
from supply.auth.rules import Person
from supply.errors import Conflict, Refusal
from supply.json_text import json_bytes
from supply.once import rules as once_rules
from supply.once import service as once
from supply.once.service import Answer, Asked
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import problem_bytes, problem_of

_SCHEMAS = {act: schema() for act, schema in SCHEMAS.items()}


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """An act with its key."""

    command: Command
    key: str

    @functools.cached_property
    def digest(self) -> bytes:
        """What was asked, as the same act alone would be named."""
        return once_rules.digest_of(ACTS[type(self.command)], [{}, self.command])

    def asked_by(self, person: Person) -> Asked:
        """Name the request."""
        return Asked(account_id=person.account_id, key=self.key, digest=self.digest)


class NotAll(Exception):
    """All or none was asked, and some were refused: why, by their place in the list."""

    def __init__(self, refusals: dict[int, Refusal]) -> None:
        super().__init__(len(refusals))
        self.refusals = refusals


def record_batch(session: Session, batch: Batch, *, key: str, each: bool, by: Person, now: datetime, ledger_opens_on: date) -> bytes:
    """Record a batch and give what it is answered, as JSON; refuses the whole with BatchRefused unless `each` stands by itself. `key` is the batch's own, and no posting's."""
    if any(entry.key == key for entry in batch.postings):
        raise SentTogetherTwice(key=key)
    read = [_read(nth, entry, each=each) for nth, entry in enumerate(batch.postings)]
    keyed = [one for one in read if isinstance(one, Keyed)]
    try:
        answers = record_keyed(session, keyed, all_or_none=not each, by=by, now=now, ledger_opens_on=ledger_opens_on)
    except NotAll as error:
        raise refused(*next(iter(error.refusals.items()))) from error
    in_order = iter(answers)
    said = [_said(entry.key, next(in_order) if isinstance(one, Keyed) else one) for entry, one in zip(batch.postings, read, strict=True)]
    return b'{"postings":[' + b",".join(said) + b"]}"


def record_keyed(session: Session, acts: Sequence[Keyed], *, all_or_none: bool, by: Person, now: datetime, ledger_opens_on: date, each: Any = None) -> list[Answer]:
    """Record acts, each under its own key: those known are answered again, the others entered; the answers are kept.

    All or none: the refusals are raised together as NotAll and the caller's transaction undoes the rest.
    """
    asked = [act.asked_by(by) for act in acts]
    known = once.find_answers(session, by.account_id, asked)
    first = _first_of_each(asked)
    new = [nth for nth, one in enumerate(asked) if one.key not in known and first[one.key] == nth]
    outcomes = record_all(session, [(acts[nth].command, acts[nth].key) for nth in new], by=by, now=now, ledger_opens_on=ledger_opens_on, each=each)
    if all_or_none and (refusals := {nth: outcome.refusal for nth, outcome in zip(new, outcomes, strict=True) if outcome.refusal is not None}):
        raise NotAll(refusals)
    kept: list[tuple[Asked, Answer]] = []
    answers = dict(known)
    for nth, outcome in zip(new, outcomes, strict=True):
        answer = answer_of(outcome.posting) if outcome.refusal is None else Answer(status=outcome.refusal.status, body=problem_bytes(outcome.refusal))
        answers[asked[nth].key] = answer
        if outcome.refusal is None or isinstance(outcome.refusal, Conflict):
            kept.append((asked[nth], answer))
    once.keep_answers(session, kept, now=now)
    if all_or_none:
        _refuse_known_refusals(asked, known)
    return [answers[one.key] if first[one.key] == nth else _again(answers[one.key]) for nth, one in enumerate(asked)]


def record_each(session: Session, acts: Sequence[Keyed], *, by: Person, now: datetime, ledger_opens_on: date) -> list[Answer | Refusal]:
    """Record acts whose keys are new, each by itself, and keep the answers of those recorded; why one was refused is for the caller to keep."""
    outcomes = record_all(session, [(act.command, act.key) for act in acts], by=by, now=now, ledger_opens_on=ledger_opens_on)
    answers = [outcome.refusal or answer_of(outcome.posting) for outcome in outcomes]
    once.keep_answers(session, [(act.asked_by(by), answer) for act, answer in zip(acts, answers, strict=True) if isinstance(answer, Answer)], now=now)
    return answers


def answer_of(posting: Posting | None) -> Answer:
    """Give what an act is answered that became a posting."""
    assert posting is not None
    return Answer(status=201, body=json_bytes(posting_json(posting)), location=posting_location(posting.draft.place.code, posting.number))


def refused(nth: int, refusal: Refusal) -> Refusal:
    """Say of a batch which of its postings was refused, and why: a conflict when the stock says no, else a wrong value."""
    problem = problem_of(refusal)
    if isinstance(refusal, Conflict):
        return BatchRefused(index=nth, problem=problem["detail"], refused=problem, at=f"postings.{nth}")
    return ValuesAreWrong({"postings": {str(nth): {"body": {refusal.at or "_": [problem["detail"]]}}}})


def _read(nth: int, entry: BatchEntry, *, each: bool) -> Keyed | Answer:
    """Read one posting of a batch; what cannot be read refuses the whole, or answers for itself."""
    act = BATCH_KINDS[entry.kind]
    try:
        return Keyed(command=_SCHEMAS[act].load(entry.body), key=entry.key)
    except ma.ValidationError as error:
        if not each:
            raise ValuesAreWrong({"postings": {str(nth): {"body": messages_of(error)}}}) from error
        wrong = ValuesAreWrong(messages_of(error))
        return Answer(status=wrong.status, body=problem_bytes(wrong))


def _first_of_each(asked: Sequence[Asked]) -> dict[str, int]:
    """Give where each key stands first; refuses a key that stands twice with different contents."""
    first: dict[str, int] = {}
    for nth, one in enumerate(asked):
        if one.key in first and asked[first[one.key]].digest != one.digest:
            raise SentTogetherTwice(key=one.key)
        first.setdefault(one.key, nth)
    return first


def _refuse_known_refusals(asked: Sequence[Asked], known: dict[str, Answer]) -> None:
    for nth, one in enumerate(asked):
        if one.key in known and known[one.key].status >= 400:
            problem = json.loads(known[one.key].body)
            raise BatchRefused(index=nth, problem=problem["detail"], refused=problem, at=f"postings.{nth}")


def _again(answer: Answer) -> Answer:
    return Answer(status=answer.status, body=answer.body, location=answer.location, replayed=True)


def _said(key: str, answer: Answer) -> bytes:
    """Write what one posting was answered: its body goes in as it was kept."""
    return b'{"key":%b,"status":%d,"replayed":%b,"body":%b}' % (json_bytes(key), answer.status, b"true" if answer.replayed else b"false", answer.body)
