"""From case files to facts, in the transaction that changed a case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.access.scope import held
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.circumstances.models import Circumstance
from casemgr.core.ages import Precision, whole_years
from casemgr.core.calendar import local_day
from casemgr.core.portions import portions
from casemgr.indicators import facts, gathering, recurrence
from casemgr.indicators.facts import Fact
from casemgr.indicators.items import FORMS
from casemgr.indicators.models import CaseFact, ItemFact
from casemgr.indicators.register import microseconds
from casemgr.intake.models import Report
from casemgr.intake.terms import Story
from casemgr.proceedings.models import Proceeding

_AT_ONCE = 400  # cases read in one statement


def refresh(desk: Desk) -> int:
    """Write the facts of every case touched at this desk again, where they differ; gives how many did.

    A child that was known before may have other cases too, of other reports and units: what is known of it now holds in all of them.
    So does what is known of a report or of a decision, also in cases that another unit has taken over and this desk does not see.
    """
    written = 0
    known = [row for row in desk.at_hand if isinstance(row, Child) and not desk.safe.is_born(row.id)]
    corrected = {row.id for row in known if desk.safe.has_rewritten(row)}
    children = {row.id for row in known}
    children |= {row.child_id for row in desk.at_hand if isinstance(row, Circumstance)}
    decided = {row.decision_id for row in desk.at_hand if isinstance(row, Proceeding) and row.revision > 1}
    with whole_register(desk) as session:
        cases = {*desk.touched}
        for some in portions(sorted(corrected), _AT_ONCE):
            cases.update(session.scalars(select(Case.id).where(Case.child_id.in_(some))))
        for told in portions(sorted(_changed_reports(desk)), _AT_ONCE):
            cases.update(session.scalars(select(Case.id).where(Case.report_id.in_(told))))
        for decisions in portions(sorted(decided), _AT_ONCE):
            in_cases = select(Proceeding.case_id).where(Proceeding.decision_id.in_(decisions))
            cases.update(session.scalars(in_cases))
        for portion in portions(sorted(cases), _AT_ONCE):
            written += _refresh(desk, session, portion)
        for children_ in portions(sorted(children), _AT_ONCE):
            written += _write_items(desk, session, gathering.of_children(desk, session, children_))
    return written


def _changed_reports(desk: Desk) -> set[UUID]:
    """Reports known before of which what is counted may have become different here: what was told, or the decision."""
    known = (row for row in desk.at_hand if isinstance(row, Report) and not desk.safe.is_born(row.id))
    return {row.id for row in known if desk.safe.has_rewritten(row) or row.decided_at in (None, desk.now)}


def refresh_all(desk: Desk, *, told: Callable[[int], None]) -> int:
    """Write the facts of every case again, where they differ: after a new format, or to prove that none does."""
    written = 0
    with whole_register(desk) as session:
        every = session.scalars(select(Case.id).order_by(Case.id)).all()
        for done, portion in enumerate(portions(every, _AT_ONCE), start=1):
            written += _refresh(desk, session, portion)
            desk.flush()
            session.expunge_all()
            told(min(done * _AT_ONCE, len(every)))
        registered = session.scalars(
            select(Circumstance.child_id).where(Circumstance._content.is_not(None)).distinct()
        ).all()
        for children in portions(sorted(registered), _AT_ONCE):
            written += _write_items(desk, session, gathering.of_children(desk, session, children))
            desk.flush()
            session.expunge_all()
    return written


def _refresh(desk: Desk, session: Session, touched: Sequence[UUID]) -> int:
    known = _by_id(session, Case, set(touched), anew=False).values()
    recurrence.take_turns(desk, session, known)
    pasts = recurrence.pasts_of(desk, session, known)
    case_ids = sorted({*touched, *recurrence.later(known, pasts)})
    anew = not _ours_alone(desk, session, case_ids)
    if anew:
        _take_turns(session, case_ids)
    found = _by_id(session, Case, set(case_ids), anew=anew).values()
    counted = (case for case in found if not case.rehearsal and case.shredded_at is None)
    cases = sorted(counted, key=lambda case: case.id)
    reports = _by_id(session, Report, {case.report_id for case in cases}, anew=anew)
    children = _by_id(session, Child, {case.child_id for case in cases}, anew=anew)
    desk.safe.fetch_keys([*reports, *children])
    before = _newest(desk, session, [case_id for case_id in case_ids if not desk.safe.is_born(case_id)])
    rows = []
    files = []
    for case in cases:
        report, child = reports[case.report_id], children[case.child_id]
        fact = fact_of(case, report, child)
        files.append(gathering.File(case, report, child, fact.age))
        packed = facts.pack(fact)
        last_at, last = before.get(case.id, (None, None))
        if packed == last:
            continue
        recorded = max(microseconds(desk.now), last_at or 0)
        sealed = desk.safe.seal_fact(case.id, packed)
        rows.append({"case_id": case.id, "recorded_at": recorded, "sealed": sealed})
    desk.append(CaseFact, *rows)
    return len(rows) + _write_items(desk, session, gathering.of_cases(desk, session, files, pasts, anew=anew))


def _write_items(desk: Desk, session: Session, gathered: gathering.Gathered) -> int:
    """Append what differs from the newest version of each item; an item that is not there any more is marked so."""
    before = _newest_items(
        desk, session, [owner for owner in gathered.owners if not desk.safe.is_born(owner)]
    )
    current: dict[UUID, tuple[str, UUID, bytes]] = {
        one.id: (one.kind, one.owner, FORMS[one.kind].pack(one.item)) for one in gathered.found
    }
    for item_id, (kind, owner, _recorded, last) in before.items():
        if item_id not in current:
            left = FORMS[kind].unpack(last)
            gone = replace(left, flags=left.flags | {"voided"})
            current[item_id] = kind, owner, FORMS[kind].pack(gone)
    rows = []
    for item_id, (kind, owner, packed) in current.items():
        known = before.get(item_id)
        if known is None or packed != known[3]:
            rows.append(
                {
                    "kind": kind,
                    "owner_id": owner,
                    "item_id": item_id,
                    "recorded_at": max(microseconds(desk.now), known[2] if known else 0),
                    "sealed": desk.safe.seal_fact(item_id, packed),
                }
            )
    desk.append(ItemFact, *rows)
    return len(rows)


def _newest_items(
    desk: Desk, session: Session, owners: Sequence[UUID]
) -> Mapping[UUID, tuple[str, UUID, int, bytes]]:
    """The newest version of each item of some owners, opened."""
    if not owners:
        return {}
    newest = select(func.max(ItemFact.seq)).where(ItemFact.owner_id.in_(owners)).group_by(ItemFact.item_id)
    rows = session.execute(
        select(
            ItemFact.item_id, ItemFact.kind, ItemFact.owner_id, ItemFact.recorded_at, ItemFact.sealed
        ).where(ItemFact.seq.in_(newest))
    ).all()
    opened = desk.safe.open_facts((row.item_id, row.sealed) for row in rows)
    return {
        row.item_id: (row.kind, row.owner_id, row.recorded_at, packed)
        for row, packed in zip(rows, opened, strict=True)
    }


def fact_of(case: Case, report: Report, child: Child) -> Fact:
    """What may be counted of one case, read from its report, its child and itself."""
    story = report.known or report.told or Story()
    told = next((one for one in story.children if one.ref == case.child_ref), None)
    card, detail = child.card or Card(), child.detail or Detail()
    received = local_day(report.received_at)
    event, precision = event_of(story)
    incident = story.incident
    return Fact(
        child=child.id,
        report=int.from_bytes(report.id.bytes[8:]),
        received=received,
        event=_as_known(event, precision, received),
        incident_unit=case.incident_unit_id or 0,
        residence_unit=case.residence_unit_id or 0,
        triage_unit=0 if case.incident_unit_id else report.unit_id or 0,
        decision=report.decision,
        sex=card.sex or facts.UNKNOWN,
        age=age_of(card, event or received, precision if event else Precision.DAY),
        harms=frozenset((told.harms if told else None) or ()),
        environment=incident.environment or facts.UNKNOWN,
        online=incident.online,
        relations=frozenset(
            tie.relation
            for suspect in story.suspects
            for tie in suspect.relations
            if tie.child == case.child_ref
        ),
        ethnic_group=detail.ethnic_group or facts.UNKNOWN,
        disability=detail.disability or facts.UNKNOWN,
        channel=report.channel or facts.UNKNOWN,
        urgency=report.urgency or facts.UNKNOWN,
        kind=report.kind or facts.UNKNOWN,
        stage=case.stage,
        flags=frozenset({"emergency"} if case.emergency else ()),
    )


def event_of(story: Story) -> tuple[date | None, str]:
    """The day of the event and how well it is known; a day told without more is that day."""
    incident = story.incident
    precision = incident.precision or Precision.DAY
    return (None if precision == Precision.UNKNOWN else incident.occurred_on), precision


def _as_known(event: date | None, precision: str, received: date) -> date | None:
    """The day of the event; where only its month or year is known, no day of it that lies after the receipt."""
    if event is None or event <= received or precision not in (Precision.MONTH, Precision.YEAR):
        return event
    of_month = precision == Precision.YEAR or event.month == received.month
    return received if event.year == received.year and of_month else event


def age_of(card: Card, on: date, precision: str) -> int | None:
    """Whole years on a day: an estimate stands as told, otherwise counted from the birth date."""
    if card.birth.age_estimate is not None:
        return card.birth.age_estimate
    return whole_years(card.birth.date, on, card.birth.precision, on_precision=precision)


def _ours_alone(desk: Desk, session: Session, case_ids: Sequence[UUID]) -> bool:
    """Whether nobody else can have changed what these facts are read from since this desk read it: SQLite has one writer,
    and what was born at this desk nobody else has seen."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    found = (held(session, Case, case_id) for case_id in case_ids)
    return all(case is not None and desk.safe.is_born(case.report_id) for case in found)


