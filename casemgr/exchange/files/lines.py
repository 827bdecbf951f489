"""Reading a file line by line, strictly, within bounded memory; and where the lines of each report stand in it.

The first pass keeps twenty bytes for a line. What belongs together (the lines of a report, reports of the same child) is
read and stored together, in the order in which it first stands in the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from typing import IO, Any

from marshmallow import Schema, ValidationError

from casemgr.core.errors import Invalid
from casemgr.core.words import _l
from casemgr.exchange.api import strict_json
from casemgr.exchange.api.strict_json import LARGEST, Unreadable
from casemgr.exchange.files import schemas, steps
from casemgr.indicators.arrays import np
from casemgr.intake.fields import is_mark
from casemgr.intake.schemas import by_field

UNKNOWN = "unknown"  # the kind of a line that names a report and says nothing else we know
LINE = "line"  # what an objection to a whole line is filed under
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_TELL_EVERY = 5000

_BEGINS_WITH_MARK = _l("The file begins with a byte order mark. Plain UTF-8 is expected.")
_TOO_LONG = _l("The line is longer than 256 KiB.")
_BLANK_LINE = _l("The line is empty.")
_NO_OBJECT = _l("An object with named members is expected.")
NO_TYPE = _l("One of report, step, case and child is expected.")
_NO_MARK = _l("1 to 64 letters without marks, digits, full stop, underscore or hyphen are expected.")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line: its number in the file, the field, what is said, and the report it belongs to."""

    line: int
    field: str
    sentence: str
    report: str | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.sentence}"


@dataclass(frozen=True)
class Line:
    """One line as it was read: still without any judgement of its form."""

    number: int
    value: Mapping[str, Any]

    @property
    def kind(self) -> str:
        told = self.value.get("type")
        return told if isinstance(told, str) and told in schemas.LINES else UNKNOWN

    @property
    def mark(self) -> str:
        """The report, or the registered child, that it belongs to."""
        if self.kind == UNKNOWN:
            marks = (self.value.get(name) for name in ("report", "reference"))
            return next((mark for mark in marks if isinstance(mark, str) and is_mark(mark)), "")
        return str(self.value[_MARKED_BY[self.kind]])


_MARKED_BY = {"report": "reference", "step": "report", "case": "report", "child": "ref"}


@dataclass
class Index:
    """Where every line stands, and which lines belong together."""

    header: Mapping[str, Any] | None = None
    lines: int = 0
    digest: str = ""
    faults: list[Fault] = field(default_factory=list)
    _keys: array[int] = field(default_factory=lambda: array("Q"))
    _offsets: array[int] = field(default_factory=lambda: array("Q"))
    _numbers: array[int] = field(default_factory=lambda: array("I"))
    _roots: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: int, offset: int, number: int) -> None:
        self._keys.append(key)
        self._offsets.append(offset)
        self._numbers.append(number)

    def tie(self, one: int, other: int) -> None:
        """Two reports tell of the same child: they are stored together or not at all."""
        self._roots[self._root(one)] = self._root(other)

    def _root(self, key: int) -> int:
        self._roots.setdefault(key, key)
        while self._roots[key] != key:
            self._roots[key] = self._roots[self._roots[key]]
            key = self._roots[key]
        return key

    def families(self) -> Iterator[Sequence[tuple[int, int]]]:
        """Line numbers and offsets of what belongs together, in the order of its first line."""
        if not self._keys:
            return
        keys = np.frombuffer(self._keys, dtype="u8").copy()
        if self._roots:
            tied = np.array(sorted(self._roots), dtype="u8")
            roots = np.array([self._root(key) for key in sorted(self._roots)], dtype="u8")
            place = np.minimum(np.searchsorted(tied, keys), len(tied) - 1)
            keys = np.where(tied[place] == keys, roots[place], keys)
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.r_[True, keys[order][1:] != keys[order][:-1]])
        ends = np.r_[starts[1:], len(order)]
        for place in np.argsort(order[starts], kind="stable"):
            rows = order[starts[place] : ends[place]]
            yield [(self._numbers[row], self._offsets[row]) for row in rows.tolist()]


