"""How the page of a report names its children and people, what is still to be asked of whom, who is alleged."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from casemgr.core.words import Later, _, _l, language
from casemgr.intake.models import Report
from casemgr.intake.rules import Question
from casemgr.intake.terms import Decision, Story, Suspect
from casemgr.law.vocabulary import vocabulary


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


@dataclass(frozen=True)
class OfHotline:
    """What was chosen for each child and each person alleged, by their marks."""

    groups: Mapping[str, Sequence[str]]
    kinds: Mapping[str, str | None]


def of_hotline(known: Story, typed: MultiDict[str, str] | None) -> OfHotline:
    """What was typed, as far as it stands on the lists; else what is known."""
    if typed is None:
        return OfHotline(
            {child.ref: child.groups or () for child in known.children},
            {suspect.ref: suspect.kind for suspect in known.suspects},
        )
    listed, kinds = vocabulary("hotline_child_groups"), vocabulary("suspect_kinds")
    chosen = {suspect.ref: typed.get(f"kind-{in_address(suspect.ref)}") for suspect in known.suspects}
    return OfHotline(
        {
            child.ref: [code for code in typed.getlist(f"groups-{in_address(child.ref)}") if code in listed]
            for child in known.children
        },
        {ref: code if code in kinds else None for ref, code in chosen.items()},
    )


def tree(name: str) -> Sequence[tuple[str, Sequence[tuple[str, str, bool]]]]:
    """A list in its groups: the name of each group, and the codes that can be chosen in it; a group itself can be, too."""
    codes, lang = vocabulary(name), language()

    def below(code: str, over: str = "") -> Iterator[tuple[str, str, bool]]:
        for one in codes.under(code):
            label = codes.label(one, lang)
            yield one, f"{over}: {label}" if over else label, bool(codes.under(one))
            yield from below(one, label)

    uppermost = [one for one in codes if one.group is None]
    return [(one.label(lang), [(one.code, one.label(lang), True), *below(one.code)]) for one in uppermost]


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


def marks(report: Report) -> Sequence[tuple[str, str]]:
    """What a list says of a report in a word, each with its kind of tag."""
    said = (
        (report.client_id, _("From hotline 111"), "plain"),
        (report.urgency == "emergency", _("Told as an emergency"), "amber"),
        (report.nudged_at, _("The hotline asks again"), "amber"),
        (report.decision == Decision.OTHER_COMMUNE, _("Commune to be found"), "dashed"),
    )
    return [(words, kind) for true, words, kind in said if true]
