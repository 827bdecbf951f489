"""Reading circumstances: the spells of a child with their history, and the register of communes as of a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, select, true

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children import honey
from casemgr.children import queries as children
from casemgr.children import rules as child_rules
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card
from casemgr.circumstances import rules
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Kind, Spell
from casemgr.core.calendar import local_day
from casemgr.core.errors import NotFound
from casemgr.core.text import fold

WIDEST = 5000  # beyond this, spells are not opened one by one


@dataclass(frozen=True)
class Version:
    """One version of a spell: what it said, when it was written and by whom."""

    spell: Spell
    revision: int
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True)
class SpellShown:
    """A spell as it stands, with the versions before it, the newest first."""

    id: UUID
    child_id: int
    unit_id: int
    revision: int
    spell: Spell
    recorded_at: datetime
    recorded_by: UUID | None
    before: Sequence[Version] = ()


@dataclass(frozen=True)
class Counted:
    """A spell that holds on a day, as counting needs it: no name. `adult` is known to be sixteen and is not counted;
    `ended` has its last day written down, be it today."""

    child_id: int
    unit_id: int
    spell_id: UUID
    kind: Kind
    group: str
    code: str
    age: int | None
    adult: bool
    ended: bool = False


@dataclass(frozen=True)
class Registered:
    """A child on the register of a day with the spells that hold on it."""

    child_id: int
    card: Card | None
    spells: Sequence[Counted]


@dataclass(frozen=True)
class Register:
    """The register as of a day: who stands on it, and how many children each group has."""

    day: date
    lines: Sequence[Registered]
    too_wide: bool = False

    def counted(self, kind: Kind) -> Sequence[Registered]:
        """Children who are counted by a spell of this kind."""
        return [line for line in self.lines if any(one.kind is kind and not one.adult for one in line.spells)]

    def of_group(self, group: str) -> Sequence[Registered]:
        """Children who are counted in a group, or in a danger."""
        return [
            line for line in self.lines if any(one.group == group and not one.adult for one in line.spells)
        ]

    @property
    def adults(self) -> Sequence[Registered]:
        """Those who turned sixteen and whose entry still has to be ended."""
        return [
            line
            for line in self.lines
            if all(one.adult for one in line.spells) and not all(one.ended for one in line.spells)
        ]


def of_child(desk: Desk, child_id: int) -> Sequence[SpellShown]:
    """Every spell of a child, those that hold now first, then the newest."""
    rows = desk.all(
        select(Circumstance)
        .where(Circumstance.child_id == child_id)
        .order_by(Circumstance.spell_id, Circumstance.revision.desc())
    )
    return _in_order(_shown(rows))


def spell(desk: Desk, spell_id: UUID) -> SpellShown:
    """One spell by its number, with its history; the reading is noted."""
    rows = desk.all(
        select(Circumstance).where(Circumstance.spell_id == spell_id).order_by(Circumstance.revision.desc())
    )
    if not rows:
        raise NotFound
    desk.opened("circumstances opened", spell_id, ("card", "content"))
    return _shown(rows)[0]


def by_form(desk: Desk, form_id: UUID | None) -> Circumstance | None:
    """The entry that a page has already become."""
    return desk.first(select(Circumstance).where(Circumstance.form_id == form_id)) if form_id else None


def registry(desk: Desk, unit_ids: Collection[int] | None = None, day: date | None = None) -> Register:
    """The register of some units (all in scope, when none is named) as of a day: what is known now of that day."""
    on = day or local_day(desk.now)
    here = Circumstance.unit_id.in_(sorted(unit_ids)) if unit_ids is not None else true()
    rehearsed = select(Case.child_id).where(Case.rehearsal)
    within = and_(Circumstance.replaced_at.is_(None), here, Circumstance.child_id.not_in(rehearsed))
    count = desk.session.scalar(select(func.count()).select_from(Circumstance).where(within)) or 0
    if count > WIDEST:
        desk.read("register of circumstances listed", count=0)
        return Register(on, (), too_wide=True)
    rows = desk.rows(
        select(Circumstance, Child)
        .join(Child, Child.id == Circumstance.child_id)
        .where(within)
        .order_by(Child.id)
    )
    desk.safe.fetch_keys({child.id for _row, child in rows})
    found: dict[int, tuple[Card | None, list[Counted]]] = {}
    for row, child in rows:
        one = _counted(row, child, on)
        if one is not None:
            found.setdefault(child.id, (child.card, []))[1].append(one)
    desk.read("register of circumstances listed", count=len(found))
    return Register(
        on, tuple(Registered(number, card, tuple(spells)) for number, (card, spells) in found.items())
    )


def alike(desk: Desk, card: Card) -> Sequence[Child]:
    """Children in scope of the same name, and of about the same birth year where both are known."""
    if not card.name:
        return ()
    born = card.birth.date.year if card.birth.date else None
    found = children.find(desk, child_rules.Wanted(fold(card.name), born))
    invented = honey.known(desk) if found.hits else {}
    return [hit.child for hit in found.hits if hit.why.exact and hit.child.id not in invented]


def case_numbers(desk: Desk, child_id: int) -> list[str]:
    """The cases of a child that this person may see, the newest first."""
    return list(
        desk.all(
            select(Case.number).where(Case.child_id == child_id).order_by(Case.opened_at.desc(), Case.number)
        )
    )


def birth_of(child: Child) -> tuple[Birth, date]:
    """When a child was born, and the day on which that was told."""
    return (child.card.birth if child.card else Birth()), local_day(child.recorded_at)


def _counted(row: Circumstance, child: Child, on: date) -> Counted | None:
    said = row.content
    if said is None or not rules.covers(said, on):
        return None
    birth, told_on = birth_of(child)
    age = rules.age_on(birth, told_on, on)
    return Counted(
        child.id,
        row.unit_id,
        row.spell_id,
        said.kind,
        rules.group_of(said),
        said.code,
        age,
        adult=not rules.counts(said, age, on),
        ended=said.until is not None,
    )


def _shown(rows: Sequence[Circumstance]) -> list[SpellShown]:
    """Rows in the order of spell and falling revision as spells with their history."""
    by_spell: dict[UUID, list[Circumstance]] = {}
    for row in rows:
        by_spell.setdefault(row.spell_id, []).append(row)
    found = []
    for spell_id, (now, *before) in by_spell.items():
        if now.content is None:
            continue
        earlier = tuple(
            Version(old.content, old.revision, old.recorded_at, old.recorded_by)
            for old in before
            if old.content is not None
        )
        found.append(
            SpellShown(
                spell_id,
                now.child_id,
                now.unit_id,
                now.revision,
                now.content,
                now.recorded_at,
                now.recorded_by,
                earlier,
            )
        )
    return found


def _in_order(found: Sequence[SpellShown]) -> Sequence[SpellShown]:
    newest = sorted(found, key=lambda one: (one.spell.since, one.id), reverse=True)
    return sorted(newest, key=lambda one: (one.spell.void, one.spell.until is not None))
