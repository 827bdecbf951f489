"""The papers of this house: for each form what it is about, its filler, its kind of number, who issues it and who signs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from casemgr.access.permissions import Permission
from casemgr.access.roles import Role
from casemgr.core.calendar import local_day
from casemgr.core.words import Later, _l
from casemgr.documents.facts import Facts
from casemgr.documents.fillers import (
    form_01,
    form_02,
    form_03,
    form_04,
    form_05,
    form_06,
    form_07,
    form_08,
    form_09,
    form_10,
    form_11,
    form_12,
    form_13,
    form_14,
    form_15,
    form_16,
    minutes,
)
from casemgr.documents.fillers.wording import Fields
from casemgr.documents.terms import Subject
from casemgr.law.basis import Basis, Status
from casemgr.law.official_forms import OfficialForm, official_form
from casemgr.law.wording import Wording

MINUTES = "BB"
_MINUTES_TITLE = Wording("Biên bản họp xác định biện pháp", "Minutes of the meeting on measures")
_MINUTES_BASIS = Basis.of("ND56 Điều 27 khoản 2", Status.CONFIRMED)
_OFFICERS = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR})


@dataclass(frozen=True)
class Kind:
    """One kind of paper."""

    form: str
    series: str  # stands in its number: 12/BC-UBND
    subject: Subject
    fill: Callable[[Facts], Fields]
    signer: Callable[[Facts], str]
    own_number: Callable[[Facts], str | None] = lambda _facts: None
    own_day: Callable[[Facts], date | None] = lambda _facts: None
    issued_by: frozenset[Role] = _OFFICERS
    decided_with: Permission | None = None  # whoever decides it may name on it where the child goes
    remark: Later | None = None  # what whoever makes it must know of what it holds

    def law(self, on: date) -> OfficialForm | None:
        """The form of the law; the minutes have none."""
        return None if self.form == MINUTES else official_form(self.form, on)

    def title(self, on: date) -> Wording:
        """What it is called."""
        law = self.law(on)
        return law.title if law is not None else _MINUTES_TITLE

    def basis(self, on: date, lang: str) -> str:
        """The articles it rests on."""
        law = self.law(on)
        return law.cite(lang) if law is not None else _MINUTES_BASIS.cite(lang)

    def checked(self, on: date) -> bool:
        """Whether its contents were compared with the official text."""
        law = self.law(on)
        return law is not None and law.content_status is Status.CONFIRMED

    def signer_title(self, on: date) -> str:
        """As what somebody signs, in the words of the law."""
        law = self.law(on)
        return law.signed_by.vi if law is not None and law.signed_by is not None else ""


def _nobody(_facts: Facts) -> str:
    return ""


def _chair_of_plan(facts: Facts) -> str:
    return facts.case.plan.decided_by if facts.case.plan else ""


def _number_of_plan(facts: Facts) -> str | None:
    ruling = facts.case.plan.ruling if facts.case.plan else None
    return ruling.number if ruling else None


def _day_of_plan(facts: Facts) -> date | None:
    return _local(facts.case.plan.decided_at) if facts.case.plan else None


def _local(at: datetime | None) -> date | None:
    return local_day(at) if at is not None else None


def _asker(facts: Facts) -> str:
    return (facts.case.placed.end_asked_by or "") if facts.case.placed else ""


_OF_THIS_COMMUNE = _l(
    "Only children whom this commune has placed in a facility and who are still there. Children whom others sent to the same facility are not known here: its own list, every six months, is made by the head of the facility."
)
_S = Subject
_KINDS = (
    Kind("01", "BC", _S.CASE, form_01.fill, lambda facts: facts.case.received_by),
    Kind(
        "02", "BC", _S.CASE, form_02.fill, lambda facts: facts.case.initial.by if facts.case.initial else ""
    ),
    Kind("03", "BC", _S.CASE, form_03.fill, lambda facts: facts.case.full.by if facts.case.full else ""),
    Kind(
        "04", "KH", _S.CASE, form_04.fill, lambda facts: facts.case.plan.written_by if facts.case.plan else ""
    ),
    Kind("05", "QĐ", _S.CASE, form_05.fill, _chair_of_plan, _number_of_plan, _day_of_plan),
    Kind("06", "BC", _S.CASE, form_06.fill, lambda facts: facts.case.review.by if facts.case.review else ""),
    Kind(
        "07",
        "QĐ",
        _S.SEPARATION,
        form_07.fill,
        lambda facts: facts.case.separation.decided_by if facts.case.separation else "",
        lambda facts: facts.case.separation.number if facts.case.separation else None,
        lambda facts: _local(facts.case.separation.decided_at) if facts.case.separation else None,
        decided_with=Permission.SEPARATION_DECIDE,
    ),
    Kind("08", "ĐK", _S.CARER, form_08.fill, lambda facts: facts.applied.person.name or ""),
    Kind("09", "DS", _S.UNIT, form_09.fill, _nobody),
    Kind(
        "10", "BC", _S.CASE, form_10.fill, lambda facts: facts.case.needing.by if facts.case.needing else ""
    ),
    Kind("11", "BC", _S.CARER, form_11.fill, lambda facts: facts.applied.checked_by),
    Kind(
        "12",
        "QĐ",
        _S.PLACEMENT,
        form_12.fill,
        lambda facts: facts.case.placed.decided_by if facts.case.placed else "",
        lambda facts: facts.case.placed.number if facts.case.placed else None,
        lambda facts: facts.case.placed.decided_on if facts.case.placed else None,
        decided_with=Permission.CARE_DECIDE,
    ),
    Kind(
        "13", "BC", _S.VISIT, form_13.fill, lambda facts: facts.case.visited.by if facts.case.visited else ""
    ),
    Kind("14", "DS", _S.UNIT, form_14.fill, _nobody, remark=_OF_THIS_COMMUNE),
    Kind("15", "ĐN", _S.PLACEMENT, form_15.fill, _asker),
    Kind(
        "16",
        "QĐ",
        _S.PLACEMENT,
        form_16.fill,
        lambda facts: facts.case.placed.end_decided_by if facts.case.placed else "",
        lambda facts: facts.case.placed.end_number if facts.case.placed else None,
        lambda facts: facts.case.placed.end_decided_on if facts.case.placed else None,
        decided_with=Permission.CARE_DECIDE,
    ),
    Kind(
        MINUTES,
        "BB",
        _S.MEETING,
        minutes.fill,
        lambda facts: facts.case.meeting.chair if facts.case.meeting else "",
    ),
)
KINDS: Mapping[str, Kind] = {kind.form: kind for kind in _KINDS}
OF_A_UNIT = frozenset({Subject.UNIT, Subject.CARER})


def of_cases() -> tuple[Kind, ...]:
    """The papers about one child."""
    return tuple(kind for kind in _KINDS if kind.subject not in OF_A_UNIT)


def of_units() -> tuple[Kind, ...]:
    """The papers about carers, and the lists of a unit."""
    return tuple(kind for kind in _KINDS if kind.subject in OF_A_UNIT)
