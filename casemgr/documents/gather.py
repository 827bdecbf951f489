"""Reading what a paper is filled from out of the rooms of the way, as frozen values. Nothing is shown by being read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.assessment import queries as assessments
from casemgr.assessment.terms import Kind as Assessed
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.children.terms import Birth, Card, Detail, Precision
from casemgr.core.calendar import at_local, local_day
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import _, language
from casemgr.documents import facts as on_paper
from casemgr.documents.catalogue import Kind
from casemgr.documents.facts import CaseFacts, Facts
from casemgr.documents.terms import Subject
from casemgr.intake import queries as intake
from casemgr.intake.models import Report
from casemgr.intake.terms import Story
from casemgr.intervention.care import queries as care
from casemgr.intervention.care import terms as caring
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.emergency.models import Separation
from casemgr.intervention.emergency.terms import Taken
from casemgr.intervention.meeting import queries as meetings
from casemgr.intervention.meeting.forms import SEATS
from casemgr.intervention.meeting.terms import Attendee, Seat
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import Content
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places
from casemgr.places.terms import Level
from casemgr.review import queries as reviews
from casemgr.review.models import Review
from casemgr.review.terms import Answers, ReviewState


@dataclass(frozen=True)
class About:
    """What one paper is about: a case, or a carer, or the list of a unit in a quarter."""

    unit_id: int
    case: Case | None = None
    about_id: UUID | None = None
    quarter: str | None = None


def facts(desk: Desk, kind: Kind, about: About) -> Facts:
    """Everything on file that this kind of paper may ask for."""
    if about.case is not None:
        return Facts(case=of_case(desk, about.case, about.about_id))
    if kind.subject is Subject.CARER:
        return Facts(applied=_applied(desk, about.about_id))
    return Facts(unit=_of_unit(desk, kind, about))


def letterhead(desk: Desk, unit_id: int) -> on_paper.Letterhead:
    """The agency as it is called today."""
    unit = places.unit(desk, unit_id)
    province = places.atlas(desk).province_of(unit, places.today(desk))
    return on_paper.Letterhead(
        unit.name, unit.name.removeprefix(unit.type).strip() or unit.name, province.name if province else ""
    )


def of_case(desk: Desk, case: Case, about_id: UUID | None = None) -> CaseFacts:
    """One child's case."""
    report, child = intake.report_of(desk, case), children.child(desk, case.child_id)
    story = report.known or Story()
    separation = _separation_row(desk, case, about_id)
    placed, visited = _placements(desk, case, about_id)
    detail = child.detail or Detail()
    plan, review = _plan(desk, case), _review(desk, case)
    initial = assessments.summary(desk, case, Assessed.INITIAL)
    full = assessments.summary(desk, case, Assessed.FULL)
    names = _Names(desk, report, initial, full, plan, review, separation)
    return CaseFacts(
        number=case.number,
        received_at=case.received_at,
        channel=report.channel,
        received_by=names.of(report.entered_by),
        ref=case.child_ref,
        story=story,
        card=child.card or Card(),
        detail=detail,
        reporter=report.reporter,
        place=_place(child, report, case),
        residence=_unit_name(desk, detail.residence_unit_code),
        incident_unit=_unit_name(desk, story.incident.unit_code),
        initial=_concluded(initial, names),
        full=_concluded(full, names),
        measures=tuple(
            Taken(row.at, row.content) for row in emergency.measures(desk, case) if row.content is not None
        ),
        plan=_planned(desk, plan, names),
        review=_reviewed(desk, case, review, names),
        separation=_separated(desk, case, separation, names),
        meeting=_meeting(desk, case, about_id),
        needing=_needing(desk, case),
        placed=placed,
        visited=visited,
    )


class _Names:
    """Names of everybody who concluded, wrote or decided something, asked for once."""

    def __init__(self, desk: Desk, *rows: object) -> None:
        parts = ("entered_by", "concluded_by", "handed_in_by", "drafted_by", "decided_by", "saved_by")
        self._names = cases.names(
            desk, [getattr(row, part, None) for row in rows if row is not None for part in parts]
        )

    def of(self, *accounts: UUID | None) -> str:
        """The name of the first account that is known."""
        return next((self._names[one] for one in accounts if one is not None and one in self._names), "")


