"""A baby of eight months beaten by the father: the night, the separation, the grandmother, the court, home to the mother.

The clocks, as a lawyer would count them by hand (times of Viet Nam; 18/11/2026 is a Wednesday):

| Clock | Counted from | Length | By hand |
|---|---|---|---|
| emergency measures (NĐ 56/2017 Điều 26, 31) | told 18/11 21:10, not when it was typed | 12 hours, day and night | Thu 19/11 09:10 |
| decision on the separation (Điều 32 khoản 2) | the same | 12 hours | Thu 19/11 09:10 |
| plan (Điều 28 khoản 1) | received Wed 18/11 | 5 working days: 19, 20, 23, 24, 25 | Wed 25/11 17:00 |
| approval (Điều 28 khoản 4) | handed in Tue 24/11 | 2 working days: 25, 26 | Thu 26/11 17:00 |
| separation (Điều 32 khoản 3) | 18/11 22:30, that day is not counted | 10 days, Sundays too | end of Sat 28/11 |
| … extended | the same start | 10 + 5 = 15 days, the most of the law | end of Thu 3/12 |
| court (LTE Điều 52 khoản 3) | 18/11 | without explanation from the tenth day | Sat 28/11 |
| urgent care before the decision | given 18/11 | 3 months of the calendar | 18/2/2027 |
| first visit (Điều 43 khoản 2) | given 18/11 | 1 month of the calendar | Fri 18/12 |
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.core.calendar import LOCAL
from casemgr.intervention.care import queries as care
from tests.journeys import steps
from tests.journeys.people import Person, hire, sign_in
from tests.journeys.steps import blocked, explain_all, fill_in, status_of, tick, until
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

CHILD, FATHER, MOTHER, GRANDMOTHER = (
    "Nông Thị Bé Thử",
    "Nông Văn Cha Thử",
    "Lý Thị Mẹ Thử",
    "Lý Thị Bà Thử",
)
OFFICER, CHAIR = "Hoàng Thị Thử", "Lương Văn Thử"
HIDDEN = "Nhà bà ngoại, thôn Kín Thử"
SEND = "main form button.main"


class Night:
    """The house, its clock, and the two who work on the case; each signs in anew whenever time has passed."""

    def __init__(self, house: HouseUnderTest, officer: Page, chair: Page) -> None:
        self.house, self.page_of_officer, self.page_of_chair = house, officer, chair
        self.officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, OFFICER)
        self.chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, CHAIR)
        self.number = ""

    def by_officer(self, day: str, time: str = "09:00") -> Page:
        """The officer's window at a moment."""
        return self._at(day, time, self.page_of_officer, self.officer)

    def by_chair(self, day: str, time: str = "09:00") -> Page:
        """The chair's window at a moment."""
        return self._at(day, time, self.page_of_chair, self.chair)

    def _at(self, day: str, time: str, page: Page, who: Person) -> Page:
        until(self.house, day, time)
        sign_in(page, who)
        return page

    def below(self, page: Page, address: str) -> None:
        """One page of the case."""
        page.goto(f"/cases/{self.number}/{address}")

    def clocks(self) -> dict[str, tuple[str, str]]:
        """Every clock of the case: until when it runs, and when it stopped."""
        with self.house.maintenance(writing=False) as desk:
            rows = cases.clocks(desk, cases.case(desk, self.number))
            return {
                row.clock: tuple(
                    at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M") if at else ""
                    for at in (row.due_at, row.stopped_at)
                )
                for row in rows
            }  # type: ignore[return-value]


