"""The path as a table: complete, grounded in articles and rights that exist, and drawn as it is. Every limit has a use."""

import json
from pathlib import Path

import pytest

from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, STAFF, Role
from casemgr.cases import deadlines, path
from casemgr.cases.terms import Stage, Step
from casemgr.cases.uses import USES, How
from casemgr.cases.workflow import PATH
from casemgr.law.basis import Basis, Status
from casemgr.law.deadlines import Kind, shipped
from casemgr.law.official_forms import all_forms
from tests.house.source import ROOT
from tools import draw_path

PEOPLE = {
    path.OFFICER: Role.COMMUNE_OFFICER,
    path.CHAIR: Role.COMMUNE_CHAIR,
    path.COMMUNE: Role.COMMUNE_OFFICER,
    path.ANYBODY_ASKED: Role.COMMUNE_OFFICER,
    path.PROVINCE: Role.PROVINCE_SUPERVISOR,
    path.PROVIDER: Role.SERVICE_PROVIDER,
    path.HOTLINE: Role.HOTLINE,
}


def test_every_step_at_every_stage_stands_in_the_table_once() -> None:
    rows = [(line.stage, line.step) for line in path.table()]
    assert len(rows) == len(set(rows))
    assert set(rows) == {*PATH, (None, Step.RECEIVE)}
    assert set(path.DUTIES) == set(Step) and set(path.STAGES) == set(Stage)


@pytest.mark.parametrize("step", Step)
def test_whom_the_law_names_has_the_right_and_the_articles_exist(step: Step) -> None:
    duty = path.DUTIES[step]
    if duty.right is not None:
        right = Permission(duty.right)
        assert right in GRANTS[PEOPLE[duty.who]], f"{duty.who.en} may not {right}"
        assert duty.who is path.HOTLINE or any(right in GRANTS[role] for role in STAFF)
    for citation in filter(None, duty.basis.split("; ")):
        assert Basis.of(citation, Status.CONFIRMED).cite("vi")
    assert duty.form is None or duty.form in all_forms()
    assert duty.title.vi and duty.title.en


def test_the_chair_alone_takes_what_the_law_leaves_to_the_chair() -> None:
    for step in (Step.APPROVE_PLAN, Step.CLOSE, Step.SEPARATE, Step.DECIDE_CARE):
        right = Permission(path.DUTIES[step].right or "")
        assert {role for role in STAFF if right in GRANTS[role]} == {Role.COMMUNE_CHAIR}, step


def test_every_clock_of_the_path_can_be_stopped_and_has_a_limit_of_the_law() -> None:
    started = {start.clock for starts in deadlines.STARTS.values() for start in starts}
    stopped = {clock for clocks in deadlines.STOPS.values() for clock in clocks}
    assert started <= stopped, f"nothing but closing stops {sorted(started - stopped)}"
    assert started | stopped <= set(shipped())
    clocks = {id for id, use in USES.items() if use.how is How.CLOCK}
    assert started | stopped <= clocks


def test_no_limit_of_the_law_is_an_orphan() -> None:
    assert set(USES) == set(shipped()) and len(USES) == 45
    for id, use in USES.items():
        place = ROOT / use.where
        assert place.exists(), f"{id}: {use.where} does not exist"
        if use.how in (How.CLOCK, How.DAY, How.RULE):
            files = place.rglob("*.py") if place.is_dir() else [place]
            used = any(f'"{id}"' in file.read_text(encoding="utf-8") for file in files)
            assert used, f"{use.where} does not use {id}"


def test_only_what_is_no_clock_of_ours_is_guidance() -> None:
    code = "".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "casemgr").rglob("*.py")
        if file.name != "uses.py" and "law/data" not in str(file)
    )
    bound = sorted(id for id, use in USES.items() if use.how is How.GUIDANCE and f'"{id}"' in code)
    assert not bound, f"These are used somewhere: say where in cases/uses.py: {bound}"


def test_examples_of_places_are_the_local_ones() -> None:
    assert {id for id, use in USES.items() if use.how is How.EXAMPLE} == {
        id for id, versions in shipped().items() if versions[-1].kind is Kind.LOCAL_EXAMPLE
    }


def test_the_picture_and_the_page_are_what_the_table_says() -> None:
    assert draw_path.PICTURE.read_text(encoding="utf-8") == draw_path.picture(), "make: tools/draw_path.py"
    assert draw_path.PAGE.read_text(encoding="utf-8") == draw_path.page(), "make: tools/draw_path.py"


def test_the_picture_shows_every_stage_and_every_move() -> None:
    drawn = draw_path.picture()
    for stage in path.STAGES.values():
        assert stage.vi in drawn
    assert drawn.count("marker-end=") == len({(line.stage, line.to) for line in path.moves()})


def test_another_table_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**path.DUTIES, Step.CLOSE: path.DUTIES[Step.REFUSE_CLOSURE]}
    monkeypatch.setattr(path, "DUTIES", other)
    assert draw_path.PAGE.read_text(encoding="utf-8") != draw_path.page()
    assert draw_path.PICTURE.read_text(encoding="utf-8") != draw_path.picture()


def test_the_data_file_and_the_table_name_the_same_limits() -> None:
    data = json.loads(Path(ROOT / "casemgr/law/data/deadlines.json").read_text(encoding="utf-8"))
    assert list(dict.fromkeys(row["id"] for row in data["deadlines"])) == list(
        USES
    )  # a changed one stands twice
