"""What machines get, and what they may ask in an address: the shapes that the published description is made from."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from casemgr.core.words import _l
from casemgr.intake.fields import Strict
from casemgr.intake.terms import Decision, ReportState

PAGE, LONGEST_PAGE = 100, 1000
_UNITS = ("commune", "district", "province", "nation")


def _text(sentence: str, **more: Any) -> fields.String:
    return fields.String(required=True, metadata={"description": sentence, **more})


def _maybe(sentence: str, **more: Any) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"description": sentence, **more})


def _whole(sentence: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": sentence})


def _moment(sentence: str) -> fields.String:
    return _text(sentence, format="date-time")


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = _text("Kind of problem, as a name that does not change.")
    title = _text("The kind in one sentence, in the language asked for.")
    status = _whole("The status of the answer again.")
    detail = fields.String(metadata={"description": "What to do about it."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Objections by field, as children.0.birth.date."},
    )
    incident = fields.String(metadata={"description": "The number to quote after a fault of the server."})
    revision = fields.Integer(metadata={"description": "After 409: the revision that is stored."})
    digest = fields.String(
        metadata={"description": "After 409: the fingerprint of the content that is stored."}
    )


class UnitSchema(Schema):
    """An administrative unit. VN stands for the whole country."""

    unit_code = _text("Its code.")
    name = _text("Its name.")
    level = _text("Its tier.", enum=list(_UNITS))


class OpenedCaseSchema(Schema):
    """The case that was opened for a child."""

    child = _text("The mark of the child in the referral.")
    case = _text("The number of the case.")


class ClockSchema(Schema):
    """A clock of the law that runs."""

    id = _text("Which deadline.")
    due_at = _maybe("When it runs out; null where the law sets no time.", format="date-time")


class QuestionSchema(Schema):
    """Something that was not told and matters."""

    field = _text("The field; children and suspects by their marks.")
    text = _text("How to ask.")


class ReceivedSchema(Schema):
    """What became of a referral."""

    reference = _text("The sender's own number.")
    revision = _whole("The revision this answers.")
    status = _text(
        "received, triage (no commune can be told yet) or updated.", enum=["received", "triage", "updated"]
    )
    report = _text("The number of the report here.")
    cases = fields.List(fields.Nested(OpenedCaseSchema), required=True)
    routed_to = fields.Nested(UnitSchema, required=True)
    clocks = fields.List(fields.Nested(ClockSchema), required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    status_url = _text("Where to ask what becomes of it.", format="uri-reference")
    candidates = fields.List(
        fields.Nested(UnitSchema),
        metadata={"description": "The communes it may be, where a divided one was named."},
    )
    replayed = fields.Boolean(metadata={"description": "True when this is the first answer again."})


class PassedSchema(Schema):
    """One state of a referral."""

    state = _text("The state.", enum=[state.value for state in ReportState])
    unit = _maybe("The code of the unit that had it; null in the nation's triage.")
    at = _moment("Since when.")


class StatusSchema(Schema):
    """How far a referral has come."""

    reference = _text("The sender's own number.")
    revision = _whole("The newest revision.")
    report = _text("The number of the report here.")
    state = _text("The present state.", enum=[state.value for state in ReportState])
    routed_to = fields.Nested(UnitSchema, required=True)
    history = fields.List(fields.Nested(PassedSchema), required=True)
    nudged_at = _maybe("When the sender last asked again.", format="date-time")
    outcome = fields.String(
        metadata={
            "description": "How it ended, once it is closed: carried through, or the decision against it.",
            "enum": [
                "completed",
                *(each.value for each in Decision if each not in (Decision.PENDING, Decision.ACCEPTED)),
            ],
        }
    )


class EventSchema(Schema):
    """Something that happened to one of the sender's referrals."""

    cursor = _text("Where to go on after this event.")
    sequence = _whole("Its place among the sender's events: 1, 2, 3 and so on.")
    reference = _text("The sender's own number.")
    revision = _whole("The revision at that time.")
    state = _text("The state from then on.", enum=[state.value for state in ReportState])
    unit = _maybe("The code of the unit that has it from then on.")
    at = _moment("When it happened.")


class EventsSchema(Schema):
    """Events in order; none is left out and none comes in between later."""

    events = fields.List(fields.Nested(EventSchema), required=True)
    next = _text("The cursor to ask with next, also when nothing new is there.")
    more = fields.Boolean(required=True, metadata={"description": "Whether more can be fetched at once."})


class IndicatorSchema(Schema):
    """An indicator that is counted here."""

    set = _text("The set.")
    code = _text("The code inside of the set.")
    version = _whole("The version of the definition.")
    name = _text("The name in the language asked for.")
    name_vi = _text("The name in Vietnamese.")
    name_en = _text("The name in English.")
    concept = _text("What the official text says it is, as far as it was read.")
    definition = _text("What is counted.")
    unit = _text("The unit of measure.")
    counting_unit = _text("What counts as one.")
    reporting_date = _text("Which day decides about the period.")
    basis = _text("The legal basis.")
    kind = _text("Where the number comes from.", enum=["computed", "derived", "entered"])
    status = _text("How sure it is.", enum=["confirmed", "name_confirmed", "provisional", "ours"])
    measure = _text(
        "What is made of those that are counted.", enum=["count", "share", "sum", "median", "ratio", "rate"]
    )
    formula = _text("How the number is worked out.")
    publication_period = _maybe("How often the source publishes it, as far as it was read.")
    supplier = _maybe("The source of the number, as far as it was read.")
    lead = _maybe("Who leads, as far as it was read.")
    note = _maybe("What is missing.")
    valid_from = _text("The first day of this version.", format="date")
    valid_to = _maybe("The last day of this version.", format="date")
    splits = fields.List(fields.String(), required=True)
    source_status = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class IndicatorsSchema(Schema):
    """The indicators that are counted here."""

    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)


