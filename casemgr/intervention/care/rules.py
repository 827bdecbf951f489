"""Decisions on alternative care: the child's profile, whom it is placed with, who decides. Facts in, findings out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casemgr.children.terms import Birth
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intervention.care.ages import age, of_age, of_deadline, old_enough, opinion, still_valid
from casemgr.intervention.care.registering import conditions
from casemgr.intervention.care.schedule import SIXTEEN
from casemgr.intervention.care.terms import (
    FAMILY,
    UNDECIDED,
    Answer,
    CareForm,
    CarerState,
    Certainty,
    Check,
    Choice,
    Consent,
    Hit,
    Issue,
    Profile,
    Siblings,
    State,
)
from casemgr.law.basis import Basis, Status
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.legislation.rules import length_words

_FIRST_FORM = CareForm.KIN
_CONDITIONS = Basis.of("LTE Điều 63 khoản 2", Status.CONFIRMED)
_CONSENT = Basis.of("LTE Điều 63 khoản 1", Status.CONFIRMED)
_ORDER = Basis.of("ND56 Điều 42 khoản 2", Status.CONFIRMED)
_ORDER_OF_PERSONS = Basis.of("ND56 Điều 42 khoản 3", Status.CONFIRMED)
_SIBLINGS = Basis.of("LTE Điều 60 khoản 4", Status.CONFIRMED)
_CONTACT = Basis.of("LTE Điều 60 khoản 5", Status.CONFIRMED)
_COMPETENT = Basis.of("LTE Điều 66", Status.CONFIRMED)
_URGENT = Basis.of("ND56 Điều 32 khoản 4", Status.CONFIRMED)
_ENDS = Basis.of("LTE Điều 69", Status.CONFIRMED)
_NEED = Basis.of("LTE Điều 62", Status.CONFIRMED)
AGE_KIN = _l("Kin who give care must be of age.")
AGE_OTHERS = _l("Whoever is not kin must be at least twenty years older than the child.")


@dataclass(frozen=True)
class ProfileFacts:
    """What is known when the profile is written."""

    said: Profile
    birth: Birth
    on: date


def findings_on_profile(facts: ProfileFacts) -> Findings:
    """What stands against keeping the child's profile (Mẫu 10)."""
    said = facts.said
    return Findings(
        blocks(
            "no-reason",
            _l("Choose which of the four cases of the law this child is in."),
            when=said.reason is None,
            field="reason",
            basis=_NEED.cite(language()),
        ),
        blocks(
            "no-family",
            _l("Write what is known of the child's family."),
            when=not said.family,
            field="family",
        ),
        blocks(
            "no-contact",
            _l("Write how the child keeps in touch with its family, or why it must not."),
            when=not said.contact,
            field="contact",
            basis=_CONTACT.cite(language()),
        ),
        *opinion(said.child_says, said.not_asked, facts.birth, facts.on),
        blocks(
            "photo-future",
            _l("The photograph lies in the future."),
            when=said.photo_on is not None and said.photo_on > facts.on,
            field="photo_on",
        ),
        explains(
            "photo",
            _l(
                "There is no photograph of the child of the last %(limit)s.",
                limit=length_words("ac_photo_6m", facts.on),
            ),
            when=not still_valid(said.photo_on, facts.on, "ac_photo_6m"),
            field="photo_on",
            basis=of_deadline("ac_photo_6m", facts.on),
        ),
    )


@dataclass(frozen=True)
class ChoiceFacts:
    """What is known when a child is to be placed with somebody."""

    form: CareForm
    choice: Choice
    urgent: bool
    child: Birth
    on: date
    profile: bool  # Mẫu 10 was written
    separated: bool = False  # the child was taken from its carers by decision
    registered: bool = True  # the carer stands on the register of this commune
    carer_state: CarerState | None = None
    check: Check | None = None
    hits: tuple[Hit, ...] = ()  # of the household, as the records stand now
    siblings: int = 0
    siblings_elsewhere: bool = False  # a brother or sister is placed with somebody else
    open_placement: bool = False
    proposed: bool = False  # another proposal waits
    closed: bool = False


