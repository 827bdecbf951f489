"""Writing emergency measures: what was done for the child. The first one stops the clock of the twelve hours."""

from collections.abc import Mapping, Sequence

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Stage, Step
from casemgr.intervention.emergency import queries, rules
from casemgr.intervention.emergency.models import EmergencyMeasure
from casemgr.intervention.emergency.terms import Taken


@action("emergency measures recorded", needs=Permission.EMERGENCY_RECORD)
def record_measures(
    desk: Desk, case: Case, *, measures: Sequence[Taken], explanations: Mapping[str, str] | None = None
) -> Case:
    """Write down which measures were taken, when and by whom; no measures confirms that earlier ones protect the child."""
    frame = queries.frame(desk, case)
    stage = Stage(case.stage)
    new = rules.fresh(measures, frame)
    if measures and not new and stage is not Stage.PROTECTING:
        return case
    rules.may_be_recorded(new, frame, stage).settle(explanations)
    for one in new:
        _keep(desk, case, one)
    reason = (explanations or {}).get("late") if rules.is_late(new, frame) else None
    codes = ",".join(one.measure.code for one in new)
    note = Note(reason=reason, data={"measures": codes} if codes else None)
    first = min(new, key=lambda one: one.at).at if new else rules.first_at(new, frame)
    return spine.advance(desk, case, Step.PROTECT, at=first, note=note)


def _keep(desk: Desk, case: Case, taken: Taken) -> None:
    row = EmergencyMeasure(
        id=desk.id(), case_id=case.id, at=taken.at, recorded_at=desk.now, recorded_by=desk.actor.account_id
    )
    desk.add(row)
    desk.seal(row, content=taken.measure)
