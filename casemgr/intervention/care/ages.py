"""Ages as the law of alternative care asks for them, and papers that grow old: pure."""

from collections.abc import Iterator
from datetime import date

from casemgr.children.terms import Birth, Precision
from casemgr.core.ages import whole_years
from casemgr.core.calendar import add_months, month_end
from casemgr.core.findings import Finding, blocks, explains
from casemgr.core.words import _l, language
from casemgr.intervention.care.schedule import anniversary
from casemgr.law.basis import Basis, Status
from casemgr.law.deadlines import deadline, length

ASKED_FROM = 7
_OLDER_BY = 20
_OF_AGE = 18

_OPINION = Basis.of("ND56 Điều 42 khoản 1", Status.CONFIRMED)


def since_told(birth: Birth, told_on: date) -> Birth:
    """A birth of which only an age was told, as it stands on later days: the age grows with the years."""
    if birth.date is not None or birth.age_estimate is None:
        return birth
    return Birth(date(told_on.year - birth.age_estimate, 1, 1), Precision.ESTIMATED)


def span(birth: Birth) -> tuple[date, date] | None:
    """The first and the last day on which somebody can have been born."""
    first = birth.date
    if first is None or birth.precision is Precision.UNKNOWN:
        return None
    match birth.precision:
        case Precision.DAY:
            return first, first
        case Precision.MONTH:
            return first.replace(day=1), month_end(first)
        case Precision.YEAR:
            return date(first.year, 1, 1), date(first.year, 12, 31)
    return date(first.year - 1, 1, 1), date(first.year, 12, 31)  # estimated: a year more or less


def of_age(birth: Birth, on: date) -> bool | None:
    """Whether somebody is of age on a day; None where the birth is not known well enough."""
    return _reached(span(birth), _OF_AGE, (on, on))


def old_enough(carer: Birth, child: Birth) -> bool | None:
    """Whether a carer is at least twenty years older than the child."""
    return _reached(span(carer), _OLDER_BY, span(child))


def _reached(born: tuple[date, date] | None, years: int, by: tuple[date, date] | None) -> bool | None:
    """Whether whoever was born in one span is that many years old in another: yes, no, or not known."""
    if born is None or by is None:
        return None
    if anniversary(born[1], years) <= by[0]:
        return True
    return False if anniversary(born[0], years) > by[1] else None


def age(birth: Birth, on: date) -> int | None:
    """The age of a child on a day, as well as it is known."""
    return whole_years(birth.date, on, birth.precision)


def must_be_asked(birth: Birth, on: date) -> bool:
    """Whether the law wants the child's opinion: from seven years on; a child whose age is not known is asked."""
    years = age(birth, on)
    return years is None or years >= ASKED_FROM


def of_deadline(rule: str, on: date) -> str:
    return deadline(rule, on).cite(language())


def still_valid(made: date | None, on: date, rule: str) -> bool:
    """Whether a paper made on a day may still be used on another: not older than the law allows."""
    return made is not None and made <= on <= add_months(made, length(rule, on))


def opinion(said: str | None, not_asked: str | None, birth: Birth, on: date) -> Iterator[Finding | None]:
    asked = must_be_asked(birth, on)
    yield blocks(
        "not-asked",
        _l("A child of seven years or more must be asked. Write what it says, or why it could not be asked."),
        when=asked and not said and not not_asked,
        field="child_says",
        basis=_OPINION.cite(language()),
    )
    yield explains(
        "opinion-missing",
        _l("The law wants the opinion of a child of seven years or more before the decision."),
        when=asked and not said and bool(not_asked),
        field="not_asked",
        basis=_OPINION.cite(language()),
    )