@pytest.mark.slow
@pytest.mark.parametrize(
    "house", ["postgresql"], indirect=True
)  # the long walks share the engines between them
def test_baby_and_father(house: HouseUnderTest, chromium: Browser) -> None:
    with (
        served(house) as address,
        window(chromium, address) as officer,
        window(chromium, address) as chair,
        window(chromium, address) as others,
    ):
        night = Night(house, officer, chair)
        somebody_comes_at_night(night)
        the_officer_acts_inside_twelve_hours(night)
        the_father_is_kept_out(night)
        the_chair_separates_the_child(night)
        nobody_else_sees_it(night, others)
        the_grandmother_takes_the_baby_the_same_night(night)
        the_police_give_a_receipt(night)
        the_baby_is_studied_and_the_papers_of_care_follow(night)
        the_meeting_is_held_without_the_father(night)
        the_plan_is_approved_and_delivered_without_the_father(night)
        the_court_is_asked_from_the_tenth_day(night)
        nothing_is_closed_while_the_child_is_separated(night)
        the_court_decides_and_the_baby_goes_home(night)
        the_case_is_closed(night)
        the_papers_say_it(night)
        the_baby_is_counted(night, others)


def somebody_comes_at_night(night: Night) -> None:
    """A neighbour told it at 21:10; it is typed at 21:30. The law counts from 21:10."""
    page = night.by_officer("18/11/2026", "21:30")
    follow(page.get_by_role("link", name="Tin báo mới").first)
    tick(page, "danger", "yes")
    tick(page, "channel", "in_person")
    tick(page, "subject", "harmed")
    tick(page, "anonymous", "yes")
    fill_in(page, {"time": "21:10", "reporter_name": "Nông Văn Báo Thử"})
    steps.go_on(page)
    fill_in(page, {"name": CHILD, "birth-day": "10", "birth-month": "3", "birth-year": "2026"})
    fill_in(page, {"condition": "Bầm tím hai tay, khóc nhiều", "feared_consequences": "Bị đánh tiếp"})
    for name, value in (("sex", "female"), ("birth-precision", "day"), ("harms", "violence")):
        tick(page, name, value)
    page.locator("[name=residence]").select_option(NA_SAM)
    steps.go_on(page)
    fill_in(page, {"description": "Nghe trẻ khóc, thấy cha đánh", "occurred-day": "18"})
    fill_in(page, {"occurred-month": "11", "occurred-year": "2026"})
    tick(page, "occurred-precision", "day")
    tick(page, "environment", "family")
    steps.go_on(page)
    fill_in(page, {"name": FATHER, "age": "31"})
    tick(page, "sex", "male")
    tick(page, "is_carer", "yes")
    page.locator('select[name^="relation-"]').select_option("father")
    steps.go_on(page)
    fill_in(page, {"father_name": FATHER, "father_age": "31", "mother_name": MOTHER, "mother_age": "27"})
    fill_in(page, {"carer": "Mẹ", "whereabouts": "Trạm y tế xã Thử"})
    steps.go_on(page)
    expect(page.get_by_text("Theo luật, đây là trường hợp khẩn cấp").first).to_be_visible()
    expect(page.get_by_text("đến 09:10 thứ Năm 19/11").first).to_be_visible()
    tick(page, "decision", "accepted")
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    page.wait_for_url("**/cases/**")
    night.number = page.url.split("/cases/")[1].split("?")[0]
    expect(page.get_by_role("heading", level=1)).to_contain_text("8 tháng tuổi")
    responsible(page)
    assert night.clocks()["emergency_12h"] == ("19/11/2026 09:10", "")


def the_officer_acts_inside_twelve_hours(night: Night) -> None:
    page = night.by_officer("18/11/2026", "21:50")
    steps.assess_danger(page, night.number, "Ở nhà bà ngoại", "Bà ngoại")
    expect(page.get_by_role("heading", name="Áp dụng biện pháp khẩn cấp").first).to_be_visible()
    page = night.by_officer("18/11/2026", "22:05")
    page.goto(f"/cases/{night.number}")
    follow(page.get_by_role("link", name="Chuyển tin cho công an").first)
    follow(page.get_by_role("link", name="Ghi việc đã báo công an").first)
    page.locator("[name=body]").select_option("commune_police")
    fill_in(page, {"day": "18/11/2026", "time": "21:55", "to_whom": "Trực ban", "sent": "Cha đánh trẻ"})
    fill_in(page, {"body_name": "Công an xã Na Sầm"})
    tick(page, "way", "telephone")
    follow(page.locator(SEND))
    for open_still in ("Còn phải gửi văn bản", "Chưa có giấy tiếp nhận"):
        expect(page.get_by_text(open_still)).to_be_visible()


