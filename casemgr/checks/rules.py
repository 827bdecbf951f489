"""What rules say about numbers: pure. The numbers of a unit in, a finding or nothing out."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from casemgr.checks import outliers
from casemgr.checks.terms import HISTORY, Figures, Finding, Kind, Rule, Seen, Term, Test

Numbers = Sequence[int]

_BROKEN: Mapping[Kind, Callable[[Test, Numbers, Numbers], bool]] = {
    Kind.EQUAL: lambda test, left, right: sum(left) != sum(right),
    Kind.AT_MOST: lambda test, left, right: sum(left) > sum(right),
    Kind.NEEDS: lambda test, left, right: sum(left) >= max(test.least, 1) and not sum(right),
    Kind.NOT_BOTH: lambda test, left, right: bool(sum(left) and sum(right)),
    Kind.SHARE_UP_TO: lambda test, left, right: (
        _asked(test, right) and _hundredfold(left, right) > test.percent
    ),
    Kind.SHARE_FROM: lambda test, left, right: (
        _asked(test, right) and _hundredfold(left, right) < test.percent
    ),
    Kind.RISE: lambda test, left, right: outliers.risen(
        left, right, false_alarms=test.false_alarms, percent=test.percent
    ),
    Kind.FALL: lambda test, left, right: outliers.fallen(
        left, right, false_alarms=test.false_alarms, percent=test.percent
    ),
}


def evaluate(rule: Rule, figures: Figures) -> Finding | None:
    """What a rule finds in the numbers of a unit. Where a number is not known it finds nothing: see `readable`."""
    test = rule.test
    if test.kind is Kind.GIVEN:
        return _finding(rule, figures) if not readable(rule, figures) else None
    left, right = _known(test.left, figures), _known(test.right, figures)
    if not _enough(test, left, right) or not _BROKEN[test.kind](test, left, right):
        return None
    return _finding(rule, figures)


def readable(rule: Rule, figures: Figures) -> bool:
    """Whether the numbers that a rule needs are known. Of a history it is enough that there is some."""
    return _enough(rule.test, _known(rule.test.left, figures), _known(rule.test.right, figures))


def findings(rules: Iterable[Rule], figures: Figures) -> list[Finding]:
    """What all of some rules find."""
    return [found for rule in rules if (found := evaluate(rule, figures)) is not None]


def _finding(rule: Rule, figures: Figures) -> Finding:
    left, right = _known(rule.test.left, figures), _known(rule.test.right, figures)
    seen = tuple(Seen(address, figures.number(address)) for address in rule.test.reads)
    mean = sum(right) / len(right) if right and rule.test.kind in HISTORY else 0.0
    return Finding(rule, seen, sum(left), sum(right), mean)


def _known(terms: Sequence[Term], figures: Figures) -> Numbers:
    numbers = (term if isinstance(term, int) else figures.number(term) for term in terms)
    return [number for number in numbers if number is not None]


def _enough(test: Test, left: Numbers, right: Numbers) -> bool:
    return len(left) == len(test.left) and (test.kind in HISTORY or len(right) == len(test.right))


def _asked(test: Test, right: Numbers) -> bool:
    return sum(right) >= max(test.least, 1)


def _hundredfold(left: Numbers, right: Numbers) -> float:
    return 100 * sum(left) / sum(right)
