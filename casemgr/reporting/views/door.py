"""The room of reporting, and where its pages lie."""

from flask import redirect
from flask.typing import ResponseReturnValue

from casemgr.access.permissions import Permission
from casemgr.core.words import Later
from casemgr.indicators.bands import SOURCES, Source
from casemgr.reporting.terms import Wanted
from casemgr.web.room import Room

READ = Permission.RETURN_READ
ONE = "/reporting/<string:schedule>/<string:period>/<string:place>"

room = Room("reporting", __name__)


def address(one: Wanted, *below: str) -> str:
    """The page of a return, or one below it. Codes and periods only."""
    return "/".join(("/reporting", one.schedule.id, one.period, one.place, *below))


def go_on(one: Wanted, *below: str) -> ResponseReturnValue:
    """After something was done: to a page that is only looked at."""
    return redirect(address(one, *below), 303)


def how_sure(source: Source) -> Later:
    """How sure a schedule or plan is, in words."""
    return SOURCES[source]
