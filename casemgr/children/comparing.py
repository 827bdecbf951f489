"""How much speaks for two files being of one child: weights of evidence added up, and the reasons in codes. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log2
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from casemgr.children.clues import birth_year
from casemgr.children.terms import Card, Detail, Parent, Precision
from casemgr.core.text import identity_number, phone_number, sound, syllables

_DATA = Path(__file__).parent / "data"
_PLACES = {
    "surname": slice(0, 1),
    "middle": slice(1, -1),
    "given": slice(-1, None),
}  # of the syllables of a name
_AGREEING = frozenset({"equal", "sound", "close"})


@dataclass(frozen=True)
class File:
    """What is compared of one file."""

    card: Card
    detail: Detail
    told_in: int  # an estimated age is counted from this year
    commune: str | None = None
    province: str | None = None


@dataclass(frozen=True)
class Likeness:
    """How much speaks for one child, in bits, and what: (field, how it agrees)."""

    score: float
    reasons: tuple[tuple[str, str], ...]

    @property
    def warns(self) -> bool:
        """Whether whoever registers is told."""
        return self.score >= _weights()["warn_at"]["least"]

    @property
    def queues(self) -> bool:
        """Whether it is kept for somebody to look at."""
        return self.score >= _weights()["queue_at"]["least"]

    @property
    def speaking(self) -> Sequence[tuple[str, str]]:
        """What speaks for it, the strongest first."""
        told = [(_weights()[field][how], field, how) for field, how in self.reasons]
        return [(field, how) for weight, field, how in sorted(told, reverse=True) if weight > 0]


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    read = json.loads((_DATA / "weights.json").read_text("utf-8"))
    return {
        name: value if isinstance(value, dict) else {"least": value}
        for name, value in read.items()
        if name != "about"
    }


@cache
def _shares() -> Mapping[str, Mapping[str, float]]:
    """How many of a hundred people have a word in their name, at its place."""
    read: dict[str, Mapping[str, float]] = json.loads((_DATA / "shares.json").read_text("utf-8"))
    return {name: value for name, value in read.items() if name != "about"}


def compare(one: File, other: File) -> Likeness:
    """All evidence for and against."""
    reasons = tuple(_evidence(one, other))
    told = sum(_weights()[field][how] for field, how in reasons)
    return Likeness(told + _rarity(one.card, other.card, dict(reasons)), reasons)


def _evidence(one: File, other: File) -> Iterator[tuple[str, str]]:
    yield from _names(syllables(one.card.name or ""), syllables(other.card.name or ""))
    yield "birth", _births(one, other)
    yield (
        "identity",
        _numbers(identity_number(one.detail.identity), identity_number(other.detail.identity)),
    )
    yield "phone", _same(phone_number(one.detail.phone), phone_number(other.detail.phone))
    yield "commune", _places(one, other)
    yield "sex", _sexes(one.card, other.card)
    yield "mother", _parents(one.detail.mother, other.detail.mother)
    yield "father", _parents(one.detail.father, other.detail.father)


def _names(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not one or not other:
        return
    yield "given", _words(one[-1], other[-1])
    if len(one) > 1 and len(other) > 1:
        yield "surname", _words(one[0], other[0])
        mine, theirs = "".join(one[1:-1]), "".join(other[1:-1])
        yield "middle", _words(mine, theirs) if mine and theirs else "missing"


def _rarity(one: Card, other: Card, reasons: Mapping[str, str]) -> float:
    """What the weights of an ordinary name lack where a rare one agrees, or tell too much where a common one does."""
    names = [syllables(card.name or "") for card in (one, other)]
    return sum(
        min(_rarer(field, name[place]) for name in names)
        for field, place in _PLACES.items()
        if reasons.get(field) in _AGREEING
    )


def _rarer(field: str, words: Sequence[str]) -> float:
    """By how many bits words of a name are rarer than an ordinary one, within bounds."""
    shares = _shares()
    told = sum(-log2(shares[field].get(word, shares["others"][field]) / 100) for word in words)
    bounds = shares["bounds"]
    return min(max(told - _weights()[field]["equal"], bounds["least"]), bounds["most"])


def _words(one: str, other: str) -> str:
    if one == other:
        return "equal"
    if sound(one) == sound(other):
        return "sound"
    return "close" if DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1 else "differ"


def _births(one: File, other: File) -> str:
    mine, theirs = one.card.birth, other.card.birth
    year, their_year = birth_year(mine, one.told_in), birth_year(theirs, other.told_in)
    if year is None or their_year is None:
        return "missing"
    exact = mine.precision is Precision.DAY and theirs.precision is Precision.DAY
    if exact and mine.date is not None and theirs.date is not None:
        return _days(mine.date, theirs.date)
    if year == their_year:
        return "same_year"
    guessed = Precision.ESTIMATED in (mine.precision, theirs.precision)
    return "next_year" if abs(year - their_year) <= (2 if guessed else 1) else "differ"


def _days(one: date, other: date) -> str:
    if one == other:
        return "equal"
    if one.year == other.year:
        if (one.day, one.month) == (other.month, other.day):
            return "swapped"
        if date(one.year, 1, 1) in (one, other):
            return "first_of_january"
        return "same_month" if one.month == other.month or one.day == other.day else "other_day"
    same_day = (one.month, one.day) == (other.month, other.day)
    return "same_year" if same_day and abs(one.year - other.year) == 1 else "differ"


def _numbers(one: str | None, other: str | None) -> str:
    if one is None or other is None or len(one) != len(other):
        return "missing"
    if one == other:
        return "equal"
    return "close" if DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1 else "differ"


def _same(one: str | None, other: str | None) -> str:
    return "missing" if one is None or other is None else "equal" if one == other else "differ"


def _places(one: File, other: File) -> str:
    if one.commune is None or other.commune is None:
        return "missing"
    if one.commune == other.commune:
        return "equal"
    return "province" if one.province is not None and one.province == other.province else "differ"


def _sexes(one: Card, other: Card) -> str:
    known = {card.sex for card in (one, other) if card.sex is not None and card.sex != "unknown"}
    told = all(card.sex is not None and card.sex != "unknown" for card in (one, other))
    return "missing" if not told else "equal" if len(known) == 1 else "differ"


def _parents(one: Parent, other: Parent) -> str:
    mine, theirs = syllables(one.name or ""), syllables(other.name or "")
    if len(mine) < 2 or len(theirs) < 2:
        return "missing"
    if tuple(map(sound, mine)) == tuple(map(sound, theirs)):
        return "equal"
    near = DamerauLevenshtein.distance(" ".join(mine), " ".join(theirs), score_cutoff=1) <= 1
    return "close" if near or (mine[0], mine[-1]) == (theirs[0], theirs[-1]) else "differ"
