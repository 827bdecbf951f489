"""While a child is in care: the handing over, what is written down, the end. Facts in, findings out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casemgr.children.terms import Birth
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import Later, _l, language
from casemgr.intervention.care.ages import of_deadline, opinion
from casemgr.intervention.care.terms import (
    OPEN,
    TRANSFER,
    CareForm,
    Ending,
    EntryKind,
    Said,
    State,
)
from casemgr.law.basis import Basis, Status
from casemgr.law.deadlines import length
from casemgr.law.vocabulary import vocabulary
from casemgr.legislation.rules import length_words

_CONDITIONS = Basis.of("LTE Điều 63 khoản 2", Status.CONFIRMED)
_URGENT = Basis.of("ND56 Điều 32 khoản 4", Status.CONFIRMED)
_ENDS = Basis.of("LTE Điều 69", Status.CONFIRMED)
_MEETING = Basis.of("TT14 Điều 10 khoản 4 điểm c", Status.CONFIRMED)


@dataclass(frozen=True)
class HandingFacts:
    """What is known when the child is handed over."""

    form: CareForm
    urgent: bool
    state: State
    given_on: date | None
    today: date
    decided_on: date | None
    received_on: date
    meetings: int
    present: str | None
    late: bool = False
    hits: tuple[str, ...] = ()


def findings_on_handing(facts: HandingFacts) -> Findings:
    """What stands against handing the child over."""
    day = facts.given_on
    wanted = length("ac_meet_twice", facts.today)
    allowed = facts.state is State.DECIDED or (facts.urgent and facts.state is State.PROPOSED)
    return Findings(
        blocks(
            "state",
            _l("The child is handed over after the decision; without one only in urgent care."),
            when=not allowed,
            basis=_URGENT.cite(language()),
        ),
        blocks(
            "no-day",
            _l("Write the day on which the child was handed over."),
            when=day is None,
            field="given_on",
        ),
        blocks(
            "future",
            _l("The day lies in the future."),
            when=day is not None and day > facts.today,
            field="given_on",
        ),
        blocks(
            "before",
            _l("The day lies before the report was received."),
            when=day is not None and day < facts.received_on,
            field="given_on",
        ),
        blocks(
            "before-decision",
            _l("The day lies before the decision."),
            when=day is not None and facts.decided_on is not None and day < facts.decided_on,
            field="given_on",
        ),
        blocks("nobody", _l("Write who was present."), when=not facts.present, field="present"),
        blocks(
            "known-for-abuse",
            _l("The records know somebody of this household for child abuse. No child may be placed here."),
            when=bool(facts.hits),
            basis=_CONDITIONS.cite(language()),
        ),
        (explains if facts.urgent else blocks)(
            "meetings",
            _l(
                "The child and a family that is not its kin must have met %(wanted)s times before; %(count)s are written down.",
                wanted=wanted,
                count=facts.meetings,
            ),
            when=facts.form is CareForm.NON_KIN and facts.meetings < wanted,
            basis=_MEETING.cite(language()),
        ),
        explains(
            "late",
            _l(
                "%(limit)s have passed since the decision. Say why.",
                limit=length_words("ac_handover_15wd", facts.today),
            ),
            when=facts.late,
            basis=of_deadline("ac_handover_15wd", facts.today),
        ),
    )


@dataclass(frozen=True)
class EntryFacts:
    """What is known when something about a placement is written down."""

    kind: EntryKind
    said: Said
    on: date | None
    today: date
    state: State
    form: CareForm
    given_on: date | None
    proposed_on: date
    done: Mapping[EntryKind, Sequence[date]] = field(default_factory=dict)


def findings_on_entry(facts: EntryFacts) -> Findings:
    """What stands against writing this down."""
    day, said, kind = facts.on, facts.said, facts.kind
    before = kind is EntryKind.MEETING
    first = facts.proposed_on if before else facts.given_on
    return Findings(
        blocks("no-day", _l("Write the day."), when=day is None, field="happened_on"),
        blocks(
            "future",
            _l("The day lies in the future."),
            when=day is not None and day > facts.today,
            field="happened_on",
        ),
        blocks(
            "wrong-time",
            _l("This is written down before the child is handed over.")
            if before
            else _l("The child has not been handed over yet, or the care has ended."),
            when=facts.state not in ((State.PROPOSED, State.DECIDED) if before else (State.GIVEN,)),
        ),
        blocks(
            "too-early",
            _l("The day lies before the care began."),
            when=not before and day is not None and first is not None and day < first,
            field="happened_on",
        ),
        *_on_said(facts, said),
    )


def _on_said(facts: EntryFacts, said: Said) -> Iterator[Finding | None]:
    kind = facts.kind
    yield blocks(
        "empty", _l("Write what was seen or said."), when=kind not in TRANSFER and not said.note, field="note"
    )
    yield blocks(
        "not-seen",
        _l("Say whether the child was seen."),
        when=kind in (EntryKind.VISIT, EntryKind.MEETING) and said.seen is None,
        field="seen",
    )
    yield blocks(
        "danger",
        _l("Say whether anything points to harm."),
        when=kind in (EntryKind.VISIT, EntryKind.CARER_REPORT) and said.danger is None,
        field="danger",
    )
    yield blocks(
        "fits",
        _l("Say whether the placement still fits the child."),
        when=kind is EntryKind.FIT_REVIEW and said.fits is None,
        field="fits",
    )
    yield blocks(
        "outcome",
        _l("Choose what happens when the child is sixteen."),
        when=kind is EntryKind.TRANSITION and said.outcome not in ("continue", "end"),
        field="outcome",
    )
    if kind in TRANSFER:
        place = TRANSFER.index(kind)
        earlier = [days[-1] for one in TRANSFER[:place] if (days := facts.done.get(one))]
        yield blocks(
            "order",
            _l("The steps of the move to a family come in their order, each once."),
            when=len(earlier) != place or bool(facts.done.get(kind)),
        )
        yield blocks(
            "facility",
            _l("These steps belong to care in a facility."),
            when=facts.form is not CareForm.FACILITY,
        )
        yield blocks(
            "before-last",
            _l("The day lies before the step that came before."),
            when=bool(earlier) and facts.on is not None and facts.on < earlier[-1],
            field="happened_on",
        )
        yield blocks(
            "reference", _l("Write the number of the paper."), when=not said.reference, field="reference"
        )


@dataclass(frozen=True)
class EndingFacts:
    """What is known when an end is asked for or decided."""

    state: State
    said: Ending
    birth: Birth
    on: date | None
    today: date
    given_on: date | None
    deciding: bool = False
    askers: Collection[str] = ()
    decider: str | None = None
    own_unit: bool = True


def findings_on_ending(facts: EndingFacts) -> Findings:
    """What stands against ending the care (Mẫu 15 the request, Mẫu 16 the decision)."""
    said, day = facts.said, facts.on
    basis = _ENDS.cite(language())
    return Findings(
        blocks("state", _l("This care has ended, or never began."), when=facts.state not in OPEN),
        blocks(
            "no-reason",
            _l("Choose the reason of the law."),
            when=said.reason is None,
            field="end_reason",
            basis=basis,
        ),
        blocks("no-why", _l("Write what happened."), when=not said.why, field="why"),
        blocks(
            "nowhere",
            _l("Write where the child goes, without its address."),
            when=not said.goes_to,
            field="goes_to",
        ),
        blocks("no-day", _l("Write the day."), when=day is None, field="ended_on"),
        blocks(
            "future",
            _l("The day lies in the future."),
            when=day is not None and day > facts.today,
            field="ended_on",
        ),
        blocks(
            "too-early",
            _l("The day lies before the care began."),
            when=day is not None and facts.given_on is not None and day < facts.given_on,
            field="ended_on",
        ),
        blocks(
            "wish",
            _l("This reason rests on the child's wish. Write what it says."),
            when=said.reason == "child_wish" and not said.child_says,
            field="child_says",
            basis=basis,
        ),
        *(() if said.removed else opinion(said.child_says, said.not_asked, facts.birth, facts.today)),
        blocks(
            "not-removal",
            _l("A child is taken out at once when the carers harmed it. Choose that reason."),
            when=said.removed and not removes_at_once(said.reason),
            field="end_reason",
            basis=of_deadline("ac_remove_now", facts.today),
        ),
        blocks(
            "same-person",
            _l("Whoever asked for the end does not decide on it."),
            when=facts.deciding and facts.decider in facts.askers,
        ),
        blocks(
            "own-unit",
            _l("Only the unit that answers for the case decides."),
            when=facts.deciding and not facts.own_unit,
        ),
        blocks(
            "no-number",
            _l("Write the number of the decision."),
            when=facts.deciding and not said.number,
            field="number",
        ),
    )


def removes_at_once(reason: str | None) -> bool:
    """Whether a reason means that the child leaves before any paper is written."""
    code = vocabulary("alternative_care_end_reasons").get(reason)
    return code is not None and code.attributes.get("remove_at_once") is True


KIND_WORDS: Mapping[EntryKind, Later] = {
    EntryKind.MEETING: _l("Getting to know the family"),
    EntryKind.VISIT: _l("Visit to the child in care"),
    EntryKind.CARER_REPORT: _l("Report by the carers"),
    EntryKind.FIT_REVIEW: _l("Whether the placement fits"),
    EntryKind.TRANSITION: _l("Turning sixteen"),
    EntryKind.LISTED: _l("List and file of the facility received"),
    EntryKind.APPRAISED: _l("Examined file received"),
    EntryKind.ORDERED: _l("Decision received by the facility's authority"),
    EntryKind.FACILITY_ENDED: _l("Care in the facility ended by decision"),
}
