"""A case walked at random on the real spine and database: no stage is a trap, no clock is lost or runs twice, and
exactly one unit is responsible at every instant."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import deadlines, queries, spine
from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.cases.workflow import PATH, possible
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.places import queries as places
from casemgr.places.terms import Level
from tests.support.factories import a_report, a_story, a_telling
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

STEPS = sorted(Step)
MOVES = sorted({(stage, step) for (stage, step), to in PATH.items() if to is not stage})


class Walker:
    """One case on its way, looked at after each step."""

    def __init__(self, house: HouseUnderTest, *, triage: bool = False) -> None:
        self.house = house
        self.number = _in_triage(house) if triage else a_report(house)
        self.known: dict[UUID, tuple[object, ...]] = {}
        self.lines = 0
        self.triage = triage
        self.look()

    def take(self, step: Step) -> bool:
        """One step, if it is possible where the case stands."""
        self.house.clock.move(timedelta(minutes=7))
        with self.house.maintenance() as desk:
            case = queries.case(desk, self.number)
            if step not in possible(Stage(case.stage)) or (self.triage and step is not Step.ROUTE):
                return False
            if self.triage:
                report = reports.report(desk, self.number)
                intake.route(desk, report, unit_code=NA_SAM, reason=None)
                self.triage = False
            else:
                spine.advance(desk, case, step)
                if step is Step.ACCEPT_HANDOVER:  # the receiver answers from this instant on
                    there = THAT_KHE if case.unit_id == places.unit_at(desk, NA_SAM).id else NA_SAM
                    case.unit_id = places.unit_at(desk, there).id
        self.look()
        return True

    def look(self) -> None:
        """What must be true at every instant."""
        with self.house.maintenance(writing=False) as desk:
            case = queries.case(desk, self.number)
            self._one_unit_answers(desk, case)
            self._clocks(desk, case)
            lines = desk.all(select(CaseEvent).where(CaseEvent.case_id == case.id))
            assert len(lines) > self.lines or not self.lines, "a step leaves its line"
            assert all(line.actor and line.at <= desk.now for line in lines)
            self.lines = len(lines)

    def _one_unit_answers(self, desk: Desk, case: Case) -> None:
        assert case.unit_id is not None, "not even in triage: its province answers"
        unit = places.unit(desk, case.unit_id)
        assert unit.level is (Level.PROVINCE if self.triage else Level.COMMUNE)

    def _clocks(self, desk: Desk, case: Case) -> None:
        clocks = desk.all(select(CaseClock).where(CaseClock.case_id == case.id))
        running = [clock for clock in clocks if clock.stopped_at is None]
        assert max(Counter(clock.clock for clock in running).values(), default=0) <= 1, "one runs twice"
        for clock in clocks:
            assert clock.started_by and clock.rule_from is not None
            if clock.stopped_at is None:
                assert clock.stopped_by is None
            else:
                assert clock.stopped_by in STEPS and clock.stopped_at >= clock.started_at
                stops = deadlines.STOPS.get(Step(clock.stopped_by), ())
                assert clock.clock in stops or Step(clock.stopped_by) in deadlines.STOPS_ALL
        now = {clock.id: (clock.clock, clock.started_at, clock.due_at) for clock in clocks}
        assert self.known.items() <= now.items(), "a clock was lost or set back"
        self.known = dict(now)
        limits = [clock.due_at for clock in running if clock.due_at is not None]
        assert case.due_at == min(limits, default=None)
        if case.stage == Stage.CLOSED:
            assert not running and case.closed_at is not None
        else:
            assert case.closed_at is None
        if case.stage in (Stage.PLANNING, Stage.APPROVING):
            assert {clock.clock for clock in running} & {deadlines.PLAN, deadlines.APPROVAL}


def _in_triage(house: HouseUnderTest) -> str:
    story = a_story()
    unknown = a_telling(
        house,
        story=type(story)(
            **{**story.__dict__, "incident": type(story.incident)(description="không rõ ở đâu")}
        ),
    )
    with house.desk(Role.PROVINCE_SUPERVISOR, LANG_SON) as desk:
        return intake.receive(desk, unknown).report.number


def _wander(house: HouseUnderTest, choices: list[int], *, triage: bool) -> None:
    walker = Walker(house, triage=triage)
    if triage:
        assert walker.take(Step.ROUTE)
    for choice in choices:
        with house.maintenance(writing=False) as desk:
            stage = Stage(queries.case(desk, walker.number).stage)
        steps = sorted(possible(stage))
        moving = [step for step in steps if PATH[stage, step] is not stage]
        pool = moving if choice % 3 else steps  # else it would stand still most of the time
        assert walker.take(pool[choice // 3 % len(pool)])


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=18), st.booleans())
@settings(max_examples=25)
def test_at_random(swept: HouseUnderTest, choices: list[int], triage: bool) -> None:
    _wander(swept, choices, triage=triage)


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=10), st.booleans())
@settings(max_examples=4)
def test_at_random_on_both_engines(house: HouseUnderTest, choices: list[int], triage: bool) -> None:
    _wander(house, choices, triage=triage)


def test_every_stage_is_reached_and_every_move_taken(swept: HouseUnderTest) -> None:
    taken: set[tuple[Stage, Step]] = set()
    reached: set[Stage] = set()
    while set(MOVES) - taken:
        walker, stage = Walker(swept), Stage.RECEIVED
        for _step in range(60):
            reached.add(stage)
            way = _towards(stage, {move for move in MOVES if move not in taken})
            if way is None:
                break
            assert walker.take(way)
            taken.add((stage, way))
            stage = PATH[stage, way]
    assert reached == set(Stage)


def _towards(stage: Stage, wanted: set[tuple[Stage, Step]]) -> Step | None:
    """The first step of a shortest way on which a move not taken yet is taken."""
    waiting: list[tuple[Stage, Step | None]] = [(stage, None)]
    seen = {stage}
    while waiting:
        here, first = waiting.pop(0)
        for at, step in MOVES:
            if at is not here:
                continue
            if (at, step) in wanted:
                return first or step
            to = PATH[at, step]
            if to not in seen:
                seen.add(to)
                waiting.append((to, first or step))
    return None
