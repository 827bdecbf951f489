"""A command that is refused or fails: one plain sentence on standard error, exit status 1, nothing half done."""

import gc
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select, text

from casemgr.accounts.models import Account
from casemgr.documents.models import Paper
from tests.security.installation import Installation, database, installed, settings_for, start
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest

ENGINES = ["sqlite", "postgresql"]


def run(house: HouseUnderTest, *words: object) -> Result:
    return house.app.test_cli_runner().invoke(args=[str(word) for word in words])


def one_sentence(done: Result) -> str:
    """What was said of a refusal, after a look at its form."""
    assert (done.exit_code, done.stdout) == (1, ""), (done.output, done.exception)
    assert isinstance(done.exception, SystemExit)
    (said,) = done.stderr.strip().splitlines()
    return said


def test_a_file_that_cannot_be_written(house: HouseUnderTest, tmp_path: Path) -> None:
    number, out = a_case(house), tmp_path / "nowhere" / "file"
    table = ("indicators", "table", "B", "0101", "--unit", "20", "--period", "2026", "--format", "xlsx")
    assert one_sentence(run(house, *table, "--out", out)) == f"{out}: No such file or directory."
    issue = ("documents", "issue", "--case", number, "--form", "01", "--format", "docx", "--recipient", "x")
    assert one_sentence(run(house, *issue, "--out", out)) == f"{out}: No such file or directory."
    with house.maintenance(writing=False) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Paper)) == 0
    done = run(house, *issue, "--out", tmp_path / "file", "--json")
    assert json.loads(done.stdout)["number"] == "1/BC-UBND", "no number was taken by a paper that nobody got"


@pytest.mark.parametrize(
    "line, said",
    [
        ("accounts suspend nobody", "There is no account nobody."),
        ("clients revoke nobody", "There is no client nobody."),
        ("indicators table X 0101 --unit 20 --period 2026", "There is no indicator X 0101 in this period."),
        ("indicators cell B 9999 --unit 20 --period 2026", "There is no indicator B 9999 in this period."),
        ("documents issue --case 1 --form 01 --format docx --recipient x --out /x", "There is no case 1."),
        (
            "reporting status --unit 99 --period 2026-H1",
            "There is no return of 99 for 2026-H1 by schedule half.",
        ),
        ("keys destroy 999", "There is no key 999 that could be destroyed."),
        ("backup check /nowhere/backup", "There is no file /nowhere/backup."),
        ("backup restore /nowhere/backup", "There is no file /nowhere/backup."),
    ],
)
def test_what_is_not_there_is_named(house: HouseUnderTest, line: str, said: str) -> None:
    assert one_sentence(run(house, *line.split())) == said


def test_words_of_another_encoding_are_refused_by_name(house: HouseUnderTest) -> None:
    half = b"C\xf4ng an".decode("utf-8", "surrogateescape")
    said = one_sentence(run(house, "accounts", "add", "mai.x", "--role", "admin", "--name", half))
    assert said == "name: This is not written in UTF-8."
    said = one_sentence(run(house, "cases", "overdue", "--unit", "VN", "--reason", half))
    assert said == "reason: This is not written in UTF-8."


def test_a_name_is_a_line_of_text(house: HouseUnderTest) -> None:
    add = ("accounts", "add", "mai.x", "--role", "admin", "--name")
    assert one_sentence(run(house, *add, "x" * 301)).startswith("name: At most ")
    assert run(house, *add, "Mai\n  Thị\x1b").exit_code == 0
    with house.maintenance(writing=False) as desk:
        assert desk.one(select(Account.name).where(Account.username == "mai.x")) == "Mai Thị"


def test_a_recipient_is_a_line_of_text(house: HouseUnderTest, tmp_path: Path) -> None:
    number, out = a_case(house), tmp_path / "file"
    issue = ("documents", "issue", "--case", number, "--form", "01", "--format", "docx", "--out", out)
    assert one_sentence(run(house, *issue, "--recipient", "x" * 301)).startswith("recipient: At most ")
    assert not out.exists()
    assert run(house, *issue, "--recipient", "C\x01ông\x02 an").exit_code == 0
    with house.maintenance(writing=False) as desk:
        (paper,) = desk.all(select(Paper))
        desk.safe.fetch_keys([paper.id])
        assert paper.issue is not None and paper.issue.name == "Công an"


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A database without tables."""
    with database(request, request.param) as url:
        settings = settings_for(tmp_path / "new", url)
        house = start(settings)
        with house.app.app_context():
            yield Installation(house, settings)
        house.office.engine.dispose()


def test_before_the_first_start_every_command_says_what_to_do(empty: Installation) -> None:
    for words in (
        ("accounts", "list"),
        ("demo", "load"),
        ("accounts", "add", "a.b", "--role", "admin"),
        ("serve",),
    ):
        said = one_sentence(empty.run(*words))
        assert said == "The database is not ready. First: flask --app wsgi init", words


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    with installed(request, request.param, tmp_path / "here") as found:
        yield found


def made_by(place: Installation, version: str) -> None:
    with place.house.office.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": version})


def without_a_column(place: Installation) -> None:
    with place.house.office.engine.begin() as connection:
        connection.execute(text("ALTER TABLE account RENAME COLUMN name TO elsewhere"))


def test_tables_of_another_version_of_the_program(place: Installation) -> None:
    without_a_column(place)
    assert place.run("accounts", "list").exception is not None
    made_by(place, "0001")
    said = one_sentence(place.run("accounts", "list"))
    assert said == "The database is of an older version of the program. First: flask --app wsgi init"
    made_by(place, "9999")
    newer = "The database is of a newer version of the program than this one. Use that version."
    assert one_sentence(place.run("accounts", "list")) == newer
    assert one_sentence(place.run("init")) == newer


def test_a_backup_that_cannot_be_written(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = one_sentence(place.run("backup", "create", "--out", tmp_path / "file" / "backup"))
    assert said.startswith(str(tmp_path / "file"))


def test_an_address_that_is_taken_or_is_none(house: HouseUnderTest) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = one_sentence(run(house, "serve", "--port", port))
        assert said.startswith(f"Nobody can be served on 127.0.0.1:{port}: Address already in use.")
    said = one_sentence(run(house, "serve", "--host", "nowhere.invalid", "--port", port))
    assert said.startswith(f"Nobody can be served on nowhere.invalid:{port}: ")
    gc.collect()  # a line that was left open would say so here
