"""How files are shown: lines of a list, facts of one file, who had it in hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.core.words import Later, _, _l
from casemgr.files import queries, rules
from casemgr.files.kinds import LOOKS, PICTURES, Kind
from casemgr.files.models import CaseFile
from casemgr.files.queries import Hand
from casemgr.files.terms import ABOUT, PURPOSES, State
from casemgr.web.duration import day_short, moment_words

_HANDS: Mapping[str, Later] = {
    "file kept": _l("Sent and kept"),
    "file looked at": _l("Looked at"),
    "file seen small": _l("Seen small in the list"),
    "file taken": _l("Original taken"),
    "file released": _l("Scanned, nothing found"),
    "file found infected": _l("Scanned, something found"),
    "removal of a file asked": _l("Removal asked for"),
    "removal of a file called off": _l("Removal called off"),
}
_STATES: Mapping[State, tuple[Later, str]] = {
    State.WAITING: (_l("waits for the virus scanner"), "amber"),
    State.INFECTED: (_l("locked: virus scanner"), "red"),
    State.REMOVED: (_l("removed"), "dashed"),
}


@dataclass(frozen=True)
class Line:
    """One file as a page shows it. Of a removed one nothing is left but that it was here."""

    id: UUID
    title: str
    about: str
    kind: str
    when: str
    who: str
    tags: Sequence[tuple[str, str]]
    name: str = ""
    taken: str = ""
    size: str = ""
    digest: str = ""
    measure: str = ""
    readable: bool = False  # it may be opened
    has_copy: bool = False
    is_picture: bool = False
    otherwise: str = ""  # what the name says it is, where that is not so


def lines(desk: Desk, files: Sequence[CaseFile]) -> Sequence[Line]:
    """The files of a list."""
    people = cases.names(desk, [file.added_by for file in files])
    leaving = queries.removals(desk, files)
    return [line(desk, file, people, leaving=file.id in leaving) for file in files]


def line(desk: Desk, file: CaseFile, people: Mapping[UUID, str], *, leaving: bool) -> Line:
    """One file in words."""
    when = moment_words(file.added_at, desk.now)
    who = people.get(file.added_by, "") if file.added_by else ""
    tags = _tags(file, leaving)
    if file.state == State.REMOVED:
        return Line(file.id, _("A removed file"), "", "", when, who, tags)
    told = queries.content(file)
    kind = Kind(told.kind)
    readable = not rules.may_be_opened(State(file.state))
    return Line(
        id=file.id,
        title=told.description,
        about=str(ABOUT[told.about]),
        kind=str(LOOKS[kind].label),
        when=when,
        who=who,
        tags=tags,
        name=told.name,
        taken=day_short(told.taken_on) if told.taken_on else "",
        size=_size(told.size),
        digest=told.digest,
        measure=_measure(told.width, told.height, told.pages),
        readable=readable,
        has_copy=readable and told.copy_size is not None,
        is_picture=kind in PICTURES,
        otherwise=_otherwise(told.name, kind),
    )


def hands(desk: Desk, found: Sequence[Hand]) -> list[dict[str, Any]]:
    """Who had a file in hand, as lines of a timeline."""
    people = cases.names(desk, [_account(hand.actor) for hand in found])
    return [
        {
            "when": moment_words(hand.at, desk.now),
            "iso": hand.at.isoformat(),
            "what": _what(hand),
            "who": people.get(_account(hand.actor) or UUID(int=0), _("the system")),
            "quiet": hand.what == "file seen small",
        }
        for hand in found
    ]


def _what(hand: Hand) -> str:
    said = str(_HANDS[hand.what])
    if hand.taking is None:
        return said
    return f"{said}. {PURPOSES[hand.taking.purpose]}: {hand.taking.words}"


def _account(actor: str) -> UUID | None:
    kind, _colon, identity = actor.partition(":")
    return UUID(identity) if kind == "account" else None


def _tags(file: CaseFile, leaving: bool) -> Sequence[tuple[str, str]]:
    found = [_STATES[State(file.state)]] if file.state in _STATES else []
    if leaving:
        found.append((_l("removal asked for"), "amber"))
    return [(str(label), look) for label, look in found]


def _size(size: int) -> str:
    if size < 1024 * 1024:
        return _("%(size)s KB", size=max(1, round(size / 1024)))
    return _("%(size)s MB", size=f"{size / 1024 / 1024:.1f}".replace(".", ","))


def _measure(width: int | None, height: int | None, pages: int | None) -> str:
    if pages is not None:
        return _("%(count)s pages", count=pages)
    return f"{width} × {height}" if width and height else ""


def _otherwise(name: str, kind: Kind) -> str:
    """What the name ends in, where the file is something else. What counts is what was decoded."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    known = {looks.ending for looks in LOOKS.values()}
    return f".{ending}" if ending in known and ending != LOOKS[kind].ending else ""
