"""The database and what lies beside it are opened by their owner only."""

import os
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from casemgr import app as roof
from casemgr.access.actor import command
from casemgr.security.keys import Keyring
from casemgr.settings import Mode, Settings, SettingsRefused, from_environment

NAMES = ("casemgr.sqlite3", "casemgr.turn", "casemgr.sqlite3-wal", "casemgr.sqlite3-shm")


def start(folder: Path, name: str = "casemgr.sqlite3") -> None:
    """Start the application in a folder, and write something."""
    told = Settings(
        mode=Mode.DEMO,
        data_dir=folder,
        database_url=f"sqlite:///{folder / name}",
        keyring=folder / "unused",
    )
    app = roof.build(told, ring=Keyring.fresh("2026-11-01"))
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        office = app.extensions["casemgr"].office
        with office.open(command("tests")) as desk:
            desk.record("looked")
            for file in folder.iterdir():
                assert file.stat().st_mode & 0o077 == 0, file.name
        office.engine.dispose()


@pytest.fixture(autouse=True)
def anybody_may_read_new_files() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_is_made_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    start(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name for file in folder.iterdir()} <= set(NAMES)


def test_what_lay_open_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    start(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    start(folder)
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file.name


def test_a_database_without_an_ending_to_its_name_is_private_too(tmp_path: Path) -> None:
    start(tmp_path / "data", "casemgr")
    for file in (tmp_path / "data").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file.name


def test_a_folder_is_no_database_and_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    with pytest.raises(SettingsRefused, match="folder"):
        from_environment({"CASEMGR_DATA_DIR": str(tmp_path), "CASEMGR_DATABASE_URL": f"sqlite:///{folder}"})
    told = Settings(
        mode=Mode.DEMO, data_dir=tmp_path, database_url=f"sqlite:///{folder}", keyring=tmp_path / "unused"
    )
    with pytest.raises(OperationalError):
        roof.build(told)
    assert folder.stat().st_mode & 0o777 == 0o755
