"""No way round the wall: what the session cannot see is written in the few places that may."""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.house.source import TEMPLATES, calls, imported, modules, templates

# What would walk round the wall, and the files that may, each for one reason
TEXT: Mapping[str, str] = {"casemgr/core/db.py": "asks the engine whether it answers, and for a lock"}
CONNECTION: Mapping[str, str] = {
    "casemgr/access/second_wall.py": "tells PostgreSQL who acts; reads and writes settings only",
    "casemgr/cli/walls.py": "puts up the second wall as the owner of the tables",
    "casemgr/security/audit.py": "one look at the trail and the tables: says how the transaction begins",
    "casemgr/security/traces.py": "digests every sealed part there is, and opens none",
    "casemgr/security/verifying.py": "walks the trail, in which nobody's file stands, by all processors at once",
    "casemgr/core/db.py": "says how a transaction begins",
    "casemgr/core/plain.py": "adds rows, and carries out what beside_the_wall, questions and verification hand it",
    "casemgr/access/desk.py": "begins the transaction of a desk",
    "casemgr/core/outside.py": "a line to another program, not to the database",
    "casemgr/core/prepared.py": "hands over text that was compiled behind the wall, or is of tables open to everybody",
    "casemgr/security/backup.py": "copies every table at one instant, for nobody to look at",
}
BARE_TABLE: Mapping[str, str] = {
    "casemgr/access/bits.py": "makes the functions that tell one bit past the walls, with the tables",
    "casemgr/access/second_wall.py": "names tables in rights and policies",
    "casemgr/core/db.py": "the base of all tables",
    "casemgr/core/plain.py": "names the columns of rows that are added",
    "casemgr/demo/province.py": "empties every table of an invented province, by its name",
    "casemgr/exchange/queries.py": "reads the number of the newest migration",
    "casemgr/security/backup.py": "copies every table and puts it back",
}
OUTSIDE: Mapping[str, str] = {
    "casemgr/core/outside.py": "opens every line, to the addresses of the settings alone",
    "casemgr/notices/post.py": "speaks the language of mail on such a line",
}
SESSION: Mapping[str, str] = {
    "casemgr/access/desk.py": "the office opens desks",
    "casemgr/access/scope.py": "the session of a desk",
    "casemgr/app.py": "proves at the start that the keyring opens what is stored",
    "casemgr/security/backup.py": "verifies the trail inside the transaction that restores it",
    "casemgr/security/verifying.py": "a process that walks a part of the trail looks at it by itself",
}
ALIAS: Mapping[str, str] = {
    "casemgr/access/scope.py": "gives a table a second name, for a scope alone",
    "casemgr/cases/models.py": "a scope looks up the case of a row, and says itself which cases are seen",
    "casemgr/children/models.py": "the same for the child of a row",
    "casemgr/intake/models.py": "the same for the report of a row",
    "casemgr/intervention/services/models.py": "the same for whoever acts for the provider of a row; everybody may read who does",
}
UNLOADED: Mapping[str, str] = {
    "casemgr/core/db.py": "the transaction number has no column of the engine",
    "casemgr/indicators/following.py": "the transaction number of the log of facts",
}
RAW_CONNECTION = {"exec_driver_sql", "connection", "raw_connection", "connect"}


def offenders(names: set[str], allowed: Mapping[str, str]) -> list[str]:
    return [
        f"{path}:{line} calls {name}()"
        for path, tree in modules().items()
        if path not in allowed
        for name, line in calls(tree)
        if name in names
    ]


def test_no_sql_as_text() -> None:
    found = [
        f"{path}:{line} imports {what}"
        for path, tree in modules().items()
        if path not in TEXT
        for source, what, line in imported(tree)
        if source.startswith("sqlalchemy") and what in {"text", "TextClause"}
    ]
    assert not found, f"SQL as text is not narrowed to what the actor may see: {found}"


