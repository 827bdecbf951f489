"""Looking for a child beyond one's own files, and for files that may be of the same child: how fast, and what is found.

What is typed is what people type: without marks, as it sounds elsewhere, with one wrong letter; always with a year or a date.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from bench import data, machine
from bench.machine import Result
from bench.stand import Stand, atlas_of, office_of
from casemgr.access.actor import Actor, command
from casemgr.access.desk import Desk, Office
from casemgr.access.roles import GRANTS, Role
from casemgr.children import clues, index, rules
from casemgr.children import queries as children
from casemgr.children.comparing import File, compare
from casemgr.children.models import Child, NameToken
from casemgr.children.terms import Birth, Parent, Precision
from casemgr.core.text import fold
from casemgr.demo.chance import Chance
from casemgr.places import rules as place_rules
from casemgr.places.atlas import Atlas
from casemgr.search import files
from casemgr.search import queries as search

_NOT_TOLD = 0.3  # of what a first office knew, beside the name and the birth
_FAR = 12  # the office that looks is that of another, less busy commune
_SPOKEN = (
    ("tr", "ch"),
    ("ch", "tr"),
    ("x", "s"),
    ("s", "x"),
    ("gi", "d"),
    ("v", "d"),
    ("l", "n"),
    ("n", "l"),
)
_ENDING = (("ng", "n"), ("nh", "n"), ("n", "ng"), ("c", "t"), ("t", "c"))
Change = Callable[[Chance, str], str]


def without_marks(chance: Chance, name: str) -> str:
    """A name as it is typed in haste."""
    return fold(name)


def as_spoken(chance: Chance, name: str) -> str:
    """A name as somebody from elsewhere writes it down by ear."""
    words = fold(name).split()
    place = chance.number(0, len(words) - 1)
    words[place] = _heard(words[place])
    return " ".join(words)


def _heard(word: str) -> str:
    for old, new in _SPOKEN:
        if word.startswith(old) and not word.startswith(("ng", "nh")):
            return new + word[len(old) :]
    return next((word[: -len(old)] + new for old, new in _ENDING if word.endswith(old)), word)


def one_wrong_letter(chance: Chance, name: str) -> str:
    """A name with one letter wrong, missing or too many."""
    words = fold(name).split()
    place = chance.number(0, len(words) - 1)
    word = words[place]
    at = chance.number(0, len(word) - 1)
    letter = chance.one("abcdeghiklmnopqrstuvxy")
    words[place] = (
        chance.one(
            [
                f"{word[:at]}{letter}{word[at + 1 :]}",
                f"{word[:at]}{letter}{word[at:]}",
                f"{word[:at]}{word[at + 1 :]}",
            ]
        )
        or letter
    )
    return " ".join(words)


CHANGES: Mapping[str, Change] = {
    "accents": without_marks,
    "dialect": as_spoken,
    "letter": one_wrong_letter,
}


@dataclass(frozen=True)
class Target:
    """A child that is looked for."""

    id: int
    name: str
    born: date


def targets(desk: Desk, most: int) -> list[Target]:
    """Children with a name and a birth date, by the order of their random numbers."""
    found = []
    for card in children.open_cards(desk, desk.all(select(Child.id).order_by(Child.id).limit(most * 3))):
        known = card.card
        if known is not None and known.name and known.birth.date and known.birth.precision is Precision.DAY:
            found.append(Target(card.id, known.name, known.birth.date))
    return found[:most]


def questions(chance: Chance, target: Target) -> Iterator[tuple[str, str]]:
    """What is typed for a child: each change with the year, and with the date, half of them swapped where they can be."""
    for kind, change in CHANGES.items():
        born = target.born
        if born.day <= 12 and chance.happens(0.5):
            born = date(born.year, born.day, born.month)
        yield f"{kind}, year", f"{change(chance, target.name)} {target.born.year + chance.one((0, 0, 1, -1))}"
        yield f"{kind}, date", f"{change(chance, target.name)} {born.day}/{born.month}/{born.year}"


def looked_for(desk: Desk, target: Target, typed: str) -> bool:
    """Whether a child is among the first fifty that a wide search gives."""
    found = search.wide(desk, rules.wanted(typed))
    desk.readings.clear()
    return target.id in {hit.child.id for hit in found.hits} | {one.child_id for one in found.outside}


def told_again(chance: Chance, file: File) -> File:
    """The same child as another office would write it down: the name changed, a date perhaps, some of the rest not told."""
    name = chance.one(tuple(CHANGES.values()))(chance, file.card.name or "")
    known = file.detail
    detail = replace(
        known,
        father=_parent_again(chance, known.father),
        mother=_parent_again(chance, known.mother),
        identity=None if chance.happens(_NOT_TOLD) else known.identity,
        phone=None if chance.happens(_NOT_TOLD) else known.phone,
    )
    again = replace(
        file, card=replace(file.card, name=name, birth=_born_again(chance, file.card.birth)), detail=detail
    )
    moved = chance.weighted({"": 75, "in the province": 15, "far": 10})
    return replace(
        again,
        commune="elsewhere" if moved else file.commune,
        province="elsewhere" if moved == "far" else file.province,
    )


def _parent_again(chance: Chance, parent: Parent) -> Parent:
    """A parent as told again: often not at all, now and then with one wrong letter."""
    if parent.name is None or chance.happens(_NOT_TOLD):
        return Parent()
    return replace(parent, name=one_wrong_letter(chance, parent.name)) if chance.happens(0.15) else parent


def _born_again(chance: Chance, birth: Birth) -> Birth:
    """A birth as it is told again: mostly the same, sometimes swapped, as 1 January, or the year alone."""
    if birth.date is None:
        return birth
    how = chance.weighted({"same": 70, "swapped": 10, "january": 10, "year": 10})
    if how == "swapped" and birth.date.day <= 12 and birth.precision is Precision.DAY:
        return replace(birth, date=date(birth.date.year, birth.date.day, birth.date.month))
    if how == "january":
        return replace(birth, date=date(birth.date.year, 1, 1))
    return Birth(birth.date, Precision.YEAR) if how == "year" else birth


def alike(desk: Desk, file: File, but: int) -> set[int]:
    """Children of whom somebody would be warned, if this file came in now."""
    known = clues.known_of(file.card, file.detail, province=file.province, told_in=file.told_in)
    numbers = index.find(desk, clues.of_question(known), most=search.CANDIDATES)
    rows = children.of_numbers(desk, [number for number in numbers if number != but])
    return {row.id for row in rows.values() if compare(file, files.of(desk, row)).warns}


def measure(made: Stand, *, repeats: int) -> Sequence[Result]:
    """An officer looks everywhere; a report comes in and is compared with everybody."""
    app = made.app()
    with app.app_context():
        office, atlas = office_of(app), atlas_of(app)
        results = [_wide(made, office, atlas, 30 * repeats), _duplicates(made, office, 40 * repeats)]
        office.engine.dispose()
    return results


def stranger(atlas: Atlas) -> Actor:
    """An officer of another commune than most of those who are looked for."""
    unit = data.seats(atlas)[_FAR].unit
    return Actor(
        id="account:bench",
        role=Role.COMMUNE_OFFICER,
        permissions=GRANTS[Role.COMMUNE_OFFICER],
        unit_id=unit.id,
        units=place_rules.reach(atlas, unit, unit.valid_from),
    )


def _wide(made: Stand, office: Office, atlas: Atlas, count: int) -> Result:
    chance, officer = Chance("wide"), stranger(atlas)
    with office.open(command("bench"), writing=False) as desk:
        wanted = targets(desk, count)
        desk.readings.clear()
    times, floor, found = [], [], 0
    asked = [(target, typed) for target in wanted for _kind, typed in questions(chance, target)]
    for target, typed in asked:
        began = time.perf_counter()
        with office.open(officer, writing=False) as desk:
            found += looked_for(desk, target, typed)
        times.append(time.perf_counter() - began)
        floor.append(_floor(office, typed))
    told = {"recall": round(found / len(asked), 4)}
    return Result(
        "search_wide",
        made.engine,
        made.size,
        machine.median(times),
        machine.p95(times),
        machine.median(floor),
        told,
    )


def _floor(office: Office, typed: str) -> float:
    """The bare look-up of the same tokens."""
    with office.open(command("bench"), writing=False) as desk:
        tokens = desk.safe.index.tokens(clues.of_question(rules.wanted(typed).known))
    began = time.perf_counter()
    with office.engine.connect() as connection:
        table = NameToken.__table__
        connection.execute(select(table).where(table.c.token.in_(list(tokens))).limit(index.MOST)).all()
    return time.perf_counter() - began


def _duplicates(made: Stand, office: Office, count: int) -> Result:
    """Each child is told again, changed; it must be found, and hardly anybody else."""
    chance = Chance("duplicates")
    times, found, others = [], 0, 0
    with office.open(command("bench"), writing=False) as desk:
        rows = children.of_numbers(desk, [target.id for target in targets(desk, count)])
        for row in rows.values():
            again = told_again(chance, files.of(desk, row))
            began = time.perf_counter()
            warned = alike(desk, again, but=0)
            times.append(time.perf_counter() - began)
            found += row.id in warned
            others += len(alike(desk, files.of(desk, row), but=row.id)) > 0
        desk.readings.clear()
    told = {"recall": round(found / len(rows), 4), "false_alerts": round(others / len(rows), 4)}
    return Result(
        "duplicate_check", made.engine, made.size, machine.median(times), machine.p95(times), None, told
    )
