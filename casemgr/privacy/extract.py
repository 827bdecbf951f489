"""What a person is given of a child's data: never the reporter nor where the child is, no names of others.

For whoever is in conflict with the child the commune it lives in, its family and its carer are left out too. Texts are
searched for what was left out, without marks and in any case of letters; how often something was taken out is told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casemgr.access.desk import Desk
from casemgr.children import queries as children
from casemgr.children.terms import Card, Detail
from casemgr.core.text import fold
from casemgr.documents import gather, hiding
from casemgr.documents.facts import CaseFacts
from casemgr.intake.story import child_of, suspects_of
from casemgr.intake.terms import ToldChild
from casemgr.privacy import queries
from casemgr.privacy.models import Consent, DataRequest

_KINDS_OF_PLACE = frozenset("thon xom ap to khu lang buon phum soc ban xa phuong so".split())


@dataclass(frozen=True)
class CasePart:
    """What is given of one case."""

    number: str
    received_at: datetime | None
    harms: tuple[str, ...]
    texts: Sequence[tuple[str, str]]  # the field of the report and what it says
    measures: Sequence[str]  # codes of emergency measures


@dataclass(frozen=True)
class Extract:
    """A child's data as they are handed out."""

    card: Card
    detail: Detail
    residence: str
    cases: Sequence[CasePart]
    consents: Sequence[Consent]
    removed: int  # places in texts from which something was taken out
    guarded: bool  # whoever asks is in conflict with the child


def of_request(desk: Desk, request: DataRequest) -> Extract:
    """The data of the child that a request is about, for whoever asked."""
    child = children.child(desk, request.child_id)
    parts: list[CasePart] = []
    removed, residence = 0, ""
    for case in queries.cases_of(desk, child.id):
        facts = gather.of_case(desk, case)
        hidden = hiding.for_recipient(facts, (), also=_others(facts, guarded=request.conflict))
        residence = residence or hidden.facts.residence or ""
        removed += hidden.removed
        parts.append(_part(hidden.facts))
    detail = child.detail or Detail()
    desk.read("child given out", request.number, ("card", "detail", "known"))
    return Extract(
        card=child.card or Card(),
        detail=Detail(detail.ethnic_group, detail.disability) if request.conflict else detail,
        residence="" if request.conflict else residence,
        cases=parts,
        consents=queries.consents(desk, child),
        removed=removed,
        guarded=request.conflict,
    )


def _others(facts: CaseFacts, *, guarded: bool) -> Sequence[str]:
    """Names of everybody but the child; for somebody in conflict also where it lives and who cares for it."""
    told = _told(facts)
    own = fold(facts.card.name or "")
    found = _bare_places(facts.place or "")
    found += [person.name for person, _relation in suspects_of(facts.story, facts.ref)]
    found += [one.name for one in facts.story.children]
    if guarded:
        found += [told.carer, facts.residence, told.mother.name, told.father.name]
    return [name for name in found if name and fold(name) != own]


def _bare_places(place: str) -> list[str | None]:
    """The parts of an address without the word for what they are: thôn Bản Tích is also written Bản Tích."""
    parts = [part.split() for part in re.split(r"[,;\n]", place)]
    return [" ".join(words[1:]) for words in parts if len(words) > 2 and fold(words[0]) in _KINDS_OF_PLACE]


def _told(facts: CaseFacts) -> ToldChild:
    return child_of(facts.story, facts.ref) or ToldChild(ref=facts.ref)


def _part(facts: CaseFacts) -> CasePart:
    told = _told(facts)
    texts = (
        ("description", facts.story.incident.description),
        ("condition", told.condition),
        ("feared_consequences", told.feared_consequences),
        ("actions_taken", facts.story.actions_taken),
    )
    return CasePart(
        facts.number,
        facts.received_at,
        told.harms or (),
        [(name, text) for name, text in texts if text],
        [taken.measure.code for taken in facts.measures],
    )
