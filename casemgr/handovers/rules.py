"""Decisions on handovers: when a case may be sent to another unit, and who may answer. The sender stays responsible."""

from casemgr.cases.terms import Stage
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import _l, language
from casemgr.handovers.terms import OPEN, Answering, Kind, Sending
from casemgr.law.basis import Basis, Status

RESIDENCE = Basis.of("LTE Điều 52 khoản 2", Status.CONFIRMED)
TWELVE_HOURS = Basis.of("ND56 Điều 31 khoản 2", Status.CONFIRMED)
FIRST_STEPS = Basis.of("ND56 Điều 26 khoản 1", Status.CONFIRMED)
_ASSESSED = frozenset({Stage.PLANNING, Stage.APPROVING, Stage.CARRYING_OUT, Stage.REVIEWING})


def may_send(told: Sending) -> Findings:
    """What stands against sending a case to another unit, and what has to be explained first."""
    return Findings(
        blocks(
            "not-responsible",
            _l("Another unit is responsible for this case; only it can hand the case over."),
            when=not told.responsible,
        ),
        blocks(
            "rehearsal",
            _l("A rehearsal stays where it is practised; another commune would take it for a child in need."),
            when=told.rehearsal,
        ),
        blocks("closed", _l("A closed case cannot be handed over."), when=told.stage is Stage.CLOSED),
        blocks(
            "not-decided",
            _l("Decide on the report first. If it happened in another commune, send the report on instead."),
            when=told.stage is Stage.RECEIVED,
        ),
        blocks(
            "runs-already",
            _l("A handover of this case is already under way. Take it back first."),
            when=told.handover_runs,
        ),
        blocks(
            "kind", _l("Choose why the case goes to another commune."), when=told.kind is None, field="kind"
        ),
        blocks(
            "same-unit",
            _l("This commune already has the case. Choose another one."),
            when=told.same_unit,
            field="unit",
        ),
        blocks(
            "same-province",
            _l("This commune lies in the same province. Choose the other kind of handover."),
            when=told.kind is Kind.OTHER_PROVINCE and told.same_province,
            field="kind",
        ),
        blocks(
            "why",
            _l("Write why: the receiver decides by it."),
            when=not (told.why or "").strip(),
            field="why",
        ),
        *_to_explain(told),
    )


def _to_explain(told: Sending) -> tuple[Finding | None, ...]:
    return (
        explains(
            "emergency-runs",
            _l(
                "The time for emergency measures is running. Say who protects the child until the receiver has accepted."
            ),
            when=told.emergency_runs,
            field="explanation-emergency-runs",
            basis=TWELVE_HOURS.cite(language()),
        ),
        explains(
            "not-assessed",
            _l(
                "Assessing is the task of the commune where it happened. Say why the case goes on before that is done."
            ),
            when=told.kind is Kind.TO_RESIDENCE and told.stage not in _ASSESSED,
            field="explanation-not-assessed",
            basis=FIRST_STEPS.cite(language()),
        ),
        explains(
            "lives-elsewhere",
            _l("The case names another commune as the place where the child lives. Say which is right."),
            when=told.kind is Kind.TO_RESIDENCE and told.lives_elsewhere,
            field="explanation-lives-elsewhere",
            basis=RESIDENCE.cite(language()),
        ),
    )


def may_answer(told: Answering, *, needs_reason: bool = False) -> Findings:
    """What stands against seeing, accepting, returning or taking back a handover."""
    return Findings(
        blocks("over", _l("This handover is already over."), when=told.state not in OPEN),
        blocks("not-yours", _l("This is for the other side to do."), when=not told.ours),
        blocks(
            "reason",
            _l("Say why the case is returned: what is missing, or which unit it belongs to."),
            when=needs_reason and not (told.reason or "").strip(),
            field="reason",
        ),
    )


def may_hand_on_restricted(*, restricted: bool, read_there: bool) -> Findings:
    """Whether a case that only named persons see can go to another unit: somebody there must be one of them."""
    return Findings(
        blocks(
            "no-reader-there",
            _l(
                "Only named persons see this case, and none of them is at that unit. Name one there first, or lift the restriction."
            ),
            when=restricted and not read_there,
        )
    )