def the_father_is_kept_out(night: Night) -> None:
    page = night.page_of_officer
    night.below(page, "withholding")
    tick(page, "person", "suspect-s1")
    tick(page, "parts", "meeting", "opinion", "delivery")
    fill_in(page, {"ground": "Cha đánh trẻ, dọa mẹ; nếu dự họp sẽ biết nơi trẻ ở"})
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    expect(page.get_by_text("đang không được tham gia")).to_be_visible()
    page = night.by_officer("18/11/2026", "22:40")
    done = {"police_protection": "Công an xã", "medical_care": "Trạm y tế xã", "safe_shelter": OFFICER}
    steps.write_measures(page, night.number, done, "22:20")
    assert night.clocks()["emergency_12h"] == ("19/11/2026 09:10", "18/11/2026 22:20")
    expect(page.get_by_role("heading", name="Thu thập thông tin, đánh giá cụ thể")).to_be_visible()


def the_chair_separates_the_child(night: Night) -> None:
    page = night.page_of_officer
    night.below(page, "separation")
    follow(page.get_by_role("link", name="Soạn quyết định").first)
    tick(page, "ground", "harmed_or_threatened")
    tick(page, "carer_kind", "relative")
    fill_in(page, {"reasons": "Cha đánh trẻ 8 tháng tuổi, còn ở cùng nhà", "place": HIDDEN})
    fill_in(page, {"carer_name": FATHER, "carer_relation": "Cha", "starts_time": "22:30", "days": "16"})
    follow(page.get_by_role("button", name="Trình Chủ tịch"))
    blocked(page, "Ghi số ngày: từ 1 đến 15")
    blocked(page, "không giao trẻ cho người này")
    fill_in(page, {"carer_name": GRANDMOTHER, "carer_relation": "Bà ngoại", "days": "10", "place": HIDDEN})
    follow(page.get_by_role("button", name="Trình Chủ tịch"))
    expect(page.get_by_text("Chờ Chủ tịch").first).to_be_visible()
    page = night.by_chair("18/11/2026", "23:00")
    waiting = page.locator("#decisions li", has_text=night.number)  # the worklist says that it waits
    expect(waiting).to_contain_text("Mẫu 07")
    follow(waiting.get_by_role("link").last)
    expect(page.locator("main")).not_to_contain_text(HIDDEN)
    tick(page, "decision", "sign")
    fill_in(page, {"number": "31/QĐ-UBND"})
    follow(page.locator(SEND))
    expect(page.get_by_text("đến hết thứ Bảy 28/11").first).to_be_visible()
    assert night.clocks()["separation_max_15d"] == ("28/11/2026 23:59", "")
    follow(page.get_by_role("button", name="Hiện").first)
    expect(page.get_by_text(HIDDEN)).to_be_visible()


def nobody_else_sees_it(night: Night, page: Page) -> None:
    """Another commune, and a social worker who is not named, find nothing: foreign is unknown."""
    for role, unit in ((Role.COMMUNE_OFFICER, THAT_KHE), (Role.SOCIAL_WORKER, NA_SAM)):
        sign_in(page, hire(night.house, role, unit, "Người Ngoài Thử"))
        for address in ("", "/separation", "/care", "/papers"):
            assert status_of(page, f"/cases/{night.number}{address}") == 404, (role, address)


