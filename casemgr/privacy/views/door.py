"""The room of data protection, and what its pages share."""

from collections.abc import Iterator
from typing import TypeVar

from flask import g, redirect
from flask.typing import ResponseReturnValue

from casemgr.core.errors import Invalid, RuleBroken
from casemgr.core.findings import Findings
from casemgr.web.forms import BaseForm
from casemgr.web.room import Room

room = Room("privacy", __name__)


def go_on(address: str) -> ResponseReturnValue:
    """After something was done: to a page that is only looked at."""
    return redirect(address, 303)


AForm = TypeVar("AForm", bound=BaseForm)


def told(form: AForm) -> AForm:
    """What stood against the last try, at its field."""
    for name, said in _objections():
        if name in form._fields:
            form[name].errors = [*form[name].errors, *said]
    return form


def _objections() -> Iterator[tuple[str, list[str]]]:
    objection = g.get("objection")
    if isinstance(objection, Invalid):
        yield from objection.errors.items()
    if isinstance(objection, RuleBroken) and isinstance(objection.findings, Findings):
        yield from ((one.field, [str(one)]) for one in objection.findings.blocking if one.field)
