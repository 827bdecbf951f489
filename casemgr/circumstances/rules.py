"""Decisions on circumstances: what a spell must say, which spells exclude each other, on which days a child is counted."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from casemgr.children.terms import Birth, Precision
from casemgr.circumstances.terms import End, Kind, Spell, Support
from casemgr.core.ages import whole_years
from casemgr.core.calendar import month_end
from casemgr.core.findings import Finding, Findings, blocks, explains
from casemgr.core.periods import holds
from casemgr.core.words import _l, language
from casemgr.law.basis import Basis, Status
from casemgr.law.vocabulary import Code, CodeList, vocabulary

CHILD_UNTIL = 16
LIST = {Kind.SPECIAL: "special_circumstances", Kind.AT_RISK: "at_risk"}
_NOT_A_DANGER = frozenset({"harmed", "special_circumstances"})  # kinds of Mẫu 01 that are no danger of harm
A_CHILD = Basis.of("LTE Điều 1", Status.CONFIRMED)
EXPERT = Basis.of("ND56 Điều 11", Status.CONFIRMED)
AT_RISK = Basis.of("LTE Điều 52 khoản 1", Status.CONFIRMED)


def words(kind: Kind) -> CodeList:
    """The list a spell of this kind takes its code from."""
    return vocabulary(LIST[kind])


def groups(on: date) -> tuple[Code, ...]:
    """The fourteen groups of the law."""
    return tuple(code for code in words(Kind.SPECIAL).on(on) if code.group is None)


def dangers(on: date) -> tuple[Code, ...]:
    """The dangers that the law names."""
    return tuple(code for code in words(Kind.AT_RISK).on(on) if code.code not in _NOT_A_DANGER)


def group_of(spell: Spell) -> str:
    """The group a spell is counted in: that of its sub-group, or itself."""
    known = words(spell.kind).get(spell.code)
    return known.group or known.code if known is not None else spell.code


def is_sensitive(group: str) -> bool:
    """Whether a list never names this group beside a child."""
    return words(Kind.SPECIAL).attribute(group, "sensitive") is True


def basis_of(spell: Spell) -> str:
    """The articles a spell rests on."""
    known = words(spell.kind).get(spell.code)
    return known.cite(language()) if known is not None else ""


def age_on(birth: Birth, told_on: date, day: date) -> int | None:
    """The age on a day; an estimated age grows from the day on which it was told. Nothing when it cannot be told."""
    if birth.date is not None:
        return whole_years(birth.date, day, birth.precision)
    if birth.age_estimate is None:
        return None
    return max(birth.age_estimate + (whole_years(told_on, day) or 0), 0)


def covers(spell: Spell, day: date) -> bool:
    """Whether a spell holds on a day."""
    return not spell.void and holds(spell.since, spell.until, day)


def counts(spell: Spell, age: int | None, day: date) -> bool:
    """Whether a child is counted by this spell on a day: it holds, and the child is not known to be sixteen."""
    return covers(spell, day) and (age is None or age < CHILD_UNTIL)


def overlap(one: Spell, other: Spell) -> bool:
    """Whether two spells share a day. One that was written in error shares none."""
    if one.void or other.void:
        return False
    starts_before = other.until is None or one.since <= other.until
    return starts_before and (one.until is None or other.since <= one.until)


def same_thing(one: Spell, other: Spell) -> bool:
    """Whether two spells say the same of a child: the same sub-group, or a group beside one of its own sub-groups."""
    if one.kind is not other.kind or group_of(one) != group_of(other):
        return False
    return one.code == other.code or group_of(one) in (one.code, other.code)


def may_be_written(
    spell: Spell, others: Sequence[Spell], birth: Birth, told_on: date, today: date
) -> Findings:
    """What stands against a spell as it is written, given the child's other spells."""
    code = words(spell.kind).get(spell.code)
    return Findings(
        blocks("code", _l("Choose the group."), when=not _choosable(spell, code), field="code"),
        *_days(spell, today),
        *_of_the_child(spell, birth, told_on),
        blocks(
            "expert",
            _l(
                "This group needs the finding of a forensic body, a medical facility or an expert. Write which."
            ),
            when=bool(code) and _needs_expert(spell) and not (spell.basis or "").strip(),
            field="basis",
            basis=EXPERT.cite(language()),
        ),
        blocks(
            "reasons",
            _l("Write why the child is at risk."),
            when=spell.kind is Kind.AT_RISK and not (spell.basis or "").strip(),
            field="basis",
            basis=AT_RISK.cite(language()),
        ),
        blocks(
            "overlap",
            _l(
                "The child is already in this group at that time. Correct or end that entry, do not write it twice."
            ),
            when=any(same_thing(spell, other) and overlap(spell, other) for other in others),
            field="code",
        ),
    )


