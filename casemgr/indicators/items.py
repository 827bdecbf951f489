"""Nameless facts of what belongs to a case or a child and is counted by itself: its course, a suspect, a decision, a spell.

One format for all of them; a kind leaves empty what it does not have. Like the facts of cases: no name, no birth date, no
address; codes are positions in the lists below, new ones go to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casemgr.indicators import facts
from casemgr.indicators.contacts import CONTACTS
from casemgr.indicators.facts import NO_AGE, NO_DAY, UNKNOWN, Column

NO_NUMBER = 2**32 - 1  # not measured


class Kind(StrEnum):
    """What an item is a fact of."""

    COURSE = "course"  # how a case went: times, clocks, rounds, what is known of it
    SUSPECT = "suspect"  # a person alleged to have done harm, towards one child
    SANCTION = "sanction"  # an administrative decision, in one case
    CRIMINAL = "criminal"  # a decision in criminal proceedings, in one case
    SPELL = "spell"  # a child in special circumstances, or at risk; and, with `help`, what it receives because of that
    CARE = "care"  # a child in alternative care
    CONTACT = "contact"  # one thing that a case of hotline 111 is about
    ALLEGED = "alleged"  # a person alleged in a case of hotline 111
    GOAL = "goal"  # a goal of a plan, as the review at the end of its round found it


OUTCOMES = (
    UNKNOWN,
    "warning",
    "fine",
    "suspension",
    "medical_costs",
    "end_of_care",
    "repay_gain",
    "passed_to_investigators",
    "none",
)
PROCEEDINGS = (UNKNOWN, "passed_on", "taken_on", "opened", "not_opened", "suspended", "indicted", "tried")
GROUPS = (
    UNKNOWN,
    "orphan",
    "abandoned",
    "without_support",
    "disability",
    "hiv",
    "law_violation",
    "drug_addiction",
    "working_dropout",
    "grave_violence",
    "exploited",
    "sexually_abused",
    "trafficked",
    "grave_illness_poor",
    "migrant_refugee",
    "at_risk",
)
HELPS = (UNKNOWN, "allowance", "health", "education", "care", "in_kind", "counselling", "other")
CARE_FORMS = (UNKNOWN, "kin", "non_kin", "adoption", "facility")
PARTIES = (UNKNOWN, "person", "organisation")
TAKEN = ("acknowledged", "assessed", "protected", "planned", "approved")
STEPS = ("protected", "planned", "approved")
AGAIN = ("reported", "closed")  # what lay not more than twelve months before the receipt
GOALS = (UNKNOWN, "reached", "partly", "not_reached")

OFFENCES = (
    UNKNOWN,
    "blhs123", "blhs124", "blhs134", "blhs140", "blhs141", "blhs142", "blhs143", "blhs144", "blhs145",
    "blhs146", "blhs147", "blhs150", "blhs151", "blhs152", "blhs153", "blhs155", "blhs181", "blhs183",
    "blhs184", "blhs185", "blhs186", "blhs296", "blhs297", "blhs325", "blhs326", "blhs327", "blhs328",
    "blhs329", "blhs390", "other",
)  # fmt: skip
ACTS = (
    UNKNOWN,
    "vp21.1", "vp21.2", "vp22.1.a", "vp22.1.b", "vp22.1.c", "vp22.1.d", "vp23.1.a", "vp23.1.b", "vp23.2.a",
    "vp23.2.b", "vp23.3.a", "vp23.3.b", "vp23.3.c", "vp24", "vp25", "vp26.1.a", "vp26.1.b", "vp26.2",
    "vp27.1.a", "vp27.1.b", "vp27.1.c", "vp27.1.d", "vp27.2.a", "vp27.2.b", "vp27.x", "vp28.1.a",
    "vp28.1.b", "vp28.2.a", "vp28.x", "vp_care.1", "vp_care.2", "vp29", "vp30.2", "vp31.1", "vp32_35",
    "vp36", "dv38.1", "dv40.1", "dv40.2", "dv40.3",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What may be counted of one item, in words."""

    case_high: int = 0
    case_low: int = 0
    child: int = 0
    report: int = 0
    person: int = 0
    decided_as: int = 0  # one decision, in however many cases it stands
    amount: int = 0  # whole đồng
    incident_unit: int = 0
    residence_unit: int = 0
    triage_unit: int = 0
    unit: int = 0  # responsible
    received: date | None = None
    day: date | None = None  # of the decision; the first day of a spell
    gone: date | None = None  # the first day on which it does not count any more
    due: date | None = None  # the day on which the clock that runs out first runs out
    to_acknowledgement: int | None = None  # minutes from receipt
    to_assessment: int | None = None
    to_measure: int | None = None
    to_plan: int | None = None
    to_approval: int | None = None
    rounds: int | None = None
    taken: frozenset[str] = frozenset()
    timed: frozenset[str] = frozenset()  # steps that were taken and had a time limit
    in_time: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    harms: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    decision: str = "accepted"
    sex: str = UNKNOWN
    age: int | None = None
    environment: str = UNKNOWN
    ethnic_group: str = UNKNOWN
    disability: str = UNKNOWN
    outcome: str = UNKNOWN
    proceedings: str = UNKNOWN
    party: str = UNKNOWN
    group: str = UNKNOWN
    help: str = UNKNOWN
    care_form: str = UNKNOWN
    again: frozenset[str] = frozenset()
    online: bool | None = None
    reached: str = UNKNOWN
    offence: str = UNKNOWN
    act: str = UNKNOWN


