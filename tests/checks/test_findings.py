"""Findings of units in a house: live, exact, explained, lapsed; nightly for a whole province; on their page."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from casemgr.checks import actions, queries
from casemgr.checks.catalogue import RULES
from casemgr.checks.counting import Counts
from casemgr.checks.models import CheckExplanation, CheckResult
from casemgr.checks.queries import Checked
from casemgr.checks.terms import NOT_SENT, Sent
from casemgr.children.terms import Birth, Precision
from casemgr.core.errors import Conflict, Invalid, NotFound, Refused, RuleBroken
from casemgr.core.findings import Weight
from casemgr.core.periods import Period
from casemgr.indicators import engine, facts, land
from casemgr.indicators import queries as indicators
from casemgr.indicators.facts import Fact
from casemgr.indicators.items import FORMS, ITEMS, Item, Kind
from casemgr.indicators.models import ItemFact
from casemgr.indicators.queries import Question, Setting
from casemgr.indicators.register import LogRows, Register, microseconds
from casemgr.indicators.terms import Level
from casemgr.places import queries as places
from tests.support.factories import KHANG, a_case, a_report, a_story
from tests.support.house import ELSEWHERE, LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

NOVEMBER, OCTOBER = Period.parse("2026-11"), Period.parse("2026-10")
WHY = "Đã gọi trạm y tế: đúng là chưa ai biết tuổi."


def look(
    house: HouseUnderTest,
    code: str = NA_SAM,
    period: Period = NOVEMBER,
    *,
    role: Role = Role.COMMUNE_OFFICER,
    sent: Sent = NOT_SENT,
    as_of: date | None = None,
) -> Checked:
    unit = code if role is Role.COMMUNE_OFFICER else None
    with house.desk(role, unit, writing=False) as desk:
        return queries.findings(desk, code, period, sent=sent, as_of=as_of)


def names(checked: Checked) -> list[str]:
    return [one.finding.rule.id for one in checked.standing]


def without_age(house: HouseUnderTest, unit: str = NA_SAM) -> str:
    """A case whose child's age nobody knows."""
    child = replace(KHANG, birth=Birth())
    return a_case(house, unit_code=unit, story=a_story(children=(child,)))


def recorded(patch: pytest.MonkeyPatch, found: Sequence[Fact]) -> None:
    """Facts of a long time, as if they had been recorded month by month."""
    numbers = list(range(1, len(found) + 1))
    registers = {kind: Register(form) for kind, form in FORMS.items()}
    registers["case"].write(
        LogRows(
            numbers,
            [UUID(int=number).bytes for number in numbers],
            [0] * len(found),
            numbers,
            [facts.pack(fact) for fact in found],
        )
    )
    for register in registers.values():
        register.link()

    as_it_is = indicators.setting_of

    def setting_of(desk: Desk, asked: Question) -> Setting:
        found, reading = as_it_is(desk, asked), registers[asked.entry.fact].reading(None)
        place, units = found.grid.asked, engine.units_in(reading, asked.counted_by)
        grid = land.grid(places.atlas(desk), place, found.grid.level, found.day, units)
        return replace(found, reading=reading, grid=grid, first_day=reading.first_day() or found.day)

    patch.setattr(indicators, "setting_of", setting_of)


def a_fact(house: HouseUnderTest, number: int, received: date, unit: str = NA_SAM) -> Fact:
    return Fact(
        child=number,
        report=number,
        received=received,
        incident_unit=house.unit_id(unit),
        decision="accepted",
        sex=("male", "female")[number % 2],
        age=number % 15,
        harms=frozenset({"violence"}),
        environment="family",
        channel="telephone",
    )


def test_a_sound_commune_passes(house: HouseUnderTest) -> None:
    assert look(house).passes
    a_case(house, stage=Stage.CARRYING_OUT)
    checked = look(house)
    assert checked.passes and not checked.standing and checked.asked > 90
    assert not list(checked.spoken())


