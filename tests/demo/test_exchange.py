"""Everything of the invented province, given away and taken in elsewhere, is the same file and gives the same numbers."""

from pathlib import Path

from tests.conftest import _folder, build
from tests.demo.conftest import Demo
from tests.exchange.files.material import give, take
from tests.exchange.files.test_export import all_tables


def test_the_whole_province_stands_the_same_elsewhere(demo: Demo, tmp_path: Path) -> None:
    first = give(demo.house, tmp_path / "one.jsonl")
    folder = _folder()
    other = build(f"sqlite:///{folder / 'casemgr.sqlite3'}", folder)
    other.clock.__init__(demo.now)  # type: ignore[misc]
    with other.app.app_context():
        taken = take(other, tmp_path / "one.jsonl")
        assert (taken["errors"], taken["refused"]) == ([], 0)
        assert give(other, tmp_path / "two.jsonl") == first
        again = take(other, tmp_path / "two.jsonl")
        assert (again["reports"], again["steps"], again["errors"]) == (0, 0, [])
        there = all_tables(other)
    other.office.engine.dispose()
    assert all_tables(demo.house) == there
    assert take(demo.house, tmp_path / "one.jsonl", "--dry-run")["errors"] == []
