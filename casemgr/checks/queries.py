"""Reading checks: what stands in the numbers of a unit now, what was explained, and how all units of a province stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.checks import catalogue, rules
from casemgr.checks.counting import Counts
from casemgr.checks.models import CheckExplanation, CheckResult
from casemgr.checks.terms import NOT_SENT, Figures, Finding, Kind, Rule, Sent
from casemgr.core.errors import Invalid, NotFound, Refused
from casemgr.core.findings import Finding as Spoken
from casemgr.core.findings import Findings, Weight
from casemgr.core.periods import Period
from casemgr.indicators import land
from casemgr.indicators import queries as indicators
from casemgr.indicators.land import Asked
from casemgr.indicators.terms import Level
from casemgr.places import queries as places


@dataclass(frozen=True)
class Standing:
    """One finding, with what was written about its numbers, or about other numbers before."""

    finding: Finding
    explanation: CheckExplanation | None = None
    lapsed: CheckExplanation | None = None

    @property
    def blocks(self) -> bool:
        return self.finding.rule.weight is Weight.BLOCK

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.blocks or self.explanation is None


@dataclass(frozen=True)
class Checked:
    """Everything that was found in the numbers of one unit for one period."""

    place: Asked
    period: Period
    standing: tuple[Standing, ...]
    asked: int  # how many rules were asked
    unread: tuple[Rule, ...]  # rules whose numbers nobody knows: neither passed nor failed

    @property
    def blocks(self) -> Sequence[Standing]:
        """What has to be corrected before the numbers can be handed in."""
        return [one for one in self.standing if one.blocks]

    @property
    def to_explain(self) -> Sequence[Standing]:
        """What has to be corrected or explained."""
        return [one for one in self.standing if not one.blocks and one.is_open]

    @property
    def explained(self) -> Sequence[Standing]:
        """What was explained, of the numbers as they stand."""
        return [one for one in self.standing if not one.is_open]

    @property
    def passes(self) -> bool:
        """Whether the numbers can be handed in."""
        return not self.blocks and not self.to_explain

    def spoken(self) -> Findings:
        """What stands against handing the numbers in, as every rule of the house says it."""
        return Findings(
            *(
                Spoken(one.finding.rule.id, one.finding.said, one.finding.rule.weight)
                for one in self.standing
                if one.is_open
            )
        )


def findings(
    desk: Desk, unit_code: str, period: Period, *, sent: Sent = NOT_SENT, as_of: date | None = None
) -> Checked:
    """What stands in the numbers of a unit for a period, exact to the last commit or as of the end of a past day."""
    place = place_of(desk, unit_code, period)
    counts = Counts(desk, place, place.level, period, as_of=as_of)
    written = explanations(desk, period, [place.code])
    return look(
        place, period, counts.of(place.code, sent), written.get(place.code, ()), lasts=counts.period_lasts
    )


def look(
    place: Asked,
    period: Period,
    figures: Figures,
    written: Sequence[CheckExplanation],
    *,
    lasts: bool,
) -> Checked:
    """Ask every rule for a unit, and lay beside each finding what was written about it.

    While a period lasts, fewer than in whole ones before it are no fall: those rules are asked when it is over.
    """
    asked = [
        rule
        for rule in catalogue.asked_of(place.level, period)
        if not (lasts and rule.test.kind is Kind.FALL)
    ]
    found = rules.findings(asked, figures)
    said = {finding.rule.id for finding in found}
    return Checked(
        place,
        period,
        tuple(_standing(finding, written) for finding in sorted(found, key=_gravest_first)),
        len(asked),
        tuple(rule for rule in asked if rule.id not in said and _is_unread(rule, figures)),
    )


def explanations(
    desk: Desk, period: Period, codes: Iterable[str]
) -> Mapping[str, Sequence[CheckExplanation]]:
    """What was written about the numbers of some units and not withdrawn, the newest first."""
    statement = select(CheckExplanation).where(
        CheckExplanation.period == period.code,
        CheckExplanation.place.in_(sorted(codes)),
        CheckExplanation.withdrawn_at.is_(None),
    )
    rows = desk.all(statement.order_by(CheckExplanation.written_at.desc(), CheckExplanation.id.desc()))
    desk.safe.fetch_keys(row.id for row in rows)
    found: dict[str, list[CheckExplanation]] = defaultdict(list)
    for row in rows:
        found[row.place].append(row)
    return found


def explanation(desk: Desk, explanation_id: UUID) -> CheckExplanation:
    """One explanation that stands, or NotFound."""
    row = desk.get(CheckExplanation, explanation_id)
    if row.withdrawn_at is not None:
        raise NotFound
    return row


def results(desk: Desk, period: Period, codes: Iterable[str]) -> Mapping[str, CheckResult]:
    """How some units stood when the house last looked."""
    statement = select(CheckResult).where(
        CheckResult.period == period.code, CheckResult.place.in_(sorted(codes))
    )
    return {row.place: row for row in desk.all(statement)}


def case_numbers(desk: Desk, place: Asked, period: Period, rule_id: str) -> tuple[int, Sequence[str]]:
    """How many cases a rule picks out in a unit, and the numbers of those that this desk may see."""
    found = Counts(desk, place, place.level, period).cases(rule_id).case_ids()
    return len(found), indicators.case_numbers(desk, found)


def place_of(desk: Desk, unit_code: str, period: Period) -> Asked:
    """The unit with a code on the last day of a period, for whoever may read its numbers; foreign is unknown."""
    try:
        place = land.asked(places.atlas(desk), unit_code, period.last)
    except Invalid:
        raise NotFound from None
    if place.unassigned or not indicators.may_count(desk, place):
        raise NotFound
    return place


def units_below(desk: Desk, place: Asked, period: Period) -> Sequence[tuple[str, str]]:
    """Codes and names of the units whose results stand on the page of a place."""
    if place.level is Level.PROVINCE:
        rows = places.communes(desk, place.code, period.last)
    else:
        rows = places.provinces(desk, period.last) if place.level is Level.NATION else ()
    return sorted(((row.code, row.name) for row in rows), key=lambda row: row[1])


def may_explain(desk: Desk, place: Asked) -> bool:
    """Whether the person answers for these numbers: the level above reads them, and explains its own."""
    if not indicators.may_count(desk, place):
        return False
    if desk.actor.unit_id is None:
        return place.level is Level.NATION
    own = places.atlas(desk).unit(desk.actor.unit_id)
    return own is not None and place.unit is not None and own.level == place.unit.level


def names(desk: Desk, rows: Iterable[CheckExplanation]) -> Mapping[UUID, str]:
    """Who wrote some explanations."""
    return cases.names(desk, [row.written_by for row in rows])


def insist(desk: Desk, place: Asked) -> None:
    """Go on only for whoever answers for these numbers."""
    if not may_explain(desk, place):
        raise Refused


def _standing(finding: Finding, written: Sequence[CheckExplanation]) -> Standing:
    about = [row for row in written if row.rule == finding.rule.id and row.explained is not None]
    for row in about:
        if row.explained is not None and row.explained.key == finding.key:
            return Standing(finding, explanation=row)
    return Standing(finding, lapsed=about[0] if about else None)


def _is_unread(rule: Rule, figures: Figures) -> bool:
    return rule.test.kind is not Kind.GIVEN and not rules.readable(rule, figures)


def _gravest_first(finding: Finding) -> tuple[bool, int]:
    return finding.rule.weight is not Weight.BLOCK, list(catalogue.RULES).index(finding.rule.id)