def test_what_is_wrong_is_found_and_opens_to_its_cases(house: HouseUnderTest) -> None:
    story = a_story()
    later = replace(story.incident, occurred_on=date(2026, 11, 25))
    number = a_case(house, story=replace(story, incident=later))
    a_case(house)
    checked = look(house)
    assert [one.finding.rule.id for one in checked.blocks] == ["event-after-receipt"]
    assert checked.blocks[0].finding.left == 1 and not checked.passes
    with pytest.raises(RuleBroken):
        checked.spoken().settle()
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        place = queries.place_of(desk, NA_SAM, NOVEMBER)
        assert queries.case_numbers(desk, place, NOVEMBER, "event-after-receipt") == (1, [number])
        with pytest.raises(NotFound):
            queries.case_numbers(desk, place, NOVEMBER, "sum-sex")
    with house.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        assert "event-after-receipt" in names(queries.findings(desk, LANG_SON, NOVEMBER))


@pytest.mark.parametrize(
    ("day", "precision", "found"),
    [
        (date(2026, 11, 25), Precision.MONTH, False),
        (date(2026, 12, 1), Precision.MONTH, True),
        (date(2026, 12, 31), Precision.YEAR, False),
        (date(2027, 1, 1), Precision.YEAR, True),
        (date(2026, 11, 19), Precision.DAY, True),
    ],
)
def test_of_an_event_known_by_its_month_or_year_no_day_is_held_against_a_report(
    swept: HouseUnderTest, day: date, precision: Precision, found: bool
) -> None:
    """A machine writes some day of the month or year it knows: that it lies after the receipt says nothing."""
    story = a_story()
    told = replace(story.incident, occurred_on=day, precision=precision)
    a_case(swept, story=replace(story, incident=told))
    assert ("event-after-receipt" in names(look(swept))) is found


def test_an_explanation_holds_until_the_numbers_change(house: HouseUnderTest) -> None:
    without_age(house)
    (open_one,) = look(house).to_explain
    assert open_one.finding.rule.id == "age-not-told"
    key = open_one.finding.key
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
    explained = look(house)
    assert explained.passes and [one.finding.rule.id for one in explained.explained] == ["age-not-told"]
    a_case(house)
    assert look(house).passes, "other numbers changed, not those that the finding rests on"
    without_age(house)
    again = look(house)
    assert not again.passes and again.to_explain[0].lapsed is not None
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(Conflict):
        actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)


def test_an_explanation_is_taken_back(house: HouseUnderTest) -> None:
    without_age(house)
    key = look(house).to_explain[0].finding.key
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        row = actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
        key_of_row = row.id
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.withdraw(desk, queries.explanation(desk, key_of_row))
    assert not look(house).passes
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(NotFound):
        queries.explanation(desk, key_of_row)


def test_who_may_explain(house: HouseUnderTest) -> None:
    without_age(house)
    key = look(house).to_explain[0].finding.key
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk, pytest.raises(Refused):
        actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
    for code in (THAT_KHE, ELSEWHERE):
        with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk, pytest.raises(NotFound):
            actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
        with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(NotFound):
            queries.findings(desk, code, NOVEMBER)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        with pytest.raises(Invalid) as wrong:
            actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=" đúng ")
        assert set(wrong.value.errors) == {"text"}
        with pytest.raises(Conflict):
            actions.explain(desk, NA_SAM, NOVEMBER, "sum-sex", key=key, text=WHY)
    with house.desk(Role.SOCIAL_WORKER) as desk, pytest.raises(Refused):
        actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)


def test_what_was_written_is_sealed(house: HouseUnderTest) -> None:
    without_age(house)
    key = look(house).to_explain[0].finding.key
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
    with house.maintenance(writing=False) as desk:
        rows = desk.session.connection().execute(text("SELECT * FROM check_explanation")).all()
        plain = " ".join(map(str, rows))
        assert len(rows) == 1 and "trạm y tế" not in plain and key not in plain
        body = " ".join(desk.session.connection().execute(text("SELECT body FROM audit_entry")).scalars())
        assert "trạm y tế" not in body and key not in body


