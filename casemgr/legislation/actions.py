"""Adding to the law: one row of the log, with the document it rests on."""

import json
import secrets

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.words import _
from casemgr.law.rows import LawDataWrong
from casemgr.legislation import queries, rules
from casemgr.legislation.models import LawChange
from casemgr.legislation.terms import Proposal
from casemgr.places import queries as places


def check(desk: Desk, proposal: Proposal) -> None:
    """Refuse an addition that this person may not make, that the law leaves no room for, or that cannot be read."""
    area = queries.area(desk)
    book = queries.rulebook(desk)
    rules.may_add(
        proposal,
        book,
        everywhere=area is None,
        in_area=area is not None and proposal.unit_id in area,
        today=places.today(desk),
    ).settle()
    try:
        queries.with_proposal(desk, proposal)
    except (LawDataWrong, ValueError) as wrong:
        raise Invalid({"file": [str(wrong)]}) from None


@action("law changed", needs=Permission.LAW_MANAGE)
def add(desk: Desk, proposal: Proposal, *, seen: str) -> LawChange:
    """Append one addition. `seen` is the mark of the law that was previewed: another one in use means look again."""
    if queries.mark_in_use(desk) != seen:
        raise Conflict(
            _("The law was changed by somebody else since the preview. Look at the preview again.")
        )
    check(desk, proposal)
    before = queries.log(desk)
    row = LawChange(
        id=before[-1].id + 1 if before else 1,
        mark=secrets.token_hex(16),
        kind=proposal.kind,
        unit_id=proposal.unit_id,
        since=proposal.since,
        document=proposal.document.number,
        document_day=proposal.document.day,
        basis=proposal.document.basis,
        body=json.dumps(dict(proposal.body), ensure_ascii=False, sort_keys=True),
        made_at=desk.now,
        made_by=desk.actor.account_id,
        actor=desk.actor.id,
        moved=0,
    )
    desk.add(row)
    desk.flush()
    desk.session.info.pop("rulebook", None)
    queries.forget_mark(desk)
    return row
