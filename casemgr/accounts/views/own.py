"""One's own account: sessions, password, role, wrong tries."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import actions, queries, rules
from casemgr.accounts.forms import PasswordForm, RoleChoiceForm
from casemgr.accounts.terms import OwnAccount
from casemgr.accounts.views.door import go_on, hand_over, on_to, room, writing_desk
from casemgr.core.words import _
from casemgr.security.guessable import is_guessable
from casemgr.security.passwords import LONGEST, SHORTEST, normal
from casemgr.web.pages import page
from casemgr.web.room import house

OWN = Permission.OWN_ACCOUNT
_WRONG = 422


@room.get("/account", needs=OWN)
def own(desk: Desk) -> Response:
    """One's own account."""
    told = queries.own_account(desk)
    if told.must_change or desk.actor.role is None:
        return go_on(url_for("accounts.role"))
    return page(
        "accounts/own.html",
        own=told,
        done=request.args.get("done", ""),
        factors=queries.factors_of(desk, queries.self_at(desk).id),
        may_name_deputy=desk.actor.may(Permission.DEPUTY_SET),
        may_sign=desk.actor.may(Permission.SECOND_SIGN),
    )


@room.post("/account/sessions/<uuid:session_id>/end", needs=OWN)
def end_session(desk: Desk, session_id: UUID) -> Response:
    """End one of one's own sessions."""
    actions.end_session(desk, queries.session_of_mine(desk, session_id))
    return go_on(url_for("accounts.own", done="session"))


@room.post("/account/sessions/end-others", needs=OWN)
def end_other_sessions(desk: Desk) -> Response:
    """End all of one's sessions but this one."""
    actions.end_other_sessions(desk, queries.self_at(desk))
    return go_on(url_for("accounts.own", done="sessions"))


@room.get("/account/tries", needs=OWN)
def tries(desk: Desk) -> Response:
    """Wrong tries since the sign-in before, shown before anything else when they were many."""
    return page("accounts/tries.html", own=queries.own_account(desk), onward=on_to(request.args.get("next")))


@room.get("/account/role", needs=OWN)
def role(desk: Desk) -> Response:
    """In which role to work."""
    told = queries.own_account(desk)
    if told.must_change:
        return go_on(url_for("accounts.password"))
    if queries.must_enrol(desk, demo=house().demo):
        return _to_prove(desk)
    return page("accounts/role.html", own=told, form=_role_form(told), onward=on_to(_next()))


@room.post("/account/role", needs=OWN, again=role)
def choose_role(desk: Desk) -> Response:
    """Work in another role from now on."""
    told = queries.own_account(desk)
    form = _role_form(told)
    if not form.validate():
        response = page("accounts/role.html", own=told, form=form, onward=on_to(_next()))
        response.status_code = _WRONG
        return response
    chosen = next((line.role for line in told.roles if str(line.id) == form.appointment.data), "")
    if rules.needs_second_proof(chosen, demo=house().demo) and queries.proved_at(desk) is None:
        return _to_prove(desk)
    token = actions.choose_role(
        desk, queries.own_session(desk), appointment_id=UUID(form.appointment.data), demo=house().demo
    )
    return hand_over(go_on(on_to(_next())), token)


@room.get("/account/password", needs=OWN)
def password(desk: Desk) -> Response:
    """Ask for a new password."""
    return _ask_password(desk, PasswordForm.typed())


@room.post("/account/password", needs=OWN, writing=False)
def change_password(desk: Desk) -> Response:
    """Take up a new password; the old one is checked before any writer has to wait."""
    account, form = queries.self_at(desk), PasswordForm.typed()
    if not form.validate() or not _is_good(desk, form):
        return _ask_password(desk, form, _WRONG)
    passwords = house().passwords
    fits = account.must_change or passwords.check(
        account.password_hash, form.current.data or "", known_device=True
    )
    with writing_desk(desk.actor) as writing:
        answer = actions.answer_password(
            writing,
            queries.self_at(writing),
            fits=fits,
            password_hash=passwords.hash(form.new.data),
            secret=house().session_secret,
        )
    if answer.token is None:
        form.current.errors = [_wrong(answer.wait)]
        return _ask_password(desk, form, _WRONG)
    onward = url_for("accounts.role") if desk.actor.role is None else url_for("accounts.own", done="password")
    return hand_over(go_on(onward), answer.token)


def _ask_password(desk: Desk, form: PasswordForm, status: int = 200) -> Response:
    response = page(
        "accounts/password.html",
        form=form,
        own=queries.own_account(desk),
        shortest=SHORTEST,
        longest=LONGEST,
    )
    response.status_code = status
    return response


def _is_good(desk: Desk, form: PasswordForm) -> bool:
    """Whether the new password is long enough, new, and not easily guessed; if not, the field says why."""
    account, new = queries.self_at(desk), normal(form.new.data)
    same = new == normal(form.current.data or "")
    if account.must_change:
        same = house().passwords.check(account.password_hash, new, known_device=True)
    errors = rules.password_errors(
        new,
        shortest=SHORTEST,
        longest=LONGEST,
        guessable=is_guessable(new, queries.words_of(desk, account)),
        same=same,
    )
    form.new.errors = [str(said) for said in errors]
    return not errors


def _to_prove(desk: Desk) -> Response:
    """To where a second proof is given, or set up if there is none."""
    if queries.has_factor(desk, queries.self_at(desk).id):
        return go_on(url_for("accounts.step_up", next=url_for("accounts.role")))
    return go_on(url_for("accounts.factors"))


def _wrong(wait: int) -> str:
    if wait:
        return _("This is not your password of now. Try again in %(seconds)s seconds.", seconds=wait)
    return _("This is not your password of now.")


def _role_form(told: OwnAccount) -> RoleChoiceForm:
    form = RoleChoiceForm.typed(_chosen(told))
    form.ask("appointment", [(str(line.id), line.label) for line in told.roles])
    return form


def _chosen(told: OwnAccount) -> dict[str, Any]:
    return next(({"appointment": str(line.id)} for line in told.roles if line.chosen), {})


def _next() -> str | None:
    return request.form.get("next") if request.method == "POST" else request.args.get("next")
