"""What two people do together, as data: each room names its kinds here when it is loaded.

A kind says who may ask, who may sign, how long the wish stands, and what is done when it is signed:

    seconding.register(Kind("large_export", _l("Export of more than 100 children"), P.EXPORT, P.EXPORT_SIGN, carry_out))
    actions.propose(desk, "large_export", given={...}, shown=[(label, value), ...], reason=..., unit_id=...)

`carry_out(desk, given)` runs at the desk of the second person, in the transaction in which it is signed: what it checks
is checked again, and what it refuses is not signed. `given` holds codes and numbers, `shown` the lines that the second
person reads; neither may name a child.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import NotFound
from casemgr.core.words import Later

CarryOut = Callable[[Desk, Mapping[str, str]], object]


@dataclass(frozen=True)
class Kind:
    """One kind of thing that needs two people."""

    code: str
    title: Later
    proposes: Permission
    signs: Permission
    carry_out: CarryOut
    lasts: timedelta = timedelta(days=3)


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known, once."""
    if kind.code in _KINDS:
        raise TypeError(f"Two kinds of proposals are called {kind.code!r}.")
    _KINDS[kind.code] = kind
    return kind


def kind_of(code: str) -> Kind:
    """The kind with a code."""
    try:
        return _KINDS[code]
    except KeyError:
        raise NotFound from None


def kinds() -> Mapping[str, Kind]:
    """Every kind there is."""
    return dict(_KINDS)
