"""How the page of a report names its children and people, what is still to be asked of whom, who is alleged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from casemgr.core.words import Later, _l
from casemgr.intake.rules import Question
from casemgr.intake.terms import Story, Suspect


@dataclass(frozen=True)
class Asked:
    """One question, and of whom it is asked when there are several."""

    text: Later
    whom: str = ""


@dataclass(frozen=True)
class Alleged:
    """A person alleged to have done harm, with what they are to each child: whom, and the code or nothing."""

    person: Suspect
    address: str
    ties: Sequence[tuple[str, str]]


def in_address(ref: str) -> str:
    """A child's or suspect's mark as it may stand in an address: never what a sender wrote."""
    return hashlib.sha256(ref.encode()).hexdigest()[:8]


def child_names(known: Story) -> dict[str, str]:
    """How each child of a report is called where there are several: its number, and its name if it was told."""
    return {
        row.ref: _named(_l("Child %(number)s", number=place), row.name)
        for place, row in enumerate(known.children, 1)
    }


def person_names(known: Story) -> dict[str, str]:
    """How each person alleged to have done harm is called where there are several."""
    return {
        row.ref: _named(_l("Person %(number)s", number=place), row.name)
        for place, row in enumerate(known.suspects, 1)
    }


def _named(number: Later, name: str | None) -> str:
    return f"{number}, {name}" if name else str(number)


def asked(known: Story, questions: Sequence[Question]) -> Sequence[Asked]:
    """The questions for a page: with several children or people, each says whom it is about."""
    whom: dict[str, str] = {}
    if len(known.children) > 1:
        whom |= {f"children.{ref}": name for ref, name in child_names(known).items()}
    if len(known.suspects) > 1:
        whom |= {f"suspects.{ref}": name for ref, name in person_names(known).items()}
    return [Asked(row.text, whom.get(row.field.rpartition(".")[0], "")) for row in questions]


def alleged(known: Story) -> Sequence[Alleged]:
    """Everybody alleged to have done harm; somebody of whom no relation was told stands there too."""
    names = child_names(known)
    found = []
    for person in known.suspects:
        told = {tie.child: tie.relation for tie in person.relations}
        several = len(known.children) > 1 and told
        ties = [(name if several else "", told.get(ref, "")) for ref, name in names.items()]
        found.append(Alleged(person, in_address(person.ref), ties if several else ties[:1]))
    return found
