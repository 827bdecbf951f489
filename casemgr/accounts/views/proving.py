"""The second page of signing in, and proving once more who one is before a grave act."""

from flask import Response, g, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, codes, passkeys, queries
from casemgr.accounts.forms import ProofForm
from casemgr.accounts.terms import OwnFactors, Said, SignInAnswer, Way
from casemgr.accounts.views.door import (
    go_on,
    hand_over,
    on_to,
    proof_door,
    room,
    site,
    visitor,
    writing_desk,
)
from casemgr.accounts.views.entering import browser_of, come_in, half_cookie
from casemgr.core.words import _, _l
from casemgr.web.pages import page
from casemgr.web.room import PUBLIC, house

_WRONG = 422
_TO_TYPE = {
    Way.PASSWORD: _l("Type a password."),
    Way.CODE: _l("Type the six digits."),
    Way.RECOVERY: _l("Type a recovery code."),
}


@room.get("/sign-in/second", needs=PUBLIC)
def second(desk: Desk) -> Response:
    """Ask whoever knew the password for a second proof."""
    return _ask_second(desk, ProofForm.typed({"next": request.args.get("next", "")}))


@room.post("/sign-in/second", needs=PUBLIC, writing=False)
def prove_second(desk: Desk) -> Response:
    """Let somebody in whose second proof fits."""
    form = ProofForm.typed()
    said = _said_by(form)
    read = actions.read_half(desk, house().session_secret, _ticket())
    account_id = None if read is None else queries.account_of_ticket(read.payload)
    with writing_desk(visitor()) as writing:
        answer = actions.answer_second(
            writing,
            _ticket(),
            said,
            door=proof_door(),
            browser=browser_of(account_id, desk),
            replaces=g.token,
        )
    if answer.token is not None:
        return _without_ticket(come_in(desk, answer, form.next.data))
    if answer.expired or answer.without_role:
        return _without_ticket(_expired(answer, form))
    return _ask_second(desk, form, said, answer.wait)


@room.get("/step-up", needs=Permission.OWN_ACCOUNT)
def step_up(desk: Desk) -> Response:
    """Ask whoever is signed in to prove once more who they are."""
    return _ask_again(desk, ProofForm.typed({"next": request.args.get("next", "")}))


@room.post("/step-up", needs=Permission.OWN_ACCOUNT, writing=False)
def prove_again(desk: Desk) -> Response:
    """Go on where one was stopped, once the proof fits."""
    form = ProofForm.typed()
    said = _said_by(form)
    if said.way is Way.PASSWORD and not said.empty:
        account = queries.self_at(desk)
        fits = house().passwords.check(account.password_hash, form.password.data or "", known_device=True)
        said = Said(Way.PASSWORD, fits=fits)
    with writing_desk(desk.actor) as writing:
        answer = actions.answer_again(writing, said, door=proof_door())
    if answer.token is None:
        return _ask_again(desk, form, said, answer.wait)
    return hand_over(go_on(on_to(form.next.data)), answer.token)


def _ask_second(desk: Desk, form: ProofForm, said: Said | None = None, wait: int = 0) -> Response:
    read = actions.read_half(desk, house().session_secret, _ticket())
    told = OwnFactors() if read is None else queries.ticket_s_person(desk, read.payload)
    if read is None or not told.ways:
        return _without_ticket(go_on(url_for("accounts.sign_in", next=form.next.data or None)))
    account_id = queries.account_of_ticket(read.payload)
    known = [] if account_id is None else [key.id for _row, key in queries.passkeys_of(desk, account_id)]
    bound = b"" if account_id is None else account_id.bytes
    challenge = codes.new_ticket(house().session_secret, codes.SECOND, desk.now, bound=bound)
    way = _way(told, form)
    sentence = "" if said is None else _wrong(said, way, wait)
    response = page(
        "accounts/second.html",
        form=_emptied(form, way, sentence),
        way=way,
        ways=told.ways,
        options=passkeys.ask_to_use(site(), challenge, known) if known else "",
        sentence=sentence,
        here_again="accounts.second",
        actor=None,
        menu=[],
        bottom_menu=[],
    )
    response.status_code = _WRONG if said is not None else 200
    return response


def _ask_again(desk: Desk, form: ProofForm, said: Said | None = None, wait: int = 0) -> Response:
    account = queries.self_at(desk)
    told = queries.factors_of(desk, account.id)
    known = [key.id for _row, key in queries.passkeys_of(desk, account.id)]
    challenge = codes.new_ticket(house().session_secret, codes.AGAIN, desk.now, bound=account.id.bytes)
    way = _way(told, form)
    sentence = "" if said is None else _wrong(said, way, wait)
    response = page(
        "accounts/step_up.html",
        form=_emptied(form, way, sentence),
        way=way,
        ways=told.ways or (Way.PASSWORD,),
        options=passkeys.ask_to_use(site(), challenge, known) if known else "",
        sentence=sentence,
        here_again="accounts.step_up",
        onward=on_to(form.next.data),
    )
    response.status_code = _WRONG if said is not None else 200
    return response


def _way(told: OwnFactors, form: ProofForm) -> Way:
    """Which box is shown: the one asked for, else the code; a passkey stands above, where scripts run."""
    asked = form.way.data or request.args.get("way", "")
    if not told.ways:
        return Way.PASSWORD
    if asked in told.ways and asked != Way.PASSKEY:
        return Way(asked)
    return next((way for way in told.ways if way is not Way.PASSKEY), Way.PASSKEY)


def _said_by(form: ProofForm) -> Said:
    if form.answer.data:
        return Said(Way.PASSKEY, form.answer.data)
    if form.way.data == Way.RECOVERY:
        return Said(Way.RECOVERY, form.recovery.data or "", empty=not form.recovery.data)
    if form.way.data == Way.PASSWORD:
        return Said(Way.PASSWORD, empty=not form.password.data)
    return Said(Way.CODE, form.code.data or "", empty=not form.code.data)


def _emptied(form: ProofForm, way: Way, sentence: str) -> ProofForm:
    """What was typed is not shown again: a code that was wrong is typed anew, in the box that says so."""
    form.code.data = form.recovery.data = form.answer.data = ""
    if sentence and way in form:
        form[way].errors = [sentence]
    return form


def _ticket() -> str:
    return request.cookies.get(half_cookie(), "")


def _without_ticket(response: Response) -> Response:
    response.delete_cookie(half_cookie(), path="/", httponly=True, samesite="Lax", secure=house().secure)
    return response


def _expired(answer: SignInAnswer, form: ProofForm) -> Response:
    again = "role" if answer.without_role else "time"
    return go_on(url_for("accounts.sign_in", again=again, next=on_to(form.next.data)))


def _wrong(said: Said, shown: Way, wait: int) -> str:
    """What stands at the box that is shown now, whatever was sent before."""
    if wait:
        return _("This does not fit. Try again in %(seconds)s seconds.", seconds=wait)
    if said.empty and shown in _TO_TYPE:
        return str(_TO_TYPE[shown])
    if said.way is Way.PASSWORD:
        return _("This is not your password of now.")
    return _("This does not fit. Each code works once and only for a short time.")
