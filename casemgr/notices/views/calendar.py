"""The calendar behind a secret address: open to programs that cannot sign in, and to nobody without the address."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.accounts import queries as accounts
from casemgr.cases import queries as cases
from casemgr.core.errors import NotFound
from casemgr.core.words import VIETNAMESE, _, speaking
from casemgr.notices import feed, queries
from casemgr.notices.terms import Entry
from casemgr.notices.views.door import room
from casemgr.web.room import PUBLIC, house

_LONGEST_TOKEN = 80


@room.get("/calendar/<token>.ics", needs=PUBLIC)
def calendar(desk: Desk, token: str) -> ResponseReturnValue:
    """What is due in the cases of whoever has this address: numbers and times, no names."""
    account_id = queries.calendar_of(desk, token) if len(token) <= _LONGEST_TOKEN else None
    if account_id is None:
        raise NotFound
    entries: dict[str, Entry] = {}
    for actor in accounts.actors_of(desk, account_id, ring=cases.named):
        with house().office.open(actor, writing=False) as own:
            entries |= {entry.uid: entry for entry in queries.due_entries(own)}
    with speaking(VIETNAMESE):
        body = feed.calendar(
            sorted(entries.values(), key=lambda entry: (entry.at, entry.uid)),
            name=_("Child protection: limits"),
            word=_("Due"),
            link=request.url_root,
        )
    return Response(body, content_type="text/calendar; charset=utf-8")
