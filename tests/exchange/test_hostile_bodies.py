"""Bodies made to harm or to confuse: 4xx by field, one shape, nothing stored, nothing repeated."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from casemgr.intake.models import Report
from tests.exchange.machine import Machine, a_referral
from tests.support.house import HouseUnderTest

LARGEST = 256 * 1024


def stored(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(Report)) or 0


def raw(**changes: Any) -> bytes:
    return json.dumps(a_referral(**changes), ensure_ascii=False).encode()


UNREADABLE: dict[str, bytes] = {
    "empty object cut": b"{",
    "no JSON": b"reference=1",
    "two values": raw() + raw(),
    "byte order mark": b"\xef\xbb\xbf" + raw(),
    "UTF-16": raw().decode().encode("utf-16"),
    "Latin-1": '{"reference": "\xe9"}'.encode("latin-1"),
    "overlong UTF-8": b'{"reference": "\xc0\xaf"}',
    "surrogate bytes": b'{"reference": "\xed\xa0\x80"}',
    "half a letter": raw(secrecy="@").replace(b"@", b"\\ud83d"),
    "half a letter, the other half": raw(secrecy="@").replace(b"@", b"\\uDE00x"),
    "half a letter as a name": b'{"\\ud800": 1}',
    "member twice": raw()[:-1] + b', "urgency": "unknown"}',
    "member twice, spelt otherwise": raw()[:-1] + b', "urgen\\u0063y": "unknown"}',
    "member twice, inside": raw().replace(b'"sex": "male"', b'"sex": "male", "sex": "female"'),
    "NaN": raw().replace(b'"revision": 1', b'"revision": NaN'),
    "Infinity": raw().replace(b'"revision": 1', b'"revision": -Infinity'),
    "number too large": raw().replace(b'"revision": 1', b'"revision": 1e999'),
    "endless digits": raw().replace(b'"revision": 1', b'"revision": ' + b"9" * 5000),
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep and open": b"[" * 100_000,
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "deep inside": raw(secrecy="@").replace(b'"@"', b"[" * 40 + b"]" * 40),
    "open text": b"[" * 40 + b'"\\' * 50_000,
    "comment": raw()[:-1] + b"/* */}",
    "trailing comma": raw()[:-1] + b",}",
    "single quotes": b"{'reference': 'r'}",
    "NUL": b"\x00" + raw(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(hotline: Machine, name: str) -> None:
    answer = hotline.refer(UNREADABLE[name])
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), answer.text
    assert stored(hotline.house) == 0


def changed(path: str, value: Any) -> dict[str, Any]:
    told = a_referral()
    place: Any = told
    *above, name = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in above:
        place = place[step]
    place[name] = value
    return told


WRONG: list[tuple[str, Any]] = [
    ("reference", ""),
    ("reference", None),
    ("reference", "a b"),
    ("reference", "a/b"),
    ("reference", "đ"),
    ("reference", "x" * 65),
    ("reference", "x\n"),
    ("reference", 5),
    ("reference", ["r"]),
    ("reference", "' or 1=1 --"),
    ("revision", 0),
    ("revision", -1),
    ("revision", 1.5),
    ("revision", "1"),
    ("revision", True),
    ("revision", 2**31),
    ("revision", 1e300),
    ("received_at", None),
    ("received_at", "2026-03-02"),
    ("received_at", "2026-03-02T08:15:00"),
    ("received_at", "2026-03-02T08:15:00+0700"),
    ("received_at", "2026-03-02 08:15:00+07:00"),
    ("received_at", "2026-W10-1T08:15:00Z"),
    ("received_at", "2026-02-30T08:15:00Z"),
    ("received_at", "2026-03-02T25:15:00Z"),
    ("received_at", "2026-03-02T08:15:00+24:00"),
    ("received_at", "0001-01-01T00:00:00+23:59"),
    ("received_at", "9999-12-31T23:59:59-23:59"),
    ("received_at", "2026-11-18T05:50:01Z"),
    ("received_at", "٢٠٢٦-03-02T08:15:00Z"),
    ("received_at", 1772413200),
    ("channel", "pigeon"),
    ("channel", "Telephone"),
    ("channel", 1),
    ("kind", "intervention "),
    ("urgency", True),
    ("incident", None),
    ("incident", {}),
    ("incident", {"environment": "family"}),
    ("incident", {"unit_code": None, "address": " ", "description": "\u200b"}),
    ("incident", "family"),
    ("incident", []),
    ("incident.unit_code", 6124),
    ("incident.occurred_on", "2026-11-19"),
    ("incident.occurred_on", "2026-02-31"),
    ("incident.occurred_on", "31/12/2025"),
    ("incident.occurred_on", "20251231"),
    ("incident.occurred_on", "0000-01-01"),
    ("incident.occurred_on", "2025-12-31T00:00:00Z"),
    ("incident.precision", "hour"),
    ("incident.environment", "home"),
    ("incident.online", "false"),
    ("incident.online", 0),
    ("incident.description", {"$gt": ""}),
    ("children", {}),
    ("children", "c1"),
    ("children.0", None),
    ("children.0", "c1"),
    ("children.0.ref", ""),
    ("children.0.ref", "Nông Minh Khang"),
    ("children.0.name", 5),
    ("children.0.name", "x" * 1001),
    ("children.0.sex", "boy"),
    ("children.0.birth", "2017-03-14"),
    ("children.0.birth.date", "2026-11-19"),
    ("children.0.birth.date", "1899-12-31"),
    ("children.0.birth.age_estimate", -1),
    ("children.0.birth.age_estimate", 26),
    ("children.0.birth.age_estimate", 8.5),
    ("children.0.birth.age_estimate", "8"),
    ("children.0.birth.age_estimate", True),
    ("children.0.disability", True),
    ("children.0.harms", "violence"),
    ("children.0.harms", [None]),
    ("children.0.harms", ["hunger"]),
    ("children.0.harms", [["violence"]]),
    ("suspects.0.age", -1),
    ("suspects.0.age", 151),
    ("suspects.0.is_carer", "yes"),
    ("suspects.0.relations", {"child": "c1"}),
    ("suspects.0.relations.0.child", "c2"),
    ("suspects.0.relations.0.relation", "uncle"),
    ("reporter", []),
    ("reporter.anonymous", "no"),
    ("reporter.phone", 900000000),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_wrong_member_is_named(sqlite_hotline: Machine, path: str, value: Any) -> None:
    answer = sqlite_hotline.refer(changed(path, value))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), answer.text
    named = answer.json["errors"]
    assert any(field == path or field.startswith(f"{path}.") for field in named), named
    assert all(
        sentences and all(isinstance(sentence, str) for sentence in sentences) for sentences in named.values()
    )
    assert stored(sqlite_hotline.house) == 0


UNKNOWN: list[tuple[str, str]] = [
    ("extra", "extra"),
    ("incident.extra", "incident.extra"),
    ("children.0.id", "children.0.id"),
    ("children.0.birth.year", "children.0.birth.year"),
    ("suspects.0.relations.0.since", "suspects.0.relations.0.since"),
    ("reporter.address", "reporter.address"),
    ("decision", "decision"),
    ("unit_id", "unit_id"),
    ("__class__", "__class__"),
    ("_schema", "_schema"),
]


@pytest.mark.parametrize(("path", "named"), UNKNOWN)
def test_unknown_member_is_named(sqlite_hotline: Machine, path: str, named: str) -> None:
    for value in ("x", None):
        answer = sqlite_hotline.refer(changed(path, value))
        assert answer.status_code == 422
        assert named in answer.json["errors"] or path == "_schema"
    assert stored(sqlite_hotline.house) == 0


@pytest.mark.parametrize("body", [[], 5, "x", None, True, [a_referral()]])
def test_a_body_is_an_object(sqlite_hotline: Machine, body: Any) -> None:
    answer = sqlite_hotline.refer(json.dumps(body).encode())
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["body"])


def test_at_most_fifty(sqlite_hotline: Machine) -> None:
    for name in ("children", "suspects"):
        for many, status in ((50, 201), (51, 422)):
            rows: dict[str, Any] = {"suspects": None, name: [{"ref": f"x{number}"} for number in range(many)]}
            answer = sqlite_hotline.refer(a_referral(reference=f"{name}-{many}", **rows))
            assert answer.status_code == status, answer.text


def test_marks_are_unique(sqlite_hotline: Machine) -> None:
    for name in ("children", "suspects"):
        answer = sqlite_hotline.refer(
            a_referral(**{"suspects": None, name: [{"ref": "a"}, {"ref": "b"}, {"ref": "a"}]})
        )
        assert (answer.status_code, list(answer.json["errors"])) == (422, [f"{name}.2.ref"])


def test_size(hotline: Machine) -> None:
    whole = raw(secrecy="@")
    fitting = whole.replace(b"@", b"x" * (LARGEST - len(whole) + 1))
    assert len(fitting) == LARGEST
    assert hotline.refer(fitting).status_code == 201
    answer = hotline.refer(fitting.replace(b"xx", b"xxx", 1))
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/xml",
        "multipart/form-data",
    ],
)
def test_kind_of_content(sqlite_hotline: Machine, kind: str) -> None:
    answer = sqlite_hotline.refer(a_referral(), content_type=kind)
    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")


def test_charset_may_be_said(sqlite_hotline: Machine) -> None:
    assert (
        sqlite_hotline.refer(a_referral(), content_type="application/json; charset=UTF-8").status_code == 201
    )


def test_compressed_content_is_not_taken(sqlite_hotline: Machine) -> None:
    sqlite_hotline.extra = {"Content-Encoding": "gzip"}
    assert sqlite_hotline.refer(a_referral()).status_code == 415


def test_nothing_that_was_sent_is_repeated(
    sqlite_hotline: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Nông Minh Khang"
    bodies = [
        changed("children.0.sex", name),
        changed("children.0.ref", name),
        changed("children.0.birth", {"date": name}),
        changed("channel", name),
        {**a_referral(), name: name},
        changed(f"children.0.{name}", 1),
        changed("suspects.0.relations.0.child", name),
        changed("received_at", name),
    ]
    for body in bodies:
        answer = sqlite_hotline.refer(body)
        assert answer.status_code == 422
        assert name not in answer.text and "Khang" not in answer.text
    said = capsys.readouterr()
    assert "Khang" not in said.out + said.err


TEXTS = [
    "x" * 300,
    "H'Mông Y-Bhăm K’Brăng",
    "<script>alert(1)</script>{{7*7}}{% raw %}",
    "'; drop table report; --",
    "=cmd|' /C calc'!A0",
    "a\u0000b\u200bc\u202ed\u0301",
    "\U0001f600 𠀋",
    "%s %(name)s {0}",
    "../../etc/passwd\r\nX-Header: 1",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_text(hotline: Machine, text: str) -> None:
    """Strange but possible: stored as text, and the same again is the same."""
    body = a_referral(actions_taken=text, secrecy=text)
    body["children"][0] |= {"name": text, "whereabouts": text, "condition": text, "feared_consequences": text}
    body["incident"] |= {"address": text, "description": text}
    assert hotline.refer(body).status_code == 201
    assert hotline.refer(body).json["replayed"] is True


def run(house: HouseUnderTest, statement: str) -> None:
    with house.owner.office.engine.connect().execution_options(writing=True) as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def test_a_fault_tells_nothing(sqlite_hotline: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours gives an incident number: no name, no stack, no statement. Nothing stays half done."""
    house = sqlite_hotline.house
    run(house, "ALTER TABLE given_answer RENAME TO mislaid")
    try:
        answer = sqlite_hotline.refer(a_referral())
    finally:
        run(house, "ALTER TABLE mislaid RENAME TO given_answer")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.json.keys() == {"type", "title", "status", "detail", "incident"}
    assert answer.json["incident"] in capsys.readouterr().out
    assert "given_answer" not in answer.text and "rror" not in answer.text
    assert stored(house) == 0
    assert sqlite_hotline.refer(a_referral()).status_code == 201


def test_what_the_database_refuses_is_a_fault_with_a_number(sqlite_hotline: Machine) -> None:
    """What is no race is not tried again and again: an incident number, nothing half done, and it works once mended."""
    house = sqlite_hotline.house
    run(house, "CREATE TRIGGER refuse BEFORE INSERT ON report_event BEGIN SELECT RAISE(ABORT, 'no'); END")
    try:
        answer = sqlite_hotline.refer(a_referral())
    finally:
        run(house, "DROP TRIGGER refuse")
    assert answer.status_code == 500
    assert answer.get_json()["incident"]
    assert stored(house) == 0
    assert sqlite_hotline.refer(a_referral()).status_code == 201