def test_no_raw_connection() -> None:
    found = offenders(RAW_CONNECTION, CONNECTION)
    assert not found, f"A raw connection is not narrowed to what the actor may see: {found}"


def test_only_a_question_prepares_a_statement() -> None:
    """What is prepared is not narrowed any more: questions put it behind the wall first."""
    found = [
        f"{path}:{line} imports {what}"
        for path, tree in modules().items()
        if path != "casemgr/access/questions.py"
        for source, what, line in imported(tree)
        if (source, what) in {("casemgr.core.prepared", "Prepared"), ("casemgr.core", "prepared")}
    ]
    assert not found, f"A prepared statement is not narrowed to what the actor may see: {found}"


def test_no_bare_table() -> None:
    attributes = [
        f"{path}:{node.lineno} takes {node.attr}"
        for path, tree in modules().items()
        if path not in BARE_TABLE and not path.endswith("models.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"__table__", "local_table", "metadata"}
    ]
    made = [
        f"{path}:{line} imports {what}"
        for path, tree in modules().items()
        if path not in BARE_TABLE
        for source, what, line in imported(tree)
        if source.startswith("sqlalchemy") and what in {"table", "Table", "TableClause"}
    ]
    assert not attributes + made, f"A bare table in a statement is not narrowed: {attributes + made}"


def test_nothing_calls_outside_but_the_post() -> None:
    """The server asks nobody on the network: what somebody types cannot lead it anywhere."""
    callers = {"socket", "ssl", "smtplib", "ftplib", "poplib", "imaplib", "http.client", "urllib.request"}
    callers |= {"requests", "httpx", "aiohttp", "urllib3", "xmlrpc.client"}
    found = [
        f"{path}:{line} imports {source}"
        for path, tree in modules().items()
        if path not in OUTSIDE
        for source, _what, line in imported(tree)
        if source in callers
    ]
    assert not found, f"A way out of the house: {found}"


def test_no_second_name_for_a_table() -> None:
    """In a join, the wall narrows a table but not its alias: the alias would show what is out of scope."""
    found = offenders({"aliased", "alias", "looked_up", "with_polymorphic", "from_statement"}, ALIAS)
    found = [line for line in found if "indicators/" not in line]
    assert not found, f"Ask twice instead of joining a table with itself: {found}"


def test_no_session_of_ones_own() -> None:
    found = offenders({"Session", "sessionmaker", "scoped_session", "DeskSession", "create_engine"}, SESSION)
    assert not found, f"Sessions are opened by the office: {found}"


def test_no_commit_behind_the_door() -> None:
    allowed = {
        "casemgr/access/desk.py": "the office commits once",
        "casemgr/core/db.py": "a setting of a new connection, before anything was asked on it",
    }
    found = offenders({"commit"}, allowed)
    assert not found, f"The door commits, once: {found}"


def test_no_literal_column() -> None:
    found = offenders({"literal_column"}, UNLOADED)
    assert not found, f"Name a column of the model: {found}"


def test_no_listener_but_those_of_the_walls_and_the_base() -> None:
    """Scope and read-only, the same for the child of a row; beside them only what prepares an SQLite connection."""
    allowed = {
        *("casemgr/access/bits.py", "casemgr/access/desk.py"),
        *("casemgr/access/scope.py", "casemgr/access/second_wall.py"),
        *("casemgr/children/models.py", "casemgr/core/db.py"),
    }
    found = [
        line for line in offenders({"listens_for", "listen"}, {}) if line.partition(":")[0] not in allowed
    ]
    assert not found, f"No callbacks between rooms: {found}"


def test_the_whole_register_has_few_visitors() -> None:
    found = {
        path
        for path, tree in modules().items()
        for source, what, _line in imported(tree)
        if source == "casemgr.access.everything" or what == "everything"
    }
    # counting; clocks under a changed law (numbers, units and times alone); how many children somebody saw; who is kept
    # out of a case, and who acts; what a search shows covered
    few = {
        "casemgr/indicators/following.py",
        "casemgr/indicators/projection.py",
        "casemgr/lawbook/recount.py",
        "casemgr/privacy/volume.py",
        "casemgr/safeguards/house.py",
        "casemgr/search/beyond.py",
    }
    assert all("cli/" in path for path in found - few), found - few


def test_flask_words_stay_at_the_door() -> None:
    allowed = ("casemgr/web/", "casemgr/cli/", "casemgr/app.py", "casemgr/frame.py", "casemgr/exchange/api/")
    found = [
        f"{path}:{line} imports {what}"
        for path, tree in modules().items()
        if not path.startswith(allowed) and "/views" not in path
        for source, what, line in imported(tree)
        if source.partition(".")[0] in {"flask", "flask_login", "flask_wtf"} and path != "casemgr/__init__.py"
        if not (path == "casemgr/core/db.py" and source == "flask_sqlalchemy")
    ]
    assert not found, f"Behind the door nobody knows the request: {found}"


def test_nobody_but_the_clock_asks_for_the_time() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if path != "casemgr/core/clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"utcnow", "today", "now"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "func", "time"}
    ]
    assert not found, f"The instant is handed in with the desk: {found}"


