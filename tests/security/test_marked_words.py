"""Words that describe a person are found nowhere but behind the seal: not in the database's files, not in the logs."""

import base64
import hashlib
import shutil
import sqlite3
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage
from casemgr.core.text import fold
from casemgr.intake.models import Report
from casemgr.intake.showing import in_address
from casemgr.security.audit import AuditEntry
from casemgr.security.parts import sealed_parts_of
from tests.exchange.machine import a_referral, hmac_machine
from tests.support import postgres
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest
from tests.support.rows import fill

# Invented and unmistakable; each stands for one kind of thing that is typed
MARKS = {
    "child": "Bàng Khuếch Nhiễu",
    "reporter": "Quỳnh Vượng Khoắng",
    "phone": "0987 654 321 09",
    "reporter_address": "ngõ Khuỷu Tre số 9981",
    "description": "bị nhốt trong chuồng Khoèo",
    "incident_address": "xóm Thuổng Khoan",
    "suspect": "Đoành Khuya Trướng",
    "whereabouts": "nhà dì Ngoẹo ở Thuồng Luồng",
    "family": "gia cảnh Khuynh Thoắt",
    "condition": "vết hằn Ngoằn Ngoèo",
    "note": "ghi chú Loằng Ngoằng",
    "reason": "lý do Khướt Quánh",
    "search": "Nguệch Ngoạc Khuếch",
    "username": "khuech-ngoac-thuong",
}


def encoded(word: str) -> set[bytes]:
    """A word as it lies in a dump or a letter: hex, base64 at each of its three places, two bytes a letter the other way."""
    told = word.encode()
    shifted = {base64.b64encode(b"x" * before + told)[4 * bool(before) :][:-4] for before in range(3)}
    return {told.hex().encode(), word.encode("utf-16-be"), *(form for form in shifted if len(form) > 8)}


def forms(word: str) -> set[bytes]:
    """A word as it could lie somewhere: composed, decomposed, folded, escaped, in two bytes a letter."""
    texts = {word, unicodedata.normalize("NFD", word), word.upper(), word.lower(), fold(word)}
    escaped = {text.encode("unicode_escape") for text in texts} | {
        text.encode("ascii", "backslashreplace") for text in texts
    }
    return {text.encode() for text in texts} | {text.encode("utf-16-le") for text in texts} | escaped


def files(house: HouseUnderTest) -> Iterator[tuple[str, bytes]]:
    """Every file of the database: the tables, the write-ahead log, the server's own log."""
    engine = house.owner.office.engine
    if engine.dialect.name == "sqlite":
        place = Path(engine.url.database or "")
        found = list(place.parent.glob(place.name.split(".")[0] + "*"))
        assert any(path.name.endswith("-wal") for path in found)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        folder = Path(str(engine.url.query["host"]))
        found = [path for path in folder.rglob("*") if path.is_file()]
    for path in found:
        try:
            yield path.name, path.read_bytes()
        except (FileNotFoundError, OSError):
            continue  # the server tidies up beside us


def search(house: HouseUnderTest, marks: dict[str, str]) -> list[str]:
    wanted = {form: name for name, word in marks.items() for form in forms(word)}
    return [
        f"{name} stands in {file}"
        for file, content in files(house)
        for form, name in wanted.items()
        if form in content
    ]


def dumped(house: HouseUnderTest) -> bytes:
    """Everything the database gives away when it is asked for a copy in words."""
    engine = house.owner.office.engine
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as connection:
            return "\n".join(connection.iterdump()).encode()
    program = postgres.programs() / "pg_dump"
    if not program.exists():
        program = Path(shutil.which("pg_dump") or pytest.skip("there is no pg_dump"))
    asked = ["-h", str(engine.url.query["host"]), "-U", str(engine.url.username), str(engine.url.database)]
    return subprocess.run([program, *asked], capture_output=True, check=True).stdout


def referred() -> dict[str, Any]:
    """A referral of a machine with marked words in every box of text."""
    told = a_referral()
    told["children"][0]["name"] = MARKS["child"]
    told["children"][0]["condition"] = MARKS["condition"]
    told["incident"] |= {"description": MARKS["description"], "address": MARKS["incident_address"]}
    for person in told.get("suspects", []):
        person["name"] = MARKS["suspect"]
    if "reporter" in told:
        told["reporter"] |= {"name": MARKS["reporter"]}
    return told


def live(house: HouseUnderTest) -> str:
    """A case with marked words in every box that a person can fill in."""
    officer = house.client(Role.COMMUNE_OFFICER)
    started = officer.post(
        "/reports/new",
        data={
            "form_id": str(uuid4()),
            "channel": "telephone",
            "danger": "yes",
            "reporter_kind": "neighbour",
            "reporter_name": MARKS["reporter"],
            "reporter_phone": MARKS["phone"],
            "reporter_address": MARKS["reporter_address"],
            "reporter_note": MARKS["note"],
            "go": "save",
        },
    )
    assert started.status_code == 303
    with house.maintenance(writing=False) as desk:
        number = desk.all(select(Report.number))[0]

    def send(path: str, **told: str) -> None:
        with house.maintenance(writing=False) as desk:
            version = desk.one(select(Report.version).where(Report.number == number))
        answer = officer.post(f"/reports/{number}/{path}", data={"version": version, "go": "save", **told})
        assert answer.status_code == 303, answer.get_data(as_text=True)

    child = hashlib.sha256(b"c1").hexdigest()[:8]
    send(
        f"children/{child}", name=MARKS["child"], sex="female", condition=MARKS["condition"], harms="violence"
    )
    send(
        "incident", description=MARKS["description"], address=MARKS["incident_address"], environment="family"
    )
    send("suspects/new", name=MARKS["suspect"], is_carer="yes", **{f"relation-{child}": "father"})
    send(
        f"family/{child}",
        whereabouts=MARKS["whereabouts"],
        family=MARKS["family"],
        actions_taken=MARKS["note"],
    )
    officer.post(f"/reports/{number}/reporter", data={"reason": MARKS["reason"]})
    assert officer.post(f"/reports/{number}/decision", data={"decision": "accepted"}).status_code == 303
    with house.maintenance(writing=False) as desk:
        case = desk.all(select(Case.number))[0]
    assert officer.post(f"/cases/{case}/notes", data={"text": MARKS["note"]}).status_code == 303
    assert officer.post(f"/cases/{case}/whereabouts").status_code == 200
    officer.post("/children/search", data={"q": MARKS["search"]})
    house.app.test_client().post(
        "/sign-in", data={"username": MARKS["username"], "password": MARKS["search"]}
    )
    return case


