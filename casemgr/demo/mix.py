"""Which lives there are: a show of every stage in the first commune, and two years of ordinary work everywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casemgr.cases.terms import Stage
from casemgr.core.calendar import LOCAL, local_day
from casemgr.demo.chance import Chance
from casemgr.demo.stories import Plot
from casemgr.demo.world import Beside, Fate, World
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
    what: str = "plot"  # plot | grave | unknown | advice | triage | beaten | left
    by_hotline: bool = False
    nudged: bool = False
    reopened: bool = False
    place: int = 0  # which commune: the first one is that of the demo officer
    beside: tuple[Beside, ...] = ()
    other: int | None = None  # the commune to which it is handed over


_PENDING = Decision.PENDING
B = Beside
SHOW: Sequence[Shown] = (
    Shown(Stage.RECEIVED, hours=1.6, decision=_PENDING, what="grave", by_hotline=True),
    Shown(Stage.RECEIVED, hours=9.4, decision=_PENDING, what="plot"),
    Shown(Stage.RECEIVED, hours=19.0, decision=_PENDING, what="grave", by_hotline=True, nudged=True),
    Shown(Stage.ASSESSING, hours=6.5, what="grave"),
    Shown(Stage.PROTECTING, hours=8.2, what="beaten", by_hotline=True, beside=(B.SEPARATION_WAITS,)),
    Shown(Stage.STUDYING, working_days=2),
    Shown(Stage.PLANNING, working_days=4, children=2),
    Shown(Stage.APPROVING, working_days=7, what="beaten", beside=(B.SEPARATION_RUNS, B.CRIME_REPORTED)),
    Shown(Stage.CARRYING_OUT, working_days=40, children=3),
    Shown(Stage.REVIEWING, working_days=75),
    Shown(None, working_days=150),
    Shown(Stage.RECEIVED, hours=5.1, decision=_PENDING, what="unknown", by_hotline=True),
    Shown(Stage.RECEIVED, hours=26.0, decision=_PENDING, what="advice"),
    Shown(Stage.RECEIVED, hours=3.7, decision=_PENDING, what="triage", by_hotline=True),
    Shown(Stage.CARRYING_OUT, working_days=46, rested_working_days=24, what="left", beside=(B.CARE_VISIT_DUE,)),
    Shown(Stage.CARRYING_OUT, working_days=36, rested_working_days=14, what="beaten",
          beside=(B.SERVICE_DONE, B.SANCTION, B.PAPERS)),
    Shown(Stage.CARRYING_OUT, working_days=24, rested_working_days=6, what="beaten",
          beside=(B.SERVICE_ASKED, B.AT_RISK)),
    Shown(Stage.CARRYING_OUT, working_days=20, rested_working_days=4, what="beaten", place=3, other=0,
          beside=(B.HANDOVER_SENT,)),
    Shown(Stage.PLANNING, working_days=8),
    Shown(Stage.APPROVING, working_days=14, rested_working_days=4),
    Shown(Stage.ASSESSING, hours=31.0),
    Shown(Stage.CARRYING_OUT, working_days=110, rounds=2),
    Shown(Stage.RECEIVED, hours=50.0, decision=_PENDING, what="triage"),
    Shown(None, working_days=14, decision=Decision.NOT_VERIFIED, by_hotline=True),
    Shown(None, working_days=10, decision=Decision.NO_PLAN_NEEDED, what="advice"),
    Shown(None, working_days=170, reopened=True),
    Shown(Stage.CARRYING_OUT, working_days=30, rested_working_days=10, what="left",
          beside=(B.CARE_DECIDED, B.CIRCUMSTANCES)),
    Shown(Stage.CARRYING_OUT, working_days=60, rested_working_days=30, what="beaten", by_hotline=True,
          beside=(B.SEPARATION_HOME, B.CRIME_REPORTED, B.CRIMINAL, B.PAPERS)),
    Shown(Stage.CARRYING_OUT, working_days=26, rested_working_days=12, what="beaten", place=4, other=0,
          beside=(B.HANDOVER_ACCEPTED, B.SERVICE_ACCEPTED)),
    Shown(Stage.CARRYING_OUT, working_days=28, rested_working_days=12, what="beaten", other=2,
          beside=(B.HANDOVER_RETURNED,)),
    Shown(Stage.CARRYING_OUT, working_days=22, rested_working_days=8, what="left", place=1, other=2,
          beside=(B.HANDOVER_SENT, B.CIRCUMSTANCES)),
    Shown(Stage.CARRYING_OUT, working_days=24, rested_working_days=8, what="beaten", place=1,
          beside=(B.SERVICE_REFUSED,)),
    Shown(Stage.CARRYING_OUT, working_days=34, rested_working_days=16, what="beaten", place=1,
          beside=(B.SEPARATION_AT_COURT, B.CRIME_REPORTED, B.CRIMINAL)),
    Shown(None, working_days=140, what="beaten", place=2, beside=(B.SEPARATION_LIFTED, B.SANCTION)),
    Shown(Stage.CARRYING_OUT, working_days=90, rested_working_days=60, what="beaten", place=3,
          beside=(B.SEPARATION_BY_COURT, B.CARE_FOR_LONG, B.CRIME_REPORTED)),
    Shown(Stage.CARRYING_OUT, working_days=140, rested_working_days=115, what="left", place=2,
          beside=(B.CARE_FOR_LONG, B.CIRCUMSTANCES)),
    Shown(None, working_days=250, what="left", place=4, beside=(B.CARE_ENDED, B.PAPERS)),
    Shown(Stage.CARRYING_OUT, working_days=16, rested_working_days=4, what="left", place=5,
          beside=(B.CARE_PROPOSED,)),
    Shown(None, working_days=260, rounds=2),
)  # fmt: skip


def fates(world: World, communes: Sequence[UnitFacts], children: int, chance: Chance) -> Iterator[Fate]:
    """Reports with so many children among them."""
    left = children
    for number, shown in enumerate(SHOW):
        if left < shown.children:
            break
        left -= shown.children
        yield _shown(world, communes, shown, chance.branch(f"show {number}"))
    number = 0
    while left > 0:
        number += 1
        dice = chance.branch(f"ordinary {number}")
        what = dice.weighted({"plot": 92, "advice": 6, "unknown": 2})
        siblings = min(left, dice.weighted({1: 86, 2: 10, 3: 3, 4: 1})) if what == "plot" else 1
        left -= siblings
        yield _ordinary(world, communes, what, siblings, dice)


def _shown(world: World, communes: Sequence[UnitFacts], shown: Shown, chance: Chance) -> Fate:
    unit = communes[shown.place % len(communes)]
    received_at = _ago(world.now, shown.working_days, chance) - timedelta(hours=shown.hours)
    rested = _ago(world.now, shown.rested_working_days, chance) if shown.rested_working_days else None
    code = None if shown.what == "triage" else world.code_on(unit, received_at)
    plot = _plot(world, shown.what, code or world.province.code, received_at, shown.children)
    if shown.what in ("grave", "beaten"):
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
        beside=frozenset(shown.beside),
        other=communes[shown.other % len(communes)] if shown.other is not None else None,
    )


def _plot(world: World, what: str, code: str, received_at: datetime, children: int) -> Plot:
    if what == "unknown":
        return world.stories.unknown(code)
    if what == "advice":
        return world.stories.advice(code, received_at)
    if what == "beaten":
        return world.stories.at_home(code, received_at, harm="violence", by="father")
    if what == "left":
        return world.stories.at_home(code, received_at, harm="abandonment_neglect", by="mother")
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
        beside=_beside(plot, chance.branch("beside")),
    )


def _beside(plot: Plot, chance: Chance) -> frozenset[Beside]:
    """What else comes of an ordinary report: the police are told of what may be a crime, some are fined or tried."""
    story = plot.story
    harms = {harm for child in story.children for harm in child.harms or ()}
    found = set()
    if harms & {"sexual_abuse", "trafficking"} and chance.happens(0.6):
        found.add(B.CRIME_REPORTED)
    named = any(suspect.name for suspect in story.suspects)
    if named and B.CRIME_REPORTED in found and chance.happens(0.3):
        found.add(B.CRIMINAL)
    elif named and "violence" in harms and chance.happens(0.08):
        found.add(B.SANCTION)
    if harms and chance.happens(0.1):
        found.add(chance.one((B.AT_RISK, B.CIRCUMSTANCES)))
    return frozenset(found)


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
