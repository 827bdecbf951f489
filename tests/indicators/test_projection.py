"""Facts follow the case files, in the same transaction, sealed; tables are exact to the last commit and to past days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.handovers import actions as handovers
from casemgr.indicators import facts, projection, queries, splits
from casemgr.indicators.facts import Fact
from casemgr.indicators.models import CaseFact
from casemgr.intake import actions
from casemgr.intake import queries as reports
from casemgr.intake.terms import Decision, Places
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import Level
from casemgr.security.sealing import SealBroken
from tests.handovers import test_actions as passing
from tests.support import factories
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest


def total(house: HouseUnderTest, unit: str = NA_SAM, period: str = "2026", **more: str) -> int:
    with house.maintenance(writing=False) as desk:
        found = queries.table(desk, queries.question("B", "0101", unit=unit, period=period, **more))  # type: ignore[arg-type]
        return found.value()


def decision(house: HouseUnderTest, member: str, unit: str = NA_SAM, **more: str) -> int:
    with house.maintenance(writing=False) as desk:
        asked = queries.question("B", "0101", unit=unit, period="2026", by="decision", **more)  # type: ignore[arg-type]
        return queries.table(desk, asked).value(decision=member)


def log(house: HouseUnderTest) -> list[Fact]:
    with house.maintenance(writing=False) as desk:
        rows = desk.rows(select(CaseFact.case_id, CaseFact.sealed).order_by(CaseFact.seq))
        return [
            facts.CASES.unpack(packed) for packed in desk.safe.open_facts((row[0], row[1]) for row in rows)
        ]


def decide(house: HouseUnderTest, number: str, wanted: Decision, reason: str | None = None) -> None:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, reports.report(desk, number), decision=wanted, reason=reason)


def test_a_report_is_pending_until_it_is_decided(house: HouseUnderTest) -> None:
    number = factories.a_report(house)
    assert (total(house), decision(house, "pending"), decision(house, "*")) == (0, 1, 0)
    decide(house, number, Decision.ACCEPTED)
    assert (total(house), decision(house, "pending"), decision(house, "*")) == (1, 0, 1)
    assert [fact.decision for fact in log(house)] == ["pending", "accepted"]


def test_a_fact_holds_what_the_file_tells(house: HouseUnderTest) -> None:
    factories.a_report(house)
    (fact,) = log(house)
    unit = house.unit_id(NA_SAM)
    assert fact == Fact(
        child=fact.child,
        report=fact.report,
        received=date(2026, 11, 18),
        event=date(2026, 11, 17),
        incident_unit=unit,
        residence_unit=unit,
        decision="pending",
        sex="male",
        age=9,
        harms=frozenset({"violence"}),
        environment="family",
        online=False,
        relations=frozenset({"father"}),
        ethnic_group="tay",
        disability="no",
        channel="telephone",
        urgency="emergency",
        kind="intervention",
        stage="received",
        flags=frozenset({"emergency"}),  # by law: the father is said to have done it
    )


def test_what_was_not_told_is_unknown_and_the_day_of_receipt_is_local(house: HouseUnderTest) -> None:
    house.clock.move(timedelta(hours=12))  # 00:45 of the next day in Viet Nam
    told = factories.a_story(
        children=(replace(factories.KHANG, sex=None, birth=Birth(), harms=None),), suspects=()
    )
    told = replace(
        told, incident=replace(told.incident, occurred_on=None, precision=None, environment=None, online=None)
    )
    factories.a_report(house, story=told)
    (fact,) = log(house)
    assert (fact.received, fact.event, fact.age, fact.sex) == (date(2026, 11, 19), None, None, "unknown")
    assert (fact.harms, fact.environment, fact.online, fact.relations) == (
        frozenset(),
        "unknown",
        None,
        frozenset(),
    )


@pytest.mark.parametrize(
    ("birth", "event", "precision", "age"),
    [
        (Birth(date(2010, 11, 17), Precision.DAY), date(2026, 11, 17), Precision.DAY, 16),
        (Birth(date(2010, 11, 18), Precision.DAY), date(2026, 11, 17), Precision.DAY, 15),
        (Birth(date(2010, 11, 18), Precision.DAY), None, None, 16),
        (Birth(date(2010, 11, 19), Precision.DAY), date(2026, 11, 10), Precision.UNKNOWN, 15),
        (Birth(date(2010, 1, 1), Precision.YEAR), date(2025, 6, 1), Precision.DAY, 15),
        (Birth(age_estimate=9), date(2026, 11, 17), Precision.DAY, 9),
        (Birth(), date(2026, 11, 17), Precision.DAY, None),
    ],
)
def test_age_is_counted_on_the_day_of_the_event_or_of_receipt(
    house: HouseUnderTest, birth: Birth, event: date | None, precision: Precision | None, age: int | None
) -> None:
    told = factories.a_story(children=(replace(factories.KHANG, birth=birth),))
    factories.a_report(
        house, story=replace(told, incident=replace(told.incident, occurred_on=event, precision=precision))
    )
    assert [fact.age for fact in log(house)] == [age]


def test_only_differences_are_written(house: HouseUnderTest) -> None:
    number = factories.a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.acknowledge(desk, reports.report(desk, number))
    assert len(log(house)) == 1
    with house.maintenance() as desk:
        assert projection.refresh_all(desk, told=lambda done: None) == 0
    assert len(log(house)) == 1


def test_a_correction_is_counted_at_once_and_the_past_stays(house: HouseUnderTest) -> None:
    number = factories.a_case(house)
    house.clock.move(timedelta(days=3))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = reports.report(desk, number)
        told = factories.a_story(
            children=(replace(factories.KHANG, sex=Sex.FEMALE, harms=("sexual_abuse", "violence")),)
        )
        actions.correct(desk, report, known=told, places_of=Places(), version=report.version)
    for as_of, sex in (
        ("2026-11-18", "male"),
        ("2026-11-20", "male"),
        ("2026-11-21", "female"),
        (None, "female"),
    ):
        with house.maintenance(writing=False) as desk:
            asked = queries.question("B", "0101", unit=NA_SAM, period="2026", by="sex,harm", as_of=as_of)
            table = queries.table(desk, asked)
            assert table.value(sex=sex) == table.value() == 1
            assert table.value(harm="sexual_abuse") == (sex == "female")
    assert total(house, as_of="2026-11-17") == 0


def test_the_same_day_is_counted_the_same_again(house: HouseUnderTest) -> None:
    factories.a_case(house)

    def digest() -> str:
        with house.maintenance(writing=False) as desk:
            asked = queries.question(
                "B", "0101", unit="20", period="2026", level="commune", by="sex", as_of="2026-11-18"
            )
            return queries.table(desk, asked).digest

    first = digest()
    house.clock.move(timedelta(days=2))
    factories.a_case(house)
    factories.a_case(house, unit_code=THAT_KHE)
    assert digest() == first
    assert total(house, "20") == 3


def test_a_table_is_exact_to_the_last_commit_and_not_beyond(house: HouseUnderTest) -> None:
    factories.a_case(house)
    assert total(house) == 1

    def undone() -> None:
        with house.desk(Role.COMMUNE_OFFICER) as desk:
            actions.receive(desk, factories.a_telling(house))
            desk.flush()
            projection.refresh(desk)
            desk.flush()
            inside = queries.table(
                desk, queries.question("B", "0101", unit=NA_SAM, period="2026", by="decision")
            )
            assert inside.value(decision="pending") == 1  # one's own work is seen
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert (total(house), decision(house, "pending")) == (1, 0)
    factories.a_case(house)
    assert total(house) == 2


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)  # SQLite has one writer
def test_late_commits_are_not_lost(house: HouseUnderTest) -> None:
    """A row with a lower number may be committed after one with a higher number."""
    factories.a_case(house)
    assert total(house) == 1
    early = house.office.open(house.actor(Role.COMMUNE_OFFICER))
    desk = early.__enter__()
    actions.receive(desk, factories.a_telling(house))
    desk.flush()
    projection.refresh(desk)
    desk.touched.clear()
    desk.flush()  # has its number, is not committed
    factories.a_report(house, unit_code=THAT_KHE)
    assert decision(house, "pending", LANG_SON) == 1
    early.__exit__(None, None, None)
    assert decision(house, "pending", LANG_SON) == 2
    factories.a_report(house)
    assert decision(house, "pending", LANG_SON) == 3


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)  # SQLite has one writer
def test_two_writers_of_one_case_see_each_other(house: HouseUnderTest) -> None:
    """One corrects the child while the other decides: the newest fact holds both."""
    number = factories.a_report(house)
    first, second = (house.office.open(house.actor(Role.COMMUNE_OFFICER)) for _one in range(2))
    one, other = first.__enter__(), second.__enter__()
    with house.maintenance(writing=False) as desk:
        case_id = desk.one(select(Case.id).where(Case.number == number))
    actions.decide(one, reports.report(one, number), decision=Decision.ACCEPTED)
    child = other.get(Child, other.get(Case, case_id).child_id)
    card = child.card
    assert card is not None
    other.seal(child, card=replace(card, sex=Sex.FEMALE))
    other.touch(case_id)
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    newest = log(house)[-1]
    assert (newest.decision, newest.sex) == ("accepted", "female")


def test_facts_are_sealed_and_bound_to_their_case(house: HouseUnderTest) -> None:
    factories.a_report(house)
    factories.a_report(house)
    with house.maintenance(writing=False) as desk:
        one, other = desk.rows(select(CaseFact.case_id, CaseFact.sealed).order_by(CaseFact.seq))
        (packed,) = desk.safe.open_facts([(one.case_id, one.sealed)])
        assert packed not in one.sealed
        with pytest.raises(SealBroken):
            desk.safe.open_facts([(other.case_id, one.sealed)])


def test_nobody_reads_the_log_but_counting(house: HouseUnderTest) -> None:
    factories.a_report(house)
    for role in (Role.COMMUNE_OFFICER, Role.PROVINCE_SUPERVISOR, Role.STATISTICIAN):
        with house.desk(role, writing=False) as desk:
            assert not desk.all(select(CaseFact))


def test_a_divided_commune_is_counted_under_its_province(house: HouseUnderTest) -> None:
    today = date(2026, 11, 18)
    with house.maintenance(writing=False) as desk:
        atlas = places.atlas(desk)
        divided = next(
            unit.code
            for unit in atlas.units
            if unit.level is Level.COMMUNE
            and atlas.at(unit.code, today) is None
            and place_rules.standing(atlas, unit, today).code == "20-unassigned"
        )
    told = factories.a_story()
    told = replace(told, incident=replace(told.incident, unit_code=divided))
    with house.desk(Role.HOTLINE_OPERATOR) as desk:
        actions.receive(desk, factories.a_telling(house, story=told))
    assert (decision(house, "pending", "20"), decision(house, "pending", "20-unassigned")) == (1, 1)
    with house.maintenance(writing=False) as desk:
        asked = queries.question("B", "0101", unit="20", period="2026", level="commune", by="decision")
        table = queries.table(desk, asked)
        assert [area.code for area in table.areas] == ["20-unassigned"]
        assert table.value("20-unassigned", decision="pending") == 1


def test_old_units_for_old_periods_new_units_for_new(house: HouseUnderTest) -> None:
    with house.maintenance(writing=False) as desk:
        atlas = places.atlas(desk)
        now = atlas.at(NA_SAM, date(2026, 11, 1))
        assert now is not None
        before = next(
            unit
            for unit, relation in atlas.before(now)
            if relation == "whole" and unit.code != NA_SAM and unit.level is Level.COMMUNE
        )
    received = datetime(2025, 5, 10, 3, tzinfo=UTC)
    told = factories.a_story()
    told = replace(told, incident=replace(told.incident, unit_code=before.code, occurred_on=date(2025, 5, 9)))
    with house.maintenance() as desk:
        actions.receive(desk, factories.a_telling(house, story=told, received_at=received))

    def rows(period: str, borders: str | None = None) -> list[str]:
        with house.maintenance(writing=False) as desk:
            asked = queries.question(
                "B", "0101", unit="20", period=period, level="commune", by="decision", borders=borders
            )
            return [row.area.code for row in queries.table(desk, asked).rows() if row.value]

    assert rows("2025-H1") == [before.code]
    assert rows("2025") == [NA_SAM]
    assert rows("2025-H1", "new") == [NA_SAM]


def test_a_series_across_the_first_of_july_2025_in_old_and_in_new_borders(house: HouseUnderTest) -> None:
    """A commune that became part of another, one that was divided, and the commune as it is now."""
    with house.maintenance(writing=False) as desk:
        atlas = places.atlas(desk)
        now = atlas.at(NA_SAM, date(2026, 11, 1))
        assert now is not None
        merged = next(
            unit.code
            for unit, relation in atlas.before(now)
            if relation == "whole" and unit.code != NA_SAM and unit.level is Level.COMMUNE
        )
        divided = next(
            unit.code
            for unit in atlas.units
            if unit.level is Level.COMMUNE
            and atlas.at(unit.code, date(2026, 11, 18)) is None
            and place_rules.standing(atlas, unit, date(2026, 11, 18)).code == "20-unassigned"
        )
    for code, received in (
        (merged, datetime(2025, 5, 10, 3, tzinfo=UTC)),
        (divided, datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC)),  # the last second of June in Viet Nam
        (NA_SAM, datetime(2025, 6, 30, 17, tzinfo=UTC)),  # the first of July
    ):
        told = factories.a_story()
        told = replace(told, incident=replace(told.incident, unit_code=code, occurred_on=None))
        with house.maintenance() as desk:
            report = actions.receive(
                desk, factories.a_telling(house, story=told, received_at=received)
            ).report
            actions.decide(desk, report, decision=Decision.ACCEPTED)

    def series(unit: str, period: str, borders: str) -> list[int | None]:
        with house.maintenance(writing=False) as desk:
            asked = queries.question("B", "0101", unit=unit, period=period, borders=borders)
            return [number for _, number in queries.series(desk, asked, 2)]

    assert series(NA_SAM, "2025-Q3", "new") == [1, 1]
    assert series("20", "2025-Q3", "new") == [2, 1]
    assert series("20-unassigned", "2025-Q3", "new") == [1, 0]
    assert series(merged, "2025-Q2", "old") == [None, 1]
    assert series(divided, "2025-Q2", "old") == [None, 1]
    assert series("20-unassigned", "2025-Q2", "old") == [None, 0]
    assert series(NA_SAM, "2025-Q3", "old") == [1, 1]


def test_residence_is_counted_apart_from_the_incident(house: HouseUnderTest) -> None:
    told = factories.a_story(children=(replace(factories.KHANG, residence_unit_code=ELSEWHERE),))
    factories.a_case(house, story=told)
    assert (total(house, "20"), total(house, "20", place="residence")) == (1, 0)
    assert total(house, ELSEWHERE, place="residence") == 1


def test_brothers_and_sisters_are_counted_each(house: HouseUnderTest) -> None:
    told = factories.a_story(
        children=(
            factories.KHANG,
            replace(factories.KHANG, ref="c2", name="Nông Thị Giả Định", sex=Sex.FEMALE, harms=("other",)),
        )
    )
    factories.a_case(house, story=told)
    with house.maintenance(writing=False) as desk:
        asked = queries.question("B", "0101", unit=NA_SAM, period="2026", by="relation,sex")
        table = queries.table(desk, asked)
        assert (table.value(), table.value(relation="father"), table.value(relation="unknown")) == (2, 1, 1)
        where = splits.conditions("sex=female", asked.period)
        found = queries.cell(desk, replace(asked, splits=()), where)
        assert found.value == len(found.case_ids) == len(queries.case_numbers(desk, found.case_ids)) == 1


def test_what_is_corrected_of_a_child_holds_in_all_its_cases(house: HouseUnderTest) -> None:
    """A child of two reports, in two communes: the correction of one is counted in the other too."""
    first, second = factories.a_case(house), factories.a_case(house, unit_code=THAT_KHE)
    with house.maintenance() as desk:
        child_id = desk.one(select(Case.child_id).where(Case.number == first))
        other = desk.one(select(Case).where(Case.number == second))
        other.child_id = child_id
        desk.touch(other.id)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        report = reports.report(desk, first)
        told = factories.a_story(children=(replace(factories.KHANG, sex=Sex.FEMALE),))
        actions.correct(desk, report, known=told, places_of=Places(), version=report.version)
    assert [fact.sex for fact in log(house)[-2:]] == ["female", "female"]
    with house.maintenance(writing=False) as desk:
        asked = queries.question("B", "0101", unit=LANG_SON, period="2026", level="commune", by="sex")
        table = queries.table(desk, asked)
        assert [table.value(code, sex="female") for code in (NA_SAM, THAT_KHE)] == [1, 1]


def test_what_is_corrected_of_a_report_holds_in_cases_that_another_unit_took_over(
    house: HouseUnderTest,
) -> None:
    """Two children of one report, one of them moved: its new commune corrects the report and does not see the other case."""
    sister = replace(factories.KHANG, ref="c2", name="Nông Thị Giả Định")
    number = factories.a_case(house, story=factories.a_story(children=(factories.KHANG, sister)))
    passing.answer(house, handovers.accept, passing.sent(house, number), at=THAT_KHE)
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        report = reports.report_of(desk, cases.case(desk, number))
        assert len(cases.of_report(desk, report.id)) == 1, "the sister's case is not theirs"
        assert report.known is not None
        known = replace(report.known, incident=replace(report.known.incident, environment="school"))
        actions.correct(desk, report, known=known, places_of=Places(), version=report.version)
    with house.maintenance() as desk:
        asked = queries.question("B", "0101", unit="VN", period="2026", by="environment")
        table = queries.table(desk, asked)
        assert [table.value(environment=one) for one in ("family", "school", "*")] == [0, 2, 2]
        assert projection.refresh_all(desk, told=lambda done: None) == 0