def _unit_name(desk: Desk, code: str | None) -> str | None:
    if not code:
        return None
    history = places.atlas(desk).history(code)
    unit = places.atlas(desk).at(code, places.today(desk)) or (history[-1] if history else None)
    if unit is None:
        return None
    province = places.atlas(desk).province_of(unit, places.today(desk))
    same = province is None or unit.level is Level.PROVINCE
    return unit.name if same or province is None else f"{unit.name}, {province.name}"


def _place(child: Child, report: Report, case: Case) -> str | None:
    if child.whereabouts is not None:
        return child.whereabouts.place
    return dict(report.places.of).get(case.child_ref) if report.places is not None else None


def _concluded(found: assessments.Summary | None, names: _Names) -> on_paper.Concluded | None:
    if found is None:
        return None
    return on_paper.Concluded(found.answers, found.concluded_at, names.of(found.concluded_by))


def _plan(desk: Desk, case: Case) -> Plan | None:
    """The plan that holds, else the version at work."""
    return plans.approved(desk, case) or plans.current(desk, case)


def _planned(desk: Desk, plan: Plan | None, names: _Names) -> on_paper.Planned | None:
    if plan is None or plan.content is None or plan.content == Content():
        return None
    return on_paper.Planned(
        content=plan.content,
        round=plan.round,
        written_by=names.of(plan.handed_in_by, plan.drafted_by),
        handed_in_at=plan.handed_in_at,
        ruling=plan.decision,
        decided_by=names.of(plan.decided_by),
        decided_at=plan.decided_at,
        effective_on=plan.effective_on,
        approved=plans.stands(desk, plan),
    )


def _review(desk: Desk, case: Case) -> Review | None:
    concluded = (one for one in reviews.reviews(desk, case) if one.state != ReviewState.DRAFT)
    return next(concluded, None)


def _reviewed(desk: Desk, case: Case, review: Review | None, names: _Names) -> on_paper.Reviewed | None:
    if review is None:
        return None
    return on_paper.Reviewed(
        answers=review.answers or Answers(),
        state=review.state,
        at=review.concluded_at,
        by=names.of(review.concluded_by),
        before={
            code: on_paper.Earlier(one.level, one.form)
            for code, one in reviews.last_time(desk, case, review).items()
        },
    )


def _separation_row(desk: Desk, case: Case, about_id: UUID | None) -> Separation | None:
    decided = [row for row in emergency.versions(desk, case) if row.starts_at is not None]
    return next((row for row in decided if row.id == about_id), next(iter(decided), None))


def _separated(desk: Desk, case: Case, row: Separation | None, names: _Names) -> on_paper.Separated | None:
    course = emergency.course(desk, case, row) if row is not None else None
    if row is None or course is None:
        return None
    said, signing = course.proposal, course.signing
    grounds = vocabulary("separation_grounds")
    by = ", ".join(text for text in (said.carer_name, said.carer_relation) if text)
    return on_paper.Separated(
        grounds=(grounds.label(said.ground, language()),) if said.ground else (),
        reasons=said.reasons,
        place=row.stay.place if row.stay is not None else None,
        carer=by or None,
        since=course.starts_at,
        days=course.days,
        until=at_local(course.last_day, time(12)),
        decided_by=names.of(course.decided_by),
        decided_at=signing.signed_at or row.decided_at,
        number=signing.number,
    )


def _meeting(desk: Desk, case: Case, about_id: UUID | None) -> on_paper.Met | None:
    """The meeting a paper is about, else the last one that was concluded."""
    found = meetings.last_meeting(desk, case)
    found = next((one for one in meetings.meetings(desk, case) if one.id == about_id), found)
    if found is None:
        return None
    said, names = found.content, cases.names(desk, [found.drafted_by, found.concluded_by])
    measures = vocabulary("protection_measures")
    settled = tuple(measures.label(code, language()) for code in said.measures)
    family = {Seat.FATHER: _("Father"), Seat.MOTHER: _("Mother"), Seat.CARER: _("Carer")}
    opinions = tuple((family.get(Seat(one.key), one.key), one.words) for one in said.opinions)
    return on_paper.Met(
        at=found.held_at,
        place=said.place,
        chair=said.presided_by or "",
        secretary=names.get(found.drafted_by, "") if found.drafted_by is not None else "",
        present=tuple(_attending(one) for one in said.present),
        absent=tuple(_attending(one) for one in said.absent),
        opinions=(*opinions, *(((_("Course of the meeting"), said.minutes),) if said.minutes else ())),
        child_says=said.child_words,
        carer_says="\n".join(f"{who}: {words}" for who, words in opinions) or None,
        measures=(*settled, *((said.measures_note,) if said.measures_note else ())),
        conclusion=said.conclusion,
    )


