"""Decisions of the assessments: what the answers suggest, what the law says over the score, what stands against sending."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.assessment.terms import FORM, LETTER_OF_CARERS, Answers, Kind, Progress, Reply, Verdict
from casemgr.cases.terms import Risk, Stage
from casemgr.core.findings import Finding, Findings, Weight, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intake import rules as intake
from casemgr.intake.terms import Story
from casemgr.law import factors
from casemgr.law.basis import Basis, Status

_EMERGENCY = Basis.of("ND56 Điều 31 khoản 1", Status.CONFIRMED)
_CONTENTS = Basis.of("ND56 Điều 27 khoản 1", Status.CONFIRMED)
_ONE_REASON_FOR = ("against-law", "unclear", "differs")
_OPEN_AT = {
    Kind.INITIAL: frozenset({Stage.ASSESSING, Stage.STUDYING, Stage.PLANNING}),
    Kind.FULL: frozenset({Stage.PROTECTING, Stage.STUDYING}),
}


class Ground(StrEnum):
    """Why a case is an emergency by law, whatever the score."""

    DANGER = "danger"
    CARER = "carer"
    ROW = "row"


@dataclass(frozen=True)
class Background:
    """What is known of the case from its earlier steps."""

    carer_alleged: bool = False
    emergency: bool | None = None


@dataclass(frozen=True)
class Count:
    """How often each level was chosen in one table, in the order of the form."""

    high: int
    medium: int
    low: int
    open: int


def may_be_written(kind: Kind, stage: Stage) -> bool:
    """Whether the form belongs to this stage: Mẫu 02 again when danger is seen later, Mẫu 03 while a child is protected."""
    return stage in _OPEN_AT[kind]


def belongs_here(kind: Kind, stage: Stage) -> Findings:
    """What stands against writing the form at this stage."""
    sentence = _l("This form does not belong to the present stage of the case.")
    return Findings(blocks("wrong-stage", sentence, when=not may_be_written(kind, stage)))


def harm_by_carer(story: Story, ref: str) -> Reply | None:
    """What the report already answers to the second question: yes by one suspect, no only if it was denied for all."""
    if intake.by_parent_or_carer(story, ref):
        return Reply.YES
    if story.suspects and all(suspect.is_carer is False for suspect in story.suspects):
        return Reply.NO
    return None


def suggestion(kind: Kind, answers: Answers) -> factors.Suggestion:
    """The level that the tables suggest. It is provisional, and never lower than an unknown answer could make it."""
    form = FORM[kind]
    rows = {row.code for row in factors.assessment(form).rows}
    return factors.suggest(form, {code: level for code, level in answers.levels.items() if code in rows})


def emergency_grounds(kind: Kind, answers: Answers) -> tuple[Ground, ...]:
    """Why this is an emergency by law; empty when it is none."""
    found = (
        (Ground.DANGER, answers.danger is Reply.YES),
        (Ground.CARER, answers.carer is Reply.YES),
        (Ground.ROW, suggestion(kind, answers).emergency),
    )
    return tuple(ground for ground, holds in found if holds)


def count(table: factors.FactorTable, answers: Answers) -> Count:
    """The line of totals of one table. A doubtful row that was left out is not missing."""
    said = [(row, answers.rating(row.code).level) for row in table.rows]
    levels = [level for _row, level in said]
    missing = sum(_is_open(level) and not (row.doubtful and level is None) for row, level in said)
    high, medium, low = (
        levels.count(level) for level in (factors.Level.HIGH, factors.Level.MEDIUM, factors.Level.LOW)
    )
    return Count(high, medium, low, missing)


def initial_is_ready(answers: Answers) -> Findings:
    """What stands against sending Mẫu 02. Protecting a child needs no complete table; not protecting it does."""
    refuses = answers.verdict is Verdict.NO_MEASURES
    grounds = emergency_grounds(Kind.INITIAL, answers)
    unclear = Reply.UNCLEAR in (answers.danger, answers.carer)
    basis = _EMERGENCY.cite(language())
    question = _l("Answer the question of the law, or choose “Unclear”.")
    return Findings(
        blocks("no-verdict", _l("Choose a conclusion."), when=answers.verdict is None, field="verdict"),
        blocks("danger-open", question, when=refuses and answers.danger is None, field="danger", basis=basis),
        blocks("carer-open", question, when=refuses and answers.carer is None, field="carer", basis=basis),
        *(_rows_open(Kind.INITIAL, answers) if refuses else ()),
        explains(
            "against-law",
            _l(
                "By law this is an emergency, whatever the score. Say why no measures are taken: the chair can read it on the timeline of the case."
            ),
            when=refuses and bool(grounds),
            field="reason",
            basis=basis,
        ),
        explains(
            "unclear",
            _l(
                "A question of the law is still unclear, and no measures are to be taken. Say why the child is safe."
            ),
            when=refuses and not grounds and unclear,
            field="reason",
            basis=basis,
        ),
        explains(
            "differs",
            _l("The conclusion differs from what the tables suggest. Say why."),
            when=verdict_differs(answers) and not (refuses and grounds),
            field="reason",
        ),
        explains(
            "needs-empty",
            _l(
                "It is not written where the child stays and who cares for it until there is a plan. Say why."
            ),
            when=answers.verdict is Verdict.MEASURES and not (answers.shelter.what or answers.care.what),
            field="shelter",
        ),
    )


def verdict_differs(answers: Answers) -> bool:
    """Whether the conclusion of Mẫu 02 is another than the tables suggest; a medium level suggests neither."""
    level = suggestion(Kind.INITIAL, answers).level
    if answers.verdict is Verdict.NO_MEASURES:
        return level is factors.Level.HIGH
    by_law = bool(emergency_grounds(Kind.INITIAL, answers))
    return answers.verdict is Verdict.MEASURES and level is factors.Level.LOW and not by_law


def full_is_ready(answers: Answers, background: Background) -> Findings:
    """What stands against concluding Mẫu 03: an open row or no level blocks, a missing content needs an explanation."""
    suggested = suggestion(Kind.FULL, answers)
    differs = suggested.level is not None and answers.risk is not None and answers.risk != suggested.level
    return Findings(
        *_rows_open(Kind.FULL, answers),
        blocks(
            "no-risk",
            _l("Choose the level of danger that you conclude."),
            when=answers.risk is None,
            field="risk",
        ),
        *(_content_finding(content, answers, background) for content in factors.assessment("03").required),
        explains(
            "danger-now",
            _l(
                "The tables show danger that makes this an emergency by law. Do Form 02 again, or say why not."
            ),
            when=suggested.emergency and not background.emergency,
            basis=_EMERGENCY.cite(language()),
        ),
        explains(
            "differs",
            _l("The conclusion differs from what the tables suggest. Say why."),
            when=differs,
            field="reason",
        ),
        explains(
            "no-services",
            _l("No need for a service is ticked although the danger is not low. Say why."),
            when=answers.risk in (Risk.HIGH, Risk.MEDIUM) and not answers.services,
            field="services",
        ),
    )


def content_progress(letter: str, code: str, answers: Answers, background: Background) -> Progress:
    """How far one content of Mẫu 03 is; what the law leaves out is locked until somebody writes it all the same."""
    content = answers.content(code)
    if content.text:
        return Progress.DONE if content.done else Progress.WRITING
    return Progress.LOCKED if is_locked(letter, background) else Progress.EMPTY


def is_locked(letter: str, background: Background) -> bool:
    """Whether the law leaves this content out: Điều 27 khoản 1 điểm h."""
    return letter == LETTER_OF_CARERS and background.carer_alleged


def explanations_of(answers: Answers) -> Mapping[str, str]:
    """Every explanation given so far, by finding; one reason answers for a conclusion that differs in any way."""
    from_reason = dict.fromkeys(_ONE_REASON_FOR, answers.reason) if answers.reason else {}
    return {**from_reason, **{code: text for code, text in answers.explanations.items() if text}}


def mark(row: factors.Factor) -> str:
    """How a row is called on the page: A1 for M02.A1."""
    return row.code.rpartition(".")[2]


def headline(kind: Kind, answers: Answers) -> dict[str, str]:
    """What the timeline says beyond the step itself, in codes: they are worded for whoever reads it."""
    if kind is Kind.FULL:
        return {"risk": answers.risk} if answers.risk else {}
    grounds = emergency_grounds(kind, answers)
    against_law = answers.verdict is Verdict.NO_MEASURES and grounds
    return {"grounds": ",".join(grounds)} if against_law else {}


def _rows_open(kind: Kind, answers: Answers) -> Iterator[Finding | None]:
    for row in factors.assessment(FORM[kind]).rows:
        sentence = _l("%(mark)s. %(row)s: choose a level, or “Not known”.", mark=mark(row), row=row.wording)
        unanswered = answers.rating(row.code).level is None and not row.doubtful
        yield blocks(f"row-{row.code}", sentence, when=unanswered, field=mark(row))


def _content_finding(
    content: factors.RequiredContent, answers: Answers, background: Background
) -> Finding | None:
    progress = content_progress(content.letter, content.code, answers, background)
    name = f"content-{content.letter}"
    if progress is Progress.LOCKED:
        sentence = _l(
            "%(letter)s) is left out: the carer is alleged to have done the harm.", letter=content.letter
        )
        return Finding(name, sentence, Weight.PASSED, basis=_CONTENTS.cite(language()))
    sentence = _l("Nothing is written under %(letter)s) %(content)s. Write it, or say why not.")
    return explains(
        name,
        sentence % {"letter": content.letter, "content": content.wording},
        when=progress is Progress.EMPTY,
        field=name,
        basis=content.basis.cite(language()),
    )


def _is_open(level: str | None) -> bool:
    return level in factors.NOT_KNOWN
