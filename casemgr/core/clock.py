"""The only file that asks the machine for the time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can tell the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and rehearsals."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("A fixed clock needs an instant with its time zone.")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def move(self, span: timedelta) -> None:
        """Let the given span pass."""
        self._instant += span


def clock_from(instant: str | None) -> Clock:
    """The system's clock, or one fixed at an ISO instant that starts with the zone given (tests only)."""
    return FixedClock(datetime.fromisoformat(instant)) if instant else SystemClock()
