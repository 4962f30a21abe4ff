"""Many acts at the same moment, and what they were answered."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do the acts at the same moment, each in a thread of its own; gives their answers in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def codes(answers: Iterable[Any]) -> Counter[Any]:
    """Count the answers by status, the refusals by their code."""
    return Counter(answer.status_code if answer.status_code < 400 else answer.json["code"] for answer in answers)
