"""A return from its first number to its amendment, on both engines, at the desks of those who do it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.checks.terms import Sent
from casemgr.children.terms import Sex
from casemgr.core.calendar import local_day
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from casemgr.core.periods import Period
from casemgr.reporting import actions, queries
from casemgr.reporting import frozen as keeping
from casemgr.reporting.differences import Cause, Explaining
from casemgr.reporting.models import ReturnVersion
from casemgr.reporting.terms import State
from casemgr.reporting.views import one as one_return
from tests.reporting import chain
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

CHILDREN = "B/0101/commune/sex"


def test_a_return_walks_from_commune_to_country_and_is_amended(house: HouseUnderTest) -> None:
    a_case(house)
    chain.later(house, hours=1)
    chain.sign(house)
    chain.approve(house)
    for place in (LANG_SON, chain.NATION):
        chain.later(house, hours=1)
        chain.sign(house, place)
        chain.approve(house, place)
        chain.publish(house, place)
    chain.later(house, hours=1)
    other = replace(KHANG, name="Lê Thị Giả Muộn", sex=Sex.FEMALE)
    late = a_case(house, story=a_story(children=(other,)))
    chain.later(house, hours=1)
    chain.sign(house, chain.NATION, reason="Một hồ sơ được ghi sau ngày ký")
    chain.approve(house, chain.NATION)
    chain.publish(house, chain.NATION)

    with chain.desk_of(house, Role.STATISTICIAN, None, writing=False) as desk:
        row = chain.row_of(desk, chain.NATION)
        assert (row.state, row.number, row.final) == (State.PUBLISHED, 2, 2)
        new, old = queries.versions(desk, row)
        assert new.amends == 1
        assert all(keeping.digest_of(queries.kept(one)) == one.digest for one in (new, old))
        changes = Explaining(desk, queries.kept(old), queries.kept(new), chain.NATION, chain.HALF).changes()
    totals = [
        one
        for one in changes
        if one.table == "B/0101/nation/age_band:law,sex" and one.members == ("*", "female")
    ]
    assert [(one.before, one.after, one.moves.causes) for one in totals] == [(0, 1, {Cause.LATE: 1})]
    with house.maintenance(writing=False) as desk:
        from casemgr.indicators import queries as indicators

        assert list(indicators.case_numbers(desk, totals[0].moves.entered)) == [late]
    provinces = [one for one in changes if one.area == LANG_SON]
    assert provinces and all(one.after is not None and one.after > (one.before or 0) for one in provinces)


def test_what_was_signed_does_not_move(house: HouseUnderTest) -> None:
    a_case(house)
    chain.later(house, hours=1)
    chain.sign(house)
    with chain.desk_of(house, Role.COMMUNE_OFFICER, NA_SAM, writing=False) as desk:
        before = queries.kept(queries.newest(desk, chain.row_of(desk, NA_SAM)))  # type: ignore[arg-type]
    chain.later(house, hours=1)
    a_case(house)
    with chain.desk_of(house, Role.COMMUNE_OFFICER, NA_SAM, writing=False) as desk:
        one = queries.wanted(desk, "half", chain.HALF, NA_SAM)
        kept = queries.kept(queries.newest(desk, chain.row_of(desk, NA_SAM)))  # type: ignore[arg-type]
        assert kept == before
        assert keeping.digest_of(queries.live(desk, one)) != keeping.digest_of(kept)
        table = keeping.table_of(desk, kept, kept.tables[0], NA_SAM, chain.HALF)
        assert table.digest == kept.tables[0].digest


def test_nobody_signs_what_they_have_not_read(house: HouseUnderTest) -> None:
    one = chain.wanted(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        seen = keeping.digest_of(queries.live(desk, one))
    a_case(house)
    with pytest.raises(Conflict), house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.sign(desk, one, seen=seen)


def test_nil_is_signed_by_name(house: HouseUnderTest) -> None:
    with pytest.raises(RuleBroken, match="nil-not-signed"):
        chain.sign(house)
    chain.sign(house, nil=True)
    with house.maintenance(writing=False) as desk:
        row = chain.row_of(desk, NA_SAM)
        assert row.nil and row.state == State.CHECKED
        (line,) = [
            line
            for line in queries.units_below(desk, queries.wanted(desk, "half", chain.HALF, LANG_SON))
            if line.unit.code == NA_SAM
        ]
        assert line.reported == "nil"


def test_numbers_are_no_nil_return(house: HouseUnderTest) -> None:
    a_case(house)
    with pytest.raises(RuleBroken, match="not-nil"):
        chain.sign(house, nil=True)


def test_whoever_signed_does_not_approve(house: HouseUnderTest) -> None:
    chain.sign(house, chain.NATION, nil=True)
    with pytest.raises(RuleBroken, match="own-signature"):
        chain.approve(house, chain.NATION, person=0)
    chain.approve(house, chain.NATION)


def test_a_deputy_does_not_approve_what_the_person_they_stand_in_for_has_signed(
    house: HouseUnderTest,
) -> None:
    chain.sign(house, chain.NATION, nil=True)
    signer = chain.nation(house)
    deputy = replace(chain.nation(house, person=1), stands_for=signer.account_id)
    with house.office.open(deputy, writing=False) as desk:
        one = queries.wanted(desk, "half", chain.HALF, chain.NATION)
        row = chain.row_of(desk, chain.NATION)
        steps = one_return.steps(desk, one, row, queries.versions(desk, row))
        assert steps["signed_by_me"] and not steps["may_approve"]
    for step in (actions.approve, partial(actions.give_back, reason="Thiếu vụ việc tháng 11")):
        with pytest.raises(RuleBroken, match="own-signature"), house.office.open(deputy) as desk:
            step(desk, chain.row_of(desk, chain.NATION))
    chain.approve(house, chain.NATION)


def test_nobody_approves_what_a_deputy_of_theirs_has_signed(house: HouseUnderTest) -> None:
    absent, deputy, other = (chain.nation(house, person=place) for place in range(3))
    with house.office.open(replace(deputy, stands_for=absent.account_id)) as desk:
        one = queries.wanted(desk, "half", chain.HALF, chain.NATION)
        found = actions.findings_on_signing(desk, one, queries.live(desk, one), nil=True, reason="")
        why = {finding.code: "Đã xem, sẽ bổ sung sau" for finding in found.to_explain}
        seen = keeping.digest_of(queries.live(desk, one))
        actions.sign(desk, one, seen=seen, nil=True, explanations=why)
    for who in (absent, deputy, replace(other, stands_for=absent.account_id)):
        with house.office.open(who, writing=False) as desk:
            row = chain.row_of(desk, chain.NATION)
            steps = one_return.steps(desk, one, row, queries.versions(desk, row))
            assert steps["signed_by_me"] and not steps["may_approve"]
        for step in (actions.approve, partial(actions.give_back, reason="Thiếu vụ việc tháng 11")):
            with pytest.raises(RuleBroken, match="own-signature"), house.office.open(who) as desk:
                step(desk, chain.row_of(desk, chain.NATION))
    page = house.client(Role.STATISTICIAN, chain.NATION, person=2).get(
        f"/reporting/half/{chain.HALF}/{chain.NATION}"
    )
    assert f"{deputy.name} thay {absent.name}" in page.get_data(as_text=True)
    chain.approve(house, chain.NATION, person=2)


def test_the_unit_itself_does_not_approve(house: HouseUnderTest) -> None:
    chain.sign(house, LANG_SON, nil=True)
    with pytest.raises(Refused), house.desk(Role.PROVINCE_SUPERVISOR, LANG_SON) as desk:
        actions.approve(desk, chain.row_of(desk, LANG_SON))


def test_given_back_and_signed_again(house: HouseUnderTest) -> None:
    chain.sign(house, nil=True)
    with pytest.raises(RuleBroken, match="no-reason"), house.desk(Role.STATISTICIAN, LANG_SON) as desk:
        actions.give_back(desk, chain.row_of(desk, NA_SAM), reason=" ")
    with house.desk(Role.STATISTICIAN, LANG_SON) as desk:
        actions.give_back(desk, chain.row_of(desk, NA_SAM), reason="Thiếu vụ việc tháng 11")
    chain.later(house, hours=1)
    a_case(house)
    chain.sign(house)
    chain.approve(house)
    with house.maintenance(writing=False) as desk:
        row = chain.row_of(desk, NA_SAM)
        assert (row.state, row.number, row.final, row.nil) == (State.APPROVED, 2, 2, False)
        states = desk.all(select(ReturnVersion.state).order_by(ReturnVersion.number))
        assert list(states) == [State.RETURNED, State.APPROVED]


def test_nothing_is_amended_without_a_difference_or_a_reason(house: HouseUnderTest) -> None:
    a_case(house)
    chain.sign(house)
    chain.approve(house)
    with pytest.raises(RuleBroken, match="nothing-to-amend"):
        chain.sign(house, reason="Không có gì khác trước")
    chain.later(house, hours=1)
    a_case(house)
    with pytest.raises(RuleBroken, match="no-reason"):
        chain.sign(house)
    chain.sign(house, reason="Bổ sung một vụ việc")
    for reader in (house.client(Role.COMMUNE_OFFICER), house.client(Role.STATISTICIAN)):
        page = reader.get(f"/reporting/half/{chain.HALF}/{NA_SAM}").get_data(as_text=True)
        assert "Bổ sung một vụ việc" in page and "/versions/2/changes" in page, "why, and what"


def test_returns_of_others_do_not_exist(house: HouseUnderTest) -> None:
    chain.sign(house, nil=True)
    for role, unit in ((Role.COMMUNE_OFFICER, THAT_KHE), (Role.STATISTICIAN, "01")):
        with house.desk(role, unit, writing=False) as desk:
            for place in (NA_SAM, LANG_SON, chain.NATION):
                with pytest.raises(NotFound):
                    queries.wanted(desk, "half", chain.HALF, place)
            assert desk.all(select(ReturnVersion)) == []


def test_what_the_country_has_published_is_read_by_all(house: HouseUnderTest) -> None:
    chain.sign(house, chain.NATION, nil=True)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk, pytest.raises(NotFound):
        queries.wanted(desk, "half", chain.HALF, chain.NATION)
    chain.approve(house, chain.NATION)
    chain.publish(house, chain.NATION)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        one = queries.wanted(desk, "half", chain.HALF, chain.NATION)
        row = queries.stored(desk, one)
        assert row is not None and queries.kept(queries.version(desk, row, 1)).tables


def test_a_thread_on_a_number(house: HouseUnderTest) -> None:
    one = chain.wanted(house)
    with house.desk(Role.STATISTICIAN, LANG_SON) as desk:
        asked = actions.write(desk, one, cell=f"{CHILDREN}|{NA_SAM}|male", text="Vì sao không có em nào?")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        row = chain.row_of(desk, NA_SAM)
        assert queries.open_threads(desk, row) == 1
        first = queries.comment(desk, row, asked.id)
        actions.write(desk, one, cell="", text="Chưa có tin báo nào.", thread=first)
    with house.desk(Role.STATISTICIAN, LANG_SON) as desk:
        actions.settle(desk, queries.comment(desk, chain.row_of(desk, NA_SAM), asked.id))
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        row = chain.row_of(desk, NA_SAM)
        assert queries.open_threads(desk, row) == 0
        assert [line.cell for line in queries.comments(desk, row)] == [f"{CHILDREN}|{NA_SAM}|male"] * 2
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk, pytest.raises(NotFound):
        actions.write(desk, one, cell=f"{CHILDREN}|{NA_SAM}|male", text="Của xã khác")


def test_the_night_looks_at_the_returns_that_are_being_made(house: HouseUnderTest) -> None:
    """This month always; a period from when its return is spoken of until the country's stands. No plan asks for months."""

    def at_work() -> set[str]:
        with house.maintenance(writing=False) as desk:
            return {span.code for span in queries.at_work(desk)}

    assert {"2026-11", "2026-H1"} <= at_work() and "2026-10" not in at_work()
    house.clock.move(timedelta(days=48))  # the 5th of January
    assert {"2027-01", "2026-H2", "2026"} <= at_work()
    chain.sign(house, chain.NATION, nil=True)
    chain.approve(house, chain.NATION)
    assert "2026-H2" in at_work()
    chain.publish(house, chain.NATION)
    assert "2026-H2" not in at_work(), "the country's return stands"


def test_the_night_knows_what_was_signed(house: HouseUnderTest) -> None:
    house.clock.move(timedelta(days=48))
    chain.sign(house, nil=True)
    signed_on = local_day(house.clock.now())
    house.clock.move(timedelta(days=2))
    span = Period.parse(chain.HALF)
    with house.maintenance(writing=False) as desk:
        assert queries.sent(desk, span) == {NA_SAM: Sent(nil=True, cut=signed_on)}
    a_case(house)
    told = house.app.test_cli_runner().invoke(
        args=["checks", "run", "--period", chain.HALF, "--unit", LANG_SON, "--json"]
    )
    assert told.exit_code == 0, told.output
    with house.desk(Role.STATISTICIAN, LANG_SON) as desk:
        actions.give_back(desk, chain.row_of(desk, NA_SAM), reason="Có vụ việc báo sau khi ký")
    with house.maintenance(writing=False) as desk:
        assert queries.sent(desk, span) == {}, "what was given back says nothing"
