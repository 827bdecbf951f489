"""Reading for retention: periods that hold, how files stand, what waits for whom, holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from casemgr.access.desk import Desk
from casemgr.accounts import queries as accounts
from casemgr.accounts.models import Proposal
from casemgr.accounts.terms import ProposalLine
from casemgr.cases import queries as cases
from casemgr.cases.deciding import in_own_unit
from casemgr.cases.models import Case, CaseClock, Disposal, LegalHold
from casemgr.cases.terms import SCREENED_OUT, DisposalState
from casemgr.children.models import Child
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.words import language
from casemgr.files import queries as files
from casemgr.intake.models import Report
from casemgr.intervention.care.models import CareDuty
from casemgr.law.rows import in_force
from casemgr.privacy.models import DataRequest
from casemgr.privacy.terms import RequestState
from casemgr.retention import rules
from casemgr.retention.models import RetentionPeriod
from casemgr.retention.periods import shipped
from casemgr.retention.terms import (
    DESTROY,
    By,
    CaseFacts,
    HoldShown,
    Kind,
    KindCode,
    Line,
    Period,
    Standing,
    Sure,
    Verdict,
)
from casemgr.retention.terms import Child as BornBy

SHOWN = 200
LATELY = timedelta(days=365)


# ---- periods ------------------------------------------------------------------------------------------------------


def kinds(desk: Desk) -> Sequence[tuple[Kind, RetentionPeriod | None]]:
    """Every kind of record that holds today, with the period as it was set, if it was."""
    newest = {row.code: row for row in desk.all(select(RetentionPeriod).order_by(RetentionPeriod.set_at))}
    today = local_day(desk.now)
    return [
        (_as_set(kind, newest.get(kind.code)), newest.get(kind.code))
        for kind in shipped(language())
        if in_force(kind, today)
    ]


def kind(desk: Desk, code: str) -> tuple[Kind, RetentionPeriod | None]:
    """One kind of file of which two persons decide."""
    for found in kinds(desk):
        if found[0].code == code and found[0].by is By.TWO_PERSONS:
            return found
    raise NotFound


def periods(desk: Desk) -> Mapping[KindCode, Period]:
    """The periods that an administrator has set; what is merely proposed destroys nothing."""
    return {KindCode(one.code): one.period for one, set_ in kinds(desk) if set_ is not None}


def _as_set(kind: Kind, row: RetentionPeriod | None) -> Kind:
    return kind if row is None else replace(kind, period=Period(row.years, row.until_age), sure=Sure.SET)


# ---- how files stand ----------------------------------------------------------------------------------------------


def verdicts(desk: Desk, report_ids: Collection[UUID]) -> Mapping[UUID, Verdict]:
    """How the files of some reports stand today."""
    rows = desk.all(select(Case).where(Case.report_id.in_(report_ids), Case.rehearsal.is_(False)))
    by_report: dict[UUID, list[Case]] = defaultdict(list)
    for row in rows:
        by_report[row.report_id].append(row)
    facts = _facts(desk, rows)
    periods_, today = periods(desk), local_day(desk.now)
    found = {}
    for report_id, together in by_report.items():
        said = rules.verdict([facts[row.id] for row in together], periods_, today)
        if said.standing is Standing.DUE and any(files.proceedings_run(desk, row) for row in together):
            said = replace(said, standing=Standing.HELD)
        found[report_id] = said
    return found


def _facts(desk: Desk, rows: Sequence[Case]) -> Mapping[UUID, CaseFacts]:
    case_ids, child_ids = {row.id for row in rows}, {row.child_id for row in rows}
    children = {child.id: child for child in desk.all(select(Child).where(Child.id.in_(child_ids)))}
    desk.safe.fetch_keys(children)
    running = set(
        desk.all(
            select(CaseClock.case_id).where(CaseClock.case_id.in_(case_ids), CaseClock.stopped_at.is_(None))
        )
    ) | set(
        desk.all(
            select(CareDuty.case_id).where(CareDuty.case_id.in_(case_ids), CareDuty.stopped_at.is_(None))
        )
    )
    held_children, held_reports = _on_hold(desk, rows)
    asked = set(
        desk.all(
            select(DataRequest.child_id).where(
                DataRequest.child_id.in_(child_ids), DataRequest.state != RequestState.ANSWERED
            )
        )
    )
    return {
        row.id: CaseFacts(
            closed_on=local_day(row.closed_at) if row.closed_at is not None else None,
            screened_out=row.ending in SCREENED_OUT,
            child=_born_by(children[row.child_id], row),
            running=row.id in running,
            held=row.report_id in held_reports or row.child_id in held_children,
            asked_about=row.child_id in asked,
        )
        for row in rows
    }


def _on_hold(desk: Desk, rows: Sequence[Case]) -> tuple[set[int], set[UUID]]:
    """Children and reports that somebody said must be kept, as far as these cases touch them."""
    children, reports = {row.child_id for row in rows}, {row.report_id for row in rows}
    held = desk.rows(
        select(Case.child_id, Case.report_id).where(
            (Case.child_id.in_(children)) | (Case.report_id.in_(reports)),
            exists().where(LegalHold.case_id == Case.id, LegalHold.lifted_at.is_(None)),
        )
    )
    return {row.child_id for row in held}, {row.report_id for row in held}


def _born_by(child: Child, case: Case) -> BornBy:
    received = local_day(case.received_at)
    card = child.card
    if card is None:
        return BornBy(received)
    birth = card.birth
    return BornBy(rules.born_by(birth.date, str(birth.precision), birth.age_estimate, received))


def closed_reports(desk: Desk, after: UUID | None, *, limit: int) -> Sequence[UUID]:
    """Reports whose cases are all closed, in order, after one of them."""
    still_open = exists().where(Case.report_id == Report.id, Case.closed_at.is_(None))
    statement = select(Report.id).where(
        Report.shredded_at.is_(None), Report.rehearsal.is_(False), ~still_open
    )
    if after is not None:
        statement = statement.where(Report.id > after)
    return desk.all(statement.order_by(Report.id).limit(limit))


def disposals(desk: Desk, report_ids: Iterable[UUID], *states: DisposalState) -> Sequence[Disposal]:
    """What stands on the list for some reports."""
    statement = select(Disposal).where(Disposal.report_id.in_(list(report_ids)))
    if states:
        statement = statement.where(Disposal.state.in_(states))
    return desk.all(statement.order_by(Disposal.number))


def listed_with(desk: Desk, case: Case) -> Sequence[Disposal]:
    """What stands on the list for the report of a case and for its child's others; nobody changes it meanwhile."""
    together = select(Case.report_id).where(
        (Case.report_id == case.report_id) | (Case.child_id == case.child_id)
    )
    return desk.all(
        select(Disposal)
        .where(Disposal.report_id.in_(together))
        .order_by(Disposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def naming(report_ids: Collection[UUID]) -> Mapping[str, str]:
    """Reports as a wish to destroy their files names them."""
    return {"reports": ",".join(sorted(one.hex for one in report_ids))}


def named_in(given: Mapping[str, str]) -> Sequence[UUID]:
    """The reports that such a wish names."""
    return [UUID(hex=one) for one in given.get("reports", "").split(",") if one]


def asked_for(desk: Desk) -> Mapping[UUID, Proposal]:
    """The reports about which a second person is asked at this moment, with the wish."""
    wishes = accounts.all_waiting(desk, DESTROY)
    desk.safe.fetch_keys(wish.id for wish in wishes)
    return {report_id: wish for wish in wishes for report_id in named_in(wish.given)}


def agreed(desk: Desk) -> Sequence[UUID]:
    """Reports of which two persons have agreed that they go, the oldest agreement first."""
    return _reports(desk, DisposalState.AGREED)


def going(desk: Desk) -> Sequence[UUID]:
    """Reports whose destruction has begun and was not finished."""
    return _reports(desk, DisposalState.GOING)


def _reports(desk: Desk, state: DisposalState) -> Sequence[UUID]:
    found = desk.rows(
        select(Disposal.report_id, Disposal.agreed_at)
        .where(Disposal.state == state)
        .order_by(Disposal.agreed_at, Disposal.report_id)
    )
    return list(dict.fromkeys(row.report_id for row in found))


# ---- pages --------------------------------------------------------------------------------------------------------


def lines(desk: Desk, state: DisposalState) -> Sequence[Line]:
    """Files on the list in one state, unit by unit, those of one report as one line; of destroyed ones those of a year."""
    statement = select(Disposal).where(Disposal.state == state)
    if state is DisposalState.DESTROYED:
        statement = statement.where(Disposal.done_at >= desk.now - LATELY)
    rows = desk.all(
        statement.order_by(
            Disposal.unit_id, Disposal.keep_until, Disposal.report_number, Disposal.number
        ).limit(SHOWN)
    )
    together: dict[UUID, list[Disposal]] = {}
    for row in rows:
        together.setdefault(row.report_id, []).append(row)
    desk.read("list of files that are due opened", count=len(together))
    asked = asked_for(desk) if state is DisposalState.PROPOSED and together else {}
    wishes = accounts.lines(desk, {str(one): wish for one, wish in asked.items() if one in together})
    return [_line(found, wishes.get(str(report_id))) for report_id, found in together.items()]


def _line(rows: Sequence[Disposal], asked: ProposalLine | None) -> Line:
    first = rows[0]
    return Line(
        first.report_id,
        tuple(row.number for row in rows),
        first.unit_id,
        KindCode(first.rule),
        first.keep_until,
        first.state,
        asked,
        first.agreed_at,
        first.done_at,
    )


def holds(desk: Desk, case: Case) -> Sequence[HoldShown]:
    """Who said that the file of a case must be kept, of its report's other cases and its child's too, those that stand first."""
    rows = desk.all(
        select(LegalHold)
        .join(Case, Case.id == LegalHold.case_id)
        .where((Case.report_id == case.report_id) | (Case.child_id == case.child_id))
        .order_by(LegalHold.lifted_at.is_not(None), LegalHold.placed_at.desc())
    )
    numbers = dict(desk.rows(select(Case.id, Case.number).where(Case.id.in_({row.case_id for row in rows}))))
    names = cases.names(desk, [who for row in rows for who in (row.placed_by, row.lifted_by)])
    return [
        HoldShown(
            row.id,
            numbers.get(row.case_id, ""),
            names.get(row.placed_by, "") if row.placed_by else "",
            row.placed_at,
            row.why.reason if row.why is not None else "",
            row.lifted_at,
            names.get(row.lifted_by, "") if row.lifted_by else "",
            row.lifted_why.reason if row.lifted_why is not None else "",
            row.case_id == case.id and may_lift(desk, row, case),
        )
        for row in rows
    ]


def hold(desk: Desk, case: Case, hold_id: UUID) -> LegalHold:
    """One hold of a case."""
    return desk.one(select(LegalHold).where(LegalHold.id == hold_id, LegalHold.case_id == case.id))


def may_lift(desk: Desk, hold_: LegalHold, case: Case) -> bool:
    """Whether it is for this person to say that a file is needed no more: for who answers for the case, or said that it was."""
    return in_own_unit(desk, case) or hold_.placed_by == desk.actor.account_id


def own_hold(desk: Desk, case: Case) -> LegalHold | None:
    """The hold that stands on a case and was placed by this person."""
    return desk.first(
        select(LegalHold).where(
            LegalHold.case_id == case.id,
            LegalHold.lifted_at.is_(None),
            LegalHold.placed_by == desk.actor.account_id,
        )
    )


def proceedings_run(desk: Desk, case: Case) -> bool:
    """Whether the file is kept without anybody's word, because of a crime report or criminal proceedings."""
    return files.proceedings_run(desk, case)
