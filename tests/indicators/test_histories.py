"""Whatever happens to files (corrections, merges and their undoing, closing, reopening, decisions taken back, other units),
tables are what a reading of the files themselves gives; and as of every past day what such a reading gave on that day.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casemgr.access.roles import Role
from casemgr.cases import actions as cases
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Stage, Step
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core.errors import ExpectedError
from casemgr.core.periods import Period
from casemgr.indicators import following, items, projection, queries
from casemgr.indicators.catalogue import INDICATORS
from casemgr.indicators.facts import Fact
from casemgr.indicators.models import ItemFact
from casemgr.indicators.terms import Measure
from casemgr.intake import actions as intake
from casemgr.intake import queries as reports
from casemgr.intake.models import Report
from casemgr.intake.terms import Decision, Places, Relation, Story, Suspect, ToldChild
from casemgr.lives import actions as lives
from casemgr.lives.models import ChildMerge
from tests.indicators import plain, plain_items
from tests.support import factories
from tests.support.house import NA_SAM, THAT_KHE, HouseUnderTest

OFFICER = Role.COMMUNE_OFFICER
YEAR = Period.parse("2026")
COUNTED_BY = (
    ("sex", "harm"),
    ("age_band:year", "decision"),
    ("environment", "online"),
    ("relation",),
    ("ethnic_group", "month"),
)
SEXES = (Sex.MALE, Sex.FEMALE, None)
TELLING_APART = dict.fromkeys(("name-differs", "birth-differs", "sex-differs"), "đã hỏi gia đình")
Cells = dict[tuple[str, ...], int]


# ---- what may happen ----------------------------------------------------------------------------------------------


def told_child(dice: Random, ref: str) -> ToldChild:
    """A child of any age, or of none that is known."""
    birth = dice.choice(
        (
            Birth(),
            Birth(age_estimate=dice.randint(0, 20)),
            Birth(date(dice.randint(2006, 2026), 2, 28), Precision.DAY),
            Birth(date(2008 + 4 * dice.randint(0, 4), 2, 29), Precision.DAY),
            Birth(date(dice.randint(2006, 2025), 1, 1), Precision.YEAR),
        )
    )
    return replace(
        factories.KHANG,
        ref=ref,
        name=dice.choice(("Nông Minh Khang", "Nông Thị Giả Định", None)),
        sex=dice.choice(SEXES),
        birth=birth,
        harms=dice.choice((None, ("violence",), ("violence", "sexual_abuse"), ("other",))),
        ethnic_group=dice.choice(("tay", "nung", None)),
    )


def told(dice: Random, children: int) -> Story:
    """One to three children, nobody to three persons suspected of harming some of them."""
    refs = [f"c{number}" for number in range(1, children + 1)]
    suspects = tuple(
        Suspect(
            ref=f"s{number}",
            name="Nông Văn Đức",
            sex=Sex.MALE,
            is_carer=False,
            relations=tuple(
                Relation(ref, dice.choice(("father", "stranger", "neighbour_or_acquaintance")))
                for ref in dice.sample(refs, dice.randint(1, children))
            ),
        )
        for number in range(1, dice.randint(0, 3) + 1)
    )
    incident = replace(
        factories.a_story().incident,
        unit_code=dice.choice((NA_SAM, THAT_KHE)),
        occurred_on=dice.choice((None, date(2026, 2, 28), date(2026, 11, 17))),
        precision=None,
        environment=dice.choice(("family", "school", None)),
        online=dice.choice((True, False, None)),
    )
    return Story(incident=incident, children=tuple(told_child(dice, ref) for ref in refs), suspects=suspects)


class History:
    """A house to which things happen, by the actions of people, each at its own moment."""

    def __init__(self, house: HouseUnderTest, seed: int) -> None:
        self.house, self.dice = house, Random(seed)
        self.happened: list[str] = []

    def something(self) -> None:
        """One thing that may happen; what the rules forbid does not happen, and changes nothing."""
        ways: list[Callable[[], None]] = [
            self.report, self.decide, self.decide, self.correct, self.merge, self.part, self.close, self.reopen,
            self.move,
        ]  # fmt: skip
        self.dice.shuffle(ways)
        for way in ways:
            try:
                way()
            except ExpectedError:
                continue
            self.happened.append(way.__name__)
            return

    def report(self) -> None:
        """Received at any minute of the day, also just before and after midnight in Viet Nam (17:00 UTC)."""
        story = told(self.dice, self.dice.choice((1, 1, 2, 3)))
        midnight = datetime(2026, 11, 17, 17, tzinfo=UTC)
        at = self.dice.choice((self.house.clock.now(), midnight, midnight - timedelta(microseconds=1)))
        with self.house.maintenance() as desk:
            intake.receive(desk, factories.a_telling(self.house, story=story, received_at=at))

    def decide(self) -> None:
        wanted = self.dice.choice((Decision.ACCEPTED, Decision.ACCEPTED, Decision.NOT_VERIFIED))
        with self.house.maintenance() as desk:
            report = reports.report(desk, self._any(desk, Report.number))
            intake.decide(desk, report, decision=wanted, reason="xác minh lại")

    def correct(self) -> None:
        with self.house.maintenance() as desk:
            report = reports.report(desk, self._any(desk, Report.number))
            known = report.known
            assert known is not None
            story = replace(told(self.dice, len(known.children)), incident=known.incident)
            if self.dice.random() < 0.5:
                incident = replace(known.incident, environment=self.dice.choice(("community", None)))
                story = replace(story, incident=incident)
            intake.correct(desk, report, known=story, places_of=Places(), version=report.version)

    def merge(self) -> None:
        with self.house.maintenance(writing=False) as desk:
            here = select(Case.report_id, Case.child_id).where(Case.unit_id == self.house.unit_id(NA_SAM))
            known = {child: report for report, child in desk.rows(here)}
        pairs = [
            (one, other) for one in sorted(known) for other in sorted(known) if known[one] != known[other]
        ]
        kept, given_up = self.dice.choice(pairs) if pairs else (0, 0)
        with self.house.desk(OFFICER) as desk:
            proposed = lives.propose(
                desk, desk.get(Child, given_up), known_id=kept, explanations=TELLING_APART
            )
        with self.house.desk(OFFICER, person=1) as desk:
            lives.confirm(desk, desk.get(ChildMerge, proposed.id))

    def part(self) -> None:
        with self.house.desk(OFFICER, person=2) as desk:
            merged = desk.get(ChildMerge, self._any(desk, ChildMerge.id, ChildMerge.is_one))
            lives.undo(desk, merged, why="giấy khai sinh khác nhau")

    def close(self) -> None:
        with self.house.maintenance() as desk:
            case = desk.get(Case, self._any(desk, Case.id, Case.stage == Stage.ASSESSING))
            for step in (
                Step.ASSESS_NO_EMERGENCY, Step.STUDY, Step.HAND_IN_PLAN, Step.APPROVE_PLAN,
                Step.PROPOSE_CLOSURE, Step.CLOSE,
            ):  # fmt: skip
                spine.advance(desk, case, step)

    def reopen(self) -> None:
        with self.house.maintenance() as desk:
            case = desk.get(Case, self._any(desk, Case.id, Case.stage == Stage.CLOSED))
            cases.reopen(desk, case, reason="lại bị đánh")

    def move(self) -> None:
        """The place turns out to be another: the incident's, the child's, or the unit that answers."""
        with self.house.maintenance() as desk:
            case = desk.get(Case, self._any(desk, Case.id))
            column = self.dice.choice(("incident_unit_id", "residence_unit_id", "unit_id"))
            setattr(case, column, self.house.unit_id(self.dice.choice((NA_SAM, THAT_KHE))))
            desk.touch(case.id)

    def _any(self, desk: Any, column: Any, *where: Any) -> Any:
        found = sorted(desk.all(select(column).where(*where)))
        return self.dice.choice(found) if found else None


# ---- reading the files, case by case ------------------------------------------------------------------------------


def read_files(house: HouseUnderTest) -> list[tuple[UUID, Fact, dict[str, Any]]]:
    """What each file tells, in the words of the plain reading: written without using the projection."""
    rows = []
    with house.maintenance(writing=False) as desk:
        for case in desk.all(select(Case).where(Case.rehearsal.is_(False))):
            report, child = desk.get(Report, case.report_id), desk.get(Child, case.child_id)
            story = report.known
            assert story is not None
            own = next(one for one in story.children if one.ref == case.child_ref)
            card = child.card
            assert card is not None
            received = (report.received_at + timedelta(hours=7)).date()
            ties = [tie for suspect in story.suspects for tie in suspect.relations]
            rows.append(
                (
                    case.id,
                    Fact(
                        child=case.child_id,
                        received=received,
                        incident_unit=case.incident_unit_id or 0,
                        residence_unit=case.residence_unit_id or 0,
                        decision=str(report.decision),
                        sex=str(card.sex or "unknown"),
                        age=years(card.birth, story.incident.occurred_on or received),
                        harms=frozenset(own.harms or ()),
                        environment=story.incident.environment or "unknown",
                        online=story.incident.online,
                        relations=frozenset(tie.relation for tie in ties if tie.child == case.child_ref),
                        ethnic_group=(child.detail.ethnic_group if child.detail else None) or "unknown",
                    ),
                    {"unit": case.unit_id, "closed": case.stage == Stage.CLOSED},
                )
            )
    return rows


def years(birth: Birth, on: date) -> int | None:
    """Age on a day: an estimate stands; of a year only the age reached in it; born on 29 February, birthday on 1 March."""
    if birth.age_estimate is not None:
        return birth.age_estimate
    if birth.date is None:
        return None
    if birth.precision == Precision.YEAR:
        return max(0, on.year - birth.date.year)
    return max(0, on.year - birth.date.year - ((on.month, on.day) < (birth.date.month, birth.date.day)))


def counted(house: HouseUnderTest, keys: tuple[str, ...], place: str, as_of: str | None = None) -> Cells:
    """The table of the country by communes."""
    with house.maintenance(writing=False) as desk:
        asked = queries.question(
            "B",
            "0101",
            unit="VN",
            period="2026",
            level="commune",
            by=",".join(keys),
            place=place,
            as_of=as_of,
        )
        return {
            (row.area.code, *row.dims.values()): int(row.value)
            for row in queries.table(desk, asked).rows()
            if row.value
        }


def expected(house: HouseUnderTest, keys: tuple[str, ...], place: str) -> Cells:
    """The same from the files."""
    areas = {house.unit_id(code): code for code in (NA_SAM, THAT_KHE)}
    rows = [
        (
            case,
            1,
            YEAR.first,
            fact if place == "incident" else replace(fact, incident_unit=fact.residence_unit),
        )
        for case, fact, _ in read_files(house)
    ]
    return plain.b0101(rows, areas, YEAR, keys)


@pytest.mark.parametrize("count", [15])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=2, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_tables_follow_the_files_through_any_history(house: HouseUnderTest, count: int, seed: int) -> None:
    from tests.conftest import sweep

    sweep(house)
    house.office.trail.begin_run()
    house.staff.clear()
    house.clock.__init__(datetime(2026, 11, 18, 5, 45, tzinfo=UTC))  # type: ignore[misc]
    history = History(house, seed)
    for _ in range(3):
        history.report()
    asked = [(keys, place) for keys in COUNTED_BY for place in ("incident", "residence")]
    days: list[tuple[str, tuple[str, ...], str, Cells]] = []
    for _ in range(count):
        house.clock.move(timedelta(hours=history.dice.choice((1, 24))))
        history.something()
        keys, place = history.dice.choice(asked)
        now = expected(house, keys, place)
        assert counted(house, keys, place) == now, history.happened
        today = (house.clock.now() + timedelta(hours=7)).date().isoformat()
        days = [one for one in days if one[:3] != (today, keys, place)]
        days = [one for one in days if one[0] != today] + [(today, keys, place, now)]
    for forget in (False, True):  # also by a process that reads the log from its start
        if forget:
            following.counting(house.office.engine).forget()
        for day, keys, place, then in days:
            assert counted(house, keys, place, day) == then, (day, history.happened)
    check_items(house)
    with house.maintenance() as desk:
        assert projection.refresh_all(desk, told=lambda done: None) == 0, "every fact is what its file tells"


def check_items(house: HouseUnderTest) -> None:
    """Every indicator that counts items, beside the plain reading of the log of its kind; open cases beside the files."""
    areas = {house.unit_id(code): code for code in (NA_SAM, THAT_KHE)}
    today = (house.clock.now() + timedelta(hours=7)).date()
    span = Period.parse(f"2026-01-01..{today.isoformat()}")
    logs = {kind: log_of(house, kind) for kind in items.Kind}
    for entry in INDICATORS:
        if (
            entry.fact == "case" or entry.set == "H"
        ):  # the sheets of hotline 111 have a plain reading of their own
            continue
        with house.maintenance(writing=False) as desk:
            asked = queries.question(entry.set, entry.code, unit="VN", period=span.code, level="commune")
            table = queries.table(desk, asked)
        told = {
            (row.area.code,): shown_as(entry.measure, row) for row in table.rows() if said(entry.measure, row)
        }
        plainly = plain_items.table(entry.id, logs[items.Kind(entry.fact)], areas, span, [])
        assert told == plainly, entry.id
        if entry.id == "P/12":
            files = read_files(house)
            open_now = dict.fromkeys(areas.values(), 0)
            for _, _, state in files:
                open_now[areas[state["unit"]]] += not state["closed"]
            assert {code: told.get((code,), (0,))[0] for code in open_now} == open_now


def said(measure: Measure, row: Any) -> bool:
    return bool(row.n if measure is Measure.RATIO else row.value or row.of)


def shown_as(measure: Measure, row: Any) -> tuple[Any, ...]:
    if measure is Measure.RATIO:
        return (row.n,)
    if measure is Measure.SHARE:
        return (row.n, row.of)
    return (row.value, row.of) if measure is Measure.MEDIAN else (row.value,)


def log_of(house: HouseUnderTest, kind: str) -> list[tuple[object, int, date, Any]]:
    with house.maintenance(writing=False) as desk:
        rows = desk.rows(
            select(ItemFact.item_id, ItemFact.seq, ItemFact.sealed)
            .where(ItemFact.kind == kind)
            .order_by(ItemFact.seq)
        )
        opened = desk.safe.open_facts((row.item_id, row.sealed) for row in rows)
    return [
        (row.item_id, row.seq, YEAR.first, items.ITEMS.unpack(packed))
        for row, packed in zip(rows, opened, strict=True)
    ]
