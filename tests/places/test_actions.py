"""Loading the official list: all of it or nothing, twice is once, and what would change is told first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.core.errors import Invalid, Refused
from casemgr.places import actions, official_list, queries
from casemgr.places.models import Unit, UnitChange, UnitList
from casemgr.places.official_list import SHIPPED, OfficialList
from casemgr.places.terms import Relation

LISTED = official_list.shipped()


def stored(desk: Desk) -> tuple[int, ...]:
    """How many units, changes and loadings there are."""
    return tuple(desk.one(select(func.count()).select_from(table)) for table in (Unit, UnitChange, UnitList))


def test_the_list_is_taken_up_whole(bare_office: Office, keeper: Actor) -> None:
    with bare_office.open(keeper) as desk:
        diff = actions.load_units(desk, LISTED)
    assert (len(diff.added), diff.changed, diff.removed) == (14_174 + 10_658, [], [])
    with bare_office.open(keeper, writing=False) as desk:
        assert stored(desk) == (14_174, 10_658, 1)
        assert list(queries.stored_units(desk)) == sorted(LISTED.units, key=lambda unit: unit.id)
        assert set(queries.stored_changes(desk)) == set(LISTED.changes)
        assert queries.digest_in_use(desk) == LISTED.digest


def test_the_same_list_again_is_nothing(bare_desk: Desk) -> None:
    actions.load_units(bare_desk, LISTED)
    again = actions.load_units(bare_desk, replace(LISTED, units=tuple(reversed(LISTED.units))))
    assert again.same
    assert stored(bare_desk) == (14_174, 10_658, 1)


def test_a_dry_run_tells_and_stores_nothing(bare_office: Office, keeper: Actor) -> None:
    with bare_office.open(keeper, writing=False) as desk:
        diff = queries.list_diff(desk, LISTED)
        assert len(diff.added) == 24_832
        assert not diff.faults
        assert stored(desk) == (0, 0, 0)


def test_a_new_name_a_new_kind_and_a_new_edge_are_told_line_by_line(bare_desk: Desk) -> None:
    actions.load_units(bare_desk, LISTED)
    before = queries.atlas(bare_desk)
    changed = _corrected()
    diff = queries.list_diff(bare_desk, changed)
    assert diff.changed == [
        "00736 Xã Sà Phìn (026) 2025-03-01..2025-06-30 => 00736 Xã Xà Phìn (026) 2025-03-01..2025-06-30",
        "2025-07-01 18796 -> 18754 part => part_population",
    ]
    assert (diff.added, diff.removed, diff.faults) == ([], [], [])
    actions.load_units(bare_desk, changed)
    after = queries.atlas(bare_desk)
    assert after is not before
    assert [unit.name for unit in after.history("00736")] == ["Xã Xà Phìn"]
    assert [unit.name for unit in before.history("00736")] == ["Xã Sà Phìn"]
    assert stored(bare_desk) == (14_174, 10_658, 2)
    assert queries.list_diff(bare_desk, changed).same


def _corrected() -> OfficialList:
    """The list with one name spelled otherwise and one change of another kind."""
    units = [replace(unit, name="Xã Xà Phìn") if unit.code == "00736" else unit for unit in LISTED.units]
    numbers = {(unit.code, unit.valid_from): unit.id for unit in units}
    pair = numbers["18796", date(2025, 3, 1)], numbers["18754", date(2025, 7, 1)]
    changes = [
        replace(change, relation=Relation.PART_POPULATION)
        if (change.old_id, change.new_id) == pair
        else change
        for change in LISTED.changes
    ]
    return replace(LISTED, units=units, changes=changes)


def lose_a_unit(listed: OfficialList) -> OfficialList:
    return replace(listed, units=[unit for unit in listed.units if unit.code != "26732"])


def lose_a_change(listed: OfficialList) -> OfficialList:
    first = listed.changes[0].old_id
    return replace(listed, changes=[change for change in listed.changes if change.old_id != first])


def wrong_parent(listed: OfficialList) -> OfficialList:
    return replace(
        listed, units=[replace(u, parent_code="99") if u.code == "06124" else u for u in listed.units]
    )


def overlap(listed: OfficialList) -> OfficialList:
    units = [replace(u, valid_to=None) if u.code == "01" and u.valid_to else u for u in listed.units]
    return replace(listed, units=units)


def wrong_kind(listed: OfficialList) -> OfficialList:
    units = [
        replace(u, type="Phường", name=u.name.replace("Xã", "Phường"))
        if u.code == "06124" and not u.valid_to
        else u
        for u in listed.units
    ]
    return replace(listed, units=units)


def two_with_one_number(listed: OfficialList) -> OfficialList:
    return replace(listed, units=[*listed.units[:-1], replace(listed.units[-1], id=1)])


def decomposed(listed: OfficialList) -> OfficialList:
    units = [
        replace(u, name="Xã Na Sa\u0302\u0300m") if u.code == "06124" and not u.valid_to else u
        for u in listed.units
    ]
    return replace(listed, units=units)


@pytest.mark.parametrize(
    "spoil", [lose_a_unit, lose_a_change, wrong_parent, overlap, wrong_kind, two_with_one_number, decomposed]
)
def test_a_list_with_anything_wrong_is_refused_whole(
    bare_desk: Desk, spoil: Callable[[OfficialList], OfficialList]
) -> None:
    assert official_list.faults(LISTED) == []
    spoiled = spoil(LISTED)
    assert official_list.faults(spoiled)
    with pytest.raises(Invalid) as objection:
        actions.load_units(bare_desk, spoiled)
    assert objection.value.errors["file"]
    assert stored(bare_desk) == (0, 0, 0)


def test_a_unit_that_is_in_use_cannot_be_dropped(bare_desk: Desk) -> None:
    """Even when the totals of the new list would be right."""
    actions.load_units(bare_desk, LISTED)
    fewer = replace(lose_a_unit(LISTED), counts={}, changes=[])
    with pytest.raises(Invalid, match="file"):
        actions.load_units(bare_desk, fewer)
    assert stored(bare_desk) == (14_174, 10_658, 1)


def test_only_maintenance_loads_units(bare_office: Office) -> None:
    with bare_office.open(Actor(id="account:somebody")) as desk:
        with pytest.raises(Refused):
            actions.load_units(desk, LISTED)
        desk.give_up()


def test_the_trail_tells_of_it(bare_office: Office, keeper: Actor) -> None:
    with bare_office.open(keeper) as desk:
        actions.load_units(desk, LISTED)
    with bare_office.engine.connect() as connection:
        entries = connection.exec_driver_sql("SELECT actor, action FROM audit_entry").all()
    assert entries == [("cli:test", "units loaded")]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("units.csv", lambda text: text.replace("valid_from", "since", 1)),
        ("units.csv", lambda text: text.replace("2025-03-01", "2025-13-01", 1)),
        ("units.csv", lambda text: text.replace("1,province", "1,kingdom", 1)),
        ("units.csv", lambda text: text.replace("1,province,01", "1,province,01,x", 1)),
        ("changes.csv", lambda text: text.replace("00097", "99999", 1)),
        ("changes.csv", lambda text: text.replace("whole", "eaten", 1)),
        ("changes.csv", lambda text: None),
        ("units.csv", lambda text: '"never closed'),
    ],
)
def test_a_file_that_cannot_be_read_names_its_line(
    tmp_path: Path, name: str, change: Callable[[str], str | None]
) -> None:
    for file in ("units.csv", "changes.csv", "counts.csv"):
        copy(SHIPPED.with_name(file), tmp_path)
    assert official_list.read(tmp_path / "units.csv").digest == LISTED.digest
    text = change((tmp_path / name).read_text(encoding="utf-8"))
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as objection:
        official_list.read(tmp_path / "units.csv")
    assert name in objection.value.errors["file"][0]
