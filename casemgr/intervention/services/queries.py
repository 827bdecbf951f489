"""Reading services asked of providers: by the case, and by the provider, who sees nothing else."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.terms import Card
from casemgr.core.ages import whole_years
from casemgr.core.calendar import local_day
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.terms import Content, Service
from casemgr.intervention.services.models import ServiceAnswer, ServiceRequest
from casemgr.intervention.services.rules import OPEN, SHOWS_THE_CHILD
from casemgr.intervention.services.terms import EMERGENCY, Asked, State
from casemgr.providers import queries as directory
from casemgr.providers.terms import Wanted

MOST = 200  # requests on the page of a provider


def requests(desk: Desk, case: Case) -> Sequence[ServiceRequest]:
    """What was asked for a child, the newest first."""
    return desk.all(
        select(ServiceRequest)
        .where(ServiceRequest.case_id == case.id)
        .order_by(ServiceRequest.asked_at.desc(), ServiceRequest.id.desc())
    )


def open_requests(desk: Desk, case: Case) -> Sequence[ServiceRequest]:
    """Requests that have not come to their end."""
    return [row for row in requests(desk, case) if State(row.state) in OPEN]


def request(desk: Desk, case: Case, request_id: UUID) -> ServiceRequest:
    """One request of a case."""
    return desk.one(
        select(ServiceRequest).where(ServiceRequest.id == request_id, ServiceRequest.case_id == case.id)
    )


def answer(desk: Desk, case: Case, answer_id: UUID) -> ServiceAnswer:
    """One answer of a case."""
    return desk.one(
        select(ServiceAnswer).where(ServiceAnswer.id == answer_id, ServiceAnswer.case_id == case.id)
    )


def answers(desk: Desk, rows: Sequence[ServiceRequest]) -> Mapping[UUID, Sequence[ServiceAnswer]]:
    """The answers to some requests, the earliest first."""
    found: dict[UUID, list[ServiceAnswer]] = {}
    wanted = select(ServiceAnswer).where(ServiceAnswer.request_id.in_([row.id for row in rows]))
    for row in desk.all(wanted.order_by(ServiceAnswer.answered_at, ServiceAnswer.id)) if rows else ():
        found.setdefault(row.request_id, []).append(row)
    return found


def assignments(desk: Desk) -> Sequence[ServiceRequest]:
    """What is asked of the providers for which the person at the desk acts: what is open first, then by day."""
    mine = directory.mine(desk)
    if not mine:
        return []
    rows = desk.all(
        select(ServiceRequest)
        .where(ServiceRequest.provider_id.in_(mine))
        .order_by(ServiceRequest.asked_at.desc(), ServiceRequest.id.desc())
        .limit(MOST)
    )
    desk.read("assignments listed", count=len(rows))
    return sorted(rows, key=lambda row: State(row.state) not in OPEN)


def assignment(desk: Desk, request_id: UUID) -> ServiceRequest:
    """One request, as its provider sees it; the reading is noted."""
    row = desk.one(
        select(ServiceRequest).where(
            ServiceRequest.id == request_id, ServiceRequest.provider_id.in_(directory.mine(desk))
        )
    )
    desk.opened("assignment opened", request_id, ("asked",))
    return row


def told(row: ServiceRequest) -> Asked:
    """What a provider is shown: once it has refused, or is no longer asked, nothing of the child."""
    asked = row.asked or Asked("")
    if State(row.state) in SHOWS_THE_CHILD:
        return asked
    return Asked("", asked.kind, unit=asked.unit)


def service_of(desk: Desk, case: Case, mark: str) -> Service | None:
    """The service of the approved plan that an address names; an emergency service is none of the plan."""
    if mark == EMERGENCY:
        return None
    plan = plans.approved(desk, case)
    content = (plan.content or Content()) if plan is not None else Content()
    return next((row for row in content.services if row.key == mark), None)


def wanted(desk: Desk, case: Case, kind: str | None) -> Wanted:
    """What a provider is weighed against for this child. The hour is not asked: a request is not a call."""
    child = children.child(desk, case.child_id)
    card = child.card or Card()
    harms = plans.background(desk, case).harms
    return Wanted(kind, age(desk, card), card.sex.value if card.sex is not None else None, tuple(harms))


def age(desk: Desk, card: Card) -> int | None:
    """How old the child is today, as far as it is known."""
    birth = card.birth
    years = whole_years(birth.date, local_day(desk.now), birth.precision)
    return years if years is not None else birth.age_estimate
