"""A child is separated from whoever harmed it, and people are kept out for its safety: from the draft to the court."""

from datetime import time, timedelta

from casemgr.access.desk import Desk
from casemgr.children.terms import Sex
from casemgr.core.calendar import at_local, local_day
from casemgr.demo import sentences as say
from casemgr.demo.world import SEPARATED, Beside, CaseLife, Life
from casemgr.intervention.emergency import queries, separating, withholding
from casemgr.intervention.emergency.terms import (
    CarerKind,
    Conclusion,
    Course,
    CourtOutcome,
    Part,
    Proposal,
    Said,
)

_FIRST_DAYS, _LONGER = 10, 5
_MORNING = time(8, 40)
_PARENTS = frozenset({"father", "mother", "step_parent"})


def begun(one: CaseLife) -> Life:
    """The officer drafts the decision, the chair signs it within the hour; who is alleged is kept out."""
    if not one.fate.beside & SEPARATED:
        return
    desk = yield one.turn(0.7, one.officer)
    _hand_in(one, desk)
    if one.has(Beside.SEPARATION_WAITS):
        return
    desk = yield one.turn(0.6, one.chair)
    file = one.file(desk)
    row = queries.current(desk, file)
    separating.decide(
        desk,
        file,
        version=row.version if row else 0,
        number=one.world.decision_number(),
        signed_at=desk.now,
        explanations=say.EXPLAINED,
    )
    yield from kept_out(one)


def kept_out(one: CaseLife) -> Life:
    """The chair decides that a parent who is alleged to have done harm comes to no meeting and gets no paper."""
    desk = yield one.turn(1, one.chair)
    file = one.file(desk)
    for person in queries.people(desk, file):
        if person.alleged and person.name and person.relation in _PARENTS:
            withholding.withhold(
                desk,
                file,
                person=person.key,
                parts=tuple(Part),
                ground=one.chance.one(say.KEPT_OUT),
                explanations=say.EXPLAINED,
            )


def ended(one: CaseLife) -> Life:
    """How the separation ends: lifted, extended and home again, or before the court."""
    if one.has(Beside.SEPARATION_LIFTED):
        yield from _lifted(one)
    elif one.has(Beside.SEPARATION_HOME):
        yield from _home(one)
    elif one.has(Beside.SEPARATION_AT_COURT) or one.has(Beside.SEPARATION_BY_COURT):
        yield from _before_the_court(one)


def _hand_in(one: CaseLife, desk: Desk) -> None:
    home_again = one.has(Beside.SEPARATION_HOME)
    proposal = Proposal(
        ground="harm_goes_on",
        reasons=one.chance.one(say.SEPARATED_BECAUSE),
        carer_kind=CarerKind.RELATIVE,
        carer_name=one.world.names.full(Sex.FEMALE),
        carer_relation="bà ngoại",
        starts_at=desk.now,
        days=_FIRST_DAYS if home_again else _FIRST_DAYS + _LONGER,
    )
    separating.hand_in(
        desk,
        one.file(desk),
        proposal=proposal,
        place=one.chance.one(say.STAYS_AT),
        version=0,
        explanations=say.EXPLAINED,
    )


def _lifted(one: CaseLife) -> Life:
    desk = yield one.turn(8, one.chair)
    said = Said(
        on=local_day(desk.now),
        number=one.world.decision_number(),
        reason=one.chance.one(say.SAFE_NOW),
        to_whom="mẹ của trẻ",
    )
    separating.lift(desk, one.file(desk), said=said, explanations=say.EXPLAINED)


def _home(one: CaseLife) -> Life:
    """Five more days, then the assessment of the last day finds that the child can go home."""
    desk = yield one.turn(1, one.chair)
    if _stands(one, desk).last_day >= local_day(desk.now):
        said = Said(
            on=local_day(desk.now),
            number=one.world.decision_number(),
            reason="Gia đình chưa sẵn sàng đón trẻ, cần thêm thời gian.",
            days=_LONGER,
        )
        separating.extend(desk, one.file(desk), said=said, explanations=say.EXPLAINED)
    yield from _assessed(
        one,
        conclusion=Conclusion.HOME,
        to_whom="mẹ của trẻ",
        conditions="Cán bộ xã đến nhà mỗi tuần; cha không ở chung trong ba tháng.",
    )


def _before_the_court(one: CaseLife) -> Life:
    desk = yield one.turn(2, one.chair)
    asked_on = queries.separation(desk, one.file(desk))
    if asked_on is None:
        return
    desk = yield one.turn_at(
        at_local(local_day(asked_on.starts_at) + timedelta(days=11), _MORNING), one.chair
    )
    said = Said(
        on=local_day(desk.now),
        number=one.world.decision_number(),
        court_name=f"Tòa án nhân dân khu vực, {one.world.province.name}",
        reason="Đề nghị hạn chế quyền của cha đối với con và giao trẻ cho bà ngoại chăm sóc.",
    )
    separating.ask_court(desk, one.file(desk), said=said, explanations=say.EXPLAINED)
    yield from _assessed(one, conclusion=Conclusion.COURT)
    if one.has(Beside.SEPARATION_AT_COURT):
        return
    desk = yield one.turn(24 * 12, one.officer)
    outcome = Said(
        on=local_day(desk.now),
        number=f"{one.world.decisions}/QĐ-TA",
        outcome=CourtOutcome.GRANTED,
        decided="Hạn chế quyền của cha trong hai năm; giao trẻ cho bà ngoại chăm sóc.",
    )
    separating.record_outcome(desk, one.file(desk), said=outcome)


def _assessed(one: CaseLife, **concluded: object) -> Life:
    """The officer assesses the child on the day after the last one."""
    desk = yield one.turn(1, one.officer)
    day = max(_stands(one, desk).last_day + timedelta(days=1), local_day(desk.now))
    desk = yield one.turn_at(at_local(day, _MORNING), one.officer)
    said = Said(on=local_day(desk.now), reason=one.chance.one(say.STABLE_NOW), **concluded)  # type: ignore[arg-type]
    separating.assess(desk, one.file(desk), said=said, explanations=say.EXPLAINED)


def _stands(one: CaseLife, desk: Desk) -> Course:
    found = queries.separation(desk, one.file(desk))
    assert found is not None
    return found
