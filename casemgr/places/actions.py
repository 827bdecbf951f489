"""Writing the units: loading the official list."""

from sqlalchemy import delete, insert

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Invalid
from casemgr.places import official_list, queries
from casemgr.places.atlas import Atlas
from casemgr.places.models import Unit, UnitChange, UnitList
from casemgr.places.official_list import OfficialList, compare
from casemgr.places.terms import DIGITS, ChangeFacts, ListDiff, UnitFacts


@action("units loaded", needs=Permission.MAINTAIN)
def load_units(desk: Desk, official: OfficialList) -> ListDiff:
    """Take up an official list as it stands, or nothing of it when anything in it is wrong. The same list twice is nothing."""
    before = queries.stored_list(desk)
    diff = compare(before, official)
    if diff.faults:
        raise Invalid({"file": diff.faults})
    if diff.same and queries.loaded_digest(desk) == official.digest:
        return diff
    _write_units(desk, before, official)
    _write_changes(desk, set(before.changes), set(official.changes))
    desk.add(
        UnitList(
            digest=official.digest,
            units=len(official.units),
            changes=len(official.changes),
            loaded_at=desk.now,
        )
    )
    desk.flush()
    queries.forget_digest(desk)
    return diff


def _write_units(desk: Desk, before: OfficialList, official: OfficialList) -> None:
    """New units in bulk, those above before those below; changed ones one by one."""
    stored = {unit.id: unit for unit in before.units}
    atlas = Atlas(official.units, ())
    news = [unit for unit in official.units if unit.id not in stored]
    if news:
        desk.session.execute(
            insert(Unit), [_columns(atlas, unit) for unit in sorted(news, key=_from_the_top)]
        )
    for unit in official.units:
        if unit.id in stored and unit != stored[unit.id]:
            row = desk.get(Unit, unit.id)
            for name, value in _columns(atlas, unit).items():
                setattr(row, name, value)
    desk.flush()


def _write_changes(desk: Desk, stored: set[ChangeFacts], wanted: set[ChangeFacts]) -> None:
    for gone in stored - wanted:
        pair = UnitChange.old_id == gone.old_id, UnitChange.new_id == gone.new_id
        desk.session.execute(delete(UnitChange).where(*pair))
    news = sorted(wanted - stored, key=lambda change: (change.old_id, change.new_id))
    if news:
        desk.session.execute(insert(UnitChange), [_edge(change) for change in news])


def _from_the_top(unit: UnitFacts) -> tuple[int, int]:
    return DIGITS[unit.level], unit.id


def _columns(atlas: Atlas, unit: UnitFacts) -> dict[str, object]:
    above = atlas.at(unit.parent_code, unit.valid_from) if unit.parent_code else None
    return {
        "id": unit.id,
        "code": unit.code,
        "level": unit.level.value,
        "type": unit.type,
        "name": unit.name,
        "parent_id": above.id if above else None,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


def _edge(change: ChangeFacts) -> dict[str, object]:
    return {
        "old_id": change.old_id,
        "new_id": change.new_id,
        "relation": change.relation.value,
        "on": change.on,
    }


def load_shipped(desk: Desk) -> ListDiff:
    """Take up the list that comes with the project."""
    return load_units(desk, official_list.shipped())
