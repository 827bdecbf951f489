"""The pages: what is typed stays, errors name the field, nothing personal stands in an address, the excluded is not told."""

import re

from sqlalchemy import update

from casemgr.accounts.models import Appointment
from casemgr.safeguards import queries
from casemgr.safeguards.terms import Declared, Kin
from tests.safeguards.people import CHAIR, OFFICER, SUPERVISOR, WHY, a_suspect, declare, restrict, sees
from tests.safeguards.test_glass import HERE, UNKNOWN
from tests.support.factories import a_case
from tests.support.house import THAT_KHE, HouseUnderTest


def test_a_case_is_restricted_read_and_opened_again(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer, _ = house.hire(OFFICER)
    chair, _ = house.hire(CHAIR)
    client = house.client(OFFICER)
    page = client.get(f"/cases/{number}/readers").get_data(as_text=True)
    ticked = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert len(ticked) == 1 and str(officer) in ticked[0] and str(chair) in page
    bad = client.post(f"/cases/{number}/readers", data={"readers": [str(officer)], "reason": "vì vậy"})
    assert bad.status_code == 409 and "vì vậy" in bad.get_data(as_text=True)
    odd = client.post(f"/cases/{number}/readers", data={"readers": ["x", "\x00"], "reason": WHY})
    assert odd.status_code == 409 and WHY in odd.get_data(as_text=True)
    done = client.post(f"/cases/{number}/readers", data={"readers": [str(officer)], "reason": WHY})
    assert done.status_code == 303 and done.location.endswith("/readers?done=restricted")
    assert house.client(CHAIR).get(f"/cases/{number}").status_code == 404
    page = client.get(f"/cases/{number}").get_data(as_text=True)
    assert f"/cases/{number}/readers" in page and "Hạn chế người xem" in page and WHY in page
    assert client.post(f"/cases/{number}/readers/{officer}/end", data={"reason": WHY}).status_code == 409
    added = client.post(f"/cases/{number}/readers/add", data={"reader": str(chair), "reason": WHY})
    assert added.status_code == 303 and sees(house, number, CHAIR)
    ended = client.post(f"/cases/{number}/readers/{officer}/end", data={"reason": WHY})
    assert ended.status_code == 303 and ended.location.endswith("/cases"), "off the list, off the page"
    lifted = house.client(CHAIR).post(f"/cases/{number}/readers/lift", data={"reason": WHY})
    assert lifted.status_code == 303 and sees(house, number, OFFICER) and sees(house, number, SUPERVISOR)


def test_declaring_says_the_same_whatever_is_found(house: HouseUnderTest) -> None:
    house.hire(CHAIR)
    house.hire(OFFICER)
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    client = house.client(OFFICER, person=1)
    wrong = client.post("/account/ties", data={"identity": "12345", "phone": "abc", "household": "1980"})
    said = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "12345" in said and "9 hoặc 12" in said and "dòng 1" in said
    with house.desk(OFFICER, writing=False, person=1) as desk:
        assert queries.declared(desk) == Declared(), "nothing half stored"
    answers = []
    for household in ("Vi Thị Không Có Ai", "Nông Văn Đức, 1980"):
        answer = client.post(
            "/account/ties",
            data={"identity": "００１ 080 012 345", "phone": "+84 912 345 678", "household": household},
        )
        answers.append((answer.status_code, answer.location))
        page = client.get(answer.location).get_data(as_text=True)
        assert household in page and "001080012345" in page and "0912345678" in page
        assert number not in page
    assert answers[0] == answers[1] and not sees(house, number, OFFICER, person=1)
    assert client.get(f"/cases/{number}").get_data(as_text=True).replace(number, "#") == client.get(
        f"/cases/{UNKNOWN}"
    ).get_data(as_text=True).replace(UNKNOWN, "#")
    assert number not in client.get("/notices").get_data(as_text=True)


def test_the_glass_from_the_page_to_the_review(house: HouseUnderTest) -> None:
    number = a_case(house)
    house.hire(SUPERVISOR)
    client = house.client(OFFICER, THAT_KHE)
    kept = client.post("/break-glass", data={"number": UNKNOWN, "reason": HERE})
    page = kept.get_data(as_text=True)
    assert kept.status_code == 409 and HERE in page
    assert 'href="#number"' in page and 'aria-invalid="true"' in page, "the field is named and marked"
    done = client.post("/break-glass", data={"number": f" {number.lower()} ", "reason": HERE})
    assert done.status_code == 303 and done.location.endswith(f"/cases/{number}")
    for path in (f"/cases/{number}", "/", "/help"):
        assert "Đang xem khẩn cấp" in client.get(path).get_data(as_text=True), path
    seen = client.get(f"/cases/{number}").get_data(as_text=True)
    assert "Giao người" not in seen and f"/cases/{number}/notes" not in seen, "nothing to write into"
    assert client.post(f"/cases/{number}/notes", data={"text": "Ghi thử"}).status_code == 403
    boss = house.client(SUPERVISOR)
    assert number in boss.get("/notices").get_data(as_text=True)
    page = boss.get("/oversight/safeguards").get_data(as_text=True)
    (address,) = set(re.findall(r"/oversight/openings/[0-9a-f-]{36}", page))
    assert "Hạn rà soát" in page and "Cho ý kiến chậm nhất" in boss.get(address).get_data(as_text=True)
    assert HERE in boss.get(address).get_data(as_text=True)
    assert boss.post(address, data={"words": "Đúng"}).status_code == 422
    again = boss.post(address, data={"verdict": "not_justified", "words": ""})
    assert again.status_code == 409
    judged = boss.post(address, data={"verdict": "not_justified", "words": "Có người trực ở xã"})
    assert judged.status_code == 303 and client.get(f"/cases/{number}").status_code == 404
    assert "Đang xem khẩn cấp" not in client.get("/").get_data(as_text=True)


def test_the_supervisor_lets_a_namesake_in_and_names_a_reader(house: HouseUnderTest) -> None:
    house.hire(CHAIR)
    house.hire(OFFICER)
    number = a_case(house, story=a_suspect("Nông Văn Đức"))
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức"),)), person=1)
    boss = house.client(SUPERVISOR)
    page = boss.get("/oversight/safeguards").get_data(as_text=True)
    (address,) = set(re.findall(r"/oversight/kept-out/[0-9a-f-]{36}", page))
    assert "trùng họ tên" in boss.get(address).get_data(as_text=True)
    assert boss.post(address, data={"reason": ""}).status_code == 409
    assert boss.post(address, data={"reason": "Đã đối chiếu căn cước, người khác"}).status_code == 303
    assert sees(house, number, OFFICER, person=1)
    chair, _ = house.hire(CHAIR)
    restrict(house, number, chair)
    with house.maintenance() as desk:
        desk.session.execute(
            update(Appointment)
            .where(Appointment.account_id == chair)
            .values(until=desk.now.date().replace(day=1))
        )
    path = f"/oversight/restricted/{number}"
    page = boss.get(path).get_data(as_text=True)
    officer, _ = house.hire(OFFICER)
    assert number in page and "Khang" not in page and str(officer) in page
    assert boss.post(path, data={"reader": "", "reason": WHY}).status_code == 409
    assert boss.post(path, data={"reader": str(officer), "reason": WHY}).status_code == 303
    assert sees(house, number, OFFICER) and boss.get(path).status_code == 404


def test_the_command_of_the_night(house: HouseUnderTest) -> None:
    number = a_case(house, story=a_suspect("Nông Văn Đức", 46))
    house.hire(CHAIR)
    declare(house, OFFICER, Declared(household=(Kin("Nông Văn Đức", 1980),)), person=1)
    runner = house.app.test_cli_runner()
    for _night in range(2):
        told = runner.invoke(args=["cases", "conflicts", "--all", "--json"])
        assert told.exit_code == 0, told.output
        assert '"compared": 1' in told.output and '"kept_out": 0' in told.output and number not in told.output
