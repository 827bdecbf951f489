"""Deciding about returns. Pure: periods and due days, who stands where, what stands against a step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from casemgr.core.findings import Findings, blocks, explains
from casemgr.core.periods import Period
from casemgr.core.words import _, _l
from casemgr.indicators.terms import Level
from casemgr.reporting.terms import MONTHS, Due, Every, Plan, Reported, Schedule, State, Term, Wanted

_ONE_DAY = timedelta(days=1)
_AHEAD = timedelta(days=30)  # a return is spoken of this long before it is due
CHAIN = (Level.COMMUNE, Level.PROVINCE, Level.NATION)
SHORTEST_REASON = 10


def part_of_year(period: Period) -> int:
    """Which of its kind a period is in its year, from 0."""
    return (period.first.month - 1) // (period.length or 12)


def last_day(due: Due, period: Period) -> date | None:
    """The last day on which a return is in time; none where none is asked for. 'Before 10 May' ends with 9 May.

    Nobody reports on a period in its first half: such a day is that of the year after, as 10 January is for a whole year.
    """
    if due.days_after is not None:
        return period.last + timedelta(days=due.days_after)
    told = due.before[part_of_year(period)]
    if not told:
        return None
    middle = period.first + _ONE_DAY * (period.days // 2)
    same_year = date.fromisoformat(f"{period.first.year:04}-{told}")
    return (same_year if same_year > middle else same_year.replace(year=same_year.year + 1)) - _ONE_DAY


def periods(every: Every, around: date, *, back: int) -> Sequence[Period]:
    """The period of a kind in which a day lies and so many before it, the newest first."""
    months = MONTHS[every]
    first = (around.month - 1) // months * months + 1
    named = {1: f"{around.year:04}-{first:02}", 3: f"{around.year:04}-Q{first // 3 + 1}"}
    named |= {6: f"{around.year:04}-H{first // 6 + 1}", 12: f"{around.year:04}"}
    found = [Period.parse(named[months])]
    for _step in range(back):
        found.append(found[-1].previous())
    return found


def fits(schedule: Schedule, period: Period) -> bool:
    """Whether a period is one of a schedule's."""
    ends = schedule.valid_to is None or period.first <= schedule.valid_to
    return period.length == MONTHS[schedule.every] and schedule.valid_from <= period.last and ends


def term_for(
    schedule: Schedule, level: Level, period: Period, plans: Sequence[Plan], unit_id: int | None
) -> tuple[Due | None, Plan | None]:
    """What holds for the units of a province: the newest term of its plan, or of the country's, else the schedule's own."""
    for plan in reversed(plans):
        if plan.unit_id != unit_id or not plan.holds:
            continue
        if period.last < plan.since or (plan.until is not None and period.first > plan.until):
            continue
        for term in plan.terms:
            if (term.schedule, term.level) == (schedule.id, level):
                return term.due, plan
    step = schedule.step(level)
    return (step.due if step else None), None


def wanted(
    schedule: Schedule,
    period: Period,
    *,
    place: str,
    level: Level,
    plans: Sequence[Plan] = (),
    province_id: int | None = None,
) -> Wanted | None:
    """The return that a unit owes for a period, if it owes one."""
    if not fits(schedule, period) or schedule.step(level) is None:
        return None
    due, plan = term_for(schedule, level, period, plans, province_id)
    until = last_day(due, period) if due is not None else None
    return Wanted(schedule, period.code, place, level, until, plan) if until is not None else None


def is_open(period: Period, due_on: date, today: date) -> bool:
    """Whether it is time to speak of a return: the period has begun, and the due day is near or gone."""
    return period.first <= today and today >= min(due_on - _AHEAD, period.last)


def reported(due_on: date, today: date, signed_on: date | None, *, nil: bool) -> Reported:
    """Whether a unit has reported."""
    if signed_on is None:
        return Reported.AWAITED if today <= due_on else Reported.SILENT
    if nil:
        return Reported.NIL
    return Reported.ON_TIME if signed_on <= due_on else Reported.LATE


def above(level: Level) -> Level:
    """The level that approves; nobody stands above the country, where a second person approves."""
    return CHAIN[min(CHAIN.index(level) + 1, len(CHAIN) - 1)]


@dataclass(frozen=True)
class Seat:
    """Where somebody stands towards a return: at which level, and whether the return's unit lies in their reach."""

    level: Level | None
    reaches: bool

    def holds(self, level: Level) -> bool:
        return self.reaches and self.level is level


