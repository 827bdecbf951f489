"""Mẫu 06: the review after the plan was carried out (Điều 30); pure."""

from casemgr.assessment.terms import Rating
from casemgr.documents.facts import Facts, Reviewed
from casemgr.documents.fillers.frame import frame, the_child
from casemgr.documents.fillers.wording import (
    SHORT,
    Fields,
    Row,
    answer,
    counted,
    judged,
    level,
    moment,
    said,
)
from casemgr.law import factors
from casemgr.law.vocabulary import vocabulary
from casemgr.review.terms import Answers, Outcome, ReviewState

_LEADS_TO = {
    ReviewState.PROPOSED: Outcome.CLOSE,
    ReviewState.CLOSED: Outcome.CLOSE,
    ReviewState.REFUSED: Outcome.CLOSE,
    ReviewState.AGAIN: Outcome.NEXT_ROUND,
}


def fill(facts: Facts) -> Fields:
    """Both tables of the closing phase with last time beside, the two conditions of the law, what is proposed."""
    done = facts.case.review or Reviewed(Answers())
    tables, answers = factors.assessment("06"), done.answers
    ratings = {code: Rating(one.level, one.evidence) for code, one in answers.ratings.items()}
    harm = _with_last_time(judged(tables.harm, ratings), done)
    protection = _with_last_time(judged(tables.protection, ratings), done)
    outcome = next((leads for state, leads in _LEADS_TO.items() if state == done.state), None)
    return {
        **frame(facts.printing),
        **the_child(facts),
        "done_by": said(done.by),
        "done_at": moment(done.at),
        "harm": harm,
        "protection": protection,
        **counted("harm", harm),
        **counted("protection", protection),
        "safe": answer(answers.safe.answer),
        "safe_evidence": said(answers.safe.evidence),
        "stable": answer(answers.stable.answer),
        "stable_evidence": said(answers.stable.evidence),
        "child_says": said(answers.child_says),
        "next_plan": said(answers.next_plan),
        "outcome": vocabulary("review_results").label(outcome, "vi") if outcome else said(None),
    }


def _with_last_time(rows: tuple[Row, ...], done: Reviewed) -> tuple[Row, ...]:
    def last(mark: str) -> str:
        earlier = done.before.get(f"M06.{mark}")
        return f"{level(earlier.level)} (Mẫu {earlier.form})" if earlier and earlier.level else SHORT

    return tuple({**row, "last_time": last(row["mark"])} for row in rows)
