"""Writing circumstances: begin a spell, for a child with or without a case, correct it, end it, note support."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.models import Case
from casemgr.children import actions as children
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.circumstances import queries, rules
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Spell, Support
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.findings import Findings, explains
from casemgr.core.words import _, _l

Told = Mapping[str, str] | None


@action("circumstances registered", needs=Permission.CIRCUMSTANCE_WRITE)
def begin(
    desk: Desk,
    child: Child,
    *,
    spell: Spell,
    unit_id: int | None,
    form_id: UUID | None = None,
    explanations: Told = None,
) -> Circumstance:
    """Begin a spell of a child on the register of a commune."""
    if (again := queries.by_form(desk, form_id)) is not None:
        return again
    _check(desk, child, spell, explanations)
    return _first(desk, child, spell, unit_id, form_id)


@action("child registered", needs=Permission.CIRCUMSTANCE_WRITE)
def register_child(
    desk: Desk,
    *,
    card: Card,
    detail: Detail,
    spell: Spell,
    unit_id: int | None,
    form_id: UUID | None = None,
    explanations: Told = None,
) -> Circumstance:
    """Register a child that has no file yet, with its first spell. A child of the same name must be ruled out."""
    if (again := queries.by_form(desk, form_id)) is not None:
        return again
    alike = queries.alike(desk, card)
    found = rules.may_be_written(spell, (), card.birth, local_day(desk.now), local_day(desk.now))
    Findings(
        *found,
        explains(
            "same-child",
            _l(
                "A child of this name is already known here. Open it below, or say why this is another child."
            ),
            when=bool(alike),
            field="alike",
        ),
    ).settle(explanations)
    child = children.register(desk, unit_id=_register_of(unit_id), card=card, detail=detail, whereabouts=None)
    desk.flush()
    return _first(desk, child, spell, unit_id, form_id)


@action("circumstances corrected", needs=Permission.CIRCUMSTANCE_WRITE)
def correct(
    desk: Desk,
    shown: queries.SpellShown,
    *,
    spell: Spell,
    revision: int,
    why: str | None,
    explanations: Told = None,
) -> Circumstance:
    """Write down what is known now; the version before stays. An entry made in error is marked, never taken away."""
    _same_version(shown, revision)
    if not (why or "").strip():
        raise Invalid({"why": [_("Say why it is corrected.")]})
    kept = replace(spell, supports=shown.spell.supports, why_changed=why)
    if not kept.void:
        child = desk.get(Child, shown.child_id)
        _check(desk, child, kept, explanations, but=shown.id)
        if kept.until is not None or kept.ended is not None:
            birth, told_on = queries.birth_of(child)
            rules.may_end(kept, birth, told_on, local_day(desk.now)).settle(explanations)
    return _next(desk, shown, kept)


@action("circumstances ended", needs=Permission.CIRCUMSTANCE_WRITE)
def end(desk: Desk, shown: queries.SpellShown, *, spell: Spell, revision: int) -> Circumstance:
    """Write down that a spell is over, since when and why."""
    _same_version(shown, revision)
    birth, told_on = queries.birth_of(desk.get(Child, shown.child_id))
    rules.may_end(spell, birth, told_on, local_day(desk.now)).settle()
    ended = replace(
        shown.spell, until=spell.until, ended=spell.ended, ended_note=spell.ended_note, why_changed=None
    )
    return _next(desk, shown, ended)


@action("support noted", needs=Permission.CIRCUMSTANCE_WRITE)
def support(
    desk: Desk, shown: queries.SpellShown, *, line: Support, revision: int, explanations: Told = None
) -> Circumstance:
    """Note what the child receives, or correct a line of it."""
    _same_version(shown, revision)
    rules.may_be_supported(line, shown.spell, local_day(desk.now)).settle(explanations)
    others = tuple(one for one in shown.spell.supports if one.key != line.key)
    return _next(desk, shown, replace(shown.spell, supports=(*others, line), why_changed=None))


def follow(desk: Desk, child_id: int, unit_id: int) -> None:
    """Take a child's open spells over to the register of another commune, when the child has moved there."""
    for shown in queries.of_child(desk, child_id):
        if shown.unit_id != unit_id and shown.spell.until is None and not shown.spell.void:
            _next(desk, shown, replace(shown.spell, why_changed=None), unit_id=unit_id)


def take_over(desk: Desk, child: Child, spell: Spell, unit_id: int) -> Circumstance:
    """Write down a spell of the past as another installation tells it."""
    return _keep(desk, child.id, desk.id(), 1, spell, unit_id, None)


def _check(desk: Desk, child: Child, spell: Spell, told: Told, *, but: UUID | None = None) -> None:
    others = [one.spell for one in queries.of_child(desk, child.id) if one.id != but]
    birth, told_on = queries.birth_of(child)
    rules.may_be_written(spell, others, birth, told_on, local_day(desk.now)).settle(told)


def _same_version(shown: queries.SpellShown, revision: int) -> None:
    if shown.revision != revision:
        raise Conflict(
            _("What you wrote stands below. Sending it again replaces what is stored now."),
            version=shown.revision,
        )


def _register_of(unit_id: int | None) -> int:
    if unit_id is None:
        raise Invalid({"unit": [_("It is not known which commune keeps the register of this child.")]})
    return unit_id


def _first(desk: Desk, child: Child, spell: Spell, unit_id: int | None, form_id: UUID | None) -> Circumstance:
    return _keep(desk, child.id, desk.id(), 1, spell, _register_of(unit_id), form_id)


def _next(desk: Desk, shown: queries.SpellShown, spell: Spell, *, unit_id: int | None = None) -> Circumstance:
    old = desk.one(
        select(Circumstance).where(Circumstance.spell_id == shown.id, Circumstance.revision == shown.revision)
    )
    old.replaced_at = desk.now
    return _keep(desk, shown.child_id, shown.id, shown.revision + 1, spell, unit_id or shown.unit_id, None)


def _keep(
    desk: Desk, child_id: int, spell_id: UUID, revision: int, spell: Spell, unit_id: int, form_id: UUID | None
) -> Circumstance:
    row = Circumstance(
        id=desk.id(),
        spell_id=spell_id,
        revision=revision,
        child_id=child_id,
        unit_id=unit_id,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        form_id=form_id,
    )
    desk.add(row)
    desk.seal(row, content=spell)
    for case_id in desk.all(select(Case.id).where(Case.child_id == child_id)):
        desk.touch(case_id)
    return row
