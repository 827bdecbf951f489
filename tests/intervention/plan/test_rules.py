"""What a plan must hold, who may approve it, what changed: pure rules."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.core.errors import RuleBroken
from casemgr.core.findings import Findings, Weight
from casemgr.intervention.plan import rules
from casemgr.intervention.plan.content import approval_stands, digest, same_words, tidy, total
from casemgr.intervention.plan.difference import Turn, difference
from casemgr.intervention.plan.rules import ApprovalFacts, Course, PlanFacts
from casemgr.intervention.plan.terms import (
    Answer,
    Comment,
    Content,
    Family,
    Goal,
    Part,
    PlanState,
    Relative,
    Service,
    Visit,
)
from casemgr.security.parts import decode, encode

TOLD = date(2026, 11, 9)
WORK = Service(
    "s1",
    "Làm việc với chủ xưởng",
    "child_protection",
    "Công an xã",
    date(2026, 11, 20),
    date(2026, 11, 25),
    0,
    None,
)
SCHOOL = Service(
    "s2",
    "Nhập học lại",
    "education",
    "Trường học",
    date(2026, 11, 24),
    date(2027, 5, 29),
    1_800_000,
    "quỹ",
    provider="Trường học",
)
TALK = Service(
    "s3", "Tham vấn", "psychology", "công an  XÃ", date(2026, 11, 26), date(2027, 2, 26), 2_400_000
)
PLAN = Content("Bóc lột: trẻ bỏ học", (Goal("g1", "Học lại lớp 9 từ 1/12"),), (WORK, SCHOOL))


def facts(content: Content = PLAN, **more: object) -> PlanFacts:
    return PlanFacts(content, TOLD, **{"wishes_known": True, "kinds_needed": {}, **more})  # type: ignore[arg-type]


def codes(found: Findings, weight: Weight) -> set[str]:
    return {finding.code for finding in found if finding.weight is weight}


def test_a_whole_plan_passes_and_shows_what_was_looked_at() -> None:
    found = rules.findings_before_handing_in(facts())
    found.settle()
    assert codes(found, Weight.PASSED) >= {
        "goals",
        "services",
        "what",
        "dates",
        "responsible",
        "cost",
        "child-asked",
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"what": None}, "what"),
        ({"kind": None}, "kind"),
        ({"since": None}, "dates"),
        ({"until": None}, "dates"),
        ({"who": None}, "responsible"),
        ({"cost": None}, "cost"),
        ({"until": date(2026, 11, 19)}, "order"),
        ({"since": date(2026, 11, 8)}, "not-too-early"),
    ],
)
def test_each_content_of_the_law_is_asked_for_and_the_row_is_named(
    change: dict[str, object], code: str
) -> None:
    broken = replace(PLAN, services=(SCHOOL, replace(WORK, **change)))  # type: ignore[arg-type]
    found = rules.findings_before_handing_in(facts(broken))
    assert codes(found, Weight.BLOCK) == {code}
    assert "2" in str(next(finding for finding in found if finding.code == code))
    with pytest.raises(RuleBroken):
        found.settle({code: "no reason helps"})


def test_without_goal_or_service_nothing_is_handed_in() -> None:
    assert codes(rules.findings_before_handing_in(facts(Content())), Weight.BLOCK) == {"goals", "services"}


def test_a_cost_of_nothing_must_be_said() -> None:
    free = replace(PLAN, services=(replace(WORK, cost=0),))
    assert not rules.findings_before_handing_in(facts(free)).blocking
    unsaid = replace(PLAN, services=(replace(WORK, cost=None),))
    assert codes(rules.findings_before_handing_in(facts(unsaid)), Weight.BLOCK) == {"cost"}


def test_a_child_not_asked_and_a_need_not_met_want_a_reason() -> None:
    found = rules.findings_before_handing_in(
        facts(wishes_known=False, kinds_needed={"legal_aid": "Trợ giúp pháp lý"})
    )
    assert codes(found, Weight.EXPLAIN) == {"child-not-asked", "needs-unmet"}
    with pytest.raises(RuleBroken):
        found.settle({"child-not-asked": "Trẻ mới 2 tuổi"})
    found.settle({"child-not-asked": "Trẻ mới 2 tuổi", "needs-unmet": "Gia đình tự lo"})
    assert "needs-met" in codes(
        rules.findings_before_handing_in(facts(kinds_needed={"education": "Giáo dục"})), Weight.PASSED
    )


def approval(**more: object) -> ApprovalFacts:
    possible = rules.may_receive(PLAN, Family(mother=Relative("Triệu Thị Lan")))
    said: dict[str, object] = {
        "plan": facts(),
        "state": PlanState.HANDED_IN,
        "approver": "chair",
        "writers": ("officer",),
        "number": "128/QĐ-UBND",
        "effective_on": date(2026, 11, 18),
        "handed_in_on": date(2026, 11, 18),
        "own_unit": True,
        "sent_to": possible,
        "not_sent_to": (),
    }
    return ApprovalFacts(**{**said, **more})  # type: ignore[arg-type]


def test_a_chair_approves_what_another_wrote() -> None:
    rules.findings_before_approving(approval()).settle()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"writers": ("officer", "chair")}, "another-person"),
        ({"state": PlanState.DRAFT}, "not-handed-in"),
        ({"state": PlanState.APPROVED}, "not-handed-in"),
        ({"number": None}, "number"),
        ({"effective_on": None}, "effective"),
        ({"effective_on": date(2026, 11, 17)}, "effective-too-early"),
        ({"own_unit": False}, "another-unit"),
    ],
)
def test_what_stops_an_approval(change: dict[str, object], code: str) -> None:
    found = rules.findings_before_approving(approval(**change))
    assert codes(found, Weight.BLOCK) == {code}
    with pytest.raises(RuleBroken):
        found.settle({code: "no reason helps"})


def test_whoever_implements_is_named_once_with_all_its_services() -> None:
    both = replace(PLAN, services=(WORK, SCHOOL, TALK))
    first, second, mother = rules.may_receive(both, Family(mother=Relative("Triệu Thị Lan")))
    assert (first.part, first.services) == (Part.IMPLEMENTER, ("s1", "s3"))
    assert second.services == ("s2",)
    assert (mother.part, mother.alleged) == (Part.MOTHER, False)


def test_an_alleged_parent_is_neither_sent_nor_left_out_without_a_reason() -> None:
    possible = rules.may_receive(
        PLAN, Family(father=Relative(None, alleged=True), mother=Relative("Triệu Thị Lan"))
    )
    father = next(one for one in possible if one.part is Part.FATHER)
    others = tuple(one for one in possible if one is not father)
    for sent, left in ((possible, ()), (others, (father,))):
        found = rules.findings_before_approving(approval(sent_to=sent, not_sent_to=left))
        assert codes(found, Weight.EXPLAIN) == {"alleged-parent"}
        found.settle({"alleged-parent": "Điều 28 không nêu ngoại lệ; gửi phần việc của người này"})


def test_leaving_somebody_out_or_knowing_nobody_wants_a_reason() -> None:
    first, *rest = rules.may_receive(PLAN, Family())
    found = rules.findings_before_approving(approval(sent_to=(first,), not_sent_to=tuple(rest)))
    assert codes(found, Weight.EXPLAIN) == {"left-out", "no-family"}
    assert codes(rules.findings_before_approving(approval(sent_to=())), Weight.BLOCK) == {"nobody-receives"}


@pytest.mark.parametrize(
    ("text", "comments", "own_unit", "stops"),
    [
        (None, (), True, {"no-comment"}),
        (None, (Comment("s1", "Bắt đầu sớm hơn"),), True, set()),
        ("Thiếu hỗ trợ gia đình", (), True, set()),
        ("Thiếu hỗ trợ gia đình", (), False, {"another-unit"}),
    ],
)
def test_giving_back_needs_words(
    text: str | None, comments: tuple[Comment, ...], own_unit: bool, stops: set[str]
) -> None:
    found = rules.findings_before_returning(PlanState.HANDED_IN, text, comments, own_unit=own_unit)
    assert codes(found, Weight.BLOCK) == stops
    again = rules.findings_before_returning(PlanState.RETURNED, text, comments, own_unit=own_unit)
    assert "not-handed-in" in codes(again, Weight.BLOCK)


def test_an_approved_plan_changes_only_on_purpose() -> None:
    changed = replace(PLAN, services=(WORK,))
    rules.findings_before_changing(PLAN, changed, True, "Trường nhận sớm").settle()
    for old, new, standing, why in (
        (PLAN, PLAN, True, "x"),
        (PLAN, changed, True, None),
        (PLAN, changed, False, "x"),
    ):
        with pytest.raises(RuleBroken):
            rules.findings_before_changing(old, new, standing, why).settle()


words = st.one_of(st.none(), st.text(min_size=1, max_size=12).map(str.strip).filter(bool))
keys = st.sampled_from("abcdefgh")
days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
services = st.builds(
    Service, keys, words, st.sampled_from([None, "education", "health"]), words, days, days,
    st.one_of(st.none(), st.integers(0, 10**12)), words, words,
)  # fmt: skip
contents = st.builds(
    Content,
    words,
    st.lists(
        st.builds(Goal, keys, st.text(min_size=1, max_size=9)), max_size=4, unique_by=lambda g: g.key
    ).map(tuple),
    st.lists(services, max_size=6, unique_by=lambda row: row.key).map(tuple),
)


@given(contents, contents)
def test_a_digest_is_the_same_only_for_the_same_words(one: Content, other: Content) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(decode(Content, encode(one))) == digest(one)


@given(contents, st.sampled_from(["what", "who", "source", "note"]))
def test_no_change_of_a_row_leaves_the_approval_standing(content: Content, field: str) -> None:
    mark = digest(content)
    assert approval_stands(PlanState.APPROVED, digest(content), mark)
    assert not approval_stands(PlanState.VOID, digest(content), mark)
    assert not approval_stands(PlanState.APPROVED, digest(content), None)
    for place, row in enumerate(content.services):
        other = replace(row, **{field: (getattr(row, field) or "") + "x"})  # type: ignore[arg-type]
        changed = replace(
            content, services=(*content.services[:place], other, *content.services[place + 1 :])
        )
        assert not approval_stands(PlanState.APPROVED, digest(changed), mark)


@given(contents, contents)
def test_a_difference_accounts_for_every_row_once(before: Content, now: Content) -> None:
    found = difference(before, now)
    by_turn = {turn: {row.key for row in found.of(turn)} for turn in Turn}
    old, new = {row.key for row in before.services}, {row.key for row in now.services}
    assert by_turn[Turn.ADDED] == new - old
    assert by_turn[Turn.REMOVED] == old - new
    assert by_turn[Turn.CHANGED] | by_turn[Turn.KEPT] == new & old
    assert not by_turn[Turn.CHANGED] & by_turn[Turn.KEPT]
    assert len(found.services) == len(old | new)


@given(contents, contents)
def test_a_difference_carries_the_old_to_the_new(before: Content, now: Content) -> None:
    found = difference(before, now)
    carried = {row.key: row for row in before.services}
    for row in found.services:
        if row.turn is Turn.REMOVED:
            del carried[row.key]
        elif isinstance(row.now, Service):
            was = carried.get(row.key)
            carried[row.key] = replace(was, **{one.field: one.now for one in row.fields}) if was else row.now  # type: ignore[arg-type]
    assert carried == {row.key: row for row in now.services}


@given(contents, contents)
def test_a_difference_seen_from_the_other_side(before: Content, now: Content) -> None:
    there, back = difference(before, now), difference(now, before)
    assert {row.key for row in there.of(Turn.ADDED)} == {row.key for row in back.of(Turn.REMOVED)}
    assert {row.key for row in there.of(Turn.CHANGED)} == {row.key for row in back.of(Turn.CHANGED)}
    assert difference(now, now).nothing
    assert there.nothing == back.nothing


@given(contents)
def test_tidying_twice_is_tidying_once(content: Content) -> None:
    once = tidy(content)
    assert tidy(once) == once
    assert same_words(once, once)


def test_tidying_drops_rows_that_say_nothing_and_keeps_the_rest() -> None:
    rough = Content(
        "  ",
        (Goal("g1", " "), Goal("g2", " Học  lại ")),
        (Service("s1"), Service("s2", who=" UBND\u200b xã ")),
    )
    assert tidy(rough) == Content(None, (Goal("g2", "Học lại"),), (Service("s2", who="UBND xã"),))


def test_the_total_counts_what_was_estimated() -> None:
    assert total(replace(PLAN, services=(WORK, SCHOOL, TALK, replace(TALK, cost=None)))) == 4_200_000


@pytest.mark.parametrize(
    ("today", "noted", "stands"),
    [
        (date(2026, 11, 19), False, Course.AHEAD),
        (date(2026, 11, 20), False, Course.LATE),
        (date(2026, 11, 20), True, Course.RUNNING),
        (date(2026, 11, 25), True, Course.RUNNING),
        (date(2026, 11, 26), True, Course.OVER),
        (date(2026, 11, 26), False, Course.LATE),
        (date(2026, 11, 19), True, Course.RUNNING),
    ],
)
def test_how_a_service_stands(today: date, noted: bool, stands: Course) -> None:
    assert rules.course(WORK, noted, today) is stands


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_week_begins_on_monday(day: date) -> None:
    monday = rules.week_of(day)
    assert monday.weekday() == 0
    assert timedelta() <= day - monday < timedelta(days=7)


SEEN = Visit(Answer.YES, Answer.YES, "Trẻ đi học đều", "Hỏi lại trường")


@pytest.mark.parametrize(
    ("visit", "more", "code"),
    [
        (SEEN, {}, None),
        (SEEN, {"service_known": False}, "service"),
        (SEEN, {"happened_on": None}, "no-day"),
        (SEEN, {"happened_on": date(2026, 11, 22)}, "day-ahead"),
        (SEEN, {"happened_on": date(2026, 11, 8)}, "day-too-early"),
        (replace(SEEN, seen=Answer.NO), {}, "alone-unseen"),
        (SEEN, {"promise_on": None}, "promise-without-day"),
        (replace(SEEN, promise=None), {}, "day-without-promise"),
        (SEEN, {"promise_on": date(2026, 11, 19)}, "promise-too-early"),
    ],
)
def test_an_entry_of_the_diary(visit: Visit, more: dict[str, object], code: str | None) -> None:
    said: dict[str, object] = {
        "service_known": True,
        "happened_on": date(2026, 11, 20),
        "promise_on": date(2026, 11, 24),
        "today": date(2026, 11, 21),
        "reported_on": TOLD,
    }
    found = rules.findings_before_noting(visit, **{**said, **more})  # type: ignore[arg-type]
    assert codes(found, Weight.BLOCK) == ({code} if code else set())


def test_what_can_be_asked_of_no_service_yet_has_no_line() -> None:
    bare = rules.PlanFacts(Content(services=(Service("s1", kind="psychology"),)), date(2026, 11, 18), True)
    said = {finding.code: finding.weight for finding in rules.findings_before_handing_in(bare)}
    assert said["dates"] == "block" and said["kind"] == "passed"
    assert not {"order", "not-too-early"} & set(said)


@pytest.mark.parametrize(
    ("carer", "once"),
    [
        ("Triệu Thị Lan", True),
        ("triệu thị lan", True),
        ("Mẹ", True),
        ("mẹ Triệu Thị Lan", True),
        ("Triệu Thị Lan (mẹ đẻ)", True),
        ("Triệu Thị Lan Anh", False),
        ("Mẹ, bà ngoại", False),
        ("Bà ngoại", False),
        ("Bà", False),
        ("Bố", True),
    ],
)
def test_a_parent_who_cares_for_the_child_receives_it_once(carer: str, once: bool) -> None:
    family = Family(Relative("Nông Văn Đức", True), Relative("Triệu Thị Lan"), Relative(carer))
    parts = [one.part for one in rules.may_receive(PLAN, family) if one.part is not Part.IMPLEMENTER]
    assert parts == [Part.FATHER, Part.MOTHER] + ([] if once else [Part.CARER])


def test_another_carer_who_is_alleged_is_not_lost_behind_the_mother() -> None:
    family = Family(mother=Relative("Triệu Thị Lan"), carer=Relative("Mẹ", alleged=True))
    *_others, mother, carer = rules.may_receive(PLAN, family)
    assert (mother.alleged, carer.name, carer.alleged) == (False, None, True)
