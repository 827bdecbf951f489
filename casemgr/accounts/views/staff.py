"""The staff list and one person on it, for administrators. Nothing here shows what stands in a case."""

from typing import TypeVar
from uuid import UUID

from flask import Response, request, url_for

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import LABELS, STAFF, Role
from casemgr.accounts import actions, queries, rules
from casemgr.accounts.forms import DayForm, EndRoleForm, PersonForm, RoleForm
from casemgr.accounts.terms import RESET
from casemgr.accounts.views.door import go_on, room, writing_desk
from casemgr.core.findings import Findings
from casemgr.core.text import clean
from casemgr.core.words import _
from casemgr.places import queries as places
from casemgr.security import passwords as made_up
from casemgr.web.pages import page
from casemgr.web.room import house

MANAGE = Permission.ACCOUNT_MANAGE
AnyRoleForm = TypeVar("AnyRoleForm", bound=RoleForm)
_WRONG = 422
_LAST_PAGE = 100_000


@room.get("/accounts", needs=MANAGE)
def staff(desk: Desk) -> Response:
    """Everybody with a role in the administrator's area."""
    unit, role = request.args.get("unit", "").strip()[:5], request.args.get("role", "")
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    lines, more = queries.staff(desk, unit_code=unit, role=role, page=number)
    return page(
        "accounts/staff.html",
        lines=lines,
        more=more,
        number=number,
        unit=unit,
        role=role,
        find="",
        roles=_roles(),
        done=request.args.get("done", ""),
    )


@room.post("/accounts/search", needs=MANAGE, writing=False)
def search(desk: Desk) -> Response:
    """People of the area by name or sign-in name; what is typed stands in no address."""
    find = clean(request.form.get("find", ""), 80)
    lines, _more = queries.staff(desk, find=find)
    return page(
        "accounts/staff.html",
        lines=lines,
        more=False,
        number=1,
        unit="",
        role="",
        find=find,
        roles=_roles(),
        done="",
    )


@room.get("/accounts/new", needs=MANAGE)
def new_person(desk: Desk) -> Response:
    """Ask for somebody new."""
    return _ask_person(_with_roles(PersonForm.typed({"since": DayForm.spread(places.today(desk))})))


@room.post("/accounts/new", needs=MANAGE, again=new_person, writing=False)
def add_person(desk: Desk) -> Response:
    """Take somebody into the staff; their first password is shown once."""
    form = _with_roles(PersonForm.typed())
    if not form.validate():
        return _ask_person(form, _WRONG)
    password = made_up.generate()
    hashed = house().passwords.hash(password)
    with writing_desk(desk.actor) as writing:
        account = actions.add_account(
            writing,
            username=(form.username.data or "").lower(),
            name=form.name.data or "",
            password_hash=hashed,
            role=Role(form.role.data),
            unit_code=queries.unit_code(writing, form.unit.data or ""),
            since=form.since.form.value() or places.today(writing),
            until=form.until.form.value(),
            demo=house().demo,
        )
        waits = rules.is_given_by_two(form.role.data or "", demo=house().demo)
        return _show_password(account.id, account.name, account.username, password, waits=waits)


@room.get("/accounts/<uuid:account_id>", needs=MANAGE)
def person(desk: Desk, account_id: UUID) -> Response:
    """One person: roles with their days, last sign-in, open sessions."""
    account = queries.person(desk, account_id)
    return page(
        "accounts/person.html",
        person=queries.person_line(desk, account),
        stands_against=_stands_against(desk, account_id),
        factors=queries.factors_of(desk, account_id),
        waiting=queries.waiting(desk, RESET, account_id.hex) is not None,
        done=request.args.get("done", ""),
    )


@room.get("/accounts/<uuid:account_id>/roles/new", needs=MANAGE)
def new_role(desk: Desk, account_id: UUID) -> Response:
    """Ask for one more role."""
    form = _with_roles(RoleForm.typed({"since": DayForm.spread(places.today(desk))}))
    return _ask_role(desk, account_id, form)


@room.post("/accounts/<uuid:account_id>/roles/new", needs=MANAGE, again=new_role)
def appoint(desk: Desk, account_id: UUID) -> Response:
    """Give somebody a role at a unit."""
    form = _with_roles(RoleForm.typed())
    if not form.validate():
        return _ask_role(desk, account_id, form, _WRONG)
    actions.appoint(
        desk,
        queries.person(desk, account_id),
        role=Role(form.role.data),
        unit_code=queries.unit_code(desk, form.unit.data or ""),
        since=form.since.form.value() or places.today(desk),
        until=form.until.form.value(),
        demo=house().demo,
    )
    return _back(
        account_id,
        "asked-second" if rules.is_given_by_two(form.role.data or "", demo=house().demo) else "role",
    )


@room.get("/accounts/<uuid:account_id>/roles/<uuid:appointment_id>/end", needs=MANAGE)
def ask_to_end_role(desk: Desk, account_id: UUID, appointment_id: UUID) -> Response:
    """Ask for the last day of a role."""
    form = EndRoleForm.typed({"last": DayForm.spread(places.today(desk))})
    return _ask_end(desk, account_id, appointment_id, form)


