"""The database: instants in UTC, ids in order, versions, one fair turn at writing, logs that lose nothing."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.cases.models import Case
from casemgr.core import db
from casemgr.core.db import (
    SharedSync,
    WriteTurn,
    lost_a_race,
    settled_after,
    uuid7,
)
from casemgr.core.instants import Instant
from casemgr.intake.models import Report, ReportEvent
from casemgr.intake.terms import Story
from tests.support.factories import a_report
from tests.support.house import HouseUnderTest

NOW = datetime(2026, 11, 18, 5, 45, 1, 234567, tzinfo=UTC)


def an_account(number: int, at: datetime = NOW) -> Account:
    return Account(id=uuid7(at), username=f"somebody-{number}", name="Ai đó", state="active", created_at=at)


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        NOW.astimezone(timezone(timedelta(hours=7))),
        NOW.replace(microsecond=0),
        datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_aware_and_to_the_microsecond(house: HouseUnderTest, instant: datetime) -> None:
    with house.maintenance() as desk:
        desk.add(an_account(1, instant))
    with house.maintenance(writing=False) as desk:
        stored = desk.one(select(Account.created_at))
        assert stored == instant
        assert stored.utcoffset() == timedelta(0)
        assert desk.one(select(Account.id).where(Account.created_at == instant))
        assert not desk.all(select(Account.id).where(Account.created_at > instant))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda one: str(one.name))
def test_an_instant_without_a_zone_is_refused(dialect: Dialect) -> None:
    bind = Instant().dialect_impl(dialect).bind_processor(dialect)
    assert bind is not None
    with pytest.raises(ValueError, match="time zone"):
        bind(datetime(2026, 11, 18))
    assert bind(None) is None
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 11, 18), dialect)
    assert Instant().process_result_value(None, dialect) is None


@pytest.mark.parametrize("said", [{"nickname": "x"}, {"told": Story()}, {"in_scope": None}])
def test_a_row_takes_nothing_it_has_no_column_for(said: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=f"Report has no {next(iter(said))}"):
        Report(id=uuid7(NOW), **said)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(1, 10**6)
)
def test_ids_are_in_the_order_of_time(instant: datetime, later: int) -> None:
    first, second = uuid7(instant), uuid7(instant + timedelta(milliseconds=later))
    assert first.version == 7
    assert first.variant == "specified in RFC 4122"
    assert first < second
    assert first.int >> 80 == int(instant.timestamp() * 1000)


def test_ids_of_one_instant_differ() -> None:
    assert len({uuid7(NOW) for _ in range(1000)}) == 1000
    assert UUID(str(uuid7(NOW)))


def test_whoever_saves_second_is_told(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.add(an_account(1))
    with house.maintenance() as one:
        mine = one.all(select(Account))[0]
        one.session.execute(
            update(Account).values(version=Account.version + 1),
            execution_options={"synchronize_session": False},
        )
        mine.name = "Người khác"
        with pytest.raises(StaleDataError) as stale:
            one.flush()
        one.session.rollback()
        one.give_up()
    assert lost_a_race(stale.value)


def test_a_double_is_a_lost_race_and_other_faults_are_none(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        desk.add(an_account(1))
    with pytest.raises(IntegrityError) as double, house.maintenance() as desk:
        desk.add(an_account(1))
    assert lost_a_race(double.value) == (house.engine_name == "postgresql"), (
        "SQLite has one writer: nobody races"
    )
    with pytest.raises(IntegrityError) as nothing, house.maintenance() as desk:
        desk.add(Account(id=uuid7(NOW), username=None, name="x", created_at=NOW))
    assert not lost_a_race(nothing.value)
    assert not lost_a_race(ValueError())


def test_foreign_keys_hold_on_both_engines(house: HouseUnderTest) -> None:
    number = a_report(house)
    with pytest.raises(IntegrityError), house.maintenance() as desk:
        desk.one(select(Case).where(Case.number == number)).report_id = uuid7(NOW)
    with house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == number))
        assert desk.get(Report, case.report_id)


def test_a_commit_that_failed_holds_nobody_up(house: HouseUnderTest) -> None:
    number = a_report(house)
    for _ in range(3):
        with pytest.raises(IntegrityError), house.maintenance() as desk:
            desk.one(select(Case).where(Case.number == number)).report_id = uuid7(NOW)
        assert a_report(house) != number


def test_nobody_is_answered_before_their_work_is_on_the_disk(
    sqlite_house: HouseUnderTest, tmp_path: Path
) -> None:
    """One sync serves all who came before it began; whoever comes later waits for the next."""
    synced: list[int] = []

    class Watched(SharedSync):
        def _sync(self, log: str) -> None:
            time.sleep(0.01)
            synced.append(self._asked)

    shared = Watched(sqlite_house.office.engine)
    done: list[int] = []

    def work() -> None:
        for _ in range(5):
            before = shared._asked
            shared.wait()
            assert shared._synced > before
            done.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 40
    assert len(synced) < 40, "they share"
    assert synced == sorted(synced)
    assert shared._synced == shared._asked == 40


def test_every_hundredth_writer_brings_the_log_into_the_database(
    swept: HouseUnderTest, tmp_path: Path
) -> None:
    """What the file of the database holds without its log."""
    file = Path(str(swept.office.engine.url.database))
    shared = SharedSync(swept.office.engine)
    number = a_report(swept)
    before = file.read_bytes()
    for _ in range(99):
        shared.wait()
    assert file.read_bytes() == before
    shared.wait()
    alone = tmp_path / "alone.sqlite3"
    alone.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(alone)) as connection:
        assert connection.execute("SELECT 1 FROM report WHERE number = ?", (number,)).fetchall()


def test_sqlite_is_set_up_to_last(sqlite_house: HouseUnderTest) -> None:
    with sqlite_house.office.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    synchronous = found.pop("synchronous")
    assert synchronous == 2 or (synchronous == 1 and isinstance(sqlite_house.office._sync, SharedSync))
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }


@pytest.fixture(params=[True, False], ids=["between processes", "in one process"])
def turn(request: pytest.FixtureRequest, tmp_path: Path) -> WriteTurn:
    return WriteTurn(tmp_path / "turn" if request.param else None)


@contextmanager
def writing(turn: WriteTurn) -> Iterator[None]:
    """As a desk writes: in line from the beginning, the turn when its first statement is about to run."""
    with turn.lined_up():
        turn.take()
        turn.take()  # a second transaction of the same piece of work has it already
        yield


def test_one_writes_at_a_time_in_the_order_of_coming(turn: WriteTurn) -> None:
    inside, order, arrived = [0], list[int](), list[int]()

    def write(number: int) -> None:
        arrived.append(number)
        with writing(turn):
            inside[0] += 1
            assert inside[0] == 1
            order.append(number)
            time.sleep(0.005)
            inside[0] -= 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == arrived


def test_a_turn_is_given_back_after_a_fault(turn: WriteTurn) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), writing(turn):
            raise ZeroDivisionError
    with writing(turn):
        pass


def test_a_turn_holds_between_two_holders_of_one_file(tmp_path: Path) -> None:
    one, other = WriteTurn(tmp_path / "turn"), WriteTurn(tmp_path / "turn")
    came = threading.Event()

    def second() -> None:
        with writing(other):
            came.set()

    with writing(one):
        thread = threading.Thread(target=second)
        thread.start()
        assert not came.wait(0.05)
    thread.join(2)
    assert came.is_set()


def test_preparing_keeps_no_other_process_waiting_but_the_next_thread(tmp_path: Path) -> None:
    one, other = WriteTurn(tmp_path / "turn"), WriteTurn(tmp_path / "turn")
    came = threading.Event()

    def second() -> None:
        with writing(one):
            came.set()

    with one.lined_up():
        thread = threading.Thread(target=second)
        thread.start()
        with writing(other):
            pass
        assert not came.wait(0.05)
        one.take()
    thread.join(2)
    assert came.is_set()


def test_a_turn_whose_file_cannot_be_opened_lets_the_next_one_in(tmp_path: Path) -> None:
    turn = WriteTurn(tmp_path / "missing" / "turn")
    for _ in range(2):
        with pytest.raises(FileNotFoundError), writing(turn):
            pass
    (tmp_path / "missing").mkdir()
    with writing(turn):
        pass


def test_whoever_did_not_get_the_turn_asks_again(tmp_path: Path) -> None:
    """A second transaction of the same piece of work does not write beside the line."""
    turn = WriteTurn(tmp_path / "missing" / "turn")
    with turn.lined_up():
        for _ in range(2):
            with pytest.raises(FileNotFoundError):
                turn.take()


def test_nobody_waits_for_themselves(turn: WriteTurn) -> None:
    """A writing desk within a writing desk would stop every writer for ever: it is a fault, and the line goes on."""
    with pytest.raises(RuntimeError, match="already"), writing(turn), writing(turn):
        pass
    with writing(turn):
        pass


def followed(
    house: HouseUnderTest, cursor: tuple[int, int] = (0, 0), limit: int = 100
) -> list[tuple[tuple[int, int], ReportEvent]]:
    with house.maintenance(writing=False) as desk:
        return list(settled_after(desk.session, ReportEvent, cursor, limit))


def test_a_log_is_followed_in_portions_without_gap_or_double(house: HouseUnderTest) -> None:
    for _ in range(5):
        a_report(house)
    whole = [row.seq for _, row in followed(house)]
    assert len(whole) == 5
    seen, cursor = list[int](), (0, 0)
    while found := followed(house, cursor, 2):
        seen += [row.seq for _, row in found]
        cursor = found[-1][0]
    assert seen == whole


def test_no_later_commit_comes_before_a_cursor(house: HouseUnderTest) -> None:
    """A slow writer took its number first and commits last: whoever follows does not miss it."""
    if house.office.chains_directly:  # SQLite has one writer: nobody is overtaken
        return
    a_report(house)
    with house.desk(Role.COMMUNE_OFFICER) as slow:
        slow.add(_event(slow.one(select(Report)), "slow"))
        slow.flush()
        with house.desk(Role.COMMUNE_OFFICER) as fast:
            fast.add(_event(fast.one(select(Report)), "fast"))
        before = followed(house)
        assert [row.state for _, row in before] == ["received"], "what may still be overtaken waits"
    after = followed(house, before[-1][0])
    assert {row.state for _, row in after} == {"slow", "fast"}


def _event(report: Report, state: str) -> ReportEvent:
    return ReportEvent(report_id=report.id, revision=1, state=state, unit_id=report.unit_id, at=NOW)


def test_a_task_of_which_one_may_run_is_refused_to_the_second(house: HouseUnderTest) -> None:
    if house.office.chains_directly:
        return
    with house.maintenance() as one:
        assert db.alone(one.session, "some task")
        with house.maintenance() as other:
            assert not db.alone(other.session, "some task")
            assert db.alone(other.session, "another task")
    with house.maintenance() as next_one:
        assert db.alone(next_one.session, "some task")


def test_stock_is_taken_beside_the_work(sqlite_house: HouseUnderTest) -> None:
    sqlite_house.office.take_stock()
    with sqlite_house.office.engine.connect() as connection:
        counted = connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'unit'").scalar()
    assert counted
