"""An action: checks the right, runs, leaves its entry; two of one name, or one without a desk, cannot be declared."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from casemgr.access import action as actions
from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.core.errors import Refused
from casemgr.security.audit import AuditEntry
from tests.support.house import HouseUnderTest


@dataclass
class Thing:
    id: UUID


@dataclass
class Numbered:
    number: str
    id: UUID


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    before = dict(actions.REGISTRY)
    yield
    actions.REGISTRY.clear()
    actions.REGISTRY.update(before)


def entries(house: HouseUnderTest, name: str) -> list[AuditEntry]:
    with house.maintenance(writing=False) as desk:
        return list(desk.all(select(AuditEntry).where(AuditEntry.action == name).order_by(AuditEntry.seq)))


def test_whoever_may_not_is_refused_and_nothing_runs(house: HouseUnderTest) -> None:
    ran: list[str] = []

    @action("tried out", needs=Permission.PLAN_APPROVE)
    def approve(desk: Desk, thing: Thing) -> Thing:
        ran.append(desk.actor.id)
        return thing

    for role in (Role.COMMUNE_OFFICER, Role.ADMIN, Role.INSPECTOR):
        with pytest.raises(Refused), house.desk(role) as desk:
            approve(desk, Thing(uuid4()))
    assert ran == []
    assert entries(house, "tried out") == []
    with house.desk(Role.COMMUNE_CHAIR) as desk:
        approve(desk, Thing(uuid4()))
    assert len(ran) == len(entries(house, "tried out")) == 1


def test_one_of_several_rights_is_enough(house: HouseUnderTest) -> None:
    @action("either way", needs=(Permission.PLAN_APPROVE, Permission.PLAN_DRAFT))
    def either(desk: Desk) -> None:
        return None

    for role in (Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER):
        with house.desk(role) as desk:
            either(desk)
    with pytest.raises(Refused), house.desk(Role.STATISTICIAN) as desk:
        either(desk)


def test_a_command_may_do_everything_and_leaves_its_entry(house: HouseUnderTest) -> None:
    @action("by command", needs=Permission.PLAN_APPROVE)
    def approve(desk: Desk) -> None:
        return None

    with house.maintenance() as desk:
        approve(desk)
    (entry,) = entries(house, "by command")
    assert entry.actor == "cli:tests"


def test_the_entry_names_what_it_was_done_to(house: HouseUnderTest) -> None:
    @action("done to", needs=Permission.HELP)
    def work(desk: Desk, what: object, *, made: object = None) -> object:
        return made

    one, two = uuid4(), uuid4()
    with house.desk(Role.ADMIN) as desk:
        work(desk, Numbered("06124-2026-00001-K", one))
        work(desk, Thing(one), made=Thing(two))
        work(desk, "typed text", made=Thing(two))
        work(desk, "typed text")
    assert [entry.object for entry in entries(house, "done to")] == [
        "06124-2026-00001-K",
        str(one),
        str(two),
        None,
    ]
    assert "typed" not in "".join(entry.body for entry in entries(house, "done to"))


def test_a_fault_inside_leaves_no_entry(house: HouseUnderTest) -> None:
    @action("goes wrong", needs=Permission.HELP)
    def wrong(desk: Desk) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), house.desk(Role.ADMIN) as desk:
        wrong(desk)
    assert entries(house, "goes wrong") == []


def test_two_actions_of_one_name_cannot_be_declared() -> None:
    @action("once only", needs=Permission.HELP)
    def first(desk: Desk) -> None:
        return None

    with pytest.raises(TypeError, match="Two actions"):

        @action("once only", needs=Permission.HELP)
        def second(desk: Desk) -> None:
            return None


def test_an_action_without_a_desk_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="first parameter"):

        @action("no desk", needs=Permission.HELP)
        def homeless(thing: Thing) -> None:  # type: ignore[arg-type]
            return None