@room.post("/accounts/<uuid:account_id>/roles/<uuid:appointment_id>/end", needs=MANAGE, again=ask_to_end_role)
def end_role(desk: Desk, account_id: UUID, appointment_id: UUID) -> Response:
    """End a role with a last day."""
    form = EndRoleForm.typed()
    if not form.validate():
        return _ask_end(desk, account_id, appointment_id, form, _WRONG)
    account = queries.person(desk, account_id)
    actions.end_appointment(
        desk,
        account,
        queries.appointment_of(desk, account, appointment_id),
        last_day=form.last.form.value() or places.today(desk),
    )
    return _back(account_id, "ended")


@room.get("/accounts/<uuid:account_id>/suspend", needs=MANAGE)
def ask_to_suspend(desk: Desk, account_id: UUID) -> Response:
    """Ask once more before somebody is shut out."""
    return _ask_once_more(desk, account_id, "suspend")


@room.post("/accounts/<uuid:account_id>/suspend", needs=MANAGE, again=ask_to_suspend)
def suspend(desk: Desk, account_id: UUID) -> Response:
    """Let somebody no longer sign in; all their sessions end at once."""
    actions.suspend(desk, queries.person(desk, account_id))
    return _back(account_id, "suspended")


@room.post("/accounts/<uuid:account_id>/reinstate", needs=MANAGE, again=person)
def reinstate(desk: Desk, account_id: UUID) -> Response:
    """Let somebody sign in again."""
    actions.reinstate(desk, queries.person(desk, account_id))
    return _back(account_id, "reinstated")


@room.post("/accounts/<uuid:account_id>/sessions/end", needs=MANAGE, again=person)
def end_sessions(desk: Desk, account_id: UUID) -> Response:
    """End all sessions of somebody."""
    actions.end_sessions(desk, queries.person(desk, account_id))
    return _back(account_id, "sessions")


@room.get("/accounts/<uuid:account_id>/password", needs=MANAGE)
def ask_to_give_password(desk: Desk, account_id: UUID) -> Response:
    """Ask once more before somebody gets a new password."""
    return _ask_once_more(desk, account_id, "password")


@room.post("/accounts/<uuid:account_id>/password", needs=MANAGE, again=ask_to_give_password, writing=False)
def give_password(desk: Desk, account_id: UUID) -> Response:
    """Give somebody a new password; it is shown once."""
    queries.person(desk, account_id)
    password = made_up.generate()
    hashed = house().passwords.hash(password)
    with writing_desk(desk.actor) as writing:
        account = queries.person(writing, account_id)
        asked = actions.give_password(writing, account, password_hash=hashed, demo=house().demo)
        return _show_password(account.id, account.name, account.username, password, waits=asked is not None)


@room.get("/accounts/clients", needs=Permission.CLIENT_MANAGE)
def clients(desk: Desk) -> Response:
    """Machines that send or read; they are added and revoked on the command line."""
    return page("accounts/clients.html", clients=queries.clients(desk))


def _roles() -> list[tuple[str, str]]:
    return [(role.value, str(LABELS[role])) for role in STAFF]


def _with_roles(form: AnyRoleForm) -> AnyRoleForm:
    return form.ask("role", [("", _("Choose")), *_roles()])


def _ask_person(form: PersonForm, status: int = 200) -> Response:
    response = page("accounts/new_person.html", form=form)
    response.status_code = status
    return response


def _ask_role(desk: Desk, account_id: UUID, form: RoleForm, status: int = 200) -> Response:
    line = queries.person_line(desk, queries.person(desk, account_id))
    response = page("accounts/new_role.html", form=form, person=line)
    response.status_code = status
    return response


def _ask_end(
    desk: Desk, account_id: UUID, appointment_id: UUID, form: EndRoleForm, status: int = 200
) -> Response:
    line = queries.person_line(desk, queries.person(desk, account_id))
    held = next((role for role in line.roles if role.id == appointment_id), None)
    response = page("accounts/end_role.html", form=form, person=line, held=held)
    response.status_code = status if held is not None else 404
    return response


def _ask_once_more(desk: Desk, account_id: UUID, what: str) -> Response:
    line = queries.person_line(desk, queries.person(desk, account_id))
    return page("accounts/confirm.html", person=line, what=what)


def _show_password(account_id: UUID, name: str, username: str, password: str, *, waits: bool) -> Response:
    """The password, this once; `waits` says that it opens nothing before a second person has signed."""
    return page(
        "accounts/password_once.html",
        account_id=account_id,
        name=name,
        username=username,
        shown_once=password,
        waits=waits,
    )


def _stands_against(desk: Desk, account_id: UUID) -> Findings:
    """Why the administrator cannot change this account, if so."""
    account = queries.person(desk, account_id)
    return rules.may_manage(
        oneself=desk.actor.account_id == account_id, within_reach=queries.is_within_reach(desk, account)
    )


def _back(account_id: UUID, done: str) -> Response:
    return go_on(url_for("accounts.person", account_id=account_id, done=done))
