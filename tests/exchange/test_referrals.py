"""Sending a referral: what is stored, what is answered, what is said to the same thing twice."""

import copy
import unicodedata
from typing import Any

import pytest

from tests.exchange.machine import Machine, a_referral, ed25519_machine
from tests.support.house import HouseUnderTest

FIRST = {"reference": "111-2026-000123", "revision": 1, "status": "received"}


def test_first_time(hotline: Machine) -> None:
    answer = hotline.refer(a_referral())
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/api/v1/referrals/111-2026-000123"
    told = answer.json
    assert told.items() >= FIRST.items()
    assert told["routed_to"] == {"unit_code": "06124", "name": "Xã Na Sầm", "level": "commune"}
    assert told["cases"] == [{"child": "c1", "case": told["cases"][0]["case"]}]
    assert told["clocks"] == [{"id": "emergency_12h", "due_at": "2026-11-19T00:15:00+07:00"}]
    assert told["status_url"] == "/api/v1/referrals/111-2026-000123"
    assert "replayed" not in told and "candidates" not in told


def test_same_again_is_the_first_answer_again(hotline: Machine) -> None:
    first = hotline.refer(a_referral())
    again = hotline.refer(a_referral())
    assert again.status_code == 200
    assert again.json == {**first.json, "replayed": True}
    assert "Location" not in again.headers


def decomposed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: decomposed(member) for name, member in reversed(value.items())}
    if isinstance(value, list):
        return [decomposed(member) for member in value]
    return unicodedata.normalize("NFD", value) if isinstance(value, str) else value


def with_nulls(told: dict[str, Any]) -> dict[str, Any]:
    more = copy.deepcopy(told)
    more["suspects"][0] |= {"relations": [*more["suspects"][0]["relations"]]}
    more["children"][0]["birth"]["age_estimate"] = None
    return {**more, "incident": {**more["incident"]}, "secrecy": told["secrecy"] + " "}


@pytest.mark.parametrize("turned", [decomposed, with_nulls])
def test_same_meaning_is_same_content(hotline: Machine, turned: Any) -> None:
    hotline.refer(a_referral())
    assert hotline.refer(turned(a_referral())).json["replayed"] is True


def test_absent_and_null_revision_are_the_first(hotline: Machine) -> None:
    body = a_referral()
    assert hotline.refer(body).status_code == 201
    assert hotline.refer({**body, "revision": None}).json["replayed"] is True
    del body["revision"]
    assert hotline.refer(body).json["replayed"] is True


def test_other_content_is_a_conflict(hotline: Machine) -> None:
    hotline.refer(a_referral())
    other = hotline.refer(a_referral(urgency="unknown"))
    assert other.status_code == 409
    assert other.content_type == "application/problem+json"
    assert other.json["revision"] == 1 and len(other.json["digest"]) == 64


def test_later_revision_updates_and_lower_is_a_conflict(hotline: Machine) -> None:
    hotline.refer(a_referral())
    later = a_referral(revision=3, actions_taken="Đã gọi lại")
    answer = hotline.refer(later)
    assert (answer.status_code, answer.json["status"], answer.json["revision"]) == (200, "updated", 3)
    assert hotline.refer(later).json == {**answer.json, "replayed": True}
    for old in (a_referral(), a_referral(revision=2)):
        refused = hotline.refer(old)
        assert (refused.status_code, refused.json["revision"]) == (409, 3)


def test_later_revision_names_the_cases_again(hotline: Machine) -> None:
    first = hotline.refer(a_referral()).json
    answer = hotline.refer(a_referral(revision=2, secrecy="Không")).json
    assert answer["cases"] == first["cases"]
    assert answer["clocks"] == first["clocks"]


def test_an_emergency_is_never_refused_for_what_is_missing(hotline: Machine) -> None:
    for number, place in enumerate(
        ({"unit_code": "06124"}, {"address": "thôn Nà Tềnh"}, {"description": "Có tiếng khóc"})
    ):
        body = {"reference": f"r{number}", "received_at": "2026-11-18T05:45:00Z", "incident": place}
        answer = hotline.refer(body)
        assert answer.status_code == 201, answer.text
        assert answer.json["clocks"][0]["id"] == "emergency_12h"
        assert answer.json["questions"]


def test_any_member_may_be_missing(hotline: Machine) -> None:
    """Each optional member on its own, at every depth."""
    whole = a_referral()
    for number, path in enumerate(paths(whole)):
        if path in {
            ("reference",),
            ("received_at",),
            ("incident",),
            ("children",),
        }:  # a relation names a child told of
            continue
        body = copy.deepcopy(whole)
        *above, name = path
        place = body
        for step in above:
            place = place[step]
        del place[name]
        body["reference"] = f"without-{number}"
        answer = hotline.refer(body)
        assert answer.status_code == 201, (path, answer.text)


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [
            path
            for name, member in value.items()
            for path in [(*above, name), *paths(member, (*above, name))]
        ]
    if isinstance(value, list):
        return [path for place, member in enumerate(value) for path in paths(member, (*above, place))]
    return []


def test_unknown_place_goes_to_triage_with_a_question(hotline: Machine) -> None:
    for number, code in enumerate(("99999", "abc", "20", None)):
        incident = {"unit_code": code, "description": "Có tiếng khóc"}
        answer = hotline.refer(a_referral(reference=f"t{number}", incident=incident))
        assert (answer.status_code, answer.json["status"]) == (201, "triage"), answer.text
        assert "incident.unit_code" in {asked["field"] for asked in answer.json["questions"]}
        assert answer.json["routed_to"]["level"] == ("province" if code == "20" else "nation")


def test_consultation_starts_no_clock(hotline: Machine) -> None:
    assert hotline.refer(a_referral(kind="consultation")).json["clocks"] == []
    assert hotline.refer(a_referral(reference="other", kind=None)).json["clocks"]


def test_two_clients_have_their_own_numbers(hotline: Machine, house: HouseUnderTest) -> None:
    other = ed25519_machine(house)
    assert hotline.refer(a_referral()).status_code == 201
    assert other.refer(a_referral()).status_code == 201


def test_questions_speak_the_language_asked_for(hotline: Machine) -> None:
    hotline.extra = {"Accept-Language": "en"}
    english = hotline.refer(a_referral(children=None, suspects=None)).json["questions"]
    assert any("Which child" in asked["text"] for asked in english)
