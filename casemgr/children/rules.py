"""Decisions about who a child is: how well a card fits what somebody looks for."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from casemgr.children.terms import Card
from casemgr.core.text import fold

_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_GOOD = 82.0


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: a folded name, a birth year, or both."""

    name: str
    year: int | None


@dataclass(frozen=True)
class Match:
    """How well a card fits, and in which way."""

    score: float
    exact: bool
    year: bool


def wanted(text: str) -> Wanted:
    """Read what was typed into one box: a name with or without marks, and perhaps a birth year."""
    year = _YEAR.search(text)
    return Wanted(fold(_YEAR.sub(" ", text)).strip(), int(year[0]) if year else None)


def likeness(looked_for: Wanted, card: Card) -> Match | None:
    """How a card fits, or None. A name may lack its marks, some of its words, or have one wrong letter."""
    born = card.birth.date.year if card.birth.date else None
    same_year = looked_for.year is not None and born is not None and abs(born - looked_for.year) <= 1
    if looked_for.year is not None and not same_year:
        return None
    if not looked_for.name:
        return Match(50.0, exact=False, year=True) if same_year else None
    name = fold(card.name or "")
    if not name:
        return None
    if looked_for.name == name:
        return Match(100.0, exact=True, year=same_year)
    words = set(looked_for.name.split())
    if words <= set(name.split()):
        return Match(90.0 + len(words), exact=False, year=same_year)
    score = fuzz.ratio(looked_for.name, name) if len(words) > 1 else 0.0
    return Match(score, exact=False, year=same_year) if score >= _GOOD else None
