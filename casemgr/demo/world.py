"""The invented world: turns and lives, what fate holds for a report, and what every life has to do with."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.calendar import local_day
from casemgr.demo import stories
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.demo.pace import Pace, in_office_hours
from casemgr.demo.staff import Staff
from casemgr.intake.terms import Decision
from casemgr.places.terms import UnitFacts


@dataclass(frozen=True)
class Turn:
    """When the next thing is done, and by whom."""

    at: datetime
    actor: Actor


Life = Generator[Turn, Desk, None]


class Beside(StrEnum):
    """What happens to a child beside the way that every case goes."""

    SEPARATION_WAITS = "separation_waits"  # drafted, the chair has not decided
    SEPARATION_RUNS = "separation_runs"
    SEPARATION_HOME = "separation_home"  # extended once, then home again
    SEPARATION_LIFTED = "separation_lifted"
    SEPARATION_AT_COURT = "separation_at_court"  # the court has not decided
    SEPARATION_BY_COURT = "separation_by_court"  # the court has decided
    CARE_PROPOSED = "care_proposed"
    CARE_DECIDED = "care_decided"  # the child has not moved yet
    CARE_VISIT_DUE = "care_visit_due"
    CARE_FOR_LONG = "care_for_long"
    CARE_ENDED = "care_ended"
    SERVICE_ASKED = "service_asked"
    SERVICE_ACCEPTED = "service_accepted"
    SERVICE_DONE = "service_done"
    SERVICE_REFUSED = "service_refused"
    HANDOVER_SENT = "handover_sent"
    HANDOVER_ACCEPTED = "handover_accepted"
    HANDOVER_RETURNED = "handover_returned"
    CRIME_REPORTED = "crime_reported"
    SANCTION = "sanction"
    CRIMINAL = "criminal"
    AT_RISK = "at_risk"
    CIRCUMSTANCES = "circumstances"
    PAPERS = "papers"


SEPARATED = frozenset(one for one in Beside if one.startswith("separation"))
IN_CARE = frozenset(one for one in Beside if one.startswith("care"))


@dataclass(frozen=True)
class Fate:
    """What becomes of one report."""

    unit: UnitFacts  # the commune of today that works on it
    received_at: datetime
    plot: stories.Plot
    decision: Decision = Decision.ACCEPTED
    until: Stage | None = None  # where its cases stop moving; none: they go on until now
    resting_since: datetime | None = None  # by when they have come there
    rounds: int = 1
    by_hotline: bool = False
    passed_on_to: UnitFacts | None = None
    nudged: bool = False
    reopened: bool = False
    beside: frozenset[Beside] = frozenset()
    other: UnitFacts | None = None  # the commune to which it is handed over


@dataclass
class World:
    """What every life has to do with."""

    staff: Staff
    names: Names
    stories: stories.Stories
    province: UnitFacts
    communes: Sequence[UnitFacts]
    now: datetime
    code_on: Callable[[UnitFacts, datetime], str]  # which code the place of a commune had then
    begin: Callable[[Life], None]
    providers: dict[str, UUID] = field(default_factory=dict)  # kind of service -> whom to ask for it
    references: int = 0
    decisions: int = 0

    def reference(self, at: datetime) -> str:
        """The hotline's next number."""
        self.references += 1
        return f"111-{local_day(at).year}-{self.references:06d}"

    def decision_number(self) -> str:
        """The next number of a decision on paper."""
        self.decisions += 1
        return f"{self.decisions}/QĐ-UBND"

    def ago(self, **span: float) -> datetime:
        """An instant in office hours about so long before now, never later."""
        at = self.now - timedelta(**span)
        return min(in_office_hours(at, Chance(f"ago {span}")), max(at, self.now - timedelta(minutes=20)))


class CaseLife:
    """One child's case in somebody's hands: whose turn it is, and the file on the open desk."""

    def __init__(self, world: World, fate: Fate, number: str, chance: Chance, pace: Pace) -> None:
        self.world, self.fate, self.number, self.chance, self.pace = world, fate, number, chance, pace
        self.has_met = False
        self.seat(fate.unit)

    def seat(self, unit: UnitFacts) -> None:
        """From now on the people of this commune work on it."""
        self.officer = self.world.staff.at(Role.COMMUNE_OFFICER, unit)
        self.chair = self.world.staff.at(Role.COMMUNE_CHAIR, unit)

    def turn(self, hours: float, actor: Actor) -> Turn:
        """The next turn, after work that takes about so many hours."""
        return Turn(self.pace.next(hours), actor)

    def turn_at(self, instant: datetime, actor: Actor) -> Turn:
        """The next turn, at an instant or as soon after it as this life has come there."""
        return Turn(self.pace.until(instant), actor)

    def file(self, desk: Desk) -> Case:
        """The case as this desk sees it."""
        return cases.case(desk, self.number)

    def apart(self, name: str) -> "CaseLife":
        """The same case, for a life that goes on beside this one at its own pace."""
        return CaseLife(
            self.world, self.fate, self.number, self.chance.branch(name), replace(self.pace, hurried=False)
        )

    def has(self, one: Beside) -> bool:
        return one in self.fate.beside
