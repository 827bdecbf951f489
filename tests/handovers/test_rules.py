"""What stands against a handover, and what has to be explained first."""

from dataclasses import replace

import pytest

from casemgr.cases.terms import Stage, Step
from casemgr.cases.workflow import BY_THE_RESPONSIBLE, PATH
from casemgr.handovers import rules
from casemgr.handovers.terms import (
    BY_HAND,
    CONSEQUENCES,
    KINDS,
    OPEN,
    STATES,
    Answering,
    Kind,
    Sending,
    State,
)

FINE = Sending(
    kind=Kind.CHILD_MOVED,
    stage=Stage.CARRYING_OUT,
    responsible=True,
    handover_runs=False,
    rehearsal=False,
    same_unit=False,
    same_province=True,
    emergency_runs=False,
    lives_elsewhere=False,
    why="moved to the grandmother",
)


def codes(told: Sending) -> list[str]:
    return [finding.code for finding in rules.may_send(told)]


def test_a_plain_handover_passes() -> None:
    assert codes(FINE) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"responsible": False}, "not-responsible"),
        ({"stage": Stage.CLOSED}, "closed"),
        ({"stage": Stage.RECEIVED}, "not-decided"),
        ({"handover_runs": True}, "runs-already"),
        ({"rehearsal": True}, "rehearsal"),
        ({"kind": None}, "kind"),
        ({"same_unit": True}, "same-unit"),
        ({"kind": Kind.OTHER_PROVINCE}, "same-province"),
        ({"why": " "}, "why"),
        ({"why": None}, "why"),
    ],
)
def test_what_blocks(change: dict[str, object], code: str) -> None:
    found = rules.may_send(replace(FINE, **change))  # type: ignore[arg-type]
    assert [finding.code for finding in found.blocking] == [code] and not found.to_explain


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"emergency_runs": True}, "emergency-runs"),
        ({"kind": Kind.TO_RESIDENCE, "stage": Stage.ASSESSING}, "not-assessed"),
        ({"kind": Kind.TO_RESIDENCE, "lives_elsewhere": True}, "lives-elsewhere"),
    ],
)
def test_what_needs_an_explanation(change: dict[str, object], code: str) -> None:
    found = rules.may_send(replace(FINE, **change))  # type: ignore[arg-type]
    assert [finding.code for finding in found.to_explain] == [code] and not found.blocking
    found.settle({code: "the grandmother is with the child"})


def test_the_plan_of_an_assessed_child_goes_home_without_a_word_more() -> None:
    for stage in (Stage.PLANNING, Stage.APPROVING, Stage.CARRYING_OUT, Stage.REVIEWING):
        assert codes(replace(FINE, kind=Kind.TO_RESIDENCE, stage=stage)) == []


@pytest.mark.parametrize("state", State)
def test_only_an_open_handover_is_answered(state: State) -> None:
    found = rules.may_answer(Answering(state, ours=True))
    assert ([finding.code for finding in found] == []) == (state in OPEN)


def test_the_other_side_answers_and_a_return_says_why() -> None:
    assert [one.code for one in rules.may_answer(Answering(State.SEEN, ours=False))] == ["not-yours"]
    silent = Answering(State.SENT, ours=True, reason="\n ")
    assert [one.code for one in rules.may_answer(silent, needs_reason=True)] == ["reason"]
    assert not list(rules.may_answer(replace(silent, reason="too little known"), needs_reason=True))


def test_every_kind_and_state_has_its_words() -> None:
    assert set(KINDS) == set(Kind) and set(STATES) == set(State) and set(CONSEQUENCES) == set(BY_HAND)


def test_a_handover_leaves_every_stage_as_it_is() -> None:
    steps = [step for step in Step if step.value.endswith("_handover")]
    assert len(steps) == 5
    for step in steps:
        stages = {stage for stage, taken in PATH if taken is step}
        assert stages == set(Stage) - {Stage.CLOSED}
        assert all(PATH[stage, step] is stage for stage in stages)


def test_what_moves_a_case_along_its_path_is_for_the_responsible_unit() -> None:
    """Whatever changes the stage, but for what protects the child at once or comes from outside."""
    moving = {step for (stage, step), after in PATH.items() if after is not stage}
    assert moving - BY_THE_RESPONSIBLE == {Step.PROTECT, Step.TELL_AGAIN}
