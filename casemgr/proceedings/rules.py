"""Decisions on proceedings: when a crime is to be reported, what a sanction must say, within which bounds, in which order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from casemgr.children.terms import Precision
from casemgr.core.calendar import local_day
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.text import fold
from casemgr.core.words import Later, _l, language
from casemgr.law.basis import Basis, Status
from casemgr.law.vocabulary import vocabulary
from casemgr.proceedings.terms import (
    JUDGED,
    SPOKEN,
    Appeal,
    CrimeReport,
    Criminal,
    CriminalStage,
    KnownKind,
    Making,
    Person,
    Sanction,
    Verdict,
)

REPORT_NOW = (
    Basis.of("BLTTHS Điều 146 khoản 3", Status.CONFIRMED),
    Basis.of("TTLT01 Điều 9", Status.CONFIRMED),
)
DOUBLE = Basis.of("ND130 Điều 5 khoản 2", Status.PARTLY)
_ALWAYS = frozenset({"sexual_abuse", "trafficking"})
_IN_DANGER = frozenset({"violence"})
_PERHAPS = frozenset({"violence", "exploitation", "abandonment_neglect"})
_ORDER = {
    CriminalStage.RECEIVED: 0,
    CriminalStage.STARTED: 1,
    CriminalStage.NOT_STARTED: 1,
    CriminalStage.INDICTED: 2,
    CriminalStage.TRIAL: 3,
    CriminalStage.JUDGMENT: 4,
    CriminalStage.APPEAL: 5,
}
_NEEDS_REASON = frozenset({CriminalStage.NOT_STARTED, CriminalStage.SUSPENDED})


class Weight(StrEnum):
    """How strongly a report to the police is called for."""

    EXPECTED = "expected"
    CONSIDER = "consider"


@dataclass(frozen=True)
class Hint:
    """That signs of a crime are to be reported: a reminder, never a finding that anybody is guilty."""

    weight: Weight
    text: Later
    basis: str


@dataclass(frozen=True)
class Before:
    """A decision that is recorded already, as far as rules need it."""

    id: UUID
    person: Person
    sanction: Sanction | None
    criminal: Criminal | None


@dataclass(frozen=True)
class Facts:
    """What the rules must know of the case: today, when the harm happened, and what is recorded already."""

    today: date
    happened: date | None = None  # the first day on which it can have happened
    precision: Precision | None = None
    others: Sequence[Before] = ()


def crime_report_expected(
    *, harms: Collection[str], emergency: bool | None = None, reported: bool = False
) -> Hint | None:
    """Whether the harms that were told call for a report to the police; nothing once it was made."""
    if reported:
        return None
    basis = "; ".join(one.cite(language()) for one in REPORT_NOW)
    told = set(harms)
    if told & _ALWAYS or (told & _IN_DANGER and emergency):
        text = _l(
            "There may be signs of a crime. Report them to the police at once, by telephone first; do not wait for the assessment."
        )
        return Hint(Weight.EXPECTED, text, basis)
    if told & _PERHAPS:
        text = _l(
            "Ask yourself whether there are signs of a crime. If so, report them to the police at once."
        )
        return Hint(Weight.CONSIDER, text, basis)
    return None


def may_report_crime(news: CrimeReport, at: datetime | None, now: datetime, facts: Facts) -> Findings:
    """What stands against a report of a crime as it is written down."""
    day = local_day(at) if at is not None else None
    return Findings(
        blocks("body", _l("Choose to which body it was reported."), when=not news.body.code, field="body"),
        blocks("way", _l("Choose how it was reported."), when=news.way is None, field="way"),
        blocks("at", _l("Write the day and the time."), when=at is None, field="day"),
        blocks(
            "at-future",
            _l("The time given lies in the future."),
            when=at is not None and at > now,
            field="day",
        ),
        *_after_incident(day, facts, "day"),
        *_not_future(
            facts.today,
            ("written_on", news.written_on, _l("The day of the letter lies in the future.")),
            ("receipt_on", news.receipt_on, _l("The day of the receipt lies in the future.")),
        ),
        blocks(
            "receipt-before",
            _l("The receipt lies before the report."),
            when=_earlier(news.receipt_on, day),
            field="receipt_on",
        ),
    )


def waits_for_writing(news: CrimeReport) -> bool:
    """Whether what was said by word of mouth must still be sent in writing."""
    return news.way in SPOKEN and news.written_on is None


def only_adds(before: object, after: object) -> bool:
    """Whether a version says all that the one before said, and more: a receipt, a payment. Nothing is corrected then."""
    return before != after and _keeps(before, after)


def _keeps(before: object, after: object) -> bool:
    if is_dataclass(before) and type(before) is type(after):
        return all(_keeps(getattr(before, one.name), getattr(after, one.name)) for one in fields(before))
    return before == after or before in (None, "", (), False)


def bounds(act: str | None, on: date | None, *, organisation: bool) -> tuple[int | None, int | None]:
    """The fine that the law sets for an act; an organisation pays twice as much. None where it was not read."""
    listed = vocabulary("administrative_violations")
    known = listed.get(act, on) or listed.get(act)
    if known is None:
        return None, None
    times = 2 if organisation else 1
    least, most = known.attributes.get("fine_from"), known.attributes.get("fine_to")
    return (
        least * times if isinstance(least, int) else None,
        most * times if isinstance(most, int) else None,
    )


def is_sanction(outcome: str | None) -> bool:
    """Whether an outcome punishes."""
    return vocabulary("sanction_outcomes").attribute(outcome, "sanction") is True


def may_be_sanctioned(
    person: Person, sanction: Sanction, facts: Facts, *, but: UUID | None = None
) -> Findings:
    """What stands against an administrative decision as it is written down."""
    punished = is_sanction(sanction.outcome)
    acts = vocabulary("administrative_violations")
    known = acts.get(sanction.act)
    return Findings(
        *_against(person),
        blocks("act", _l("Choose the act."), when=known is None, field="act"),
        blocks(
            "outcome",
            _l("Choose what was decided."),
            when=vocabulary("sanction_outcomes").get(sanction.outcome) is None,
            field="outcome",
        ),
        *_decided(sanction.number, sanction.day, sanction.body.code, facts, needed=punished),
        *_amount(person, sanction),
        explains(
            "not-in-force",
            _l(
                "This act was not yet sanctioned by this decree on the day of the decision. Say why it was applied."
            ),
            when=known is not None
            and sanction.day is not None
            and acts.get(sanction.act, sanction.day) is None,
            field="act",
            basis=known.cite(language()) if known is not None else None,
        ),
        *_not_future(
            facts.today,
            ("record_on", sanction.record_on, _l("The day of the minutes lies in the future.")),
            ("paid_on", sanction.paid_on, _l("The day of payment lies in the future.")),
            ("appealed_on", sanction.appealed_on, _l("The day of the complaint lies in the future.")),
        ),
        *_after_decision(sanction),
        *_double(person, sanction.number, sanction.day, facts, but),
    )


def may_be_proceeded(
    person: Person, criminal: Criminal, facts: Facts, *, but: UUID | None = None
) -> Findings:
    """What stands against a decision in criminal proceedings as it is written down."""
    stage, judged = criminal.stage, criminal.stage in JUDGED
    return Findings(
        *_against(person),
        blocks(
            "organisation",
            _l("Criminal proceedings are recorded against a person here."),
            when=person.organisation,
            field="organisation",
        ),
        blocks(
            "offence",
            _l("Choose the offence."),
            when=vocabulary("criminal_offences").get(criminal.offence) is None,
            field="offence",
        ),
        blocks("stage", _l("Choose how far it has come."), when=stage is None, field="stage"),
        *_decided(
            criminal.number,
            criminal.day,
            criminal.body.code,
            facts,
            needed=stage is not CriminalStage.RECEIVED,
        ),
        blocks(
            "reason",
            _l("Write the reason that the decision gives."),
            when=stage in _NEEDS_REASON and not criminal.reason,
            field="reason",
        ),
        blocks(
            "verdict",
            _l("Choose what the court decided."),
            when=judged and criminal.verdict is None,
            field="verdict",
        ),
        blocks(
            "verdict-early",
            _l("There is no verdict before a judgment."),
            when=not judged and (criminal.verdict is not None or criminal.final or bool(criminal.sentence)),
            field="verdict",
        ),
        explains(
            "order",
            _l("An earlier stage carries a later day, or a later stage an earlier one. Say how that comes."),
            when=_out_of_order(person, criminal, facts, but),
            field="day",
        ),
        *_double(person, criminal.number, criminal.day, facts, but),
    )


def known_kind(sanction: Sanction | None, criminal: Criminal | None, making: Making) -> KnownKind | None:
    """What a decision means for somebody who wants to care for children; nothing if it does not stand."""
    if making.void:
        return None
    if sanction is not None and is_sanction(sanction.outcome) and sanction.appeal is not Appeal.CANCELLED:
        return KnownKind.SANCTION
    if criminal is None or criminal.stage is None or criminal.stage is CriminalStage.NOT_STARTED:
        return None
    if criminal.stage in JUDGED:
        return KnownKind.CONVICTION if criminal.verdict is Verdict.CONVICTED else None
    return KnownKind.PROCEEDINGS if criminal.stage is not CriminalStage.RECEIVED else None


def standing(all_of_it: Sequence[Before]) -> Sequence[Before]:
    """The decisions that say how things stand: every sanction, and of criminal proceedings the last one against each
    person for each offence."""
    last: list[Before] = []
    for one in sorted(all_of_it, key=_when):
        if one.criminal is not None:
            last = [other for other in last if not _same_proceedings(one, other)]
        last.append(one)
    return last


def _when(one: Before) -> tuple[date, int]:
    said = one.criminal
    if said is None:
        return date.min, 0
    return said.day or date.min, _ORDER.get(said.stage, 0) if said.stage is not None else 0


def _same_proceedings(one: Before, other: Before) -> bool:
    return (
        one.criminal is not None
        and other.criminal is not None
        and one.criminal.offence == other.criminal.offence
        and same_person(one.person, other.person)
    )


def same_person(one: Person, other: Person) -> bool:
    """Whether two decisions are against the same person, as far as it is known."""
    if one.identity and other.identity:
        return one.identity == other.identity
    if one.ref or other.ref:
        return one.ref == other.ref
    return bool(one.name) and fold(one.name or "") == fold(other.name or "")


def _against(person: Person) -> Iterator[Finding | None]:
    yield blocks(
        "person",
        _l("Choose the person, or write the name."),
        when=not person.ref and not person.name,
        field="person",
    )


def _decided(
    number: str | None, day: date | None, body: str | None, facts: Facts, *, needed: bool
) -> Iterator[Finding | None]:
    yield blocks(
        "number", _l("Write the number of the decision."), when=needed and not number, field="number"
    )
    yield blocks("day", _l("Write the day of the decision."), when=needed and day is None, field="day")
    yield blocks("body", _l("Choose who decided."), when=needed and not body, field="body")
    yield from _not_future(facts.today, ("day", day, _l("The day of the decision lies in the future.")))
    yield from _after_incident(day, facts, "day")


def _after_incident(day: date | None, facts: Facts, field: str) -> Iterator[Finding | None]:
    early = day is not None and facts.happened is not None and day < facts.happened
    surely = facts.precision in (None, Precision.DAY, Precision.MONTH, Precision.YEAR)
    yield blocks(
        "before-incident",
        _l("This day lies before the incident. What concerns an earlier act belongs to its own case."),
        when=early and surely,
        field=field,
    )
    yield explains(
        "before-estimate",
        _l("This day lies before the estimated day of the incident. Say why."),
        when=early and not surely,
        field=field,
    )


def _not_future(today: date, *told: tuple[str, date | None, Later]) -> Iterator[Finding | None]:
    for field, day, sentence in told:
        yield blocks(f"future-{field}", sentence, when=day is not None and day > today, field=field)


def _amount(person: Person, sanction: Sanction) -> Iterator[Finding | None]:
    fined = vocabulary("sanction_outcomes").attribute(sanction.outcome, "amount") is True
    amount = sanction.amount
    least, most = bounds(sanction.act, sanction.day, organisation=person.organisation)
    known = vocabulary("administrative_violations").get(sanction.act)
    yield blocks("amount", _l("Write the amount of the fine."), when=fined and not amount, field="amount")
    yield blocks(
        "amount-without-fine",
        _l("An amount goes with a fine only."),
        when=bool(sanction.outcome) and not fined and bool(amount),
        field="amount",
    )
    outside = bool(amount) and (
        (least is not None and (amount or 0) < least) or (most is not None and (amount or 0) > most)
    )
    yield explains(
        "bounds",
        _l("The amount lies outside what the law sets for this act. Say why, or correct it."),
        when=fined and outside,
        field="amount",
        basis="; ".join([known.cite(language())] + ([DOUBLE.cite(language())] if person.organisation else []))
        if known is not None
        else None,
    )


def _after_decision(sanction: Sanction) -> Iterator[Finding | None]:
    yield blocks(
        "paid-early",
        _l("The payment lies before the decision."),
        when=_earlier(sanction.paid_on, sanction.day),
        field="paid_on",
    )
    yield blocks(
        "appealed-early",
        _l("The complaint lies before the decision."),
        when=_earlier(sanction.appealed_on, sanction.day),
        field="appealed_on",
    )
    yield blocks(
        "record-late",
        _l("The minutes lie after the decision."),
        when=_earlier(sanction.day, sanction.record_on),
        field="record_on",
    )
    yield blocks(
        "paid-and-refused",
        _l("Paid and not complied with cannot both be true."),
        when=sanction.refused and sanction.paid_on is not None,
        field="refused",
    )


def _double(
    person: Person, number: str | None, day: date | None, facts: Facts, but: UUID | None
) -> Iterator[Finding | None]:
    alike = [
        other
        for other in facts.others
        if other.id != but and number and _numbered(other) == (fold(number), day)
    ]
    same = any(same_person(person, other.person) for other in alike)
    yield blocks(
        "double-number",
        _l(
            "This decision is already recorded against this person. Correct that entry, do not write it twice."
        ),
        when=same,
        field="number",
    )
    yield explains(
        "shared-number",
        _l("The same number and day stand on a decision against somebody else. Say how that comes."),
        when=bool(alike) and not same,
        field="number",
    )


def _numbered(other: Before) -> tuple[str, date | None]:
    said = other.sanction or other.criminal
    return (fold(said.number or ""), said.day) if said is not None else ("", None)


def _out_of_order(person: Person, criminal: Criminal, facts: Facts, but: UUID | None) -> bool:
    rank = _ORDER.get(criminal.stage) if criminal.stage is not None else None
    if rank is None or criminal.day is None:
        return False
    for other in facts.others:
        said = other.criminal
        if other.id == but or said is None or said.stage is None or said.day is None:
            continue
        theirs = _ORDER.get(said.stage)
        if theirs is None or not same_person(person, other.person) or said.offence != criminal.offence:
            continue
        if (theirs < rank and said.day > criminal.day) or (theirs > rank and said.day < criminal.day):
            return True
    return False


def _earlier(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one < other
