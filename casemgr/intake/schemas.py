"""What a machine sends: the body of a referral, read strictly by its form, and the telling it becomes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields as members_of
from dataclasses import is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from casemgr.children.terms import Birth, Parent, Precision, Sex
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.words import Later, _l
from casemgr.intake.fields import (
    AtMost,
    Choice,
    Day,
    Flag,
    Group,
    Lines,
    Many,
    Mark,
    Moment,
    Strict,
    Text,
    Whole,
)
from casemgr.intake.terms import (
    Incident,
    Kind,
    Places,
    Relation,
    Reporter,
    Story,
    Suspect,
    Telling,
    ToldChild,
)

CHILDREN, SUSPECTS = 50, 50
AHEAD = timedelta(minutes=5)
NAME, CODE, PLACE = (
    1000,
    64,
    4000,
)  # letters: far beyond what is real, so that no emergency is refused for its length
REVISIONS = 2**31 - 1
PLACE_OF_INCIDENT = ("unit_code", "address", "description")  # one of them says where or what

_FUTURE = _l("This day lies in the future.")
_AHEAD = _l("This instant lies more than five minutes ahead.")
_NO_PLACE = _l("One of unit_code, address and description must be told.")
_TWICE = _l("This mark is used twice.")
_NO_CHILD = _l("No child of this report has this mark.")
_BODY = "body"  # what an objection to the whole body is filed under
_PARENTS = ("father", "mother")  # only files between installations tell of them
_SHOWN = 40  # letters of a member's name that is repeated to its sender


class BirthSchema(Strict):
    """When a child was born: a date with how exactly it is known, or an estimated age."""

    date = Day("Not in the future. Without precision it is that day.")
    precision = Choice("precisions", "How exactly the date is known.", allow_none=True)
    age_estimate = Whole(0, 25, "In whole years, where no date is known.", allow_none=True)


class ChildSchema(Strict):
    """A child as told."""

    ref = Mark(
        "Mark of the child, unique and lasting in this referral; absent: c and its place.", allow_none=True
    )
    name = Text("Name as told.", longest=NAME)
    sex = Choice("sexes", allow_none=True)
    birth = Group(BirthSchema, allow_none=True)
    ethnic_group = Text(
        "Code of the ethnic group, as kinh; another word is kept and counted as unknown.", longest=CODE
    )
    disability = Choice("disability", allow_none=True)
    residence_unit_code = Text("Code of the commune of residence.", longest=CODE)
    whereabouts = Text("Where the child is now. Kept apart from everything else.", longest=PLACE)
    condition = Lines("How the child is.")
    harms = Many(Choice("harms"), "Kinds of harm; their order means nothing.")
    feared_consequences = Lines("What may happen next.")
    groups = Many(Choice("hotline_child_groups"), "Groups of children the hotline counts the child in.")


class RelationSchema(Strict):
    """What a suspect is to a child of the same referral."""

    child = Mark("Mark of the child; may be left out where there is only one.", allow_none=True)
    relation = Choice("relations", "What the suspect is to the child; absent: unknown.", allow_none=True)


class SuspectSchema(Strict):
    """A person alleged to have done harm."""

    ref = Mark(
        "Mark of the person, unique and lasting in this referral; absent: s and its place.", allow_none=True
    )
    name = Text("Name as told.", longest=NAME)
    sex = Choice("sexes", allow_none=True)
    age = Whole(0, 150, "In whole years.", allow_none=True)
    is_carer = Flag("Whether this person cares for a child of the referral.")
    relations = Group(RelationSchema, many=True, allow_none=True, validate=AtMost(CHILDREN))
    kind = Choice("suspect_kinds", "In which report the hotline counts the person.", allow_none=True)


class ReporterSchema(Strict):
    """Who told it. Kept apart from everything else."""

    anonymous = Flag("Whether the person does not want to be named.")
    kind = Text("What the person is, as neighbour.", longest=CODE)
    name = Text("Name as told.", longest=NAME)
    phone = Text("Telephone as told.", longest=CODE)
    sex = Choice("sexes", allow_none=True)
    age = Whole(0, 150, "In whole years.", allow_none=True)
    ethnic_group = Text(
        "Code of the ethnic group, as kinh; another word is kept and counted as unknown.", longest=CODE
    )


class IncidentSchema(Strict):
    """What happened, where and when. One of unit_code, address and description is told."""

    unit_code = Text(
        "Code of the commune, read as of the day of receipt. A wrong one is asked for again.", longest=CODE
    )
    address = Text("Where in the commune.", longest=PLACE)
    occurred_on = Day("Not in the future. Without precision it is that day.")
    precision = Choice("precisions", "How exactly the day is known.", allow_none=True)
    environment = Choice("environments", allow_none=True)
    online = Flag("Whether it happened, also or only, on the network.")
    description = Lines("What happened.")


class ReferralSchema(Strict):
    """A referral of the hotline. What is missing is asked for, never a reason to refuse."""

    reference = Mark("The sender's own number, the same for all revisions.", required=True)
    revision = Whole(1, REVISIONS, "Grows when the content changes; absent: 1.", allow_none=True)
    received_at = Moment(
        "When the sender was told, at most 5 minutes ahead. The clocks of the law start here.", required=True
    )
    channel = Choice("channels", "How it reached the sender.", allow_none=True)
    kind = Choice(
        "kinds", "A consultation starts no clock; absent: intervention is assumed.", allow_none=True
    )
    urgency = Choice("urgencies", "As the sender sees it.", allow_none=True)
    incident = Group(IncidentSchema, required=True)
    children = Group(ChildSchema, many=True, allow_none=True, validate=AtMost(CHILDREN))
    suspects = Group(SuspectSchema, many=True, allow_none=True, validate=AtMost(SUSPECTS))
    reporter = Group(ReporterSchema, allow_none=True)
    actions_taken = Lines("What the sender has done.")
    secrecy = Lines("What must not be told to whom.")
    problems = Many(Choice("hotline_problems"), "What the hotline was asked about.")
    results = Many(Choice("hotline_results"), "What came of it, as the hotline tells it.")


def by_field(messages: object) -> dict[str, list[str]]:
    """Objections by the path of their field, as children.0.birth.date. What was sent is never repeated."""
    found: dict[str, list[str]] = {}
    for path, sentence in _flat(messages, ()):
        found.setdefault(".".join(path) or _BODY, []).append(str(sentence))
    return found


def telling(loaded: Mapping[str, Any], *, now: datetime) -> Telling:
    """The telling of a body whose form was found good. Checks what depends on the day and on other fields."""
    told = _pruned(loaded)
    children = _marked(told.get("children", ()), "c")
    suspects = _marked(told.get("suspects", ()), "s")
    _check(told, children, suspects, now)
    story = Story(
        incident=_incident(told.get("incident", {})),
        children=tuple(told_child(ref, row) for ref, row in children),
        suspects=tuple(_suspect(ref, row, children) for ref, row in suspects),
        actions_taken=told.get("actions_taken"),
        secrecy=told.get("secrecy"),
        subject=told.get("subject"),
        by_hotline=told.get("by_hotline"),
        problems=_several(told, "problems"),
        results=_several(told, "results"),
    )
    parts: dict[str, Any] = {
        "received_at": told["received_at"],
        "channel": told.get("channel"),
        "kind": Kind(told["kind"]) if "kind" in told else None,
        "urgency": told.get("urgency"),
        "story": story,
        "reporter": _reporter(told["reporter"]) if "reporter" in told else None,
        "places": Places(tuple((ref, row["whereabouts"]) for ref, row in children if "whereabouts" in row)),
    }
    return Telling(
        reference=told["reference"], revision=told.get("revision", 1), digest=digest_of(parts), **parts
    )


def digest_of(parts: Mapping[str, object]) -> bytes:
    """A fingerprint of what is meant: order of members, spacing, composition of letters and nulls do not count."""
    plain = json.dumps(_plain(parts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()


def _pruned(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was not told: null, nothing visible, and groups of which nothing was told."""
    kept = {name: _pruned_member(member) for name, member in value.items()}
    return {name: member for name, member in kept.items() if member is not None}


