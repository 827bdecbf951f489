"""Two persons for what one must not do alone: in production two administrators are named, and both stand in the trail."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from flask import current_app
from sqlalchemy import or_, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment
from casemgr.core.calendar import local_day
from casemgr.core.errors import Refused

Function = TypeVar("Function", bound=Callable[..., Any])


def two_persons(function: Function) -> Function:
    """The two options that name them."""
    first = click.option("--as", "first", metavar="USERNAME", help="The administrator who does it.")
    second = click.option("--second", metavar="USERNAME", help="Another administrator who agrees.")
    return first(second(function))


def agreed(desk: Desk, first: str | None, second: str | None) -> Mapping[str, str]:
    """Who does it and who agrees, for the trail; refused in production unless both are administrators today."""
    named = [name.strip().casefold() for name in (first, second) if name and name.strip()]
    if not named and current_app.extensions["settings"].demo:
        return {}
    if len(named) < 2:
        raise Refused("Two administrators have to be named: --as USERNAME --second USERNAME.")
    if named[0] == named[1]:
        raise Refused("The two administrators have to be two persons.")
    today = local_day(desk.now)
    found = {}
    for name in named:
        account_id = desk.session.scalar(
            select(Account.id)
            .join(Appointment, Appointment.account_id == Account.id)
            .where(
                Account.username == name,
                Account.state == "active",
                Appointment.role == Role.ADMIN,
                Appointment.since <= today,
                or_(Appointment.until.is_(None), Appointment.until >= today),
            )
            .limit(1)
        )
        if account_id is None:
            raise Refused(f"{name} is not an administrator today.")
        found[name] = str(account_id)
    return {"by": found[named[0]], "second": found[named[1]]}
