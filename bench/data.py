"""Invented cases by the hundred thousand: real rows, really sealed, written in bulk past the actions.

The keyring comes from the seed: nobody's secrets are behind it, and the data can be kept between runs.
"""

import hashlib
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, insert, inspect
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment, SignIn
from casemgr.cases import numbers
from casemgr.cases.deadlines import EMERGENCY, FULL, PLAN
from casemgr.cases.models import Case, CaseClock, CaseCounter, CaseEvent
from casemgr.cases.terms import Note, Stage, Step
from casemgr.children import clues
from casemgr.children.models import Child, NameToken
from casemgr.core.calendar import local_day
from casemgr.core.db import Model
from casemgr.demo.chance import Chance
from casemgr.demo.names import Names
from casemgr.demo.province import code_on
from casemgr.demo.sentences import NOTES
from casemgr.demo.stories import Plot, Stories
from casemgr.indicators import facts, projection
from casemgr.indicators.models import CaseFact
from casemgr.intake.models import Report, ReportEvent
from casemgr.intake.story import card_of, detail_of
from casemgr.intake.terms import Decision, ToldChild
from casemgr.law.deadlines import deadline, due_at
from casemgr.law.holidays import work_calendar
from casemgr.places.atlas import Atlas
from casemgr.places.terms import Level, UnitFacts
from casemgr.security.audit import GENESIS, AuditEntry, AuditLink, Proof, Trail
from casemgr.security.keys import Key, Keyring, KeyState, Purpose
from casemgr.security.parts import RecordKey, Safe
from casemgr.security.tokens import Posted

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # ten in the morning in Viet Nam
SPAN = timedelta(days=900)
BUSIEST = "06124"
_OFFICERS = 16  # so many officers of the busiest communes are signed in
STATISTICIAN = _OFFICERS + 1  # the mark of one who is signed in and counts
_CALENDAR = work_calendar()
_AT_ONCE = 1000  # reports
_FILED = 200
_WITH_IDENTITY, _WITH_PHONE = 0.3, 0.4
_WAY: Sequence[tuple[Stage, Step]] = (
    (Stage.RECEIVED, Step.RECEIVE),
    (Stage.ASSESSING, Step.ACCEPT),
    (Stage.STUDYING, Step.ASSESS_NO_EMERGENCY),
    (Stage.PLANNING, Step.STUDY),
    (Stage.APPROVING, Step.HAND_IN_PLAN),
    (Stage.CARRYING_OUT, Step.APPROVE_PLAN),
    (Stage.CARRYING_OUT, Step.SERVICE),
    (Stage.REVIEWING, Step.PROPOSE_CLOSURE),
    (Stage.CLOSED, Step.CLOSE),
)


def keyring(seed: int) -> Keyring:
    """The keys of the invented data, from the seed alone."""
    return Keyring(
        {
            number: Key(
                number,
                purpose,
                KeyState.ACTIVE,
                "2026-01-01",
                hashlib.sha256(f"bench {seed} {purpose}".encode()).digest(),
            )
            for number, purpose in enumerate(Purpose, start=1)
        }
    )


def token(number: int) -> str:
    """The session token of one who is signed in."""
    return hashlib.sha256(f"bench token {number}".encode()).hexdigest()


@dataclass(frozen=True)
class Seat:
    """Where somebody who is signed in for the benchmark sits."""

    role: Role
    unit: UnitFacts
    token: str


class _AllNew:
    """Every record is being born: its key need not be looked for."""

    def __contains__(self, record: object) -> bool:
        return True


class _Wrapped:
    """Takes the place of a session: every record is new there."""

    def __init__(self) -> None:
        self.info: dict[str, Any] = {"born": _AllNew()}


