"""Running the reminders: whoever has to be told is told, once. May run twice, at once, late, or never."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.access.second_wall import lifted
from casemgr.accounts import queries as accounts
from casemgr.cases import spine
from casemgr.cases.models import Case
from casemgr.cases.terms import Note, Step
from casemgr.core.calendar import local_day
from casemgr.notices import queries, rules
from casemgr.notices.models import Escalation, Notice, NoticeMail, NoticeWish
from casemgr.notices.terms import Level, MailState, Mark, Matter, Ran, Staff
from casemgr.places import queries as places

PORTION = 200
_Plan = tuple[Matter, Level, Level, Sequence[UUID]]  # a matter, its level, who was reached, the people


@action("reminders run", needs=Permission.MAINTAIN)
def run(desk: Desk, mark: Mark | None = None, *, limit: int = PORTION) -> Ran:
    """Tell everybody who has to be told about one portion of what waits; gives where the next portion begins."""
    done = _portion(desk, mark or Mark(), limit)
    while done.next is not None and done.looked_at < limit:
        done = done.and_then(_portion(desk, done.next, limit))
    return done


def _portion(desk: Desk, mark: Mark, limit: int) -> Ran:
    found, following = queries.matters(desk, mark, limit)
    plans = _plans(desk, found)
    told = escalated = 0
    wishes = wishes_of(desk, {person for *_rest, people in plans for person in people})
    for matter, level, reached, people in plans:
        if not claim(desk, matter, level):
            continue
        for person in people:
            told += tell(desk, person, matter, level, wishes)
        if reached is not Level.HOLDER and matter.case_id is not None:
            escalated += 1
            _line(desk, matter, reached)
    return Ran(len(found), told, escalated, following)


def _plans(desk: Desk, found: Sequence[Matter]) -> list[_Plan]:
    """Whom to tell about what, leaving out what was told before."""
    held = queries.thresholds(local_day(desk.now))
    due = [(matter, level) for matter in found for level, _at in rules.standing(matter, held, desk.now).told]
    keys = [rules.key(matter, level) for matter, level in due]
    before = set(desk.all(select(Escalation.key).where(Escalation.key.in_(keys)))) if keys else set()
    due = [(matter, level) for matter, level in due if rules.key(matter, level) not in before]
    staff = queries.staff_of(desk, list(dict.fromkeys(matter for matter, _level in due)))
    away = accounts.deputies_on(desk, _people(staff), places.today(desk))
    plans = []
    for matter, level in due:
        people, reached = rules.recipients(level, staff[matter.ref], away)
        if reached is not None:
            plans.append((matter, level, reached, people))
    return plans


def _people(staff: Mapping[str, Staff]) -> set[UUID]:
    return {
        person
        for one in staff.values()
        for person in (*one.holder, *one.officers, *one.chairs, *one.province, *one.nation)
    }


def claim(desk: Desk, matter: Matter, level: Level) -> bool:
    """Whether it falls to us to tell this level: of two who run at once, one gets it."""
    return _insert_once(
        desk,
        Escalation,
        ["key"],
        id=desk.id(),
        case_id=matter.case_id,
        key=rules.key(matter, level),
        matter=matter.about,
        level=level,
        at=desk.now,
    )


def tell(desk: Desk, person: UUID, matter: Matter, level: Level, wishes: Mapping[UUID, str | None]) -> int:
    """Tell one person, once; a letter goes along where they have asked for letters."""
    notice_id = desk.id()
    new = _insert_once(
        desk,
        Notice,
        ["account_id", "key"],
        id=notice_id,
        account_id=person,
        case_id=matter.case_id,
        number=matter.number,
        matter=matter.about,
        level=level,
        clock=matter.clock,
        due_at=matter.due_at,
        key=rules.key(matter, level),
        made_at=desk.now,
    )
    if new and wishes.get(person):
        desk.add(NoticeMail(notice_id=notice_id, state=MailState.WAITING, tries=0, next_at=desk.now))
    return int(new)


def _line(desk: Desk, matter: Matter, reached: Level) -> None:
    """The timeline says that the next level was told. It is no step of the case: how long it has been silent stays."""
    case = desk.session.get(Case, matter.case_id)
    if case is not None:
        note = Note(data={"matter": matter.about, "level": reached, "clock": matter.clock or ""})
        spine.write_line(desk, case, Step.ESCALATE, note=note)


def wishes_of(desk: Desk, people: Collection[UUID]) -> Mapping[UUID, str | None]:
    """Where letters go of those among some people who asked for letters."""
    if not people:
        return {}
    rows = desk.rows(
        select(NoticeWish.account_id, NoticeWish.email).where(NoticeWish.account_id.in_(sorted(people)))
    )
    return {row[0]: row[1] for row in rows}


def _insert_once(desk: Desk, table: type[Any], unique: list[str], **values: Any) -> bool:
    insert = insert_sqlite if desk.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    with lifted(
        desk.session
    ):  # a notice is seen by the person it is written for, not by whoever asked for help
        return desk.session.execute(statement.returning(table.id)).scalar_one_or_none() is not None
