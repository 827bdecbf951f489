"""A start that is refused: one plain sentence on standard error, exit status 1, nothing half done."""

from pathlib import Path

import pytest

from casemgr import app as roof
from casemgr.security import keyfile
from casemgr.security.keys import KeyringRefused
from casemgr.settings import PREFIX, SettingsRefused, from_environment


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    told = {"DATA_DIR": str(tmp_path / "data"), "KEYRING": str(tmp_path / "safe" / "k.json"), **more}
    return {f"{PREFIX}{name}": value for name, value in told.items()}


SENSELESS = [
    ("MODE", "prod"),
    ("THREADS", "abc"),
    ("THREADS", "0"),
    ("THREADS", "-4"),
    ("THREADS", "2.5"),
    ("THREADS", "999999999999999999999"),
    ("THREADS", "٨"),
    ("SMTP_PORT", "smtp"),
    ("SMTP_PORT", "70000"),
    ("NOW", "yesterday"),
    ("NOW", "2026-11-18"),
    ("NOW", "2026-11-18T12:45:00"),
    ("DEBUG", "maybe"),
    ("SMTP_PLAIN", "2"),
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "mysql://db/casemgr"),
    ("DATABASE_URL", "postgres://db/casemgr"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "sqlite:////srv/casemgr.sqlite3?mode=ro"),
    ("DATABASE_URL", "postgresql://db:port/casemgr"),
    ("TRUSTED_PROXY", "*"),
    ("TRUSTED_PROXY", "proxy.example"),
    ("TRUSTED_PROXY", "10.0.0.0/8"),
    ("PUBLIC_URL", "casemgr.example"),
    ("PUBLIC_URL", "ftp://casemgr.example"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://casemgr.example]/"),
    ("SMTP_HOST", "smtp://mail.example"),
    ("SMTP_FROM", "the office"),
    ("SMTP_PASSWORD_FILE", "/nowhere/password"),
    ("LOG_TO", "syslog"),
    ("LOG_AUTHORITY", "/nowhere/authority.pem"),
]


@pytest.mark.parametrize("name, value", SENSELESS)
def test_a_senseless_setting_is_refused_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    from_environment(environment(tmp_path))
    with pytest.raises(SettingsRefused, match=f"^{PREFIX}{name} ") as refused:
        from_environment(environment(tmp_path, **{name: value}))
    said = str(refused.value)
    assert "\n" not in said and said.endswith(".")


@pytest.mark.parametrize(
    "name, value",
    [
        ("THREADS", "1"),
        ("NOW", "2026-11-18T12:45:00+07:00"),
        ("NOW", "2026-11-18T05:45:00Z"),
        ("DEBUG", "0"),
        ("DEBUG", "True"),
        ("DATABASE_URL", "postgresql://casemgr@db.example/casemgr?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql:///casemgr?host=/var/run/postgresql"),
        ("DATABASE_URL", "postgresql+psycopg://db/casemgr"),
        ("DATABASE_URL", "sqlite:////srv/casemgr/casemgr.sqlite3"),
        ("DATABASE_URL", "sqlite:////srv/casemgr/data"),
        ("TRUSTED_PROXY", "127.0.0.1"),
        ("TRUSTED_PROXY", "::1"),
        ("PUBLIC_URL", "https://casemgr.example:8443"),
        ("SMTP_FROM", "casemgr <casemgr@office.example>"),
    ],
)
def test_what_makes_sense_is_taken(tmp_path: Path, name: str, value: str) -> None:
    from_environment(environment(tmp_path, **{name: value}))


def test_who_has_no_home_has_to_name_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @classmethod  # type: ignore[misc]
    def nowhere(_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    from_environment(environment(tmp_path))
    with pytest.raises(SettingsRefused, match="CASEMGR_KEYRING has to be set"):
        from_environment(environment(tmp_path, KEYRING=""))


def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> str:
    """What is said when the program ends before it has begun."""
    for name, value in environment(tmp_path, **more).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        roof.started()
    assert isinstance(ended.value.code, str), "a sentence is printed on standard error, and the status is 1"
    assert len(ended.value.code.splitlines()) == 1
    return ended.value.code


def test_a_refused_start_is_a_sentence_and_no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path, monkeypatch, MODE="prod") == "CASEMGR_MODE is demo or production."
    assert not (tmp_path / "data").exists()


def test_a_data_directory_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, file / "data"):
        said = refused(tmp_path, monkeypatch, DATA_DIR=str(folder))
        assert said.startswith(f"The data directory {folder} cannot be made: ")


def test_a_database_that_does_not_answer_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://casemgr:secret-word@127.0.0.1:1/casemgr"
    said = refused(tmp_path, monkeypatch, DATABASE_URL=url)
    assert said.startswith("The database does not answer: ") and "secret-word" not in said
    said = refused(tmp_path, monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/casemgr.sqlite3")
    assert said == "The database does not answer: unable to open database file."


def test_a_folder_is_no_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    assert str(tmp_path / "folder") in refused(tmp_path, monkeypatch, KEYRING=str(tmp_path / "folder"))


def test_a_passphrase_that_is_not_there_is_called_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(KeyringRefused, match="There is no passphrase file at "):
        keyfile.wrapper(tmp_path / "k.json", tmp_path / "nothing", strong=False)


def test_a_database_file_needs_no_ending(tmp_path: Path) -> None:
    file = tmp_path / "data" / "casemgr"
    file.parent.mkdir()
    told = from_environment(environment(tmp_path, DATABASE_URL=f"sqlite:///{file}"))
    app = roof.build(told)
    app.extensions["casemgr"].office.engine.dispose()
    assert file.stat().st_mode & 0o077 == 0


def test_a_short_path_begins_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = from_environment(environment(tmp_path, DATABASE_URL="sqlite:///here/casemgr.sqlite3"))
    assert told.sqlite_path == tmp_path / "here" / "casemgr.sqlite3"
    (tmp_path / "here").mkdir()
    app = roof.build(told)
    app.extensions["casemgr"].office.engine.dispose()
    assert (tmp_path / "here" / "casemgr.sqlite3").stat().st_mode & 0o077 == 0
