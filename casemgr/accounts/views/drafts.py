"""One's own drafts: what was typed and could not be saved, for seven days."""

from uuid import UUID

from flask import Response, g, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, queries, rules
from casemgr.accounts.views.door import go_on, on_to, room
from casemgr.core.errors import NotFound
from casemgr.web import drafts
from casemgr.web.pages import page
from casemgr.web.room import house

OWN = Permission.OWN_ACCOUNT
_SHOWN = 400


@room.get("/account/drafts", needs=OWN, endpoint="drafts")
def own_drafts(desk: Desk) -> Response:
    """What was kept, where it belongs, and when it was typed."""
    lines = []
    for row in queries.own_drafts(desk):
        if row.content is not None:
            texts = [value for _name, value in row.content.fields if " " in value.strip()]
            where = drafts.with_draft(row.content.page, row.id) if on_to(row.content.page) != "/" else ""
            lines.append((row, where, " · ".join(texts)[:_SHOWN]))
    return page("accounts/drafts.html", lines=lines, days=rules.DRAFTS_KEPT.days)


@room.post("/account/drafts", needs=OWN, writing=False)
def keep_draft(desk: Desk) -> Response:
    """Keep what is being typed on a page, now and then, while somebody types."""
    where, target = on_to(request.form.get("draft-page")), request.form.get("draft-target", "")
    fields = [(name, value) for name, value in drafts.typed() if not name.startswith("draft-")]
    if target and rules.safe_path(target) and any(value.strip() for _name, value in fields):
        g.draft_id = house().drafts.keep("", desk.actor, where, target, fields)
    return Response(status=204)


@room.post("/account/drafts/<uuid:draft_id>/delete", needs=OWN)
def drop_draft(desk: Desk, draft_id: UUID) -> Response:
    """Let go of a draft."""
    draft = queries.own_draft(desk, draft_id)
    if draft is None:
        raise NotFound
    actions.drop_draft(desk, draft)
    return go_on(url_for("accounts.drafts"))