def the_grandmother_takes_the_baby_the_same_night(night: Night) -> None:
    page = night.by_officer("18/11/2026", "23:20")
    page.goto("/care")
    follow(page.get_by_role("link", name="Đăng ký người nhận chăm sóc").first)
    tick(page, "kind", "notice")
    tick(page, "sex", "female")
    tick(page, "birth-precision", "day")
    tick(page, "forms", "kin")
    fill_in(page, {"name": GRANDMOTHER, "birth-day": "1", "birth-month": "5", "birth-year": "1968"})
    fill_in(page, {"address": HIDDEN, "household": "Lý Văn Ông Thử, 1965", "relation": "Bà ngoại"})
    follow(page.locator(SEND).first)
    expect(page.get_by_text("Chưa xác minh điều kiện (Mẫu 11)").first).to_be_visible()
    night.below(page, "care")
    follow(page.get_by_role("link", name="Khẩn cấp: chọn người nhận ngay"))
    page.locator("input[name=carer]").first.check()
    for name, value in (("form", "kin"), ("rank", "kin"), ("reason", "unsafe_with_parents")):
        tick(page, name, value)
    for name, value in (("urgent", "y"), ("consent", "exempt"), ("siblings", "none")):
        tick(page, name, value)
    fill_in(page, {"relation": "Bà ngoại", "why": "Bà ở gần, đã nuôi trẻ", "contact": "Mẹ thăm hằng ngày"})
    fill_in(page, {"no_consent": "Cách ly theo Quyết định 31/QĐ-UBND", "not_asked": "Trẻ 8 tháng tuổi"})
    explain_all(page, f"{SEND} >> nth=0", "Giao ngay trong đêm, hồ sơ làm sau")
    expect(page.get_by_text("làm quen")).to_have_count(0)  # two meetings are asked of strangers, not of kin
    follow(page.get_by_role("link", name="Khẩn cấp: giao trẻ ngay"))
    fill_in(page, {"present": "Công an xã, trưởng thôn", "with_it": "Sữa, tã, giấy khai sinh"})
    explain_all(page, f"{SEND} >> nth=0")
    for due in ("đến hết thứ Sáu 18/12", "18/2/2027"):
        expect(page.get_by_text(due).first).to_be_visible()


def the_police_give_a_receipt(night: Night) -> None:
    page = night.by_officer("19/11/2026")
    night.below(page, "proceedings")
    follow(page.get_by_role("link", name="Sửa hoặc bổ sung").first)
    fill_in(page, {"written_on": "19/11/2026", "receipt_number": "15/PTN", "receipt_on": "19/11/2026"})
    fill_in(page, {"received_by": "Trung úy Thử", "why": "Bổ sung văn bản, giấy tiếp nhận"})
    follow(page.locator(SEND).first)
    expect(page.get_by_text("15/PTN").first).to_be_visible()
    expect(page.get_by_text("Chưa có giấy tiếp nhận")).to_have_count(0)


def the_baby_is_studied_and_the_papers_of_care_follow(night: Night) -> None:
    page = night.by_officer("20/11/2026")
    steps.study(page, night.number, "Trẻ 8 tháng, chưa biết nói")
    page.goto("/care")
    follow(page.get_by_role("link", name=GRANDMOTHER).last)
    follow(page.get_by_role("link", name="Xác minh điều kiện").first)
    names = page.locator('input[name^="answer-"][value="yes"]')
    for box in names.all():
        box.check()
    for box in page.locator('input[name^="evidence-"]').all():
        box.fill("Đã đến nhà, xem giấy tờ")
    follow(page.locator(SEND).first)
    night.below(page, "care/profile")
    tick(page, "reason", "unsafe_with_parents")
    fill_in(page, {"why": "Cha đánh trẻ", "not_asked": "Trẻ 8 tháng tuổi", "family": "Bà ngoại nhận nuôi"})
    fill_in(page, {"contact": "Mẹ thăm hằng ngày", "photo_on": "20/11/2026", "health": "Bú tốt"})
    explain_all(page, f"{SEND} >> nth=0")
    page = night.by_chair("20/11/2026", "15:00")
    expect(page.locator("#decisions li", has_text=night.number)).to_contain_text("Mẫu 12")
    follow(page.locator("#decisions li", has_text=night.number).get_by_role("link").last)
    follow(page.get_by_role("link", name="Đến quyết định").first)
    expect(page.get_by_text("“Trẻ 8 tháng tuổi”")).to_have_count(0)
    tick(page, "authority", "commune_chair")
    fill_in(page, {"number": "33/QĐ-UBND"})
    explain_all(page, f"{SEND} >> nth=0")
    expect(page.get_by_text("33/QĐ-UBND").first).to_be_visible()
    assert "ac_handover_15wd" not in night.clocks()  # the child was handed over before


