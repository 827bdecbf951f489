"""What figures must hold before they are stored. Pure: what was typed and what stands in, findings out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casemgr.core.findings import Finding, Findings, Weight, blocks
from casemgr.core.periods import Period
from casemgr.core.words import _l
from casemgr.indicators.supplied.terms import ALL, Amount, Cells, Line, Lines, Source, members
from casemgr.indicators.terms import Supply

YEARS_BACK = 3  # an older denominator says nothing of today
_FEW = 30  # a change by fewer than so many is no jump, whatever its share
_ROUNDED = 1  # hundredths by which a published rate may differ from its parts


@dataclass(frozen=True)
class Facts:
    """What the rules look at: what was typed for one unit, what it had before, what the units below it have."""

    code: str
    line: Line
    supply: Supply
    before: Cells = field(default_factory=dict)
    below: Amount | None = None

    @property
    def cells(self) -> Cells:
        return self.line.cells


def findings(all_facts: Iterable[Facts]) -> Findings:
    """Everything that stands against what was typed, unit by unit."""
    return Findings(*(found for facts in all_facts for rule in RULES for found in rule(facts)))


def explanations(found: Findings, lines: Lines) -> Mapping[str, str]:
    """What was written beside each unit, for whatever of it needs an explanation."""
    told = {finding.code: lines[unit_of(finding)].because for finding in found.to_explain}
    return {code: because for code, because in told.items() if because}


def unit_of(finding: Finding) -> str:
    """The code of the unit a finding is about."""
    return finding.code.rpartition(".")[2]


def about_period(period: Period, today: date) -> Finding | None:
    """Nobody can supply what lies ahead."""
    return blocks(
        "period_ahead", _l("This period has not begun yet."), when=period.first > today, field="period"
    )


def about_source(source: Source, today: date) -> Finding | None:
    """A document is older than the day on which it is typed in."""
    return blocks(
        "document_ahead",
        _l("The document bears a day that has not come yet. Correct the day."),
        when=source.day > today,
        field="day",
    )


def hundredths(amount: Amount, per: int) -> int | None:
    """A rate in hundredths, halves up: as told, or worked out from its parts."""
    if amount.told is not None:
        return amount.told
    if amount.n is None or not amount.of:
        return None
    return (200 * per * amount.n + amount.of) // (2 * amount.of)


def denominators(wanted: Period, there: Sequence[Period], *, years: int = YEARS_BACK) -> Sequence[Period]:
    """Periods whose figures may stand below a rate, the best first.

    The same period, then those around it, then the latest inside it, then the latest before it; none of a later day.
    """
    try:
        oldest = wanted.first.replace(year=wanted.first.year - years)
    except ValueError:  # 29 February
        oldest = date(wanted.first.year - years, 2, 28)
    around = [one for one in there if one.first <= wanted.first and wanted.last <= one.last]
    inside = [
        one for one in there if wanted.first <= one.first and one.last <= wanted.last and one not in around
    ]
    before = [one for one in there if oldest <= one.last < wanted.first]
    return [
        *sorted(around, key=lambda one: one.days),
        *sorted(inside, key=lambda one: (one.last, -one.days), reverse=True),
        *sorted(before, key=lambda one: (one.last, -one.days), reverse=True),
    ]


def _parts(facts: Facts) -> Iterator[Finding]:
    """The two parts of a rate."""
    if not facts.supply.per:
        return
    for member, amount in facts.cells.items():
        for rule, (holds, text) in _OF_A_RATE.items():
            if not holds(amount, facts.supply):
                yield _blocked(f"{rule}-{member}", facts, text, member)


_OF_A_RATE: Mapping[str, tuple[Callable[[Amount, Supply], bool], object]] = {
    "half": (
        lambda amount, _supply: (amount.n is None) == (amount.of is None),
        _l("Give both numbers of the rate, or the rate alone."),
    ),
    "nothing_below": (
        lambda amount, _supply: amount.of != 0,
        _l("The number below the line is 0: there is no rate. Leave the row empty."),
    ),
    "more_than_all": (
        lambda amount, supply: not supply.part or amount.of is None or (amount.n or 0) <= amount.of,
        _l("There cannot be more than there are in all."),
    ),
    "over_all": (
        lambda amount, supply: not supply.part or (amount.told or 0) <= supply.per * 100,
        _l("There cannot be more than there are in all."),
    ),
    "differs": (
        lambda amount, _supply: amount.told is None or amount.n is None,
        _l("The rate is not what its two numbers give. Correct one of them, or leave the rate empty."),
    ),
}


def _totals(facts: Facts) -> Iterator[Finding]:
    """Members need their total, and of a plain number they give it."""
    if ALL not in facts.cells:
        yield _blocked("no_total", facts, _l("Give the total too."))
        return
    if facts.supply.per:
        return
    whole = facts.cells[ALL].n or 0
    for split, names in facts.supply.members.items():
        keys = [f"{split.partition(':')[0]}={name}" for name in names]
        there = [facts.cells[key].n or 0 for key in keys if key in facts.cells]
        told = {"sum": sum(there), "total": whole}
        if sum(there) > whole:
            text = _l("The groups give %(sum)s, more than the total of %(total)s.", **told)
            yield _blocked(f"too_many-{keys[0]}", facts, text, keys[0])
        elif len(there) == len(keys) and sum(there) < whole:
            text = _l("The groups give %(sum)s, less than the total of %(total)s.", **told)
            yield _asked(f"too_few-{keys[0]}", facts, text, keys[0])


def _jump(facts: Facts) -> Iterator[Finding]:
    """A total far from that of the last period."""
    now, then = facts.cells.get(ALL), facts.before.get(ALL)
    if now is None or then is None:
        return
    supply = facts.supply
    new, old = (hundredths(one, supply.per) if supply.per else one.n for one in (now, then))
    if new is None or old is None:
        return
    far = abs(new - old) * 100 > supply.jump * old and (supply.per or abs(new - old) >= _FEW)
    shown = [f"{one / 100:g}" if supply.per else one for one in (old, new)]
    told = {"old": shown[0], "new": shown[1], "share": supply.jump}
    text = _l("From %(old)s to %(new)s: it changes by more than %(share)s %% since the last period.", **told)
    if far:
        yield _asked("jump", facts, text)


def _below(facts: Facts) -> Iterator[Finding]:
    """A total that differs from what the units below it have supplied."""
    whole = facts.cells.get(ALL)
    if whole is None or facts.below is None or facts.supply.per or whole.n == facts.below.n:
        return
    told = {"sum": facts.below.n, "total": whole.n}
    yield _asked("not_the_sum", facts, _l("The units below give %(sum)s, not %(total)s.", **told))


RULES: Sequence[Callable[[Facts], Iterator[Finding]]] = (_parts, _totals, _jump, _below)


def field_of(code: str, member: str) -> str:
    """The name of the box in which a cell is typed."""
    return f"c-{code}-{member}"


def clean(line: Line, supply: Supply) -> Line:
    """A line with the cells its indicator has, in their order; a rate told with its parts is told by them alone."""
    kept = {member: line.cells[member] for member in members(supply) if member in line.cells}
    return Line({member: _by_parts(amount, supply.per) for member, amount in kept.items()}, line.because)


def _by_parts(amount: Amount, per: int) -> Amount:
    worked_out = hundredths(Amount(amount.n, amount.of), per) if per else None
    if amount.told is None or worked_out is None or abs(worked_out - amount.told) > _ROUNDED:
        return amount
    return Amount(amount.n, amount.of)


def _blocked(rule: str, facts: Facts, text: object, member: str = ALL) -> Finding:
    return Finding(f"{rule}.{facts.code}", text, Weight.BLOCK, field_of(facts.code, member))


def _asked(rule: str, facts: Facts, text: object, member: str = ALL) -> Finding:
    return Finding(f"{rule}.{facts.code}", text, Weight.EXPLAIN, field_of(facts.code, member))