def findings_on_choice(facts: ChoiceFacts) -> Findings:
    """What stands against proposing this placement."""
    return Findings(
        blocks(
            "waiting",
            _l("Another proposal for this child still waits for its decision."),
            when=facts.proposed,
        ),
        blocks(
            "closed",
            _l("The case is closed. Open it again before the child is placed for the first time."),
            when=facts.closed and not facts.open_placement,
        ),
        *_on_choice(facts),
        *_on_conditions(facts),
    )


def _on_choice(facts: ChoiceFacts) -> Iterator[Finding | None]:
    choice, form = facts.choice, facts.form
    yield blocks(
        "no-reason",
        _l("Choose which of the four cases of the law this child is in."),
        when=choice.reason is None,
        field="reason",
        basis=_NEED.cite(language()),
    )
    nobody = choice.carer is None if form is not CareForm.FACILITY else not choice.facility
    yield blocks("nobody", _l("Choose who gives care, or name the facility."), when=nobody, field="carer")
    yield (explains if facts.urgent else blocks)(
        "no-profile",
        _l("The child's profile (Form 10) is not written yet."),
        when=not facts.profile,
        basis=Basis.of("ND56 Điều 38", Status.CONFIRMED).cite(language()),
    )
    yield explains(
        "not-separated",
        _l(
            "Care is given before the papers only when the child was separated by decision. No separation stands on this case."
        ),
        when=facts.urgent and not facts.separated,
        basis=_URGENT.cite(language()),
    )
    yield from _on_order(facts)
    yield from _on_consent(facts)
    yield from opinion(choice.child_says, choice.not_asked, facts.child, facts.on)
    yield from _on_siblings(facts)
    years = age(facts.child, facts.on)
    yield explains(
        "sixteen", _l("The child is sixteen or older."), when=years is not None and years >= SIXTEEN
    )
    yield blocks(
        "no-change-reason",
        _l("The child is in care now. Choose why that care ends."),
        when=facts.open_placement and choice.change_reason is None,
        field="change_reason",
        basis=_ENDS.cite(language()),
    )


def _on_order(facts: ChoiceFacts) -> Iterator[Finding | None]:
    """The law's order is kept, or the file says why not."""
    choice, form = facts.choice, facts.form
    ranks = [one.code for one in vocabulary("alternative_care_priority").on(facts.on)]
    yield explains(
        "order-form",
        _l("Kin come first. Write whom of the kin was asked, and why none of them takes the child.")
        if form is CareForm.NON_KIN
        else _l(
            "A facility is the last resort. Write which families were asked, and why none takes the child."
        ),
        when=form in (CareForm.NON_KIN, CareForm.FACILITY),
        basis=_ORDER.cite(language()),
    )
    if form in FAMILY:
        yield blocks(
            "no-rank",
            _l("Choose where the carer stands in the order of the law."),
            when=choice.rank is None,
            field="rank",
        )
        yield blocks(
            "rank-form",
            _l("The form of care and the carer's place in the order do not fit together."),
            when=choice.rank is not None and (choice.rank == "kin") != (form is _FIRST_FORM),
            field="rank",
            basis=_ORDER_OF_PERSONS.cite(language()),
        )
        yield explains(
            "order-person",
            _l("Somebody earlier in the order of persons was passed over. Write who was looked for."),
            when=choice.rank in ranks[2:],
            basis=_ORDER_OF_PERSONS.cite(language()),
        )


def _on_consent(facts: ChoiceFacts) -> Iterator[Finding | None]:
    choice = facts.choice
    basis = _CONSENT.cite(language())
    yield blocks(
        "refused",
        _l(
            "The parents or the guardian refuse. Without their consent only the court, or an exception of the law, places the child."
        ),
        when=choice.consent is Consent.REFUSED,
        field="consent",
        basis=basis,
    )
    yield blocks(
        "exempt-why",
        _l("Write which exception of the law holds, and on which decision it rests."),
        when=choice.consent is Consent.EXEMPT and not choice.no_consent,
        field="no_consent",
        basis=basis,
    )
    yield blocks(
        "consent-who",
        _l("Write who consented, and on which day."),
        when=choice.consent is Consent.GIVEN and (not choice.consent_by or choice.consent_on is None),
        field="consent_by",
        basis=basis,
    )
    yield blocks(
        "consent-future",
        _l("The day of the consent lies in the future."),
        when=choice.consent_on is not None and choice.consent_on > facts.on,
        field="consent_on",
    )
    missing = choice.consent in (None, Consent.MISSING)
    yield (explains if facts.urgent else blocks)(
        "consent",
        _l("The written consent of the parents or the guardian is missing."),
        when=missing,
        field="consent",
        basis=basis,
    )


