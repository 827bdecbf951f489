"""Reading JSON strictly: one meaning or none. UTF-8 only, no member twice, no number that is none, not endlessly deep."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from casemgr.core.errors import ExpectedError
from casemgr.core.words import Later, _l

LARGEST = 256 * 1024  # bytes
DEEPEST = 32
_NO_BRACKET = re.compile(
    rb'"(?>[^"\\]+|\\.)*+"?|[^\[\]{}"]++', re.DOTALL
)  # texts, and all that is no bracket
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS = 400  # of one number: more is no number anybody means


class Unreadable(ExpectedError):
    """What was sent is no JSON that could be read in one way only."""

    status = 400

    def __init__(self, sentence: Later) -> None:
        super().__init__(sentence.original)
        self.sentence = sentence


def read(raw: bytes) -> Any:
    """The value that a body holds."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_l("The content is not UTF-8.")) from None
    if _deeper(raw):
        raise Unreadable(_l("The content is nested too deeply."))
    try:
        value = _DECODER.decode(text)
    except (json.JSONDecodeError, RecursionError):
        raise Unreadable(_l("The content is not JSON.")) from None
    if _SURROGATE.search(raw):
        _refuse_halves(value)
    return value


def _deeper(raw: bytes) -> bool:
    """Whether objects and lists lie deeper in each other than allowed (brackets inside of texts do not count)."""
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for bracket in _NO_BRACKET.sub(b"", raw):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _refuse_halves(value: Any) -> None:
    """A half of a surrogate pair is no letter."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable(_l("A text holds half a letter.")) from None


def _once(members: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise Unreadable(_l("A member stands twice in the same object."))
    return found


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise Unreadable(_l("A number has too many digits."))
    return int(digits)


def _broken(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unreadable(_l("A number is too large."))
    return number


def _no_number(_name: str) -> NoReturn:
    raise Unreadable(_l("NaN and Infinity are no numbers."))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_whole, parse_float=_broken, parse_constant=_no_number
)
