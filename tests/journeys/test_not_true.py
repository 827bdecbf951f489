"""Neglect that is found not to be true: checked, refused with reasons, told again, and again no plan is needed.

The clocks, by hand (NĐ 56/2017 Điều 26; limits "emergency_12h"):

| What happened                                  | When             | Clock       | Due              | Stopped          |
|------------------------------------------------|------------------|-------------|------------------|------------------|
| a neighbour telephones                         | Wed 18/11 12:30  | 12 hours    | Thu 19/11 00:30  |                  |
| checked, decided "not verified"                | Wed 18/11 17:00  |             |                  | Wed 18/11 17:00  |
| the neighbour telephones again                 | Wed 25/11 21:00  | 12 hours    | Thu 26/11 09:00  |                  |
| visited again, decided "no plan needed"        | Thu 26/11 08:00  |             |                  | Thu 26/11 08:00  |

No other clock ever runs: the five working days begin only when a report is taken on.
"""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import CaseClock
from casemgr.core.calendar import at_local
from tests.exchange.machine import Machine, hmac_machine
from tests.journeys.people import hire, sign_in
from tests.journeys.steps import blocked, counted, fill_in, issue, side_door, status_of, tick, until
from tests.support.browser import follow, served, window
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

REFERENCE = "111-2026-000777"
CHILD, MOTHER, NEIGHBOUR = "Lô Văn Giả Định", "Lô Thị Giả Thử", "Nông Thị Người Báo"
REASON = (
    "Cán bộ Hoàng Thị Thử đến nhà 15:30 ngày 18/11, gặp riêng trẻ và bà ngoại: trẻ ở với bà khi mẹ đi ca đêm."
)
AGAIN = (
    "Đến nhà 7:00 ngày 26/11: bà ngoại ở cùng trẻ. Đã hướng dẫn mẹ; không cần biện pháp, không cần kế hoạch."
)


