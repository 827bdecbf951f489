"""Keys in use: new ones taken up without a restart, everything brought under them while people work, a way back that opens."""

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, func, select

from casemgr import app as roof
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.cli import resealing
from casemgr.cli.recover import put_in_place
from casemgr.core.db import Model, WriteTurn
from casemgr.core.errors import Refused, Unavailable
from casemgr.indicators.models import CaseFact
from casemgr.security import keyfile, keys
from casemgr.security.audit import AuditEntry
from casemgr.security.keys import DEMO, Keyring, KeyringRefused, KeyState, PassphraseWrapper, Purpose
from casemgr.security.parts import RecordKey, sealed_parts_of
from casemgr.settings import Mode, from_environment
from tests.security.installation import ADMINS, Installation, installed, live_in, name_admins, second_server
from tests.support.factories import a_report
from tests.support.house import START

_PROCESSES = multiprocessing.get_context("fork")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    with installed(request, request.param, tmp_path) as found:
        yield found


def under(place: Installation) -> dict[int, int]:
    """How many record keys lie under each key."""
    with place.house.maintenance(writing=False) as desk:
        rows = desk.rows(select(RecordKey.kek_id, func.count()).group_by(RecordKey.kek_id))
    return {row[0]: row[1] for row in rows}


def read_all(place: Installation, numbers: list[str]) -> None:
    with place.house.desk(Role.COMMUNE_OFFICER, writing=False) as desk:
        for number in numbers:
            child = desk.get(Child, cases.case(desk, number).child_id)
            assert child.card is not None
            assert child.detail is not None


# ---- rotate and take up -------------------------------------------------------------------------------------------


def test_new_keys_are_made_used_and_proved(place: Installation) -> None:
    numbers = live_in(place)
    before = {key.purpose: key.id for key in place.house.office.ring.all()}
    told = json.loads(place.did("keys", "rotate", "--json").stdout)
    assert {row["purpose"] for row in told} == set(Purpose) - {Purpose.SESSION}
    ring = place.house.office.ring
    assert all(ring.active(Purpose(row["purpose"])).id == row["id"] > before[row["purpose"]] for row in told)
    assert keyfile.previous(place.settings.keyring).exists(), (
        "the ring before is kept until the new one is proved"
    )
    assert "first" in place.run("keys", "rotate").stderr, "and is not overwritten by the next"
    proved = json.loads(place.did("keys", "verify", "--json").stdout)
    assert proved["broken"] == proved["parts_broken"] == 0
    assert proved["opened"] >= len(numbers) * 2
    assert proved["parts"] > 0
    assert not keyfile.previous(place.settings.keyring).exists()
    live_in(place, 1)
    assert set(under(place)) == {before[Purpose.KEK], ring.active(Purpose.KEK).id}
    read_all(place, numbers)
    assert place.run("audit", "verify").exit_code == 0


def test_a_running_server_takes_up_new_keys_without_a_restart(place: Installation) -> None:
    """Two servers on one database: what either seals under new keys, the other opens at once."""
    other = second_server(place)
    live_in(place)
    place.did("keys", "rotate", "--purpose", "kek", "--purpose", "facts")
    number = live_in(place, 1)[0]
    read_all(other, [number])
    assert other.house.office.ring.same_as(place.house.office.ring)
    fresh = live_in(other, 1)
    read_all(place, fresh)
    other.house.office.engine.dispose()


def test_a_desk_that_is_open_while_keys_change_reads_what_a_colleague_seals_under_them(
    place: Installation,
) -> None:
    other = second_server(place)
    live_in(place, 1)
    with other.house.maintenance(writing=False) as desk:
        place.did("keys", "rotate")
        number = live_in(place, 1)[0]
        child = desk.get(Child, cases.case(desk, number).child_id)
        assert child.card is not None
    other.house.office.engine.dispose()


