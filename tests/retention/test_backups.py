"""A record that was shredded stays dead in every backup; whatever else was in the backup comes back."""

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children.models import Child
from casemgr.core.errors import Destroyed, Unavailable
from casemgr.retention import queries
from casemgr.security import keyfile, keys, sealed_file
from casemgr.security.copies import Copies, CopiesGone
from casemgr.security.dead import DeadList, beside
from casemgr.security.keys import Keyring, Purpose
from casemgr.security.parts import RecordKey, named
from tests.retention.ends import LATER, OFFICER, close, look, propose, set_periods, sign
from tests.security.installation import Installation, database, installed, live_in, settings_for, start
from tests.support.factories import KHANG, a_case, a_story
from tests.support.house import START

ENGINES = ["sqlite", "postgresql"]
MARKED = "Lường Thị Phải Quên"
DAY_0 = START + LATER
_PROCESSES = multiprocessing.get_context("fork")


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    with installed(request, request.param, tmp_path / "here") as found:
        yield found


@contextmanager
def elsewhere(
    request: pytest.FixtureRequest, place: Installation, folder: Path, *, keyring: Path | None = None
) -> Iterator[Installation]:
    """Another machine with the same keyring, and no tables yet."""
    with database(request, place.house.engine_name) as url:
        told = replace(
            settings_for(folder, url),
            keyring=keyring or place.settings.keyring,
            keyring_passphrase_file=place.settings.keyring_passphrase_file,
        )
        house = start(told)
        house.staff = place.house.staff
        house.clock.__init__(place.house.clock.now())  # type: ignore[misc]
        with house.app.app_context():
            yield Installation(house, told)
        house.office.engine.dispose()


def on_day(place: Installation, day: int) -> None:
    """The clock of the installation, so many days after a file became due."""
    place.house.clock.__init__(DAY_0 + timedelta(days=day))  # type: ignore[misc]


def two_files(place: Installation) -> tuple[str, str]:
    """One whose time is over on day 0, with marked words, and one that goes on."""
    story = a_story(children=(replace(KHANG, name=MARKED),))
    doomed, alive = a_case(place.house, story=story), live_in(place, 1)[0]
    close(place.house, doomed)
    set_periods(place.house)
    return doomed, alive


def shred(place: Installation, number: str) -> None:
    look(place.house)
    sign(place.house, propose(place.house, number))
    assert json.loads(place.did("retention", "shred", "--json").stdout)["destroyed"] == 1


def opens(place: Installation, number: str) -> bool:
    """Whether an officer reads who the child of a case is."""
    with place.house.desk(OFFICER, writing=False) as desk:
        try:
            return desk.get(Child, cases.case(desk, number).child_id).card is not None
        except Destroyed:
            return False


def marked_parts(place: Installation) -> int:
    """How many sealed parts with the marked words anybody opens who holds the keyring and reads every table."""
    found = 0
    with place.house.maintenance(writing=False) as desk:
        for child in desk.all(select(Child)):
            try:
                found += MARKED in repr((child.card, child.detail))
            except Unavailable:
                continue
    return found


