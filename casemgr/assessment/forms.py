"""What an officer types on Mẫu 02 and Mẫu 03. Nothing has to be filled in to keep a draft."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, RadioField
from wtforms.validators import Optional

from casemgr.assessment.terms import (
    QUESTIONS,
    REPLIES,
    RISKS,
    VERDICTS,
    Answers,
    Content,
    Need,
    NotKnown,
    Rating,
    Reply,
    Verdict,
)
from casemgr.core.text import clean_lines
from casemgr.core.words import _, _l
from casemgr.law import factors
from casemgr.law.factors import Level
from casemgr.web.forms import TEXT, BaseForm, chosen, line, several, stored_version, text

_CHOICES = frozenset({*Level, *NotKnown})


class Ratings(Field):
    """Both tables of a form: for each row a level or a way of not knowing, and the evidence."""

    def __init__(self, official: str, **options: Any) -> None:
        super().__init__(_l("Tables A and B"), id="table-A", **options)
        self.official = official

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        self.process_errors: list[str] = []
        self.wrong: dict[str, str] = {}
        self.data = dict(data) if isinstance(data, dict) else {}
        if formdata is not None:
            self.data = self._read(formdata)

    def _read(self, formdata: Any) -> dict[str, Rating]:
        found: dict[str, Rating] = {}
        for row in factors.assessment(self.official).rows:
            level = formdata.get(f"row-{row.code}") or None
            evidence = clean_lines(formdata.get(f"note-{row.code}") or "") or None
            if level is not None and level not in _CHOICES:
                level, self.wrong[row.code] = None, _("Choose a level, or “Not known”.")
            if evidence is not None and len(evidence) > TEXT:
                self.wrong[row.code] = _("At most %(count)s characters.", count=TEXT)
            if level or evidence:
                found[row.code] = Rating(level, evidence)
        return found

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = list(self.wrong.values())
        return not self.errors


class Contents(Field):
    """The contents a to h of Mẫu 03: a text each, and whether its writer calls it done."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        self.process_errors: list[str] = []
        self.wrong: dict[str, str] = {}
        self.data = dict(data) if isinstance(data, dict) else {}
        if formdata is not None:
            self.data = self._read(formdata)

    def _read(self, formdata: Any) -> dict[str, Content]:
        found: dict[str, Content] = {}
        for content in factors.assessment("03").required:
            written = clean_lines(formdata.get(f"content-{content.letter}") or "") or None
            if written is not None and len(written) > TEXT:
                self.wrong[content.code] = _("At most %(count)s characters.", count=TEXT)
            if written is not None:
                found[content.code] = Content(written, done=bool(formdata.get(f"done-{content.letter}")))
        return found

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = list(self.wrong.values())
        return not self.errors


class AssessmentForm(BaseForm):
    """What both forms ask."""

    version = stored_version()
    reason = text(_l("Reason, if the conclusion differs from the suggestion or from the law"))

    def answers(self, before: Answers) -> Answers:
        """What was typed, as the value that is kept."""
        raise NotImplementedError  # the two forms have rows of their own; WTForms' metaclass rules out an abstract class


class InitialForm(AssessmentForm):
    """Mẫu 02."""

    official = "02"

    danger = RadioField(QUESTIONS["danger"], [Optional()], choices=list(REPLIES.items()))
    carer = RadioField(QUESTIONS["carer"], [Optional()], choices=list(REPLIES.items()))
    ratings = Ratings("02")
    verdict = RadioField(_l("Your conclusion"), [Optional()], choices=list(VERDICTS.items()))
    shelter_what = line(_l("What is needed"))
    shelter_who = line(_l("Who provides it"))
    care_what = line(_l("What is needed"))
    care_who = line(_l("Who provides it"))

    @staticmethod
    def spread(answers: Answers) -> dict[str, object]:
        """Kept answers as the fields show them."""
        return {
            "danger": answers.danger,
            "carer": answers.carer,
            "ratings": answers.ratings,
            "verdict": answers.verdict,
            "reason": answers.reason,
            "shelter_what": answers.shelter.what,
            "shelter_who": answers.shelter.who,
            "care_what": answers.care.what,
            "care_who": answers.care.who,
        }

    def answers(self, before: Answers) -> Answers:
        return Answers(
            danger=chosen(Reply, self.danger.data),
            carer=chosen(Reply, self.carer.data),
            ratings=self.ratings.data or {},
            verdict=chosen(Verdict, self.verdict.data),
            shelter=Need(self.shelter_what.data, self.shelter_who.data),
            care=Need(self.care_what.data, self.care_who.data),
            reason=self.reason.data,
            explanations=before.explanations,
        )


class FullForm(AssessmentForm):
    """Mẫu 03."""

    official = "03"

    contents = Contents(_l("Contents a to h"), id="contents")
    ratings = Ratings("03")
    problems = text(_l("Problems to be solved"))
    services = several(_l("Services that are needed"), "service_types")
    risk = RadioField(
        _l("Level of danger that you conclude"),
        [Optional()],
        choices=[(level.value, RISKS[level]) for level in (Level.LOW, Level.MEDIUM, Level.HIGH)],
    )

    @staticmethod
    def spread(answers: Answers) -> dict[str, object]:
        """Kept answers as the fields show them."""
        return {
            "contents": answers.contents,
            "ratings": answers.ratings,
            "problems": answers.problems,
            "services": answers.services,
            "risk": answers.risk,
            "reason": answers.reason,
        }

    def answers(self, before: Answers) -> Answers:
        return Answers(
            contents=self.contents.data or {},
            ratings=self.ratings.data or {},
            problems=self.problems.data,
            services=tuple(self.services.data or ()),
            risk=self.risk.data or None,
            reason=self.reason.data,
            explanations=before.explanations,
        )
