"""The room itself, and what its pages share: cookies, a writing desk of their own, where to go on to."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException

from casemgr.access.actor import NOBODY, Actor
from casemgr.access.desk import Desk
from casemgr.accounts import actions, devices, rules
from casemgr.accounts.terms import Site
from casemgr.web.room import Room, house
from casemgr.web.sessions import set_token

room = Room("accounts", "casemgr.accounts.views")
_YEAR = timedelta(days=365)


def writing_desk(actor: Actor) -> AbstractContextManager[Desk]:
    """A desk that writes, for pages that hash a password first: nobody waits for the hash in the line of writers."""
    return house().office.open(actor, request=g.request_id)


def visitor() -> Actor:
    """Whoever is not signed in yet, with the address they come from."""
    return replace(NOBODY, address=request.remote_addr or "")


def go_on(address: str) -> Response:
    """After something was done: to a page that is only looked at."""
    return redirect(address, 303)  # type: ignore[return-value]


def on_to(text: str | None) -> str:
    """Where to go on to: an address of ours that can be opened, else the first page."""
    path = rules.safe_path(text)
    if path is None:
        return "/"
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return "/"
    return "/" if endpoint == "accounts.sign_in" else path


def hand_over(response: Response, token: str) -> Response:
    """Give the browser its new session token."""
    set_token(response, house().cookie, token, secure=house().secure)
    response.signed_in = True  # type: ignore[attr-defined]
    return response


def keep(response: Response, name: str, value: str, *, days: timedelta = _YEAR) -> None:
    """A small cookie that outlives the session."""
    response.set_cookie(
        name, value, max_age=days, httponly=True, samesite="Lax", secure=house().secure, path="/"
    )


def site() -> Site:
    """For which site passkeys are: the address under which this house is open, in production the one of its settings."""
    public = "" if house().demo else current_app.extensions["settings"].public_url
    told = urlsplit(public or request.host_url)
    return Site(told.hostname or "", f"{told.scheme}://{told.netloc}".lower())


def proof_door() -> actions.Door:
    """What proving needs to know of this house."""
    return actions.Door(house().session_secret, site(), house().demo)


def device_cookie() -> str:
    """The name of the cookie with the marks of a known device."""
    return f"__Host-{devices.COOKIE}" if house().secure else devices.COOKIE
