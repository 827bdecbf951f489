"""Writing proceedings: signs of a crime, their report to the police, a sanction, a decision in criminal proceedings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases import spine
from casemgr.cases.deadlines import CRIME
from casemgr.cases.deciding import explained, given
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.findings import Findings
from casemgr.core.words import _
from casemgr.proceedings import queries, rules, tokens
from casemgr.proceedings.models import CrimeNews, Proceeding
from casemgr.proceedings.terms import CrimeReport, Criminal, Making, Person, Sanction
from casemgr.search import beyond

Told = Mapping[str, str] | None


@dataclass(frozen=True)
class Said:
    """What a decision says: against whom, and either a sanction or a decision in criminal proceedings."""

    person: Person
    sanction: Sanction | None = None
    criminal: Criminal | None = None


@action("signs of a crime noted", needs=Permission.PROCEEDING_WRITE)
def note_signs(desk: Desk, case: Case, *, signs: str) -> Case:
    """Write down that there are signs of a crime: from now on the reminder to report them runs. It is never overdue."""
    if not signs.strip():
        raise Invalid({"signs": [_("Write which signs were seen.")]})
    if not queries.is_reported(queries.crime_reports(desk, case)):
        spine.run_clock(desk, case, CRIME)
    return spine.advance(desk, case, Step.PROCEEDING, note=Note(text=signs))


@action("crime reported", needs=Permission.PROCEEDING_WRITE)
def report_crime(
    desk: Desk,
    case: Case,
    *,
    news: CrimeReport,
    at: datetime | None,
    also: Sequence[str] = (),
    form_id: UUID | None = None,
    explanations: Told = None,
) -> Case:
    """Write down that the police were told: to whom, when, how. Other children of the report can share it."""
    if queries.news_by_form(desk, case, form_id) is not None:
        return case
    found = rules.may_report_crime(news, at, desk.now, queries.facts(desk, case))
    found.settle(explanations)
    making = Making(explained=explained(desk, found, explanations))
    entry_id = desk.id()
    for one in _together(desk, case, also):
        _keep_news(desk, one, entry_id, 1, news, at or desk.now, making, form_id)
        note = Note(reason=given(found, explanations), data=_number(news.receipt_number))
        spine.advance(desk, one, Step.REPORT_CRIME, at=at, note=note)
    return case


@action("crime report corrected", needs=Permission.PROCEEDING_WRITE)
def correct_crime_report(
    desk: Desk,
    case: Case,
    shown: queries.NewsShown,
    *,
    news: CrimeReport,
    at: datetime | None,
    revision: int,
    why: str | None,
    void: bool = False,
    explanations: Told = None,
) -> Case:
    """Write down what is known now of a report to the police, its receipt above all; the version before stays."""
    kept = shown.now.at == at and rules.only_adds(shown.now.said, news)
    _may_correct(shown.now.revision, revision, why, adds=kept and not void)
    found = Findings() if void else rules.may_report_crime(news, at, desk.now, queries.facts(desk, case))
    found.settle(explanations)
    making = Making(void, why, explained(desk, found, explanations))
    for row, mine, seen in _recorded(desk, CrimeNews, CrimeNews.entry_id, shown.now.entry_id):
        row.replaced_at = desk.now
        _keep_news(desk, mine, row.entry_id, row.revision + 1, news, at or row.at, making, None)
        note = Note(reason=why, data=_number(news.receipt_number))
        _tell(desk, mine, Step.REPORT_CRIME, note, seen=seen)
        if seen and not queries.is_reported(queries.crime_reports(desk, mine)):
            spine.run_on(desk, mine, CRIME, stopped_by=Step.REPORT_CRIME)
    return case


@action("proceeding recorded", needs=Permission.PROCEEDING_WRITE)
def record(
    desk: Desk,
    case: Case,
    *,
    said: Said,
    also: Sequence[str] = (),
    form_id: UUID | None = None,
    explanations: Told = None,
) -> Case:
    """Record a decision against a person. For several children of a report it is one decision and counts once."""
    if queries.decision_by_form(desk, case, form_id) is not None:
        return case
    found = _findings(said, queries.facts(desk, case))
    found.settle(explanations)
    making = Making(explained=explained(desk, found, explanations))
    decision_id = desk.id()
    for one in _together(desk, case, also):
        _keep(desk, one, decision_id, 1, said, making, form_id)
        note = Note(reason=given(found, explanations), data=_number(_decision_number(said)))
        spine.advance(desk, one, Step.PROCEEDING, note=note)
    desk.flush()
    _mark(desk, case)
    return case


@action("proceeding corrected", needs=Permission.PROCEEDING_WRITE)
def correct(
    desk: Desk,
    case: Case,
    shown: queries.DecisionShown,
    *,
    said: Said,
    revision: int,
    why: str | None,
    void: bool = False,
    explanations: Told = None,
) -> Case:
    """Write down what is known now of a decision, in every case it is recorded in; the version before stays."""
    before = Said(shown.now.person, shown.now.sanction, shown.now.criminal)
    _may_correct(shown.now.revision, revision, why, adds=rules.only_adds(before, said) and not void)
    facts = queries.facts(desk, case)
    found = Findings() if void else _findings(said, facts, but=shown.now.decision_id)
    found.settle(explanations)
    making = Making(void, why, explained(desk, found, explanations))
    for row, mine, seen in _recorded(desk, Proceeding, Proceeding.decision_id, shown.now.decision_id):
        row.replaced_at = desk.now
        _keep(desk, mine, row.decision_id, row.revision + 1, said, making, None)
        note = Note(reason=why, data=_number(_decision_number(said)))
        _tell(desk, mine, Step.PROCEEDING, note, seen=seen)
    desk.flush()
    _mark(desk, case)
    return case


def _recorded(desk: Desk, table: type[Any], mark: Any, key: UUID) -> Iterator[tuple[Any, Case, bool]]:
    """Where something stands now, in every case it was recorded in, also one that another unit has taken over since."""
    rows = [row for row in beyond.rows_of(desk, table, mark, [key]) if row.replaced_at is None]
    ids = [row.case_id for row in rows]
    seen = set(desk.all(select(Case.id).where(Case.id.in_(ids))))
    by_id = {case.id: case for case in beyond.rows_of(desk, Case, Case.id, ids)}
    desk.safe.fetch_keys(ids)
    for row in sorted(rows, key=lambda one: (one.case_id not in seen, one.case_id)):
        yield row, by_id[row.case_id], row.case_id in seen


def _tell(desk: Desk, case: Case, step: Step, note: Note, *, seen: bool) -> None:
    """A step of a case that is seen; on another, whose clocks are not seen either, a line."""
    if seen:
        spine.advance(desk, case, step, note=note)
        return
    spine.write_line(desk, case, step, note=note)
    case.moved_at = desk.now
    desk.touch(case.id)


def take_over(desk: Desk, case: Case, said: Said, decision_id: UUID) -> Proceeding:
    """Record a decision of the past as another installation tells it; the timeline is told of it by whoever calls."""
    row = _keep(desk, case, decision_id, 1, said, Making(), None)
    desk.flush()
    _mark(desk, case)
    return row


def _findings(said: Said, facts: rules.Facts, but: UUID | None = None) -> Findings:
    if said.criminal is not None:
        return rules.may_be_proceeded(said.person, said.criminal, facts, but=but)
    return rules.may_be_sanctioned(said.person, said.sanction or Sanction(), facts, but=but)


def _may_correct(stored: int, revision: int, why: str | None, *, adds: bool) -> None:
    if stored != revision:
        raise Conflict(
            _("What you wrote stands below. Sending it again replaces what is stored now."), version=stored
        )
    if not adds and not (why or "").strip():
        raise Invalid({"why": [_("Say why it is corrected.")]})


def _together(desk: Desk, case: Case, also: Sequence[str]) -> Sequence[Case]:
    """The case with the others of its report that were chosen."""
    chosen = [
        one for one in cases.of_report(desk, case.report_id) if one.number in also and one.id != case.id
    ]
    if len(chosen) != len(set(also) - {case.number}):
        raise NotFound
    return [case, *chosen]


def _mark(desk: Desk, case: Case) -> None:
    """Leave the keyed marks of the decisions of a case that stand; those of a rehearsal leave none."""
    unit_id = case.unit_id or case.incident_unit_id
    if case.rehearsal or unit_id is None:
        return
    decided = queries.of_case(desk, case)
    for one in decided:
        for version in (one.now, *one.before):
            tokens.erase(desk, version.person, one.now.decision_id)
    desk.flush()
    making = {one.now.decision_id: one.now.making for one in decided}
    for before in rules.standing(queries.before(decided)):
        kind = rules.known_kind(before.sanction, before.criminal, making[before.id])
        if kind is not None:
            tokens.write(desk, before.person, before.id, kind, unit_id)


def _keep_news(
    desk: Desk,
    case: Case,
    entry_id: UUID,
    revision: int,
    news: CrimeReport,
    at: datetime,
    making: Making,
    form_id: UUID | None,
) -> None:
    row = CrimeNews(
        id=desk.id(),
        case_id=case.id,
        entry_id=entry_id,
        revision=revision,
        at=at,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.add(row)
    desk.seal(row, content=news, making=making)


def _keep(
    desk: Desk, case: Case, decision_id: UUID, revision: int, said: Said, making: Making, form_id: UUID | None
) -> Proceeding:
    row = Proceeding(
        id=desk.id(),
        case_id=case.id,
        decision_id=decision_id,
        revision=revision,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.add(row)
    desk.seal(row, person=said.person, sanction=said.sanction, criminal=said.criminal, making=making)
    return row


def _decision_number(said: Said) -> str | None:
    told = said.sanction or said.criminal
    return told.number if told is not None else None


def _number(number: str | None) -> dict[str, str] | None:
    return {"number": number} if number else None
