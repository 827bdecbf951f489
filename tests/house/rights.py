"""Walks every address as every role, to one's own, a colleague's, a foreign and an unknown object, and notes what happens."""

import csv
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casemgr.access.parts import Part
from casemgr.access.roles import STAFF, Role
from casemgr.accounts.models import SignIn
from casemgr.cases import numbers, spine
from casemgr.cases import queries as cases
from casemgr.cases.models import CaseMember
from casemgr.cases.terms import Stage
from casemgr.intake import actions as intake
from casemgr.intake.showing import in_address
from tests.support.factories import a_case, a_telling
from tests.support.house import ELSEWHERE, NA_SAM, HouseUnderTest

TABLE = Path(__file__).parent / "rights.csv"
NOBODY = "nobody"
WHO: Sequence[str] = (*STAFF, NOBODY)
OWN, COLLEAGUE, FOREIGN, UNKNOWN = "own", "colleague", "foreign", "unknown"
RECORD = {Part.CARD, Part.NARRATIVE, Part.REPORTER, Part.HIDDEN_PLACE, Part.READERS, Part.FILES}  # of a child
CONVERTER = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
UNKNOWN_NUMBER = numbers.make(NA_SAM, 2026, 99999)
SUPPLIED = ("/enter", "/history", "/template.csv", "/template.xlsx", "/upload", "/withdraw")
MARK = "c1"  # the child's mark in the factories' report


@dataclass(frozen=True)
class Thing:
    """What an address is filled with, for one person and one kind of object."""

    number: str
    account: str
    appointment: str
    session: str
    place: str = NA_SAM  # whose statistical return it is


@dataclass
class Walker:
    """One role with a browser and one object of each kind."""

    who: str
    client: FlaskClient
    things: dict[str, Thing]


def kinds(rule: str) -> Sequence[str]:
    """Which kinds of object an address can be asked for."""
    names = CONVERTER.findall(rule)
    if "number" in names:
        return (OWN, COLLEAGUE, FOREIGN, UNKNOWN)
    if "session_id" in names:
        return (OWN, FOREIGN, UNKNOWN)
    if "place" in names:
        return (OWN, FOREIGN, UNKNOWN)
    return (OWN, UNKNOWN) if "account_id" in names else ("",)


def fill(rule: str, thing: Thing) -> str:
    """The address of one object."""
    below = "s1" if "/suspects/" in rule else MARK
    values = {
        "number": thing.number,
        "account_id": thing.account,
        "appointment_id": thing.appointment,
        "session_id": thing.session,
        "entry_id": str(uuid4()),
        "factor_id": str(uuid4()),
        "file_id": str(uuid4()),
        "draft_id": str(uuid4()),
        "explanation_id": str(uuid4()),
        "shown": "view",
        "handover_id": str(uuid4()),
        "merge_id": str(uuid4()),
        "mark": "0" * 16,
        "provider_id": str(uuid4()),
        "member_id": str(uuid4()),
        "delivery_id": str(uuid4()),
        "request_id": str(uuid4()),
        "answer_id": str(uuid4()),
        "concern_id": str(uuid4()),
        "seq": "999999999",
        "paper_id": str(uuid4()),
        "template_id": str(uuid4()),
        "form": next(
            (form for part, form in (("/papers/make/", "09"), ("/indicators/", "csv")) if part in rule), "01"
        ),
        "format": "docx",
        "format_": "csv",
        "service": "emergency",
        "hold_id": str(uuid4()),
        "report_id": str(uuid4()),
        "kind_code": "case_file",
        "notice_id": str(uuid4()),
        "opening_id": str(uuid4()),
        "tie_id": str(uuid4()),
        "proposal_id": str(uuid4()),
        "absence_id": str(uuid4()),
        "token": "a-secret-that-opens-nothing",
        "carer_id": str(uuid4()),
        "placement_id": str(uuid4()),
        "what": "visit",
        "ref": in_address(below),
        "which": "1",
        "round_": "1",
        "revision": "1",
        "export_number": "XD-00000000",
        "request_number": "YC-00000000",
        "incident_number": "SC-00000000",
        "purpose_code": "case_files",
        "consent_id": str(uuid4()),
        "set": "B",
        "set_": "A" if rule.endswith(SUPPLIED) else "B",
        "code": "vi" if rule.startswith("/language") else "0101-p" if rule.endswith(SUPPLIED) else "0101",
        "reference": "111-2026-000123",
        "schedule": "half",
        "period": "2026-H2",
        "place": thing.place,
        "version_number": "1",
        "thread_id": str(uuid4()),
        "known": "van-lang-2023",
    }
    return CONVERTER.sub(lambda found: values[found[1]], rule)


