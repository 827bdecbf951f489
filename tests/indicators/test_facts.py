"""The stored format: what goes in comes out, and the code lists are those of the law."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.cases.terms import Stage
from casemgr.indicators import facts
from casemgr.indicators.facts import Fact
from casemgr.law.vocabulary import vocabulary
from tests.indicators.country import FACTS

LISTS = {
    "decision": "decisions",
    "sex": "sexes",
    "harms": "harms",
    "environment": "environments",
    "relations": "relations",
    "ethnic_group": "ethnic_groups",
    "disability": "disability",
    "channel": "channels",
    "urgency": "urgencies",
    "kind": "kinds",
}


@given(FACTS)
def test_a_fact_comes_back_as_it_went(fact: Fact) -> None:
    packed = facts.pack(fact)
    assert packed[0] == facts.CASES.newest
    assert len(packed) <= 64
    assert facts.CASES.unpack(packed) == fact


@given(st.lists(FACTS, max_size=5))
def test_columns_hold_the_same_numbers(those: list[Fact]) -> None:
    columns = facts.CASES.columns_of([facts.pack(fact) for fact in those])
    assert set(columns) == {field.name for field in fields(Fact)}
    for place, fact in enumerate(those):
        assert columns["child"][place] == fact.child
        assert columns["age"][place] == (facts.NO_AGE if fact.age is None else fact.age)
        assert facts.words("harms", int(columns["harms"][place])) == fact.harms
        assert facts.DECISIONS[columns["decision"][place]] == fact.decision
        assert facts.day_of(int(columns["received"][place])) == fact.received


@pytest.mark.parametrize(("column", "name"), LISTS.items())
def test_every_code_of_the_law_has_its_place(column: str, name: str) -> None:
    """A code that is missing here goes to the END of its list in facts.py; nothing moves."""
    assert set(vocabulary(name).codes) <= {*facts.COLUMNS[column].codes, facts.UNKNOWN}


def test_every_stage_has_its_place() -> None:
    assert {*facts.STAGES} == {facts.UNKNOWN, *Stage}


def test_the_stored_format_has_not_moved() -> None:
    """These bytes are in databases: a change here is a new format, beside the old one."""
    fact = Fact(
        child=2**63 - 1,
        received=date(2026, 3, 2),
        report=5,
        incident_unit=13,
        residence_unit=14,
        triage_unit=0,
        event=date(2026, 3, 1),
        decision="accepted",
        sex="female",
        age=9,
        harms=frozenset({"violence", "other"}),
        environment="family",
        online=False,
        relations=frozenset({"father", "unknown"}),
        ethnic_group="tay",
        disability="no",
        channel="telephone",
        urgency="emergency",
        kind="intervention",
        stage="received",
        flags=frozenset({"emergency"}),
    )
    assert facts.pack(fact).hex() == (
        "01ffffffffffffff7f05000000000000000d0000000e000000000000002250000021500000020008000102092101020202010101010400"
    )


def test_a_code_nobody_knows_is_unknown_but_a_decision_must_be_known() -> None:
    fact = Fact(
        1,
        date(2026, 1, 1),
        ethnic_group="martian",
        relations=frozenset({"dentist"}),
        harms=frozenset({"boredom"}),
    )
    again = facts.CASES.unpack(facts.pack(fact))
    assert (again.ethnic_group, again.relations, again.harms) == (
        "unknown",
        frozenset({"unknown"}),
        frozenset(),
    )
    with pytest.raises(ValueError, match="decision"):
        facts.pack(replace(fact, decision="forgotten"))


def test_an_old_age_stays_known() -> None:
    assert facts.CASES.unpack(facts.pack(Fact(1, date(2026, 1, 1), age=300))).age == 254


def test_a_fact_holds_no_name_no_birth_date_no_address() -> None:
    assert not {field.name for field in fields(Fact)} & {"name", "birth", "address", "number", "description"}
