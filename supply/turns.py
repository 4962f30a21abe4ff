"""Those who wait for the same thing are served together: one of them does it for all who came while the one before was busy."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Outcome = TypeVar("Outcome")


class NotServed(Exception):
    """Who served for all could not; everybody has to do it alone."""


@dataclass(slots=True, eq=False)
class _Waiter(Generic[Asked, Outcome]):
    """Somebody in a queue: woken either with an outcome, or to serve next."""

    asked: Asked
    woken: threading.Event = field(default_factory=threading.Event)
    served: bool = False
    outcome: Outcome | None = None


class Turns(Generic[Asked, Outcome]):
    """The queues of one process, by what is waited for; nobody waits where nobody else is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[Hashable, list[_Waiter[Asked, Outcome]]] = {}

    def serve(self, queue: Hashable, asked: Asked, serve_all: Callable[[Sequence[Asked]], Sequence[Outcome]]) -> Outcome:
        """Give the outcome of what is asked, served by oneself or by somebody else in the queue.

        `serve_all` gives an outcome for each of those asked, the own one first; what it raises is raised to who called it, and NotServed to those who waited.
        """
        with self._lock:
            waiting = self._queues.get(queue)
            if waiting is None:
                own, waiting = None, []
                self._queues[queue] = waiting
            else:
                own = _Waiter[Asked, Outcome](asked)
                waiting.append(own)
        if own is not None:
            own.woken.wait()  # nothing may fail between joining and waiting: who left the queue would be woken to serve, and nobody would
            if own.served:
                if own.outcome is None:
                    raise NotServed
                return own.outcome
        return self._lead(queue, waiting, asked, serve_all)

    def _lead(self, queue: Hashable, waiting: list[_Waiter[Asked, Outcome]], asked: Asked, serve_all: Callable[[Sequence[Asked]], Sequence[Outcome]]) -> Outcome:
        """Serve oneself and all who wait by now, then wake the first of those who came meanwhile to serve next."""
        with self._lock:
            others = waiting[:]
            waiting.clear()
        try:
            own, *outcomes = serve_all([asked, *[other.asked for other in others]])
            for other, outcome in zip(others, outcomes, strict=True):
                other.outcome = outcome
        finally:
            for other in others:
                other.served = True
                other.woken.set()
            with self._lock:
                if waiting:
                    waiting.pop(0).woken.set()
                else:
                    del self._queues[queue]
        return own
