"""Files as people use them: send, look, take the original, remove by two; and what must never happen to them."""

import hashlib
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from socket import AF_UNIX, socket
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from casemgr.access.roles import Role
from casemgr.accounts.models import Factor
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cli.files import scan_waiting
from casemgr.core.errors import RuleBroken, Unavailable
from casemgr.files import actions, queries, rules
from casemgr.files.models import CaseFile, FileChunk, FileTaking
from casemgr.files.terms import Form, State
from casemgr.proceedings.terms import Criminal, CriminalStage
from casemgr.security.audit import AuditEntry
from casemgr.security.chunks import CHUNK
from casemgr.security.parts import RecordKey
from casemgr.security.sealing import SealBroken
from tests.files import making
from tests.files.keeping import read, stored
from tests.handovers import test_actions as handovers
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, THAT_KHE, HouseUnderTest, without_tokens

OFFICER, CHAIR, WORKER = Role.COMMUNE_OFFICER, Role.COMMUNE_CHAIR, Role.SOCIAL_WORKER
TOLD = {"about": "injury", "description": "Cẳng tay trái của Khang", "taken_on": "17/11/2026"}


def sent(
    client: FlaskClient, number: str, data: bytes = making.picture(), name: str = "a.jpg", **told: str
) -> TestResponse:
    form = {**TOLD, **told, "file": (io.BytesIO(data), name)}
    return client.post(f"/cases/{number}/files", data=form)


def kept(
    house: HouseUnderTest, client: FlaskClient, number: str, data: bytes = making.picture(), **told: str
) -> str:
    """Send a file; gives the address of its page."""
    before = files(house)
    answer = sent(client, number, data, **told)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    (new,) = files(house) - before
    return f"/cases/{number}/files/{new}"


def files(house: HouseUnderTest) -> set[UUID]:
    with house.maintenance(writing=False) as desk:
        return set(desk.all(select(CaseFile.id)))


def counted(house: HouseUnderTest, table: type) -> int:
    with house.maintenance(writing=False) as desk:
        return desk.session.scalar(select(func.count()).select_from(table)) or 0


def test_send_look_and_take(house: HouseUnderTest) -> None:
    number, client, data = a_case(house), house.client(OFFICER), making.located()
    page = kept(house, client, number, data, name="../../bệnh viện\u202egpj.exe/Ảnh 1.jpg")
    listed = client.get(f"/cases/{number}/files?kept=ready").get_data(as_text=True)
    assert "Đã lưu tệp" in listed and "Cẳng tay trái của Khang" in listed and f"{page}/small" in listed
    shown = without_tokens(client.get(page).get_data(as_text=True))
    assert hashlib.sha256(data).hexdigest() in shown and "Ảnh 1.jpg" in shown and "exe" not in shown
    assert f'src="{page}/view"' in shown and "17/11/2026" in shown
    view = client.get(f"{page}/view")
    assert view.data.startswith(b"\xff\xd8\xff") and b"Exif" not in view.data
    assert view.headers["Content-Type"] == "image/jpeg" and view.headers["Cache-Control"] == "no-store"
    for part in ("sandbox", "default-src 'none'", "frame-ancestors 'none'"):
        assert part in view.headers["Content-Security-Policy"]
    assert view.headers["X-Content-Type-Options"] == "nosniff"
    bare = client.post(f"{page}/original", data={})
    assert bare.status_code == 409 and "Ghi rõ ai cần và vì sao" in bare.get_data(as_text=True)
    original = client.post(f"{page}/original", data={"purpose": "court", "words": "Tòa án khu vực"})
    assert original.data == data and original.headers["Content-Type"] == "application/octet-stream"
    assert re.fullmatch(
        r'attachment; filename="goc-[0-9a-f]{8}\.jpg"', original.headers["Content-Disposition"]
    )
    hands = client.get(page).get_data(as_text=True)
    assert (
        "Đã lấy bản gốc. Tòa án: Tòa án khu vực" in hands and "Đã xem" in hands and "Đã gửi và lưu" in hands
    )
    with house.maintenance(writing=False) as desk:
        told = [json.loads(row.body) for row in desk.all(select(AuditEntry))]
    assert {one["digest"] for one in told if one["action"] in ("file kept", "file handed out")} == {
        f"SHA-256 {hashlib.sha256(data).hexdigest()}"
    }
    assert "Khang" not in json.dumps(told, ensure_ascii=False) and "khu vực" not in json.dumps(
        told, ensure_ascii=False
    )


