"""Decisions, placements and circumstances: from the data of a step to a row, and from a row to the data of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from casemgr.children.terms import Precision
from casemgr.circumstances.terms import Decision as Authority
from casemgr.circumstances.terms import End, Help, Spell, Support
from casemgr.circumstances.terms import Kind as SpellKind
from casemgr.exchange.files.plain import only_told, plain
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.terms import State
from casemgr.intervention.plan.models import Plan
from casemgr.proceedings.actions import Said
from casemgr.proceedings.terms import Appeal, Body, Criminal, CriminalStage, Person, Sanction, Verdict
from casemgr.review.models import Review
from casemgr.review.queries import goals_met
from casemgr.review.terms import Outcome

Made = TypeVar("Made")
Told = Mapping[str, Any]

_SANCTION = {"act": "violation"}  # where a member is called otherwise in a file
_CRIMINAL = {"reason": "grounds"}


def has_row(step: str, data: Told) -> bool:
    """Whether a step tells enough to be more than a line of the timeline."""
    if step == "placement":
        return data.get("form") is not None
    if step == "circumstance":
        return data.get("code") is not None
    if step == "review":
        return bool(data.get("goals"))
    return step == "sanction" or (step == "prosecution" and data.get("act") != "reported")


# ---- decisions ----------------------------------------------------------------------------------------------------


def decision_of(step: str, data: Told, on: date) -> Said:
    """What a step says was decided, and against whom."""
    person = _made(Person, data.get("person") or {})
    if step == "sanction":
        return Said(person, sanction=_made(Sanction, data, _SANCTION, day=data.get("day") or on))
    return Said(person, criminal=_made(Criminal, data, _CRIMINAL, day=data.get("day") or on))


def decision_mark(report_id: UUID, mark: str) -> UUID:
    """The number of a decision that a file gives a mark: the same in all cases of its report."""
    return UUID(bytes=sha256(report_id.bytes + f"decision {mark}".encode()).digest()[:16])


def told_decision(person: Person, said: Sanction | Criminal, on: date) -> tuple[str, dict[str, Any]]:
    """A decision as the step it is told by, on the day it counts for."""
    sanction = isinstance(said, Sanction)
    names = _SANCTION if sanction else _CRIMINAL
    told = {names.get(name, name): value for name, value in only_told(said).items()}
    return (
        "sanction" if sanction else "prosecution",
        plain({"person": only_told(person), **told, "day": said.day or on}),
    )


# ---- placements ---------------------------------------------------------------------------------------------------


def placement_days(data: Told, on: date) -> dict[str, Any]:
    """State and days of a placement; where only the step is told, the child was handed over that day."""
    days = {name: data.get(name) for name in ("proposed_on", "decided_on", "given_on", "ended_on")}
    state = data.get("state") or (State.ENDED if days["ended_on"] else State.GIVEN)
    if state in (State.GIVEN, State.ENDED) and days["given_on"] is None:
        days["given_on"] = on
    first = min((day for day in days.values() if day is not None), default=on)
    return {**days, "proposed_on": days["proposed_on"] or first, "state": State(state)}


def told_placement(row: Placement, unit: Told | None) -> dict[str, Any]:
    """A placement as the data of the step it is told by."""
    names = ("form", "state", "urgent", "proposed_on", "decided_on", "given_on", "ended_on")
    return {**only_told({name: getattr(row, name) for name in names}), **({"unit": unit} if unit else {})}


def placed_on(row: Placement) -> date:
    """The day a placement is told under."""
    return row.given_on or row.decided_on or row.proposed_on


# ---- circumstances ------------------------------------------------------------------------------------------------


def spell_of(data: Told, on: date) -> Spell:
    """A time in special circumstances, or at risk, as told."""
    supports = tuple(
        _made(Support, {**line, "decision": None}, decision=_made(Authority, line.get("decision") or {}))
        for line in data.get("supports") or ()
    )
    return _made(
        Spell,
        {**data, "decision": None, "supports": None},
        kind=SpellKind(data.get("kind") or SpellKind.SPECIAL),
        since=data.get("since") or on,
        decision=_made(Authority, data.get("decision") or {}),
        supports=supports,
    )


def told_spell(spell: Spell, unit: Told | None) -> dict[str, Any]:
    """A time in special circumstances as the data of the step it is told by."""
    told = plain({**only_told(spell), "void": None, "why_changed": None})
    if spell.since_precision is Precision.DAY:
        told.pop("since_precision", None)
    return {**told, **({"unit": unit} if unit else {})}


# ---- reviews ------------------------------------------------------------------------------------------------------


def told_review(review: Review, plans: Sequence[Plan]) -> dict[str, Any]:
    """What a review tells of the goals of its round, as the data of the step it is told by."""
    goals = [{"outcome": outcome, "ref": key} for key, outcome in goals_met(review, plans).items()]
    return plain({"goals": goals, "round": review.round}) if goals else {}


def outcome_of(act: str | None) -> Outcome:
    """What a review led to, by the act of its step."""
    return Outcome.NEXT_ROUND if act == "another_round" else Outcome.CLOSE


# ---- values -------------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, Any] = {
    "appeal": Appeal,
    "stage": CriminalStage,
    "verdict": Verdict,
    "ended": End,
    "since_precision": Precision,
}


def _made(shape: type[Made], told: Told, names: Mapping[str, str] | None = None, /, **given: Any) -> Made:
    """A value of our own from the members of a file that it knows; what was not told keeps its default."""
    found = dict(given)
    for member in fields(shape):  # type: ignore[arg-type]
        value = told.get((names or {}).get(member.name, member.name))
        if member.name in given or value is None:
            continue
        found[member.name] = _value(shape, member.name, value)
    return shape(**found)


def _value(kind: type[Any], name: str, value: Any) -> Any:
    if name == "body":
        return _made(Body, value)
    if name == "remedies":
        return tuple(one for one in value if one)
    if name == "kind" and kind is Support:
        return Help(value)
    return _KINDS[name](value) if name in _KINDS else value
