"""Pages of a report: a stale edit side by side, every suspect, nobody's case, codes of communes, who sees what."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children.terms import Parent, Sex
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision, Incident, Story, Suspect, ToldChild
from tests.exchange.machine import a_referral, hmac_machine
from tests.support.factories import FATHER, KHANG, a_report, a_story, a_telling
from tests.support.house import ELSEWHERE, NA_SAM, THAT_KHE, HouseUnderTest

DIVIDED, ONE_HALF, OTHER_HALF = "06622", "Xã Đình Lập (06613)", "Xã Kiên Mộc (06625)"
AWAY = Suspect(ref="s2", name="Chú Tư", sex=Sex.MALE, age=40, is_carer=True)


def text_of(browser: FlaskClient, path: str) -> str:
    """A page as it is read."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.get_data(as_text=True))


def version_on(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found is not None
    return found[1]


def links_on(text: str, group: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="(/reports/[^"]+/{group}/[^"]+)"', text)))


def rows_on(text: str) -> list[tuple[str, str, str]]:
    """The rows of the table that shows both versions."""
    table = re.search(r'id="versions".*?</section>', text, re.DOTALL)
    if table is None:
        return []
    found = re.findall(
        r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', table[0], re.DOTALL
    )
    return [(one.strip(), two.strip(), three.strip()) for one, two, three in found]


def known(house: HouseUnderTest, number: str) -> Story:
    with house.maintenance(writing=False) as desk:
        return queries.report(desk, number).known or Story()


def cases_of(house: HouseUnderTest, number: str) -> int:
    with house.maintenance(writing=False) as desk:
        report = queries.report(desk, number)
        return len(desk.all(select(Case).where(Case.report_id == report.id)))


def groups_of(officer: FlaskClient, number: str) -> dict[str, str]:
    text = text_of(officer, f"/reports/{number}/incident")
    return {
        "child": links_on(text, "children")[0],
        "incident": f"/reports/{number}/incident",
        "suspect": links_on(text, "suspects")[0],
        "family": links_on(text, "family")[0],
    }


THEIRS_AND_MINE: dict[str, tuple[dict[str, Any], dict[str, Any], set[tuple[str, str]]]] = {
    "child": (
        {"name": "Nông Khang", "sex": "male", "harms": "violence", "birth-precision": "year"}
        | {"birth-year": "2017", "birth-day": "", "birth-month": ""},
        {"name": "Nông Minh", "sex": "female", "harms": ["violence", "other"], "birth-precision": "year"}
        | {"birth-year": "2018", "birth-day": "", "birth-month": ""},
        {("Nông Khang", "Nông Minh"), ("Nam", "Nữ"), ("2017", "2018")},
    ),
    "incident": (
        {"description": "Bị đánh", "unit": NA_SAM, "environment": "family", "online": "no"},
        {"description": "Bị mắng", "unit": THAT_KHE, "environment": "school", "online": "yes"},
        {("Bị đánh", "Bị mắng"), ("Xã Na Sầm", "Xã Thất Khê"), ("Không", "Có")},
    ),
    "suspect": (
        {"name": "Ông Một", "age": "40", "is_carer": "no", "relation-c1": "father"},
        {"name": "Ông Hai", "age": "41", "is_carer": "yes", "relation-c1": "neighbour_or_acquaintance"},
        {("Ông Một", "Ông Hai"), ("40", "41"), ("Cha đẻ", "Hàng xóm, người quen")},
    ),
    "family": (
        {"carer": "Bà ngoại", "family": "Ly thân", "father_age": "40"},
        {"carer": "Bà nội", "family": "Ly hôn", "father_age": "41", "whereabouts": "nhà cô"},
        {("Bà ngoại", "Bà nội"), ("Ly thân", "Ly hôn"), ("40", "41")},
    ),
}


@pytest.mark.parametrize("group", sorted(THEIRS_AND_MINE))
def test_a_stale_edit_shows_both_versions_in_words(house: HouseUnderTest, group: str) -> None:
    theirs, mine, wanted = THEIRS_AND_MINE[group]
    number = a_report(house)
    first, second = house.client(Role.COMMUNE_OFFICER), house.client(Role.COMMUNE_OFFICER, person=1)
    path = groups_of(first, number)[group]
    stale = version_on(text_of(second, path))
    fresh = version_on(text_of(first, path))
    assert first.post(path, data={"version": fresh, **theirs}).status_code == 303
    stored = known(house, number)

    answer = second.post(path, data={"version": stale, **mine})
    said = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409, re.findall(r'-error".*?</p>', said, re.DOTALL)
    rows = rows_on(said)
    assert wanted <= {(now, typed) for _label, now, typed in rows}, rows
    assert all(now != typed for _label, now, typed in rows)
    assert all(label for label, _now, _typed in rows)
    assert "thay bằng nội dung anh/chị vừa viết" in said, "the page says what saving again will do"
    for typed in mine.values():
        assert not isinstance(typed, str) or typed in said, "what was typed stays in the form"
    assert known(house, number) == stored, "nothing was overwritten yet"

    assert second.post(path, data={"version": version_on(said), **mine}).status_code == 303
    assert known(house, number) != stored, "saving again is a choice, and it works"


def test_a_hidden_place_stays_hidden_when_versions_are_compared(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    path = groups_of(officer, number)["family"]
    said = unescape(officer.post(path, data={"version": "0", "whereabouts": "nhà cô"}).get_data(as_text=True))
    assert "nhà bà ngoại" not in said
    assert any(typed == "nhà cô" and "giữ kín" in now for _label, now, typed in rows_on(said)), rows_on(said)


def test_a_stale_edit_that_cannot_be_read_either_shows_both_versions_too(house: HouseUnderTest) -> None:
    """Else correcting the mistake would overwrite what somebody else has written, without a word."""
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    path = groups_of(officer, number)["child"]
    answer = officer.post(path, data={"version": "0", "name": "Nông Minh", "birth-age": "99"})
    assert answer.status_code == 422
    rows = rows_on(unescape(answer.get_data(as_text=True)))
    assert ("Nông Minh Khang", "Nông Minh") in {(now, typed) for _label, now, typed in rows}
    assert any("99" in typed for _label, _now, typed in rows)


def test_no_versions_are_shown_while_nobody_else_wrote(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    path = groups_of(officer, number)["child"]
    version = version_on(text_of(officer, path))
    answer = officer.post(path, data={"version": version, "name": "Nông Minh", "birth-age": "99"})
    assert answer.status_code == 422
    assert rows_on(unescape(answer.get_data(as_text=True))) == []
    assert "Tuổi" in unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("group, there", [("children", "Nông Minh Khang"), ("suspects", "Nông Văn Đức")])
def test_a_stale_addition_names_those_who_are_there_already(
    house: HouseUnderTest, group: str, there: str
) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    answer = officer.post(f"/reports/{number}/{group}/new", data={"version": "0", "name": "Thêm Một"})
    said = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert rows_on(said) == []
    assert there in said
    assert 'value="Thêm Một"' in said


def test_every_suspect_stands_on_the_report(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(suspects=(FATHER, AWAY)))
    officer = house.client(Role.COMMUNE_OFFICER)
    said = text_of(officer, f"/reports/{number}")
    panel = re.search(r'id="alleged".*?</section>', said, re.DOTALL)
    assert panel is not None
    for words in ("Nông Văn Đức", "Cha", "Chú Tư", "40 tuổi", "Chưa báo người này là gì của trẻ"):
        assert words in panel[0], words
    assert panel[0].index("Chưa báo người này") > panel[0].index("Chú Tư")
    assert len(links_on(panel[0], "suspects")) >= 2


def test_a_suspect_without_a_relation_stands_on_the_case(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(suspects=(AWAY,)))
    said = text_of(house.client(Role.COMMUNE_OFFICER), f"/cases/{number}")
    assert "Chú Tư" in said


def test_a_father_alleged_to_have_done_harm_is_one_row(house: HouseUnderTest) -> None:
    told = replace(KHANG, father=Parent("Nông Văn Đức", 41, "thợ xây"))
    number = a_report(house, story=a_story(children=(told,)))
    said = text_of(house.client(Role.COMMUNE_OFFICER), f"/cases/{number}")
    rows = re.findall(r"<dt>Cha[^<]*</dt>\s*<dd>(.*?)</dd>", said, re.DOTALL)
    assert len(rows) == 1, rows
    for words in ("Nông Văn Đức", "41 tuổi", "thợ xây", "bị cho là"):
        assert words in rows[0], rows


def test_clearing_a_suspect_is_not_thrown_away(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(suspects=(Suspect(ref="s1", name="Chú Tư", age=40),)))
    officer = house.client(Role.COMMUNE_OFFICER)
    path = groups_of(officer, number)["suspect"]
    version = version_on(text_of(officer, path))
    assert officer.post(path, data={"version": version, "name": "", "age": ""}).status_code == 303
    assert known(house, number).suspects == (Suspect(ref="s1"),)


@pytest.mark.parametrize(
    "go, after", [("on", "/incident"), ("another", "/children/new"), ("save", "done=saved")]
)
def test_an_empty_new_child_opens_no_case(house: HouseUnderTest, go: str, after: str) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    version = version_on(text_of(officer, f"/reports/{number}/children/new"))
    sent = officer.post(f"/reports/{number}/children/new", data={"version": version, "name": "  ", "go": go})
    assert sent.status_code == 303
    assert sent.location.endswith(after)
    assert cases_of(house, number) == 1
    assert len(known(house, number).children) == 1


def test_a_family_belongs_to_a_child_that_is_there(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    assert officer.get(f"/reports/{number}/family/new").status_code == 404
    assert officer.post(f"/reports/{number}/family/new", data={"version": "1"}).status_code == 404
    assert cases_of(house, number) == 1


WRONG = [("ABCDE", "ABCDE"), ("99999", "99999"), ("20", "20"), (DIVIDED, ONE_HALF), (DIVIDED, OTHER_HALF)]


@pytest.mark.parametrize("code, said", WRONG)
def test_a_code_that_means_no_commune_is_objected_to_at_its_field(
    house: HouseUnderTest, code: str, said: str
) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    groups = groups_of(officer, number)
    before = known(house, number)
    decision = {"decision": "other_commune", "reason": "nơi khác", "unit_other": code}
    for path, field, more in (
        (groups["child"], "residence_other", {"residence": "", "residence_other": code}),
        (groups["incident"], "unit_other", {"unit": "", "unit_other": code}),
        (f"/reports/{number}/decision", "unit_other", decision),
    ):
        version = version_on(text_of(officer, groups["child"]))
        answer = officer.post(path, data={"version": version, **more})
        text = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 422, path
        error = re.search(rf'id="{field}-error".*?</p>', text, re.DOTALL)
        assert error is not None, path
        assert said in error[0], path
        assert f'value="{code}"' in text, "what was typed stays"
    assert known(house, number) == before


@pytest.mark.parametrize("code", ["ABCDE", DIVIDED, ""])
def test_the_province_hears_at_the_field_that_a_code_is_wrong(house: HouseUnderTest, code: str) -> None:
    number = triaged(house)
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    answer = supervisor.post(f"/reports/{number}/route", data={"unit_other": code})
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert re.search(r'id="unit_(other|code)-error"', text)
    sent = supervisor.post(f"/reports/{number}/route", data={"unit_other": ELSEWHERE})
    assert sent.status_code == 303


def test_a_commune_is_chosen_or_written_but_not_both(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    path = groups_of(officer, number)["incident"]
    for other, status in ((ELSEWHERE, 422), (THAT_KHE, 303)):
        version = version_on(text_of(officer, path))
        answer = officer.post(path, data={"version": version, "unit": THAT_KHE, "unit_other": other})
        assert answer.status_code == status
    assert known(house, number).incident.unit_code == THAT_KHE
    version = version_on(text_of(officer, path))
    answer = officer.post(path, data={"version": version, "unit": THAT_KHE, "unit_other": ELSEWHERE})
    assert answer.status_code == 303
    assert known(house, number).incident.unit_code == ELSEWHERE, "what was changed counts"
    version = version_on(text_of(officer, path))
    officer.post(path, data={"version": version, "unit": THAT_KHE, "unit_other": ELSEWHERE})
    assert known(house, number).incident.unit_code == THAT_KHE, "what was changed counts"


def test_a_code_as_the_sender_told_it_does_not_stop_the_rest_of_the_form(house: HouseUnderTest) -> None:
    """A divided code that came with the report stands there until somebody knows better."""
    incident = Incident(unit_code=DIVIDED, description="Bị đánh")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        received = actions.receive(desk, a_telling(house, story=a_story(incident=incident)))
        number = received.report.number
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    path = f"/reports/{number}/incident"
    page = text_of(supervisor, path)
    assert ONE_HALF in page, "the page says what became of the commune"
    sent = supervisor.post(
        path, data={"version": version_on(page), "description": "Bị mắng", "unit_other": DIVIDED}
    )
    assert sent.status_code == 303
    assert known(house, number).incident.description == "Bị mắng"
    assert ONE_HALF in text_of(supervisor, f"/reports/{number}"), (
        "and so does the page on which it is sent on"
    )


def triaged(house: HouseUnderTest) -> str:
    """A report of which the officer knows only that it happened elsewhere."""
    number = a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(
            desk, queries.report(desk, number), decision=Decision.OTHER_COMMUNE, reason="không phải xã này"
        )
    return number


def test_questions_name_the_child_and_the_person(house: HouseUnderTest) -> None:
    children = (ToldChild(ref="c1", name="Khang"), ToldChild(ref="c2"))
    suspects = (replace(AWAY, ref="s1"), Suspect(ref="s2"))
    number = a_report(house, story=a_story(children=children, suspects=suspects))
    said = text_of(house.client(Role.COMMUNE_OFFICER), f"/reports/{number}")
    asked = re.findall(r"<li>(.*?)</li>", said[said.index('id="questions"') :].split("</ul>")[0], re.DOTALL)
    assert len(asked) == len(set(asked)), asked
    assert any("Khang" in line and "nam hay nữ" in line for line in asked), asked
    assert any("Trẻ thứ 2" in line for line in asked), asked
    assert any("Chú Tư" in line for line in asked), asked


def test_with_one_child_a_question_stands_alone(house: HouseUnderTest) -> None:
    number = a_report(house, story=a_story(children=(ToldChild(ref="c1", name="Khang"),)))
    said = text_of(house.client(Role.COMMUNE_OFFICER), f"/reports/{number}")
    assert "Khang" not in said[said.index('id="questions"') :].split("</ul>")[0]


@pytest.mark.parametrize("role", [Role.PROVINCE_SUPERVISOR, Role.HOTLINE_OPERATOR, Role.COMMUNE_CHAIR])
def test_whoever_begins_a_report_comes_to_a_page_that_is_there(house: HouseUnderTest, role: Role) -> None:
    browser = house.client(role)
    sent = browser.post("/reports/new", data={"channel": "telephone"})
    assert sent.status_code == 303
    page = text_of(browser, sent.location)
    path = sent.location.split("?")[0]
    after = browser.post(path, data={"version": version_on(page), "name": "Bé", "go": "save"})
    assert after.status_code == 303
    assert "Bé" in text_of(browser, after.location)


def test_who_does_not_decide_reads_who_will(house: HouseUnderTest) -> None:
    number = a_report(house)
    supervisor = text_of(house.client(Role.PROVINCE_SUPERVISOR), f"/reports/{number}")
    assert "Đang chờ Xã Na Sầm quyết định" in supervisor
    assert "/decision" not in supervisor
    assert "Đang chờ Xã Na Sầm" not in text_of(house.client(Role.COMMUNE_OFFICER), f"/reports/{number}")


def test_an_operator_completes_only_what_nobody_has_decided(house: HouseUnderTest) -> None:
    operator = house.client(Role.HOTLINE_OPERATOR)
    number = operator.post("/reports/new", data={"channel": "telephone"}).location.split("/")[2]
    assert links_on(text_of(operator, f"/reports/{number}"), "children")
    with house.maintenance() as desk:
        queries.report(desk, number).decision = Decision.ACCEPTED
    assert not links_on(text_of(operator, f"/reports/{number}"), "children")


def test_the_list_says_until_when_and_from_whom(house: HouseUnderTest) -> None:
    number = a_report(house)
    telling = hmac_machine(house).post("/api/v1/referrals", a_referral())
    assert telling.status_code == 201, telling.text
    shown = house.client(Role.COMMUNE_OFFICER).get("/reports").text
    rows = {
        found[1]: found[0] for found in re.findall(r"(<li.*?(\d{5}-\d{4}-\d{5}-\w).*?</li>)", shown, re.S)
    }
    own, sent = rows.pop(number), rows.popitem()[1]
    assert "Còn " in own and "Từ tổng đài 111" not in own
    assert "Còn " in sent and "Từ tổng đài 111" in sent


def test_i_have_seen_it(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    assert "/acknowledge" in text_of(officer, f"/reports/{number}")
    sent = officer.post(f"/reports/{number}/acknowledge")
    assert sent.status_code == 303
    assert "/acknowledge" not in text_of(officer, sent.location)
    officer.post(f"/reports/{number}/decision", data={"decision": "accepted"})
    with house.maintenance() as desk:
        queries.report(desk, number).nudged_at = house.clock.now()
    assert "/acknowledge" in text_of(officer, f"/reports/{number}"), (
        "told again: it waits until somebody has read it"
    )
    officer.post(f"/reports/{number}/acknowledge")
    assert "/acknowledge" not in text_of(officer, f"/reports/{number}")


def test_looking_at_the_reporter_writes_nothing_into_the_decision(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    refused = officer.post(f"/reports/{number}/reporter", data={"reason": " "})
    assert refused.status_code == 422
    assert "reporter-reason-error" in refused.get_data(as_text=True)
    said = officer.post(f"/reports/{number}/reporter", data={"reason": "gọi lại"}).get_data(as_text=True)
    assert "Lý Thị Giả Định" in said
    assert "gọi lại" not in said
    assert len(re.findall(r'id="reason"', said)) == 1


def test_where_the_child_is_opens_with_a_reason_for_whoever_does_not_hold_the_case(
    house: HouseUnderTest,
) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    asked = officer.post(f"/cases/{number}/whereabouts")
    assert asked.status_code == 422
    assert 'name="reason"' in asked.get_data(as_text=True)
    assert "nhà bà ngoại" not in asked.get_data(as_text=True)
    shown = officer.post(f"/cases/{number}/whereabouts", data={"reason": "đến thăm"})
    assert shown.status_code == 200
    assert "nhà bà ngoại" in shown.get_data(as_text=True)


def test_a_report_reads_in_english(house: HouseUnderTest) -> None:
    story = a_story(suspects=(FATHER, AWAY), children=(KHANG, ToldChild(ref="c2")))
    number = a_report(house, story=story)
    officer = house.client(Role.COMMUNE_OFFICER)
    officer.set_cookie("lang", "en")
    said = text_of(officer, f"/reports/{number}")
    for words in (
        "Alleged to have done harm",
        "What this person is to the child is not told",
        "Decree 56/2017",
    ):
        assert words in said, words
    assert "Nghị định" not in said
