"""Eight people at once: connections that are kept, each asking again as soon as it has its answer."""

import itertools
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

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
    """The seconds each answer took, with eight connections that never pause."""
    numbers = itertools.count()
    times: list[float] = []
    faults: list[BaseException] = []

    def one() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), 60) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (number := next(numbers)) < requests:
                    began = time.perf_counter()
                    line.sendall(asks[number % len(asks)].bytes)
                    _read(line)
                    times.append(time.perf_counter() - began)
        except Exception as fault:  # noqa: BLE001 - raised again by the one who waits
            faults.append(fault)

    people = [threading.Thread(target=one) for _ in range(CONNECTIONS)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if faults:
        raise faults[0]
    return times


def _read(line: socket.socket) -> bytes:
    """One answer; anything but 200 is a fault of the benchmark."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(65536)
        if not more:
            raise ConnectionError("The server hung up.")
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"The server answered {head[:60]!r}: {body[:300]!r}")
    length = next(
        int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length")
    )
    while len(body) < length:
        body += line.recv(1 << 20)
    return body
