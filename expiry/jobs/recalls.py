"""Places that have not answered a recall are reminded, every so many hours until they have."""

from collections import Counter
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from expiry.queries import recalls as queries
from expiry.service.recall_reminders import Reminded, remind
from supply.jobs.rules import Every
from supply.jobs.service import Job, Run


def remind_places(run: Run) -> dict[str, Any]:
    """Look after every open recall, a transaction each.

    1. List the places that came to have units of it since it was opened, and tell them.
    2. Ask anew the places to which units came after they had answered.
    3. Remind the places that are overdue: once for each time they were due, however late this runs.
    """
    done: Counter[str] = Counter()
    numbers = run.do(lambda session: [recall.number for recall in queries.open_recalls(session)])
    for number in numbers:

        def work(session: Session, number: str = number) -> Reminded:
            return remind(session, number, now=run.now, under_way=current_app.extensions["under_way"])

        result = run.do(work)
        done.update(reminded=result.reminded, asked_anew=result.asked_anew, joined=result.joined)
    return {name: number for name, number in done.items() if number}


REMINDERS = Job(name="recall-reminders", schedule=Every(minutes=60), work=remind_places)
