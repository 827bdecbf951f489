"""What is found, in figures: at a size that a test can carry. The benchmark measures the same at a million children."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from bench import searching, stand
from bench.stand import Stand
from casemgr.access.actor import command
from casemgr.children import queries as children
from casemgr.demo.chance import Chance
from casemgr.search import files

SIZE, SEED = 1200, 11
LOOKED_FOR, TOLD_AGAIN = 70, 300
FOUND, FOUND_AGAIN, FALSE_ALERTS = 0.98, 0.97, 0.02


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Invented children of the whole country on SQLite, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand, "CACHE", tmp_path_factory.mktemp("cache"))
        with stand.sqlite(size=SIZE, seed=SEED, told=lambda done: None) as found:
            yield found


@pytest.fixture
def app(made: Stand) -> Iterator[Flask]:
    app = made.app()
    with app.app_context():
        yield app
        stand.office_of(app).engine.dispose()


def test_a_child_is_found_whatever_is_wrong_with_the_name(app: Flask) -> None:
    office, atlas, chance = stand.office_of(app), stand.atlas_of(app), Chance("recall")
    with office.open(command("test"), writing=False) as desk:
        wanted = searching.targets(desk, LOOKED_FOR)
    asked, found = Counter[str](), Counter[str]()
    with office.open(searching.stranger(atlas), writing=False) as desk:
        for target in wanted:
            for kind, typed in searching.questions(chance, target):
                asked[kind] += 1
                found[kind] += searching.looked_for(desk, target, typed)
        desk.readings.clear()
    assert len(asked) == 6 and min(asked.values()) == LOOKED_FOR
    recall = {kind: round(found[kind] / asked[kind], 3) for kind in asked}
    assert sum(found.values()) / asked.total() >= FOUND, recall


def test_a_child_told_again_is_noticed_and_hardly_anybody_else(app: Flask) -> None:
    office, chance = stand.office_of(app), Chance("again")
    with office.open(command("test"), writing=False) as desk:
        wanted = searching.targets(desk, TOLD_AGAIN)
        rows = children.of_numbers(desk, [target.id for target in wanted])
        noticed = alerts = 0
        for row in rows.values():
            again = searching.told_again(chance, files.of(desk, row))
            noticed += row.id in searching.alike(desk, again, but=0)
            alerts += bool(searching.alike(desk, files.of(desk, row), but=row.id))
        desk.readings.clear()
    assert len(rows) == TOLD_AGAIN
    assert noticed / len(rows) >= FOUND_AGAIN, noticed
    assert alerts / len(rows) <= FALSE_ALERTS, alerts
