"""Comparing what the hotline sent with what stands here. Each report is in exactly one place, so every row adds up."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from casemgr.indicators.hotline.terms import Compared, Referral, Why
from casemgr.intake.terms import Decision

_DECIDED = {
    Decision.NOT_VERIFIED: Why.NOT_VERIFIED,
    Decision.NO_PLAN_NEEDED: Why.NO_PLAN_NEEDED,
    Decision.OTHER_COMMUNE: Why.TRIAGE,
}


def why_not(one: Referral, cut: datetime.date) -> Why | None:
    """Why a report does not stand in the number of the unit it was sent to; nothing when it does."""
    if one.arrived > cut:
        return Why.LATE
    if one.stands is None:
        return Why.TRIAGE
    if one.stands != one.told:
        return Why.REROUTED
    if one.decision == Decision.PENDING:
        return Why.TOLD_AGAIN if one.waits else Why.PENDING
    return _DECIDED.get(Decision(one.decision))


def compared(
    rows: Sequence[str], referrals: Iterable[Referral], said: Mapping[str, int], cut: datetime.date
) -> list[Compared]:
    """Every row with its two numbers and what lies between."""
    sent: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    why: defaultdict[str, Counter[Why]] = defaultdict(Counter)
    for one in referrals:
        sent[one.told] += 1
        reason = why_not(one, cut)
        if reason is not None:
            why[one.told][reason] += 1
        if reason is Why.REROUTED and one.decision == Decision.ACCEPTED and one.stands is not None:
            elsewhere[one.stands] += 1
    return [
        Compared(
            row,
            said.get(row),
            sent[row],
            {reason: why[row][reason] for reason in Why if why[row][reason]},
            elsewhere[row],
        )
        for row in rows
    ]