def _attending(one: Attendee) -> on_paper.Attending:
    return on_paper.Attending(one.name, _line(str(SEATS[one.seat]), one.organisation))


def _needing(desk: Desk, case: Case) -> on_paper.Needing | None:
    found = care.profile(desk, case)
    if found is None:
        return None
    said = found.said
    told = (
        (_("Schooling"), said.school),
        (_("Feelings"), said.feelings),
        (_("Contact with the family"), said.contact),
    )
    return on_paper.Needing(
        reason=said.reason,
        findings=tuple((about, text) for about, text in told if text),
        health=said.health,
        family=said.family,
        needs="; ".join(vocabulary("service_types").label(code, language()) for code in said.services)
        or None,
        wishes=said.child_says or said.not_asked,
        proposal="\n".join(text for text in (_care_form(said.fits), said.why) if text) or None,
        by=found.by,
        on=found.on,
    )


def _care_form(code: str | None) -> str | None:
    forms = vocabulary("alternative_care_forms")
    return forms.label(code, language()) if code in forms else code


def _placements(
    desk: Desk, case: Case, about_id: UUID | None
) -> tuple[on_paper.Placed | None, on_paper.Visited | None]:
    """The placement and the visit a paper is about: those that are named, else the newest."""
    found = care.placements_of_case(desk, case)
    visits = [(one, entry) for one in found for entry in one.entries if entry.kind is caring.EntryKind.VISIT]
    named = [(one, entry) for one, entry in visits if entry.id == about_id]
    chosen = next((one for one in found if one.id == about_id), None)
    if named:
        chosen = named[0][0]
    if chosen is None:
        chosen = next((one for one in found if one.ruling is not None), next(iter(found), None))
    if chosen is None:
        return None, None
    of_it = named or [(one, entry) for one, entry in visits if one.id == chosen.id]
    return _placed(chosen), _visited(
        of_it[-1][1], len(_visits_until(chosen, of_it[-1][1]))
    ) if of_it else None


def _visits_until(of: caring.PlacementFile, entry: caring.EntryFile) -> Sequence[caring.EntryFile]:
    visits = [one for one in of.entries if one.kind is caring.EntryKind.VISIT]
    return visits[: visits.index(entry) + 1]


def _placed(found: caring.PlacementFile) -> on_paper.Placed:
    choice, ending = found.choice, found.ending or caring.Ending()
    ruling = found.ruling or caring.Ruling()
    carer = choice.carer.person if choice.carer is not None else caring.Person()
    consents = {
        caring.Consent.GIVEN: _("Given"),
        caring.Consent.EXEMPT: _("Not needed by law"),
        caring.Consent.REFUSED: _("Refused"),
        caring.Consent.MISSING: _("Missing"),
    }
    siblings = {
        caring.Siblings.NONE: _("None"),
        caring.Siblings.TOGETHER: _("Stay together"),
        caring.Siblings.APART: _("Live apart"),
    }
    return on_paper.Placed(
        carer=_person(carer, choice.facility),
        form=found.form,
        reason=choice.reason,
        relation=_relation(choice.relation),
        since=found.given_on,
        number=ruling.number or None,
        decided_by=ruling.signed_by or found.decided_by,
        decided_on=found.decided_on,
        child_opinion=choice.child_says or choice.not_asked,
        consent=_line(
            consents[choice.consent] if choice.consent else None, choice.consent_by, choice.no_consent
        ),
        why=choice.why,
        siblings=_line(siblings[choice.siblings] if choice.siblings else None, choice.siblings_why),
        end_reason=ending.reason,
        end_note=ending.why,
        end_asked_by=ending.asked_by,
        ended_on=found.ended_on or found.end_asked_on,
        end_number=ending.number,
        end_decided_by=found.ended_by if ending.number else "",
        end_decided_on=found.ended_on,
        afterwards=ending.goes_to,
    )


def _visited(found: caring.EntryFile, which: int) -> on_paper.Visited:
    said = found.said
    told = (
        (_("Health"), said.health),
        (_("Schooling"), said.school),
        (_("Feelings"), said.feelings),
        (_("Note"), said.note),
    )
    danger = {caring.Answer.YES: _("Danger was seen."), caring.Answer.NO: _("No danger was seen.")}
    return on_paper.Visited(
        on=found.on,
        by=found.by,
        which=str(which),
        seen=said.seen,
        alone=said.alone,
        findings=tuple((about, text) for about, text in told if text),
        child_says=said.child_says,
        carer_says=said.carers,
        conclusion=danger.get(said.danger) if said.danger else None,
        proposal=said.outcome,
    )


