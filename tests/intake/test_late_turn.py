"""A report is put together, sealed, counted and marked before the first statement runs: until then no writer waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.indicators import projection
from casemgr.indicators.models import CaseFact
from casemgr.intake import actions
from casemgr.intake.terms import Decision
from casemgr.safeguards.models import PersonMark
from casemgr.security import sealing
from casemgr.security.sealing import Wrapper
from tests.support.factories import KHANG, a_story, a_telling
from tests.support.house import HouseUnderTest


@contextmanager
def course_of(house: HouseUnderTest, patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What happens from now on, in order: what is sealed, and every statement."""
    done: list[str] = []

    def noting(of: Any, name: str) -> None:
        plain = getattr(of, name)

        def noted(*given: Any, **named: Any) -> Any:
            done.append("sealed")
            return plain(*given, **named)

        patch.setattr(of, name, noted)

    noting(sealing, "seal_part")
    noting(Wrapper, "seal_shared")
    noting(Wrapper, "wrap")

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        done.append(" ".join(statement.split()[:3]))

    engine = house.office.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_all_is_sealed_before_the_first_statement(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, telling = house.actor(Role.COMMUNE_OFFICER), a_telling(house)
    with house.office.open(actor) as desk:
        actions.receive(desk, telling)  # what is remembered for a second is remembered now
    with course_of(house, monkeypatch) as done, house.office.open(actor) as desk:
        number = actions.receive(desk, telling).number
    assert number is not None
    first = next(place for place, what in enumerate(done) if what != "sealed" and "'app." not in what)
    assert first > 8 and "sealed" not in done[first:], done
    tables = [what.split()[2] for what in done if what.startswith("INSERT INTO")]
    assert tables[0] == "case_counter" and len(set(tables)) == len(tables), "one statement for each table"
    assert {"report", '"case"', "child", "case_fact", "person_mark", "audit_entry"} <= set(tables)


def test_what_follows_at_the_same_desk_is_counted_and_marked_once(house: HouseUnderTest) -> None:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        first = actions.receive(desk, a_telling(house))
        actions.decide(desk, first.report, decision=Decision.ACCEPTED)
        second = actions.receive(desk, a_telling(house, story=a_story(children=(KHANG,))))
        assert first.number != second.number
    with house.maintenance() as desk:
        assert desk.rows(select(func.count()).select_from(Case))[0][0] == 2
        marks = desk.all(select(PersonMark.token))
        assert len(marks) == 2 * len(set(marks)), "the same people twice, each case its own marks"
        newest = select(func.max(CaseFact.seq)).group_by(CaseFact.case_id)
        assert len(desk.all(newest)) == 2
        assert projection.refresh_all(desk, told=lambda _: None) == 0, "nothing differs from what was counted"


def test_a_report_that_came_to_nothing_takes_no_number(house: HouseUnderTest) -> None:
    def receive(*, kept: bool) -> str:
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            number = actions.receive(desk, a_telling(house)).number
            if not kept:
                desk.give_up()
            return number

    assert receive(kept=False) == receive(kept=True)
