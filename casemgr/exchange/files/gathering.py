"""Everything of some reports as lines: the report as it is known, how each case stands, and each step of its course."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from casemgr.access.desk import Desk
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Note, Step
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Detail, Precision
from casemgr.circumstances.models import Circumstance
from casemgr.core.calendar import day_start, local_day
from casemgr.core.text import clean, clean_lines
from casemgr.exchange.files import lines, rows, steps
from casemgr.exchange.files.plain import canonical, plain
from casemgr.exchange.terms import TOLD
from casemgr.intake import rules
from casemgr.intake.models import Report
from casemgr.intake.schemas import telling
from casemgr.intake.terms import Places, Story, ToldChild
from casemgr.intervention.care.models import Placement
from casemgr.intervention.plan.models import Plan
from casemgr.places import queries as places
from casemgr.proceedings.models import Proceeding
from casemgr.proceedings.terms import Making, Person
from casemgr.review.models import Review
from casemgr.review.terms import Outcome, ReviewState

Line = dict[str, Any]
_ONE_LINE = frozenset({"name", "address", "whereabouts", "occupation", "phone", "kind", "subject"})
_CODES = frozenset({"ethnic_group", "residence_unit_code", "unit_code"})
_CLOCK = (
    *("clock", "started_at", "started_by", "due_at", "local_due_at", "rule_from", "rule_value"),
    *("stopped_at", "stopped_by"),
)


class Stack:
    """Some reports with all that belongs to them, read at once."""

    def __init__(self, desk: Desk, reports: Sequence[Report]) -> None:
        self.desk = desk
        self._atlas = places.atlas(desk)
        ids = [report.id for report in reports]
        found = desk.all(select(Case).where(Case.report_id.in_(ids), Case.rehearsal.is_(False)))
        self.cases = _by(sorted(found, key=lambda case: case.child_ref), "report_id")
        self.children = {
            child.id: child
            for child in desk.all(select(Child).where(Child.id.in_({case.child_id for case in found})))
        }
        case_ids = [case.id for case in found]
        self.events = _by(desk.all(select(CaseEvent).where(CaseEvent.case_id.in_(case_ids))), "case_id")
        self.clocks = _by(desk.all(select(CaseClock).where(CaseClock.case_id.in_(case_ids))), "case_id")
        standing = select(Proceeding).where(
            Proceeding.case_id.in_(case_ids), Proceeding.replaced_at.is_(None)
        )
        self.decisions = _by(desk.all(standing), "case_id")
        self.placements = _by(desk.all(select(Placement).where(Placement.case_id.in_(case_ids))), "case_id")
        spells = select(Circumstance).where(
            Circumstance.child_id.in_(self.children), Circumstance.replaced_at.is_(None)
        )
        self.spells = _by(desk.all(spells), "child_id")
        concluded = select(Review).where(Review.case_id.in_(case_ids), Review.concluded_at.is_not(None))
        self.reviews = _by(desk.all(concluded.order_by(Review.number)), "case_id")
        approved = select(Plan).where(Plan.case_id.in_(self.reviews), Plan.approval_digest.is_not(None))
        self.plans = _by(desk.all(approved) if self.reviews else (), "case_id")
        desk.safe.fetch_keys([*ids, *case_ids, *self.children])

    # ---- the report -----------------------------------------------------------------------------------------------

    def report(self, report: Report, mark: str) -> Line:
        """A report as it is known now, in the members of a referral."""
        known = report.known or report.told or Story()
        where = dict((report.places or Places()).of)
        cases = {case.child_ref: case for case in self.cases[report.id]}
        told = {
            "type": "report",
            "reference": mark,
            "revision": report.revision,
            "received_at": report.received_at,
            "channel": report.channel,
            "kind": report.kind,
            "urgency": report.urgency,
            "decision": report.decision,
            "subject": known.subject,
            "by_hotline": rules.by_hotline(known, sent=report.client_id is not None) or None,
            "problems": known.problems,
            "results": known.results,
            "incident": self._incident(report, known),
            "children": [
                self._child(child, cases.get(child.ref), where.get(child.ref)) for child in known.children
            ],
            "suspects": known.suspects,
            "reporter": report.reporter,
            "actions_taken": known.actions_taken,
            "secrecy": known.secrecy,
        }
        return _tidy(plain(told))  # type: ignore[no-any-return]

    def _incident(self, report: Report, known: Story) -> Line:
        told: Line = plain(known.incident)
        if any(told.get(name) for name in ("unit_code", "address", "description")):
            return told
        unit = self._atlas.unit(report.unit_id) if report.unit_id is not None else None
        return {**told, "unit_code": unit.code if unit is not None else "00000"}

    def _child(self, told: ToldChild, case: Case | None, where: str | None) -> Line:
        """A child by its own file, which all its reports share; what this report alone tells beside it."""
        child = self.children.get(case.child_id) if case is not None else None
        card = (child.card if child is not None else None) or Card(told.name, told.sex, told.birth)
        detail = (child.detail if child is not None else None) or Detail()
        known = replace(
            told,
            name=card.name,
            sex=card.sex,
            birth=Birth(),
            harms=tuple(sorted(told.harms or ())),
            groups=tuple(sorted(told.groups or ())),
        )
        own = plain({**plain(known), **plain(detail)})
        return plain({**own, "birth": _birth(card.birth), "whereabouts": where})  # type: ignore[no-any-return]

    # ---- one case -------------------------------------------------------------------------------------------------

    def case(self, report: Report, case: Case, mark: str) -> Line:
        """How a case stands."""
        clocks = [plain({name: getattr(clock, name) for name in _CLOCK}) for clock in self.clocks[case.id]]
        child = self.children[case.child_id]
        return plain(  # type: ignore[no-any-return]
            {
                "type": "case",
                "report": mark,
                "child": case.child_ref,
                "stage": case.stage,
                "round": case.round if case.round != 1 else None,
                "emergency": case.emergency,
                "restricted": case.restricted or None,
                "risk": case.risk,
                "ending": case.ending,
                "received_at": case.received_at if case.received_at != report.received_at else None,
                "reached_at": case.reached_at,
                "handled_under": case.handled_under,
                "closed_at": case.closed_at,
                "known_since": child.recorded_at,
                "unit": self.unit(case.unit_id),
                "incident_unit": self.unit(case.incident_unit_id),
                "residence_unit": self.unit(case.residence_unit_id),
                "report_unit": self.unit(report.unit_id),
                "clocks": sorted(clocks, key=canonical),
            }
        )

    def unit(self, number: int | None) -> Line | None:
        """A unit by its code and its first day, which mean the same everywhere."""
        unit = self._atlas.unit(number) if number is not None else None
        return None if unit is None else {"code": unit.code, "from": unit.valid_from.isoformat()}

    def steps(self, report: Report, *, told_elsewhere: Iterable[int] = ()) -> list[Line]:
        """Every step of every child of a report; circumstances only of children that no other report told of before."""
        marks = self._decision_marks(report)
        found = []
        elsewhere = set(told_elsewhere)
        for case in self.cases[report.id]:
            mine = [*self._course(case), *self._recorded(case, marks)]
            if case.child_id not in elsewhere:
                elsewhere.add(case.child_id)
                mine += self._registered(case)
            mine.sort(key=lambda one: (one[0], steps.PLACE[one[1]], canonical(one[2])))
            found += [
                {"child": case.child_ref, "step": name, "at": plain(at), **({"data": data} if data else {})}
                for at, name, data in mine
            ]
        return found

    def _course(self, case: Case) -> Iterator[tuple[datetime, str, Line]]:
        for event in self.events[case.id]:
            if event.step == Step.RECEIVE:
                continue
            note = event.note or Note()
            codes = dict(note.data or {})
            more = json.loads(codes.pop(TOLD, "{}"))
            name, act = steps.told_as(Step(event.step))
            data = {"text": note.text, "reason": note.reason, "codes": codes}
            if more and (more.get("row") is None or self._stands(case, UUID(more["row"]))):
                name = more["step"]
                act = next(word for word, ours in steps.STEPS[name].items() if ours == event.step)
                data |= more.get("data") or {}
            elif name == "review":
                data |= self._reviewed(case, event, act)
            yield event.at, name, _tidy(plain({"act": act, **data}))

    def _reviewed(self, case: Case, event: CaseEvent, act: str) -> Line:
        """The goals of the review that left this line, where it was written here."""
        return next(
            (
                rows.told_review(review, self.plans[case.id])
                for review in self.reviews[case.id]
                if review.concluded_at == event.at
                and (review.state == ReviewState.AGAIN) is (rows.outcome_of(act) is Outcome.NEXT_ROUND)
            ),
            {},
        )

    def _recorded(self, case: Case, marks: Mapping[UUID, str]) -> Iterator[tuple[datetime, str, Line]]:
        """Rows that no line of the timeline tells: decisions and placements."""
        told = self._told_rows(case)
        for row in self.decisions[case.id]:
            said = row.sanction or row.criminal
            if row.id in told or said is None or (row.making or Making()).void:
                continue
            name, data = rows.told_decision(row.person or Person(), said, _counted_on(row))
            data |= {"act": steps.RECORDED, "decision": marks[row.decision_id]}
            yield day_start(_counted_on(row)), name, _tidy(data)
        for placed in self.placements[case.id]:
            if placed.id not in told:
                data = rows.told_placement(placed, self.unit(placed.unit_id))
                yield day_start(rows.placed_on(placed)), "placement", {"act": steps.RECORDED, **data}

    def _registered(self, case: Case) -> Iterator[tuple[datetime, str, Line]]:
        told = self._told_rows(case)
        for row in self.spells[case.child_id]:
            said = row.content
            if said is not None and not said.void and row.id not in told:
                data = {"act": steps.RECORDED, **rows.told_spell(said, self.unit(row.unit_id))}
                yield day_start(said.since), "circumstance", _tidy(data)

    def _told_rows(self, case: Case) -> set[UUID]:
        """The rows that lines of the timeline tell, as they were imported."""
        notes = (event.note for event in self.events[case.id])
        told = (json.loads((note.data or {}).get(TOLD, "{}")) for note in notes if note is not None)
        return {UUID(more["row"]) for more in told if more.get("row")}

    def _stands(self, case: Case, row: UUID) -> bool:
        """Whether what was imported is still what stands."""
        return (
            any(one.id == row and not (one.making or Making()).void for one in self.decisions[case.id])
            or any(one.id == row and one.version == 1 for one in self.placements[case.id])
            or any(one.id == row for one in (*self.spells[case.child_id], *self.reviews[case.id]))
        )

    def _decision_marks(self, report: Report) -> Mapping[UUID, str]:
        """A mark for each decision: the same in every case of the report in which it stands."""
        where: dict[UUID, list[str]] = defaultdict(list)
        what: dict[UUID, str] = {}
        for case in self.cases[report.id]:
            for row in self.decisions[case.id]:
                said = row.sanction or row.criminal
                where[row.decision_id].append(case.child_ref)
                told = rows.told_decision(row.person or Person(), said, _counted_on(row)) if said else ""
                what[row.decision_id] = canonical({"told": told, "day": _counted_on(row)})
        ordered = sorted(where, key=lambda key: (what[key], where[key]))
        return {key: f"d{place}" for place, key in enumerate(ordered, start=1)}


def child_line(desk: Desk, child: Child, mark: str) -> Line | None:
    """A child on the register whom no report tells of; nothing where none of its circumstances stands."""
    atlas = places.atlas(desk)
    standing = select(Circumstance).where(
        Circumstance.child_id == child.id, Circumstance.replaced_at.is_(None)
    )
    units = {}
    spells = []
    for row in desk.all(standing):
        if row.content is not None and not row.content.void:
            unit = atlas.unit(row.unit_id)
            units[row.unit_id] = (
                None if unit is None else {"code": unit.code, "from": unit.valid_from.isoformat()}
            )
            spells.append(_tidy(rows.told_spell(row.content, units[row.unit_id])))
    if not spells:
        return None
    kept_by = atlas.unit(child.unit_id) if child.unit_id is not None else None
    card, detail = child.card or Card(), child.detail or Detail()
    told = {
        "type": "child",
        "ref": mark,
        "unit": {"code": kept_by.code, "from": kept_by.valid_from} if kept_by else next(iter(units.values())),
        "name": card.name,
        "sex": card.sex,
        "birth": _birth(card.birth),
        **plain(detail),
        "known_since": child.recorded_at,
        "circumstances": sorted(spells, key=canonical),
    }
    return _tidy(plain(told))  # type: ignore[no-any-return]


def content_of(desk: Desk, report: Report) -> bytes:
    """The fingerprint of what is known of a report now, as that of a line of a file."""
    told = lines.loaded("report", Stack(desk, [report]).report(report, report.reference or report.number))
    found = telling(
        {name: value for name, value in told.items() if name not in ("type", "decision")}, now=desk.now
    )
    return sha256(found.digest + report.decision.encode()).digest()


def steps_of(desk: Desk, report: Report) -> Counter[str]:
    """Every step that is stored of a report, each as one text, and how often."""
    desk.flush()
    return Counter(
        step_mark(line["child"], line["step"], datetime.fromisoformat(line["at"]), line.get("data") or {})
        for line in Stack(desk, [report]).steps(report)
    )


def step_mark(child: str, step: str, at: datetime, data: Mapping[str, Any]) -> str:
    """One text for the same step of the same child: the act that is meant without being told counts as told."""
    told = plain(data)
    return canonical({"child": child, "step": step, "at": at, "data": {"act": steps.acts(step)[0], **told}})


def spells_of(desk: Desk, child: Child) -> frozenset[str]:
    """The circumstances that stand of a child, each as one text."""
    standing = select(Circumstance).where(
        Circumstance.child_id == child.id, Circumstance.replaced_at.is_(None)
    )
    return frozenset(
        canonical(rows.told_spell(row.content, None))
        for row in desk.all(standing)
        if row.content is not None and not row.content.void
    )


def move_rows(desk: Desk, given_up: int, kept: int) -> None:
    """Let what hangs on one child's file hang on another's."""
    desk.flush()
    desk.session.execute(update(Placement).where(Placement.child_id == given_up).values(child_id=kept))
    for row in desk.all(select(Circumstance).where(Circumstance.child_id == given_up)):
        said = row.content
        row.child_id = kept
        desk.seal(row, content=said)


def _counted_on(row: Proceeding) -> Any:
    said = row.sanction or row.criminal
    record_on = row.sanction.record_on if row.sanction is not None else None
    return (said.day if said is not None else None) or record_on or local_day(row.recorded_at)


def _birth(birth: Birth) -> Line:
    told: Line = plain(birth)
    if birth.date is None and birth.precision is Precision.UNKNOWN:
        told.pop("precision", None)
    return told


def _tidy(value: Any, name: str = "") -> Any:
    """Texts in the form in which they are read again, so that a file read and written anew is the same file."""
    if isinstance(value, dict):
        kept = {key: _tidy(member, key) for key, member in value.items()}
        return {key: member for key, member in kept.items() if member not in ("", None)}
    if isinstance(value, list):
        return [_tidy(member, name) for member in value]
    if isinstance(value, str):
        return clean(value) if name in _ONE_LINE | _CODES else clean_lines(value)
    return value


def _by(found: Iterable[Any], name: str) -> Mapping[Any, list[Any]]:
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for row in found:
        grouped[getattr(row, name)].append(row)
    return grouped
