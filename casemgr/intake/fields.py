"""How single values of a sent body are read: strictly by type, each with its own plain objection, never echoed back."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from casemgr.core.text import clean, clean_lines
from casemgr.core.words import _l
from casemgr.law.vocabulary import vocabulary

EARLIEST, LATEST = 1900, 9999  # a year outside of these is a slip of the pen
_MARK = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d{1,12})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_MICROSECONDS = 7  # a point and six digits: what a computer's instant can hold
_OBJECTIONS: dict[str, Any] = {
    "required": _l("This must be told."),
    "null": _l("This must be told."),
    "invalid": _l("This is of another type than expected."),
    "type": _l("This is of another type than expected."),
}


def is_mark(text: str) -> bool:
    """Whether a text can be a number or mark that a machine gave."""
    return _MARK.fullmatch(text) is not None


def _published(says: str, **form: object) -> dict[str, object]:
    """What the published description says of a value."""
    return {
        **({"description": says} if says else {}),
        **{name: value for name, value in form.items() if value},
    }


class Strict(Schema):
    """A group of members of which every one is known by name."""

    error_messages: dict[str, Any] = {
        "type": _l("An object with named members is expected."),
        "unknown": _l("There is no such member."),
    }

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """Text, brought into its normal form; nothing visible is the same as nothing told."""

    default_error_messages: dict[str, Any] = {**_OBJECTIONS, "long": _l("This text is too long.")}

    def __init__(
        self, says: str = "", *, longest: int | None = None, tidy: Callable[[str], str] = clean, **more: Any
    ) -> None:
        super().__init__(allow_none=True, metadata=_published(says, maxLength=longest), **more)
        self._longest = longest
        self._tidy = tidy

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if self._longest is not None and len(value) > self._longest:
            raise self.make_error("long")
        return self._tidy(value) or None


class Lines(Text):
    """Text of several lines."""

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(says, tidy=clean_lines, **more)


class Mark(fields.String):
    """A short mark that machines compare: its letters and length are fixed."""

    default_error_messages: dict[str, Any] = {
        **_OBJECTIONS,
        "marks": _l("1 to 64 letters without marks, digits, full stop, underscore or hyphen are expected."),
    }

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(metadata=_published(says, pattern=_MARK.pattern), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not is_mark(value):
            raise self.make_error("marks")
        return value


class Whole(fields.Integer):
    """A whole number between two bounds."""

    default_error_messages: dict[str, Any] = {
        **_OBJECTIONS,
        "bounds": _l("A whole number from %(least)s to %(most)s is expected."),
    }

    def __init__(self, least: int, most: int, says: str = "", **more: Any) -> None:
        super().__init__(metadata={**_published(says), "minimum": least, "maximum": most}, **more)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        if value != int(value) or not self._least <= value <= self._most:
            raise ValidationError([self.objection])
        return int(value)

    @property
    def objection(self) -> object:
        """What is said of a number outside the bounds."""
        return _l(
            "A whole number from %(least)s to %(most)s is expected.", least=self._least, most=self._most
        )


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    default_error_messages: dict[str, Any] = _OBJECTIONS

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(allow_none=True, metadata=_published(says), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Among(validate.Validator):
    """The values of a code list."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self.choices = choices

    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise ValidationError([_l("This value is not on the list.")])
        return value


class Choice(fields.String):
    """One value of a code list of the law's data."""

    default_error_messages: dict[str, Any] = _OBJECTIONS

    def __init__(self, name: str, says: str = "", **more: Any) -> None:
        super().__init__(validate=Among(vocabulary(name).codes), metadata=_published(says), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return value


class Day(fields.Date):
    """A day as 2026-03-01."""

    default_error_messages: dict[str, Any] = {
        **_OBJECTIONS,
        "day": _l("A day of the calendar such as 2026-03-01 is expected."),
    }

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(allow_none=True, metadata=_published(says), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> date:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or day.year < EARLIEST:
            raise self.make_error("day")
        return day


class Moment(fields.DateTime):
    """An instant with its zone, as 2026-03-02T08:15:00+07:00 (RFC 3339)."""

    default_error_messages: dict[str, Any] = {
        **_OBJECTIONS,
        "moment": _l("An instant with its zone such as 2026-03-02T08:15:00+07:00 is expected."),
    }

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(metadata=_published(says), **more)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        found = _MOMENT.fullmatch(value)
        try:
            moment = datetime.fromisoformat(_plain_moment(*found.groups())) if found else None
        except ValueError:
            moment = None
        if moment is None or not EARLIEST < moment.year < LATEST:
            raise self.make_error("moment")
        return moment.astimezone(UTC)


class AtMost(validate.Length):
    """A list that is not too long."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, value: Any) -> Any:
        if self.max is not None and len(value) > self.max:
            raise ValidationError([_l("At most %(most)s entries are expected.", most=self.max)])
        return value


class Many(fields.List[Any]):
    """A list of single values."""

    default_error_messages: dict[str, Any] = _OBJECTIONS

    def __init__(self, inner: fields.Field[Any], says: str = "", **more: Any) -> None:
        super().__init__(inner, allow_none=True, metadata=_published(says), **more)


class Group(fields.Nested):
    """A group of members, or a list of groups."""

    default_error_messages: dict[str, Any] = _OBJECTIONS


def _plain_moment(day: str, clock: str, fraction: str | None, zone: str) -> str:
    """The instant as the standard library reads it: at most microseconds, Z as a number."""
    return f"{day}T{clock}{(fraction or '')[:_MICROSECONDS].ljust(_MICROSECONDS, '0') if fraction else ''}{'+00:00' if zone in 'Zz' else zone}"
