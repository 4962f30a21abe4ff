"""The load client: one thread, many kept-alive connections, requests made before the clock starts. The same for ours and the yardstick."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

HEAD_END = b"\r\n\r\n"
WAIT_SECONDS = 60


class NoAnswer(Exception):
    """The server closed the connection or said nothing for a minute."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a load came to: how long it took, how long each answer, and with which status."""

    seconds: float
    latencies: Sequence[float]
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Give the answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Give the latency that so many percent stay under."""
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, read whole."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """Give a header's value."""
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b": ")
            if found.decode().lower() == name.lower():
                return value.decode()
        return None


@dataclass(slots=True)
class Connection:
    """A kept-alive connection with at most one question open."""

    port: int
    stream: socket.socket = field(init=False)
    asked_at: float = 0.0
    read: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        """Connect; small packets leave at once."""
        self.stream = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, question: bytes) -> None:
        """Ask."""
        self.asked_at = time.perf_counter()
        self.stream.sendall(question)

    def receive(self) -> Reply | None:
        """Read what has come; give the answer once it is whole."""
        part = self.stream.recv(262_144)
        if not part:
            raise NoAnswer
        self.read += part
        head_ends = self.read.find(HEAD_END)
        if head_ends < 0:
            return None
        head = bytes(self.read[:head_ends])
        body_starts = head_ends + len(HEAD_END)
        whole = body_starts + _length(head)
        if len(self.read) < whole:
            return None
        body = bytes(self.read[body_starts:whole])
        self.read.clear()
        return Reply(status=int(head[9:12]), head=head, body=body)

    def ask(self, question: bytes) -> Reply:
        """Ask and wait for the answer."""
        self.send(question)
        while True:
            if (reply := self.receive()) is not None:
                return reply


def drive(port: int, questions: Sequence[bytes], *, clients: int) -> Load:
    """Ask all the questions through so many connections, each with its next question as soon as it has its answer."""
    waiting = iter(questions)
    connections = [Connection(port) for _ in range(clients)]
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as poll:
        started = time.perf_counter()
        open_now = sum(_next(connection, waiting, poll) for connection in connections)
        while open_now:
            ready = poll.select(WAIT_SECONDS)
            if not ready:
                raise NoAnswer
            for key, _ in ready:
                connection: Connection = key.data
                if (reply := connection.receive()) is None:
                    continue
                latencies.append(time.perf_counter() - connection.asked_at)
                statuses[reply.status] += 1
                if (question := next(waiting, None)) is None:
                    poll.unregister(connection.stream)
                    open_now -= 1
                else:
                    connection.send(question)
        seconds = time.perf_counter() - started
    for connection in connections:
        connection.stream.close()
    return Load(seconds=seconds, latencies=latencies, statuses=statuses)


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Write a POST of JSON."""
    return _head("POST", path, headers | {"Content-Type": "application/json", "Content-Length": str(len(body))}) + body


def get(path: str, headers: dict[str, str]) -> bytes:
    """Write a GET."""
    return _head("GET", path, headers)


def _next(connection: Connection, waiting: Iterator[bytes], poll: selectors.BaseSelector) -> bool:
    if (question := next(waiting, None)) is None:
        return False
    poll.register(connection.stream, selectors.EVENT_READ, connection)
    connection.send(question)
    return True


def _head(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + HEAD_END


def _length(head: bytes) -> int:
    start = head.lower().find(b"content-length: ")
    return int(head[start + 16 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
