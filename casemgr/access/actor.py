"""Who is acting: a person in one role at one unit, an API client, or a command; with what they may do and see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, false, or_, select, true

from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from casemgr.core.conditions import Among, Numbers, OneOf

_FEW = 16  # units of a commune and its predecessors; a province has hundreds


class Ids(NamedTuple):
    """Some cases with their children and reports."""

    cases: frozenset[UUID] = frozenset()
    children: frozenset[int] = frozenset()
    reports: frozenset[UUID] = frozenset()


class Glass(NamedTuple):
    """One case that is opened for a day, and until when."""

    number: str
    until: datetime


@dataclass(frozen=True)
class Circle:
    """What ties one person to single cases beyond any office: named to read them, let in for a day, or kept out."""

    read: Ids = Ids()  # although they are restricted, or lie elsewhere
    barred: Ids = Ids()  # although they lie in the person's own unit
    only_read: frozenset[UUID] = frozenset()  # cases and reports that are opened for a day: never changed
    glass: tuple[Glass, ...] = ()


NO_CIRCLE = Circle()


class Named(NamedTuple):
    """What a person sees by being named: the cases held or worked on with their children, and the closer circle."""

    cases: frozenset[UUID] = frozenset()
    children: frozenset[int] = frozenset()
    circle: Circle = NO_CIRCLE


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
    circle: Circle = NO_CIRCLE
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

    @property
    def persons(self) -> frozenset[UUID]:
        """Whoever acts, and for whom: a deputy does not answer what the person they stand in for has asked or signed."""
        return frozenset({self.account_id, self.stands_for} - {None})  # type: ignore[arg-type]

    @property
    def is_the_house(self) -> bool:
        """Whether nobody sits here but the house itself: a command, counting. It sees what is restricted too."""
        return self.units is None and self.account_id is None and self.client_id is None

    def covers(self, *columns: Any) -> ColumnElement[bool]:
        """Rows of which at least one of the given unit columns lies in the actor's scope."""
        if self.units is None:
            return true()
        if not self.units:
            return false()
        if len(self.units) > _FEW:
            return or_(*(Among(column, self._inside) for column in columns))
        return or_(*(column.in_(self._inside) for column in columns))

    def shared(self, column: Any, key: Any, unit: Any) -> ColumnElement[bool]:
        """Rows whose key a table of pairs shares with one of the actor's units."""
        if self.units is None:
            return true()
        if not self.units:
            return false()
        keys = select(key).where(self.covers(unit))
        return OneOf(column, keys) if len(self.units) <= _FEW else column.in_(keys)

    def counts(self, column: Any) -> ColumnElement[bool]:
        """Rows of units whose numbers this actor may read."""
        if self.counted_units is None:
            return true()
        return Among(column, self._counted) if self.counted_units else false()

    @property
    def counted_units(self) -> frozenset[int] | None:
        """The units whose numbers this actor may read: none without the right to numbers."""
        reads = self.is_the_house or self.may(Permission.TABLE_READ)
        return self.table_units if reads else frozenset()

    def may_count(self, unit_id: int | None) -> bool:
        """Whether this actor may read the numbers of a unit; none is the whole country."""
        return self.counted_units is None or unit_id in self.counted_units

    @cached_property
    def _counted(self) -> BindParameter[Any]:
        return bindparam("table_units", sorted(self.counted_units or ()), Numbers(), unique=True)

    @cached_property
    def _inside(self) -> BindParameter[Any]:
        """The units as one value that all conditions of the wall share: every statement carries it once."""
        inside = sorted(self.units or ())
        if len(inside) > _FEW:
            return bindparam("units", inside, Numbers(), unique=True)
        return bindparam("units", inside, Integer(), unique=True, expanding=True)

    def holds(self, *roles: Role) -> ColumnElement[bool]:
        """Every row, for somebody in one of some roles."""
        return true() if self.role in roles else false()

    def allows(self, permission: Permission) -> ColumnElement[bool]:
        """Every row, for somebody who may do something."""
        return true() if self.may(permission) else false()

    def named_on(self, column: Any) -> ColumnElement[bool]:
        """Rows of cases that name this person."""
        return column.in_(sorted(self.cases)) if self.cases else false()

    def named_on_child(self, column: Any) -> ColumnElement[bool]:
        """Rows of children whose cases name this person."""
        return column.in_(sorted(self.children)) if self.children else false()

    def entered(self, account: Any) -> ColumnElement[bool]:
        """Rows that this person wrote down itself."""
        if self.account_id is None or not self._sees_what_it_entered:
            return false()
        return cast(ColumnElement[bool], account == self.account_id)

    def sent(self, client: Any) -> ColumnElement[bool]:
        """Rows that this machine sent."""
        if self.client_id is None or not self._sees_what_it_entered:
            return false()
        return cast(ColumnElement[bool], client == self.client_id)

    def let_in(self, case: Any) -> ColumnElement[bool]:
        """Rows of the cases to which this person alone was let in: named to read them, or for a day."""
        return case.in_(sorted(self.circle.read.cases)) if self.circle.read.cases else false()

    def kept_out(self, case: Any) -> ColumnElement[bool]:
        """Rows of the cases from which this person is kept out."""
        return case.in_(sorted(self.circle.barred.cases)) if self.circle.barred.cases else false()

    @property
    def _sees_what_it_entered(self) -> bool:
        return self.role is not None and REACH[self.role] is Reach.ENTERED

    def may_meet(
        self, table: Any, *ways: ColumnElement[bool], of: Callable[[Ids], frozenset[Any]]
    ) -> ColumnElement[bool]:
        """Rows that lie on one of the ways and are not restricted, and those that the circle names; never what it bars,
        and nothing that was shredded.

        A machine that sent a report goes on following it: it has no relatives, and what is told later must arrive.
        """
        read, barred = of(self.circle.read), of(self.circle.barred)
        met = or_(and_(table.restricted.is_(False), or_(false(), *ways)), self.sent(table.client_id))
        if read:
            met = or_(met, table.id.in_(sorted(read)))
        alive = and_(table.shredded_at.is_(None), met)
        return and_(alive, table.id.not_in(sorted(barred))) if barred else alive


NOBODY = Actor(id="nobody")


def command(login: str, permissions: Iterable[Permission] = (Permission.MAINTAIN,)) -> Actor:
    """The actor of a command: acts for the maintenance of the installation, sees every file, leaves its trace."""
    return Actor(id=f"cli:{login}"[:80], permissions=frozenset(permissions), units=None, table_units=None)
