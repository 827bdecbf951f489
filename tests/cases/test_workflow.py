"""The path of a case: every stage is reached and left, no step is unused, random walks never lose a clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.cases import deadlines
from casemgr.cases.terms import Stage, Step
from casemgr.cases.workflow import PATH, after, possible
from casemgr.core.errors import RuleBroken


def test_every_stage_is_reached_from_the_first_one() -> None:
    reached, waiting = {Stage.RECEIVED}, [Stage.RECEIVED]
    while waiting:
        for step in possible(here := waiting.pop()):
            to = after(here, step)
            if to not in reached:
                reached.add(to)
                waiting.append(to)
    assert reached == set(Stage)


def test_every_stage_can_come_to_its_end() -> None:
    for stage in Stage:
        seen, waiting = {stage}, [stage]
        while waiting:
            here = waiting.pop()
            for step in possible(here):
                to = after(here, step)
                if to not in seen:
                    seen.add(to)
                    waiting.append(to)
        assert Stage.CLOSED in seen, stage


def test_no_step_is_unused_and_birth_is_no_step_of_the_path() -> None:
    assert {step for _stage, step in PATH} == set(Step) - {Step.RECEIVE}


def test_a_step_out_of_order_is_a_finding_not_a_crash() -> None:
    with pytest.raises(RuleBroken) as broken:
        after(Stage.RECEIVED, Step.APPROVE_PLAN)
    assert "wrong-order" in str(broken.value)


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_a_random_walk_never_runs_a_clock_twice_and_a_closed_case_has_none(choices: list[int]) -> None:
    stage, running = Stage.RECEIVED, {start.clock for start in deadlines.STARTS[Step.RECEIVE]}
    for choice in choices:
        steps = sorted(possible(stage))
        step = steps[choice % len(steps)]
        stage = after(stage, step)
        if step in deadlines.STOPS_ALL:
            running.clear()
        running -= set(deadlines.STOPS.get(step, ()))
        started = [start.clock for start in deadlines.STARTS.get(step, ()) if start.applies(stage)]
        assert len(started) == len(set(started))
        running |= set(started)
        if stage is Stage.CLOSED:
            assert not running
        if stage in (Stage.PLANNING, Stage.APPROVING):
            assert running & {deadlines.PLAN, deadlines.APPROVAL}, step
        if stage is Stage.PROTECTING:
            assert deadlines.EMERGENCY in running
        if deadlines.FULL in running:
            assert stage in (Stage.PROTECTING, Stage.STUDYING), step
