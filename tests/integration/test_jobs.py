"""Timed work: taken up by one of many, done once, taken up again when whoever did it is gone, and caught up after days without anybody."""

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from expiry.rules.alerts import Kind, Source, band_of
from inventory.models import Lot
from supply import clock
from supply.db import db, in_one_transaction, reading
from supply.errors import Conflict
from supply.jobs.models import JobRun
from supply.jobs.rules import LEASE, Daily, Every
from supply.jobs.service import Job, run_due, run_once, try_out
from supply.reference.models import Place
from supply.settings import ROOT
from tests.integration.clockwork import alerts, at, look, notices, runs
from tests.integration.ordering import DEPOT, SPRAY, SYRINGE

DAYS, MANY = 400, 8
FIRST = date(2027, 1, 10)
AWAY = range(200, 214)
"""A fortnight in which nobody looks."""
NIGHTS = {date(2027, 3, 28), date(2027, 10, 31)}
"""The nights on which the clock is set."""


def all_look(app, pool):
    """Let many look at once at what is due; gives how often the alerts were brought to what is so."""

    def one(_):
        with app.app_context():
            done = run_due([app.extensions["jobs"]["alerts"]], app.extensions["settings"])
            db.session.remove()
            return len(done)

    return sum(pool.map(one, range(MANY)))


def test_eight_at_once_over_four_hundred_days_raise_every_alert_once(app, alma):
    chance = random.Random(4_000_017)
    lots, hand_outs = {}, {}
    for nth in range(24):
        product, place = (SPRAY, DEPOT) if nth % 2 else (SYRINGE, "osl-depot")
        lots[f"L{nth}"] = (product, place, FIRST + timedelta(days=chance.randrange(-10, DAYS + 200)))
        alma.receive(product, 10, lot=f"L{nth}", expires_on=str(lots[f"L{nth}"][2]), on="2026-11-01")
        if nth % 3 == 0:
            hand_outs[FIRST + timedelta(days=chance.randrange(DAYS))] = f"L{nth}"
    wanted, gone, looks = set(), set(), 0

    with ThreadPoolExecutor(MANY) as pool:
        for nth in range(DAYS):
            day = FIRST + timedelta(days=nth)
            if day in hand_outs and lots[hand_outs[day]][2] >= day:
                lot = hand_outs[day]
                with time_machine.travel(datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC), tick=False):
                    assert alma.hand_out(10, lots[lot][0], lot=lot, on=str(day)).status_code == 201
                gone.add(lot)
            if nth in AWAY:
                continue
            hour, minute = (9, 0) if day in NIGHTS else chance.choice([(0, 45), (1, 15), (2, 45), (9, 0), (23, 30)])  # some before the work of the day is due
            with time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), tick=False):
                done, today = all_look(app, pool), clock.today()
            looks += done
            if not done:
                continue
            for lot, (product, _, expires_on) in lots.items():
                bands = app.extensions["settings"].alert_days["naloxone" if product == SPRAY else "other"]
                if lot not in gone and (band := band_of(bands, (expires_on - today).days)) is not None:
                    wanted.add((lot, band))

    names = dict(reading().execute(select(Lot.id, Lot.number)).all())
    found = [(names[one.lot_id], one.band) for one in alerts(kind="expiry")]
    assert sorted(found) == sorted(wanted)
    due = [run.due_at for run in runs("alerts")]
    assert len(due) == len(set(due)) == looks
    assert {run.outcome for run in runs("alerts")} == {"done"}
    assert [one.date() for one in due if one.date() in NIGHTS] == sorted(NIGHTS)


class Work:
    """A job of the tests: notes each time that it was done; fails or dies when it is told to."""

    def __init__(self, *faults):
        self.done, self.faults = 0, list(faults)

    def __call__(self, run):
        """1. Count."""
        if self.faults:
            raise self.faults.pop(0)
        self.done += 1
        return {"done": self.done}

    def job(self, schedule=None):
        return Job(name="work", schedule=schedule or Daily(at=datetime(2027, 1, 1, 4, 30).time()), work=self)


def do(app, job, now):
    with time_machine.travel(now, tick=False):
        return run_once(job, app.extensions["settings"], due_at=job.schedule.last(now))


def test_a_job_is_done_once_for_each_time_it_is_due(app):
    work = Work()
    job = work.job()

    first = [do(app, job, at("2027-05-01", hour)) for hour in (5, 6, 23)]
    second = do(app, job, at("2027-05-02", 5))

    assert [one and one.outcome for one in first] == ["done", None, None]
    assert second.facts == {"done": 2}
    assert work.done == 2


