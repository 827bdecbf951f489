"""When a crime is to be reported, what a decision must say, within which bounds, in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casemgr.children.terms import Precision
from casemgr.core.findings import Findings
from casemgr.law.vocabulary import vocabulary
from casemgr.proceedings import rules
from casemgr.proceedings.terms import (
    OUTCOME,
    Appeal,
    Body,
    CrimeReport,
    Criminal,
    CriminalStage,
    KnownKind,
    Making,
    Person,
    Sanction,
    Verdict,
    Way,
)

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
FACTS = rules.Facts(TODAY, date(2026, 11, 17), Precision.DAY)
FATHER, UNCLE = Person("s1", "Nông Văn Đức"), Person(None, "Nông Văn Chú", 1980)
CHAIR = Body("commune_chair", "UBND xã Na Sầm")
FINE = Sanction(
    "vp22.1.a", "fine", number="12/QĐ-XPHC", day=date(2026, 11, 25), body=CHAIR, amount=15_000_000
)
OPENED = Criminal("blhs185", CriminalStage.STARTED, "5/QĐ", date(2026, 11, 26), Body("investigators"))
NEWS = CrimeReport(Body("commune_police"), Way.TELEPHONE)
AT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def blocked(found: Findings) -> list[str]:
    return [one.code for one in found.blocking]


def doubted(found: Findings) -> list[str]:
    return [one.code for one in found.to_explain]


@pytest.mark.parametrize(
    ("harms", "emergency", "weight"),
    [
        (("sexual_abuse",), None, "expected"),
        (("trafficking", "other"), False, "expected"),
        (("violence",), True, "expected"),
        (("violence",), None, "consider"),
        (("exploitation",), True, "consider"),
        (("abandonment_neglect",), None, "consider"),
        (("other",), True, None),
        ((), True, None),
    ],
)
def test_signs_of_a_crime_are_to_be_reported(
    harms: tuple[str, ...], emergency: bool | None, weight: str | None
) -> None:
    hint = rules.crime_report_expected(harms=harms, emergency=emergency)
    assert (hint.weight.value if hint else None) == weight
    assert rules.crime_report_expected(harms=harms, emergency=emergency, reported=True) is None
    if hint is not None:
        assert "Điều 146" in hint.basis and "guilty" not in str(hint.text)


def test_a_report_to_the_police_needs_to_whom_how_and_when() -> None:
    assert not list(rules.may_report_crime(NEWS, AT, NOW, FACTS))
    assert blocked(rules.may_report_crime(CrimeReport(), None, NOW, FACTS)) == ["body", "way", "at"]
    assert blocked(rules.may_report_crime(NEWS, NOW + timedelta(minutes=1), NOW, FACTS)) == ["at-future"]
    early = datetime(2026, 11, 16, 16, 59, tzinfo=UTC)  # 23:59 of the day before, in Viet Nam
    assert blocked(rules.may_report_crime(NEWS, early, NOW, FACTS)) == ["before-incident"]
    assert not list(rules.may_report_crime(NEWS, early + timedelta(minutes=1), NOW, FACTS))
    receipt = replace(NEWS, receipt_on=date(2026, 11, 17))
    assert blocked(rules.may_report_crime(receipt, AT, NOW, FACTS)) == ["receipt-before"]
    letter = replace(NEWS, written_on=TODAY + timedelta(days=1))
    assert blocked(rules.may_report_crime(letter, AT, NOW, FACTS)) == ["future-written_on"]


def test_what_was_said_by_telephone_still_goes_in_writing() -> None:
    assert rules.waits_for_writing(NEWS)
    assert not rules.waits_for_writing(replace(NEWS, written_on=TODAY))
    assert not rules.waits_for_writing(replace(NEWS, way=Way.WRITTEN))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"act": "no_such"}, "act"),
        ({"outcome": None}, "outcome"),
        ({"number": None}, "number"),
        ({"day": None}, "day"),
        ({"body": Body()}, "body"),
        ({"day": TODAY + timedelta(days=1)}, "future-day"),
        ({"day": date(2026, 11, 16)}, "before-incident"),
        ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"),
        ({"outcome": "warning"}, "amount-without-fine"),
        ({"paid_on": date(2026, 11, 24)}, "paid-early"),
        ({"paid_on": TODAY + timedelta(days=1)}, "future-paid_on"),
        ({"appealed_on": date(2026, 11, 24)}, "appealed-early"),
        ({"record_on": date(2026, 11, 26)}, "record-late"),
        ({"paid_on": TODAY, "refused": True}, "paid-and-refused"),
    ],
)
def test_a_sanction_that_lacks_something_or_cannot_be_true(changes: dict[str, Any], code: str) -> None:
    assert not list(rules.may_be_sanctioned(FATHER, FINE, FACTS))
    assert blocked(rules.may_be_sanctioned(FATHER, replace(FINE, **changes), FACTS)) == [code]


def test_no_sanction_needs_no_number_and_nobody_is_no_person() -> None:
    none = Sanction("vp22.1.a", "none")
    assert not list(rules.may_be_sanctioned(FATHER, none, FACTS))
    assert blocked(rules.may_be_sanctioned(Person(), none, FACTS)) == ["person"]


@pytest.mark.parametrize(
    ("amount", "organisation", "fits"),
    [
        (9_999_999, False, False),
        (10_000_000, False, True),
        (20_000_000, False, True),
        (20_000_001, False, False),
        (15_000_000, True, False),
        (20_000_000, True, True),
        (40_000_000, True, True),
        (40_000_001, True, False),
    ],
)
def test_the_bounds_of_the_law_and_twice_as_much_for_an_organisation(
    amount: int, organisation: bool, fits: bool
) -> None:
    person = replace(FATHER, organisation=organisation)
    found = rules.may_be_sanctioned(person, replace(FINE, amount=amount), FACTS)
    assert doubted(found) == ([] if fits else ["bounds"]) and not found.blocking
    basis = next((one.basis for one in found), "Điều 22") or ""
    assert "Điều 22" in basis and ("Điều 5 khoản 2" in basis) is (organisation and not fits)


@given(st.sampled_from(list(vocabulary("administrative_violations"))), st.integers(1, 10**9))
def test_what_nobody_has_read_bounds_nothing(act: Any, amount: int) -> None:
    least, most = rules.bounds(act.code, TODAY, organisation=False)
    found = rules.may_be_sanctioned(FATHER, replace(FINE, act=act.code, amount=amount), FACTS)
    outside = (least is not None and amount < least) or (most is not None and amount > most)
    assert ("bounds" in doubted(found)) is outside
    twice = rules.bounds(act.code, TODAY, organisation=True)
    assert twice == tuple(None if bound is None else 2 * bound for bound in (least, most))
    if act.attributes.get("unread"):
        assert (least, most) == (None, None) and act.status == "provisional"


def test_an_act_before_its_decree_asks_why() -> None:
    facts = replace(FACTS, happened=date(2025, 11, 1))
    early = replace(FINE, act="dv40.3", day=date(2025, 12, 14), amount=25_000_000)
    assert doubted(rules.may_be_sanctioned(FATHER, early, facts)) == ["not-in-force"]
    assert not list(rules.may_be_sanctioned(FATHER, replace(early, day=date(2025, 12, 15)), facts))


def test_an_estimated_incident_asks_and_does_not_block() -> None:
    facts = replace(FACTS, precision=Precision.ESTIMATED)
    found = rules.may_be_sanctioned(FATHER, replace(FINE, day=date(2026, 11, 16)), facts)
    assert doubted(found) == ["before-estimate"] and not found.blocking
    month = rules.Facts(TODAY, date(2026, 11, 1), Precision.MONTH)
    assert not list(rules.may_be_sanctioned(FATHER, replace(FINE, day=date(2026, 11, 2)), month))


def test_the_same_number_twice() -> None:
    one = rules.Before(UUID(int=1), FATHER, FINE, None)
    facts = replace(FACTS, others=(one,))
    assert blocked(rules.may_be_sanctioned(FATHER, FINE, facts)) == ["double-number"]
    assert blocked(rules.may_be_sanctioned(FATHER, replace(FINE, number="12/qđ-xphc"), facts)) == [
        "double-number"
    ]
    assert doubted(rules.may_be_sanctioned(UNCLE, FINE, facts)) == ["shared-number"]
    assert not list(rules.may_be_sanctioned(FATHER, FINE, facts, but=UUID(int=1)))
    assert not list(rules.may_be_sanctioned(FATHER, replace(FINE, number="13/QĐ-XPHC"), facts))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"offence": None}, "offence"),
        ({"stage": None}, "stage"),
        ({"number": None}, "number"),
        ({"day": date(2026, 11, 16)}, "before-incident"),
        ({"stage": CriminalStage.NOT_STARTED}, "reason"),
        ({"stage": CriminalStage.SUSPENDED}, "reason"),
        ({"stage": CriminalStage.JUDGMENT}, "verdict"),
        ({"verdict": Verdict.CONVICTED}, "verdict-early"),
        ({"final": True}, "verdict-early"),
        ({"sentence": "2 năm tù"}, "verdict-early"),
    ],
)
def test_nobody_is_guilty_before_a_judgment(changes: dict[str, Any], code: str) -> None:
    assert not list(rules.may_be_proceeded(FATHER, OPENED, FACTS))
    assert blocked(rules.may_be_proceeded(FATHER, replace(OPENED, **changes), FACTS)) == [code]


def test_stages_go_forward_in_time() -> None:
    judged = Criminal(
        "blhs185",
        CriminalStage.JUDGMENT,
        "9/HSST",
        date(2026, 11, 20),
        Body("court"),
        verdict=Verdict.CONVICTED,
    )
    facts = replace(FACTS, others=(rules.Before(UUID(int=1), FATHER, None, OPENED),))
    assert doubted(rules.may_be_proceeded(FATHER, judged, facts)) == ["order"]
    assert not list(rules.may_be_proceeded(FATHER, replace(judged, day=TODAY), facts))
    assert not list(rules.may_be_proceeded(UNCLE, judged, facts)), "of another person"


def test_what_is_on_record_against_somebody() -> None:
    making = Making()
    assert rules.known_kind(FINE, None, making) is KnownKind.SANCTION
    assert rules.known_kind(replace(FINE, outcome="none", amount=None), None, making) is None
    assert rules.known_kind(replace(FINE, appeal=Appeal.CANCELLED), None, making) is None
    assert rules.known_kind(FINE, None, Making(void=True)) is None
    assert rules.known_kind(None, OPENED, making) is KnownKind.PROCEEDINGS
    judged = replace(OPENED, stage=CriminalStage.JUDGMENT, verdict=Verdict.CONVICTED)
    assert rules.known_kind(None, judged, making) is KnownKind.CONVICTION
    assert rules.known_kind(None, replace(judged, verdict=Verdict.ACQUITTED), making) is None
    assert rules.known_kind(None, replace(OPENED, stage=CriminalStage.NOT_STARTED), making) is None


def test_the_last_decision_says_how_proceedings_stand() -> None:
    free = Criminal("blhs185", CriminalStage.JUDGMENT, "9", TODAY, Body("court"), verdict=Verdict.ACQUITTED)
    rows = [
        rules.Before(UUID(int=1), FATHER, None, OPENED),
        rules.Before(UUID(int=2), FATHER, None, free),
        rules.Before(UUID(int=3), UNCLE, None, OPENED),
        rules.Before(UUID(int=4), FATHER, FINE, None),
    ]
    assert {one.id.int for one in rules.standing(rows)} == {2, 3, 4}


def test_every_stage_has_an_outcome_that_is_counted() -> None:
    assert set(OUTCOME) == set(CriminalStage)
    assert set(OUTCOME.values()) <= set(vocabulary("criminal_outcomes").codes)


def test_bodies_go_by_the_name_of_their_day() -> None:
    bodies = vocabulary("proceeding_bodies")
    assert "cấp huyện" in bodies.label("court", "vi", date(2025, 6, 30))
    assert "khu vực" in bodies.label("court", "vi", date(2025, 7, 1))


def test_what_is_only_added_is_no_correction() -> None:
    before = CrimeReport(Body("commune_police"), Way.TELEPHONE, to_whom="Trực ban")
    assert rules.only_adds(before, replace(before, receipt_number="07/GTN"))
    assert rules.only_adds(before, replace(before, body=Body("commune_police", "Công an xã")))
    assert not rules.only_adds(before, replace(before, to_whom="Người khác", receipt_number="07/GTN"))
    assert not rules.only_adds(before, replace(before, to_whom=None))
    assert not rules.only_adds(before, before), "nothing new is no reason for another version"
