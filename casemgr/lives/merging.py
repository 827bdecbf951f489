"""One mechanism by which two files become one, and become two again.

What is done: the cases of the file that is given up, their placements and its circumstances hang on the file that is kept;
what only one of them knew is known of both; whoever could read the one may read the other. Each value that was changed is
kept with what it was.

What is undone: every value that is still as the merge left it is what it was before, to the byte. What was done since stays
with the file it was done on: a case goes back with all work on it, a spell with its later versions; what was written on the
kept file itself, corrections of its card included, stays there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import inspect

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children import actions as children
from casemgr.children import index
from casemgr.children.models import Child, ChildUnit
from casemgr.children.terms import Card, Detail
from casemgr.circumstances.models import Circumstance
from casemgr.intake import story as stories
from casemgr.intake.models import Report
from casemgr.intake.terms import Story
from casemgr.intervention.care.models import Placement
from casemgr.lives import rules
from casemgr.lives.terms import Change, Changes
from casemgr.search import beyond

_WATCHED: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    "child": (Child, ("state", "_card", "_detail", "_whereabouts")),
    "case": (Case, ("child_id",)),
    "placement": (Placement, ("child_id",)),
    "circumstance": (Circumstance, ("child_id", "_content")),
    "report": (Report, ("_known",)),
    "child_unit": (ChildUnit, ("since",)),
}


@dataclass
class Watch:
    """Remembers the values of rows before they are changed, and tells afterwards which were."""

    _before: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    _rows: dict[tuple[str, str], Any] = field(default_factory=dict)

    def over(self, *rows: Any, new: bool = False) -> None:
        """Watch rows; of a new one every value was nothing before."""
        for row in rows:
            table, key = row.__tablename__, _key(row)
            if (table, key) in self._rows:
                continue
            self._rows[table, key] = row
            for column in _WATCHED[table][1]:
                self._before[table, key, column] = None if new else _text(getattr(row, column))

    def changes(self) -> Changes:
        """What is no longer as it was."""
        told = (
            Change(table, key, column, before, _text(getattr(self._rows[table, key], column)))
            for (table, key, column), before in self._before.items()
        )
        return Changes(tuple(change for change in told if change.before != change.after))


def merge(desk: Desk, kept: Child, given_up: Child) -> Changes:
    """Make one file of two; gives what was changed."""
    watch = Watch()
    cases = beyond.rows_of(desk, Case, Case.child_id, [given_up.id])
    spells = beyond.rows_of(desk, Circumstance, Circumstance.child_id, [given_up.id])
    reports = beyond.rows_of(desk, Report, Report.id, {case.report_id for case in cases})
    watch.over(kept, given_up, *cases, *spells, *reports)
    watch.over(*_placements(desk, cases))
    card = rules.together(kept.card or Card(), given_up.card or Card())
    detail = rules.detail_together(kept.detail or Detail(), given_up.detail or Detail())
    where = given_up.whereabouts or kept.whereabouts
    own = index.known(desk, given_up)
    _complete(desk, cases, reports, card, detail)
    _hang(desk, cases, spells, to=kept.id)
    children.correct(desk, kept, card=card, detail=detail, whereabouts=where.place if where else None)
    watch.over(*_share(desk, kept, given_up, cases), new=True)
    given_up.state = "merged"
    index.follow(desk, given_up, own)
    _recount(desk, kept, cases)
    return watch.changes()


def unmerge(desk: Desk, kept: Child, given_up: Child, changes: Changes) -> None:
    """Part two files that were made one."""
    known_kept = index.known(desk, kept)
    moved = {(one.table, one.key) for one in changes.rows if one.column == "child_id"}
    cases = [
        case for case in beyond.rows_of(desk, Case, Case.child_id, [kept.id]) if ("case", _key(case)) in moved
    ]
    everything = beyond.rows_of(desk, Circumstance, Circumstance.child_id, [kept.id])
    went = {row.spell_id for row in everything if ("circumstance", _key(row)) in moved}
    spells = [row for row in everything if row.spell_id in went]
    as_found = {_key(spell): _text(spell._content) for spell in spells}
    _hang(desk, cases, spells, to=given_up.id)
    rows = _rows(desk, changes, (kept, given_up, *cases, *spells, *_placements(desk, cases)))
    for change in reversed(changes.rows):
        row = rows.get((change.table, change.key))
        if row is not None:
            _restore(desk, row, change, as_found)
    index.follow(desk, kept, known_kept)
    index.follow(desk, given_up, None)
    _recount(desk, kept, cases)


def _restore(desk: Desk, row: Any, change: Change, as_found: Mapping[str, str | None]) -> None:
    """Give a value back what it was, unless somebody has changed it since. A spell was sealed anew on its way back."""
    if change.before is None and change.table == "child_unit":
        if _text(row.since) == change.after:
            desk.session.delete(row)
        return
    sealed_anew = (change.table, change.column) == ("circumstance", "_content")
    present = as_found.get(change.key) if sealed_anew else _text(getattr(row, change.column))
    if present == change.after:
        setattr(row, change.column, _value(row, change.column, change.before))


def _hang(desk: Desk, cases: Iterable[Case], spells: Iterable[Circumstance], *, to: int) -> None:
    """Hang cases with their placements, and spells, on a file. A spell lies under its child's key: it is sealed anew."""
    for spell in spells:
        content = spell.content
        spell.child_id = to
        if content is not None:
            desk.seal(spell, content=content)
    rows: list[Case | Placement] = [*cases, *_placements(desk, cases)]
    for row in rows:
        row.child_id = to


