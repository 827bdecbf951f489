"""Whether what a file says of a report fits what is stored, and what the same file says: before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casemgr.core.calendar import local_day
from casemgr.core.words import Later, _l
from casemgr.exchange.files import gathering, rows
from casemgr.exchange.files.known import Known
from casemgr.exchange.files.lines import Fault
from casemgr.exchange.files.parcels import FIRST_MARK, Parcel, ReportTold, StepTold
from casemgr.intake.models import Report
from casemgr.places import queries as places
from casemgr.places.terms import UnitFacts

_NO_REPORT = _l("No report has this reference.")
_NO_CHILD = _l("No child of this report has this mark.")
_WHICH_CHILD = _l("The report has several children: say which is meant.")
_OTHER_CONTENT = _l("This revision is stored with other content.")
_LOWER = _l("A later revision is stored.")
_NO_UNIT = _l("No unit has this code on that day.")
_NOT_TOLD = _l("This must be told.")
TWICE = _l("This mark is used twice.")


@dataclass
class Found:
    """A parcel that may be stored: which tellings count, which children there are."""

    parcel: Parcel
    tellings: list[ReportTold] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    conflicts: list[Fault] = field(default_factory=list)  # tellings that are left out; the rest stands

    @property
    def good(self) -> bool:
        """Whether it may be stored."""
        return not self.faults

    def object_to(self, line: int, field: str, sentence: Later | str) -> None:
        self.faults.append(Fault(line, field, str(sentence), self.parcel.mark))


def check(parcel: Parcel, known: Known) -> Found:
    """Every objection to a parcel; a telling that is the same again, or stands against the stored one, is left out."""
    found = Found(parcel, faults=list(parcel.faults))
    if not found.good:
        return found
    report = known.report(parcel.mark)
    _weigh(found, report, known)
    if report is None and not parcel.reports and not parcel.children:
        for number in (*(one.line for one in parcel.steps), *(one.line for one in parcel.cases)):
            found.object_to(number, "report", _NO_REPORT)
        return found
    found.marks = _marks(parcel, report, known)
    received = parcel.reports[0].telling.received_at if report is None and parcel.reports else None
    for step in parcel.steps:
        _check_child(found, step.line, step.child)
        _check_units(found, step.line, step.data, step.at, known, "data.")
    received = received or (report.received_at if report is not None else None)
    for told in parcel.cases:
        _check_child(found, told.line, told.child)
        _check_units(found, told.line, told.state, received, known, "")
    for child in parcel.children:
        _check_registered(found, child.line, child.said, known)
    _check_twice(found)
    return found


def check_links(group: Sequence[Found], known: Known) -> None:
    """Each child that is said to be one of another report has that report, stored or about to be."""
    changed = True
    while changed:
        changed = False
        good = {one.parcel.mark: one for one in group if one.good}
        for one in good.values():
            for step in one.parcel.links:
                said = _link_objection(step, good, known)
                if said is not None:
                    one.object_to(step.line, *said)
                    changed = True


def child_of(found: Found, told: str | None) -> str:
    """The mark of the child that is meant."""
    return told if told is not None else found.marks[0]


def unit_of(known: Known, told: Mapping[str, Any] | None, at: datetime | None) -> UnitFacts | None:
    """The unit that is told of: with its first day, else the one that has the code on the day of the line."""
    if told is None:
        return None
    atlas = places.atlas(known.desk)
    since: date | None = told.get("from")
    if since is not None:
        return next((unit for unit in atlas.history(told["code"]) if unit.valid_from == since), None)
    return atlas.at(told["code"], local_day(at or known.desk.now))


def _weigh(found: Found, report: Report | None, known: Known) -> None:
    """Revisions, as the referrals of the hotline: a higher one counts, the same is skipped, anything else is reported."""
    revision = report.revision if report is not None else 0
    newest: bytes | None = None
    for told in found.parcel.reports:
        telling = told.telling
        if telling.revision > revision:
            found.tellings.append(told)
            revision, newest = telling.revision, telling.digest
            continue
        same = telling.revision == revision and (
            newest == telling.digest
            or (newest is None and report is not None and _stored(report, told, known))
        )
        if same:
            found.same += 1
        else:
            sentence = _OTHER_CONTENT if telling.revision == revision else _LOWER
            found.conflicts.append(Fault(told.line, "revision", str(sentence), found.parcel.mark))


def _stored(report: Report, told: ReportTold, known: Known) -> bool:
    """Whether a telling says what was told before, or what is known by now."""
    if known.desk.safe.keyed(report.id, told.telling.digest) == report.digest:
        return True
    return gathering.content_of(known.desk, report) == told.telling.digest


def _marks(parcel: Parcel, report: Report | None, known: Known) -> list[str]:
    stored = [case.child_ref for case in known.cases(report)] if report is not None else []
    named = [child.ref for told in parcel.reports for child in told.telling.story.children]
    if named and stored == [FIRST_MARK] and report is not None and not (report.told and report.told.children):
        stored = []  # the child nobody had named is the first one told of now
    return list(dict.fromkeys((*stored, *named))) or [FIRST_MARK]


def _check_child(found: Found, line: int, told: str | None) -> None:
    if told is None and len(found.marks) != 1:
        found.object_to(line, "child", _WHICH_CHILD)
    elif told is not None and told not in found.marks:
        found.object_to(line, "child", _NO_CHILD)


def _check_units(
    found: Found, line: int, told: Mapping[str, Any], at: datetime | None, known: Known, before: str
) -> None:
    for name in ("unit", "to", "incident_unit", "residence_unit", "report_unit"):
        said = told.get(name)
        if isinstance(said, Mapping) and unit_of(known, said, at) is None:
            found.object_to(line, f"{before}{name}.code", _NO_UNIT)


def _check_registered(found: Found, line: int, said: Mapping[str, Any], known: Known) -> None:
    _check_units(found, line, said, known.desk.now, known, "")
    for place, spell in enumerate(said["circumstances"]):
        _check_units(found, line, spell, known.desk.now, known, f"circumstances.{place}.")
        for name in ("code", "since"):
            if spell.get(name) is None:
                found.object_to(line, f"circumstances.{place}.{name}", _NOT_TOLD)


def _check_twice(found: Found) -> None:
    """A decision stands once for each child, and a case stands in one way."""
    seen: set[tuple[str, ...]] = set()
    only = found.marks[0] if len(found.marks) == 1 else ""
    for step in found.parcel.steps:
        mark = step.data.get("decision")
        if isinstance(mark, str) and rows.has_row(step.step, step.data):
            _once(found, seen, (step.child or only, mark), step.line, "data.decision")
        for goal in (step.data.get("goals") or ()) if step.step == "review" else ():
            _once(found, seen, (str(step.line), goal["ref"]), step.line, "data.goals")
    for case in found.parcel.cases:
        _once(found, seen, (case.child,), case.line, "child")


def _once(found: Found, seen: set[tuple[str, ...]], key: tuple[str, ...], line: int, field: str) -> None:
    if key in seen:
        found.object_to(line, field, TWICE)
    seen.add(key)


def _link_objection(
    step: StepTold, good: Mapping[str, Found], known: Known
) -> tuple[str, Later | str] | None:
    mark, child = step.data["report"], step.data.get("child")
    other = good.get(mark)
    report = known.report(mark)
    if other is not None:
        marks = other.marks
    elif report is not None:
        marks = [case.child_ref for case in known.cases(report)]
    else:
        return "data.report", _NO_REPORT
    if child is None and len(marks) != 1:
        return "data.child", _WHICH_CHILD
    if child is not None and child not in marks:
        return "data.child", _NO_CHILD
    return None
