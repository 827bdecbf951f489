"""The services diary as a page shows it: entries by week, and how each service stands today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.words import _, _l
from casemgr.intervention.plan import queries, rules
from casemgr.intervention.plan.models import ServiceEntry
from casemgr.intervention.plan.rules import Course
from casemgr.intervention.plan.showing import span
from casemgr.intervention.plan.terms import Answer, Content, Service
from casemgr.web.duration import day_short, moment_words

ANSWERS = {Answer.YES: _l("yes"), Answer.NO: _l("no"), Answer.UNKNOWN: _l("not known")}

COURSES = {
    Course.AHEAD: _l("not begun yet"),
    Course.LATE: _l("start has passed, nothing noted"),
    Course.RUNNING: _l("running"),
    Course.OVER: _l("planned time is over"),
}


@dataclass(frozen=True)
class Noted:
    """One entry of the diary in words."""

    id: str
    day: str
    service: str
    facts: Sequence[tuple[str, str]]
    promise: str
    promise_until: str
    promise_state: str  # '' | open | late | kept
    who: str
    late: str


@dataclass(frozen=True)
class Week:
    """The entries of one week."""

    title: str
    entries: Sequence[Noted]


@dataclass(frozen=True)
class Running:
    """A service of the approved plan and how it stands today."""

    number: int
    key: str
    what: str
    who: str
    span: str
    state: str
    course: Course
    tag: str


def by_week(desk: Desk, diary: queries.Diary) -> Sequence[Week]:
    """The diary by week, the newest first."""
    names = cases.names(desk, [entry.recorded_by for entry in diary.entries])
    today = local_day(desk.now)
    found = []
    for monday, entries in groupby(diary.entries, key=lambda entry: rules.week_of(entry.happened_on)):
        last = monday + timedelta(days=6)
        title = _("Week %(first)s to %(last)s", first=day_short(monday, today), last=day_short(last, today))
        found.append(Week(title, [_noted(entry, diary.services, names, desk) for entry in entries]))
    return found


def _noted(
    entry: ServiceEntry, services: Mapping[str, Service], names: Mapping[UUID, str], desk: Desk
) -> Noted:
    visit, today = queries.visit(entry), local_day(desk.now)
    service = services.get(entry.service_key)
    facts = [(_("Child seen"), str(ANSWERS[visit.seen])), (_("Seen alone"), str(ANSWERS[visit.alone]))]
    if visit.changed:
        facts.append((_("What has changed"), visit.changed))
    state = ""
    if entry.promise_on is not None:
        late = "late" if entry.promise_on < today else "open"
        state = "kept" if entry.promise_kept_at is not None else late
    recorded = local_day(entry.recorded_at)
    return Noted(
        id=str(entry.id),
        day=day_short(entry.happened_on, today),
        service=(service.what or "") if service is not None else _("A service of an earlier version"),
        facts=facts,
        promise=visit.promise or "",
        promise_until=day_short(entry.promise_on, today) if entry.promise_on else "",
        promise_state=state,
        who=names.get(entry.recorded_by, "") if entry.recorded_by else "",
        late=_("recorded %(moment)s", moment=moment_words(entry.recorded_at, desk.now))
        if (recorded - entry.happened_on).days > 1
        else "",
    )


def running(desk: Desk, content: Content, diary: queries.Diary) -> Sequence[Running]:
    """The services of a plan as they stand today."""
    today = local_day(desk.now)
    return [
        Running(
            number,
            row.key,
            row.what or "",
            row.who or "",
            span(row, desk),
            str(COURSES[course]),
            course,
            "amber" if course is Course.LATE else "green" if course is Course.RUNNING else "plain",
        )
        for number, row in enumerate(content.services, 1)
        for course in (rules.course(row, diary.noted(row.key), today),)
    ]
