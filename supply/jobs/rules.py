"""When timed work is due, and who may take it up. Pure.

Days and times are those of Oslo's clocks. Nothing is due between two and three in the night: one night has that hour twice, another not at all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from supply.clock import OSLO

LEASE = timedelta(minutes=10)
"""How long a run may be silent before somebody else takes it up."""
TRIES_MAX = 5
"""How often a run that fails is tried; the next time it is due is another run."""
STANDSTILL = timedelta(hours=26)
"""After how long without a job being done everybody is told: a day, and the hour by which the longest day is longer, and one to spare."""
_QUIET = (time(2), time(3))


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Once a day at a time of Oslo's clocks. Refuses one between two and three."""

    at: time

    def __post_init__(self) -> None:
        if _QUIET[0] <= self.at < _QUIET[1]:
            raise ValueError("nothing is due between two and three in the night")

    def last(self, now: datetime) -> datetime:
        """Give when it was last due."""
        day = now.astimezone(OSLO).date()
        due = datetime.combine(day, self.at, OSLO).astimezone(UTC)
        return due if due <= now else datetime.combine(day - timedelta(days=1), self.at, OSLO).astimezone(UTC)

    def next(self, now: datetime) -> datetime:
        """Give when it is due next."""
        day = self.last(now).astimezone(OSLO).date() + timedelta(days=1)
        return datetime.combine(day, self.at, OSLO).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Every:
    """Every so many minutes of the hour or the day, but for the hour between two and three."""

    minutes: int

    def last(self, now: datetime) -> datetime:
        """Give when it was last due."""
        due = self._on_the_beat(now)
        while self._is_quiet(due):
            due -= timedelta(minutes=self.minutes)
        return due

    def next(self, now: datetime) -> datetime:
        """Give when it is due next."""
        due = self._on_the_beat(now) + timedelta(minutes=self.minutes)
        while self._is_quiet(due):
            due += timedelta(minutes=self.minutes)
        return due

    def _is_quiet(self, due: datetime) -> bool:
        return _QUIET[0] <= due.astimezone(OSLO).time() < _QUIET[1]

    def _on_the_beat(self, now: datetime) -> datetime:
        seconds = self.minutes * 60
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


Schedule = Daily | Every


class RunLike(Protocol):
    """What the rules need to know of a run."""

    @property
    def outcome(self) -> str:
        """Say running, done, failed or lost."""

    @property
    def tries(self) -> int:
        """Say how often it was begun."""

    @property
    def beat_at(self) -> datetime:
        """Say when it last gave a sign of life; when it ended, if it has."""


def is_silent(run: RunLike, now: datetime) -> bool:
    """Whether whoever runs it is gone: no sign of life for too long. One from the future is none, the clock was ahead then."""
    return abs(now - run.beat_at) > LEASE


def may_take(run: RunLike | None, now: datetime) -> bool:
    """Whether somebody may take a run up: it is not there yet, whoever ran it is gone, or it failed and has waited (1, 2, 4, 8 minutes)."""
    if run is None:
        return True
    if run.outcome == "running":
        return is_silent(run, now)
    if run.outcome == "failed":
        return run.tries < TRIES_MAX and abs(now - run.beat_at) >= timedelta(minutes=2 ** (run.tries - 1))
    return run.outcome == "lost"


def stands_still(last_done: datetime | None, began_at: datetime, now: datetime) -> bool:
    """Whether a job has not been done for too long: since it was last, or since there was something to do."""
    return now - (last_done or began_at) > STANDSTILL
