"""Signing in and out, and the language of the pages: open to everybody."""

from uuid import UUID

from flask import Response, g, request, url_for

from casemgr.access.desk import Desk
from casemgr.accounts import actions, codes, devices, passkeys, queries
from casemgr.accounts.forms import PasskeyForm, SignInForm
from casemgr.accounts.rules import FIRST_PASSWORD_LASTS, LONGEST_SESSION, MANY_TRIES
from casemgr.accounts.terms import Browser, Candidate, Said, SignInAnswer, Way
from casemgr.accounts.views.door import (
    device_cookie,
    go_on,
    hand_over,
    keep,
    on_to,
    proof_door,
    room,
    site,
    visitor,
    writing_desk,
)
from casemgr.core.words import _
from casemgr.security.passwords import TooBusy
from casemgr.web.drafts import with_draft
from casemgr.web.pages import language_cookie, page
from casemgr.web.room import PUBLIC, house
from casemgr.web.sessions import drop_token, left

_WRONG, _BUSY = 422, 503


@room.get("/sign-in", needs=PUBLIC)
def sign_in(desk: Desk) -> Response:
    """Ask for name and password."""
    again = request.args.get("again", "")
    sentence = {"role": _without_role(), "time": _out_of_time()}.get(again, "")
    return _show(desk, SignInForm.typed({"next": request.args.get("next", "")}), sentence)


@room.post("/sign-in", needs=PUBLIC, writing=False, endpoint="try_to_sign_in")
def try_to_sign_in(desk: Desk) -> Response:
    """Let somebody in, or give the one answer that all failures have."""
    form = SignInForm.typed()
    username = (form.username.data or "").lower()
    with house().office.open(visitor(), writing=False) as reading:
        candidate = queries.candidate(reading, username)
    browser = browser_of(candidate.account_id, desk)
    try:
        fits, renewed = _checked(candidate, form, known_device=browser.mark is not None)
    except TooBusy:
        return _show(
            desk, form, _("Many people are signing in at this moment. Try again in a few seconds."), _BUSY
        )
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
        ticket = (
            actions.half_ticket(writing, house().session_secret, answer.account_id) if answer.second else ""
        )
    if ticket:
        response = go_on(url_for("accounts.second", next=on_to(form.next.data)))
        keep(response, half_cookie(), ticket, days=actions.HALF_LASTS)
        return response
    if answer.token is None or answer.account_id is None:
        return _show(desk, form, _said(answer), _WRONG)
    return come_in(desk, answer, form.next.data)


@room.post("/sign-in/passkey", needs=PUBLIC, writing=False)
def passkey(desk: Desk) -> Response:
    """Let somebody in with a passkey, without name and password."""
    form = PasskeyForm.typed()
    read = passkeys.read(form.answer.data or "")
    browser = browser_of(None if read is None else read.account_id, desk)
    with writing_desk(visitor()) as writing:
        answer = actions.answer_passkey(
            writing,
            Said(Way.PASSKEY, form.answer.data or ""),
            door=proof_door(),
            browser=browser,
            replaces=g.token,
        )
    if answer.token is None:
        typed = SignInForm.typed({"next": form.next.data})
        return _show(desk, typed, _said_of_passkey(answer), _WRONG)
    return come_in(desk, answer, form.next.data)


@room.post("/sign-out", needs=PUBLIC)
def sign_out(desk: Desk) -> Response:
    """End the session and take the token back."""
    if desk.actor.session_id is not None:
        actions.sign_out(desk, queries.own_session(desk))
    response = go_on(url_for("accounts.sign_in"))
    if g.token:  # a form that is still open in another window is known by it, and nothing else
        keep(response, left(house().cookie), g.token, days=LONGEST_SESSION)
    drop_token(response, house().cookie, secure=house().secure)
    response.signed_in = True  # type: ignore[attr-defined]
    return response


@room.post("/language/<any(vi, en):code>", needs=PUBLIC, writing=False)
def language(desk: Desk, code: str) -> Response:
    """Go on in the other language, on the same page."""
    response = go_on(on_to(request.form.get("here") or request.form.get("next")))
    keep(response, language_cookie(), code)
    return response


def come_in(desk: Desk, answer: SignInAnswer, asked: str | None) -> Response:
    """Hand the browser its token, know it again from now on, and show the first page."""
    response = hand_over(go_on(_first_page(answer, _with_draft(answer, asked))), answer.token or "")
    if answer.account_id is not None:
        _know_again(response, answer.account_id, desk)
    return response


def _with_draft(answer: SignInAnswer, asked: str | None) -> str | None:
    """The page asked for, filled with what was left on it before the session ended."""
    waiting = house().drafts.waiting(answer.account_id, asked) if answer.account_id and asked else None
    return asked if waiting is None or asked is None else with_draft(asked, waiting)


def half_cookie() -> str:
    """The name of the cookie with the ticket to the second page."""
    return "__Host-second" if house().secure else "second"


def _show(desk: Desk, form: SignInForm, sentence: str = "", status: int = 200) -> Response:
    challenge = codes.new_ticket(house().session_secret, codes.ENTER, desk.now)
    response = page(
        "accounts/sign_in.html",
        form=form,
        sentence=sentence,
        options=passkeys.ask_to_use(site(), challenge),
        actor=None,
        menu=[],
        bottom_menu=[],
    )
    response.status_code = status
    if status == _BUSY:
        response.headers["Retry-After"] = "5"
    return response


def browser_of(account_id: UUID | None, desk: Desk) -> Browser:
    """The browser at the door, and whether this account knows it."""
    cookie = request.cookies.get(device_cookie(), "")
    mark = devices.known_mark(house().session_secret, account_id, cookie, desk.now)
    return Browser(request.remote_addr or "", devices.label(request.user_agent.string), mark)


def _checked(candidate: Candidate, form: SignInForm, *, known_device: bool) -> tuple[bool, str | None]:
    """Whether the password fits, and its hash made anew if it was made with other settings."""
    passwords, typed = house().passwords, form.password.data or ""
    fits = passwords.check(candidate.password_hash, typed, known_device=known_device) and form.validate()
    if fits and candidate.password_hash is not None and passwords.outdated(candidate.password_hash):
        return True, passwords.hash(typed)
    return fits, None


def _without_role() -> str:
    return _("Your account holds no role today. Ask the administrator of your unit.")


def _out_of_time() -> str:
    return _("That took too long, or there were too many wrong codes. Type name and password again.")


def _said(answer: SignInAnswer) -> str:
    if answer.lapsed:
        return _(
            "This first password was not used within %(days)s days. Ask the administrator of your unit for a new one.",
            days=FIRST_PASSWORD_LASTS.days,
        )
    if answer.without_role:
        return _without_role()
    if answer.wait == 1:
        return _("Name or password is wrong. Try again in 1 second")
    if answer.wait:
        return _("Name or password is wrong. Try again in %(seconds)s seconds", seconds=answer.wait)
    return _("Name or password is wrong.")


def _said_of_passkey(answer: SignInAnswer) -> str:
    if answer.without_role:
        return _said(answer)
    if answer.wait:
        return _("The passkey does not fit. Try again in %(seconds)s seconds", seconds=answer.wait)
    return _("The passkey does not fit. Try again, or type name and password.")


def _first_page(answer: SignInAnswer, asked: str | None) -> str:
    if answer.must_change:
        return url_for("accounts.password")
    onward = on_to(asked)
    if answer.must_enrol:
        return url_for("accounts.factors")
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
