"""The committed pictures show what is there."""

from pathlib import Path

import pytest

from tests.contracts.pictures import PICTURES
from tests.support.house import HouseUnderTest


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_picture(sqlite_house: HouseUnderTest, path: Path) -> None:
    told = f"{path.name} has changed. If that is meant: python -m tests.contracts --write, and let review see it."
    assert path.exists(), told
    assert path.read_text() == PICTURES[path](sqlite_house.app), told
