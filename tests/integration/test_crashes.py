"""Killed without warning: what was acknowledged is there, once; what was not is whole or not there, and once after it is sent again."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests
from sqlalchemy import text

from inventory.service import checks
from supply import clock
from supply.db import db, in_one_snapshot
from supply.settings import ROOT

SPRAY, BUS, CLINIC = "naloxone-nyxoid", "oslo-outreach", "oslo-servicepoint"
TODAY = clock.today().isoformat()


class Server:
    """The service as it runs: gunicorn with two workers on a port of its own."""

    def __init__(self, url):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        told = {"DATABASE_URL": url, "SECRET_KEY": "a key for tests alone, of 32 bytes or more", "BIND": self.address, "WORKERS": "2", "THREADS": "4"}
        self.environ = os.environ | {f"FORSYN_{name}": value for name, value in told.items()}
        self.master = None

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--log-level", "critical", "wsgi:create_app()"]
        self.master = subprocess.Popen(command, cwd=ROOT, env=self.environ, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if requests.get(f"http://{self.address}/readyz", timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise TimeoutError(self.address)

    def kill_a_worker(self):
        os.kill(psutil.Process(self.master.pid).children()[0].pid, signal.SIGKILL)

    def kill_all(self):
        os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait(timeout=10)


@pytest.fixture
def server(app, home):
    running = Server(home.url)
    running.start()
    yield running
    if running.master.poll() is None:
        running.kill_all()


def ask(server, token, act, body, key):
    """Ask once; gives status and body, or None where no answer came."""
    try:
        answer = requests.post(f"http://{server.address}/api/v1/{act}", json=body, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key}, timeout=20)
    except requests.RequestException:
        return None
    return answer.status_code, answer.content


def work(server, token, name, stop, acknowledged):
    """Hand out and move units, one after the other, until told to stop; gives what was asked and what was answered."""
    said = {}
    for nth in itertools.count():
        if stop.is_set():
            return said
        units = [{"product": SPRAY, "lot": lot, "units": 1} for lot in ("A", "B")]
        body = {"place": BUS, "occurred_on": TODAY, "lines": units, "unmet": [{"product": SPRAY, "units": 1}]}
        act = "handouts"
        if nth % 3 == 2:
            act, body = "transfers", {"place": BUS, "to": CLINIC, "occurred_on": TODAY, "lines": units}
        key = f"{name}-{nth:06}"
        said[key] = (act, body, ask(server, token, act, body, key))
        if said[key][2] is None:
            time.sleep(0.05)
        else:
            acknowledged.append(key)
    raise AssertionError


def wait_for_more(acknowledged, many):
    """Wait until so many more were answered, however slow the machine is."""
    enough, deadline = len(acknowledged) + many, time.monotonic() + 60
    while len(acknowledged) < enough:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def answered(said):
    return {key for key, (_, _, answer) in said.items() if answer is not None and answer[0] == 201}


def entered():
    db.engine.dispose()  # what was dropped while it lay in the pool is not this question's matter
    with db.engine.connect() as connection:
        return Counter(connection.execute(text("SELECT request_key FROM posting WHERE kind <> 'receipt'")).scalars())


def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_is_doubled(server, ada, key_of_all):
    for lot in ("A", "B"):
        ada.receive(units=100_000, place=BUS, lot=lot, expires_on="2030-01-31", on=TODAY)
    stop, acknowledged = threading.Event(), []

    with ThreadPoolExecutor(6) as pool:
        working = [pool.submit(work, server, key_of_all, f"worker{nth}", stop, acknowledged) for nth in range(6)]
        wait_for_more(acknowledged, 40)
        server.kill_a_worker()
        wait_for_more(acknowledged, 40)
        server.kill_all()
        stop.set()
        said = {key: value for one in working for key, value in one.result(timeout=60).items()}
    there = entered()
    verified = in_one_snapshot(checks.verify)
    server.start()
    again = {key: ask(server, key_of_all, act, body, key) for key, (act, body, _) in said.items()}

    assert len(answered(said)) >= 80
    assert len(answered(said)) < len(said)
    assert {answer[0] for _, _, answer in said.values() if answer is not None} <= {201, 503}
    assert verified.failure is None
    assert set(there.values()) == {1}
    assert answered(said) <= set(there)
    assert {answer[0] for answer in again.values()} == {201}
    assert all(again[key] == answer for key, (_, _, answer) in said.items() if key in answered(said))
    assert entered() == Counter(said.keys())
    handed_out = sum(act == "handouts" for act, _, _ in said.values())
    assert ada.on_hand(BUS) == {"A": 100_000 - len(said), "B": 100_000 - len(said)}
    assert ada.on_hand(CLINIC) == {lot: len(said) - handed_out for lot in ("A", "B")}


@pytest.mark.parametrize("home", ["postgresql"], indirect=True)  # a file has no connections to drop
def test_a_database_that_drops_its_connections_loses_nothing_either(callers, owner):
    many = callers(4)
    many[0].receive(units=100_000, place=BUS, on=TODAY)
    stop = threading.Event()

    def hand_out_until_told(one):
        said = {}
        while not stop.is_set():
            key = f"{one.name}-{len(said):06}"
            said[key] = one.post("/handouts", {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": 1}]}, key=key).status_code
        return said

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(hand_out_until_told, one) for one in many]
        for _ in range(4):
            time.sleep(0.4)
            with owner.begin() as connection:
                connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'forsyn_web'"))
        stop.set()
        said = {key: status for one in working for key, status in one.result(timeout=60).items()}
    there = entered()
    for key in said:
        assert many[0].post("/handouts", {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": 1}]}, key=key).status_code == 201

    assert set(said.values()) == {201, 503}
    assert {key for key, status in said.items() if status == 201} <= set(there)
    assert entered() == Counter(said.keys())
    assert many[0].on_hand(BUS) == {"A1": 100_000 - len(said)}
