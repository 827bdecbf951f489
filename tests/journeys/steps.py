"""What people do in more than one journey: a report typed by hand, a paper taken, a clock read, a number opened."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from casemgr.core.calendar import LOCAL
from casemgr.documents import pdf
from tests.support.browser import follow
from tests.support.house import HouseUnderTest


def until(house: HouseUnderTest, day: str, time: str = "09:00") -> None:
    """Move the clock of the house to a moment of Viet Nam, forward."""
    moment = datetime.strptime(f"{day} {time}", "%d/%m/%Y %H:%M").replace(tzinfo=LOCAL)
    ahead = moment - house.clock.now()
    assert ahead >= timedelta(0), f"{day} {time} is past"
    house.clock.move(ahead)


def fill_in(page: Page, boxes: Mapping[str, str]) -> None:
    """Write into boxes by their names, also those in a fold."""
    for name, text in boxes.items():
        box = page.locator(f'main [name="{name}"]')
        box.evaluate("box => { const fold = box.closest('details'); if (fold) fold.open = true }")
        box.fill(text)


def tick(page: Page, name: str, *values: str) -> None:
    """Choose among boxes with one name."""
    for value in values:
        page.locator(f'main input[name="{name}"][value="{value}"]').check()


def explain_all(page: Page, send: str, text: str = "Đã ghi rõ trong biên bản") -> None:
    """Send; what the law wants explained is explained, and sent again."""
    follow(page.locator(send))
    for _again in range(3):
        boxes = page.locator("main textarea[name^=explanation-]")
        if not boxes.count() or all(box.input_value() for box in boxes.all()):
            break
        for box in boxes.all():
            if not box.input_value():
                box.fill(text)
        follow(page.locator(send))
    said = page.locator("main .notice.block", has_text="Chưa thể thực hiện").all_inner_texts()
    assert not said, said


def blocked(page: Page, sentence: str) -> None:
    """The page says that something cannot be done yet, and why."""
    expect(page.locator("main").get_by_text(sentence).first).to_be_visible()


def side_door(page: Page, number: str, label: str) -> None:
    """From the case page through one of the doors beside the next step."""
    page.goto(f"/cases/{number}")
    follow(page.locator("#other").get_by_role("link", name=label).first)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def status_of(page: Page, address: str) -> int:
    """What somebody gets who asks for an address."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def issue(
    page: Page,
    address: str,
    *,
    recipient: str = "own_file",
    name: str = "Hồ sơ của xã",
    shown: str = "",
    secrecy: str = "private",
    printed: bool = True,
) -> str:
    """Look at a form, issue it, take the Word file (and the print where the machine can make one): its text."""
    page.goto(address)
    tick(page, "recipient", recipient)
    tick(page, "secrecy", secrecy)
    fill_in(page, {"name": name, "purpose": "Lưu hồ sơ"})
    if shown:
        tick(page, "shown", shown)
    follow(page.locator("main form button[formaction]"))
    expect(page.locator("#preview")).to_be_visible()
    explain_all(page, "main form.flow button.main")
    expect(page.get_by_role("link", name="Tệp Word")).to_be_visible()
    return _taken(page, printed=printed)


def _taken(page: Page, *, printed: bool) -> str:
    word = page.request.get(page.get_by_role("link", name="Tệp Word").get_attribute("href") or "")
    assert word.status == 200
    if printed and pdf.available():
        print_ = page.request.get(
            page.get_by_role("link", name="Tệp PDF").get_attribute("href") or "", timeout=60_000
        )
        assert print_.status == 200
        assert print_.body().startswith(b"%PDF-")
    return words_of(word.body())


def words_of(docx: bytes) -> str:
    """The text of a Word file, paragraph by paragraph."""
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        inside = parts.read("word/document.xml").decode()
    lines = (re.sub(r"<[^>]+>", "", one) for one in re.split(r"</w:p>", inside))
    return "\n".join(line for line in lines if line.strip())


def counted(page: Page, unit: str, number: int, *, indicator: str = "0101", period: str = "2026-Q4") -> None:
    """The sum of an indicator as the table shows it."""
    page.goto(f"/indicators/B/{indicator}?unit={unit}&period={period}")
    total = page.locator("tr.sum").first
    expect(total).to_be_visible()
    assert re.search(rf"(?<!\d){number}(?!\d)", total.inner_text()), total.inner_text()


# --- Mẫu 01 to 06, as an officer and a chair go through them -------------------------------------------------------


def go_on(page: Page) -> None:
    """To the next group of Mẫu 01."""
    before = page.url
    follow(page.get_by_role("button", name="Tiếp tục"))
    page.wait_for_url(lambda now: now != before)


def take_on(page: Page, report: str) -> None:
    """The officer takes the report on."""
    page.goto(f"/reports/{report}")
    tick(page, "decision", "accepted")
    follow(page.get_by_role("button", name="Quyết định", exact=True))
    page.wait_for_url("**/cases/**")


