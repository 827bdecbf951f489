"""How a case is shut and opened: the mark on case, child and report, the ties of people, the lines on the timeline."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.cases import spine
from casemgr.cases.models import Case, CaseTie
from casemgr.cases.terms import Note, Step, TieNote, Way
from casemgr.core.calendar import local_day
from casemgr.notices import queries as notices
from casemgr.notices.actions.running import claim, tell, wishes_of
from casemgr.notices.terms import About, Level, Matter
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY
from casemgr.safeguards import queries
from casemgr.safeguards.queries import Cluster


def mark(of: Cluster, *, restricted: bool) -> None:
    """Say on every row that the wall asks whether only named readers see it."""
    for row in of.rows:
        row.restricted = restricted


def tie(
    house: Desk,
    case_ids: Iterable[UUID],
    people: Iterable[UUID],
    way: Way,
    note: TieNote,
    *,
    by: Actor | None = None,
) -> None:
    """Tie people to cases, unless they are."""
    everybody = list(people)
    for case_id in case_ids:
        held = queries.tied(house, [case_id], way)
        for account_id in everybody:
            if account_id in held:
                continue
            row = CaseTie(
                id=house.id(),
                case_id=case_id,
                account_id=account_id,
                way=way,
                since=house.now,
                made_by=None if by is None else by.account_id,
            )
            house.add(row)
            house.seal(row, note=note)
    house.flush()


def untie(
    house: Desk,
    case_ids: Collection[UUID],
    people: Collection[UUID],
    way: Way,
    *,
    by: Actor | None = None,
    why: str | None = None,
) -> None:
    """End the ties of some people. They stay on record."""
    for row in queries.ties(house, case_ids, way):
        if row.account_id not in people:
            continue
        row.ended_at, row.ended_by = house.now, None if by is None else by.account_id
        if why is not None:
            house.seal(row, note=replace(row.note or TieNote(), ended=why))
    house.flush()


def line(
    house: Desk, cases: Iterable[Case], step: Step, *, by: Actor | None = None, reason: str | None = None
) -> None:
    """The timeline of each case says what was done, by whom, and why."""
    desk = house if by is None else replace(house, actor=by)
    for case in cases:
        spine.write_line(desk, case, step, note=None if reason is None else Note(reason=reason))


def tell_them(
    house: Desk, case: Case, people: Collection[UUID], about: About, level: Level, *, ref: str = ""
) -> None:
    """Tell people once, by the number alone."""
    matter = queries.matter_of(house, case, about)
    if ref:
        matter = replace(matter, ref=ref)
    wishes = wishes_of(house, people)
    for person in sorted(people):
        tell(house, person, matter, level, wishes)


def tell_once(
    house: Desk, case: Case, people: Collection[UUID], about: About, level: Level, *, ref: str
) -> bool:
    """The same, if nobody was told of it before; whether somebody was now."""
    if not people or not claim(house, replace(queries.matter_of(house, case, about), ref=ref), level):
        return False
    tell_them(house, case, people, about, level, ref=ref)
    return True


def tell_of_tries(house: Desk, who: UUID, unit_id: int | None) -> None:
    """Tell the supervisors of somebody's unit, once a day, that they try in vain to open cases."""
    ref = f"{About.GLASS_TRIED}:{who.hex}:{local_day(house.now)}"
    unit = places.atlas(house).unit(unit_id) if unit_id is not None else None
    code = unit.code if unit is not None else COUNTRY
    matter = Matter(About.GLASS_TRIED, ref, None, code, unit_id, None, house.now)
    near = notices.offices_of(house, [matter])[ref]
    people = {*(near.province or near.nation)} - {who}
    wishes = wishes_of(house, people)
    for person in sorted(people):
        tell(house, person, matter, Level.PROVINCE, wishes)