def _person(known: caring.Person, facility: str | None = None) -> on_paper.Person:
    return on_paper.Person(
        name=known.name or facility,
        birth=known.birth,
        sex=known.sex,
        identity=known.identity,
        phone=known.phone,
        address=known.address,
        occupation=known.occupation,
    )


def _relation(code: str | None) -> str | None:
    relations = vocabulary("relations")
    return relations.label(code, language()) if code in relations else code


def _line(*texts: str | None) -> str | None:
    return ", ".join(text for text in texts if text) or None


def _applied(desk: Desk, carer_id: UUID | None) -> on_paper.Applied:
    if carer_id is None:
        raise NotFound
    return _application(care.carer_file(desk, care.carer(desk, carer_id)))


def _application(found: caring.CarerFile) -> on_paper.Applied:
    said, check = found.said, found.check
    conditions, forms = vocabulary("alternative_care_conditions"), said.wishes.forms
    met = [one.answer for one in check.said.conditions] if check else []
    wording = _("All conditions are met.") if met and all(one == caring.Answer.YES for one in met) else None
    wording = _("Not all conditions are met or known.") if met and wording is None else wording
    states = {
        caring.CarerState.REGISTERED: _("On the register"),
        caring.CarerState.STOPPED: _("Stopped"),
        caring.CarerState.ENDED: _("Ended"),
    }
    return on_paper.Applied(
        person=_person(said.person),
        members=tuple(on_paper.Person(name=one.name, birth=_year(one.birth_year)) for one in said.household),
        form=next(iter(forms), None),
        wishes=_wishes(said.wishes),
        health=_("Health certificate of %(day)s", day=said.papers.health_on.strftime("%d/%m/%Y"))
        if said.papers.health_on
        else None,
        relation=_relation(said.wishes.relation),
        reasons=said.wishes.note,
        applied_on=found.registered_on,
        status=states[found.state],
        conditions=tuple(
            on_paper.Condition(conditions.label(one.code, language()), one.answer, one.evidence)
            for one in (check.said.conditions if check else ())
        ),
        conclusion="\n".join(text for text in (wording, check.said.note if check else None) if text) or None,
        checked_by=check.by if check else "",
        checked_on=check.on if check else None,
    )


def _year(year: int | None) -> Birth:
    return Birth() if year is None else Birth(Period.parse(str(year)).first, Precision.YEAR)


def _wishes(said: caring.Wishes) -> str | None:
    ages = _("from %(first)s to %(last)s years", first=said.age_from or 0, last=said.age_to or 16)
    return _line(
        vocabulary("sexes").label(said.sex, language()) if said.sex else None,
        ages if said.age_from is not None or said.age_to is not None else None,
        _("%(number)s children", number=said.number) if said.number else None,
    )


def _of_unit(desk: Desk, kind: Kind, about: About) -> on_paper.UnitFacts:
    quarter = about.quarter or quarter_of(desk)
    year, number = int(quarter[:4]), int(quarter[-1])
    if kind.form == "09":
        rows = care.quarter_list(desk, about.unit_id, quarter).rows
        return on_paper.UnitFacts(number, year, tuple(_application(row.carer) for row in rows))
    return on_paper.UnitFacts(number, year, children=_in_facilities(desk, about.unit_id))


def _in_facilities(desk: Desk, unit_id: int) -> tuple[on_paper.InFacility, ...]:
    """Children whom this unit has placed in a facility and who are still there."""
    found = []
    for placement, card in care.in_facilities(desk, unit_id):
        choice = placement.choice or caring.Choice()
        reasons = vocabulary("alternative_care_reasons")
        found.append(
            on_paper.InFacility(
                name=card.name,
                birth=card.birth,
                sex=card.sex,
                facility=choice.facility,
                since=placement.given_on,
                reason=reasons.label(choice.reason, language()) if choice.reason else None,
            )
        )
    return tuple(found)


def quarter_of(desk: Desk) -> str:
    """The quarter of today: 2026-Q4."""
    today = local_day(desk.now)
    return f"{today.year}-Q{(today.month + 2) // 3}"