class MissingSchema(Schema):
    """Why there is no number: missing is not zero."""

    why = _text("The reason.", enum=["none", "incomplete", "divided", "alone", "no_denominator"])
    lacking = _whole("How many units have not supplied it.")
    units = _whole("Of how many.")


class SourceSchema(Schema):
    """Where a supplied number comes from."""

    indicator = _text("The indicator that was supplied.")
    period = _text("The period for which it was supplied.")
    agency = _text("Which agency.")
    document = _text("The number of its document.")
    document_day = _text("The day of its document.", format="date")
    earlier = fields.Boolean(
        required=True, metadata={"description": "Whether it is of an earlier period than the one asked for."}
    )
    invented = fields.Boolean(
        required=True, metadata={"description": "Whether it is invented, for trying out."}
    )
    units = fields.List(fields.String(), required=True, metadata={"description": "The rows it was used for."})


class RowSchema(Schema):
    """One number of a table."""

    unit_code = _text("The code of the unit; of a divided commune its province's with -unassigned.")
    unit_name = _text("The name of the unit.")
    dims = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Member per key; * is all."},
    )
    value = fields.Raw(
        required=True,
        allow_none=True,
        metadata={
            "type": ["number", "null"],
            "description": "The number; null where there is nothing to take it from.",
        },
    )
    n = fields.Integer(allow_none=True, metadata={"description": "Of a share or a rate: how many."})
    of = fields.Integer(
        allow_none=True, metadata={"description": "Of a share, a rate or a median: of how many."}
    )
    missing = fields.Nested(
        MissingSchema, metadata={"description": "Why there is no number, where others supply it."}
    )


class TableSchema(Schema):
    """The numbers of one indicator."""

    set = _text("The set.")
    code = _text("The code inside of the set.")
    version = _whole("The version of the definition.")
    name = _text("The name in the language asked for.")
    unit = _text("The code of the unit asked for.")
    unit_name = _text("Its name.")
    level = _text("The tier of the rows.", enum=list(_UNITS))
    period = _text("The period.")
    by = fields.List(fields.String(), required=True)
    place = _maybe("Which unit of a case is counted; none where others supply the number.")
    borders = _text("The day whose units make the rows.", format="date")
    status = _text("How sure it is.", enum=["confirmed", "name_confirmed", "provisional", "ours"])
    measure = _text(
        "What is made of those that are counted.", enum=["count", "share", "sum", "median", "ratio", "rate"]
    )
    counting_unit = _text("What counts as one.")
    reporting_date = _text("Which day decides about the period.")
    as_of = _text("Counted from what was recorded by the end of this day.", format="date")
    counted_at = _moment("When it was counted.")
    source_status = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    basis = _text("The legal basis.")
    may_overlap = fields.List(fields.String(), required=True)
    digest = _text("A fingerprint of the question and of every number.")
    rows = fields.List(fields.Nested(RowSchema), required=True)
    sources = fields.List(
        fields.Nested(SourceSchema),
        metadata={"description": "Where others supply numbers: from where they come."},
    )


class ReadySchema(Schema):
    """Whether the house works."""

    status = _text("ok or unavailable.", enum=["ok", "unavailable"])
    failing = fields.List(
        fields.String(metadata={"enum": ["database", "migrations", "keyring"]}),
        metadata={"description": "Which parts do not work."},
    )


class DescriptionSchema(Schema):
    """A description of the interface (OpenAPI 3.1)."""

    openapi = _text("The version of OpenAPI.")
    info = fields.Dict(required=True)
    paths = fields.Dict(required=True)
    components = fields.Dict(required=True)
    servers = fields.List(fields.Dict(), required=True)
    tags = fields.List(fields.Dict(), required=True)


class Count(fields.Integer):
    """A whole number in an address."""

    default_error_messages: dict[str, Any] = {"bounds": _l("A whole number from 1 to 1000 is expected.")}

    def __init__(self, least: int, most: int, **more: Any) -> None:
        super().__init__(metadata={"minimum": least, "maximum": most, "default": PAGE}, **more)
        self._bounds = range(least, most + 1)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7
        if not plain or int(value) not in self._bounds:
            raise self.make_error("bounds")
        return int(value)


class Word(fields.String):
    """A short word in an address."""

    default_error_messages: dict[str, Any] = {
        "long": _l("This text is too long."),
        "required": _l("This must be told."),
    }

    def __init__(self, *, longest: int = 200, **more: Any) -> None:
        super().__init__(metadata={"maxLength": longest, **more.pop("metadata", {})}, **more)
        self._longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str) or len(value) > self._longest:
            raise self.make_error("long")
        return value


class EventsQuery(Strict):
    """From where, and how many events."""

    after = Word(
        metadata={
            "description": "The cursor of the last event read, or the last next; absent: from the beginning."
        }
    )
    limit = Count(1, LONGEST_PAGE)


class TableQuery(Strict):
    """What a table is asked."""

    unit = Word(required=True, metadata={"description": "The code of a unit, or VN."})
    period = Word(
        required=True, metadata={"description": "2026, 2026-H1, 2026-Q3, 2026-05 or 2026-01-01..2026-03-15."}
    )
    level = Word(metadata={"description": "commune, province or nation: the tier of the rows."})
    by = Word(metadata={"description": "Keys to split by, as sex,age_band:law."})
    as_of = Word(metadata={"description": "The end of this past day, by when things were recorded here."})
    place = Word(metadata={"description": "incident or residence."})
    borders = Word(metadata={"description": "old or new."})