def findings_on_signing(
    *,
    period: Period,
    today: date,
    state: State,
    final: bool,
    empty: bool,
    nil: bool,
    reason: str,
    changed: bool,
    silent: Sequence[str],
    open_threads: int,
) -> Findings:
    """What stands against signing a return."""
    waits = state is State.CHECKED or (state is State.APPROVED and not final)
    return Findings(
        blocks("too-early", _l("The period has not begun."), when=today < period.first),
        blocks("under-way", _l("This return is signed already and waits for the next step."), when=waits),
        blocks(
            "nil-not-signed",
            _l("Every number is 0. If really nothing happened, tick that this is a nil return."),
            when=empty and not nil,
            field="nil",
        ),
        blocks(
            "not-nil",
            _l("There are numbers, so this is no nil return. Take the tick away."),
            when=nil and not empty,
            field="nil",
        ),
        blocks(
            "nothing-to-amend",
            _l("No number differs from the version that stands. There is nothing to amend."),
            when=final and not changed,
        ),
        blocks(
            "no-reason",
            _l("Say in a sentence why the return is amended."),
            when=final and changed and len(reason.strip()) < SHORTEST_REASON,
            field="reason",
        ),
        explains(
            "open-threads",
            _(
                "Questions on numbers stand open: %(count)s. Answer and settle them, or say why they can wait.",
                count=open_threads,
            ),
            when=open_threads > 0,
        ),
        explains(
            "silent-units",
            _(
                "Not approved yet: %(count)s units (%(units)s). Remind them, or say why the return goes without them.",
                count=len(silent),
                units=", ".join(silent[:5]) + ("…" if len(silent) > 5 else ""),
            ),
            when=bool(silent),
        ),
    )


def findings_on_approval(*, state: State, signers: frozenset[UUID], who: Collection[UUID]) -> Findings:
    """What stands against approving or giving back: only what was signed, and never by the office that signed it.

    `signers` are who signed and for whom, `who` acts now and for whom: a deputy and the person they stand in for are one.
    """
    return Findings(
        blocks("not-signed", _l("Only a signed return is approved."), when=state is not State.CHECKED),
        blocks(
            "own-signature",
            _l(
                "You signed this return, or a deputy did for you, or you stand in for the person who did: somebody else "
                "approves it."
            ),
            when=not who or not signers.isdisjoint(who),
        ),
    )


def findings_on_return(
    *, state: State, signers: frozenset[UUID], who: Collection[UUID], reason: str
) -> Findings:
    """What stands against giving a return back."""
    return Findings(
        *findings_on_approval(state=state, signers=signers, who=who),
        blocks(
            "no-reason",
            _l("Say what has to be put right."),
            when=len(reason.strip()) < SHORTEST_REASON,
            field="reason",
        ),
    )


def findings_on_publishing(*, state: State, publishes: bool) -> Findings:
    """What stands against publishing."""
    return Findings(
        blocks("not-approved", _l("Only an approved return is published."), when=state is not State.APPROVED),
        blocks(
            "not-here",
            _l("Returns of this level are published with those of the level above."),
            when=not publishes,
        ),
    )


def findings_on_plan(
    *,
    terms: Sequence[Term],
    document: str,
    document_day: date | None,
    since: date | None,
    until: date | None,
    today: date,
) -> Findings:
    """What stands against a plan of due days."""
    return Findings(
        blocks("no-terms", _l("Give at least one due day."), when=not terms, field="terms"),
        blocks(
            "no-document",
            _l("Which document says so? Give its number."),
            when=not document.strip(),
            field="document",
        ),
        blocks(
            "no-document-day",
            _l("Of which day is the document?"),
            when=document_day is None,
            field="document_day",
        ),
        blocks(
            "document-ahead",
            _l("The document cannot be of a day to come."),
            when=document_day is not None and document_day > today,
            field="document_day",
        ),
        blocks("no-since", _l("From which day does it hold?"), when=since is None, field="since"),
        blocks(
            "ends-first",
            _l("It cannot end before it begins."),
            when=since is not None and until is not None and until < since,
            field="until",
        ),
    )


def is_final(step_publishes: bool, state: State) -> bool:
    """Whether a version that has come so far stands, so that only an amendment follows."""
    return state is State.PUBLISHED or (state is State.APPROVED and not step_publishes)


def counted(states: Collection[Reported]) -> Mapping[Reported, int]:
    """How many units there are of each kind."""
    return {one: sum(state is one for state in states) for one in Reported}
