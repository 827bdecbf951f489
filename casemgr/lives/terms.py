"""Words of a life: something that lasted from a day to a day, and its years."""

from dataclasses import dataclass
from datetime import date

from casemgr.children.terms import Card


@dataclass(frozen=True)
class Span:
    """Something in the life of a child that began on a day and may have ended."""

    label: str
    since: date
    until: date | None = None
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A span beside the years: for each year whether it was going on."""

    span: Span
    went_on: tuple[bool, ...]


@dataclass(frozen=True)
class Years:
    """A line of years with what went on in each. Years before `first_shown` are summed up in it."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    earlier: bool = False


@dataclass(frozen=True)
class Joining:
    """What has to be known before the child of a case is said to be one that is known here already."""

    here: Card
    there: Card
    same: bool = False  # it is this very file
    same_report: bool = False
    rehearsed: bool = False
    fresh: bool = True  # nothing but this case hangs on the file that is given up: one person may do it


MERGE = "merge_children"  # the kind of proposal by which two files become one


@dataclass(frozen=True)
class Reason:
    """Why somebody says that two files are of one child, or are not."""

    text: str


@dataclass(frozen=True)
class Change:
    """One value that a merge changed: of which row, what it was and what it became, as text."""

    table: str
    key: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changes:
    """Everything a merge changed, in the order in which it was changed."""

    rows: tuple[Change, ...] = ()
