"""What an administrator does with the accounts of others: add, appoint, end, suspend. Never with one's own.

Whoever may write down accounts could write down one for themselves. So what opens records, a role or a password, is
signed by a second person of the place, who knows whether there is such a colleague; with invented people by nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.roles import LABELS, Role
from casemgr.accounts import queries, rules
from casemgr.accounts.actions import second
from casemgr.accounts.actions.entering import close_all
from casemgr.accounts.models import Account, Appointment, Proposal
from casemgr.accounts.seconding import ABOUT, Kind, register
from casemgr.accounts.terms import ADMINISTRATOR, RENEWAL, ROLE, AccountState, Seat, SessionEnd
from casemgr.core.errors import Invalid, NotFound
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _, _l


@action("account added", needs=Permission.ACCOUNT_MANAGE)
def add_account(
    desk: Desk,
    *,
    username: str,
    name: str,
    password_hash: str,
    role: Role,
    unit_code: str,
    since: date,
    until: date | None = None,
    demo: bool = False,
    must_change: bool = True,
) -> Account:
    """Take somebody into the staff with a first role; the password is to be changed at the first sign-in."""
    queries.insist_on_proof(desk)
    errors = {"username": rules.username_errors(username)} if rules.username_errors(username) else {}
    if errors:
        raise Invalid({field: [str(said) for said in told] for field, told in errors.items()})
    if desk.first(select(Account.id).where(Account.username == username)) is not None:
        raise Invalid({"username": [_("This sign-in name is taken. Choose another.")]})
    account = Account(
        id=desk.id(),
        username=username,
        name=name or username,
        password_hash=password_hash,
        must_change=must_change,
        state=AccountState.ACTIVE,
        created_at=desk.now,
        demo=demo,
    )
    desk.add(account)
    desk.flush()
    _hold_or_ask(desk, account, role, unit_code, since, until, demo=demo)
    return account


@action("role given", needs=Permission.ACCOUNT_MANAGE)
def appoint(
    desk: Desk,
    account: Account,
    *,
    role: Role,
    unit_code: str,
    since: date,
    until: date | None = None,
    demo: bool = False,
) -> Appointment | Proposal:
    """Give somebody a role at a unit, from a day, perhaps to a day. For one that opens records a second person signs."""
    _manageable(desk, account).settle()
    return _hold_or_ask(desk, account, role, unit_code, since, until, demo=demo)


@action("role ended", needs=Permission.ACCOUNT_MANAGE)
def end_appointment(desk: Desk, account: Account, appointment: Appointment, *, last_day: date) -> None:
    """End a role with a last day; a day before the first means that it was never held."""
    Findings(*_manageable(desk, account), *rules.may_end(appointment.until, last_day)).settle()
    appointment.until = last_day


@action("account suspended", needs=Permission.ACCOUNT_MANAGE)
def suspend(desk: Desk, account: Account) -> int:
    """Let somebody no longer sign in; all their sessions end at once."""
    _manageable(desk, account).settle()
    account.state, account.changed_at = AccountState.SUSPENDED, desk.now
    return close_all(desk, account.id, SessionEnd.SUSPENDED)


@action("account reinstated", needs=Permission.ACCOUNT_MANAGE)
def reinstate(desk: Desk, account: Account) -> None:
    """Let somebody sign in again."""
    _manageable(desk, account).settle()
    account.state, account.changed_at = AccountState.ACTIVE, desk.now


@action("sessions revoked", needs=Permission.ACCOUNT_MANAGE)
def end_sessions(desk: Desk, account: Account) -> int:
    """End all sessions of somebody, for example when a telephone was lost."""
    _manageable(desk, account).settle()
    return close_all(desk, account.id, SessionEnd.REVOKED)


def give_password(desk: Desk, account: Account, *, password_hash: str, demo: bool = False) -> Proposal | None:
    """Give somebody a new password for one sign-in; where it alone would open records, it waits for a second person."""
    opened = () if demo or desk.actor.account_id is None else queries.opens_records(desk, account)
    if opened:
        return _ask_for_password(desk, account, opened, password_hash)
    _give_password(desk, account, password_hash)
    return None


@action("password given", needs=Permission.ACCOUNT_MANAGE)
def _give_password(desk: Desk, account: Account, password_hash: str) -> None:
    _manageable(desk, account).settle()
    _renew(desk, account, password_hash)


@action("password asked for", needs=Permission.ACCOUNT_MANAGE)
def _ask_for_password(
    desk: Desk, account: Account, opened: Sequence[Appointment], password_hash: str
) -> Proposal:
    _manageable(desk, account).settle()
    return second.propose(
        desk,
        RENEWAL,
        about=account.id.hex,
        given={"hash": password_hash},
        shown=[_who(account), (_("Roles"), ", ".join(str(LABELS[Role(row.role)]) for row in opened))],
        reason=_(
            "The password of before is forgotten or known to others. Speak with this person before you sign."
        ),
        unit_id=opened[0].unit_id,
    )


def _renew(desk: Desk, account: Account, password_hash: str) -> None:
    """Take up the new password; every session of before ends."""
    account.password_hash, account.must_change, account.changed_at = password_hash, True, desk.now
    close_all(desk, account.id, SessionEnd.RENEWED)


def _take_up_password(desk: Desk, given: Mapping[str, str]) -> None:
    """What is done when it is signed: all that was checked is checked again, for whoever signs."""
    account = desk.get(Account, UUID(given[ABOUT]))
    _manageable(desk, account).settle()
    _renew(desk, account, given["hash"])


def _manageable(desk: Desk, account: Account) -> Findings:
    queries.insist_on_proof(desk)
    return rules.may_manage(
        oneself=desk.actor.account_id == account.id, within_reach=queries.is_within_reach(desk, account)
    )


def _hold_or_ask(
    desk: Desk, account: Account, role: Role, unit_code: str, since: date, until: date | None, *, demo: bool
) -> Appointment | Proposal:
    """Write the role down; a person asks a second one first where it opens records, a command does not."""
    if desk.actor.account_id is None or not rules.is_given_by_two(role, demo=demo):
        return _hold(desk, account, role, unit_code, since, until)
    unit_id = _holdable(desk, account, role, unit_code, since, until)
    return second.propose(
        desk,
        ADMINISTRATOR if role is Role.ADMIN else ROLE,
        about=account.id.hex,
        given={
            "role": role,
            "unit": unit_code,
            "since": since.isoformat(),
            "until": until.isoformat() if until is not None else "",
        },
        shown=[
            _who(account),
            (_("Role"), str(LABELS[role])),
            (_("Where"), queries.unit_words(desk, unit_id)[1]),
            (_("From"), since.strftime("%d/%m/%Y")),
            *([(_("Until"), until.strftime("%d/%m/%Y"))] if until is not None else []),
        ],
        reason=_("Sign only if you know that this person works there in this role."),
        unit_id=unit_id,
    )


def _who(account: Account) -> tuple[str, str]:
    return _("Who"), f"{account.name} ({account.username})"


def _take_office(desk: Desk, given: Mapping[str, str]) -> Appointment:
    """What is done when it is signed: all that was checked is checked again, for whoever signs."""
    account = desk.get(Account, UUID(given.get("account") or given[ABOUT]))  # older wishes have no `about`
    _manageable(desk, account).settle()
    role, until = Role(given.get("role", Role.ADMIN)), given["until"]
    ends = date.fromisoformat(until) if until else None
    return _hold(desk, account, role, given["unit"], date.fromisoformat(given["since"]), ends)


def _may_vouch(desk: Desk, wish: Proposal) -> bool:
    """Whether somebody can say for another person of their area that all is as it should be."""
    units = queries.managed(desk)
    within = units is None or wish.unit_id in units
    return within and wish.about not in {person.hex for person in desk.actor.persons}


for _code, _title, _signs, _carry_out in (
    (ADMINISTRATOR, _l("Role of administrator"), Permission.ACCOUNT_MANAGE, _take_office),
    (ROLE, _l("Role that opens records"), Permission.SECOND_SIGN, _take_office),
    (RENEWAL, _l("New password for a colleague"), Permission.SECOND_SIGN, _take_up_password),
):
    register(Kind(_code, _title, Permission.ACCOUNT_MANAGE, _signs, _carry_out, theirs=_may_vouch))


def _hold(
    desk: Desk, account: Account, role: Role, unit_code: str, since: date, until: date | None
) -> Appointment:
    """Write the role down, if it can be held there, from then to then."""
    unit_id = _holdable(desk, account, role, unit_code, since, until)
    row = Appointment(
        id=desk.id(), account_id=account.id, role=role, unit_id=unit_id, since=since, until=until
    )
    desk.add(row)
    desk.flush()
    return row


def _holdable(
    desk: Desk, account: Account, role: Role, unit_code: str, since: date, until: date | None
) -> int | None:
    """The unit at which somebody can hold a role, from then to then; else why not."""
    unit_id, seat = queries.seat(desk, unit_code)
    _within(desk, unit_id)
    Findings(*rules.may_hold(role, seat), *rules.may_span(since, until)).settle()
    twice = select(Appointment.id).where(
        Appointment.account_id == account.id,
        Appointment.role == role,
        Appointment.unit_id.is_(None) if seat is Seat.COUNTRY else Appointment.unit_id == unit_id,
        or_(Appointment.until.is_(None), Appointment.until >= since),
    )
    Findings(
        blocks(
            "held-already",
            _l("This person holds this role here already. End it first."),
            when=desk.first(twice) is not None,
        )
    ).settle()
    return unit_id


def _within(desk: Desk, unit_id: int | None) -> None:
    """Roles are given inside one's own area only; elsewhere is as if it were not there."""
    units = queries.managed(desk)
    if units is not None and unit_id not in units:
        raise NotFound
