"""How rules speak: a finding blocks, or asks for an explanation. It never just says no."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.errors import RuleBroken


class Weight(StrEnum):
    """What a finding does to the step it stands against."""

    BLOCK = "block"
    EXPLAIN = "explain"
    PASSED = "passed"


@dataclass(frozen=True)
class Finding:
    """One thing a rule saw: a code for machines, a sentence for people, where it was seen and on which basis."""

    code: str
    text: object  # a sentence, possibly translated late
    weight: Weight
    field: str | None = None
    basis: str | None = None

    def __str__(self) -> str:
        return str(self.text)


class Findings:
    """What a rule has to say about one step, in the order in which a person should read it."""

    def __init__(self, *findings: Finding | None) -> None:
        self._all = tuple(finding for finding in findings if finding is not None)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __str__(self) -> str:
        return "; ".join(finding.code for finding in self._all if finding.weight is not Weight.PASSED)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self._all if finding.weight is Weight.BLOCK)

    @property
    def to_explain(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self._all if finding.weight is Weight.EXPLAIN)

    @property
    def passed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self._all if finding.weight is Weight.PASSED)

    def settle(self, explanations: Mapping[str, str] | None = None) -> None:
        """Pass when nothing blocks and all that needs it is explained; otherwise raise with the findings."""
        told = {code for code, text in (explanations or {}).items() if text and text.strip()}
        if self.blocking or any(finding.code not in told for finding in self.to_explain):
            raise RuleBroken(self)


def blocks(
    code: str, text: object, *, when: bool, field: str | None = None, basis: str | None = None
) -> Finding | None:
    """A finding that stops the step, if its condition holds."""
    return Finding(code, text, Weight.BLOCK, field, basis) if when else None


def explains(
    code: str, text: object, *, when: bool, field: str | None = None, basis: str | None = None
) -> Finding | None:
    """A finding that lets the step pass once somebody has said why, if its condition holds."""
    return Finding(code, text, Weight.EXPLAIN, field, basis) if when else None


def checks(code: str, *, asked: object, missing: object, holds: bool, basis: str | None = None) -> Finding:
    """One line of a check list: a green tick with what was looked at, or a block with what to do."""
    return (
        Finding(code, asked, Weight.PASSED, None, basis)
        if holds
        else Finding(code, missing, Weight.BLOCK, None, basis)
    )
