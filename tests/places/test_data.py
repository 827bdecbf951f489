"""The shipped list gives the official totals, hangs together, and is what its build tool says it is."""

import csv
import unicodedata
from collections import Counter
from datetime import date, timedelta

from casemgr.places import official_list, rules
from casemgr.places.atlas import Atlas
from casemgr.places.official_list import SHIPPED
from casemgr.places.terms import Level, Relation

OLD_END, NEW = date(2025, 6, 30), date(2025, 7, 1)
TOTALS = {
    OLD_END: (63, 696, 10_035, {"Xã": 7692, "Phường": 1726, "Thị trấn": 617}),
    NEW: (34, 0, 3321, {"Xã": 2621, "Phường": 687, "Đặc khu": 13}),
    date(2026, 9, 20): (34, 0, 3321, {"Xã": 2599, "Phường": 709, "Đặc khu": 13}),
    date(2030, 1, 1): (34, 0, 3321, {"Xã": 2599, "Phường": 709, "Đặc khu": 13}),
}


def test_the_official_totals_come_out(atlas: Atlas) -> None:
    for day, (provinces, districts, communes, kinds) in TOTALS.items():
        levels = Counter(unit.level for unit in atlas.in_force(day))
        types = Counter(unit.type for unit in atlas.in_force(day) if unit.level is Level.COMMUNE)
        assert (levels[Level.PROVINCE], levels[Level.DISTRICT], levels[Level.COMMUNE]) == (
            provinces,
            districts,
            communes,
        )
        assert types == kinds


def test_provinces_and_cities_since_2026(atlas: Atlas) -> None:
    kinds = Counter(unit.type for unit in atlas.children("", date(2026, 9, 20)))
    assert kinds == {"Tỉnh": 25, "Thành phố": 9}
    names = [unit.name for unit in atlas.history("75") if unit.valid_from >= NEW]
    assert names == ["Tỉnh Đồng Nai", "Thành phố Đồng Nai"]


def test_the_list_has_no_faults() -> None:
    assert official_list.faults(official_list.shipped()) == []


def test_files_are_compact_and_in_a_stable_order() -> None:
    for name in ("units.csv", "changes.csv"):
        raw = SHIPPED.with_name(name).read_bytes()
        text = raw.decode("utf-8")
        assert b"\r" not in raw
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\n")
        assert unicodedata.is_normalized("NFC", text)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        keys = [(row["valid_from"], len(row["code"]), row["code"]) for row in csv.DictReader(file)]
    assert keys == sorted(keys)


def test_numbers_never_move() -> None:
    """Files remember units by number: these few stand for all, as the tool only ever adds."""
    numbers = {(unit.code, unit.valid_from): unit.id for unit in official_list.shipped().units}
    assert numbers["01", date(2025, 3, 1)] == 1
    assert numbers["06124", NEW] == 11_484
    assert sorted(numbers.values()) == list(range(1, 14_175))


def test_every_kind_of_change_is_as_often_as_told() -> None:
    kinds = Counter(change.relation for change in official_list.shipped().changes)
    assert kinds == {
        Relation.WHOLE: 9515,
        Relation.PART: 829,
        Relation.UNCHANGED: 138,
        Relation.PART_AREA: 83,
        Relation.PART_AREA_ALL_POPULATION: 58,
        Relation.RENAMED: 30,
        Relation.DISTRICT_TO_SPECIAL_ZONE: 5,
    }


def test_the_three_codes_that_are_wrong_elsewhere_are_right_here(atlas: Atlas) -> None:
    for code, name, successor in (
        ("01651", "Xã Mỹ Hưng", "01648"),
        ("02482", "Xã Phú Thịnh", "02494"),
        ("00556", "Xã Đặng Xá", "00562"),
    ):
        unit = atlas.at(code, OLD_END)
        assert unit is not None
        assert unit.name == name
        heir = rules.safe_successor(atlas, unit)
        assert heir is not None
        assert heir.code == successor
    assert [unit.name for unit in atlas.history("06970") if unit.valid_from == NEW] == ["Xã Ba Chẽ"]
    assert atlas.at("06978", NEW) is None
    assert atlas.at("00715", NEW) is not None


def test_namesakes_of_merged_provinces_are_kept_apart(atlas: Atlas) -> None:
    """Phường 4 of Tây Ninh and Phường 4 of Tân An lie in one province now, and went into different wards."""
    for code, successor in (("25462", "25459"), ("27691", "27694")):
        assert [unit.code for old in atlas.history(code)[:1] for unit, _ in atlas.after(old)] == [successor]


def test_days_join_without_gap_or_overlap(atlas: Atlas) -> None:
    for change in official_list.shipped().changes:
        old, new = atlas.unit(change.old_id), atlas.unit(change.new_id)
        assert old is not None
        assert new is not None
        assert old.valid_to == change.on - timedelta(days=1)
        assert new.valid_from == change.on


def test_a_city_or_ward_that_was_a_province_or_commune_is_the_same_ground(atlas: Atlas) -> None:
    """What was published of units before they were only called otherwise is of the same units."""
    days = [date(2025, 6, 30), date(2025, 7, 1), date(2026, 4, 30), date(2026, 9, 1), date(2026, 12, 31)]
    assert [atlas.ground(day) for day in days] == [1, 2, 2, 2, 2]
    assert atlas.era(days[1]) < atlas.era(days[2]) < atlas.era(days[3])
