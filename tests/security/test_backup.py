"""Backups: of one instant, sealed, whole or refused, and back in an empty database of either engine with everything going on."""

import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from casemgr.access.actor import command
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.core.db import Followed, Model, settled_after
from casemgr.core.errors import Refused, Unavailable
from casemgr.intake.models import ReportEvent
from casemgr.security import backup as backups
from casemgr.security import sealed_file
from casemgr.security.audit import AuditEntry, AuditLink
from casemgr.security.backup import BackupRefused
from casemgr.security.keys import Purpose
from tests.files.keeping import read as original
from tests.files.keeping import stored
from tests.security.installation import (
    Installation,
    database,
    installed,
    live_in,
    settings_for,
    start,
)
from tests.support.factories import a_report
from tests.support.house import START

ENGINES = ["sqlite", "postgresql"]
MARKED = "Nông Minh Khang"


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    with installed(request, request.param, tmp_path / "here") as found:
        yield found


@pytest.fixture(params=ENGINES)
def elsewhere(request: pytest.FixtureRequest, place: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Another machine: the same keyring, no tables yet."""
    with database(request, request.param) as url:
        told = settings_for(tmp_path / "there", url)
        told = replace(
            told,
            keyring=place.settings.keyring,
            keyring_passphrase_file=place.settings.keyring_passphrase_file,
        )
        house = start(told)
        house.staff = place.house.staff
        with house.app.app_context():
            yield Installation(house, told)
        house.office.engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "one.casemgr"


def contents(place: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the transaction numbers, and what the commands themselves added to the trail."""
    found = {}
    with place.house.office.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            if table.name.startswith("audit_"):
                continue
            columns = [column for column in table.columns if column.name != "xid"]
            found[table.name] = sorted((tuple(row) for row in connection.execute(select(*columns))), key=repr)
    return found


def read(place: Installation, numbers: list[str]) -> None:
    with place.house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        for number in numbers:
            child = desk.get(Child, cases.case(desk, number).child_id)
            assert child.card is not None and child.card.name == MARKED


def test_a_backup_is_back_on_either_engine_and_work_goes_on(
    place: Installation, elsewhere: Installation, file: Path
) -> None:
    numbers = live_in(place)
    photo, dots = stored(place.house)
    place.house.office.chain_trail()
    before = contents(place)
    made = json.loads(place.did("backup", "create", "--out", file, "--json").stdout)
    assert made["counts"]["case"] == len(numbers) + 1
    assert made["head"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(place.did("backup", "check", file, "--json").stdout)["counts"] == made["counts"]
    elsewhere.did("backup", "restore", file)
    assert contents(elsewhere) == before
    assert original(elsewhere.house, photo) == dots
    read(elsewhere, numbers)
    more = live_in(elsewhere, 2)
    read(elsewhere, more)
    assert not set(more) & set(numbers)
    elsewhere.did("keys", "verify")
    told = json.loads(elsewhere.did("audit", "verify", "--head", made["head"], "--json").stdout)
    assert told["faults"] == []
    with elsewhere.house.maintenance(writing=False) as desk:
        waiting = desk.session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.seq.not_in(select(AuditLink.entry)))
        )
    assert waiting is not None and waiting <= 3, "the sealer goes on after what was restored"


def test_a_follower_goes_on_where_it_was(place: Installation, elsewhere: Installation, file: Path) -> None:
    """Its cursor holds a transaction number of the old server: what comes after the restore must lie behind it."""
    live_in(place, 2)
    burn(place, 5000)
    a_report(place.house)
    with place.house.maintenance(writing=False) as desk:
        seen = settled_after(desk.session, ReportEvent, (0, 0), 100)
    place.did("backup", "create", "--out", file)
    elsewhere.did("backup", "restore", file)
    number = a_report(elsewhere.house)
    cursor = seen[-1][0] if elsewhere.house.engine_name == place.house.engine_name else (0, seen[-1][0][1])
    with elsewhere.house.maintenance(writing=False) as desk:
        again = settled_after(desk.session, ReportEvent, (0, 0), 100)
        new = settled_after(desk.session, ReportEvent, cursor, 100)
    assert [row.seq for _, row in again[: len(seen)]] == [row.seq for _, row in seen]
    assert len(new) == 1 and number
    assert len(again) == len(seen) + 1


def burn(place: Installation, count: int) -> None:
    if place.house.engine_name == "postgresql":
        engine = place.house.office.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(backups._COUNT_ON.format(steps=count)))