def test_a_ring_that_does_not_open_leaves_the_server_with_the_keys_it_has(place: Installation) -> None:
    numbers = live_in(place)
    whole = place.settings.keyring.read_bytes()
    place.settings.keyring.write_bytes(whole[: len(whole) // 2])
    read_all(place, numbers)
    live_in(place, 1)
    place.settings.keyring.unlink()
    read_all(place, numbers)
    assert place.run("keys", "rotate").exit_code == 1
    keys._put(place.settings.keyring, whole)
    place.did("keys", "rotate")
    read_all(place, numbers)


def test_only_some_purposes_and_the_sessions_say_that_a_restart_is_needed(place: Installation) -> None:
    said = place.did("keys", "rotate", "--purpose", "session").stdout
    assert "restart" in said
    changed = [key.purpose for key in place.house.office.ring.all() if key.state is KeyState.DECRYPT_ONLY]
    assert changed == [Purpose.SESSION]


def test_a_kill_while_the_ring_is_written_leaves_a_whole_one(tmp_path: Path) -> None:
    """The new ring takes its place in one step: whoever dies before or after, there is one that opens."""
    path, wrapper = tmp_path / "keyring.json", PassphraseWrapper(b"x", stretch=keys.Stretch(1, 64, 1))
    keys.save(path, Keyring.fresh("2026-11-01"), wrapper)
    file = keyfile.KeyFile(path, wrapper)

    def for_ever() -> None:
        while True:
            keyfile.previous(path).unlink(missing_ok=True)
            file.change(lambda ring: ring.rotated(Purpose.KEK, "2026-11-02"))

    newest = 0
    for _ in range(12):
        process = _PROCESSES.Process(target=for_ever, daemon=True)
        process.start()
        time.sleep(0.1)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        ring = file.opened()
        assert ring.active(Purpose.KEK).id >= newest
        newest = ring.active(Purpose.KEK).id
        assert path.stat().st_mode & 0o777 == 0o600
    assert newest > len(Purpose)  # new keys were made between the kills


def test_two_who_change_the_ring_at_once_do_not_lose_a_key(tmp_path: Path) -> None:
    path, wrapper = tmp_path / "keyring.json", PassphraseWrapper(b"x", stretch=keys.Stretch(1, 64, 1))
    keys.save(path, Keyring.fresh("2026-11-01"), wrapper)
    file = keyfile.KeyFile(path, wrapper)

    def slow(ring: Keyring) -> Keyring:
        with pytest.raises(KeyringRefused, match="Somebody else"):
            file.change(lambda other: other.rotated(Purpose.KEK, "2026-11-02"))
        return ring.rotated(Purpose.FACTS, "2026-11-02")

    changed = file.change(slow)
    assert file.opened().same_as(changed)


# ---- rewrap -------------------------------------------------------------------------------------------------------


def test_everything_is_brought_under_the_new_keys(place: Installation) -> None:
    numbers = live_in(place)
    with place.house.maintenance(writing=False) as desk:
        old = set(desk.all(select(CaseFact.sealed)))
    place.did("keys", "rotate")
    place.did("keys", "verify")
    told = json.loads(place.did("keys", "rewrap", "--json").stdout)
    assert told["left"] == 0
    assert told["changed"]["record_key.wrapped"] >= 2 * len(numbers)
    assert told["changed"]["case_fact.sealed"] == len(old) > 0
    ring = place.house.office.ring
    assert set(under(place)) == {ring.active(Purpose.KEK).id}
    with place.house.maintenance(writing=False) as desk:
        counted = resealing.counted(desk, ring)
        assert all(not counted.get(key.id) for key in ring.all() if key.state is KeyState.DECRYPT_ONLY)
        assert not old & set(desk.all(select(CaseFact.sealed)))
    assert json.loads(place.did("keys", "verify", "--json").stdout)["broken"] == 0
    again = json.loads(place.did("keys", "rewrap", "--json").stdout)
    assert not any(again["changed"].values())
    read_all(place, numbers)


def test_a_row_that_changed_meanwhile_is_not_overwritten(place: Installation) -> None:
    live_in(place, 1)
    place.did("keys", "rotate", "--purpose", "kek")
    kind = resealing.KINDS[0]
    portions = resealing._portions(place.house.office, kind)
    mine = next(portions)
    first = resealing.reseal(place.house.office, kind)
    assert first == len(mine)
    with place.house.maintenance() as desk:
        rows = [{"at": row.at, "old": row.sealed, "wrapped": b"late", "kek_id": 1} for row in mine]
        assert resealing.swap(desk.session, RecordKey, "wrapped", rows) == 0
    assert json.loads(place.did("keys", "verify", "--json").stdout)["broken"] == 0


def _reseal_for_ever(place: Installation, go: Any) -> None:
    go.wait()
    engine = place.house.office.engine
    engine.dispose(close=False)
    office = place.house.office
    path = place.settings.sqlite_path
    office._turn = WriteTurn(path.with_suffix(".turn")) if path else None
    resealing.PORTION = 3
    while True:
        for kind in resealing.KINDS:
            resealing.reseal(office, kind)


class People:
    """Two officers who read and write without a pause, until told to stop; what went wrong for them is kept."""

    def __init__(self, place: Installation, numbers: list[str]) -> None:
        self.place, self.numbers = place, numbers
        self.reads = self.writes = 0
        self.wrong: list[BaseException] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(do,)) for do in (self._read, self._write)]

    def __enter__(self) -> "People":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _work(self, do: Callable[[], None]) -> None:
        try:
            while not self._over.is_set():
                do()
        except BaseException as error:
            self.wrong.append(error)

    def _read(self) -> None:
        read_all(self.place, self.numbers[-20:])
        self.reads += 1

    def _write(self) -> None:
        self.numbers.append(a_report(self.place.house))
        self.writes += 1


