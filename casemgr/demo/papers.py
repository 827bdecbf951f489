"""What officers write on the forms for an invented case: assessments, measures, the plan, visits, the review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casemgr.assessment import rules as assessment
from casemgr.assessment import terms as assessed
from casemgr.core.findings import Findings
from casemgr.demo import sentences as say
from casemgr.demo.chance import Chance
from casemgr.intervention.emergency.terms import Measure, Taken
from casemgr.intervention.plan.terms import Answer, Content, Goal, Service, Visit
from casemgr.law import factors
from casemgr.law.factors import Level
from casemgr.review import terms as reviewed
from casemgr.review.terms import Reached

_MEASURES = {
    "police_protection": 34,
    "medical_care": 28,
    "safe_shelter": 14,
    "separation": 12,
    "keep_evidence": 12,
}
_WENT_WELL = (Reached.REACHED, Reached.REACHED, Reached.REACHED, Reached.PARTLY)
_WENT_BADLY = (Reached.PARTLY, Reached.NOT_REACHED, Reached.NOT_REACHED, Reached.UNKNOWN)
_BY_THE_COMMUNE = frozenset({"social_assistance", "safety_follow_up"})  # no provider is mobilised for it
_BY = {"police_protection": "Công an xã", "keep_evidence": "Công an xã", "medical_care": "Trạm y tế xã"}


@dataclass(frozen=True)
class Child:
    """What the papers about one child depend on."""

    grave: bool
    by_carer: bool


def explained(found: Findings, chance: Chance) -> Mapping[str, str]:
    """A believable word on everything that asks for one."""
    return {finding.code: chance.one(say.REASONS) for finding in found.to_explain}


def initial(chance: Chance, child: Child, *, must_act: bool) -> assessed.Answers:
    """Mẫu 02."""
    answers = assessed.Answers(
        danger=_reply(chance, yes=1.0 if must_act else 0.75 if child.grave else 0.08),
        carer=assessed.Reply.YES if child.by_carer else _reply(chance, yes=0.0),
        ratings=_ratings(chance, "02", danger=0.55 if child.grave else 0.18),
    )
    suggested = assessment.suggestion(assessed.Kind.INITIAL, answers).level
    measures = bool(assessment.emergency_grounds(assessed.Kind.INITIAL, answers)) or suggested is Level.HIGH
    need = assessed.Need(chance.one(say.SHELTER), chance.one(say.IN_CHARGE)) if measures else assessed.Need()
    return assessed.Answers(
        danger=answers.danger,
        carer=answers.carer,
        ratings=answers.ratings,
        verdict=assessed.Verdict.MEASURES if measures else assessed.Verdict.NO_MEASURES,
        shelter=need,
        care=assessed.Need(chance.one(say.CARE), chance.one(say.IN_CHARGE)) if measures else assessed.Need(),
        reason=chance.one(say.REASONS),
    )


def full(chance: Chance, child: Child) -> assessed.Answers:
    """Mẫu 03."""
    ratings = _ratings(chance, "03", danger=0.4 if child.grave else 0.2)
    suggested = (
        assessment.suggestion(assessed.Kind.FULL, assessed.Answers(ratings=ratings)).level or Level.MEDIUM
    )
    risk = suggested if chance.happens(0.88) else Level.MEDIUM
    contents = {
        content.code: assessed.Content(chance.one(say.CONTENTS[content.code]), done=True)
        for content in factors.assessment("03").required
        if not (content.letter == assessed.LETTER_OF_CARERS and child.by_carer) and chance.happens(0.95)
    }
    return assessed.Answers(
        ratings=ratings,
        contents=contents,
        problems=chance.one(say.PROBLEMS),
        services=tuple(chance.some(tuple(say.SERVICES), chance.number(1, 3))),
        risk=risk,
        reason=chance.one(say.REASONS) if risk is not suggested else None,
    )


def measures(chance: Chance, since: datetime, now: datetime, officer: str) -> tuple[Taken, ...]:
    """What was done for the child in the last hour: one to three things."""
    wanted = {chance.weighted(_MEASURES) for _ in range(chance.number(1, 3))}
    earliest = max(since, now - timedelta(minutes=50))
    return tuple(
        Taken(chance.instant(earliest, now), Measure(code, who=officer, agency=_BY.get(code)))
        for code in sorted(wanted)
    )


def plan(chance: Chance, needs: tuple[str, ...], since: date) -> Content:
    """Mẫu 04: the needs found on Mẫu 03, each with its service, and somebody who keeps an eye on safety."""
    kinds = tuple(dict.fromkeys((*needs, "safety_follow_up")))
    goals = tuple(
        Goal(f"goal{n}", text) for n, text in enumerate(chance.some(say.GOALS, chance.number(1, 3)))
    )
    return Content(chance.one(say.WHY_A_PLAN), goals, tuple(_service(chance, kind, since) for kind in kinds))


def visit(chance: Chance) -> Visit:
    """One entry of the diary."""
    seen = Answer.YES if chance.happens(0.85) else Answer.NO
    alone = Answer.YES if seen is Answer.YES and chance.happens(0.7) else Answer.NO
    return Visit(
        seen, alone, chance.one(say.CHANGED), chance.one(say.PROMISES) if chance.happens(0.25) else None
    )


def review(chance: Chance, *, well: bool) -> reviewed.Answers:
    """Mẫu 06, with both conditions met or another round asked for."""
    yes = Answer.YES if well else Answer.NO
    return reviewed.Answers(
        ratings=_ratings(chance, "06", danger=0.04 if well else 0.5),
        safe=reviewed.Reply(yes, chance.one(say.SAFE_NOW) if well else None),
        stable=reviewed.Reply(yes, chance.one(say.STABLE_NOW) if well else None),
        child_says=chance.one(say.CHILD_SAYS) if chance.happens(0.7) else None,
        next_plan=None if well else chance.one(say.NEXT_PLAN),
    )


def goals_met(chance: Chance, plan: Content, *, well: bool) -> dict[str, reviewed.GoalReply]:
    """What became of each goal of a plan."""
    usual = _WENT_WELL if well else _WENT_BADLY
    return {goal.key: reviewed.GoalReply(chance.one(usual)) for goal in plan.goals}


def _service(chance: Chance, kind: str, since: date) -> Service:
    what, who, cost = say.SERVICES[kind]
    return Service(
        key=kind.replace("_", "")[:16],
        what=what,
        kind=kind,
        who=who,
        since=since + timedelta(days=chance.number(1, 5)),
        until=since + timedelta(days=chance.number(30, 75)),
        cost=cost,
        source=say.MONEY_FROM[-1] if cost == 0 else chance.one(say.MONEY_FROM[:2]),
        provider=who if kind not in _BY_THE_COMMUNE else None,
    )


def _reply(chance: Chance, *, yes: float) -> assessed.Reply:
    if chance.happens(yes):
        return assessed.Reply.YES
    return assessed.Reply.NO if chance.happens(0.85) else assessed.Reply.UNCLEAR


def _ratings(chance: Chance, form: str, *, danger: float) -> dict[str, assessed.Rating]:
    """Every row of a form: on its dangerous side with this share, now and then not known."""
    found = {}
    for table in factors.assessment(form).tables:
        safe, medium, dangerous = table.safe_to_danger
        for row in table.rows:
            if row.doubtful and chance.happens(0.5):
                continue
            level: str = chance.weighted(
                {dangerous: danger, medium: 0.4, safe: max(0.05, 0.6 - danger), "unknown": 0.05}
            )
            evidence = (
                chance.one(say.EVIDENCE[level]) if level in say.EVIDENCE and chance.happens(0.6) else None
            )
            found[row.code] = assessed.Rating(level, evidence)
    return found
