"""Roof: the command line, one file per subject. Commands act for the installation and leave their trace like everybody."""

from importlib import import_module

from flask import Flask

_GROUPS = (
    "installation",
    "places",
    "law",
    "accounts",
    "cases",
    "documents",
    "exchange",
    "files",
    "indicators",
    "checks",
    "reporting",
    "search",
    "security",
    "walls",
    "keyring",
    "backup",
    "notices",
    "retention",
    "exports",
    "demo",
)


def install(app: Flask) -> None:
    """Hang the commands of every subject under `flask --app wsgi`."""
    for name in _GROUPS:
        for command in import_module(f"casemgr.cli.{name}").COMMANDS:
            app.cli.add_command(command)
