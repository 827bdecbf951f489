"""The keyring: refused when misplaced, readable by others, damaged or too weak; never printed."""

import base64
import json
import logging
import os
import traceback
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemgr.core.errors import Unavailable
from casemgr.security import keys
from casemgr.security.keys import (
    Key,
    Keyring,
    KeyringRefused,
    KeyState,
    PassphraseWrapper,
    Purpose,
    Stretch,
    guard,
    load,
    save,
)
from casemgr.settings import Settings, SettingsRefused, from_environment
from tests.support.house import HouseUnderTest

CHEAP = Stretch(time=1, memory=64, lanes=1)
PASSPHRASE = b"cau doi do ngu gian"


@pytest.fixture
def ring() -> Keyring:
    return Keyring.fresh("2026-11-01")


@pytest.fixture
def file(tmp_path: Path, ring: Keyring) -> Path:
    path = tmp_path / "safe" / "keyring.json"
    save(path, ring, PassphraseWrapper(PASSPHRASE, stretch=CHEAP))
    return path


def same(one: Keyring, other: Keyring) -> bool:
    return {key.id: key for key in one.all()} == {key.id: key for key in other.all()}


def test_written_and_read(file: Path, ring: Keyring) -> None:
    assert same(load(file, PassphraseWrapper(PASSPHRASE)), ring)
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert not list(file.parent.glob("*.new"))


def test_written_again_keeps_every_key(file: Path, ring: Keyring) -> None:
    newer = ring.rotated(Purpose.KEK, "2026-12-01").rotated(Purpose.KEK, "2027-01-01")
    save(file, newer, PassphraseWrapper(PASSPHRASE, stretch=CHEAP))
    again = load(file, PassphraseWrapper(PASSPHRASE))
    assert same(again, newer)
    states = [key.state for key in again.all() if key.purpose is Purpose.KEK]
    assert states == [KeyState.DECRYPT_ONLY, KeyState.DECRYPT_ONLY, KeyState.ACTIVE]
    assert again.active(Purpose.KEK).created == "2027-01-01"


def test_a_file_that_lay_there_open_does_not_open_the_new_one(file: Path, ring: Keyring) -> None:
    beside = file.with_suffix(".new")
    beside.touch(mode=0o666)
    beside.chmod(0o666)
    save(file, ring, PassphraseWrapper(PASSPHRASE, stretch=CHEAP))
    assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_every_purpose_has_an_independent_key(ring: Keyring) -> None:
    materials = [ring.active(purpose).material for purpose in Purpose]
    assert len(set(materials)) == len(Purpose)
    assert {len(material) for material in materials} == {32}
    assert not same(ring, Keyring.fresh("2026-11-01"))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o700 | 0o007])
def test_a_keyring_that_others_can_reach_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(KeyringRefused, match="Others can read"):
        load(file, PassphraseWrapper(PASSPHRASE))


