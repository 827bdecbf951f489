"""Reading for supervisors and inspectors: figures of a province, what ran out, the trail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Stage
from casemgr.intake.models import Report
from casemgr.oversight.models import AuditCheck
from casemgr.security.audit import AuditEntry
from casemgr.security.traces import Fault

SHOWN = 100


@dataclass(frozen=True)
class Overview:
    """The figures of a scope, as far as the viewer may see the cases."""

    open: int
    running_12h: int
    waiting_for_chair: int
    in_triage: int
    overdue: Sequence[tuple[CaseClock, Case]]
    open_by_unit: Mapping[int | None, int]
    overdue_by_unit: Mapping[int | None, int]


def overview(desk: Desk, commune_ids: Sequence[int]) -> Overview:
    """What stands in the viewer's area now. No child's name is read."""
    is_open = and_(Case.closed_at.is_(None), Case.rehearsal.is_(False))
    by_unit = dict(desk.rows(select(Case.unit_id, func.count()).where(is_open).group_by(Case.unit_id)))
    running = desk.session.scalar(
        select(func.count(CaseClock.id))
        .join(Case, Case.id == CaseClock.case_id)
        .where(
            Case.rehearsal.is_(False),
            CaseClock.clock == EMERGENCY,
            CaseClock.stopped_at.is_(None),
            CaseClock.due_at >= desk.now,
        )
    )
    triage = select(func.count(Report.id)).where(Report.decision.in_(["pending", "other_commune"]))
    triage = triage.where(Report.rehearsal.is_(False))
    triage = triage.where(desk.actor.covers(Report.unit_id)) if desk.actor.units else triage
    triage = triage.where(Report.unit_id.not_in(commune_ids) if commune_ids else Report.unit_id.is_(None))
    desk.read("overview opened", count=sum(by_unit.values()))
    return Overview(
        open=sum(by_unit.values()),
        running_12h=running or 0,
        waiting_for_chair=_count(desk, Stage.APPROVING) + _count(desk, Stage.REVIEWING),
        in_triage=desk.session.scalar(triage) or 0,
        overdue=cases.overdue(desk, limit=SHOWN),
        open_by_unit=by_unit,
        overdue_by_unit=cases.overdue_by_unit(desk),
    )


def _count(desk: Desk, stage: Stage) -> int:
    statement = select(func.count(Case.id)).where(
        Case.stage == stage, Case.closed_at.is_(None), Case.rehearsal.is_(False)
    )
    return desk.session.scalar(statement) or 0


def checks(desk: Desk, *, limit: int = 30) -> Sequence[AuditCheck]:
    """The last verifications of the trail, the newest first."""
    return desk.all(select(AuditCheck).order_by(AuditCheck.at.desc()).limit(limit))


def faults(desk: Desk, found: Sequence[AuditCheck]) -> Mapping[UUID, Sequence[Fault]]:
    """What verifications found wrong, as their entries in the trail name it."""
    wrong = [str(row.id) for row in found if row.faults]
    told = select(AuditEntry.object, AuditEntry.body).where(
        AuditEntry.object.in_(wrong), AuditEntry.action == "trail verified"
    )
    return {
        UUID(check): [
            Fault(kind, entry, what=what) for kind, entry, what in json.loads(body).get("which", ())
        ]
        for check, body in (desk.rows(told) if wrong else ())
    }