def test_dead_on_day_10_and_on_day_40_while_all_else_lives(
    place: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    doomed, alive = two_files(place)
    old, later = tmp_path / "day-0.casemgr", tmp_path / "day-40.casemgr"
    on_day(place, 0)
    place.did("backup", "create", "--out", old)
    on_day(place, 3)
    assert opens(place, doomed)
    shred(place, doomed)
    assert not opens(place, doomed)
    fresh = live_in(place, 1)[0]

    on_day(place, 10)
    with elsewhere(request, place, tmp_path / "day 10") as there:
        said = json.loads(there.did("backup", "restore", old, "--json").stdout)
        assert said["dead"] == 2
        assert said["opens_alone"]
        assert opens(there, alive)
        assert not opens(there, doomed)
        assert not marked_parts(there)
        there.did("keys", "verify")
        there.did("audit", "verify")

    on_day(place, 40)
    place.did("backup", "create", "--out", later)
    with elsewhere(request, place, tmp_path / "day 40") as there:
        refused = there.run("backup", "restore", old)
        assert refused.exit_code == 1
        assert "--keys-from" in refused.stderr
        shutil.move(beside(place.settings.keyring), tmp_path / "the list is lost as well")
        unsure = there.run("backup", "restore", old, "--keys-from", later)
        assert unsure.exit_code == 1
        assert "1 files" in unsure.stderr
        words = ("backup", "restore", old, "--keys-from", later, "--bury-unlisted", "--json")
        said = json.loads(there.did(*words).stdout)
        assert said["dead"] == 2
        assert not said["list_of_the_dead"]
        assert opens(there, alive)
        assert not opens(there, doomed)
        assert not marked_parts(there)
        there.did("keys", "verify")
        there.did("audit", "verify")
        with there.house.maintenance(writing=False) as desk:
            assert desk.first(select(Case.id).where(Case.number == fresh)) is None, "it is the old data"
            line = desk.one(select(Case).where(Case.number == doomed))
            assert line.shredded_at is not None


def test_keys_are_not_taken_from_an_older_backup(
    place: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """It does not know who came between the two: they would be declared dead for ever."""
    older, file = tmp_path / "older.casemgr", tmp_path / "file.casemgr"
    place.did("backup", "create", "--out", older)
    place.house.clock.__init__(START + timedelta(days=1))  # type: ignore[misc]
    (alive,) = live_in(place, 1)
    place.did("backup", "create", "--out", file)
    with elsewhere(request, place, tmp_path / "there") as there:
        refused = there.run("backup", "restore", file, "--keys-from", older, "--bury-unlisted")
        assert refused.exit_code == 1
        assert "older than the backup" in refused.stderr
        assert not beside(place.settings.keyring).exists()
        there.did("backup", "restore", file, "--keys-from", file)
        assert opens(there, alive)


def test_an_old_backup_and_everything_there_is_on_day_40_open_nothing_of_it(
    place: Installation, tmp_path: Path
) -> None:
    """Somebody takes the old file, the present keyring and its passphrase, and does without the program's refusals."""
    doomed, _alive = two_files(place)
    with place.house.maintenance(writing=False) as desk:
        case = desk.one(select(Case).where(Case.number == doomed))
        wanted = {named(one).hex() for one in (case.child_id, case.report_id)}
    old, newer = tmp_path / "old.casemgr", tmp_path / "newer.casemgr"
    on_day(place, 0)
    place.did("backup", "create", "--out", old)
    assert stolen(old, place.house.office.ring) >= wanted, "the control: on day 0 the keys are in there"
    on_day(place, 3)
    shred(place, doomed)
    on_day(place, 36)
    place.did("backup", "create", "--out", newer)
    present = keyfile.KeyFile(place.settings.keyring, place_wrapper(place)).opened()
    with pytest.raises(CopiesGone):
        stolen(old, present)
    assert not stolen(newer, present) & wanted
    data = b"".join(path.read_bytes() for path in place.settings.keyring.parent.iterdir())
    with pytest.raises(Unavailable):
        present.copy_key(present.active(Purpose.RECORD_COPY).id, DAY_0.date())
    assert MARKED.encode() not in data
    with place.house.maintenance(writing=False) as desk:
        assert wanted.isdisjoint(record.hex() for record in desk.all(select(RecordKey.record)))


def place_wrapper(place: Installation) -> keys.KeyWrapper:
    return keyfile.wrapper(place.settings.keyring, place.settings.keyring_passphrase_file, strong=False)


def stolen(file: Path, ring: Keyring) -> set[str]:
    """The records of which a key comes out of a backup, read by whoever does not care for the program's rules."""
    with file.open("rb") as stream:
        lines = sealed_file.lines_of(stream, ring)
        copies = Copies(ring, next(lines)["copies"])
        told = [line for line in lines if isinstance(line, dict) and "records" in line]
        return {row.record.hex() for line in told for row in copies.opened(line["place"], line["copies"])}


def test_the_ring_that_waits_to_be_put_away_forgets_as_well(tmp_path: Path) -> None:
    wrapper = keys.PassphraseWrapper(b"x", stretch=keys.Stretch(1, 64, 1))
    path, day = tmp_path / "ring", DAY_0.date()
    keys.save(path, Keyring.fresh(day.isoformat()), wrapper)
    file = keyfile.KeyFile(path, wrapper)
    file.change(lambda ring: ring.rotated(Purpose.KEK, day.isoformat()))
    file.turn(day + timedelta(days=50))
    for kept in (keyfile.previous(path), path):
        ring = keys.load(kept, wrapper)
        number = ring.active(Purpose.RECORD_COPY).id
        with pytest.raises(Unavailable):
            ring.copy_key(number, day + timedelta(days=14))
        assert ring.copy_key(number, day + timedelta(days=15))


def test_a_ring_from_before_gets_its_key_with_the_next_backup(tmp_path: Path) -> None:
    fresh = Keyring.fresh("2026-11-01")
    old = Keyring({key.id: key for key in fresh.all() if key.purpose is not Purpose.RECORD_COPY})
    wrapper = keys.PassphraseWrapper(b"x", stretch=keys.Stretch(1, 64, 1))
    keys.save(tmp_path / "ring", old, wrapper)
    turned = keyfile.KeyFile(tmp_path / "ring", wrapper).turn(DAY_0.date())
    assert turned.has_active(Purpose.RECORD_COPY)
    assert keyfile.KeyFile(tmp_path / "ring", wrapper).turn(DAY_0.date()).same_as(turned)


def test_days_go_one_way_only() -> None:
    ring, day = Keyring.fresh("2026-11-01"), DAY_0.date()
    number = ring.active(Purpose.RECORD_COPY).id
    later = ring.turned(day)
    for days in (0, 1, 34, 35):
        wanted = day - timedelta(days=days)
        assert ring.copy_key(number, wanted) == later.copy_key(number, wanted)
    with pytest.raises(Unavailable):
        later.copy_key(number, day - timedelta(days=36))
    assert later.turned(day - timedelta(days=100)).same_as(later), "a clock that is put back changes nothing"
    assert (
        Copies.begun(later, day - timedelta(days=100)).about["day"] == (day - timedelta(days=35)).isoformat()
    )


def test_the_list_survives_a_machine_that_dies_while_writing(tmp_path: Path) -> None:
    ring = Keyring.fresh("2026-11-01")
    path = tmp_path / "list"
    DeadList(path, ring).add([b"a" * 16, b"b" * 16])
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    cut = DeadList(path, ring)
    assert len(cut) == 1
    cut.add([b"a" * 16, b"b" * 16])
    again = DeadList(path, ring)
    assert again.holds(b"a" * 16)
    assert again.holds(b"b" * 16)
    assert not again.holds(b"c" * 16)
    rotated = ring.rotated(Purpose.AUDIT_MAC, "2027-01-01")
    assert DeadList(path, rotated).holds(b"a" * 16), "keys of the trail are never destroyed"
    assert path.stat().st_mode & 0o777 == 0o600
    other = DeadList(tmp_path / "other", ring)
    other.take_in([*again.lines(), "not a line"])
    assert other.holds(b"b" * 16)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # a fork ends the connections of its parent
def test_shredding_that_is_killed_goes_on(place: Installation) -> None:
    """Killed again and again at any moment: in the end all are gone, and each was whole or gone at every moment."""
    numbers = [
        a_case(place.house, story=a_story(children=(replace(KHANG, name=f"Trẻ Số {n}"),))) for n in range(5)
    ]
    close(place.house, *numbers)
    set_periods(place.house)
    on_day(place, 0)
    look(place.house)
    sign(place.house, propose(place.house, *numbers))
    place.house.office.engine.dispose()

    def run() -> None:
        house = start(place.settings)
        house.clock.__init__(DAY_0)  # type: ignore[misc]
        Installation(house, place.settings).run("retention", "shred")

    left = []
    for wait in (0.6, 0.8, 1.0):
        process = _PROCESSES.Process(target=run, daemon=True)
        process.start()
        assert process.pid is not None
        process.join(wait)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        with place.house.maintenance(writing=False) as desk:
            left.append(len(queries.agreed(desk)))
    assert left == sorted(left, reverse=True)
    place.did("retention", "shred")
    with place.house.maintenance(writing=False) as desk:
        assert not queries.agreed(desk)
    assert not any(opens(place, number) for number in numbers)
    place.did("keys", "verify")
    place.did("audit", "verify")
