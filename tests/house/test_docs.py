"""Docs: each setting, command and permission is documented where somebody would look for it."""

import re
from dataclasses import fields

import click

from casemgr.access.permissions import Permission
from casemgr.access.roles import GRANTS, LABELS, REACH, Role
from casemgr.settings import PREFIX, Settings, from_environment
from tests.contracts.pictures import _walk
from tests.house.source import ROOT, modules
from tests.support.house import HouseUnderTest


def test_every_setting_has_a_sentence_and_stands_in_the_docs() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    for field in fields(Settings):
        assert {"sentence", "default", "secret"} <= field.metadata.keys(), field.name
        assert f"`{PREFIX}{field.name.upper()}`" in text, f"docs/settings.md lacks {field.name}"


def test_nothing_else_reads_the_environment() -> None:
    found = [
        f"{path}:{number}"
        for path in modules()
        if path != "casemgr/settings.py"
        for number, line in enumerate((ROOT / path).read_text().splitlines(), start=1)
        if re.search(r"os\.environ|getenv\(", line)
    ]
    assert not found, f"A setting belongs into casemgr/settings.py: {found}"


def test_settings_that_nobody_gave_are_safe() -> None:
    told = from_environment({"CASEMGR_DATA_DIR": "/tmp/nowhere", "HOME": "/tmp"})
    assert not told.debug
    assert told.now is None
    assert told.demo


def test_every_command_says_what_it_does_with_an_example(sqlite_house: HouseUnderTest) -> None:
    for name, command in _walk(sqlite_house.app.cli, ""):
        told = command.help or ""
        assert told, f"{name} does not say what it does."
        assert "Example: flask --app wsgi" in re.sub(r"\s+", " ", told), f"{name} --help shows no example."
        for option in command.params:
            if isinstance(option, click.Option) and option.name not in ("help", "as_json"):
                known = (
                    option.help or option.is_flag or option.required or isinstance(option.type, click.Choice)
                )
                assert known, f"{name} {option.opts[0]} says nothing."


def test_every_permission_is_used_and_granted() -> None:
    """A right that no role has, or that nothing asks for, is a mistake waiting."""
    granted = {permission for role in Role for permission in GRANTS[role]}
    text = "\n".join((ROOT / path).read_text() for path in modules() if "access/" not in path)
    for permission in Permission:
        if permission in (Permission.PUBLIC, Permission.MAINTAIN):
            continue
        assert permission in granted, f"Nobody holds {permission}."
    idle = [
        row for row in Permission if f"Permission.{row.name}" not in text and row is not Permission.MAINTAIN
    ]
    assert not idle, f"Nothing asks for {idle}."


def test_permissions_stand_in_order() -> None:
    """Room, thing, act; alphabetical by name inside its room."""
    rooms: dict[str, list[str]] = {}
    for permission in Permission:
        if permission in (Permission.PUBLIC, Permission.MAINTAIN):
            continue
        assert re.fullmatch(r"[a-z]+:[a-z]+:[a-z]+", permission), permission
        rooms.setdefault(permission.partition(":")[0], []).append(permission)
    assert list(rooms) == sorted(rooms), "Rooms stand in alphabetical order."


def test_every_role_is_described() -> None:
    for role in Role:
        assert role in GRANTS and role in REACH and str(LABELS[role])