def test_a_link_is_no_keyring(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    with pytest.raises(KeyringRefused, match="There is no keyring"):
        load(link, PassphraseWrapper(PASSPHRASE))
    with pytest.raises(KeyringRefused, match="There is no keyring"):
        load(tmp_path, PassphraseWrapper(PASSPHRASE))
    with pytest.raises(KeyringRefused, match="There is no keyring"):
        load(tmp_path / "nothing.json", PassphraseWrapper(PASSPHRASE))


def test_a_keyring_where_copies_are_made_is_refused(file: Path, tmp_path: Path) -> None:
    guard(file, forbidden=(tmp_path / "elsewhere",))
    with pytest.raises(KeyringRefused, match="must not lie inside"):
        guard(file, forbidden=(tmp_path / "elsewhere", tmp_path))
    house = tmp_path / "also"
    house.symlink_to(tmp_path)
    with pytest.raises(KeyringRefused, match="must not lie inside"):
        guard(house / "safe" / "keyring.json", forbidden=(tmp_path,))


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    told = {"DATA_DIR": str(tmp_path / "data"), "KEYRING": str(tmp_path / "safe" / "keyring.json"), **more}
    return {f"CASEMGR_{name}": value for name, value in told.items()}


def test_settings_refuse_a_keyring_inside_the_data_directory_or_the_source(tmp_path: Path) -> None:
    assert isinstance(from_environment(environment(tmp_path)), Settings)
    source = Path(keys.__file__).parent.parent.parent
    for place in (
        tmp_path / "data" / "keyring.json",
        tmp_path / "data" / ".." / "data" / "k.json",
        source / "k.json",
    ):
        with pytest.raises(SettingsRefused, match="must not lie inside"):
            from_environment(environment(tmp_path, KEYRING=str(place)))


@pytest.mark.parametrize(
    "more, said",
    [
        ({"NOW": "2026-11-18T00:00:00+00:00"}, "CASEMGR_NOW"),
        ({"DEBUG": "1"}, "CASEMGR_DEBUG"),
        ({"KEYRING_PASSPHRASE_FILE": ""}, "KEYRING_PASSPHRASE_FILE"),
        ({"KEYRING": ""}, "needs CASEMGR_KEYRING"),
        ({"KEYRNG": "x"}, "Unknown setting"),
    ],
)
def test_production_refuses_to_start_half_configured(tmp_path: Path, more: dict[str, str], said: str) -> None:
    whole = {"MODE": "production", "KEYRING_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    assert from_environment(environment(tmp_path, **whole)).cookie == "__Host-sid"
    with pytest.raises(SettingsRefused, match=said):
        from_environment(environment(tmp_path, **{**whole, **more}))


FAR = "postgresql://casemgr@db.example/casemgr"


@pytest.mark.parametrize(
    "url, starts",
    [
        ("sqlite:////srv/casemgr/casemgr.sqlite3", True),
        ("postgresql:///casemgr?host=/var/run/postgresql", True),
        ("postgresql://casemgr@localhost/casemgr", True),
        ("postgresql+psycopg://casemgr@[::1]:5433/casemgr", True),
        (f"{FAR}?sslmode=verify-full", True),
        (f"{FAR}?sslmode=verify-full&sslrootcert=/etc/ssl/office.pem", True),
        (FAR, False),
        (f"{FAR}?sslmode=prefer", False),
        (f"{FAR}?sslmode=require", False),
        (f"{FAR}?sslmode=verify-full&sslmode=disable", False),
        ("postgresql:///casemgr?host=db.example", False),
        ("postgresql:///casemgr?host=/run,db.example", False),
        ("postgresql://localhost/casemgr?hostaddr=192.0.2.7", False),
    ],
)
def test_production_talks_to_a_database_elsewhere_only_if_it_proves_its_name(
    tmp_path: Path, url: str, starts: bool
) -> None:
    whole = {"MODE": "production", "KEYRING_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    told = environment(tmp_path, **whole, DATABASE_URL=url)
    if starts:
        assert from_environment(told).database_url == url
        return
    with pytest.raises(SettingsRefused, match="verify-full"):
        from_environment(told)


def test_a_mode_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="demo or production"):
        from_environment(environment(tmp_path, MODE="test"))


def test_production_refuses_a_keyring_made_for_demonstrations(
    file: Path, tmp_path: Path, ring: Keyring
) -> None:
    with pytest.raises(KeyringRefused, match="made for demonstrations"):
        load(file, PassphraseWrapper(PASSPHRASE, least=Stretch()))
    save(file, ring, PassphraseWrapper(PASSPHRASE, stretch=Stretch(time=2, memory=128, lanes=1)))
    assert same(load(file, PassphraseWrapper(PASSPHRASE, least=Stretch(time=2, memory=128))), ring)


@pytest.mark.parametrize("wrong", [b"", b"x", PASSPHRASE + b" ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_opens_nothing(file: Path, wrong: bytes) -> None:
    with pytest.raises(KeyringRefused, match="cannot be opened"):
        load(file, PassphraseWrapper(wrong))


def test_every_damage_is_noticed(tmp_path: Path, ring: Keyring) -> None:
    path = tmp_path / "keyring.json"
    save(path, ring, PassphraseWrapper(PASSPHRASE, stretch=CHEAP))
    whole = path.read_bytes()

    @given(st.data())
    @settings(max_examples=150, database=None)
    def damaged(data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            path.write_bytes(whole[:place])
        else:
            other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
            path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
        try:
            found = load(path, PassphraseWrapper(PASSPHRASE))
        except KeyringRefused:
            return
        assert same(found, ring), "a damaged file opened to something else"

    damaged()


@pytest.mark.parametrize(
    "change",
    [
        {"stretch": {"time": 1, "memory": 10**9, "lanes": 1}},
        {"stretch": {"time": 10**6, "memory": 64, "lanes": 1}},
        {"stretch": {"time": 1, "memory": -64, "lanes": 1}},
        {"stretch": {"time": 1, "memory": 64, "lanes": 0}},
        {"stretch": {"time": 1, "memory": "64", "lanes": 1}},
        {"stretch": {"time": 1, "memory": 64}},
        {"stretch": None},
        {"format": "casemgr-keyring/2"},
        {"format": 1},
        {"salt": "zz"},
        {"nonce": ""},
        {"sealed": ""},
        {"sealed": None},
    ],
)
def test_a_head_that_cannot_be_is_refused(file: Path, change: dict[str, object]) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(KeyringRefused):
        load(file, PassphraseWrapper(PASSPHRASE))


@pytest.mark.parametrize("text", ["", "[]", "null", "1", '"x"', "{", "\xff"])
def test_what_is_no_keyring_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(KeyringRefused):
        load(file, PassphraseWrapper(PASSPHRASE))


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.RECORD_COPY}))
def test_a_keyring_without_a_purpose_is_refused(file: Path, ring: Keyring, purpose: Purpose) -> None:
    rest = Keyring({key.id: key for key in ring.all() if key.purpose is not purpose})
    with pytest.raises(KeyringRefused, match="incomplete"):
        save(
            file, rest, PassphraseWrapper(PASSPHRASE, stretch=CHEAP)
        )  # nothing takes the place of a whole one
    file.unlink()
    save(file, rest, PassphraseWrapper(PASSPHRASE, stretch=CHEAP))
    with pytest.raises(KeyringRefused, match=f"incomplete: no active key for {purpose}"):
        load(file, PassphraseWrapper(PASSPHRASE))
    with pytest.raises(Unavailable, match="no active key"):
        rest.active(purpose)


def test_a_destroyed_or_unknown_key_opens_nothing(ring: Keyring) -> None:
    gone = Key(99, Purpose.KEK, KeyState.DESTROYED, "2026-11-01", b"x" * 32)
    with_it = Keyring({**{key.id: key for key in ring.all()}, 99: gone})
    for number in (99, 100, 0, -1):
        with pytest.raises(Unavailable):
            with_it.numbered(number)


def test_a_key_is_never_printed(
    ring: Keyring, house: HouseUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    key = ring.active(Purpose.KEK)
    forms = {key.material.hex(), repr(key.material), base64.b64encode(key.material).decode()}
    office = house.office
    shown = [
        repr(key),
        str(key),
        f"{key}",
        repr(ring),
        str(ring),
        repr(vars(key.__class__)),
        repr(office),
        repr(house.app.extensions["casemgr"]),
    ]
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").error("%s %s %r", key, ring, ring)
    shown.append(caplog.text)
    try:
        ring.numbered(12345)
    except Unavailable:
        shown.append(traceback.format_exc())
    with house.maintenance() as desk:
        shown += [repr(desk), repr(desk.safe), repr(desk.trail)]
    for secret in (
        *(row.material for row in office.ring.all()),
        house.app.extensions["casemgr"].session_secret,
    ):
        forms |= {secret.hex(), repr(secret), base64.b64encode(secret).decode()}
    assert not [form for form in forms if any(form in text for text in shown)]


def test_a_check_value_tells_keys_apart_and_nothing_else(ring: Keyring) -> None:
    values = [key.check_value for key in ring.all()]
    assert all(len(value) == 6 for value in values)
    assert not any(value in key.material.hex() for key in ring.all() for value in [key.check_value])


def test_no_key_lies_in_the_environment_or_in_the_database_s_folder(house: HouseUnderTest) -> None:
    told = " ".join(os.environ.values())
    assert not any(key.material.hex() in told for key in house.office.ring.all())
