"""What the pages after a decision show: who has it and who has not, and how the child may be reached safely."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.core.words import _, language
from casemgr.intervention.plan import delivering, layout, queries, showing
from casemgr.intervention.plan.models import PlanDelivery
from casemgr.intervention.plan.terms import Delivered, Message, Recipient, Ruling, SafeContact
from casemgr.web.duration import day_short, moment_words


@dataclass(frozen=True)
class Handed:
    """One recipient and what is known of the delivery."""

    name: str
    alleged: bool
    given: bool
    day: str
    how: str
    reason: str
    note: str
    recorded: str
    confirmed: str
    open_id: str  # to be confirmed under this mark; empty when nothing is to be confirmed


def delivery(desk: Desk, case: Case, chosen: Collection[str] | None) -> dict[str, Any]:
    """The page of delivery: who has the decision, who has not, and a form for the next."""
    plan = queries.approved(desk, case) or queries.decided(desk, case)
    ruling = (plan.decision or Ruling()) if plan is not None else Ruling()
    rows = queries.deliveries(desk, plan) if plan is not None else []
    everybody = (*ruling.sent_to, *ruling.not_sent_to)
    noted = {row.content.recipient.key for row in rows if row.content is not None}
    waiting = [one for one in everybody if one.key not in noted]
    kept_out = queries.kept_out(desk, case, waiting)
    ticked = _to_be_ticked(ruling, kept_out) if chosen is None else chosen
    names = cases.names(desk, [row.recorded_by for row in rows])
    return {
        **layout.frame(desk, case),
        "number": ruling.number or "",
        "decided": day_short(local_day(plan.decided_at)) if plan is not None and plan.decided_at else "",
        "handed": [_handed(row, row.content, names, desk) for row in rows if row.content is not None],
        "choices": [
            layout.Choice(
                one.key,
                showing.receiver(one),
                one.alleged,
                one.key in ticked,  # what was typed stays, also beside what stands against it
                one.key in kept_out,
            )
            for one in waiting
        ],
        "left_out": {one.key for one in ruling.not_sent_to},
        "missing": plan is None,
        "may": queries.approved(desk, case) is not None
        and case.stage == Stage.CARRYING_OUT
        and desk.actor.may(Permission.PLAN_DRAFT),
        "may_confirm": desk.actor.may(Permission.PLAN_DRAFT),
        "contact": contact_shown(queries.safe_contact(desk, case)),
        "basis": delivering.SENT_TO.cite(language()),
    }


def _to_be_ticked(ruling: Ruling, kept_out: Collection[str]) -> set[str]:
    """Whom the decision names, without those alleged to have done harm: about them somebody has to choose."""
    return {one.key for one in ruling.sent_to if not one.alleged and one.key not in kept_out}


def _handed(row: PlanDelivery, said: Delivered, names: Any, desk: Desk) -> Handed:
    recipient: Recipient = said.recipient
    how = [str(delivering.WAYS[said.way])] if said.way is not None else []
    if said.by:
        how.append(_("by %(name)s", name=said.by))
    who = row.receipt.who if row.receipt is not None else None
    return Handed(
        name=showing.receiver(recipient),
        alleged=recipient.alleged,
        given=row.given,
        day=day_short(row.given_on) if row.given_on else "",
        how=", ".join(how),
        reason=said.reason or "",
        note=said.note or "",
        recorded=_(
            "%(name)s, %(moment)s",
            name=names.get(row.recorded_by, ""),
            moment=moment_words(row.recorded_at, desk.now),
        ),
        confirmed=_("%(day)s, by %(name)s", day=day_short(row.confirmed_on), name=who or "")
        if row.confirmed_on
        else "",
        open_id=str(row.id) if row.given and row.confirmed_on is None else "",
    )


@dataclass(frozen=True)
class ContactShown:
    """How the child may be reached, as every page shows it."""

    known: bool
    lines: Sequence[tuple[str, str, str]]  # who, number, when
    never: bool
    words: str
    keep_from: str
    note: str


def contact_shown(told: SafeContact | None) -> ContactShown:
    """How the child may be reached; where nobody has said so, nothing is safe."""
    if told is None:
        return ContactShown(False, (), True, "", "", "")
    lines = [
        (", ".join(part for part in (one.who, one.tie) if part), one.phone or "", one.hours or "")
        for one in told.contacts
    ]
    never = told.message is Message.NEVER
    return ContactShown(
        True, lines, never, "" if never else told.words or "", told.keep_from or "", told.note or ""
    )


def contact(desk: Desk, case: Case) -> dict[str, Any]:
    """The page of safe contact: what holds, who wrote it, and what held before."""
    rows = queries.safe_contacts(desk, case)
    names = cases.names(desk, [row.recorded_by for row in rows])
    return {
        **layout.frame(desk, case),
        "contact": contact_shown(rows[0].content if rows else None),
        "written": _by(rows[0], names, desk) if rows else "",
        "earlier": [(_by(row, names, desk), contact_shown(row.content)) for row in rows[1:]],
        "may": desk.actor.may(Permission.PLAN_DRAFT),
        "most": delivering.MOST_CONTACTS,
    }


def _by(row: Any, names: Any, desk: Desk) -> str:
    return _(
        "%(name)s, %(moment)s",
        name=names.get(row.recorded_by, ""),
        moment=moment_words(row.recorded_at, desk.now),
    )
