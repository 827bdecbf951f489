"""How many pages one person, or how many questions one machine, may ask for: far more than work needs, fewer than copying
a register takes. Each server process counts for itself."""

from datetime import datetime, timedelta
from threading import Lock

MOST = 600
SPAN = timedelta(minutes=5)
_KEPT = 10_000  # of so many at once; then those whose span is over are forgotten


class Pace:
    """Counts by span of time. Nothing is refused for longer than a span."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: dict[str, tuple[datetime, int]] = {}
        self._turn = Lock()

    def wait(self, who: str, now: datetime) -> int:
        """For how many seconds somebody has to wait who asks once more now; 0 if not at all."""
        with self._turn:
            since, count = self._seen.get(who, (now, 0))
            if not timedelta(0) <= now - since < SPAN:
                since, count = now, 0
            if len(self._seen) >= _KEPT:
                self._seen = {name: told for name, told in self._seen.items() if now - told[0] < SPAN}
            self._seen[who] = since, count + 1
        return 0 if count < self._most else int((since + SPAN - now).total_seconds()) + 1
