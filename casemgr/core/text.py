"""Vietnamese text: its one normal form, its search form, and the parts of a name."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase
from uuid import UUID

# Seen as nothing on the screen, but not of Unicode category Cf: joiners, fillers and variation selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_MARKS = (
    ("\u0300", "\u036f"),
    ("\u1ab0", "\u1aff"),
    ("\u1dc0", "\u1dff"),
    ("\u20d0", "\u20ff"),
    ("\ufe20", "\ufe2f"),
)
_APOSTROPHES = "'`´‘’‛ʹʻʼʽˈ′＇"
# H'Mông, K' Brăng: one letter, the apostrophe, and the name go together however they are typed.
_PREFIXED = re.compile(rf"(?<!\w)(\w)\s*[{_APOSTROPHES}]\s*(?=\w)")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_D_WITH_STROKE = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
_ONSETS = (
    ("ngh", "ng"), ("gh", "g"), ("nh", "nh"), ("ng", "ng"), ("kh", "kh"), ("th", "th"), ("ph", "f"), ("tr", "c"),
    ("ch", "c"), ("qu", "ku"), ("q", "k"), ("c", "k"), ("s", "s"), ("x", "s"), ("r", "z"), ("d", "z"), ("v", "z"),
    ("l", "n"), ("y", "i"),
)  # fmt: skip
_LONGEST_SYLLABLE = 10
_VIETNAMESE = re.compile("(?:[bcfghkmnpstz]|kh|ng|nh|th)?[aeiou]{1,3}[mnpt]?")  # as `sound` writes it
_FINALS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"), ("k", "t"))


def clean(text: str, max: int | None = None) -> str:
    """One line in normal form: nothing invisible or direction-turning, single spaces, cut at `max`."""
    return _cut(" ".join(_visible(_BREAKS.sub(" ", text)).split()), max)


def clean_lines(text: str, max: int | None = None) -> str:
    """Several lines in normal form: as `clean`, but line breaks and the spacing inside a line stay."""
    lines = (_visible(line).rstrip() for line in _BREAKS.split(text))
    return _cut("\n".join(lines).strip(), max)


def fold(text: str) -> str:
    """The form in which names are compared: lower case, no marks, đ as d, no apostrophes, single spaces."""
    if _APOSTROPHE.search(text) is None and text.isprintable():
        return " ".join(filter(None, map(_folded_word, text.split())))
    return _folded(text)


def _folded(text: str) -> str:
    plain = clean(text).casefold()
    plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(_D_WITH_STROKE)
    plain = _APOSTROPHE.sub("", _PREFIXED.sub(r"\1", plain))
    kept = (character if _is_word(character) else " " for character in plain if not _is_mark(character))
    return " ".join("".join(kept).split())


_folded_word = lru_cache(maxsize=20_000)(_folded)  # names are made of few words


def syllables(text: str) -> tuple[str, ...]:
    """The folded syllables of a name, in the order in which they are written."""
    return tuple(fold(text).split())


@lru_cache(maxsize=20_000)
def sound(syllable: str) -> str:
    """How a folded syllable sounds in any dialect: tr as ch, s as x, gi, r and d as v, l as n, endings -n, -ng, -nh alike."""
    if syllable.startswith("gi"):
        rest = syllable[2:]
        spoken = "z" + (rest if rest[:1] in tuple("aou") else f"i{rest}")
    else:
        onset = next(((old, new) for old, new in _ONSETS if syllable.startswith(old)), ("", ""))
        spoken = onset[1] + syllable[len(onset[0]) :]
    final = next(
        ((old, new) for old, new in _FINALS if len(spoken) > len(old) and spoken.endswith(old)), None
    )
    if final is not None:
        spoken = spoken[: -len(final[0])] + final[1]
    return spoken.replace("y", "i")


@lru_cache(maxsize=512)
def sounds_near(syllable: str) -> frozenset[str]:
    """The sounds of all that a folded syllable may have been before one slip: a letter wrong, missing, too many, two swapped.

    What sounds Vietnamese is taken for another Vietnamese syllable; what does not may have been anything.
    """
    if len(syllable) > _LONGEST_SYLLABLE:
        return frozenset()
    own, other = sound(syllable), set(map(sound.__wrapped__, filter(None, _one_slip_away(syllable))))
    return frozenset(filter(_VIETNAMESE.fullmatch, other) if _VIETNAMESE.fullmatch(own) else other) - {own}


def _one_slip_away(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (f"{before}{letter}{after}" for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (f"{before}{letter}{after[1:]}" for letter in ascii_lowercase)
        if len(after) > 1:
            yield f"{before}{after[1]}{after[0]}{after[2:]}"


def sounds(name: str) -> tuple[str, ...]:
    """The sounds of a name's syllables."""
    return tuple(map(sound, syllables(name)))


def identity_number(text: str | None) -> str | None:
    """A personal number of twelve digits, or of nine as it was before, however it is spaced; else nothing."""
    digits = _digits(text)
    return digits if len(digits) in (9, 12) else None


def phone_number(text: str | None) -> str | None:
    """A telephone number as it is dialled inside the country; words such as "không có" are none."""
    digits = _digits(text)
    national = "0" + digits[2:] if digits.startswith("84") and len(digits) in (11, 12) else digits
    return national if national.startswith("0") and len(national) in (10, 11) else None


def whole_number(text: str, most: int) -> int | None:
    """The number that a text of plain digits says, if it is not above `most`; nothing for any other text, however long."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    number = int(text) if plain else None
    return number if number is not None and number <= most else None


def identifier(told: str | None) -> UUID | None:
    """What a page or an address sent back as an identifier; nothing if it is none."""
    try:
        return UUID(told or "")
    except ValueError:
        return None


def given_name(full: str) -> str:
    """The name a person is called by and sorted under: the last syllable, as written."""
    return clean(full).rpartition(" ")[2]


def initials(full: str) -> str:
    """What may stand for a name on a list: the first letter of each syllable, as N.T.H."""
    letters = (
        next((character for character in word if character.isalpha()), "") for word in clean(full).split()
    )
    return "".join(f"{letter.upper()}." for letter in letters if letter)


def _visible(text: str) -> str:
    """The text without what cannot be seen, composed, every kind of space a plain one."""
    if text.isprintable() and _INVISIBLE.isdisjoint(text):  # nearly every name: nothing is to be taken away
        return unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if _is_space(character) else character for character in text if not _is_unseen(character)
    )
    return unicodedata.normalize("NFC", kept)


def _is_space(character: str) -> bool:
    return character == "\t" or unicodedata.category(character) == "Zs"


def _is_unseen(character: str) -> bool:
    if character == "\t":
        return False
    if character in _INVISIBLE or ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def _is_mark(character: str) -> bool:
    return any(first <= character <= last for first, last in _MARKS)


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _digits(text: str | None) -> str:
    """The decimal digits of a text, full-width ones too, as plain ones."""
    return "".join(str(unicodedata.decimal(one)) for one in text or "" if one.isdecimal())


def _cut(text: str, max: int | None) -> str:
    """At most `max` characters, never between a letter and its mark."""
    if max is None or len(text) <= max:
        return text
    while max and unicodedata.combining(text[max]):
        max -= 1
    return text[:max].rstrip()
