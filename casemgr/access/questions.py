"""Questions: statements that are written once and asked behind the wall of whoever sits at the desk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from casemgr.access.scope import wall_of
from casemgr.access.sight import Sight, alike
from casemgr.core.prepared import Prepared, gap
from casemgr.security.parts import read_in

Row = TypeVar("Row")
AnySelect = Select[*tuple[Any, ...]]


class Question(Generic[Row]):
    """A statement with gaps where values come, or what makes one for a sight."""

    def __init__(self, statement: AnySelect | Callable[[Sight], AnySelect]) -> None:
        self._statement = statement
        self._kind: _Kind | None = None

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[Any]:
        """Every row as a tuple of columns with their names."""
        return self._behind(session).rows(session, _with_own(session, values))

    def portions(
        self, session: Session, values: Mapping[str, Any], most: int
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Every row as it is stored, so many at a time and all as of one instant: for what is read by the million."""
        return self._behind(session).portions(session, _with_own(session, values), most)

    def objects(self, session: Session, values: Mapping[str, Any]) -> Sequence[Row]:
        """Every row as an object of its model. Only at a writing desk does the session follow what becomes of it.

        Read again at the same desk, behind the same wall, a row is the same object.
        """
        if session.info.get("writing"):
            return session.scalars(self._of(session.info["actor"]), values).all()
        prepared, wall, seen = self._behind(session), wall_of(session), session.info.setdefault("seen", {})
        kind = self._kind or self._of_kind(session, prepared)
        objects = []
        for row in prepared.bare(session, _with_own(session, values)):
            key = wall, kind.model, kind.key(row)
            one = seen.get(key)
            if one is None:
                one = seen[key] = read_in(session, kind.new())
                one.__dict__.update(zip(kind.names, row, strict=True))
            objects.append(one)
        return objects

    def _of(self, sight: Sight) -> AnySelect:
        return self._statement(sight) if callable(self._statement) else self._statement

    def _behind(self, session: Session) -> Prepared:
        """The statement, ready for everybody of the outline: whoever asks fills in their own."""
        wall, dialect, outline = wall_of(session), session.get_bind().dialect, session.info["actor"].outline
        key = self, dialect, outline if callable(self._statement) else None
        prepared: Prepared | None = wall.prepared.get(key)
        if prepared is None:
            prepared = wall.prepared[key] = Prepared(self._of(alike(outline)).options(wall.bare), dialect)
        return prepared

    def _of_kind(self, session: Session, prepared: Prepared) -> "_Kind":
        model = self._of(session.info["actor"]).column_descriptions[0]["entity"]
        self._kind = _Kind.of(model, prepared.columns)
        return self._kind


def _with_own(session: Session, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of one asking, with those of whoever asks and of the wall: nothing that is handed in takes their place."""
    return {**values, **session.info["actor"].said, **wall_of(session).said}


class _Kind(NamedTuple):
    """How rows become objects of a model."""

    model: type[Any]
    new: Callable[[], Any]
    names: Sequence[str]  # under which the model keeps its columns
    key: Callable[[Sequence[Any]], Any]

    @classmethod
    def of(cls, model: type[Any], columns: Sequence[str]) -> "_Kind":
        mapper: Any = inspect(model)
        names = {kept.columns[0].name: kept.key for kept in mapper.column_attrs}
        key = itemgetter(*(columns.index(column.name) for column in mapper.primary_key))
        return cls(model, mapper.class_manager.new_instance, [names[name] for name in columns], key)


def found(session: Session, model: type[Row], key: Any) -> Row | None:
    """The row with this key, if it is in sight. A reading desk asks for it once."""
    if session.info.get("writing"):
        return session.get(model, key)
    seen: Row | None = session.info.get("seen", {}).get((wall_of(session), model, key))
    if seen is not None:
        return seen
    each = key if isinstance(key, tuple) else (key,)
    question: Question[Row] = _by_key(cast(Any, model))
    rows = question.objects(session, {f"key{number}": part for number, part in enumerate(each)})
    return rows[0] if rows else None


@cache
def _by_key(model: Any) -> Question[Any]:
    """The question for one row of a model."""
    columns = enumerate(inspect(model).primary_key)
    return Question(select(model).where(*(column == gap(f"key{n}", column.type) for n, column in columns)))
