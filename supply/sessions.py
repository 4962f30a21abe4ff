"""The session of a request or command: it holds its connection itself, and the mapper joins in when it is used.

Of what SQLAlchemy does around a transaction, most is the mapper's own account of it. Statements that go straight to the driver need none, and every posting is made of those.
"""

from functools import cached_property
from typing import Any

import flask_sqlalchemy.session
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.pool import QueuePool

from supply.straight import ALONG, is_idle, run_together


class HandyPool(QueuePool):
    """A pool that has connections at hand which are in nobody's transaction, the one used last at the end. To take one from there is a fraction of what it takes to check one out and in again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin with none."""
        super().__init__(*args, **options)
        self.at_hand: list[Connection] = []

    def put_away(self) -> None:
        """Take them in as any others."""
        while self.at_hand:
            self.at_hand.pop().close()

    def lose(self) -> None:
        """Do without them: where one was lost the others are likely lost too."""
        while self.at_hand:
            lost = self.at_hand.pop()
            lost.invalidate()
            lost.close()

    def dispose(self) -> None:
        """Close them all."""
        self.put_away()
        super().dispose()


class HoldingSession(flask_sqlalchemy.session.Session):
    """A session of the one database; whoever uses the mapper finds it as SQLAlchemy's own."""

    _held: Connection | None = None
    _alone: bool = False
    """Whether the connection has options that nobody else is to have."""

    def __init__(self, db: Any, **options: Any) -> None:
        """Let the mapper commit and roll back what was begun here."""
        super().__init__(db, join_transaction_mode="control_fully", **options)

    @cached_property
    def engine(self) -> Engine:
        """Give the database without asking it anything."""
        engine: Engine = self._db.engine
        return engine

    def held(self, **options: Any) -> Connection:
        """Give the connection and its transaction, begun with some options where there is none yet."""
        if self._held is None:
            try:
                connection = self._pool.at_hand.pop()
            except IndexError:
                connection = self.engine.connect()
            self._alone = bool(options)
            try:
                if options:
                    connection = connection.execution_options(**options)
                connection.begin()
            except BaseException:
                connection.close()
                raise
            self._held = connection
        return self._held

    def connection(self, *_: Any, **__: Any) -> Connection:
        """Give the connection, the mapper's too."""
        return self._held or self.held()

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Give the mapper the connection that is held."""
        return self._held or self.held()

    def begin_nested(self) -> SessionTransaction:
        """Begin a savepoint at once: SQLAlchemy would wait until the mapper is used, and what goes straight before that would not be within it."""
        nested = super().begin_nested()
        super().connection()
        return nested

    def in_transaction(self) -> bool:
        """Tell whether anything was begun."""
        return self._held is not None

    def commit(self) -> None:
        """Commit what the mapper holds back and what was run, and let the connection go. What was to be asked along and was not yet is asked first, and may stand in the way."""
        if ALONG in self.info:
            run_together(self, ())
        if self._transaction is not None:
            super().commit()
        if self._held is not None:
            if self._held.in_transaction():
                self._held.commit()
            self._let_go()

    def rollback(self) -> None:
        """Undo all of it, and let the connection go."""
        try:
            if self._transaction is not None:
                super().rollback()
        finally:
            self._let_go()

    def close(self) -> None:
        """Undo what was not committed, and forget everything; where nothing is kept there is nothing to forget. Where the database dropped the connection meanwhile, what was answered stands."""
        try:
            if self._transaction is not None or self.identity_map or self._new:
                super().close()
            self._let_go()
        except DBAPIError:
            self.invalidate()

    def invalidate(self) -> None:
        """Give up a connection that can no longer be relied on."""
        if self._held is not None:
            self._held.invalidate()
        super().invalidate()
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        try:
            held.rollback()
        except BaseException:
            held.close()
            raise
        if held.invalidated:
            self._pool.lose()
        if held.invalidated or self._alone or self._pool.overflow() > 0 or not is_idle(held):
            held.close()  # where there are more than the pool keeps somebody may wait for one
        else:
            self._pool.at_hand.append(held)

    @property
    def _pool(self) -> HandyPool:
        pool: HandyPool = self.engine.pool  # type: ignore[assignment]  # as supply.db sets it up
        return pool
