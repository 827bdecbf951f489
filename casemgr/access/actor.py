"""Who is acting: a person in one role at one unit, an API client, or a command; with what they may do and see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.types import TypeEngine

from casemgr.access import sight
from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.access.sight import Extent, Ids, Outline, Sight, extent_of


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
    only_seen: frozenset[int] = frozenset()  # their children: changed by whoever sees them otherwise too
    glass: tuple[Glass, ...] = ()


NO_CIRCLE = Circle()


class Named(NamedTuple):
    """What a person sees by being named: the cases held or worked on with their children, and the closer circle."""

    cases: frozenset[UUID] = frozenset()
    children: frozenset[int] = frozenset()
    circle: Circle = NO_CIRCLE


@dataclass(frozen=True)
class Actor(Sight):
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

    @cached_property
    def outline(self) -> Outline:
        seated, numbers = self.unit_id is not None, extent_of(self.counted_units)
        return Outline(self.permissions, self.role, seated, self.extent, numbers, frozenset(self.said))

    @cached_property
    def extent(self) -> Extent:
        return extent_of(self.units)

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The values that conditions compare with, by their names; what there is none of is not in it."""
        values: dict[str, Any] = {
            sight.UNITS: self.units,
            sight.NUMBERS: self.counted_units,
            sight.CASES: self.cases,
            sight.CHILDREN: self.children,
            **dict(zip(sight.READ, self.circle.read, strict=True)),
            **dict(zip(sight.BARRED, self.circle.barred, strict=True)),
        }
        said: dict[str, Any] = {name: tuple(sorted(several)) for name, several in values.items() if several}
        one = {sight.ACCOUNT: self.account_id, sight.CLIENT: self.client_id}
        return said | {name: value for name, value in one.items() if value is not None}

    @property
    def persons(self) -> frozenset[UUID]:
        """Whoever acts, and for whom: a deputy does not answer what the person they stand in for has asked or signed."""
        return frozenset({self.account_id, self.stands_for} - {None})  # type: ignore[arg-type]

    @property
    def from_tomorrow(self) -> "Actor":
        """The same actor with nothing opened for a day."""
        circle, only_read = self.circle, self.circle.only_read
        read = Ids(
            circle.read.cases - only_read,
            circle.read.children - circle.only_seen,
            circle.read.reports - only_read,
        )
        return replace(self, circle=replace(circle, read=read, only_read=frozenset(), only_seen=frozenset()))

    @property
    def counted_units(self) -> frozenset[int] | None:
        """The units whose numbers this actor may read: none without the right to numbers."""
        reads = self.is_the_house or self.may(Permission.TABLE_READ)
        return self.table_units if reads else frozenset()

    def may_count(self, unit_id: int | None) -> bool:
        """Whether this actor may read the numbers of a unit; none is the whole country."""
        return self.counted_units is None or unit_id in self.counted_units

    def _bound(self, name: str, kind: TypeEngine[Any], *, each: bool) -> BindParameter[Any]:
        return bindparam(name, self.said[name], kind, unique=True, expanding=each)


NOBODY = Actor(id="nobody")


def command(login: str, permissions: Iterable[Permission] = (Permission.MAINTAIN,)) -> Actor:
    """The actor of a command: acts for the maintenance of the installation, sees every file, leaves its trace."""
    return Actor(id=f"cli:{login}"[:80], permissions=frozenset(permissions), units=None, table_units=None)
