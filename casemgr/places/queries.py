"""Reading the units: the atlas of all of them, and what pages and forms ask of it."""

from collections.abc import Sequence
from datetime import date
from threading import Lock

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.core.calendar import local_day
from casemgr.core.db import Remembered
from casemgr.core.errors import NotFound
from casemgr.core.loading import loading
from casemgr.places import rules
from casemgr.places.atlas import Atlas
from casemgr.places.models import Unit, UnitChange, UnitList
from casemgr.places.official_list import OfficialList, compare
from casemgr.places.terms import ChangeFacts, Found, Level, ListDiff, Relation, UnitFacts

_NONE_LOADED = ""
_KEPT = 4  # lists in memory at once: more than one only while a new list is taken up
_atlases: dict[str, Atlas] = {_NONE_LOADED: Atlas((), ())}
_making = Lock()
_in_use = Remembered()


def atlas(desk: Desk) -> Atlas:
    """All units, made once per process for each official list; empty while no list is loaded."""
    kept: Atlas | None = desk.session.info.get("atlas")
    if kept is None:
        kept = desk.session.info["atlas"] = _of_digest(desk, digest_in_use(desk))
    return kept


def digest_in_use(desk: Desk) -> str:
    """Which official list is loaded: it changes a few times in a decade."""
    return _in_use.of(desk.session, lambda: loaded_digest(desk))


def loaded_digest(desk: Desk) -> str:
    """Which official list is loaded, as the database says at this desk."""
    return desk.first(select(UnitList.digest).order_by(UnitList.id.desc())) or _NONE_LOADED


def forget_digest(desk: Desk) -> None:
    """Another list is being loaded here: ask the database again."""
    _in_use.forget(desk.session)
    desk.session.info.pop("atlas", None)


def _of_digest(desk: Desk, digest: str) -> Atlas:
    found = _atlases.get(digest)
    if found is not None:
        return found
    with _making:
        if digest not in _atlases:
            with loading():
                made = Atlas(stored_units(desk), stored_changes(desk))
            while len(_atlases) >= _KEPT:
                _atlases.pop(next(key for key in _atlases if key != _NONE_LOADED))
            _atlases[digest] = made
        return _atlases[digest]


def stored_units(desk: Desk) -> Sequence[UnitFacts]:
    """Every unit in the database, in order of its number."""
    columns = (
        Unit.id,
        Unit.level,
        Unit.code,
        Unit.type,
        Unit.name,
        Unit.parent_id,
        Unit.valid_from,
        Unit.valid_to,
    )
    rows = desk.rows(select(*columns).order_by(Unit.id))
    codes = {row.id: row.code for row in rows}
    levels = {level.value: level for level in Level}
    return [
        UnitFacts(number, levels[level], code, kind, name, codes.get(parent, ""), since, until)
        for number, level, code, kind, name, parent, since, until in rows
    ]


def stored_changes(desk: Desk) -> Sequence[ChangeFacts]:
    """Every change in the database, in order of the numbers of its units."""
    columns = (UnitChange.old_id, UnitChange.new_id, UnitChange.relation, UnitChange.on)
    relations = {relation.value: relation for relation in Relation}
    rows = desk.rows(select(*columns).order_by(UnitChange.old_id, UnitChange.new_id))
    return [ChangeFacts(old, new, relations[relation], on) for old, new, relation, on in rows]


def today(desk: Desk) -> date:
    """The local day of the desk."""
    return local_day(desk.now)


def unit(desk: Desk, number: int) -> UnitFacts:
    """The unit with this number."""
    found = atlas(desk).unit(number)
    if found is None:
        raise NotFound
    return found


def unit_at(desk: Desk, code: str, day: date | None = None) -> UnitFacts:
    """The unit that has a code on a day, or today."""
    found = atlas(desk).at(code, day or today(desk))
    if found is None:
        raise NotFound
    return found


def below(desk: Desk, code: str, day: date | None = None) -> Sequence[UnitFacts]:
    """The unit with a code and all under it, on a day or today."""
    return rules.below(atlas(desk), code, day or today(desk))


def communes(desk: Desk, province: str, day: date | None = None) -> Sequence[UnitFacts]:
    """The communes of a province in force on a day or today, in order of their codes."""
    here = (unit for unit in below(desk, province, day) if unit.level is Level.COMMUNE)
    return sorted(here, key=lambda unit: unit.code)


def provinces(desk: Desk, day: date | None = None) -> Sequence[UnitFacts]:
    """The provinces of a day or of today, in order of their codes."""
    return atlas(desk).children("", day or today(desk))


def search(desk: Desk, text: str, day: date | None = None, limit: int = 12) -> Sequence[Found]:
    """Communes of a day or of today by name or code, with or without marks, best first."""
    return rules.search(atlas(desk), text, day or today(desk), limit)


def stored_list(desk: Desk) -> OfficialList:
    """The list as it is in the database."""
    return OfficialList(stored_units(desk), stored_changes(desk), {})


def list_diff(desk: Desk, official: OfficialList) -> ListDiff:
    """What loading an official list would add, change and remove, and what is wrong with it. Stores nothing."""
    return compare(stored_list(desk), official)
