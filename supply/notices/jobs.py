"""The timed work of notices: into inboxes, into letters, to the mail server."""

from datetime import time, timedelta
from itertools import count
from typing import Any

from flask import current_app

from supply import clock, mail
from supply.db import reading
from supply.jobs.rules import Daily, Every
from supply.jobs.service import Job, Run
from supply.notices import queries
from supply.notices.rules import Urgency
from supply.notices.service import letters, sending, spreading
from supply.notices.service.writing import House

RUN_MAX = timedelta(minutes=5)
"""So long a run sends letters; other work waits for it, and the next run is a minute later."""


def tell(run: Run) -> dict[str, Any]:
    """Put what was queued into the inboxes of whoever is told.

    1. The oldest notices that are in no inbox are taken, two hundred in a transaction.
    2. Each is put into the inbox of everybody whom the rule names, and noted as told.
    """
    house, many = _house(run), 0
    while some := run.do(lambda session: spreading.spread(session, kinds=house.kinds, now=run.now)):
        many += some
        if run.dry:
            break
    return {"notices": many}


def write_letters(run: Run) -> dict[str, Any]:
    """Write the letters that cannot wait for the digest.

    1. What was queued is put into inboxes.
    2. Whoever has something urgent is written one letter of it, unless it is their quiet hours; something critical at any hour. Each letter is a transaction.
    """
    return tell(run) | {"letters": _write(run, letters.AT_ONCE, letters.write_urgent)}


def write_digests(run: Run) -> dict[str, Any]:
    """Write the digests of the day.

    1. What was queued is put into inboxes.
    2. Everybody with something routine is written one letter of it; one a day, whatever happens. Each letter is a transaction.
    3. Inboxes and letters of more than a year ago go.
    """
    told = tell(run) | {"digests": _write(run, tuple(Urgency), letters.write_digest)}
    return told | {"tidied": run.do(lambda session: letters.tidy(session, now=run.now))}


def post(run: Run) -> dict[str, Any]:
    """Send the letters that are due.

    1. Letters whose address has changed, or takes mail again, wait again.
    2. A letter is taken up in a transaction of its own, its try counted.
    3. It is sent, in no transaction.
    4. What became of it is written in another; where the mail server is away the rest waits for the next run.
    """
    house = _house(run)
    run.do(lambda session: sending.reopen(session, now=run.now))
    if not run.settings.smtp_host or run.dry:
        return {"waiting": letters.waiting(reading())}
    sent = 0
    with mail.post_office(run.settings) as office:
        for nth in count(1):
            claimed = run.do(lambda session: sending.claim(session, house=house, now=clock.now()))
            if claimed is None:
                break
            outcome = office.send(claimed.draft)
            run.do(lambda session, claimed=claimed, outcome=outcome: sending.settle(session, claimed, outcome, now=clock.now()))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
            sent += isinstance(outcome, mail.Sent)
            if isinstance(outcome, mail.Later) and outcome.away:
                return {"sent": sent, "waiting": letters.waiting(reading()), "problem": outcome.answer}
            if clock.now() - run.now > RUN_MAX:
                break
            if nth % 20 == 0:
                run.progress(sent, sent)
    return {"sent": sent, "waiting": letters.waiting(reading())}


def _write(run: Run, urgencies: tuple[Urgency, ...], write: Any) -> int:
    house = _house(run)
    account_ids = run.do(lambda session: queries.to_weigh(session, urgencies))
    many = 0
    for nth, account_id in enumerate(account_ids, start=1):
        many += run.do(lambda session, account_id=account_id: write(session, account_id, house=house, now=run.now))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        if nth % 50 == 0:
            run.progress(nth, len(account_ids))
    return many


def _house(run: Run) -> House:
    return House(kinds=current_app.extensions["notice_kinds"], settings=run.settings)


JOBS = (
    Job(name="notices", schedule=Every(minutes=1), work=tell),
    Job(name="letters", schedule=Every(minutes=5), work=write_letters),
    Job(name="digest", schedule=Daily(at=time(6, 30)), work=write_digests),
    Job(name="post", schedule=Every(minutes=1), work=post),
)
