"""How far somebody sees, as conditions on columns.

Two people of the same outline see through the same conditions; only the values these compare with are their own. So a
wall is made once for each outline, from the sight of somebody who has gaps where people have values: whatever a
condition looks at, nobody's value can come into the wall of somebody else.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Uuid,
    and_,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.types import TypeEngine

from casemgr.access.permissions import Permission
from casemgr.access.roles import REACH, Reach, Role
from casemgr.core.conditions import Among, Numbers, OneOf
from casemgr.core.prepared import own_gap

_FEW = 16  # units of a commune and its predecessors; a province has hundreds


class Ids(NamedTuple):
    """Some cases with their children and reports."""

    cases: frozenset[UUID] = frozenset()
    children: frozenset[int] = frozenset()
    reports: frozenset[UUID] = frozenset()


class Names(NamedTuple):
    """Under which names the values of such ids are asked for."""

    cases: str
    children: str
    reports: str


class Extent(StrEnum):
    """How many units there are; with more than a few a condition is written in another way."""

    NONE = "none"
    FEW = "few"
    MANY = "many"
    EVERY = "every"


def extent_of(units: frozenset[int] | None) -> Extent:
    """The extent of some units; None is every unit."""
    if units is None:
        return Extent.EVERY
    if not units:
        return Extent.NONE
    return Extent.FEW if len(units) <= _FEW else Extent.MANY


class Outline(NamedTuple):
    """What decides which conditions there are: never a value that they compare with."""

    permissions: frozenset[Permission] = frozenset()
    role: Role | None = None
    seated: bool = False  # at a unit, not in the whole country
    units: Extent = Extent.NONE
    numbers: Extent = Extent.NONE
    said: frozenset[str] = frozenset()  # under which names there are values at all


# The names under which conditions ask for values.
UNITS = "own_units"  # whose files are in scope
NUMBERS = "own_numbers"  # units whose numbers may be read
CASES, CHILDREN = "own_cases", "own_children"  # that name somebody
READ = Names("own_read_cases", "own_read_children", "own_read_reports")
BARRED = Names("own_barred_cases", "own_barred_children", "own_barred_reports")
ACCOUNT, CLIENT = "own_account", "own_client"
_UUID = Uuid()
_NUMBERED = {UNITS: Integer(), **dict.fromkeys((CHILDREN, READ.children, BARRED.children), BigInteger())}


class Sight(ABC):
    """What may be seen, by an actor or by everybody of an outline."""

    permissions: frozenset[Permission]
    role: Role | None
    account_id: Any  # of a person, or where it will stand
    client_id: Any  # of a machine

    @property
    @abstractmethod
    def outline(self) -> Outline:
        """What decides which conditions there are."""

    @property
    @abstractmethod
    def extent(self) -> Extent:
        """How many units there are whose files are in scope."""

    @abstractmethod
    def _bound(self, name: str, kind: TypeEngine[Any], *, each: bool) -> ColumnElement[Any]:
        """The values of a name, as one value or each by itself; or where they will stand."""

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds a permission; what is public needs none."""
        return permission is Permission.PUBLIC or permission in self.permissions

    @property
    def is_the_house(self) -> bool:
        """Whether nobody sits here but the house itself: a command, counting. It sees what is restricted too."""
        return self.extent is Extent.EVERY and self.account_id is None and self.client_id is None

    @property
    def has_units(self) -> bool:
        """Whether there are units whose files are in scope, and not simply all."""
        return self.extent in (Extent.FEW, Extent.MANY)

    @property
    def is_named(self) -> bool:
        """Whether any case names this person."""
        return CASES in self.outline.said

    def covers(self, *columns: Any) -> ColumnElement[bool]:
        """Rows of which at least one of the given unit columns lies in the actor's scope."""
        match self.extent:
            case Extent.EVERY:
                return true()
            case Extent.NONE:
                return false()
            case Extent.MANY:
                return or_(*(Among(column, self._values(UNITS)) for column in columns))
            case Extent.FEW:
                return or_(*(column.in_(self._values(UNITS)) for column in columns))

    def shared(self, column: Any, key: Any, unit: Any) -> ColumnElement[bool]:
        """Rows whose key a table of pairs shares with one of the actor's units."""
        if not self.has_units:
            return self.covers(unit)  # all of them, or none
        keys = select(key).where(self.covers(unit))
        return OneOf(column, keys) if self.extent is Extent.FEW else column.in_(keys)

    def counts(self, column: Any) -> ColumnElement[bool]:
        """Rows of units whose numbers this actor may read."""
        match self.outline.numbers:
            case Extent.EVERY:
                return true()
            case Extent.NONE:
                return false()
            case _:
                return Among(column, self._values(NUMBERS))

    def holds(self, *roles: Role) -> ColumnElement[bool]:
        """Every row, for somebody in one of some roles."""
        return true() if self.role in roles else false()

    def allows(self, permission: Permission) -> ColumnElement[bool]:
        """Every row, for somebody who may do something."""
        return true() if self.may(permission) else false()

    def named_on(self, column: Any) -> ColumnElement[bool]:
        """Rows of cases that name this person."""
        return self._one_of(CASES, column)

    def named_on_child(self, column: Any) -> ColumnElement[bool]:
        """Rows of children whose cases name this person."""
        return self._one_of(CHILDREN, column)

    def is_person(self, account: Any) -> ColumnElement[bool]:
        """Rows of this person, or of nobody where nobody acts."""
        return cast(ColumnElement[bool], account == self.account_id)

    def is_machine(self, client: Any) -> ColumnElement[bool]:
        """Rows of this machine, or of none where none acts."""
        return cast(ColumnElement[bool], client == self.client_id)

    def entered(self, account: Any) -> ColumnElement[bool]:
        """Rows that this person wrote down itself."""
        if self.account_id is None or not self._sees_what_it_entered:
            return false()
        return self.is_person(account)

    def sent(self, client: Any) -> ColumnElement[bool]:
        """Rows that this machine sent."""
        if self.client_id is None or not self._sees_what_it_entered:
            return false()
        return self.is_machine(client)

    def let_in(self, case: Any) -> ColumnElement[bool]:
        """Rows of the cases to which this person alone was let in: named to read them, or for a day."""
        return self._one_of(READ.cases, case)

    def kept_out(self, case: Any) -> ColumnElement[bool]:
        """Rows of the cases from which this person is kept out."""
        return self._one_of(BARRED.cases, case)

    def may_meet(
        self, table: Any, *ways: ColumnElement[bool], of: Callable[[Any], Any]
    ) -> ColumnElement[bool]:
        """Rows that lie on one of the ways and are not restricted, and those that the circle names; never what it bars,
        and nothing that was shredded.

        A machine that sent a report goes on following it: it has no relatives, and what is told later must arrive.
        """
        read, barred = of(READ), of(BARRED)  # the names that belong to this table
        met = or_(and_(table.restricted.is_(False), or_(false(), *ways)), self.sent(table.client_id))
        if read in self.outline.said:
            met = or_(met, table.id.in_(self._values(read)))
        alive = and_(table.shredded_at.is_(None), met)
        return and_(alive, table.id.not_in(self._values(barred))) if barred in self.outline.said else alive

    @property
    def _sees_what_it_entered(self) -> bool:
        return self.role is not None and REACH[self.role] is Reach.ENTERED

    def _one_of(self, name: str, column: Any) -> ColumnElement[bool]:
        return column.in_(self._values(name)) if name in self.outline.said else false()

    def _values(self, name: str) -> Any:
        """Several values under a name, which all conditions of a wall share: a statement carries them once."""
        known = self._known_values.get(name)
        if known is None:
            many = name == NUMBERS or (name == UNITS and self.extent is Extent.MANY)
            kind = Numbers() if many else _NUMBERED.get(name, _UUID)
            known = self._known_values[name] = self._bound(name, kind, each=not many)
        return known

    @cached_property
    def _known_values(self) -> dict[str, ColumnElement[Any]]:
        return {}


class Alike(Sight):
    """Whoever has an outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self.permissions, self.role = outline.permissions, outline.role
        self.account_id = self._bound_if_said(ACCOUNT)
        self.client_id = self._bound_if_said(CLIENT)

    @property
    def outline(self) -> Outline:
        return self._outline

    @property
    def extent(self) -> Extent:
        return self._outline.units

    def _bound_if_said(self, name: str) -> ColumnElement[Any] | None:
        return self._bound(name, _UUID, each=False) if name in self._outline.said else None

    def _bound(self, name: str, kind: TypeEngine[Any], *, each: bool) -> ColumnElement[Any]:
        return own_gap(name, kind, each=each)


@lru_cache(maxsize=256)
def alike(outline: Outline) -> Alike:
    """The one who stands for all of an outline."""
    return Alike(outline)
