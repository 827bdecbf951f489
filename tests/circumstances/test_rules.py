"""What a spell must say, which spells exclude each other, on which days a child is counted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.children.terms import Birth, Precision
from casemgr.circumstances import rules
from casemgr.circumstances.terms import Decision, End, Help, Kind, Spell, Support

TODAY = date(2026, 11, 18)
BORN = Birth(date(2017, 3, 14), Precision.DAY)
ORPHAN = Spell(Kind.SPECIAL, "orphan.3", date(2025, 5, 1))
RISK = Spell(Kind.AT_RISK, "danger_violence", date(2026, 11, 1), basis="Cha nghiện rượu, đã đánh mẹ")
days = st.dates(date(2015, 1, 1), date(2026, 11, 18))


def codes(spell: Spell, others: tuple[Spell, ...] = (), birth: Birth = BORN) -> list[str]:
    return [one.code for one in rules.may_be_written(spell, others, birth, TODAY, TODAY)]


def test_fourteen_groups_and_the_three_dangers_that_the_law_names() -> None:
    assert len(rules.groups(TODAY)) == 14
    assert [code.code for code in rules.dangers(TODAY)] == [
        "danger_violence",
        "danger_exploitation",
        "danger_abandonment",
    ]
    assert "".join(str(code.attributes["letter"]) for code in rules.groups(TODAY)) == "abcdđeghiklmno"


def test_a_spell_that_says_what_it_must_passes() -> None:
    assert codes(ORPHAN) == codes(RISK) == []


@pytest.mark.parametrize(
    ("spell", "code"),
    [
        (replace(ORPHAN, code="no_such"), "code"),
        (replace(RISK, code="harmed"), "code"),
        (replace(ORPHAN, since=TODAY + timedelta(days=1)), "since-future"),
        (replace(ORPHAN, until=TODAY + timedelta(days=1)), "until-future"),
        (replace(ORPHAN, until=date(2025, 4, 30)), "backwards"),
        (replace(ORPHAN, since=date(2017, 3, 13)), "before-birth"),
        (replace(ORPHAN, decision=Decision("1", TODAY + timedelta(days=1))), "decision-future"),
        (replace(ORPHAN, code="grave_violence.1"), "expert"),
        (replace(RISK, basis="  "), "reasons"),
    ],
)
def test_what_is_missing_or_cannot_be_true_blocks(spell: Spell, code: str) -> None:
    found = rules.may_be_written(spell, (), BORN, TODAY, TODAY)
    assert [one.code for one in found.blocking] == [code]


def test_the_day_of_birth_itself_and_a_year_known_only_as_such_are_not_before_birth() -> None:
    assert codes(replace(ORPHAN, since=date(2017, 3, 14))) == []
    assert codes(replace(ORPHAN, since=date(2017, 1, 1), since_precision=Precision.YEAR)) == []
    assert codes(replace(ORPHAN, since=date(2017, 3, 1), since_precision=Precision.MONTH)) == []
    assert codes(replace(ORPHAN, since=date(2017, 2, 1), since_precision=Precision.MONTH)) == ["before-birth"]
    december = Birth(date(2017, 12, 31), Precision.DAY)
    assert (
        codes(replace(ORPHAN, since=date(2017, 12, 1), since_precision=Precision.MONTH), birth=december) == []
    )


def test_sixteen_on_the_first_day_is_no_child() -> None:
    old = Birth(date(2010, 11, 18), Precision.DAY)
    assert codes(replace(ORPHAN, since=TODAY), birth=old) == ["sixteen"]
    assert codes(replace(ORPHAN, since=TODAY - timedelta(days=1)), birth=old) == []
    about = Birth(None, Precision.ESTIMATED, 17)
    found = rules.may_be_written(replace(ORPHAN, since=TODAY), (), about, TODAY, TODAY)
    assert [one.code for one in found.to_explain] == ["perhaps-sixteen"] and not found.blocking
    assert codes(replace(ORPHAN, since=TODAY), birth=Birth()) == []


def test_born_on_29_february_turns_sixteen_on_1_march() -> None:
    leap = Birth(date(2008, 2, 29), Precision.DAY)
    spell = replace(ORPHAN, since=date(2020, 1, 1))
    assert rules.counts(spell, rules.age_on(leap, TODAY, date(2024, 2, 28)), date(2024, 2, 28))
    assert not rules.counts(spell, rules.age_on(leap, TODAY, date(2024, 3, 1)), date(2024, 3, 1))
    turned = Birth(date(2009, 2, 28), Precision.DAY)
    assert rules.age_on(turned, TODAY, date(2025, 2, 28)) == 16


def test_an_estimated_age_grows_with_the_years() -> None:
    about = Birth(None, Precision.ESTIMATED, 14)
    assert rules.age_on(about, date(2024, 11, 19), TODAY) == 15
    assert rules.age_on(about, date(2024, 11, 18), TODAY) == 16
    assert rules.age_on(Birth(), TODAY, TODAY) is None


def test_the_same_sub_group_twice_at_a_time_is_refused_and_a_further_one_is_not() -> None:
    assert codes(ORPHAN, (replace(ORPHAN, since=date(2026, 1, 1)),)) == ["overlap"]
    assert codes(ORPHAN, (replace(ORPHAN, code="orphan"),)) == ["overlap"]
    assert codes(ORPHAN, (replace(ORPHAN, code="disability.1"),)) == []
    assert (
        codes(replace(ORPHAN, code="sexually_abused.1"), (replace(ORPHAN, code="sexually_abused.4"),)) == []
    )
    over = replace(ORPHAN, until=date(2026, 1, 1))
    assert codes(replace(ORPHAN, since=date(2026, 1, 2)), (over,)) == []
    assert codes(replace(ORPHAN, since=date(2026, 1, 1)), (over,)) == ["overlap"]
    assert codes(ORPHAN, (replace(ORPHAN, void=True),)) == []


@given(days, st.none() | days, days, st.none() | days)
def test_overlapping_is_mutual_and_means_a_day_that_both_cover(
    one_since: date, one_until: date | None, other_since: date, other_until: date | None
) -> None:
    one = replace(ORPHAN, since=one_since, until=max(one_since, one_until) if one_until else None)
    other = replace(ORPHAN, since=other_since, until=max(other_since, other_until) if other_until else None)
    shared = rules.covers(one, max(one_since, other_since)) and rules.covers(
        other, max(one_since, other_since)
    )
    assert rules.overlap(one, other) is rules.overlap(other, one) is shared


@given(days, st.dates(date(2000, 1, 1), date(2026, 1, 1)))
def test_a_child_is_counted_on_no_day_from_the_sixteenth_birthday_on(day: date, born: date) -> None:
    birth = Birth(born, Precision.DAY)
    spell = replace(ORPHAN, since=date(2000, 1, 1))
    age = rules.age_on(birth, TODAY, day)
    assert rules.counts(spell, age, day) is (age is None or age < 16)
    assert rules.counts(spell, None, day) and not rules.counts(replace(spell, void=True), None, day)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ended": None}, "ended"),
        ({"until": None}, "until"),
        ({"until": date(2025, 4, 1)}, "backwards"),
        ({"until": TODAY + timedelta(days=1)}, "until-future"),
        ({"ended": End.ADULT}, "not-sixteen"),
        ({"ended": End.OTHER}, "ended_note"),
    ],
)
def test_an_end_needs_its_day_and_a_reason_that_can_be_true(changes: dict[str, object], code: str) -> None:
    over = replace(ORPHAN, until=date(2026, 1, 1), ended=End.OVER)
    assert not list(rules.may_end(over, BORN, TODAY, TODAY))
    found = rules.may_end(replace(over, **changes), BORN, TODAY, TODAY)  # type: ignore[arg-type]
    assert code in [one.code for one in found.blocking]


def test_support_has_its_days_and_belongs_to_the_time_of_the_group() -> None:
    line = Support("k1", Help.ALLOWANCE, since=date(2025, 6, 1), amount=500_000)
    assert not list(rules.may_be_supported(line, ORPHAN, TODAY))
    early = rules.may_be_supported(replace(line, since=date(2025, 4, 1)), ORPHAN, TODAY)
    assert [one.code for one in early.to_explain] == ["outside"] and not early.blocking
    for changes, code in (
        ({"since": None}, "since"),
        ({"since": TODAY + timedelta(days=1)}, "since-future"),
        ({"until": date(2025, 5, 31)}, "backwards"),
        ({"decision": Decision(day=TODAY + timedelta(days=1))}, "decision-future"),
    ):
        found = rules.may_be_supported(replace(line, **changes), ORPHAN, TODAY)  # type: ignore[arg-type]
        assert [one.code for one in found.blocking] == [code]


def test_the_group_that_lists_never_name() -> None:
    assert [code.code for code in rules.groups(TODAY) if rules.is_sensitive(code.code)] == ["hiv"]
