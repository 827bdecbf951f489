"""Writing supplied figures: a revision for each unit whose numbers changed, and the taking back of one."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.findings import Findings
from casemgr.core.words import _
from casemgr.indicators.supplied import queries, rules
from casemgr.indicators.supplied.models import SuppliedFigure
from casemgr.indicators.supplied.terms import Figure, Line, Lines, Sheet, Source, code_of
from casemgr.places import queries as places


@action("figures supplied", needs=Permission.FIGURE_SUPPLY)
def supply(
    desk: Desk, sheet: Sheet, *, lines: Lines, source: Source, seen: str, invented: bool = False
) -> Sequence[SuppliedFigure]:
    """Store what was typed for the units of a sheet: all of it, or nothing.

    A unit left empty, or with the numbers it has, keeps its figure and its source.
    """
    there = queries.standing(desk, sheet)
    if seen != mark(there):
        raise Conflict(
            _("Somebody has stored figures of this sheet since. Look at them, then store yours again.")
        )
    lines = differing(there, cleaned(sheet, lines), source)
    found = findings(desk, sheet, lines, source)
    explained = rules.explanations(found, lines)
    found.settle(explained)
    revisions = queries.revisions(desk, sheet.entry, sheet.period)
    by_unit: dict[str, dict[str, str]] = {}
    for finding in found.to_explain:
        by_unit.setdefault(rules.unit_of(finding), {})[str(finding)] = explained[finding.code]
    rows = [
        _row(desk, sheet, code, line, source, revisions.get(code, 0) + 1, by_unit.get(code, {}), invented)
        for code, line in lines.items()
    ]
    desk.add(*rows)
    return rows


@action("figure withdrawn", needs=Permission.FIGURE_SUPPLY)
def withdraw(desk: Desk, sheet: Sheet, *, reason: str, seen: int | None) -> SuppliedFigure:
    """Take back the revision that was looked at: it stays readable, with the reason, and counts no more."""
    there = next(iter(queries.history(desk, sheet.entry, code_of(sheet.asked), sheet.period)), None)
    if there is None:
        raise NotFound
    if seen != there.revision:
        raise Conflict(_("Somebody has stored or withdrawn this figure since. Look at it again."))
    if there.withdrawn:
        raise NotFound
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the figure is withdrawn.")]})
    told = Source(there.source.agency, there.source.document, there.source.day, reason.strip())
    code = there.unit_code
    row = _row(desk, sheet, code, Line({}), told, there.revision + 1, {}, there.invented)
    row.withdrawn = True
    desk.add(row)
    return row


def cleaned(sheet: Sheet, lines: Lines) -> Lines:
    """What was typed, without empty rows and without cells that the indicator does not have."""
    known = {code: rules.clean(line, sheet.supply) for code, line in lines.items() if code in sheet.codes}
    return {code: line for code, line in known.items() if line.cells}


def findings(desk: Desk, sheet: Sheet, lines: Lines, source: Source | None = None) -> Findings:
    """Everything that stands against storing these lines, what concerns all of them first."""
    facts, today = queries.facts(desk, sheet, lines), places.today(desk)
    about_source = rules.about_source(source, today) if source else None
    about_period = rules.about_period(sheet.period, today)
    return Findings(about_period, about_source, *rules.findings(facts.values()))


def differing(there: Mapping[str, Figure], lines: Lines, source: Source) -> Lines:
    """The units with other numbers than those that stand; where no number differs, those from another source."""
    numbers = {
        code: one for code, one in lines.items() if code not in there or there[code].cells != one.cells
    }
    return numbers or {code: one for code, one in lines.items() if there[code].source != source}


def mark(there: Mapping[str, Figure]) -> str:
    """A mark of what stood on a sheet when it was shown: another mark, and somebody stored in between."""
    told = "\n".join(f"{code} {one.revision}" for code, one in sorted(there.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _row(
    desk: Desk,
    sheet: Sheet,
    code: str,
    line: Line,
    source: Source,
    revision: int,
    explained: Mapping[str, str],
    invented: bool,
) -> SuppliedFigure:
    unit = sheet.units[sheet.codes.index(code)]
    return SuppliedFigure(
        id=desk.id(),
        in_set=sheet.entry.set,
        code=sheet.entry.code,
        definition=sheet.entry.version,
        unit_id=unit.id if unit else None,
        unit_code=code,
        period=sheet.period.code,
        first_day=sheet.period.first,
        last_day=sheet.period.last,
        revision=revision,
        withdrawn=False,
        invented=invented,
        cells=queries.write_cells(line.cells),
        agency=source.agency,
        document=source.document,
        document_day=source.day,
        note=source.note,
        explained=json.dumps(dict(explained), ensure_ascii=False),
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
    )
