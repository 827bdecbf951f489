"""Doors: each address says what it needs, whether it reads or writes, and where one comes back to when a rule objects."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.actor import NOBODY, Actor
from casemgr.access.desk import Desk, Office
from casemgr.access.permissions import Permission
from casemgr.core.db import lost_a_race, uuid7
from casemgr.core.errors import Conflict, Invalid, NotFound, ProofNeeded, Refused, RuleBroken, TooMany
from casemgr.security.passwords import Passwords
from casemgr.web import drafts
from casemgr.web.dear import Dear, Line
from casemgr.web.pace import Pace

View = Callable[..., ResponseReturnValue]
Needs = Permission | tuple[Permission, ...]
PUBLIC = Permission.PUBLIC

_UNDECLARED_ALLOWED = frozenset({"static"})
_NUMBER = re.compile(r"\d{5}-\d{4}-\d{5,12}-[A-Z]")
_TRIES = 8  # as many as may write to one row at the same moment


@dataclass(frozen=True)
class Door:
    """One declared address: what it needs and whether it writes."""

    endpoint: str
    needs: tuple[Permission, ...]
    writing: bool
    largest: int | None = None  # bytes that may be sent, where it is more than everywhere else
    dear: Dear | None = None  # the line in which one waits, where the work takes seconds

    @property
    def keeps(self) -> bool:
        """Whether what was typed here is worth keeping: what only asks or looks for something is not."""
        return self.writing or self.largest is not None


@dataclass
class House:
    """What the web floor has been given by the roof."""

    office: Office
    cookie: str  # name of the session cookie
    secure: bool
    demo: bool
    session_secret: bytes = field(repr=False)
    resolve: Callable[[str, str], Actor | None]  # session token, address -> who is signed in
    describe: Callable[[Desk], dict[str, Any]]  # what the frame of every page shows about the actor
    drafts: drafts.Drafts  # what was typed and could not be saved
    passwords: Passwords = field(default_factory=Passwords, repr=False)
    pace: Pace | None = None  # none with invented people
    doors: dict[str, Door] = field(default_factory=dict)
    lines: Mapping[Dear, Line] = field(default_factory=lambda: {one: Line() for one in Dear}, repr=False)

    def keep_pace(self, actor: Actor) -> None:
        """Let nobody ask for more than work needs: a stolen session, or a curious colleague, copies no register."""
        wait = self.pace.wait(actor.id, g.now) if self.pace is not None else 0
        if wait:
            raise TooMany(wait)

    def turn(self, door: Door, actor: Actor) -> AbstractContextManager[None]:
        """A turn at work that takes seconds; whatever else is done at once."""
        return nullcontext() if door.dear is None else self.lines[door.dear].turn(actor.id)


def house() -> House:
    """The house this request came to."""
    found: House = current_app.extensions["casemgr"]
    return found


class Room(Blueprint):
    """A blueprint whose addresses cannot be declared without saying what they need."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.doors: list[Door] = []

    def get(  # type: ignore[override]
        self, rule: str, *, needs: Needs, dear: Dear | None = None, **options: Any
    ) -> Callable[[View], View]:
        """A page that is only looked at; what takes seconds to make is `dear`, and made one by one."""
        return self._open(rule, "GET", needs, options, dear=dear)

    def post(  # type: ignore[override]
        self,
        rule: str,
        *,
        needs: Needs,
        again: View | None = None,
        writing: bool = True,
        largest: int | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """A page that does one thing; `again` is shown, with what was typed, when a rule objects.

        `writing=False` is for pages that hash a password first: they open a writing desk of their own afterwards, so
        that nobody waits for the hash in the line of writers.
        """
        return self._open(rule, "POST", needs, options, again, writing=writing, largest=largest)

    def _open(
        self,
        rule: str,
        method: str,
        needs: Needs,
        options: dict[str, Any],
        again: View | None = None,
        *,
        writing: bool = False,
        largest: int | None = None,
        dear: Dear | None = None,
    ) -> Callable[[View], View]:
        """Put a door at an address: whoever comes is let in as it says."""
        wanted = needs if isinstance(needs, tuple) else (needs,)

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", view.__name__)
            door = Door(f"{self.name}.{endpoint}", wanted, writing, largest, dear)
            self.doors.append(door)

            @wraps(view)
            def enter(**args: Any) -> ResponseReturnValue:
                return _enter(door, view, again, args)

            self.add_url_rule(rule, endpoint, enter, methods=[method], **options)
            return view

        return declare


def _enter(door: Door, view: View, again: View | None, args: dict[str, Any]) -> ResponseReturnValue:
    """Let somebody in who may, to the view or, where a rule objects, back to what they typed."""
    actor: Actor = g.actor
    if actor is not NOBODY:
        house().keep_pace(actor)
    elif door.needs != (PUBLIC,):
        return redirect(url_for("accounts.sign_in", next=drafts.kept() or _back_to()), 303)
    if not any(map(actor.may, door.needs)):
        if (
            actor.account_id is not None and actor.role is None
        ):  # signed in, but a password or a role is still to be chosen
            return redirect(url_for("accounts.role"), 303)
        _note_refusal("refused", actor, args)
        raise Refused
    try:
        with house().turn(door, actor):
            response = _or_again(view, actor, door.writing, again, args)
    except ProofNeeded:
        return redirect(url_for("accounts.step_up", next=drafts.kept() or _after_proof()), 303)
    except (Refused, NotFound) as error:
        _note_refusal("not found" if isinstance(error, NotFound) else "refused", actor, args)
        raise
    if response.status_code < 400:
        drafts.taken(actor)
    return response


def _note_refusal(what: str, actor: Actor, args: dict[str, Any]) -> None:
    """Who was turned away is in the trail too: at which door, and before which file if it has a number of ours."""
    if actor is NOBODY:
        return
    number = str(args.get("number", ""))
    with house().office.open(actor, request=g.request_id) as desk:
        desk.record(what, number if _NUMBER.fullmatch(number) else None, door=str(request.url_rule))


def _or_again(view: View, actor: Actor, writing: bool, again: View | None, args: dict[str, Any]) -> Response:
    if again is None:
        return _at_desk(view, actor, writing, args)
    try:
        return _at_desk(view, actor, writing, args)
    except (RuleBroken, Invalid, Conflict) as objection:
        g.objection = objection
        response = _at_desk(again, actor, False, args)
        response.status_code = objection.status
        return response


def _at_desk(view: View, actor: Actor, writing: bool, args: dict[str, Any]) -> Response:
    """The view at a desk of its own. If somebody wrote the same at the same moment, it is done again and sees it."""
    for _try in range(_TRIES):
        try:
            return _once(view, actor, writing, args)
        except Exception as error:
            if not writing or not lost_a_race(error):
                raise
    raise Conflict


def _once(view: View, actor: Actor, writing: bool, args: dict[str, Any]) -> Response:
    try:
        with house().office.open(actor, writing=writing, request=g.request_id) as desk:
            g.desk = desk
            drafts.fill_in(desk)
            response = make_response(view(desk, **args))
            desk.showing = not 300 <= response.status_code < 400
            if response.status_code >= 400:
                desk.give_up()
    finally:
        g.pop("desk", None)  # an error page must not open the session of a desk that is closed
    return response


def _back_to() -> str | None:
    """Where to go after signing in: only an address of ours that is safe to open."""
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None


def _after_proof() -> str | None:
    """Where to go on after proving who one is: this page, or the page from which something was sent."""
    if request.method == "GET":
        return _back_to()
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return None
    return came.path + (f"?{came.query}" if came.query else "")


def enter(app: Flask, the_house: House) -> None:
    """Put the house behind the application's doors: who comes in, and under which request number."""
    app.extensions["casemgr"] = the_house

    @app.before_request
    def who_comes_in() -> None:
        g.now = the_house.office.clock.now()
        g.request_id = uuid7(g.now).hex
        g.objection = None
        token = request.cookies.get(the_house.cookie, "")
        g.token = token
        g.actor = (the_house.resolve(token, request.remote_addr or "") if token else None) or NOBODY


def seal(app: Flask) -> None:
    """Refuse to start if any address has no declared need, however it was added."""
    declared = app.extensions["casemgr"].doors
    for blueprint in app.blueprints.values():
        for door in getattr(blueprint, "doors", ()):
            declared[door.endpoint] = door
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in declared and rule.endpoint not in _UNDECLARED_ALLOWED:
            raise RuntimeError(f"{rule.rule} does not say what it needs.")
