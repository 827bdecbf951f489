"""Lines of the log on their way to another system, beside the work: a slow or dead receiver holds nobody up.

Each line is one JSON object in a frame of syslog (RFC 5424, over TLS counted as RFC 5425 has it).
"""

import atexit
import json
import os
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from casemgr.core.outside import Line, Outside, end

INFO, WARNING, ERROR = 6, 4, 3
_FACILITY = 10 << 3  # security and authorisation
_WAITING = 10_000  # lines kept while nobody takes them
_PATIENCE, _SHORTEST, _LONGEST, _AT_THE_END = 10.0, 0.2, 60.0, 3.0
Open = Callable[[], Line]


class Forwarder:
    """Hands lines to another system, in the order in which they came. What could not be kept is counted and told."""

    def __init__(self, open_line: Open, *, counted: bool) -> None:
        self._open, self._counted = open_line, counted
        self._guard = threading.Lock()
        self._process = 0
        self._ended = threading.Event()
        self._lines: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._lost = 0

    def put(self, line: str, severity: int = INFO) -> None:
        """Take a line on; never waits."""
        self._begin()
        try:
            self._lines.put_nowait(self._framed(line, severity))
        except queue.Full:
            self._lost += 1

    def tell(self, told: Mapping[str, object], severity: int = INFO) -> None:
        """The same for something that is no line yet."""
        self.put(json.dumps(told, ensure_ascii=False, separators=(",", ":")), severity)

    def close(self) -> None:
        """Send what waits, for a moment."""
        with self._guard:
            if self._process != os.getpid():
                return
            self._process = 0
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._ended.wait(_AT_THE_END)

    def _begin(self) -> None:
        with self._guard:
            if self._process == os.getpid():
                return
            self._process, self._ended = os.getpid(), threading.Event()
            self._lines = queue.Queue(_WAITING)
            threading.Thread(target=self._send, name="log", daemon=True).start()
            atexit.register(self.close)

    def _framed(self, line: str, severity: int) -> bytes:
        if not self._counted:
            return f"<{_FACILITY | severity}>casemgr[{os.getpid()}]: {line}".encode()
        told = f"<{_FACILITY | severity}>1 - - casemgr {os.getpid()} - - {line}".encode()
        return b"%d %b" % (len(told), told)

    def _send(self) -> None:
        lines, ended = self._lines, self._ended
        line: Line | None = None
        wait = _SHORTEST
        told = lines.get()
        while told is not None:
            try:
                line = line or self._open()
                if self._lost:
                    lost, self._lost = self._lost, 0
                    said = json.dumps({"event": "log lines lost", "count": lost})
                    line.sendall(self._framed(said, WARNING))
                line.sendall(told)
            except OSError:
                if line is not None:
                    line.close()
                line = None
                ended.wait(wait)
                wait = min(wait * 2, _LONGEST)
                continue
            wait = _SHORTEST
            told = lines.get()
        if line is not None:
            end(line)
        ended.set()


def forwarder(address: str, outside: Outside, authority: Path | None) -> Forwarder | None:
    """Who hands lines on, as the setting says it: `tls://host:port`, `unix:/dev/log`, or nobody."""
    if not address:
        return None
    told = urlsplit(address)
    if told.scheme == "unix":
        return Forwarder(lambda: outside.beside(Path(told.path), _PATIENCE, parcels=True), counted=False)
    host, port = told.hostname or "", told.port or 0
    return Forwarder(lambda: outside.sealed_line(host, port, _PATIENCE, authority), counted=True)


def of_trail(told: Mapping[str, object]) -> Mapping[str, object]:
    """What of an entry of the trail goes to another system: who, what, when, about which number. No address, nothing sealed."""
    return {"event": "trail", **{name: told[name] for name in _OF_TRAIL if name in told}}


_OF_TRAIL = (
    "at",
    "actor",
    "action",
    "object",
    "role",
    "unit",
    "result",
    "count",
    "run",
    "n",
    "door",
    "right",
)