def index(file: IO[bytes], *, told: Callable[[int], None]) -> Index:
    """The first pass: every line is read once, and what cannot be read is a fault."""
    found = Index()
    content = sha256()
    offset = file.seek(0)
    for number, raw in enumerate(_raw(file), start=1):
        found.lines = number
        size, whole = raw
        content.update(whole or b"")
        try:
            if number == 1:
                found.header = _header(whole)
            elif whole is not None and not whole.strip(_BLANK):
                raise Invalid({LINE: [str(_BLANK_LINE)]})
            else:
                _place(found, _line(number, whole), offset)
        except Invalid as wrong:
            found.faults += [
                Fault(number, name, "; ".join(map(str, said))) for name, said in wrong.errors.items()
            ]
        offset += size
        if number % _TELL_EVERY == 0:
            told(number)
    found.digest = content.hexdigest()
    return found


def at(file: IO[bytes], number: int, offset: int) -> Line:
    """A line that was found good before."""
    file.seek(offset)
    return _line(number, file.readline(LARGEST + 3))


def _raw(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Every line with its size; one that is too long has no content."""
    while chunk := file.readline(LARGEST + 3):
        size = len(chunk)
        if len(chunk.rstrip(b"\r\n")) <= LARGEST:
            yield size, chunk
            continue
        while not chunk.endswith(b"\n") and (chunk := file.readline(LARGEST)):
            size += len(chunk)
        yield size, None


def _header(raw: bytes | None) -> Mapping[str, Any]:
    if raw is not None and raw.startswith(_BOM):
        raise Invalid({LINE: [str(_BEGINS_WITH_MARK)]})
    return loaded("header", _value(raw))


def _line(number: int, raw: bytes | None) -> Line:
    value = _value(raw)
    if not isinstance(value, dict):
        raise Invalid({LINE: [str(_NO_OBJECT)]})
    line = Line(number, value)
    kind = line.kind
    if kind == UNKNOWN:
        if not line.mark:
            raise Invalid({"type": [str(NO_TYPE)]})
        return line
    mark = value.get(_MARKED_BY[kind])
    if not isinstance(mark, str) or not is_mark(mark):
        raise Invalid({_MARKED_BY[kind]: [str(_NO_MARK)]})
    return line


def _value(raw: bytes | None) -> Any:
    if raw is None:
        raise Invalid({LINE: [str(_TOO_LONG)]})
    try:
        return strict_json.read(raw.rstrip(b"\r\n"))
    except Unreadable as wrong:
        raise Invalid({LINE: [str(wrong.sentence)]}) from None


def loaded(kind: str, value: object) -> dict[str, Any]:
    """A line whose form is good, or every objection to it by field."""
    return _judged(schemas.form_of(kind), value, "")


def loaded_data(name: str, value: object) -> dict[str, Any]:
    """The data of a step whose form is good, or every objection to it by field."""
    return _judged(schemas.data_form(name), {} if value is None else value, "data.")


def _judged(form: Schema, value: object, before: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid({before.rstrip(".") or LINE: [str(_NO_OBJECT)]})
    try:
        found: dict[str, Any] = form.load(value)
    except ValidationError as wrong:
        raise Invalid({f"{before}{name}": said for name, said in by_field(wrong.messages).items()}) from None
    return found


def _place(found: Index, line: Line, offset: int) -> None:
    key = key_of(line.kind, line.mark)
    found.add(key, offset, line.number)
    if line.kind == "step" and line.value.get("step") == steps.SAME_CHILD:
        data = line.value.get("data")
        other = data.get("report") if isinstance(data, dict) else None
        if isinstance(other, str) and is_mark(other):
            found.tie(key_of("report", other), key)


def key_of(kind: str, mark: str) -> int:
    """A report, or a registered child, as a number of eight bytes."""
    whose = "child" if kind == "child" else "report"
    return int.from_bytes(blake2b(f"{whose} {mark}".encode(), digest_size=8).digest())
