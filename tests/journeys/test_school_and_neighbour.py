"""A girl of 12, told of by her school; a neighbour is suspected. Three communes: where it was, where she lives, where she moves.

The clocks as a lawyer counts them by hand (NĐ 56/2017; work days Monday to Friday, a work day ends at 17:00):

| Clock | From | Counted | Until |
|---|---|---|---|
| 12 hours, Điều 31 khoản 2 | Wed 18/11 12:30, told at the school | nights included | Thu 19/11 00:30 |
| 5 work days for the plan, Điều 28 khoản 1 | receipt, Wed 18/11; a handover moves nothing | 19, 20, 23, 24, 25/11 | Wed 25/11 17:00 |
| 2 work days for the chair, Điều 28 khoản 4 | handed in, Fri 20/11; a return stops nothing | 23, 24/11 | Tue 24/11 17:00 |
| 3 days to tell the procuracy, BLTTHS Điều 146 khoản 5 | receipt of the police, Thu 19/11 | 20, 21, 22/11 | Sun 22/11 |
| 5 work days, second round | review, Mon 28/12 | 29, 30, 31/12, not 1/1, 4, 5/1 | Tue 5/1/2027 17:00 |
| 2 work days for the chair, second round | handed in, Mon 28/12 | 29, 30/12 | Wed 30/12 17:00 |
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from tests.journeys.people import Person, hire, sign_in, tick_level
from tests.journeys.steps import explain_all, fill_in, issue, side_door, status_of, tick, until
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

KY_LUA = "06187"
PSYCHOLOGIST, PRACTICE = "Chu Thị Tâm Thử", "Phòng tham vấn Giả Thử"
CHILD, NEIGHBOUR, TEACHER = "Lăng Thị Giả Thử", "Hứa Văn Giả Hàng", "Cô Dương Thị Giả"


class Town:
    """The people of the journey, each with a window when it is their turn."""

    def __init__(self, house: HouseUnderTest, running: Browser, address: str) -> None:
        self.house, self._running, self._address = house, running, address
        self.officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
        self.officer_home = hire(house, Role.COMMUNE_OFFICER, THAT_KHE, "Nông Thị Thử")
        self.chair_home = hire(house, Role.COMMUNE_CHAIR, THAT_KHE, "Bế Văn Thử")
        self.officer_new = hire(house, Role.COMMUNE_OFFICER, KY_LUA, "Vi Thị Thử")
        self.chair_new = hire(house, Role.COMMUNE_CHAIR, KY_LUA, "Hà Văn Thử")
        self.psychologist = hire(house, Role.SERVICE_PROVIDER, LANG_SON, PSYCHOLOGIST)

    @contextmanager
    def turn(self, person: Person, day: str, time: str = "09:00") -> Iterator[Page]:
        """A moment comes, and somebody sits down."""
        until(self.house, day, time)
        with window(self._running, self._address) as page:
            sign_in(page, person)
            yield page


@pytest.mark.slow
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # the long walks share the engines between them
def test_school_and_neighbour(house: HouseUnderTest, chromium: Browser) -> None:
    with served(house) as address:
        town = Town(house, chromium, address)
        number = where_it_happened(town)
        where_she_lives(town, number)
        who_saw_what(town, number)
        she_moves(town, number)
        the_court_and_the_end(town, number)
        the_papers(town, number)
    the_child_is_counted_once(house)


def where_it_happened(town: Town) -> str:
    with town.turn(town.officer, "18/11/2026", "12:45") as page:
        number = the_school_tells_the_commune(page)
        clock_says(page, number, "đến 00:30 thứ Năm 19/11")
        answers(page, "Hoàng Thị Thử, Xã Na Sầm")
    with town.turn(town.officer, "18/11/2026", "13:00") as page:
        the_police_are_told_at_once(page, number)
    with town.turn(town.officer, "18/11/2026", "14:00") as page:
        the_officer_assesses_the_danger(page, number)
        measures_without_separation(page)
        clock_says(page, number, "đến 17:00 thứ Tư 25/11")
    with town.turn(town.officer, "19/11/2026") as page:
        the_letter_and_its_receipt(page, number)
        the_officer_studies_the_case(page, number)
        the_plan_goes_home(page, number)
    return number


def where_she_lives(town: Town, number: str) -> None:
    with town.turn(town.officer_home, "19/11/2026", "10:00") as page:
        another_commune_takes_it(page, number)
        answers(page, "Nông Thị Thử, Xã Thất Khê")
        clock_says(page, number, "đến 17:00 thứ Tư 25/11")  # as it ran before
    with town.turn(town.officer_home, "20/11/2026", "10:00") as page:
        the_meeting(page, number)
        a_psychologist_in_the_directory(page)
        the_plan_is_written(page, number)
    with town.turn(town.chair_home, "20/11/2026", "11:00") as page:
        clock_says(page, number, "đến 17:00 thứ Ba 24/11")
        the_chair_gives_it_back(page, number)
    with town.turn(town.officer_home, "23/11/2026") as page:
        clock_says(page, number, "đến 17:00 thứ Ba 24/11")  # a return stops nothing
        the_plan_is_put_right(page, number)
    with town.turn(town.chair_home, "24/11/2026") as page:
        the_chair_sees_what_became_of_it(page, number)
        the_chair_approves(page, number, "45/QĐ-UBND", "24/11/2026")
    with town.turn(town.officer_home, "24/11/2026", "10:00") as page:
        the_decision_is_delivered(page, number)
        the_psychologist_is_asked(page, number)
    with town.turn(town.psychologist, "25/11/2026") as page:
        the_psychologist_sees_only_that(page, number)
    with town.turn(town.psychologist, "15/12/2026") as page:
        the_psychologist_reports(page)
    with town.turn(town.officer_home, "15/12/2026", "10:00") as page:
        the_report_is_read(page, number)
    with town.turn(town.officer_home, "28/12/2026") as page:
        the_first_review(page, number)
        clock_says(page, number, "đến 17:00 thứ Ba 5/1/2027")  # not New Year
        the_second_plan(page, number)
        clock_says(page, number, "đến 17:00 thứ Tư 30/12")
    with town.turn(town.chair_home, "30/12/2026") as page:
        the_chair_approves(page, number, "71/QĐ-UBND", "4/1/2027")


def who_saw_what(town: Town, number: str) -> None:
    """The commune where it happened reads on and is offered nothing to write; the new one is a stranger still."""
    with town.turn(town.officer, "11/1/2027", "08:00") as page:
        page.goto(f"/cases/{number}")
        expect(page.get_by_text("Đang chờ Xã Thất Khê")).to_be_visible()
        for below in ("services", "review", "plan", "meeting"):
            assert status_of(page, f"/cases/{number}/{below}") == 200
            expect(page.locator("main form .btn.main, main form.flow")).to_have_count(0)
    with town.turn(town.officer_new, "11/1/2027", "08:00") as page:
        assert status_of(page, f"/cases/{number}") == 404


def she_moves(town: Town, number: str) -> None:
    with town.turn(town.officer_home, "11/1/2027") as page:
        before = clocks(page, number)
        the_case_follows_the_child(page, number)
        answers_still(page, number, "Nông Thị Thử, Xã Thất Khê")
    with town.turn(town.officer_new, "11/1/2027", "10:00") as page:
        another_commune_takes_it(page, number)
        answers(page, "Vi Thị Thử, Phường Kỳ Lừa")
        assert clocks(page, number) == before
    with town.turn(town.officer_home, "11/1/2027", "11:00") as page:
        for below in ("", "/plan", "/services", "/proceedings", "/papers"):
            assert status_of(page, f"/cases/{number}{below}") == 404
        page.goto("/handovers")  # what is left: that it was handed over, and when
        follow(page.locator("li", has_text=number).get_by_role("link", name="Mở"))
        expect(page.locator("main")).to_contain_text("Phường Kỳ Lừa đã tiếp nhận")
        expect(page.locator("main")).not_to_contain_text("Giả Thử")


def the_court_and_the_end(town: Town, number: str) -> None:
    with town.turn(town.officer_new, "12/1/2027") as page:
        the_authorities_decide(page, number, "started", "15/QĐ-KTVA", "2/12/2026", "investigators")
    with town.turn(town.officer_new, "10/3/2027") as page:
        the_authorities_decide(page, number, "indicted", "22/CT-VKS", "5/3/2027", "procuracy")
    with town.turn(town.officer_new, "10/5/2027") as page:
        the_authorities_decide(page, number, "judgment", "31/2027/HS-ST", "6/5/2027", "court")
        expect(page.locator("#criminal")).to_contain_text("Tuyên có tội, chưa có hiệu lực")
    with town.turn(town.officer_new, "1/6/2027") as page:
        the_last_review(page, number)
    with town.turn(town.chair_new, "2/6/2027") as page:
        the_chair_closes(page, number)


def the_papers(town: Town, number: str) -> None:
    """The forms of the whole way, made by the commune that has the case, from what others wrote too."""
    expected = {
        "01": (CHILD, "hàng xóm"),
        "02": (CHILD, "Mẹ, dì ruột"),
        "04": ("Em tự đi học, không sợ, trước 31/5", "Phòng tham vấn Giả Thử"),
        "05": ("Xã Thất Khê",),
        "06": (CHILD,),
        "BB": ("Trụ sở UBND xã Thất Khê", "Bế Văn Thử"),
    }
    with town.turn(town.officer_new, "3/6/2027") as page:
        side_door(page, number, "Giấy tờ, biểu mẫu")
        for form, fields in expected.items():
            text = issue(page, f"/cases/{number}/papers/{form}")
            for field in fields:
                assert field in text, f"{form}: {field} is missing in\n{text}"
            assert TEACHER not in text or form == "BB", form


def the_child_is_counted_once(house: HouseUnderTest) -> None:
    """Where it happened, whoever has the case now; by residence where she lives now."""
    for place, where in (("incident", NA_SAM), ("residence", KY_LUA)):
        for unit in (LANG_SON, NA_SAM, THAT_KHE, KY_LUA):
            assert counted(house, unit, place) == (1 if unit in (LANG_SON, where) else 0), (place, unit)


def counted(house: HouseUnderTest, unit: str, place: str) -> int:
    told = house.app.test_cli_runner().invoke(
        args=[
            *("indicators", "table", "B", "0101", "--unit", unit, "--period", "2026-Q4"),
            *("--place", place, "--json"),
        ]
    )
    assert told.exit_code == 0, told.output
    return int(sum(row["value"] for row in json.loads(told.output)["rows"]))


def clock_says(page: Page, number: str, until_: str) -> None:
    """The clock of the next step."""
    page.goto(f"/cases/{number}")
    expect(page.locator("section.next .clock")).to_contain_text(until_)


def clocks(page: Page, number: str) -> list[str]:
    """Every running clock as the case page shows it."""
    page.goto(f"/cases/{number}")
    return page.locator("aside .clock").all_inner_texts()


def answers(page: Page, who: str) -> None:
    """Who is responsible."""
    expect(page.locator("main")).to_contain_text(f"{who} đang chịu trách nhiệm")


def answers_still(page: Page, number: str, who: str) -> None:
    page.goto(f"/cases/{number}")
    answers(page, who)


def the_school_tells_the_commune(page: Page) -> str:
    """Walk-in: a teacher, on the day and at the place where it happened; the girl lives elsewhere."""
    page.goto("/reports/new")
    tick(page, "danger", "unknown")
    tick(page, "channel", "in_person")
    tick(page, "subject", "harmed")
    tick(page, "anonymous", "no")
    page.locator('[name="reporter_kind"]').select_option("teacher_or_school_staff")
    fill_in(page, {"time": "12:30", "reporter_name": TEACHER, "reporter_address": "Trường THCS Giả Thử"})
    _on(page)
    tick(page, "sex", "female")
    tick(page, "birth-precision", "day")
    tick(page, "harms", "sexual_abuse")
    fill_in(
        page,
        {
            "name": CHILD,
            "birth-day": "10",
            "birth-month": "3",
            "birth-year": "2014",
            "condition": "Em khóc, cô giáo ngồi cùng em.",
        },
    )
    page.locator('[name="residence"]').select_option(THAT_KHE)
    _on(page)
    tick(page, "occurred-precision", "day")
    tick(page, "environment", "community")
    tick(page, "online", "no")
    fill_in(
        page,
        {
            "description": "Em nói với cô giáo: chú hàng xóm của bà ngoại nhiều lần sờ vào người em.",
            "occurred-day": "15",
            "occurred-month": "11",
            "occurred-year": "2026",
            "address": "Thôn Giả Định",
        },
    )
    _on(page)
    tick(page, "sex", "male")
    tick(page, "is_carer", "no")
    fill_in(page, {"name": NEIGHBOUR, "age": "46"})
    page.locator('[name="relation-c1"]').select_option("neighbour_or_acquaintance")
    _on(page)
    fill_in(
        page,
        {
            "whereabouts": "Phòng y tế của trường",
            "carer": "Mẹ",
            "mother_name": "Chu Thị Giả Mẹ",
            "mother_age": "38",
            "actions_taken": "Cô giáo gọi mẹ; không hỏi thêm em.",
        },
    )
    _on(page)
    tick(page, "decision", "accepted")
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(CHILD)
    return page.url.split("/cases/")[1].split("?")[0]


def _on(page: Page) -> None:
    follow(page.locator("main button[name=go][value=on]"))


def the_police_are_told_at_once(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Báo công an ngay, gọi điện trước").first).to_be_visible()
    follow(page.get_by_role("link", name="Chuyển tin cho công an"))
    follow(page.get_by_role("link", name="Ghi việc đã báo công an"))
    page.locator('[name="body"]').select_option("commune_police")
    tick(page, "way", "telephone")
    fill_in(
        page,
        {
            "day": "18/11/2026",
            "time": "12:50",
            "body_name": "Công an xã Na Sầm",
            "to_whom": "Trực ban",
            "sent": "Lời cô giáo; không hỏi lại em.",
        },
    )
    follow(page.locator("main form button.main"))
    expect(page.get_by_text("Còn phải gửi văn bản").first).to_be_visible()
    expect(page.get_by_text("Chưa có giấy tiếp nhận").first).to_be_visible()
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Báo công an ngay")).to_have_count(0)


def the_officer_assesses_the_danger(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Làm Mẫu 02"))
    tick(page, "danger", "yes")
    expect(page.locator("input[name=carer][value=no]")).to_be_checked()  # the neighbour is no carer
    for row, level in (("A1", "high"), ("A2", "medium"), ("B1", "medium"), ("B2", "medium")):
        tick_level(page, f"M02.{row}", level)
    tick(page, "verdict", "measures")
    fill_in(page, {"shelter_what": "Không ở một mình", "shelter_who": "Mẹ, dì ruột"})
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    follow(page.locator("main form button.main"))


def measures_without_separation(page: Page) -> None:
    follow(page.get_by_role("link", name="Ghi việc đã làm"))
    for measure, time, who in (
        ("police_protection", "12:50", "Công an xã"),
        ("medical_care", "13:40", "Trung tâm y tế"),
    ):
        page.locator(f"#done-{measure}").check()
        page.locator(f"#time-{measure}").fill(time)
        page.locator(f"#who-{measure}").fill(who)
    follow(page.locator("main form button.main"))
    expect(page.get_by_role("heading", name="Thu thập thông tin, đánh giá cụ thể")).to_be_visible()


def the_letter_and_its_receipt(page: Page, number: str) -> None:
    side_door(page, number, "Tin tội phạm, xử phạt, tố tụng")
    follow(page.get_by_role("link", name="Sửa hoặc bổ sung"))
    fill_in(
        page,
        {
            "written_on": "19/11/2026",
            "receipt_number": "07/GTN",
            "receipt_on": "19/11/2026",
            "received_by": "Trực ban Giả",
        },
    )
    follow(page.locator("main form button.main"))  # what was missing is added: nothing to be explained
    expect(page.get_by_text("07/GTN").first).to_be_visible()
    expect(page.get_by_text("22/11/2026")).to_be_visible()  # 3 days: BLTTHS Điều 146 khoản 5


def the_officer_studies_the_case(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/full-assessment")
    for letter in ("a", "b", "c", "d", "đ", "e", "g", "h"):
        said = {"g": "“Em muốn học ở trường cũ.”", "h": "Mẹ xin cho con gặp bác sĩ tâm lý."}
        fill_in(page, {f"content-{letter}": said.get(letter, "Đã hỏi mẹ và cô giáo.")})
        page.locator(f'[name="done-{letter}"]').check()
    for row in ("A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5"):
        tick_level(page, f"M03.{row}", "high" if row == "A1" else "medium")
    tick(page, "services", "psychology", "legal_aid")
    tick(page, "risk", "high")
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    follow(page.locator("main form button.main"))


def the_plan_goes_home(page: Page, number: str) -> None:
    """Drawing it up is the task of the commune where she lives: the case page says so and leads there."""
    page.goto(f"/cases/{number}")
    told = page.locator("main .notice", has_text="Trẻ cư trú ở: Xã Thất Khê")
    follow(told.get_by_role("link", name="Bàn giao cho nơi khác"))
    tick(page, "kind", "to_residence")
    tick(page, "unit_code", THAT_KHE)
    fill_in(
        page,
        {
            "why": "Em ở xã Thất Khê; đánh giá đã xong.",
            "known_to": "Mẹ biết. Người hàng xóm không được biết.",
            "open_matters": "Công an hẹn trả lời.",
        },
    )
    follow(page.get_by_role("button", name="Gửi bàn giao"))
    expect(page.get_by_text("vẫn chịu trách nhiệm cho đến khi").first).to_be_visible()


def another_commune_takes_it(page: Page, number: str) -> None:
    page.goto("/")  # it stands first in what is to be done, and leads to the list
    follow(page.locator("main .notice", has_text=number).get_by_role("link", name="Đọc và trả lời"))
    follow(page.locator("li", has_text=number).get_by_role("link", name="Đọc và trả lời"))
    follow(page.get_by_role("button", name="Đã thấy"))
    follow(page.get_by_role("button", name="Tiếp nhận hồ sơ"))
    expect(page.get_by_text("đang chịu trách nhiệm").first).to_be_visible()


def the_meeting(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Họp trước đã"))
    follow(page.get_by_role("link", name="Ghi biên bản"))
    there = (
        ("chair", "Bế Văn Thử"),
        ("officer", "Nông Thị Thử"),
        ("mother", "Chu Thị Giả Mẹ"),
        ("school", TEACHER),
    )
    for place, (seat, name) in enumerate(there):
        page.locator(f'[name="people-{place}-seat"]').select_option(seat)
        page.locator(f'[name="people-{place}-name"]').fill(name)
    tick(page, "heard", "before")
    page.locator("main input[name=measures]").first.check()
    fill_in(
        page,
        {
            "held_on": "20/11/2026",
            "held_time": "08:30",
            "place": "Trụ sở UBND xã Thất Khê",
            "presided_by": "Bế Văn Thử",
            "child_words": "“Em muốn học ở trường cũ.”",
            "opinion_mother": "Xin cho con gặp bác sĩ tâm lý.",
            "minutes": "Đã nghe cán bộ, nhà trường.",
            "conclusion": "Hỗ trợ tâm lý, pháp lý.",
        },
    )
    follow(page.locator("main form button[value=conclude]").first)
    expect(page.locator("main")).to_contain_text("“Em muốn học ở trường cũ.”")
    expect(page.locator("main")).not_to_contain_text("““")


def a_psychologist_in_the_directory(page: Page) -> None:
    page.goto("/providers/new")
    fill_in(page, {"name": PRACTICE, "phone": "0205 000 000", "source": "Quyết định của tỉnh"})
    page.locator('[name="kind"]').select_option("social_work")
    tick(page, "services", "psychology")
    tick(page, "sexes", "both")
    page.locator("input[name=day_and_night]").check()
    follow(page.locator("main form button.main"))
    account = page.locator('[name="account"] option', has_text=PSYCHOLOGIST).get_attribute("value")
    page.locator('[name="account"]').select_option(account)
    follow(page.locator("main form", has=page.locator('[name="account"]')).locator("button"))
    expect(page.locator("main")).to_contain_text(PSYCHOLOGIST)


def the_plan_is_written(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/plan")
    fill_in(page, {"why": "Em bị xâm hại, còn sợ", "goals-0-text": "Em ngủ yên, đi học đều trước 28/2"})
    rows = (
        ("Tham vấn tâm lý cho em", PRACTICE, "31/12/2026", "2400000"),
        ("Trợ giúp pháp lý cho em và mẹ", "Trung tâm trợ giúp pháp lý", "28/2/2027", "0"),
    )
    for place, (what, who, end, cost) in enumerate(rows):
        told = {"what": what, "who": who, "since": "24/11/2026", "until": end, "cost": cost}
        fill_in(page, {f"services-{place}-{name}": value for name, value in told.items()})
    fill_in(page, {"services-0-provider": PRACTICE, "services-0-source": "ngân sách xã"})
    explain_all(page, "main form button[value=hand_in]")


def the_chair_gives_it_back(page: Page, number: str) -> None:
    page.goto("/")
    follow(page.locator("li", has_text=number).get_by_role("link", name="Đọc và quyết định"))
    tick(page, "decision", "return")
    fill_in(page, {"reason": "Thời gian tham vấn quá ngắn."})
    end = page.locator("input[name^=comment-][name$=-until]").first
    end.evaluate(
        "box => { for (let up = box; up; up = up.parentElement) if (up.matches('details')) up.open = true }"
    )
    end.fill("Ít nhất ba tháng.")
    follow(page.locator("main form button[value=look]"))
    expect(page.get_by_text("Đang chờ cán bộ")).to_be_visible()


def the_plan_is_put_right(page: Page, number: str) -> None:
    follow(page.get_by_role("link", name="Xem góp ý, sửa kế hoạch", exact=True))
    expect(page.locator("main")).to_contain_text("Thời gian tham vấn quá ngắn.")
    expect(page.locator("main")).to_contain_text("Ít nhất ba tháng.")
    fill_in(page, {"services-0-until": "28/2/2027"})
    explain_all(page, "main form button[value=hand_in]")


def the_chair_sees_what_became_of_it(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/plan/approval")
    expect(page.locator("main")).to_contain_text("Vòng 1, bản 2")
    expect(page.locator("main")).to_contain_text("Các góp ý đã được sửa thế nào")


def the_chair_approves(page: Page, number: str, decision: str, since: str) -> None:
    page.goto(f"/cases/{number}/plan/approval")
    tick(page, "decision", "approve")
    fill_in(page, {"number": decision, "effective_on": since})
    explain_all(page, "main form button[value=look]")
    follow(page.locator("main form button[value=issue]"))
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text(f"quyết định {decision}")


def the_decision_is_delivered(page: Page, number: str) -> None:
    side_door(page, number, "Gửi quyết định")
    expect(page.locator("main")).not_to_contain_text(NEIGHBOUR)  # he gets nothing
    expect(page.locator("main")).not_to_contain_text("Giao trẻ")  # the child is handed to nobody
    tick(page, "outcome", "given")
    tick(page, "way", "in_person")
    fill_in(page, {"by": "Nông Thị Thử"})
    follow(page.get_by_role("button", name="Ghi vào sổ"))
    expect(page.locator("main")).to_contain_text("Mọi nơi nhận ghi trong quyết định đều đã có dưới đây.")


def the_psychologist_is_asked(page: Page, number: str) -> None:
    side_door(page, number, "Dịch vụ đã đề nghị cơ sở")
    follow(page.get_by_role("link", name="Đề nghị nơi cung cấp").first)
    page.get_by_label(PRACTICE).check()
    page.locator("[name=pass_name]").check()
    fill_in(page, {"needs": "Ngủ không yên; cần người tư vấn là nữ", "call_back": "UBND xã, 0205 111 111"})
    follow(page.locator("main form button[value=look]"))
    follow(page.get_by_role("button", name="Gửi đề nghị này"))
    expect(page.locator("main")).to_contain_text("Chờ trả lời")


def the_psychologist_sees_only_that(page: Page, number: str) -> None:
    page.goto("/assignments")
    follow(page.locator("main").get_by_role("link", name="Tham vấn tâm lý").first)
    told = page.locator("main")
    expect(told).to_contain_text("Ngủ không yên")
    for hidden in (CHILD, NEIGHBOUR, "xâm hại", "hàng xóm", number, "Giả Mẹ", "pháp lý"):
        expect(told).not_to_contain_text(hidden)
    tick(page, "answer", "accepted")
    follow(page.get_by_role("button", name="Gửi trả lời"))
    expect(told).to_contain_text("Đã nhận")
    for below in ("", "/plan", "/services", "/papers"):
        assert status_of(page, f"/cases/{number}{below}") == 403


def the_psychologist_reports(page: Page) -> None:
    page.goto("/assignments")
    follow(page.locator("main").get_by_role("link", name="Tham vấn tâm lý").first)
    tick(page, "answer", "done")
    fill_in(page, {"on": "14/12/2026", "report": "Đã gặp em bốn lần; em ngủ được hơn.", "cost": "2400000"})
    follow(page.get_by_role("button", name="Gửi trả lời"))
    expect(page.locator("main")).to_contain_text("Đã xong")


def the_report_is_read(page: Page, number: str) -> None:
    page.goto("/")
    follow(page.locator("aside section", has_text="Trả lời của nơi cung cấp").get_by_role("link").first)
    for _answer in range(2):
        follow(page.get_by_role("button", name="Đã xem: ghi vào diễn biến").first)
    page.goto(f"/cases/{number}")
    expect(page.locator("#timeline")).to_contain_text("Đã gặp em bốn lần")


def _rate(page: Page, number: str, levels: str) -> None:
    page.goto(f"/cases/{number}/review")
    words = {"l": "low", "m": "medium", "h": "high"}
    for row, level in zip(("A1", "A2", "A3", "B1", "B2", "B3"), levels, strict=True):
        tick_level(page, f"M06.{row}", words[level])


def _visit(page: Page, number: str, day: str) -> None:
    page.goto(f"/cases/{number}/services")
    page.locator("main form input[type=radio][name=service]").first.check()
    tick(page, "seen", "yes")
    tick(page, "alone", "yes")
    fill_in(page, {"happened_on": day, "changed": "“Em ngủ được rồi.”"})
    follow(page.locator("main form button.main"))


def the_first_review(page: Page, number: str) -> None:
    _visit(page, number, "26/12/2026")
    _rate(page, number, "mlmmmh")
    tick(page, "safe", "yes")
    tick(page, "stable", "no")
    told = {
        "safe_evidence": "Người bị cho là gây tổn hại bị tạm giam",
        "stable_evidence": "Em còn sợ ra ngoài",
    }
    fill_in(page, {**told, "child_says": "“Em còn sợ.”", "next_plan": "Tham vấn tiếp đến tháng 5"})
    explain_all(page, "main form button[value=next_round]")
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("vòng 2")


def the_second_plan(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}/plan")
    told = {"since": "4/1/2027", "until": "31/5/2027", "cost": "3000000"}
    fill_in(page, {f"services-0-{name}": value for name, value in told.items()})
    fill_in(page, {"goals-0-text": "Em tự đi học, không sợ, trước 31/5"})
    explain_all(page, "main form button[value=hand_in]")


def the_case_follows_the_child(page: Page, number: str) -> None:
    side_door(page, number, "Bàn giao cho nơi khác")
    tick(page, "kind", "child_moved")
    fill_in(page, {"unit": "ky lua", "why": "Mẹ và em đã chuyển nhà.", "known_to": "Trường mới biết."})
    follow(page.get_by_role("button", name="Gửi bàn giao"))
    expect(page.locator("main")).to_contain_text("Đang chờ Phường Kỳ Lừa. Chưa ai xem.")


def the_authorities_decide(page: Page, number: str, stage: str, decision: str, day: str, body: str) -> None:
    side_door(page, number, "Tin tội phạm, xử phạt, tố tụng")
    follow(page.locator("#criminal").get_by_role("link", name="Thêm"))
    page.get_by_label(NEIGHBOUR).check()
    page.locator('[name="offence"]').select_option("blhs146")
    tick(page, "stage", stage)
    page.locator('[name="body"]').select_option(body)
    fill_in(page, {"number": decision, "day": day})
    if stage == "judgment":
        tick(page, "verdict", "convicted")
        fill_in(page, {"sentence": "Bốn năm tù"})
    explain_all(page, "main form button.main")
    expect(page.locator("#criminal")).to_contain_text(decision)


def the_last_review(page: Page, number: str) -> None:
    _visit(page, number, "31/5/2027")
    _rate(page, number, "lllhhh")
    tick(page, "safe", "yes")
    tick(page, "stable", "yes")
    fill_in(
        page,
        {"safe_evidence": "Đang chấp hành án", "stable_evidence": "Đi học đều", "child_says": "“Em ổn.”"},
    )
    explain_all(page, "main form button[value=close]")


def the_chair_closes(page: Page, number: str) -> None:
    page.goto("/")
    follow(page.locator("li", has_text=number).get_by_role("link", name="Đọc và quyết định"))
    tick(page, "decision", "close")
    explain_all(page, "main form button[value=look]", "Đồng ý với cán bộ")
    follow(page.locator("main form button[value=close]"))
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("Hồ sơ đã kết thúc")
    expect(page.locator("main .clock, aside .clock")).to_have_count(0)