def assess_danger(page: Page, number: str, shelter: str, who: str) -> None:
    """Mẫu 02: the child is in danger from a carer, measures are needed."""
    page.goto(f"/cases/{number}")
    follow(page.get_by_role("link", name="Làm Mẫu 02"))
    tick(page, "danger", "yes")
    expect(page.locator("input[name=carer][value=yes]")).to_be_checked()
    for row, level in (("A1", "high"), ("A2", "medium"), ("B1", "low"), ("B2", "medium")):
        tick(page, f"row-M02.{row}", level)
    tick(page, "verdict", "measures")
    fill_in(page, {"shelter_what": shelter, "shelter_who": who})
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    explain_all(page, "main form button.main")


def write_measures(page: Page, number: str, measures: Mapping[str, str], time: str) -> None:
    """What was done at once, and by whom."""
    page.goto(f"/cases/{number}/emergency")
    for measure, who in measures.items():
        page.locator(f"#done-{measure}").check()
        page.locator(f"#time-{measure}").fill(time)
        page.locator(f"#who-{measure}").fill(who)
    explain_all(page, "main form button.main")


def study(page: Page, number: str, wishes: str) -> None:
    """Mẫu 03 with the child's own words."""
    page.goto(f"/cases/{number}/full-assessment")
    letters = ("a", "b", "c", "d", "đ", "e", "g")
    fill_in(
        page, {f"content-{letter}": wishes if letter == "g" else "Đã hỏi, ghi ở đây." for letter in letters}
    )
    for letter in letters:
        page.locator(f'[name="done-{letter}"]').check()
    for row in ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"):
        tick(page, f"row-M03.{row}", "medium")
    tick(page, "services", "psychology")
    tick(page, "risk", "medium")
    follow(page.get_by_role("button", name="Xem lại trước khi gửi"))
    explain_all(page, "main form button.main")


def draw_up_plan(page: Page, number: str, goal: str, service: Mapping[str, str]) -> None:
    """Mẫu 04, handed in."""
    page.goto(f"/cases/{number}/plan")
    fill_in(page, {"why": "Trẻ bị bỏ mặc nhiều ngày", "goals-0-text": goal})
    fill_in(page, {f"services-0-{name}": value for name, value in service.items() if name != "kind"})
    page.locator('[name="services-0-kind"]').select_option(service.get("kind", "psychology"))
    explain_all(page, "main form button[value=hand_in]")
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Chờ Chủ tịch", exact=False).first).to_be_visible()


def approve(page: Page, number: str, *, decision: str, effective: str) -> None:
    """Mẫu 05, from the worklist of whoever decides."""
    page.goto("/")
    follow(page.locator("ol.work > li", has_text=number).get_by_role("link", name="Đọc và quyết định"))
    tick(page, "decision", "approve")
    fill_in(page, {"number": decision, "effective_on": effective})
    explain_all(page, "main form button[value=look]", "Mẹ là người bị cho là gây tổn hại")
    follow(page.locator("main form button[value=issue]"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("heading", name="Thực hiện và theo dõi kế hoạch")).to_be_visible()


def write_diary(page: Page, number: str, day: str, changed: str) -> None:
    """One service as it happened."""
    page.goto(f"/cases/{number}/services")
    page.locator("main form input[type=radio][name=service]").first.check()
    fill_in(page, {"happened_on": day, "changed": changed})
    tick(page, "seen", "yes")
    tick(page, "alone", "yes")
    follow(page.locator("main form button.main"))
    expect(page.get_by_text(changed.strip("“”")).first).to_be_visible()


def review(page: Page, number: str, says: str) -> None:
    """Mẫu 06: both conditions of the law are met, closing is proposed."""
    page.goto(f"/cases/{number}/review")
    rows = {"A1": "low", "A2": "low", "A3": "low", "B1": "medium", "B2": "high", "B3": "high"}
    for row, level in rows.items():
        tick(page, f"row-M06.{row}", level)
    for name in ("safe", "stable"):
        tick(page, name, "yes")
        fill_in(page, {f"{name}_evidence": "Đã đến nhà, gặp riêng trẻ"})
    fill_in(page, {"child_says": says})
    explain_all(page, "main form button[value=close]", "Cán bộ xã thăm theo lịch của Mẫu 13")
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("heading", name="Quyết định kết thúc hồ sơ")).to_be_visible()


def close(page: Page, number: str) -> None:
    """The chair closes the case."""
    page.goto(f"/cases/{number}/closure")
    tick(page, "decision", "close")
    explain_all(page, "main form button[value=look]", "Đồng ý với cán bộ")
    follow(page.locator("main form button[value=close]"))
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("Hồ sơ đã kết thúc").first).to_be_visible()
