"""In a real browser: a photo is sent and looked at, and what was typed is found again after signing in. Without script too."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from casemgr.access.roles import Role
from casemgr.accounts.rules import IDLE
from tests.files import making
from tests.journeys.people import PASSWORD, hire, sign_in
from tests.support.browser import follow, served, window
from tests.support.factories import a_case
from tests.support.house import NA_SAM, HouseUnderTest

WORDS = "Cẳng tay trái, hai vệt bầm xanh dài"


@pytest.mark.parametrize("script", [True, False])
def test_a_photo_is_sent_and_typed_words_are_found_again(
    chromium: Browser, swept: HouseUnderTest, tmp_path: Path, script: bool
) -> None:
    house = swept
    number = a_case(house)
    officer = hire(house, Role.COMMUNE_OFFICER, NA_SAM, "Hoàng Thị Thử")
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(making.picture(size=(900, 600)))
    with (
        served(house) as address,
        window(chromium, address, width=360, script=script) as page,
    ):
        sign_in(page, officer)
        page.goto(f"/cases/{number}")
        follow(page.get_by_role("link", name="Tệp: ảnh, bản quét, bản ghi"))
        page.locator("#file-choice").set_input_files(photo)
        page.get_by_label("Ảnh thương tích").check()
        page.locator('[name="description"]').fill(WORDS)
        follow(page.get_by_role("button", name="Gửi và lưu"))
        page.get_by_text("Đã lưu tệp.").wait_for()
        follow(page.get_by_role("link", name=WORDS))
        shown = page.locator("img.picture")
        shown.wait_for()
        assert shown.evaluate("image => image.complete && image.naturalWidth") == 900
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, "nothing is to be pushed sideways"

        page.get_by_label("Công an, Viện kiểm sát").check()
        page.locator('[name="words"]').fill("Cơ quan điều tra đề nghị ngày 18/11")
        house.clock.move(IDLE)
        follow(page.locator("main").get_by_role("button", name="Lấy bản gốc"))
        page.wait_for_url("**/sign-in?next=**")
        page.locator('[name="username"]').fill(officer.username)
        page.locator('[name="password"]').fill(PASSWORD)
        follow(page.locator("main form button.main"))
        page.get_by_text("Những gì anh/chị vừa nhập đã được giữ lại").wait_for()
        assert page.locator('[name="words"]').input_value() == "Cơ quan điều tra đề nghị ngày 18/11"
        assert page.get_by_label("Công an, Viện kiểm sát").is_checked()
        with page.expect_download() as coming:
            page.locator("main").get_by_role("button", name="Lấy bản gốc").click()
        assert Path(coming.value.path()).read_bytes() == photo.read_bytes()
        page.goto("/account/drafts")
        page.get_by_text("Không có bản nháp nào").wait_for()