def the_meeting_is_held_without_the_father(night: Night) -> None:
    page = night.by_officer("23/11/2026", "16:00")
    page.goto(f"/cases/{night.number}")
    follow(page.get_by_role("link", name="Họp trước đã"))
    follow(page.get_by_role("link", name="Ghi biên bản").first)
    expect(page.get_by_text(f"Không được dự họp: {FATHER}")).to_be_visible()
    expect(page.locator("[name=opinion_father]")).to_have_count(0)
    fill_in(page, {"held_on": "23/11/2026", "held_time": "14:00", "place": "Trụ sở xã", "presided_by": CHAIR})
    fill_in(page, {"people-0-name": CHAIR, "people-3-name": FATHER, "people-4-name": "Trưởng thôn Thử"})
    page.locator("[name=people-3-seat]").select_option("father")
    tick(page, "heard", "not_heard")
    tick(page, "measures", "intervention.substitute_care", "intervention.treatment")
    fill_in(page, {"opinion_mother": "Muốn đón con khi chồng không còn ở nhà"})
    fill_in(page, {"minutes": "Bàn nơi ở, khám, tư vấn", "conclusion": "Trẻ ở với bà; đề nghị Tòa án"})
    follow(page.locator("main form button[value=conclude]"))
    blocked(page, "Danh sách có người không được dự họp theo quyết định")
    fill_in(page, {"people-3-name": GRANDMOTHER})
    page.locator("[name=people-3-seat]").select_option("relative")
    explain_all(page, "main form button[value=conclude]", "Trẻ 8 tháng tuổi")
    expect(page.get_by_role("heading", name="Cuộc họp 1")).to_be_visible()
    assert night.clocks()["needs_meeting"][1] == "23/11/2026 14:00"


def the_plan_is_approved_and_delivered_without_the_father(night: Night) -> None:
    page = night.by_officer("24/11/2026", "10:00")
    assert night.clocks()["plan_5wd"] == ("25/11/2026 17:00", "")
    service = {"what": "Khám, điều trị", "kind": "health", "who": "Trạm y tế xã", "cost": "500000"}
    dates = {"since": "26/11/2026", "until": "31/12/2026", "source": "ngân sách xã"}
    steps.draw_up_plan(page, night.number, "Trẻ an toàn, khỏe mạnh", {**service, **dates})
    assert night.clocks()["plan_5wd"][1] == "24/11/2026 10:00"
    assert night.clocks()["plan_approval_2wd"] == ("26/11/2026 17:00", "")
    page = night.by_chair("25/11/2026")
    night.below(page, "plan/approval")
    father = page.locator("#sent_to label", has_text=FATHER).locator("input")
    expect(father).not_to_be_checked()
    expect(father).to_be_disabled()
    steps.approve(page, night.number, decision="35/QĐ-UBND", effective="25/11/2026")
    page = night.by_officer("25/11/2026", "10:00")
    night.below(page, "plan/delivery")
    choose(page, FATHER)
    tick(page, "outcome", "given")
    tick(page, "way", "in_person")
    fill_in(page, {"given_on": "25/11/2026", "reason": "Thử"})
    follow(page.locator(SEND).first)
    expect(page.get_by_text("Theo quyết định đã ghi, không gửi cho người này").first).to_be_visible()
    tick(page, "outcome", "not_given")
    fill_in(page, {"given_on": "", "reason": "Có quyết định không gửi vì an toàn của trẻ"})
    follow(page.locator(SEND).first)
    expect(page.locator("li", has_text=FATHER).get_by_text("không gửi").first).to_be_visible()
    for box in page.locator("input[name=chosen]").all():
        box.check()
    tick(page, "outcome", "given")
    tick(page, "way", "in_person")
    fill_in(page, {"given_on": "25/11/2026"})
    follow(page.locator(SEND).first)
    expect(page.locator("main .notice.done").first).to_be_visible()  # everybody named is noted


