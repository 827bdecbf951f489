"""Decisions on retention: until when a file is kept, whether it is due, who may say that it stays. Pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

from casemgr.core.ages import Precision
from casemgr.core.calendar import month_end
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _l
from casemgr.retention.terms import CaseFacts, KindCode, Period, Standing, Verdict

_LONGEST, _OLDEST = 150, 150
MOST_AT_ONCE = 50


def verdict(cases: Sequence[CaseFacts], periods: Mapping[KindCode, Period], today: date) -> Verdict:
    """How the file of a report stands on a day. All cases of a report are kept as long as the one that is kept longest."""
    kind = kind_of(cases)
    if any(case.closed_on is None or case.running for case in cases) or not cases:
        return Verdict(Standing.OPEN, kind)
    period = periods.get(kind)
    until = keep_until(cases, period) if period is not None else None
    if any(case.held for case in cases):
        return Verdict(Standing.HELD, kind, until)
    if any(case.asked_about for case in cases):
        return Verdict(Standing.REQUEST, kind, until)
    if until is None:
        return Verdict(Standing.UNDECIDED, kind)
    return Verdict(Standing.DUE if until < today else Standing.KEPT, kind, until)


def kind_of(cases: Sequence[CaseFacts]) -> KindCode:
    """A report of which every case was screened out is one; where anything was done for a child it is a case file."""
    return KindCode.SCREENED_OUT if cases and all(case.screened_out for case in cases) else KindCode.CASE_FILE


def keep_until(cases: Sequence[CaseFacts], period: Period) -> date:
    """The last day on which the file is kept; never before the day on which its last case was closed."""
    days = [day for case in cases if (day := case.closed_on) is not None]
    ends = list(days)
    if period.years is not None:
        ends += [_years_later(day, period.years) for day in days]
    if period.until_age is not None:
        ends += [_years_later(case.child.born_by, period.until_age) for case in cases]
    return max(ends)


def born_by(birth: date | None, precision: str, age_estimate: int | None, received: date) -> date:
    """The latest day on which a child can have been born: what is not known never shortens a period.

    An estimated age may be two years wrong; of a child of whom nothing is known it is taken that it was just born.
    """
    if birth is not None and precision == Precision.DAY:
        return birth
    if birth is not None and precision == Precision.MONTH:
        return month_end(birth)
    if birth is not None and precision != Precision.UNKNOWN:
        return _years_later(birth.replace(month=12, day=31), 2 if precision == Precision.ESTIMATED else 0)
    if age_estimate is not None:
        return min(received, _years_later(received, 2 - age_estimate))
    return received


def may_set(
    *, period: Period, document: str, document_day: date | None, everywhere: bool, today: date
) -> Findings:
    """Whether somebody may set a period: with the document it rests on, for the whole installation."""
    return Findings(
        blocks(
            "not-yours",
            _l("Only an administrator of the whole country sets how long files are kept."),
            when=not everywhere,
        ),
        blocks(
            "no-period",
            _l("Give a number of years, an age, or both."),
            when=period.years is None and period.until_age is None,
            field="years",
        ),
        blocks(
            "years",
            _l("Give a whole number of years from 1 to 150."),
            when=period.years is not None and not 1 <= period.years <= _LONGEST,
            field="years",
        ),
        blocks(
            "until-age",
            _l("Give an age from 18 to 150: a child's file is kept at least until it is grown up."),
            when=period.until_age is not None and not 18 <= period.until_age <= _OLDEST,
            field="until_age",
        ),
        blocks(
            "document",
            _l("Name the document that sets it: number and authority."),
            when=not document,
            field="document",
        ),
        blocks(
            "document-day",
            _l("Give the day of the document; it cannot lie in the future."),
            when=document_day is None or document_day > today,
            field="document_day",
        ),
    )


def may_hold(*, reason: str, standing: bool, going: bool) -> Findings:
    """Whether somebody may say that a file must be kept."""
    return Findings(
        blocks("going", _l("It is too late: the file is being destroyed at this moment."), when=going),
        blocks("held", _l("You have already said that this file must be kept."), when=standing),
        blocks("reason", _l("Say why it must be kept, and for whom."), when=not reason, field="reason"),
    )


def may_lift(*, reason: str, lifted: bool, theirs: bool) -> Findings:
    """Whether somebody may say that a file need not be kept any more."""
    return Findings(
        blocks(
            "other-unit",
            _l("Another unit is responsible for this case. It says when its file need not be kept any more."),
            when=not theirs,
        ),
        blocks("lifted", _l("It was lifted before."), when=lifted),
        blocks("reason", _l("Say why it need not be kept any more."), when=not reason, field="reason"),
    )


def may_ask(*, chosen: int, units: int, hidden: int = 0, asked: Sequence[str] = ()) -> Findings:
    """Whether the end of some files may be asked for together."""
    return Findings(
        blocks("none", _l("Tick at least one file."), when=chosen == 0, field="files"),
        blocks("many", _l("At most 50 files at once."), when=chosen > MOST_AT_ONCE, field="files"),
        blocks("units", _l("Files of one unit at a time."), when=units > 1, field="files"),
        blocks(
            "hidden",
            _l("Of one of these you do not see every case: who sees all of it has to ask."),
            when=hidden > 0,
            field="files",
        ),
        blocks(
            "asked-already",
            _l(
                "A second person is asked about this already: %(numbers)s. Open that request, or leave these out.",
                numbers=", ".join(asked),
            ),
            when=bool(asked),
            field="files",
        ),
    )


def may_agree(*, left: int) -> Findings:
    """Whether there is still anything to agree to."""
    return Findings(
        blocks(
            "changed",
            _l(
                "Nothing of this list is due any more: a file was reopened, is being kept, or was agreed before."
            ),
            when=left == 0,
        )
    )


def _years_later(day: date, years: int) -> date:
    year = min(day.year + years, date.max.year)
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
