"""Every setting: what it means, its default, whether it is a secret. Refuses to start half configured."""

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casemgr.core.errors import Unavailable
from casemgr.core.outside import Outside
from casemgr.notices.rules import may_be_written_to

PREFIX = "CASEMGR_"
_SOURCE = Path(__file__).parent.parent
_HERE = ("localhost", "127.0.0.1", "::1")
_DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")
_MOST_THREADS = 256
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Mode(StrEnum):
    """How the installation runs."""

    DEMO = "demo"
    PRODUCTION = "production"


class SettingsRefused(Unavailable):
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
        metadata=_says(
            "the database: sqlite:/// with the path of a file, or postgresql://",
            "an SQLite file in the data directory",
        ),
    )
    keyring: Path = field(
        default=Path(),
        metadata=_says(
            "the keyring file (mode 0600)",
            "in demo mode one for each data directory, below ~/.config/casemgr",
        ),
    )
    keyring_passphrase_file: Path | None = field(
        default=None,
        metadata=_says(
            "a file with the keyring's passphrase",
            "the service manager's credential `casemgr-keyring-passphrase`; beside the keyring in demo mode; "
            "else asked for on the terminal",
            secret=True,
        ),
    )
    now: str | None = field(
        default=None, metadata=_says("a fixed instant, for tests; refused in production", "none")
    )
    trusted_proxy: str | None = field(
        default=None,
        metadata=_says(
            "address of the proxy in front; without one, production answers nobody but health checks", "none"
        ),
    )
    debug: bool = field(default=False, metadata=_says("refused in production", "0"))
    threads: int = field(default=8, metadata=_says("threads of the embedded server", "8"))
    smtp_host: str = field(
        default="", metadata=_says("mail server that takes reminders; none: no letters", "none")
    )
    smtp_port: int = field(default=587, metadata=_says("its port", "587"))
    smtp_from: str = field(default="", metadata=_says("the sender of reminders", "none"))
    smtp_user: str = field(default="", metadata=_says("sign-in name at the mail server", "none"))
    smtp_password_file: Path | None = field(
        default=None, metadata=_says("a file with the password for it", "none", secret=True)
    )
    smtp_plain: bool = field(
        default=False, metadata=_says("1: no encryption to a mail server on this very machine", "0")
    )
    heads_to: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "addresses in other offices, separated by commas, to which `audit send-head` writes the end of the audit trail",
            "none",
        ),
    )
    log_to: str = field(
        default="",
        metadata=_says(
            "another system that gets every line of the log and of the trail: tls://host:port, or unix:/dev/log for "
            "the journal of this machine",
            "none",
        ),
    )
    log_authority: Path | None = field(
        default=None,
        metadata=_says(
            "certificate of the authority that vouches for that system", "those that this machine trusts"
        ),
    )
    public_url: str = field(
        default="",
        metadata=_says("address of this installation, for the link in a reminder and for passkeys", "none"),
    )
    clamd_socket: Path | None = field(
        default=None,
        metadata=_says(
            "socket of a virus scanner (clamd) that looks at every file sent; none: no scan", "none"
        ),
    )

    @property
    def cookie(self) -> str:
        """Name of the session cookie."""
        return "__Host-sid" if self.mode is Mode.PRODUCTION else "sid"

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def outside(self) -> Outside:
        """Every address that the program may turn to: those that stand here. The database has its own driver."""
        log = urlsplit(self.log_to)
        hosts = {(self.smtp_host, self.smtp_port)} if self.smtp_host else set()
        sockets = {self.clamd_socket} if self.clamd_socket is not None else set()
        if log.scheme == "unix":
            sockets.add(Path(log.path))
        elif log.hostname and log.port:
            hosts.add((log.hostname, log.port))
        return Outside(frozenset(hosts), frozenset(sockets))

    @property
    def machines(self) -> frozenset[str]:
        """The other machines that the program talks to, the database among them."""
        named = {host for host, _port in self.outside.hosts} | set(_hosts_of(self.database_url))
        return frozenset(named - {"", *_HERE})

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

    def file(name: str) -> Path | None:
        path = value(name)
        return Path(path) if path else None

    try:
        mode = Mode(value("MODE") or Mode.DEMO)
    except ValueError:
        raise SettingsRefused("CASEMGR_MODE is demo or production.") from None
    data_dir = Path(value("DATA_DIR") or "var").absolute()
    keyring = (file("KEYRING") or _at_home(data_dir)).absolute()
    passphrase = value("KEYRING_PASSPHRASE_FILE")
    settings = Settings(
        mode=mode,
        data_dir=data_dir,
        database_url=_database(value("DATABASE_URL") or f"sqlite:///{data_dir / 'casemgr.sqlite3'}"),
        keyring=keyring,
        keyring_passphrase_file=Path(passphrase)
        if passphrase
        else _credential(told) or _beside(keyring, mode),
        now=value("NOW"),
        trusted_proxy=value("TRUSTED_PROXY"),
        debug=_is_on("DEBUG", value("DEBUG")),
        threads=_whole("THREADS", value("THREADS") or "8", most=_MOST_THREADS),
        smtp_host=value("SMTP_HOST") or "",
        smtp_port=_whole("SMTP_PORT", value("SMTP_PORT") or "587", most=65_535),
        smtp_from=value("SMTP_FROM") or "",
        smtp_user=value("SMTP_USER") or "",
        smtp_password_file=file("SMTP_PASSWORD_FILE"),
        smtp_plain=_is_on("SMTP_PLAIN", value("SMTP_PLAIN")),
        heads_to=tuple(part.strip() for part in (value("HEADS_TO") or "").split(",") if part.strip()),
        log_to=value("LOG_TO") or "",
        log_authority=file("LOG_AUTHORITY"),
        public_url=value("PUBLIC_URL") or "",
        clamd_socket=file("CLAMD_SOCKET"),
    )
    _refuse_nonsense(settings)
    _refuse_danger(settings, keyring_named=value("KEYRING") is not None)
    return settings


