"""The form of a catalogue file, entry by entry: read strictly, every fault with its field. Of it the JSON Schema is made."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields

from casemgr.core.words import _l
from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue.loading import PARTS, condition
from casemgr.indicators.items import FORMS
from casemgr.indicators.splits import KEYS
from casemgr.indicators.terms import Counts, Kind, Measure, Place, State
from casemgr.intake.fields import Among, Day, Mark, Strict, Text, Whole

_LONG, _SHORT = 2000, 300
_ID = r"^[A-Z]/[A-Za-z0-9._-]{1,64}$"
_NEEDED: Mapping[str, Any] = {
    "required": _l("This must be told."),
    "null": _l("This must be told."),
    "invalid": _l("This is of another type than expected."),
}


class Word(fields.String):
    """One of a few fixed words."""

    default_error_messages: dict[str, Any] = {**_NEEDED}

    def __init__(self, *words: str, **more: Any) -> None:
        super().__init__(validate=Among(tuple(map(str, words))), **more)


class Line(Text):
    """Text that has to be there."""

    def __init__(self, says: str = "", **more: Any) -> None:
        super().__init__(says, **more)
        self.allow_none = False

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        found = super()._deserialize(value, attr, data, **more)
        if not found:
            raise self.make_error("required")
        return found


class First(Day):
    """A day that has to be there."""

    def __init__(self, says: str) -> None:
        super().__init__(says, required=True)
        self.allow_none = False


class Condition(fields.List[Any]):
    """A condition of counting, as a list: its kind, a column, codes."""

    default_error_messages: dict[str, Any] = {
        **_NEEDED,
        "unreadable": _l(
            'A condition is ["any", column, code, …], ["none", column, code, …], ["known", column] or ["late", days].'
        ),
    }

    def __init__(self) -> None:
        super().__init__(fields.Raw(), metadata={"description": "Kind, column, codes.", "minItems": 2})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        try:
            found = condition(value)
        except TypeError:
            raise self.make_error("unreadable") from None
        if not all(isinstance(part, str) for part in (found.column, *getattr(found, "codes", ()))):
            raise self.make_error("unreadable")
        return found


class BothSchema(Strict):
    """A text in both languages."""

    vi = Line(required=True, longest=_LONG)
    en = Line(required=True, longest=_LONG)


class RuleSchema(Strict):
    """How an entry is counted here; what is not told is as for children of accepted reports by day of receipt."""

    fact = Word(*FORMS)
    counts = Word(*Counts)
    measure = Word(*Measure)
    dated_by = Mark("The column whose day falls into the period.")
    decided = Word(
        "all", metadata={"description": "Reports of every decision; without it, accepted ones only."}
    )
    always = fields.List(Condition(), metadata={"description": "What every counted fact holds."})
    having = fields.List(Condition(), metadata={"description": "What the n of a share hold."})
    column = Mark("What is added up, or of which the middle is taken.")
    stands = fields.Boolean(metadata={"description": "Counted are those standing on the last day."})
    place = Word(*Place)
    per = fields.List(Mark(), metadata={"description": "Of a ratio: the roles whose holders are its N."})


class SupplySchema(Strict):
    """What another sector supplies; of a derived entry, what its rate is worked out from."""

    per = Whole(1, 1_000_000, "A rate for so many; without it, a plain number.")
    members = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "By key with its bands, the members told beside the total."},
    )
    n = fields.Nested(BothSchema, allow_none=True)
    of = fields.Nested(BothSchema, allow_none=True)
    part = fields.Boolean(metadata={"description": "The n are some of the N: no rate above all."})
    jump = Whole(1, 1000, "From so many per cent on, a change is to be explained.")
    counted = fields.String(metadata={"description": "The entry counted here for the n.", "pattern": _ID})
    over = fields.String(metadata={"description": "The entry that supplies the N.", "pattern": _ID})


class EntrySchema(Strict):
    """One entry of the catalogue."""

    set = Word("A", "B", "H", "P", required=True)
    code = Mark("A code that is not confirmed ends in -p.", required=True)
    version = Whole(1, 999, "Each change of a code is its next version.", required=True)
    valid_from = First("The first day on which it holds.")
    valid_to = Day("The last day; without it, it holds on.")
    formerly = fields.String(
        metadata={"description": "The entry that goes on under this code, as B/01-c1-p.", "pattern": _ID}
    )
    state = Word(*State, required=True)
    kind = Word(*Kind, required=True)
    name = fields.Nested(BothSchema, required=True)
    definition = fields.Nested(BothSchema, required=True)
    unit = fields.Nested(BothSchema, allow_none=True)
    basis = Line("The document and its part.", required=True, longest=_SHORT)
    concept = fields.Nested(BothSchema, allow_none=True)
    formula = fields.Nested(BothSchema, allow_none=True)
    counting_unit = fields.Nested(BothSchema, allow_none=True)
    reporting_date = fields.Nested(BothSchema, allow_none=True)
    period = fields.Nested(BothSchema, allow_none=True)
    supplier = fields.Nested(BothSchema, allow_none=True)
    lead = fields.Nested(BothSchema, allow_none=True)
    note = fields.Nested(BothSchema, allow_none=True)
    parts = fields.Dict(
        keys=Word(*PARTS),
        values=Word(*Source),
        metadata={"description": "How sure each part is; without it, as the state of the entry has it."},
    )
    splits = fields.List(Word(*KEYS))
    rule = fields.Nested(RuleSchema)
    supply = fields.Nested(SupplySchema)


class FileSchema(Strict):
    """A file of the catalogue; entries that it does not name stay as they are."""

    about = Text("What the file is, for people.", longest=_LONG)
    entries = fields.List(fields.Nested(EntrySchema), required=True)


def objections(schema: Strict, said: object) -> list[tuple[str, str]]:
    """Every fault with the way to its field, as rule.always.0."""
    if not isinstance(said, Mapping):
        return [("", str(schema.error_messages["type"]))]
    try:
        found = schema.validate(dict(said))
    except ValidationError as wrong:
        found = wrong.messages_dict
    return list(_flat(found, ""))


def _flat(found: Any, way: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, Mapping):
        for name, rest in found.items():
            yield from _flat(rest, way if name == "_schema" else f"{way}.{name}" if way else str(name))
    elif isinstance(found, list):
        for one in found:
            yield from _flat(one, way)
    else:
        yield way, str(found)
