"""Words of the assessments, and what an officer answers, as frozen values."""

from dataclasses import dataclass, field
from enum import StrEnum

from casemgr.core.words import _l
from casemgr.law.factors import Level


class Kind(StrEnum):
    """Which of the two assessments."""

    INITIAL = "initial"  # Mẫu 02
    FULL = "full"  # Mẫu 03


FORM = {Kind.INITIAL: "02", Kind.FULL: "03"}


class State(StrEnum):
    """How far an assessment is."""

    DRAFT = "draft"
    CONCLUDED = "concluded"


class Reply(StrEnum):
    """Answer to a question of the law."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class NotKnown(StrEnum):
    """Why a row has no level; each is an honest answer."""

    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    REFUSED = "refused"
    WITHHELD = "withheld"


class Verdict(StrEnum):
    """What the initial assessment concludes."""

    MEASURES = "measures"
    NO_MEASURES = "no_measures"


class Progress(StrEnum):
    """How far one content of Mẫu 03 is."""

    EMPTY = "empty"
    WRITING = "writing"
    DONE = "done"
    LOCKED = "locked"  # not asked for: the carer is alleged to have done the harm


LETTER_OF_CARERS = "h"
"""The content that the law does not ask for when the carer is alleged to have done the harm."""


@dataclass(frozen=True)
class Rating:
    """Answer to one row of a table: a level or a way of not knowing, and what it rests on."""

    level: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Need:
    """Something the child needs until there is a plan, and who provides it."""

    what: str | None = None
    who: str | None = None


@dataclass(frozen=True)
class Content:
    """One of the contents a to h of Mẫu 03, and whether its writer calls it done."""

    text: str | None = None
    done: bool = False


@dataclass(frozen=True)
class Answers:
    """Everything answered on one form. Fields of the other form stay empty."""

    danger: Reply | None = None
    carer: Reply | None = None
    ratings: dict[str, Rating] = field(default_factory=dict)
    verdict: Verdict | None = None
    shelter: Need = Need()
    care: Need = Need()
    contents: dict[str, Content] = field(default_factory=dict)
    problems: str | None = None
    services: tuple[str, ...] = ()
    risk: str | None = None
    suggested: str | None = None  # kept when concluded
    reason: str | None = None
    explanations: dict[str, str] = field(default_factory=dict)

    def rating(self, code: str) -> Rating:
        """The answer to a row; an empty one where nothing was said."""
        return self.ratings.get(code, Rating())

    def content(self, code: str) -> Content:
        """What is written under a content; an empty one where nothing is."""
        return self.contents.get(code, Content())

    @property
    def levels(self) -> dict[str, str | None]:
        """Levels alone, as the law's counting takes them."""
        return {code: rating.level for code, rating in self.ratings.items()}


LEVELS = {Level.HIGH: _l("High"), Level.MEDIUM: _l("Medium"), Level.LOW: _l("Low")}
RISKS = {
    Level.HIGH: _l("High danger"),
    Level.MEDIUM: _l("Medium danger"),
    Level.LOW: _l("Low danger"),
}
NOT_KNOWN = {
    NotKnown.UNKNOWN: _l("Not known"),
    NotKnown.NOT_ASKED: _l("Not asked"),
    NotKnown.REFUSED: _l("Refused to answer"),
    NotKnown.WITHHELD: _l("May not be recorded"),
}
REPLIES = {Reply.YES: _l("Yes"), Reply.NO: _l("No"), Reply.UNCLEAR: _l("Unclear")}
VERDICTS = {Verdict.MEASURES: _l("Take emergency measures"), Verdict.NO_MEASURES: _l("No emergency measures")}
QUESTIONS = {
    "danger": _l("1. Is the child’s life, health or dignity gravely threatened or harmed?"),
    "carer": _l("2. Is the harm done by a father, mother or carer?"),
}
NEEDS = {"shelter": _l("A place to stay, daily needs"), "care": _l("Care for body and mind")}
PROGRESS = {
    Progress.EMPTY: _l("not begun"),
    Progress.WRITING: _l("being written"),
    Progress.DONE: _l("done"),
    Progress.LOCKED: _l("left out by law"),
}
TABLES = {
    "A": _l("Table A. How badly is the child harmed"),
    "B": _l("Table B. How far can the child protect itself"),
}
SHORT_TABLES = {"A": _l("A. Harm"), "B": _l("B. Protection")}
