"""Whether a password is easily guessed: offline lists of what many people choose and of what was stolen elsewhere, and words
of the place and person. Nothing is asked over the network.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from casemgr.core.text import fold
from casemgr.security.passwords import LONGEST, normal

ENOUGH = 8  # pieces that somebody who knows the lists would have to guess one by one
TRIES = 11.0  # powers of ten that somebody with the stolen lists would have to try
_LOOKED_AT = 72  # signs that are compared with the stolen lists
_LIST = Path(__file__).parent / "data" / "common_passwords.txt"
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LOOKALIKES = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_SHORTEST_WORD = 3


@cache
def common() -> frozenset[str]:
    """Words and passwords that many people choose, folded."""
    return frozenset(
        _joined(line) for line in _LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    )


def pieces(password: str, words: Iterable[str] = ()) -> int:
    """How many pieces a password has: a known word, a year, a run or a repetition counts as one, other signs one each."""
    known = common() | _own(words)
    return min(_count(reading, known) for reading in _readings(password))


def tries(password: str, words: Iterable[str] = ()) -> float:
    """How many tries, as a power of ten, it takes with the lists of stolen passwords, of words, dates and runs of keys."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - heavy, and few people change a password

    own, readings = sorted(_own(words)), _readings(password)
    folded = readings[:-1] or readings  # as it was typed, its many signs would take seconds
    found = (zxcvbn(reading[:_LOOKED_AT], user_inputs=own) for reading in folded)
    return min(float(one["guesses_log10"]) for one in found)


def is_guessable(password: str, words: Iterable[str] = ()) -> bool:
    """Whether what is left after common words, stolen passwords, local words and runs is too little."""
    own = list(words)
    return not password.strip() or pieces(password, own) < ENOUGH or tries(password, own) < TRIES


def _own(words: Iterable[str]) -> set[str]:
    """What is known about the person and the place, in parts."""
    parts = (part for word in words for part in (_joined(word), *fold(word).split()))
    return {part for part in parts if len(part) >= _SHORTEST_WORD}


def _readings(password: str) -> list[str]:
    """A password folded, with signs read as the letters they stand for, and as it was typed."""
    plain = normal(password)[:LONGEST].casefold()
    return [one for one in (_joined(plain), _joined(plain.translate(_LOOKALIKES)), plain) if one]


def _count(text: str, known: frozenset[str] | set[str]) -> int:
    """The fewest pieces into which a text falls apart."""
    longest = max(map(len, known))
    fewest = [0]
    for end in range(1, len(text) + 1):
        best = fewest[end - 1] + 1
        for start in range(max(0, end - longest), end - _SHORTEST_WORD + 1):
            if fewest[start] + 1 < best and (text[start:end] in known or _YEAR.fullmatch(text, start, end)):
                best = fewest[start] + 1
        for start in range(end - _SHORTEST_WORD, -1, -1):
            if not _is_run(text[start:end]):
                break
            best = min(best, fewest[start] + 1)
        for size in range(_SHORTEST_WORD, end // 2 + 1):
            if text[end - 2 * size : end - size] == text[end - size : end]:
                best = min(best, fewest[end - size])
        fewest.append(best)
    return fewest[-1]


def _is_run(text: str) -> bool:
    """One sign again and again, or signs in the order of the alphabet, the digits or the keyboard."""
    if len(set(text)) == 1:
        return True
    return any(text in row or text[::-1] in row for row in _ROWS)


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")
