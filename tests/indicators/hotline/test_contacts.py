"""Facts of hotline 111: written with the report, mapped by dated tables, every column of a sheet adding up."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.children.terms import Birth, Sex
from casemgr.core.periods import Period
from casemgr.indicators import columns, contacts, facts, items, splits
from casemgr.indicators.bands import BANDINGS
from casemgr.indicators.contacts import CONTACTS, Contact
from casemgr.indicators.models import ItemFact
from casemgr.intake import actions
from casemgr.intake import queries as intake
from casemgr.intake.terms import Decision, Kind, Relation, Reporter, Suspect, Telling
from casemgr.law.vocabulary import vocabulary
from tests.support import factories
from tests.support.house import NA_SAM, HouseUnderTest

MONTH = Period.parse("2026-11")


def log(house: HouseUnderTest, kind: str = "contact") -> list[Contact]:
    """The newest facts of a kind, without those that are gone."""
    with house.maintenance(writing=False) as desk:
        rows = desk.rows(
            select(ItemFact.item_id, ItemFact.sealed).where(ItemFact.kind == kind).order_by(ItemFact.seq)
        )
        opened = desk.safe.open_facts((row[0], row[1]) for row in rows)
        newest = {row[0]: CONTACTS.unpack(packed) for row, packed in zip(rows, opened, strict=True)}
    return [one for one in newest.values() if "voided" not in one.flags]


def heard(house: HouseUnderTest, **changes: object) -> str:
    """A report that an operator of the hotline wrote down; gives its number."""
    telling = factories.a_telling(house, **changes)  # type: ignore[arg-type]
    with house.desk(Role.HOTLINE_OPERATOR) as desk:
        return actions.receive(desk, telling).report.number


def consultation(house: HouseUnderTest, **changes: object) -> Telling:
    story = replace(factories.a_story(suspects=()), **changes)  # type: ignore[arg-type]
    return factories.a_telling(house, kind=Kind.CONSULTATION, story=story)


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ("hotline_problems", contacts.PROBLEMS),
        ("hotline_child_groups", contacts.CHILD_GROUPS),
        ("hotline_results", contacts.RESULTS),
        ("suspect_kinds", contacts.SUSPECT_KINDS),
        ("reporter_kinds", contacts.REPORTER_KINDS),
    ],
)
def test_every_code_that_can_be_told_has_its_place_in_the_facts(listed: str, codes: tuple[str, ...]) -> None:
    assert {*vocabulary(listed).codes, facts.UNKNOWN} == {*codes, facts.UNKNOWN}
    assert len(set(codes)) == len(codes) <= 255


@pytest.mark.parametrize("table", columns.foldings(), ids=lambda table: table.name)
def test_every_code_stands_in_exactly_one_column(table: columns.Folding) -> None:
    codes = items.COLUMNS[table.column].codes
    table.check(codes)
    split = splits.one(table.name, MONTH)
    for code in codes:
        expected = [one.code for one in table.printed if code in one.of] or ["unknown"]
        assert [table.member_of(code)] == expected
    assert split.members[-1] == "unknown"
    wrong = replace(table, printed=table.printed[:-1])
    with pytest.raises(TypeError, match="exactly one"):
        wrong.check(codes)


def test_a_table_holds_from_its_day() -> None:
    assert columns.folding("hotline_channel", date(2026, 1, 1)).in_force_from == date(2018, 8, 27)
    assert columns.folding("hotline_channel", date(2000, 1, 1)).name == "hotline_channel"


@given(st.builds(
    Contact,
    age=st.none() | st.integers(0, 30),
    reporter_age=st.none() | st.integers(0, 150),
    received=st.none() | st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    groups=st.frozensets(st.sampled_from(contacts.CHILD_GROUPS)),
    results=st.frozensets(st.sampled_from(contacts.RESULTS)),
    problem=st.sampled_from(contacts.PROBLEMS),
    online=st.none() | st.booleans(),
))  # fmt: skip
def test_a_contact_comes_back_as_it_went(contact: Contact) -> None:
    packed = CONTACTS.pack(contact)
    assert len(packed) <= 130
    assert CONTACTS.unpack(packed) == contact


@given(st.frozensets(st.sampled_from(contacts.CHILD_GROUPS)))
def test_who_is_in_a_group_is_in_what_it_stands_under(told: frozenset[str]) -> None:
    split = splits.one("child_group", MONTH)
    found = {split.members[at] for at in split.members_of(facts.mask_of(items.COLUMNS["groups"], told))}
    over = {vocabulary("hotline_child_groups").get(code).group for code in told} - {None}  # type: ignore[union-attr]
    assert found == ({*told, *over} or {"unknown"})


@pytest.mark.parametrize("age", [*range(21), None])
def test_no_age_falls_between_the_bands_of_the_old_software(age: int | None) -> None:
    """It counted 16 as 15, 18 as under 18, dropped who was older, and left a reporter of exactly 10 or 18 out."""
    number = facts.NO_AGE if age is None else age
    for name in ("hotline111", "hotline111_suspect", "hotline111_reporter"):
        split = splits.one(f"age_band:{name}", MONTH)
        (at,) = split.members_of(number)
        label = split.members[at]
        if age is None:
            assert label == "unknown"
            continue
        (band,) = [one for one in BANDINGS[name].bands if one.label == label]
        assert band.first <= age and (band.until is None or age < band.until)
    nine = {15: "15", 16: "16-17", 17: "16-17", 18: "18+", 20: "18+", 10: "10"}
    if age in nine:
        split = splits.one("age_band:hotline111", MONTH)
        assert split.members[split.members_of(age)[0]] == nine[age]  # type: ignore[arg-type, index]


def test_a_report_of_a_commune_is_none_of_the_hotline(house: HouseUnderTest) -> None:
    factories.a_case(house)
    assert log(house) == [] == log(house, "alleged")
    factories.a_report(house, reporter=Reporter(kind="hotline", sex=Sex.MALE, age=40))
    (one,) = log(house)
    assert one.sent == "telephone"
    assert (one.reporter_kind, one.reporter_sex, one.reporter_age) == ("unknown", "unknown", None)


def test_what_nobody_told_is_led_to_by_the_tables_or_stays_unknown(house: HouseUnderTest) -> None:
    person = Suspect(ref="s1", sex=Sex.FEMALE, age=16, relations=(Relation("c1", "guardian"),))
    child = replace(factories.KHANG, harms=("violence", "abandonment_neglect"))
    heard(house, story=factories.a_story(children=(child,), suspects=(person,)))
    by_problem = {one.problem: one for one in log(house)}
    assert set(by_problem) == {"violence", "law.neglect"}
    (who,) = log(house, "alleged")
    assert who.suspect_kinds == {"violence", "abuse"}
    assert (who.sex, who.age, who.relations) == ("female", 16, {"guardian"})
    first = by_problem["violence"]
    assert first.groups == {"violence"}  # neglect has no row of its own
    assert first.results == frozenset()
    assert (first.reporter_kind, first.sent, first.kind) == ("neighbour", "operator", "intervention")


def test_a_consultation_is_told_in_the_words_of_the_hotline(house: HouseUnderTest) -> None:
    child = replace(factories.KHANG, harms=None, birth=Birth(), groups=("poor",))
    telling = consultation(
        house, children=(child,), problems=("friends.conflict", "school.stress"), by_hotline=None
    )
    with house.desk(Role.HOTLINE_OPERATOR) as desk:
        actions.receive(desk, replace(telling, reporter=Reporter(kind="child", age=10, sex=Sex.MALE)))
    found = log(house)
    assert {one.problem for one in found} == {"friends.conflict", "school.stress"}
    assert {(one.kind, one.age, one.reporter_age, one.online) for one in found} == {
        ("consultation", None, 10, False)
    }
    assert found[0].groups == {"poor"}


def test_a_problem_that_is_taken_back_is_gone(house: HouseUnderTest) -> None:
    number = heard(house, story=factories.a_story(problems=("violence", "school.stress")))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = intake.report(desk, number)
        known = replace(report.known, problems=("violence",), results=("support.health",))
        actions.correct(desk, report, known=known, places_of=report.places, version=report.version)
    (one,) = log(house)
    assert (one.problem, one.results) == ("violence", {"support.health"})


def test_what_the_commune_found_is_a_result(house: HouseUnderTest) -> None:
    number = heard(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, intake.report(desk, number), decision=Decision.NOT_VERIFIED, reason="Đã đến nhà")
    (one,) = log(house)
    assert one.results == {"not_found"}
    assert one.decision == "not_verified"
    assert one.told_unit == one.incident_unit == house.unit_id(NA_SAM)


def test_the_facts_hold_no_name_no_birth_date_no_address() -> None:
    assert not set(Contact.__dataclass_fields__) & {"name", "birth", "address", "number", "phone"}
