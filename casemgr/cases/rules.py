"""Decisions of the spine: who may hold a case, when it can be opened again."""

from casemgr.cases.terms import Stage
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _l


def may_assign(*, works_here: bool, stage: Stage) -> Findings:
    """Whether somebody can be given a case to hold."""
    return Findings(
        blocks(
            "not-here",
            _l("This person has no role at the unit of the case."),
            when=not works_here,
            field="holder",
        ),
        blocks("closed", _l("The case is closed."), when=stage is Stage.CLOSED),
    )


def may_reopen(*, stage: Stage, reason: str | None) -> Findings:
    """Whether a closed case can be opened again."""
    return Findings(
        blocks("not-closed", _l("The case is not closed."), when=stage is not Stage.CLOSED),
        blocks("reason", _l("Say what has happened since."), when=not (reason or "").strip(), field="reason"),
    )
