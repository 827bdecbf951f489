"""The expected ways in which a piece of work can end badly. Everything else is a fault of ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casemgr.core.findings import Findings


class ExpectedError(Exception):
    """Something that can happen to anybody and has a plain answer."""

    status = 400


class NotFound(ExpectedError):
    """It does not exist, or not for this person: the two are the same."""

    status = 404


class Destroyed(ExpectedError):
    """It was kept as long as it had to be; since then nobody can open it."""

    status = 410

    def __init__(self, number: str, at: datetime) -> None:
        super().__init__(number)
        self.number, self.at = number, at


class Refused(ExpectedError):
    """The person is known but may not do this."""

    status = 403

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class ProofNeeded(ExpectedError):
    """The person may do this, after proving once more who they are."""

    status = 403


class TooMany(ExpectedError):
    """More was asked for in a short time than work needs."""

    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class RuleBroken(ExpectedError):
    """A rule of the law or of the house stands against it; the findings say which."""

    status = 409

    def __init__(self, findings: "Findings | str") -> None:
        super().__init__(str(findings))
        self.findings = findings


class Conflict(ExpectedError):
    """Somebody else saved first, or the same thing was said twice in different words."""

    status = 409

    def __init__(self, sentence: str = "", **stored: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.stored = stored


class Invalid(ExpectedError):
    """What was typed or sent cannot be read; the errors name each field."""

    status = 422

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(errors))
        self.errors = {field: list(sentences) for field, sentences in errors.items()}


class Unavailable(ExpectedError):
    """A key, a table or a service is missing: the action stops, nothing is lost."""

    status = 503


class NotReady(ExpectedError):
    """What is asked for is being prepared; how far that is, and of how much, if it is known."""

    status = 503

    def __init__(self, done: int = 0, total: int = 0) -> None:
        super().__init__()
        self.done, self.total = done, total


class Busy(NotReady):
    """Others have the server work for seconds already: a little later there is a turn."""
