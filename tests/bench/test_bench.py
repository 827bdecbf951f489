"""The benchmarks work, at a tiny size: their data is what the application itself would have written."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from bench import __main__ as program
from bench import client, counting, data, instructions, intake, listing, machine, reading, stand
from bench.machine import Result
from bench.stand import Stand
from casemgr.access.actor import command
from casemgr.cases.models import Case, CaseCounter, CaseEvent
from casemgr.cases.numbers import is_number
from casemgr.children.models import Child
from casemgr.indicators import following, projection, queries
from casemgr.indicators.models import CaseFact
from casemgr.intake.models import Report
from casemgr.security import audit
from casemgr.security.verifying import verify

SIZE, SEED = 150, 7
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Invented data on SQLite, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand, "CACHE", tmp_path_factory.mktemp("cache"))
        with stand.sqlite(size=SIZE, seed=SEED, told=lambda done: None) as found:
            yield found


@pytest.fixture
def app(made: Stand) -> Iterator[Flask]:
    app = made.app()
    with app.app_context():
        yield app
        stand.office_of(app).engine.dispose()


def test_the_data_is_what_the_application_would_have_written(app: Flask) -> None:
    with stand.office_of(app).open(command("test")) as desk:
        assert (desk.session.scalar(select(func.count()).select_from(Case)) or 0) >= SIZE
        assert all(map(is_number, desk.all(select(Case.number))))
        facts = select(func.count()).select_from(CaseFact)
        before = desk.session.scalar(facts)
        projection.refresh_all(
            desk, told=lambda done: None
        )  # what is counted beside the cases is not generated
        desk.flush()
        assert desk.session.scalar(facts) == before, (
            "a case's fact is not what the application would have written"
        )
        assert projection.refresh_all(desk, told=lambda done: None) == 0
        assert not list(verify(desk.trail, desk.session))
        cards = [child.card for child in desk.all(select(Child))]
        assert all(card is not None for card in cards) and any(card and card.name for card in cards)
        assert all(report.known and report.reporter for report in desk.all(select(Report)))
        assert any(event.note for event in desk.all(select(CaseEvent)))
        given = {(row.unit_code, row.year): row.last for row in desk.all(select(CaseCounter))}
        for number in desk.all(select(Case.number)):
            code, year, running, _ = number.split("-")
            assert int(running) <= given[code, int(year)]
        desk.give_up()


def test_the_same_seed_gives_the_same_data(
    made: Stand, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand, "CACHE", tmp_path)

    def numbers(of: Flask) -> list[tuple[str, str | None]]:
        with stand.office_of(of).open(command("test"), writing=False) as desk:
            rows = desk.rows(
                select(Case.number, Child).join(Child, Child.id == Case.child_id).order_by(Case.number)
            )
            return [(number, child.card.name) for number, child in rows]

    with stand.sqlite(size=SIZE, seed=SEED, told=lambda done: None) as again:
        other = again.app()
        with other.app_context():
            assert numbers(other) == numbers(app)
            stand.office_of(other).engine.dispose()


def test_who_is_signed_in_sees_the_pages(app: Flask) -> None:
    for seat in data.seats(stand.atlas_of(app)):
        browser = app.test_client()
        browser.set_cookie("sid", seat.token)
        for path in ("/", "/cases"):
            assert browser.get(path).status_code == 200, (seat, path)


def test_what_is_measured_in_this_process(made: Stand) -> None:
    found = [
        *counting.measure(made, repeats=1),
        *reading.searched(made, repeats=1),
        *reading.opened(made),
        *reading.trail(made, repeats=1),
        *reading.parts(made, repeats=1),
        *listing.measure(made, repeats=1),
    ]
    by_id = {result.id: result for result in found}
    assert set(by_id) == {
        "snapshot", "snapshot_taken_up", "tables_40", "tables_40_after_commit", "tables_40_group_by",
        "tables_40_province", "tables_commit", "search_commune", "open_cards", "audit_verify", "audit_verify_parts", "read_50",
    }  # fmt: skip
    assert len(counting.TABLES) == 40
    assert by_id["search_commune"].more["recall"] == 1.0
    assert all(result.median_ms and result.median_ms > 0 for result in found)


def test_facts_without_files_are_counted_like_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented facts open, are as many as was asked, and give what one SQL query for each table gives; also as they grow."""
    monkeypatch.setattr(stand, "CACHE", tmp_path)
    with stand.sqlite(size=400, seed=SEED, told=lambda done: None, kind=stand.FACTS) as found:
        app = found.app()
        with app.app_context():
            office = stand.office_of(app)
            with office.open(command("test"), writing=False) as desk:
                reading = following.reading(desk)
                assert (len(reading), int(reading.column("alive").sum())) == (480, 400)
                asked = queries.question("B", "0101", unit="VN", period=counting.TABLES[0][0])
                total = queries.table(desk, asked).value()
            alive = reading.column("alive")
            counts = alive & (reading.column("decision") == 1) & (reading.column("harms") != 0)
            assert total == len(set(reading.column("child")[counts].tolist())) > 200
            office.engine.dispose()
        by_id = {result.id: result for result in counting.growth(found, sizes=(100, 400), repeats=1)}
        assert [result.more["rows"] for result in by_id.values()] == [120, 480]


