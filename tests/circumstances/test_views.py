"""The register, a child's spells and writing them, on both engines."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from casemgr.circumstances import actions, queries
from casemgr.circumstances.models import Circumstance
from casemgr.circumstances.terms import Help, Kind, Spell, Support
from casemgr.core.errors import Conflict, NotFound, Refused, RuleBroken
from tests.support.factories import a_case
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest, without_tokens

OFFICER = Role.COMMUNE_OFFICER
TODAY = date(2026, 11, 18)
ORPHAN = Spell(Kind.SPECIAL, "orphan.3", date(2025, 5, 1), known_by="Trưởng thôn báo")
ROSE = Card("Hoàng Thị Hồng", Sex.FEMALE, Birth(date(2014, 6, 1), Precision.DAY))


def typed(**more: Any) -> dict[str, Any]:
    spell = {
        "code": "orphan.3",
        "since-precision": "day",
        "since-day": "1",
        "since-month": "5",
        "since-year": "2025",
    }
    return {**spell, "known_by": "Trưởng thôn báo", **more}


def a_child(house: HouseUnderTest, *, card: Card = ROSE, spell: Spell = ORPHAN, unit: str = NA_SAM) -> Any:
    """A child on the register without any case; gives the number of its entry."""
    with house.desk(OFFICER, unit) as desk:
        made = actions.register_child(
            desk,
            card=card,
            detail=Detail(),
            spell=spell,
            unit_id=house.unit_id(unit),
            explanations={"same-child": "em khác"},
        )
        return made.spell_id


def test_a_child_without_a_case_is_registered_once(house: HouseUnderTest) -> None:
    client = house.client(OFFICER)
    form = client.get("/circumstances/new").text
    mark = re.search(r'name="form_id"[^>]*value="(\w{32})"', form)
    assert mark is not None
    told = typed(
        name="Hoàng Thị Hồng",
        sex="female",
        form_id=mark[1],
        **{"birth-precision": "day", "birth-day": "1", "birth-month": "6", "birth-year": "2014"},
    )
    for _again in range(2):
        answer = client.post("/circumstances/new", data=told)
        assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Sống với người thân thích" in page and "Hồng" in page and "12 tuổi" in page
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None and "Hồng" not in title[1] and "Hồng" not in answer.location
    with house.maintenance(writing=False) as desk:
        child = desk.one(select(Child))
        assert child.unit_id == house.unit_id(NA_SAM) and child.detail is not None
        assert child.detail.residence_unit_code == NA_SAM
        rows = desk.all(select(Circumstance))
        assert len(rows) == 1 and "thôn".encode() not in (rows[0]._content or b"")


def test_a_child_of_the_same_name_must_be_ruled_out(house: HouseUnderTest) -> None:
    a_child(house)
    client = house.client(OFFICER)
    told = typed(name="hoang thi hong", **{"birth-age": "12"})
    asked = client.post("/circumstances/new", data=told)
    assert asked.status_code == 409
    assert "Ở đây đã có trẻ cùng tên" in asked.text and "Mở các dòng đã ghi" in asked.text
    assert 'value="hoang thi hong"' in asked.text
    assert (
        client.post("/circumstances/new", data={**told, "explanation-same-child": "khác mẹ"}).status_code
        == 303
    )


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"code": ""}, 422, "Chọn nhóm."),
        ({"code": "risk.harmed"}, 422, "Nhóm và nhóm nhỏ"),
        ({"since-year": ""}, 422, "Từ khi nào"),
        ({"since-year": "2027"}, 422, "ở tương lai"),
        ({"since-year": "2016"}, 409, "trước ngày sinh"),
        ({"decision_day": "31/2/2026"}, 422, "20/11/2026"),
        ({"decision_day": "1/12/2026"}, 409, "Ngày quyết định ở tương lai"),
        ({"code": "grave_violence.1"}, 409, "cần kết luận"),
        ({"code": "risk.danger_violence"}, 409, "vì sao trẻ có nguy cơ"),
    ],
)
def test_a_mistake_comes_back_with_what_was_typed(
    house: HouseUnderTest, changes: dict[str, str], status: int, sentence: str
) -> None:
    number = a_case(house)
    answer = house.client(OFFICER).post(f"/cases/{number}/circumstances", data=typed(**changes))
    assert answer.status_code == status and sentence in answer.text
    assert 'value="Trưởng thôn báo"' in answer.text
    with house.maintenance(writing=False) as desk:
        assert not desk.all(select(Circumstance))


def test_from_a_case_the_child_is_on_the_register_of_its_commune(house: HouseUnderTest) -> None:
    number = a_case(house)
    client = house.client(OFFICER)
    address = f"/cases/{number}/circumstances"
    assert client.post(address, data=typed()).status_code == 303
    assert client.post(address, data=typed(code="disability.2")).status_code == 303
    again = client.post(address, data=typed())
    assert again.status_code == 409 and "đã có trong nhóm này" in again.text
    with house.desk(OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        register = queries.registry(desk)
        assert [line.child_id for line in register.lines] == [case.child_id]
        assert {one.group for one in register.lines[0].spells} == {"orphan", "disability"}
        assert len(register.counted(Kind.SPECIAL)) == 1
        assert {one.unit_id for one in queries.of_child(desk, case.child_id)} == {house.unit_id(NA_SAM)}


def test_the_register_as_of_a_day_by_group_and_of_those_at_risk(house: HouseUnderTest) -> None:
    a_child(house)
    risk = Spell(Kind.AT_RISK, "danger_violence", date(2026, 11, 1), basis="Cha đã đánh mẹ")
    a_child(house, card=Card("Lý Văn Tám"), spell=risk)
    a_child(house, card=Card("Vi Văn Kín"), spell=Spell(Kind.SPECIAL, "hiv.1", date(2026, 1, 1)))
    client = house.client(OFFICER)
    page = without_tokens(client.get("/circumstances").text)
    assert "Hồng, 12 tuổi" in page and "Tám, chưa biết tuổi" in page and "Hoàng Thị Hồng" not in page
    kin = page[page.index('id="list"') : page.index('id="at-risk"')]
    assert "Kín, chưa biết tuổi" in kin and "HIV" not in kin and "mồ côi" not in kin
    assert "group=hiv" not in page and "group=orphan" in page
    only = client.get("/circumstances?group=orphan").text
    assert "Hồng, 12" in only and "Kín," not in only
    hidden = client.get("/circumstances?group=hiv").text
    assert "Hồng, 12" in hidden, "the list of the group that is never named is the list of all"
    before = client.get("/circumstances?day=30/04/2025").text
    assert "Hồng" not in before and "Ngày này không có trẻ nào" in before
    assert "Đang hiện sổ của hôm nay" in client.get("/circumstances?day=1/1/2030").text
    assert "Ghi ngày như 20/11/2026" in client.get("/circumstances?day=mai").text
    assert client.get("/circumstances?day=31/2/2026").status_code == 200


@pytest.mark.parametrize(
    "last", ["18/11/2026", "19/11/2026"]
)  # the day before the birthday, or the day itself
def test_at_sixteen_the_entry_stays_and_is_no_longer_counted(house: HouseUnderTest, last: str) -> None:
    card = Card("Bế Văn Lớn", None, Birth(date(2010, 11, 19), Precision.DAY))
    entry = a_child(house, card=card)
    with house.desk(OFFICER, writing=False) as desk:
        assert len(queries.registry(desk).counted(Kind.SPECIAL)) == 1
    house.clock.move(timedelta(days=1))
    with house.desk(OFFICER, writing=False) as desk:
        register = queries.registry(desk)
        assert not register.counted(Kind.SPECIAL) and len(register.adults) == 1
        assert len(queries.registry(desk, day=TODAY).counted(Kind.SPECIAL)) == 1
        assert queries.spell(desk, entry).spell.until is None
    client = house.client(OFFICER)
    assert "Đã đủ 16 tuổi: cần kết thúc" in client.get("/circumstances").text
    end = {"revision": "1", "until": "17/11/2026", "ended": "sixteen"}
    refused = client.post(f"/circumstances/{entry}/end", data=end)
    assert refused.status_code == 409 and "chưa đủ 16 tuổi" in refused.text
    assert client.post(f"/circumstances/{entry}/end", data={**end, "until": last}).status_code == 303
    assert "Đã đủ 16 tuổi: cần kết thúc" not in client.get("/circumstances").text, (
        "ended, but still asked for"
    )


def test_a_correction_keeps_what_was_written_and_an_error_counts_nowhere(house: HouseUnderTest) -> None:
    entry = a_child(house)
    client = house.client(OFFICER)
    address = f"/circumstances/{entry}/correct"
    assert 'value="2025"' in client.get(address).text
    unexplained = client.post(address, data=typed(code="orphan.2", revision="1"))
    assert unexplained.status_code == 422 and "Ghi vì sao sửa" in unexplained.text
    moved = typed(code="orphan.2", revision="1", why="Em đã vào trung tâm")
    assert client.post(address, data=moved).status_code == 303
    page = client.get(f"/circumstances/{entry}").text
    assert (
        "cơ sở trợ giúp xã hội" in page and "Sống với người thân thích" in page and "Các bản trước: 1" in page
    )
    late = client.post(address, data=moved)
    assert late.status_code == 409 and "Phần anh/chị viết vẫn ở dưới" in late.text
    assert re.search(r'name="revision"[^>]*value="2"', late.text)
    void = typed(code="orphan.2", revision="2", why="Nhầm trẻ", void="y")
    assert client.post(address, data=void).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        shown = queries.spell(desk, entry)
        assert (shown.revision, shown.spell.void, len(shown.before)) == (3, True, 2)
        assert not queries.registry(desk).lines


def test_support_is_noted_and_corrected_in_its_line(house: HouseUnderTest) -> None:
    entry = a_child(house)
    client = house.client(OFFICER)
    address = f"/circumstances/{entry}/support"
    told = {
        "revision": "1",
        "key": "k1",
        "kind": "allowance",
        "since": "1/6/2025",
        "amount": "500.000",
        "source": "Ngân sách xã",
    }
    assert client.post(address, data={**told, "amount": "nhiều"}).status_code == 422
    assert client.post(address, data=told).status_code == 303
    assert 'value="500.000"' in client.get(f"{address}?key=k1").text
    assert client.post(address, data={**told, "revision": "2", "amount": "600000"}).status_code == 303
    with house.desk(OFFICER, writing=False) as desk:
        (line,) = queries.spell(desk, entry).spell.supports
        assert line == Support("k1", Help.ALLOWANCE, date(2025, 6, 1), amount=600_000, source="Ngân sách xã")
    page = client.get(f"/circumstances/{entry}").text
    assert "600.000 đồng" in page and "Trợ cấp xã hội hằng tháng" in page


def test_a_stranger_finds_nothing(house: HouseUnderTest) -> None:
    entry, number = a_child(house), a_case(house)
    with house.desk(OFFICER) as desk:
        child = desk.get(Child, cases.case(desk, number).child_id)
        actions.begin(desk, child, spell=ORPHAN, unit_id=house.unit_id(NA_SAM))
    stranger = house.client(OFFICER, THAT_KHE)
    page = stranger.get("/circumstances").text
    assert "Hồng" not in page and "Khang" not in page
    for address in (
        f"/circumstances/{entry}",
        f"/circumstances/{entry}/correct",
        f"/cases/{number}/circumstances",
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/circumstances/{entry}/end", data={"revision": "1"}).status_code == 404
    assert stranger.get(f"/circumstances?unit={NA_SAM}").status_code == 404
    with house.desk(OFFICER, THAT_KHE, writing=False) as desk:
        assert not queries.registry(desk).lines
        with pytest.raises(NotFound):
            queries.spell(desk, entry)
    province = house.client(Role.PROVINCE_SUPERVISOR)
    assert "Hồng, 12 tuổi" in province.get(f"/circumstances?unit={NA_SAM}").text
    assert "Hồng, 12 tuổi" not in province.get(f"/circumstances?unit={THAT_KHE}").text


def test_who_may_write_and_who_may_only_read(house: HouseUnderTest) -> None:
    entry = a_child(house)
    assert house.client(Role.COMMUNE_CHAIR).get(f"/circumstances/{entry}").status_code == 200
    assert house.client(Role.COMMUNE_CHAIR).get(f"/circumstances/{entry}/end").status_code == 403
    assert house.client(Role.STATISTICIAN).get("/circumstances").status_code == 403
    with house.desk(Role.COMMUNE_CHAIR) as desk, pytest.raises(Refused):
        shown = queries.spell(desk, entry)
        actions.correct(desk, shown, spell=ORPHAN, revision=1, why="x")
    with house.desk(OFFICER) as desk:
        shown = queries.spell(desk, entry)
        with pytest.raises(Conflict):
            actions.correct(desk, shown, spell=ORPHAN, revision=7, why="x")
        with pytest.raises(RuleBroken):
            actions.end(desk, shown, spell=ORPHAN, revision=1)


def test_the_register_moves_with_the_child(house: HouseUnderTest) -> None:
    entry = a_child(house)
    there = house.unit_id(THAT_KHE)
    with house.desk(OFFICER) as desk:
        actions.follow(desk, queries.spell(desk, entry).child_id, there)
        desk.flush()
        shown = queries.spell(desk, entry)
        assert (shown.unit_id, shown.revision, len(shown.before)) == (there, 2, 1)


def test_a_rehearsed_child_stands_on_no_register(house: HouseUnderTest) -> None:
    number = a_case(house)
    assert house.client(OFFICER).post(f"/cases/{number}/circumstances", data=typed()).status_code == 303
    with house.desk(OFFICER) as desk:
        assert len(queries.registry(desk).lines) == 1
        cases.case(desk, number).rehearsal = True
    with house.desk(OFFICER, writing=False) as desk:
        assert not queries.registry(desk).lines, "a rehearsed child counts nowhere"


def test_the_pages_speak_english_too(house: HouseUnderTest) -> None:
    entry = a_child(house)
    client = house.client(OFFICER)
    client.set_cookie("lang", "en")
    page = client.get(f"/circumstances/{entry}").text
    assert "Living with kin" in page and "since 1/5/2025" in page
    for path in ("", "/new", f"/{entry}/add", f"/{entry}/correct", f"/{entry}/end", f"/{entry}/support"):
        assert client.get(f"/circumstances{path}").status_code == 200
