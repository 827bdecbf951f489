"""Families that take children in, and children who live with them: register, conditions, decision, move, visits, end."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core.calendar import local_day
from casemgr.demo import sentences as say
from casemgr.demo.chance import Chance
from casemgr.demo.names import phone
from casemgr.demo.world import IN_CARE, Beside, CaseLife, Life, Turn, World
from casemgr.intervention.care import actions, placing, queries
from casemgr.intervention.care.terms import (
    Answer,
    CareForm,
    CarerKind,
    Check,
    Checked,
    Choice,
    Consent,
    Ending,
    EntryKind,
    Handing,
    Issue,
    Member,
    Papers,
    Person,
    Profile,
    Registration,
    Said,
    Siblings,
    Wishes,
)
from casemgr.law.vocabulary import vocabulary

_SINCE_MOVE = {Beside.CARE_VISIT_DUE: 29, Beside.CARE_FOR_LONG: 150}  # days since the child was handed over
_VISITED_AFTER = (30, 88)  # days


def register(world: World, chance: Chance) -> Life:
    """The register of the first commune beside those with a child: ready, not yet checked, and one who stopped."""
    officer = world.staff.at(Role.COMMUNE_OFFICER, world.communes[0])
    desk = yield Turn(world.ago(days=160), officer)
    stopping = _registered(desk, world, chance, kin=False, checked=True)
    desk = yield Turn(world.ago(days=75), officer)
    _registered(desk, world, chance, kin=False, checked=True)
    desk = yield Turn(world.ago(days=31), officer)
    carer = queries.carer(desk, stopping)
    actions.end_registration(desk, carer, why=say.CARER_STOPS, on=local_day(desk.now))
    desk = yield Turn(world.ago(days=6), officer)
    _registered(desk, world, chance, kin=False, checked=False)


def placed(one: CaseLife) -> Life:
    """A family is found for the child, the chair or the court decides, the child moves there and is visited."""
    if not one.fate.beside & IN_CARE:
        return
    kin = not one.has(Beside.CARE_DECIDED)
    desk = yield one.turn(20, one.officer)
    carer_id = _registered(desk, one.world, one.chance, kin=kin, checked=True)
    placement_id = _proposed(one, desk, carer_id, kin=kin)
    if one.has(Beside.CARE_PROPOSED):
        return
    by_court = one.has(Beside.SEPARATION_BY_COURT)
    desk = yield one.turn(22, one.officer if by_court else one.chair)
    _decided(one, desk, placement_id, authority="court" if by_court else "commune_chair")
    if one.has(Beside.CARE_DECIDED):
        desk = yield one.turn(9, one.officer)
        _noted(one, desk, placement_id, EntryKind.MEETING)
        return
    yield from _moved(one, placement_id)
    if one.has(Beside.CARE_FOR_LONG) or one.has(Beside.CARE_ENDED):
        given_at = one.pace.at
        for days in _VISITED_AFTER:
            desk = yield one.turn_at(given_at + timedelta(days=days), one.officer)
            _noted(one, desk, placement_id, EntryKind.VISIT)
    if one.has(Beside.CARE_ENDED):
        yield from _over(one, placement_id)


def _moved(one: CaseLife, placement_id: UUID) -> Life:
    days = next((days for kind, days in _SINCE_MOVE.items() if one.has(kind)), None)
    desk = yield (
        one.turn(30, one.officer) if days is None else one.turn_at(one.world.ago(days=days), one.officer)
    )
    file = one.file(desk)
    placing.hand_over(
        desk,
        file,
        placement_id=placement_id,
        version=queries.row(desk, file, placement_id).version,
        given_on=local_day(desk.now),
        said=Handing(present=say.PRESENT, with_it=say.COMES_WITH, child_says=one.chance.one(say.WANTS)),
        explanations=say.EXPLAINED,
    )


def _over(one: CaseLife, placement_id: UUID) -> Life:
    """The officer asks for the end, the chair decides: the child goes back to its mother."""
    said = Ending(
        "family_reunion",
        why=one.chance.one(say.SAFE_NOW),
        asked_by="mẹ của trẻ",
        child_says="“Cháu muốn về với mẹ.”",
        goes_to="về với mẹ",
    )
    desk = yield one.turn(30, one.officer)
    file = one.file(desk)
    row = queries.row(desk, file, placement_id)
    placing.ask_end(
        desk,
        file,
        placement_id=placement_id,
        version=row.version,
        on=local_day(desk.now),
        said=said,
        explanations=say.EXPLAINED,
    )
    desk = yield one.turn(20, one.chair)
    file = one.file(desk)
    placing.end(
        desk,
        file,
        placement_id=placement_id,
        version=queries.row(desk, file, placement_id).version,
        on=local_day(desk.now),
        said=replace(said, number=one.world.decision_number()),
        explanations=say.EXPLAINED,
    )


def _registered(desk: Desk, world: World, chance: Chance, *, kin: bool, checked: bool) -> UUID:
    """Somebody of the commune on the register, with every condition found to be met."""
    today = local_day(desk.now)
    sex = chance.one((Sex.FEMALE, Sex.FEMALE, Sex.MALE))
    born = date(today.year - chance.number(46, 63) if kin else today.year - chance.number(39, 48), 3, 1)
    born += timedelta(days=chance.number(0, 200))
    said = Registration(
        person=Person(
            world.names.full(sex),
            sex,
            Birth(born, Precision.DAY),
            occupation=chance.one(say.TRADES),
            address=chance.one(say.HAMLETS),
            phone=phone(chance.number(0, 99)),
        ),
        household=(Member(world.names.full(Sex.MALE), born.year - 2),),
        wishes=Wishes(("kin",), relation="bà ngoại của trẻ")
        if kin
        else Wishes(("non_kin",), age_from=2, age_to=12, number=1),
        papers=Papers(identity_seen=True, health_on=today - timedelta(days=chance.number(8, 60))),
    )
    kind = CarerKind.NOTICE if kin else CarerKind.APPLICATION
    carer = actions.register(desk, kind=kind, said=said, on=today, explanations=say.EXPLAINED)
    if checked:
        met = (
            Checked(code, Answer.YES, say.CHECKED) for code in vocabulary("alternative_care_conditions").codes
        )
        actions.check_conditions(desk, carer, said=Check(tuple(met)), on=today)
    return carer.id


def _proposed(one: CaseLife, desk: Desk, carer_id: UUID, *, kin: bool) -> UUID:
    """The child's profile, and the proposal that rests on it."""
    file, chance, today = one.file(desk), one.chance, local_day(desk.now)
    reason = "unsafe_with_parents" if one.has(Beside.SEPARATION_BY_COURT) else "without_parents"
    wants = chance.one(say.WANTS)
    profile = Profile(
        reason=reason,
        why=say.WHY_IN_CARE,
        child_says=wants,
        health=chance.one(say.CONTENTS["M03.a"]),
        school=chance.one(say.CONTENTS["M03.d"]),
        family=say.FAMILY_OF_CARE,
        contact=say.CONTACT,
        photo_on=today - timedelta(days=3),
        fits="kin" if kin else "non_kin",
    )
    actions.write_profile(desk, file, said=profile, revision=0, explanations=say.EXPLAINED)
    choice = Choice(
        reason=reason,
        rank="kin" if kin else "same_place",
        relation="bà ngoại" if kin else None,
        consent=Consent.EXEMPT if reason == "unsafe_with_parents" else Consent.GIVEN,
        consent_by="mẹ của trẻ",
        consent_on=today,
        no_consent=say.COURT_DECIDED if reason == "unsafe_with_parents" else None,
        siblings=Siblings.NONE,
        child_says=wants,
        contact=say.CONTACT,
        why=say.WHY_THEM,
    )
    return placing.propose(
        desk,
        file,
        form=CareForm.KIN if kin else CareForm.NON_KIN,
        choice=choice,
        urgent=False,
        carer_id=carer_id,
        explanations=say.EXPLAINED,
    ).id


def _decided(one: CaseLife, desk: Desk, placement_id: UUID, *, authority: str) -> None:
    file = one.file(desk)
    placing.decide(
        desk,
        file,
        placement_id=placement_id,
        version=queries.row(desk, file, placement_id).version,
        issue=Issue(
            authority=authority,
            number=one.world.decision_number(),
            decided_on=local_day(desk.now),
            signed_by=None if authority == "commune_chair" else "Thẩm phán",
        ),
        explanations=say.EXPLAINED,
    )


def _noted(one: CaseLife, desk: Desk, placement_id: UUID, kind: EntryKind) -> None:
    said = Said(
        present=say.PRESENT,
        seen=Answer.YES,
        alone=Answer.YES,
        child_says=one.chance.one(say.WANTS),
        danger=Answer.NO,
        fits=Answer.YES,
        note=one.chance.one(say.SEEN_IN_CARE),
    )
    placing.write_entry(
        desk, one.file(desk), placement_id=placement_id, kind=kind, on=local_day(desk.now), said=said
    )
