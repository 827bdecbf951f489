"""Starting: a keyring is made once, opens what is stored, and without it nothing starts."""

from dataclasses import replace
from pathlib import Path

import pytest

from casemgr import app as roof
from casemgr.access.actor import command
from casemgr.children import actions as children
from casemgr.children.terms import Card, Detail
from casemgr.core.db import Model
from casemgr.core.errors import Unavailable
from casemgr.security.keys import DEMO, Keyring, KeyringRefused, PassphraseWrapper, save
from casemgr.settings import Mode, Settings


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    return Settings(
        data_dir=data,
        database_url=f"sqlite:///{data / 'casemgr.sqlite3'}",
        keyring=tmp_path / "safe" / "keyring.json",
        keyring_passphrase_file=tmp_path / "safe" / "keyring.passphrase",
    )


@pytest.fixture
def lived_in(told: Settings) -> Settings:
    """An installation in which something has been sealed."""
    office = roof.build(told).extensions["casemgr"].office
    Model.metadata.create_all(office.engine)
    with office.open(command("tests")) as desk:
        children.register(desk, unit_id=None, card=Card(name="Ai đó"), detail=Detail(), whereabouts=None)
    office.engine.dispose()
    return told


def test_the_first_start_makes_a_keyring_that_only_its_owner_reads(told: Settings) -> None:
    roof.build(told)
    for path in (told.keyring, told.keyring_passphrase_file):
        assert path is not None
        assert oct(path.stat().st_mode & 0o777) == "0o600"
    before = told.keyring.read_bytes()
    roof.build(told)
    assert told.keyring.read_bytes() == before


def test_it_starts_again_with_what_is_stored(lived_in: Settings) -> None:
    assert roof.build(lived_in)


def test_a_sealed_database_without_its_keyring_does_not_start(lived_in: Settings) -> None:
    lived_in.keyring.unlink()
    with pytest.raises(KeyringRefused, match="sealed, but there is no keyring"):
        roof.build(lived_in)
    assert not lived_in.keyring.exists(), "no second keyring is made over sealed data"


def test_another_keyring_does_not_start(lived_in: Settings) -> None:
    assert lived_in.keyring_passphrase_file is not None
    passphrase = lived_in.keyring_passphrase_file.read_bytes().strip()
    save(lived_in.keyring, Keyring.fresh("2026-11-02"), PassphraseWrapper(passphrase, stretch=DEMO))
    with pytest.raises(Unavailable):
        roof.build(lived_in)


def test_a_keyring_or_passphrase_that_others_read_does_not_start(lived_in: Settings) -> None:
    for path in (lived_in.keyring, lived_in.keyring_passphrase_file):
        assert path is not None
        path.chmod(0o644)
        with pytest.raises(KeyringRefused, match="Others can read"):
            roof.build(lived_in)
        path.chmod(0o600)


def test_a_demonstration_does_not_become_production(lived_in: Settings) -> None:
    with pytest.raises(KeyringRefused, match="made for demonstrations"):
        roof.build(replace(lived_in, mode=Mode.PRODUCTION))


def test_a_keyring_in_the_data_directory_does_not_start(told: Settings) -> None:
    inside = replace(told, keyring=told.data_dir / "keyring.json")
    with pytest.raises(KeyringRefused, match="must not lie inside"):
        roof.build(inside)
