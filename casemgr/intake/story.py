"""Joining what a sender tells again with what officers have written since: what an officer wrote is never overwritten."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from casemgr.children.terms import Card, Detail
from casemgr.intake.terms import Story, Suspect, ToldChild

Value = TypeVar("Value")
_WHOLE = ("Birth",)  # values that only make sense together


def joined(before: Value, told: Value, known: Value) -> Value:
    """Three-way: a field follows the new telling unless an officer has changed it; what is no longer told stays."""
    if told is None or told == before:
        return known
    if is_dataclass(known) and type(known) is type(told) and type(known).__name__ not in _WHOLE:
        changed = {
            field.name: _field(
                field.name,
                getattr(before, field.name, None),
                getattr(told, field.name),
                getattr(known, field.name),
            )
            for field in fields(known)
        }
        return replace(known, **changed)  # type: ignore[type-var]
    return told if known == before or known is None else known


def _field(name: str, before: Any, told: Any, known: Any) -> Any:
    if name in ("children", "suspects"):
        return _by_mark(before or (), told or (), known or (), lambda row: str(row.ref))
    if name == "relations":
        return tuple(known) + tuple(row for row in told if row.child not in {mine.child for mine in known})
    return joined(before, told, known)


def _by_mark(
    before: Sequence[Any], told: Sequence[Any], known: Sequence[Any], mark: Callable[[Any], str]
) -> tuple[Any, ...]:
    """Lists of children and suspects go by their marks; a new one is added, a missing one stays."""
    old = {mark(row): row for row in before}
    new = {mark(row): row for row in told}
    merged = [
        joined(old.get(mark(row), _like(row)), new[mark(row)], row) if mark(row) in new else row
        for row in known
    ]
    have = {mark(row) for row in known}
    return (*merged, *(row for row in told if mark(row) not in have))


def _like(row: Any) -> Any:
    return type(row)(ref=row.ref)


def marked(known: Story, old: str, new: str) -> Story:
    """The same story with a child under another mark, also where suspects are related to it."""
    return replace(
        known,
        children=tuple(replace(child, ref=new) if child.ref == old else child for child in known.children),
        suspects=tuple(
            replace(
                suspect,
                relations=tuple(
                    replace(relation, child=new) if relation.child == old else relation
                    for relation in suspect.relations
                ),
            )
            for suspect in known.suspects
        ),
    )


def carried(file: Value, before: Value, now: Value) -> Value:
    """What a file says after a report was corrected: what this report says anew; the rest may stand there by another."""
    said = {field.name: getattr(now, field.name) for field in fields(now)}  # type: ignore[arg-type]
    new = {name: value for name, value in said.items() if value != getattr(before, name)}
    return replace(file, **new)  # type: ignore[type-var]


def card_of(child: ToldChild) -> Card:
    """Who the child is, from what was told."""
    return Card(name=child.name, sex=child.sex, birth=child.birth)


def detail_of(child: ToldChild) -> Detail:
    """More about the child, from what was told."""
    return Detail(
        ethnic_group=child.ethnic_group,
        disability=child.disability,
        residence_unit_code=child.residence_unit_code,
        father=child.father,
        mother=child.mother,
        family=child.family,
        carer=child.carer,
        identity=child.identity,
        phone=child.phone,
    )


def child_of(story: Story, ref: str) -> ToldChild | None:
    """The child with this mark."""
    return next((child for child in story.children if child.ref == ref), None)


def suspects_of(story: Story, ref: str) -> Sequence[tuple[Suspect, str]]:
    """Who is alleged to have harmed this child, and what they are to it."""
    return [
        (suspect, relation.relation)
        for suspect in story.suspects
        for relation in suspect.relations
        if relation.child == ref
    ]
