"""Issuing: numbers without gaps, sealed copies, what a recipient must not learn, who is refused, who sees what."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.terms import Step
from casemgr.core.errors import NotFound, Refused, RuleBroken
from casemgr.documents import actions, queries, rules, sheet
from casemgr.documents.catalogue import KINDS
from casemgr.documents.gather import About
from casemgr.documents.hiding import MARK
from casemgr.documents.models import Paper, PaperCounter
from casemgr.documents.terms import Recipient, Shown, Wish
from casemgr.security.audit import AuditEntry
from tests.documents.papers import a_wish, text_of
from tests.intervention.care.work import in_care
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import ELSEWHERE, NA_SAM, HouseUnderTest

REPORTER, PHONE, PLACE = "Lý Thị Giả Định", "0900 000 000", "nhà bà ngoại, thôn Bản Tích"


def a_paper(
    house: HouseUnderTest,
    number: str,
    *,
    form: str = "01",
    wish: Wish | None = None,
    role: Role = Role.COMMUNE_OFFICER,
    replaces: UUID | None = None,
    **more: object,
) -> UUID:
    with house.desk(role) as desk:
        case = cases.case(desk, number)
        old = queries.paper(desk, replaces) if replaces else None
        unit = house_unit(case)
        return actions.issue(
            desk, About(unit, case), kind=KINDS[form], wish=wish or a_wish(), replaces=old, **more
        ).id


def house_unit(case: object) -> int:
    unit = case.unit_id
    assert unit is not None
    return int(unit)


def a_copy(house: HouseUnderTest, paper_id: UUID, role: Role = Role.COMMUNE_OFFICER) -> tuple[Paper, bytes]:
    with house.desk(role, writing=False) as desk:
        paper, copy = queries.copy_of(desk, paper_id)
        queries.issue_of(paper)
        return paper, copy.docx


def test_a_paper_gets_a_number_a_copy_and_a_line_on_the_timeline(house: HouseUnderTest) -> None:
    number = a_case(house)
    first, second = a_paper(house, number), a_paper(house, number)
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        case = cases.case(desk, number)
        one, other = queries.paper(desk, first), queries.paper(desk, second)
        assert (one.running, other.running, one.series, one.year) == (1, 2, "BC", 2026)
        _paper, copy = queries.copy_of(desk, first)
        assert queries.issue_of(one).digest == hashlib.sha256(copy.docx).hexdigest()
        assert "1/BC-UBND" in sheet.read(copy.docx).text()
        lines = [line for line in cases.timeline(desk, case) if line.step == Step.ISSUE_PAPER]
        assert len(lines) == 2 and lines[0].note is not None and (lines[0].note.data or {})["form"] == "01"
        found = queries.issued_for(desk, [case.id])[case.id]
        assert [row.running for row in found] == [2, 1]
    with house.desk(Role.COMMUNE_CHAIR, writing=False) as desk:
        assert sorted(row.running for row in queries.register(desk).rows) == [1, 2]
        assert [row.running for row in queries.register(desk, running=1).rows] == [1]


def test_each_series_counts_alone_and_a_refused_paper_takes_no_number(house: HouseUnderTest) -> None:
    number = a_case(house)
    with pytest.raises(RuleBroken):
        a_paper(house, number, form="05")  # nothing is approved
    with pytest.raises(RuleBroken):
        a_paper(house, number, wish=a_wish(name=""))
    a_paper(house, number)
    with house.maintenance(writing=False) as desk:
        assert [(row.series, row.last) for row in desk.all(select(PaperCounter))] == [("BC", 1)]


@pytest.mark.slow
def test_many_at_once_get_numbers_without_gap_or_double(house: HouseUnderTest) -> None:
    numbers = [a_case(house) for _ in range(4)]
    house.actor(Role.COMMUNE_OFFICER)

    def one(number: str) -> None:
        with house.app.app_context():
            a_paper(house, number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, numbers * 5))
    with house.maintenance(writing=False) as desk:
        assert sorted(desk.all(select(Paper.running))) == list(range(1, 21))


@pytest.mark.parametrize("recipient", [one for one in Recipient if one != Recipient.FATHER])
def test_nobody_finds_reporter_or_hidden_place_in_the_file(
    swept: HouseUnderTest, recipient: Recipient
) -> None:
    told = f"Người báo là {REPORTER.upper()} (sdt 0900.000.000), trẻ đang ở Nha ba ngoai"
    story = a_story(children=(replace(KHANG, condition=told),), actions_taken=f"gọi {PHONE}")
    number = a_case(swept, story=story)
    paper, file = a_copy(swept, a_paper(swept, number, wish=a_wish(recipient=recipient)))
    inside = text_of(file)
    for secret in (REPORTER, REPORTER.upper(), PHONE, "0900.000.000", "Bản Tích", "bà ngoại", "ba ngoai"):
        assert secret not in inside, secret
    assert MARK in inside and "Nông Minh Khang" in inside
    assert queries.issue_of(paper).removed >= 5


def test_the_police_may_be_shown_what_is_hidden_when_somebody_says_why(house: HouseUnderTest) -> None:
    number = a_case(house)
    wish = a_wish(shown=(Shown.REPORTER, Shown.PLACE))
    with pytest.raises(RuleBroken) as broken:
        a_paper(house, number, wish=wish)
    assert [one.code for one in broken.value.findings] == ["shown"]
    paper, file = a_copy(
        house, a_paper(house, number, wish=wish, explanations={"shown": "Cần hỏi người báo"})
    )
    inside = text_of(file)
    assert REPORTER in inside and PLACE in inside
    assert queries.issue_of(paper).explained == ("shown: Cần hỏi người báo",)


def test_the_chair_issues_the_decision_on_care_with_the_carers_named_and_opens_no_other_place(
    house: HouseUnderTest,
) -> None:
    number, _placement = in_care(house)
    chair, carer = Role.COMMUNE_CHAIR, "Lương Thị Giả Định"
    wish, told = a_wish(shown=(Shown.PLACE,)), {"shown": "Người chăm sóc nhận quyết định"}
    with pytest.raises(RuleBroken) as broken:
        a_paper(house, number, form="12", wish=wish, role=chair)
    assert [one.code for one in broken.value.findings] == ["shown"], "a reason, as from everybody"
    made = a_paper(house, number, form="12", wish=wish, role=chair, explanations=told)
    paper, file = a_copy(house, made, chair)
    assert carer in text_of(file) and queries.issue_of(paper).shown == ("place",)
    assert carer not in text_of(a_copy(house, a_paper(house, number, form="12", role=chair), chair)[1])
    with pytest.raises(RuleBroken) as broken:
        a_paper(house, number, form="01", wish=wish, role=chair, explanations=told)
    assert "not-yours" in [one.code for one in broken.value.findings]
    with house.maintenance(writing=False) as desk:
        (look,) = desk.all(select(AuditEntry.body).where(AuditEntry.action == "hidden part printed"))
    assert str(made) in look and '"reason":"paper"' in look.replace(" ", "")


@pytest.mark.parametrize(
    "recipient", [Recipient.SCHOOL, Recipient.MOTHER, Recipient.PROVIDER, Recipient.OTHER]
)
def test_to_others_it_is_never_shown(swept: HouseUnderTest, recipient: Recipient) -> None:
    number = a_case(swept)
    with pytest.raises(RuleBroken) as broken:
        a_paper(
            swept,
            number,
            wish=a_wish(recipient=recipient, shown=(Shown.PLACE,)),
            explanations={"shown": "vì sao", "alleged": "vì sao"},
        )
    assert "never-shown" in [one.code for one in broken.value.findings]


def test_the_chair_who_may_not_read_the_reporter_cannot_print_it(swept: HouseUnderTest) -> None:
    number = a_case(swept)
    wish = a_wish(shown=(Shown.REPORTER,))
    with pytest.raises(RuleBroken) as broken:
        a_paper(swept, number, wish=wish, role=Role.COMMUNE_CHAIR, explanations={"shown": "cần"})
    assert "not-yours" in [one.code for one in broken.value.findings]


def test_a_parent_alleged_to_have_done_harm_needs_a_reason(swept: HouseUnderTest) -> None:
    number = a_case(swept)
    wish = a_wish(recipient=Recipient.FATHER, name="Nông Văn Đức")
    with pytest.raises(RuleBroken) as broken:
        a_paper(swept, number, wish=wish)
    assert [one.code for one in broken.value.findings] == ["alleged"]
    assert a_paper(swept, number, wish=wish, explanations={"alleged": "Luật buộc gửi"})


def test_a_reissue_is_a_new_paper_that_says_which_it_replaces(house: HouseUnderTest) -> None:
    number = a_case(house)
    old = a_paper(house, number)
    new = a_paper(house, number, replaces=old)
    paper, file = a_copy(house, new)
    assert (paper.revision, paper.running, paper.replaces_id) == (2, 2, old)
    assert "1/BC-UBND" in sheet.read(file).text()
    with house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        assert not queries.stands(desk, queries.paper(desk, old))
        rows = queries.register(desk).rows
        assert {(row.running, row.replaced) for row in rows} == {(2, False), (1, True)}
    with pytest.raises(RuleBroken):
        a_paper(house, number, replaces=old)


def test_a_void_paper_keeps_number_and_copy_and_says_why(house: HouseUnderTest) -> None:
    number = a_case(house)
    paper_id = a_paper(house, number)
    with house.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken):
        actions.void(desk, queries.paper(desk, paper_id), reason=None)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.void(desk, queries.paper(desk, paper_id), reason="Sai tên trẻ")
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        paper = queries.paper(desk, paper_id)
        assert paper.voided is not None and paper.voided.reason == "Sai tên trẻ"
        assert queries.copy_of(desk, paper_id)[1].docx
        with pytest.raises(RuleBroken):
            actions.void(desk, paper, reason="lần nữa")
    assert a_paper(house, number)
    with house.maintenance(writing=False) as desk:
        assert sorted(desk.all(select(Paper.running))) == [1, 2]


def test_papers_of_others_do_not_exist(house: HouseUnderTest) -> None:
    number = a_case(house)
    paper_id = a_paper(house, number)
    with house.desk(Role.COMMUNE_OFFICER, ELSEWHERE, writing=False) as desk:
        with pytest.raises(NotFound):
            queries.paper(desk, paper_id)
        with pytest.raises(NotFound):
            queries.copy_of(desk, paper_id)
        assert queries.register(desk).rows == []
    with house.desk(Role.SOCIAL_WORKER) as desk, pytest.raises((NotFound, Refused)):
        cases.case(desk, number)
    with house.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        assert queries.paper(desk, paper_id).running == 1


def test_a_list_of_the_unit_belongs_to_the_unit(house: HouseUnderTest) -> None:
    unit = house.unit_id(NA_SAM)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        paper_id = actions.issue(
            desk,
            About(unit, quarter="2026-Q4"),
            kind=KINDS["09"],
            wish=a_wish(recipient=Recipient.PROVINCE, name="Sở Y tế tỉnh Lạng Sơn"),
        ).id
    with house.desk(Role.COMMUNE_CHAIR, writing=False) as desk:
        paper, copy = queries.copy_of(desk, paper_id)
        assert rules.number(paper.running, paper.series) == "1/DS-UBND"
        assert "quý 4 năm 2026" in sheet.read(copy.docx).text()
    with house.desk(Role.COMMUNE_OFFICER, ELSEWHERE, writing=False) as desk, pytest.raises(NotFound):
        queries.copy_of(desk, paper_id)


def test_lists_of_carers_are_not_made_for_a_family(swept: HouseUnderTest) -> None:
    unit = swept.unit_id(NA_SAM)
    with swept.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(RuleBroken) as broken:
        actions.issue(desk, About(unit), kind=KINDS["09"], wish=a_wish(recipient=Recipient.CARER))
    assert [one.code for one in broken.value.findings] == ["carers-list"]


def test_nothing_personal_stands_in_a_plain_column_or_the_trail(house: HouseUnderTest) -> None:
    number = a_case(house)
    paper_id = a_paper(house, number, wish=a_wish(name="Bà Hoàng Thị Hư Cấu", purpose="Nộp cho trường"))
    with house.maintenance(writing=False) as desk:
        row = desk.get(Paper, paper_id)
        plain = {key: value for key, value in vars(row).items() if not isinstance(value, bytes)}
        assert "Hư Cấu" not in repr(plain) and "Nông" not in repr(plain)
        assert b"PK\x03\x04" not in (row._copy or b"")


def test_the_year_begins_again_with_one(house: HouseUnderTest) -> None:
    number = a_case(house)
    a_paper(house, number)
    house.clock.__init__(house.clock.now().replace(year=2027, month=1, day=4))  # type: ignore[misc]
    paper, _file = a_copy(house, a_paper(house, number))
    assert (paper.year, paper.running) == (2027, 1)


def test_a_rehearsal_says_so_on_the_paper(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.maintenance() as desk:
        case = cases.case(desk, number)
        case.rehearsal = True
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        paper = actions.issue(desk, About(house_unit(case), case), kind=KINDS["01"], wish=a_wish())
        desk.flush()
        assert "TẬP DƯỢT" in sheet.read(queries.copy_of(desk, paper.id)[1].docx).text()
