"""Writing checks: an explanation and its end, and the nightly round over every unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.checks import queries
from casemgr.checks.counting import Counts
from casemgr.checks.models import CheckExplanation, CheckResult
from casemgr.checks.queries import Checked
from casemgr.checks.terms import NOT_SENT, Explained, Sent
from casemgr.core.calendar import local_day
from casemgr.core.db import alone
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators import land
from casemgr.indicators.land import Asked
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY

SHORTEST = 10
NOTHING_SENT: Mapping[str, Sent] = {}


@dataclass(frozen=True)
class Round:
    """How far one step of the nightly round came: one province, or the country as a whole."""

    units: int = 0
    blocks: int = 0
    to_explain: int = 0
    looked: bool = True  # nothing was done where the house had looked today


@action("check explained", needs=Permission.RETURN_SIGN)
def explain(
    desk: Desk, unit_code: str, period: Period, rule_id: str, *, key: str, text: str, sent: Sent = NOT_SENT
) -> CheckExplanation:
    """Say why a finding stands although nothing is wrong. It holds for the numbers that the person saw."""
    place = queries.place_of(desk, unit_code, period)
    queries.insist(desk, place)
    if len(text.strip()) < SHORTEST:
        raise Invalid({"text": [_("Write one sentence that says why the number is right.")]})
    found = queries.findings(desk, place.code, period, sent=sent)
    standing = next((one for one in found.to_explain if one.finding.rule.id == rule_id), None)
    if standing is None or standing.finding.key != key:
        raise Conflict(_("The numbers have changed since you opened this page. Look at them again."))
    row = CheckExplanation(
        id=desk.id(),
        period=period.code,
        place=place.code,
        unit_id=place.unit.id if place.unit else None,
        rule=rule_id,
        written_at=desk.now,
        written_by=desk.actor.account_id,
    )
    desk.add(row)
    desk.seal(row, explained=Explained(text.strip(), key))
    return row


@action("check explanation withdrawn", needs=Permission.RETURN_SIGN)
def withdraw(desk: Desk, explanation: CheckExplanation) -> CheckExplanation:
    """Take an explanation back: the finding has to be corrected or explained again."""
    queries.insist(desk, queries.place_of(desk, explanation.place, Period.parse(explanation.period)))
    explanation.withdrawn_at, explanation.withdrawn_by = desk.now, desk.actor.account_id
    return explanation


@action("checks run", needs=Permission.MAINTAIN)
def run(
    desk: Desk,
    period: Period,
    code: str = COUNTRY,
    *,
    sent: Mapping[str, Sent] = NOTHING_SENT,
    again: bool = False,
) -> Round:
    """Look at one province and every commune in it, or at the country as a whole, and keep how they stand.

    A round that was broken off goes on: what was looked at today is left, unless `again` is said.
    """
    if desk.session.get_bind().dialect.name == "postgresql" and not alone(desk.session, "checks"):
        return Round(looked=False)
    place = land.asked(places.atlas(desk), code, period.last)
    below = queries.units_below(desk, place, period) if place.unit is not None else ()
    before = queries.results(desk, period, [place.code, *(code for code, _name in below)])
    own = before.get(place.code)
    if own is not None and local_day(own.checked_at) == local_day(desk.now) and not again:
        return Round(looked=False)
    found = _look_at(desk, place, period, [code for code, _name in below], sent)
    for checked in found:
        _keep(desk, checked, before.get(checked.place.code))
    return Round(
        len(found),
        sum(len(one.blocks) for one in found),
        sum(len(one.to_explain) for one in found),
    )


def _look_at(
    desk: Desk, place: Asked, period: Period, below: Sequence[str], sent: Mapping[str, Sent]
) -> list[Checked]:
    """The place and the units below it, from tables that are counted once for all of them."""
    counts = Counts(desk, place, place.level, period)
    written = queries.explanations(desk, period, [place.code, *below])
    units = [(place, counts)]
    if counts.below is not None:
        atlas = places.atlas(desk)
        units += [(land.asked(atlas, code, period.last), counts.below) for code in below]
    return [
        queries.look(
            unit,
            period,
            numbers.of(unit.code, sent.get(unit.code, NOT_SENT)),
            written.get(unit.code, ()),
            lasts=counts.period_lasts,
        )
        for unit, numbers in units
    ]


def _keep(desk: Desk, checked: Checked, row: CheckResult | None) -> None:
    if row is None:
        unit = checked.place.unit
        row = CheckResult(
            id=desk.id(),
            period=checked.period.code,
            place=checked.place.code,
            unit_id=unit.id if unit else None,
        )
        desk.add(row)
    row.blocks, row.to_explain = len(checked.blocks), len(checked.to_explain)
    row.explained, row.checked_at = len(checked.explained), desk.now
