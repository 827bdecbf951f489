"""Decisions on emergency measures, on separation from draft to end, and on who is kept out; facts in, findings out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.core.findings import Finding, Findings, blocks, checks, explains
from casemgr.core.text import fold
from casemgr.core.words import Later, _l, language
from casemgr.intervention.emergency.terms import (
    LIVE,
    Ban,
    Conclusion,
    CourtOutcome,
    Frame,
    Part,
    Proposal,
    Receipts,
    Said,
    SeparationState,
    Taken,
)
from casemgr.law.basis import Basis, Status
from casemgr.law.vocabulary import vocabulary
from casemgr.legislation.rules import length_words

COURT_FROM_DAY = 10  # from when the house offers to ask the court; the law names no day
SEPARATION = Basis.of("ND56 Điều 32", Status.CONFIRMED)
DECIDED = Basis.of("ND56 Điều 32 khoản 2", Status.CONFIRMED)
LONGEST = Basis.of("ND56 Điều 32 khoản 3", Status.CONFIRMED)
AT_ONCE = Basis.of("ND56 Điều 32 khoản 4", Status.CONFIRMED)
ASSESSED = Basis.of("TT14 Điều 14", Status.CONFIRMED)
COURT = Basis.of("LTE Điều 52 khoản 3", Status.CONFIRMED)
KEPT_OUT_OF = {
    Part.MEETING: Basis.of("ND56 Điều 27 khoản 2", Status.CONFIRMED),
    Part.OPINION: Basis.of("ND56 Điều 27 khoản 1 điểm h", Status.CONFIRMED),
    Part.DELIVERY: Basis.of("ND56 Điều 28 khoản 5", Status.CONFIRMED),
}
_A_DAY = timedelta(days=1)
_ANOTHER_UNIT = _l("Another commune answers for this child: its chair decides")
_WAITS_NOT = _l("This draft is not waiting for a decision")
_RUNS_NOT = _l("There is no separation that runs.")
_NUMBER = _l("Give the number of the decision")
_AHEAD = _l("The day lies in the future.")
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
            _l(
                "The first measure was taken after the %(limit)s of the law had passed. Say why.",
                limit=length_words(EMERGENCY, local_day(frame.received_at)),
            ),
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


@dataclass(frozen=True)
class DraftFacts:
    """What has to be known of the draft of a separation."""

    proposal: Proposal
    place_known: bool
    stage: Stage
    received_at: datetime
    now: datetime
    longest: int  # days, of the law
    other_runs: bool = False
    separated_before: bool = False
    kept_out: Collection[str] = ()  # names of persons alleged to have done harm, or kept out by decision


@dataclass(frozen=True)
class SigningFacts:
    """What has to be known before the chair decides."""

    draft: DraftFacts
    state: SeparationState
    decider: str
    own_unit: bool
    receipts: Receipts
    number: str | None = None
    signed_at: datetime | None = None


@dataclass(frozen=True)
class RunFacts:
    """How a separation that was decided stands, and who wants to do something about it."""

    state: SeparationState
    writers: Collection[str]
    decider: str
    own_unit: bool
    started_on: date
    decided_on: date
    last_day: date
    today: date
    longest: int
    awaits_court: date | None = None  # day of the request that has no outcome yet


@dataclass(frozen=True)
class SafetyFacts:
    """What the full assessment says about the safety of the child."""

    concluded_at: datetime | None = None
    high_risk: bool = False


def may_be_separated(stage: Stage) -> bool:
    """Whether a separation can be decided at this stage: once the report was taken on, until the case is closed."""
    return stage not in (Stage.RECEIVED, Stage.CLOSED)


def last_day(starts_at: datetime, days: int) -> date:
    """The last day of a separation. Days of the calendar; the day on which it starts is not counted."""
    return local_day(starts_at) + timedelta(days=days)


def findings_on_draft(facts: DraftFacts) -> Findings:
    """What the decision on a separation must say (Điều 32), as a check list, and what else the chair will ask."""
    said, basis = facts.proposal, SEPARATION.cite(language())
    fits = said.days is not None and 1 <= said.days <= facts.longest
    carer = said.carer_kind is not None and bool(said.carer_name)
    return Findings(
        blocks(
            "wrong-stage",
            _l("A separation cannot be decided at the present stage of the case."),
            when=not may_be_separated(facts.stage),
        ),
        blocks("already", _l("The child is separated already. Extend or end that first."), when=facts.other_runs),
        explains(
            "separated-before",
            _l("The child was separated before. Say what has happened since: the days are counted in all."),
            when=facts.separated_before,
            basis=LONGEST.cite(language()),
        ),
        _asked("ground", _l("The ground of Article 32 is named"), _l("Choose the ground of Article 32"), said.ground, basis),
        _asked("reasons", _l("The reasons are written"), _l("Write the reasons: what happened, what is to be feared"), said.reasons),
        _asked("place", _l("There is a place to stay"), _l("Write where the child stays"), facts.place_known, basis),
        _asked("carer_name", _l("Somebody cares for the child"), _l("Say who cares for the child, and what they are to it"), carer, basis),
        blocks(
            "alleged-carer",
            _l("This person is alleged to have done harm, or kept out: the child cannot be given to them."),
            when=bool(said.carer_name) and fold(said.carer_name or "") in set(map(fold, facts.kept_out)),
            field="carer_name",
        ),
        _asked("starts_on", _l("The start is set"), _l("Give the day and the hour from which the child is separated"), said.starts_at),
        *_starts(facts),
        _asked(
            "days",
            _l("It lasts no longer than the law allows"),
            _l("Give the number of days: from 1 to %(most)s", most=facts.longest),
            fits,
            LONGEST.cite(language()),
        ),
    )  # fmt: skip


def _asked(field: str, asked: Later, missing: Later, value: object, basis: str | None = None) -> Finding:
    return replace(
        checks(field.replace("_", "-"), asked=asked, missing=missing, holds=bool(value), basis=basis),
        field=field,
    )


def _starts(facts: DraftFacts) -> tuple[Finding | None, ...]:
    starts = facts.proposal.starts_at
    return (
        blocks(
            "starts-too-early",
            _l("The start lies before the report was received."),
            when=starts is not None and starts < facts.received_at,
            field="starts_on",
        ),
        explains(
            "starts-late",
            _l("The separation starts more than a day from now. Say how the child is safe until then."),
            when=starts is not None and starts > facts.now + _A_DAY,
            field="starts_on",
        ),
    )


def findings_before_deciding(facts: SigningFacts) -> Findings:
    """What stands between a draft that was handed in and the signature of the chair."""
    starts, signed = facts.draft.proposal.starts_at, facts.signed_at
    due = facts.receipts.due_at
    return Findings(
        *findings_on_draft(facts.draft),
        *_decider(facts.decider, facts.draft.proposal.writers, facts.own_unit),
        blocks("not-handed-in", _WAITS_NOT, when=facts.state is not SeparationState.HANDED_IN),
        blocks("number", _NUMBER, when=not facts.number, field="number"),
        blocks("signed", _l("Give the day and the hour of the signature"), when=signed is None, field="signed_on"),
        blocks("signed-ahead", _l("The signature lies in the future."), when=signed is not None and signed > facts.draft.now, field="signed_on"),
        blocks(
            "signed-too-early",
            _l("The signature lies before the report was received."),
            when=signed is not None and signed < facts.receipts.earlier,
            field="signed_on",
        ),
        explains(
            "late-12h",
            _l(
                "The decision was signed after the %(limit)s of the law had passed. Say why.",
                limit=length_words("separation_decision_12h", local_day(facts.receipts.earlier)),
            ),
            when=signed is not None and due is not None and signed > due,
            field="signed_on",
            basis=DECIDED.cite(language()),
        ),
        explains(
            "signed-after-start",
            _l("The child was separated more than a day before the signature. Say on what it rested until then."),
            when=signed is not None and starts is not None and starts < signed - _A_DAY,
            field="signed_on",
            basis=AT_ONCE.cite(language()),
        ),
    )  # fmt: skip


def findings_on_the_draft_alone(facts: SigningFacts) -> Findings:
    """What the chair sees before typing anything."""
    typed = {"number", "signed", "signed-ahead", "signed-too-early", "late-12h", "signed-after-start"}
    return Findings(*(one for one in findings_before_deciding(facts) if one.code not in typed))


def findings_before_giving_back(state: SeparationState, reason: str | None, *, own_unit: bool) -> Findings:
    """A draft is given back with words about what to put right."""
    return Findings(
        blocks("not-handed-in", _WAITS_NOT, when=state is not SeparationState.HANDED_IN),
        blocks("another-unit", _ANOTHER_UNIT, when=not own_unit),
        blocks("no-reason", _l("Say what should be put right"), when=not reason, field="reason"),
    )


def findings_before_extending(facts: RunFacts, said: Said) -> Findings:
    """An extension stays within the longest time of the law, unless a competent authority asks for more."""
    total = (facts.last_day - facts.started_on).days + (said.days or 0)
    asks = any((said.authority, said.authority_number, said.authority_on))
    beyond = said.days is not None and total > facts.longest
    return Findings(
        *_runs(facts),
        *_decider(facts.decider, facts.writers, facts.own_unit),
        *_signed(facts, said),
        blocks(
            "over",
            _l("Its time was over when this was signed. Assess the child, or ask the court."),
            when=said.on is not None and said.on > facts.last_day,
            field="on",
        ),
        blocks("days", _l("Give the number of further days"), when=not said.days, field="days"),
        blocks(
            "beyond",
            _l("With these days it lasts %(total)s days. The law allows %(most)s in all, unless a competent authority asks for more: write which, by which paper, of which day.", total=total, most=facts.longest),
            when=beyond and not asks,
            field="authority",
            basis=LONGEST.cite(language()),
        ),
        blocks("authority", _l("Write which authority asks for it"), when=asks and not said.authority, field="authority"),
        blocks("authority-number", _l("Give the number of its paper"), when=asks and not said.authority_number, field="authority_number"),
        blocks("authority-day", _l("Give the day of its paper"), when=asks and said.authority_on is None, field="authority_on"),
        blocks(
            "authority-ahead",
            _l("The paper of the authority lies in the future."),
            when=said.authority_on is not None and said.authority_on > facts.today,
            field="authority_on",
        ),
        blocks("reason", _l("Say why it goes on"), when=not said.reason, field="reason"),
    )  # fmt: skip


def findings_before_lifting(facts: RunFacts, said: Said, safety: SafetyFacts) -> Findings:
    """The chair lifts a separation when Mẫu 03 finds that parents or carers keep the child safe."""
    basis, assessed = LONGEST.cite(language()), safety.concluded_at
    older = assessed is not None and local_day(assessed) < facts.decided_on
    return Findings(
        *_runs(facts),
        *_decider(facts.decider, facts.writers, facts.own_unit),
        *_signed(facts, said),
        blocks(
            "time-over",
            _l("Its time is over: it is not lifted, the child is assessed."),
            when=said.on is not None and said.on > facts.last_day,
            field="on",
        ),
        blocks("reason", _l("Say what makes the child safe now"), when=not said.reason, field="reason"),
        blocks("to-whom", _l("Say to whom the child goes back"), when=not said.to_whom, field="to_whom"),
        explains("no-form-03", _l("There is no concluded full assessment, Form 03."), when=assessed is None, basis=basis),
        explains("form-03-older", _l("The full assessment, Form 03, is older than the separation."), when=older, basis=basis),
        explains("form-03-high", _l("The full assessment, Form 03, concludes high danger."), when=safety.high_risk, basis=basis),
    )  # fmt: skip


def findings_before_assessing(facts: RunFacts, said: Said) -> Findings:
    """At the end of its time the child is assessed: home again, or a request to the court (TT14 Điều 14)."""
    basis = ASSESSED.cite(language())
    home = said.conclusion is Conclusion.HOME
    return Findings(
        *_runs(facts),
        blocks(
            "too-early",
            _l("Its time is not over. Before the last day only the chair ends it, by lifting it; the court can be asked already."),
            when=said.on is not None and said.on < facts.last_day,
            field="on",
        ),
        *_day(facts, said, _l("Give the day of the assessment")),
        blocks("findings", _l("Write what the assessment found"), when=not said.reason, field="reason"),
        blocks("conclusion", _l("Choose: home again, or the court"), when=said.conclusion is None, field="conclusion", basis=basis),
        blocks("to-whom", _l("Say to whom the child goes back"), when=home and not said.to_whom, field="to_whom"),
        blocks("conditions", _l("Write on which conditions the child goes home, and who looks after them"), when=home and not said.conditions, field="conditions"),
    )  # fmt: skip


def court_from(facts: RunFacts) -> date:
    """From which day on the house offers to ask the court."""
    return facts.started_on + timedelta(days=COURT_FROM_DAY)


def findings_before_asking_court(facts: RunFacts, said: Said) -> Findings:
    """A request to the court: by the chair, one at a time."""
    live = facts.state in LIVE
    return Findings(
        blocks("not-running", _RUNS_NOT, when=not live),
        blocks("another-unit", _ANOTHER_UNIT, when=not facts.own_unit),
        blocks("asked-already", _l("The court was asked already. Write down its outcome first."), when=facts.awaits_court is not None),
        *_day(facts, said, _l("Give the day of the request")),
        blocks("number", _l("Give the number of the request"), when=not said.number, field="number"),
        blocks("court-name", _l("Write which court is asked"), when=not said.court_name, field="court_name"),
        blocks("asked", _l("Write what the court is asked for"), when=not said.reason, field="reason"),
        explains(
            "early-court",
            _l("The court is asked before day %(day)s. Say why the assessment is not awaited.", day=COURT_FROM_DAY),
            when=live and said.on is not None and said.on < court_from(facts),
            field="on",
            basis=COURT.cite(language()),
        ),
    )  # fmt: skip


def findings_on_outcome(facts: RunFacts, said: Said) -> Findings:
    """What the court decided: day, number, and in words."""
    asked = facts.awaits_court
    return Findings(
        blocks("not-asked", _l("No request to the court waits for an outcome."), when=asked is None),
        blocks("day", _l("Give the day of the decision"), when=said.on is None, field="on"),
        blocks("day-ahead", _AHEAD, when=said.on is not None and said.on > facts.today, field="on"),
        blocks(
            "before-request",
            _l("The decision lies before the request."),
            when=asked is not None and said.on is not None and said.on < asked,
            field="on",
        ),
        blocks("outcome", _l("Choose what the court decided"), when=said.outcome is None, field="outcome"),
        blocks(
            "number",
            _l("Give the number of the court’s decision"),
            when=not said.number and said.outcome is not CourtOutcome.WITHDRAWN,
            field="number",
        ),
        blocks("decided", _l("Write what was decided"), when=not said.decided, field="decided"),
    )  # fmt: skip


def ends_with(state: SeparationState, outcome: CourtOutcome) -> bool:
    """Whether the court's outcome ends the separation: always once its time is over, before that only if it was granted."""
    return state is SeparationState.AT_COURT or outcome in (CourtOutcome.GRANTED, CourtOutcome.PARTLY)


