"""One bit about a row that whoever asks need not see: both walls let it through, and nothing else of the row.

A wall hides its rows from the conditions of other tables too. A condition that must know of a hidden row asks for a `Bit`:
on SQLite of the bare table, on PostgreSQL of a function of the owner of the tables, whom no policy binds. A row that does
not exist answers as one that the bit does not hold for.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from sqlalchemy import DDL, event
from sqlalchemy.ext.compiler import compiles

from casemgr.core.conditions import Condition
from casemgr.core.db import Model


class Bit(Condition):
    """Whether something holds for the row with a key. Each bit is a class of its own, and says what it asks."""

    function: ClassVar[str]  # by which PostgreSQL knows it; a migration makes it
    of: ClassVar[str]  # the table, whose key is a UUID called `id`
    holds: ClassVar[str]
    every: "ClassVar[list[type[Bit]]]" = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "function" not in vars(cls):
            return  # SQLAlchemy makes classes of its own, to annotate what it was given
        cls.every.append(cls)
        for statement in definition(cls):
            made = DDL(statement)  # type: ignore[no-untyped-call]
            about = Model.metadata.tables[cls.of]
            event.listen(about, "after_create", made.execute_if(dialect="postgresql"))

    def __init__(self, key: Any) -> None:
        super().__init__(key)


def definition(bit: type[Bit]) -> Iterator[str]:
    """The function of a bit: bound to the table as it is made, whatever the caller's search path, and nobody's to call."""
    asked = f'EXISTS (SELECT FROM "{bit.of}" WHERE id = asked AND {bit.holds})'
    yield (
        f"CREATE OR REPLACE FUNCTION {bit.function}(asked uuid) RETURNS boolean LANGUAGE sql "
        f"STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp RETURN {asked}"
    )
    yield f"REVOKE ALL ON FUNCTION {bit.function}(uuid) FROM PUBLIC"


@compiles(Bit)
def _of_the_bare_table(bit: Bit, compiler: Any, **how: Any) -> str:
    key = compiler.process(bit.clauses, **how)
    return f'EXISTS (SELECT 1 FROM "{bit.of}" AS bare WHERE bare.id = {key} AND {bit.holds})'  # noqa: S608 - our own names


@compiles(Bit, "postgresql")
def _of_the_owner(bit: Bit, compiler: Any, **how: Any) -> str:
    return f"{bit.function}({compiler.process(bit.clauses, **how)})"
