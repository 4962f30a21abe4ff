"""Take letters up and say what became of them. In the caller's transaction: one before the talk with the mail server, another after it, none during it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from supply.auth.models import Account
from supply.db import table_of
from supply.errors import Missing
from supply.mail import Draft, Later, Outcome, Refused, Sent
from supply.notices import queries
from supply.notices.models import Letter, RefusingAddress
from supply.notices.rules import GIVES_UP, LEASE, STALE, gives_up, is_quiet, next_try_at, quiet_until
from supply.notices.service.letters import readable
from supply.notices.service.writing import House, write
from supply.rows import insert_for


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A letter that somebody has taken up: theirs until the lease ends, if nobody takes it up after them."""

    letter_id: int
    tries: int
    draft: Draft


def claim(session: Session, *, house: House, now: datetime) -> Claimed | None:
    """Take up the letter that has waited longest, None where none is due. What can be sent to nobody ends here; what would come in quiet hours waits for their end.

    The try is counted before it is made: whoever is killed in between leaves a letter that is tried again when the lease has ended.
    """
    due = select(Letter).where(Letter.sent_at.is_(None), Letter.ended_at.is_(None), Letter.next_try_at <= now).order_by(Letter.next_try_at, Letter.id)
    while (letter := session.scalars(due.limit(1).with_for_update(skip_locked=True)).first()) is not None:
        address = _address_now(session, letter, house, now)
        if address is not None:
            letter.tries += 1
            letter.next_try_at = now + LEASE
        session.flush()
        if address is not None:
            draft = Draft(to=address, subject=letter.subject, text=letter.text, html=letter.html, language=letter.language, message_id=letter.message_id, made_at=letter.made_at)
            return Claimed(letter_id=letter.id, tries=letter.tries, draft=draft)
    return None


def settle(session: Session, claimed: Claimed, outcome: Outcome, *, now: datetime) -> None:
    """Write what became of a letter; nothing where somebody else has taken it up meanwhile."""
    mine = update(Letter).where(Letter.id == claimed.letter_id, Letter.tries == claimed.tries, Letter.sent_at.is_(None)).execution_options(synchronize_session=False)
    match outcome:
        case Sent():
            session.execute(mine.values(sent_at=now, sent_to=claimed.draft.to, problem=None))
        case Refused(answer=answer):
            session.execute(mine.values(ended_at=now, ended_because="refused", problem=answer))
            row = {"address": claimed.draft.to, "refused_at": now, "answer": answer}
            session.execute(insert_for(session, table_of(RefusingAddress)).values(row).on_conflict_do_nothing())
        case Later(answer=answer):
            made_at = claimed.draft.made_at
            given_up = {"ended_at": now, "ended_because": "failed"} if gives_up(made_at, claimed.tries, now) else {}
            session.execute(mine.values(problem=answer, next_try_at=next_try_at(claimed.tries, now), **given_up))


def reopen(session: Session, *, now: datetime) -> int:
    """Let letters wait again that an address refused which is the person's no more, or takes mail again; gives how many. Those that are too old stay in the inbox alone."""
    still = exists().where(Account.id == Letter.account_id, Account.email == RefusingAddress.address)
    refused = update(Letter).where(Letter.ended_because == "refused", Letter.ended_at > now - GIVES_UP, Letter.made_at > now - GIVES_UP, ~still)
    again = session.execute(refused.values(ended_at=None, ended_because=None, next_try_at=now).execution_options(synchronize_session=False))
    return int(again.rowcount)  # type: ignore[attr-defined]  # what an UPDATE gives has it


def clear(session: Session, address: str) -> None:
    """Let mail be sent to an address again. Nothing happens where it refuses none."""
    session.execute(delete(RefusingAddress).where(RefusingAddress.address == address))


def try_again(session: Session, letter_id: int, *, now: datetime) -> None:
    """Let a letter that was given up wait again. Refuses one that is not there."""
    again = update(Letter).where(Letter.id == letter_id, Letter.ended_because == "failed").values(ended_at=None, ended_because=None, tries=0, next_try_at=now)
    session.execute(again.execution_options(synchronize_session=False))
    if session.scalar(select(Letter.id).where(Letter.id == letter_id)) is None:
        raise Missing


def _address_now(session: Session, letter: Letter, house: House, now: datetime) -> str | None:
    """Give the address a letter goes to now; None where it ends, or has to wait. What is no longer its reader's to read is taken out of it."""
    reader = queries.find_reader(session, letter.account_id, now=now)
    notices = queries.notices_in(session, letter.id, now=now)
    kept = readable(reader, notices, house) if reader is not None else []
    if reader is None or not reader.mailable or not kept:
        letter.ended_at, letter.ended_because = now, "nobody"
    elif reader.refusing:
        letter.ended_at, letter.ended_because = now, "refused"
    elif letter.made_at < now - STALE:
        letter.ended_at, letter.ended_because = now, "failed"
    elif letter.kind != "critical" and is_quiet(reader.choices, now):
        letter.next_try_at = quiet_until(reader.choices, now)
    else:
        if len(kept) < len(notices):
            written = write(kept, kind=letter.kind, language=letter.language, made_at=letter.made_at, house=house)
            letter.subject, letter.text, letter.html = written.subject, written.text, written.html
        return reader.email
    return None
