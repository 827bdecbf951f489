"""Writing for retention: periods, holds, the list of what is due, and the second person's yes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions as accounts
from casemgr.accounts import seconding
from casemgr.accounts.models import Proposal
from casemgr.cases.models import Case, Disposal, LegalHold
from casemgr.cases.terms import GONE, DisposalState, Held
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _, _l
from casemgr.intake.models import Report
from casemgr.retention import queries, rules
from casemgr.retention.models import RetentionPeriod
from casemgr.retention.shredding import line_of
from casemgr.retention.terms import DESTROY, Kind, Period, Standing
from casemgr.safeguards.house import as_house

_LONGEST_TEXT, _LONGEST_LINE = 2000, 200


# ---- periods and holds --------------------------------------------------------------------------------------------


@action("retention period set", needs=Permission.LAW_MANAGE)
def set_period(
    desk: Desk, kind: Kind, *, period: Period, document: str, document_day: date | None
) -> RetentionPeriod:
    """Say how long a kind of file is kept from now on, by which document. Before that nothing is proposed."""
    named, today = clean(document, _LONGEST_LINE), local_day(desk.now)
    rules.may_set(
        period=period,
        document=named,
        document_day=document_day,
        everywhere=desk.actor.unit_id is None,
        today=today,
    ).settle()
    row = RetentionPeriod(
        id=desk.id(),
        code=kind.code,
        years=period.years,
        until_age=period.until_age,
        document=named,
        document_day=document_day or today,
        set_at=desk.now,
        set_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.record("retention period", kind.code, years=period.years, until_age=period.until_age)
    return row


@action("file put on hold", needs=Permission.HOLD_SET)
def hold(desk: Desk, case: Case, *, reason: str) -> LegalHold:
    """Say that the file must be kept, whatever the period says. What was agreed and not yet carried out is called off."""
    told = clean_lines(reason, _LONGEST_TEXT)
    standing = queries.own_hold(desk, case) is not None
    with as_house(desk) as house:
        listed = queries.listed_with(house, case)
        going = any(row.state in GONE for row in listed if row.report_id == case.report_id)
        rules.may_hold(reason=told, standing=standing, going=going).settle()
        _take_back(row for row in listed if row.state == DisposalState.AGREED)
    row = LegalHold(id=desk.id(), case_id=case.id, placed_at=desk.now, placed_by=desk.actor.account_id)
    desk.add(row)
    desk.seal(row, why=Held(told))
    return row


@action("hold on a file lifted", needs=Permission.HOLD_SET)
def lift(desk: Desk, hold_: LegalHold, *, reason: str) -> LegalHold:
    """Say that the file need not be kept any more than its period says."""
    told = clean_lines(reason, _LONGEST_TEXT)
    theirs = queries.may_lift(desk, hold_, desk.get(Case, hold_.case_id))
    rules.may_lift(reason=told, lifted=hold_.lifted_at is not None, theirs=theirs).settle()
    hold_.lifted_at, hold_.lifted_by = desk.now, desk.actor.account_id
    desk.seal(hold_, lifted_why=Held(told))
    return hold_


# ---- the list -----------------------------------------------------------------------------------------------------


@action("files that are due looked for", needs=Permission.MAINTAIN)
def look_over(desk: Desk, report_ids: Collection[UUID]) -> tuple[int, int]:
    """Bring the list in line with how some files stand today; gives how many reports came onto it, and how many left it."""
    verdicts = queries.verdicts(desk, report_ids)
    due = {one for one, said in verdicts.items() if said.standing is Standing.DUE}
    listed = {row.report_id for row in queries.disposals(desk, report_ids)}
    left = listed - due
    if left:
        desk.session.execute(
            delete(Disposal).where(Disposal.report_id.in_(left), Disposal.state.not_in(GONE)),
            execution_options={"synchronize_session": False},
        )
    wanted = due - listed
    numbers = dict(desk.rows(select(Report.id, Report.number).where(Report.id.in_(wanted))))
    for case in desk.all(select(Case).where(Case.report_id.in_(wanted)).order_by(Case.number)):
        said = verdicts[case.report_id]
        row = line_of(desk, case, numbers[case.report_id], rule=said.kind, state=DisposalState.PROPOSED)
        row.keep_until = said.until or row.keep_until
        desk.add(row)
    return len(wanted), len(left)


@action("destruction asked for", needs=Permission.RETENTION_DECIDE)
def ask(desk: Desk, report_ids: Collection[UUID], *, reason: str) -> Proposal:
    """Ask that files which are due be destroyed; another person has to sign."""
    rows = queries.disposals(desk, report_ids, DisposalState.PROPOSED)
    reports = {row.report_id for row in rows}
    with as_house(desk) as house:
        units = set(house.all(select(Report.unit_id).where(Report.id.in_(reports)).distinct()))
        asked = queries.asked_for(house)
    rules.may_ask(
        chosen=len(reports),
        units=len(units),
        hidden=len(_with_hidden(desk, rows)),
        asked=[row.number for row in rows if row.report_id in asked],
    ).settle()
    shown = [(row.number, _("kept until %(day)s", day=f"{row.keep_until:%d/%m/%Y}")) for row in rows]
    return accounts.propose(
        desk,
        DESTROY,
        given=queries.naming(reports),
        shown=shown,
        reason=clean_lines(reason, _LONGEST_TEXT),
        unit_id=units.pop(),
    )


def agree(desk: Desk, given: Mapping[str, str]) -> Sequence[Disposal]:
    """The second person's yes: what is still due goes at night; until then either of them may call it off."""
    rows = queries.disposals(desk, queries.named_in(given), DisposalState.PROPOSED)
    verdicts = queries.verdicts(desk, {row.report_id for row in rows})
    hidden = _with_hidden(desk, rows)
    rows = [
        row
        for row in rows
        if verdicts[row.report_id].standing is Standing.DUE and row.report_id not in hidden
    ]
    rules.may_agree(left=len(rows)).settle()
    for row in rows:
        row.state, row.agreed_at, row.agreed_by = DisposalState.AGREED, desk.now, desk.actor.account_id
    return rows


def _with_hidden(desk: Desk, rows: Collection[Disposal]) -> set[UUID]:
    """Reports with a case that this person does not see: whoever answers for it has to decide as well."""
    with as_house(desk) as house:
        there = queries.disposals(house, {row.report_id for row in rows})
    seen = {row.id for row in rows}
    return {row.report_id for row in there if row.id not in seen}


@action("destruction called off", needs=Permission.RETENTION_DECIDE)
def call_off(desk: Desk, report_id: UUID) -> Disposal:
    """Take a file back from what goes at night. It stays on the list of what is due."""
    rows = queries.disposals(desk, [report_id], DisposalState.AGREED)
    if not rows:
        raise NotFound
    _take_back(rows)
    return rows[0]


def _take_back(rows: Iterable[Disposal]) -> None:
    for row in rows:
        row.state = DisposalState.PROPOSED
        row.agreed_at = row.agreed_by = None


seconding.register(
    seconding.Kind(
        DESTROY,
        _l("Destroy files whose time is over"),
        Permission.RETENTION_DECIDE,
        Permission.RETENTION_DECIDE,
        agree,
        place="/retention",
        destroys=_l("Sign: destroyed tonight, for ever"),
    )
)
