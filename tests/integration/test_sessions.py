"""A session holds one connection; what goes straight to the driver and what the mapper does are one transaction, and nothing of it stays behind."""

import contextlib

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from supply import clock
from supply.auth.models import Account
from supply.db import db, in_one_snapshot, in_one_transaction, reading, table_of
from supply.once.models import Request
from supply.rows import insert_for
from supply.straight import ask_ahead, is_idle, let_writes_wait, run_straight, write_straight

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


@pytest.mark.parametrize("order", ["straight", "straight, mapper", "mapper, straight"])
@pytest.mark.parametrize("waiting", [False, True])
def test_a_savepoint_holds_what_goes_straight_and_what_the_mapper_does(app, order, waiting):
    def work(session):
        if waiting:
            let_writes_wait(session)
        straight(session, "before-it")
        within = session.begin_nested()
        for what in order.split(", "):
            if what == "straight":
                straight(session, "within-it")
            else:
                session.add(named("mapped-4"))
                session.flush()
        within.rollback()
        straight(session, "after-it")

    in_one_transaction(work)

    assert kept("before-it", "within-it", "after-it") == {"before-it", "after-it"}
    assert accounts("mapped-4") == 0


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


def test_more_than_the_pool_keeps_go_back_to_it(app):
    pool = db.engine.pool
    in_one_transaction(lambda session: straight(session, "straight-9"))
    others = [db.engine.connect() for _ in range(pool.size())]

    in_one_transaction(lambda session: straight(session, "straight-10"))

    assert not at_hand()
    for connection in others:
        connection.close()
    assert kept("straight-9", "straight-10") == {"straight-9", "straight-10"}


def test_those_at_hand_are_done_without_when_one_was_lost(app):
    in_one_transaction(lambda session: straight(session, "straight-11"))
    other = db.engine.connect()
    db.engine.pool.at_hand.append(other)
    driver = other.connection.dbapi_connection
    db.engine.pool.at_hand.reverse()  # the session takes the one used last
    session = reading()
    session.held().invalidate()

    session.rollback()

    assert not at_hand()
    assert other.closed
    assert db.engine.connect().connection.dbapi_connection is not driver


def test_what_failed_cannot_be_committed(app):
    """Whoever swallows what a statement said finds that nothing was done."""

    def work(session):
        straight(session, "straight-12")
        with contextlib.suppress(DBAPIError):
            session.execute(text("SELECT * FROM nowhere"))

    if db.engine.dialect.name == "sqlite":  # where only the statement failed
        in_one_transaction(work)
        assert kept("straight-12") == {"straight-12"}
        return
    with pytest.raises(DBAPIError, match="failed before"):
        in_one_transaction(work)
    assert kept("straight-12") == set()


def test_the_pool_closes_what_is_at_hand(app):
    in_one_transaction(lambda session: straight(session, "straight-8"))
    assert at_hand()
    connection = at_hand()[-1]

    db.engine.dispose()

    assert connection.closed
    assert not at_hand()


def doubled(*numbers):
    return [(text("SELECT CAST(:number AS bigint) * 2"), {"number": number}) for number in numbers]


def test_what_is_asked_ahead_is_answered_batch_by_batch(app):
    assert list(ask_ahead(reading(), [doubled(1, 2), doubled(3), doubled(4, 5, 6)])) == [[[(2,)], [(4,)]], [[(6,)]], [[(8,)], [(10,)], [(12,)]]]
    assert list(ask_ahead(reading(), [])) == []


def test_who_stops_listening_can_ask_something_else(app):
    answers = ask_ahead(reading(), [doubled(1), doubled(2), doubled(3)])
    assert next(answers) == [[(2,)]]
    answers.close()

    assert run_straight(reading(), *doubled(7)[0]) == [(14,)]
    straight(reading(), "ahead-1")
    reading().commit()
    assert kept("ahead-1") == {"ahead-1"}


def test_what_cannot_be_answered_is_told_in_its_place(app):
    answers = ask_ahead(reading(), [doubled(1), [(text("SELECT 1 FROM no_such_table"), {})], doubled(3)])
    with pytest.raises(DBAPIError, match="no_such_table"):
        list(answers)
    reading().rollback()

    assert run_straight(reading(), *doubled(7)[0]) == [(14,)]
