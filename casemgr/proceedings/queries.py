"""Reading proceedings: of a case, of a report, and whether anything is on record against somebody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.terms import Precision
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.intake import queries as intake
from casemgr.intake.story import child_of
from casemgr.intake.terms import Story, Suspect
from casemgr.proceedings import rules, tokens
from casemgr.proceedings.models import CrimeNews, Proceeding
from casemgr.proceedings.terms import Certainty, CrimeReport, Criminal, KnownKind, Making, Person, Sanction

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class News:
    """One version of a report of signs of a crime."""

    entry_id: UUID
    revision: int
    at: datetime
    said: CrimeReport
    making: Making
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True)
class NewsShown:
    """A report of signs of a crime as it stands, with the versions before it."""

    now: News
    before: Sequence[News] = ()


@dataclass(frozen=True)
class Decision:
    """One version of a decision: frozen, as counting and pages need it."""

    decision_id: UUID
    revision: int
    person: Person
    sanction: Sanction | None
    criminal: Criminal | None
    making: Making
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True)
class DecisionShown:
    """A decision as it stands, with the versions before it. Recorded in several cases it counts once."""

    now: Decision
    before: Sequence[Decision] = ()


@dataclass(frozen=True)
class Known:
    """That something is on record against a person: of which kind, how sure, which unit to ask. Nothing of the file."""

    kind: KnownKind
    certainty: Certainty
    unit_id: int


_SURER = {Certainty.IDENTITY: 0, Certainty.NAME_AND_YEAR: 1, Certainty.NAME: 2}


def crime_reports(desk: Desk, case: Case) -> Sequence[NewsShown]:
    """What was reported to the police for a case, the newest first."""
    rows = desk.all(
        select(CrimeNews)
        .where(CrimeNews.case_id == case.id)
        .order_by(CrimeNews.at.desc(), CrimeNews.revision.desc())
    )
    by_entry: dict[UUID, list[News]] = {}
    for row in rows:
        by_entry.setdefault(row.entry_id, []).append(_news(row))
    shown = [NewsShown(now, tuple(before)) for now, *before in map(_newest_first, by_entry.values())]
    return sorted(shown, key=lambda one: one.now.at, reverse=True)


def crime_report(desk: Desk, case: Case, entry_id: UUID) -> NewsShown:
    """One report of signs of a crime."""
    return _found(one for one in crime_reports(desk, case) if one.now.entry_id == entry_id)


def is_reported(reports: Iterable[NewsShown]) -> bool:
    """Whether signs of a crime were reported: what was entered in error does not count."""
    return any(not one.now.making.void for one in reports)


def without_receipt(reports: Iterable[NewsShown]) -> News | None:
    """The newest report of signs of a crime whose receipt nobody has written down yet."""
    waiting = (one.now for one in reports if not one.now.making.void and not one.now.said.receipt_number)
    return next(waiting, None)


def of_case(desk: Desk, case: Case) -> Sequence[DecisionShown]:
    """Every decision recorded in a case, the newest first."""
    return _decisions(desk, [case.id])


def in_how_many_cases(desk: Desk, decided: Sequence[DecisionShown]) -> Mapping[UUID, int]:
    """In how many cases each decision is recorded, of those that this person may see."""
    rows = desk.rows(
        select(Proceeding.decision_id, func.count(Proceeding.case_id.distinct()))
        .where(Proceeding.decision_id.in_([one.now.decision_id for one in decided]))
        .group_by(Proceeding.decision_id)
        .order_by(Proceeding.decision_id)
    )
    return {row[0]: row[1] for row in rows}


def decision(desk: Desk, case: Case, decision_id: UUID) -> DecisionShown:
    """One decision of a case."""
    return _found(one for one in of_case(desk, case) if one.now.decision_id == decision_id)


def known_against(
    desk: Desk, *, name: str | None, birth_year: int | None = None, identity: str | None = None
) -> Sequence[Known]:
    """Whether a sanction, a conviction or running proceedings are on record against somebody, in any commune.

    Answers only that something is on record and which unit to ask; the question is written in the trail, not its words.
    """
    best: dict[UUID, Known] = {}
    for posting in tokens.find(desk, name, birth_year, identity):
        other_year = birth_year is not None and posting.birth_year not in (None, birth_year)
        if posting.certainty is Certainty.NAME and other_year:
            continue
        found = Known(posting.kind, posting.certainty, posting.unit_id)
        known = best.get(posting.decision_id)
        if known is None or _SURER[found.certainty] < _SURER[known.certainty]:
            best[posting.decision_id] = found
    desk.read("sanctions on record asked for", count=len(best))
    return sorted(set(best.values()), key=lambda one: (_SURER[one.certainty], one.kind, one.unit_id))


def story(desk: Desk, case: Case) -> Story:
    """What the report of a case tells, as far as this person may see the report."""
    try:
        return intake.report_of(desk, case).known or Story()
    except NotFound:  # the case was handed over, the report stays where it happened
        return Story()


def suspects(desk: Desk, case: Case) -> Sequence[Suspect]:
    """Everybody alleged to have done harm in the report of a case."""
    return story(desk, case).suspects


def facts(desk: Desk, case: Case) -> rules.Facts:
    """What the rules must know: today, when the harm happened, which decisions of the report stand."""
    happened = story(desk, case).incident
    decided = _decisions(desk, [row.id for row in cases.of_report(desk, case.report_id)])
    return rules.Facts(
        today=local_day(desk.now),
        happened=happened.occurred_on,
        precision=Precision(happened.precision) if happened.precision else None,
        others=before(decided),
    )


def before(decided: Iterable[DecisionShown]) -> Sequence[rules.Before]:
    """Decisions as the rules see them; those written in error are left out."""
    return tuple(
        rules.Before(one.now.decision_id, one.now.person, one.now.sanction, one.now.criminal)
        for one in decided
        if not one.now.making.void
    )


def harms(desk: Desk, case: Case) -> Collection[str]:
    """What was done to the child, as far as it was told."""
    told = child_of(story(desk, case), case.child_ref)
    return (told.harms or ()) if told is not None else ()


def expected(case: Case, harms: Collection[str], reports: Iterable[NewsShown]) -> rules.Hint | None:
    """Whether the police should be told of signs of a crime in this case; nothing once they were."""
    return rules.crime_report_expected(harms=harms, emergency=case.emergency, reported=is_reported(reports))


def news_by_form(desk: Desk, case: Case, form_id: UUID | None) -> CrimeNews | None:
    """The report of a crime that a page has already become."""
    if form_id is None:
        return None
    return desk.first(select(CrimeNews).where(CrimeNews.case_id == case.id, CrimeNews.form_id == form_id))


def decision_by_form(desk: Desk, case: Case, form_id: UUID | None) -> Proceeding | None:
    """The decision that a page has already become."""
    if form_id is None:
        return None
    return desk.first(select(Proceeding).where(Proceeding.case_id == case.id, Proceeding.form_id == form_id))


def _decisions(desk: Desk, case_ids: Sequence[UUID]) -> Sequence[DecisionShown]:
    rows = desk.all(
        select(Proceeding).where(Proceeding.case_id.in_(case_ids)).order_by(Proceeding.recorded_at)
    )
    desk.safe.fetch_keys({row.case_id for row in rows})
    by_decision: dict[UUID, dict[UUID, list[Proceeding]]] = {}
    for row in rows:
        by_decision.setdefault(row.decision_id, {}).setdefault(row.case_id, []).append(row)
    found = []
    for of_cases in by_decision.values():
        versions = max(of_cases.values(), key=lambda mine: max(row.revision for row in mine))
        now, *before_it = sorted(map(_decision, versions), key=lambda one: one.revision, reverse=True)
        found.append(DecisionShown(now, tuple(before_it)))
    return sorted(found, key=lambda one: _newest(one.now), reverse=True)


def _newest(one: Decision) -> tuple[date, datetime]:
    said = one.sanction or one.criminal
    return (said.day if said is not None and said.day is not None else date.min, one.recorded_at)


def _newest_first(versions: Sequence[News]) -> Sequence[News]:
    return sorted(versions, key=lambda one: one.revision, reverse=True)


def _news(row: CrimeNews) -> News:
    return News(
        row.entry_id,
        row.revision,
        row.at,
        row.content or CrimeReport(),
        row.making or Making(),
        row.recorded_at,
        row.recorded_by,
    )


def _decision(row: Proceeding) -> Decision:
    return Decision(
        row.decision_id,
        row.revision,
        row.person or Person(),
        row.sanction,
        row.criminal,
        row.making or Making(),
        row.recorded_at,
        row.recorded_by,
    )


def _found(rows: Iterable[Shown]) -> Shown:
    one = next(iter(rows), None)
    if one is None:
        raise NotFound
    return one
