"""Every error of the interface has one shape, problem details (RFC 9457): no stack, no name, nothing that was sent."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from casemgr.core import words
from casemgr.core.errors import Conflict, ExpectedError, Invalid, Refused, RuleBroken, TooMany, Unavailable
from casemgr.core.words import Later, _l
from casemgr.exchange.api.client import NotAdmitted
from casemgr.exchange.api.strict_json import LARGEST, Unreadable
from casemgr.web.errors import incident

log = structlog.get_logger()
PROBLEM = "application/problem+json"
MACHINES = ("/api/", "/healthz", "/readyz")  # addresses that machines ask
_SCHEME = "Signature"
Handler = Callable[[Exception], Response]

_TITLES: Mapping[int, Later] = {
    400: _l("This request cannot be read"),
    401: _l("This request is not signed as it must be"),
    403: _l("Not for this client"),
    404: _l("Not found, or not yours to see"),
    405: _l("This address does not take this method"),
    409: _l("This contradicts what is stored"),
    413: _l("This request is too large"),
    415: _l("This kind of content is not taken"),
    422: _l("Something needs correcting"),
    429: _l("Too many questions in a short time"),
    503: _l("Not ready, nothing is lost"),
}
_DETAILS: Mapping[int, Later] = {
    401: _l("The signature, its time, its nonce, its key or the digest of the content does not fit."),
    403: _l("The rights of this client do not include this. Nothing was changed."),
    404: _l("There is nothing under this address that this client may see."),
    405: _l("The header Allow names the methods."),
    413: _l("At most %(bytes)s bytes are taken.", bytes=LARGEST),
    415: _l("The content must be application/json in UTF-8, not compressed."),
    422: _l("Each field that needs correcting is named. Nothing was stored."),
    503: _l("Send the same request again in a few seconds, with a new nonce. Nothing was stored."),
}
_OTHER = _l("This request cannot be answered")
_FAULT = _l("The server failed, nothing is lost")
_QUOTE = _l("Quote the incident number. In an emergency, do not wait: use the telephone.")


class WrongContent(ExpectedError):
    """The content is of a kind that is not taken here."""

    status = 415


def install(app: Flask) -> None:
    """Answer machines in their own shape; leave the pages of people as they are."""
    handlers: Mapping[type[Exception], Handler] = {
        ExpectedError: _expected,
        HTTPException: _refused_by_the_door,
        Exception: _fault,
    }
    for kind, answer in handlers.items():
        page = app.error_handler_spec[None][None].get(kind)
        app.register_error_handler(kind, _for_machines(answer, page))


def language() -> str:
    """The language a machine asks for; Vietnamese where it asks for none."""
    return request.accept_languages.best_match(words.LANGUAGES) or words.VIETNAMESE


def problem(
    status: int,
    *,
    title: Later | None = None,
    detail: object = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """Problem details, in the language asked for."""
    with words.speaking(language()):
        told = {
            "type": f"urn:casemgr:problem:{status}",
            "title": str(title or _TITLES.get(status, _OTHER)),
            "status": status,
            "detail": str(detail or _DETAILS.get(status, "")),
            **(more or {}),
        }
    kept = {name: value for name, value in told.items() if value not in ("", None)}
    response = Response(json.dumps(kept, ensure_ascii=False), status, content_type=PROBLEM)
    if status == NotAdmitted.status:
        response.headers["WWW-Authenticate"] = _SCHEME
    if status == Unavailable.status:
        response.headers["Retry-After"] = "5"
    return response


def _for_machines(answer: Handler, page: Callable[..., Any] | None) -> Callable[[Exception], Any]:
    def handle(error: Exception) -> Any:
        if request.path.startswith(MACHINES) or page is None:
            return answer(error)
        return page(error)

    return handle


def _expected(error: Exception) -> Response:
    if isinstance(error, Unavailable) or not isinstance(error, ExpectedError):
        return _fault(error)
    g.objection = error
    if isinstance(error, NotAdmitted):
        log.warning("signature refused", endpoint=request.endpoint)
    with words.speaking(language()):
        answer = problem(error.status, detail=_sentence(error), more=_more(error))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _sentence(error: ExpectedError) -> object:
    if isinstance(error, Unreadable | Conflict):
        return error.sentence
    if isinstance(error, Refused):
        return error.reason
    if isinstance(error, RuleBroken) and not isinstance(error.findings, str):
        return "; ".join(str(finding) for finding in (*error.findings.blocking, *error.findings.to_explain))
    return None


def _more(error: ExpectedError) -> dict[str, object]:
    if isinstance(error, Invalid):
        return {"errors": error.errors}
    return dict(error.stored) if isinstance(error, Conflict) else {}


def _refused_by_the_door(error: Exception) -> Response:
    if not isinstance(error, HTTPException) or error.code is None:
        return _fault(error)
    if error.code < 400 or error.response is not None:  # a redirection to the right spelling of an address
        return Response.force_type(error.get_response(), request.environ)  # type: ignore[return-value]
    response = problem(error.code)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    number = incident()
    log.error("fault", incident=number, kind=type(error).__name__, endpoint=request.endpoint)
    g.incident = number
    if isinstance(error, Unavailable):
        return problem(error.status, more={"incident": number})
    return problem(500, title=_FAULT, detail=_QUOTE, more={"incident": number})
