"""Passphrases that people can type; pure.

A passphrase is six syllables as Vietnamese is written without marks, each drawn evenly from at least 2,048: 66 bits.
The syllables are put together from beginnings and rhymes; not each of them is a word, all of them can be said.
"""

import secrets
from functools import cache

_WORDS = 6

_BEGINNINGS = (
    *("", "b", "c", "ch", "d", "g", "gi", "h", "kh", "l", "m", "n"),
    *("ng", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"),
)
_RHYMES = (
    *("a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay"),
    *("e", "ec", "ech", "em", "en", "eng", "enh", "eo", "ep", "et", "eu"),
    *(
        "i",
        "ia",
        "ich",
        "iec",
        "iem",
        "ien",
        "ieng",
        "iep",
        "iet",
        "ieu",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
    ),
    *("o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay"),
    *("oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "op", "ot"),
    *(
        "u",
        "ua",
        "uan",
        "uat",
        "uay",
        "uc",
        "ue",
        "uech",
        "uenh",
        "ui",
        "um",
        "un",
        "ung",
        "uoc",
        "uoi",
        "uom",
    ),
    *(
        "uon",
        "uong",
        "uop",
        "uot",
        "uou",
        "up",
        "ut",
        "uu",
        "uy",
        "uya",
        "uych",
        "uyen",
        "uyet",
        "uynh",
        "uyt",
        "uyu",
    ),
)
_BEFORE_BRIGHT = {"c": "k", "g": "gh", "ng": "ngh"}  # before e and i
_UNFIT = frozenset(
    {"buoi", "cac", "cut", "dai", "deo", "di", "dit", "dm", "du", "ia", "lon", "ngu", "vai", "vcl"}
)


@cache
def syllables() -> tuple[str, ...]:
    """Everything a word of a passphrase may be, each once."""
    found = {_written(beginning, rhyme) for beginning in _BEGINNINGS for rhyme in _RHYMES}
    return tuple(sorted(found - _UNFIT))


def passphrase() -> str:
    """Six syllables, drawn at random."""
    return "-".join(secrets.choice(syllables()) for _ in range(_WORDS))


def _written(beginning: str, rhyme: str) -> str:
    if rhyme[0] in "ei":
        beginning = _BEFORE_BRIGHT.get(beginning, beginning)
    if beginning == "gi" and rhyme[0] == "i":
        beginning = "g"
    if beginning == "qu" and rhyme[0] == "u":
        rhyme = rhyme[1:] or "a"
    return beginning + rhyme