def test_reports_without_a_trail_are_reports_all_the_same(app: Flask, made: Stand) -> None:
    """What the trail is compared with does everything else."""

    def counted() -> tuple[int, int]:
        with stand.office_of(app).open(command("test"), writing=False) as desk:
            reports = desk.session.scalar(select(func.count()).select_from(Report)) or 0
            return reports, audit.counted(desk.session)

    before = counted()
    intake._untold_works(made, 0)[0]()
    assert counted() == (before[0] + 1, before[1])
    intake._real_works(made, 0)[0]()
    assert counted() == (before[0] + 2, before[1] + 1)


def test_instructions_are_counted_of_all_threads_or_nothing_is_told() -> None:
    work = threading.Thread(target=lambda: sum(range(1_000_000)))
    with instructions.counting() as told:
        before = told()
        work.start()
        work.join()
        after = told()
    assert (after is None) if before is None else (after is not None and after - before > 1_000_000)


def test_eight_writers_lose_nothing(made: Stand, app: Flask) -> None:
    def reports() -> int:
        with stand.office_of(app).open(command("test"), writing=False) as desk:
            return desk.session.scalar(select(func.count()).select_from(Report)) or 0

    before = reports()
    (result,) = intake.measure(made, seconds=1.0)
    assert result.more["per_second"] > 0 and result.more["worst_ms"] > 0
    # Each process writes one that is not counted, and what was begun in the last moment is counted when it ends.
    assert reports() - before >= result.more["per_second"] + intake.PROCESSES


def test_the_whole_program_writes_its_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(stand, "CACHE", tmp_path)
    monkeypatch.setattr(program, "_QUICK", 24)
    options = ["--size", "60", "--quick", "--engine", "sqlite", "--only", "case_page"]
    ran = CliRunner().invoke(program.run, options, catch_exceptions=False)
    assert ran.exit_code == 0
    told = json.loads(machine.RESULTS.read_text())
    assert told["machine"]["processors"]
    rows = {row["id"]: row for row in told["results"]}
    assert {"list_50", "case_page"} <= set(rows)
    assert {"id", "engine", "n", "median_ms", "p95_ms", "floor_ms", "ratio"} <= set(rows["case_page"])
    assert rows["case_page"]["ratio"] == pytest.approx(
        rows["case_page"]["p95_ms"] / rows["case_page"]["floor_ms"], abs=0.01
    )


def test_figures_of_an_earlier_run_stay_until_they_are_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    machine.write([Result("a", "sqlite", 1, 1.0, 2.0), Result("a", "postgresql", 1, 3.0, 4.0)], {}, path)
    machine.write([Result("a", "sqlite", 1, 5.0, 6.0, 3.0)], {}, path)
    rows = {row["engine"]: row for row in json.loads(path.read_text())["results"]}
    assert rows["postgresql"]["p95_ms"] == 4.0
    assert (rows["sqlite"]["p95_ms"], rows["sqlite"]["ratio"]) == (6.0, 2.0)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Path, "write_text", lambda self, told: self.write_bytes(told.encode()[:9]) and 1 / 0)
        with pytest.raises(ZeroDivisionError):
            machine.write([], {}, path)
    assert len(json.loads(path.read_text())["results"]) == 2, "a run that is broken off loses nothing"


def test_the_middle_and_what_most_stay_under() -> None:
    times = [number / 1000 for number in range(1, 101)]
    assert machine.median(times) == 50.5
    assert machine.p95(times) == 96.0


def test_a_writer_who_fails_is_not_counted_as_a_slow_one() -> None:
    def locked() -> None:
        raise OSError("database is locked")

    with pytest.raises(OSError, match="locked"):
        intake._threads([locked], seconds=60)


def test_a_server_that_hangs_up_in_the_middle_of_an_answer_is_a_fault() -> None:
    asked, answering = socket.socketpair()
    with asked, answering:
        answering.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        answering.shutdown(socket.SHUT_WR)
        with pytest.raises(ConnectionError):
            client._read(asked)