def test_a_pdf_and_a_word_file_are_saved_and_never_shown_in_the_page(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)
    for data, kind in ((making.pdf(), "application/pdf"), (making.word(), "text/plain; charset=utf-8")):
        page = kept(house, client, number, data)
        copy = client.get(f"{page}/view")
        assert copy.headers["Content-Type"] == kind
        assert copy.headers["Content-Disposition"].startswith("attachment")
        assert client.get(f"{page}/small").status_code == 404
    assert "nhưng thực ra là loại này" in client.get(page).get_data(as_text=True), "a.jpg that is a Word file"
    sound = kept(house, client, number, making.wav())
    assert client.get(f"{sound}/view").status_code == 404
    assert "Bản ghi không có bản để xem" in client.get(sound).get_data(as_text=True)


def test_what_was_typed_stays_when_a_file_is_refused(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)
    for data, said in (
        (b"", "Tệp rỗng"),
        (b"GIF89a", "Không nhận ảnh GIF"),
        (making.picture()[:-900], "Tệp hỏng"),
    ):
        answer = sent(client, number, data)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422 and said in text and "Cẳng tay trái của Khang" in text
    assert "Hãy chọn một tệp" in client.post(f"/cases/{number}/files", data=TOLD).get_data(as_text=True)
    for wrong, said in (
        ({"about": ""}, "Chọn tệp này là gì"),
        ({"description": " "}, "Ghi vài chữ"),
        ({"taken_on": "20/11/2026"}, "còn ở phía trước"),
        ({"taken_on": "31/02/2026"}, "20/11/2026"),
    ):
        answer = sent(client, number, **wrong)
        assert answer.status_code in (409, 422) and said in answer.get_data(as_text=True)
    assert counted(house, CaseFile) == counted(house, FileChunk) == 0


def test_names_are_cleaned_and_sealed(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)
    for name in ("x" * 300 + ".jpg", "..", "con\u200bgái\u202e.jpg", "<b>.jpg"):
        page = kept(house, client, number, name=name)
    with house.maintenance(writing=False) as desk:
        names = {queries.content(file).name for file in desk.all(select(CaseFile))}
    assert names == {"x" * 120, "..", "congái.jpg", "<b>.jpg"}
    assert "<b>.jpg" not in client.get(page).get_data(as_text=True)


def test_too_large_is_told_by_a_page(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)

    def posted(who: FlaskClient, size: int, path: str) -> TestResponse:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        body = head + b"\xff\xd8\xff" + bytes(size) + b"\r\n--x--\r\n"
        return who.post(
            path,
            input_stream=io.BytesIO(body),
            content_length=len(body),
            content_type="multipart/form-data; boundary=x",
        )

    answer = posted(client, 26 * 1024 * 1024, f"/cases/{number}/files")
    assert answer.status_code == 413 and "Nhiều nhất 25 MB" in answer.get_data(as_text=True)
    assert posted(client, 3 * 1024 * 1024, f"/cases/{number}/notes").status_code == 413, (
        "this page alone takes more"
    )
    assert posted(house.app.test_client(), 3 * 1024 * 1024, f"/cases/{number}/files").status_code == 303
    assert posted(house.client(Role.INSPECTOR), 3 * 1024 * 1024, f"/cases/{number}/files").status_code in (
        403,
        413,
    )
    cut = client.post(
        f"/cases/{number}/files",
        input_stream=io.BytesIO(
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + making.picture()
        ),
        content_length=9000,
        content_type="multipart/form-data; boundary=x",
    )
    assert cut.status_code in (400, 422), "the sender went away in the middle"
    assert counted(house, CaseFile) == 0


