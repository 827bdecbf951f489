"""When a case may be closed, and when another round is due: facts in, findings out. Basis: NĐ 56/2017 Điều 30."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.findings import Finding, Findings, Weight, blocks, explains
from casemgr.core.words import Later, _l, language
from casemgr.intervention.plan.terms import Answer
from casemgr.law import factors
from casemgr.law.basis import Basis, Status
from casemgr.review.terms import Answers, ReviewState

FORM = "06"
_CONDITIONS = Basis.of("ND56 Điều 30 khoản 1 điểm b", Status.CONFIRMED)
_CLOSES = Basis.of("ND56 Điều 30 khoản 1", Status.CONFIRMED)

BEFORE: Mapping[str, tuple[str, ...]] = {
    "M06.A1": ("M06.A1", "M03.A1", "M02.A1"),
    "M06.A2": ("M06.A2", "M03.A2", "M02.A2"),
    "M06.A3": ("M06.A3", "M03.A4"),
    "M06.B1": ("M06.B1", "M03.B1"),
    "M06.B2": ("M06.B2", "M03.B5"),
    "M06.B3": ("M06.B3", "M03.B4"),
}
"""Which rows of earlier forms ask the same as a row of Mẫu 06, the nearest first."""


class Shift(StrEnum):
    """How a row stands against last time."""

    LESS = "less"
    SAME = "same"
    MORE = "more"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ServicesFacts:
    """What the diary says about the services of the approved plan."""

    planned: bool = True  # there is a plan on file
    approval_stands: bool = True
    running: Sequence[str] = ()  # planned end not reached
    never_noted: Sequence[str] = ()
    promises_open: int = 0
    seen: bool = True  # the child was seen in this round
    seen_alone: bool = True


@dataclass(frozen=True)
class ClosingFacts:
    """What has to be known before closing is proposed or decided."""

    answers: Answers
    services: ServicesFacts
    emergency_running: bool = False
    separated: bool = False  # temporary separation runs
    care_waits: bool = False  # alternative care is proposed or decided, and the child is not yet there
    in_care: bool = False  # the child lives with the carer who was decided
    asked_open: bool = False  # a provider has not yet done what was asked of it
    handing_over: bool = False
    crime_unreported: bool = False


def findings_before_proposing(facts: ClosingFacts) -> Findings:
    """What stands between a review and the proposal to close: both conditions of the law, the rows, the services."""
    return Findings(
        *_rows_open(facts.answers),
        _condition("not-safe", facts.answers.safe.answer, _SAFE, "safe"),
        _condition("not-stable", facts.answers.stable.answer, _STABLE, "stable"),
        *_evidence(facts.answers),
        *_rows_say(facts.answers),
        *_services(facts.services),
        blocks(
            "emergency-open",
            _l("Cannot be closed yet: the clock of the emergency measures is still running"),
            when=facts.emergency_running,
        ),
        *_still_open(facts),
    )


def _still_open(facts: ClosingFacts) -> tuple[Finding | None, ...]:
    """What the other parts of the file still wait for."""
    return (
        blocks(
            "separated",
            _l(
                "Cannot be closed yet: the child is still separated from the carer. End or lift the separation first"
            ),
            when=facts.separated,
        ),
        blocks(
            "care-waits",
            _l(
                "Cannot be closed yet: alternative care is proposed or decided and the child is not there yet"
            ),
            when=facts.care_waits,
        ),
        explains(
            "in-care",
            _l(
                "The child lives in alternative care. Visits go on after the case is closed. Say who makes them"
            ),
            when=facts.in_care,
        ),
        explains(
            "asked-open",
            _l("A provider was asked for a service and has not said that it is done. Say what becomes of it"),
            when=facts.asked_open,
        ),
        blocks(
            "handing-over",
            _l("Cannot be closed yet: the case is being handed over. Take the handover back first"),
            when=facts.handing_over,
        ),
        blocks(
            "crime-unreported",
            _l("Cannot be closed yet: signs of a crime were noted and not reported to the police"),
            when=facts.crime_unreported,
        ),
    )


_SAFE = (
    _l("The child is no longer at risk"),
    _l("Answer whether the child is still at risk"),
    _l("The child is not known to be out of risk: by law the next step is another round of planning"),
)
_STABLE = (
    _l("Body, mind, understanding and feelings are stable"),
    _l("Answer whether body, mind, understanding and feelings are stable"),
    _l("The child is not known to be stable: by law the next step is another round of planning"),
)


def _condition(code: str, answer: Answer | None, said: tuple[Later, Later, Later], field: str) -> Finding:
    """A condition of the law is met, unanswered, or not met; not known is not met."""
    met, open_, unmet = said
    basis = _CONDITIONS.cite(language())
    if answer is Answer.YES:
        return Finding(code, met, Weight.PASSED, field, basis)
    return Finding(code, open_ if answer is None else unmet, Weight.BLOCK, field, basis)


def _evidence(answers: Answers) -> tuple[Finding | None, ...]:
    """A yes to a condition says what it rests on."""
    sentence = _l("Say what the yes rests on")
    return (
        blocks("safe-evidence", sentence, when=_bare_yes(answers.safe), field="safe_evidence"),
        blocks("stable-evidence", sentence, when=_bare_yes(answers.stable), field="stable_evidence"),
    )


def _bare_yes(reply: object) -> bool:
    return getattr(reply, "answer", None) is Answer.YES and not getattr(reply, "evidence", None)


def _rows_open(answers: Answers) -> tuple[Finding | None, ...]:
    """Every row is answered, also with not known."""
    rows = [row for row in factors.assessment(FORM).rows if not row.doubtful]
    missing = [row for row in rows if answers.rating(row.code).level is None]
    if not missing:
        return (Finding("rows", _l("Every row of Form 06 is answered"), Weight.PASSED),)
    sentence = _l("%(row)s: choose a level, or “Not known”.")
    return tuple(
        blocks(f"row-{row.code}", sentence % {"row": row.wording}, when=True, field=f"row-{row.code}")
        for row in missing
    )


def _rows_say(answers: Answers) -> tuple[Finding | None, ...]:
    """Rows on the dangerous side, or not known, want a word before a case is closed."""
    form = factors.assessment(FORM)
    dangerous, unknown = [], []
    for table in form.tables:
        for row in table.rows:
            level = answers.rating(row.code).level
            if level == table.danger:
                dangerous.append(str(row.wording))
            elif level is not None and level in factors.NOT_KNOWN:
                unknown.append(str(row.wording))
    return (
        explains(
            "rows-dangerous",
            _l(
                "Still on the dangerous side: %(rows)s. Say why the case can be closed all the same",
                rows="; ".join(dangerous),
            ),
            when=bool(dangerous),
        ),
        explains(
            "rows-unknown", _l("Not known: %(rows)s. Say why", rows="; ".join(unknown)), when=bool(unknown)
        ),
    )


def _services(facts: ServicesFacts) -> tuple[Finding | None, ...]:
    names = "; ".join
    return (
        blocks(
            "approval-void",
            _l("What is being carried out is not what was approved: the plan has to be approved again first"),
            when=facts.planned and not facts.approval_stands,
        ),
        explains(
            "no-plan",
            _l("No approved plan is on file. Say on what the services rested"),
            when=not facts.planned,
        ),
        explains(
            "services-running",
            _l("The planned end is not reached yet: %(services)s", services=names(facts.running)),
            when=bool(facts.running),
        ),
        explains(
            "services-not-noted",
            _l("Nothing was ever noted on: %(services)s", services=names(facts.never_noted)),
            when=bool(facts.never_noted),
        ),
        explains(
            "promises-open",
            _l("%(count)s promises to the child are still open", count=facts.promises_open),
            when=facts.promises_open > 0,
        ),
        explains(
            "child-not-seen", _l("No visit of this round says that the child was seen"), when=not facts.seen
        ),
        explains(
            "child-not-seen-alone",
            _l("No visit of this round says that the child was seen alone"),
            when=facts.seen and not facts.seen_alone,
        ),
        Finding("services", _l("Every service is over and was noted"), Weight.PASSED)
        if facts.planned and not (facts.running or facts.never_noted)
        else None,
        Finding("child-seen", _l("The child was seen, and seen alone"), Weight.PASSED)
        if facts.seen and facts.seen_alone
        else None,
    )


def findings_before_another_round(answers: Answers) -> Findings:
    """Another round needs to know what the next plan must change; an unanswered row wants a reason."""
    missing = [row for row in _rows_open(answers) if row is not None and row.weight is Weight.BLOCK]
    both = answers.safe.answer is Answer.YES and answers.stable.answer is Answer.YES
    return Findings(
        blocks(
            "next-plan",
            _l("Say what the next plan has to change"),
            when=not answers.next_plan,
            field="next_plan",
        ),
        explains(
            "rows-open",
            _l("%(count)s rows of Form 06 are not answered. Say why", count=len(missing)),
            when=bool(missing),
        ),
        explains(
            "both-met",
            _l("Both conditions of the law are answered with yes, and another round is chosen. Say why"),
            when=both,
        ),
    )


def findings_before_closing(
    facts: ClosingFacts, *, state: ReviewState, closer: str, writers: Collection[str], own_unit: bool
) -> Findings:
    """What stands between a proposal and the closure: all that stood against the proposal, and that another person decides."""
    own = closer in writers
    basis = _CLOSES.cite(language())
    return Findings(
        *_who_may_close(state, own=own, own_unit=own_unit),
        None
        if own
        else Finding("another-person", _l("Who reviewed does not close"), Weight.PASSED, None, basis),
        *findings_before_proposing(facts),
    )


def findings_before_refusing(
    *, state: ReviewState, reason: str | None, closer: str, writers: Collection[str], own_unit: bool
) -> Findings:
    """A refusal says why, and is said by another person too."""
    return Findings(
        *_who_may_close(state, own=closer in writers, own_unit=own_unit),
        blocks("no-reason", _l("Say why the case is not closed"), when=not reason, field="reason"),
    )


def _who_may_close(state: ReviewState, *, own: bool, own_unit: bool) -> tuple[Finding | None, ...]:
    return (
        blocks(
            "not-proposed", _l("No closure is proposed for this case"), when=state is not ReviewState.PROPOSED
        ),
        blocks("own-review", _l("You wrote this review yourself: somebody else has to decide"), when=own),
        blocks(
            "another-unit", _l("Another commune answers for this case: its chair decides"), when=not own_unit
        ),
    )


def suggestion(answers: Answers) -> factors.Suggestion:
    """The level that the tables suggest; provisional."""
    rows = {row.code for row in factors.assessment(FORM).rows}
    return factors.suggest(FORM, {code: level for code, level in answers.levels.items() if code in rows})


def shift(table: factors.FactorTable, before: str | None, now: str | None) -> Shift:
    """Whether a row is less or more dangerous than last time; what is not known cannot be compared."""
    if before in factors.NOT_KNOWN or now in factors.NOT_KNOWN:
        return Shift.UNKNOWN
    was, has = table.danger_of(factors.Level(str(before))), table.danger_of(factors.Level(str(now)))
    return Shift.SAME if was == has else Shift.LESS if has < was else Shift.MORE
