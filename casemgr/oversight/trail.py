"""The trail as inspectors read it, and as those entitled learn who looked at a file."""

import base64
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.accounts.models import Account
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.core.books import neutralised
from casemgr.core.calendar import day_end, day_start
from casemgr.core.errors import NotFound
from casemgr.intake.models import Report
from casemgr.oversight.terms import READS, REFUSALS, Sort
from casemgr.security.audit import AuditEntry, AuditLink

SHOWN = 100
MOST = 10_000  # lines of an export
_TOLD = ("role", "unit", "parts", "reason", "result", "count", "address", "door", "for")


@dataclass(frozen=True)
class Asked:
    """What an inspector wants to see of the trail."""

    person: str = ""
    record: str = ""
    action: str = ""
    sort: Sort | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class TrailLine:
    """One entry of the trail as an inspector sees it."""

    seq: int
    at: datetime
    actor: str
    name: str
    action: str
    record: str | None
    more: Mapping[str, object]
    sealed: int  # parts that were sealed in its transaction
    has_words: bool  # searched words lie sealed in it


def lines(desk: Desk, asked: Asked, *, limit: int = SHOWN) -> Sequence[TrailLine]:
    """Entries of the trail, newest first."""
    rows = desk.all(_narrowed(desk, select(AuditEntry), asked).order_by(AuditEntry.seq.desc()).limit(limit))
    names = _names(desk, [row.actor for row in rows])
    return [_line(row, names) for row in rows]


def as_csv(desk: Desk, asked: Asked) -> str:
    """The same as CSV for a spreadsheet; nothing in it is a formula."""
    found = lines(desk, asked, limit=MOST)
    desk.read("trail exported", count=len(found))
    text = io.StringIO()
    write = csv.writer(
        text, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )  # a program may cut at other signs too
    write.writerow(["entry", "at", "actor", "name", "action", "record", *_TOLD])
    for line in found:
        told = (line.more.get(name, "") for name in _TOLD)
        cells = (line.seq, line.at.isoformat(), line.actor, line.name, line.action, line.record or "", *told)
        write.writerow([_harmless(cell) for cell in cells])
    return "\ufeff" + text.getvalue()


def _harmless(cell: object) -> str:
    told = ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
    return neutralised(told)


def _narrowed(desk: Desk, statement: Select[AuditEntry], asked: Asked) -> Select[AuditEntry]:
    if asked.person:
        account = desk.session.scalar(select(Account.id).where(Account.username == asked.person.casefold()))
        statement = statement.where(AuditEntry.actor == (f"account:{account}" if account else asked.person))
    if asked.record:
        statement = statement.where(AuditEntry.object == asked.record)
    if asked.action:
        statement = statement.where(AuditEntry.action == asked.action)
    if asked.sort is Sort.READ:
        statement = statement.where(AuditEntry.action.in_(sorted(READS)))
    elif asked.sort is Sort.REFUSED:
        statement = statement.where(AuditEntry.action.in_(sorted(REFUSALS)))
    elif asked.sort is Sort.CHANGED:
        statement = statement.where(AuditEntry.action.not_in(sorted(READS | REFUSALS)))
    if asked.since is not None:
        statement = statement.where(AuditEntry.at >= day_start(asked.since))
    if asked.until is not None:
        statement = statement.where(AuditEntry.at <= day_end(asked.until))
    if asked.before is not None:
        statement = statement.where(AuditEntry.seq < asked.before)
    return statement


def _names(desk: Desk, actors: Sequence[str]) -> Mapping[str, str]:
    wanted = {UUID(actor.removeprefix("account:")) for actor in actors if actor.startswith("account:")}
    return {f"account:{key}": name for key, name in cases.names(desk, wanted).items()}


def _line(row: AuditEntry, names: Mapping[str, str]) -> TrailLine:
    told = json.loads(row.body)
    return TrailLine(
        row.seq,
        row.at,
        row.actor,
        names.get(row.actor, ""),
        row.action,
        row.object,
        {key: told[key] for key in _TOLD if key in told},
        len(told.get("sealed", ())),
        "asked" in told,
    )


def chained(desk: Desk) -> tuple[int, int]:
    """How many entries there are, and how many the chain covers."""
    entries = desk.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    links = desk.session.scalar(select(func.count()).select_from(AuditLink)) or 0
    return entries, links


def words_of(desk: Desk, seq: int) -> str:
    """What was typed into a search: opened for a reason that stands in the trail."""
    row = desk.get(AuditEntry, seq)
    sealed = json.loads(row.body).get("asked")
    if sealed is None:
        raise NotFound
    desk.read("searched words opened", row.seq, reason="given")
    return desk.safe.open_words(row.actor, base64.b64decode(sealed))


@dataclass(frozen=True)
class Reader:
    """One person who dealt with a file: how often they looked, and whether they did anything."""

    actor: str
    name: str
    role: str
    looks: int
    first: datetime
    last: datetime
    works: int
    hidden: int  # looks at what is hidden: the reporter, the place


def readers(desk: Desk, number: str) -> tuple[Case, Sequence[Reader]]:
    """Who looked at a file, the last first. For whoever is responsible for it, its chair and its supervisor."""
    case = cases.case(desk, number, parts=())
    mine = (desk.actor.account_id, desk.actor.stands_for)
    if desk.actor.role is Role.COMMUNE_OFFICER and (case.holder_id is None or case.holder_id not in mine):
        raise NotFound
    report = desk.session.scalar(select(Report.number).where(Report.id == case.report_id))
    found: dict[str, list[AuditEntry]] = {}
    of_file = select(AuditEntry).where(AuditEntry.object.in_({number, report or number}))
    for row in desk.all(of_file.order_by(AuditEntry.seq)):
        found.setdefault(row.actor, []).append(row)
    names = _names(desk, list(found))
    desk.read("readers of a case opened", number, count=len(found))
    made = [_reader(actor, names.get(actor, ""), rows) for actor, rows in found.items()]
    return case, sorted((one for one in made if one.looks), key=lambda one: one.last, reverse=True)


def _reader(actor: str, name: str, rows: Sequence[AuditEntry]) -> Reader:
    looks = [row for row in rows if row.action in READS]
    seen = looks or rows
    return Reader(
        actor,
        name,
        str(json.loads(rows[-1].body).get("role") or ""),
        len(looks),
        seen[0].at,
        seen[-1].at,
        sum(row.action not in READS | REFUSALS for row in rows),
        sum(row.action in ("hidden place read", "reporter read") for row in rows),
    )


def each(desk: Desk, actions: Sequence[str], since: datetime) -> Iterator[AuditEntry]:
    """Entries of some actions since an instant, one after another."""
    statement = select(AuditEntry).where(AuditEntry.at >= since, AuditEntry.action.in_(actions))
    yield from desk.session.scalars(statement.order_by(AuditEntry.seq).execution_options(yield_per=1000))


def account_of(row: AuditEntry) -> UUID | None:
    """The person of an entry, if it was one."""
    return UUID(row.actor.removeprefix("account:")) if row.actor.startswith("account:") else None
