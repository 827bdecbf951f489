"""What the hotline says it sent beside what stands here: every row adds up, every wrong list is refused whole."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.core.errors import Invalid
from casemgr.core.words import speaking
from casemgr.indicators.hotline import lists, queries, rules
from casemgr.indicators.hotline.layout import Asked
from casemgr.indicators.hotline.models import HotlineStatement
from casemgr.indicators.hotline.terms import NOWHERE, OUTSIDE, Compared, Referral, Why
from casemgr.intake import actions
from casemgr.intake import queries as intake
from casemgr.intake.terms import Decision
from casemgr.places.terms import UnitFacts
from tests.indicators.hotline.test_contacts import heard
from tests.support import factories
from tests.support.house import LANG_SON, NA_SAM, THAT_KHE, HouseUnderTest

CUT = date(2026, 11, 30)
ROWS = ["", "a", "b"]
REFERRALS = st.lists(
    st.builds(
        Referral,
        told=st.sampled_from([NOWHERE, "a", "b", OUTSIDE]),
        stands=st.none() | st.sampled_from(["a", "b", OUTSIDE]),
        decision=st.sampled_from(list(Decision)),
        waits=st.booleans(),
        arrived=st.dates(CUT - timedelta(days=3), CUT + timedelta(days=3)),
    ),
    max_size=30,
)


@given(REFERRALS, st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 50)))
def test_every_row_adds_up(referrals: list[Referral], said: dict[str, int]) -> None:
    for row in rules.compared(ROWS, referrals, said, CUT):
        stand = [
            one
            for one in referrals
            if one.stands == row.row and one.decision == Decision.ACCEPTED and one.arrived <= CUT
        ]
        assert row.here == len(stand)
        assert row.sent == sum(one.told == row.row for one in referrals)
        told = row.sent if row.said is None else row.said
        assert told - row.unexplained - sum(row.why.values()) + row.from_elsewhere == row.here
        assert row.difference == told - row.here


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"arrived": date(2026, 12, 1), "stands": None}, Why.LATE),
        ({"stands": None}, Why.TRIAGE),
        ({"stands": "b"}, Why.REROUTED),
        ({"decision": "pending", "waits": True}, Why.TOLD_AGAIN),
        ({"decision": "pending"}, Why.PENDING),
        ({"decision": "not_verified"}, Why.NOT_VERIFIED),
        ({"decision": "no_plan_needed"}, Why.NO_PLAN_NEEDED),
        ({"waits": True}, None),
    ],
)
def test_why_one_is_not_counted(changes: dict[str, object], why: Why | None) -> None:
    one = Referral(told="a", stands="a", decision="accepted", waits=False, arrived=CUT)
    assert rules.why_not(replace(one, **changes), CUT) is why  # type: ignore[arg-type]


def known(code: str, _period: object) -> UnitFacts | None:
    return UnitFacts.__new__(UnitFacts) if code in (NA_SAM, THAT_KHE) else None


def test_a_list_is_read() -> None:
    text = f"\ufeffTháng;Mã xã;Số tin\n05/2026;{NA_SAM};3\n\n2026-6;{THAT_KHE};0\n"
    assert [(line.month, line.unit_code, line.count) for line in lists.read(text.encode(), known).lines] == [
        ("2026-05", NA_SAM, 3),
        ("2026-06", THAT_KHE, 0),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "trống"),
        (b"\xff\xfe", "UTF-8"),
        (b"month,count\n", "unit_code"),
        (b"month,unit_code,count\n", "dưới dòng tiêu đề"),
        (f"month,unit_code,count\n2026-13,{NA_SAM},1".encode(), "Dòng 2, cột month"),
        (b"month,unit_code,count\n2026-05,00000,1", "Dòng 2, cột unit_code"),
        (f"month,unit_code,count\n2026-05,{NA_SAM},-1".encode(), "Dòng 2, cột count"),
        (f"month,unit_code,count\n2026-05,{NA_SAM},=1+1".encode(), "Dòng 2, cột count"),
        (f"month,unit_code,count\n2026-05,{NA_SAM},1\n2026-05,{NA_SAM},2".encode(), "Dòng 3: tháng"),
        (f'month,unit_code,count\n2026-05,{NA_SAM},"1'.encode(), "CSV"),
    ],
)
def test_a_wrong_list_names_its_line_and_column(data: bytes, said: str) -> None:
    with speaking("vi"), pytest.raises(Invalid) as wrong:
        lists.read(data, known)
    assert said in " ".join(wrong.value.errors["file"])


def matched(house: HouseUnderTest, as_of: str = "", **more: object) -> dict[str, Compared]:
    with house.maintenance(writing=False) as desk:
        found = queries.matching(desk, Asked(LANG_SON, "2026-11", as_of), **more)  # type: ignore[arg-type]
        return {row.row: row for _name, row in found.rows} | {"*": found.total}


def test_the_way_of_reports_is_seen_in_the_numbers(house: HouseUnderTest) -> None:
    stays, goes, false = heard(house), heard(house), heard(house)
    heard(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, intake.report(desk, stays), decision=Decision.ACCEPTED)
        actions.route(desk, intake.report(desk, goes), unit_code=THAT_KHE, reason="Xảy ra ở Thất Khê")
        actions.decide(desk, intake.report(desk, false), decision=Decision.NOT_VERIFIED, reason="Đã đến")
    with house.desk(Role.COMMUNE_OFFICER, THAT_KHE) as desk:
        actions.decide(desk, intake.report(desk, goes), decision=Decision.ACCEPTED)
    factories.a_case(house)  # a report of the commune itself is none of the hotline
    rows = matched(house)
    assert (rows[NA_SAM].sent, rows[NA_SAM].here) == (4, 1)
    assert rows[NA_SAM].why == {Why.REROUTED: 1, Why.NOT_VERIFIED: 1, Why.PENDING: 1}
    assert (rows[THAT_KHE].sent, rows[THAT_KHE].from_elsewhere, rows[THAT_KHE].here) == (0, 1, 1)
    assert (rows["*"].sent, rows["*"].here, rows["*"].said) == (4, 2, None)
    late = matched(house, cut=date(2026, 11, 17))
    assert late[NA_SAM].why == {Why.LATE: 4}
    assert late["*"].here == 0


def test_a_list_is_sent_in_and_compared(house: HouseUnderTest) -> None:
    heard(house)
    client = house.client(Role.STATISTICIAN)
    page = "/indicators/H/match?unit=20&period=2026-11"

    def send(text: str, day: str = "15/11/2026") -> int:
        file = (io.BytesIO(text.encode()), "111.csv")
        answer = client.post(page, data={"file": file, "closed_on": day})
        if answer.status_code != 303:
            assert "chưa được giữ" in answer.text
        return answer.status_code

    assert send("month,unit_code,count\n2026-11,99999,1\n") == 422
    assert send(f"month,unit_code,count\n2026-11,{NA_SAM},1\n", "ngày mai") == 422
    assert send(f"month,unit_code,count\n2026-11,{NA_SAM},1\n", "19/11/2026") == 422
    with house.maintenance(writing=False) as desk:
        assert desk.all(select(HotlineStatement)) == []
    assert send(f"month,unit_code,count\n2026-11,{NA_SAM},9\n") == 303
    house.clock.move(timedelta(minutes=1))
    assert send(f"month,unit_code,count\n2026-11,{NA_SAM},3\n2026-10,{NA_SAM},8\n") == 303
    rows = matched(house)
    assert (rows[NA_SAM].said, rows[NA_SAM].sent, rows[NA_SAM].unexplained) == (3, 1, 2)
    house.clock.move(timedelta(days=1))
    client = house.client(Role.STATISTICIAN)
    assert send(f"month,unit_code,count\n2026-11,{NA_SAM},5\n") == 303
    assert matched(house)[NA_SAM].said == 5
    assert matched(house, as_of="2026-11-18")[NA_SAM].said == 3, "what came later was not known that day"
    assert matched(house, as_of="2026-11-17")["*"].said is None
    text = client.get(page).text
    assert "có trong danh sách của Tổng đài, chưa từng đến đây" in text
    assert "Nông" not in text
    with house.maintenance(writing=False) as desk:
        assert all(
            NA_SAM.encode() not in bytes(row._said or b"") for row in desk.all(select(HotlineStatement))
        )


def test_who_may_compare_and_who_may_send_lists(house: HouseUnderTest) -> None:
    officer = house.client(Role.COMMUNE_OFFICER)
    assert officer.get("/indicators/H/match").status_code == 200
    assert officer.get("/indicators/H/match?unit=20").status_code == 403
    assert officer.post("/indicators/H/match", data={}).status_code == 403
    assert officer.get("/indicators/H/match?cut=morgen").status_code == 422
    assert house.client(Role.HOTLINE_OPERATOR).get("/indicators/H/match").status_code == 403
    statistician = house.client(Role.STATISTICIAN)
    foreign = {
        "file": (io.BytesIO(b"month,unit_code,count\n2026-11,00004,1\n"), "x.csv"),
        "closed_on": "1/11/2026",
    }
    assert statistician.post("/indicators/H/match", data=foreign).status_code == 422
    assert "/indicators/H/match" in statistician.get("/indicators").text