def test_no_marked_word_lies_in_the_files_of_the_database(
    house: HouseUnderTest, capfd: pytest.CaptureFixture[str]
) -> None:
    number = live(house)
    page = house.client(Role.COMMUNE_OFFICER).get(f"/cases/{number}").get_data(as_text=True)
    assert MARKS["child"] in page, "the words are there for whoever may read them"
    assert MARKS["description"] in page
    assert not search(house, MARKS)
    said = capfd.readouterr()
    assert not [
        name for name, word in MARKS.items() for form in forms(word) if form in (said.out + said.err).encode()
    ]


def test_no_marked_word_lies_in_a_dump_a_backup_or_a_temporary_file(
    house: HouseUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Typed on pages and sent by a machine; looked for as text, in hex, in base64 and in two bytes a letter."""
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    number = live(house)
    answer = hmac_machine(house).refer(referred())
    assert answer.status_code == 201, answer.text
    officer = house.client(Role.COMMUNE_OFFICER)
    for path in ("", "/papers", "/readers", "/circumstances"):
        officer.get(f"/cases/{number}{path}")
    kept = tmp_path / "kept.casemgr"
    with house.owner.app.app_context():
        made = house.owner.app.test_cli_runner().invoke(args=["backup", "create", "--out", str(kept)])
    assert made.exit_code == 0, made.output
    said = capfd.readouterr()
    places = {
        "dump": dumped(house),
        "backup": kept.read_bytes(),
        "logs": (said.out + said.err + made.output).encode(),
        **{str(path): path.read_bytes() for path in passing.rglob("*") if path.is_file()},
    }
    found = [
        f"{name} stands in {place}"
        for place, content in places.items()
        for name, word in MARKS.items()
        for form in forms(word) | encoded(word)
        if form in content
    ]
    assert not found
    assert number.encode() in places["dump"], "the dump is one"


def test_a_dump_would_show_what_lies_open(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.record("a mark", MARKS["username"])
        desk.record("a mark", base64.b64encode(f"x{MARKS['phone']}".encode()).decode())
        desk.record("a mark", MARKS["phone"].encode().hex())
    content = dumped(house)
    assert any(form in content for form in forms(MARKS["username"]))
    assert sum(form in content for form in encoded(MARKS["phone"])) == 2


def test_the_search_itself_finds_what_lies_open(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.record("a mark", MARKS["username"])
    assert search(house, {"username": MARKS["username"]})


def test_every_sealed_part_of_every_table_is_sealed_on_the_disk(house: HouseUnderTest) -> None:
    word = "Khuếch Ngoằng Trướng"
    number = a_case(house, stage=Stage.CARRYING_OUT)
    with house.maintenance() as desk:
        keys = fill(desk, number, word=word)
    with house.maintenance(writing=False) as desk:
        opened = 0
        for table, key in keys.items():
            row = desk.get(table, tuple(key) if len(key) > 1 else key[0])
            opened += sum(word in repr(getattr(row, part.name)) for part in sealed_parts_of(table))
    assert opened >= 8, "the test itself seals too little"
    assert not search(house, {"word": word})


def test_no_name_stands_in_the_trail(house: HouseUnderTest) -> None:
    live(house)
    with house.maintenance(writing=False) as desk:
        whole = "\n".join(desk.all(select(AuditEntry.body)))
    assert not [name for name, word in MARKS.items() if word in whole]


def test_a_fault_says_a_number_and_nothing_else(
    house: HouseUnderTest, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever an error carries, neither the page nor the log repeats it."""
    number = live(house)
    app, word = house.app, MARKS["child"]
    app.debug = False
    with app.test_request_context(f"/cases/{number}"):
        app.preprocess_request()
        answer = app.make_response(app.handle_user_exception(ValueError(f"cannot read {word}")))
    assert answer.status_code == 500
    assert word not in answer.get_data(as_text=True)
    logged = capfd.readouterr()
    assert "ValueError" in logged.out + logged.err
    assert word not in logged.out + logged.err


def test_an_address_never_holds_what_a_sender_wrote(house: HouseUnderTest) -> None:
    """Marks of children come from the sender: an address shows a digest of them."""
    assert in_address("Nông Minh Khang") == in_address("Nông Minh Khang")
    assert "Khang" not in in_address("Nông Minh Khang")
    number = live(house)
    client = house.client(Role.COMMUNE_OFFICER)
    for path in ("/", "/cases", "/reports", f"/cases/{number}"):
        text = client.get(path).get_data(as_text=True)
        for piece in text.split('href="')[1:]:
            link = piece.partition('"')[0]
            assert not any(word in link for word in MARKS.values())
