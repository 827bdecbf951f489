"""What two people do together, as data: each room names its kinds here when it is loaded.

A kind says who may ask, who may sign, how long the wish stands, and what is done when it is signed:

    seconding.register(Kind("large_export", _l("Export of many children"), P.EXPORT, P.EXPORT, carry_out, look=look))
    actions.propose(desk, "large_export", about=export.number, unit_id=...)

`carry_out(desk, given)` runs at the desk of the second person, in the transaction in which it is signed: what it checks
is checked again, and what it refuses is not signed.

A wish about something that has a row of its own names it (`about`, in `given` under ABOUT), and the kind's `look` tells the
second person what that row says now. Any other wish carries it sealed: `given` holds codes and numbers, `shown` the lines
that the second person reads; neither may name a child.

A wish that hangs on a case or a child (`case_id`, `child_id`) is seen by whoever sees those, and goes with their file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import NotFound
from casemgr.core.words import Later

if TYPE_CHECKING:
    from casemgr.accounts.models import Proposal

Given = Mapping[str, str]
ABOUT = "about"


@dataclass(frozen=True)
class Look:
    """What the second person reads, why it is asked for, and the page on which all of it stands."""

    shown: Sequence[tuple[str, str]]
    reason: str = ""
    url: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of thing that needs two people."""

    code: str
    title: Later
    proposes: Permission | tuple[Permission, ...]  # one of them
    signs: Permission
    carry_out: Callable[[Desk, Given], object]
    lasts: timedelta = timedelta(days=3)
    proof: bool = True  # whether who signs shows once more who they are
    look: Callable[[Desk, Given], Look] | None = None
    theirs: Callable[[Desk, "Proposal"], bool] = lambda _desk, _wish: (
        True
    )  # where the right alone is not enough
    place: str = "/second-signature"  # the page on which all of this kind wait
    destroys: Later | None = None  # what the red button says, where signing destroys something

    def may_be_asked_by(self, desk: Desk) -> bool:
        """Whether the person at the desk may ask for it."""
        wanted = self.proposes if isinstance(self.proposes, tuple) else (self.proposes,)
        return desk.actor.account_id is not None and any(map(desk.actor.may, wanted))


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
