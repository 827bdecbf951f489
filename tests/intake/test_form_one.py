"""Mẫu 01 as a person fills it in: group by group, each saved on its own; what is typed is what is stored."""

import datetime
import hashlib
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.intake.models import Report
from casemgr.intake.queries import report as numbered
from casemgr.intake.terms import Story
from tests.support.factories import a_report
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

CHILD = hashlib.sha256(b"c1").hexdigest()[:8]


class Writer:
    """An officer with Mẫu 01 open."""

    def __init__(self, house: HouseUnderTest) -> None:
        self.house = house
        self.browser: FlaskClient = house.client(Role.COMMUNE_OFFICER)
        begun = self.browser.post("/reports/new", data={"channel": "telephone", "danger": "yes"})
        assert begun.status_code == 303
        self.number = begun.location.split("/")[2]

    def send(self, group: str, **told: Any) -> TestResponse:
        """Send one group as the page shows it."""
        page = self.browser.get(f"/reports/{self.number}/{group}")
        version = re.search(r'name="version" value="(\d+)"', page.get_data(as_text=True))
        assert version is not None
        return self.browser.post(f"/reports/{self.number}/{group}", data={"version": version[1], **told})

    def known(self) -> Story:
        with self.house.maintenance(writing=False) as desk:
            return numbered(desk, self.number).known or Story()


@pytest.fixture
def writer(house: HouseUnderTest) -> Writer:
    return Writer(house)


def test_a_whole_form_one(writer: Writer) -> None:
    child = {"name": " Nông  Minh Khang ", "sex": "male", "birth-precision": "day", "birth-day": "14"}
    child |= {"birth-month": "3", "birth-year": "2017", "ethnic_group": "tay", "disability": "no"}
    child |= {"residence": NA_SAM, "harms": ["violence", "other"], "condition": "Vết bầm"}  # type: ignore[dict-item]
    assert writer.send(f"children/{CHILD}", **child).location.endswith("/incident")
    incident = {
        "description": "Bị đánh",
        "unit": THAT_KHE,
        "address": "thôn Nà Tềnh",
        "environment": "family",
    }
    incident |= {
        "occurred-precision": "month",
        "occurred-month": "10",
        "occurred-year": "2026",
        "online": "no",
    }
    assert writer.send("incident", **incident).location.endswith("/suspects/new")
    suspect = {"name": "Nông Văn Đức", "sex": "male", "is_carer": "yes", f"relation-{_ref(writer)}": "father"}
    assert writer.send("suspects/new", **suspect).status_code == 303
    family = {"whereabouts": "nhà bà ngoại", "family": "Bố mẹ ly thân", "actions_taken": "Đã gọi công an xã"}
    assert writer.send(f"family/{CHILD}", **family).status_code == 303

    known = writer.known()
    (told,) = known.children
    assert (told.name, told.sex, told.ethnic_group) == ("Nông Minh Khang", Sex.MALE, "tay")
    assert told.birth == Birth(datetime.date(2017, 3, 14), Precision.DAY)
    assert told.harms == ("violence", "other")
    assert told.family == "Bố mẹ ly thân"
    assert known.incident.occurred_on == datetime.date(2026, 10, 1)
    assert (known.incident.precision, known.incident.online) == (Precision.MONTH, False)
    (man,) = known.suspects
    assert man.is_carer is True
    assert [tie.relation for tie in man.relations] == ["father"]
    with writer.house.maintenance(writing=False) as desk:
        report = numbered(desk, writer.number)
        case = desk.one(select(Case).where(Case.report_id == report.id))
        kept = desk.get(Child, case.child_id)
        assert kept.card is not None
        assert kept.card.name == "Nông Minh Khang"
        assert kept.whereabouts is not None
        assert kept.whereabouts.place == "nhà bà ngoại"
        assert report.told != report.known, "what the sender told stays as it was told"
    page = writer.browser.get(f"/reports/{writer.number}").get_data(as_text=True)
    assert "Nông Minh Khang" in page
    assert "nhà bà ngoại" not in page, "where the child is opens on asking only"


def _ref(writer: Writer) -> str:
    return writer.known().children[0].ref


BIRTH = {"birth-precision": "day", "birth-day": "18", "birth-month": "11", "birth-year": "2026"}
HAPPENED = {
    "occurred-precision": "day",
    "occurred-day": "19",
    "occurred-month": "11",
    "occurred-year": "2026",
}