def the_court_is_asked_from_the_tenth_day(night: Night) -> None:
    asked = {"court_name": "Tòa án nhân dân khu vực Thử", "reason": "Hạn chế quyền của cha"}
    page = night.by_chair("27/11/2026")
    night.below(page, "separation/court")
    fill_in(page, {**asked, "number": "12/TTr-UBND", "on": "27/11/2026"})
    follow(page.locator(SEND))
    blocked(page, "Đề nghị Tòa án trước ngày thứ 10")
    night.below(page, "separation/extension")
    fill_in(page, {"days": "6", "reason": "Chờ Tòa án", "number": "37/QĐ-UBND"})
    follow(page.locator(SEND))
    blocked(page, "Cộng cả lần này là 16 ngày")
    fill_in(page, {"days": "5"})
    follow(page.locator(SEND))
    expect(page.get_by_text("đến hết thứ Năm 3/12").first).to_be_visible()
    assert night.clocks()["separation_max_15d"] == ("03/12/2026 23:59", "")
    page = night.by_chair("28/11/2026")
    night.below(page, "separation/court")
    fill_in(page, {**asked, "number": "12/TTr-UBND", "on": "28/11/2026"})
    follow(page.locator(SEND))
    expect(page.get_by_text("12/TTr-UBND").first).to_be_visible()


def nothing_is_closed_while_the_child_is_separated(night: Night) -> None:
    page = night.by_officer("2/12/2026")
    expect(page.locator("#decisions li", has_text=night.number)).to_contain_text("3/12")
    steps.write_diary(page, night.number, "1/12/2026", "“Trẻ bú tốt, hết bầm.”")
    propose_closing(page, night)
    blocked(page, "Chưa thể kết thúc: trẻ còn đang được tạm thời cách ly")
    page = night.by_officer("3/12/2026", "16:00")
    night.below(page, "separation")
    follow(page.get_by_role("link", name="Đánh giá").first)
    fill_in(page, {"on": "3/12/2026", "reason": "Cha còn ở nhà, chưa an toàn"})
    tick(page, "conclusion", "court")
    follow(page.locator(SEND))
    assert night.clocks()["separation_max_15d"][1].startswith("03/12/2026")
    page = night.by_officer("5/12/2026")
    propose_closing(page, night)
    blocked(page, "Chưa thể kết thúc: trẻ còn đang được tạm thời cách ly")


def the_court_decides_and_the_baby_goes_home(night: Night) -> None:
    page = night.by_officer("10/12/2026")
    night.below(page, "separation/court")
    tick(page, "outcome", "granted")
    fill_in(page, {"number": "08/2026/QĐ-TA", "on": "9/12/2026", "decided": "Hạn chế quyền của cha 2 năm"})
    follow(page.locator(SEND))
    expect(page.get_by_text("08/2026/QĐ-TA").first).to_be_visible()
    page = night.by_officer("18/12/2026")
    night.below(page, "care")
    follow(page.get_by_role("link", name="Ghi lại").first)
    for name in ("seen", "alone"):
        tick(page, name, "yes")
    tick(page, "danger", "no")
    fill_in(page, {"happened_on": "18/12/2026", "present": "Bà ngoại", "note": "Trẻ khỏe, tăng cân"})
    fill_in(page, {"health": "Tăng 500 gam", "carers": "Bà chăm tốt"})
    explain_all(page, f"{SEND} >> nth=0")
    page = night.by_officer("21/12/2026")
    end_care(page, night, {"asked_by": MOTHER})
    expect(page.get_by_text("Đề nghị chấm dứt").first).to_be_visible()
    page = night.by_chair("22/12/2026")
    expect(page.locator("#decisions li", has_text=night.number)).to_contain_text("Mẫu 16")
    follow(page.locator("#decisions li", has_text=night.number).get_by_role("link").last)
    end_care(page, night, {"number": "44/QĐ-UBND"})
    expect(page.get_by_text("44/QĐ-UBND").first).to_be_visible()
    with night.house.maintenance(writing=False) as desk:
        (placed,) = care.placements(desk, cases.case(desk, night.number))
        assert (placed.given_on, placed.ended_on) == (date(2026, 11, 18), date(2026, 12, 22))
        assert not care.duties(desk, cases.case(desk, night.number))  # no visit is asked for any more