def _whole(name: str, told: str, *, most: int) -> int:
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(most)) and 1 <= int(told) <= most):
        raise SettingsRefused(f"{PREFIX}{name} is a whole number from 1 to {most}.")
    return int(told)


def _is_on(name: str, told: str | None) -> bool:
    if told is not None and told.lower() not in (*_YES, *_NO):
        raise SettingsRefused(f"{PREFIX}{name} is 1 or 0.")
    return told is not None and told.lower() in _YES


def _database(told: str) -> str:
    """The address of the database; a file named from where we stand by its whole path: the libraries would look elsewhere."""
    try:
        url: URL | None = make_url(told)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _DRIVERS:
        raise SettingsRefused("CASEMGR_DATABASE_URL begins with sqlite:/// or postgresql://.")
    if url.drivername != "sqlite":
        return told
    if url.query or url.host or url.database in (None, "", ":memory:"):
        raise SettingsRefused("CASEMGR_DATABASE_URL names a file, as sqlite:////srv/casemgr/casemgr.sqlite3.")
    return f"sqlite:///{Path(url.database).absolute()}"


def _refuse_nonsense(settings: Settings) -> None:
    """What would be found out only when it is used: in the night, or by somebody on a page."""
    if settings.now and not _is_instant(settings.now):
        raise SettingsRefused("CASEMGR_NOW is an instant with its zone, as 2026-11-18T12:45:00+07:00.")
    if settings.trusted_proxy and not _is_number_of_a_machine(settings.trusted_proxy):
        raise SettingsRefused("CASEMGR_TRUSTED_PROXY is the number of one machine, as 127.0.0.1.")
    if settings.public_url and not _is_page(settings.public_url):
        raise SettingsRefused("CASEMGR_PUBLIC_URL is an address as https://casemgr.example.")
    if any(sign.isspace() or sign == "/" for sign in settings.smtp_host):
        raise SettingsRefused("CASEMGR_SMTP_HOST is the name of a machine and nothing else.")
    if settings.smtp_from and not ("@" in settings.smtp_from and settings.smtp_from.isprintable()):
        raise SettingsRefused("CASEMGR_SMTP_FROM is no e-mail address.")
    for name in ("smtp_password_file", "log_authority"):
        path: Path | None = getattr(settings, name)
        if path is not None and not path.is_file():
            raise SettingsRefused(f"{PREFIX}{name.upper()} names no file: {path}.")


def _is_instant(told: str) -> bool:
    try:
        return datetime.fromisoformat(told).tzinfo is not None
    except ValueError:
        return False


def _is_number_of_a_machine(told: str) -> bool:
    try:
        return bool(ip_address(told))
    except ValueError:
        return False


