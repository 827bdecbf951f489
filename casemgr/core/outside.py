"""The one place from which a line leaves the house: to an address that the settings name, and to no other."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

Line = socket.socket
_FAREWELL = 2.0


class NotAllowed(OSError):
    """The settings name no such address."""


@dataclass(frozen=True)
class Outside:
    """The addresses that this installation may turn to."""

    hosts: frozenset[tuple[str, int]] = frozenset()
    sockets: frozenset[Path] = frozenset()

    def line(self, host: str, port: int, seconds: float) -> Line:
        """A line to another machine."""
        if (host, port) not in self.hosts:
            raise NotAllowed(f"{host}:{port} stands in no setting.")
        return socket.create_connection((host, port), timeout=seconds)

    def sealed_line(self, host: str, port: int, seconds: float, authority: Path | None) -> Line:
        """The same under TLS, to a machine that proves its name."""
        plain = self.line(host, port, seconds)
        try:
            return proving(authority).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def beside(self, path: Path, seconds: float, *, parcels: bool = False) -> Line:
        """A line to a program on this machine, by its socket; for parcels (datagrams), or for a stream."""
        if path not in self.sockets:
            raise NotAllowed(f"{path} stands in no setting.")
        line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if parcels else socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(str(path))
        except BaseException:
            line.close()
            raise
        return line


NOWHERE = Outside()


def addresses(host: str) -> list[str]:
    """The numbers of a machine as they are now."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return sorted({str(place[4][0]) for place in found})


def end(line: Line) -> None:
    """Close a line so that the other side keeps what is still on its way: one with unread bytes would be cut."""
    try:
        if isinstance(line, ssl.SSLSocket):
            line.settimeout(_FAREWELL)
            line.unwrap()
    except (OSError, ValueError):
        pass  # it has hung up already
    finally:
        line.close()


def proving(authority: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer with a checked certificate: of an authority that the machine trusts, or of this one."""
    context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
