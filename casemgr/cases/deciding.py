"""What every decision on a case shares: who takes it and for which unit, and what was explained on the way."""

from collections.abc import Mapping

from casemgr.access.desk import Desk
from casemgr.cases.models import Case
from casemgr.cases.terms import Explained
from casemgr.core.findings import Findings
from casemgr.core.text import clean_lines

_LONGEST = 4000


def who(desk: Desk) -> str:
    """Whoever works at this desk, as it is kept beside a decision."""
    return str(desk.actor.account_id or desk.actor.id)


def in_own_unit(desk: Desk, case: Case) -> bool:
    """Whether the unit that answers for the case is this person's."""
    return desk.actor.units is None or case.unit_id in desk.actor.units


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
