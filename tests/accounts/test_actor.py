"""What an account in a role may do and see, on both engines."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from casemgr.access.actor import Actor, Named
from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, STAFF, Role
from casemgr.accounts import actions, queries
from casemgr.accounts.models import Account
from casemgr.accounts.terms import ClientAlgorithm
from casemgr.core.errors import NotFound
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from tests.accounts.conftest import Staff
from tests.support.house import HouseUnderTest

RING = Named(frozenset({uuid4()}), frozenset({7}))
PROVINCE, COMMUNE = "20", "06124"


def only_named(_session: object, _account: UUID, holder: UUID | None, _now: datetime) -> Named:
    """The ring as it is asked for roles that see what names them."""
    return Named() if holder is None else RING


def actor_of(staff: Staff, username: str) -> Actor:
    with staff.house.maintenance(writing=False) as desk:
        account = queries.account_named(desk, username)
        held = queries.held_today(desk, account.id)
        return queries.actor_for(desk, account, held[0], ring=only_named, address="10.0.0.1")


def units(house: HouseUnderTest, code: str) -> frozenset[int]:
    with house.maintenance(writing=False) as desk:
        return place_rules.reach(places.atlas(desk), places.unit_at(desk, code), places.today(desk))


@pytest.mark.parametrize("role", STAFF)
def test_permissions_are_those_of_the_table(staff: Staff, role: Role) -> None:
    staff.add(
        "somebody", role, {Role.PROVINCE_SUPERVISOR: "20", Role.HOTLINE_OPERATOR: "VN"}.get(role, "06124")
    )
    actor = actor_of(staff, "somebody")
    assert (actor.role, actor.permissions) == (role, GRANTS[role])
    assert actor.id == f"account:{staff.ids['somebody']}" and actor.account_id == staff.ids["somebody"]


def test_an_officer_sees_the_commune_and_those_whose_people_it_took_over(staff: Staff) -> None:
    staff.add("officer")
    actor = actor_of(staff, "officer")
    assert actor.units == actor.table_units == units(staff.house, COMMUNE)
    assert len(actor.units or ()) > 1
    assert not actor.cases and not actor.children


def test_a_supervisor_sees_the_province_with_its_own_row(staff: Staff) -> None:
    staff.add("supervisor", Role.PROVINCE_SUPERVISOR, PROVINCE)
    actor = actor_of(staff, "supervisor")
    assert actor.units == actor.table_units == units(staff.house, PROVINCE)
    assert actor.unit_id in (actor.units or ())
    assert units(staff.house, COMMUNE) <= (actor.units or frozenset())


@pytest.mark.parametrize("code", ["06124", "20", "VN"])
def test_a_statistician_reads_numbers_of_the_area_and_no_file(staff: Staff, code: str) -> None:
    staff.add("statistician", Role.STATISTICIAN, code)
    actor = actor_of(staff, "statistician")
    assert actor.units == frozenset()
    assert actor.table_units == (None if code == "VN" else units(staff.house, code))


def test_a_social_worker_sees_the_cases_that_name_them(staff: Staff) -> None:
    staff.add("worker", Role.SOCIAL_WORKER)
    actor = actor_of(staff, "worker")
    assert (actor.cases, actor.children, actor.circle) == RING
    assert actor.units == actor.table_units == frozenset()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.INSPECTOR, Role.HOTLINE_OPERATOR, Role.SERVICE_PROVIDER])
def test_others_see_no_file_even_in_the_whole_country(staff: Staff, role: Role) -> None:
    staff.add("other", role, "06124" if role is Role.SERVICE_PROVIDER else "VN")
    actor = actor_of(staff, "other")
    assert actor.units == actor.table_units == frozenset()
    assert not actor.cases


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR])
def test_a_commune_role_without_a_commune_sees_nothing(house: HouseUnderTest, role: Role) -> None:
    with house.maintenance(writing=False) as desk:
        assert queries.file_units(desk, role, None) == frozenset()
        assert queries.number_units(desk, role, None) == frozenset()
        assert queries.file_units(desk, role, 10**9) == frozenset()


def test_before_a_role_is_chosen_there_is_only_ones_own_account(staff: Staff) -> None:
    staff.add("officer")
    staff.add("newcomer", must_change=True)
    with staff.house.maintenance(writing=False) as desk:
        nobody_yet = queries.actor_for(desk, queries.account_named(desk, "officer"), None, ring=only_named)
        newcomer = desk.get(Account, staff.ids["newcomer"])
        held = queries.held_today(desk, newcomer.id)[0]
        must_change = queries.actor_for(desk, newcomer, held, ring=only_named)
    for actor in (nobody_yet, must_change):
        assert actor.permissions == {Permission.OWN_ACCOUNT, Permission.HELP}
        assert actor.role is None and actor.units == frozenset() and not actor.cases


def test_the_resolver_knows_only_living_sessions(staff: Staff) -> None:
    staff.add("officer")
    asked: list[UUID | None] = []

    def ring(_session: object, account: UUID, holder: UUID | None, _now: datetime) -> Named:
        asked.append(holder)
        return RING

    resolve = queries.resolver(staff.house.office, ring)
    client = staff.signed_in("officer")
    cookie = client.get_cookie("sid")
    assert cookie is not None
    actor = resolve(cookie.value, "10.0.0.9")
    assert actor is not None and actor.role is Role.COMMUNE_OFFICER and actor.address == "10.0.0.9"
    assert actor.session_id is not None and "Người" not in repr(actor)
    assert (
        resolve("", "") is None and resolve("x" * 43, "") is None and resolve(cookie.value + "x", "") is None
    )
    assert asked == [None]


def test_machines_have_their_own_reach(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        hotline = actions.add_client(
            desk,
            name="hotline111",
            role=Role.HOTLINE,
            algorithm=ClientAlgorithm.HMAC_SHA256,
            unit_code="VN",
            shared_key=b"k" * 32,
        )
        numbers = actions.add_client(
            desk,
            name="province-numbers",
            role=Role.STATISTICS,
            algorithm=ClientAlgorithm.HMAC_SHA256,
            unit_code=PROVINCE,
            shared_key=b"k" * 32,
        )
        sender, reader = queries.actor_for_client(desk, hotline), queries.actor_for_client(desk, numbers)
        assert (sender.id, sender.client_id, sender.units) == ("client:hotline111", hotline.id, frozenset())
        assert sender.permissions == GRANTS[Role.HOTLINE] and sender.account_id is None
        assert reader.table_units == units(house, PROVINCE) and reader.units == frozenset()
        actions.revoke_client(desk, hotline)
        with pytest.raises(NotFound):
            queries.actor_for_client(desk, hotline)


def test_a_role_of_tomorrow_is_not_held_today(staff: Staff) -> None:
    officer = staff.add("officer")
    with staff.house.maintenance() as desk:
        actions.appoint(
            desk,
            desk.get(Account, officer),
            role=Role.COMMUNE_CHAIR,
            unit_code=COMMUNE,
            since=date(2026, 11, 19),
        )
        assert [row.role for row in queries.held_today(desk, officer)] == ["commune_officer"]
