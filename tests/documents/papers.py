"""What tests of papers lean on: wishes, facts that are full, empty or nasty, and reading a finished file."""

import io
import zipfile
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from casemgr.documents.catalogue import KINDS
from casemgr.documents.facts import Facts
from casemgr.documents.fillers.wording import Fields
from casemgr.documents.terms import Recipient, Secrecy, Shown, Wish
from casemgr.intake.terms import Relation, Story, Suspect, ToldChild
from casemgr.law import factors
from casemgr.law.vocabulary import vocabulary
from tests.support.rows import a_value

_BASES = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def letters() -> str:
    """Every letter that Vietnamese is written with, small and large, composed."""
    import unicodedata

    small = [unicodedata.normalize("NFC", base + tone) for base in _BASES for tone in _TONES]
    return "".join([*small, "đ", *(letter.upper() for letter in small), "Đ"])


LETTERS = letters()
NASTY = (
    'Nguyễn <b>"Ễ&Ộ"</b> {{ 7*7 }} {% if x %} {{ row.what }} ]]> <!-- </w:t> & \x07\x0c\x00 \u202e\ud83d\ude00'
    "\nH'Mông K'Brăng\tỵ ỹ ẵ ặ " + "Đặng Thị Thường Thường Nguyễn " * 20
)


def a_wish(**changes: Any) -> Wish:
    """A paper for the commune's police."""
    wish = Wish(Recipient.POLICE, "Công an xã Na Sầm", "Xác minh vụ việc", Secrecy.PRIVATE, "Chỉ nơi nhận")
    return replace(wish, **changes)


def with_everything(word: str, many: int = 3) -> Facts:
    """Facts in which every field says something, every list has so many rows, every code is known."""
    made: Facts = _value(Facts, word, many)
    case = made.case
    children = tuple(
        replace(case.story.children[0], ref=f"c{place}", harms=("violence",)) for place in range(many)
    )
    suspects = tuple(
        Suspect(f"s{place}", word, None, 40, True, (Relation("c0", "father"),)) for place in range(many)
    )
    story = Story(
        replace(case.story.incident, environment="family"), children, suspects, word, word, subject=None
    )
    return replace(made, case=replace(case, ref="c0", story=story, hidden=frozenset()))


def _value(kind: Any, word: str, many: int, name: str = "") -> Any:
    origin = get_origin(kind)
    if origin is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            if name in ("services", "harms"):
                return ("health",) if inner[0] is str else (_value(inner[0], word, many),) * many
            return (_value(inner[0], word, many, name),) * many
        return tuple(_value(one, word, many) for one in inner)
    if origin is not None and origin.__name__ in ("dict", "Mapping"):
        return _mapping(get_args(kind)[1], word, many, name)
    if origin is not None and type(None) in get_args(kind):
        return _value(next(one for one in get_args(kind) if one is not type(None)), word, many, name)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(
            **{one.name: _value(hints[one.name], word, many, one.name) for one in fields(kind) if one.init}
        )
    if kind is str:
        return _CODES.get(name, word)
    return a_value(kind, word)


_CODES = {
    "channel": "telephone",
    "environment": "family",
    "ethnic_group": "tay",
    "disability": "no",
    "form": "kin",
    "kind": "health",
    "ground": "violence",
    "level": "high",
    "risk": "high",
    "suggested": "high",
    "code": "police_protection",
    "state": "proposed",
    "met": "yes",
    "seen": "yes",
    "alone": "yes",
    "sex": "female",
    "key": "s1",
    "ref": "c0",
    "end_reason": "carer_request",
}


def _mapping(inside: Any, word: str, many: int, name: str) -> dict[str, Any]:
    rows = [row.code for form in ("02", "03", "06") for row in factors.assessment(form).rows]
    contents = [one.code for one in factors.assessment("03").required]
    keys = {"ratings": rows, "before": rows, "contents": contents}.get(name, ["reason"])
    return {key: _value(inside, word, many, name) for key in keys}


def filled(form: str, facts: Facts) -> Fields:
    """The fields of a form."""
    return KINDS[form].fill(facts)


def text_of(docx: bytes) -> str:
    """Everything inside a Word file, as one text: what a curious recipient could find."""
    with zipfile.ZipFile(io.BytesIO(docx)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


ON = date(2026, 11, 18)
__all__ = [
    "LETTERS",
    "NASTY",
    "ON",
    "Shown",
    "ToldChild",
    "a_wish",
    "filled",
    "text_of",
    "vocabulary",
    "with_everything",
]