def _pruned_member(member: Any) -> Any:
    if isinstance(member, Mapping):
        return _pruned(member) or None
    if isinstance(member, list):
        return [_pruned(row) if isinstance(row, Mapping) else row for row in member] or None
    return member


def _marked(rows: Sequence[Mapping[str, Any]], letter: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Each row with its mark; a row that was sent without one gets the mark of its place."""
    taken = {row["ref"] for row in rows if "ref" in row}
    marked = []
    for place, row in enumerate(rows, 1):
        ref = row.get("ref") or next(mark for mark in _marks_from(letter, place) if mark not in taken)
        taken.add(ref)
        marked.append((ref, row))
    return marked


def _marks_from(letter: str, place: int) -> Iterator[str]:
    while True:
        yield f"{letter}{place}"
        place += 1


Marked = Sequence[tuple[str, Mapping[str, Any]]]


def _check(told: Mapping[str, Any], children: Marked, suspects: Marked, now: datetime) -> None:
    wrong: dict[str, list[str]] = {}

    def object_to(field: str, sentence: Later, *, when: bool) -> None:
        if when:
            wrong.setdefault(field, []).append(str(sentence))

    today = local_day(now)
    incident = told.get("incident", {})
    object_to("received_at", _AHEAD, when=told["received_at"] > now + AHEAD)
    object_to("incident", _NO_PLACE, when=not any(name in incident for name in PLACE_OF_INCIDENT))
    object_to("incident.occurred_on", _FUTURE, when=_after(incident.get("occurred_on"), today))
    for name, rows in (("children", children), ("suspects", suspects)):
        for place in _repeated(ref for ref, _row in rows):
            object_to(f"{name}.{place}.ref", _TWICE, when=True)
    for place, (_ref, child) in enumerate(children):
        born = child.get("birth", {}).get("date")
        object_to(f"children.{place}.birth.date", _FUTURE, when=_after(born, today))
    refs = {ref for ref, _row in children}
    for place, (_ref, suspect) in enumerate(suspects):
        for number, relation in enumerate(suspect.get("relations", ())):
            strange = "child" in relation and relation["child"] not in refs
            object_to(f"suspects.{place}.relations.{number}.child", _NO_CHILD, when=strange)
    if wrong:
        raise Invalid(wrong)


def _several(row: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The different codes of a list; their order means nothing."""
    return tuple(sorted(set(row[name]))) if name in row else None


def _reporter(row: Mapping[str, Any]) -> Reporter:
    return Reporter(**{**row, "sex": Sex(row["sex"]) if "sex" in row else None})


def _after(day: date | None, today: date) -> bool:
    return day is not None and day > today


def _repeated(refs: Iterable[str]) -> list[int]:
    seen: set[str] = set()
    return [place for place, ref in enumerate(refs) if ref in seen or seen.add(ref)]  # type: ignore[func-returns-value]


def _incident(row: Mapping[str, Any]) -> Incident:
    return Incident(**{**row, "precision": Precision(row["precision"]) if "precision" in row else None})


def told_child(ref: str, row: Mapping[str, Any]) -> ToldChild:
    """A child of a body whose form was found good, under its mark."""
    own = {
        name: value
        for name, value in row.items()
        if name not in ("ref", "whereabouts", "birth", "sex", "harms", "groups", *_PARENTS)
    }
    own |= {name: Parent(**row[name]) for name in _PARENTS if name in row}
    return ToldChild(
        ref=ref,
        sex=Sex(row["sex"]) if "sex" in row else None,
        birth=_birth(row.get("birth", {})),
        harms=_several(row, "harms"),
        groups=_several(row, "groups"),
        **own,
    )


def _birth(row: Mapping[str, Any]) -> Birth:
    """A date told without more is that day."""
    told = row.get("precision") or (Precision.DAY if "date" in row else Precision.UNKNOWN)
    return Birth(row.get("date"), Precision(told), row.get("age_estimate"))


def _suspect(ref: str, row: Mapping[str, Any], children: Marked) -> Suspect:
    return Suspect(
        ref=ref,
        name=row.get("name"),
        sex=Sex(row["sex"]) if "sex" in row else None,
        age=row.get("age"),
        is_carer=row.get("is_carer"),
        relations=tuple(_relations(row.get("relations", ()), children)),
        kind=row.get("kind"),
    )


def _relations(rows: Sequence[Mapping[str, Any]], children: Marked) -> Iterator[Relation]:
    """Where no child is named there is no doubt if the report has but one; otherwise it is asked again."""
    only = children[0][0] if len(children) == 1 else None
    for row in rows:
        child = row.get("child", only)
        if child is not None:
            yield Relation(child, row.get("relation", "unknown"))


def _flat(messages: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _flat(below, path if name == "_schema" else (*path, _shown(name)))
    elif isinstance(messages, list):
        for sentence in messages:
            yield from _flat(sentence, path)
    else:
        yield path, messages


def _shown(name: object) -> str:
    """A member's name as it may be repeated: what looks like one of ours, never a text."""
    text = str(name)
    return text if text.isascii() and text.replace("_", "a").isalnum() and len(text) <= _SHOWN else "?"


def _plain(value: object) -> object:
    """A value as JSON, without what was not told."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain({member.name: getattr(value, member.name) for member in members_of(value)})
    if isinstance(value, Mapping):
        plain = {name: _plain(member) for name, member in value.items()}
        return {name: member for name, member in plain.items() if member not in (None, [], {})}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