def has_exception(part: Part) -> bool:
    """Whether the law itself leaves out, in words, a carer who is alleged to have done the harm."""
    return part is Part.OPINION


def findings_before_withholding(
    ban: Ban, *, known: bool, alleged: bool, already: Collection[Part], stage: Stage
) -> Findings:
    """Somebody is kept out by a decision with its ground; the law names an exception only for the opinion."""
    return Findings(
        blocks("closed", _l("The case is closed."), when=stage is Stage.CLOSED),
        blocks("received", _l("The report was not taken on yet."), when=stage is Stage.RECEIVED),
        blocks("nobody", _l("Choose who is kept out"), when=not known, field="person"),
        blocks("nothing", _l("Choose from what"), when=not ban.parts, field="parts"),
        blocks("no-ground", _l("Write the ground: what would happen to the child otherwise"), when=not ban.ground, field="ground"),
        blocks("already-out", _l("This person is kept out of this already."), when=bool(set(already) & set(ban.parts)), field="parts"),
        explains(
            "not-alleged",
            _l("Neither report nor assessment alleges that this person has done harm. Say why they are kept out."),
            when=known and not alleged,
            field="person",
        ),
    )  # fmt: skip


def findings_before_letting_in(*, running: bool, reason: str | None) -> Findings:
    """Somebody is let in again, with a reason."""
    return Findings(
        blocks("ended", _l("This decision has ended already."), when=not running),
        blocks("no-reason", _l("Say why this person is let in again"), when=not reason, field="reason"),
    )


def _decider(decider: str, writers: Collection[str], own_unit: bool) -> tuple[Finding | None, ...]:
    return (
        blocks(
            "another-person",
            _l("You wrote in this draft yourself: somebody else has to decide"),
            when=decider in writers,
            basis=DECIDED.cite(language()),
        ),
        blocks("another-unit", _ANOTHER_UNIT, when=not own_unit),
    )


def _runs(facts: RunFacts) -> tuple[Finding | None, ...]:
    return (blocks("not-running", _RUNS_NOT, when=facts.state is not SeparationState.RUNNING),)


def _day(facts: RunFacts, said: Said, missing: Later) -> tuple[Finding | None, ...]:
    return (
        blocks("day", missing, when=said.on is None, field="on"),
        blocks("day-ahead", _AHEAD, when=said.on is not None and said.on > facts.today, field="on"),
        blocks(
            "day-too-early",
            _l("The day lies before the decision on the separation."),
            when=said.on is not None and said.on < facts.decided_on,
            field="on",
        ),
    )


def _signed(facts: RunFacts, said: Said) -> tuple[Finding | None, ...]:
    return (
        blocks("number", _NUMBER, when=not said.number, field="number"),
        *_day(facts, said, _l("Give the day of the signature")),
    )
