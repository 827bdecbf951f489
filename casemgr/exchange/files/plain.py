"""Values as they stand in a file: without what was not told, instants in the time of the country, members in one order."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from casemgr.core.calendar import LOCAL

_NOTHING: tuple[object, ...] = (None, "", [], {})


def plain(value: Any) -> Any:
    """A value as JSON has it; what was not told is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {member.name: getattr(value, member.name) for member in fields(value)}
    if isinstance(value, Mapping):
        kept = {str(name): plain(member) for name, member in value.items()}
        return {name: member for name, member in kept.items() if member not in _NOTHING}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def only_told(value: Any) -> dict[str, Any]:
    """The same for a row in which no is the same as nothing said."""
    return {name: member for name, member in plain(value).items() if member is not False}


def written(line: Mapping[str, Any]) -> str:
    """A line as it is written: its members in the order given, no spaces."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> str:
    """One text for everything that means the same."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
