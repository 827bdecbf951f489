"""Clues: what a keyed token may be made of. What counting would give away has no class here, so it cannot be made.

One syllable, a year, a sex, parts of a word: a table of tokens of these would give surnames away by counting alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class Class(Enum):
    """What a token may be made of: how many values, and how many of them at least are syllables of one name."""

    WHOLE_NAME = ("n", None, 2)
    SURNAME_GIVEN_YEAR = ("sgy", 3, 2)
    MIDDLE_GIVEN_YEAR = ("mgy", 3, 2)
    BUT_GIVEN_YEAR = ("ny", None, 3)
    SURNAME_GIVEN_PROVINCE = ("sgp", 3, 2)
    MIDDLE_GIVEN_PROVINCE = ("mgp", 3, 2)
    GIVEN_BIRTH_DATE = ("gd", 2, 2)
    SURNAME_BIRTH_DATE = ("sd", 2, 2)
    PARENTS = ("pp", 2, 2)
    PARENT_PROVINCE = ("ppr", 2, 2)
    IDENTITY = ("id", 1, 1)
    PHONE = ("tel", 1, 1)

    def __init__(self, mark: str, exactly: int | None, least: int) -> None:
        self.mark, self.exactly, self.least = mark.encode(), exactly, least


@dataclass(frozen=True)
class Clue:
    """The values of one class. A clue of the wrong shape does not exist."""

    of: Class
    values: tuple[str, ...]

    _DIGITS: ClassVar[Collection[Class]] = (Class.IDENTITY, Class.PHONE)

    def __post_init__(self) -> None:
        wrong = len(self.values) != self.of.exactly if self.of.exactly else len(self.values) < self.of.least
        blank = not all(self.values)
        short = self.of in self._DIGITS and len(self.values[0]) < 9
        if wrong or blank or short:
            raise ValueError(f"No token of {self.of.name} can be made of this.")
