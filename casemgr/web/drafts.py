"""What was typed into a form whose session had ended: kept for the same person, and only filled in again, never done.

The address of the page carries the number of the draft; a cookie remembers it until the form has been sent and taken.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.core.text import identifier
from casemgr.web import sessions

NAME = "draft"
_NEVER = frozenset(
    {"answer", "code", "csrf_token", "current", "new", "next", "passphrase", "password", "recovery"}
)
_MOST = 200_000  # characters
_OWN_PAGE = "/account/drafts"


class Drafts(Protocol):
    """Where drafts are kept."""

    def keep(
        self, token: str, actor: Actor, page: str, target: str, fields: Sequence[tuple[str, str]]
    ) -> UUID | None: ...

    def find(self, desk: Desk, draft_id: UUID) -> Sequence[tuple[str, str]] | None: ...

    def done(self, actor: Actor, draft_id: UUID, target: str) -> bool: ...

    def waiting(self, account_id: UUID, page: str) -> UUID | None: ...


def kept() -> str | None:
    """Keep what was just sent for whoever typed it; where it is found again, or None where nothing was kept."""
    house = current_app.extensions["casemgr"]
    door = house.doors.get(request.endpoint)
    if request.method != "POST" or request.blueprint == "accounts" or door is None or not door.keeps:
        return None
    fields, page = list(typed()), _page()
    if not any(value.strip() for _name, value in fields) or sum(len(value) for _, value in fields) > _MOST:
        return None
    token = g.token or request.cookies.get(sessions.left(house.cookie), "")
    draft_id = house.drafts.keep(token, g.actor, page, request.path, fields)
    return None if draft_id is None else with_draft(page, draft_id)


def typed() -> Iterator[tuple[str, str]]:
    """What was typed into the form, without what is secret. Files are no part of it."""
    for name, value in request.form.items(multi=True):
        if name.rpartition("-")[2] not in _NEVER:
            yield name, value


def with_draft(page: str, draft_id: UUID) -> str:
    """The address of a page that fills in a draft."""
    return f"{page}{'&' if '?' in page else '?'}{NAME}={draft_id.hex}"


def opens(path: str) -> bool:
    """Whether an address of ours can be looked at."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def fill_in(desk: Desk) -> None:
    """Let the forms of this page show what was kept, if its address says so and it is this person's."""
    told = identifier(request.args.get(NAME)) if request.method == "GET" else None
    if told is not None and desk.actor.account_id is not None:
        fields = current_app.extensions["casemgr"].drafts.find(desk, told)
        if fields is not None:
            g.draft, g.draft_id = MultiDict(fields), told


def taken(actor: Actor) -> None:
    """What was sent has been taken: the draft behind it is no longer needed."""
    told = identifier(request.cookies.get(_cookie())) if request.method == "POST" else None
    if told is not None and actor.account_id is not None:
        g.draft_done = current_app.extensions["casemgr"].drafts.done(actor, told, request.path)


def _cookie() -> str:
    """The name of the cookie with the number of the draft."""
    return f"__Host-{NAME}" if current_app.extensions["casemgr"].secure else NAME


def install(app: Flask, *, secure: bool) -> None:
    """Let the browser remember which draft a page was filled from."""

    @app.before_request
    def nothing_yet() -> None:
        g.draft = g.draft_id = None
        g.draft_done = False

    @app.after_request
    def remember(response: Response) -> Response:
        if (told := g.get("draft_id")) is not None:
            response.set_cookie(_cookie(), told.hex, httponly=True, samesite="Lax", secure=secure, path="/")
        elif g.get("draft_done"):
            response.delete_cookie(_cookie(), path="/", httponly=True, samesite="Lax", secure=secure)
        return response


def _page() -> str:
    """The page from which something was sent, if it can be opened again; else the one with all drafts."""
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host and opens(came.path):
        asked = urlencode([(name, value) for name, value in parse_qsl(came.query) if name != NAME])
        return came.path + (f"?{asked}" if asked else "")
    return request.path if opens(request.path) else _OWN_PAGE
