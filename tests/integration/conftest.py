"""What the tests of the ledger as a whole share: somebody who records everywhere, and the database's owner."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import db, in_one_transaction, prepare
from tests.integration.promises import promise


@pytest.fixture
def key_of_all(app: Flask) -> str:
    """Give the API key of an account that records at every place."""

    def work(session):
        account = auth.service_account(session, "everywhere", grants=[auth.NewGrant(role=Role.DEPOT)], now=clock.now())
        return auth.add_key(session, account, now=clock.now())

    token = in_one_transaction(work)
    db.session.remove()
    return token


@pytest.fixture
def callers(app: Flask, key_of_all: str, caller) -> Callable[..., object]:
    """Give as many callers as are asked for, all of one account that records everywhere, each with keys of its own."""
    somebody = type(caller("alma"))
    names = count()
    return lambda many=1: [somebody(app.test_client(), key_of_all, f"caller{next(names)}") for _ in range(many)]


@pytest.fixture
def ada(callers):
    """Ada records at every place."""
    return callers()[0]


@pytest.fixture
def hold(owner) -> Callable[..., None]:
    """Give a way to promise units on the bus to orders: as many as there are numbers of units."""
    return lambda *units, place="oslo-outreach", lot="A1": promise(owner, place, lot, *units)


@pytest.fixture
def owner(home) -> Iterator[Engine]:
    """The database as its owner reaches it."""
    engine = create_engine(home.owner_url)
    prepare(engine)
    yield engine
    engine.dispose()
