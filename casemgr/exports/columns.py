"""The columns that may be chosen. Where the child is and who told of it are none of them, and are never read here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from casemgr.cases.terms import STAGES
from casemgr.children.terms import Birth, Card, Detail
from casemgr.core.ages import whole_years
from casemgr.core.calendar import local_day
from casemgr.core.words import Later, _, _l
from casemgr.intake.terms import ToldChild
from casemgr.web.words import code_label


@dataclass(frozen=True)
class Line:
    """One case with its child, as the columns read it."""

    number: str
    child_id: int
    stage: str
    emergency: bool | None
    risk: str | None
    unit: str
    incident_unit: str
    residence: str
    received_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    ending: str | None
    today: date
    card: Card = Card()
    detail: Detail = Detail()
    told: ToldChild = field(default_factory=lambda: ToldChild(ref=""))

    @property
    def age(self) -> int | None:
        """Whole years on the day of the export; nothing where it cannot be told."""
        return age_on(self.card.birth, self.today)


@dataclass(frozen=True)
class Column:
    """One column: its heading, its cell, and whether it is a secret of the child (Điều 33)."""

    label: Later
    cell: Callable[[Line], str]
    secret: bool = False


def age_on(birth: Birth, day: date) -> int | None:
    """Whole years of age on a day."""
    return whole_years(birth.date, day, str(birth.precision))


def _day(instant: datetime | None) -> str:
    return f"{local_day(instant):%d/%m/%Y}" if instant is not None else ""


def _born(line: Line) -> str:
    birth = line.card.birth
    if birth.date is None:
        return ""
    form = {"year": "%Y", "month": "%m/%Y"}.get(str(birth.precision), "%d/%m/%Y")
    return birth.date.strftime(form)


_YES_NO: Mapping[bool | None, object] = {True: _l("Yes"), False: _l("No")}

COLUMNS: Mapping[str, Column] = {
    "number": Column(_l("Case number"), lambda line: line.number),
    "received": Column(_l("Received on"), lambda line: _day(line.received_at)),
    "unit": Column(_l("Responsible commune"), lambda line: line.unit),
    "incident_unit": Column(_l("Commune of the incident"), lambda line: line.incident_unit),
    "stage": Column(_l("Step"), lambda line: str(STAGES.get(line.stage, line.stage))),
    "emergency": Column(_l("Emergency by law"), lambda line: str(_YES_NO.get(line.emergency, ""))),
    "risk": Column(_l("Level of risk"), lambda line: line.risk or ""),
    "due": Column(_l("Next limit"), lambda line: _day(line.due_at)),
    "closed": Column(_l("Closed on"), lambda line: _day(line.closed_at)),
    "ending": Column(_l("How it ended"), lambda line: code_label("closure_reasons", line.ending)),
    "name": Column(_l("Name of the child"), lambda line: line.card.name or "", secret=True),
    "sex": Column(_l("Sex"), lambda line: code_label("sexes", line.card.sex), secret=True),
    "birth": Column(_l("Birth date"), _born, secret=True),
    "age": Column(_l("Age today"), lambda line: "" if line.age is None else str(line.age), secret=True),
    "ethnic_group": Column(
        _l("Ethnic group"), lambda line: code_label("ethnic_groups", line.detail.ethnic_group), secret=True
    ),
    "disability": Column(
        _l("Disability"), lambda line: code_label("disability", line.detail.disability), secret=True
    ),
    "residence": Column(_l("Lives in"), lambda line: line.residence, secret=True),
    "harms": Column(
        _l("Kinds of harm"),
        lambda line: "; ".join(code_label("harms", harm) for harm in line.told.harms or ()),
        secret=True,
    ),
    "condition": Column(_l("The child's condition"), lambda line: line.told.condition or "", secret=True),
}
TELLING = frozenset({"harms", "condition"})  # read from the report of the case


def heading(key: str) -> str:
    """The heading of a column in the reader's language."""
    return _(COLUMNS[key].label.original)
