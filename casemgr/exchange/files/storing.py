"""Storing what a file says of one report: its tellings, then for each child the course, the rows and how the case stands."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, select

from casemgr.cases import history, spine
from casemgr.cases.history import Passed
from casemgr.cases.models import Case, CaseClock
from casemgr.cases.terms import Note, Stage, Step
from casemgr.children import actions as children
from casemgr.children import queries as files
from casemgr.children.models import Child
from casemgr.children.terms import Card, Detail
from casemgr.circumstances import actions as circumstances
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid
from casemgr.core.words import _l
from casemgr.exchange.files import gathering, rows, steps
from casemgr.exchange.files.check import TWICE, Found, child_of, unit_of
from casemgr.exchange.files.known import Known
from casemgr.exchange.files.parcels import CaseTold, ChildTold, StepTold
from casemgr.exchange.files.plain import canonical, plain
from casemgr.exchange.terms import TOLD, child_number
from casemgr.intake import histories, story
from casemgr.intake.models import Report
from casemgr.intake.schemas import told_child
from casemgr.intake.terms import Decision, Kind
from casemgr.intervention.care.models import Placement
from casemgr.lives import rules as lives
from casemgr.proceedings import actions as proceedings
from casemgr.proceedings.models import Proceeding
from casemgr.review import actions as reviews
from casemgr.review.terms import Outcome, ReviewState

_NEEDS_UNIT = _l("It is not known which commune keeps the register of this child.")
_OF_CHILD = (
    *("name", "sex", "birth", "ethnic_group", "disability", "residence_unit_code"),
    *("father", "mother", "family", "carer"),
)
_COMMON = ("act", "text", "reason", "codes")


class Refused(Exception):
    """Something that only storing could find out; nothing of the report is kept."""

    def __init__(self, found: Found, line: int, wrong: Invalid) -> None:
        super().__init__(str(wrong))
        self.found, self.line, self.wrong = found, line, wrong


def store(known: Known, found: Found) -> Counter[str]:
    """Store one parcel; gives what was done, by kind."""
    done: Counter[str] = Counter(same=found.same)
    parcel = found.parcel
    for child in parcel.children:
        done += _store_child(known, child)
    report, fresh, updated = _tell(known, found)
    if report is None:
        return done
    done += Counter(reports=int(fresh), updated=int(updated))
    already = Counter() if fresh else gathering.steps_of(known.desk, report)
    said = [step for step in parcel.steps if step.step != steps.SAME_CHILD]
    for case in known.cases(report):
        state = next((one for one in parcel.cases if one.child == case.child_ref), None)
        mine = [step for step in said if child_of(found, step.child) == case.child_ref]
        done += _Course(known, found, report, case, fresh=fresh).take(mine, state, already)
    histories.settle(report, known.cases(report))
    return done


def link(known: Known, found: Found) -> int:
    """Let the children that are said to be those of other reports be them; gives how many were joined."""
    report = known.report(found.parcel.mark)
    joined = 0
    for step in found.parcel.links if report is not None else ():
        assert report is not None
        other = known.report(step.data["report"])
        if other is None:
            continue
        mine = _case(known.cases(report), child_of(found, step.child))
        theirs = _case(known.cases(other), step.data.get("child"))
        if mine is not None and theirs is not None and mine.child_id != theirs.child_id:
            _join(known, mine, theirs)
            joined += 1
    return joined


# ---- the report ---------------------------------------------------------------------------------------------------


def _tell(known: Known, found: Found) -> tuple[Report | None, bool, bool]:
    """The report as stored now, whether it is new, whether it was told again."""
    desk, mark = known.desk, found.parcel.mark
    report = known.report(mark)
    fresh = report is None
    updated = False
    for told in found.tellings:
        if report is None:
            report, cases = histories.take_over(desk, told.telling)
            histories.decide(desk, report, cases, told.decision)
            if told.decision is Decision.OTHER_COMMUNE:
                histories.to_triage(desk, report, cases)
            known.keep(mark, report, cases)
            continue
        desk.flush()
        _tell_again(known, report, told.telling, told.decision)
        updated = True
    if fresh and updated:  # its course is told from the beginning, as of one that was stored before
        desk.flush()
    return report, fresh and not updated, updated


def _tell_again(known: Known, report: Report, telling: Any, decision: Decision) -> None:
    desk = known.desk
    was, opened = histories.follow(desk, report, telling)
    before = Decision(report.decision)
    for case in was:
        history.write_lines(desk, case, [Passed(Step.UPDATE, desk.now)])
    cases = [*was, *opened]
    if report.decided_by is None and decision is not before:
        histories.decide(desk, report, cases, decision)
        opened = cases
    for case in opened:
        history.write_lines(desk, case, histories.course_of_decision(report, case))
    known.keep(str(report.reference), report, cases)
    desk.flush()
    for case in cases:
        _retrace(desk, report, case)


def _retrace(desk: Any, report: Report, case: Case) -> None:
    if not history.handled_here(desk, case):
        told = history.course_of(desk, case)
        course = histories.with_decision(report, case, told)
        history.retrace(desk, case, course, clock_runs=report.kind != Kind.CONSULTATION, anew=True)


# ---- one case -----------------------------------------------------------------------------------------------------


class _Course:
    """What a file tells of one case."""

    def __init__(self, known: Known, found: Found, report: Report, case: Case, *, fresh: bool) -> None:
        self.known, self.desk, self.found = known, known.desk, found
        self.report, self.case, self.fresh = report, case, fresh
        self.told: Sequence[StepTold] = ()
        self.ours = False  # officers here work on the case
        self.reviewed = not fresh  # a review that came with a file may wait for what was decided on it

    def take(
        self, told: Sequence[StepTold], state: CaseTold | None, already: Mapping[str, int]
    ) -> Counter[str]:
        """Write lines and rows of steps that are not there yet; then stage and clocks, as told or as they imply."""
        new, there = [], Counter(already)
        for step in told:
            mark = gathering.step_mark(self.case.child_ref, step.step, step.at, step.data)
            there[mark] -= 1
            if there[mark] < 0:
                new.append(step)
        new.sort(key=lambda step: step.at)
        self.told = told
        self.ours = not self.fresh and history.handled_here(self.desk, self.case)
        course = [passed for step in new if (passed := self._passed(step)) is not None]
        decided = any(one.step in (Step.ACCEPT, Step.SCREEN_OUT, Step.ROUTE) for one in course)
        if self.fresh and not decided:
            course = [*histories.course_of_decision(self.report, self.case), *course]
        if self.fresh or new:
            history.write_lines(self.desk, self.case, course)
        if state is not None and not self.ours:
            self._stands(state)
        elif self.fresh:
            clock_runs = self.report.kind != Kind.CONSULTATION
            history.retrace(self.desk, self.case, course, clock_runs=clock_runs, anew=False)
        elif new:
            _retrace(self.desk, self.report, self.case)
        return Counter(steps=len(new), same=len(told) - len(new))

    def _passed(self, step: StepTold) -> Passed | None:
        """The line that a step leaves on the timeline; a row that is only recorded leaves none."""
        data = step.data
        row = self._row(step) if self._has_row(step) else None
        if step.step == "handover":
            self._handed_over(step)
        if step.step == "closure" and self.reviewed:
            refused = data.get("act") == "refused"
            led_to = ReviewState.REFUSED if refused else ReviewState.CLOSED
            reviews.decided_elsewhere(self.desk, self.case, led_to, step.at)
        if data.get("act") == steps.RECORDED:
            return None
        ours = steps.step_of(step.step, data.get("act"))
        codes = {name: str(code) for name, code in (data.get("codes") or {}).items() if code}
        more = {name: value for name, value in plain(step.data).items() if name not in _COMMON}
        if more or steps.told_as(ours)[0] != step.step:
            codes[TOLD] = canonical({"step": step.step, "data": more, "row": str(row) if row else None})
        note = Note(data.get("text"), data.get("reason"), codes or None)
        return Passed(ours, step.at, note if note != Note() else None)

    def _has_row(self, step: StepTold) -> bool:
        """What officers here have reviewed stands: reviews of others are lines of the timeline then."""
        return rows.has_row(step.step, step.data) and not (step.step == "review" and self.ours)

    def _row(self, step: StepTold) -> UUID:
        try:
            return self._ROWS[step.step](self, step, local_day(step.at))
        except Invalid as wrong:
            raise Refused(self.found, step.line, wrong) from None

    def _sanction(self, step: StepTold, on: date) -> UUID:
        mark = step.data.get("decision")
        decision_id = rows.decision_mark(self.report.id, mark) if mark else self.desk.id()
        if not self.fresh and self.desk.first(_decided(self.case.id, decision_id)) is not None:
            raise Invalid({"data.decision": [str(TWICE)]})
        said = rows.decision_of(step.step, step.data, on)
        return proceedings.take_over(self.desk, self.case, said, decision_id).id

    def _placement(self, step: StepTold, on: date) -> UUID:
        unit = unit_of(self.known, step.data.get("unit"), step.at)
        row = Placement(
            id=self.desk.id(),
            case_id=self.case.id,
            child_id=self.case.child_id,
            unit_id=unit.id if unit is not None else None,
            form=step.data["form"],
            urgent=bool(step.data.get("urgent")),
            proposed_at=step.at,
            **rows.placement_days(step.data, on),
        )
        self.desk.add(row)
        return row.id

    def _circumstance(self, step: StepTold, on: date) -> UUID:
        unit = unit_of(self.known, step.data.get("unit"), step.at)
        kept_by = unit.id if unit else self.case.residence_unit_id or self.case.incident_unit_id
        if kept_by is None:
            raise Invalid({"data.unit": [str(_NEEDS_UNIT)]})
        child = files.file_of(self.desk, self.case.child_id)
        return circumstances.take_over(self.desk, child, rows.spell_of(step.data, on), kept_by).id

    def _review(self, step: StepTold, on: date) -> UUID:
        before = (one for one in self.told if one.step == "review" and one.at < step.at)
        ended = sum(rows.outcome_of(one.data.get("act")) is Outcome.NEXT_ROUND for one in before)
        self.reviewed = True
        return reviews.take_over(
            self.desk,
            self.case,
            outcome=rows.outcome_of(step.data.get("act")),
            at=step.at,
            round_=step.data.get("round") or 1 + ended,
            goals={goal["ref"]: goal.get("outcome") for goal in step.data["goals"]},
        ).id

    _ROWS: ClassVar[Mapping[str, Callable[["_Course", StepTold, date], UUID]]] = {
        "sanction": _sanction,
        "prosecution": _sanction,
        "placement": _placement,
        "circumstance": _circumstance,
        "review": _review,
    }

    def _handed_over(self, step: StepTold) -> None:
        """Accepted by another unit: it answers for the case from then on."""
        unit = unit_of(self.known, step.data.get("to"), step.at)
        if unit is not None and step.data.get("act") in (None, "accepted"):
            self.case.unit_id = unit.id
            self.desk.flush()
            children.share(self.desk, files.file_of(self.desk, self.case.child_id), unit.id)

    def _stands(self, told: CaseTold) -> None:
        """The case as the writing installation has it."""
        case, state = self.case, told.state
        if not self.fresh:
            spine.forget_clocks(self.desk, case)
        case.stage = Stage(state["stage"])
        case.round = state.get("round") or 1
        for name in ("emergency", "risk", "ending", "closed_at", "handled_under", "reached_at"):
            setattr(case, name, state.get(name))
        case.received_at = state.get("received_at") or self.report.received_at
        for name, column in (
            *(("unit", "unit_id"), ("incident_unit", "incident_unit_id")),
            *(("residence_unit", "residence_unit_id"),),
        ):
            unit = unit_of(self.known, state.get(name), self.report.received_at)
            setattr(case, column, unit.id if unit is not None else None)
        on_top = unit_of(self.known, state.get("report_unit"), self.report.received_at)
        self.report.unit_id = on_top.id if on_top is not None else None
        child = files.file_of(self.desk, case.child_id)
        child.recorded_at = state.get("known_since") or child.recorded_at
        if state.get("restricted"):  # to nobody yet: the supervisor sees that it wants readers
            case.restricted = self.report.restricted = child.restricted = True
        if child.unit_id != case.unit_id:
            self.desk.flush()
            children.move(self.desk, child, case.unit_id)
        clocks = [self._clock(one) for one in state.get("clocks") or ()]
        self.desk.add(*clocks)
        spine.show_running(case, [clock for clock in clocks if clock.stopped_at is None])

    def _clock(self, told: Mapping[str, Any]) -> CaseClock:
        return CaseClock(id=self.desk.id(), case_id=self.case.id, **told)


def _decided(case_id: UUID, decision_id: UUID) -> Select[UUID]:
    return select(Proceeding.id).where(Proceeding.case_id == case_id, Proceeding.decision_id == decision_id)


def _case(cases: Sequence[Case], mark: str | None) -> Case | None:
    return next((case for case in cases if mark in (None, case.child_ref)), None)


def _join(known: Known, mine: Case, theirs: Case) -> None:
    """Hang a case on the file of the child it is said to be; what only the file given up knows is kept."""
    desk = known.desk
    desk.flush()
    given_up, kept = desk.get(Child, mine.child_id), desk.get(Child, theirs.child_id)
    for unit_id in {given_up.unit_id, mine.unit_id, mine.incident_unit_id, mine.residence_unit_id} - {None}:
        children.share(desk, kept, unit_id)  # type: ignore[arg-type]
    card = lives.together(kept.card or Card(), given_up.card or Card())
    children.correct(desk, kept, card=card, detail=kept.detail or Detail(), whereabouts=None)
    gathering.move_rows(desk, given_up.id, kept.id)
    mine.child_id, given_up.state = kept.id, "merged"
    desk.touch(mine.id)
    desk.touch(theirs.id)


# ---- registered children ------------------------------------------------------------------------------------------


def _store_child(known: Known, told: ChildTold) -> Counter[str]:
    """A child on the register without a report; it keeps its random number, so that it is the same child everywhere."""
    desk, said = known.desk, told.said
    number = child_number(told.ref)
    unit = unit_of(known, said["unit"], desk.now)
    child = desk.session.get(Child, number)
    fresh = child is None
    if child is None:
        child = Child(id=number, unit_id=unit.id if unit else None, recorded_at=desk.now, state="known")
        desk.safe.begins(child.id)
        desk.add(child)
        one = told_child(told.ref, {name: said[name] for name in _OF_CHILD if said.get(name) is not None})
        desk.seal(child, card=story.card_of(one), detail=story.detail_of(one))
        child.state = "known" if one.name else "unidentified"
        child.recorded_at = said.get("known_since") or desk.now
        desk.flush()
    there = frozenset() if fresh else gathering.spells_of(desk, child)
    spells = [rows.spell_of(data, local_day(desk.now)) for data in said["circumstances"]]
    new = 0
    for spell, data in zip(spells, said["circumstances"], strict=True):
        own = unit_of(known, data.get("unit"), desk.now) or unit
        if own is not None and canonical(rows.told_spell(spell, None)) not in there:
            circumstances.take_over(desk, child, spell, own.id)
            new += 1
    return Counter(children=int(fresh), steps=new, same=int(not fresh and not new))
