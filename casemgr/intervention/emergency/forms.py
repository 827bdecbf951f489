"""What a person types about the emergency: tasks to tick, a separation and its turns, who is kept out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wtforms import Field, RadioField
from wtforms.validators import Optional

from casemgr.core.calendar import at_local
from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.intervention.emergency.terms import (
    CarerKind,
    Conclusion,
    CourtOutcome,
    Measure,
    Part,
    Proposal,
    Said,
    Taken,
)
from casemgr.law.vocabulary import Code
from casemgr.web.forms import (
    LINE,
    TEXT,
    BaseForm,
    DayField,
    Several,
    TimeField,
    line,
    number,
    one_of,
    read_time,
    stored_version,
    text,
    together,
)


@dataclass(frozen=True)
class Line:
    """One task as it was typed."""

    done: bool = False
    day: str = ""
    time: str = ""
    who: str = ""
    agency: str = ""
    note: str = ""

    @property
    def begun(self) -> bool:
        """Whether anything but the day was filled in."""
        return self.done or any((self.time, self.who, self.agency, self.note))


class Tasks(Field):
    """The list of tasks; the data are the lines that were begun, by code."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        self.process_errors: list[str] = []
        self.wrong: dict[str, str] = {}
        self.data: dict[str, Line] = {}
        self.typed = formdata if formdata is not None else {}

    def read(self, codes: Sequence[Code], days: Sequence[date]) -> tuple[Taken, ...]:
        """What was typed for these tasks; what cannot be read is kept as an error at its line."""
        found = []
        for code in (one.code for one in codes):
            line = self._line(code)
            if not line.begun:
                continue
            self.data[code] = line
            at = self._instant(code, line, days)
            if at is not None and code not in self.wrong:
                found.append(
                    Taken(at, Measure(code, line.who or None, line.agency or None, line.note or None))
                )
        self.errors = list(self.wrong.values())
        return tuple(found)

    def _line(self, code: str) -> Line:
        fields = ("day", "time", "who", "agency", "note")
        said = {name: clean(self.typed.get(f"{name}-{code}") or "") for name in fields}
        return Line(done=bool(self.typed.get(f"done-{code}")), **said)

    def _instant(self, code: str, line: Line, days: Sequence[date]) -> datetime | None:
        told = read_time(line.time)
        day = next((day for day in days if day.isoformat() == line.day), None)
        if not line.done:
            self.wrong[code] = _("Tick the task, or empty its fields.")
        elif told is None:
            self.wrong[code] = _("Write the time as on a clock, for example 21:40.")
        elif day is None:
            self.wrong[code] = _("Choose the day.")
        elif max(map(len, (line.who, line.agency))) > LINE or len(line.note) > TEXT:
            self.wrong[code] = _("This text is too long.")
        else:
            return at_local(day, told)
        return None

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = list(self.wrong.values())
        return not self.errors


class MeasuresForm(BaseForm):
    """Tasks that were done."""

    tasks = Tasks(_l("Tasks that were done"), id="tasks")


CARERS = {
    CarerKind.RELATIVE: _l("A relative of the child"),
    CarerKind.OTHER_FAMILY: _l("Another person or family"),
    CarerKind.FACILITY: _l("A social assistance facility"),
    CarerKind.OTHER: _l("Somebody else"),
}
CONCLUSIONS = {
    Conclusion.HOME: _l("The child goes home"),
    Conclusion.COURT: _l("The court is asked to decide what follows"),
}
OUTCOMES = {
    CourtOutcome.GRANTED: _l("Granted"),
    CourtOutcome.PARTLY: _l("Granted in part"),
    CourtOutcome.REFUSED: _l("Refused"),
    CourtOutcome.WITHDRAWN: _l("Withdrawn"),
}
PARTS = {
    Part.MEETING: _l("The meeting on the measures"),
    Part.OPINION: _l("Being asked for an opinion"),
    Part.DELIVERY: _l("Being given the decision and the plan"),
}


