"""What every decision on a case shares: who takes it and for which unit, and what was explained on the way."""

from collections.abc import Collection, Mapping

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.cases.terms import Explained
from casemgr.core.findings import Findings
from casemgr.core.text import clean_lines

_LONGEST = 4000


def who(desk: Desk) -> str:
    """Whoever works at this desk, as it is kept beside a decision."""
    return str(desk.actor.account_id or desk.actor.id)


def persons(desk: Desk) -> tuple[str, ...]:
    """Whoever works at this desk, and for whom: neither may approve what the other wrote."""
    stands_for = desk.actor.stands_for
    return (who(desk),) if stands_for is None else (who(desk), str(stands_for))


def approver(desk: Desk, writers: Collection[str]) -> str:
    """Who approves, for the rule that writer and approver are two: a deputy counts for both persons."""
    return next((person for person in persons(desk) if person in writers), who(desk))


def in_own_unit(desk: Desk, case: Case) -> bool:
    """Whether the unit that answers for the case is this person's."""
    return desk.actor.units is None or case.unit_id in desk.actor.units


def may_act(desk: Desk, case: Case) -> bool:
    """Whether pages offer to write: for the unit that is responsible, and for those who are named on single cases."""
    return not desk.actor.units or in_own_unit(desk, case)


def explained(desk: Desk, found: Findings, told: Mapping[str, str] | None) -> tuple[Explained, ...]:
    """What was explained, by whom and when."""
    said = told or {}
    return tuple(
        Explained(finding.code, clean_lines(said[finding.code], _LONGEST), who(desk), desk.now)
        for finding in found.to_explain
        if said.get(finding.code, "").strip()
    )


def given(found: Findings, told: Mapping[str, str] | None) -> str | None:
    """Every explanation that was given, each once, for the timeline."""
    said = ((told or {}).get(finding.code, "").strip() for finding in found.to_explain)
    return "\n".join(dict.fromkeys(text for text in said if text)) or None
