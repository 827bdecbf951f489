"""The sealed copy of facts on disk: with what came since it gives what the log gives; whatever is wrong with it is found."""

import fcntl
import os
import re
import stat
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.core.calendar import day_start
from casemgr.indicators import following, queries, snapshot
from casemgr.indicators.items import FORMS
from casemgr.indicators.models import CaseFact
from casemgr.indicators.register import Register
from casemgr.indicators.snapshot import NotBelieved
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.parts import Safe
from tests.indicators import country, plain
from tests.indicators.country import Entry
from tests.indicators.test_engine import QUARTER, cells, counted
from tests.support import factories
from tests.support.house import NA_SAM, HouseUnderTest

RING = Keyring.fresh("2026-11-01")


def safe(ring: Keyring = RING) -> Safe:
    return Safe(ring, None)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.facts"


def kept(path: Path, log: list[Entry], *, ring: Keyring = RING) -> Register:
    """A register of a log, and its copy on disk."""
    register = country.register_of(log)
    snapshot.write(path, safe(ring), "case", register.copied())
    return register


def begun(path: Path, *, ring: Keyring = RING, kind: str = "case") -> Register:
    """A register that begins with the copy on disk."""
    register = Register(FORMS[kind])
    register.take_up(snapshot.read(path, safe(ring), kind, register.stored()))
    return register


# ---- the copy and what came since ---------------------------------------------------------------------------------


@settings(max_examples=60)
@given(country.LOGS, st.integers(0, 40), st.integers(0, 40), st.dates(date(2026, 1, 1), date(2026, 4, 20)))
def test_a_copy_with_what_came_since_gives_what_the_log_gives(
    tmp_path_factory: pytest.TempPathFactory, log: list[Entry], first: int, second: int, day: date
) -> None:
    first, second = sorted((min(first, len(log)), min(second, len(log))))
    path = tmp_path_factory.getbasetemp() / "case.facts"
    kept(path, log[:first])
    register = begun(path)
    assert len(register.reading(None)) == first
    register.write(country.log_rows(log[first:second]))
    register.link()
    more = country.log_rows(log[second:])
    for as_of in (None, day):
        reading = register.reading(day_start(as_of + timedelta(days=1)) if as_of else None, more=more)
        for keys in (["sex", "age_band:year"], ["harm"]):
            expected = plain.b0101(log, country.NEW_COMMUNES, QUARTER, keys, as_of)
            assert cells(counted(reading, keys)) == expected


def test_an_empty_log_has_a_copy_too(path: Path) -> None:
    kept(path, [])
    assert begun(path).size == 0


def test_only_its_owner_reads_it_and_it_tells_nothing(path: Path) -> None:
    log = [
        (number, number, date(2026, 1, 5), fact)
        for number, fact in enumerate(
            [country.facts.Fact(7, date(2026, 1, 5), incident_unit=13)] * 9, start=1
        )
    ]
    register = kept(path, log)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = path.read_bytes()
    assert b"child" not in written and b"rows" not in written
    assert register.copied().columns["case"][:1].tobytes() not in written
    assert not path.with_suffix(".new").exists()
    before = written
    snapshot.write(path, safe(), "case", register.copied())
    assert path.read_bytes()[:200] != before[:200], "each copy has a key of its own"


# ---- what is not believed -----------------------------------------------------------------------------------------


LOG: list[Entry] = [
    (number, number, date(2026, 1, 5), country.facts.Fact(number, date(2026, 1, 5), incident_unit=13))
    for number in range(1, 30)
]


@settings(max_examples=150)
@given(st.data())
def test_a_copy_that_was_changed_or_cut_is_not_believed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.facts"
    if not path.exists():
        kept(path, LOG)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = path.with_suffix(".changed")
    changed.write_bytes(
        data.draw(
            st.sampled_from(
                (
                    whole[:place],
                    whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
                    whole + whole[place:],
                    whole[place + 1 :],
                )
            )
        )
    )
    with pytest.raises(NotBelieved):
        begun(changed)


def test_pieces_that_change_places_are_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_PIECE", 64)
    kept(path, LOG)
    with path.open("rb") as file:
        chunks = list(snapshot._chunks(file))
    for order in (
        [*chunks[:3], chunks[4], chunks[3], *chunks[5:]],
        [*chunks[:3], chunks[3], chunks[3], *chunks[4:]],
        [*chunks[:3], *chunks[4:]],
        chunks[:-1],
    ):
        path.write_bytes(b"".join(snapshot._LENGTH.pack(len(chunk)) + chunk for chunk in order))
        with pytest.raises(NotBelieved):
            begun(path)


