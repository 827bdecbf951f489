"""What else belongs to a person's day: promises stand elsewhere; here handovers, answers, visits, birthdays, silence, drafts, practice.

Columns and few rows: it is read with every worklist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, literal, select, type_coerce

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.questions import Question
from casemgr.access.roles import REACH, Reach
from casemgr.access.sight import Sight
from casemgr.accounts import queries as accounts
from casemgr.accounts.seconding import kind_of
from casemgr.assessment.models import Assessment
from casemgr.assessment.rules import may_be_written
from casemgr.assessment.terms import Kind
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.children.terms import Birth
from casemgr.core.calendar import day_end, local_day
from casemgr.core.conditions import OneOfMany
from casemgr.core.instants import Instant
from casemgr.core.prepared import gap
from casemgr.core.words import _
from casemgr.handovers.models import Handover
from casemgr.intervention.care import queries as care
from casemgr.intervention.care.models import CareDuty
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.services import rules as services
from casemgr.intervention.services.models import ServiceAnswer, ServiceRequest
from casemgr.intervention.services.terms import State as Asking
from casemgr.review.models import Review
from casemgr.search import queries as search

SHOWN = 8
_AHEAD = timedelta(days=7)
# Settings of the house, dated: after how long without a line an open case counts as silent.
_SILENT_AFTER = ((date(2017, 7, 1), timedelta(days=14)),)  # two visits a month are the least a plan asks for
_DRAFT = "draft"


@dataclass(frozen=True)
class Reminder:
    """One line: a number, perhaps a time, perhaps another unit."""

    number: str
    at: datetime | None = None
    unit_id: int | None = None
    code: str = ""


@dataclass(frozen=True)
class Day:
    """What waits beside the worklist."""

    handovers: Sequence[Reminder] = ()  # that wait for an answer of ours
    sent: Sequence[Reminder] = ()  # that wait for an answer of others
    answers: Sequence[Reminder] = ()
    unanswered: Sequence[Reminder] = ()  # by providers, for days
    visits: Sequence[Reminder] = ()
    sixteen: Sequence[tuple[str, Birth]] = ()  # children in care who turn sixteen soon
    silent: Sequence[Reminder] = ()
    drafts: Sequence[Reminder] = ()
    rehearsals: Sequence[cases.Listed] = ()
    requests: int = 0  # of other offices to see a file of ours


@dataclass(frozen=True)
class Waiting:
    """One thing beside the cases that waits for a person: what, until when in words, and where."""

    what: str
    when: str
    url: str


_ALSO: list[Callable[[Desk], Sequence[Waiting]]] = []


def also(look: Callable[[Desk], Sequence[Waiting]]) -> Callable[[Desk], Sequence[Waiting]]:
    """Let a room above say what else waits on the first page."""
    _ALSO.append(look)
    return look


def besides(desk: Desk) -> Sequence[Waiting]:
    """What else waits for the person at the desk, beside cases."""
    return [*_to_sign(desk), *(one for look in _ALSO for one in look(desk))]


def _to_sign(desk: Desk) -> Sequence[Waiting]:
    """What others asked for and a second person has to sign, by kind."""
    waiting = {kind_of(code): count for code, count in accounts.to_sign(desk).items()}
    return [
        Waiting(
            _("Asks for a second signature: %(what)s (%(count)s).", what=kind.title, count=count),
            "",
            kind.place,
        )
        for kind, count in waiting.items()
    ]


def silent_after(on: date) -> timedelta:
    """After how long without a line an open case counts as silent."""
    return next((span for since, span in reversed(_SILENT_AFTER) if since <= on), timedelta.max)


def of_today(desk: Desk, open_ones: Sequence[cases.CaseLine]) -> Day:
    """The day of whoever works in a commune; a province looks at its overview instead."""
    if desk.actor.role is None or REACH[desk.actor.role] is not Reach.OWN_UNIT or not desk.actor.units:
        return Day()
    to_us, from_us = _handovers(desk)
    return Day(
        handovers=to_us,
        sent=from_us,
        answers=_answers(desk),
        unanswered=_unanswered(desk),
        visits=_visits(desk),
        sixteen=care.turning_sixteen(desk)[:SHOWN],
        silent=_silent(desk, silent_after(local_day(desk.now))),
        drafts=_drafts(desk, open_ones),
        rehearsals=cases.rehearsals(desk) if desk.actor.may(Permission.REPORT_DECIDE) else (),
        requests=search.requests_waiting(desk) if desk.actor.may(Permission.ACCESS_ANSWER) else 0,
    )


def _ours(sight: Sight) -> ColumnElement[bool]:
    return Case.rehearsal.is_(False) & sight.covers(Case.unit_id)


_HANDOVERS: Question[Any] = Question(
    lambda sight: (
        select(Case.number, Handover.sent_at, Handover.from_unit_id, Handover.to_unit_id)
        .join(Case, Case.id == Handover.case_id)
        .where(Handover.ended_at.is_(None), sight.covers(Handover.to_unit_id, Handover.from_unit_id))
        .order_by(Handover.sent_at, Handover.id)
    )
)
_ANSWERS: Question[Any] = Question(
    lambda sight: (
        select(Case.number, ServiceAnswer.answered_at, ServiceAnswer.state)
        .join(Case, Case.id == ServiceAnswer.case_id)
        .where(ServiceAnswer.seen_at.is_(None), ServiceAnswer.by_officer.is_(False), _ours(sight))
        .order_by(ServiceAnswer.answered_at, ServiceAnswer.id)
        .limit(SHOWN)
    )
)
_UNANSWERED: Question[Any] = Question(
    lambda actor: (
        select(Case.number, ServiceRequest.asked_at)
        .join(Case, Case.id == ServiceRequest.case_id)
        .where(
            ServiceRequest.state == Asking.ASKED,
            ServiceRequest.asked_at <= gap("until", Instant()),
            Case.closed_at.is_(None),
            _ours(actor),
        )
        .order_by(ServiceRequest.asked_at, ServiceRequest.id)
        .limit(SHOWN)
    )
)
_VISITS: Question[Any] = Question(
    lambda sight: (
        select(Case.number, CareDuty.due_at, CareDuty.track)
        .join(Case, Case.id == CareDuty.case_id)
        .where(CareDuty.stopped_at.is_(None), CareDuty.due_at <= gap("until", Instant()), _ours(sight))
        .order_by(CareDuty.due_at, CareDuty.id)
        .limit(SHOWN)
    )
)
_SILENT: Question[Any] = Question(
    lambda sight: (
        select(Case.number, Case.moved_at)
        .where(Case.closed_at.is_(None), Case.moved_at < gap("since", Instant()), _ours(sight))
        .order_by(Case.moved_at, Case.id)
        .limit(SHOWN)
    )
)


def _drafts_in(table: type[Assessment | Plan | Review], which: ColumnElement[str]) -> Question[Any]:
    """What a person has begun to write on some cases, and which form it is."""
    return Question(
        lambda sight: (
            select(table.case_id, table.saved_at, which)
            .where(
                OneOfMany(table.case_id, "cases", Uuid()),
                table.state == _DRAFT,
                table.saved_by == sight.account_id,
            )
            .order_by(table.saved_at.desc(), table.id)
        )
    )


# By the stages at which each form is written: its page.
_DRAFTS = (
    (
        _drafts_in(Assessment, type_coerce(Assessment.kind, String)),
        {
            kind: (f"{kind}-assessment", frozenset(stage for stage in Stage if may_be_written(kind, stage)))
            for kind in Kind
        },
    ),
    (_drafts_in(Plan, literal("plan")), {"plan": ("plan", frozenset({Stage.PLANNING}))}),
    (_drafts_in(Review, literal("review")), {"review": ("review", frozenset({Stage.CARRYING_OUT}))}),
)


def _handovers(desk: Desk) -> tuple[list[Reminder], list[Reminder]]:
    """Both sides in one look, all of them: many of one side must not hide those of the other."""
    rows = desk.rows(_HANDOVERS)
    ours = desk.actor.units
    to_us = [row for row in rows if ours is None or row[3] in ours]
    from_us = [row for row in rows if row not in to_us]
    return (
        [Reminder(row[0], row[1], row[2]) for row in to_us[:SHOWN]],
        [Reminder(row[0], row[1], row[3]) for row in from_us[:SHOWN]],
    )


def _answers(desk: Desk) -> list[Reminder]:
    """Answers of providers that nobody here has seen."""
    return [Reminder(row[0], row[1], code=row[2]) for row in desk.rows(_ANSWERS)]


def _unanswered(desk: Desk) -> list[Reminder]:
    """What providers were asked for days ago, and have not answered."""
    until = day_end(services.quiet_until(local_day(desk.now)))
    return [Reminder(row[0], row[1]) for row in desk.rows(_UNANSWERED, until=until)]


def _visits(desk: Desk) -> list[Reminder]:
    """Visits and reports for children in alternative care that are due within a week, or were."""
    return [Reminder(row[0], row[1], code=row[2]) for row in desk.rows(_VISITS, until=desk.now + _AHEAD)]


def _silent(desk: Desk, after: timedelta) -> list[Reminder]:
    """Open cases on which nothing was written for long."""
    return [Reminder(row[0], row[1]) for row in desk.rows(_SILENT, since=desk.now - after)]


def _drafts(desk: Desk, open_ones: Sequence[cases.CaseLine]) -> list[Reminder]:
    """What this person has begun to write on the cases of the list."""
    found: list[Reminder] = []
    for begun, forms in _DRAFTS:
        stages = frozenset[Stage]().union(*(open_at for _address, open_at in forms.values()))
        lines: dict[UUID, cases.CaseLine] = {row.id: row for row in open_ones if row.stage in stages}
        if not lines:
            continue
        for case_id, saved_at, form in desk.rows(begun, cases=list(lines)):
            address, open_at = forms[form]
            if lines[case_id].stage in open_at:
                found.append(Reminder(lines[case_id].number, saved_at, code=address))
    return sorted(found, key=lambda one: one.at or desk.now, reverse=True)[:SHOWN]
