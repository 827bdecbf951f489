"""Words of guidance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question of a form: why it is asked, and what an answer looks like."""

    asked: str
    why: str
    example: str


@dataclass(frozen=True)
class Guidance:
    """What somebody should know who does a step for the first time, in one language."""

    step: str
    title: str
    wants: str  # what the law wants here
    needed: tuple[str, ...]
    example: str  # with an invented child
    mistakes: tuple[str, ...]
    call: str
    say: str  # to the child or the family
    basis: str
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Task:
    """One of the six tasks of the first twelve hours."""

    title: str
    text: str
    number: str  # to call; empty when there is none


ENOUGH = 3  # so many finished and the guidance steps back
