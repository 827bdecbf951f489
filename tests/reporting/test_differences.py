"""Why two versions differ: every cause made to happen, and told from the facts."""

from dataclasses import replace

from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision, Places
from casemgr.places import queries as places
from casemgr.reporting import queries
from casemgr.reporting.differences import Cause, Change, Explaining
from casemgr.reporting.terms import Frozen
from tests.lives.test_merging import merged
from tests.reporting import chain
from tests.support.factories import a_case, a_report, a_story
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest


def now(house: HouseUnderTest, place: str = NA_SAM) -> Frozen:
    with house.maintenance(writing=False) as desk:
        found = queries.live(desk, queries.wanted(desk, "half", chain.HALF, place))
    chain.later(house, hours=1)
    return found


def differences(
    house: HouseUnderTest, old: Frozen, new: Frozen, place: str = NA_SAM
) -> dict[tuple[str, ...], Change]:
    with house.maintenance(writing=False) as desk:
        found = Explaining(desk, old, new, place, chain.HALF).changes()
    return {(one.table, one.area, *one.members): one for one in found}


def total_of(found: dict[tuple[str, ...], Change], place: str = NA_SAM, level: str = "commune") -> Change:
    return found[f"B/0101/{level}/age_band:law,sex", place, "*", "*"]


def test_a_decision_that_was_changed(house: HouseUnderTest) -> None:
    number = a_report(house)
    chain.later(house, hours=1)
    before = now(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, reports.report(desk, number), decision=Decision.ACCEPTED)
    chain.later(house, hours=1)
    change = total_of(differences(house, before, now(house)))
    assert (change.before, change.after, change.moves.causes) == (0, 1, {Cause.DECISION: 1})
    assert len(change.moves.entered) == 1


def test_what_was_corrected_moves_inside_the_table(house: HouseUnderTest) -> None:
    number = a_case(house)
    chain.later(house, hours=1)
    before = now(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = reports.report(desk, number)
        known = report.known or a_story()
        right = replace(known, incident=replace(known.incident, environment="school"))
        intake.correct(desk, report, known=right, places_of=report.places or Places(), version=report.version)
    chain.later(house, hours=1)
    found = differences(house, before, now(house))
    table = "B/0101/commune/environment"
    went, came = found[table, NA_SAM, "family"], found[table, NA_SAM, "school"]
    assert (went.before, went.after, went.moves.causes) == (1, 0, {Cause.CORRECTED: 1})
    assert (came.before, came.after, came.moves.causes) == (0, 1, {Cause.CORRECTED: 1})
    assert went.moves.left == came.moves.entered
    assert (table, NA_SAM, "*") not in found  # the total stayed


def test_the_commune_was_corrected(house: HouseUnderTest) -> None:
    number = a_case(house)
    chain.later(house, hours=1)
    before = now(house, LANG_SON)
    with house.maintenance() as desk:
        case = desk.one(select(Case).where(Case.number == number))
        case.incident_unit_id = places.unit_at(desk, THAT_KHE).id
        desk.touch(case.id)
    chain.later(house, hours=1)
    found = differences(house, before, now(house, LANG_SON), LANG_SON)
    rows = {one.area: one for one in found.values() if one.total}
    assert {(area, one.before, one.after) for area, one in rows.items()} == {
        (NA_SAM, 1, 0) if (NA_SAM in {code for code, _name in before.tables[2].areas}) else (NA_SAM, 1, None),
        (THAT_KHE, None, 1),
    }
    assert all(one.moves.causes == {Cause.MOVED: 1} for one in rows.values())


def test_two_files_of_one_child(house: HouseUnderTest) -> None:
    first, second = a_case(house), a_case(house)
    chain.later(house, hours=1)
    before = now(house)
    with house.maintenance(writing=False) as desk:
        kept, given_up = (
            desk.one(select(Case.child_id).where(Case.number == number)) for number in (first, second)
        )
    merged(house, kept, given_up)
    chain.later(house, hours=1)
    change = total_of(differences(house, before, now(house)))
    assert (change.before, change.after, change.moves.causes) == (2, 1, {Cause.MERGED: 1})
    assert not change.moves.entered and not change.moves.left and len(change.moves.changed) == 1


def test_a_changed_rule_is_said_and_no_case_blamed(house: HouseUnderTest) -> None:
    a_case(house)
    chain.later(house, hours=1)
    after = now(house)
    older = replace(
        after,
        tables=tuple(
            replace(one, rule="another", values=tuple(0 for _ in one.values)) for one in after.tables
        ),
    )
    found = differences(house, older, after)
    assert found and all(one.moves.causes == {Cause.CATALOGUE: 0} for one in found.values())


def test_the_same_numbers_do_not_differ(house: HouseUnderTest) -> None:
    a_case(house)
    chain.later(house, hours=1)
    assert differences(house, now(house), now(house)) == {}


def test_what_a_version_does_not_have_is_not_zero(house: HouseUnderTest) -> None:
    a_case(house)
    chain.later(house, hours=1)
    after = now(house)
    older = replace(after, tables=after.tables[1:])
    change = total_of(differences(house, older, after))
    assert (change.before, change.after) == (None, 1)
