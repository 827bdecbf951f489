"""The answers of an assessment in words, in the order of the form: to be read again as somebody else will read them."""

from dataclasses import dataclass, replace
from datetime import date

from casemgr.assessment import rules
from casemgr.assessment.terms import (
    FORM,
    LEVELS,
    NEEDS,
    NOT_KNOWN,
    QUESTIONS,
    REPLIES,
    RISKS,
    TABLES,
    VERDICTS,
    Answers,
    Kind,
    NotKnown,
    Verdict,
)
from casemgr.cases.terms import Stage
from casemgr.core.words import _, _l, language
from casemgr.law import factors
from casemgr.law.vocabulary import vocabulary

_UNSAID = _l("Not answered")


@dataclass(frozen=True)
class Said:
    """One question and its answer in words."""

    question: str
    answer: str
    evidence: str = ""
    danger: str = ""


@dataclass(frozen=True)
class Chapter:
    """One part of a form in words, and where it stands on the page where it is written."""

    title: str
    anchor: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Difference:
    """One answer of which two people have written different versions."""

    question: str
    kept: str
    typed: str


def in_words(kind: Kind, answers: Answers, on: date) -> tuple[Chapter, ...]:
    """Every answer of a form in words, part by part, in the order of the form."""
    if kind is Kind.INITIAL:
        chapters = (_law_in_words(answers), *_tables_in_words(kind, answers))
        return (*chapters, _verdict_in_words(answers), _needs_in_words(answers))
    collected = tuple(_content_in_words(content, answers) for content in factors.assessment("03").required)
    return (
        Chapter(_("Information collected"), "contents", collected),
        *_tables_in_words(kind, answers),
        Chapter(
            _("Problems and needs"),
            "needs",
            (
                Said(_("Problems to be solved"), answers.problems or str(_UNSAID)),
                Said(_("Services that are needed"), services_in_words(answers, on) or str(_UNSAID)),
            ),
        ),
        Chapter(
            _("Conclusion"),
            "conclusion",
            _with_reason(Said(_("Level of danger"), risk_in_words(answers.risk)), answers),
        ),
    )


def what_sending_does(kind: Kind, answers: Answers, stage: Stage) -> str:
    """What happens when the form is sent, to be read before it is."""
    if kind is Kind.FULL:
        return _("Sending concludes the full assessment. Next comes the plan, Form 04.")
    if answers.verdict is Verdict.MEASURES:
        said = _(
            "Sending decides that emergency measures are taken. Next: write down what was done, when and by whom."
        )
        if any(answers.rating(row.code).level is None for row in factors.assessment("02").rows):
            said = f"{said} {_('Rows without an answer are kept as “Not asked”.')}"
        return said
    if rules.emergency_grounds(kind, answers):
        return _(
            "Sending decides against measures although the law calls it an emergency. The decision and its reason stand on the timeline of the case, where the chair can read them. No message is sent: tell the chair yourself."
        )
    if stage is not Stage.ASSESSING:
        return _(
            "Sending writes down that the child was looked at again and no emergency measures are needed. The case stays where it is."
        )
    return _(
        "Sending decides that no emergency measures are needed. Next comes the full assessment, Form 03."
    )


def risk_in_words(risk: str | None) -> str:
    """What a level is called when it stands for danger as a whole."""
    return str(RISKS[factors.Level(risk)] if risk else _UNSAID)


def suggested_in_words(suggestion: factors.Suggestion) -> str:
    """The level that is suggested, inside a sentence."""
    return str(factors.level_wording(suggestion.level)) if suggestion.level else ""


def services_in_words(answers: Answers, on: date) -> str:
    """The kinds of service that are needed."""
    kinds = vocabulary("service_types")
    return ", ".join(kinds.label(code, language(), on) for code in answers.services)


def _law_in_words(answers: Answers) -> Chapter:
    replies = {"danger": answers.danger, "carer": answers.carer}
    said = (
        Said(str(QUESTIONS[name]), str(REPLIES[reply] if reply else _UNSAID))
        for name, reply in replies.items()
    )
    return Chapter(_("The two questions of the law"), "law", tuple(said))


def _tables_in_words(kind: Kind, answers: Answers) -> list[Chapter]:
    signs = (_("little danger"), _("some danger"), _("danger"))
    found = []
    for table in factors.assessment(FORM[kind]).tables:
        said = []
        for row in table.rows:
            rating = answers.rating(row.code)
            if row.doubtful and rating.level is None and not rating.evidence:
                continue
            known = rating.level if rating.level not in factors.NOT_KNOWN else None
            level = factors.Level(known) if known else None
            text = f"{LEVELS[level]}: {row.levels[level]}" if level else level_in_words(rating.level)
            sign = signs[table.danger_of(level)] if level else ""
            said.append(Said(f"{rules.mark(row)}. {row.wording}", text, rating.evidence or "", sign))
        found.append(Chapter(str(TABLES[table.code]), f"table-{table.code}", tuple(said)))
    return found


def _verdict_in_words(answers: Answers) -> Chapter:
    verdict = str(VERDICTS[answers.verdict] if answers.verdict else _UNSAID)
    return Chapter(_("Conclusion"), "conclusion", _with_reason(Said(_("Your conclusion"), verdict), answers))


def _with_reason(said: Said, answers: Answers) -> tuple[Said, ...]:
    given = "\n".join(
        dict.fromkeys(text for text in (answers.reason, *answers.explanations.values()) if text)
    )
    return (said, Said(_("Reason"), given)) if given else (said,)


def _needs_in_words(answers: Answers) -> Chapter:
    both = {"shelter": answers.shelter, "care": answers.care}
    said = [
        Said(str(NEEDS[name]), ", ".join(present(need.what, need.who)) or str(_UNSAID))
        for name, need in both.items()
    ]
    return Chapter(_("Needs for safety tonight"), "needs", tuple(said))


def _content_in_words(content: factors.RequiredContent, answers: Answers) -> Said:
    text = answers.content(content.code).text
    reason = answers.explanations.get(f"content-{content.letter}", "")
    return Said(f"{content.letter}) {content.wording}", text or str(_UNSAID), reason)


def differences(kind: Kind, kept: Answers, typed: Answers, on: date) -> tuple[Difference, ...]:
    """The answers in which two versions of a form differ, both in words."""
    theirs, mine = _by_question(kind, kept, on), _by_question(kind, typed, on)
    questions = dict.fromkeys((*theirs, *mine))
    pairs = (Difference(question, theirs.get(question, ""), mine.get(question, "")) for question in questions)
    return tuple(pair for pair in pairs if pair.kept != pair.typed)


def _by_question(kind: Kind, answers: Answers, on: date) -> dict[str, str]:
    said = (one for part in in_words(kind, replace(answers, explanations={}), on) for one in part.said)
    return {one.question: "\n".join(present(one.answer, one.evidence)) for one in said}


def level_in_words(level: str | None) -> str:
    """High, medium, low, or why not."""
    if level is None:
        return str(_UNSAID)
    return str(NOT_KNOWN[NotKnown(level)] if level in factors.NOT_KNOWN else LEVELS[factors.Level(level)])


def present(*texts: str | None) -> tuple[str, ...]:
    """What of it was said at all."""
    return tuple(text for text in texts if text)