def test_a_new_server_counts_past_the_transactions_of_the_old_one(
    request: pytest.FixtureRequest, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the backup came from a server that had counted many transactions more."""
    with installed(request, "postgresql", tmp_path / "here") as place:
        live_in(place, 1)
        place.house.office.chain_trail()
        ahead = backups._STEPS + 20_000
        with place.house.office.engine.begin() as connection:
            for log in ("audit_entry", "case_fact", "item_fact", "report_event"):
                connection.execute(text(f"UPDATE {log} SET xid = (xid::text::bigint + {ahead})::text::xid8"))
            connection.execute(update(AuditLink).values(xid=AuditLink.xid + ahead))
        original = backups._transactions
        monkeypatch.setattr(backups, "_transactions", lambda connection: original(connection) + ahead)
        backups.create(place.house.office.engine, place.house.office.ring, _folder(file), now=START)
        monkeypatch.setattr(backups, "_transactions", original)
        with database(request, "postgresql") as url:
            told = replace(
                settings_for(tmp_path / "there", url),
                keyring=place.settings.keyring,
                keyring_passphrase_file=place.settings.keyring_passphrase_file,
            )
            house = start(told)
            house.staff = place.house.staff
            with house.app.app_context():
                there = Installation(house, told)
                there.did("backup", "restore", file)
                live_in(there, 1)
                house.office.chain_trail()
                with house.maintenance(writing=False) as desk:
                    events = settled_after(desk.session, ReportEvent, (0, 0), 100)
                    assert len(events) == desk.session.scalar(select(func.count()).select_from(ReportEvent))
                there.did("audit", "verify")
            house.office.engine.dispose()


def _folder(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_entries_that_were_linked_out_of_order_are_put_in_order_on_sqlite(
    request: pytest.FixtureRequest, tmp_path: Path, file: Path
) -> None:
    """PostgreSQL's sealer links in the order of transactions; on SQLite the chain follows the numbers of entries."""
    with installed(request, "postgresql", tmp_path / "here") as place:
        live_in(place, 1)
        office = place.house.office
        office.chain_trail()
        with Session(office.engine) as one, Session(office.engine) as two:
            for session, name in ((one, "first"), (two, "second")):
                session.execute(text("SELECT pg_current_xact_id()"))
                assert name
            for session, name in ((two, "written first"), (one, "written second")):
                office.trail.write(
                    session, [office.trail.entry(at=START, actor="cli:tests", action=name, object=None)]
                )
                session.flush()
            two.commit()
            one.commit()
        office.chain_trail()
        with place.house.maintenance() as desk:
            desk.record("waits for the sealer")
        backups.create(office.engine, office.ring, _folder(file), now=START)
        told = replace(
            settings_for(tmp_path / "there"),
            keyring=place.settings.keyring,
            keyring_passphrase_file=place.settings.keyring_passphrase_file,
        )
        house = start(told)
        with house.app.app_context():
            there = Installation(house, told)
            there.did("backup", "restore", file)
            there.did("audit", "verify")
            with house.maintenance(writing=False) as desk:
                links = desk.rows(select(AuditLink.entry).order_by(AuditLink.position))
                assert [row[0] for row in links] == sorted(row[0] for row in links)
                assert desk.session.scalar(select(func.count()).select_from(AuditEntry)) >= len(links)
        house.office.engine.dispose()


def test_a_backup_is_of_one_instant_while_people_write(place: Installation, file: Path) -> None:
    live_in(place, 2)
    over, wrong = threading.Event(), list[BaseException]()

    def writes() -> None:
        while not over.is_set():
            try:
                a_report(place.house)
            except BaseException as error:
                wrong.append(error)
                return

    person = threading.Thread(target=writes)
    person.start()
    try:
        for number in range(4):
            place.did("backup", "create", "--out", file.with_name(f"{number}.casemgr"))
    finally:
        over.set()
        person.join(30)
    assert not wrong
    counts = []
    for number in range(4):
        found = backups.check(file.with_name(f"{number}.casemgr"), place.house.office.ring)
        assert found.counts["case"] == found.counts["report"] == found.counts["report_event"] - 2
        counts.append(found.counts["report"])
    assert counts == sorted(counts)
    assert counts[-1] > counts[0], "people wrote meanwhile"


@pytest.mark.parametrize("what", ["case", "account", "record_key"])
def test_never_over_data(place: Installation, file: Path, what: str) -> None:
    live_in(place, 1)
    place.did("backup", "create", "--out", file)
    before = contents(place)
    done = place.run("backup", "restore", file)
    assert done.exit_code == 1
    assert "not empty" in done.stderr
    assert contents(place) == before
    assert before[what]


def test_never_over_a_file(place: Installation, file: Path) -> None:
    place.did("backup", "create", "--out", file)
    before = file.read_bytes()
    assert place.run("backup", "create", "--out", file).exit_code == 1
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.part"))


def test_what_init_left_makes_way(
    place: Installation, file: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    numbers = live_in(place, 1)
    place.did("backup", "create", "--out", file)
    with installed(request, place.house.engine_name, tmp_path / "other") as other:
        other.did("backup", "restore", file)
        other.house.staff = place.house.staff
        read(other, numbers)


def test_a_backup_holds_no_name_and_no_key(place: Installation, file: Path) -> None:
    live_in(place, 1)
    place.did("backup", "create", "--out", file)
    data = file.read_bytes()
    for word in (MARKED, "06124-2026", "Người Thử"):
        assert word.encode() not in data
    lines = b""
    with file.open("rb") as stream:
        lines = "\n".join(
            json.dumps(line, ensure_ascii=False)
            for line in sealed_file.lines_of(stream, place.house.office.ring)
        ).encode()
    assert b"06124-2026" in lines, "the control: plain columns are inside"
    assert MARKED.encode() not in lines
    for key in place.house.office.ring.all():
        assert key.material not in data and key.material.hex().encode() not in lines
    assert not zipfile.is_zipfile(file)


def test_every_damage_is_noticed(swept: object, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = tmp_path / "one.casemgr"
    with installed(request, "sqlite", tmp_path / "here") as place:
        live_in(place, 1)
        place.did("backup", "create", "--out", file)
        ring, whole = place.house.office.ring, file.read_bytes()
        spoiled = tmp_path / "spoiled"

        @given(st.data())
        @settings(max_examples=60, database=None)
        def damaged(data: st.DataObject) -> None:
            at = data.draw(st.integers(0, len(whole) - 1))
            how = data.draw(st.sampled_from(["cut", "bit", "more", "twice"]))
            changed = {
                "cut": whole[:at],
                "bit": whole[:at] + bytes([whole[at] ^ 1 << data.draw(st.integers(0, 7))]) + whole[at + 1 :],
                "more": whole + b"x",
                "twice": whole + whole[at:],
            }[how]
            spoiled.write_bytes(changed)
            with pytest.raises(Unavailable):
                backups.check(spoiled, ring)

        damaged()


def test_chunks_cannot_change_places_or_be_left_out(
    place: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_file, "_CHUNK", 1 << 12)
    live_in(place, 1)
    file = tmp_path / "one.casemgr"
    backups.create(place.house.office.engine, place.house.office.ring, file, now=START)
    data = file.read_bytes()
    head = len(sealed_file._MAGIC) + 4 + int.from_bytes(data[len(sealed_file._MAGIC) :][:4], "big")
    size = (1 << 12) + 16
    chunks = [data[start : start + size] for start in range(head, len(data), size)]
    assert len(chunks) > 4
    assert backups.check(file, place.house.office.ring)
    for other in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], *chunks[2:]],
        chunks[:-1],
        [*chunks[:-1], chunks[0], chunks[-1]],
    ):
        file.write_bytes(data[:head] + b"".join(other))
        with pytest.raises(BackupRefused):
            backups.check(file, place.house.office.ring)


