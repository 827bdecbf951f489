"""Whether a number differs from those before it by more than chance: exact for counts, so that small units are left alone.

Counts of one steady rate, seen over some periods, fall into the newest of them as a binomial would have it, whatever the
rate is (the conditional test of two Poisson rates). So nothing has to be estimated, and the share of false alarms is at
most the stated one. A history that spreads wider than chance counts for less: it says less about the next number.
"""

from collections.abc import Sequence
from math import ceil, exp, floor, lgamma, log

FEWEST = 4  # periods without which a history says nothing
_END = 1e-17  # what follows is too small to change the sum


def risen(now: Sequence[int], before: Sequence[int], *, false_alarms: float, percent: int = 0) -> bool:
    """Whether the newest periods lie above the earlier ones by more than chance, and by so many per cent at least."""
    if len(before) < FEWEST or not now:
        return False
    if _rate(now) * 100 < _rate(before) * (100 + percent) or _rate(now) <= _rate(before):
        return False
    spread = spread_of(before)
    new, old = floor(sum(now) / spread), ceil(sum(before) / spread)
    return at_least(new, new + old, len(now) / (len(now) + len(before))) <= false_alarms


def fallen(now: Sequence[int], before: Sequence[int], *, false_alarms: float, percent: int = 0) -> bool:
    """Whether the newest periods lie below the earlier ones by more than chance, and by so many per cent at least."""
    if len(before) < FEWEST or not now:
        return False
    if _rate(now) * 100 > _rate(before) * (100 - percent) or _rate(now) >= _rate(before):
        return False
    spread = spread_of(before)
    new, old = ceil(sum(now) / spread), floor(sum(before) / spread)
    return at_most(new, new + old, len(now) / (len(now) + len(before))) <= false_alarms


def spread_of(history: Sequence[int]) -> float:
    """How much wider a history spreads than chance would spread it; never less than one."""
    mean = _rate(history)
    if len(history) < 2 or not mean:
        return 1.0
    return max(1.0, sum((number - mean) ** 2 for number in history) / (len(history) - 1) / mean)


def at_least(number: int, of: int, share: float) -> float:
    """How likely a binomial gives this number or more."""
    return _tail(number, of, share, 1)


def at_most(number: int, of: int, share: float) -> float:
    """How likely a binomial gives this number or fewer."""
    return _tail(number, of, share, -1)


def _tail(number: int, of: int, share: float, step: int) -> float:
    total = 0.0
    while 0 <= number <= of:
        term = exp(
            lgamma(of + 1)
            - lgamma(number + 1)
            - lgamma(of - number + 1)
            + number * log(share)
            + (of - number) * log(1 - share)
        )
        total += term
        past_the_middle = (number - of * share) * step > 0
        if past_the_middle and term < _END:
            break
        number += step
    return min(total, 1.0)


def _rate(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers)
