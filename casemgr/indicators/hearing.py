"""From a report of hotline 111 to what its sheets count: what a case is about, who told it, who is alleged, what came of it.

What the hotline told stands first. Where it told nothing, a dated table of the law's data leads from our codes to its own:
from forms of harm to problems, groups of children and kinds of alleged people, from services given and reasons of closing to
results. What no table leads to stays unknown.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.indicators import facts
from casemgr.indicators.contacts import Contact
from casemgr.indicators.items import Item
from casemgr.intake import rules
from casemgr.intake.models import Report
from casemgr.intake.terms import Reporter, Story, Suspect, ToldChild
from casemgr.law.vocabulary import vocabulary

_SHARED = (
    *("case_high", "case_low", "child", "report", "incident_unit", "residence_unit", "triage_unit", "unit"),
    *("received", "decision", "environment", "sex", "age", "ethnic_group"),
)


def contacts(
    base: Item, case: Case, report: Report, told: ToldChild | None, told_unit: int, given: Collection[str]
) -> Iterator[Contact]:
    """One for each thing that the case is about; one where nobody told. `given` are the kinds of services it received."""
    story, day = report.known or report.told or Story(), local_day(report.received_at)
    reporter = report.reporter or Reporter()
    harms = tuple((told.harms if told else None) or ())
    by_telephone = reporter.kind == rules.HOTLINE  # then the one who told the hotline is not known here
    told_by = Reporter() if by_telephone else reporter
    common = facts.made(
        Contact,
        **{name: getattr(base, name) for name in _SHARED},
        told_unit=told_unit,
        arrived=local_day(report.arrived_at),
        groups=frozenset((told.groups if told else None) or _through("hotline_child_group", harms, day)),
        results=_results(story, case, given, day),
        flags=base.flags | ({"waits"} if report.nudged_at is not None else frozenset()),
        sent="machine" if report.client_id is not None else "telephone" if by_telephone else "operator",
        kind=report.kind or facts.UNKNOWN,
        channel=report.channel or facts.UNKNOWN,
        urgency=report.urgency or facts.UNKNOWN,
        stage=case.stage,
        online=story.incident.online,
        reporter_kind=told_by.kind or facts.UNKNOWN,
        reporter_sex=told_by.sex or facts.UNKNOWN,
        reporter_age=told_by.age,
        reporter_ethnic_group=told_by.ethnic_group or facts.UNKNOWN,
    )
    for problem in sorted(story.problems or _through("hotline", harms, day)) or [facts.UNKNOWN]:
        yield facts.varied(common, problem=problem)


def alleged(contact: Contact, person: Item, suspect: Suspect, harms: Iterable[str]) -> Contact:
    """A person alleged in a case of the hotline, in the words of the case."""
    day = contact.received or date.max
    return facts.varied(
        contact,
        problem=facts.UNKNOWN,
        person=person.person,
        relations=person.relations,
        sex=person.sex,
        age=person.age,
        ethnic_group=facts.UNKNOWN,
        suspect_kinds=frozenset(
            {suspect.kind} if suspect.kind else _through("hotline_suspect_kind", harms, day)
        ),
    )


_LISTS = {
    "hotline": "hotline_problems",
    "hotline_child_group": "hotline_child_groups",
    "hotline_suspect_kind": "suspect_kinds",
}


def _through(table: str, harms: Iterable[str], day: date) -> set[str]:
    """Where forms of harm lead in a list of the hotline."""
    numbers = (vocabulary("harms").translate(table, harm, day) for harm in harms)
    found = (vocabulary(_LISTS[table]).from_hotline(number, day) for number in numbers if number)
    return {code for code in found if code}


def _results(story: Story, case: Case, given: Collection[str], day: date) -> frozenset[str]:
    numbers = {
        *(vocabulary("service_types").to_hotline(kind, day) for kind in given),
        vocabulary("closure_reasons").to_hotline(case.ending, day) if case.ending else None,
    }
    known = (
        vocabulary("hotline_results").from_hotline(number, day) for number in numbers if number is not None
    )
    return frozenset((*(story.results or ()), *(code for code in known if code)))
