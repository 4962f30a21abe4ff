"""A session holds one connection; what goes straight to the driver and what the mapper does are one transaction, and nothing of it stays behind."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from supply import clock
from supply.auth.models import Account
from supply.db import db, in_one_snapshot, in_one_transaction, reading, table_of
from supply.once.models import Request
from supply.rows import insert_for
from supply.straight import is_idle, let_writes_wait, write_straight

REQUEST = table_of(Request)


def row(key):
    return {"account_id": 1, "key": key, "digest": b"d" * 32, "status": 200, "body": b"{}", "location": None, "recorded_at": clock.now()}


def straight(session, *keys):
    write_straight(session, insert_for(session, REQUEST), [row(key) for key in keys])


def kept(*keys):
    found = set(reading().scalars(select(Request.key).where(Request.key.in_(keys))))
    reading().rollback()
    return found


def named(name):
    return Account(number=f"S{name}", kind="service", name=name, email=None, language="nb", active=True, made_up=True, created_at=clock.now())


def accounts(name):
    many = reading().scalar(select(func.count()).select_from(Account).where(Account.name == name))
    reading().rollback()
    return many


def at_hand():
    return db.engine.pool.at_hand


@pytest.mark.parametrize("waiting", [False, True])
def test_both_are_committed_together(app, waiting):
    def work(session):
        if waiting:
            let_writes_wait(session)
        straight(session, "straight-1")
        session.add(named("mapped-1"))
        session.flush()
        straight(session, "straight-2")

    in_one_transaction(work)

    assert kept("straight-1", "straight-2") == {"straight-1", "straight-2"}
    assert accounts("mapped-1") == 1


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("mapped", [False, True])
def test_both_are_undone_together(app, waiting, mapped):
    def work(session):
        if waiting:
            let_writes_wait(session)
        if mapped:
            session.add(named("mapped-2"))
            session.flush()
        straight(session, "straight-3")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_one_transaction(work)

    assert kept("straight-3") == set()
    assert accounts("mapped-2") == 0
    assert all(is_idle(connection) for connection in at_hand())


def test_what_waits_is_seen_by_whoever_asks_next(app):
    def work(session):
        let_writes_wait(session)
        straight(session, "straight-4")
        return session.scalar(select(func.count()).select_from(Request).where(Request.key == "straight-4"))

    assert in_one_transaction(work) == 1


def test_what_waits_is_undone_when_the_mapper_stumbles_over_its_own(app):
    def work(session):
        let_writes_wait(session)
        straight(session, "straight-5")
        session.add(named("twice"))
        session.add(named("twice"))  # the same staff number
        session.flush()

    with pytest.raises(IntegrityError):
        in_one_transaction(work)

    assert kept("straight-5") == set()
    assert accounts("twice") == 0


@pytest.mark.parametrize("mapped", [False, True])
def test_a_commit_that_fails_leaves_no_connection_in_a_transaction(app, mapped):
    """On PostgreSQL what waits fails with the commit."""

    def work(session):
        if mapped:
            session.add(named("mapped-3"))
            session.flush()
        let_writes_wait(session)
        straight(session, "straight-6", "straight-6")

    with pytest.raises(IntegrityError):
        in_one_transaction(work)

    assert all(is_idle(connection) for connection in at_hand())
    in_one_transaction(lambda session: straight(session, "straight-6"))
    assert kept("straight-6") == {"straight-6"}
    assert accounts("mapped-3") == 0


def test_a_connection_that_was_given_up_is_not_used_again(app):
    in_one_transaction(lambda session: straight(session, "straight-7"))
    session = reading()
    lost = session.held()
    lost.invalidate()
    session.rollback()

    assert lost not in at_hand()
    assert kept("straight-7") == {"straight-7"}


def test_a_reader_with_an_isolation_of_its_own_leaves_it_to_nobody(app):
    def read(session):
        return session.held()

    held = in_one_snapshot(read)

    assert (held in at_hand()) == (db.engine.dialect.name == "sqlite")


def test_the_pool_closes_what_is_at_hand(app):
    in_one_transaction(lambda session: straight(session, "straight-8"))
    assert at_hand()
    connection = at_hand()[-1]

    db.engine.dispose()

    assert connection.closed
    assert not at_hand()
