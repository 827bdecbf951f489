"""Looks to ask about: rules alone on invented behaviour, with their precision and recall; then the round in the house."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import actions as case_actions
from casemgr.cases import queries as cases
from casemgr.oversight import rules, watching
from casemgr.oversight.models import Concern
from casemgr.oversight.rules import Look, Search, Work, suspicious
from casemgr.oversight.terms import Why
from tests.support.factories import a_case
from tests.support.house import ELSEWHERE, HouseUnderTest

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # eight in the morning in Viet Nam
DOCS = Path(__file__).parents[2] / "docs" / "decisions" / "0026-audit-with-hashes.md"
STAFF, DAYS, FILES = 80, 26, 400
KINDS = ("again", "relative", "night", "browse", "search")
NAMES = {"nguyen": 0.38, "tran": 0.11, "le": 0.1, "nong": 0.03, "trieu": 0.012, "khuong": 0.004}


@dataclass
class World:
    """One month of invented work, and who really looked out of curiosity."""

    looks: list[Look]
    works: list[Work]
    searches: list[Search]
    guilty: dict[UUID, str]


def at(chance: random.Random, day: int, *, night: bool = False) -> datetime:
    hour = chance.choice([15, 16, 18, 20]) if night else chance.uniform(0, 9)
    return MONDAY + timedelta(days=day, hours=hour, minutes=chance.uniform(0, 59))


@dataclass
class Town:
    """The staff and the files of one invented month, and what happened there."""

    chance: random.Random
    staff: list[UUID]
    family: dict[UUID, str]
    child: dict[str, str]
    owner: dict[str, UUID]
    world: World

    def look(self, who: UUID, file: str, day: int, *, night: bool = False) -> None:
        shared = NAMES[self.child[file]] if self.family[who] == self.child[file] else None
        when = at(self.chance, day, night=night)
        self.world.looks.append(Look(who, when, file, self.owner[file] == who, shared))

    def work(self, who: UUID, file: str, day: int) -> None:
        self.world.works.append(Work(who, at(self.chance, day), file))

    def honest(self, who: UUID) -> None:
        """Own files, emergencies at night; stands in, looks something up for a colleague, mistypes."""
        own, files = [file for file in self.child if self.owner[file] == who], list(self.child)
        for day in range(DAYS):
            for file in self.chance.sample(own, min(len(own), self.chance.randint(0, 3))):
                self.look(who, file, day, night=self.chance.random() < 0.04)
                if self.chance.random() < 0.6:
                    self.work(who, file, day)
            if self.chance.random() < 0.06:
                file = self.chance.choice(files)
                self.look(who, file, day)
                if self.chance.random() < 0.85:
                    self.work(who, file, day)
            if self.chance.random() < 0.08:
                self.look(who, self.chance.choice(files), day)
            for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
                self.world.searches.append(Search(who, at(self.chance, day)))

    def teaching(self, who: UUID) -> None:
        """Follows the case of a beginner without writing anything: innocent, and hard to tell."""
        file = self.chance.choice(list(self.child))
        for day in self.chance.sample(range(DAYS), 4):
            self.look(who, file, day)

    def snooping(self, who: UUID, kind: str) -> None:
        self.world.guilty[who] = kind
        foreign = [file for file in self.child if self.owner[file] != who]
        sample, some = self.chance.sample, self.chance.randint
        if kind == "again":
            file = self.chance.choice(foreign)
            for day in sample(range(DAYS), some(3, 6)):
                self.look(who, file, day)
        elif kind == "relative":
            file = self.chance.choice(foreign)
            self.family[who] = self.child[file] = "khuong"
            for day in sample(range(DAYS), some(1, 2)):
                self.look(who, file, day)
        elif kind == "night":
            for file in sample(foreign, some(3, 5)):
                self.look(who, file, self.chance.randrange(DAYS), night=True)
        elif kind == "browse":
            for file in sample(foreign, some(6, 12)):
                self.look(who, file, self.chance.randrange(DAYS))
        else:
            day = self.chance.randrange(DAYS)
            on = at(self.chance, day).date()
            self.world.looks = [one for one in self.world.looks if (one.account, one.at.date()) != (who, on)]
            self.world.searches += [Search(who, at(self.chance, day)) for _ in range(some(9, 20))]


def invented(seed: int) -> World:
    """A month of a province: everybody works, three teach, fifteen snoop, three of each kind."""
    chance = random.Random(seed)

    def name() -> str:
        return chance.choices(list(NAMES), list(NAMES.values()))[0]

    staff = [UUID(int=chance.getrandbits(128)) for _ in range(STAFF)]
    files = [f"f{place}" for place in range(FILES)]
    town = Town(
        chance,
        staff,
        {one: name() for one in staff},
        {one: name() for one in files},
        {one: chance.choice(staff) for one in files},
        World([], [], [], {}),
    )
    for who in staff:
        town.honest(who)
    for who in chance.sample(staff, 3):
        town.teaching(who)
    for place, who in enumerate(chance.sample(staff, 15)):
        town.snooping(who, KINDS[place % len(KINDS)])
    return town.world


def measured(seeds: Sequence[int]) -> tuple[float, float, dict[str, float]]:
    right = wrong = missed = 0
    by_kind: dict[str, list[bool]] = {}
    for seed in seeds:
        world = invented(seed)
        found = {one.account for one in suspicious(world.looks, world.works, world.searches)}
        right += len(found & world.guilty.keys())
        wrong += len(found - world.guilty.keys())
        missed += len(world.guilty.keys() - found)
        for who, kind in world.guilty.items():
            by_kind.setdefault(kind, []).append(who in found)
    kinds = {kind: sum(hits) / len(hits) for kind, hits in sorted(by_kind.items())}
    return right / (right + wrong), right / (right + missed), kinds


def test_precision_and_recall_on_invented_behaviour_are_those_that_are_written_down() -> None:
    precision, recall, kinds = measured(range(20))
    assert precision >= 0.75
    assert recall >= 0.85
    written = DOCS.read_text("utf-8")
    assert f"precision {precision:.2f}, recall {recall:.2f}" in written, (precision, recall, kinds)


looks = st.lists(
    st.builds(
        Look,
        st.sampled_from([UUID(int=1), UUID(int=2)]),
        st.integers(0, 60 * 24 * 29).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
        st.sampled_from(["a", "b", "c"]),
        st.booleans(),
        st.none() | st.sampled_from([0.001, 0.4]),
    ),
    max_size=25,
)


@given(looks)
def test_whoever_looks_at_what_is_theirs_is_never_brought_up(made: list[Look]) -> None:
    mine = [Look(one.account, one.at, one.about, True, one.namesake) for one in made]
    assert not suspicious(mine, [], [])


@given(looks)
def test_work_on_the_file_explains_the_looks(made: list[Look]) -> None:
    works = [Work(one.account, one.at, one.about) for one in made]
    assert not suspicious(made, works, [])


@given(looks, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(made: list[Look], chance: random.Random) -> None:
    shuffled = chance.sample(made, len(made))
    assert suspicious(made, [], []) == suspicious(shuffled, [], [])


@pytest.mark.parametrize("hour, night", [(14, False), (15, True), (21, True), (22, False)])
def test_night_is_night_where_the_people_are(hour: int, night: bool) -> None:
    assert rules.is_night(datetime(2026, 11, 2, hour, 0, tzinfo=UTC)) is night


def test_the_round_finds_who_came_back_without_work_and_says_it_once(house: HouseUnderTest) -> None:
    number = a_case(house)
    for _day in range(3):
        house.clock.move(timedelta(days=1))
        for person in (1, 2):
            page = house.client(Role.COMMUNE_OFFICER, person=person).get(f"/cases/{number}")
            assert page.status_code == 200
    with house.desk(Role.COMMUNE_OFFICER, person=2) as desk:
        case_actions.note(desk, cases.case(desk, number), text="Đã gọi")
    for expected in (1, 0):
        with house.maintenance() as desk:
            assert watching.watch(desk) == expected
    with house.maintenance(writing=False) as desk:
        (found,) = desk.all(select(Concern))
    assert found.account_id == house.hire(Role.COMMUNE_OFFICER, person=1)[0]
    assert (found.about, found.reasons) == (number, f"{Why.AGAIN}:3")

    supervisor = house.client(Role.PROVINCE_SUPERVISOR)
    page = supervisor.get("/concerns").get_data(as_text=True)
    assert "Người Thử CO1" in page and "3 ngày" in page
    refused = supervisor.post(f"/concerns/{found.id}", data={"said": ""})
    assert refused.status_code >= 400 and "Người Thử CO1" in refused.get_data(as_text=True)
    assert supervisor.post(f"/concerns/{found.id}", data={"said": "examine"}).status_code == 303
    assert supervisor.post(f"/concerns/{found.id}", data={"said": "duty"}).status_code == 404, (
        "it was answered"
    )
    assert "Cần kiểm tra" in house.client(Role.INSPECTOR).get("/concerns").get_data(as_text=True)
    assert house.client(Role.COMMUNE_OFFICER, ELSEWHERE).get("/concerns").status_code == 403
