"""Who is acting: a person in one role at one unit, an API client, or a command; with what they may do and see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, false, or_, true

from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from casemgr.core.db import Among, Numbers

_FEW = 16  # units of a commune and its predecessors; a province has hundreds


@dataclass(frozen=True)
class Actor:
    """One actor for the length of a desk. Nothing is looked up later: what it may see is decided when it sits down."""

    id: str  # 'account:<uuid>', 'client:<name>', 'cli:<login>', 'nobody'
    permissions: frozenset[Permission] = frozenset()
    role: Role | None = None
    unit_id: int | None = None  # where the role is held; None is the whole country
    units: frozenset[int] | None = frozenset()  # units whose files are in scope; None is every file
    table_units: frozenset[int] | None = frozenset()  # units whose numbers may be read
    cases: frozenset[UUID] = frozenset()  # cases that name this person
    children: frozenset[int] = frozenset()  # children of those cases
    account_id: UUID | None = None
    client_id: UUID | None = None
    session_id: UUID | None = None
    stands_for: UUID | None = None  # whose deputy the person is in this role
    name: str = field(default="", repr=False)
    stands_for_name: str = field(default="", repr=False)
    address: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds a permission; what is public needs none."""
        return permission is Permission.PUBLIC or permission in self.permissions

    def covers(self, *columns: Any) -> ColumnElement[bool]:
        """Rows of which at least one of the given unit columns lies in the actor's scope."""
        if self.units is None:
            return true()
        if not self.units:
            return false()
        if len(self.units) > _FEW:
            return or_(*(Among(column, self._inside) for column in columns))
        return or_(*(column.in_(self._inside) for column in columns))

    @cached_property
    def _inside(self) -> BindParameter[Any]:
        """The units as one value that all conditions of the wall share: every statement carries it once."""
        inside = sorted(self.units or ())
        if len(inside) > _FEW:
            return bindparam("units", inside, Numbers(), unique=True)
        return bindparam("units", inside, Integer(), unique=True, expanding=True)

    def named_on(self, column: Any) -> ColumnElement[bool]:
        """Rows of cases that name this person."""
        return column.in_(sorted(self.cases)) if self.cases else false()

    def named_on_child(self, column: Any) -> ColumnElement[bool]:
        """Rows of children whose cases name this person."""
        return column.in_(sorted(self.children)) if self.children else false()

    def entered(self, account: Any, client: Any) -> ColumnElement[bool]:
        """Rows that this person or machine sent in itself."""
        mine: list[ColumnElement[bool]] = []
        if self.role is None or REACH[self.role] is not Reach.ENTERED:
            return false()
        if self.account_id is not None:
            mine.append(account == self.account_id)
        if self.client_id is not None:
            mine.append(client == self.client_id)
        return or_(false(), *mine)


NOBODY = Actor(id="nobody")


def command(login: str, permissions: Iterable[Permission] = (Permission.MAINTAIN,)) -> Actor:
    """The actor of a command: acts for the maintenance of the installation, sees every file, leaves its trace."""
    return Actor(id=f"cli:{login}"[:80], permissions=frozenset(permissions), units=None, table_units=None)
