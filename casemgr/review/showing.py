"""How reviews are laid out for a page: last time and now side by side, conditions and results in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Ending
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.words import _, _l, language
from casemgr.intervention.plan import showing as plan_showing
from casemgr.intervention.plan.showing import Clarified
from casemgr.intervention.plan.terms import Answer, Content
from casemgr.law import factors
from casemgr.law.basis import Status
from casemgr.review import queries, rules
from casemgr.review.models import Review
from casemgr.review.queries import LastTime
from casemgr.review.rules import Shift
from casemgr.review.terms import Answers, Making, Reached, ReviewState, Verdict
from casemgr.web.duration import day_short, moment_words

LEVELS = {factors.Level.HIGH: _l("High"), factors.Level.MEDIUM: _l("Medium"), factors.Level.LOW: _l("Low")}
SHIFTS = {
    Shift.LESS: _l("less dangerous"),
    Shift.SAME: _l("as before"),
    Shift.MORE: _l("more dangerous"),
    Shift.UNKNOWN: _l("cannot be compared"),
}
SIGNS = {Shift.LESS: "↓", Shift.SAME: "=", Shift.MORE: "↑", Shift.UNKNOWN: "–"}
STATES = {
    ReviewState.DRAFT: _l("Draft"),
    ReviewState.PROPOSED: _l("Closing proposed"),
    ReviewState.AGAIN: _l("Another round of planning"),
    ReviewState.REFUSED: _l("Closing refused"),
    ReviewState.CLOSED: _l("Closed"),
}
TAGS = {
    ReviewState.DRAFT: "dashed",
    ReviewState.PROPOSED: "amber",
    ReviewState.AGAIN: "plain",
    ReviewState.REFUSED: "amber",
    ReviewState.CLOSED: "green",
}
ANSWERS = {Answer.YES: _l("Yes"), Answer.NO: _l("No"), Answer.UNKNOWN: _l("Not known")}
ENDINGS = {
    Ending.SAFE_AND_STABLE: _l("No longer at risk, and stable"),
    Ending.NOT_VERIFIED: _l("Not verified"),
    Ending.OTHER_COMMUNE: _l("It happened in another commune"),
    Ending.NO_PLAN_NEEDED: _l("No plan was needed"),
}
REACHED = {
    Reached.REACHED: _l("Reached"),
    Reached.PARTLY: _l("Partly reached"),
    Reached.NOT_REACHED: _l("Not reached"),
    Reached.UNKNOWN: _l("Not known"),
}
_TITLES = {
    "A": _l("Table A. How badly is the child still harmed"),
    "B": _l("Table B. How far can the child protect itself"),
}


@dataclass(frozen=True)
class ShownLevel:
    """One box of a row."""

    value: str
    label: str
    text: str


@dataclass(frozen=True)
class ShownRow:
    """One row of Mẫu 06: its boxes, the answer, and how it stands against last time."""

    id: str
    name: str
    title: str
    levels: tuple[ShownLevel, ...]
    tag: str
    error: str
    unknown_label: str
    evidence: str
    answer: str | None
    note: str
    last: str
    last_where: str
    now: str
    shift: str
    sign: str
    kind: str


@dataclass(frozen=True)
class ShownTable:
    """Table A or B."""

    id: str
    title: str
    high_is_bad: bool
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True)
class ShownGoal:
    """One goal of the plan, and what became of it."""

    key: str
    text: str
    outcome: str
    words: str
    evidence: str
    error: str = ""


@dataclass(frozen=True)
class ReviewLine:
    """One review in the list of all of them."""

    number: int
    round: int
    state: str
    tag: str
    when: str
    who: str


def tables(
    answers: Answers, last: Mapping[str, LastTime], desk: Desk, wrong: Mapping[str, str]
) -> tuple[ShownTable, ...]:
    """Both tables, each row with last time beside now."""
    return tuple(
        ShownTable(
            f"table-{table.code}",
            str(_TITLES[table.code]),
            table.danger is factors.Level.HIGH,
            tuple(_row(table, row, answers, last.get(row.code), desk, wrong) for row in table.rows),
        )
        for table in factors.assessment(rules.FORM).tables
    )


def goals(plan: Content, answers: Answers, wrong: Mapping[str, str] | None = None) -> tuple[ShownGoal, ...]:
    """The goals of the plan, each with what became of it."""
    return tuple(
        ShownGoal(
            goal.key,
            goal.text,
            said.outcome or "",
            str(REACHED.get(Reached(said.outcome), ""))
            if said.outcome in set(Reached)
            else _("not answered"),
            said.evidence or "",
            (wrong or {}).get(f"goal-{goal.key}", ""),
        )
        for goal in plan.goals
        for said in (answers.goal(goal.key),)
    )


def _row(
    table: factors.FactorTable,
    row: factors.Factor,
    answers: Answers,
    last: LastTime | None,
    desk: Desk,
    wrong: Mapping[str, str],
) -> ShownRow:
    said = answers.rating(row.code)
    before = last.level if last is not None else None
    shift = rules.shift(table, before, said.level)
    where = ""
    if last is not None:
        day = day_short(local_day(last.at), local_day(desk.now))
        where = _("Form %(number)s, %(day)s", number=last.form, day=day)
    return ShownRow(
        id=row.code.rpartition(".")[2],
        name=f"row-{row.code}",
        title=str(row.wording),
        levels=tuple(
            ShownLevel(level, str(LEVELS[level]), row.levels[level].text(language()))
            for level in table.safe_to_danger
        ),
        tag=str(Status.PROVISIONAL.wording) if row.status is Status.PROVISIONAL else "",
        error=wrong.get(f"row-{row.code}", ""),
        unknown_label=_("Not known"),
        evidence=f"note-{row.code}",
        answer=said.level,
        note=said.evidence or "",
        last=level(before) if last is not None else _("not judged"),
        last_where=where,
        now=level(said.level),
        shift=str(SHIFTS[shift]) if said.level is not None else "",
        sign=SIGNS[shift] if said.level is not None else "",
        kind={Shift.LESS: "green", Shift.MORE: "amber"}.get(shift, "plain"),
    )


def level(told: str | None) -> str:
    """A level in words; honest where there is none."""
    if told is None:
        return _("not answered")
    return str(LEVELS[factors.Level(told)]) if told in set(factors.Level) else _("not known")


def frame(desk: Desk, case: Case) -> dict[str, Any]:
    """What every page of the room shows."""
    child = children.child(desk, case.child_id)
    return {
        "case": case,
        "lead": plan_showing.lead(case, child, local_day(desk.now)),
        "standing": plan_showing.standing(desk, case),
        "reviews": review_lines(desk, queries.reviews(desk, case)),
    }


def review_lines(desk: Desk, found: Sequence[Review]) -> Sequence[ReviewLine]:
    """Every review of every round, in words."""
    names = cases.names(desk, [one.decided_by or one.concluded_by or one.saved_by for one in found])
    lines = []
    for one in found:
        who = one.decided_by or one.concluded_by or one.saved_by
        when = one.decided_at or one.concluded_at or one.saved_at
        state = ReviewState(one.state)
        name = names.get(who, "") if who is not None else ""
        lines.append(
            ReviewLine(
                one.number, one.round, str(STATES[state]), TAGS[state], moment_words(when, desk.now), name
            )
        )
    return lines


def shown(desk: Desk, case: Case, review: Review) -> dict[str, Any]:
    """One review to be read."""
    answers, made, verdict = (
        review.answers or Answers(),
        review.making or Making(),
        review.verdict or Verdict(),
    )
    names = cases.names(desk, [review.concluded_by, review.decided_by])
    state = ReviewState(review.state)
    return {
        "review": review,
        "state": str(STATES[state]),
        "state_tag": TAGS[state],
        "tables": tables(answers, queries.last_time(desk, case, but=review), desk, {}),
        "answers": answers,
        "goals": goals(queries.plan_content(desk, case, review), answers),
        "safe": answer(answers.safe.answer),
        "stable": answer(answers.stable.answer),
        "explained": explained_lines(desk, made, verdict),
        "verdict": verdict,
        "concluded": _who_when(names, review.concluded_by, review.concluded_at, desk),
        "decided": _who_when(names, review.decided_by, review.decided_at, desk),
    }


def explained_lines(desk: Desk, made: Making, verdict: Verdict) -> Sequence[Clarified]:
    """What was explained, by whom and when."""
    return plan_showing.clarified(desk, (*made.explained, *verdict.explained))


def answer(told: Answer | None) -> str:
    """An answer to a condition in words."""
    return str(ANSWERS[told]) if told is not None else _("not answered")


def _who_when(names: Mapping[Any, str], account: Any, moment: Any, desk: Desk) -> str:
    if moment is None:
        return ""
    return _(
        "%(name)s, %(moment)s", name=names.get(account, _("somebody")), moment=moment_words(moment, desk.now)
    )