def test_what_the_report_says_itself(house: HouseUnderTest) -> None:
    a_case(house)
    assert "nil-with-children" in names(look(house, sent=Sent(nil=True)))
    assert "nil-with-children" not in names(look(house, sent=Sent(nil=False)))
    cut = date(2026, 11, 18)
    assert "late-children" not in names(look(house, sent=Sent(cut=cut)))
    house.clock.move(timedelta(days=2))
    a_case(house, story=a_story(children=(replace(KHANG, name="Nông Thị Giả Định"),)))
    late = look(house, sent=Sent(cut=cut))
    assert {"late-children", "late-incidents"} <= set(names(late))
    assert "late-children" not in names(look(house, sent=Sent(cut=cut), as_of=cut))


def test_a_file_may_bring_what_pages_refuse(house: HouseUnderTest) -> None:
    """Steps in an order that no page lets happen: the facts are there all the same, and are found."""
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        key = desk.id()
        turned = Item(
            case_high=key.int >> 64,
            case_low=key.int & (1 << 64) - 1,
            child=77,
            report=77,
            incident_unit=house.unit_id(NA_SAM),
            unit=house.unit_id(NA_SAM),
            received=date(2026, 11, 3),
            to_assessment=60,
            to_plan=4000,
            to_approval=3000,
            taken=frozenset({"assessed", "planned", "approved"}),
            sex="male",
            age=8,
        )
        desk.append(
            ItemFact,
            {
                "kind": Kind.COURSE,
                "owner_id": key,
                "item_id": key,
                "recorded_at": microseconds(desk.now),
                "sealed": desk.safe.seal_fact(key, ITEMS.pack(turned)),
            },
        )
    checked = look(house)
    assert [one.finding.rule.id for one in checked.blocks] == ["approved-before-plan"]
    assert not checked.blocks[0].finding.rule.by_page and number


