"""What a content says: its normal form, its sum, its fingerprint, whether it is what was approved; pure."""

import hashlib
import json
from dataclasses import asdict, fields, replace
from datetime import date

from casemgr.core.text import clean, clean_lines
from casemgr.intervention.plan.terms import Content, Goal, PlanState, Service

_LINE, _TEXT, _LONG = 300, 1000, 4000


def tidy(content: Content) -> Content:
    """The content in normal form: texts cleaned, rows that say nothing left out."""
    goals = (Goal(goal.key, clean(goal.text, _TEXT)) for goal in content.goals)
    services = (
        replace(
            row,
            what=_line(row.what, _TEXT),
            kind=row.kind or None,
            who=_line(row.who),
            provider=_line(row.provider),
            source=_line(row.source),
            note=_lines(row.note, _TEXT),
        )
        for row in content.services
    )
    return Content(
        _lines(content.why, _LONG),
        tuple(goal for goal in goals if goal.text),
        tuple(row for row in services if not says_nothing(row)),
    )


def says_nothing(row: Service) -> bool:
    """Whether a row was left empty."""
    return all(getattr(row, field.name) is None for field in fields(Service) if field.name != "key")


def total(content: Content) -> int:
    """The sum of all estimates that were given, in đồng."""
    return sum(row.cost or 0 for row in content.services)


def digest(content: Content) -> bytes:
    """A fingerprint of everything a plan says: two contents have the same one only if they say the same."""
    told = asdict(content)
    for row in told["services"]:
        if (
            row["provider"] is None
        ):  # plans of before this question keep the fingerprint they were approved under
            del row["provider"]
    said = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(b"plan content 1\n" + said.encode()).digest()


def same_words(one: Content, other: Content) -> bool:
    """Whether two contents read the same to a person, whatever marks their rows carry."""

    def words(content: Content) -> tuple[object, ...]:
        return (
            content.why,
            tuple(goal.text for goal in content.goals),
            tuple(replace(row, key="") for row in content.services),
        )

    return words(one) == words(other)


def approval_stands(state: PlanState, written: bytes | None, approved: bytes | None) -> bool:
    """Whether the mark of what is written now is the mark of what was approved."""
    return state is PlanState.APPROVED and approved is not None and written == approved


def _line(text: str | None, longest: int = _LINE) -> str | None:
    return (clean(text, longest) if text else "") or None


def _lines(text: str | None, longest: int) -> str | None:
    return (clean_lines(text, longest) if text else "") or None
