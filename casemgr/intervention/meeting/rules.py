"""Decisions on verification and meeting; facts in, findings out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from casemgr.cases.terms import Stage
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.text import fold
from casemgr.core.words import Later, _l, language
from casemgr.intervention.emergency.terms import Person, Withheld
from casemgr.intervention.meeting.terms import FAMILY, Attendee, Check, Content, Heard, Seat
from casemgr.law.basis import Basis, Status

MEETING = Basis.of("ND56 Điều 27 khoản 2", Status.CONFIRMED)
WISHES = Basis.of("ND56 Điều 27 khoản 1 điểm g", Status.CONFIRMED)
OPINION = Basis.of("ND56 Điều 27 khoản 1 điểm h", Status.CONFIRMED)
VERIFYING = Basis.of("ND56 Điều 25 khoản 2", Status.CONFIRMED)
MOST_PEOPLE = 30


@dataclass(frozen=True)
class MeetingFacts:
    """What has to be known before the minutes of a meeting are concluded."""

    content: Content
    held_at: datetime | None
    received_at: datetime
    now: datetime
    stage: Stage
    from_meeting: Collection[Withheld] = ()  # kept out of the meeting by decision
    from_opinion: Collection[Withheld] = ()
    people: Collection[Person] = ()  # around the child, with who is alleged


def may_meet(stage: Stage) -> bool:
    """Whether a meeting can be recorded at this stage: once the report was taken on, until the case is closed."""
    return stage not in (Stage.RECEIVED, Stage.CLOSED)


def kept_out(seat: Seat, name: str | None, bans: Collection[Withheld]) -> Withheld | None:
    """The decision that keeps this person out, found by what they are to the child or by their name."""
    key = seat.value if seat in FAMILY else ""
    return next((ban for ban in bans if ban.is_(key, name)), None)


def alleged(one: Attendee, people: Collection[Person]) -> bool:
    """Whether somebody at the meeting is alleged to have done harm: by what they are to the child, or by their name."""
    name = fold(one.name or "")
    return any(
        one.seat in person.marks or bool(name and name == fold(person.name or ""))
        for person in people
        if person.alleged
    )


def findings_before_concluding(facts: MeetingFacts) -> Findings:
    """What the minutes must say, and what has to be explained."""
    said, basis = facts.content, MEETING.cite(language())
    presided = any(one.seat is Seat.CHAIR for one in said.present)
    family = [one for one in said.present if one.seat in (*FAMILY, Seat.RELATIVE)]
    return Findings(
        blocks("wrong-stage", _l("A meeting cannot be recorded at the present stage of the case."), when=not may_meet(facts.stage)),
        *_when(facts),
        _needed("place", said.place, _l("Write where the meeting was held")),
        _needed("presided_by", said.presided_by, _l("Write who presided"), basis),
        blocks("nobody", _l("Write who was there"), when=not said.present, field="people"),
        *_kept_out(facts),
        explains("no-chair", _l("The chair of the commune was not there: say who presided, and by which authority."), when=bool(said.present) and not presided, field="people", basis=basis),
        explains("no-family", _l("No parent, carer or relative was there."), when=not family and not facts.from_meeting, field="people", basis=basis),
        *_heard(said),
        explains(
            "no-opinion",
            _l("No parent or carer was asked for an opinion."),
            when=not said.opinions and not facts.from_opinion,
            field="opinion_father",
            basis=OPINION.cite(language()),
        ),
        explains("no-measures", _l("No measure was agreed. Say why none is needed."), when=not said.measures, field="measures", basis=basis),
        _needed("minutes", said.minutes, _l("Write the minutes: what was said, in which order")),
        _needed("conclusion", said.conclusion, _l("Write the conclusion of the one who presided")),
    )  # fmt: skip


def _needed(field: str, value: object, missing: Later, basis: str | None = None) -> Finding | None:
    return blocks(field.replace("_", "-"), missing, when=not value, field=field, basis=basis)


def _when(facts: MeetingFacts) -> tuple[Finding | None, ...]:
    held = facts.held_at
    return (
        blocks("held", _l("Give the day and the hour of the meeting"), when=held is None, field="held_on"),
        blocks("held-ahead", _l("The meeting lies in the future."), when=held is not None and held > facts.now, field="held_on"),
        blocks(
            "held-too-early",
            _l("The meeting lies before the report was received."),
            when=held is not None and held < facts.received_at,
            field="held_on",
        ),
    )  # fmt: skip


def _kept_out(facts: MeetingFacts) -> tuple[Finding | None, ...]:
    """Whoever is kept out was not there and was not asked; whoever is alleged needs a word."""
    said = facts.content
    out = [one for one in said.present if kept_out(one.seat, one.name, facts.from_meeting)]
    asked = [seat for seat in FAMILY if said.opinion(seat) and kept_out(seat, None, facts.from_opinion)]
    there = [one for one in said.present if one not in out and alleged(one, facts.people)]
    return (
        blocks(
            "kept-out",
            _l("Somebody on the list is kept out of the meeting by decision. Take them off, or end that decision first."),
            when=bool(out),
            field="people",
        ),
        blocks(
            "not-to-be-asked",
            _l("An opinion stands here of somebody who is not to be asked by decision. Take it out, or end that decision first."),
            when=bool(asked),
            field=f"opinion_{asked[0]}" if asked else None,
            basis=OPINION.cite(language()),
        ),
        explains(
            "alleged-there",
            _l("A person alleged to have done harm was there. The law has no exception in words: say how the child was kept safe."),
            when=bool(there),
            field="people",
            basis=MEETING.cite(language()),
        ),
    )  # fmt: skip


def _heard(said: Content) -> tuple[Finding | None, ...]:
    not_heard = said.heard is Heard.NOT_HEARD
    return (
        blocks("heard", _l("Choose how the child was heard"), when=said.heard is None, field="heard", basis=WISHES.cite(language())),
        blocks(
            "child-words",
            _l("Write what the child said, in its own words"),
            when=said.heard in (Heard.THERE, Heard.BEFORE) and not said.child_words,
            field="child_words",
        ),
        explains(
            "child-not-heard",
            _l("The child was not heard. Say why."),
            when=not_heard,
            field="heard",
            basis=WISHES.cite(language()),
        ),
    )  # fmt: skip


def findings_before_correcting(facts: MeetingFacts, *, changed: bool) -> Findings:
    """Concluded minutes are corrected only on purpose; both versions stay."""
    return Findings(
        *findings_before_concluding(facts),
        blocks("nothing-changed", _l("Nothing is different from the minutes as they stand"), when=not changed),
        blocks("no-reason", _l("Say why the minutes are corrected"), when=not facts.content.why_corrected, field="why_corrected"),
    )  # fmt: skip


def findings_on_check(
    check: Check, *, checked_at: datetime | None, received_at: datetime, now: datetime
) -> Findings:
    """An entry of the verification says what was checked, how, with whom, and what came of it."""
    return Findings(
        _needed("what", check.what, _l("Write what was checked")),
        _needed("way", check.way, _l("Choose how it was checked")),
        _needed("with_whom", check.with_whom, _l("Write with whom, or with which office"), VERIFYING.cite(language())),
        _needed("result", check.result, _l("Choose what came of it")),
        _needed("found", check.found, _l("Write what was found")),
        blocks("checked", _l("Give the day and the hour"), when=checked_at is None, field="checked_on"),
        blocks("checked-ahead", _l("The time lies in the future."), when=checked_at is not None and checked_at > now, field="checked_on"),
        blocks(
            "checked-too-early",
            _l("The time lies before the report was received."),
            when=checked_at is not None and checked_at < received_at,
            field="checked_on",
        ),
    )  # fmt: skip
