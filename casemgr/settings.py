"""Every setting: what it means, its default, whether it is a secret. Refuses to start half configured."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path

PREFIX = "CASEMGR_"
_SOURCE = Path(__file__).parent.parent


class Mode(StrEnum):
    """How the installation runs."""

    DEMO = "demo"
    PRODUCTION = "production"


class SettingsRefused(Exception):
    """A setting is missing or dangerous; the sentence says which and what to do."""


def _says(sentence: str, default: object, *, secret: bool = False) -> dict[str, object]:
    return {"sentence": sentence, "default": default, "secret": secret}


@dataclass(frozen=True)
class Settings:
    """All settings, from the environment only."""

    mode: Mode = field(default=Mode.DEMO, metadata=_says("demo or production", "demo"))
    data_dir: Path = field(default=Path("var"), metadata=_says("where the database and caches lie", "./var"))
    database_url: str = field(
        default="",
        metadata=_says("the database, as an SQLAlchemy address", "an SQLite file in the data directory"),
    )
    keyring: Path = field(
        default=Path(),
        metadata=_says("the keyring file (mode 0600)", "~/.config/casemgr/keyring.json in demo mode"),
    )
    keyring_passphrase_file: Path | None = field(
        default=None,
        metadata=_says(
            "a file with the keyring's passphrase", "beside the keyring in demo mode", secret=True
        ),
    )
    now: str | None = field(
        default=None, metadata=_says("a fixed instant, for tests; refused in production", "none")
    )
    trusted_proxy: str | None = field(default=None, metadata=_says("address of the proxy in front", "none"))
    debug: bool = field(default=False, metadata=_says("refused in production", "0"))
    threads: int = field(default=8, metadata=_says("threads of the embedded server", "8"))

    @property
    def cookie(self) -> str:
        """Name of the session cookie."""
        return "__Host-sid" if self.mode is Mode.PRODUCTION else "sid"

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file, if that is the engine."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings."""
    told = os.environ if environment is None else environment
    known = {f"{PREFIX}{entry.name.upper()}" for entry in fields(Settings)} | {
        f"{PREFIX}KEYRING_PASSPHRASE_FILE"
    }
    unknown = {name for name in told if name.startswith(PREFIX)} - known - {f"{PREFIX}TEST_POSTGRESQL"}
    if unknown and told.get(PREFIX + "MODE") == Mode.PRODUCTION:
        raise SettingsRefused(f"Unknown setting: {', '.join(sorted(unknown))}.")

    def value(name: str) -> str | None:
        return told.get(PREFIX + name) or None

    try:
        mode = Mode(value("MODE") or Mode.DEMO)
    except ValueError:
        raise SettingsRefused("CASEMGR_MODE is demo or production.") from None
    data_dir = Path(value("DATA_DIR") or "var").absolute()
    keyring = Path(
        value("KEYRING") or Path.home() / ".config" / "casemgr" / f"keyring-{_mark(data_dir)}.json"
    ).absolute()
    passphrase = value("KEYRING_PASSPHRASE_FILE")
    settings = Settings(
        mode=mode,
        data_dir=data_dir,
        database_url=value("DATABASE_URL") or f"sqlite:///{data_dir / 'casemgr.sqlite3'}",
        keyring=keyring,
        keyring_passphrase_file=Path(passphrase) if passphrase else _beside(keyring, mode),
        now=value("NOW"),
        trusted_proxy=value("TRUSTED_PROXY"),
        debug=(value("DEBUG") or "0") not in ("0", "false", "no"),
        threads=int(value("THREADS") or "8"),
    )
    _refuse_danger(settings, keyring_named=value("KEYRING") is not None)
    return settings


def _refuse_danger(settings: Settings, *, keyring_named: bool) -> None:
    if settings.mode is Mode.PRODUCTION:
        if settings.now:
            raise SettingsRefused("CASEMGR_NOW is for tests and refused in production.")
        if settings.debug:
            raise SettingsRefused("CASEMGR_DEBUG is refused in production.")
        if not keyring_named or settings.keyring_passphrase_file is None:
            raise SettingsRefused("Production needs CASEMGR_KEYRING and CASEMGR_KEYRING_PASSPHRASE_FILE.")
    for folder in (settings.data_dir, _SOURCE):
        if settings.keyring.resolve().is_relative_to(folder.resolve()):
            raise SettingsRefused(f"The keyring must not lie inside {folder}, where copies are made.")


def _beside(keyring: Path, mode: Mode) -> Path | None:
    return keyring.with_suffix(".passphrase") if mode is Mode.DEMO else None


def _mark(data_dir: Path) -> str:
    """A short mark of the data directory, so that two installations of one person do not share a keyring."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:8]
