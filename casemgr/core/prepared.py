"""Prepared statements: compiled once, then handed to the database as text with the values of each asking.

From a statement to its rows SQLAlchemy takes five times as long as the database does to find them. Here it compiles,
and says how each value is written and each column read; the rest is done again for every asking by nobody.
"""

import sys
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Dialect, Select, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import LRUCache

from casemgr.core import plain

_COMPILED: Any = LRUCache(400)  # by the shape of a statement, whatever values it carries


def gap(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """Where a value will stand. Its type is told: columns that point to tables not yet loaded have none."""
    return bindparam(name, type_=kind)


_UNSAID: Any = object()  # no driver takes it: a gap that nobody fills is a fault, never a wider view


def own_gap(name: str, kind: TypeEngine[Any], *, each: bool) -> BindParameter[Any]:
    """Where what an actor's own sight compares with will stand: one value, or several each by itself."""
    return bindparam(name, _UNSAID, kind, expanding=each)


def filled(left_open: BindParameter[Any], said: Mapping[str, Any]) -> BindParameter[Any]:
    """Such a gap with an actor's value in it."""
    name = left_open.key
    return bindparam(name, said[name], left_open.type, expanding=left_open.expanding)


def is_open(bound: BindParameter[Any]) -> bool:
    """Whether a place still waits for an actor's value."""
    return bound.value is _UNSAID


class _Text(NamedTuple):
    """What the database is handed: what the statement carries stands in its places, the others are left open."""

    sql: str
    filled: Any  # by place, or by name, as the engine counts them
    open: Sequence[tuple[Any, str, int | None, Callable[[Any], Any] | None]]

    def handed(self, values: Mapping[str, Any]) -> Any:
        """The values of one asking, each in its place."""
        filled = self.filled.copy()
        for place, name, number, write in self.open:
            value = values[name] if number is None else values[name][number]
            filled[place] = value if write is None else write(value)
        return tuple(filled) if isinstance(filled, list) else filled


class Prepared:
    """A statement with all that it carries, ready to be asked with values for its gaps."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        made: Any = statement._compile_w_cache(dialect, compiled_cache=_COMPILED, column_keys=[])
        self._compiled: SQLCompiler = made[0]
        self._carried = self._compiled.construct_params(
            extracted_parameters=made[1], _collected_params=made[2], _check=False, _no_postcompile=True
        )
        binds = self._compiled.binds
        self._gaps = frozenset(name for name in self._carried if binds[name].required or is_open(binds[name]))
        self._lists = tuple(name for name in self._gaps if binds[name] in self._compiled.post_compile_params)
        self._texts: dict[tuple[int, ...], _Text] = {}
        found = self._compiled._result_columns
        self._read = [entry.type._cached_result_processor(dialect, None) for entry in found]
        self.columns = tuple(entry.keyname for entry in found)

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Every row it finds, as a tuple of columns with their names."""
        return list(map(_named(self.columns)._make, self.bare(session, values)))

    def bare(self, session: Session, values: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """Every row it finds, column by column in their order."""
        rows = plain.found(session.connection(), *self._handed(values))
        if not rows:
            return ()
        columns = zip(self._read, zip(*rows, strict=True), strict=True)
        return zip(*(column if read is None else map(read, column) for read, column in columns), strict=True)

    def portions(
        self, session: Session, values: Mapping[str, Any], most: int
    ) -> Iterator[list[plain.Stored]]:
        """Every row as it is stored, some at a time: of a million nothing is made on the way."""
        return plain.in_portions(session.connection(), *self._handed(values), most)

    def _handed(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """What the database is handed: the text for lists of these lengths, and the values."""
        if self._lists:
            values = {**values, **{name: _padded(values[name]) for name in self._lists}}
        lengths = tuple(len(values[name]) for name in self._lists)
        text = self._texts.get(lengths) or self._text(lengths)
        return text.sql, text.handed(values)

    def _text(self, lengths: tuple[int, ...]) -> _Text:
        """The text for lists of these lengths."""
        dummies = {name: [None] * length for name, length in zip(self._lists, lengths, strict=True)}
        state = self._compiled._process_parameters_for_postcompile({**self._carried, **dummies})
        writers: dict[str, Any] = {**self._compiled._bind_processors, **state.processors}
        origin: dict[str, tuple[str, int | None]] = {name: (name, None) for name in self._gaps}
        for name in self._lists:
            origin |= {each: (name, number) for number, each in enumerate(state.parameter_expansion[name])}
        by_place = state.positiontup is not None
        names: Iterable[str] = state.positiontup if by_place else state.parameters  # type: ignore[assignment]
        filled, still_open = {}, []
        for place, name in enumerate(names) if by_place else zip(names, names, strict=True):
            write, value = writers.get(name), state.parameters[name]
            if name in origin:
                still_open.append((place, *origin[name], write))
            filled[place] = value if write is None or name in origin else write(value)
        made = _Text(
            sys.intern(state.statement),  # one text for all who differ in values only
            list(filled.values()) if by_place else filled,
            still_open,
        )
        self._texts[lengths] = made
        return made


class Open:
    """A statement on a table which everyone may read: there the wall says nothing."""

    def __init__(self, table: type[Any], statement: Select[*tuple[Any, ...]]) -> None:
        if not hasattr(table, "open_because"):
            raise TypeError(f"The rows of {table.__name__} belong to somebody.")
        self._statement = statement
        self._prepared: dict[Dialect, Prepared] = {}

    def rows(self, session: Session, **values: Any) -> list[Any]:
        """Every row it finds."""
        dialect = session.get_bind().dialect
        prepared = self._prepared.get(dialect)
        if prepared is None:
            prepared = self._prepared[dialect] = Prepared(self._statement, dialect)
        return prepared.rows(session, values)


@cache
def _named(names: tuple[str, ...]) -> Any:
    """What a row of these columns is."""
    return namedtuple("Row", names, rename=True)


def _padded(many: Collection[Any]) -> Sequence[Any]:
    """A list as long as the next power of two, its last value again and again: few texts serve lists of all lengths."""
    values = list(many)
    wanted = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (wanted - len(values))
