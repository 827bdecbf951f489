"""Looks that somebody should ask about. Facts in, findings out; nobody is accused by a rule, a person asks and decides."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from casemgr.core.calendar import LOCAL
from casemgr.oversight.terms import Why

THRESHOLD = 3
RARE = 0.02  # part of everybody who has a family name; Nguyễn is four in ten
_FILES, _DAYS, _NIGHTS, _SEARCHES = 6, 3, 3, 8
_NIGHT_FROM, _NIGHT_TO = 22, 5
_COVER = timedelta(days=14)  # work on a file explains looks this long before and after it


@dataclass(frozen=True)
class Look:
    """One look of one person at one file."""

    account: UUID
    at: datetime
    about: str
    assigned: bool  # holds the case or is named on it, or is its chair or supervisor
    namesake: float | None = None  # how common the family name is that both have; None: another name


@dataclass(frozen=True)
class Work:
    """Something a person did on a file."""

    account: UUID
    at: datetime
    about: str


@dataclass(frozen=True)
class Search:
    """One search of one person."""

    account: UUID
    at: datetime


@dataclass(frozen=True)
class Touch:
    """One person opened, asked for, or searched by its name, something that does not exist."""

    account: UUID
    at: datetime


@dataclass(frozen=True)
class Lured:
    """Somebody who went to what no work leads to: once is enough."""

    account: UUID
    times: int
    last: datetime


@dataclass(frozen=True)
class Found:
    """A person's looks, at one file or as a habit, and why somebody should ask."""

    account: UUID
    about: str
    reasons: Mapping[Why, int]
    weight: int
    last: datetime


def suspicious(looks: Iterable[Look], works: Iterable[Work], searches: Iterable[Search]) -> Sequence[Found]:
    """What should be asked about, the heaviest first."""
    all_looks = list(looks)
    worked: dict[tuple[UUID, str], list[datetime]] = defaultdict(list)
    for work in works:
        worked[work.account, work.about].append(work.at)
    idle = [look for look in all_looks if not look.assigned and not _explained(look, worked)]
    found = [*_of_files(idle), *_of_habits(idle, all_looks, searches)]
    return sorted(found, key=lambda one: (-one.weight, str(one.account), one.about))


def lured(touches: Iterable[Touch], since: datetime) -> Sequence[Lured]:
    """Who touched a honey record since an instant, the last first."""
    by_account: dict[UUID, list[datetime]] = defaultdict(list)
    for touch in touches:
        if touch.at > since:
            by_account[touch.account].append(touch.at)
    found = [Lured(account, len(times), max(times)) for account, times in by_account.items()]
    return sorted(found, key=lambda one: (one.last, str(one.account)), reverse=True)


def is_night(at: datetime) -> bool:
    """Whether an instant lies at night where the people are."""
    hour = at.astimezone(LOCAL).hour
    return hour >= _NIGHT_FROM or hour < _NIGHT_TO


def _explained(look: Look, worked: Mapping[tuple[UUID, str], Sequence[datetime]]) -> bool:
    done = worked.get((look.account, look.about), ())
    return any(abs(look.at - at) <= _COVER for at in done)


def _of_files(idle: Sequence[Look]) -> Iterable[Found]:
    """One person and one file: a look that chance explains weighs little, coming back or a shared name weighs much."""
    by_file: dict[tuple[UUID, str], list[Look]] = defaultdict(list)
    for look in idle:
        by_file[look.account, look.about].append(look)
    for (account, about), mine in by_file.items():
        reasons: dict[Why, int] = {}
        weight = 0
        days = len({look.at.astimezone(LOCAL).date() for look in mine})
        if days >= _DAYS:
            reasons[Why.AGAIN], weight = days, weight + 3
        if any(look.namesake is not None and look.namesake <= RARE for look in mine):
            reasons[Why.NAMESAKE], weight = len(mine), weight + 2 + (len(mine) > 1)
        nights = sum(is_night(look.at) for look in mine)
        if nights:
            reasons[Why.NIGHT], weight = nights, weight + 1
        if weight >= THRESHOLD:
            yield Found(account, about, reasons, weight, max(look.at for look in mine))


def _of_habits(idle: Sequence[Look], looks: Sequence[Look], searches: Iterable[Search]) -> Iterable[Found]:
    """One person and many files, or none."""
    files: dict[UUID, set[str]] = defaultdict(set)
    nights: Counter[UUID] = Counter()
    last: dict[UUID, datetime] = {}
    for look in idle:
        files[look.account].add(look.about)
        nights[look.account] += is_night(look.at)
        last[look.account] = max(look.at, last.get(look.account, look.at))
    opened = {(look.account, look.at.astimezone(LOCAL).date()) for look in looks}
    days: Counter[tuple[UUID, object]] = Counter()
    for search in searches:
        day = search.at.astimezone(LOCAL).date()
        if (search.account, day) not in opened:
            days[search.account, day] += 1
            last[search.account] = max(search.at, last.get(search.account, search.at))
    most: Counter[UUID] = Counter()
    for (account, _day), count in days.items():
        most[account] = max(most[account], count)
    for account, when in last.items():
        reasons: dict[Why, int] = {}
        weight = 0
        if len(files[account]) >= _FILES:
            reasons[Why.UNASSIGNED], weight = len(files[account]), weight + 3
        if nights[account] >= _NIGHTS:
            reasons[Why.NIGHT], weight = nights[account], weight + 3
        if most[account] >= _SEARCHES:
            reasons[Why.SEARCHING], weight = most[account], weight + 3
        if weight >= THRESHOLD:
            yield Found(account, "", reasons, weight, when)
