"""Instants in the database: in UTC, and aware on our side."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC and always aware on our side."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        value = _in_utc(value)
        return value.replace(tzinfo=None) if value is not None and dialect.name == "sqlite" else value

    def bind_processor(self, dialect: Any) -> Any:
        """On SQLite written in one step, and once for all the columns of one piece of work that say the same instant."""
        return _as_sqlite_keeps if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """On SQLite read in one step: a page has hundreds of instants, the trail millions."""
        if dialect.name == "sqlite":
            return lambda stored: None if stored is None else instant(stored)
        return super().result_processor(dialect, coltype)


def instant(stored: str) -> datetime:
    """An instant from what SQLite keeps of it."""
    return datetime.fromisoformat(f"{stored}+00:00")


@lru_cache(maxsize=256)
def _as_sqlite_keeps(value: datetime | None) -> str | None:
    value = _in_utc(value)
    return None if value is None else value.isoformat(" ", "microseconds")[:26]


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return value.astimezone(UTC)