@pytest.mark.slow
def test_the_neighbour_telephones_the_commune(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    chair = hire(house, Role.COMMUNE_CHAIR, NA_SAM, "Lương Văn Thử")
    elsewhere = hire(house, Role.COMMUNE_OFFICER, THAT_KHE, "Triệu Văn Thử")
    statistician = hire(house, Role.STATISTICIAN, LANG_SON, "Vi Thu Thử")
    with served(house) as address:
        with window(chromium, address) as page:
            sign_in(page, officer)
            number = the_officer_takes_the_call(page)
            stands(house, number, running=["19/11/2026 00:30"])
            nobody_answers_for_it_yet(page, number)
            until(house, "18/11/2026", "16:45")
            sign_in(page, officer)
            the_check_is_written_down(page, number)
            until(house, "18/11/2026", "17:00")
            a_no_without_a_reason_is_refused(page, number)
            the_officer_decides(page, number, "not_verified", REASON)
            stands(house, number, running=[], stopped=["18/11/2026 17:00"])
            the_case_is_closed_with_its_reason(page, number, "Không xác thực", REASON)
            form_01_can_be_made(page, number)
        with window(chromium, address) as page:
            sign_in(page, chair)
            the_chair_reads_but_not_who_told(page, number)
        with window(chromium, address) as page:
            sign_in(page, elsewhere)
            nobody_elsewhere_sees_it(page, number)
        with window(chromium, address) as page:
            sign_in(page, statistician)
            counted(page, NA_SAM, 0)
        until(house, "25/11/2026", "21:00")
        with window(chromium, address) as page:
            sign_in(page, officer)
            the_neighbour_telephones_again(page, number)
            stands(house, number, running=["26/11/2026 09:00"], stopped=["18/11/2026 17:00"])
            until(house, "26/11/2026", "08:00")
            sign_in(page, officer)
            the_officer_decides(page, number, "no_plan_needed", AGAIN)
            stands(house, number, running=[], stopped=["18/11/2026 17:00", "26/11/2026 08:00"])
            the_case_is_closed_with_its_reason(page, number, "không cần", AGAIN)
            expect(page.locator("#timeline")).to_contain_text(REASON)  # the first decision stays
        with window(chromium, address) as page:
            sign_in(page, statistician)
            counted(page, LANG_SON, 0)


@pytest.mark.slow
def test_the_neighbour_telephones_111(house: HouseUnderTest, chromium: Browser) -> None:
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    hotline = hmac_machine(house)
    number = the_hotline_refers(house, hotline, revision=1, condition="Trẻ ở nhà một mình ban đêm")
    with served(house) as address, window(chromium, address) as page:
        sign_in(page, officer)
        until(house, "18/11/2026", "16:45")
        sign_in(page, officer)
        the_check_is_written_down(page, number)
        until(house, "18/11/2026", "17:00")
        the_officer_decides(page, number, "not_verified", REASON)
        what_goes_back(hotline, "returned", ["received", "returned"])
        until(house, "25/11/2026", "21:00")
        assert the_hotline_refers(house, hotline, revision=2, condition="Trẻ lại ở nhà một mình") == number
        stands(house, number, running=["26/11/2026 09:00"], stopped=["18/11/2026 17:00"])
        sign_in(page, officer)
        it_is_on_the_worklist_again(page, number)
        until(house, "26/11/2026", "08:00")
        sign_in(page, officer)
        the_officer_decides(page, number, "no_plan_needed", AGAIN)
        what_goes_back(hotline, "closed", ["received", "returned", "received", "closed"])
        the_case_is_closed_with_its_reason(page, number, "không cần", AGAIN)


# --- what people do ---------------------------------------------------------------------------------------------


def the_officer_takes_the_call(page: Page) -> str:
    follow(page.get_by_role("link", name="Tin báo mới").first)
    tick(page, "danger", "unknown")
    tick(page, "channel", "telephone")
    tick(page, "subject", "danger_abandonment")
    fill_in(page, {"time": "12:30", "reporter_name": NEIGHBOUR, "reporter_phone": "0900 000 123"})
    tick(page, "anonymous", "no")
    page.locator('[name="reporter_kind"]').select_option("neighbour")
    _go_on(page)
    fill_in(page, {"name": CHILD, "condition": "Trẻ ở nhà một mình ban đêm, hay khóc"})
    tick(page, "sex", "male")
    tick(page, "harms", "abandonment_neglect")
    page.locator('[name="birth-age"]').fill("6")
    page.locator('[name="residence"]').select_option(NA_SAM)
    _go_on(page)
    fill_in(page, {"description": "Mẹ đi làm ca đêm, để trẻ ở nhà một mình", "address": "thôn Nà Tềnh"})
    page.locator('[name="unit"]').select_option(NA_SAM)
    tick(page, "environment", "family")
    _go_on(page)
    fill_in(page, {"name": MOTHER})
    tick(page, "sex", "female")
    tick(page, "is_carer", "yes")
    page.locator('select[name^="relation-"]').select_option("mother")
    _go_on(page)
    fill_in(page, {"mother_name": MOTHER, "carer": "Mẹ"})
    follow(page.get_by_role("button", name="Tiếp tục"))
    expect(page.get_by_text("Theo luật, đây là trường hợp khẩn cấp").first).to_be_visible()
    return page.url.rstrip("/").split("?")[0].split("/")[-1]


def _go_on(page: Page) -> None:
    before = page.url
    follow(page.get_by_role("button", name="Tiếp tục"))
    page.wait_for_url(lambda now: now != before)


def nobody_answers_for_it_yet(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Chưa có người giữ hồ sơ", exact=False).first).to_be_visible()


def the_check_is_written_down(page: Page, number: str) -> None:
    page.goto(f"/reports/{number}")
    follow(page.locator("#decide").get_by_role("link", name="Kiểm tra tính xác thực"))
    fill_in(page, {"what": "Trẻ có ở nhà một mình ban đêm không", "with_whom": "Bà ngoại, trưởng thôn"})
    fill_in(page, {"checked_on": "18/11/2026", "checked_time": "15:30"})
    tick(page, "way", "visit")
    tick(page, "result", "not_confirmed")
    fill_in(page, {"found": "Bà ngoại ngủ cùng trẻ mỗi khi mẹ đi ca đêm; trẻ khỏe, đi học đều"})
    follow(page.locator("main form button.main"))
    written = page.locator("main .panel", has_text="Bà ngoại ngủ cùng trẻ")
    expect(written).to_contain_text("Hoàng Thị Thử")
    expect(written).to_contain_text("15:30")
    expect(written).to_contain_text("Không đúng")


def a_no_without_a_reason_is_refused(page: Page, number: str) -> None:
    page.goto(f"/reports/{number}")
    tick(page, "decision", "not_verified")
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    blocked(page, "Ghi lý do: ai kiểm tra, cách nào")


def the_officer_decides(page: Page, number: str, decision: str, reason: str) -> None:
    page.goto(f"/reports/{number}")
    tick(page, "decision", decision)
    page.locator("#decide #reason").fill(reason)
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    page.wait_for_url("**/?done=decided")


def the_case_is_closed_with_its_reason(page: Page, number: str, ending: str, reason: str) -> None:
    page.goto(f"/cases/{number}")
    closed = page.locator("main .notice", has_text="Hồ sơ đã kết thúc").first
    expect(closed).to_contain_text(ending)
    expect(page.locator("#timeline")).to_contain_text(reason)
    expect(page.get_by_text("Mở lại hồ sơ")).to_have_count(0)  # a no is decided anew, on the report


def form_01_can_be_made(page: Page, number: str) -> None:
    side_door(page, number, "Giấy tờ, biểu mẫu")
    follow(page.locator("#form-01").get_by_role("link").last)
    told = issue(page, page.url)
    for words in (CHILD, "12:30", "Điện thoại", "Mẹ đi làm ca đêm", MOTHER, "thôn Nà Tềnh"):
        assert words in told, told
    assert NEIGHBOUR not in told
    assert "0900 000 123" not in told


def the_chair_reads_but_not_who_told(page: Page, number: str) -> None:
    page.goto(f"/reports/{number}")
    expect(page.locator("main")).to_contain_text(CHILD)
    expect(page.locator("main")).not_to_contain_text(NEIGHBOUR)
    assert status_of(page, f"/cases/{number}/verification") == 200


def nobody_elsewhere_sees_it(page: Page, number: str) -> None:
    for address in (f"/reports/{number}", f"/cases/{number}", f"/cases/{number}/verification"):
        assert status_of(page, address) == 404


def the_neighbour_telephones_again(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Mở tin báo"))
    page.get_by_text("Người báo cung cấp thêm thông tin").click()
    follow(page.get_by_role("button", name="Ghi lại và quyết định lại"))
    blocked(page, "Hãy ghi nội dung")
    fill_in(page, {"told": "Hàng xóm gọi lại 20:50: tối nay trẻ lại ở nhà một mình"})
    follow(page.get_by_role("button", name="Ghi lại và quyết định lại"))
    expect(page.get_by_text("Quyết định về tin báo").first).to_be_visible()
    page.goto(f"/cases/{number}")
    expect(page.locator("#timeline")).to_contain_text("tối nay trẻ lại ở nhà một mình")
    it_is_on_the_worklist_again(page, number)


def it_is_on_the_worklist_again(page: Page, number: str) -> None:
    page.goto("/")
    row = page.locator("ol.work > li", has_text=number).first
    expect(row).to_contain_text("12 giờ")
    page.goto("/reports")
    expect(page.locator("main")).to_contain_text(number)


def the_hotline_refers(house: HouseUnderTest, hotline: Machine, *, revision: int, condition: str) -> str:
    answer = hotline.post(
        "/api/v1/referrals",
        {
            "reference": REFERENCE,
            "revision": revision,
            "received_at": at_local_text(house),
            "channel": "telephone",
            "kind": "intervention",
            "urgency": "unknown",
            "incident": {"unit_code": NA_SAM, "environment": "family"},
            "children": [
                {
                    "ref": "c1",
                    "name": CHILD,
                    "sex": "male",
                    "birth": {"age_estimate": 6, "precision": "estimated"},
                    "residence_unit_code": NA_SAM,
                    "harms": ["abandonment_neglect"],
                    "condition": condition,
                }
            ],
            "suspects": [
                {
                    "ref": "s1",
                    "sex": "female",
                    "is_carer": True,
                    "relations": [{"child": "c1", "relation": "mother"}],
                }
            ],
            "reporter": {"anonymous": False, "name": NEIGHBOUR, "kind": "neighbour"},
        },
    )
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return str(answer.get_json()["cases"][0]["case"])


def at_local_text(house: HouseUnderTest) -> str:
    return (house.clock.now() - timedelta(minutes=15)).isoformat()


def what_goes_back(hotline: Machine, state: str, history: list[str]) -> None:
    answer = hotline.get(f"/api/v1/referrals/{REFERENCE}")
    told = answer.get_json()
    assert told["state"] == state
    assert [row["state"] for row in told["history"]] == history
    words = answer.get_data(as_text=True)
    assert "Hoàng Thị Thử" not in words  # never the officer's words, nor a name
    assert "bà ngoại" not in words
    assert CHILD not in words


# --- what a lawyer would compute --------------------------------------------------------------------------------


def stands(
    house: HouseUnderTest, number: str, *, running: list[str], stopped: list[str] | None = None
) -> None:
    """The clocks of the case, as in the table above."""
    with house.maintenance(writing=False) as desk:
        case = cases.case(desk, number)
        rows = list(
            desk.all(select(CaseClock).where(CaseClock.case_id == case.id).order_by(CaseClock.started_at))
        )
        assert {row.clock for row in rows} == {"emergency_12h"}
        at = [row.due_at for row in rows if row.stopped_at is None]
        ended = [row.stopped_at for row in rows if row.stopped_at is not None]
    assert at == [_moment(one) for one in running]
    assert ended == [_moment(one) for one in stopped or []]


def _moment(text: str) -> datetime:
    told = datetime.strptime(text, "%d/%m/%Y %H:%M")
    return at_local(told.date(), told.time())
