"""Taking out of the facts what a recipient must not learn, also where somebody wrote it into a text; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from casemgr.core.text import fold
from casemgr.documents.facts import CaseFacts
from casemgr.documents.terms import Shown

Value = TypeVar("Value")
MARK = "[đã lược bỏ]"
_WORD = re.compile(r"\w+")
_SHORTEST = 2  # words of a name or place that may be looked for in any case of letters
_PHONE = re.compile(r"\d(?:[\s.\-()]{0,3}\d){6,}")
_FEWEST_DIGITS = 7


@dataclass(frozen=True)
class Hidden:
    """What was taken out: the facts without it, and how many places it stood in."""

    facts: CaseFacts
    removed: int


def for_recipient(facts: CaseFacts, shown: Iterable[Shown], also: Iterable[str] = ()) -> Hidden:
    """The facts without the reporter and without where the child is, unless one of them is to be shown.

    `also` are further words, such as names of others, that no text may hold.
    """
    kept = frozenset(shown)
    hidden = frozenset(part.value for part in Shown if part not in kept)
    words, parts = _secrets(facts, hidden)
    bare = replace(facts, hidden=hidden)
    if Shown.REPORTER in hidden:
        bare = replace(bare, reporter=None)
    if Shown.PLACE in hidden:
        bare = _without_place(bare)
    scrubber = _Scrubber([*words, *also])
    return Hidden(scrubber.clean(bare), parts + scrubber.removed)


def _secrets(facts: CaseFacts, hidden: frozenset[str]) -> tuple[list[str], int]:
    """Every text that must not be read, and how many parts of the file are left out whole."""
    found: list[str | None] = []
    parts = 0
    reporter = facts.reporter
    if Shown.REPORTER in hidden and reporter is not None:
        told = [reporter.name, reporter.phone, reporter.address]
        found += told
        parts += any((*told, reporter.note))
    if Shown.PLACE in hidden:
        separated, placed = facts.separation, facts.placed
        places = [facts.place]
        places += [separated.place, separated.carer] if separated else []
        places += [placed.carer.address, placed.carer.phone] if placed else []
        open_ = fold(facts.story.incident.address or "")
        for place in places:
            found.append(place)
            found += [
                piece
                for piece in re.split(r"[,;\n]", place or "")
                if piece.strip() and fold(piece) not in open_
            ]
        parts += sum(bool(place) for place in places)
    return [text for text in found if text], parts


def _without_place(facts: CaseFacts) -> CaseFacts:
    separated = facts.separation
    return replace(
        facts,
        place=None,
        separation=replace(separated, place=None, carer=None) if separated is not None else None,
    )


class _Scrubber:
    """Looks for what must not be read: without marks, in any case of letters, telephone numbers however they are cut."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.removed = 0
        self._phones: set[str] = set()
        self._words: list[tuple[str, ...]] = []
        self._names: set[str] = set()  # of one word: only as it is written, or every such word would go
        for secret in secrets:
            digits = re.sub(r"\D", "", secret)
            if len(digits) >= _FEWEST_DIGITS and not re.search(r"[^\W\d]", secret):
                self._phones.add(_national(digits))
                continue
            words = tuple(fold(word) for word in _WORD.findall(secret))
            if len(words) >= _SHORTEST:
                self._words.append(words)
            elif words:
                self._names.add(secret.strip())
        self._words.sort(key=len, reverse=True)

    def clean(self, value: Value) -> Value:
        """The same value, every text in it without what must not be read."""
        found: Any = self._cleaned(value)
        return found  # type: ignore[no-any-return]

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, Enum) or value is None:
            return value
        if isinstance(value, str):
            return self._text(value)
        if is_dataclass(value) and not isinstance(value, type):
            changed = {one.name: self._cleaned(getattr(value, one.name)) for one in fields(value) if one.init}
            return replace(value, **changed)
        if isinstance(value, tuple):
            return tuple(self._cleaned(one) for one in value)
        if isinstance(value, Mapping):
            return {key: self._cleaned(one) for key, one in value.items()}
        return value

    def _text(self, text: str) -> str:
        for words in self._words:
            text = self._without(text, words)
        for name in self._names:
            text, count = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", MARK, text)
            self.removed += count
        return _PHONE.sub(self._phone, text) if self._phones else text

    def _phone(self, found: re.Match[str]) -> str:
        if _national(re.sub(r"\D", "", found[0])) not in self._phones:
            return found[0]
        self.removed += 1
        return MARK

    def _without(self, text: str, secret: tuple[str, ...]) -> str:
        words = list(_WORD.finditer(text))
        folded = [fold(word[0]) for word in words]
        place, pieces, kept = 0, [], 0
        while place + len(secret) <= len(words):
            if tuple(folded[place : place + len(secret)]) != secret:
                place += 1
                continue
            pieces += [text[kept : words[place].start()], MARK]
            kept = words[place + len(secret) - 1].end()
            place += len(secret)
            self.removed += 1
        return "".join((*pieces, text[kept:])) if pieces else text


def _national(digits: str) -> str:
    """A telephone number without the country's number or the zero in its place."""
    return digits.removeprefix("84") if digits.startswith("84") and len(digits) > 9 else digits.lstrip("0")
