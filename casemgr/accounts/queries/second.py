"""Reading what two people do together: what waits for a signature, one's own wishes, what was answered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Uuid, and_, func, not_, select

from casemgr.access.desk import Desk
from casemgr.access.questions import Question
from casemgr.access.sight import Sight
from casemgr.accounts import rules
from casemgr.accounts.models import Account, Proposal
from casemgr.accounts.seconding import Look, kind_of, kinds
from casemgr.accounts.terms import ProposalLine, ProposalState
from casemgr.core.conditions import OneOfMany
from casemgr.core.errors import NotFound
from casemgr.core.instants import Instant
from casemgr.core.prepared import gap

_SHOWN = 100


def proposal(desk: Desk, proposal_id: UUID) -> Proposal:
    """One proposal that the person may sign, or asked for."""
    found = desk.get(Proposal, proposal_id)
    if found.kind not in kinds() or not _concerns(desk, found):
        raise NotFound
    return found


def proposals(desk: Desk) -> Sequence[ProposalLine]:
    """What the person may sign or asked for, what waits first, without what it is about."""
    rows = desk.all(
        select(Proposal)
        .where((Proposal.proposed_by == desk.actor.account_id) | Proposal.kind.in_(_mine(desk.actor)))
        .order_by(Proposal.answered_at.is_not(None), Proposal.proposed_at.desc(), Proposal.id)
        .limit(_SHOWN)
    )
    names = _names(desk, rows)
    return [_line(desk, row, names) for row in rows if row.kind in kinds() and _concerns(desk, row)]


def to_sign(desk: Desk) -> Mapping[str, int]:
    """How many wishes of others wait for the person at the desk, by kind."""
    return (
        {row[0]: row[1] for row in desk.rows(_TO_SIGN, now=desk.now, persons=desk.actor.persons)}
        if _mine(desk.actor)
        else {}
    )


def all_waiting(desk: Desk, code: str) -> Sequence[Proposal]:
    """Every wish of a kind that can still be signed, the oldest first."""
    statement = select(Proposal).where(_waits(desk.now), Proposal.kind == code)
    return desk.all(statement.order_by(Proposal.proposed_at, Proposal.id).limit(_SHOWN))


def latest(desk: Desk, code: str, abouts: Collection[str]) -> Mapping[str, Proposal]:
    """The wish of a kind about each of some things that nobody has answered, or else the last one that was."""
    if not abouts:
        return {}
    statement = select(Proposal).where(Proposal.kind == code, Proposal.about.in_(abouts))
    order = (Proposal.answered_at.is_(None), Proposal.proposed_at, Proposal.id)
    return {row.about: row for row in desk.all(statement.order_by(*order))}


def waiting(desk: Desk, code: str, about: str) -> Proposal | None:
    """The wish about something that can still be signed, if there is one."""
    found = latest(desk, code, [about]).get(about)
    return found if found is not None and is_waiting(desk, found) else None


def is_waiting(desk: Desk, of: Proposal) -> bool:
    """Whether somebody can still sign it."""
    return of.state == ProposalState.WAITING and of.expires_at > desk.now


def asked_for(desk: Desk, code: str, about: str) -> Proposal:
    """The last wish about something, to be answered by somebody who is told by its page that there is one."""
    found = latest(desk, code, [about]).get(about)
    rules.was_asked(found is not None).settle()
    assert found is not None
    return found


def proposal_line(desk: Desk, of: Proposal) -> ProposalLine:
    """One proposal with what it is about; the look is noted."""
    desk.read("proposal opened", of.id)
    return _line(desk, of, _names(desk, [of]), opened=True)


def lines(desk: Desk, found: Mapping[str, Proposal]) -> Mapping[str, ProposalLine]:
    """Proposals as a list shows them, without what they are about."""
    names = _names(desk, list(found.values()))
    return {about: _line(desk, row, names) for about, row in found.items()}


def _mine(sight: Sight) -> list[str]:
    return [code for code, kind in kinds().items() if sight.may(kind.signs)]


def _waits(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(Proposal.state == ProposalState.WAITING, Proposal.expires_at > now)


_TO_SIGN: Question[Any] = Question(
    lambda sight: (
        select(Proposal.kind, func.count())
        .where(
            _waits(gap("now", Instant())),
            Proposal.kind.in_(_mine(sight)),
            not_(OneOfMany(Proposal.proposed_by, "persons", Uuid())),
        )
        .group_by(Proposal.kind)
        .order_by(Proposal.kind)
    )
)


def _concerns(desk: Desk, row: Proposal) -> bool:
    """Whether somebody asked for it, or may sign it."""
    kind = kind_of(row.kind)
    return row.proposed_by == desk.actor.account_id or (desk.actor.may(kind.signs) and kind.theirs(desk, row))


def _names(desk: Desk, rows: Sequence[Proposal]) -> dict[UUID, str]:
    wanted = {who for row in rows for who in (row.proposed_by, row.answered_by) if who is not None}
    return dict(desk.rows(select(Account.id, Account.name).where(Account.id.in_(wanted)))) if wanted else {}


def _line(desk: Desk, row: Proposal, names: dict[UUID, str], *, opened: bool = False) -> ProposalLine:
    kind = kind_of(row.kind)
    look = _look(desk, row) if opened else Look(())
    answer = row.answer if opened else None
    return ProposalLine(
        row.id,
        row.kind,
        kind.title,
        ProposalState(row.state),
        row.state == ProposalState.WAITING and row.expires_at <= desk.now,
        names.get(row.proposed_by, ""),
        row.proposed_at,
        row.expires_at,
        mine=row.proposed_by == desk.actor.account_id,
        may_answer=is_waiting(desk, row)
        and row.proposed_by not in desk.actor.persons
        and desk.actor.may(kind.signs),
        answered_by=names.get(row.answered_by, "") if row.answered_by is not None else "",
        answered_at=row.answered_at,
        shown=tuple(look.shown),
        reason=look.reason,
        answer=answer.reason if answer is not None else "",
        url=look.url,
        destroys=kind.destroys,
    )


def _look(desk: Desk, row: Proposal) -> Look:
    look = kind_of(row.kind).look
    if look is not None:
        return look(desk, row.given)
    return Look((), "") if row.asked is None else Look(row.asked.shown, row.asked.reason)
