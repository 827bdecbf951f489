"""Reading guidance: the texts of a step, and whether this person is guided there."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from casemgr.access import questions
from casemgr.access.desk import Desk
from casemgr.cases.models import Case, CaseEvent
from casemgr.cases.terms import Stage, Step
from casemgr.core.calendar import local_day
from casemgr.core.periods import holds
from casemgr.core.words import language
from casemgr.guidance import rules
from casemgr.guidance.models import GuidanceWish
from casemgr.guidance.terms import ENOUGH, Guidance, Question, Task
from casemgr.law.basis import Basis, Status

_LOOKED_AT = 20 * ENOUGH  # steps taken: one case may have many, and somebody with years of work has thousands
REPORT = "report"  # writing down a report comes before any stage

FINISHED_BY: Mapping[str, Collection[Step]] = {
    REPORT: (Step.RECEIVE,),
    Stage.RECEIVED: (Step.ACCEPT, Step.SCREEN_OUT),
    Stage.ASSESSING: (Step.ASSESS_EMERGENCY, Step.ASSESS_NO_EMERGENCY),
    Stage.PROTECTING: (Step.PROTECT,),
    Stage.STUDYING: (Step.STUDY,),
    Stage.PLANNING: (Step.HAND_IN_PLAN,),
    Stage.APPROVING: (Step.APPROVE_PLAN, Step.RETURN_PLAN),
    Stage.CARRYING_OUT: (Step.PROPOSE_CLOSURE, Step.REVIEW_AGAIN),
    Stage.REVIEWING: (Step.CLOSE, Step.REFUSE_CLOSURE),
}


def for_step(desk: Desk, stage: str) -> Guidance | None:
    """What to tell this person at this step, or nothing when they are not guided."""
    found = text_of(stage, local_day(desk.now), language())
    if found is None or desk.actor.account_id is None:
        return None
    ((off, done),) = desk.rows(_wish_and_practice(stage))
    return found if rules.is_guided(finished=done if off is None else 0, off=off) else None


def is_on(desk: Desk) -> bool:
    """Whether guidance is on for this person at all."""
    return not wish(desk)


def wish(desk: Desk) -> bool | None:
    """What this person has said: True is off, False is on, None is nothing yet."""
    if desk.actor.account_id is None:
        return None
    return desk.session.scalar(_wish_of(desk.actor.account_id))


def _wish_of(account_id: UUID | None) -> Select[bool]:
    return select(GuidanceWish.off).where(GuidanceWish.account_id == account_id)


@cache
def _wish_and_practice(stage: str) -> questions.Question[Any]:
    """What a person has said, and in how many cases they have finished a step."""
    return questions.Question(
        lambda sight: select(
            _wish_of(sight.account_id).scalar_subquery(), _finished(sight.account_id, stage).scalar_subquery()
        )
    )


def _finished(account_id: UUID | None, stage: str) -> Select[int]:
    taken = (
        select(CaseEvent.case_id)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            CaseEvent.account_id == account_id,
            CaseEvent.step.in_(sorted(FINISHED_BY.get(stage, ()))),
            Case.rehearsal.is_(False),
        )
        .limit(_LOOKED_AT)
        .subquery()
    )
    return select(func.count(taken.c.case_id.distinct()))


def text_of(stage: str, day: date, lang: str) -> Guidance | None:
    """The texts of a step as they stand on a day."""
    rows = [row for row in _file()["steps"] if row["step"] == stage and _stands(row, day)]
    return _guidance(rows[0], lang) if rows else None


def all_texts(day: date, lang: str) -> list[Guidance]:
    """The texts of every step, in the order of the way."""
    return [_guidance(row, lang) for row in _file()["steps"] if _stands(row, day)]


def first_hours(day: date, lang: str) -> list[Task]:
    """The six tasks of the first twelve hours."""
    return [
        Task(row["title"][lang], row["text"][lang], row.get("number", ""))
        for row in _file()["first_hours"]
        if _stands(row, day)
    ]


def never(day: date, lang: str) -> list[str]:
    """What not to do."""
    return [row["text"][lang] for row in _file()["never"] if _stands(row, day)]


def _stands(row: Mapping[str, Any], day: date) -> bool:
    until = row.get("valid_to")
    return holds(date.fromisoformat(row["valid_from"]), date.fromisoformat(until) if until else None, day)


def _guidance(row: Mapping[str, Any], lang: str) -> Guidance:
    return Guidance(
        step=row["step"],
        title=row["title"][lang],
        wants=row["wants"][lang],
        needed=tuple(one[lang] for one in row["needed"]),
        example=row["example"][lang],
        mistakes=tuple(one[lang] for one in row["mistakes"]),
        call=row["call"][lang],
        say=row["say"][lang],
        basis="; ".join(Basis.of(one, Status.CONFIRMED).cite(lang) for one in row["basis"].split("; ")),
        questions=tuple(
            Question(one["asked"][lang], one["why"][lang], one["example"][lang])
            for one in row.get("questions", ())
        ),
    )


@cache
def _file() -> Mapping[str, Any]:
    text = (files("casemgr.guidance") / "data" / "guidance.json").read_text("utf-8")
    told: Mapping[str, Any] = json.loads(text)
    return told
