"""Which law is used by the work now being done: what ships with the program, or that with what was loaded since.

Whoever opens a desk hands in how to find it; it is looked up at most once, and only when something asks. Outside a desk
the shipped law holds. Nothing here reads anything by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from casemgr.core.calendar import WorkCalendar


class Book(Protocol):
    """What the law is asked for everywhere."""

    @property
    def versions(self) -> Mapping[str, tuple[Any, ...]]: ...

    @property
    def calendar(self) -> WorkCalendar: ...

    @property
    def instruments(self) -> Mapping[str, Any]: ...

    @property
    def catalogues(self) -> tuple[Any, ...]: ...


Find = Callable[[], Book | None]
_find: ContextVar[Find | None] = ContextVar("law in use", default=None)


def book() -> Book | None:
    """The law handed in for this piece of work; None where the shipped law holds."""
    find = _find.get()
    return find() if find is not None else None


def nothing_else() -> Book | None:
    """Only the shipped law."""
    return None


@contextmanager
def using(find: Find) -> Iterator[None]:
    """For the length of the block, the law is found this way."""
    mark = _find.set(find)
    try:
        yield
    finally:
        _find.reset(mark)
