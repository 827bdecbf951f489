"""What falls due while a child is in care, and when: pure. Facts in, duties out; the times are the law's data.

Every turn is counted from the day of the placement, so that short months never move the later ones. A visit counts for
a turn once more than half of the way to it has passed, so that two visits in one week do not stand for half a year.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from casemgr.core.calendar import add_months, day_end, day_start
from casemgr.intervention.care.terms import FAMILY, TRANSFER, CareForm, EntryKind
from casemgr.law.deadlines import deadline, length
from casemgr.law.deadlines import due_at as law_due_at
from casemgr.law.holidays import work_calendar

COMES_UP = 3  # months before the sixteenth birthday: of the house, the law names no day
SIXTEEN = 16
_YEAR = 12  # "then every year": Luật Trẻ em, Điều 64 khoản 1 điểm b

HANDOVER = "ac_handover_15wd"
_TRANSFERS = ("ac_transfer_appraise_10wd", "ac_transfer_decide_15wd", "ac_facility_end_5wd")


class Track(StrEnum):
    """A row of duties of which at most one is open."""

    VISIT = "visit"
    CARER_REPORT = "carer_report"
    FIT_REVIEW = "fit_review"
    STAY = "stay"
    PAPERS = "papers"
    TRANSFER = "transfer"
    HANDOVER = "handover"


DONE_BY: Mapping[Track, EntryKind] = {
    Track.VISIT: EntryKind.VISIT,
    Track.CARER_REPORT: EntryKind.CARER_REPORT,
    Track.FIT_REVIEW: EntryKind.FIT_REVIEW,
}


@dataclass(frozen=True)
class Duty:
    """Something that is to be done, and until when."""

    track: Track
    turn: int
    clock: str
    started_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Course:
    """What the schedule must know of a placement."""

    form: CareForm
    urgent: bool = False
    replaces: bool = False
    decided_on: date | None = None
    given_on: date | None = None
    over: bool = False
    done: Mapping[EntryKind, Sequence[date]] = field(default_factory=dict)


def open_duties(course: Course) -> tuple[Duty, ...]:
    """What is to be done now: at most one duty of each track."""
    if course.over:
        return ()
    found: list[Duty] = []
    if course.given_on is None:
        if course.replaces and course.decided_on is not None:
            found.append(handover(course.decided_on))
    else:
        found += _while_in_care(course, course.given_on)
    if course.form is CareForm.FACILITY:
        found += _transfer(course)
    return tuple(found)


def handover(decided_on: date) -> Duty:
    """Handing the child over to its carers, after the day of the decision."""
    return _counted(Track.HANDOVER, 1, HANDOVER, decided_on)


def next_turn(due: Callable[[int], date], start: date, done: Iterable[date]) -> int:
    """Which turn comes next after what was done: turns that a day stands for are behind, others still ahead."""

    def opens(turn: int) -> date:
        before = due(turn - 1) if turn > 1 else start
        return before if turn == 1 else before + (due(turn) - before) // 2

    turn = 1
    for day in sorted(done):
        while opens(turn) <= day:
            turn += 1
    return turn


def clock_of(track: Track, turn: int) -> str:
    """The time limit of the law that a turn stands on."""
    if track is Track.VISIT:
        return {1: "ac_visit_1m", 2: "ac_visit_3m"}.get(turn, "ac_report_6m")
    return {Track.CARER_REPORT: "ac_carer_report_6m", Track.FIT_REVIEW: "ac_fit_review_6m"}[track]


def due_day(track: Track, turn: int, given_on: date) -> date:
    """The day of a turn: visits at 1, 3, then every 6 months; the carer's word at 6 months, then yearly."""
    months = length(clock_of(track, turn), given_on)
    if track is Track.VISIT:
        months *= max(turn - 2, 1)
    elif track is Track.CARER_REPORT:
        months += (turn - 1) * _YEAR
    else:
        months *= turn
    return add_months(given_on, months)


def anniversary(day: date, years: int) -> date:
    """The same day some years on; of 29 February it is 1 March, as everywhere in this house."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def sixteenth(birth: date) -> date:
    """The sixteenth birthday."""
    return anniversary(birth, SIXTEEN)


def transition_comes_up(birth: date | None, on: date) -> bool:
    """Whether the transition to sixteen is to be talked about by this day."""
    return birth is not None and on >= add_months(sixteenth(birth), -COMES_UP)


def _while_in_care(course: Course, given_on: date) -> list[Duty]:
    found = []
    if course.form in FAMILY:
        for track, kind in DONE_BY.items():
            done = [day for day in course.done.get(kind, ()) if day >= given_on]
            turn = next_turn(lambda turn, of=track: due_day(of, turn, given_on), given_on, done)  # type: ignore[misc]
            before = due_day(track, turn - 1, given_on) if turn > 1 else given_on
            due = day_end(due_day(track, turn, given_on))
            found.append(Duty(track, turn, clock_of(track, turn), day_start(before), due))
    if course.urgent and course.decided_on is None:
        facility = course.form is CareForm.FACILITY
        found.append(_counted(Track.STAY, 1, "sa_facility_3m" if facility else "sa_temp_care_3m", given_on))
        if facility:
            found.append(_counted(Track.PAPERS, 1, "sa_paper_10wd", given_on))
    return found


def _transfer(course: Course) -> list[Duty]:
    """From a facility to a family: the step that comes after the last one that was taken."""
    taken = [course.done[kind][-1] for kind in TRANSFER if course.done.get(kind)]
    if not taken or len(taken) >= len(TRANSFER):
        return []
    return [_counted(Track.TRANSFER, len(taken), _TRANSFERS[len(taken) - 1], taken[-1])]


def _counted(track: Track, turn: int, clock: str, since: date) -> Duty:
    start = day_start(since)
    return Duty(track, turn, clock, start, law_due_at(deadline(clock, since), start, work_calendar()))
