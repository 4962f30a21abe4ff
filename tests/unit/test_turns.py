"""Those who wait for the same thing are served together; whoever serves them, everybody has an outcome of their own."""

import threading
import time

import pytest

from supply.turns import NotServed, Turns


class Desk:
    """Somewhere many come at once; what was served together is kept."""

    def __init__(self, fails_at: object = None) -> None:
        self.turns = Turns()
        self.served: list[list[int]] = []
        self.fails_at = fails_at
        self.open = threading.Event()

    def serve(self, numbers):
        self.open.wait(5)
        self.served.append(list(numbers))
        if self.fails_at in numbers:
            raise ValueError(self.fails_at)
        return [number * 10 for number in numbers]

    def ask(self, number, queue="a"):
        return self.turns.serve(queue, number, self.serve)


def ask_at_once(desk, numbers, queue_of=lambda _number: "a"):
    found: dict[int, object] = {}

    def ask(number):
        try:
            found[number] = desk.ask(number, queue_of(number))
        except Exception as error:  # noqa: BLE001  what became of each is what is looked at
            found[number] = error

    threads = []
    for number in numbers:
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        time.sleep(0.02)
    desk.open.set()
    for thread in threads:
        thread.join(5)
    return found


def test_who_is_alone_is_served_at_once():
    desk = Desk()
    desk.open.set()

    assert [desk.ask(number) for number in (1, 2, 3)] == [10, 20, 30]
    assert desk.served == [[1], [2], [3]]


def test_those_who_came_meanwhile_are_served_together_each_with_their_own():
    desk = Desk()

    found = ask_at_once(desk, [1, 2, 3, 4])

    assert found == {1: 10, 2: 20, 3: 30, 4: 40}
    assert desk.served[0] == [1]
    assert sorted(desk.served[1]) == [2, 3, 4]


def test_what_is_waited_for_apart_is_served_apart():
    desk = Desk()

    found = ask_at_once(desk, [1, 2, 3, 4], queue_of=lambda number: number % 2)

    assert found == {1: 10, 2: 20, 3: 30, 4: 40}
    assert all(len({number % 2 for number in together}) == 1 for together in desk.served)


def test_where_serving_fails_who_served_is_told_why_and_the_others_to_do_it_alone():
    desk = Desk(fails_at=3)

    found = ask_at_once(desk, [1, 2, 3, 4])

    assert found[1] == 10
    why = [type(found[number]) for number in (2, 3, 4)]
    assert sorted(kind.__name__ for kind in why) == ["NotServed", "NotServed", "ValueError"]
    with pytest.raises(NotServed):
        raise found[next(number for number in (2, 3, 4) if why[number - 2] is NotServed)]


def test_after_everybody_left_nothing_of_the_queue_is_left():
    desk = Desk()
    ask_at_once(desk, range(8))

    assert desk.turns._queues == {}
