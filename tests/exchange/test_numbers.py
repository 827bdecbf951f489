"""Numbers for machines: the same as everywhere else, and only those that the client may read."""

from casemgr.access.roles import Role
from casemgr.intake import actions, queries
from casemgr.intake.terms import Decision
from tests.exchange.machine import Machine, a_referral, hmac_machine
from tests.support.house import HouseUnderTest

TABLE = "/api/v1/indicators/B/0101"


def test_a_referral_becomes_a_number(hotline: Machine, reader: Machine) -> None:
    number = hotline.refer(a_referral()).json["report"]
    asked = f"{TABLE}?unit=VN&period=2026&level=nation&by=sex,decision"
    before = reader.get(asked)
    assert before.status_code == 200, before.text
    with hotline.house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.decide(desk, queries.report(desk, number), decision=Decision.ACCEPTED)
    told = reader.get(f"{TABLE}?unit=VN&period=2026&by=sex").json
    found = {row["dims"]["sex"]: row["value"] for row in told["rows"] if row["unit_code"] == "VN"}
    assert found["male"] == found["*"] == 1
    assert told["digest"] and told["source_status"]


def test_listing(reader: Machine) -> None:
    told = reader.get("/api/v1/indicators").json["indicators"]
    assert ("B", "0101") in {(entry["set"], entry["code"]) for entry in told}


def test_wrong_questions(reader: Machine) -> None:
    for asked, status, field in (
        ("unit=VN", 422, "period"),
        ("period=2026", 422, "unit"),
        ("unit=VN&period=never", 422, "period"),
        ("unit=VN&period=2026&by=shoe_size", 422, "by"),
        ("unit=VN&period=2026&level=village", 422, "level"),
        ("unit=VN&period=2026&as_of=yesterday", 422, "as_of"),
        ("unit=VN&period=2026&x=1", 422, "x"),
    ):
        answer = reader.get(f"{TABLE}?{asked}")
        assert answer.status_code == status, (asked, answer.text)
        assert field in answer.json["errors"], (asked, answer.text)
    assert reader.get("/api/v1/indicators/B/9999?unit=VN&period=2026").status_code == 404
    assert reader.get("/api/v1/indicators/Z/0101?unit=VN&period=2026").status_code == 404


def test_a_province_reads_its_own_numbers(house: HouseUnderTest) -> None:
    province = hmac_machine(house, "province", Role.STATISTICS, "20")
    assert province.get(f"{TABLE}?unit=20&period=2026").status_code == 200
    assert province.get(f"{TABLE}?unit=VN&period=2026").status_code == 403
    assert province.get(f"{TABLE}?unit=01&period=2026").status_code == 403
