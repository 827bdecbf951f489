"""The body of a referral: what is read from it, what counts as the same, what is objected to and how."""

import copy
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core import words
from casemgr.core.errors import Invalid
from casemgr.intake import schemas
from casemgr.intake.terms import Kind, Places, Relation, Reporter
from casemgr.law.vocabulary import vocabulary
from tests.exchange.machine import a_referral

NOW = datetime(2026, 11, 18, 5, 45, tzinfo=UTC)
LEAST = {"reference": "r", "received_at": "2026-11-18T12:00:00+07:00", "incident": {"unit_code": "06124"}}
THE_CONTRACT = {
    "channels": "telephone zalo app fanpage web press official_letter petition other",
    "kinds": "intervention consultation",
    "urgencies": "emergency not_emergency unknown",
    "precisions": "day month year estimated unknown",
    "environments": "family school community care_facility other unknown",
    "harms": "violence exploitation sexual_abuse trafficking abandonment_neglect other",
    "sexes": "male female unknown",
    "disability": "yes no unknown",
    "relations": "mother father parent_unspecified step_parent adoptive_parent guardian substitute_carer grandparent"
    " sibling other_relative teacher_or_school_staff care_facility_staff neighbour_or_acquaintance friend_or_peer"
    " partner employer online_contact stranger other unknown",
}


def read(body: object, *, now: datetime = NOW) -> Any:
    """As the door for machines reads a body, apart from signing."""
    try:
        return schemas.telling(schemas.ReferralSchema().load(body), now=now)  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise Invalid(schemas.by_field(wrong.messages)) from None


def errors(body: object) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        read(body)
    return refused.value.errors


def digest(body: object) -> bytes:
    found: bytes = read(body).digest
    return found


def test_everything_told_is_kept() -> None:
    told = read(a_referral())
    assert (told.reference, told.revision, told.kind) == ("111-2026-000123", 1, Kind.INTERVENTION)
    assert told.received_at == datetime(2026, 11, 18, 5, 15, tzinfo=UTC)
    (child,) = told.story.children
    assert (child.ref, child.sex, child.birth) == ("c1", Sex.MALE, Birth(date(2017, 3, 14), Precision.DAY))
    assert (child.harms, child.ethnic_group, child.feared_consequences) == (
        ("violence",),
        "tay",
        "Bị đánh tiếp",
    )
    assert told.places == Places((("c1", "nhà bà ngoại"),))
    assert told.story.suspects[0].relations == (Relation("c1", "father"),)
    assert told.reporter == Reporter(False, "neighbour", "Lý Thị Giả Định", "0900 000 000")
    assert told.story.incident.precision is Precision.DAY
    assert told.story.incident.online is False


def test_the_least() -> None:
    told = read(LEAST)
    assert (told.revision, told.kind, told.reporter, told.story.children) == (1, None, None, ())


@pytest.mark.parametrize("name", THE_CONTRACT)
def test_every_value_of_the_contract_is_taken(name: str) -> None:
    assert set(THE_CONTRACT[name].split()) <= set(vocabulary(name).codes)


@pytest.mark.parametrize("code", vocabulary("relations").codes)
def test_relations(code: str) -> None:
    body = {
        **LEAST,
        "children": [{"ref": "a"}],
        "suspects": [{"relations": [{"child": "a", "relation": code}]}],
    }
    assert read(body).story.suspects[0].relations == (Relation("a", code),)


def test_marks_of_those_sent_without() -> None:
    told = read({**LEAST, "children": [{}, {"ref": "c1"}, {"name": "A"}, {"ref": None}], "suspects": [{}]})
    assert [child.ref for child in told.story.children] == ["c2", "c1", "c3", "c4"]
    assert told.story.suspects[0].ref == "s1"


def test_a_relation_without_child() -> None:
    suspects = [{"relations": [{"relation": "father"}, {"child": None}]}]
    one = read({**LEAST, "children": [{"ref": "a"}], "suspects": suspects})
    assert one.story.suspects[0].relations == (Relation("a", "father"), Relation("a", "unknown"))
    two = read({**LEAST, "children": [{"ref": "a"}, {"ref": "b"}], "suspects": suspects})
    assert two.story.suspects[0].relations == ()


def test_birth() -> None:
    for sent, kept in (
        ({"date": "2017-03-01"}, Birth(date(2017, 3, 1), Precision.DAY)),
        ({"date": "2017-01-01", "precision": "year"}, Birth(date(2017, 1, 1), Precision.YEAR)),
        ({"age_estimate": 9}, Birth(None, Precision.UNKNOWN, 9)),
        ({"age_estimate": 0}, Birth(None, Precision.UNKNOWN, 0)),
        ({"age_estimate": 25.0}, Birth(None, Precision.UNKNOWN, 25)),
        ({}, Birth()),
        (None, Birth()),
        ({"date": None, "precision": None}, Birth()),
    ):
        assert read({**LEAST, "children": [{"birth": sent}]}).story.children[0].birth == kept


