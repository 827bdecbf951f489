"""Decisions on emergency measures: what may be recorded, and what has to be explained when the twelve hours have passed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from casemgr.cases.terms import Stage
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intervention.emergency.terms import Frame, Taken
from casemgr.law.basis import Basis, Status
from casemgr.law.vocabulary import vocabulary

TWELVE_HOURS = Basis.of("ND56 Điều 31 khoản 2", Status.CONFIRMED)
_OPEN_AT = frozenset(
    {Stage.ASSESSING, Stage.PROTECTING, Stage.STUDYING, Stage.PLANNING, Stage.APPROVING, Stage.CARRYING_OUT}
)


def may_be_written(stage: Stage) -> bool:
    """Whether measures can be recorded at this stage: also before Mẫu 02 is finished, and later again."""
    return stage in _OPEN_AT


def fresh(measures: Sequence[Taken], frame: Frame) -> tuple[Taken, ...]:
    """The measures that are not already written down: a page sent twice records them once."""
    return tuple(one for one in dict.fromkeys(measures) if one not in frame.earlier)


def may_be_recorded(measures: Sequence[Taken], frame: Frame, stage: Stage) -> Findings:
    """What stands against recording these measures."""
    confirms = stage is Stage.PROTECTING and bool(frame.earlier)
    return Findings(
        blocks(
            "wrong-stage",
            _l("Emergency measures cannot be recorded at the present stage of the case."),
            when=not may_be_written(stage),
        ),
        blocks(
            "nothing",
            _l("Tick at least one task that was done."),
            when=not measures and not confirms,
            field="tasks",
        ),
        *(finding for one in measures for finding in _on(one, frame)),
        explains(
            "late",
            _l("The first measure was taken after the twelve hours of the law had passed. Say why."),
            when=is_late(measures, frame),
            field="explanation-late",
            basis=TWELVE_HOURS.cite(language()),
        ),
    )


def first_at(measures: Sequence[Taken], frame: Frame) -> datetime | None:
    """When the child was first protected, by these measures or by earlier ones."""
    return min((one.at for one in (*measures, *frame.earlier)), default=None)


def is_late(measures: Sequence[Taken], frame: Frame) -> bool:
    """Whether the first measure came after the twelve hours. Further measures need no explanation."""
    first = first_at(measures, frame)
    return frame.due_at is not None and first is not None and first > frame.due_at


def _on(taken: Taken, frame: Frame) -> Iterator[Finding | None]:
    measure = taken.measure
    name = vocabulary("emergency_measures").label(measure.code, language())
    yield blocks(
        f"future-{measure.code}",
        _l("%(task)s: the time lies in the future.", task=name),
        when=taken.at > frame.now,
        field=f"time-{measure.code}",
    )
    yield blocks(
        f"before-{measure.code}",
        _l("%(task)s: the time lies before the report was received.", task=name),
        when=taken.at < frame.received_at,
        field=f"time-{measure.code}",
    )
    yield blocks(
        f"nobody-{measure.code}",
        _l("%(task)s: write who did it, or which office.", task=name),
        when=not (measure.who or measure.agency),
        field=f"who-{measure.code}",
    )