def findings_on_consent(facts: ChoiceFacts, *, open_still: bool) -> Findings:
    """What stands against writing a consent down later."""
    return Findings(
        blocks("state", _l("This proposal was decided already, or came to nothing."), when=not open_still),
        *_on_consent(facts),
    )


def _on_siblings(facts: ChoiceFacts) -> Iterator[Finding | None]:
    choice = facts.choice
    basis = _SIBLINGS.cite(language())
    yield blocks(
        "siblings",
        _l("This child has brothers or sisters in the same report. Write whether they stay together."),
        when=facts.siblings > 0 and choice.siblings in (None, Siblings.NONE),
        field="siblings",
        basis=basis,
    )
    yield blocks(
        "siblings-why",
        _l("Brothers and sisters stay together first of all. Write why they cannot."),
        when=choice.siblings is Siblings.APART and not choice.siblings_why,
        field="siblings_why",
        basis=basis,
    )
    yield explains(
        "siblings-elsewhere",
        _l("A brother or sister is placed with somebody else at present."),
        when=choice.siblings is Siblings.TOGETHER and facts.siblings_elsewhere,
        basis=basis,
    )


def _on_conditions(facts: ChoiceFacts) -> Iterator[Finding | None]:
    """The carer's side: who harmed a child never gives care; the rest is met, or explained where it is urgent."""
    if facts.form not in FAMILY or facts.choice.carer is None:
        return
    basis = _CONDITIONS.cite(language())
    yield blocks(
        "known-for-abuse",
        _l("The records know somebody of this household for child abuse. No child may be placed here."),
        when=any(is_sure(one, facts.check) for one in facts.hits),
        basis=basis,
    )
    yield explains(
        "namesake",
        _l("The records know somebody of the same name. Write which unit was asked, and what it answered."),
        when=any(not is_sure(one, facts.check) for one in facts.hits),
        basis=basis,
    )
    yield blocks(
        "stopped",
        _l("This registration has ended, or a child was taken out of this family."),
        when=facts.carer_state not in (None, CarerState.REGISTERED),
        field="carer",
    )
    yield from _on_checked(facts, basis)
    yield from _on_age(facts, basis)
    yield explains(
        "not-registered",
        _l(
            "The carer does not stand on this commune's register. Write which commune checked the conditions, and when."
        ),
        when=not facts.registered,
        basis=Basis.of("ND56 Điều 42 khoản 8", Status.CONFIRMED).cite(language()),
    )


def is_sure(hit: Hit, check: Check | None) -> bool:
    """Whether a record stands against this very person.

    The same name and year of birth count, until a check that saw the record says with its evidence that it is another.
    """
    if hit.certainty is Certainty.NAME_AND_YEAR and check is not None:
        cleared = check.of("no_abuse")
        return not (cleared.answer is Answer.YES and cleared.evidence and hit.name in check.hits)
    return hit.certainty is not Certainty.NAME


def _on_checked(facts: ChoiceFacts, basis: str) -> Iterator[Finding | None]:
    if not facts.registered:
        return
    check = facts.check or Check()
    yield (explains if facts.urgent else blocks)(
        "unchecked",
        _l("The conditions were not checked yet (Form 11)."),
        when=facts.check is None,
        basis=Basis.of("ND56 Điều 42", Status.CONFIRMED).cite(language()),
    )
    for code in conditions(facts.on):
        found = check.of(code.code)
        yield blocks(
            f"not-met-{code.code}",
            _l("Condition not met: %(condition)s.", condition=code.label(language())),
            when=found.answer is Answer.NO,
            basis=basis,
        )
        if facts.check is not None and found.answer is Answer.UNKNOWN:
            strict = code.attributes.get("never_unknown") is True and not facts.urgent
            yield (blocks if strict else explains)(
                f"unknown-{code.code}",
                _l("Condition not known: %(condition)s.", condition=code.label(language())),
                when=True,
                basis=basis,
            )


