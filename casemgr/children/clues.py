"""What a child may be found by: the clues of a file, and the clues of a question. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casemgr.children.terms import Birth, Card, Detail, Parent, Precision
from casemgr.core.clues import Class, Clue
from casemgr.core.text import identity_number, phone_number, sound, sounds, sounds_near, syllables

OF_FAMILY = frozenset({Class.PARENTS, Class.PARENT_PROVINCE, Class.PHONE})
# How much speaks for a child that a clue leads to it. Looked up portion by portion: what few children share comes first.
_WORTH: Sequence[Mapping[Class, float]] = (
    {
        Class.IDENTITY: 30,
        Class.PHONE: 20,
        Class.PARENTS: 12,
        Class.PARENT_PROVINCE: 8,
        Class.GIVEN_BIRTH_DATE: 14,
        Class.SURNAME_BIRTH_DATE: 12,
        Class.WHOLE_NAME: 12,
    },
    {
        Class.MIDDLE_GIVEN_YEAR: 2,
        Class.SURNAME_GIVEN_YEAR: 2,
        Class.MIDDLE_GIVEN_PROVINCE: 2,
        Class.SURNAME_GIVEN_PROVINCE: 2,
    },
    {Class.BUT_GIVEN_YEAR: 2},
)
_OF = {kind: worth for portion in _WORTH for kind, worth in portion.items()}
_LONGEST_NAME = 8  # words; a longer one is looked up as it is
_NEAR = 0.7  # of its worth is left to a year beside the one that was told, a date as it may have been written, a slip


@dataclass(frozen=True)
class Known:
    """What is known of a child or asked for: the name in folded syllables, when born, where, which numbers."""

    name: tuple[str, ...] = ()
    year: int | None = None
    born: date | None = None  # only where the day is known
    province: str | None = None
    identity: str | None = None
    phone: str | None = None
    parents: tuple[tuple[str, ...], ...] = ()


def known_of(card: Card | None, detail: Detail | None, *, province: str | None, told_in: int) -> Known:
    """What a file tells; an age is counted from the year in which it was told."""
    card, detail = card or Card(), detail or Detail()
    return Known(
        name=syllables(card.name or ""),
        year=birth_year(card.birth, told_in),
        born=card.birth.date if card.birth.precision is Precision.DAY else None,
        province=province,
        identity=identity_number(detail.identity),
        phone=phone_number(detail.phone),
        parents=_parents(detail.father, detail.mother),
    )


def birth_year(birth: Birth, told_in: int) -> int | None:
    """The year of birth as well as it is known."""
    if birth.date is not None:
        return birth.date.year
    return None if birth.age_estimate is None else told_in - birth.age_estimate


def _parents(*told: Parent) -> tuple[tuple[str, ...], ...]:
    named = (sounds(parent.name or "") for parent in told)
    return tuple(sorted(name for name in named if len(name) > 1))


def of_file(known: Known) -> list[Clue]:
    """The clues under which a file is kept."""
    years = () if known.year is None else (known.year,)
    days = () if known.born is None else (known.born,)
    return list(_clues(known, years, days))


def weighed(clues: Iterable[Clue]) -> dict[Clue, float]:
    """Clues with what they are worth."""
    return {clue: _OF[clue.of] for clue in clues}


def of_question(known: Known, *, around: int = 0) -> dict[Clue, float]:
    """The clues a question is looked up by, with what they are worth: the year one up or down, the date as it may have been
    written down, one letter of the name wrong.

    Where the province is the second fact, a name alone does not lead to other provinces.
    """
    years = () if known.year is None else (known.year - 1, known.year + 1)
    days = () if known.born is None else tuple(near(known.born, around))[1:]
    exact = weighed((*of_file(known), *_without_surname(known)))
    roundabout = weighed((*_clues(known, years, days), *_with_a_slip(known)))
    found = {clue: worth * _NEAR for clue, worth in roundabout.items()} | exact
    if known.province is None or known.year is not None:
        return found
    return {clue: worth for clue, worth in found.items() if clue.of is not Class.WHOLE_NAME}


def _without_surname(known: Known) -> Iterator[Clue]:
    """Two words may be the end of a name as well as its beginning and its end."""
    if len(known.name) == 2:
        for year in () if known.year is None else (known.year - 1, known.year, known.year + 1):
            yield Clue(Class.MIDDLE_GIVEN_YEAR, (*map(sound, known.name), str(year)))


def _with_a_slip(known: Known) -> Iterator[Clue]:
    """The whole name as it may be, if one letter of what is asked for is wrong."""
    heard = [sound(word) for word in known.name]
    if 1 < len(heard) <= _LONGEST_NAME:
        for place, word in enumerate(known.name):
            before, after = heard[:place], heard[place + 1 :]
            yield from (Clue(Class.WHOLE_NAME, (*before, other, *after)) for other in sounds_near(word))


def near(day: date, around: int = 0) -> Iterator[date]:
    """A date, the same with day and month swapped, the first of January that stands for "that year", and days around."""
    yield day
    if day.day <= 12 and day.day != day.month:
        yield date(day.year, day.day, day.month)
    yield date(day.year, 1, 1)
    for step in range(1, around + 1):
        yield day - timedelta(step)
        yield day + timedelta(step)


def _clues(known: Known, years: Sequence[int], days: Sequence[date]) -> Iterator[Clue]:
    name = tuple(map(sound, known.name))
    if len(name) > 1:
        yield Clue(Class.WHOLE_NAME, name)
        surname, given = name[0], name[-1]
        middle = name[-2] if len(name) > 2 else None
        for year in map(str, years):
            yield Clue(Class.SURNAME_GIVEN_YEAR, (surname, given, year))
            if middle is not None:
                yield Clue(Class.MIDDLE_GIVEN_YEAR, (middle, given, year))
                yield Clue(Class.BUT_GIVEN_YEAR, (*name[:-1], year))
        if known.province:
            yield Clue(Class.SURNAME_GIVEN_PROVINCE, (surname, given, known.province))
            if middle is not None:
                yield Clue(Class.MIDDLE_GIVEN_PROVINCE, (middle, given, known.province))
        for day in days:
            yield Clue(Class.SURNAME_BIRTH_DATE, (surname, day.isoformat()))
    if name:
        yield from (Clue(Class.GIVEN_BIRTH_DATE, (name[-1], day.isoformat())) for day in days)
    if known.identity:
        yield Clue(Class.IDENTITY, (known.identity,))
    if known.phone:
        yield Clue(Class.PHONE, (known.phone,))
    yield from _clues_of_family(known)


def _clues_of_family(known: Known) -> Iterator[Clue]:
    joined = [" ".join(parent) for parent in known.parents]
    if len(joined) > 1:
        yield Clue(Class.PARENTS, (joined[0], joined[1]))
    if known.province:
        yield from (Clue(Class.PARENT_PROVINCE, (parent, known.province)) for parent in joined)


def in_portions(clues: Mapping[Clue, float]) -> list[dict[Clue, float]]:
    """Clues in the order in which they are looked up."""
    portions = [{clue: worth for clue, worth in clues.items() if clue.of in portion} for portion in _WORTH]
    return [portion for portion in portions if portion]
