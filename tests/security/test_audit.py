"""The audit trail: in the transaction of what it tells of; whatever is done to it afterwards is found."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases import actions
from casemgr.cases import queries as cases
from casemgr.cases.models import CaseEvent
from casemgr.core.db import WRITING
from casemgr.core.errors import RuleBroken
from casemgr.intake import actions as intake
from casemgr.intake.models import Report
from casemgr.intake.queries import report as numbered
from casemgr.intake.terms import Decision
from casemgr.security import verifying
from casemgr.security.audit import AuditEntry, AuditLink, Head, Trail
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.traces import Fault
from casemgr.security.verifying import verify
from tests.support.factories import a_case, a_report
from tests.support.house import HouseUnderTest

ENTRIES = 12
TRIES = int(os.environ.get("CASEMGR_FUZZ", "1000")) // 20  # of each way of tampering, on each engine
Tampering = Callable[[Connection, Random], None]


def entries(house: HouseUnderTest, **where: Any) -> list[AuditEntry]:
    with house.maintenance(writing=False) as desk:
        found = select(AuditEntry).filter_by(**where).order_by(AuditEntry.seq)
        return list(desk.all(found))


def faults(house: HouseUnderTest, *, kept: Head | None = None) -> list[Fault]:
    house.office.chain_trail()
    with house.maintenance(writing=False) as desk:
        return list(verify(desk.trail, desk.session, kept=kept))


def test_an_action_leaves_an_entry_in_its_own_transaction(house: HouseUnderTest) -> None:
    number = a_report(house)
    (entry,) = entries(house, action="report received")
    told = json.loads(entry.body)
    assert entry.object == number == told["object"]
    assert told["role"] == Role.COMMUNE_OFFICER
    assert entry.at == house.clock.now()
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, numbered(desk, number), decision=Decision.ACCEPTED)
        desk.flush()
        with house.maintenance(writing=False) as other:
            assert not other.all(select(AuditEntry).where(AuditEntry.action == "report decided"))
    assert entries(house, action="report decided")


def test_what_was_rolled_back_leaves_no_entry(house: HouseUnderTest) -> None:
    number = a_report(house)
    before = len(entries(house))
    with pytest.raises(RuleBroken), house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, numbered(desk, number), decision=Decision.NOT_VERIFIED, reason=None)
    with pytest.raises(ZeroDivisionError), house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, numbered(desk, number), decision=Decision.ACCEPTED)
        desk.flush()
        1 / 0  # noqa: B018 - any fault after the work
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        intake.decide(desk, numbered(desk, number), decision=Decision.ACCEPTED)
        desk.give_up()
    assert len(entries(house)) == before
    assert not faults(house)
    with house.maintenance(writing=False) as desk:
        assert numbered(desk, number).decision == Decision.PENDING


def test_a_refused_step_on_a_page_leaves_the_reading_only(house: HouseUnderTest) -> None:
    number = a_report(house)
    before = len(entries(house))
    answer = house.client(Role.COMMUNE_OFFICER).post(
        f"/reports/{number}/decision", data={"decision": "not_verified"}
    )
    assert answer.status_code == 409
    assert [entry.action for entry in entries(house)[before:]] == ["report opened"]


@pytest.mark.parametrize(
    "path, action, parts",
    [
        ("/cases/{number}", "case opened", ["card", "detail", "known", "timeline"]),
        ("/reports/{number}", "report opened", ["known"]),
        ("/", "worklist opened", None),
        ("/cases", "cases listed", None),
        ("/reports", "reports listed", None),
    ],
)
def test_reading_leaves_an_entry(
    house: HouseUnderTest, path: str, action: str, parts: list[str] | None
) -> None:
    number = a_case(house)
    assert house.client(Role.COMMUNE_OFFICER).get(path.format(number=number)).status_code == 200
    found = entries(house, action=action)
    assert len(found) == 1
    told = json.loads(found[0].body)
    assert told.get("parts") == parts
    assert found[0].object == (number if "number" in path else None)
    assert told["request"]
    assert told["session"]


def test_a_search_leaves_its_count_and_never_its_words(house: HouseUnderTest) -> None:
    a_case(house)
    answer = house.client(Role.COMMUNE_OFFICER).post("/children/search", data={"q": "nong minh khang"})
    assert "Khang" in answer.get_data(as_text=True)
    (entry,) = entries(house, action="children searched")
    assert json.loads(entry.body)["count"] == 1
    assert "khang" not in entry.body.lower()


def test_hidden_parts_leave_an_entry_each(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    assert "Bản Tích" in officer.post(f"/cases/{number}/whereabouts").get_data(as_text=True)
    assert officer.post(f"/reports/{number}/reporter", data={"reason": "gọi lại"}).status_code == 200
    assert json.loads(entries(house, action="hidden place read")[0].body)["parts"] == ["whereabouts"]
    read = json.loads(entries(house, action="reporter read")[0].body)
    assert read["parts"] == ["reporter"]
    assert "gọi lại" not in json.dumps(read, ensure_ascii=False), (
        "a reason is typed text: that one was given is enough"
    )


def test_an_entry_holds_no_name_and_no_typed_text(house: HouseUnderTest) -> None:
    number = a_case(house)
    officer = house.client(Role.COMMUNE_OFFICER)
    officer.post(f"/cases/{number}/notes", data={"text": "Bà ngoại của Khang gọi điện"})
    officer.get(f"/cases/{number}")
    whole = "\n".join(entry.body for entry in entries(house))
    for word in ("Khang", "Nông", "Đức", "ngoại", "Bản Tích", "Nà Tềnh", "0900 000", "roi"):
        assert word not in whole


def test_two_entries_are_never_the_same(house: HouseUnderTest) -> None:
    with house.maintenance() as desk:
        for _ in range(3):
            desk.record("looked", "same")
    found = entries(house, action="looked")
    assert len({entry.mac for entry in found}) == 3


def test_a_head_is_read_as_it_was_written(house: HouseUnderTest) -> None:
    written(house)
    with house.maintenance(writing=False) as desk:
        head = desk.trail.head(desk.session)
    assert head is not None
    assert Head.read(str(head)) == head
    for wrong in ("", "x", "12", "-", "12-zz", f"١-{'0' * 64}"):
        assert Head.read(wrong) is None


def written(house: HouseUnderTest) -> None:
    """A trail of some entries, chained."""
    for place in range(ENTRIES):
        house.clock.move(timedelta(seconds=1))
        with house.maintenance() as desk:
            desk.record(f"step {place % 3}", f"thing {place % 4}", count=place)
    house.office.chain_trail()


@contextmanager
def tampered(house: HouseUnderTest) -> Iterator[Connection]:
    """A connection on which anything may be done; everything is undone afterwards."""
    with house.owner.office.engine.connect().execution_options(**{WRITING: True}) as connection:
        try:
            yield connection
        finally:
            connection.rollback()


def verified(house: HouseUnderTest, connection: Connection, *, kept: Head | None = None) -> list[Fault]:
    with Session(bind=connection) as session:
        return list(verify(house.office.trail, session, kept=kept))


def _columns(connection: Connection, seq: int) -> dict[str, Any]:
    row = connection.execute(
        select(
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.object,
            AuditEntry.body,
            AuditEntry.mac,
        ).where(AuditEntry.seq == seq)
    ).one()
    return dict(row._mapping)


def _some(connection: Connection, chance: Random) -> int:
    return chance.choice(connection.scalars(select(AuditLink.entry)).all())


def change_a_column(connection: Connection, chance: Random) -> None:
    seq = _some(connection, chance)
    name = chance.choice(["at", "actor", "action", "object", "body", "mac"])
    before = _columns(connection, seq)[name]
    if name == "at":
        after = before + timedelta(microseconds=chance.randint(1, 10**9))
    elif name == "mac":
        place, bit = chance.randrange(32), chance.randrange(8)
        after = before[:place] + bytes([before[place] ^ 1 << bit]) + before[place + 1 :]
    else:
        after = before
        while after == before:
            after = "".join(chr(chance.randint(32, 0x1EF9)) for _ in range(chance.randrange(61)))
    connection.execute(update(AuditEntry).where(AuditEntry.seq == seq).values({name: after}))


def change_body_and_columns_alike(connection: Connection, chance: Random) -> None:
    seq = _some(connection, chance)
    told = json.loads(_columns(connection, seq)["body"])
    told["actor"] = "cli:somebody"
    body = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    connection.execute(
        update(AuditEntry).where(AuditEntry.seq == seq).values(actor="cli:somebody", body=body)
    )


def take_an_entry_away(connection: Connection, chance: Random) -> None:
    connection.execute(delete(AuditEntry).where(AuditEntry.seq == _some(connection, chance)))


def take_an_entry_and_its_link_away(connection: Connection, chance: Random) -> None:
    linked = connection.scalars(select(AuditLink.entry).order_by(AuditLink.position)).all()
    seq = chance.choice(linked[:-1])  # of the last one, only a head that was kept elsewhere tells
    connection.execute(delete(AuditEntry).where(AuditEntry.seq == seq))
    position = connection.scalar(select(AuditLink.position).where(AuditLink.entry == seq))
    connection.execute(delete(AuditLink).where(AuditLink.entry == seq))
    if chance.random() < 0.5:  # and close the gap
        for later in connection.scalars(
            select(AuditLink.position).where(AuditLink.position > position).order_by(AuditLink.position)
        ).all():
            connection.execute(
                update(AuditLink).where(AuditLink.position == later).values(position=later - 1)
            )


def exchange_two_entries(connection: Connection, chance: Random) -> None:
    one, other = _some(connection, chance), _some(connection, chance)
    if one == other:
        return take_an_entry_away(connection, chance)
    first, second = _columns(connection, one), _columns(connection, other)
    connection.execute(update(AuditEntry).where(AuditEntry.seq == one).values(second))
    connection.execute(update(AuditEntry).where(AuditEntry.seq == other).values(first))
    return None


def exchange_two_links(connection: Connection, chance: Random) -> None:
    positions = connection.scalars(select(AuditLink.position)).all()
    one, other = chance.sample(positions, 2)
    points = {
        row.position: row.entry for row in connection.execute(select(AuditLink.position, AuditLink.entry))
    }
    connection.execute(update(AuditLink).where(AuditLink.position == one).values(entry=-1))
    connection.execute(update(AuditLink).where(AuditLink.position == other).values(entry=points[one]))
    connection.execute(update(AuditLink).where(AuditLink.position == one).values(entry=points[other]))


def take_a_link_away(connection: Connection, chance: Random) -> None:
    positions = connection.scalars(select(AuditLink.position).order_by(AuditLink.position)).all()
    connection.execute(delete(AuditLink).where(AuditLink.position == chance.choice(positions[:-1])))


def slip_a_forged_entry_in(connection: Connection, chance: Random) -> None:
    told = _columns(connection, _some(connection, chance))
    body = json.loads(told["body"])
    body["mark"] = "0" * 16
    told["body"] = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    connection.execute(insert(AuditEntry).values(seq=_free(connection, chance), **told))


def put_a_copy_back(connection: Connection, chance: Random) -> None:
    """An entry that is authentic, but was written only once."""
    told = _columns(connection, _some(connection, chance))
    connection.execute(insert(AuditEntry).values(seq=_free(connection, chance), **told))


def take_away_and_put_back_elsewhere(connection: Connection, chance: Random) -> None:
    seq, place = _some(connection, chance), _free(connection, chance)
    told = _columns(connection, seq)
    connection.execute(delete(AuditEntry).where(AuditEntry.seq == seq))
    connection.execute(insert(AuditEntry).values(seq=place, **told))


def _free(connection: Connection, chance: Random) -> int:
    last = connection.scalar(select(func.max(AuditEntry.seq))) or 0
    return last + chance.randint(1, 9) if chance.random() < 0.5 else -chance.randint(1, 9)


TAMPERINGS = [
    change_a_column,
    change_body_and_columns_alike,
    take_an_entry_away,
    take_an_entry_and_its_link_away,
    exchange_two_entries,
    exchange_two_links,
    take_a_link_away,
    slip_a_forged_entry_in,
    put_a_copy_back,
    take_away_and_put_back_elsewhere,
]


@pytest.mark.slow
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda it: it.__name__)
def test_whatever_is_done_to_the_trail_is_found(house: HouseUnderTest, tampering: Tampering) -> None:
    written(house)
    assert not faults(house)

    for seed in range(TRIES):
        with tampered(house) as connection:
            tampering(connection, Random(seed))
            assert verified(house, connection), f"nothing was noticed of {seed}"
    assert not faults(house), "everything was undone"


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda it: it.__name__)
def test_in_stretches_the_same_is_found(
    house: HouseUnderTest, tampering: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a long trail is cut up: what is wrong beside a cut has the same name as anywhere else."""
    written(house)
    for seed in range(20):
        with tampered(house) as connection:
            tampering(connection, Random(seed))
            whole = verified(house, connection)
            with monkeypatch.context() as patch:
                patch.setattr(verifying, "STRETCH", seed % 4 + 1)
                assert verified(house, connection) == whole


