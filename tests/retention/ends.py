"""Files whose time is over, invented: closed long ago, agreed by two persons."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from casemgr.access.roles import Role
from casemgr.accounts import actions as accounts
from casemgr.accounts.models import Proposal
from casemgr.cases.models import Case, CaseClock, CaseTie, Disposal, LegalHold
from casemgr.cases.terms import Ending, Stage
from casemgr.intervention.care.models import CareDuty
from casemgr.privacy.models import DataRequest
from casemgr.retention import actions, queries
from casemgr.retention.terms import KindCode, Period
from tests.support.house import HouseUnderTest

CHAIR, SUPERVISOR, OFFICER, ADMIN = (
    Role.COMMUNE_CHAIR,
    Role.PROVINCE_SUPERVISOR,
    Role.COMMUNE_OFFICER,
    Role.ADMIN,
)
LATER = timedelta(days=400)


def close(house: HouseUnderTest, *numbers: str, ending: str = Ending.NOT_VERIFIED) -> None:
    """As if the cases had been closed today, with nothing that still runs."""
    with house.maintenance() as desk:
        ids = desk.all(select(Case.id).where(Case.number.in_(numbers)))
        children = desk.all(select(Case.child_id).where(Case.number.in_(numbers)))
        for statement in (
            update(Case)
            .where(Case.id.in_(ids))
            .values(closed_at=desk.now, stage=Stage.CLOSED, ending=ending),
            update(CaseClock).where(CaseClock.case_id.in_(ids)).values(stopped_at=desk.now),
            update(CareDuty).where(CareDuty.case_id.in_(ids)).values(stopped_at=desk.now),
            update(LegalHold).where(LegalHold.case_id.in_(ids)).values(lifted_at=desk.now),
            update(CaseTie).where(CaseTie.case_id.in_(ids)).values(ended_at=desk.now),
            delete(Disposal).where(Disposal.case_id.in_(ids)),
            update(DataRequest).where(DataRequest.child_id.in_(children)).values(state="answered"),
        ):
            desk.session.execute(statement, execution_options={"synchronize_session": False})
        for case_id in ids:
            desk.touch(case_id)


def set_periods(house: HouseUnderTest) -> None:
    """Both periods, as an administrator would set them."""
    with house.desk(ADMIN) as desk:
        for code, period in ((KindCode.SCREENED_OUT, Period(1)), (KindCode.CASE_FILE, Period(None, 28))):
            kind, _ = queries.kind(desk, code)
            actions.set_period(
                desk, kind, period=period, document="Danh mục hồ sơ 12/UBND", document_day=date(2026, 1, 5)
            )


@contextmanager
def at(house: HouseUnderTest, later: timedelta) -> Iterator[None]:
    """The house some time later."""
    now = house.clock.now()
    house.clock.__init__(now + later)  # type: ignore[misc]
    try:
        yield
    finally:
        house.clock.__init__(now)  # type: ignore[misc]


def look(house: HouseUnderTest) -> dict[str, str]:
    """What the list holds after the night's look: states by number."""
    with house.maintenance() as desk:
        actions.look_over(desk, queries.closed_reports(desk, None, limit=100))
    with house.maintenance(writing=False) as desk:
        return dict(desk.rows(select(Disposal.number, Disposal.state)))


def reports_of(house: HouseUnderTest, *numbers: str) -> set[UUID]:
    """The reports of some cases."""
    with house.maintenance(writing=False) as desk:
        return set(desk.all(select(Case.report_id).where(Case.number.in_(numbers))))


def propose(house: HouseUnderTest, *numbers: str) -> UUID:
    """The chair asks that the files go."""
    wanted = reports_of(house, *numbers)
    with house.desk(CHAIR) as desk:
        return actions.ask(desk, wanted, reason="Hết thời hạn lưu").id


def sign(house: HouseUnderTest, proposal_id: UUID) -> None:
    """The supervisor signs."""
    with house.desk(SUPERVISOR) as desk:
        accounts.sign(desk, desk.get(Proposal, proposal_id))


def end(house: HouseUnderTest, *numbers: str) -> None:
    """Look, ask and sign: the files go with the next `retention shred`."""
    look(house)
    sign(house, propose(house, *numbers))


def run(house: HouseUnderTest, *words: object) -> str:
    """A command that has to succeed."""
    with house.app.app_context():
        done = house.app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return str(done.stdout)
