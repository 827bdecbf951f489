"""The form of every line of a file, read as strictly as a referral: every member known by name, typed, bounded."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields

from casemgr.cases.terms import Ending, Risk, Stage, Step
from casemgr.children.terms import Precision
from casemgr.circumstances.terms import End, Help
from casemgr.circumstances.terms import Kind as SpellKind
from casemgr.core.words import _l
from casemgr.exchange.files import steps
from casemgr.intake.fields import (
    Among,
    AtMost,
    Choice,
    Day,
    Flag,
    Group,
    Lines,
    Many,
    Mark,
    Moment,
    Strict,
    Text,
    Whole,
)
from casemgr.intake.schemas import (
    CHILDREN,
    CODE,
    NAME,
    PLACE,
    BirthSchema,
    ChildSchema,
    ReferralSchema,
    ReporterSchema,
)
from casemgr.intake.terms import Decision
from casemgr.intervention.care.terms import State
from casemgr.law.rulebook import CountedFrom, shipped_rulebook
from casemgr.law.vocabulary import vocabulary
from casemgr.proceedings.terms import Appeal, CriminalStage, Verdict
from casemgr.review.terms import Reached

FORMAT, VERSION = "casemgr-exchange", 1
_CLOCKS = tuple(sorted(shipped_rulebook().versions))
_MONEY = 10**15
_MANY = 200


class OneOf(fields.String):
    """One of a few fixed words."""

    default_error_messages: dict[str, Any] = {
        "invalid": _l("This is of another type than expected."),
        "required": _l("This must be told."),
        "null": _l("This must be told."),
    }

    def __init__(self, words: Iterable[str], says: str = "", **more: Any) -> None:
        chosen = tuple(str(word) for word in words)
        super().__init__(validate=Among(chosen), metadata={"description": says} if says else {}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return value


class Codes(fields.Dict):
    """Words by a name, as the writing installation kept them beside a line."""

    default_error_messages: dict[str, Any] = {"invalid": _l("An object with named members is expected.")}

    def __init__(self, says: str = "") -> None:
        super().__init__(
            keys=Mark(), values=Text(longest=PLACE), allow_none=True, metadata={"description": says}
        )


# ---- line 1 -------------------------------------------------------------------------------------------------------


class HeaderSchema(Strict):
    """The first line."""

    format = OneOf((FORMAT,), required=True)
    version = Whole(VERSION, VERSION, required=True)
    made_at = Moment("The instant up to which the file reaches.", allow_none=True)
    unit = Text("Code of the unit whose records these are, or VN.", longest=CODE)


# ---- reports ------------------------------------------------------------------------------------------------------


class ParentSchema(Strict):
    """A parent as told."""

    name = Text("Name as told.", longest=NAME)
    age = Whole(0, 150, "In whole years.", allow_none=True)
    occupation = Text(longest=PLACE)


class FileChildSchema(ChildSchema):
    """A child as known, with what only a form of ours asks."""

    father = Group(ParentSchema, allow_none=True)
    mother = Group(ParentSchema, allow_none=True)
    family = Lines("The situation of the family.")
    carer = Lines("Who cares for the child.")


class FileReporterSchema(ReporterSchema):
    """Who told it, with what only a form of ours asks."""

    address = Text(longest=PLACE)
    note = Lines()


class ReportSchema(ReferralSchema):
    """A report: the members of a referral, and what was decided."""

    type = OneOf(("report",), required=True)
    children = Group(FileChildSchema, many=True, allow_none=True, validate=AtMost(CHILDREN))
    reporter = Group(FileReporterSchema, allow_none=True)
    subject = Text("Which kind of child it is about (note 4 of form 01).", longest=CODE)
    by_hotline = Flag("Whether it came through hotline 111.")
    decision = OneOf(Decision, "What was decided; absent: accepted.", allow_none=True)


# ---- units, clocks, how a case stands ------------------------------------------------------------------------------


class UnitSchema(Strict):
    """An administrative unit. A code alone means the unit that has it on the day of the line."""

    code = Text("Its code.", longest=CODE, required=True)
    since = Day(
        "Its first day, where the same code has stood for several.", data_key="from", attribute="from"
    )


class ClockSchema(Strict):
    """A clock that runs, or ran."""

    clock = OneOf(_CLOCKS, "Which deadline of the law's data.", required=True)
    started_at = Moment("From when it counts.", required=True)
    started_by = OneOf(CountedFrom, "What it counts from.", required=True)
    due_at = Moment("When it runs out; absent where the law sets no time.", allow_none=True)
    local_due_at = Moment("When a shorter limit of the place runs out.", allow_none=True)
    rule_from = Day("First day of the version of the law.")
    rule_value = Whole(0, 2**31 - 1, "What that version measures.", allow_none=True)
    stopped_at = Moment("When it was met.", allow_none=True)
    stopped_by = OneOf(Step, "By which step.", allow_none=True)


class CaseSchema(Strict):
    """How the case of one child stands. Without this line, the steps say so."""

    type = OneOf(("case",), required=True)
    report = Mark("Reference of its report.", required=True)
    child = Mark("Mark of the child there.", required=True)
    stage = OneOf(Stage, "Where it stands on its way.", required=True)
    round = Whole(1, 32_000, "How often it was begun.", allow_none=True)
    emergency = Flag("Whether emergency measures were needed.")
    restricted = Flag(
        "Whether only named persons see it. Names do not travel: the supervisor names them anew."
    )
    risk = OneOf(Risk, "Level of risk as concluded.", allow_none=True)
    ending = OneOf(Ending, "Why it is closed.", allow_none=True)
    received_at = Moment("When the case began, where it is later than its report.", allow_none=True)
    reached_at = Moment("When the commune had it.", allow_none=True)
    handled_under = Day("The day whose law holds, if not of receipt.")
    closed_at = Moment("When it was closed.", allow_none=True)
    unit = Group(UnitSchema, allow_none=True)
    incident_unit = Group(UnitSchema, allow_none=True)
    residence_unit = Group(UnitSchema, allow_none=True)
    report_unit = Group(UnitSchema, allow_none=True)
    known_since = Moment(
        "When the child was told of first: an estimated age counts from there.", allow_none=True
    )
    clocks = Group(ClockSchema, many=True, allow_none=True, validate=AtMost(_MANY))


# ---- steps --------------------------------------------------------------------------------------------------------


class DataSchema(Strict):
    """What can be told of any step."""

    text = Lines("What was written.")
    reason = Lines("Why.")
    codes = Codes("Codes as the writing installation kept them beside the line.")


class PersonSchema(Strict):
    """Against whom."""

    ref = Mark("Mark of the suspect in the report.", allow_none=True)
    name = Text(longest=NAME)
    birth_year = Whole(1900, 9999, allow_none=True)
    identity = Text(longest=CODE)
    organisation = Flag()


class BodySchema(Strict):
    """Who decided."""

    code = Text("Code of the kind of body.", longest=CODE)
    name = Text(longest=NAME)


class DecidedSchema(DataSchema):
    """What a decision against a person always has."""

    decision = Mark("The same mark in several children of a report is one decision.", allow_none=True)
    person = Group(PersonSchema, allow_none=True)
    number = Text(longest=CODE)
    day = Day("When it was decided; absent: the day of the step.")
    body = Group(BodySchema, allow_none=True)
    note = Lines()


class SanctionSchema(DecidedSchema):
    """An administrative decision."""

    violation = Text("Code of the act.", longest=CODE)
    outcome = Choice("sanction_outcomes", "What was decided; absent: unknown.", allow_none=True)
    amount = Whole(0, _MONEY, "Of a fine, in whole đồng.", allow_none=True)
    record_number = Text(longest=CODE)
    record_on = Day("When the record was made.")
    remedies = Many(Text(longest=CODE), validate=AtMost(_MANY))
    paid_on = Day()
    refused = Flag("Whether the person does not comply.")
    appealed_on = Day()
    appeal = OneOf(Appeal, allow_none=True)


class ProsecutionSchema(DecidedSchema):
    """A decision in criminal proceedings, or, as `reported`, that the police were told."""

    offence = Text("Code of the offence.", longest=CODE)
    stage = OneOf(CriminalStage, "How far proceedings have come.", allow_none=True)
    grounds = Lines("Why it was decided so.")
    verdict = OneOf(Verdict, allow_none=True)
    final = Flag()
    sentence = Lines()


class PlacementSchema(DataSchema):
    """A child with a carer or in a facility. Without a form of care it is a line of the timeline only."""

    form = Choice("alternative_care_forms", "Form of care.", allow_none=True)
    state = OneOf(State, "How far it has come; absent: given.", allow_none=True)
    unit = Group(UnitSchema, allow_none=True)
    urgent = Flag()
    proposed_on = Day()
    decided_on = Day()
    given_on = Day("When the child was handed over; absent: the day of the step.")
    ended_on = Day()


class AuthoritySchema(Strict):
    """The decision that something rests on."""

    number = Text(longest=CODE)
    day = Day()
    authority = Text(longest=NAME)


class SupportSchema(Strict):
    """What a child receives because of its circumstances."""

    key = Mark(required=True)
    kind = OneOf(Help, required=True)
    since = Day()
    until = Day()
    amount = Whole(0, _MONEY, "In whole đồng.", allow_none=True)
    source = Text(longest=NAME)
    decision = Group(AuthoritySchema, allow_none=True)
    note = Lines()


class CircumstanceSchema(DataSchema):
    """A time in special circumstances, or at risk. Without a code it is a line of the timeline only."""

    kind = OneOf(SpellKind, "special or at_risk; absent: special.", allow_none=True)
    code = OneOf(
        (*vocabulary("special_circumstances").codes, *vocabulary("at_risk").codes), "Which.", allow_none=True
    )
    since = Day("First day; absent: the day of the step.")
    since_precision = OneOf(Precision, allow_none=True)
    until = Day("Last day.")
    ended = OneOf(End, allow_none=True)
    ended_note = Lines()
    known_by = Lines()
    basis = Lines()
    decision = Group(AuthoritySchema, allow_none=True)
    supports = Group(SupportSchema, many=True, allow_none=True, validate=AtMost(_MANY))
    unit = Group(UnitSchema, allow_none=True)


class HandoverSchema(DataSchema):
    """From unit to unit."""

    to = Group(UnitSchema, allow_none=True)


class GoalSchema(Strict):
    """A goal of the plan, without its words."""

    ref = Mark("Mark of the goal in its plan.", required=True)
    outcome = OneOf(Reached, "What became of it; absent: not answered.", allow_none=True)


class ReviewSchema(DataSchema):
    """The review that ends a round. Its goals are counted, unless closing was refused."""

    round = Whole(1, 32_000, "Which round it ended; absent: as its steps tell.", allow_none=True)
    goals = Group(GoalSchema, many=True, allow_none=True, validate=AtMost(_MANY))


class SameChildSchema(Strict):
    """Which child of another report this one is."""

    report = Mark("Reference of the other report.", required=True)
    child = Mark("Mark of the child there; may be left out where there is only one.", allow_none=True)


_BASES: Mapping[str, type[DataSchema]] = {
    "sanction": SanctionSchema,
    "prosecution": ProsecutionSchema,
    "placement": PlacementSchema,
    "circumstance": CircumstanceSchema,
    "handover": HandoverSchema,
    "review": ReviewSchema,
}


def _data_of(name: str) -> type[Schema]:
    """The form of the data of a step: what its kind tells, and which of the acts under its name it was."""
    if name == steps.SAME_CHILD:
        return SameChildSchema
    base = _BASES.get(name, DataSchema)
    act = OneOf(
        steps.acts(name),
        "Which; absent: the first." if name != steps.OTHER else "Which.",
        allow_none=name != steps.OTHER,
        required=name == steps.OTHER,
    )
    title = "".join(part.capitalize() for part in name.split("_"))
    members = {"act": act, "__doc__": base.__doc__, "__module__": __name__}
    return type(f"{title}DataSchema", (base,), members)


DATA: Mapping[str, type[Schema]] = MappingProxyType({name: _data_of(name) for name in steps.NAMES})


class StepSchema(Strict):
    """One thing that was done for one child of a report."""

    type = OneOf(("step",), required=True)
    report = Mark("Reference of its report.", required=True)
    child = Mark("Mark of the child; may be left out where there is only one.", allow_none=True)
    step = OneOf(steps.NAMES, "What was done.", required=True)
    at = Moment("When, at most 5 minutes ahead.", required=True)
    data = fields.Raw(allow_none=True, metadata={"description": "As the schema of the step says."})


class ChildLineSchema(Strict):
    """A child on the register of a commune that no report of this file tells of, with its circumstances."""

    type = OneOf(("child",), required=True)
    ref = Mark("Mark of the child, lasting in its installation.", required=True)
    unit = Group(UnitSchema, required=True)
    name = Text("Name as told.", longest=NAME)
    sex = Choice("sexes", allow_none=True)
    birth = Group(BirthSchema, allow_none=True)
    ethnic_group = Text(longest=CODE)
    disability = Choice("disability", allow_none=True)
    residence_unit_code = Text(longest=CODE)
    father = Group(ParentSchema, allow_none=True)
    mother = Group(ParentSchema, allow_none=True)
    family = Lines()
    carer = Lines()
    known_since = Moment("When the child was told of first.", allow_none=True)
    circumstances = Group(CircumstanceSchema, many=True, required=True, validate=AtMost(_MANY))


LINES: Mapping[str, type[Strict]] = MappingProxyType(
    {"report": ReportSchema, "step": StepSchema, "case": CaseSchema, "child": ChildLineSchema}
)


@cache
def form_of(kind: str) -> Schema:
    """The form of a kind of line, ready to read."""
    return LINES[kind]() if kind in LINES else HeaderSchema()


@cache
def data_form(name: str) -> Schema:
    """The form of the data of a step, ready to read."""
    return DATA[name]()
