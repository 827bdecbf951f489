"""Conditions that each engine writes in its own way."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    Select,
    String,
    TypeDecorator,
    any_,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Numbers(TypeDecorator[Sequence[int]]):
    """Many whole numbers handed to the database as one value: an array, or on SQLite a JSON list."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Any) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return list(value)
        return _written(value) if isinstance(value, tuple) else json.dumps(value)


@lru_cache(maxsize=128)
def _written(numbers: tuple[int, ...]) -> str:
    """The units of a province stand in a statement several times, and in all that its people ask."""
    return json.dumps(numbers)


class Condition(FunctionElement[bool]):
    """A condition that each engine writes in its own way."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """It is a condition as it stands: compared with true, as SQLite would be told, no index would serve it."""
        return self


class Among(Condition):
    """Whether a number is one of many. The statement stays as short however many they are."""

    inherit_cache = True

    def __init__(self, column: Any, numbers: BindParameter[Sequence[int]]) -> None:
        super().__init__(column, numbers)


def among(column: Any, numbers: Iterable[int]) -> Among:
    """Whether a number is one of these; SQLite begins its search with them, whatever else is asked."""
    return Among(column, bindparam(None, list(numbers), Numbers(), unique=True))


class OneOfMany(Condition):
    """Whether a value is one of those that are handed over later under a name: as one array, or on SQLite each by itself.

    An array keeps the statement short: a longer one PostgreSQL's driver reads anew at every asking.
    """

    inherit_cache = True

    def __init__(self, column: Any, name: str, kind: TypeEngine[Any]) -> None:
        array = any_(bindparam(name, type_=ARRAY(kind)))
        super().__init__(column.in_(bindparam(name, type_=kind, expanding=True)), column == array)


@compiles(OneOfMany)
def _each_by_itself(element: OneOfMany, compiler: Any, **how: Any) -> str:
    each, _ = element.clauses
    return str(compiler.process(each, **how))


@compiles(OneOfMany, "postgresql")
def _as_one_array(element: OneOfMany, compiler: Any, **how: Any) -> str:
    _, array = element.clauses
    return str(compiler.process(array, **how))


class OneOf(Condition):
    """Whether a value is one of those a short list of rows gives: they are looked up first, then an index serves the rest."""

    inherit_cache = True

    def __init__(self, column: Any, few: Select[Any]) -> None:
        super().__init__(column, few.correlate(None).scalar_subquery())


@compiles(OneOf)
def _one_of_rows(element: OneOf, compiler: Any, **how: Any) -> str:
    column, few = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN {few}"


@compiles(OneOf, "postgresql")
def _one_of_array(element: OneOf, compiler: Any, **how: Any) -> str:
    column, few = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY(ARRAY{few})"


@compiles(Among)
def _among_list(element: Among, compiler: Any, **how: Any) -> str:
    column, numbers = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - a column and a mark for a value


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: Any, **how: Any) -> str:
    column, numbers = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY({numbers})"