class SeparationForm(BaseForm):
    """The draft of Mẫu 07."""

    version = stored_version()
    ground = one_of(_l("Ground"), "separation_grounds")
    reasons = text(_l("Reasons"))
    place = line(_l("Where the child stays"), longest=500)
    carer_kind = RadioField(_l("Who cares for the child"), [Optional()], choices=list(CARERS.items()))
    carer_name = line(_l("Name of the carer or the facility"))
    carer_relation = line(_l("What they are to the child"))
    starts_on = DayField(_l("Separated from, day"), [Optional()])
    starts_time = TimeField(_l("Separated from, hour"), [Optional()])
    days = number(_l("For how many days"), least=1, most=365)

    def proposal(self) -> Proposal:
        """What was typed, as a draft."""
        return Proposal(
            ground=self.ground.data or None,
            reasons=self.reasons.data,
            carer_kind=CarerKind(self.carer_kind.data) if self.carer_kind.data else None,
            carer_name=self.carer_name.data,
            carer_relation=self.carer_relation.data,
            starts_at=together(self.starts_on.data, self.starts_time.data),
            days=self.days.data,
        )


class DecisionForm(BaseForm):
    """Mẫu 07: the chair signs, or gives the draft back."""

    version = stored_version()
    decision = RadioField(
        _l("Decision"),
        [Optional()],
        choices=[("sign", _l("Sign the decision")), ("return", _l("Give back to be put right"))],
    )
    number = line(_l("Number of the decision"), longest=60)
    signed_on = DayField(_l("Day of the signature"), [Optional()])
    signed_time = TimeField(_l("Hour of the signature"), [Optional()])
    reason = text(_l("What should be put right"), longest=2000)

    def signed_at(self) -> datetime | None:
        """The instant of the signature."""
        return together(self.signed_on.data, self.signed_time.data)


class TurnForm(BaseForm):
    """One turn of a separation: the fields are called as in `Said`."""

    def said(self) -> Said:
        """What was typed, as a value."""
        told: dict[str, Any] = {name: field.data or None for name, field in self._fields.items()}
        for name, kind in (("conclusion", Conclusion), ("outcome", CourtOutcome)):
            if told.get(name):
                told[name] = kind(told[name])
        return Said(**told)


class ExtensionForm(TurnForm):
    """A separation that lasts longer."""

    days = number(_l("How many further days"), least=1, most=365)
    reason = text(_l("Why it goes on"), longest=2000)
    number = line(_l("Number of the decision"), longest=60)
    on = DayField(_l("Day of the signature"), [Optional()])
    authority = line(_l("Authority that asks for it"))
    authority_number = line(_l("Number of its paper"), longest=60)
    authority_on = DayField(_l("Day of its paper"), [Optional()])


class LiftingForm(TurnForm):
    """A separation that ends before its time."""

    reason = text(_l("What makes the child safe now"), longest=2000)
    to_whom = line(_l("To whom the child goes back"))
    number = line(_l("Number of the decision"), longest=60)
    on = DayField(_l("Day of the signature"), [Optional()])


class AssessmentForm(TurnForm):
    """The assessment when the time is over."""

    on = DayField(_l("Day of the assessment"), [Optional()])
    reason = text(_l("What was found: the child, the family, the danger"))
    conclusion = RadioField(_l("Conclusion"), [Optional()], choices=list(CONCLUSIONS.items()))
    to_whom = line(_l("To whom the child goes back"))
    conditions = text(_l("On which conditions, and who looks after them"), longest=2000)


class CourtForm(TurnForm):
    """A request to the court."""

    court_name = line(_l("Name of the court"))
    reason = text(_l("What the court is asked for, and why"))
    number = line(_l("Number of the request"), longest=60)
    on = DayField(_l("Day of the request"), [Optional()])


class OutcomeForm(TurnForm):
    """What the court decided."""

    outcome = RadioField(_l("Outcome"), [Optional()], choices=list(OUTCOMES.items()))
    decided = text(_l("What was decided"))
    number = line(_l("Number of the decision"), longest=60)
    on = DayField(_l("Day of the decision"), [Optional()])


class WithholdingForm(BaseForm):
    """Who is kept out of what, and why."""

    person = RadioField(_l("Who"), [Optional()], choices=[], validate_choice=False)
    parts = Several(_l("From what"), lambda: [(part.value, label) for part, label in PARTS.items()])
    ground = text(_l("Ground: what would happen to the child otherwise"), longest=2000)

    def chosen(self) -> tuple[Part, ...]:
        """From what, as values."""
        return tuple(Part(value) for value in self.parts.data or ())