def test_another_installation_another_key_another_kind_another_format(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(path, LOG)
    assert begun(path).size == len(LOG)
    rotated = RING.rotated(Purpose.FACTS, "2026-12-01")
    for ring in (Keyring.fresh("2026-11-01"), rotated):
        with pytest.raises(NotBelieved):
            begun(path, ring=ring)
    assert snapshot.rows_in(path, safe(), "case") == len(LOG)
    assert snapshot.rows_in(path, safe(rotated), "case") == 0
    with pytest.raises(NotBelieved):
        begun(path, kind="spell")
    expected = Register().stored()
    with pytest.raises(NotBelieved):
        snapshot.read(path, safe(), "case", {**expected, "more": "<u4"})
    with pytest.raises(NotBelieved):
        snapshot.read(path, safe(), "case", {**expected, "age": "<u4"})
    other = path.with_name("link.facts")
    other.symlink_to(path)
    with pytest.raises(NotBelieved):
        begun(other)
    monkeypatch.setattr(snapshot, "_FORMAT", 2)
    with pytest.raises(NotBelieved):
        begun(path)


# ---- in the house -------------------------------------------------------------------------------------------------


@pytest.fixture
def settled(house: HouseUnderTest, tmp_path: Path) -> Iterator[following.Counting]:
    """Counting in a folder of its own, as after a start."""
    held = following.counting(house.office.engine)
    before = held.folder
    held.settle(house.office, tmp_path / "counting")
    held.forget()
    yield held
    assert before is not None
    held.settle(house.office, before)
    held.forget()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows of the log were opened, each time."""
    found: list[int] = []
    before = following._opened

    def count(desk: Any, rows: Any) -> Any:
        found.append(len(rows))
        return before(desk, rows)

    monkeypatch.setattr(following, "_opened", count)
    return found


def quietly(done: int, total: int) -> None:
    """Nobody asks how far it is."""


def total(house: HouseUnderTest) -> int:
    with house.maintenance(writing=False) as desk:
        asked = queries.question("B", "0101", unit=NA_SAM, period="2026", by="decision")
        table = queries.table(desk, asked)
        return sum(table.value(decision=member) for member in ("pending", "accepted"))


def test_a_start_takes_up_the_copy_and_opens_only_what_came_since(
    house: HouseUnderTest, settled: following.Counting, opened: list[int]
) -> None:
    for _ in range(3):
        factories.a_case(house)
    settled.build("case", quietly, anew=True)
    path = settled.path("case")
    assert path is not None
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sum(opened) >= 6
    factories.a_report(house)
    opened.clear()
    settled.forget()
    assert total(house) == 4
    assert sum(opened) == 1
    factories.a_report(house)
    assert total(house) == 5
    assert sum(opened) == 2


@pytest.mark.parametrize("wrong", ["cut", "empty", "foreign", "half", "shorter", "folder"])
def test_a_wrong_copy_is_never_believed(
    house: HouseUnderTest, settled: following.Counting, wrong: str, tmp_path: Path
) -> None:
    factories.a_case(house)
    factories.a_case(house)
    settled.build("case", quietly, anew=True)
    path = settled.path("case")
    assert path is not None
    if wrong == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif wrong == "empty":
        path.write_bytes(b"")
    elif wrong == "half":
        path.rename(path.with_suffix(".new"))
    elif wrong == "folder":
        path.unlink()
        path.mkdir()
    elif wrong == "shorter":  # its last row is one of the log's, but one before it is missing
        register = settled.register("case")
        columns = {name: column[1:] for name, column in register.copied().columns.items()}
        found = snapshot.Snapshot(columns, register.cursor)
        snapshot.write(path, Safe(house.office.ring, None), "case", found)  # type: ignore[arg-type]
    else:
        from tests.conftest import sweep

        sweep(house)
        house.staff.clear()
        house.office.trail.begin_run()
        factories.a_case(house)
        factories.a_case(house)
    settled.forget()
    assert total(house) == 2
    settled.forget()
    if wrong != "folder":
        settled.build("case", quietly, anew=True)
        assert not path.with_suffix(".new").exists()
        settled.forget()
    assert total(house) == 2


def test_under_new_keys_the_copy_is_made_anew(house: HouseUnderTest, settled: following.Counting) -> None:
    factories.a_case(house)
    settled.build("case", quietly, anew=True)
    path = settled.path("case")
    assert path is not None
    before = path.read_bytes()
    held = house.office.ring._held
    try:
        house.office.ring._take(house.office.ring.rotated(Purpose.FACTS, "2026-11-18"))
        settled.forget()
        assert total(house) == 1
        factories.a_report(house)
        settled.build("case", quietly, anew=True)
        assert path.read_bytes() != before
        settled.forget()
        assert total(house) == 2
        newer = house.office.ring._held
        house.office.ring._held = held
        assert snapshot.rows_in(path, Safe(house.office.ring, None), "case") == 0  # type: ignore[arg-type]
        house.office.ring._held = newer
        assert snapshot.rows_in(path, Safe(house.office.ring, None), "case") >= 3  # type: ignore[arg-type]
    finally:
        house.office.ring._held = held


def test_several_workers_leave_the_work_to_one(
    house: HouseUnderTest, settled: following.Counting, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "GROWN", 0)
    for _ in range(2):
        factories.a_case(house)
    workers = [following.Counting() for _ in range(3)]
    registers: list[Register] = []

    def work(worker: following.Counting) -> None:
        with house.app.app_context():
            registers.append(worker.build("case", quietly))

    assert settled.folder is not None
    for worker in workers:
        worker.settle(house.office, settled.folder)
    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(registers) == 3
    assert len({register.size for register in registers}) == 1
    assert sum(opened) == registers[0].size, "one opened the log, the others took up what it left"


# ---- pages while it is prepared -----------------------------------------------------------------------------------


ADDRESS = f"/indicators/B/0101?unit={NA_SAM}&period=2026&rows=decision&columns=none"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page takes in nothing itself and waits for nothing."""
    monkeypatch.setattr(following, "MOMENT", 0)
    monkeypatch.setattr(following, "PATIENCE", 0.0)


def test_a_page_says_how_far_it_is_and_comes_when_it_is_ready(
    house: HouseUnderTest, settled: following.Counting, hurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.a_case(house)
    browser = house.client(Role.STATISTICIAN, "20")
    path = settled.path("case")
    assert path is not None
    path.parent.mkdir(mode=0o700)
    colleague = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(colleague, fcntl.LOCK_EX)
    os.pwrite(colleague, b"           3           12", 0)
    monkeypatch.setattr(following, "PATIENCE", 0.5)
    answer = browser.get(ADDRESS)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Đang chuẩn bị số liệu" in text
    assert re.search(r'<progress value="3" max="12"', text)
    assert 'class="mono"' not in text or ">0<" not in text, "no number is shown"
    os.close(colleague)
    monkeypatch.setattr(following, "PATIENCE", 20.0)
    answer = browser.get(ADDRESS)
    assert answer.status_code == 200
    assert total(house) == 1


def test_what_does_not_open_is_a_fault_and_never_a_zero(
    house: HouseUnderTest, settled: following.Counting, hurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.a_case(house)
    browser = house.client(Role.STATISTICIAN, "20")
    monkeypatch.setattr(following, "PATIENCE", 20.0)
    with house.maintenance(writing=False) as desk:
        ids = desk.all(select(CaseFact.seq))
    assert ids
    before = Safe.open_facts

    def broken(self: Safe, rows: Any) -> Any:
        return before(self, ((key, sealed[:-1] + bytes([sealed[-1] ^ 1])) for key, sealed in rows))

    with monkeypatch.context() as patch:
        patch.setattr(Safe, "open_facts", broken)
        assert browser.get(ADDRESS).status_code == 503
    assert browser.get(ADDRESS).status_code == 200


def test_a_copy_is_written_beside_the_work_when_much_has_come(
    house: HouseUnderTest, settled: following.Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "GROWN", 2)
    factories.a_case(house)
    factories.a_case(house)
    browser = house.client(Role.STATISTICIAN, "20")
    begun_: list[Any] = []
    before = following.Preparation

    def noted(*given: Any) -> Any:
        begun_.append(before(*given))
        return begun_[-1]

    monkeypatch.setattr(following, "Preparation", noted)
    path = settled.path("case")
    assert path is not None and not path.exists()
    assert browser.get(ADDRESS).status_code == 200
    assert len(begun_) == 1 and begun_[0].ended(20) and begun_[0].fault is None
    assert snapshot.rows_in(path, Safe(house.office.ring, None), "case") >= 4  # type: ignore[arg-type]
    assert browser.get(ADDRESS).status_code == 200
    assert len(begun_) == 1, "nothing came since"


def test_a_folder_that_cannot_be_written_stops_no_counting(
    house: HouseUnderTest, settled: following.Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.a_case(house)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "write", full)
    settled.build("case", quietly, anew=True)
    assert total(house) == 1
