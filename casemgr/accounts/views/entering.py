"""Signing in and out, and the language of the pages: open to everybody."""

from uuid import UUID

from flask import Response, g, request, url_for

from casemgr.access.desk import Desk
from casemgr.accounts import actions, devices, queries
from casemgr.accounts.forms import SignInForm
from casemgr.accounts.rules import MANY_TRIES
from casemgr.accounts.terms import Browser, Candidate, SignInAnswer
from casemgr.accounts.views.door import (
    device_cookie,
    go_on,
    hand_over,
    keep,
    on_to,
    room,
    visitor,
    writing_desk,
)
from casemgr.core.words import _
from casemgr.security.passwords import TooBusy
from casemgr.web.pages import LANGUAGE_COOKIE, page
from casemgr.web.room import PUBLIC, house
from casemgr.web.sessions import drop_token

_WRONG, _BUSY = 422, 503


@room.get("/sign-in", needs=PUBLIC)
def sign_in(desk: Desk) -> Response:
    """Ask for name and password."""
    return _show(SignInForm.typed({"next": request.args.get("next", "")}))


@room.post("/sign-in", needs=PUBLIC, writing=False, endpoint="try_to_sign_in")
def try_to_sign_in(desk: Desk) -> Response:
    """Let somebody in, or give the one answer that all failures have."""
    form = SignInForm.typed()
    username = (form.username.data or "").lower()
    with house().office.open(visitor(), writing=False) as reading:
        candidate = queries.candidate(reading, username)
    browser = _browser(candidate, desk)
    try:
        fits, renewed = _checked(candidate, form, known_device=browser.mark is not None)
    except TooBusy:
        return _show(form, _("Many people are signing in at this moment. Try again in a few seconds."), _BUSY)
    with writing_desk(visitor()) as writing:
        answer = actions.answer_try(
            writing,
            candidate,
            username=username,
            fits=fits,
            browser=browser,
            secret=house().session_secret,
            demo=house().demo,
            renewed=renewed,
            replaces=g.token,
        )
    if answer.token is None or answer.account_id is None:
        return _show(form, _said(answer), _WRONG)
    response = hand_over(go_on(_first_page(answer, form.next.data)), answer.token)
    _know_again(response, answer.account_id, desk)
    return response


@room.post("/sign-out", needs=PUBLIC)
def sign_out(desk: Desk) -> Response:
    """End the session and take the token back."""
    if desk.actor.session_id is not None:
        actions.sign_out(desk, queries.own_session(desk))
    response = go_on(url_for("accounts.sign_in"))
    drop_token(response, house().cookie, secure=house().secure)
    response.signed_in = True  # type: ignore[attr-defined]
    return response


@room.post("/language/<any(vi, en):code>", needs=PUBLIC, writing=False)
def language(desk: Desk, code: str) -> Response:
    """Go on in the other language, on the same page."""
    response = go_on(on_to(request.form.get("here") or request.form.get("next")))
    keep(response, LANGUAGE_COOKIE, code)
    return response


def _show(form: SignInForm, sentence: str = "", status: int = 200) -> Response:
    response = page(
        "accounts/sign_in.html", form=form, sentence=sentence, actor=None, menu=[], bottom_menu=[]
    )
    response.status_code = status
    if status == _BUSY:
        response.headers["Retry-After"] = "5"
    return response


def _browser(candidate: Candidate, desk: Desk) -> Browser:
    cookie = request.cookies.get(device_cookie(), "")
    mark = devices.known_mark(house().session_secret, candidate.account_id, cookie, desk.now)
    return Browser(request.remote_addr or "", devices.label(request.user_agent.string), mark)


def _checked(candidate: Candidate, form: SignInForm, *, known_device: bool) -> tuple[bool, str | None]:
    """Whether the password fits, and its hash made anew if it was made with other settings."""
    passwords, typed = house().passwords, form.password.data or ""
    fits = passwords.check(candidate.password_hash, typed, known_device=known_device) and form.validate()
    if fits and candidate.password_hash is not None and passwords.outdated(candidate.password_hash):
        return True, passwords.hash(typed)
    return fits, None


def _said(answer: SignInAnswer) -> str:
    if answer.without_role:
        return _("Your account holds no role today. Ask the administrator of your unit.")
    if answer.without_proof:
        return _(
            "Administrators and inspectors sign in here with a second proof, and none is set up for this account."
        )
    if answer.wait == 1:
        return _("Name or password is wrong. Try again in 1 second")
    if answer.wait:
        return _("Name or password is wrong. Try again in %(seconds)s seconds", seconds=answer.wait)
    return _("Name or password is wrong.")


def _first_page(answer: SignInAnswer, asked: str | None) -> str:
    if answer.must_change:
        return url_for("accounts.password")
    onward = on_to(asked)
    if answer.must_choose:
        return url_for("accounts.role", next=onward)
    if answer.tries_before >= MANY_TRIES:
        return url_for("accounts.tries", next=onward)
    return onward


def _know_again(response: Response, account_id: UUID, desk: Desk) -> None:
    """Mark the browser as known to this account."""
    secret, cookie = house().session_secret, request.cookies.get(device_cookie(), "")
    marks = devices.with_mark(cookie, devices.new_mark(secret, account_id, desk.now), secret, account_id)
    keep(response, device_cookie(), marks, days=devices.KEPT_FOR)
