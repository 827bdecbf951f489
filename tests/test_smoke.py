from casemgr.access.roles import Role
from casemgr.cases.terms import Stage
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest


def test_smoke(house: HouseUnderTest) -> None:
    number = a_report(house)
    client = house.client(Role.COMMUNE_OFFICER)
    for path in (
        "/",
        "/cases",
        f"/cases/{number}",
        "/reports",
        f"/reports/{number}",
        "/reports/new",
        "/children/search",
        "/help",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True)[:500])
    a_case(house, stage=Stage.PLANNING)
