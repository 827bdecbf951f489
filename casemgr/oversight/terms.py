"""Words of oversight: kinds of entries, reasons to look at a look, what somebody found out about it."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from casemgr.core.words import Later, _l, both

# What is told of a look; everything else is a change or a refusal
READS = frozenset(
    {
        "assignment opened",
        "assignments listed",
        "calendar fetched",
        "carer opened",
        "carers listed",
        "case opened",
        "cases listed",
        "cell opened",
        "checked cases opened",
        "checks read",
        "child given out",
        "child opened",
        "children in care listed",
        "children searched",
        "circumstances opened",
        "concerns listed",
        "consents opened",
        "data incident opened",
        "data incidents listed",
        "data request opened",
        "data requests listed",
        "export counted",
        "export finished",
        "export looked at",
        "family names compared",
        "file looked at",
        "file opened",
        "file seen small",
        "files listed",
        "handover opened",
        "handovers listed",
        "hidden part printed",
        "hidden place read",
        "hotline compared",
        "list exported",
        "list of files that are due opened",
        "mergers opened",
        "notices listed",
        "overdue cases listed",
        "overview opened",
        "pairs of children listed",
        "paper opened",
        "paper previewed",
        "paper read",
        "papers listed",
        "proposal opened",
        "readers of a case opened",
        "records exported",
        "referral events read",
        "referral followed",
        "register of circumstances listed",
        "report opened",
        "reporter read",
        "reports listed",
        "return opened",
        "return taken out",
        "return version opened",
        "return versions compared",
        "safeguards opened",
        "sanctions on record asked for",
        "searched words opened",
        "sheets printed",
        "table counted",
        "table exported",
        "table sent",
        "trail exported",
        "trail read",
        "worklist opened",
    }
)
REFUSED, NOT_FOUND = "refused", "not found"
REFUSALS = frozenset(
    {REFUSED, NOT_FOUND, "sign-in failed", "sign-in refused", "second proof failed", "not proved once more"}
)
_DATA = Path(__file__).parent / "data"
LOOKS = ("case opened", "report opened", "child opened", "reporter read", "hidden place read", "paper read")
SEARCH = "children searched"


@cache
def action_names() -> Mapping[str, str]:
    """What each entry is called in Vietnamese."""
    return _names("actions.json")


@cache
def part_names() -> Mapping[str, str]:
    """What each part of a file is called in Vietnamese."""
    return _names("parts.json")


def in_words(action: str) -> str:
    """An entry's name in the reader's language; its own where it has none yet."""
    return both(action_names().get(action, action), action)


def parts_in_words(parts: Iterable[str]) -> str:
    """Which parts of a file lay open."""
    return ", ".join(both(part_names().get(part, part), part) for part in parts)


def _names(file: str) -> Mapping[str, str]:
    found: dict[str, str] = json.loads((_DATA / file).read_text("utf-8"))
    return found


class Sort(StrEnum):
    """Sorts of entries an inspector may ask for."""

    READ = "read"
    CHANGED = "changed"
    REFUSED = "refused"


SORTS: Mapping[Sort, Later] = {
    Sort.READ: _l("Looks"),
    Sort.CHANGED: _l("Changes"),
    Sort.REFUSED: _l("Refusals and wrong tries"),
}


# What a verification finds wrong; `audit verify` says the key, docs/runbook.md what to do about it
FAULTS: Mapping[str, Later] = {
    "changed": _l("was changed"),
    "missing": _l("was taken away"),
    "reordered": _l("stands in another place"),
    "put back": _l("stands there a second time"),
    "not in the chain": _l("was slipped in"),
    "link missing": _l("lost its place in the chain"),
    "cut off": _l("the newest entries were cut off"),
    "number missing": _l("entries of a running server are gone"),
    "part changed": _l("a sealed part that it tells of was changed"),
    "part put back": _l("an older sealed part was put back"),
    "part vanished": _l("a sealed part that it tells of is gone"),
    "part unknown": _l("a sealed part that no entry tells of"),
    "part out of step": _l("a sealed part was written without an entry"),
    "counts changed": _l("the counts of the last time were changed"),
    "count fell": _l("a unit has fewer cases than the last time"),
}


class Why(StrEnum):
    """Why somebody should ask a person about their looks."""

    UNASSIGNED = "unassigned"
    AGAIN = "again"
    NAMESAKE = "namesake"
    NIGHT = "night"
    SEARCHING = "searching"


WHY: Mapping[Why, Later] = {
    Why.UNASSIGNED: _l("Looked at %(count)s files without any work on them"),
    Why.AGAIN: _l("Came back to one child on %(count)s days without any work"),
    Why.NAMESAKE: _l("Has a rare family name in common with the child"),
    Why.NIGHT: _l("Looked at night, %(count)s times"),
    Why.SEARCHING: _l("Searched %(count)s times in a day and opened nothing"),
}


class Answer(StrEnum):
    """What a person decided about a finding."""

    DUTY = "duty"
    STOOD_IN = "stood_in"
    TRAINING = "training"
    EXAMINE = "examine"


ANSWERS: Mapping[Answer, Later] = {
    Answer.DUTY: _l("Explained: it was their work, asked for by word of mouth"),
    Answer.STOOD_IN: _l("Explained: stood in for a colleague"),
    Answer.TRAINING: _l("Explained: training or a demonstration"),
    Answer.EXAMINE: _l("To be examined"),
}