def test_a_refusal_and_a_fault_are_shown_and_tried_again_a_few_times(app, caplog):
    work = Work(Conflict(), ZeroDivisionError(), ZeroDivisionError(), ZeroDivisionError(), ZeroDivisionError(), ZeroDivisionError())
    job, begun = work.job(), at("2027-05-01", 5)

    outcomes = [do(app, job, begun + timedelta(minutes=minutes)) for minutes in (0, 0.5, 1, 2, 3, 7, 20, 60, 120)]

    assert [one and one.error for one in outcomes] == ["conflict", None, "ZeroDivisionError", None, "ZeroDivisionError", "ZeroDivisionError", "ZeroDivisionError", None, None]
    assert [(run.outcome, run.tries, run.error) for run in runs("work")] == [("failed", 5, "ZeroDivisionError")]
    work.faults.clear()
    assert do(app, job, begun + timedelta(days=1)).outcome == "done"


class Killed(BaseException):
    """The process ends in the middle of the work."""


def test_a_run_that_fell_silent_is_done_by_the_next_who_looks(app):
    work = Work(Killed())
    job, begun = work.job(), at("2027-05-01", 5)
    with pytest.raises(Killed):
        do(app, job, begun)
    assert [run.outcome for run in runs("work")] == ["running"]

    assert do(app, job, begun + LEASE) is None
    assert do(app, job, begun + LEASE + timedelta(seconds=1)).outcome == "done"
    assert [(run.outcome, run.tries) for run in runs("work")] == [("done", 2)]


def test_a_run_that_fell_silent_is_lost_when_the_next_is_due(app):
    work = Work(Killed())
    job, begun = work.job(Every(minutes=5)), at("2027-05-01", 5)
    with pytest.raises(Killed):
        do(app, job, begun)

    assert do(app, job, begun + timedelta(minutes=5)) is None, "somebody may still be at the one before"
    assert do(app, job, begun + timedelta(minutes=15)).outcome == "done"
    assert [run.outcome for run in runs("work")] == ["lost", "done"]


def test_who_comes_back_from_the_dead_does_not_overwrite_whoever_took_over(app):
    settings, begun = app.extensions["settings"], at("2027-05-01", 5)
    second = Work()

    def slow(run):
        """1. Be silent for so long that somebody else takes over."""
        assert do(app, second.job(), begun + LEASE + timedelta(minutes=1)).outcome == "done"
        return {"slow": True}

    with time_machine.travel(begun, tick=False):
        run_once(Job(name="work", schedule=second.job().schedule, work=slow), settings, due_at=second.job().schedule.last(begun))

    assert [(run.outcome, run.facts) for run in runs("work")] == [("done", {"done": 1})]


def test_the_alerts_of_a_run_that_was_killed_half_way_are_raised_by_the_next_and_none_twice(app, alma):
    alma.receive(SPRAY, 40, expires_on="2027-02-01", on="2026-11-01")
    alma.receive(SPRAY, 40, lot="A2", expires_on="2027-01-20", on="2026-11-01")
    known, now = app.extensions["alert_sources"], at("2027-01-15")

    def dies(_at):
        raise Killed

    app.extensions["alert_sources"] = [*known, lambda _settings: Source(kind=Kind.DISCREPANCY, what=dies, returns=True)]  # after those that went well
    try:
        with pytest.raises(Killed):
            look(app, "alerts", now)
        assert len(alerts(kind="expiry")) == 2
    finally:
        app.extensions["alert_sources"] = known
    assert look(app, "alerts", now + LEASE) is None
    assert look(app, "alerts", now + LEASE + timedelta(seconds=1)).outcome == "done"

    assert [(one.lot_id, one.band) for one in alerts(kind="expiry")] == [(1, 30), (2, 30)]
    assert len([one for one in notices("alerts") if one.facts["kind"] == "expiry"]) == 1