def the_case_is_closed(night: Night) -> None:
    page = night.by_officer("11/1/2027")
    steps.write_diary(page, night.number, "8/1/2027", "“Mẹ và trẻ ở nhà, yên ổn.”")
    steps.review(page, night.number, "Trẻ 10 tháng, vui, bám mẹ")
    responsible(page)
    page = night.by_chair("12/1/2027")
    steps.close(page, night.number)
    assert all(stopped for _due, stopped in night.clocks().values())


def the_papers_say_it(night: Night) -> None:
    """The forms named, as Word files with the right words; the hidden place in none that goes to the family."""
    page = night.by_officer("12/1/2027", "10:00")
    papers = f"/cases/{night.number}/papers"
    page.goto(papers)
    wanted = {
        "01": (CHILD, "10/03/2026", FATHER),
        "02": (CHILD,),
        "03": ("chưa biết nói",),
        "04": ("Khám, điều trị", "500.000"),
        "06": (CHILD, "Trẻ 10 tháng, vui, bám mẹ"),
        "10": (CHILD, "Cha đánh trẻ"),
        "13": (CHILD, "Tăng 500 gam"),
        "15": (CHILD, MOTHER),
        "BB": (CHAIR, "Muốn đón con khi chồng không còn ở nhà"),
    }
    wrong = list(wrongly_made(page, papers, wanted))
    page = night.by_chair("12/1/2027", "10:20")
    signed = {
        "05": ("35/QĐ-UBND", CHAIR),
        "07": ("31/QĐ-UBND", CHAIR, "18/11/2026"),
        "12": ("33/QĐ-UBND", CHILD),
        "16": ("44/QĐ-UBND", CHILD),
    }
    assert not [*wrong, *wrongly_made(page, papers, signed)]


def wrongly_made(page: Page, papers: str, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Which forms lack their words, or show the hidden place."""
    for form, words in wanted.items():
        told = steps.issue(page, f"{papers}/{form}")
        yield from ((form, word) for word in words if word not in told)
        if HIDDEN in told:
            yield form, HIDDEN


def the_baby_is_counted(night: Night, page: Page) -> None:
    sign_in(page, hire(night.house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử"))
    steps.counted(page, LANG_SON, 1)
    expect(page.locator("main")).not_to_contain_text(CHILD)


def responsible(page: Page) -> None:
    """The officer of the commune answers for the case."""
    expect(page.get_by_text(f"{OFFICER}, Xã Na Sầm đang chịu trách nhiệm")).to_be_visible()


def choose(page: Page, name: str) -> None:
    """Only this one of those to whom the decision goes."""
    for box in page.locator("input[name=chosen]").all():
        box.uncheck()
    page.locator("#chosen label", has_text=name).locator("input").check()


def propose_closing(page: Page, night: Night) -> None:
    night.below(page, "review")
    for row, level in (
        ("A1", "low"),
        ("A2", "low"),
        ("A3", "low"),
        ("B1", "low"),
        ("B2", "low"),
        ("B3", "low"),
    ):
        tick(page, f"row-M06.{row}", level)
    for name in ("safe", "stable"):
        tick(page, name, "yes")
        fill_in(page, {f"{name}_evidence": "Đã đến nhà"})
    follow(page.locator("main form button[value=close]"))


def end_care(page: Page, night: Night, more: dict[str, str]) -> None:
    night.below(page, "care")
    follow(page.get_by_role("link", name="Chấm dứt chăm sóc thay thế").first)
    tick(page, "end_reason", "family_reunion")
    fill_in(page, {"why": "Tòa án hạn chế quyền của cha, mẹ đủ khả năng", "goes_to": "Về với mẹ"})
    fill_in(page, {"not_asked": "Trẻ 9 tháng tuổi", **more})
    explain_all(page, f"{SEND} >> nth=0")
