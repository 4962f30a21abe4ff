"""Enter a file of moves: all of it or nothing, every row that is wrong named; the same file twice changes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import BatchRefused, LotDiffers, RowsAreWrong, SentTogetherTwice
from inventory.rules import imports, tables
from inventory.rules.imports import COLUMNS, Act, Problem
from inventory.schemas import BATCH_KINDS, SCHEMAS
from inventory.service.batches import Keyed, NotAll, record_keyed
from supply.auth import service as auth
from supply.auth.rules import Person
from supply.errors import KeyUsedForAnother, Refusal, plain
from supply.once.service import Answer
from supply.schemas import messages_of

ACCOUNT = "import"
"""The service account of all imports by command."""


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """A file read: its acts, each with its key, and all that cannot be read. With problems it is not entered."""

    name: str
    acts: tuple[Act, ...]
    keyed: tuple[Keyed, ...]
    problems: tuple[Problem, ...]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What came of a file: postings that are new, and those that were known from an earlier time."""

    new: int
    known: int
    problems: tuple[Problem, ...] = ()


def read_file(name: str, content: bytes) -> ReadFile:
    """Read a CSV or a workbook into acts, and name every row that cannot be read."""
    try:
        read = imports.read_rows(tables.read_table(content))
    except tables.NotATable as error:
        return ReadFile(name=name, acts=(), keyed=(), rows=0, problems=(Problem(row=0, column=None, why=error.why, facts=error.facts),))
    problems = list(read.problems)
    keyed = []
    for act in read.acts:
        command = imports.plain_command(act)
        if command is None:
            try:
                command = SCHEMAS[BATCH_KINDS[act.kind]]().load(act.body)
            except ma.ValidationError as error:
                problems += _told_by_schema(act, messages_of(error))
                continue
        keyed.append(Keyed(command=command, key=act.key))
    if not read.acts and not problems:
        problems.append(Problem(row=0, column=None, why="There is nothing to enter."))
    return ReadFile(name=name, acts=read.acts, keyed=tuple(keyed), problems=tuple(sorted(problems, key=lambda problem: problem.row)), rows=read.rows)


def enter(session: Session, read: ReadFile, *, by: Person, now: datetime, ledger_opens_on: date, each: Callable[[int], None] | None = None) -> Entered:
    """Enter a file, all or none; refuses with RowsAreWrong, which names every row that is wrong."""
    if read.problems:
        raise RowsAreWrong(read.problems)
    try:
        answers = record_keyed(session, read.keyed, all_or_none=True, by=by, now=now, ledger_opens_on=ledger_opens_on, each=each)
    except NotAll as error:
        raise RowsAreWrong([_told_by_refusal(read.acts[nth], refusal) for nth, refusal in error.refusals.items()]) from error
    except BatchRefused as error:
        raise RowsAreWrong([_problem(read.acts[error.facts["index"]], None, str(error.facts["problem"]))]) from error
    except (KeyUsedForAnother, SentTogetherTwice) as error:
        raise RowsAreWrong([_told_by_refusal(act, error, column="key") for act in read.acts if act.key == error.facts["key"]]) from error
    if problems := list(_other_expiries(session, read.acts, answers)):
        raise RowsAreWrong(problems)
    known = sum(answer.replayed for answer in answers)
    return Entered(new=len(answers) - known, known=known)


def preview(session: Session, read: ReadFile, *, by: Person, now: datetime, ledger_opens_on: date, each: Callable[[int], None] | None = None) -> Entered:
    """Say what entering a file would do, problems and all, and undo it."""
    trial = session.begin_nested()
    try:
        return enter(session, read, by=by, now=now, ledger_opens_on=ledger_opens_on, each=each)
    except RowsAreWrong as refusal:
        return Entered(new=0, known=0, problems=refusal.problems)
    finally:
        trial.rollback()


def importer(session: Session, *, now: datetime) -> Person:
    """Give the account of imports by command, made if it is new: it may record in the whole country."""
    return auth.machine(session, ACCOUNT, now=now)


def _other_expiries(session: Session, acts: Sequence[Act], answers: Sequence[Answer]) -> Iterator[Problem]:
    """Name the rows that say another expiry than is known of a lot that left; a receipt's own were compared as it was entered."""
    stated = [(row, line, date.fromisoformat(line["expires_on"])) for act, answer in zip(acts, answers, strict=True) if not answer.replayed for row, line in act.expiries()]
    if not stated:
        return
    found = queries.products_and_lots(session, {line["product"] for _, line, _ in stated}, {line["lot"] for _, line, _ in stated})
    known = {(lot.product, lot.number): lot.expires_on for _, lot in found if lot is not None}
    for row, line, expires_on in stated:
        expected = known.get((line["product"], line["lot"]))
        if expected != expires_on:
            facts = {"lot": line["lot"], "product": line["product"], "known": expected or "-", "stated": expires_on}
            yield Problem(row=row, column="expires_on", why=_sentence(LotDiffers), facts=plain(facts))


def _told_by_schema(act: Act, messages: Mapping[str, Any]) -> Iterator[Problem]:
    for name, told in messages.items():
        if name == "lines" and isinstance(told, dict):
            for nth, columns in told.items():
                yield from (Problem(row=act.rows[int(nth)], column=_column(column), why=str(why)) for column, whys in columns.items() for why in whys)
        else:
            yield from (_problem(act, name, str(why)) for why in told)


def _told_by_refusal(act: Act, refusal: Refusal, *, column: str | None = None) -> Problem:
    """Say of a refused act which of its rows was refused, and why."""
    field = column or refusal.at or ""
    facts = _Facts(plain(refusal.facts))
    if field.startswith("lines."):
        _, nth, *rest = field.split(".")
        return Problem(row=act.rows[int(nth)], column=_column(rest[0]) if rest else None, why=_sentence(type(refusal)), facts=facts)
    return _problem(act, field, _sentence(type(refusal)), facts)


def _problem(act: Act, column: str | None, why: str, facts: Mapping[str, object] | None = None) -> Problem:
    return Problem(row=act.rows[0], column=_column(column), why=why, facts=facts)


def _column(name: str | None) -> str | None:
    return name if name in COLUMNS else None


def _sentence(kind: type[Refusal]) -> str:
    title, sentence = kind.sentences()
    return sentence or title


class _Facts(dict[str, Any]):
    """Facts for a sentence; what is not known reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"
