"""What a file says of one report: its tellings, its steps and how its cases stand; good in form, or every fault by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from casemgr.core.errors import Invalid
from casemgr.core.words import Later, _l
from casemgr.exchange.files import lines, steps
from casemgr.exchange.files.lines import Fault, Line
from casemgr.intake.schemas import AHEAD, telling
from casemgr.intake.terms import Decision, Telling

FIRST_MARK = "c1"  # of a child nobody has told anything about
_AHEAD = _l("This instant lies more than five minutes ahead.")
_NOT_THE_SAME = _l("Two children of one report are two.")


@dataclass(frozen=True)
class ReportTold:
    """A telling of a report with what was decided."""

    line: int
    telling: Telling
    decision: Decision


@dataclass(frozen=True)
class StepTold:
    """A step as told."""

    line: int
    child: str | None
    step: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class CaseTold:
    """How a case stands."""

    line: int
    child: str
    state: Mapping[str, Any]


@dataclass(frozen=True)
class ChildTold:
    """A registered child without a report."""

    line: int
    ref: str
    said: Mapping[str, Any]


@dataclass
class Parcel:
    """All lines of one report (or of one registered child)."""

    mark: str
    reports: list[ReportTold] = field(default_factory=list)
    steps: list[StepTold] = field(default_factory=list)
    cases: list[CaseTold] = field(default_factory=list)
    children: list[ChildTold] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # with one of them nothing of the parcel is stored
    lines: int = 0

    @property
    def links(self) -> Iterable[StepTold]:
        """The steps that say that a child is one of another report."""
        return (step for step in self.steps if step.step == steps.SAME_CHILD)

    def object_to(self, line: int, field: str, sentence: Later | str) -> None:
        self.faults.append(Fault(line, field, str(sentence), self.mark))


def read(found: Sequence[Line], *, now: datetime) -> list[Parcel]:
    """The parcels of lines that belong together, in the order in which they begin."""
    parcels: dict[int, Parcel] = {}
    for line in found:
        parcel = parcels.setdefault(lines.key_of(line.kind, line.mark), Parcel(line.mark))
        parcel.lines += 1
        try:
            _READERS[line.kind](parcel, line, now)
        except Invalid as wrong:
            for name, said in wrong.errors.items():
                parcel.object_to(line.number, name, "; ".join(map(str, said)))
    return list(parcels.values())


def _report(parcel: Parcel, line: Line, now: datetime) -> None:
    told = lines.loaded("report", line.value)
    decision = Decision(told.pop("decision", None) or Decision.ACCEPTED)
    del told["type"]
    found = telling(told, now=now)
    digest = sha256(found.digest + decision.encode()).digest()
    parcel.reports.append(ReportTold(line.number, replace(found, digest=digest), decision))


def _step(parcel: Parcel, line: Line, now: datetime) -> None:
    told = lines.loaded("step", line.value)
    name = told["step"]
    data = lines.loaded_data(name, told.get("data"))
    _not_ahead("at", told["at"], now)
    if name == steps.SAME_CHILD and data["report"] == parcel.mark:
        raise Invalid({"data.report": [str(_NOT_THE_SAME)]})
    parcel.steps.append(StepTold(line.number, told.get("child"), name, told["at"], data))


def _case(parcel: Parcel, line: Line, now: datetime) -> None:
    told = lines.loaded("case", line.value)
    for name in ("received_at", "reached_at", "closed_at", "known_since"):
        if told.get(name) is not None:
            _not_ahead(name, told[name], now)
    parcel.cases.append(CaseTold(line.number, told["child"], told))


def _child(parcel: Parcel, line: Line, now: datetime) -> None:
    told = lines.loaded("child", line.value)
    parcel.children.append(ChildTold(line.number, told["ref"], told))


def _not_ahead(name: str, at: datetime, now: datetime) -> None:
    if at > now + AHEAD:
        raise Invalid({name: [str(_AHEAD)]})


def _unknown(parcel: Parcel, line: Line, now: datetime) -> None:
    raise Invalid({"type": [str(lines.NO_TYPE)]})


_READERS = {"report": _report, "step": _step, "case": _case, "child": _child, lines.UNKNOWN: _unknown}