def test_the_ledger_is_proved_every_night_and_a_difference_is_a_run_that_failed(app, alma, owner):
    alma.receive(SPRAY, 40, on="2026-11-01")
    assert look(app, "checkpoint", at("2026-11-26")).facts == {"checkpoint": 1}
    assert look(app, "verify", at("2026-11-26")).facts == {"postings": 1, "moves": 1}

    job = app.extensions["jobs"]["verify"]
    with owner.begin() as connection:
        connection.execute(text("UPDATE stock SET on_hand = 41"))
    with time_machine.travel(at("2026-11-27"), tick=False):
        ended = run_once(job, app.extensions["settings"], due_at=job.schedule.last(at("2026-11-27")))
    with owner.begin() as connection:
        connection.execute(text("UPDATE stock SET on_hand = 40"))

    assert (ended.outcome, ended.error, ended.facts["place"]) == ("failed", "ledger-differs", DEPOT)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(app, alma):
    alma.receive(SPRAY, 40, expires_on="2027-02-01", on="2026-11-01")
    job = app.extensions["jobs"]["alerts"]

    with time_machine.travel(at("2027-01-15"), tick=False):
        facts = try_out(job, app.extensions["settings"])

    assert facts["raised"] >= 1
    assert alerts() == runs("alerts") == []


def test_the_work_of_a_fortnight_away_is_one_run_and_knows_since_when(app):
    known = []
    job = Job(name="work", schedule=Daily(at=datetime(2027, 1, 1, 4, 30).time()), work=lambda run: known.append(run.before_at) or {})

    for day in ("2027-05-01", "2027-05-15"):
        do(app, job, at(day))

    assert known == [None, datetime(2027, 5, 1, 2, 30, tzinfo=UTC)]
    assert len(runs("work")) == 2


def test_old_runs_are_put_away_but_for_the_last_of_each_job(app):
    work = Work()
    for day in ("2027-01-01", "2027-01-02", "2027-03-01"):
        do(app, work.job(), at(day))
    only = Work()
    do(app, Job(name="only", schedule=only.job().schedule, work=only), at("2027-01-01"))

    assert look(app, "tidy", at("2027-03-10")).facts == {"runs": 2}
    assert [run.due_at.date() for run in runs("work")] == [date(2027, 3, 1)]
    assert len(runs("only")) == 1


def test_two_processes_beside_each_other_share_the_work_and_one_goes_on_alone(app, home):
    """The clock as it is run: two of them; one is killed, the other does what comes due."""
    environ = os.environ | {"FORSYN_DATABASE_URL": home.url, "FORSYN_SECRET_KEY": "a key for tests alone, of 32 bytes or more"}
    command = [sys.executable, "-c", "from supply.jobs import cli; cli.LOOK_SECONDS = 0.2; from wsgi import create_app; app = create_app(); app.test_cli_runner().invoke(args=['jobs', 'run'])"]
    clocks = [subprocess.Popen(command, cwd=ROOT, env=environ) for _ in range(2)]
    try:
        _wait(lambda: len(runs("alerts")) == 1 and runs("alerts")[0].outcome == "done")
        clocks[0].kill()
        clocks[0].wait()
        in_one_transaction(lambda session: session.execute(JobRun.__table__.delete().where(JobRun.job == "alerts")))
        _wait(lambda: [run.outcome for run in runs("alerts")] == ["done"])
        clocks[1].send_signal(signal.SIGTERM)

        assert clocks[1].wait(timeout=20) == 0
    finally:
        for one in clocks:
            one.kill()
            one.wait()
    assert reading().scalar(select(func.count()).select_from(JobRun).where(JobRun.job == "alerts", JobRun.outcome != "done")) == 0


def _wait(is_so, seconds=40):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come to be so"
        time.sleep(0.1)
    db.session.rollback()


def test_the_commands_say_what_they_do(app, alma):
    alma.receive(SPRAY, 40, expires_on="2026-12-01", on="2026-11-01")
    invoke = app.test_cli_runner().invoke

    tried, done, listed, unknown = (invoke(args=["jobs", *words]) for words in (["once", "alerts", "--dry-run"], ["once", "alerts"], ["list"], ["once", "nothing"]))

    assert tried.output.startswith("alerts would: raised ")
    assert done.output.startswith("alerts: raised ")
    assert "alerts" in listed.output
    assert "done" in listed.output
    assert (unknown.exit_code, "There is no job nothing." in unknown.output) == (1, True)
    assert len(alerts(kind="expiry")) == 1


def test_places_that_hold_what_expires_are_told_once(app, alma):
    alma.receive(SPRAY, 40, expires_on="2027-02-01", on="2026-11-01")
    alma.receive(SPRAY, 40, lot="A2", expires_on="2027-02-02", on="2026-11-01")

    for hour in (5, 6):
        look(app, "alerts", at("2027-01-15", hour))

    place = reading().scalar(select(Place.id).where(Place.code == DEPOT))
    assert [(one.place_id, one.facts) for one in notices("alerts") if one.facts["kind"] == "expiry"] == [(place, {"kind": "expiry", "alerts": 2})]