def _complete(
    desk: Desk, cases: Iterable[Case], reports: Iterable[Report], card: Card, detail: Detail
) -> None:
    """Write what the files together know into the reports, so that it is not lost when a report is corrected."""
    by_id = {report.id: report for report in reports}
    for case in cases:
        report = by_id.get(case.report_id)
        story = (report.known if report is not None else None) or Story()
        told = stories.child_of(story, case.child_ref)
        if report is None or told is None:
            continue
        more: dict[str, Any] = {"name": card.name, "sex": card.sex, "birth": card.birth}
        more.update({name: getattr(told, name) or getattr(detail, name) for name in rules.COMPLETED})
        complete = replace(told, **more)
        if complete != told:
            others = tuple(complete if one.ref == told.ref else one for one in story.children)
            desk.seal(report, known=replace(story, children=others))


def _share(desk: Desk, kept: Child, given_up: Child, cases: Iterable[Case]) -> list[ChildUnit]:
    """Whoever could read the file that is given up may read the one that is kept; gives what is new."""
    units = {given_up.unit_id}
    units.update(row.unit_id for row in beyond.rows_of(desk, ChildUnit, ChildUnit.child_id, [given_up.id]))
    for case in cases:
        units.update((case.unit_id, case.incident_unit_id, case.residence_unit_id))
    before = {row.unit_id for row in beyond.rows_of(desk, ChildUnit, ChildUnit.child_id, [kept.id])}
    for unit_id in sorted(unit for unit in units if unit is not None):
        children.share(desk, kept, unit_id)
    desk.flush()
    after = beyond.rows_of(desk, ChildUnit, ChildUnit.child_id, [kept.id])
    return [row for row in after if row.unit_id not in before]


def _placements(desk: Desk, cases: Iterable[Case]) -> list[Placement]:
    return list(beyond.rows_of(desk, Placement, Placement.case_id, [case.id for case in cases]))


def _recount(desk: Desk, kept: Child, cases: Iterable[Case]) -> None:
    """Children are counted once each: the facts of all their cases are written again."""
    for case in (*beyond.rows_of(desk, Case, Case.child_id, [kept.id]), *cases):
        desk.touch(case.id)


def _rows(desk: Desk, changes: Changes, known: Iterable[Any]) -> dict[tuple[str, str], Any]:
    """The rows that changes tell of."""
    rows = {(row.__tablename__, _key(row)): row for row in known}
    for change in changes.rows:
        if (change.table, change.key) in rows:
            continue
        table, columns = _WATCHED[change.table][0], inspect(_WATCHED[change.table][0]).primary_key
        kinds: list[Callable[[str], Any]] = [column.type.python_type for column in columns]
        key = tuple(kind(part) for kind, part in zip(kinds, change.key.split("|"), strict=True))
        found = beyond.rows_of(desk, table, columns[0], [key[0]])
        rows.update({(change.table, _key(row)): row for row in found})
    return rows


def _key(row: Any) -> str:
    return "|".join(map(str, inspect(row).mapper.primary_key_from_instance(row)))


def _text(value: Any) -> str | None:
    """A value as it is kept: bytes as hexadecimal digits."""
    return None if value is None else value.hex() if isinstance(value, bytes) else str(value)


def _value(row: Any, column: str, kept: str | None) -> Any:
    """A value from what was kept of it."""
    kind = type(row).__mapper__.columns[column].type.python_type
    return None if kept is None else bytes.fromhex(kept) if kind is bytes else kind(kept)
