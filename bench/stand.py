"""Where the benchmarks run: a database with the invented data, the application on it, and real servers."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, Table, create_engine, inspect

from bench import data, facts_only
from casemgr import app as roof
from casemgr.access.actor import command
from casemgr.access.desk import Office
from casemgr.core.db import Followed, Model
from casemgr.core.loading import loading
from casemgr.places import actions as places
from casemgr.places import queries as place_queries
from casemgr.places.atlas import Atlas
from casemgr.security import keys
from casemgr.settings import Mode, Settings

ROOT = Path(__file__).parent.parent
CACHE = Path(__file__).parent / "cache"
_PATIENCE = 60.0
_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
    "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)


@dataclass(frozen=True)
class Stand:
    """One database with the invented data and all that is needed to open it."""

    engine: str
    url: str
    folder: Path
    seed: int
    size: int
    now: str = data.NOW.isoformat()  # empty: the clock of the machine

    @property
    def environment(self) -> Mapping[str, str]:
        """What a server of its own needs to be told."""
        told = {
            "MODE": "demo",
            "DATA_DIR": self.folder / "data",
            "DATABASE_URL": self.url,
            "KEYRING": self.folder / "keys" / "keyring.json",
            "KEYRING_PASSPHRASE_FILE": self.folder / "keys" / "passphrase",
            "NOW": self.now,
        }
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, **{f"CASEMGR_{name}": str(value) for name, value in told.items()}}

    def app(self) -> Flask:
        """The application in this process, loaded as a server loads it."""
        settings = Settings(
            mode=Mode.DEMO,
            data_dir=self.folder / "data",
            database_url=self.url,
            keyring=self.folder / "keys" / "keyring.json",
            now=self.now or None,
        )
        with loading():
            return roof.build(settings, ring=data.keyring(self.seed))


def office_of(app: Flask) -> Office:
    found: Office = app.extensions["casemgr"].office
    return found


@contextmanager
def stand(engine: str, url: str, *, size: int, seed: int) -> Iterator[Stand]:
    """A folder of its own outside the source tree, with the keyring of the invented data."""
    folder = Path(tempfile.mkdtemp(prefix="casemgr-bench-"))
    try:
        (folder / "keys").mkdir(mode=0o700)
        passphrase = folder / "keys" / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text("invented")
        cheap = keys.PassphraseWrapper(b"invented", stretch=keys.Stretch(time=1, memory=8 * 1024, lanes=1))
        keys.save(folder / "keys" / "keyring.json", data.keyring(seed), cheap)
        yield Stand(engine, url.format(folder=folder), folder, seed, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Kind:
    """What is invented: whole files, or only the facts that are counted, or the children who are looked for."""

    name: str
    generate: Callable[..., None]
    form: int = 1  # another number makes it anew


CASES, FACTS = Kind("cases", data.generate), Kind("facts", facts_only.generate)
CHILDREN = Kind("children", data.generate_children, form=2)


@contextmanager
def sqlite(*, size: int, seed: int, told: Callable[[int], None], kind: Kind = CASES) -> Iterator[Stand]:
    """The data on SQLite: a copy of what is kept, so that a run leaves nothing behind."""
    kept = _kept(kind, size=size, seed=seed, told=told)
    with stand("sqlite", "sqlite:///{folder}/bench.sqlite3", size=size, seed=seed) as made:
        shutil.copyfile(kept, made.folder / "bench.sqlite3")
        with (made.folder / "bench.sqlite3").open("rb") as copied:
            os.fsync(
                copied.fileno()
            )  # else the first writer whose log is brought in waits for the whole copy
        yield made


@contextmanager
def postgresql(
    server: str, *, size: int, seed: int, told: Callable[[int], None], kind: Kind = CASES
) -> Iterator[Stand]:
    """The same data on PostgreSQL, copied table by table."""
    kept = _kept(kind, size=size, seed=seed, told=told)
    with stand("postgresql", server, size=size, seed=seed) as made:
        target = create_engine(server)
        Model.metadata.create_all(target)
        _copy(kept, target)
        told(size)
        target.dispose()
        office_of(made.app()).chain_trail()
        yield made


def _kept(kind: Kind, *, size: int, seed: int, told: Callable[[int], None]) -> Path:
    """The invented data of a size and seed, made once."""
    CACHE.mkdir(exist_ok=True)
    path = CACHE / f"{kind.name}-{size}-{seed}-{_schema(kind)}.sqlite3"
    if path.exists():
        return path
    for old in CACHE.glob(f"{kind.name}-{size}-{seed}-*.sqlite3"):
        old.unlink()
    with stand("sqlite", "sqlite:///{folder}/new.sqlite3", size=size, seed=seed) as made:
        app = made.app()
        with app.app_context():
            office = office_of(app)
            Model.metadata.create_all(office.engine)
            with office.open(command("bench")) as desk:
                places.load_shipped(desk)
            atlas = atlas_of(app)
            office.engine.dispose()  # the last connection brings the log into the file
        kind.generate(create_engine(made.url), atlas, size=size, seed=seed, told=told)
        office.take_stock()
        office.engine.dispose()
        shutil.move(made.folder / "new.sqlite3", path)
    return path


def _schema(kind: Kind) -> str:
    """A short mark of all tables and columns: data of another shape is made anew."""
    columns = sorted(
        f"{table.name}.{column.name} {column.type!r}"
        for table in Model.metadata.tables.values()
        for column in table.columns
    )
    return hashlib.sha256(f"{kind.form} {columns}".encode()).hexdigest()[:10]


def atlas_of(app: Flask) -> Atlas:
    """All units as the database of an application has them."""
    with office_of(app).open(command("bench"), writing=False) as desk:
        return place_queries.atlas(desk)


def _copy(kept: Path, target: Engine) -> None:
    """Every row into another database, by the bulk way of PostgreSQL; indexes when all is there, the chain anew.

    Values go as SQLite keeps them: PostgreSQL reads its identifiers, and its instants if they are said to be UTC.
    """
    with closing(sqlite3.connect(kept)) as reading, target.connect() as connection:
        for setting in (
            "session_replication_role = replica",
            "TIME ZONE 'UTC'",
            "maintenance_work_mem = '256MB'",
        ):
            connection.exec_driver_sql(f"SET {setting}")
        indexes = connection.exec_driver_sql(_INDEXES).all()
        for name, _ in indexes:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
        for table in Model.metadata.sorted_tables:
            if table.name != "audit_link":
                _copy_table(reading, connection, table)
        for _, made in indexes:
            connection.exec_driver_sql(made)
        for log in Followed.__subclasses__():  # as the migrations have them, on this engine alone
            name = inspect(log).local_table.name
            connection.exec_driver_sql(f'CREATE INDEX "ix_{name}_followed" ON "{name}" (xid, seq)')
        connection.commit()
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for settle in ("VACUUM ANALYZE", "CHECKPOINT"):  # else the server still writes while others measure
            connection.exec_driver_sql(settle)


def _copy_table(reading: sqlite3.Connection, connection: Connection, table: Table) -> None:
    columns = [
        column.name
        for column in table.columns
        if column.name != "xid" and not _numbered(table.name, column.name)
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    order = " ORDER BY seq" if "seq" in table.columns else ""
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as stream:
        for row in reading.execute(f'SELECT {names} FROM "{table.name}"{order}'):
            stream.write_row(row)


def _numbered(table: str, column: str) -> bool:
    """Whether PostgreSQL gives the numbers of a column itself."""
    return column == "seq" or (table == "unit_list" and column == "id")


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float


@contextmanager
def serving(
    made: Stand,
    kind: str,
    *,
    application: str = "wsgi:app",
    path: str = "/sign-in",
) -> Iterator[Server]:
    """A real server on a port of its own, until the block ends."""
    port = free_port()
    with (made.folder / "server.log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            _command(kind, application, port),
            cwd=ROOT,
            env=dict(made.environment),
            stdout=log,
            stderr=log,
        )
        try:
            _wait(port, path, process, made.folder / "server.log")
            yield Server(port, process, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(kind: str, application: str, port: int) -> list[str]:
    """The servers as docs/benchmarks.md recommends them: a worker for each processor, which takes the next request when
    it has answered the last. Lines that are kept would tie people to a worker, to the busy one as often as not."""
    if kind == "waitress":
        call = ["waitress", f"--listen=127.0.0.1:{port}", "--threads=8", application]
    else:
        options = ["--workers", str(os.cpu_count() or 1), "--threads", "1", "--worker-class", "gthread"]
        one_by_one = ["--worker-connections", "1", "--keep-alive", "0"]
        call = ["gunicorn", *options, *one_by_one, "--bind", f"127.0.0.1:{port}", application]
    return [sys.executable, "-m", *call]


def _wait(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers a first page."""
    until = time.perf_counter() + _PATIENCE
    while time.perf_counter() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), 30) as line:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
                if line.recv(12).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")
