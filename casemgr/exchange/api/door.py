"""Doors for machines: each address says what it needs, takes, gives and refuses; the published description says the same.

In this order: size, signature, right, kind of content, form; only then a desk is opened, so that nobody holds up the
writers with a request that goes nowhere. Every answer, good or bad, uses up the nonce.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Request, Response, g, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from casemgr.access.actor import NOBODY, Actor
from casemgr.access.permissions import Permission
from casemgr.core import words
from casemgr.core.db import lost_a_race
from casemgr.core.errors import Invalid, Refused, TooMany, Unavailable
from casemgr.core.words import _
from casemgr.exchange import actions
from casemgr.exchange.api import client, errors, strict_json
from casemgr.exchange.api.schemas import ProblemSchema
from casemgr.intake.schemas import by_field
from casemgr.web.room import PUBLIC, Door, Needs, house

JSON = "application/json"
_TRIES = 3
_SIGNED = (401, 403, 503)  # what may come back from every address that is not public
_CLIENT = (400, 413)


@dataclass(frozen=True)
class Answer:
    """What a view gives back: plain values, a status, and where the new thing is."""

    body: Mapping[str, object]
    status: int = 200
    location: str | None = None


View = Callable[..., Answer]
Gives = Mapping[int, type[Schema]]


class StrictParser(FlaskParser):
    """Reads contents and addresses strictly, and objects in our own way."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != JSON or req.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
            raise errors.WrongContent
        if req.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise errors.WrongContent
        return strict_json.read(req.get_data())

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        twice = {
            name: [_("This stands twice in the address.")]
            for name, values in req.args.lists()
            if len(values) > 1
        }
        if twice:
            raise Invalid(by_field(twice))
        return req.args.to_dict()

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        ((_location, messages),) = (
            error.messages.items() if isinstance(error.messages, dict) else (("", error.messages),)
        )
        raise Invalid(by_field(messages))


class ApiRoom(Blueprint):
    """Addresses for machines that cannot be declared without saying what they need."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.doors: list[Door] = []

    def get(
        self,
        rule: str,
        *,
        needs: Needs,
        gives: Gives,
        asks: type[Schema] | None = None,
        refuses: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """An address that is only read."""
        return self._door(rule, "GET", needs, gives, None, asks, refuses)

    def post(
        self,
        rule: str,
        *,
        needs: Needs,
        gives: Gives,
        takes: type[Schema] | None = None,
        refuses: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """An address that does one thing."""
        return self._door(rule, "POST", needs, gives, takes, None, refuses)

    def _door(
        self,
        rule: str,
        method: str,
        needs: Needs,
        gives: Gives,
        takes: type[Schema] | None,
        asks: type[Schema] | None,
        refuses: tuple[int, ...],
    ) -> Callable[[View], View]:
        wanted = needs if isinstance(needs, tuple) else (needs,)
        writing = method == "POST"

        def declare(view: View) -> View:
            self.doors.append(Door(f"{self.name}.{view.__name__}", wanted, writing))
            work: Callable[..., Response] = _work(view, writing)
            for schema, location in ((takes, "json"), (asks, "query")):
                if schema is not None:
                    work = self.arguments(schema, location=location)(work)
            slowed = () if writing or wanted == (PUBLIC,) else (TooMany.status,)
            work = self._described(work, gives, wanted, (*refuses, *slowed))
            self.add_url_rule(
                rule, view.__name__, _entrance(work, wanted, takes is not None), methods=[method]
            )
            return view

        return declare

    def _described(
        self,
        work: Callable[..., Response],
        gives: Gives,
        needs: tuple[Permission, ...],
        refuses: tuple[int, ...],
    ) -> Callable[..., Response]:
        """The same, with what it gives and refuses written into the published description."""
        for status, schema in gives.items():
            headers = (
                {"Location": {"schema": {"type": "string"}, "required": True}} if status == 201 else None
            )
            work = self.response(status, schema, headers=headers, content_type=JSON)(work)
        always = () if needs == (PUBLIC,) else (*_SIGNED, *_CLIENT)
        for status in sorted({*always, *refuses, HTTPStatus.INTERNAL_SERVER_ERROR} - gives.keys()):
            work = self.alt_response(status, schema=ProblemSchema, content_type=errors.PROBLEM)(work)
        security: list[dict[str, list[str]]] = (
            [] if needs == (PUBLIC,) else [{"signature": [], "signatureInput": []}]
        )
        described: Callable[..., Response] = self.doc(security=security)(work)
        return described


def _entrance(
    work: Callable[..., Response], needs: tuple[Permission, ...], takes: bool
) -> Callable[..., Response]:
    """Who comes in, whether they may; then the work."""

    @wraps(work)
    def enter(**path: Any) -> Response:
        with words.speaking(errors.language()):
            g.visit = None
            if needs == (PUBLIC,):
                return work(**path)
            request.max_content_length = strict_json.LARGEST
            visit = g.visit = client.admit(request)
            with client.turned_away(visit):
                try:
                    if not any(map(visit.actor.may, needs)):
                        raise Refused
                    if not takes:
                        _no_content()
                    if request.method != "POST":  # what a hotline sends is never put off
                        client.spend(visit)
                        house().keep_pace(visit.actor)
                    return work(**path)
                finally:
                    client.spend(visit)

    return enter


def _no_content() -> None:
    """An address that takes nothing is sent nothing, or an object without members."""
    if request.get_data() and StrictParser().load_json(request, Schema()) != {}:
        raise Invalid(by_field(_("Nothing is taken here.")))


def _work(view: View, writing: bool) -> Callable[..., Response]:
    """The view at a desk of its own. If somebody wrote the same at the same moment, it is done again and sees it."""

    @wraps(view)
    def work(*given: Any, **path: Any) -> Response:
        for _try in range(_TRIES):
            try:
                return _at_desk(view, writing, given, path)
            except Exception as error:
                if not lost_a_race(error):
                    raise
        raise Unavailable

    return work


def _at_desk(view: View, writing: bool, given: tuple[Any, ...], path: Mapping[str, Any]) -> Response:
    visit: client.Visit | None = g.visit
    actor: Actor = NOBODY if visit is None else visit.actor
    with house().office.open(actor, writing=writing, request=g.request_id) as desk:
        if writing and visit is not None and actor.client_id is not None:
            actions.spend_nonce(desk, actor.client_id, visit.nonce_mark)
        answer = view(desk, *given, **path)
        desk.flush()
    if writing and visit is not None:
        visit.spent = True
    return _response(answer)


def _response(answer: Answer) -> Response:
    text = json.dumps(answer.body, ensure_ascii=False)
    response = Response(text, answer.status, content_type=JSON)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response
