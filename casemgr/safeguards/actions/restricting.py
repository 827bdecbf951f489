"""Restricting a case to named readers, changing them, lifting it."""

from collections.abc import Collection
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.deciding import in_own_unit
from casemgr.cases.models import Case
from casemgr.cases.terms import Step, TieNote, Way
from casemgr.core.errors import Refused
from casemgr.notices.terms import About, Level
from casemgr.safeguards import queries, rules
from casemgr.safeguards.actions import shutting
from casemgr.safeguards.house import as_house

RESTRICT = Permission.CASE_RESTRICT


@action("case restricted", needs=RESTRICT)
def restrict(desk: Desk, case: Case, *, readers: Collection[UUID], reason: str) -> Case:
    """From now on only these persons see the case, and every case that cannot be told apart from it."""
    with as_house(desk) as house:
        chosen = frozenset(readers) & queries.possible(house, case).keys()
        rules.may_restrict(
            answers=in_own_unit(desk, case),
            restricted=case.restricted,
            reason=reason,
            readers=len(chosen),
            acting=len(queries.acting(house, chosen)),
            rehearsal=case.rehearsal,
        ).settle()
        together = queries.cluster(house, case)
        shutting.mark(together, restricted=True)
        shutting.tie(house, together.ids, chosen, Way.NAMED, TieNote(reason=reason), by=desk.actor)
        shutting.line(house, together.cases, Step.RESTRICT, by=desk.actor, reason=reason)
        others = chosen - {desk.actor.account_id}
        shutting.tell_them(house, case, others, About.YOURS_ALONE, Level.HOLDER)
    return case


@action("reader named", needs=RESTRICT)
def name(desk: Desk, case: Case, *, reader: UUID | None, reason: str) -> Case:
    """Let one more person see a restricted case."""
    _not_for_a_day(desk, case)
    with as_house(desk) as house:
        named = queries.tied(house, [case.id], Way.NAMED)
        rules.may_name(
            restricted=case.restricted,
            known=reader in queries.possible(house, case),
            named=reader in named,
            reason=reason,
        ).settle()
        assert reader is not None
        _name(desk, house, case, reader, reason)
    return case


@action("reader taken off", needs=RESTRICT)
def unname(desk: Desk, case: Case, *, reader: UUID, reason: str) -> Case:
    """Let a person see a restricted case no longer; one who can act always stays."""
    _not_for_a_day(desk, case)
    with as_house(desk) as house:
        left = queries.tied(house, [case.id], Way.NAMED) - {reader}
        rules.may_unname(acting_left=len(queries.acting(house, left)), reason=reason).settle()
        together = queries.cluster(house, case)
        shutting.untie(house, together.ids, {reader}, Way.NAMED, by=desk.actor, why=reason)
        shutting.line(house, together.cases, Step.CHANGE_READERS, by=desk.actor, reason=reason)
    return case


@action("restriction lifted", needs=RESTRICT)
def lift(desk: Desk, case: Case, *, reason: str) -> Case:
    """Let the unit see the case again."""
    _not_for_a_day(desk, case)
    with as_house(desk) as house:
        together = queries.cluster(house, case)
        kept_out = bool(queries.tied(house, together.ids, Way.BARRED))
        rules.may_lift(restricted=case.restricted, kept_out=kept_out, reason=reason).settle()
        shutting.mark(together, restricted=False)
        named = queries.tied(house, together.ids, Way.NAMED)
        shutting.untie(house, together.ids, named, Way.NAMED, by=desk.actor, why=reason)
        shutting.line(house, together.cases, Step.LIFT_RESTRICTION, by=desk.actor, reason=reason)
    return case


@action("reader appointed", needs=Permission.SAFEGUARD_REVIEW)
def appoint(desk: Desk, number: str, *, reader: UUID | None, reason: str) -> Case:
    """Give a restricted case that nobody can act on a reader; the supervisor sees its number, and nothing else."""
    orphan, possible = queries.orphan(desk, number)
    with as_house(desk) as house:
        case = house.get(Case, orphan.case_id)
        known = reader in {one for one, _name in possible}
        named = reader in queries.tied(house, [case.id], Way.NAMED)
        rules.may_name(restricted=True, known=known, named=named, reason=reason).settle()
        assert reader is not None
        _name(desk, house, case, reader, reason)
    return case


def _not_for_a_day(desk: Desk, case: Case) -> None:
    """The house writes here, and would not notice: whoever broke the glass reads."""
    if case.id in desk.actor.circle.only_read:
        raise Refused


def _name(desk: Desk, house: Desk, case: Case, reader: UUID, reason: str) -> None:
    together = queries.cluster(house, case)
    shutting.tie(house, together.ids, [reader], Way.NAMED, TieNote(reason=reason), by=desk.actor)
    shutting.line(house, together.cases, Step.CHANGE_READERS, by=desk.actor, reason=reason)
    if reader != desk.actor.account_id:
        shutting.tell_them(house, case, {reader}, About.YOURS_ALONE, Level.HOLDER)
