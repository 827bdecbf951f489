"""Builds the invented province, and clears it away."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import delete, func, select

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk, Office
from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.core.db import Model
from casemgr.core.errors import Invalid
from casemgr.demo import care, lives, mix, returns, rooms, staff
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.demo.staff import PasswordOf
from casemgr.demo.stories import Stories
from casemgr.demo.world import Life, Turn, World
from casemgr.intake.models import Report
from casemgr.notices import actions as notices
from casemgr.notices.terms import Mark
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.atlas import Atlas
from casemgr.places.terms import Level, UnitFacts
from casemgr.security.passwords import Passwords

KEPT = frozenset(
    {"unit", "unit_change", "unit_list", "audit_entry", "audit_link", "api_client", "client_nonce"}
)
SHOWN_FIRST = "06124"  # Na Sầm, where it lies in the province asked for
_STAFF_SINCE = timedelta(days=760)


@dataclass(frozen=True)
class Wanted:
    """What is to be built."""

    province: str
    children: int
    seed: int


@dataclass(frozen=True)
class Built:
    """What there is now."""

    reports: int
    cases: int
    open_cases: int
    steps: int


class Timetable:
    """Who does what next: the lives in the order of their next turns."""

    def __init__(self, until: datetime) -> None:
        self._until = until
        self._waiting: list[tuple[datetime, int, Turn, Life]] = []
        self._numbers = count()

    def begin(self, life: Life) -> None:
        """Let a life begin; its first turn comes when it comes."""
        self._place(life, next(life, None))

    def run(self, office: Office, told: Callable[[datetime], None]) -> int:
        """Let everybody do what is to be done until the limit; gives how many turns there were."""
        turns = 0
        while self._waiting:
            _, _, turn, life = heapq.heappop(self._waiting)
            with office.open(turn.actor, now=turn.at, reason="demo", lasting=False) as desk:
                following = _go_on(life, desk)
            self._place(life, following)
            turns += 1
            told(turn.at)
        return turns

    def _place(self, life: Life, turn: Turn | None) -> None:
        if turn is not None and turn.at <= self._until:
            heapq.heappush(self._waiting, (turn.at, next(self._numbers), turn, life))


def _go_on(life: Life, desk: Desk) -> Turn | None:
    try:
        return life.send(desk)
    except StopIteration:
        return None


def build(
    office: Office,
    clerk: Actor,
    wanted: Wanted,
    *,
    passwords: Passwords,
    password_of: PasswordOf,
    told: Callable[[datetime], None],
) -> Built:
    """Hire the staff and let two years go by."""
    now = office.clock.now()
    chance = Chance(f"{wanted.seed}/{wanted.province}")
    names = Names(chance.branch("names"), wanted.province)
    with office.open(clerk, writing=False) as desk:
        atlas = places.atlas(desk)
        province, communes = communes_of(desk, wanted.province)
    hired = staff.hire(
        office,
        staff.posts(province, communes),
        clerk=clerk,
        since=now - _STAFF_SINCE,
        names=names,
        chance=chance.branch("staff"),
        passwords=passwords,
        password_of=password_of,
    )
    timetable = Timetable(now)
    world = World(
        staff=hired,
        names=names,
        stories=Stories(chance.branch("stories"), names),
        province=province,
        communes=communes,
        now=now,
        code_on=lambda unit, at: code_on(atlas, unit, at),
        begin=timetable.begin,
    )
    for life in (*_beside_cases(world, wanted.children, chance), *returns.lives(world)):
        timetable.begin(life)
    for number, fate in enumerate(mix.fates(world, communes, wanted.children, chance)):
        timetable.begin(lives.report(world, fate, chance.branch(f"life {number}")))
    steps = timetable.run(office, told)
    with office.open(clerk) as desk:
        desk.record("demo data loaded", wanted.province, count=wanted.children)
        built = _counted(desk, steps)
    _remind(office, clerk)
    return built


def _beside_cases(world: World, children: int, chance: Chance) -> Sequence[Life]:
    """What goes on whether or not a child is harmed: more of it where more children are."""
    many = min(8, children // 10)
    return (
        rooms.directory(world),
        care.register(world, chance.branch("carers")),
        rooms.registered(world, world.communes[0], many, chance.branch("register 0")),
        rooms.registered(world, world.communes[1], many // 2, chance.branch("register 1")),
        rooms.population(world, chance.branch("population")),
        rooms.deputies(world),
        rooms.rehearsal(world, chance.branch("rehearsal")),
    )


def _remind(office: Office, clerk: Actor) -> None:
    """Tell everybody who has to be told, as the installation does every five minutes."""
    mark: Mark | None = Mark()
    while mark is not None:
        with office.open(clerk) as desk:
            mark = notices.run(desk, mark).next


def clear(office: Office, clerk: Actor) -> None:
    """Take everything away but the units, the machines let in and the audit trail, which nobody takes away."""
    with office.open(clerk) as desk:
        tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
        for table in reversed(Model.metadata.sorted_tables):
            if table.name not in KEPT and table.name in tables:
                desk.session.execute(delete(tables[table.name]))
                desk.removed(table.name)
        desk.record("demo data cleared")


def code_on(atlas: Atlas, unit: UnitFacts, at: datetime) -> str:
    """The code of the place of a commune at an instant: its own, or that of one whose people it took over."""
    day = atlas.clamped(local_day(at))
    if unit.in_force(day):
        return unit.code
    there = [before for before in place_rules.people_predecessors(atlas, unit) if before.in_force(day)]
    return there[day.toordinal() % len(there)].code if there else unit.code


def communes_of(desk: Desk, province_code: str) -> tuple[UnitFacts, Sequence[UnitFacts]]:
    """The province with its communes of today, the one that is shown first in front."""
    province = places.atlas(desk).at(province_code, places.today(desk))
    if province is None or province.level is not Level.PROVINCE:
        raise Invalid({"province": ["No province has this code today."]})
    communes = places.communes(desk, province_code)
    return province, sorted(communes, key=lambda unit: (unit.code != SHOWN_FIRST, unit.code))


def _counted(desk: Desk, steps: int) -> Built:
    def number_of(statement: object) -> int:
        return desk.session.scalar(statement) or 0  # type: ignore[call-overload]

    cases = select(func.count()).select_from(Case).where(Case.rehearsal.is_(False))
    return Built(
        reports=number_of(select(func.count()).select_from(Report).where(Report.rehearsal.is_(False))),
        cases=number_of(cases),
        open_cases=number_of(cases.where(Case.closed_at.is_(None))),
        steps=steps,
    )