class Rewrapper:
    """A process that rewraps for ever once it is let loose, and is ended with no chance to tidy up."""

    def __init__(self, place: Installation) -> None:
        self._go = _PROCESSES.Event()
        self._process = _PROCESSES.Process(target=_reseal_for_ever, args=(place, self._go), daemon=True)
        self._process.start()  # before there are threads, whose locks it would inherit

    def let_loose(self) -> None:
        self._go.set()

    def kill(self) -> None:
        assert self._process.pid is not None
        assert self._process.is_alive(), "it failed by itself"
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()


def test_people_work_while_keys_change_and_rewrapping_is_killed_again_and_again(place: Installation) -> None:
    numbers = live_in(place, 6)
    loose = [(Rewrapper(place), Rewrapper(place)) for _ in range(3)]
    with People(place, numbers) as people:
        for pair in loose:
            place.did("keys", "rotate", "--purpose", "kek", "--purpose", "facts")
            place.did("keys", "verify")
            for process in pair:
                process.let_loose()
            time.sleep(0.4)
            for process in pair:
                process.kill()
        place.did("keys", "rewrap")
    assert not people.wrong, people.wrong
    assert people.reads >= 3
    assert people.writes >= 3
    place.did("keys", "rewrap")
    proved = json.loads(place.did("keys", "verify", "--json").stdout)
    assert proved["broken"] == proved["parts_broken"] == 0
    assert set(under(place)) == {place.house.office.ring.active(Purpose.KEK).id}
    with place.house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Case)) == len(numbers)
    read_all(place, numbers)
    place.did("audit", "verify")


