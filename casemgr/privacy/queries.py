"""Reading data protection: consents of children, requests, incidents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.core.errors import NotFound
from casemgr.core.portions import portions
from casemgr.core.text import fold
from casemgr.intake.models import Report
from casemgr.intake.story import suspects_of
from casemgr.intake.terms import Story
from casemgr.privacy import rules
from casemgr.privacy.models import Consent, DataIncident, DataRequest
from casemgr.privacy.terms import PUBLICATION, RequestState, Side

_SHOWN, _BATCH = 100, 500


def consents(desk: Desk, child: Child) -> Sequence[Consent]:
    """Every consent about a child, the newest first, those withdrawn too."""
    return desk.all(
        select(Consent)
        .where(Consent.child_id == child.id)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )


def consent(desk: Desk, child: Child, consent_id: UUID) -> Consent:
    """One consent about a child."""
    return desk.one(select(Consent).where(Consent.id == consent_id, Consent.child_id == child.id))


def without_consent(
    desk: Desk, ages: Mapping[int, int | None], *, at: datetime, purpose: str = PUBLICATION
) -> Mapping[int, frozenset[Side]]:
    """The children of some for whom a consent is missing at an instant, and whose. Ages are those of that day."""
    given: dict[int, set[Side]] = {}
    for some in portions(sorted(ages), _BATCH):
        rows = desk.rows(
            select(Consent.child_id, Consent.side).where(
                Consent.child_id.in_(some),
                Consent.purpose == purpose,
                Consent.given_at <= at,
                or_(Consent.withdrawn_at.is_(None), Consent.withdrawn_at > at),
            )
        )
        for child_id, side in rows:
            given.setdefault(child_id, set()).add(Side(side))
    missing = {child_id: rules.missing_sides(age, given.get(child_id, ())) for child_id, age in ages.items()}
    return {child_id: sides for child_id, sides in missing.items() if sides}


def requests(desk: Desk, *, answered: bool = False) -> Sequence[DataRequest]:
    """The requests of one's area: those that wait, the first due on top, or those answered, the newest first."""
    done = DataRequest.state == RequestState.ANSWERED
    statement = select(DataRequest).where(done if answered else ~done)
    order = DataRequest.answered_at.desc() if answered else DataRequest.answer_by
    return desk.all(statement.order_by(order, DataRequest.id).limit(_SHOWN))


def request(desk: Desk, number: str) -> DataRequest:
    """One request; the reading is noted."""
    found = desk.one(select(DataRequest).where(DataRequest.number == number))
    desk.opened("data request opened", found.number)
    return found


def incidents(desk: Desk) -> Sequence[DataIncident]:
    """The incidents one may see, those open first."""
    order = (DataIncident.closed_at.is_not(None), DataIncident.detected_at.desc(), DataIncident.id)
    return desk.all(select(DataIncident).order_by(*order).limit(_SHOWN))


def incident(desk: Desk, number: str) -> DataIncident:
    """One incident; the reading is noted."""
    found = desk.one(select(DataIncident).where(DataIncident.number == number))
    desk.opened("data incident opened", found.number)
    return found


def account_called(desk: Desk, username: str) -> Account:
    """The account of a member of staff by its sign-in name."""
    found = desk.first(select(Account).where(Account.username == username))
    if found is None:
        raise NotFound
    return found


def cases_of(desk: Desk, child_id: int) -> Sequence[Case]:
    """The cases of a child that one may see, the newest first."""
    return desk.all(select(Case).where(Case.child_id == child_id).order_by(Case.opened_at.desc(), Case.id))


def reports_of(desk: Desk, found: Iterable[Case]) -> Mapping[UUID, Report]:
    """The reports of some cases, as far as one may see them."""
    wanted = {case.report_id for case in found}
    rows = desk.all(select(Report).where(Report.id.in_(wanted))) if wanted else ()
    desk.safe.fetch_keys(row.id for row in rows)
    return {row.id: row for row in rows}


def is_alleged(desk: Desk, child_id: int, name: str, relation: str) -> bool:
    """Whether somebody of this name, with or without marks, or the child's father, mother or guardian if that is who
    asks, is alleged in a report about the child."""
    found = cases_of(desk, child_id)
    reports = reports_of(desk, found)
    for case in found:
        report = reports.get(case.report_id)
        story = (report.known if report is not None else None) or Story()
        for person, is_to_child in suspects_of(story, case.child_ref):
            if is_to_child == relation or (person.name and fold(person.name) == fold(name)):
                return True
    return False
