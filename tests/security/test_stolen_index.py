"""The attack on a stolen index fails, and would succeed against a careless one: at most one record in a thousand, over eighty in a hundred."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from casemgr.children.clues import known_of, of_file
from casemgr.children.terms import Birth, Card, Detail, Parent, Precision, Sex
from casemgr.core.text import sounds
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.security.keys import Key, Keyring, KeyState, Purpose
from casemgr.security.tokens import Index
from tests.security.stolen_index import Row, tie, unkeyed

SIZE = 12_000
FAILS, SUCCEEDS = 0.001, 0.8


@dataclass(frozen=True)
class Person:
    """An invented child."""

    record: int
    card: Card
    detail: Detail

    @property
    def name(self) -> str:
        return " ".join(sounds(self.card.name or ""))

    @property
    def surname(self) -> str:
        return self.name.split()[0]


@cache
def people(seed: str) -> Sequence[Person]:
    chance = Chance(seed)
    names = Names(chance, "01")
    made = []
    for _ in range(SIZE):
        sex = chance.one((Sex.MALE, Sex.FEMALE))
        surname = names.surname("kinh")
        card = Card(
            names.child(sex, people="kinh", surname=surname),
            sex,
            Birth(chance.day(date(2009, 1, 1), date(2026, 6, 1)), Precision.DAY),
        )
        father = Parent(names.full(Sex.MALE, people="kinh", surname=surname))
        mother = Parent(names.full(Sex.FEMALE, people="kinh"))
        made.append(Person(chance.number(1, 2**63 - 1), card, Detail(father=father, mother=mother)))
    return made


def census(of: str) -> Mapping[str, int]:
    """How common names are in the whole country, as published lists tell: those who were stolen stand in them too."""
    return Counter(getattr(person, of) for seed in ("census", "stolen") for person in people(seed))


def ring() -> Keyring:
    """Keys that are the same each time: so is the result."""
    return Keyring(
        {
            number: Key(
                number, purpose, KeyState.ACTIVE, "2026-11-01", hashlib.sha256(purpose.encode()).digest()
            )
            for number, purpose in enumerate(Purpose, start=1)
        }
    )


def right(ties: Mapping[int, str], of: str) -> float:
    """The share of all children whose name the thief has right."""
    return sum(ties.get(person.record) == getattr(person, of) for person in people("stolen")) / SIZE


def as_stored() -> list[Row]:
    """The rows of the index in the order in which a dump holds them: by token and posting, whoever wrote them when."""
    index, rows = Index(ring()), []
    for person in people("stolen"):
        known = known_of(person.card, person.detail, province="01", told_in=2026)
        rows += [(row.token, row.posting) for row in index.postings(person.record, of_file(known))]
    return sorted(rows)


def test_the_stolen_index_ties_nobody_to_a_name() -> None:
    rows = as_stored()
    assert len(rows) > 8 * SIZE
    records = sorted(person.record for person in people("stolen"))
    ties = tie(rows, records, census("name"))
    assert right(ties, "name") <= FAILS


def test_a_careless_index_is_an_open_book() -> None:
    """The control: the same attack, where tokens are of one syllable, or without a key, and postings tell the child."""
    records = [person.record for person in people("stolen")]
    index = {
        person.surname: int.from_bytes(
            hashlib.sha256(b"key" + person.surname.encode()).digest()[:8], "big", signed=True
        )
        for person in people("stolen")
    }
    plain = [(index[person.surname], person.record.to_bytes(16, "big")) for person in people("stolen")]
    assert right(tie(plain, records, census("surname")), "surname") > SUCCEEDS
    keyless = [(unkeyed(person.name), person.record.to_bytes(16, "big")) for person in people("stolen")]
    assert right(tie(keyless, records, census("name")), "name") > SUCCEEDS