def test_every_column_of_bytes_is_known_to_the_safe() -> None:
    """A new column of bytes is a sealed part, is sealed under a shared key (then it is rewrapped), or is not sealed: say so."""
    parts = {
        (model.__tablename__, model.__mapper__.get_property(part.column).columns[0].name)
        for model in (mapper.class_ for mapper in Model.registry.mappers)
        for part in sealed_parts_of(model)
    }
    shared = {
        (column.model.__tablename__, column.sealed.property.columns[0].name) for column in resealing.SHARED
    }
    not_sealed = {
        ("record_key", "record"),
        ("record_key", "wrapped"),
        *(("audit_" + table, "mac") for table in ("entry", "link")),
        ("api_client", "public_key"),
        ("client_nonce", "nonce"),
        ("paper_template", "file"),
        ("name_token", "posting"),  # brought under new keys by `search reindex`
        ("public_table", "content"),  # what has left for everybody
        ("file_chunk", "sealed"),  # under the key of its file; rewrapping a key touches no chunk
    }
    found = {
        (table.name, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    digests = {one for one in found if one[1].endswith("digest") or one[1] in ("bucket", "mark")}
    assert not found - parts - shared - not_sealed - digests
    assert shared <= found


# ---- destroy, verify ----------------------------------------------------------------------------------------------


def test_a_key_is_destroyed_only_when_nothing_lies_under_it_and_no_backup_may_need_it(
    place: Installation,
) -> None:
    numbers = live_in(place)
    old = place.house.office.ring.active(Purpose.KEK).id
    assert "has been replaced" in place.run("keys", "destroy", old).stderr
    place.did("keys", "rotate")
    place.did("keys", "verify")
    assert "still lie under" in place.run("keys", "destroy", old).stderr
    place.did("keys", "rewrap")
    assert "Tomorrow" in place.run("keys", "destroy", old, "--early").stderr
    place.house.clock.__init__(START.replace(day=25))  # type: ignore[misc]
    assert "may need this key" in place.run("keys", "destroy", old).stderr
    place.did("keys", "destroy", old, "--early")
    place.did("keys", "verify")
    read_all(place, numbers)
    with pytest.raises(Unavailable):
        place.house.office.ring.numbered(old)
    ring = place.house.office.ring
    for purpose in (Purpose.AUDIT_MAC, Purpose.AUDIT_QUERY, Purpose.INDEX_TOKEN):
        number = next(
            key.id for key in ring.all() if key.purpose is purpose and key.state is KeyState.DECRYPT_ONLY
        )
        assert "is kept" in place.run("keys", "destroy", number, "--early").stderr
    assert place.run("audit", "verify").exit_code == 0


@pytest.mark.parametrize("purpose", [Purpose.INDEX_TOKEN, Purpose.INDEX_POSTING])
def test_an_index_under_replaced_keys_is_told_of_until_it_is_written_anew(
    place: Installation, purpose: Purpose
) -> None:
    """Rewrapping cannot bring it under the new key; nobody destroys the old one under it."""
    live_in(place, 2)
    anew = "search reindex"
    assert anew not in place.did("keys", "status").stdout
    old = place.house.office.ring.active(purpose).id
    assert anew in place.did("keys", "rotate", "--purpose", purpose).stdout
    assert json.loads(place.did("keys", "verify", "--json").stdout)["index_lags"] is True
    assert anew in place.did("keys", "rewrap").stdout
    assert anew in place.did("keys", "status").stdout
    place.house.clock.move(timedelta(days=2))
    refused = place.run("keys", "destroy", old, "--early")
    assert refused.exit_code == 1
    place.did("search", "reindex")
    for words in (("status",), ("verify",), ("rewrap",)):
        assert anew not in place.did("keys", *words).stdout
    if purpose is Purpose.INDEX_POSTING:
        assert anew in refused.stderr
        place.did("keys", "destroy", old, "--early")


def test_verify_names_what_does_not_open(place: Installation) -> None:
    live_in(place)
    with place.house.maintenance() as desk:
        spoiled = desk.all(select(RecordKey))[0]
        name = spoiled.record.hex()
        spoiled.wrapped = spoiled.wrapped[:-1] + bytes([spoiled.wrapped[-1] ^ 1])
        fact = desk.all(select(CaseFact))[0]
        fact.sealed = fact.sealed[:-1]
        seq = fact.seq
    place.settings.keyring.with_name("keyring.json.previous").touch(mode=0o600)
    done = place.run("keys", "verify", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    broken = told["broken"] + told["parts_broken"]
    assert done.stderr.strip() == f"{broken} of what is sealed does not open."
    assert told["broken"] == 2
    assert {f"record_key.wrapped {name}", f"case_fact.sealed {seq}"} <= set(told["which"])
    assert keyfile.previous(place.settings.keyring).exists(), (
        "the ring before stays while something does not open"
    )


def test_status_says_what_should_be_done_and_shows_no_key(place: Installation) -> None:
    live_in(place, 1)
    said = place.did("keys", "status").stdout
    assert "no recovery copy" in said
    place.did("keys", "recovery", "make", "--out", place.settings.keyring.with_name("copy.recovery"))
    assert "recovery" not in place.did("keys", "status").stdout
    place.did("keys", "rotate")
    said = place.did("keys", "status").stdout
    assert "older than the newest key" in said
    assert "keys rewrap" in said
    assert "keys verify" in said
    rows = json.loads(place.did("keys", "status", "--json").stdout)
    assert sum(row["records"] or 0 for row in rows) > 0
    for key in place.house.office.ring.all():
        assert key.material.hex() not in said


# ---- recovery -----------------------------------------------------------------------------------------------------


def code_files(place: Installation, codes: list[str]) -> list[object]:
    words: list[object] = []
    for number, code in enumerate(codes):
        file = place.settings.keyring.with_name(f"code{number}")
        keys._put(file, code.lower().encode())
        words += ["--code-file", file]
    return words


@pytest.mark.parametrize("halves", [(), ("--halves",)])
def test_a_recovery_copy_opens_and_brings_the_installation_back(
    place: Installation, halves: tuple[str, ...]
) -> None:
    numbers = live_in(place)
    copy = place.settings.keyring.with_name("copy.recovery")
    made = json.loads(place.did("keys", "recovery", "make", "--out", copy, *halves, "--json").stdout)
    assert len(made["codes"]) == (2 if halves else 1)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert place.run("keys", "recovery", "make", "--out", copy).exit_code == 1, "never overwritten"
    before, keyring = copy.read_bytes(), place.settings.keyring.read_bytes()
    drilled = json.loads(
        place.did("keys", "recovery", "drill", copy, *code_files(place, made["codes"]), "--json").stdout
    )
    assert drilled["missing"] == []
    assert drilled["broken"] == 0
    assert drilled["opened"] >= 2 * len(numbers)
    assert (copy.read_bytes(), place.settings.keyring.read_bytes()) == (before, keyring)
    if halves:
        one = code_files(place, made["codes"][:1])
        assert "cannot be opened" in place.run("keys", "recovery", "drill", copy, *one).stderr
    ring = keys.load(copy, PassphraseWrapper(keyfile.spoken(_code(made["codes"])).encode()))
    with pytest.raises(Refused, match="nothing is overwritten"):
        put_in_place(place.settings, ring)
    place.settings.keyring.unlink()
    with pytest.raises(KeyringRefused, match="there is no keyring"):
        roof.build(place.settings)
    put_in_place(place.settings, ring)
    back = second_server(place)
    back.did("keys", "verify")
    read_all(back, numbers)
    back.house.office.engine.dispose()


def _code(codes: list[str]) -> bytes:
    heard = [keyfile.heard(code) for code in codes]
    return heard[0] if len(heard) == 1 else keyfile.joined(*heard)


def test_a_copy_older_than_the_newest_key_is_told_by_the_drill(place: Installation) -> None:
    live_in(place)
    copy = place.settings.keyring.with_name("copy.recovery")
    made = json.loads(place.did("keys", "recovery", "make", "--out", copy, "--json").stdout)
    place.did("keys", "rotate", "--purpose", "kek")
    live_in(place, 1)
    done = place.run("keys", "recovery", "drill", copy, *code_files(place, made["codes"]), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and done.stderr.strip() == "The copy does not open everything: make a new one."
    assert told["missing"] == [place.house.office.ring.active(Purpose.KEK).id]
    assert told["broken"] > 0


@given(st.binary(min_size=1, max_size=64))
def test_a_code_that_is_written_down_comes_back(code: bytes) -> None:
    assert keyfile.heard(keyfile.spoken(code)) == code
    assert keyfile.heard(keyfile.spoken(code).lower().replace("-", "  ")) == code


@given(st.binary(min_size=20, max_size=20), st.data())
@settings(max_examples=200)
def test_a_slip_of_the_pen_is_noticed(code: bytes, data: st.DataObject) -> None:
    text = keyfile.spoken(code).replace("-", "")
    place = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(
        st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(lambda one: one != text[place])
    )
    try:
        heard = keyfile.heard(text[:place] + other + text[place + 1 :])
    except KeyringRefused:
        return
    assert heard != code  # one in 65,536 passes the check, and opens nothing


@given(st.binary(min_size=20, max_size=20))
def test_two_halves_make_the_code_and_one_says_nothing(code: bytes) -> None:
    one, other = keyfile.halves(code)
    assert keyfile.joined(one, other) == keyfile.joined(other, one) == code
    assert keyfile.halves(code) != (one, other)
    with pytest.raises(KeyringRefused):
        keyfile.joined(one, other + b"x")


@given(st.lists(st.sampled_from([*Purpose]), max_size=8), st.data())
def test_whatever_is_rotated_and_destroyed_every_purpose_has_one_active_key(
    purposes: list[Purpose], data: st.DataObject
) -> None:
    ring = Keyring.fresh("2026-11-01")
    for purpose in purposes:
        ring = ring.rotated(purpose, "2026-11-02")
        old = [key.id for key in ring.all() if key.state is KeyState.DECRYPT_ONLY]
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(old))
            assert ring.successor(gone).id > gone
            ring = ring.without(gone)
            with pytest.raises(Unavailable):
                ring.numbered(gone)
    for purpose in Purpose:
        active = [key for key in ring.all() if key.purpose is purpose and key.state is KeyState.ACTIVE]
        assert active == [ring.active(purpose)]
        with pytest.raises(Unavailable):
            ring.without(active[0].id)
    materials = [key.material for key in ring.all() if key.state is not KeyState.DESTROYED]
    assert len(set(materials)) == len(materials)


# ---- two persons --------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(place: Installation) -> Installation:
    """The installation as production would ask: two administrators."""
    name_admins(place)
    place.house.app.extensions["settings"] = replace(place.settings, mode=Mode.PRODUCTION)
    return place


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Two administrators"),
        (("--as", "an.admin"), "Two administrators"),
        (("--as", "an.admin", "--second", "An.Admin"), "two persons"),
        (("--as", "an.admin", "--second", "nobody"), "not an administrator"),
    ],
)
def test_production_asks_for_two_administrators(
    strict: Installation, words: tuple[str, ...], said: str
) -> None:
    before = strict.settings.keyring.read_bytes()
    out = strict.settings.keyring.with_name("copy")
    for command in (("rotate",), ("rewrap",), ("destroy", "1"), ("recovery", "make", "--out", str(out))):
        done = strict.run("keys", *command, *words)
        assert done.exit_code == 1
        assert said in done.stderr
    assert strict.settings.keyring.read_bytes() == before
    assert not out.exists()


def test_two_administrators_stand_in_the_trail(strict: Installation) -> None:
    strict.did("keys", "rotate", "--as", ADMINS[0], "--second", ADMINS[1])
    with strict.house.maintenance(writing=False) as desk:
        body = desk.one(select(AuditEntry.body).where(AuditEntry.action == "keys rotated"))
    told = json.loads(body)
    assert told["by"] != told["second"]


# ---- where the passphrase comes from ------------------------------------------------------------------------------


def test_the_service_manager_may_hand_over_the_passphrase(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    file = credentials / "casemgr-keyring-passphrase"
    told = {
        "CASEMGR_MODE": "production",
        "CASEMGR_DATA_DIR": str(tmp_path / "data"),
        "CASEMGR_KEYRING": str(tmp_path / "safe" / "keyring.json"),
        "CREDENTIALS_DIRECTORY": str(credentials),
    }
    with pytest.raises(Exception, match="KEYRING_PASSPHRASE_FILE"):
        from_environment(told)
    file.write_text("một mật khẩu đủ dài")
    assert from_environment(told).keyring_passphrase_file == file
    named = from_environment({**told, "CASEMGR_KEYRING_PASSPHRASE_FILE": str(tmp_path / "own")})
    assert named.keyring_passphrase_file == tmp_path / "own"


def test_the_terminal_may_hand_over_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keyring.json"
    ring = Keyring.fresh("2026-11-01")
    keys.save(path, ring, keys.PassphraseWrapper(b"cau noi", stretch=DEMO))
    with pytest.raises(KeyringRefused, match="no passphrase"):
        keyfile.wrapper(path, None, strong=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: "cau noi")
    assert keys.load(path, keyfile.wrapper(path, None, strong=False)).same_as(ring)
