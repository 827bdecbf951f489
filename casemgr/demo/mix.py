"""Which lives there are: a show of every stage in the first commune, and two years of ordinary work everywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casemgr.cases.terms import Stage
from casemgr.core.calendar import LOCAL, local_day
from casemgr.demo.chance import Chance
from casemgr.demo.lives import Fate, World
from casemgr.demo.stories import Plot
from casemgr.intake.terms import Decision
from casemgr.law.holidays import work_calendar
from casemgr.places.terms import UnitFacts

MONTHS = 24
_BUSY = 12  # so many communes have most of the work
_DECISIONS = {
    Decision.ACCEPTED: 79.0,
    Decision.NOT_VERIFIED: 10.0,
    Decision.NO_PLAN_NEEDED: 8.0,
    Decision.OTHER_COMMUNE: 3.0,
}


@dataclass(frozen=True)
class Shown:
    """One report of the show: received so long ago, its cases resting at a stage."""

    until: Stage | None
    hours: float = 0.0
    working_days: int = 0
    rested_working_days: int = 0
    children: int = 1
    rounds: int = 1
    decision: Decision = Decision.ACCEPTED
    what: str = "plot"  # plot | grave | unknown | advice | triage
    by_hotline: bool = False
    nudged: bool = False
    reopened: bool = False


_PENDING = Decision.PENDING
SHOW: Sequence[Shown] = (
    Shown(Stage.RECEIVED, hours=1.6, decision=_PENDING, what="grave", by_hotline=True),
    Shown(Stage.RECEIVED, hours=9.4, decision=_PENDING, what="plot"),
    Shown(Stage.RECEIVED, hours=19.0, decision=_PENDING, what="grave", by_hotline=True, nudged=True),
    Shown(Stage.ASSESSING, hours=6.5, what="grave"),
    Shown(Stage.PROTECTING, hours=8.2, what="grave", by_hotline=True),
    Shown(Stage.STUDYING, working_days=2),
    Shown(Stage.PLANNING, working_days=4, children=2),
    Shown(Stage.APPROVING, working_days=3),
    Shown(Stage.CARRYING_OUT, working_days=40, children=3),
    Shown(Stage.REVIEWING, working_days=75),
    Shown(None, working_days=150),
    Shown(Stage.RECEIVED, hours=5.1, decision=_PENDING, what="unknown", by_hotline=True),
    Shown(Stage.RECEIVED, hours=26.0, decision=_PENDING, what="advice"),
    Shown(Stage.RECEIVED, hours=3.7, decision=_PENDING, what="triage", by_hotline=True),
    Shown(Stage.PLANNING, working_days=8),
    Shown(Stage.APPROVING, working_days=14, rested_working_days=4),
    Shown(Stage.ASSESSING, hours=31.0),
    Shown(Stage.CARRYING_OUT, working_days=110, rounds=2),
    Shown(Stage.RECEIVED, hours=50.0, decision=_PENDING, what="triage"),
    Shown(None, working_days=14, decision=Decision.NOT_VERIFIED, by_hotline=True),
    Shown(None, working_days=10, decision=Decision.NO_PLAN_NEEDED, what="advice"),
    Shown(None, working_days=170, reopened=True),
    Shown(Stage.CARRYING_OUT, working_days=60, what="grave", by_hotline=True),
    Shown(None, working_days=260, rounds=2),
)


def fates(world: World, communes: Sequence[UnitFacts], children: int, chance: Chance) -> Iterator[Fate]:
    """Reports with so many children among them."""
    left = children
    for number, shown in enumerate(SHOW):
        if left < shown.children:
            break
        left -= shown.children
        yield _shown(world, communes[0], shown, chance.branch(f"show {number}"))
    number = 0
    while left > 0:
        number += 1
        dice = chance.branch(f"ordinary {number}")
        what = dice.weighted({"plot": 92, "advice": 6, "unknown": 2})
        siblings = min(left, dice.weighted({1: 86, 2: 10, 3: 3, 4: 1})) if what == "plot" else 1
        left -= siblings
        yield _ordinary(world, communes, what, siblings, dice)


def _shown(world: World, unit: UnitFacts, shown: Shown, chance: Chance) -> Fate:
    received_at = _ago(world.now, shown.working_days, chance) - timedelta(hours=shown.hours)
    rested = _ago(world.now, shown.rested_working_days, chance) if shown.rested_working_days else None
    code = None if shown.what == "triage" else world.code_on(unit, received_at)
    plot = _plot(world, shown.what, code or world.province.code, received_at, shown.children)
    if shown.what == "grave":
        plot = replace(plot, grave=True, urgency="emergency")
    return Fate(
        unit=unit,
        received_at=received_at,
        plot=plot,
        decision=shown.decision,
        until=shown.until,
        resting_since=rested,
        rounds=shown.rounds,
        by_hotline=shown.by_hotline,
        nudged=shown.nudged,
        reopened=shown.reopened,
    )


def _plot(world: World, what: str, code: str, received_at: datetime, children: int) -> Plot:
    if what == "unknown":
        return world.stories.unknown(code)
    if what == "advice":
        return world.stories.advice(code, received_at)
    return world.stories.plot(code, received_at, children=children)


def _ordinary(world: World, communes: Sequence[UnitFacts], what: str, children: int, chance: Chance) -> Fate:
    """A report of the last two years; a little more come in lately, and more come in by day."""
    span = MONTHS * 30.4
    days = span * (1 - chance.between(0, 1) ** 0.8)
    at = world.now - timedelta(days=days)
    hour = int(chance.triangular(0, 24, 15))
    local = at.astimezone(LOCAL).replace(
        hour=min(hour, 23), minute=chance.number(0, 59), second=chance.number(0, 59)
    )
    received_at = min(local.astimezone(world.now.tzinfo), world.now - timedelta(minutes=30))
    unit = chance.one(communes[:_BUSY] if chance.happens(0.65) else communes)
    code = world.code_on(unit, received_at) if chance.happens(0.97) else world.province.code
    plot = _plot(world, what, code, received_at, children)
    decision = chance.weighted(_DECISIONS)
    if what == "advice":
        decision = Decision.NO_PLAN_NEEDED
    others = [commune for commune in communes if commune.id != unit.id]
    passed_on_to = chance.one(others) if decision is Decision.OTHER_COMMUNE and others else None
    forgotten = chance.happens(0.02)
    return Fate(
        unit=unit,
        received_at=received_at,
        plot=plot,
        decision=Decision.ACCEPTED if decision is Decision.OTHER_COMMUNE else decision,
        until=chance.one((Stage.STUDYING, Stage.PLANNING, Stage.CARRYING_OUT)) if forgotten else None,
        rounds=chance.weighted({1: 76, 2: 20, 3: 4}),
        by_hotline=chance.happens(0.3),
        passed_on_to=passed_on_to,
        nudged=False,
        reopened=chance.happens(0.05),
    )


def _ago(now: datetime, working_days: int, chance: Chance) -> datetime:
    """Some time in the office hours so many working days before today; today, now."""
    if not working_days:
        return now
    calendar, day = work_calendar(), local_day(now)
    while working_days:
        day -= timedelta(days=1)
        working_days -= calendar.is_working_day(day)
    start = datetime.combine(day, datetime.min.time(), LOCAL) + timedelta(hours=8)
    return (start + timedelta(minutes=chance.number(0, 480))).astimezone(now.tzinfo)