def test_the_twenty_first_file_of_a_day_waits(house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casemgr.files.rules.MOST_A_DAY", 2)
    number, client = a_case(house), house.client(OFFICER)
    kept(house, client, number)
    kept(house, client, number)
    answer = sent(client, number)
    assert answer.status_code == 409 and "Ngày mai hãy gửi tiếp" in answer.get_data(as_text=True)
    house.clock.move(timedelta(days=1))
    kept(house, house.client(OFFICER), number)


def test_one_person_sends_so_many_a_day_over_all_cases(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casemgr.files.rules.MOST_OF_A_PERSON", 2)
    numbers = [a_case(house) for _ in range(3)]
    client = house.client(OFFICER)
    for number in numbers[:2]:
        kept(house, client, number)
    answer = sent(client, numbers[2])
    assert answer.status_code == 409 and "nhiều nhất" in answer.get_data(as_text=True)
    kept(house, house.client(OFFICER, person=1), numbers[2])
    house.clock.move(timedelta(days=1))
    kept(house, house.client(OFFICER), numbers[2])


def test_who_may(house: HouseUnderTest) -> None:
    number = a_case(house)
    page = kept(house, house.client(OFFICER), number)
    abroad = house.client(OFFICER, ELSEWHERE)
    for address in (f"/cases/{number}/files", page, f"{page}/view", f"{page}/small"):
        assert abroad.get(address).status_code == 404
        assert house.client(WORKER).get(address).status_code == 404, "not named on the case"
        assert house.client(Role.ADMIN).get(address).status_code == 403
    assert abroad.post(f"{page}/original", data={"purpose": "court", "words": "x"}).status_code == 404
    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    assert supervisor.get(f"{page}/view").status_code == 200
    assert supervisor.post(f"{page}/original", data={"purpose": "court", "words": "x"}).status_code == 403
    other = a_case(house)
    assert house.client(OFFICER).get(page.replace(number, other)).status_code == 404, "of another case"


def test_the_original_needs_proof_and_the_reason_is_not_lost(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)
    page = kept(house, client, number)
    with house.maintenance() as desk:
        account, _ = house.hire(OFFICER)
        desk.add(
            Factor(
                id=desk.id(),
                account_id=account,
                kind="totp",
                label="x",
                secret_sealed=b"x",
                created_at=desk.now,
            )
        )
    answer = client.post(
        f"{page}/original",
        data={"purpose": "court", "words": "Tòa án khu vực"},
        headers={"Referer": f"http://localhost{page}"},
    )
    assert answer.status_code == 303 and answer.location.startswith("/step-up?next=")
    draft = re.search(r"draft%3D([0-9a-f]{32})", answer.location)
    assert draft is not None and "Tòa án khu vực" in client.get(f"{page}?draft={draft[1]}").get_data(
        as_text=True
    )
    assert counted(house, FileTaking) == 0


def test_chunks_open_as_they_were_written(house: HouseUnderTest) -> None:
    for size in (1, CHUNK, CHUNK + 1, 17 * CHUNK):
        file_id, data = stored(house, size)
        assert read(house, file_id) == data


@pytest.mark.parametrize(
    "harm", ["last gone", "one gone", "swapped", "bit", "of another file", "put back longer"]
)
def test_whatever_is_done_to_chunks_is_found(house: HouseUnderTest, harm: str) -> None:
    file_id, _data = stored(house)
    other, _ = stored(house)
    with house.maintenance() as desk:
        rows = {
            row.number: bytes(row.sealed)
            for row in desk.rows(
                select(FileChunk.number, FileChunk.sealed).where(FileChunk.file_id == file_id)
            )
        }
        assert sorted(rows) == [0, 1, 2, 3]

        def put(number: int, sealed: bytes) -> None:
            desk.session.execute(
                update(FileChunk)
                .where(FileChunk.file_id == file_id, FileChunk.number == number)
                .values(sealed=sealed)
            )

        if harm.endswith("gone"):
            number = 3 if harm == "last gone" else 1
            desk.session.execute(
                delete(FileChunk).where(FileChunk.file_id == file_id, FileChunk.number == number)
            )
        elif harm == "swapped":
            put(1, rows[2])
            put(2, rows[1])
        elif harm == "bit":
            put(1, rows[1][:9] + bytes([rows[1][9] ^ 1]) + rows[1][10:])
        elif harm == "put back longer":
            case_id = desk.get(CaseFile, file_id).case_id
            desk.append(
                FileChunk,
                {"file_id": file_id, "form": "original", "number": 4, "case_id": case_id, "sealed": rows[3]},
            )
        else:
            foreign = desk.first(
                select(FileChunk.sealed).where(FileChunk.file_id == other, FileChunk.number == 1)
            )
            put(1, bytes(foreign or b""))
    with pytest.raises(SealBroken):
        read(house, file_id)


def test_nothing_readable_is_stored(house: HouseUnderTest) -> None:
    number, client = a_case(house), house.client(OFFICER)
    kept(house, client, number, making.word("Vết bầm của Khang"), name="Khang.docx")
    with house.maintenance(writing=False) as desk:
        raw = b"".join(bytes(one) for one in desk.all(select(FileChunk.sealed)))
        raw += b"".join(bytes(one) for one in desk.all(select(CaseFile._content)) if one)
    assert b"Khang" not in raw and b"PK\x03\x04" not in raw


def test_a_full_disk_leaves_nothing_half(house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    number, client = a_case(house), house.client(OFFICER)
    write, calls = actions._write, []

    def full(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "_write", full)
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert sent(client, number).status_code == 500
    assert counted(house, CaseFile) == counted(house, FileChunk) == 0
    with house.maintenance(writing=False) as desk:
        assert desk.first(select(AuditEntry).where(AuditEntry.action == "file added")) is None


def test_two_persons_remove_and_nothing_opens_any_more(house: HouseUnderTest) -> None:
    number, client, chair = a_case(house), house.client(OFFICER), house.client(CHAIR)
    page = kept(house, client, number)
    file_id = UUID(page.rpartition("/")[2])
    assert client.post(f"{page}/removal", data={"reason": ""}).status_code == 409
    assert client.post(f"{page}/removal", data={"reason": "Ảnh của cháu khác"}).status_code == 303
    asked = chair.get(page).get_data(as_text=True)
    assert asked.index("Đồng ý: gỡ bỏ vĩnh viễn") < asked.index("Thông tin về tệp"), "what waits comes first"
    alone = client.post(f"{page}/removal/agree")
    assert alone.status_code == 409 and "Không ai gỡ tệp một mình" in alone.get_data(as_text=True)
    assert chair.post(f"{page}/removal/call-off").status_code == 409, "and says why not"
    why = {"reason": "Ảnh này đúng là của cháu"}
    assert chair.post(f"{page}/removal/call-off", data=why).status_code == 303
    assert chair.post(f"{page}/removal/agree").status_code == 409, "nobody asks any more"
    client.post(f"{page}/removal", data={"reason": "Ảnh của cháu khác"})
    assert chair.post(f"{page}/removal/agree").status_code == 303
    assert client.get(f"{page}/view").status_code == 404
    assert "Tệp này đã bị gỡ bỏ" in client.get(page).get_data(as_text=True)
    assert "Tệp đã gỡ bỏ" in client.get(f"/cases/{number}/files").get_data(as_text=True)
    with house.maintenance(writing=False) as desk:
        assert desk.session.get(RecordKey, file_id.bytes) is None
        assert not desk.all(select(FileChunk.number).where(FileChunk.file_id == file_id))
        with pytest.raises(Unavailable):
            desk.safe.open_file(file_id, Form.ORIGINAL, [])


def test_who_only_reads_the_case_removes_nothing_of_it(house: HouseUnderTest) -> None:
    """The commune to which it is offered sees every file; until it accepts, its people destroy none."""
    number, client = a_case(house), house.client(OFFICER)
    page = kept(house, client, number)
    handovers.sent(house, number)
    theirs, chair = house.client(OFFICER, THAT_KHE), house.client(CHAIR, THAT_KHE)
    assert theirs.post(f"{page}/removal", data={"reason": "Không cần nữa"}).status_code == 303
    assert "agree" not in chair.get(page).text
    refused = chair.post(f"{page}/removal/agree")
    assert refused.status_code == 409 and "Đơn vị khác chịu trách nhiệm" in refused.text
    assert client.get(f"{page}/view").status_code == 200
    assert house.client(CHAIR).post(f"{page}/removal/agree").status_code == 303


@pytest.mark.parametrize(
    "stage, final, held", [(CriminalStage.STARTED, False, True), (CriminalStage.JUDGMENT, True, False)]
)
def test_a_file_stays_while_proceedings_are_open(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch, stage: CriminalStage, final: bool, held: bool
) -> None:
    assert rules.has_ended(Criminal(stage=stage, final=final)) is not held
    monkeypatch.setattr(queries, "is_held", lambda *_: held)
    file_id, _ = stored(house)
    with house.desk(OFFICER) as desk:
        file = desk.get(CaseFile, file_id)
        case = cases.case(desk, _number(house, file.case_id))
        if held:
            with pytest.raises(RuleBroken):
                actions.ask_removal(desk, file, case, reason="Nhầm")
        else:
            actions.ask_removal(desk, file, case, reason="Nhầm")


def _number(house: HouseUnderTest, case_id: UUID) -> str:
    with house.maintenance(writing=False) as desk:
        return desk.get(Case, case_id).number


@pytest.fixture
def clamd(
    house: HouseUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, bytes]]:
    """A scanner that says what it is told to; silent when told nothing."""
    path, says, seen = tmp_path / "clamd", {"answer": b""}, bytearray()
    listening = socket(AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                seen.clear()
                while not seen.endswith(bytes(4)) and (more := line.recv(65536)):
                    seen.extend(more)
                line.sendall(says["answer"])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    before = house.app.extensions["settings"]
    house.app.extensions["settings"] = replace(before, clamd_socket=path)
    yield says
    house.app.extensions["settings"] = before
    listening.shutdown(2)
    listening.close()
    thread.join(5)


def test_a_scanner_that_does_not_answer_loses_nothing(house: HouseUnderTest, clamd: dict[str, bytes]) -> None:
    number, client = a_case(house), house.client(OFFICER)
    clamd["answer"] = b"stream: Eicar FOUND\0"
    refused = sent(client, number)
    assert refused.status_code == 422 and "Trình quét vi-rút phát hiện" in refused.get_data(as_text=True)
    clamd["answer"] = b"INSTREAM size limit exceeded. ERROR\0"
    first = kept(house, client, number)
    second = kept(house, client, number)
    assert "chờ quét vi-rút" in client.get(f"/cases/{number}/files?kept=waiting").get_data(as_text=True)
    assert client.get(f"{first}/view").status_code == 409
    assert client.post(f"{first}/original", data={"purpose": "court", "words": "x"}).status_code == 409
    clamd["answer"] = b"stream: OK\0"
    run = house.app.test_cli_runner().invoke(scan_waiting, ["--json"])
    assert json.loads(run.output) == {"clean": 2, "found": 0, "unavailable": 0}, run.output
    assert client.get(f"{first}/view").status_code == client.get(f"{second}/view").status_code == 200


def test_a_file_found_infected_later_stays_locked(house: HouseUnderTest, clamd: dict[str, bytes]) -> None:
    number, client = a_case(house), house.client(OFFICER)
    page = kept(house, client, number)
    clamd["answer"] = b"stream: Eicar FOUND\0"
    assert house.app.test_cli_runner().invoke(scan_waiting, []).exit_code == 0
    assert client.get(f"{page}/view").status_code == 409
    assert "Không ai được mở tệp này" in client.get(page).get_data(as_text=True)
    with house.maintenance(writing=False) as desk:
        assert desk.get(CaseFile, UUID(page.rpartition("/")[2])).state == State.INFECTED
