"""What a line of the timeline says beyond its step: codes in the reader's words, free text as it was written."""

from collections.abc import Callable, Mapping

from casemgr.assessment.terms import RISKS, VERDICTS
from casemgr.cases.terms import BESIDE, Note
from casemgr.core.words import _, language
from casemgr.intervention.care.caring import KIND_WORDS
from casemgr.law.vocabulary import vocabulary


def said(note: Note | None) -> str:
    """A note in words, its parts as sentences one after the other."""
    if note is None:
        return ""
    coded = (_WORDED[key](code) for key, code in (note.data or {}).items() if key in _WORDED and code)
    parts = [part for part in (*coded, note.text, note.reason) if part]
    return " ".join((*map(_ended, parts[:-1]), *parts[-1:]))


def _ended(part: str) -> str:
    return part if part[-1] in ".!?…”:;" else f"{part}."


def _risk(code: str) -> str:
    return str(next((label for level, label in RISKS.items() if level.value == code), code))


def _verdict(code: str) -> str:
    return str(next((label for verdict, label in VERDICTS.items() if verdict.value == code), code))


def _grounds(_codes: str) -> str:
    return _("By law an emergency, but no measures were concluded")


def _measures(codes: str) -> str:
    named = vocabulary("emergency_measures")
    return "; ".join(named.label(code, language()) for code in codes.split(","))


def _care_entry(kind: str) -> str:
    return str(next((label for one, label in KIND_WORDS.items() if one.value == kind), ""))


def _looked_at(part: str) -> str:
    return _("Looked at who reported") if part == "reporter" else _("Looked at where the child is")


_WORDED: Mapping[str, Callable[[str], str]] = {
    "happened": lambda code: str(BESIDE.get(code, "")),
    "care_entry": _care_entry,
    "risk": _risk,
    "verdict": _verdict,
    "grounds": _grounds,
    "measures": _measures,
    "number": str,
    "looked_at": _looked_at,
}