def test_a_restore_that_fails_leaves_nothing_behind(
    place: Installation, elsewhere: Installation, file: Path
) -> None:
    live_in(place, 1)
    place.house.office.chain_trail()
    with place.house.maintenance() as desk:
        entry = desk.all(select(AuditEntry))[2]
        entry.actor = "account:nobody"
    place.did("backup", "create", "--out", file)
    refused = elsewhere.run("backup", "restore", file)
    assert refused.exit_code == 1
    assert "audit trail in the backup is not whole" in refused.stderr
    assert not contents(elsewhere)["case"]
    assert not contents(elsewhere)["record_key"]
    done = elsewhere.did("backup", "restore", file, "--despite-faults")
    assert "NOT whole" in done.stdout
    assert contents(elsewhere)["case"]


def test_another_version_and_other_files_are_refused(
    place: Installation, elsewhere: Installation, file: Path
) -> None:
    live_in(place, 1)
    with place.house.office.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    place.did("backup", "create", "--out", file)
    assert "another version" in elsewhere.run("backup", "restore", file).stderr
    file.write_bytes(b"PK\x03\x04 something else")
    assert "no backup of casemgr" in elsewhere.run("backup", "restore", file).stderr
    assert elsewhere.run("backup", "restore", file.with_name("nothing")).exit_code == 1


def test_a_backup_from_before_rotation_is_restored_after_it_and_dies_with_its_key(
    place: Installation, elsewhere: Installation, file: Path
) -> None:
    numbers = live_in(place, 1)
    old = place.house.office.ring.active(Purpose.BACKUP).id
    place.did("backup", "create", "--out", file)
    for command_ in (("rotate",), ("verify",), ("rewrap",)):
        place.did("keys", *command_)
    elsewhere.did("backup", "restore", file)
    read(elsewhere, numbers)
    place.house.clock.__init__(START + timedelta(days=36))  # type: ignore[misc]
    place.did("keys", "destroy", old)
    done = place.run("backup", "check", file)
    assert done.exit_code == 1
    assert "not in the keyring" in done.stderr


def test_every_followed_log_is_known(place: Installation) -> None:
    """Their transaction numbers are what a restore must take care of; the audit's links hold copies of them."""
    logs = {
        mapper.class_.__tablename__
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Followed)
    }
    holding = {table.name for table in Model.metadata.tables.values() if "xid" in table.columns}
    assert holding == logs | {"audit_link"}
    with pytest.raises(Refused):
        live_in(place, 1)
        backups.refuse_lived_in(place.house.office.engine)
    assert command("x") and Case
