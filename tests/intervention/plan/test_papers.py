"""The file beside a plan, comments cell by cell, delivery and safe contact: rules on values alone."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.findings import Findings, Weight
from casemgr.intervention.plan import delivering, rules
from casemgr.intervention.plan.content import digest
from casemgr.intervention.plan.difference import Turn, answers
from casemgr.intervention.plan.papers import Dossier, findings_on_the_papers
from casemgr.intervention.plan.terms import (
    Comment,
    Contact,
    Content,
    Message,
    Part,
    Recipient,
    SafeContact,
    Way,
)
from tests.intervention.plan.test_rules import PLAN, SCHOOL, WORK, facts

DAY = date(2026, 11, 18)
ALL = Dossier(DAY, DAY, DAY, DAY)
POLICE = Recipient("service-s1", Part.IMPLEMENTER, "Công an xã", ("s1",))
FATHER = Recipient("father", Part.FATHER, "Nông Văn Đức", ("s1",), alleged=True)
GIVEN = delivering.DeliveryFacts(True, (POLICE,), True, (), (), DAY, DAY, DAY, Way.IN_PERSON, None)


def codes(found: Findings, weight: Weight = Weight.BLOCK) -> set[str]:
    return {one.code for one in found if one.weight is weight}


@given(st.sets(st.sampled_from(["report", "initial", "full", "minutes"])))
def test_each_missing_paper_asks_for_its_own_reason(missing: set[str]) -> None:
    dossier = replace(ALL, **dict.fromkeys(missing, None))  # type: ignore[arg-type]
    found = rules.findings_before_handing_in(facts(dossier=dossier))
    asked = {one.code for one in found.to_explain}
    assert asked == {f"file-{name}" for name in missing} and not found.blocking
    found.settle(dict.fromkeys(asked, "vì mất điện"))
    assert len([one for one in findings_on_the_papers(dossier) if one]) == 4


def test_providers_to_be_mobilised_are_named_or_it_is_said_that_none_is_needed() -> None:
    bare = replace(PLAN, services=(WORK, replace(SCHOOL, provider=None)))
    assert codes(rules.findings_before_handing_in(facts(bare)), Weight.EXPLAIN) == {"providers"}
    assert "providers" in codes(rules.findings_before_handing_in(facts()), Weight.PASSED)


def test_a_plan_of_before_keeps_its_fingerprint() -> None:
    """What was approved before providers were asked for must still be what was approved."""
    old = Content(PLAN.why, PLAN.goals, (WORK,))
    told = asdict(old)
    for row in told["services"]:
        del row["provider"]
    said = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    assert digest(old) == hashlib.sha256(b"plan content 1\n" + said.encode()).digest()
    assert digest(old) != digest(replace(old, services=(replace(WORK, provider="Trung tâm"),)))


def test_each_comment_is_answered_by_what_changed_there() -> None:
    comments = (
        Comment("s1", "Ai làm?", "who"),
        Comment("s1", "Ghi rõ ngày", "until"),
        Comment("s2", "Bỏ việc này"),
        Comment("g1", "Nói rõ hơn"),
    )
    now = Content(PLAN.why, PLAN.goals, (replace(WORK, who="Công an xã Na Sầm"),))
    found = answers(comments, PLAN, now)
    assert [one.turn for one in found] == [Turn.CHANGED, Turn.KEPT, Turn.REMOVED, Turn.KEPT]
    assert [one.field for one in found[0].fields] == ["who"] and found[0].fields[0].now == "Công an xã Na Sầm"


@given(st.lists(st.tuples(st.sampled_from(["s1", "s2", "g1"]), st.sampled_from([None, "who", "cost"]))))
def test_no_comment_is_dropped(rows: list[tuple[str, str | None]]) -> None:
    comments = [Comment(row, "Sửa", field) for row, field in rows]
    assert [one.comment for one in answers(comments, PLAN, Content())] == comments


def test_a_delivery_as_it_should_be() -> None:
    assert not list(delivering.findings_before_delivering(GIVEN))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approved": False}, "not-approved"),
        ({"chosen": ()}, "nobody"),
        ({"given": None}, "outcome"),
        ({"already": ("service-s1",)}, "already"),
        ({"withheld": ("service-s1",)}, "withheld"),
        ({"given_on": None}, "day"),
        ({"given_on": date(2026, 11, 19)}, "day-ahead"),
        ({"given_on": date(2026, 11, 17)}, "day-too-early"),
        ({"way": None}, "way"),
        ({"chosen": (FATHER,)}, "alleged"),
        ({"given": False}, "why-not"),
    ],
)
def test_what_stands_against_a_delivery(changes: dict[str, object], code: str) -> None:
    assert codes(delivering.findings_before_delivering(replace(GIVEN, **changes))) == {code}  # type: ignore[arg-type]


@pytest.mark.parametrize("given_over", [True, False])
def test_an_alleged_parent_wants_a_reason_either_way(given_over: bool) -> None:
    told = replace(GIVEN, chosen=(FATHER,), given=given_over)
    assert codes(delivering.findings_before_delivering(told)) == {"alleged"}
    assert not codes(delivering.findings_before_delivering(replace(told, reason="Vì an toàn của trẻ")))


def test_who_is_kept_out_is_refused_even_with_a_reason_but_may_be_noted_as_left_out() -> None:
    told = replace(GIVEN, chosen=(FATHER,), withheld=("father",), reason="Quyết định 5")
    assert codes(delivering.findings_before_delivering(told)) == {"withheld"}
    assert not codes(delivering.findings_before_delivering(replace(told, given=False)))


def test_confirming() -> None:
    good = {"given_on": DAY, "confirmed": False, "on": DAY, "who": "Văn thư", "today": DAY}
    assert not codes(delivering.findings_before_confirming(**good))  # type: ignore[arg-type]
    for name, value, code in (
        ("given_on", None, "not-given"),
        ("confirmed", True, "confirmed"),
        ("on", None, "confirmed-day"),
        ("on", date(2026, 11, 17), "confirmed-too-early"),
        ("on", date(2026, 11, 19), "confirmed-ahead"),
        ("who", None, "confirmed-who"),
    ):
        assert code in codes(delivering.findings_before_confirming(**{**good, name: value}))  # type: ignore[arg-type]


def test_rules_of_safe_contact() -> None:
    aunt = Contact("Lý Thị Giả Định", "dì", "0900 111 222", "sau 17:00")
    told = SafeContact((aunt, Contact()), Message.NEVER, None, "Cha của trẻ", None)
    tidy = delivering.tidy_contact(told)
    assert tidy.contacts == (aunt,) and not list(delivering.findings_before_keeping(tidy, None))
    assert codes(delivering.findings_before_keeping(tidy, tidy)) == {"same"}
    half = replace(tidy, contacts=(Contact("Ai đó"),))
    assert codes(delivering.findings_before_keeping(half, None)) == {"contact-half"}
    assert codes(delivering.findings_before_keeping(SafeContact(), None)) == {"nothing"}
    assert codes(delivering.findings_before_keeping(replace(tidy, message=Message.NEUTRAL), None)) == {
        "words"
    }