_FIRST = (
    *(
        Column(name, "Q")
        for name in ("case_high", "case_low", "child", "report", "person", "decided_as", "amount")
    ),
    *(Column(name, "I") for name in ("incident_unit", "residence_unit", "triage_unit", "unit")),
    *(Column(name, "i") for name in ("received", "day", "gone", "due")),
    *(
        Column(name, "I")
        for name in ("to_acknowledgement", "to_assessment", "to_measure", "to_plan", "to_approval", "rounds")
    ),
    Column("taken", "B", TAKEN, bits=True),
    Column("timed", "B", STEPS, bits=True),
    Column("in_time", "B", STEPS, bits=True),
    Column("relations", "I", facts.RELATIONS, bits=True),
    Column("harms", "B", facts.HARMS, bits=True),
    Column("flags", "H", facts.FLAGS, bits=True),
    Column("decision", "B", facts.DECISIONS),
    Column("sex", "B", facts.SEXES),
    Column("age", "B"),
    Column("environment", "B", facts.ENVIRONMENTS),
    Column("ethnic_group", "B", facts.ETHNIC_GROUPS),
    Column("disability", "B", facts.DISABILITIES),
    Column("outcome", "B", OUTCOMES),
    Column("proceedings", "B", PROCEEDINGS),
    Column("party", "B", PARTIES),
    Column("group", "B", GROUPS),
    Column("help", "B", HELPS),
    Column("care_form", "B", CARE_FORMS),
)
_MISSING = {
    "age": NO_AGE,
    **dict.fromkeys(("received", "day", "gone", "due"), NO_DAY),
    **dict.fromkeys(
        ("to_acknowledgement", "to_assessment", "to_measure", "to_plan", "to_approval", "rounds"), NO_NUMBER
    ),
}

_SECOND = (
    *_FIRST,
    Column("again", "B", AGAIN, bits=True),
    Column("online", "B", facts.ONLINE),
    Column("reached", "B", GOALS),
    Column("offence", "B", OFFENCES),
    Column("act", "B", ACTS),
)
ITEMS = facts.Form({1: _FIRST, 2: _SECOND}, Item, _MISSING)
COLUMNS: Mapping[str, Column] = {
    **CONTACTS.columns,
    **ITEMS.columns,
    **facts.COLUMNS,
}  # where both have a column, its codes are the same
FORMS: Mapping[str, facts.Form] = {
    "case": facts.CASES,
    **dict.fromkeys(Kind, ITEMS),
    **dict.fromkeys((Kind.CONTACT, Kind.ALLEGED), CONTACTS),
}
