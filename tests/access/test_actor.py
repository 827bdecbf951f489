"""An actor: what it may do and see is decided when it sits down, and every doubt means less."""

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import ColumnElement, column, false, true

from casemgr.access.actor import NOBODY, Actor, command
from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, MACHINES, REACH, STAFF, Reach, Role

UNIT = column("unit_id")


def same(one: ColumnElement[bool], other: ColumnElement[bool]) -> bool:
    return str(one.compile(compile_kwargs={"literal_binds": True})) == str(
        other.compile(compile_kwargs={"literal_binds": True})
    )


def test_nobody_may_nothing_but_what_is_public() -> None:
    assert [permission for permission in Permission if NOBODY.may(permission)] == [Permission.PUBLIC]
    assert same(NOBODY.covers(UNIT), false())
    assert same(NOBODY.named_on(UNIT), false())
    assert same(NOBODY.named_on_child(UNIT), false())
    assert same(NOBODY.entered(UNIT), false()) and same(NOBODY.sent(UNIT), false())


def test_a_scope_of_units_covers_these_and_no_others() -> None:
    actor = Actor(id="x", units=frozenset({3, 1}))
    assert same(actor.covers(UNIT), UNIT.in_([1, 3]))
    assert same(Actor(id="x").covers(UNIT), false())
    assert same(Actor(id="x", units=None).covers(UNIT), true())


def test_numbers_are_of_units_in_reach_and_for_whoever_reads_tables() -> None:
    reader = Actor(id="x", permissions=frozenset({Permission.TABLE_READ}), table_units=frozenset({3}))
    assert reader.may_count(3) and not reader.may_count(1) and not reader.may_count(None)
    assert replace(reader, table_units=None).may_count(None)
    for units in (frozenset({3}), None):
        no_reader = Actor(id="x", account_id=uuid4(), table_units=units)
        assert not no_reader.may_count(3) and not no_reader.may_count(None)
    assert command("root").may_count(None), "the house itself counts everything"


def test_what_was_entered_shows_to_those_alone_who_see_nothing_else() -> None:
    account, client = uuid4(), uuid4()
    for role in Role:
        actor = Actor(id="x", role=role, account_id=account, client_id=client)
        sees = not same(actor.entered(column("a")), false())
        assert sees == (not same(actor.sent(column("b")), false()))
        assert sees == (REACH[role] is Reach.ENTERED), role
    assert same(Actor(id="x", role=Role.HOTLINE_OPERATOR).entered(column("a")), false())


def test_a_command_sees_all_and_may_maintain() -> None:
    actor = command("root" * 40)
    assert actor.units is None
    assert len(actor.id) == 80
    assert actor.permissions == {Permission.MAINTAIN}
    assert not actor.may(Permission.CASE_READ), "pages are not for commands"


def test_a_name_is_never_printed() -> None:
    assert "Người" not in repr(Actor(id="account:1", name="Người Thử"))


def test_no_role_of_staff_maintains_and_no_machine_opens_pages() -> None:
    for role in STAFF:
        assert Permission.MAINTAIN not in GRANTS[role]
        assert Permission.PUBLIC not in GRANTS[role]
        assert {Permission.HELP, Permission.OWN_ACCOUNT, Permission.WORKLIST} <= GRANTS[role]
    for role in MACHINES:
        assert not {Permission.HELP, Permission.WORKLIST, Permission.CASE_READ} & GRANTS[role]


def test_who_decides_does_not_draft_and_who_administers_reads_no_record() -> None:
    assert Permission.PLAN_APPROVE not in GRANTS[Role.COMMUNE_OFFICER]
    assert Permission.PLAN_DRAFT not in GRANTS[Role.COMMUNE_CHAIR]
    for role in (Role.ADMIN, Role.INSPECTOR, Role.STATISTICIAN, Role.SERVICE_PROVIDER):
        assert not {Permission.CASE_READ, Permission.REPORT_READ, Permission.CHILD_SEARCH} & GRANTS[role]
        assert REACH[role] is Reach.NOTHING
    only = [role for role in STAFF if Permission.AUDIT_READ in GRANTS[role]]
    assert only == [Role.INSPECTOR]
    assert [role for role in STAFF if Permission.ACCOUNT_MANAGE in GRANTS[role]] == [Role.ADMIN]
