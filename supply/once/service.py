"""Find what a key was answered, and keep an answer. In the caller's transaction."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from supply.db import table_of
from supply.errors import KeyUsedForAnother
from supply.facts import facts
from supply.once.models import Request
from supply.rows import add_rows, parts_of
from supply.straight import run_straight


@facts
class Answer:
    """What a request was answered: status, body byte for byte, and where the thing it made is."""

    status: int
    body: bytes
    location: str | None = None
    replayed: bool = False

    def problem(self) -> dict[str, Any]:
        """Give what a refusal said."""
        said: dict[str, Any] = json.loads(self.body)
        return said


@facts
class Asked:
    """A key of an account and the digest of what was asked under it."""

    account_id: int
    key: str
    digest: bytes


def find_answer(session: Session, asked: Asked) -> Answer | None:
    """Give the first answer to a key, None when it is new; refuses a key that was used for something else."""
    return find_answers(session, asked.account_id, [asked]).get(asked.key)


def find_answers(session: Session, account_id: int, asked: Collection[Asked]) -> dict[str, Answer]:
    """Give the first answers to many keys of one account."""
    digests = {one.key: one.digest for one in asked}
    found: dict[str, Answer] = {}
    for keys in parts_of(digests):
        for key, digest, status, body, location in run_straight(session, _ANSWERS, {"account_id": account_id, "keys": keys}):
            if digest != digests[key]:
                raise KeyUsedForAnother(key=key)
            found[key] = Answer(status=status, body=body, location=location, replayed=True)
    return found


def keep_answers(session: Session, answers: Sequence[tuple[Asked, Answer]], *, now: datetime) -> None:
    """Keep answers for ever; a twin that was first makes the database refuse, and the whole act is run again."""
    rows = [
        {
            "account_id": asked.account_id,
            "key": asked.key,
            "digest": asked.digest,
            "status": answer.status,
            "body": answer.body,
            "location": answer.location,
            "recorded_at": now,
        }
        for asked, answer in answers
    ]
    add_rows(session, _TABLE, rows)


_TABLE = table_of(Request)
_REQUEST = _TABLE.c
_ANSWERS = select(_REQUEST.key, _REQUEST.digest, _REQUEST.status, _REQUEST.body, _REQUEST.location).where(
    _REQUEST.account_id == bindparam("account_id"), _REQUEST.key.in_(bindparam("keys", expanding=True))
)