def may_end(spell: Spell, birth: Birth, told_on: date, today: date) -> Findings:
    """What stands against the end of a spell. The last day of who turned sixteen is at the earliest the day before."""
    early = (
        spell.ended is End.ADULT
        and spell.until is not None
        and _younger(birth, told_on, spell.until + timedelta(days=1))
    )
    return Findings(
        blocks("ended", _l("Choose why it ended."), when=spell.ended is None, field="ended"),
        blocks("until", _l("Write the last day."), when=spell.until is None, field="until"),
        *_days(spell, today),
        blocks(
            "not-sixteen",
            _l("The child is not yet sixteen on that day."),
            when=early,
            field="until",
            basis=A_CHILD.cite(language()),
        ),
        blocks(
            "ended_note",
            _l("Write what the other reason is."),
            when=spell.ended is End.OTHER and not (spell.ended_note or "").strip(),
            field="ended_note",
        ),
    )


def may_be_supported(support: Support, spell: Spell, today: date) -> Findings:
    """What stands against a line of support."""
    since, until, decided = support.since, support.until, support.decision.day
    return Findings(
        blocks("since", _l("Write the first day of the support."), when=since is None, field="since"),
        blocks(
            "since-future",
            _l("The support begins in the future. Write it down when it has begun."),
            when=since is not None and since > today,
            field="since",
        ),
        blocks(
            "backwards",
            _l("The last day lies before the first."),
            when=since is not None and until is not None and until < since,
            field="until",
        ),
        blocks(
            "decision-future",
            _l("The day of the decision lies in the future."),
            when=decided is not None and decided > today,
            field="decision_day",
        ),
        explains(
            "outside",
            _l("The support begins before the child belonged to the group. Say why."),
            when=since is not None and since < spell.since,
            field="explanation-outside",
        ),
        blocks("void", _l("This entry was written in error."), when=spell.void),
    )


def _choosable(spell: Spell, code: Code | None) -> bool:
    return code is not None and not (spell.kind is Kind.AT_RISK and code.code in _NOT_A_DANGER)


def _needs_expert(spell: Spell) -> bool:
    return words(spell.kind).attribute(group_of(spell), "needs_expert_finding") is True


def _days(spell: Spell, today: date) -> Iterator[Finding | None]:
    decided = spell.decision.day
    yield blocks(
        "since-future", _l("The first day lies in the future."), when=spell.since > today, field="since"
    )
    yield blocks(
        "until-future",
        _l("The last day lies in the future. Write it down when it has come."),
        when=spell.until is not None and spell.until > today,
        field="until",
    )
    yield blocks(
        "backwards",
        _l("The last day lies before the first."),
        when=spell.until is not None and spell.until < spell.since,
        field="until",
    )
    yield blocks(
        "decision-future",
        _l("The day of the decision lies in the future."),
        when=decided is not None and decided > today,
        field="decision_day",
    )


def _of_the_child(spell: Spell, birth: Birth, told_on: date) -> Iterator[Finding | None]:
    age = age_on(birth, told_on, spell.since)
    yield blocks(
        "before-birth",
        _l("The first day lies before the child was born."),
        when=birth.date is not None and _last_possible(spell) < birth.date,
        field="since",
    )
    yield blocks(
        "sixteen",
        _l("The child was already sixteen on the first day."),
        when=age is not None and age >= CHILD_UNTIL and birth.date is not None,
        field="since",
        basis=A_CHILD.cite(language()),
    )
    yield explains(
        "perhaps-sixteen",
        _l("By the estimated age the child was already sixteen on the first day. Say why it is a child."),
        when=age is not None and age >= CHILD_UNTIL and birth.date is None,
        field="explanation-perhaps-sixteen",
        basis=A_CHILD.cite(language()),
    )


def _last_possible(spell: Spell) -> date:
    """The last day on which a spell that is known by its month or year can have begun."""
    if spell.since_precision is Precision.YEAR:
        return date(spell.since.year, 12, 31)
    if spell.since_precision is Precision.MONTH:
        return month_end(spell.since)
    return spell.since


def _younger(birth: Birth, told_on: date, day: date) -> bool:
    age = age_on(birth, told_on, day)
    return age is not None and age < CHILD_UNTIL
