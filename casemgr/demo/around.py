"""What is done beside the steps of a case: police, sanctions, circumstances, the meeting, providers, handovers, papers."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from casemgr.access.actor import Actor
from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.cases.models import Case
from casemgr.children import queries as children
from casemgr.children.models import Child
from casemgr.circumstances import actions as circumstances
from casemgr.circumstances import queries as circumstance_queries
from casemgr.circumstances import rules as circumstance_rules
from casemgr.circumstances import terms as circumstance
from casemgr.core.calendar import local_day
from casemgr.demo import apart
from casemgr.demo import sentences as say
from casemgr.demo.world import SEPARATED, Beside, CaseLife, Life
from casemgr.documents import actions as documents
from casemgr.documents.catalogue import KINDS
from casemgr.documents.gather import About
from casemgr.documents.terms import Recipient, Secrecy, Wish
from casemgr.handovers import actions as handovers
from casemgr.handovers import queries as handover_queries
from casemgr.handovers.terms import Kind
from casemgr.intake import queries as reports
from casemgr.intake.terms import Story
from casemgr.intervention.emergency import queries as emergency
from casemgr.intervention.meeting import actions as meetings
from casemgr.intervention.meeting import rules as meeting_rules
from casemgr.intervention.meeting.terms import Attendee, Check, Content, Heard, Opinion, Result, Seat, Way
from casemgr.intervention.plan import queries as plans
from casemgr.intervention.plan.terms import Content as Plan
from casemgr.intervention.services import actions as services
from casemgr.intervention.services import queries as service_queries
from casemgr.intervention.services.terms import Asked, Channel, Passed, State
from casemgr.intervention.services.terms import Said as Answered
from casemgr.proceedings import actions as proceedings
from casemgr.proceedings.terms import Body, CrimeReport, Criminal, CriminalStage, Person, Sanction
from casemgr.proceedings.terms import Way as ReportedBy

_ASKED_AGO = {  # days
    Beside.SERVICE_ASKED: 0.9,
    Beside.SERVICE_ACCEPTED: 4.0,
    Beside.SERVICE_DONE: 17.0,
    Beside.SERVICE_REFUSED: 5.0,
}
_OFFENCES = {"sexual_abuse": "blhs146", "trafficking": "blhs151"}
_GROUPS = {
    "sexual_abuse": "sexually_abused",
    "exploitation": "exploited",
    "abandonment_neglect": "without_support",
}
_DANGERS = {"exploitation": "danger_exploitation", "abandonment_neglect": "danger_abandonment"}
_ASKED_KIND = "psychology"


def reported(one: CaseLife) -> Life:
    """The police are told at once, and what the report says is checked with those who may know."""
    if one.has(Beside.CRIME_REPORTED):
        desk = yield one.turn(0.8, one.officer)
        news = CrimeReport(
            body=Body("commune_police", say.COMMUNE_POLICE),
            way=ReportedBy.TELEPHONE,
            to_whom="Trực ban",
            sent="Mẫu 01 và lời kể của người báo tin",
            written_on=local_day(desk.now),
            receipt_number=f"{one.chance.number(10, 400)}/TB-CAX",
            receipt_on=local_day(desk.now),
        )
        proceedings.report_crime(
            desk, one.file(desk), news=news, at=desk.now - timedelta(minutes=2), explanations=say.EXPLAINED
        )
    if one.chance.happens(0.12):
        desk = yield one.turn(1, one.officer)
        found = Check(
            what="Trẻ có an toàn và có dấu hiệu bị tổn hại như tin báo không",
            way=Way.VISIT,
            with_whom=one.chance.one(say.CHECKED_WITH),
            result=Result.CONFIRMED,
            found=one.chance.one(say.EVIDENCE["high"]),
        )
        meetings.verify(desk, one.file(desk), check=found, checked_at=desk.now - timedelta(minutes=2))


def known(one: CaseLife) -> Life:
    """What came of it for whoever did harm, and into which group of the law the child falls."""
    if one.has(Beside.SANCTION) or one.has(Beside.CRIMINAL):
        desk = yield one.turn(60, one.officer)
        _proceeded(one, desk)
    if one.has(Beside.AT_RISK) or one.has(Beside.CIRCUMSTANCES):
        desk = yield one.turn(10, one.officer)
        _in_circumstances(one, desk)


def met(one: CaseLife) -> Life:
    """Before the plan the chair meets with everybody who knows the child."""
    if one.has_met or not (one.fate.beside or one.chance.happens(0.9)):
        return
    one.has_met = True
    if not one.fate.beside & SEPARATED and one.fate.plot.grave and one.chance.happens(0.3):
        yield from apart.kept_out(one)
    desk = yield one.turn(12, one.officer)
    file = one.file(desk)
    meetings.conclude(
        desk,
        file,
        content=_minutes(one, desk, file),
        held_at=desk.now - timedelta(minutes=2),
        version=0,
        explanations=say.EXPLAINED,
    )


def services_wanted(one: CaseLife) -> tuple[str, ...]:
    """Kinds of service that the plan must name because a provider will be asked for them."""
    return (_ASKED_KIND,) if one.fate.beside & _ASKED_AGO.keys() else ()


def approved(one: CaseLife) -> Life:
    """The plan stands: papers go out, providers are asked, and some cases go to another commune."""
    if one.has(Beside.PAPERS):
        yield from _papers(one)
    if one.has(Beside.HANDOVER_ACCEPTED):
        yield from _handed_over(one)
    for asked in sorted(one.fate.beside & _ASKED_AGO.keys()):
        one.world.begin(_service(one.apart(asked), asked))
    if one.has(Beside.HANDOVER_SENT):
        one.world.begin(_sent(one.apart("sent"), days=1.2))
    if one.has(Beside.HANDOVER_RETURNED):
        one.world.begin(_returned(one.apart("returned")))


def _proceeded(one: CaseLife, desk: Desk) -> None:
    """One decision against whoever is alleged: a fine of the chair, or proceedings opened by the investigators."""
    file, day = one.file(desk), local_day(desk.now)
    story = reports.report_of(desk, file).known or Story()
    suspect = next(iter(story.suspects), None)
    if suspect is None:
        return
    person = Person(suspect.ref, suspect.name)
    if one.has(Beside.SANCTION):
        said = proceedings.Said(
            person,
            sanction=Sanction(
                act="vp22.1.a",
                outcome="fine",
                number=f"{one.chance.number(20, 900)}/QĐ-XPHC",
                day=day,
                body=Body("commune_chair", say.COMMUNE_COMMITTEE),
                amount=one.chance.one((10_000_000, 12_000_000, 15_000_000)),
            ),
        )
    else:
        said = proceedings.Said(
            person,
            criminal=Criminal(
                offence=_OFFENCES.get(_harm(one), "blhs185"),
                stage=CriminalStage.STARTED,
                number=f"{one.chance.number(20, 900)}/QĐ-CSĐT",
                day=day,
                body=Body("investigators", say.INVESTIGATORS),
            ),
        )
    proceedings.record(desk, file, said=said, explanations=say.EXPLAINED)


def _in_circumstances(one: CaseLife, desk: Desk) -> None:
    file, day = one.file(desk), local_day(desk.now)
    child = desk.get(Child, file.child_id)
    birth, told_on = circumstance_queries.birth_of(child)
    age = circumstance_rules.age_on(birth, told_on, day)
    if age is not None and age >= circumstance_rules.CHILD_UNTIL:
        return
    harm = _harm(one)
    if one.has(Beside.AT_RISK) or harm not in _GROUPS:
        kind, code = circumstance.Kind.AT_RISK, _DANGERS.get(harm, "danger_violence")
    else:
        kind, code = circumstance.Kind.SPECIAL, _GROUPS[harm]
    spell = circumstance.Spell(
        kind,
        code,
        since=day,
        known_by="Đánh giá theo Mẫu 03",
        basis=one.chance.one(say.PROBLEMS),
        decision=circumstance.Decision(one.world.decision_number(), day, say.COMMUNE_COMMITTEE),
    )
    circumstances.begin(desk, child, spell=spell, unit_id=file.unit_id, explanations=say.EXPLAINED)


def _minutes(one: CaseLife, desk: Desk, file: Case) -> Content:
    """Everybody who was there, but nobody who is alleged or kept out."""
    people = emergency.people(desk, file)
    chance, staff = one.chance, one.world.staff
    family = [
        Attendee(Seat(person.key), person.name)
        for person in people
        if person.key in ("father", "mother") and not person.alleged
    ]
    family = [row for row in family if not meeting_rules.alleged(row, people)]
    return Content(
        place=say.MEETING_PLACE,
        presided_by=staff.name(one.chair),
        people=(
            Attendee(Seat.CHAIR, staff.name(one.chair)),
            Attendee(Seat.OFFICER, staff.name(one.officer)),
            Attendee(Seat.LOCALITY, "Trưởng thôn"),
            Attendee(Seat.HEALTH, "Nhân viên y tế", "Trạm y tế xã"),
            Attendee(Seat.SCHOOL, "Giáo viên chủ nhiệm", "Trường học của trẻ", came=chance.happens(0.8)),
            *(family or [Attendee(Seat.RELATIVE, "Bà ngoại của trẻ")]),
        ),
        heard=Heard.BEFORE,
        child_words=chance.one(say.CONTENTS["M03.g"]),
        opinions=tuple(Opinion(row.seat.value, chance.one(say.OPINIONS)) for row in family),
        measures=tuple(sorted({"support.advice", *chance.some(say.MEASURES, chance.number(1, 2))})),
        minutes=chance.one(say.MINUTES),
        conclusion=chance.one(say.CONCLUSIONS),
    )


def _papers(one: CaseLife) -> Life:
    """What leaves the house on paper, each for somebody named, under the next number of the register."""
    desk = yield one.turn(5, one.officer)
    police = Wish(Recipient.POLICE, say.COMMUNE_POLICE, "Phối hợp bảo vệ trẻ", Secrecy.PRIVATE, say.SCOPE)
    _issue(one, desk, "02", police)
    desk = yield one.turn(2, one.chair)
    own = Wish(Recipient.OWN_FILE, say.COMMUNE_COMMITTEE, "Lưu hồ sơ", Secrecy.PRIVATE, say.SCOPE)
    _issue(one, desk, "05", own)
    if one.fate.beside & SEPARATED:
        _issue(one, desk, "07", police)


def _issue(one: CaseLife, desk: Desk, form: str, wish: Wish) -> None:
    file = one.file(desk)
    if file.unit_id is not None:
        about = About(file.unit_id, file)
        documents.issue(desk, about, kind=KINDS[form], wish=wish, explanations=say.EXPLAINED)


def _service(one: CaseLife, asked: Beside) -> Life:
    """A provider is asked for a service of the plan, and answers in its own time."""
    provider = one.world.staff.at(Role.SERVICE_PROVIDER, one.world.province)
    desk = yield one.turn_at(one.world.ago(days=_ASKED_AGO[asked]), one.officer)
    request_id = _asked(one, desk)
    if asked is Beside.SERVICE_ASKED:
        return
    desk = yield one.turn(18, provider)
    request = service_queries.assignment(desk, request_id)
    if asked is Beside.SERVICE_REFUSED:
        services.answer(desk, request, answer=State.REFUSED, said=Answered(reason=say.NO_PLACE_FREE))
        return
    accepted = services.answer(desk, request, answer=State.ACCEPTED, said=Answered())
    if asked is Beside.SERVICE_ACCEPTED:
        return
    desk = yield one.turn(9, one.officer)
    services.see(desk, one.file(desk), answer_id=accepted.id)
    desk = yield one.turn_at(one.world.ago(days=1.5), provider)
    said = Answered(report=one.chance.one(say.SERVICE_DONE), cost=1_800_000, on=local_day(desk.now))
    services.answer(desk, service_queries.assignment(desk, request_id), answer=State.DONE, said=said)


def _asked(one: CaseLife, desk: Desk) -> UUID:
    file, today = one.file(desk), local_day(desk.now)
    plan = plans.approved(desk, file)
    content = (plan.content if plan is not None else None) or Plan()
    service = next(row for row in content.services if row.kind == _ASKED_KIND)
    card = children.child(desk, file.child_id).card
    name = (card.name if card is not None else None) or ""
    asked = Asked(
        service.what or "",
        _ASKED_KIND,
        today,
        today + timedelta(days=60),
        Passed(name.split()[-1] if name else None, needs=one.chance.one(say.NEEDS), contact=say.CONTACT_BY),
        unit=say.COMMUNE_COMMITTEE,
        call_back=say.CALL_BACK,
    )
    return services.ask(
        desk,
        file,
        service=service.key,
        asked=asked,
        channel=Channel.PROVIDER,
        provider_id=one.world.providers[_ASKED_KIND],
        explanations=say.EXPLAINED,
    ).id


def _sent(one: CaseLife, *, days: float) -> Life:
    desk = yield one.turn_at(one.world.ago(days=days), one.officer)
    _send(one, desk)


def _send(one: CaseLife, desk: Desk) -> None:
    assert one.fate.other is not None
    handovers.send(
        desk,
        one.file(desk),
        kind=Kind.CHILD_MOVED,
        unit=one.fate.other,
        why=one.chance.one(say.MOVED),
        known_to=say.KNOWN_TO,
        open_matters=one.chance.one(say.OPEN_MATTERS),
        explanations=say.EXPLAINED,
    )


def _returned(one: CaseLife) -> Life:
    yield from _sent(one, days=9)
    desk = yield one.turn(20, _receiver(one))
    handover = handover_queries.open_of(desk, one.file(desk))
    if handover is not None:
        handovers.give_back(desk, handover, reason=say.HANDOVER_RETURNED)


def _handed_over(one: CaseLife) -> Life:
    """Sent, seen and accepted: from then on the people of the other commune work on it."""
    desk = yield one.turn(12, one.officer)
    _send(one, desk)
    desk = yield one.turn(16, _receiver(one))
    handover = handover_queries.open_of(desk, one.file(desk))
    if handover is None or one.fate.other is None:
        return
    handovers.see(desk, handover)
    handovers.accept(desk, handover)
    one.fate = replace(one.fate, unit=one.fate.other)
    one.seat(one.fate.unit)


def _receiver(one: CaseLife) -> Actor:
    return one.world.staff.at(Role.COMMUNE_OFFICER, one.fate.other)


def _harm(one: CaseLife) -> str:
    """The harm that the report tells of."""
    return next((harm for child in one.fate.plot.story.children for harm in reversed(child.harms or ())), "")
