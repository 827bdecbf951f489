"""Looking beyond one's own files: the only module of the pages that reads without the reader's scope.

It hands out what a reader outside may know, and nothing of a child that must not appear.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from casemgr.access.desk import Desk
from casemgr.access.everything import whole_register
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children import rules
from casemgr.children.comparing import File, compare
from casemgr.children.models import Child
from casemgr.children.rules import Wanted
from casemgr.children.terms import Card
from casemgr.core.conditions import among
from casemgr.search import files
from casemgr.search.terms import Outside

# A child with a case of which one of these is true is shown to nobody outside.
_HIDES: Sequence[ColumnElement[bool]] = (Case.rehearsal.is_(True), Case.restricted.is_(True))


def fitting(desk: Desk, wanted: Wanted, numbers: Collection[int]) -> list[Outside]:
    """Children outside that fit what is looked for, covered, the likeliest first."""
    with whole_register(desk):
        cards = {card.id: card for card in children.open_cards(desk, _shown(desk, numbers))}
        fits = children.fits(wanted, cards.values())
        best = rules.best([(match.score, number) for number, match in fits.items()], children.SHOWN)
        units = _units(desk, best)
        return [
            Outside(
                number,
                rules.masked(cards[number].card or Card(), cards[number].told_in),
                units[number],
                fits[number].score,
            )
            for number in best
        ]


def alike(desk: Desk, own: File, numbers: Collection[int]) -> list[Outside]:
    """Children outside that may be the child of a file, covered, the likeliest first; only what is worth a warning."""
    with whole_register(desk):
        found = []
        for row in children.of_numbers(desk, _shown(desk, numbers)).values():
            likeness = compare(own, files.of(desk, row))
            if likeness.warns:
                covered = rules.masked(row.card, files.told_in(row))
                found.append(Outside(row.id, covered, row.unit_id, likeness.score, likeness))
    return sorted(found, key=lambda one: (-one.score, one.child_id))


def asked_for(desk: Desk, child_id: int) -> Child | None:
    """A child outside that somebody asks to see: nothing where there is none that may be known of."""
    with whole_register(desk):
        shown = _shown(desk, [child_id])
        return desk.session.get(Child, child_id) if shown else None


def child(desk: Desk, child_id: int) -> Child:
    """A child whose file hangs together with one in scope: the one that was given up in a merge."""
    with whole_register(desk):
        return desk.get(Child, child_id)


def rows_of(desk: Desk, table: type[Any], column: Any, keys: Iterable[Any]) -> Sequence[Any]:
    """Every row of a table that hangs on some children or cases: a file is merged whole, or not at all."""
    with whole_register(desk):
        return desk.all(select(table).where(column.in_(list(keys))))


def _shown(desk: Desk, numbers: Collection[int]) -> list[int]:
    """Those of some children that may be known of outside: what is rehearsed or restricted never appears.

    Nor does a child from whose case this person is kept out, open to its unit or not.
    """
    if not numbers:
        return []
    hidden = set(desk.all(select(Case.child_id).where(among(Case.child_id, numbers), or_(*_HIDES))))
    hidden |= desk.actor.circle.barred.children
    return [number for number in numbers if number not in hidden]


def _units(desk: Desk, numbers: Sequence[int]) -> dict[int, int | None]:
    return dict(desk.rows(select(Child.id, Child.unit_id).where(among(Child.id, numbers)))) if numbers else {}