def _take_turns(session: Session, case_ids: Sequence[UUID]) -> None:
    """Let writers of the same report come one after the other: the later one sees what the earlier one wrote."""
    reports = session.scalars(select(Case.report_id).where(Case.id.in_(case_ids)).distinct())
    for key in sorted(int.from_bytes(report.bytes[8:], signed=True) for report in reports):
        session.execute(select(func.pg_advisory_xact_lock(key)))


def _by_id(session: Session, model: type[Any], ids: set[Any], *, anew: bool) -> Mapping[Any, Any]:
    """Rows by their keys: as this desk holds them, or, where somebody else may have written, read anew."""
    here = {} if anew else {key: held(session, model, key) for key in ids}
    found = {key: row for key, row in here.items() if row is not None}
    missing = [key for key in ids if key not in found]
    if missing:
        options = {"populate_existing": True} if anew else {}
        rows = session.scalars(select(model).where(model.id.in_(missing)), execution_options=options)
        found.update((row.id, row) for row in rows)
    return found


def _newest(desk: Desk, session: Session, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[int, bytes]]:
    """The newest fact of each case, opened, and when it was recorded."""
    if not case_ids:
        return {}
    newest = select(func.max(CaseFact.seq)).where(CaseFact.case_id.in_(case_ids)).group_by(CaseFact.case_id)
    rows = session.execute(
        select(CaseFact.case_id, CaseFact.recorded_at, CaseFact.sealed).where(CaseFact.seq.in_(newest))
    ).all()
    opened = desk.safe.open_facts((row.case_id, row.sealed) for row in rows)
    return {row.case_id: (row.recorded_at, packed) for row, packed in zip(rows, opened, strict=True)}
