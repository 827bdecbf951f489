"""Decisions about who a child is: reading what was typed into one box, and how well a card fits it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from casemgr.children.clues import Known, birth_year, near
from casemgr.children.terms import Birth, Card, Precision
from casemgr.core.text import fold, identity_number, initials, phone_number, sound

_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-]((?:19|20)\d{2})(?!\d)")
_NUMBER = re.compile(r"\+?\d[\d ().\-]{7,}\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_MARK = re.compile(r"[0-7][0-9a-f]{15}")
_GOOD = 82.0
_SHORT = 3  # shorter words are never taken for one another by a wrong letter


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: a folded name, a birth year or date, a personal number, a telephone, a province."""

    name: str = ""
    year: int | None = None
    born: date | None = None
    identity: str | None = None
    phone: str | None = None
    province: str | None = None

    @property
    def nothing(self) -> bool:
        return not (self.name or self.year or self.by_number)

    @property
    def by_number(self) -> bool:
        """Whether a number leads straight to the child."""
        return self.identity is not None or self.phone is not None

    @property
    def precise(self) -> bool:
        """Whether it is enough for a wide search: a number, or a name of two words with a year, a date or a province."""
        return self.by_number or (" " in self.name and bool(self.year or self.province))

    @property
    def known(self) -> Known:
        """The same as the index looks it up."""
        words = tuple(self.name.split())
        return Known(words, self.year, self.born, self.province, identity=self.identity, phone=self.phone)


@dataclass(frozen=True)
class Match:
    """How well a card fits, and in which way."""

    score: float
    exact: bool
    year: bool


def wanted(text: str, *, province: str | None = None) -> Wanted:
    """Read what was typed into one box: a name with or without marks, a birth date or year, a number."""
    left = unicodedata.normalize("NFKC", text)
    born = year = identity = phone = None
    if (found := _DATE.search(left)) is not None:
        day, month, year = (int(part) for part in found.groups())
        born = _day(year, month, day) or _day(year, day, month)
        left = left.replace(found[0], " ")
    if (found := _NUMBER.search(left)) is not None:
        phone, identity = phone_number(found[0]), identity_number(found[0])
        left = left.replace(found[0], " ")
    if year is None and (found := _YEAR.search(left)) is not None:
        year = int(found[0])
        left = _YEAR.sub(" ", left)
    return Wanted(fold(left), year, born, identity, phone, province)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def likeness(looked_for: Wanted, card: Card, told_in: int | None = None) -> Match | None:
    """How a card fits, or None. A name may lack its marks, some words, sound alike, or have one wrong letter."""
    dated = _dated(looked_for, card.birth, told_in)
    if dated is None:
        return None
    same_year = looked_for.year is not None
    if not looked_for.name:
        return Match(50.0 + dated, exact=False, year=True) if same_year else None
    name = fold(card.name or "")
    score = _named(looked_for.name, name) if name else None
    return None if score is None else Match(score + dated, exact=looked_for.name == name, year=same_year)


def _dated(looked_for: Wanted, birth: Birth, told_in: int | None) -> float | None:
    """What a birth adds to how well it fits; None if it speaks against it."""
    if looked_for.year is None:
        return 0.0
    year = birth_year(birth, told_in) if told_in is not None else birth.date.year if birth.date else None
    if year is None or abs(year - looked_for.year) > 1:
        return None
    if looked_for.born is not None and birth.date is not None and birth.precision is Precision.DAY:
        return _on_a_day(looked_for.born, birth.date)
    return 3.0 if year == looked_for.year else 1.0


def _on_a_day(asked: date, born: date) -> float:
    """What a day adds: a name with a slip born on that day fits better than the same name born on another."""
    if born == asked:
        return 9.0
    if born in set(near(asked)):
        return 7.0
    return 1.0 if (born.month, born.day) == (asked.month, asked.day) else -9.0


def _named(typed: str, name: str) -> float | None:
    if typed == name:
        return 100.0
    words = name.split()
    found = [max(_word(one, other) for other in words) for one in typed.split()]
    if min(found) > 0:
        missing = max(0, len(words) - len(found))
        return 100.0 * sum(found) / len(found) - 2.0 * missing
    score = fuzz.ratio(typed, name) if len(found) > 1 else 0.0
    return score - 10.0 if score >= _GOOD else None


@lru_cache(maxsize=20_000)
def _word(typed: str, word: str) -> float:
    """How well one word fits another, 0 to 1. Kept, because names are made of few words."""
    if typed == word:
        return 1.0
    if sound(typed) == sound(word):
        return 0.97
    long_enough = min(len(typed), len(word)) >= _SHORT
    return 0.85 if long_enough and DamerauLevenshtein.distance(typed, word, score_cutoff=1) <= 1 else 0.0


def mark_of(child_id: int) -> str:
    """The child's random number as it stands in an address: it says nothing of the child, nor of when it came."""
    return f"{child_id:016x}"


def child_of(mark: str) -> int | None:
    """The number behind a mark, or nothing when no child could have it."""
    return int(mark, 16) if _MARK.fullmatch(mark) else None


@dataclass(frozen=True)
class Masked:
    """What a reader outside may know of a child: no name, no day, no place but the commune."""

    initials: str
    year: int | None


def masked(card: Card | None, told_in: int) -> Masked:
    """A card with its face covered."""
    card = card or Card()
    return Masked(initials(card.name or ""), birth_year(card.birth, told_in))


def in_order(first: int, second: int) -> tuple[int, int]:
    """Two children as a pair is kept: the smaller number first."""
    return (first, second) if first < second else (second, first)


def best(scored: Sequence[tuple[float, int]], most: int) -> list[int]:
    """The numbers of the best, the likeliest first; equals in an order that never changes."""
    return [number for _score, number in sorted(scored, key=lambda one: (-one[0], one[1]))[:most]]
