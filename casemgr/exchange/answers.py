"""What a sender is told, as plain values: codes, numbers and times; never whether a child is already known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.core.calendar import LOCAL
from casemgr.core.words import _
from casemgr.exchange.queries import Followed
from casemgr.intake.actions import Received
from casemgr.intake.models import Report, ReportEvent
from casemgr.intake.terms import Decision, ReportState
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY, UnitFacts

NATION = "nation"
_COMPLETED = "completed"  # accepted, and every case of it has since been closed
_REFERRALS = "/api/v1/referrals"


def received(desk: Desk, what: Received) -> dict[str, object]:
    """What became of a telling, for its sender."""
    report = what.report
    cases = [
        case for case in what.cases if case.entered_by is None
    ]  # a child that an officer found is not told of
    told: dict[str, object] = {
        "reference": report.reference,
        "revision": report.revision,
        "status": what.status,
        "report": report.number,
        "cases": [{"child": case.child_ref, "case": case.number} for case in cases],
        "routed_to": _unit_or_nation(desk, report.unit_id),
        "clocks": _clocks(cases),
        "questions": [{"field": question.field, "text": str(question.text)} for question in what.questions],
        "status_url": status_url(report),
    }
    if what.candidates:
        told["candidates"] = [_unit(unit) for unit in what.candidates]
    return told


def status(desk: Desk, report: Report, history: Sequence[ReportEvent]) -> dict[str, object]:
    """How far a referral has come, for its sender."""
    told: dict[str, object] = {
        "reference": report.reference,
        "revision": report.revision,
        "report": report.number,
        "state": report.state,
        "routed_to": _unit_or_nation(desk, report.unit_id),
        "history": [
            {"state": event.state, "unit": _code(desk, event.unit_id), "at": moment(event.at)}
            for event in history
        ],
        "nudged_at": moment(report.nudged_at) if report.nudged_at else None,
    }
    if report.state in (ReportState.CLOSED, ReportState.RETURNED):
        told["outcome"] = _COMPLETED if report.decision == Decision.ACCEPTED else report.decision
    return told


def followed(desk: Desk, what: Followed) -> dict[str, object]:
    """A stretch of events, for whoever follows them."""
    return {
        "events": [
            {
                "cursor": str(cursor),
                "sequence": cursor.read,
                "reference": event.reference,
                "revision": event.revision,
                "state": event.state,
                "unit": _code(desk, event.unit_id),
                "at": moment(event.at),
            }
            for cursor, event in what.events
        ],
        "next": str(what.next),
        "more": what.more,
    }


def status_url(report: Report) -> str:
    """Where a sender asks what became of its referral."""
    return f"{_REFERRALS}/{report.reference}"


def moment(instant: datetime) -> str:
    """An instant as the sender's clocks show it."""
    return instant.astimezone(LOCAL).isoformat()


def _clocks(cases: Iterable[Case]) -> list[Mapping[str, object]]:
    """The clock of each case that runs out first; the same clock of several children once."""
    due: dict[str, datetime | None] = {}
    for case in cases:
        if case.due_clock is not None:
            known = due.get(case.due_clock)
            due[case.due_clock] = min((at for at in (known, case.due_at) if at is not None), default=None)
    return [{"id": clock, "due_at": moment(at) if at else None} for clock, at in due.items()]


def _unit_or_nation(desk: Desk, unit_id: int | None) -> Mapping[str, object]:
    unit = places.atlas(desk).unit(unit_id) if unit_id is not None else None
    return _unit(unit) if unit is not None else {"unit_code": COUNTRY, "name": _("Viet Nam"), "level": NATION}


def _unit(unit: UnitFacts) -> Mapping[str, object]:
    return {"unit_code": unit.code, "name": unit.name, "level": unit.level.value}


def _code(desk: Desk, unit_id: int | None) -> str | None:
    unit = places.atlas(desk).unit(unit_id) if unit_id is not None else None
    return unit.code if unit is not None else None
