"""An action: one thing a person can do. Checks the permission, runs, appends to the trail; nothing more."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Refused

Given = ParamSpec("Given")
Made = TypeVar("Made")

REGISTRY: dict[str, Permission | tuple[Permission, ...]] = {}


def action(
    name: str, *, needs: Permission | tuple[Permission, ...]
) -> Callable[[Callable[Concatenate[Desk, Given], Made]], Callable[Concatenate[Desk, Given], Made]]:
    """Declare an action under its own name and with the permission (one of them, if several) that it needs."""
    wanted = needs if isinstance(needs, tuple) else (needs,)
    if name in REGISTRY:
        raise TypeError(f"Two actions are called {name!r}.")
    REGISTRY[name] = needs

    def declare(
        function: Callable[Concatenate[Desk, Given], Made],
    ) -> Callable[Concatenate[Desk, Given], Made]:
        if next(iter(inspect.signature(function).parameters), None) != "desk":
            raise TypeError(f"The first parameter of {function.__name__} is the desk.")

        @wraps(function)
        def act(desk: Desk, /, *given: Given.args, **named: Given.kwargs) -> Made:
            if Permission.MAINTAIN not in desk.actor.permissions and not any(map(desk.actor.may, wanted)):
                raise Refused
            made = function(desk, *given, **named)
            desk.work_ahead()
            desk.flush()
            desk.record(name, _subject(given, made), result=_ids(made))
            return made

        return act

    return declare


def _subject(given: tuple[object, ...], made: object) -> object | None:
    """What the entry is about: the first thing handed in that has an identity, else what was made."""
    for thing in (*given, made):
        found = _ids(thing)
        if found is not None:
            return found
    return None


def _ids(thing: object) -> str | None:
    number = getattr(thing, "number", None)
    if isinstance(number, str):
        return number
    identity = getattr(thing, "id", None)
    return None if identity is None else str(identity)
