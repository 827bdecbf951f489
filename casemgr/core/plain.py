"""Statements as the driver takes them: compiled once, afterwards text and values.

Most pieces of work write the same few rows into the same tables. Put together anew each time, a statement costs several
times what the database needs to carry it out; so does the unit of work for rows that only have to be added.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import cache
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, insert
from sqlalchemy import inspect as mapping_of
from sqlalchemy.orm import InstanceState, Mapper, Session

Stored = tuple[Any, ...]  # a row as the driver hands it over
_NAMES = count()


class Plain:
    """One statement for one kind of driver, and how its values are made fit for it."""

    def __init__(self, statement: Any, dialect: Dialect, given: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(given) or None)
        own = {column.key: column.default.arg for column in getattr(compiled, "insert_prefetch", ())}
        written = compiled.construct_expanded_state({**own, **given})
        if compiled.post_compile_params:
            raise TypeError("A statement whose text depends on its values cannot be kept.")
        fit = {**compiled._bind_processors, **written.processors}
        self.sql: str = written.statement
        names = written.positiontup or list(written.parameters)
        self._own = {name: written.parameters[name] for name in names if name not in given}
        self._fit = [(name, fit[name]) for name in dict.fromkeys(names) if name in fit]
        self._picked = _in_order(names) if written.positiontup is not None else _by_name(names)

    def values(self, given: Mapping[str, Any]) -> Any:
        """Values as the driver takes them: those given, and those that stand in the statement."""
        told = {**self._own, **given}
        for name, fit in self._fit:
            told[name] = fit(told[name])
        return self._picked(told)


def _in_order(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    return itemgetter(*names) if len(names) > 1 else lambda told: tuple(told[name] for name in names)


def _by_name(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda told: {name: told[name] for name in names}


def run(connection: Connection, statement: Executable, given: Mapping[str, Any]) -> Sequence[Stored]:
    """Carry out a statement that its module keeps for good; gives the rows it finds or gives back."""
    plain = _made(connection, statement, given, lambda: statement)
    return found(connection, plain.sql, plain.values(given))


def found(connection: Connection, sql: str, values: Any) -> Sequence[Stored]:
    """Every row that a statement finds which is text already."""
    return _driven(connection, sql, values, lambda cursor: cursor.fetchall())  # type: ignore[no-any-return]


def _driven(connection: Connection, sql: str, values: Any, ask: Callable[[Any], Any] = lambda _: None) -> Any:
    """Hand a statement to the driver, and take from it what is asked for; many rows of values are written one by one.

    SQLAlchemy describes every answer before anybody reads it, which costs a page an eighth of its time. Where somebody
    listens to what goes to the database, it carries out the statement and tells them; what fails is told by it always.
    """
    if connection.dispatch.before_cursor_execute:
        answer = connection.exec_driver_sql(sql, values)
        return ask(answer) if answer.returns_rows else None
    with closing(connection.connection.cursor()) as cursor:
        try:
            (cursor.executemany if isinstance(values, list) else cursor.execute)(sql, values)
            return ask(cursor)
        except BaseException as fault:  # noqa: BLE001 - raised again, in the words of SQLAlchemy
            connection._handle_dbapi_exception(fault, sql, values, cursor, None)


def stored(connection: Connection, statement: Executable, given: Mapping[str, Any]) -> list[Stored]:
    """Every row that such a statement finds, as it is stored: where there are a million, to make more of each would
    cost several times what the database needs to find it."""
    plain = _made(connection, statement, given, lambda: statement)
    with closing(_cursor(connection)) as cursor:
        found: list[Stored] = cursor.execute(plain.sql, plain.values(given)).fetchall()
    return found


def portions(
    connection: Connection, statement: Executable, given: Mapping[str, Any], most: int
) -> Iterator[list[Stored]]:
    """The same for more rows than should be held at once, all as of one instant."""
    plain = _made(connection, statement, given, lambda: statement)
    return in_portions(connection, plain.sql, plain.values(given), most)


def in_portions(connection: Connection, sql: str, values: Any, most: int) -> Iterator[list[Stored]]:
    """What a statement finds that is text already, portion by portion."""
    with closing(_cursor(connection, f"portions_{next(_NAMES)}")) as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(most):
            yield rows


def _cursor(connection: Connection, name: str = "") -> Any:
    """A cursor of the driver. Of PostgreSQL one that gets bytes, not text; with a name one that keeps the rows over there."""
    raw = connection.connection
    return raw.cursor(name, binary=True) if connection.dialect.name == "postgresql" else raw.cursor()


def together(connection: Connection) -> AbstractContextManager[None]:
    """Rows written in this block go to PostgreSQL one behind the other, without waiting for its word on each: that was a
    quarter of the time of an intake. What it refuses is told when the block ends. SQLite is no journey away."""
    return _piped(connection) if connection.dialect.name == "postgresql" else nullcontext()


@contextmanager
def _piped(connection: Connection) -> Iterator[None]:
    try:
        with connection.connection.driver_connection.pipeline():  # type: ignore[union-attr]
            yield
    except connection.dialect.loaded_dbapi.Error as fault:
        connection._handle_dbapi_exception(fault, None, None, None, None)


def append(connection: Connection, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that name the same columns, by one statement."""
    if rows:
        plain = _made(connection, table, rows[0], lambda: insert(table).inline())
        told = [plain.values(row) for row in rows]
        _driven(connection, plain.sql, told if len(told) > 1 else told[0])