def test_logs_hold_events_and_ids_only() -> None:
    """A log line is one constant event; its values are ids, kinds and counts."""
    known = {
        "incident",
        "kind",
        "endpoint",
        "exc_info",
        "count",
        "report",
        "case",
        "account",
        "seconds",
        "reason",
    }
    wrong = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            target = node.func.value
            if not (isinstance(target, ast.Name) and target.id in {"log", "logger", "logging"}):
                continue
            if node.func.attr not in {"debug", "info", "warning", "error", "exception", "critical"}:
                continue
            constant = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
            if not constant or {word.arg for word in node.keywords} - known:
                wrong.append(f"{path}:{node.lineno}")
    assert not wrong, f"Log an event name and ids, nothing that a person typed: {wrong}"


def noqa() -> Iterator[tuple[str, int, str]]:
    for path in modules():
        for number, line in enumerate((TEMPLATES.parent / path).read_text().splitlines(), start=1):
            if "# noqa" in line or "# type: ignore" in line:
                yield path, number, line


def test_each_exception_from_the_linter_says_why() -> None:
    wrong = [
        f"{path}:{number}"
        for path, number, line in noqa()
        if "# noqa" in line and not re.search(r"# noqa: [A-Z0-9, ]+ - \w+", line)
    ]
    assert not wrong, f"Write the reason behind it, '# noqa: S105 - a word, no secret': {wrong}"


@pytest.mark.parametrize("name", sorted(templates()))
def test_templates_show_and_do_nothing_else(name: str) -> None:
    text = templates()[name]
    assert not re.search(r"\|\s*safe\b", text), "Text is escaped everywhere: no |safe."
    assert "autoescape false" not in text
    assert not re.search(r"\sstyle\s*=", text), "The policy refuses inline style: use a class."
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "The policy refuses inline script."
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "The policy refuses inline script."
    assert not re.search(r"<style\b", text), "The policy refuses inline style."
    outside = re.findall(r"(?:src|href|action)=[\"'](https?:)?//[^\"']+", text)
    assert not outside, "Nothing comes from another host."
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.S | re.I):
        assert "csrf_token" in form or "token()" in form or "{% call" in text, (
            "A form carries its forgery token."
        )


def test_red_is_for_what_destroys_or_endangers() -> None:
    """A beginner who sees red on every day looks away on the day it matters."""
    red = {
        name
        for name, text in templates().items()
        if re.search(r"kind='danger'|danger=true|, 'danger'\)", text) and not name.startswith("parts/")
    }
    assert red == {
        "accounts/proposal.html",  # signs what destroys, of whatever kind
        "accounts/reset_factors.html",  # takes away every proof of somebody
        "files/show.html",  # removes a file for ever
        "intervention/care/course.html",  # the child is in danger where it is
        "retention/list.html",  # destroys files
    }
