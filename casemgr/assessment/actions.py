"""Writing assessments: keep a draft, conclude it. Concluding moves the case."""

from collections.abc import Mapping
from dataclasses import replace

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.assessment import queries, rules
from casemgr.assessment.models import Assessment
from casemgr.assessment.terms import FORM, Answers, Kind, NotKnown, Rating, State, Verdict
from casemgr.cases import spine
from casemgr.cases.deadlines import EMERGENCY
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Stage, Step
from casemgr.core.errors import Conflict, NotFound
from casemgr.core.findings import Findings
from casemgr.core.words import _
from casemgr.law import factors


@action("assessment saved", needs=Permission.ASSESSMENT_WRITE)
def save_draft(desk: Desk, case: Case, *, kind: Kind, answers: Answers, version: int) -> Assessment:
    """Keep what is written so far. Version 0 begins a form; any other must be the one that was read."""
    rules.belongs_here(kind, Stage(case.stage)).settle()
    draft = queries.draft(desk, case, kind)
    if version != (draft.version if draft is not None else 0):
        raise _overtaken()
    if draft is None:
        draft = _begin(desk, case, kind)
    draft.saved_at, draft.saved_by = desk.now, desk.actor.account_id
    desk.seal(draft, answers=answers)
    desk.flush()
    return draft


@action("assessment concluded", needs=Permission.ASSESSMENT_WRITE)
def conclude(
    desk: Desk, case: Case, *, kind: Kind, version: int, explanations: Mapping[str, str] | None = None
) -> Assessment:
    """Conclude the draft: Mẫu 02 decides on emergency measures, Mẫu 03 on the level of danger; the case moves on."""
    if (sent := _already(desk, case, kind, version)) is not None:
        return sent
    draft = queries.draft(desk, case, kind)
    if draft is None:
        raise NotFound
    if version != draft.version:
        raise _changed_meanwhile()
    answers = draft.answers or Answers()
    answers = replace(answers, explanations={**answers.explanations, **(explanations or {})})
    _what_stands_against(desk, case, kind, answers).settle(rules.explanations_of(answers))
    answers = _as_concluded(kind, answers)
    desk.seal(draft, answers=answers)
    draft.state, draft.round = State.CONCLUDED, case.round
    draft.concluded_at, draft.concluded_by = desk.now, desk.actor.account_id
    draft.saved_at, draft.saved_by = desk.now, desk.actor.account_id
    _move(desk, case, kind, answers)
    desk.flush()
    return draft


def _what_stands_against(desk: Desk, case: Case, kind: Kind, answers: Answers) -> Findings:
    rules.belongs_here(kind, Stage(case.stage)).settle()
    if kind is Kind.INITIAL:
        return rules.initial_is_ready(answers)
    return rules.full_is_ready(answers, queries.background(desk, case))


def _begin(desk: Desk, case: Case, kind: Kind) -> Assessment:
    draft = Assessment(
        id=desk.id(), case_id=case.id, kind=kind, round=case.round, state=State.DRAFT, started_at=desk.now
    )
    desk.add(draft)
    return draft


def _move(desk: Desk, case: Case, kind: Kind, answers: Answers) -> None:
    """Let the case take the step that the conclusion means."""
    note = Note(reason=_reasons(answers), data=rules.headline(kind, answers) or None)
    if kind is Kind.FULL:
        case.risk = answers.risk
        spine.advance(desk, case, Step.STUDY, note=note)
        return
    by_law = bool(rules.emergency_grounds(kind, answers))
    measures = answers.verdict is Verdict.MEASURES
    later = case.stage != Stage.ASSESSING
    was_one = later and bool(case.emergency)  # and stays counted so
    case.emergency = measures or by_law or was_one
    step = Step.ASSESS_EMERGENCY if measures else Step.ASSESS_NO_EMERGENCY
    if not measures and later:
        step = Step.NOTE  # looked at again and found safe: the case stays where it is
        note = replace(note, data={"verdict": Verdict.NO_MEASURES.value, **(note.data or {})})
    spine.advance(desk, case, step, note=note)
    if step is Step.NOTE:
        spine.meet(desk, case, EMERGENCY, by=Step.ASSESS_NO_EMERGENCY)


def _reasons(answers: Answers) -> str | None:
    """Every reason that was given, each once, in the order in which it was asked for."""
    given = [answers.reason, *answers.explanations.values()]
    return "\n".join(dict.fromkeys(text for text in given if text)) or None


def _as_concluded(kind: Kind, answers: Answers) -> Answers:
    """The answers with what was suggested; a row that nobody answered is kept as not asked. A doubtful one may stay away."""
    rows = factors.assessment(FORM[kind]).rows
    open_rows = [row.code for row in rows if answers.rating(row.code).level is None and not row.doubtful]
    not_asked = {code: Rating(NotKnown.NOT_ASKED, answers.rating(code).evidence) for code in open_rows}
    suggested = rules.suggestion(kind, answers).level
    return replace(answers, ratings={**answers.ratings, **not_asked}, suggested=suggested)


def _already(desk: Desk, case: Case, kind: Kind, version: int) -> Assessment | None:
    """The same conclusion sent twice over a weak line is one conclusion."""
    sent = queries.latest(desk, case, kind)
    if (
        sent is None
        or sent.concluded_by != desk.actor.account_id
        or queries.draft(desk, case, kind) is not None
    ):
        return None
    return sent if sent.version == version + 1 else None


def _overtaken() -> Conflict:
    return Conflict(
        _(
            "While you were writing, this form was saved elsewhere. Both versions are shown below; nothing is lost."
        )
    )


def _changed_meanwhile() -> Conflict:
    return Conflict(_("While you were reading, this form was changed. Read it again below, then send it."))
