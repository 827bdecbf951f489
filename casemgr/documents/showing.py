"""How papers are laid out for pages: each form with its state, lines of the register, one issued paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.core.calendar import local_day
from casemgr.core.words import Later, _, _l, language
from casemgr.documents import gather, making, pdf, queries, rules
from casemgr.documents.catalogue import KINDS, Kind, of_cases, of_units
from casemgr.documents.facts import Facts
from casemgr.documents.models import Paper
from casemgr.documents.queries import Issued
from casemgr.documents.terms import RECIPIENTS, SECRECIES, SHOWN, Recipient, Secrecy, Shown
from casemgr.intervention.care import queries as care
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.meeting import queries as meetings
from casemgr.web.duration import day_short, moment_words

_STATES = {
    "void": (_l("void"), "plain"),
    "replaced": (_l("replaced"), "plain"),
    "stands": (_l("issued"), "green"),
}


@dataclass(frozen=True)
class Version:
    """One issued paper in a list."""

    number: str
    url: str
    form: str
    title: str
    when: str
    who: str
    revision: int
    state: Later
    tag: str
    case: str = ""


@dataclass(frozen=True)
class FormLine:
    """One form of a case: whether it can be made, what is missing, what was issued."""

    form: str
    title: str
    basis: str
    checked: bool
    missing: Sequence[Later]
    url: str
    versions: Sequence[Version]


def form_lines(desk: Desk, case: Case) -> Sequence[FormLine]:
    """Every form about a child, in the order of the law."""
    known = Facts(case=gather.of_case(desk, case))
    today = local_day(desk.now)
    issued = versions(desk, queries.issued_for(desk, [case.id])[case.id])
    return [
        FormLine(
            form=kind.form,
            title=kind.title(today).text(language()),
            basis=kind.basis(today, language()),
            checked=kind.checked(today),
            missing=rules.missing(kind.form, known),
            url=f"/cases/{case.number}/papers/{kind.form}",
            versions=[one for one in issued if one.form == kind.form],
        )
        for kind in of_cases()
    ]


def unit_forms(desk: Desk) -> Sequence[tuple[str, str, str]]:
    """The forms about carers and the lists of a unit: number, title, address."""
    today = local_day(desk.now)
    return [
        (kind.form, kind.title(today).text(language()), f"/papers/make/{kind.form}") for kind in of_units()
    ]


def versions(desk: Desk, rows: Iterable[Issued]) -> Sequence[Version]:
    """Issued papers as a list shows them: numbers only, nothing sealed."""
    found = list(rows)
    names = cases.names(desk, [row.issued_by for row in found])
    numbers = queries.numbers_of(desk, found)
    return [_version(desk, row, names, numbers) for row in found]


def _version(desk: Desk, row: Issued, names: Mapping[UUID, str], numbers: Mapping[UUID, str]) -> Version:
    state = "void" if row.voided_at else "replaced" if row.replaced else "stands"
    label, tag = _STATES[state]
    return Version(
        number=rules.number(row.running, row.series),
        url=f"/papers/{row.id}",
        form=row.form,
        title=KINDS[row.form].title(local_day(row.issued_at)).text(language()),
        when=moment_words(row.issued_at, desk.now),
        who=names.get(row.issued_by, "") if row.issued_by else "",
        revision=row.revision,
        state=label,
        tag=tag,
        case=numbers.get(row.case_id, "") if row.case_id else "",
    )


def one_paper(desk: Desk, found: Paper) -> dict[str, Any]:
    """One issued paper: its number, for whom and why, what was taken out, what may be done with it."""
    issue, case = queries.issue_of(found), queries.case_of(desk, found)
    names = cases.names(desk, [found.issued_by, found.voided_by])
    after, before = queries.successor(desk, found), queries.predecessor(desk, found)
    kind = KINDS[found.form]
    day = local_day(found.issued_at)
    stands = found.voided_at is None and after is None
    may = desk.actor.may(Permission.PAPER_ISSUE)
    return {
        "paper": found,
        "case": case,
        "kind": kind,
        "number": rules.number(found.running, found.series),
        "own_number": issue.number,
        "title": kind.title(day).text(language()),
        "basis": kind.basis(day, language()),
        "when": moment_words(found.issued_at, desk.now),
        "day": day_short(day),
        "who": names.get(found.issued_by, "") if found.issued_by else "",
        "recipient": str(RECIPIENTS[Recipient(issue.recipient)]) if issue.recipient else "",
        "issue": issue,
        "secrecy": str(SECRECIES[Secrecy(issue.secrecy)]) if issue.secrecy else "",
        "shown": ", ".join(str(SHOWN[Shown(part)]) for part in issue.shown),
        "voided": (found.voided.reason if found.voided else ""),
        "voided_when": moment_words(found.voided_at, desk.now) if found.voided_at else "",
        "voided_by": names.get(found.voided_by, "") if found.voided_by else "",
        "after": _neighbour(after),
        "before": _neighbour(before),
        "stands": stands,
        "pdf": pdf.available(),
        "may_take": making.may_be_taken(desk, found),
        "may_void": may and found.voided_at is None and queries.is_ours(desk, found),
        "again": _again(found, case) if may and stands else "",
        "of_a_province": found.template_id is not None,
    }


def _neighbour(found: Paper | None) -> tuple[str, str] | None:
    if found is None:
        return None
    return rules.number(found.running, found.series), f"/papers/{found.id}"


def _again(found: Paper, case: Case | None) -> str:
    """Where a paper is issued anew in place of this one."""
    told = {"replaces": found.id, "about": found.about_id, "quarter": found.quarter}
    asked = urlencode({key: str(value) for key, value in told.items() if value is not None})
    where = f"/cases/{case.number}/papers" if case is not None else "/papers/make"
    return f"{where}/{found.form}?{asked}"


def choices_about(desk: Desk, kind: Kind, case: Case | None) -> Sequence[tuple[str, str]]:
    """What a form can be about where there are several: visits, placements, carers."""
    if case is None:
        return [
            (str(one.id), f"{one.said.person.name}, {day_short(one.registered_on)}")
            for one in care.register(desk)
        ]
    if kind.form == "BB":
        return [(str(one.id), moment_words(one.held_at, desk.now)) for one in meetings.meetings(desk, case)]
    if kind.form == "07":
        found = emergency.separations(desk, case)
        return [(str(one.id), moment_words(one.starts_at, desk.now)) for one in found]
    placements = care.placements_of_case(desk, case)
    forms = {"12": "decided_on", "15": "end_asked_on", "16": "ended_on"}
    if kind.form == "13":
        return [
            (str(entry.id), f"{day_short(entry.on)}, {entry.by}")
            for one in placements
            for entry in one.entries
            if entry.kind.value == "visit"
        ][::-1]
    if kind.form in forms:
        days = [(one, getattr(one, forms[kind.form])) for one in placements]
        return [(str(one.id), day_short(day)) for one, day in days if day is not None]
    return []


def quarters(now: datetime) -> Sequence[tuple[str, str]]:
    """This quarter and the seven before it."""
    today = local_day(now)
    last = today.year * 4 + (today.month + 2) // 3 - 1
    told = [divmod(last - back, 4) for back in range(8)]
    return [
        (f"{year}-Q{place + 1}", _("Quarter %(quarter)s of %(year)s", quarter=place + 1, year=year))
        for year, place in told
    ]
