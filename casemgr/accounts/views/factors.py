"""Second proofs: one's own, and taking away those of somebody who lost theirs."""

from uuid import UUID

from flask import Response, g, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, codes, passkeys, queries
from casemgr.accounts.forms import AuthenticatorForm, PasskeyForm, RefusalForm
from casemgr.accounts.terms import RESET
from casemgr.accounts.views.door import go_on, hand_over, room, site
from casemgr.core.errors import Invalid, ProofNeeded
from casemgr.core.words import _
from casemgr.web.forms import BaseForm
from casemgr.web.pages import page
from casemgr.web.room import house

OWN, MANAGE = Permission.OWN_ACCOUNT, Permission.ACCOUNT_MANAGE


@room.get("/account/factors", needs=OWN)
def factors(desk: Desk) -> Response:
    """One's own second proofs."""
    account = queries.self_at(desk)
    if account.must_change:
        return go_on(url_for("accounts.password"))
    return page(
        "accounts/factors.html",
        own=queries.factors_of(desk, account.id),
        first=queries.must_enrol(desk, demo=house().demo),
        finished=desk.actor.role is not None,
        done=request.args.get("done", ""),
    )


@room.get("/account/factors/code", needs=OWN)
def new_code(desk: Desk) -> Response:
    """Show what an authenticator app has to scan, and ask for its first code."""
    _sure(desk)
    account, form = queries.self_at(desk), AuthenticatorForm.typed()
    secret = actions.secret_of(desk, form.ticket.data or "", house().session_secret)
    if secret is None:
        secret = codes.new_secret()
        ticket = codes.new_ticket(
            house().session_secret, codes.ENROL, desk.now, payload=secret, bound=account.id.bytes
        )
        form.ticket.data = codes.as_text(ticket)
    form.code.data = ""
    return page(
        "accounts/new_code.html",
        form=_told(form),
        key=codes.written(secret),
        picture=codes.square(codes.address(secret, account.username, _("Child protection"))),
    )


@room.post("/account/factors/code", needs=OWN, again=new_code)
def enrol_code(desk: Desk) -> Response:
    """Take up an authenticator app whose first code fits."""
    form = AuthenticatorForm.typed()
    factor = actions.enrol_code(
        desk,
        queries.self_at(desk),
        ticket=form.ticket.data or "",
        typed=form.code.data or "",
        label=form.label.data or "",
        secret=house().session_secret,
    )
    return _go_on_proved(desk, actions.prove_by_enrolling(desk, queries.own_session(desk), factor))


@room.get("/account/factors/passkey", needs=OWN)
def new_passkey(desk: Desk) -> Response:
    """Ask the browser to make a passkey."""
    _sure(desk)
    account = queries.self_at(desk)
    challenge = codes.new_ticket(house().session_secret, codes.ENROL, desk.now, bound=account.id.bytes)
    return page(
        "accounts/new_passkey.html",
        form=_told(PasskeyForm.typed()),
        options=passkeys.ask_to_make(
            site(),
            challenge,
            account_id=account.id,
            username=account.username,
            house_name=_("Child protection"),
            known=[key.id for _row, key in queries.passkeys_of(desk, account.id)],
        ),
    )


@room.post("/account/factors/passkey", needs=OWN, again=new_passkey)
def enrol_passkey(desk: Desk) -> Response:
    """Take up a passkey that the browser has made."""
    form = PasskeyForm.typed()
    factor = actions.enrol_passkey(
        desk,
        queries.self_at(desk),
        answer=form.answer.data or "",
        label=form.label.data or "",
        secret=house().session_secret,
        site=site(),
    )
    return _go_on_proved(desk, actions.prove_by_enrolling(desk, queries.own_session(desk), factor))


@room.get("/account/factors/recovery", needs=OWN)
def ask_recovery(desk: Desk) -> Response:
    """Ask once more before recovery codes are made."""
    _sure(desk)
    told = queries.factors_of(desk, queries.self_at(desk).id)
    if not told.lines:
        return go_on(url_for("accounts.factors"))
    return page("accounts/ask_recovery.html", left=told.recovery_left)


