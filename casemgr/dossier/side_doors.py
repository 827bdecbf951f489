"""What else can be done with a case beside its next step, in the order in which it usually comes. A table; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from casemgr.access.permissions import Permission as P
from casemgr.cases.terms import Stage
from casemgr.core.words import Later, _l


@dataclass(frozen=True)
class SideDoor:
    """One page of a case that is not on its straight way."""

    label: Later
    address: str  # below the case
    needs: P
    closed_to: Collection[Stage] = ()
    form: str = ""


_NOT_YET = frozenset({Stage.RECEIVED})
_NOT_OPEN = frozenset({Stage.RECEIVED, Stage.CLOSED})

SIDE_DOORS: Mapping[Later, Sequence[SideDoor]] = {
    _l("Protect at once"): (
        SideDoor(_l("Emergency measures"), "emergency", P.EMERGENCY_RECORD, _NOT_OPEN),
        SideDoor(_l("Temporary separation"), "separation", P.CASE_READ, _NOT_YET, "07"),
        SideDoor(_l("Keep somebody out for the child's safety"), "withholding", P.CASE_READ, _NOT_YET),
        SideDoor(_l("Who may be called, and how"), "safe-contact", P.PLAN_READ),
    ),
    _l("Find out and settle"): (
        SideDoor(_l("Verification"), "verification", P.CASE_READ),
        SideDoor(_l("Meeting on the measures"), "meeting", P.CASE_READ, _NOT_YET),
        SideDoor(_l("Delivery of the decision"), "plan/delivery", P.PLAN_READ, _NOT_YET),
        SideDoor(_l("Services asked of providers"), "services/asked", P.PLAN_READ, _NOT_YET),
    ),
    _l("Care and circumstances"): (
        SideDoor(_l("Alternative care"), "care", P.CARE_READ, _NOT_YET, "12"),
        SideDoor(_l("Special circumstances"), "circumstances", P.CIRCUMSTANCE_READ),
    ),
    _l("Whoever did harm"): (
        SideDoor(_l("Crime report, sanctions, proceedings"), "proceedings", P.PROCEEDING_READ),
    ),
    _l("The file"): (
        SideDoor(_l("Official papers"), "papers", P.PAPER_READ),
        SideDoor(_l("Files: photos, scans, recordings"), "files", P.FILE_READ),
        SideDoor(_l("Who may see this case"), "readers", P.CASE_RESTRICT),
        SideDoor(_l("Hand over to another unit"), "handover", P.HANDOVER_SEND, frozenset({Stage.CLOSED})),
        SideDoor(_l("Who looked at this file"), "looks", P.READERS_READ),
        SideDoor(_l("Keep this file longer"), "hold", P.HOLD_SET),
    ),
}


def doors_of(stage: Stage, held: Collection[P]) -> Sequence[tuple[Later, Sequence[SideDoor]]]:
    """The doors that are open at a stage to whoever holds some permissions, group by group."""
    return [
        (group, found)
        for group, doors in SIDE_DOORS.items()
        if (found := [door for door in doors if door.needs in held and stage not in door.closed_to])
    ]