def add_new(session: Session) -> None:
    """Write the new rows of a session, one statement for each table; it holds them as it holds what it has read.

    Left to the unit of work are rows that get something from the database, their key perhaps, and those of tables of
    which other rows change as well: there the order may matter.
    """
    changed: set[Any] = {type(row) for row in (*session.dirty, *session.deleted)}
    written: dict[Any, list[InstanceState[Any]]] = defaultdict(list)
    for state in map(mapping_of, session.new):
        if state.class_ not in changed and _form(state.class_).is_complete(state.dict):
            written[state.class_].append(state)
    if not written:
        return
    connection = session.connection()
    with together(connection):
        for table, states in written.items():
            form = _form(table)
            append(connection, table, [form.values(state.dict) for state in states])
    session._register_persistent({state for states in written.values() for state in states})


class _Form:
    """The columns of a mapped table, under which attribute each stands, and what is written where nothing was said."""

    def __init__(self, mapper: Mapper[Any]) -> None:
        columns = [(mapper.get_property_by_column(column).key, column) for column in mapper.local_table.c]
        self._keys = [(name, column.key) for name, column in columns]
        self._own = {
            name: column.default.arg
            for name, column in columns
            if column.default is not None and column.default.is_scalar
        }
        self._needed = {
            name
            for name, column in columns
            if name not in self._own
            and (column.primary_key or column.default is not None or column.server_default is not None)
        }

    def is_complete(self, said: Mapping[str, Any]) -> bool:
        """Whether the database has nothing to add to a row."""
        return all(said.get(name) is not None for name in self._needed)

    def values(self, said: dict[str, Any]) -> dict[str, Any]:
        """A row as it is written; what was not said is now said in it too."""
        for name, value in self._own.items():
            if said.get(name) is None:
                said[name] = value
        return {key: said.get(name) for name, key in self._keys}


@cache
def _form(table: Any) -> _Form:
    return _Form(mapping_of(table))


_KEPT: dict[tuple[Any, ...], Plain] = {}


def _made(
    connection: Connection, what: Any, given: Mapping[str, Any], make: Callable[[], Executable]
) -> Plain:
    which = what, connection.dialect.name, *given
    plain = _KEPT.get(which)
    if plain is None:
        plain = _KEPT[which] = Plain(make(), connection.dialect, given)
    return plain
