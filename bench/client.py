"""Eight people at once, each asking again as soon as the answer is there, on the same line if the server keeps it."""

import itertools
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.crowd import at_once

CONNECTIONS = 8


@dataclass(frozen=True)
class Ask:
    """One page somebody asks for."""

    path: str
    token: str = ""

    @property
    def bytes(self) -> bytes:
        cookie = f"Cookie: sid={self.token}\r\n" if self.token else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: bench\r\n{cookie}\r\n".encode()


def together(port: int, asks: Sequence[Ask], *, requests: int) -> list[float]:
    """The seconds each answer took, asked for by eight people who never pause."""
    numbers = itertools.count()
    times: list[float] = []

    def one() -> None:
        line: socket.socket | None = None
        try:
            while (number := next(numbers)) < requests:
                began = time.perf_counter()
                line = line or _line(port)
                line.sendall(asks[number % len(asks)].bytes)
                kept = _read(line)
                times.append(time.perf_counter() - began)
                if not kept:
                    line.close()
                    line = None
        finally:
            if line is not None:
                line.close()

    at_once([one] * CONNECTIONS)
    return times


class Answers:
    """What those got who worked meanwhile."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.failed = 0


@contextmanager
def working(port: int, asks: Sequence[Ask]) -> Iterator[Answers]:
    """People at work until the block ends."""
    found, over = Answers(), threading.Event()

    def work() -> None:
        while not over.is_set():
            try:
                found.times += together(port, asks, requests=5 * CONNECTIONS)
            except (OSError, RuntimeError):
                found.failed += 1

    people = threading.Thread(target=work)
    people.start()
    try:
        yield found
    finally:
        over.set()
        people.join()


def ready(port: int, ask: Ask, *, within: float = 120) -> None:
    """Ask until a page is there: until then the server says that it is being prepared."""
    until = time.perf_counter() + within
    while True:
        try:
            for _ in range(CONNECTIONS):  # most probably each worker at least once
                together(port, [ask], requests=CONNECTIONS)
            return
        except RuntimeError as said:
            if "503" not in str(said) or time.perf_counter() > until:
                raise
            time.sleep(0.5)


def _line(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), 60)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _read(line: socket.socket) -> bool:
    """Read one answer: whether the server keeps the line. Anything but 200 is a fault of the benchmark."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"The server answered {head[:60]!r}: {body[:300]!r}")
    length = next(
        int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(line)
    return b"\r\nconnection: close" not in head.lower()


def _more(line: socket.socket) -> bytes:
    more = line.recv(1 << 20)
    if not more:
        raise ConnectionError("The server hung up.")
    return more