def test_times_and_days() -> None:
    for sent, kept in (
        ("2026-11-18T05:50:00Z", datetime(2026, 11, 18, 5, 50, tzinfo=UTC)),
        ("2026-11-18t05:50:00z", datetime(2026, 11, 18, 5, 50, tzinfo=UTC)),
        ("2026-11-18T12:50:00.000+07:00", datetime(2026, 11, 18, 5, 50, tzinfo=UTC)),
        ("2026-11-17T23:59:59.123456789-05:30", datetime(2026, 11, 18, 5, 29, 59, 123456, tzinfo=UTC)),
        ("2024-02-29T00:00:00+07:00", datetime(2024, 2, 28, 17, tzinfo=UTC)),
    ):
        assert read({**LEAST, "received_at": sent}).received_at == kept
    assert "received_at" in errors({**LEAST, "received_at": "2026-11-18T05:50:00.1Z"})
    local_today = {**LEAST, "incident": {"unit_code": "06124", "occurred_on": "2026-11-18"}}
    assert read(local_today).story.incident.occurred_on == date(2026, 11, 18)
    late = datetime(2026, 11, 17, 17, 1, tzinfo=UTC)  # already the 18th in Viet Nam
    assert read({**local_today, "received_at": late.isoformat()}, now=late)


MEANING_THE_SAME: list[tuple[str, Any]] = [
    (
        "null",
        lambda body: body | {"channel": None, "suspects": None, "reporter": {"name": None}, "secrecy": None},
    ),
    ("nothing visible", lambda body: body | {"secrecy": " \u200b ", "children": [], "reporter": {}}),
    ("order", lambda body: dict(reversed(body.items()))),
    ("revision", lambda body: body | {"revision": None}),
    ("zone", lambda body: body | {"received_at": "2026-11-18T05:00:00Z"}),
    ("spacing", lambda body: body | {"actions_taken": "  Đã gọi "}),
    ("composition", lambda body: body | {"actions_taken": unicodedata.normalize("NFD", "Đã gọi")}),
]


@pytest.mark.parametrize(
    "same", [turn for _name, turn in MEANING_THE_SAME], ids=[name for name, _turn in MEANING_THE_SAME]
)
def test_same_meaning_same_fingerprint(same: Any) -> None:
    body: dict[str, Any] = {**LEAST, "actions_taken": "Đã gọi", "revision": 1}
    assert digest(same(copy.deepcopy(body))) == digest(body)


def test_other_meaning_other_fingerprint() -> None:
    whole = a_referral()
    seen = {digest(whole)}
    for path, value in (
        ("urgency", "unknown"),
        ("kind", None),
        ("received_at", "2026-11-18T12:15:01+07:00"),
        ("incident.online", True),
        ("incident.online", None),
        ("children.0.whereabouts", None),
        ("children.0.harms", ["violence", "other"]),
        ("children.0.birth", {"age_estimate": 9}),
        ("suspects.0.is_carer", False),
        ("reporter.phone", None),
        ("reporter.anonymous", True),
        ("secrecy", None),
    ):
        body = copy.deepcopy(whole)
        place: Any = body
        *above, name = (int(step) if step.isdigit() else step for step in path.split("."))
        for step in above:
            place = place[step]
        place[name] = value
        assert digest(body) not in seen, path
        seen.add(digest(body))


@given(st.permutations(["violence", "other", "trafficking"]), st.booleans())
def test_kinds_of_harm_are_a_set(harms: list[str], twice: bool) -> None:
    body = {**LEAST, "children": [{"harms": [*harms, harms[0]] if twice else harms}]}
    assert read(body).story.children[0].harms == ("other", "trafficking", "violence")


@given(st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_the_zone_does_not_matter(minutes: int) -> None:
    moment = NOW.astimezone(timezone(timedelta(minutes=minutes)))
    assert digest({**LEAST, "received_at": moment.isoformat()}) == digest(
        {**LEAST, "received_at": NOW.isoformat()}
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(list(a_referral())), json_values)
def test_anything_anywhere_is_read_or_refused(name: str, value: Any) -> None:
    """Never anything but a telling or objections by field, and a telling is the same when told twice."""
    body = {**a_referral(), name: value}
    said: dict[str, list[str]] = {}
    told = None
    try:
        told = read(body)
    except Invalid as refused:
        said = refused.errors
    if told is None:
        assert said and all(said.values())
    else:
        assert read(copy.deepcopy(body)) == told


@given(json_values)
def test_any_value_for_a_body(value: Any) -> None:
    assert errors(value)


def test_objections_are_said_in_both_languages() -> None:
    body = {**LEAST, "revision": 0, "channel": "x", "children": [{"birth": {"date": "x"}}], "extra": 1}
    with words.speaking("en"):
        english = errors(body)
    assert english == {
        "revision": ["A whole number from 1 to 2147483647 is expected."],
        "channel": ["This value is not on the list."],
        "children.0.birth.date": ["A day of the calendar such as 2026-03-01 is expected."],
        "extra": ["There is no such member."],
    }
    vietnamese = errors(body)
    assert vietnamese.keys() == english.keys()
    assert not {sentence for said in vietnamese.values() for sentence in said} & {
        sentence for said in english.values() for sentence in said
    }