def test_a_rise_and_a_silence_are_asked_about_once_there_is_a_history(
    swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    period, history = OCTOBER, []
    for count in [1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0, 2]:
        period = period.previous()
        history += [a_fact(swept, len(history) + one, period.first) for one in range(count)]
    recorded(monkeypatch, history)
    assert not [name for name in names(look(swept, period=OCTOBER)) if RULES[name].test.false_alarms]
    rise = [a_fact(swept, 100 + one, date(2026, 10, 9)) for one in range(12)]
    recorded(monkeypatch, [*history, *rise])
    assert {"children-rise", "incidents-rise"} <= set(names(look(swept, period=OCTOBER)))
    months = [OCTOBER]
    while len(months) < 18:
        months.append(months[-1].previous())
    spoken = [
        a_fact(swept, 300 + 9 * at + one, month.first, THAT_KHE)
        for at, month in enumerate(months[6:])
        for one in range(2)
    ]
    recorded(monkeypatch, [*history, *spoken])
    assert "silent" in names(look(swept, THAT_KHE, OCTOBER)) and "silent" not in names(
        look(swept, period=OCTOBER)
    )


def test_a_period_that_lasts_is_not_said_to_fall(
    swept: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few days of a month are fewer than a whole one; when it is over and has remained so, it is asked about."""
    period, history = NOVEMBER, []
    for _month in range(12):
        period = period.previous()
        history += [a_fact(swept, len(history) + one, period.first) for one in range(20)]
    recorded(monkeypatch, [*history, a_fact(swept, 900, date(2026, 11, 2))])
    assert "children-fall" not in names(look(swept))
    with swept.maintenance() as desk:
        actions.run(desk, NOVEMBER, LANG_SON)
        assert queries.results(desk, NOVEMBER, [NA_SAM])[NA_SAM].to_explain == 0
    swept.clock.move(timedelta(days=13))
    assert "children-fall" in names(look(swept)), "it is 1 December"
    assert "children-fall" not in names(look(swept, as_of=date(2026, 11, 18)))
    with swept.maintenance() as desk:
        actions.run(desk, NOVEMBER, LANG_SON)
        assert queries.results(desk, NOVEMBER, [NA_SAM])[NA_SAM].to_explain == 1


def test_numbers_are_those_of_the_tables(swept: HouseUnderTest) -> None:
    """Every number that a rule reads is the one that the page of its indicator shows, for a unit alone or among others."""
    a_case(swept, stage=Stage.CARRYING_OUT)
    a_case(swept, unit_code=THAT_KHE)
    a_report(swept)
    with swept.maintenance(writing=False) as desk:
        province = queries.place_of(desk, LANG_SON, NOVEMBER)
        below = Counts(desk, province, Level.PROVINCE, NOVEMBER).below
        assert below is not None
        compared = 0
        for code in (NA_SAM, THAT_KHE):
            alone = Counts(desk, queries.place_of(desk, code, NOVEMBER), Level.COMMUNE, NOVEMBER).of(code)
            for address in {one for rule in RULES.values() for one in rule.test.reads}:
                if not address.where:
                    assert alone.number(address) == below.of(code).number(address), address
                if not address.is_cell or address.ago or address.cut or alone.number(address) is None:
                    continue
                asked = indicators.question(
                    address.set, address.code, unit=code, period=NOVEMBER.code, by=address.key
                )
                table = indicators.table(desk, asked)
                row = table.areas.index(next(area for area in table.areas if area.code == code))
                line = (table.of if address.part == "of" else table.values)[row]  # type: ignore[index]
                wanted = [line] if not table.splits else list(line[:-1])
                if address.key and address.members != ("+",):
                    wanted = [line[table.splits[0].members.index(member)] for member in address.members]
                assert alone.number(address) == sum(map(int, wanted)), address
                compared += 1
        assert compared > 80


def test_few_tables_are_read_and_each_once(house: HouseUnderTest) -> None:
    a_case(house, stage=Stage.CARRYING_OUT)
    look(house)
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(house.office.engine, "before_cursor_execute", note)
    try:
        with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
            asked.clear()
            queries.findings(desk, NA_SAM, NOVEMBER, sent=Sent(nil=False, cut=date(2026, 11, 17)))
            assert len(asked) <= 40, asked  # a hundred rules read some three hundred numbers
    finally:
        event.remove(house.office.engine, "before_cursor_execute", note)


def test_the_night_looks_at_every_commune_and_goes_on_where_it_stopped(house: HouseUnderTest) -> None:
    story = a_story()
    a_case(house, story=replace(story, incident=replace(story.incident, occurred_on=date(2026, 11, 25))))
    without_age(house, THAT_KHE)
    with house.maintenance() as desk:
        done = actions.run(desk, NOVEMBER, LANG_SON)
        communes = len(queries.units_below(desk, queries.place_of(desk, LANG_SON, NOVEMBER), NOVEMBER))
    assert done.looked and done.units == communes + 1 and done.blocks == 2  # the commune's and the province's
    with house.maintenance() as desk:
        assert not actions.run(desk, NOVEMBER, LANG_SON).looked
        assert actions.run(desk, NOVEMBER, LANG_SON, again=True).units == done.units
        assert actions.run(desk, NOVEMBER).units == 1
        kept = queries.results(desk, NOVEMBER, [NA_SAM, THAT_KHE, LANG_SON, "VN"])
        assert {code: (row.blocks, row.to_explain) for code, row in kept.items()} == {
            NA_SAM: (1, 0),
            THAT_KHE: (0, 1),
            LANG_SON: (1, 0),  # what is unusual about single cases is explained where they are
            "VN": (1, 0),
        }
    house.clock.move(timedelta(days=1))
    with house.maintenance() as desk:
        assert actions.run(desk, NOVEMBER, LANG_SON).looked
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert {row.place for row in desk.all(select(CheckResult))} == {NA_SAM}


def test_the_command(swept: HouseUnderTest) -> None:
    a_case(swept)
    runner = swept.app.test_cli_runner()
    first = runner.invoke(args=["checks", "run", "--period", "2026-11", "--unit", "20", "--json"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["units"] > 60
    second = json.loads(
        runner.invoke(args=["checks", "run", "--period", "2026-11", "--unit", "20", "--json"]).output
    )
    assert (second["units"], second["left"]) == (0, 1)
    assert runner.invoke(args=["checks", "run", "--period", "tomorrow"]).exit_code == 1
    assert runner.invoke(args=["checks", "run", "--period", "2026-11", "--unit", "99999"]).exit_code == 1


def test_the_page_of_a_commune(swept: HouseUnderTest) -> None:
    without_age(swept)
    client = swept.client(Role.COMMUNE_OFFICER)
    shown = client.get("/checks?unit=06124&period=2026-11").text
    assert "chưa biết tuổi của trẻ" in shown and "/checks/cases?" in shown and "Nông Minh Khang" not in shown
    key = re.search(r'name="age-not-told-key"[^>]*value="([0-9a-f]+)"', shown)
    assert key is not None
    fields = {"unit": NA_SAM, "period": "2026-11", "rule": "age-not-told", "age-not-told-key": key[1]}
    short = client.post("/checks/explain", data={**fields, "age-not-told-text": "đúng"})
    assert (
        short.status_code == 422
        and "Viết một câu" in short.text
        and ">đúng</textarea>" in short.text.replace("\r\n", "")
    )
    stale = client.post("/checks/explain", data={**fields, "age-not-told-key": "0", "age-not-told-text": WHY})
    assert stale.status_code == 409 and "đã thay đổi" in stale.text and WHY in stale.text
    saved = client.post("/checks/explain", data={**fields, "age-not-told-text": WHY})
    assert saved.status_code == 303 and saved.location == "/checks?unit=06124&period=2026-11"
    after = client.get(saved.location).text
    assert WHY in after and "Số liệu không vướng gì" in after
    back = re.search(r'action="(/checks/[0-9a-f-]{36}/withdraw)"', after)
    assert back is not None
    assert client.post(back[1], data={"unit": NA_SAM, "period": "2026-11"}).status_code == 303
    assert "Số liệu không vướng gì" not in client.get(saved.location).text
    assert client.post(back[1], data={"unit": NA_SAM, "period": "2026-11"}).status_code == 404


def test_pages_of_cases_and_of_a_province(swept: HouseUnderTest) -> None:
    number = without_age(swept)
    officer, supervisor = swept.client(Role.COMMUNE_OFFICER), swept.client(Role.PROVINCE_SUPERVISOR)
    opened = officer.get("/checks/cases?unit=06124&period=2026-11&rule=age-not-told")
    assert opened.status_code == 200 and number in opened.text
    for wrong in ("rule=nonsense", "rule=sum-sex", "rule=age-not-told&unit=00004"):
        assert officer.get(f"/checks/cases?period=2026-11&{wrong}").status_code == 404
    with swept.maintenance() as desk:
        actions.run(desk, NOVEMBER, LANG_SON)
    shown = supervisor.get("/checks?unit=20&period=2026-11").text
    assert "Đơn vị cấp dưới" in shown and 'href="/checks?unit=06124&amp;period=2026-11"' in shown
    late = "period=2026-11&cut=2026-11-17"
    own, theirs = (supervisor.get(f"/checks?unit={code}&{late}").text for code in (LANG_SON, NA_SAM))
    for text_of, may_write in ((own, True), (theirs, False)):  # each explains its own numbers
        assert "Đến ngày chốt số có 0 trẻ em, nay là 1" in text_of
        assert ('name="late-children-text"' in text_of) is may_write
    assert officer.get("/checks?unit=20&period=2026-11").status_code == 404
    assert officer.get("/checks?period=never").status_code == 404
    assert officer.get("/checks").status_code == 200
    assert swept.client(Role.SOCIAL_WORKER).get("/checks").status_code == 403


def test_a_look_is_in_the_trail_and_an_explanation_too(swept: HouseUnderTest) -> None:
    without_age(swept)
    key = look(swept).to_explain[0].finding.key
    with swept.desk(Role.COMMUNE_OFFICER) as desk:
        row = actions.explain(desk, NA_SAM, NOVEMBER, "age-not-told", key=key, text=WHY)
        assert isinstance(row.id, UUID) and RULES[row.rule].weight is Weight.EXPLAIN
    with swept.maintenance(writing=False) as desk:
        told = set(desk.session.connection().execute(text("SELECT action FROM audit_entry")).scalars())
        assert "check explained" in told
        (kept,) = desk.all(select(CheckExplanation))
        assert kept.explained is not None and kept.explained.text == WHY