def addresses(house: HouseUnderTest) -> Iterator[tuple[str, str]]:
    """Every address: method and rule; leaving comes last."""
    found = {
        (method, rule.rule)
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    last = ("POST", "/sign-out")
    yield from sorted(found - {last}, key=lambda row: (row[1], row[0]))
    yield last


def outcome(method: str, answer: TestResponse) -> str:
    """What happened, as one word of the table."""
    if answer.status_code == 303 and urlsplit(answer.location).path == "/sign-in":
        return "sign-in"
    if method == "POST" and answer.status_code in (200, 303, 409, 422):
        return "in"
    return str(answer.status_code)


def walker(house: HouseUnderTest, who: str) -> Walker:
    """Somebody with a browser, an object of their own, and others that are not theirs."""
    foreign = a_case(house, unit_code=ELSEWHERE, stage=Stage.PLANNING)
    other = house.hire(Role.COMMUNE_OFFICER, ELSEWHERE)
    session = _session(house, Role.COMMUNE_OFFICER, ELSEWHERE)
    stranger = Thing(foreign, str(other[0]), str(other[1]), session, ELSEWHERE)
    nowhere = Thing(UNKNOWN_NUMBER, str(uuid4()), str(uuid4()), str(uuid4()), "99999")
    account, appointment = house.hire(Role.COMMUNE_CHAIR, person=9)
    client = house.app.test_client() if who == NOBODY else house.client(Role(who))
    session = stranger.session if who == NOBODY else _session(house, Role(who))
    mine = Thing(_own_case(house, who), str(account), str(appointment), session)
    beside = Thing(_colleague_s_case(house), str(account), str(appointment), stranger.session)
    things = {OWN: mine, COLLEAGUE: beside, FOREIGN: stranger, UNKNOWN: nowhere, "": mine}
    return Walker(who, client, things)


def _own_case(house: HouseUnderTest, who: str) -> str:
    """A case that the person may see by their own right: held, named, entered; else just a case of the commune."""
    if who == Role.HOTLINE_OPERATOR:
        with house.desk(Role.HOTLINE_OPERATOR) as desk:
            return intake.receive(desk, a_telling(house)).report.number
    number = a_case(house, stage=Stage.PLANNING)
    if who == Role.SOCIAL_WORKER:
        account, _ = house.hire(Role.SOCIAL_WORKER)
        with house.maintenance() as desk:
            case = cases.case(desk, number)
            spine.hold(desk, case, account)
            desk.add(CaseMember(case_id=case.id, account_id=account, since=desk.now))
    return number


def _colleague_s_case(house: HouseUnderTest) -> str:
    """A case of the same commune with which the person has nothing to do."""
    return a_case(house, stage=Stage.PLANNING)


def _session(house: HouseUnderTest, role: Role, unit: str | None = None) -> str:
    """A second browser of somebody, to be ended."""
    account, appointment = house.hire(role, unit)
    with house.maintenance() as desk:
        session = SignIn(
            id=desk.id(),
            account_id=account,
            appointment_id=appointment,
            token_digest=secrets.token_bytes(32),
            started_at=desk.now,
            seen_at=desk.now,
        )
        desk.add(session)
        return str(session.id)


def walk(walker: Walker, method: str, rule: str) -> dict[str, TestResponse]:
    """The answers of one address to one person, by kind of object; whoever is turned away at the door asks once."""
    answers = {}
    for kind in kinds(rule):
        answers[kind] = walker.client.open(fill(rule, walker.things[kind]), method=method)
        if outcome(method, answers[kind]) in ("sign-in", "403"):
            break
    return answers


def cell(method: str, answers: dict[str, TestResponse]) -> str:
    """One cell of the table: the outcomes by kind of object, once if they are all the same."""
    words = [outcome(method, answer) for answer in answers.values()]
    return words[0] if len(set(words)) == 1 else " ".join(words)


def draw(house: HouseUnderTest) -> str:
    """The whole table as it is now."""
    people = {who: walker(house, who) for who in WHO}
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["method", "address", *WHO])
    for method, rule in addresses(house):
        rows.writerow([method, rule, *(cell(method, walk(people[who], method, rule)) for who in WHO)])
    return text.getvalue()


def expected() -> dict[tuple[str, str], dict[str, str]]:
    """The committed table."""
    with TABLE.open() as file:
        return {(row["method"], row["address"]): row for row in csv.DictReader(file)}
