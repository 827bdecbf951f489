"""Taking a file in: what is stored, what is refused and why, and that nothing half stands."""

from pathlib import Path

from sqlalchemy import select

from casemgr.cases.models import Case, CaseClock, CaseEvent
from casemgr.exchange.files import steps
from tests.exchange.files.material import a_child, a_report, a_step, counted, give, take, write
from tests.support.house import HouseUnderTest

BARE = [name for name in steps.NAMES if name not in (steps.SAME_CHILD, steps.OTHER)]


def test_a_bare_history_is_stored_counted_and_given_back(house: HouseUnderTest, tmp_path: Path) -> None:
    lines = [a_report(), *(a_step(name) for name in BARE)]
    answer = take(house, write(tmp_path / "a.jsonl", lines))
    assert (answer["reports"], answer["steps"], answer["errors"]) == (1, len(BARE), [])
    assert counted(house) == 1
    with house.maintenance(writing=False) as desk:
        (case,) = desk.all(select(Case))
        assert case.stage == "closed"
    first = give(house, tmp_path / "b.jsonl")
    print(first.decode())
    again = take(house, tmp_path / "b.jsonl")
    assert (again["reports"], again["steps"], again["errors"]) == (0, 0, [])
    again = take(house, tmp_path / "a.jsonl")
    assert (again["reports"], again["steps"], again["errors"]) == (0, 0, [])
    assert give(house, tmp_path / "c.jsonl") == first


_ = (CaseClock, CaseEvent, a_child)
