"""Writing reviews: draft, propose closing or another round; the chair closes or refuses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment.terms import Rating
from casemgr.cases import spine, workflow
from casemgr.cases.deciding import approver, explained, given, in_own_unit, persons, who
from casemgr.cases.models import Case
from casemgr.cases.terms import Ending, Note, Stage, Step
from casemgr.core.errors import Conflict, Invalid, NotFound
from casemgr.core.findings import Findings
from casemgr.core.text import clean_lines
from casemgr.core.words import _
from casemgr.intake import actions as intake_actions
from casemgr.law import factors
from casemgr.review import queries, rules
from casemgr.review.models import Review
from casemgr.review.terms import (
    Answers,
    GoalReply,
    Making,
    Outcome,
    Reached,
    Reply,
    ReviewState,
    Verdict,
)

_LONGEST = 4000


@action("review saved", needs=Permission.REVIEW_WRITE)
def save(desk: Desk, case: Case, *, answers: Answers, version: int) -> Review:
    """Keep what is written so far. Version 0 begins a review; any other must be the one that was read."""
    review = _write(desk, case, answers, version)
    desk.flush()
    return review


@action("review concluded", needs=Permission.REVIEW_WRITE)
def conclude(
    desk: Desk,
    case: Case,
    *,
    outcome: Outcome,
    answers: Answers,
    version: int,
    explanations: Mapping[str, str] | None = None,
) -> Review:
    """Propose to close the case, or begin another round of planning."""
    if (sent := _already_sent(desk, case, answers)) is not None:
        return sent
    review = _write(desk, case, answers, version)
    said = review.answers or Answers()
    found = (
        rules.findings_before_proposing(queries.closing_facts(desk, case, said))
        if outcome is Outcome.CLOSE
        else rules.findings_before_another_round(said)
    )
    found.settle(explanations)
    made = review.making or Making()
    desk.seal(review, making=replace(made, explained=explained(desk, found, explanations)))
    review.concluded_at, review.concluded_by = desk.now, desk.actor.account_id
    note = Note(
        text=said.next_plan if outcome is Outcome.NEXT_ROUND else None, reason=given(found, explanations)
    )
    if outcome is Outcome.CLOSE:
        review.state = ReviewState.PROPOSED
        spine.advance(desk, case, Step.PROPOSE_CLOSURE, note=note)
    else:
        review.state = ReviewState.AGAIN
        spine.advance(desk, case, Step.REVIEW_AGAIN, note=note)
        case.round += 1
    desk.flush()
    return review


@action("case closed", needs=Permission.CASE_CLOSE)
def close(
    desk: Desk,
    case: Case,
    *,
    version: int,
    reason: str | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Review:
    """Close the case: both conditions of the law are met, and another person than the reviewer has looked."""
    why = _text(reason)
    if (closed := _already_decided(desk, case, version, ReviewState.CLOSED, why)) is not None:
        return closed
    review, found = ready_to_close(desk, case, version=version, explanations=explanations)
    desk.seal(review, verdict=Verdict(why, explained(desk, found, explanations)))
    review.state, review.decided_at, review.decided_by = ReviewState.CLOSED, desk.now, desk.actor.account_id
    case.ending = Ending.SAFE_AND_STABLE
    reasons = "\n".join(part for part in (why, given(found, explanations)) if part) or None
    spine.advance(desk, case, Step.CLOSE, note=Note(reason=reasons))
    intake_actions.follow(desk, case)
    desk.flush()
    return review


@action("closure refused", needs=Permission.CASE_CLOSE)
def refuse(desk: Desk, case: Case, *, version: int, reason: str | None) -> Review:
    """Do not close: the case goes back to the services, with the reason."""
    why = _text(reason)
    if (refused := _already_decided(desk, case, version, ReviewState.REFUSED, why)) is not None:
        return refused
    review = _waiting(desk, case, version)
    rules.findings_before_refusing(
        state=ReviewState(review.state),
        reason=why,
        closer=approver(desk, (review.making or Making()).writers),
        writers=(review.making or Making()).writers,
        own_unit=in_own_unit(desk, case),
    ).settle()
    desk.seal(review, verdict=Verdict(why))
    review.state, review.decided_at, review.decided_by = ReviewState.REFUSED, desk.now, desk.actor.account_id
    spine.advance(desk, case, Step.REFUSE_CLOSURE, note=Note(reason=why))
    desk.flush()
    return review


@action("review asked for", needs=Permission.CASE_CLOSE)
def ask_for_review(desk: Desk, case: Case, *, reason: str | None) -> Case:
    """A file from elsewhere says that closing was proposed, but no review came with it: it goes back to be reviewed."""
    if queries.proposed(desk, case) is not None:
        raise _overtaken()
    why = _text(reason)
    rules.findings_before_refusing(
        state=ReviewState.PROPOSED, reason=why, closer=who(desk), writers=(), own_unit=in_own_unit(desk, case)
    ).settle()
    spine.advance(desk, case, Step.REFUSE_CLOSURE, note=Note(reason=why))
    decided_elsewhere(desk, case, ReviewState.REFUSED, desk.now)
    desk.flush()
    return case


def take_over(
    desk: Desk, case: Case, *, outcome: Outcome, at: datetime, round_: int, goals: Mapping[str, str | None]
) -> Review:
    """What a file tells of a review: when it ended its round, and what became of the goals. Nobody here has written it."""
    review = Review(
        id=desk.id(),
        case_id=case.id,
        number=queries.next_number(desk, case),
        round=round_,
        state=ReviewState.PROPOSED if outcome is Outcome.CLOSE else ReviewState.AGAIN,
        started_at=at,
        saved_at=at,
        concluded_at=at,
    )
    desk.add(review)
    desk.seal(review, answers=Answers(goals={key: GoalReply(said) for key, said in goals.items()}))
    desk.flush()
    return review


def decided_elsewhere(desk: Desk, case: Case, state: ReviewState, at: datetime) -> None:
    """A closing that a file told as proposed was decided: what was refused does not count as the end of its round."""
    told = queries.told_elsewhere(desk, case)
    if told is not None and told.state == ReviewState.PROPOSED:
        told.state, told.decided_at = state, at


def ready_to_close(
    desk: Desk, case: Case, *, version: int, explanations: Mapping[str, str] | None = None
) -> tuple[Review, Findings]:
    """The review that waits, once nothing stands against closing; raises what does. Stores nothing."""
    review = _waiting(desk, case, version)
    found = findings_on_closing(desk, case, review)
    found.settle({**told_before(review), **(explanations or {})})
    return review, found


def findings_on_closing(desk: Desk, case: Case, review: Review) -> Findings:
    """What stands against closing now, for the person at this desk."""
    return rules.findings_before_closing(
        queries.closing_facts(desk, case, review.answers or Answers()),
        state=ReviewState(review.state),
        closer=approver(desk, (review.making or Making()).writers),
        writers=(review.making or Making()).writers,
        own_unit=in_own_unit(desk, case),
    )


def told_before(review: Review) -> Mapping[str, str]:
    """What the reviewer explained counts for the chair too."""
    return {one.code: one.text for one in (review.making or Making()).explained}


def _write(desk: Desk, case: Case, answers: Answers, version: int) -> Review:
    """Put answers into the open review, or begin one."""
    workflow.after(Stage(case.stage), Step.PROPOSE_CLOSURE)
    said = _readable(answers)
    review = queries.open_draft(desk, case)
    if version != (review.version if review is not None else 0):
        if review is None or review.saved_by != desk.actor.account_id or review.answers != said:
            raise _overtaken()
        return review
    if review is None:
        review = _begin(desk, case)
    made = review.making or Making()
    if who(desk) not in made.writers:
        desk.seal(review, making=replace(made, writers=tuple(dict.fromkeys((*made.writers, *persons(desk))))))
    desk.seal(review, answers=said)
    review.saved_at, review.saved_by = desk.now, desk.actor.account_id
    return review


def _begin(desk: Desk, case: Case) -> Review:
    review = Review(
        id=desk.id(),
        case_id=case.id,
        number=queries.next_number(desk, case),
        round=case.round,
        state=ReviewState.DRAFT,
        started_at=desk.now,
    )
    desk.add(review)
    return review


def _readable(answers: Answers) -> Answers:
    """Answers in normal form; refused where a row or a level is not of the form."""
    rows = {row.code for row in factors.assessment(rules.FORM).rows}
    known = {*factors.Level, "unknown"}
    wrong = [
        code
        for code, rating in answers.ratings.items()
        if code not in rows or (rating.level is not None and rating.level not in known)
    ]
    if wrong:
        raise Invalid({f"row-{code}": [_("Choose a level, or “Not known”.")] for code in wrong})
    strange = [key for key, one in answers.goals.items() if one.outcome not in (None, *Reached)]
    if strange:
        raise Invalid({f"goal-{key}": [_("Choose one of the answers.")] for key in strange})
    ratings = {code: Rating(one.level, _text(one.evidence)) for code, one in answers.ratings.items()}
    return replace(
        answers,
        ratings={code: one for code, one in ratings.items() if one.level or one.evidence},
        safe=Reply(answers.safe.answer, _text(answers.safe.evidence)),
        stable=Reply(answers.stable.answer, _text(answers.stable.evidence)),
        child_says=_text(answers.child_says),
        next_plan=_text(answers.next_plan),
        goals={
            key: GoalReply(one.outcome, _text(one.evidence))
            for key, one in answers.goals.items()
            if one.outcome or one.evidence
        },
    )


def _already_sent(desk: Desk, case: Case, answers: Answers) -> Review | None:
    """The same review sent twice over a weak line is one review."""
    last = queries.current(desk, case)
    led_to = {ReviewState.PROPOSED: Stage.REVIEWING, ReviewState.AGAIN: Stage.PLANNING}
    if last is None or led_to.get(ReviewState(last.state)) != case.stage:
        return None
    return last if last.concluded_by == desk.actor.account_id and last.answers == _readable(answers) else None


def _already_decided(
    desk: Desk, case: Case, version: int, state: ReviewState, why: str | None
) -> Review | None:
    """The same decision sent twice, by a double click or over a weak line, is one decision."""
    review = queries.current(desk, case)
    if review is None or review.version <= version or review.state != state:
        return None
    ours = review.decided_by is not None and review.decided_by == desk.actor.account_id
    return review if ours and (review.verdict or Verdict()).reason == why else None


def _waiting(desk: Desk, case: Case, version: int) -> Review:
    review = queries.current(desk, case)
    if review is None:
        raise NotFound
    if review.version != version:
        raise _overtaken()
    return review


def _text(text: str | None) -> str | None:
    return clean_lines(text or "", _LONGEST) or None


def _overtaken() -> Conflict:
    return Conflict(
        _(
            "Somebody else saved this review while you were writing. Both versions are shown below; nothing is lost."
        )
    )