def test_processes_beside_one_another_find_the_same(
    house: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(house)
    chance = Random(7)
    with house.owner.office.engine.connect().execution_options(**{WRITING: True}) as connection:
        for tampering in (take_an_entry_and_its_link_away, change_a_column, put_a_copy_back):
            tampering(connection, chance)
        connection.commit()
        alone = verified(house, connection)
    monkeypatch.setattr(verifying, "STRETCH", 3)
    monkeypatch.setattr(verifying, "ALONE", 0)
    hands: list[int] = []

    class Counted(futures.ProcessPoolExecutor):
        def __init__(self, many: int, *how: Any) -> None:
            hands.append(many)
            super().__init__(many, *how)

    monkeypatch.setattr(futures, "ProcessPoolExecutor", Counted)
    with Session(bind=house.office.engine) as session:
        assert list(verify(house.office.trail, session)) == alone
    assert hands and len({fault.kind for fault in alone}) > 2


@pytest.mark.parametrize("column", ["mac", "at", "body"])
def test_a_value_of_another_kind_is_named_as_well(house: HouseUnderTest, column: str) -> None:
    """SQLite keeps whatever it is given."""
    written(house)
    if house.engine_name != "sqlite":
        return
    with tampered(house) as connection:
        seq = _some(connection, Random(3))
        connection.exec_driver_sql(f"UPDATE audit_entry SET {column} = 'nothing' WHERE seq = {seq}")
        assert [fault.kind for fault in verified(house, connection)] == ["changed"]
    with tampered(house) as connection:
        connection.exec_driver_sql(f"UPDATE audit_link SET mac = 'nothing' WHERE entry = {seq}")
        assert {fault.kind for fault in verified(house, connection)} == {"reordered"}


@pytest.mark.parametrize("number", [-(2**62), 2**62])
def test_a_link_that_leads_far_away_is_named_and_hides_no_other(house: HouseUnderTest, number: int) -> None:
    """Entries are read as they lie: one number from nowhere must not keep the others from being found."""
    written(house)
    with tampered(house) as connection:
        away = _some(connection, Random(5))
        connection.execute(update(AuditLink).where(AuditLink.entry == away).values(entry=number))
        found = {(fault.kind, fault.entry) for fault in verified(house, connection)}
    assert found == {("missing", number), ("not in the chain", away)}


def test_a_trail_that_was_cut_off_is_found_by_a_head_kept_elsewhere(house: HouseUnderTest) -> None:
    written(house)
    with house.maintenance(writing=False) as desk:
        head = desk.trail.head(desk.session)
        links = desk.rows(select(AuditLink.position, AuditLink.entry).order_by(AuditLink.position))
    assert not faults(house, kept=head)
    for keep in range(0, len(links), 3):
        with tampered(house) as connection:
            for position, entry in links[keep:]:
                connection.execute(delete(AuditLink).where(AuditLink.position == position))
                connection.execute(delete(AuditEntry).where(AuditEntry.seq == entry))
            found = verified(house, connection, kept=head)
            assert [fault.kind for fault in found] == ["cut off"]


def test_a_trail_goes_on_under_a_newer_key(house: HouseUnderTest) -> None:
    written(house)
    office, before = house.office, house.office.trail
    try:
        office.trail = Trail(office.ring.rotated(Purpose.AUDIT_MAC, "2026-11-19"))
        written(house)
        assert not faults(house)
        office.trail = Trail(Keyring.fresh("2026-11-20"))
        with house.maintenance(writing=False) as desk:
            assert list(verify(desk.trail, desk.session)), "another installation's keys prove nothing"
    finally:
        office.trail = before


WRITERS, EACH = 8, 12


def test_eight_writers_lose_no_entry(house: HouseUnderTest) -> None:
    """Writers at the same time, some of which change their mind, with a sealer beside them."""
    before = len(entries(house))
    gate, done = threading.Barrier(WRITERS + 1), threading.Event()
    kept: list[str] = []

    def write(writer: int) -> None:
        gate.wait()
        for place in range(EACH):
            name = f"{writer}-{place}"
            try:
                with house.maintenance() as desk:
                    desk.record("written at once", name)
                    desk.flush()
                    if (writer + place) % 5 == 0:
                        raise _ChangedMind
            except _ChangedMind:
                continue
            kept.append(name)

    def seal() -> None:
        gate.wait()
        while not done.is_set():
            house.office.chain_trail()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    sealer = threading.Thread(target=seal)
    for thread in (*threads, sealer):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    sealer.join()
    house.office.chain_trail()
    stored = [entry.object for entry in entries(house, action="written at once")]
    assert sorted(filter(None, stored)) == sorted(kept)
    assert len(kept) < WRITERS * EACH
    assert not faults(house)
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(AuditLink)) == before + len(kept)


class _ChangedMind(Exception):
    pass


def test_verifying_beside_writers_raises_no_false_alarm(house: HouseUnderTest) -> None:
    """An entry that is still under way when its neighbours are chained belongs to the trail all the same."""
    written(house)
    if house.office.chains_directly:  # SQLite has one writer: nothing is under way beside it
        return
    with house.maintenance() as slow:
        slow.record("slow", "first")
        slow.flush()
        written(house)
        assert not faults(house)
    assert not faults(house)
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(AuditLink)) == len(entries(house))


def test_entries_stand_in_the_timeline_of_their_case(house: HouseUnderTest) -> None:
    number = a_case(house)
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        actions.note(desk, cases.case(desk, number), text="Đã gọi")
    with house.maintenance(writing=False) as desk:
        noted = desk.all(select(CaseEvent).where(CaseEvent.step == "note"))
        assert len(noted) == len(entries(house, action="note written")) == 1
        assert _is_whole(desk)


def _is_whole(desk: Desk) -> bool:
    return desk.session.scalar(select(func.count()).select_from(Report)) == 1
