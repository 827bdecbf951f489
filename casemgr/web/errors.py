"""Expected errors become plain pages; faults become an incident number and nothing about the child."""

import secrets

import structlog
from flask import Flask, Response, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casemgr.access.actor import NOBODY
from casemgr.core.calendar import local_day
from casemgr.core.errors import (
    Busy,
    Conflict,
    Destroyed,
    ExpectedError,
    Invalid,
    NotFound,
    NotReady,
    Refused,
    RuleBroken,
    TooMany,
    Unavailable,
)
from casemgr.core.findings import Findings
from casemgr.core.words import _
from casemgr.web.pages import page
from casemgr.web.room import house

log = structlog.get_logger()
_ERROR = "error.html"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def incident() -> str:
    """A short number to quote on the telephone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))


def install(app: Flask) -> None:
    """Give every error its page."""

    _keep_account(app)

    @app.errorhandler(ExpectedError)
    def expected(error: ExpectedError) -> Response:
        g.objection = error
        if isinstance(error, Unavailable):
            return fault(error)
        return _answered(error)

    @app.errorhandler(CSRFError)
    def forgery(_error: CSRFError) -> Response:
        log.warning("form refused", endpoint=request.endpoint)
        return _page(
            400,
            _("This form has expired"),
            _("Open the page again and send it once more. Nothing was stored."),
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status == 404:
            return expected(NotFound())
        if status == 413:
            return _too_much()
        if status in (301, 302, 303, 307, 308):
            return error.get_response()  # type: ignore[return-value]
        return _page(
            status, _("This request cannot be answered"), _("The address or the form is not one of ours.")
        )

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        number = incident()
        log.error(
            "fault", incident=number, kind=type(error).__name__, endpoint=request.endpoint, exc_info=app.debug
        )
        if app.config.get("PROPAGATE_FAULTS"):
            raise error
        g.incident = number
        title = _("The server failed, nothing is lost")
        return _page(
            503 if isinstance(error, Unavailable) else 500,
            title,
            _("Incident %(number)s. Urgent: call 111", number=number),
            incident=number,
        )


def _keep_account(app: Flask) -> None:
    """Whoever was refused something leaves a line: at which door, and by which rules."""

    @app.after_request
    def note(response: Response) -> Response:
        if 400 <= response.status_code < 500:
            told = g.get("objection")
            log.info(
                "refused",
                endpoint=request.endpoint,
                kind=" ".join([str(response.status_code), type(told).__name__ if told else ""]).strip(),
                account=g.get("actor", NOBODY).id,
                reason=_codes(told),
            )
        return response


def _answered(error: ExpectedError) -> Response:
    if isinstance(error, NotReady):
        return _later(error)
    response = _page(error.status, *_said(error), findings=_findings(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _later(error: NotReady) -> Response:
    """What is asked for comes in a moment: how far it is, if that is known, and a way to look again that needs no script."""
    response = _page(error.status, *_said(error), template="wait.html", done=error.done, total=error.total)
    response.headers["Retry-After"] = "5"
    return response


def _too_much() -> Response:
    """More than the page takes. Whoever is no longer signed in may not send as much: they sign in again first."""
    if g.get("actor", NOBODY) is NOBODY and request.method == "POST":
        return redirect(url_for("accounts.sign_in"), 303)  # type: ignore[return-value]
    most = (request.max_content_length or 0) // (1024 * 1024)
    return _page(
        413,
        _("More was sent than this page takes"),
        _("At most %(most)s MB. Make the file smaller or send it in parts. Nothing was stored.", most=most),
    )


def _said(error: ExpectedError) -> tuple[str, str]:
    if isinstance(error, NotFound):
        return _("Not found, or not yours to see"), _(
            "Check the number, or ask the office that holds the case."
        )
    if isinstance(error, Destroyed):
        return _("This file was destroyed"), _(
            "Nobody can open %(number)s any more: it was kept as long as the rule says, two persons agreed, and its key was "
            "destroyed on %(day)s. Its number stays, and the figures go on counting it.",
            number=error.number,
            day=f"{local_day(error.at):%d/%m/%Y}",
        )
    if isinstance(error, Busy):
        return _("Please wait a moment"), _(
            "Long tables and papers are made one after the other, one for each person at a time, and others are being made now. Nothing is lost. Look again in a few seconds."
        )
    if isinstance(error, NotReady):
        return _("The numbers are being prepared"), _(
            "This happens after a large load or a start of the server. Nothing is lost, and no number is shown until all are right."
        )
    if isinstance(error, TooMany):
        return _("Too many pages in a short time"), _(
            "Nothing is lost. Go on in %(minutes)s minutes.", minutes=-(-error.wait // 60)
        )
    if isinstance(error, Refused):
        return _("Not for this role"), error.reason or _(
            "Your role does not include this. Nothing was changed."
        )
    if isinstance(error, Conflict):
        return _("Somebody else saved first"), error.sentence or _(
            "Open the page again to see what is stored now."
        )
    if isinstance(error, Invalid):
        return _("Something needs correcting"), ", ".join(
            f"{name}: {'; '.join(map(str, said))}" for name, said in error.errors.items()
        )
    if isinstance(error, RuleBroken):
        return _("This step cannot be taken yet"), "" if isinstance(error.findings, Findings) else str(
            error.findings
        )
    return _("This request cannot be answered"), ""


def _codes(told: object) -> str:
    """Which rules stood against it; never what was typed, nor names of fields that a machine made up."""
    found = _findings(told) if isinstance(told, RuleBroken) else None
    return ",".join(finding.code for finding in (*found.blocking, *found.to_explain)) if found else ""


def _findings(error: ExpectedError) -> Findings | None:
    return error.findings if isinstance(error, RuleBroken) and isinstance(error.findings, Findings) else None


def _page(status: int, title: str, sentence: str, *, template: str = _ERROR, **more: object) -> Response:
    """An error page with the person's own frame, or a bare one when even that cannot be made."""
    told = {"error_title": title, "sentence": sentence, "status": status, **more}
    actor = g.get("actor", NOBODY)
    try:
        if actor is NOBODY or (status >= 500 and template == _ERROR):
            response = page(template, **told)
        else:
            with house().office.open(actor, writing=False) as g.desk:
                response = page(template, **told)
    finally:
        g.pop("desk", None)
    response.status_code = status
    return response
