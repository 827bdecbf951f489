"""The import contract of the house, as `make check` runs it."""

import pytest
from importlinter.cli import lint_imports

from tests.house.source import CODE, ROOT


def test_the_floors_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    done = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert done == 0, capsys.readouterr().out


def test_every_package_stands_on_a_floor() -> None:
    """A new package that stands nowhere fails the contract; this says so before the contract is read."""
    told = (ROOT / ".importlinter").read_text()
    for path in CODE.iterdir():
        if path.is_dir() and (path / "__init__.py").exists():
            assert f"    {path.name}" in told or f"({path.name})" in told or f" {path.name}" in told, (
                path.name
            )