@pytest.mark.parametrize(
    "group, told, said",
    [
        (f"children/{CHILD}", {**BIRTH, "birth-day": "19"}, "Ngày sinh"),
        (f"children/{CHILD}", {**BIRTH, "birth-day": "31"}, None),
        (
            f"children/{CHILD}",
            {**BIRTH, "birth-day": "30", "birth-month": "2", "birth-precision": "estimated"},
            None,
        ),
        (f"children/{CHILD}", {**BIRTH, "birth-day": ""}, None),
        (f"children/{CHILD}", {**BIRTH, "birth-year": "1066"}, None),
        (f"children/{CHILD}", {"birth-age": "99"}, None),
        (f"children/{CHILD}", {"sex": "both"}, None),
        (f"children/{CHILD}", {"harms": "harm"}, None),
        (f"children/{CHILD}", {"name": "a" * 300}, None),
        ("incident", HAPPENED, None),
        ("incident", {**HAPPENED, "occurred-precision": "year", "occurred-year": "2027"}, None),
        ("incident", {"environment": "moon"}, None),
        (f"children/{CHILD}", {**BIRTH, "birth-precision": "unknown"}, None),
        (f"children/{CHILD}", {"birth-precision": "unknown", "birth-day": "18"}, None),
        (f"children/{CHILD}", {"birth-day": "18", "birth-month": "11"}, None),
        (f"children/{CHILD}", {"birth-day": "18", "birth-year": "2015"}, None),
        (f"children/{CHILD}", {"birth-month": "11", "birth-age": "9"}, None),
        ("incident", {"occurred-precision": "estimated"}, None),
    ],
)
def test_what_cannot_be_is_shown_again_with_what_was_typed(
    writer: Writer, group: str, told: dict[str, str], said: str | None
) -> None:
    before = writer.known()
    answer = writer.send(group, **{"name": "Nông Minh Khang", "description": "Bị đánh", **told})
    assert answer.status_code == 422, answer.get_data(as_text=True)
    text = answer.get_data(as_text=True)
    assert "Nông Minh Khang" in text or "Bị đánh" in text or "aaaa" in text
    assert said is None or said in text
    assert writer.known() == before


@pytest.mark.parametrize(
    "told, wanted",
    [
        ({"birth-age": "9"}, Birth(None, Precision.ESTIMATED, 9)),
        ({"birth-precision": "estimated", "birth-age": "9"}, Birth(None, Precision.ESTIMATED, 9)),
        ({"birth-precision": "unknown"}, Birth(None, Precision.UNKNOWN)),
        ({"birth-month": "5", "birth-year": "2016"}, Birth(datetime.date(2016, 5, 1), Precision.MONTH)),
        ({"birth-precision": "year", "birth-year": "2016"}, Birth(datetime.date(2016, 1, 1), Precision.YEAR)),
        (BIRTH, Birth(datetime.date(2026, 11, 18), Precision.DAY)),
        ({}, Birth()),
    ],
)
def test_a_birth_is_kept_as_exactly_as_it_is_known(
    writer: Writer, told: dict[str, str], wanted: Birth
) -> None:
    assert writer.send(f"children/{CHILD}", name="Bé", **told).status_code == 303
    assert writer.known().children[0].birth == wanted


@pytest.mark.parametrize("day", [{"day": "31", "month": "2"}, {"day": "19"}])
def test_a_day_of_receipt_that_cannot_be_is_refused_also_without_an_hour(
    house: HouseUnderTest, day: dict[str, str]
) -> None:
    browser = house.client(Role.COMMUNE_OFFICER)
    told = {"channel": "telephone", "danger": "yes", "day": "18", "month": "11", "year": "2026", "time": ""}
    assert browser.post("/reports/new", data={**told, **day}).status_code == 422
    assert browser.post("/reports/new", data=told).status_code == 303


def test_no_choice_starts_on_a_value(writer: Writer) -> None:
    for group in (f"children/{CHILD}", "incident", "suspects/new"):
        page = writer.browser.get(f"/reports/{writer.number}/{group}").get_data(as_text=True)
        assert not re.search(r"<input[^>]*\bchecked\b[^>]*>", page), group


def test_another_child_opens_another_case(writer: Writer) -> None:
    assert writer.send(f"children/{CHILD}", name="Bé Một", go="another").location.endswith("/children/new")
    assert writer.send("children/new", name="Bé Hai").status_code == 303
    with writer.house.maintenance(writing=False) as desk:
        report = desk.one(select(Report).where(Report.number == writer.number))
        assert len(desk.all(select(Case).where(Case.report_id == report.id))) == 2
        names = {child.card.name for child in desk.all(select(Child)) if child.card}
        assert names == {"Bé Một", "Bé Hai"}


def test_a_later_child_of_a_report_that_was_taken_on_goes_the_same_way(house: HouseUnderTest) -> None:
    number = a_report(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    assert officer.post(f"/reports/{number}/decision", data={"decision": "accepted"}).status_code == 303
    page = officer.get(f"/reports/{number}/children/new").get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    sent = officer.post(f"/reports/{number}/children/new", data={"version": version[1], "name": "Em gái"})
    assert sent.status_code == 303
    with house.maintenance(writing=False) as desk:
        stages = desk.all(select(Case.stage))
    assert stages == ["assessing", "assessing"]
