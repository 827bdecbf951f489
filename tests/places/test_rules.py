"""What codes mean, what became of units, under which unit records stand: on every day, there and back."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.places import official_list, rules
from casemgr.places.atlas import Atlas
from casemgr.places.terms import (
    CARRIES_ALL_PEOPLE,
    CARRIES_NO_PEOPLE,
    ChangeFacts,
    Level,
    Reading,
    Relation,
    UnitFacts,
)

SHIPPED = official_list.shipped()
ATLAS = Atlas(SHIPPED.units, SHIPPED.changes)
OLD_END, NEW, LATER = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 21)
OLD = [unit for unit in SHIPPED.units if unit.level is Level.COMMUNE and unit.valid_to == OLD_END]
COMMUNES = [unit for unit in SHIPPED.units if unit.level is Level.COMMUNE]

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
old_communes = st.sampled_from(OLD)
communes = st.sampled_from(COMMUNES)
units = st.sampled_from(SHIPPED.units)


def there(code: str, day: date) -> UnitFacts:
    """The unit that has a code on a day."""
    found = ATLAS.at(code, day)
    assert found is not None
    return found


def test_a_code_means_another_unit_on_another_day() -> None:
    before, after = (
        rules.resolve(ATLAS, "06148", date(2025, 6, 1)),
        rules.resolve(ATLAS, "06148", date(2025, 8, 1)),
    )
    assert before.unit is not None
    assert after.unit is not None
    assert (before.unit.name, after.unit.name) == ("Xã Thanh Long", "Xã Thụy Hùng")
    assert before.unit.id != after.unit.id


def test_a_code_that_ended_is_carried_to_its_successor() -> None:
    found = rules.resolve(ATLAS, "00001", date(2026, 3, 2))
    assert found.reading is Reading.SUCCESSOR
    assert found.unit is not None
    assert found.unit.code == "00097"
    assert found.province is not None
    assert found.province.code == "01"


def test_land_does_not_count_where_all_people_went_one_way() -> None:
    found = rules.resolve(ATLAS, "00112", date(2026, 3, 2))
    assert found.unit is not None
    assert found.unit.code == "00103"
    heirs = rules.successors(ATLAS, there("00112", OLD_END), NEW)
    assert [unit.code for unit in heirs] == ["00103", "00004"]


def test_a_divided_commune_goes_to_the_triage_of_its_province_with_candidates() -> None:
    found = rules.resolve(ATLAS, "00019", date(2026, 3, 2))
    assert found.reading is Reading.DIVIDED
    assert found.unit is None
    assert [unit.code for unit in found.candidates] == ["00004", "00070", "00190", "00226"]
    assert found.province is not None
    assert found.province.code == "01"


@pytest.mark.parametrize(
    ("code", "day", "reading", "province"),
    [
        ("99999", date(2026, 1, 1), Reading.NEVER_IN_FORCE, None),
        ("", date(2026, 1, 1), Reading.NEVER_IN_FORCE, None),
        ("6124", date(2026, 1, 1), Reading.NEVER_IN_FORCE, None),
        ("20", date(2026, 1, 1), Reading.NOT_A_COMMUNE, "20"),
        ("02", date(2026, 1, 1), Reading.NOT_A_COMMUNE, "08"),
        ("755", date(2025, 6, 1), Reading.NOT_A_COMMUNE, "77"),
        ("755", date(2026, 1, 1), Reading.NOT_A_COMMUNE, "79"),
        ("001", date(2026, 1, 1), Reading.NOT_A_COMMUNE, "01"),
        ("26732", date(2025, 6, 30), Reading.NOT_YET, "77"),
    ],
)
def test_a_code_that_names_no_commune_says_why(
    code: str, day: date, reading: Reading, province: str | None
) -> None:
    found = rules.resolve(ATLAS, code, day)
    assert (found.reading, found.unit, found.province.code if found.province else None) == (
        reading,
        None,
        province,
    )


def test_exactly_382_old_communes_need_a_choice() -> None:
    divided = [unit for unit in OLD if rules.resolve(ATLAS, unit.code, NEW).reading is Reading.DIVIDED]
    standing = [unit for unit in OLD if rules.standing(ATLAS, unit, NEW).unit is None]
    by_people = [unit for unit in OLD if rules.safe_successor(ATLAS, unit) is None]
    assert len(standing) == len(by_people) == 382
    # A reused code is read as the new unit of that code: only codes that ended can be divided.
    assert {unit.id for unit in divided} <= {unit.id for unit in standing}


def test_a_day_before_the_record_is_read_as_its_first_day() -> None:
    assert rules.resolve(ATLAS, "00001", date(2019, 1, 1)).unit == ATLAS.at("00001", date(2025, 3, 1))


@given(old_communes, st.dates(NEW, date(2027, 12, 31)))
def test_every_old_commune_stands_under_one_unit_or_under_its_province(unit: UnitFacts, day: date) -> None:
    stands = rules.standing(ATLAS, unit, day)
    if stands.unit is not None:
        assert stands.unit.in_force(day)
        assert stands.unit.level is Level.COMMUNE
        assert stands.code == stands.unit.code
    else:
        assert len(stands.among) > 1 or all(
            relation not in CARRIES_ALL_PEOPLE for _, relation in ATLAS.after(unit)
        )
        assert stands.province is not None
        assert stands.province.in_force(day)
        assert {ATLAS.province_of(one, day) for one in stands.among} == {stands.province}
        assert stands.code == f"{stands.province.code}-unassigned"


@given(units, days)
def test_every_unit_stands_somewhere_on_every_day(unit: UnitFacts, day: date) -> None:
    stands = rules.standing(ATLAS, unit, day)
    day = ATLAS.clamped(day)
    came_from = {ATLAS.province_of(one, day) for one in stands.among}
    assert (stands.unit or stands.province) is not None or len(came_from) > 1  # a province made of two
    assert all(one.in_force(day) for one in (stands.unit, stands.province, *stands.among) if one is not None)
    if unit.in_force(day):
        assert stands.unit == unit


@given(st.sampled_from(sorted({unit.code for unit in COMMUNES})), days)
def test_a_code_is_told_for_every_day(code: str, day: date) -> None:
    found = rules.resolve(ATLAS, code, day)
    day = ATLAS.clamped(day)
    assert found.province is not None
    assert found.province.level is Level.PROVINCE
    match found.reading:
        case Reading.IN_FORCE | Reading.SUCCESSOR:
            assert found.unit is not None
            assert found.unit.in_force(day)
            assert not found.candidates
            assert found.province == ATLAS.province_of(found.unit, day)
            assert (found.unit.code == code) or found.reading is Reading.SUCCESSOR
        case Reading.DIVIDED:
            assert found.unit is None
            assert found.candidates
            assert {ATLAS.province_of(one, day) for one in found.candidates} == {found.province}
        case _:
            assert found.unit is None
            assert found.reading is Reading.NOT_YET


@given(communes, days)
def test_there_and_back(unit: UnitFacts, day: date) -> None:
    """Whoever came after a unit names it among those that came before."""
    later = rules.successors(ATLAS, unit, max(day, unit.valid_from))
    assert later
    for one in later:
        assert unit in rules.predecessors(ATLAS, one, unit.valid_from) or one == unit
    for one in rules.predecessors(ATLAS, unit, min(day, unit.valid_from)):
        assert unit in rules.successors(ATLAS, one, unit.valid_from)


@given(communes)
def test_an_officer_has_the_files_of_those_whose_people_came_and_no_others(unit: UnitFacts) -> None:
    for before in rules.people_predecessors(ATLAS, unit):
        assert rules.standing(ATLAS, before, unit.valid_from).unit == unit
    for one, _ in ATLAS.before(unit):
        mine = one in rules.people_predecessors(ATLAS, unit)
        assert mine == (rules.safe_successor(ATLAS, one) == unit)


def test_no_file_is_in_the_reach_of_two_communes() -> None:
    seen: dict[int, str] = {}
    for unit in ATLAS.in_force(LATER):
        if unit.level is Level.COMMUNE:
            for number in rules.reach(ATLAS, unit, LATER):
                assert seen.setdefault(number, unit.code) == unit.code
    # All communes there ever were, but for those that were divided, are in somebody's reach; so are five island districts.
    assert len(seen) == len(COMMUNES) - 382 + 5


def test_every_unit_is_in_the_reach_of_exactly_one_province() -> None:
    seen: dict[int, str] = {}
    for province in ATLAS.children("", LATER):
        for number in rules.reach(ATLAS, province, LATER):
            assert seen.setdefault(number, province.code) == province.code
    assert len(seen) == len(SHIPPED.units)


def test_an_appointment_outlives_a_change_of_kind() -> None:
    """An officer appointed to Xã Bố Hạ in 2025 is the officer of Phường Bố Hạ since 20 September 2026."""
    commune = there("07294", date(2026, 9, 19))
    ward = there("07294", date(2026, 9, 20))
    assert commune.id != ward.id
    assert rules.reach(ATLAS, commune, LATER) == rules.reach(ATLAS, ward, LATER) >= {commune.id, ward.id}
    province = there("24", date(2026, 1, 1))
    assert {commune.id, ward.id} <= rules.reach(ATLAS, province, LATER)


def test_a_new_unit_asked_for_an_earlier_day_tells_its_predecessors() -> None:
    new = there("00097", NEW)
    stands = rules.standing(ATLAS, new, OLD_END)
    assert stands.unit is None
    assert "00001" in {unit.code for unit in stands.among}
    same = there("07294", date(2026, 9, 20))
    earlier = rules.standing(ATLAS, same, date(2026, 9, 1)).unit
    assert earlier is not None
    assert earlier.name == "Xã Bố Hạ"


def test_below_gives_the_whole_tree_of_a_day() -> None:
    for day, units_there in ((OLD_END, 63 + 696 + 10_035), (NEW, 34 + 3321)):
        assert len(rules.below(ATLAS, "VN", day)) == units_there
        assert sum(len(rules.below(ATLAS, top.code, day)) for top in ATLAS.children("", day)) == units_there
    assert rules.below(ATLAS, "99", NEW) == []


@settings(max_examples=50)
@given(st.sampled_from(list(Relation)), st.sampled_from(list(Relation)), st.integers(0, 60))
def test_people_are_carried_only_when_nobody_else_can_have_them(
    one: Relation, two: Relation, gap: int
) -> None:
    """Any two successors, and a later renaming of the first: routed only if the other has land alone."""
    first, on = date(2020, 1, 1), date(2021, 1, 1)
    later = on + timedelta(days=gap + 1)
    top = UnitFacts(1, Level.PROVINCE, "01", "Tỉnh", "Tỉnh A", "", first)
    made = [
        top,
        UnitFacts(2, Level.COMMUNE, "00001", "Xã", "Xã A", "01", first, on - timedelta(days=1)),
        UnitFacts(3, Level.COMMUNE, "00002", "Xã", "Xã B", "01", on, later - timedelta(days=1)),
        UnitFacts(4, Level.COMMUNE, "00003", "Xã", "Xã C", "01", on),
        UnitFacts(5, Level.COMMUNE, "00002", "Phường", "Phường B", "01", later),
    ]
    changes = [
        ChangeFacts(2, 3, one, on),
        ChangeFacts(2, 4, two, on),
        ChangeFacts(3, 5, Relation.RENAMED, later),
    ]
    atlas = Atlas(made, changes)
    found = rules.resolve(atlas, "00001", later)
    takers = [relation for relation in (one, two) if relation not in CARRIES_NO_PEOPLE]
    if len(takers) == 1 and takers[0] in CARRIES_ALL_PEOPLE:
        assert found.unit == made[3 if takers[0] is two and one in CARRIES_NO_PEOPLE else 4]
    else:
        assert found.reading is Reading.DIVIDED
        assert {unit.id for unit in found.candidates} == {4, 5}
        assert found.province == top
