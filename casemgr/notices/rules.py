"""Who is told, and when, if nobody reacts. Pure: matters and thresholds in, levels out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from casemgr.core.findings import Findings, blocks
from casemgr.core.periods import holds
from casemgr.core.words import _l
from casemgr.notices.terms import CountedFrom, Level, Matter, Staff, Standing, Threshold

ORDER: Sequence[Level] = (Level.HOLDER, Level.CHAIR, Level.PROVINCE, Level.NATION)
MOST_TRIES = 8
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=4)
LONGEST_ADDRESS = 254


def in_force(thresholds: Collection[Threshold], day: date) -> Sequence[Threshold]:
    """The thresholds that hold on a day."""
    return [row for row in thresholds if holds(row.valid_from, row.valid_to, day)]


def instant(matter: Matter, threshold: Threshold) -> datetime | None:
    """When a level is told about a matter: never before the matter began; None when no limit is set."""
    if threshold.counted_from is CountedFrom.SINCE:
        return matter.since + threshold.after
    return None if matter.due_at is None else max(matter.since, matter.due_at + threshold.after)


def standing(matter: Matter, thresholds: Collection[Threshold], now: datetime) -> Standing:
    """Which levels are told by now, and which comes next."""
    planned = sorted(
        (
            (at, ORDER.index(row.level), row.level)
            for row in thresholds
            if row.about is matter.about and (at := instant(matter, row)) is not None
        ),
    )
    told = [(level, at) for at, _place, level in planned if at <= now]
    ahead = next(((level, at) for at, _place, level in planned if at > now), None)
    return Standing(told, ahead)


def recipients(
    level: Level, staff: Staff, deputies: Mapping[UUID, Sequence[UUID]]
) -> tuple[Sequence[UUID], Level | None]:
    """Who hears it at a level: where nobody holds the role the next level does; a deputy hears it beside the absent."""
    groups: Mapping[Level, Sequence[UUID]] = {
        Level.HOLDER: staff.holder or staff.officers,
        Level.CHAIR: staff.chairs,
        Level.PROVINCE: staff.province,
        Level.NATION: staff.nation,
    }
    for reached in ORDER[ORDER.index(level) :]:
        found = groups[reached]
        if found:
            beside = [deputy for one in found for deputy in deputies.get(one, ())]
            return tuple(dict.fromkeys((*found, *beside))), reached
    return (), None


def key(matter: Matter, level: Level) -> str:
    """The mark under which a level is told about a matter once."""
    return f"{matter.ref}:{level}"


def wait_before_next_try(tries: int) -> timedelta | None:
    """How long a letter waits after so many tries that failed; None when it is given up."""
    if tries >= MOST_TRIES:
        return None
    minutes: int = 4 ** max(0, tries - 1)
    return min(_LONGEST_WAIT, _FIRST_WAIT * minutes)


def may_be_written_to(address: str) -> Findings:
    """Whether this can be an address for letters: one line, one at-sign, nothing that would end a header."""
    name, at, host = address.partition("@")
    fits = (
        bool(name and at and host)
        and "@" not in host
        and "." in host.strip(".")
        and len(address) <= LONGEST_ADDRESS
        and address.isascii()
        and address.isprintable()
        and not any(sign in address for sign in " ,;<>()[]\\\"'")
    )
    return Findings(
        blocks(
            "no-address",
            _l("This is no e-mail address. Write it like name@office.gov.vn, or leave it empty."),
            when=not fits,
            field="email",
        )
    )