@room.post("/account/factors/recovery", needs=OWN, again=ask_recovery)
def make_recovery(desk: Desk) -> Response:
    """Make ten recovery codes and show them this once."""
    account = queries.self_at(desk)
    if not queries.has_factor(desk, account.id):
        return go_on(url_for("accounts.factors"))
    onward = url_for("accounts.factors", done="noted") if desk.actor.role is not None else "/"
    return page(
        "accounts/recovery_once.html", shown_once=actions.renew_recovery(desk, account), onward=onward
    )


@room.get("/account/factors/<uuid:factor_id>/end", needs=OWN)
def ask_to_end_factor(desk: Desk, factor_id: UUID) -> Response:
    """Ask once more before a second proof is removed."""
    row = queries.own_factor(desk, factor_id)
    return page("accounts/end_factor.html", factor_id=row.id, label=row.label, kind=row.kind)


@room.post("/account/factors/<uuid:factor_id>/end", needs=OWN, again=ask_to_end_factor)
def end_factor(desk: Desk, factor_id: UUID) -> Response:
    """Remove one of one's own second proofs."""
    actions.end_factor(desk, queries.own_factor(desk, factor_id), demo=house().demo)
    return go_on(url_for("accounts.factors", done="removed"))


@room.get("/accounts/<uuid:account_id>/factors/reset", needs=MANAGE)
def ask_to_reset(desk: Desk, account_id: UUID) -> Response:
    """Ask once more before somebody's second proofs are taken away."""
    account = queries.person(desk, account_id)
    wish = queries.waiting(desk, RESET, account.id.hex)
    return page(
        "accounts/reset_factors.html",
        person=queries.person_line(desk, account),
        wish=queries.proposal_line(desk, wish) if wish is not None else None,
        form=RefusalForm.typed(),
    )


@room.post("/accounts/<uuid:account_id>/factors/reset", needs=MANAGE, again=ask_to_reset)
def reset_factors(desk: Desk, account_id: UUID) -> Response:
    """Take them away where all people are invented; in production ask for a second administrator."""
    account = queries.person(desk, account_id)
    if house().demo:
        actions.reset_factors(desk, account)
        return _to_person(account_id, "reset")
    actions.ask_reset(desk, account)
    return _to_person(account_id, "asked")


@room.post("/accounts/<uuid:account_id>/factors/agree", needs=MANAGE, again=ask_to_reset)
def agree_to_reset(desk: Desk, account_id: UUID) -> Response:
    """Agree to what another administrator asked for: the second proofs are taken away."""
    actions.agree_to_reset(desk, queries.person(desk, account_id))
    return _to_person(account_id, "reset")


@room.post("/accounts/<uuid:account_id>/factors/call-off", needs=MANAGE, again=ask_to_reset)
def call_off_reset(desk: Desk, account_id: UUID) -> Response:
    """Call off what was asked for."""
    form = RefusalForm.typed()
    actions.call_off_reset(desk, queries.person(desk, account_id), reason=form.reason.data or "")
    return _to_person(account_id, "not-reset")


def _sure(desk: Desk) -> None:
    """Whoever changes their own second proofs has just shown who they are."""
    if not queries.is_surely_oneself(desk):
        raise ProofNeeded


def _go_on_proved(desk: Desk, token: str) -> Response:
    """After one more second proof: first recovery codes, if there are none yet."""
    left = queries.factors_of(desk, queries.self_at(desk).id).recovery_left
    return hand_over(
        go_on(url_for("accounts.factors", done="added") if left else url_for("accounts.ask_recovery")), token
    )


def _told(form: BaseForm) -> BaseForm:
    """What stood against the last try, in its field."""
    objection = g.get("objection")
    for name, said in objection.errors.items() if isinstance(objection, Invalid) else ():
        if name in form._fields:
            form[name].errors = said
    return form


def _to_person(account_id: UUID, done: str) -> Response:
    return go_on(url_for("accounts.person", account_id=account_id, done=done))
