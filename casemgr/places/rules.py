"""What a code means on a day, what became of a unit, and under which unit its records stand. Pure."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache

from casemgr.core.text import fold
from casemgr.places.atlas import Atlas
from casemgr.places.terms import (
    CARRIES_ALL_PEOPLE,
    CARRIES_NO_PEOPLE,
    COUNTRY,
    Found,
    Level,
    Reading,
    Relation,
    Resolution,
    Standing,
    UnitFacts,
)


def resolve(atlas: Atlas, code: str, day: date) -> Resolution:
    """What a code of a commune, read as of a day, means: the unit, its one successor, candidates, or nothing."""
    day = atlas.clamped(day)
    history = atlas.history(code)
    if not history:
        return Resolution(Reading.NEVER_IN_FORCE)
    unit = atlas.at(code, day)
    if unit is not None:
        province = atlas.province_of(unit, day)
        if unit.level is not Level.COMMUNE:
            return Resolution(Reading.NOT_A_COMMUNE, province=province)
        return Resolution(Reading.IN_FORCE, unit=unit, province=province)
    gone = [unit for unit in history if unit.valid_to is not None and unit.valid_to < day]
    if not gone:
        return Resolution(
            Reading.NOT_YET, province=_province(atlas, predecessors(atlas, history[0], day), day)
        )
    last = gone[-1]
    here = successors(atlas, last, day)
    province = _province(atlas, here, day)
    if last.level is not Level.COMMUNE:
        return Resolution(Reading.NOT_A_COMMUNE, province=province or _province_now(atlas, last, day))
    heir = _heir(atlas, last, day)
    if heir is not None:
        return Resolution(Reading.SUCCESSOR, unit=heir, province=atlas.province_of(heir, day))
    return Resolution(Reading.DIVIDED, candidates=here, province=province)


def safe_successor(atlas: Atlas, unit: UnitFacts) -> UnitFacts | None:
    """The unit that took all the people of this one, one step on; None if they were divided, or nothing came after."""
    takers = [(after, relation) for after, relation in atlas.after(unit) if relation not in CARRIES_NO_PEOPLE]
    if len(takers) == 1 and takers[0][1] in CARRIES_ALL_PEOPLE:
        return takers[0][0]
    return None


def successors(atlas: Atlas, unit: UnitFacts, day: date) -> Sequence[UnitFacts]:
    """Every unit of a day that has something of this one; those that may have its people first."""
    found: dict[int, tuple[bool, UnitFacts]] = {}
    waiting = [(unit, True)]
    while waiting:
        here, people = waiting.pop()
        if here.in_force(day):
            if here.id not in found or (people and not found[here.id][0]):
                found[here.id] = (people, here)
            continue
        if here.valid_from <= day:
            waiting.extend(
                (after, people and relation not in CARRIES_NO_PEOPLE) for after, relation in atlas.after(here)
            )
    return [unit for _, unit in sorted(found.values(), key=lambda entry: (not entry[0], entry[1].code))]


def predecessors(atlas: Atlas, unit: UnitFacts, day: date) -> Sequence[UnitFacts]:
    """Every unit of a day, no later than this one, that gave something to it, in order of its code."""
    return _earlier(atlas, unit, day, frozenset())


def givers(atlas: Atlas, unit: UnitFacts, day: date) -> Sequence[UnitFacts]:
    """Every unit of an earlier day that gave people to this one, in order of its code."""
    return _earlier(atlas, unit, day, CARRIES_NO_PEOPLE)


def _earlier(atlas: Atlas, unit: UnitFacts, day: date, but: Collection[str]) -> Sequence[UnitFacts]:
    """The units of a day from which this one came, by any relation but some."""
    day = atlas.clamped(day)
    found: dict[int, UnitFacts] = {}
    waiting = [unit]
    while waiting:
        here = waiting.pop()
        if here.in_force(day):
            found[here.id] = here
        elif here.valid_from > day:
            waiting.extend(before for before, relation in atlas.before(here) if relation not in but)
    return sorted(found.values(), key=lambda unit: unit.code)


def people_predecessors(atlas: Atlas, unit: UnitFacts) -> Sequence[UnitFacts]:
    """The units, back to the beginning, all of whose people this one has taken over: an officer sees their files too."""
    found: dict[int, UnitFacts] = {}
    waiting = [unit]
    while waiting:
        here = waiting.pop()
        for before, _ in atlas.before(here):
            if before.id not in found and safe_successor(atlas, before) == here:
                found[before.id] = before
                waiting.append(before)
    return sorted(found.values(), key=lambda unit: (unit.code, unit.valid_from))


def standing(atlas: Atlas, unit: UnitFacts, day: date) -> Standing:
    """Under which unit of a day the records of a unit stand: itself, its one heir, or its province, unassigned."""
    day = atlas.clamped(day)
    if unit.in_force(day):
        return Standing(unit)
    if unit.valid_from <= day:
        heir = _heir(atlas, unit, day)
        if heir is not None:
            return Standing(heir)
        here = successors(atlas, unit, day)
        return Standing(None, _province(atlas, here, day) or _province_now(atlas, unit, day), here)
    earlier = predecessors(atlas, unit, day)
    if len(earlier) == 1 and _same_extent(atlas, earlier[0], unit):
        return Standing(earlier[0])
    return Standing(None, _province(atlas, earlier, day), earlier)


def below(atlas: Atlas, code: str, day: date) -> Sequence[UnitFacts]:
    """The unit with this code on a day and all under it; of the country, everything."""
    if code == COUNTRY:
        return atlas.in_force(day)
    top = atlas.at(code, day)
    found: list[UnitFacts] = []
    waiting = [top] if top else []
    while waiting:
        here = waiting.pop(0)
        found.append(here)
        waiting.extend(atlas.children(here.code, day))
    return found


@lru_cache(maxsize=1024)
def reach(atlas: Atlas, unit: UnitFacts, day: date) -> frozenset[int]:
    """The numbers of all units whose files belong to one unit on a day: for a commune its own and those whose people it
    took over; for a province every unit that ever lay in it or in one that is now part of it."""
    here = standing(atlas, unit, day).unit or unit
    if here.level is Level.COMMUNE:
        return frozenset({unit.id, here.id, *(before.id for before in people_predecessors(atlas, here))})
    if here.level is Level.DISTRICT:
        return frozenset(under.id for under in below(atlas, here.code, here.valid_from))
    tops = {here.id, unit.id, *(before.id for before in _all_before(atlas, here))}
    return frozenset(number for top in tops for number in atlas.inside(top))


def search(atlas: Atlas, text: str, day: date, limit: int) -> Sequence[Found]:
    """Communes of a day by code or name, marks or none, best first: exact, then beginning with, then containing."""
    wanted, written = fold(text), " ".join(text.casefold().split())
    if not wanted or limit < 1:
        return []
    if wanted.isdigit() and (by_code := _by_code(atlas, wanted, day)):
        return by_code[:limit]
    words = wanted.split()
    ranked: list[tuple[int, int, Found]] = []
    for place, (name, whole, around, as_written, found) in enumerate(atlas.lines(day)):
        if not all(word in around for word in words):
            continue
        if wanted in (name, whole):
            rank = 0
        elif name.startswith(wanted) or whole.startswith(wanted):
            rank = 2
        elif wanted in whole:
            rank = 4
        elif around.startswith(wanted) or around.removeprefix(whole[: -len(name)]).startswith(wanted):
            rank = 6
        elif _in_words(words, around):
            rank = 8
        else:
            continue
        ranked.append((rank + (written not in as_written), place, found))
    ranked.sort(key=lambda entry: entry[:2])
    return [found for _, _, found in ranked[:limit]]


def _by_code(atlas: Atlas, digits: str, day: date) -> list[Found]:
    """Communes whose code begins with the digits, the exact one alone when it exists."""
    lines = [line[4] for line in atlas.lines(day) if line[4].unit.code.startswith(digits)]
    exact = [found for found in lines if found.unit.code == digits]
    return exact or sorted(lines, key=lambda found: found.unit.code)


def _in_words(words: Sequence[str], around: str) -> bool:
    """Whether each word begins some word of the name or the province."""
    there = around.split()
    return all(any(one.startswith(word) for one in there) for word in words)


def _heir(atlas: Atlas, unit: UnitFacts, day: date) -> UnitFacts | None:
    """The one unit of a day that has all the people of this one, over however many changes."""
    here: UnitFacts | None = unit
    while here is not None and not here.in_force(day):
        here = safe_successor(atlas, here)
    return here


def _same_extent(atlas: Atlas, old: UnitFacts, new: UnitFacts) -> bool:
    """Whether two units are the same ground and people under another name or kind."""
    same = {Relation.UNCHANGED, Relation.RENAMED}
    here = new
    while here.id != old.id:
        edges = atlas.before(here)
        if len(edges) != 1 or edges[0][1] not in same:
            return False
        here = edges[0][0]
    return True


def _province(atlas: Atlas, units: Sequence[UnitFacts], day: date) -> UnitFacts | None:
    """The one province in which all these units lie on a day, if there is one."""
    provinces = {atlas.province_of(unit, day) for unit in units}
    return provinces.pop() if len(provinces) == 1 else None


def _province_now(atlas: Atlas, unit: UnitFacts, day: date) -> UnitFacts | None:
    """The province of a day that took over the one in which a former unit lay."""
    province = atlas.province_of(unit, day)
    return _heir(atlas, province, day) if province else None


def _all_before(atlas: Atlas, unit: UnitFacts) -> Sequence[UnitFacts]:
    """Everything a unit came from, back to the beginning."""
    found: dict[int, UnitFacts] = {}
    waiting = [unit]
    while waiting:
        for before, _ in atlas.before(waiting.pop()):
            if before.id not in found:
                found[before.id] = before
                waiting.append(before)
    return list(found.values())