def _is_page(told: str) -> bool:
    try:
        url = urlsplit(told)
        return url.scheme in ("http", "https") and bool(url.hostname) and not (url.query or url.fragment)
    except ValueError:
        return False


def _refuse_danger(settings: Settings, *, keyring_named: bool) -> None:
    if settings.mode is Mode.PRODUCTION:
        if settings.now:
            raise SettingsRefused("CASEMGR_NOW is for tests and refused in production.")
        if settings.debug:
            raise SettingsRefused("CASEMGR_DEBUG is refused in production.")
        if not keyring_named or (settings.keyring_passphrase_file is None and not sys.stdin.isatty()):
            raise SettingsRefused("Production needs CASEMGR_KEYRING and CASEMGR_KEYRING_PASSPHRASE_FILE.")
        if not _is_database_proved(settings.database_url):
            raise SettingsRefused("A database on another machine needs sslmode=verify-full in its address.")
    if settings.sqlite_path is not None and settings.sqlite_path.is_dir():
        raise SettingsRefused("CASEMGR_DATABASE_URL names a folder: a SQLite database is a file in it.")
    _refuse_half_a_post(settings)
    if settings.log_to and not _is_log_place(settings.log_to):
        raise SettingsRefused("CASEMGR_LOG_TO is tls://host:port, or unix: and the path of a socket.")
    for folder in (settings.data_dir, _SOURCE):
        if settings.keyring.resolve().is_relative_to(folder.resolve()):
            raise SettingsRefused(f"The keyring must not lie inside {folder}, where copies are made.")


def _is_log_place(address: str) -> bool:
    """Whether lines go encrypted to another machine, or stay on this one."""
    try:
        told = urlsplit(address)
        if told.scheme == "unix":
            return told.path.startswith("/") and not told.netloc
        return told.scheme == "tls" and bool(told.hostname) and bool(told.port) and not told.path.strip("/")
    except ValueError:
        return False


def _refuse_half_a_post(settings: Settings) -> None:
    if settings.smtp_host and not (settings.smtp_from and settings.public_url):
        raise SettingsRefused("CASEMGR_SMTP_HOST needs CASEMGR_SMTP_FROM and CASEMGR_PUBLIC_URL.")
    if settings.heads_to and not settings.smtp_host:
        raise SettingsRefused("CASEMGR_HEADS_TO needs CASEMGR_SMTP_HOST.")
    if any(may_be_written_to(address).blocking for address in settings.heads_to):
        raise SettingsRefused("CASEMGR_HEADS_TO holds something that is no e-mail address.")
    if settings.smtp_plain and settings.smtp_host not in _HERE:
        raise SettingsRefused("CASEMGR_SMTP_PLAIN is for a mail server on this very machine only.")


def _is_database_proved(url: str) -> bool:
    """Whether what goes to the database stays on this machine, or goes encrypted to a server that proves its name."""
    near = all(place in ("", *_HERE) for place in _hosts_of(url))
    return near or parse_qs(urlsplit(url).query).get("sslmode") == ["verify-full"]


def _hosts_of(url: str) -> list[str]:
    """The machines that the address of a database names; a folder of sockets is none."""
    told = urlsplit(url)
    asked = parse_qs(told.query)
    places = ",".join([told.hostname or "", *asked.get("host", ()), *asked.get("hostaddr", ())]).split(",")
    return [place for place in places if not place.startswith("/")]


def _credential(told: Mapping[str, str]) -> Path | None:
    """The passphrase as the service manager hands it over (systemd: LoadCredential=), if it does."""
    folder = told.get("CREDENTIALS_DIRECTORY")
    found = Path(folder) / "casemgr-keyring-passphrase" if folder else None
    return found if found is not None and found.is_file() else None


def _at_home(data_dir: Path) -> Path:
    try:
        return Path.home() / ".config" / "casemgr" / f"keyring-{_mark(data_dir)}.json"
    except RuntimeError:
        raise SettingsRefused("CASEMGR_KEYRING has to be set: this user has no home directory.") from None


def _beside(keyring: Path, mode: Mode) -> Path | None:
    return keyring.with_suffix(".passphrase") if mode is Mode.DEMO else None


def _mark(data_dir: Path) -> str:
    """A short mark of the data directory, so that two installations of one person do not share a keyring."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:8]
