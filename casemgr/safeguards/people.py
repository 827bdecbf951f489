"""Everybody in a case as far as can be compared with the kin of the staff. Read by the house, shown to nobody."""

from collections.abc import Iterator

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.children.terms import Birth
from casemgr.core.calendar import local_day
from casemgr.intake import story as stories
from casemgr.intake.models import Report
from casemgr.intake.terms import Story
from casemgr.intervention.care import queries as care
from casemgr.proceedings.models import Proceeding
from casemgr.safeguards.terms import Person, Whose


def people_of(house: Desk, case: Case) -> tuple[Person, ...]:
    """The child, its family, whoever is alleged to have done harm, the reporter, the carers."""
    if house.safe.is_born(case.id):  # nothing was decided yet
        return tuple(dict.fromkeys(_told(house, case)))
    return tuple(dict.fromkeys((*_told(house, case), *_decided(house, case), *_caring(house, case))))


def _told(house: Desk, case: Case) -> Iterator[Person]:
    report = house.get(Report, case.report_id)
    story, year = report.known or Story(), local_day(report.received_at).year
    told = stories.child_of(story, case.child_ref)
    if told is not None:
        yield Person(Whose.CHILD, told.name or "", _born(told.birth, year))
        for parent in (told.father, told.mother):
            yield Person(Whose.PARENT, parent.name or "", _year(year, parent.age))
        yield Person(Whose.CARER, told.carer or "")
    for suspect in story.suspects:
        yield Person(Whose.SUSPECT, suspect.name or "", _year(year, suspect.age))
    if report.reporter is not None:
        yield Person(Whose.REPORTER, report.reporter.name or "", None, "", report.reporter.phone or "")


def _decided(house: Desk, case: Case) -> Iterator[Person]:
    rows = house.all(
        select(Proceeding).where(Proceeding.case_id == case.id, Proceeding.replaced_at.is_(None))
    )
    for row in rows:
        if row.person is not None and not row.person.organisation:
            yield Person(
                Whose.SUSPECT, row.person.name or "", row.person.birth_year, row.person.identity or ""
            )


def _caring(house: Desk, case: Case) -> Iterator[Person]:
    for placement in care.placements(house, case):
        said = placement.choice.carer if placement.choice is not None else None
        if said is None:
            continue
        one = said.person
        year = one.birth.date.year if one.birth.date is not None else None
        yield Person(Whose.CARER, one.name, year, one.identity or "", one.phone or "")
        for member in said.household:
            yield Person(Whose.CARER, member.name, member.birth_year)


def _born(birth: Birth, year: int) -> int | None:
    return birth.date.year if birth.date is not None else _year(year, birth.age_estimate)


def _year(year: int, age: int | None) -> int | None:
    return None if age is None else year - age