class Heap:
    """Rows that wait to be written, table by table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
        self._columns: dict[type[Model], dict[str, str]] = {}
        self._nothing: dict[type[Model], dict[str, Any]] = {}
        self._postings: list[Posted] = []
        connection.exec_driver_sql("CREATE TEMP TABLE waiting (token INTEGER, posting BLOB)")

    def add(self, model: type[Model], **values: Any) -> None:
        self._rows[model].append({**self._empty(model), **values})

    def add_sealed(self, row: Any) -> None:
        """A row made as an object, because parts of it were sealed."""
        model = type(row)
        empty = self._empty(model)
        columns = self._columns[model]
        values = {columns[name]: value for name, value in vars(row).items() if name in columns}
        self._rows[model].append({**empty, **values})

    def write(self) -> None:
        for model, rows in self._rows.items():
            if rows:
                self._connection.execute(insert(model), rows)
        self._rows.clear()
        if self._postings:
            self._connection.exec_driver_sql("INSERT INTO waiting VALUES (?, ?)", self._postings)
            self._postings.clear()

    def lead_to(self, rows: Sequence[Posted]) -> None:
        """Rows of the index: they are kept aside until all are there, because they lie in the order of their tokens."""
        self._postings.extend(rows)

    def file_postings(self) -> None:
        table = NameToken.__tablename__
        self._connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM waiting ORDER BY 1, 2")
        self._connection.exec_driver_sql("DROP TABLE waiting")

    def _empty(self, model: type[Model]) -> dict[str, Any]:
        """A row with nothing in it, so that all rows of a statement have the same columns."""
        if model not in self._nothing:
            mapper = inspect(model)
            columns = {name: column for name, column in mapper.columns.items() if name not in ("seq", "xid")}
            self._columns[model] = {name: column.key for name, column in columns.items()}
            self._nothing[model] = {
                column.key: column.default.arg
                if isinstance(column.default, ScalarElementColumnDefault)
                else None
                for column in columns.values()
            }
        return self._nothing[model]


class Country:
    """Where cases lie: all communes of today, a few of them with much work, each with its officer."""

    def __init__(self, atlas: Atlas, chance: Chance) -> None:
        self.atlas = atlas
        today = local_day(NOW)
        self.communes = [unit for unit in atlas.in_force(today) if unit.level is Level.COMMUNE]
        self.communes.sort(
            key=lambda unit: (unit.code != BUSIEST, hashlib.sha256(unit.code.encode()).digest())
        )
        self.officers: dict[int, UUID] = {}
        self._shares = list(accumulate(1 / (place + 12) for place in range(len(self.communes))))
        self._chance = chance
        self._stories: dict[str, Stories] = {}

    def any(self) -> UnitFacts:
        return self.communes[bisect(self._shares, self._chance.between(0, self._shares[-1] * 0.999999))]

    def stories(self, unit: UnitFacts) -> Stories:
        code = unit.parent_code
        if code not in self._stories:
            chance = self._chance.branch(f"province {code}")
            self._stories[code] = Stories(chance, Names(chance, code))
        return self._stories[code]


class Writer:
    """Makes reports with their cases and everything that belongs to them."""

    def __init__(self, heap: Heap, country: Country, ring: Keyring, seed: int) -> None:
        self._heap, self._country = heap, country
        self._chance = Chance(f"bench {seed}")
        self._wrapped = _Wrapped()
        self._safe = Safe(ring, self._wrapped)  # type: ignore[arg-type]
        self._trail = Trail(ring)
        self._counters: Counter[tuple[str, int]] = Counter()
        self.entries = 0

    def report(self) -> int:
        """One report of one to three children; gives how many."""
        chance, country = self._chance, self._country
        unit = country.any()
        received_at = NOW - timedelta(seconds=int(SPAN.total_seconds() * chance.between(0, 1)) + 60)
        there = code_on(country.atlas, unit, received_at)
        at_home = country.atlas.at(there, local_day(received_at)) or unit
        count = chance.weighted({1: 88, 2: 9, 3: 3})
        plot = country.stories(unit).plot(there, received_at, children=count)
        old = (NOW - received_at).days
        accepted = chance.happens(0.8)
        decision = Decision.PENDING if old < 1 else Decision.ACCEPTED if accepted else Decision.NOT_VERIFIED
        report = self._report(plot, at_home, received_at, decision)
        for told in plot.story.children:
            self._case(report, plot, told, unit, at_home, old)
        self._keys()
        return count

    def counters(self) -> None:
        for (code, year), last in self._counters.items():
            self._heap.add(CaseCounter, unit_code=code, year=year, last=last)

    def _report(self, plot: Plot, unit: UnitFacts, received_at: datetime, decision: Decision) -> Report:
        number = self._number(unit.code, received_at, peek=True)
        report = Report(
            id=self._id(received_at),
            number=number,
            revision=1,
            version=1,
            digest=hashlib.sha256(number.encode()).digest(),
            received_at=received_at,
            arrived_at=received_at,
            unit_id=unit.id,
            state="received" if decision is Decision.PENDING else "accepted",
            decision=decision,
            decided_at=None if decision is Decision.PENDING else received_at + timedelta(hours=3),
            channel=plot.channel,
            kind=plot.kind,
            urgency=plot.urgency,
        )
        self._safe.seal(report, told=plot.story, known=plot.story, reporter=plot.reporter, places=plot.places)
        self._heap.add_sealed(report)
        self._heap.add(
            ReportEvent,
            report_id=report.id,
            revision=1,
            state=report.state,
            unit_id=unit.id,
            at=received_at,
        )
        return report

    def child(self) -> None:
        """One child of whom somebody told, without any file: for looking for it."""
        unit = self._country.any()
        told_at = NOW - timedelta(seconds=int(SPAN.total_seconds() * self._chance.between(0, 1)) + 60)
        plot = self._country.stories(unit).plot(unit.code, told_at, children=1)
        child = self._child(self._numbered(plot.story.children[0]), unit, told_at)
        self._entry("child registered", str(child.id), told_at, self._country.officers[unit.id])
        self._keys()

    def _numbered(self, told: ToldChild) -> ToldChild:
        """A child of whom a number is known now and then: of a province and a network that there are not."""
        chance = self._chance
        identity = f"999{chance.number(0, 10**9 - 1):09d}" if chance.happens(_WITH_IDENTITY) else None
        phone = f"01{chance.number(0, 10**8 - 1):08d}" if chance.happens(_WITH_PHONE) else None
        return replace(told, identity=identity, phone=phone)

    def _keys(self) -> None:
        for key in self._safe.new_keys():
            self._heap.add(RecordKey, **key)
        self._safe._keys.clear()

    def _child(self, told: Any, unit: UnitFacts, told_at: datetime) -> Child:
        child = Child(
            id=self._chance.number(1, 2**63 - 1),
            unit_id=unit.id,
            state="known" if told.name else "unidentified",
            recorded_at=told_at,
            version=1,
        )
        self._safe.seal(child, card=card_of(told), detail=detail_of(told))
        self._heap.add_sealed(child)
        self._posted(child.id, told, unit, told_at)
        return child

    def _posted(self, number: int, told: Any, unit: UnitFacts, received_at: datetime) -> None:
        """The rows of the index that the application would have written today."""
        atlas = self._country.atlas
        province = atlas.province_of(unit, atlas.clamped(local_day(NOW)))
        known = clues.known_of(
            card_of(told),
            detail_of(told),
            province=province.code if province is not None else None,
            told_in=local_day(received_at).year,
        )
        self._heap.lead_to(self._safe.index.postings(number, clues.of_file(known)))

    def _case(
        self, report: Report, plot: Plot, told: Any, today: UnitFacts, unit: UnitFacts, old: int
    ) -> None:
        child = self._child(told, unit, report.received_at)
        reached = self._reached(report, old)
        stage = reached[-1][0]
        case_id, officer = self._id(report.received_at), self._country.officers[today.id]
        moved_at = reached[-1][2]
        closed = stage is Stage.CLOSED
        clock = {
            Stage.RECEIVED: EMERGENCY,
            Stage.ASSESSING: PLAN,
            Stage.STUDYING: PLAN,
            Stage.PLANNING: PLAN,
        }.get(stage)
        due = self._due(clock, report.received_at) if clock else None
        number = self._number(unit.code, report.received_at)
        case = {
            "id": case_id,
            "number": number,
            "report_id": report.id,
            "child_ref": told.ref,
            "child_id": child.id,
            "unit_id": unit.id,
            "incident_unit_id": unit.id,
            "residence_unit_id": unit.id,
            "stage": stage,
            "emergency": plot.grave,
            "holder_id": None if stage is Stage.RECEIVED else officer,
            "held_since": None if stage is Stage.RECEIVED else reached[1][2],
            "received_at": report.received_at,
            "opened_at": report.received_at,
            "moved_at": moved_at,
            "closed_at": moved_at if closed else None,
            "ending": "safe_and_stable" if closed else None,
            "due_at": due,
            "due_clock": clock,
        }
        self._heap.add(Case, **case)
        self._clocks(case_id, report.received_at, reached, clock)
        self._events(case_id, officer, reached)
        fact = projection.fact_of(SimpleNamespace(**case), report, child)  # type: ignore[arg-type]
        sealed = self._safe.seal_fact(case_id, facts.pack(fact))
        self._heap.add(
            CaseFact, case_id=case_id, recorded_at=int(report.received_at.timestamp() * 1e6), sealed=sealed
        )
        self._entry("report received", number, report.received_at, officer)
        if len(reached) > 1:
            self._entry("report decided", number, reached[1][2], officer)

    def _reached(self, report: Report, old: int) -> list[tuple[Stage, Step, datetime]]:
        """How far a case has come: those of today wait, most of the old ones are closed."""
        chance = self._chance
        if report.decision == Decision.PENDING:
            steps = 1
        elif report.decision == Decision.NOT_VERIFIED:
            at = report.received_at
            return [
                (Stage.RECEIVED, Step.RECEIVE, at),
                (Stage.CLOSED, Step.SCREEN_OUT, at + timedelta(hours=5)),
            ]
        else:
            steps = len(_WAY) if old > 120 and chance.happens(0.94) else chance.number(2, len(_WAY) - 1)
        span = min(NOW - report.received_at, timedelta(days=110))
        return [
            (stage, step, report.received_at + span * (place / (steps + 1)) ** 2)
            for place, (stage, step) in enumerate(_WAY[:steps])
        ]

    def _clocks(
        self,
        case_id: UUID,
        received_at: datetime,
        reached: list[tuple[Stage, Step, datetime]],
        running: str | None,
    ) -> None:
        ended = {EMERGENCY: 2, PLAN: 4, FULL: 3}
        for clock, place in ended.items():
            if place <= len(reached) or clock in (running, EMERGENCY):
                stopped = reached[place] if place < len(reached) else None
                self._heap.add(
                    CaseClock,
                    id=self._id(received_at),
                    case_id=case_id,
                    clock=clock,
                    started_at=received_at,
                    started_by="received",
                    due_at=self._due(clock, received_at),
                    stopped_at=stopped[2] if stopped else None,
                    stopped_by=stopped[1] if stopped else None,
                )

    def _events(self, case_id: UUID, officer: UUID, reached: list[tuple[Stage, Step, datetime]]) -> None:
        for place, (stage, step, at) in enumerate(reached):
            line = CaseEvent(
                id=self._id(at),
                case_id=case_id,
                step=step,
                at=at,
                recorded_at=at,
                actor=f"account:{officer}",
                account_id=officer,
                stage=stage,
                round=1,
                form="01" if place == 0 else None,
            )
            if place % 3 == 2:
                self._safe.seal(line, note=Note(text=self._chance.one(NOTES)))
            self._heap.add_sealed(line)

    def _entry(self, action: str, number: str, at: datetime, officer: UUID) -> None:
        row = self._trail.entry(
            at=at, actor=f"account:{officer}", action=action, object=number, result=number
        )
        self._heap.add_sealed(AuditEntry(**row.row()))
        self.entries += 1

    def _number(self, code: str, at: datetime, *, peek: bool = False) -> str:
        year = local_day(at).year
        running = self._counters[code, year] + 1
        if not peek:
            self._counters[code, year] = running
        return numbers.make(code, year, running)

    def _due(self, clock: str, at: datetime) -> datetime | None:
        return due_at(deadline(clock, on=local_day(at)), at, _CALENDAR)

    def _id(self, at: datetime) -> UUID:
        value = (int(at.timestamp() * 1000) << 80) | self._chance.number(0, 2**80 - 1)
        value = value & ~(0xF << 76) | 0x7 << 76
        return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def generate(engine: Engine, atlas: Atlas, *, size: int, seed: int, told: Callable[[int], None]) -> None:
    """Fill an empty SQLite database with so many cases; the engine is a bare one, which checks no foreign keys."""

    def cases(writer: Writer) -> Iterator[int]:
        while True:
            yield writer.report()

    _fill(engine, atlas, cases, size=size, seed=seed, told=told)


def generate_children(
    engine: Engine, atlas: Atlas, *, size: int, seed: int, told: Callable[[int], None]
) -> None:
    """Fill an empty SQLite database with so many children: their keys, what they are found by, an entry for each.

    One report in a few hundred has its files, so that there is something to work on meanwhile.
    """

    def children(writer: Writer) -> Iterator[int]:
        for number in count():
            if number % _FILED == 0:
                yield writer.report()
            else:
                writer.child()
                yield 1

    _fill(engine, atlas, children, size=size, seed=seed, told=told)


def _fill(
    engine: Engine,
    atlas: Atlas,
    made_by: Callable[[Writer], Iterator[int]],
    *,
    size: int,
    seed: int,
    told: Callable[[int], None],
) -> None:
    ring = keyring(seed)
    country = Country(atlas, Chance(f"country {seed}"))
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA synchronous=OFF")
        connection.connection.execute("PRAGMA cache_size=-4000000")
        heap = Heap(connection)
        staff(heap, country)
        heap.write()
        writer = Writer(heap, country, ring, seed)
        made = 0
        for reports, count in enumerate(made_by(writer), start=1):
            made += count
            if reports % _AT_ONCE == 0:
                heap.write()
                told(min(made, size))
            if made >= size:
                break
        writer.counters()
        heap.write()
        heap.file_postings()
        _chain(connection, ring)
        connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
        told(size)
    engine.dispose()


def seats(atlas: Atlas) -> Sequence[Seat]:
    """Who is signed in: officers of the busiest communes, then a supervisor of the province of the first."""
    country = Country(atlas, Chance("nobody"))
    found = [
        Seat(Role.COMMUNE_OFFICER, unit, token(number))
        for number, unit in enumerate(country.communes[:_OFFICERS])
    ]
    province = atlas.at(country.communes[0].parent_code, local_day(NOW))
    if province is not None:
        found.append(Seat(Role.PROVINCE_SUPERVISOR, province, token(_OFFICERS)))
    return found


def staff(heap: Heap, country: Country, *, statistician: bool = False) -> None:
    """An officer in every commune; those of the busiest are signed in, a supervisor too, and perhaps a statistician."""
    province = country.atlas.at(country.communes[0].parent_code, local_day(NOW))
    for place, unit in enumerate(country.communes):
        country.officers[unit.id] = _hire(
            heap, place, Role.COMMUNE_OFFICER, unit, place if place < _OFFICERS else None
        )
    others = len(country.communes)
    if province is not None:
        _hire(heap, others, Role.PROVINCE_SUPERVISOR, province, _OFFICERS)
    if statistician:
        _hire(heap, others + 1, Role.STATISTICIAN, None, STATISTICIAN)


def _hire(heap: Heap, place: int, role: Role, unit: UnitFacts | None, mark: int | None) -> UUID:
    """Somebody with a role at a unit (or for the whole country); signed in, if there is a mark for their token."""
    began = NOW - SPAN
    account, appointment = UUID(int=(1 << 100) + place), UUID(int=(2 << 100) + place)
    code = unit.code if unit is not None else "VN"
    heap.add(
        Account,
        id=account,
        username=f"{role}.{code}",
        name=f"Cán bộ {code}",
        must_change=False,
        created_at=began,
        demo=True,
    )
    heap.add(
        Appointment,
        id=appointment,
        account_id=account,
        role=role,
        unit_id=unit.id if unit is not None else None,
        since=local_day(began),
    )
    if mark is not None:
        heap.add(
            SignIn,
            id=UUID(int=(3 << 100) + place),
            account_id=account,
            appointment_id=appointment,
            token_digest=hashlib.sha256(token(mark).encode()).digest(),
            started_at=NOW,
            seen_at=NOW,
        )
    return account


def _chain(connection: Connection, ring: Keyring) -> None:
    """Link all entries of the trail, as they would have been one by one."""
    connection.execute(delete(AuditLink))
    proof, mac = Proof(ring), GENESIS
    links: list[dict[str, Any]] = []
    entries = connection.exec_driver_sql(
        f"SELECT seq, mac FROM {AuditEntry.__tablename__} ORDER BY seq"
    ).all()
    for position, (seq, entry_mac) in enumerate(entries, start=1):
        mac = proof.link(mac, entry_mac)
        links.append({"position": position, "entry": seq, "xid": 0, "mac": mac})
        if len(links) == 10 * _AT_ONCE:
            connection.execute(insert(AuditLink), links)
            links = []
    if links:
        connection.execute(insert(AuditLink), links)