def _on_age(facts: ChoiceFacts, basis: str) -> Iterator[Finding | None]:
    if facts.choice.carer is None:
        return
    birth = facts.choice.carer.person.birth
    kin = facts.form is CareForm.KIN
    enough = of_age(birth, facts.on) if kin else old_enough(birth, facts.child)
    sentence = AGE_KIN if kin else AGE_OTHERS
    yield blocks("age", sentence, when=enough is False, basis=basis)
    yield explains(
        "age-unknown",
        _l("The births are not known well enough. %(rule)s", rule=sentence),
        when=enough is None,
        basis=basis,
    )


@dataclass(frozen=True)
class DecisionFacts:
    """What is known when the decision is taken, or one of another authority is written down."""

    choice: ChoiceFacts
    state: State
    writers: Collection[str]
    decider: str
    in_house: bool  # decided by the chair here; otherwise another authority's decision is recorded
    issue: Issue
    own_unit: bool = True


def findings_on_deciding(facts: DecisionFacts) -> Findings:
    """What stands against the decision (Mẫu 12)."""
    issue, day = facts.issue, facts.issue.decided_on
    return Findings(
        blocks(
            "state",
            _l("This proposal was decided already, or came to nothing."),
            when=facts.state not in UNDECIDED,
        ),
        blocks("own-unit", _l("Only the unit that answers for the case decides."), when=not facts.own_unit),
        blocks(
            "same-person",
            _l("Whoever wrote the proposal does not decide on it."),
            when=facts.in_house and facts.decider in facts.writers,
        ),
        blocks("no-number", _l("Write the number of the decision."), when=not issue.number, field="number"),
        blocks("no-day", _l("Write the day of the decision."), when=day is None, field="decided_on"),
        blocks(
            "day-future",
            _l("The day of the decision lies in the future."),
            when=day is not None and day > facts.choice.on,
            field="decided_on",
        ),
        blocks(
            "no-authority",
            _l("Choose who decided."),
            when=issue.authority is None,
            field="authority",
            basis=_COMPETENT.cite(language()),
        ),
        blocks(
            "one-decides-here",
            _l("The chair of the commune decides this here, not by a record."),
            when=not facts.in_house and issue.authority in decided_here(facts.choice.on),
            field="authority",
        ),
        explains(
            "not-competent",
            _l("For this form and case the law names another authority."),
            when=issue.authority is not None
            and issue.authority not in competent(facts.choice, facts.choice.on),
            field="authority",
            basis=_COMPETENT.cite(language()),
        ),
        *_settled(replace(facts.choice, urgent=False)),  # the papers of urgent care are complete by now
    )


def _settled(facts: ChoiceFacts) -> Iterator[Finding | None]:
    """What must hold again on the day of the decision: the carer's side, and the child's word."""
    yield blocks(
        "no-profile",
        _l("The child's profile (Form 10) is not written yet."),
        when=not facts.profile,
        basis=Basis.of("ND56 Điều 38", Status.CONFIRMED).cite(language()),
    )
    yield from _on_consent(facts)
    yield from _on_conditions(facts)


def decided_here(on: date) -> frozenset[str]:
    """The authorities whose decisions are taken in this software."""
    return frozenset(one.code for one in _authorities(on) if one.attributes.get("in_house") is True)


def competent(facts: ChoiceFacts, on: date) -> frozenset[str]:
    """Who may decide on this form and case. While a separation runs the chair places the child until the court has spoken."""
    found = set()
    court = [one.code for one in _authorities(on) if facts.choice.reason in _list(one, "reasons")]
    for one in _authorities(on):
        fits = facts.form in _list(one, "forms")
        reserved = bool(court) and not facts.urgent and facts.form is not CareForm.ADOPTION
        if fits and (one.code in court or (not reserved and not _list(one, "reasons"))):
            found.add(one.code)
    return frozenset(found)


def authorities(on: date) -> Sequence[Code]:
    """All who may be named as having decided."""
    return _authorities(on)


def _authorities(on: date) -> Sequence[Code]:
    return vocabulary("alternative_care_authorities").on(on)


def _list(code: Code, name: str) -> Sequence[object]:
    value = code.attributes.get(name, ())
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
