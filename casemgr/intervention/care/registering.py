"""Who may stand on the register of carers, and how their conditions are checked: facts in, findings out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casemgr.core.calendar import add_months
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intervention.care.ages import of_deadline, still_valid
from casemgr.intervention.care.terms import (
    Answer,
    CarerKind,
    Check,
    Registration,
)
from casemgr.law.basis import Basis, Status
from casemgr.law.deadlines import length
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.legislation.rules import length_words

_FOREIGNER_LEFT = 12  # months of residence that must remain: NĐ 56/2017, Điều 39 khoản 3
_CONDITIONS = Basis.of("LTE Điều 63 khoản 2", Status.CONFIRMED)


@dataclass(frozen=True)
class RegisterFacts:
    """What is known when somebody is put on the register."""

    kind: CarerKind
    said: Registration
    on: date
    today: date
    taken_out: bool = False  # a child was taken out of the family of somebody of this name and age


def findings_on_registering(facts: RegisterFacts) -> Findings:
    """What stands against this registration (Mẫu 08, or the notice of a relative)."""
    person, wishes = facts.said.person, facts.said.wishes
    applies = facts.kind is CarerKind.APPLICATION
    return Findings(
        blocks("no-name", _l("Write the name of whoever gives care."), when=not person.name, field="name"),
        explains(
            "taken-out",
            _l(
                "A child was taken out of the family of somebody of this name. Read the earlier registration, and write why this one may stand."
            ),
            when=facts.taken_out,
            field="name",
        ),
        blocks(
            "future",
            _l("The day of the registration lies in the future."),
            when=facts.on > facts.today,
            field="registered_on",
        ),
        blocks(
            "no-form",
            _l("Choose at least one form of care they are ready for."),
            when=not wishes.forms,
            field="forms",
        ),
        blocks(
            "ages",
            _l("The youngest age is above the oldest."),
            when=wishes.age_from is not None
            and wishes.age_to is not None
            and wishes.age_from > wishes.age_to,
            field="age_from",
        ),
        blocks(
            "no-relation",
            _l("A relative's notice says for which child, and how they are related."),
            when=facts.kind is CarerKind.NOTICE and not wishes.relation,
            field="relation",
        ),
        *(_paper_findings(facts) if applies else ()),
        *(_residence_findings(facts) if facts.said.person.foreigner else ()),
    )


def _residence_findings(facts: RegisterFacts) -> Iterator[Finding | None]:
    """Of a foreigner: how long they have lived in Viet Nam, and how long they still may."""
    since, until = facts.said.papers.residence_since, facts.said.papers.residence_until
    basis = of_deadline("ac_foreigner_residence", facts.on)
    yield explains(
        "residence-unknown",
        _l("For a foreigner: since when, and until when, they may live in Viet Nam is not known."),
        when=since is None or until is None,
        field="residence_since",
        basis=basis,
    )
    yield blocks(
        "residence-short",
        _l(
            "A foreigner must have lived in Viet Nam for %(limit)s.",
            limit=length_words("ac_foreigner_residence", facts.on),
        ),
        when=since is not None and add_months(since, length("ac_foreigner_residence", facts.on)) > facts.on,
        field="residence_since",
        basis=basis,
    )
    yield blocks(
        "residence-ends",
        _l("A foreigner's right to live here must last twelve more months."),
        when=until is not None and until < add_months(facts.on, _FOREIGNER_LEFT),
        field="residence_until",
        basis=basis,
    )


def _paper_findings(facts: RegisterFacts) -> Iterator[Finding | None]:
    health = facts.said.papers.health_on
    yield blocks(
        "health-future",
        _l("The health certificate lies in the future."),
        when=health is not None and health > facts.today,
        field="health_on",
    )
    yield explains(
        "health",
        _l(
            "There is no health certificate of the last %(limit)s before the application.",
            limit=length_words("ac_health_cert_6m", facts.on),
        ),
        when=not still_valid(health, facts.on, "ac_health_cert_6m"),
        field="health_on",
        basis=of_deadline("ac_health_cert_6m", facts.on),
    )


def findings_on_checking(check: Check, on: date, today: date) -> Findings:
    """What stands against keeping a check of the conditions (Mẫu 11)."""
    return Findings(
        blocks("future", _l("The day of the check lies in the future."), when=on > today, field="checked_on"),
        *(
            blocks(
                f"no-evidence-{one.code}",
                _l("%(condition)s: write what shows it.", condition=condition(one.code)),
                when=one.answer is not Answer.UNKNOWN and not one.evidence,
                field=f"evidence-{one.code}",
                basis=_CONDITIONS.cite(language()),
            )
            for one in check.conditions
        ),
    )


def condition(code: str) -> str:
    """What a condition is called."""
    return vocabulary("alternative_care_conditions").label(code, language())


def conditions(on: date) -> Sequence[Code]:
    """The conditions of the law on a day."""
    return vocabulary("alternative_care_conditions").on(on)


def health_valid(made: date | None, on: date) -> bool:
    """Whether a health certificate may still be used on a day."""
    return still_valid(made, on, "ac_health_cert_6m")
