"""Data protection in words: clocks with the article they rest on and how sure we are of it."""

from dataclasses import dataclass
from datetime import datetime

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.words import language
from casemgr.law import data_protection as law
from casemgr.law.basis import Status
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import vocabulary
from casemgr.privacy import clocks
from casemgr.privacy.models import DataIncident, DataRequest
from casemgr.web import duration
from casemgr.web.duration import ClockBadge


@dataclass(frozen=True)
class Clock:
    """One clock as a page shows it."""

    badge: ClockBadge
    what: str
    basis: str
    doubt: str  # empty where the text of the law was read


def _clock(name: str, start: datetime, due: datetime, stopped: datetime | None, now: datetime) -> Clock:
    rule = law.limit(name, local_day(start))
    shown = duration.clock_state(
        now, start, due, stopped, str(rule.unit), str(rule.kind), calendar=work_calendar()
    )
    return Clock(shown, rule.step.text(language()), rule.cite(language()), doubt_of(rule.status))


def doubt_of(status: Status) -> str:
    """What stands beside something whose source was not read; nothing where it was."""
    return "" if status is Status.CONFIRMED else status.wording.text(language())


def request_clocks(row: DataRequest, now: datetime) -> list[Clock]:
    """The two clocks of a request."""
    first = _clock("request_acknowledge", row.received_at, row.acknowledge_by, row.acknowledged_at, now)
    name = clocks.limit_of(row.kind, row.others_act)
    return [first, _clock(name, row.received_at, row.answer_by, row.answered_at, now)]


def incident_clocks(row: DataIncident, now: datetime) -> list[Clock]:
    """The clocks of an incident: the authority's, and those of a serious attack or fault."""
    start = row.detected_at
    found = [_clock("incident_authority", start, row.authority_by, row.authority_told_at, now)]
    if row.cyber_by is not None and row.cyber_report_by is not None:
        found.append(_clock("cyber_first_notice", start, row.cyber_by, row.cyber_told_at, now))
        found.append(_clock("cyber_full_report", start, row.cyber_report_by, row.cyber_reported_at, now))
    return found


def label(name: str, code: str) -> str:
    """What a code of a list is called."""
    return vocabulary(name).label(code, language())


def bases() -> list[tuple[str, str, str]]:
    """Each basis of processing: what it is called, its article, and how sure that is."""
    return [
        (one.label(language()), one.cite(language()), doubt_of(one.status))
        for one in vocabulary("processing_bases")
    ]


def name_of(desk: Desk, account_id: object) -> str:
    """Who of the staff it was."""
    return next(iter(cases.names(desk, [account_id]).values()), "")  # type: ignore[list-item]
