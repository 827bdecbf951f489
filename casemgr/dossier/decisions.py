"""What waits on a case beside its next step: a separation to be signed or about to end, a placement to be decided.

The clock of the twelve hours stops with the first measure, so nothing else would lead the chair to these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Uuid, exists, or_, select

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission as P
from casemgr.access.questions import AnySelect, Question
from casemgr.access.roles import REACH, Reach
from casemgr.access.sight import Sight
from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.core.prepared import gap
from casemgr.core.words import Later, _l
from casemgr.intervention.care.models import Placement
from casemgr.intervention.care.terms import State
from casemgr.intervention.emergency.models import Separation
from casemgr.intervention.emergency.terms import SeparationState as S

SHOWN = 8
_ENDS_SOON = timedelta(days=3)


@dataclass(frozen=True)
class Kind:
    """One thing that can wait: what it is, on which form, where, whose it is."""

    title: Later
    verb: Later
    address: str  # below the case
    needs: P
    waiting_for: Later
    form: str = ""


KINDS: Mapping[str, Kind] = {
    "sign": Kind(_l("Decide on the separation"), _l("Read and decide"), "separation/decision", P.SEPARATION_DECIDE, _l("the chair"), "07"),
    "returned": Kind(_l("Put the draft of the separation right"), _l("Open"), "separation/draft", P.SEPARATION_DRAFT, _l("the officer"), "07"),
    "ends": Kind(_l("The separation ends: assess the child"), _l("Open"), "separation", P.SEPARATION_DRAFT, _l("the officer"), "07"),
    "court": Kind(_l("The court decides what follows the separation"), _l("Open"), "separation", P.SEPARATION_DRAFT, _l("the court"), "07"),
    "place": Kind(_l("Decide on the placement"), _l("Read and decide"), "care", P.CARE_DECIDE, _l("the chair"), "12"),
    "end": Kind(_l("Decide on the end of the care"), _l("Read and decide"), "care", P.CARE_DECIDE, _l("the chair"), "16"),
}  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """Something that waits on a case: since when, or until the end of which day."""

    number: str
    code: str
    since: datetime | None = None
    last_day: date | None = None

    @property
    def kind(self) -> Kind:
        """What it is."""
        return KINDS[self.code]


def on_the_list(desk: Desk) -> Sequence[Waiting]:
    """What waits for this person on the open cases of the own unit."""
    if desk.actor.role is None or REACH[desk.actor.role] is not Reach.OWN_UNIT or not desk.actor.units:
        return ()
    waiting = [*_separations(desk, _OUR_SEPARATIONS), *_placements(desk, _OUR_PLACEMENTS)]
    found = [one for one in waiting if one.code != "court" and desk.actor.may(one.kind.needs)]
    return found[:SHOWN]


@dataclass(frozen=True)
class Has:
    """Which of the rarer parts a file has; most have none, and are spared the statements that would read them."""

    separation: bool
    placement: bool


_PARTS: Question[Any] = Question(
    select(
        exists(select(Separation.id).where(Separation.case_id == gap("case", Uuid()))),
        exists(select(Placement.id).where(Placement.case_id == gap("case", Uuid()))),
    )
)


def parts_of(desk: Desk, case: Case) -> Has:
    """Which of the rarer parts a file has, in one statement."""
    ((separation, placement),) = desk.rows(_PARTS, case=case.id)
    return Has(bool(separation), bool(placement))


def of_case(desk: Desk, case: Case, has: Has) -> Sequence[Waiting]:
    """What waits on one case, for whomever."""
    return [
        *(_separations(desk, _SEPARATIONS, case=case.id) if has.separation else ()),
        *(_placements(desk, _PLACEMENTS, case=case.id) if has.placement else ()),
    ]


def _our_cases(sight: Sight) -> ColumnElement[bool]:
    return Case.rehearsal.is_(False) & sight.covers(
        Case.unit_id, Case.incident_unit_id, Case.residence_unit_id
    )


def _separations_of(which: ColumnElement[bool]) -> AnySelect:
    return (
        select(
            Case.number, Case.id, Separation.state, Separation.handed_in_at,
            Separation.last_day, Separation.decided_at,
        )
        .join(Case, Case.id == Separation.case_id)
        .where(
            Case.closed_at.is_(None),
            or_(
                Separation.state.in_((S.HANDED_IN, S.RETURNED, S.AT_COURT)),
                (Separation.state == S.RUNNING) & (Separation.last_day <= gap("soon", Date())),
            ),
            which,
        )
        .order_by(Separation.handed_in_at.desc(), Separation.revision.desc())
        .limit(4 * SHOWN)
    )  # fmt: skip


def _placements_of(which: ColumnElement[bool]) -> AnySelect:
    return (
        select(
            Case.number, Placement.state, Placement.decided_on, Placement.end_asked_on, Placement.proposed_at
        )
        .join(Case, Case.id == Placement.case_id)
        .where(
            or_(
                Placement.state == State.PROPOSED,
                (Placement.state == State.GIVEN)
                & (Placement.decided_on.is_(None) | Placement.end_asked_on.is_not(None)),
            ),
            which,
        )
        .order_by(Placement.proposed_at, Placement.id)
        .limit(2 * SHOWN)
    )


_ONE: ColumnElement[bool] = Case.id == gap("case", Uuid())
_SEPARATIONS: Question[Any] = Question(_separations_of(_ONE))
_PLACEMENTS: Question[Any] = Question(_placements_of(_ONE))
_OUR_SEPARATIONS: Question[Any] = Question(lambda sight: _separations_of(_our_cases(sight)))
_OUR_PLACEMENTS: Question[Any] = Question(lambda sight: _placements_of(_our_cases(sight)))


def _separations(desk: Desk, asked: Question[Any], **values: object) -> list[Waiting]:
    rows = desk.rows(asked, soon=local_day(desk.now) + _ENDS_SOON, **values)
    codes = {S.HANDED_IN: "sign", S.RETURNED: "returned", S.RUNNING: "ends", S.AT_COURT: "court"}
    found: dict[str, Waiting] = {}
    superseded = _written_since(desk, [row[1] for row in rows if row[2] == S.RETURNED])
    for number, case_id, state, handed_in, last_day, decided in rows:
        if state == S.RETURNED and case_id in superseded:
            continue
        since = {S.HANDED_IN: handed_in, S.RETURNED: decided}.get(state)
        ends = last_day if state == S.RUNNING else None
        found.setdefault(number, Waiting(number, codes[S(state)], since, ends))
    return sorted(found.values(), key=lambda one: (list(KINDS).index(one.code), one.since or desk.now))


def _written_since(desk: Desk, ids: Sequence[object]) -> set[object]:
    """Cases whose newest separation is not the one that was given back."""
    if not ids:
        return set()
    rows = desk.rows(
        select(Separation.case_id, Separation.state)
        .where(Separation.case_id.in_(ids))
        .order_by(Separation.case_id, Separation.revision)
    )
    newest: dict[object, str] = {row[0]: row[1] for row in rows}
    return {case_id for case_id, state in newest.items() if state != S.RETURNED}


def _placements(desk: Desk, asked: Question[Any], **values: object) -> list[Waiting]:
    found = []
    for number, _state, decided_on, asked_on, proposed_at in desk.rows(asked, **values):
        if decided_on is None:
            found.append(Waiting(number, "place", proposed_at))
        if asked_on is not None:
            found.append(Waiting(number, "end"))
    return found
