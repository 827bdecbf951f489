"""Decisions of the spine: who may hold a case, when it can be opened again."""

from casemgr.cases.terms import Stage, Step
from casemgr.cases.workflow import BY_THE_RESPONSIBLE
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


def may_step(step: Step, *, answers: bool) -> Findings:
    """Whether a unit may take a step: most are taken by the one that is responsible, and by no other."""
    return Findings(
        blocks(
            "not-responsible",
            _l("Another unit is responsible for this case. You can read it and write a note."),
            when=step in BY_THE_RESPONSIBLE and not answers,
        )
    )


def may_reopen(*, stage: Stage, reason: str | None, screened_out: bool = False) -> Findings:
    """Whether a closed case can be opened again. Its report must stand: a no is decided anew, with the report."""
    return Findings(
        blocks("not-closed", _l("The case is not closed."), when=stage is not Stage.CLOSED),
        blocks(
            "screened-out",
            _l("The report was decided against. Write on the report what is new, then decide it anew."),
            when=screened_out,
        ),
        blocks("reason", _l("Say what has happened since."), when=not (reason or "").strip(), field="reason"),
    )
