"""Writing a calendar down as RFC 5545 wants it: lines of at most 75 octets, CRLF, UTC, marks that stay."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from casemgr.notices.terms import Entry

_LONGEST_LINE = 75  # octets, the line break not counted
_WARNING = timedelta(hours=2)


def calendar(entries: Sequence[Entry], *, name: str, word: str, link: str) -> bytes:
    """A whole calendar: each limit as a moment, with its case number."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//casemgr//due//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for entry in entries:
        lines += _event(entry, word, link)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(entry: Entry, word: str, link: str) -> Iterable[str]:
    title = escaped(f"{word} {entry.title}")
    return (
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{stamp(entry.changed_at)}",
        f"DTSTART:{stamp(entry.at)}",
        f"SUMMARY:{title}",
        f"URL:{link.rstrip('/')}{entry.link}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{title}",
        f"TRIGGER:-PT{int(_WARNING.total_seconds() // 3600)}H",
        "END:VALARM",
        "END:VEVENT",
    )


def stamp(instant: datetime) -> str:
    """An instant in UTC, as form 2 of the standard."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break written so that they end nothing."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """One content line, broken where it is too long, never inside a sign."""
    parts: list[bytes] = []
    rest, room = line, _LONGEST_LINE
    while len(rest.encode()) > room:
        cut = rest.encode()[:room].decode("utf-8", "ignore")
        parts.append(cut.encode())
        rest, room = rest[len(cut) :], _LONGEST_LINE - 1  # the space that begins a further line
    parts.append(rest.encode())
    return b"\r\n ".join(parts) + b"\r\n"
