"""A separation in words: how it stands, the twelve hours, what happened, what this person can do next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission as P
from casemgr.assessment import showing as assessments
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Explained, Stage
from casemgr.children import queries as children
from casemgr.core.calendar import local_day
from casemgr.core.words import _, _l, language
from casemgr.intervention.emergency import queries, rules, separating
from casemgr.intervention.emergency.forms import CARERS, CONCLUSIONS, OUTCOMES, PARTS
from casemgr.intervention.emergency.models import Separation, Withholding
from casemgr.intervention.emergency.terms import (
    Course,
    Happened,
    Part,
    Person,
    Proposal,
    Receipts,
    Said,
    SeparationState,
    Signing,
    Turn,
)
from casemgr.law.basis import Status
from casemgr.law.holidays import work_calendar
from casemgr.law.vocabulary import vocabulary
from casemgr.web import words
from casemgr.web.duration import ClockBadge, clock_state, day_short, day_words, local_words, moment_words

Facts = list[tuple[str, str]]
STATES = {
    SeparationState.DRAFT: (_l("Draft"), "dashed"),
    SeparationState.HANDED_IN: (_l("Waiting for the chair"), "amber"),
    SeparationState.RETURNED: (_l("Given back"), "amber"),
    SeparationState.RUNNING: (_l("The child is separated"), "plain"),
    SeparationState.AT_COURT: (_l("Its time is over, the court decides"), "amber"),
    SeparationState.LIFTED: (_l("Lifted before its time"), "green"),
    SeparationState.ENDED: (_l("Ended"), "green"),
}
TURNS = {
    Turn.EXTENSION: _l("Extended"),
    Turn.LIFTING: _l("Lifted before its time"),
    Turn.ASSESSMENT: _l("Assessed at the end"),
    Turn.COURT_REQUEST: _l("The court was asked"),
    Turn.COURT_OUTCOME: _l("The court decided"),
}


@dataclass(frozen=True)
class Way:
    """Something this person can do next."""

    label: str
    url: str  # name of the page
    main: bool = False


@dataclass(frozen=True)
class ShownTurn:
    """One thing that happened, as a page shows it."""

    what: str
    when: str
    who: str
    facts: Facts
    explained: Sequence[tuple[str, str]]


def frame(desk: Desk, case: Case) -> dict[str, Any]:
    """What every page of a separation shows."""
    card = children.child(desk, case.child_id).card
    return {
        "case": case,
        "label": assessments.case_label(case, card),
        "basis": rules.SEPARATION.cite(language()),
    }


def page_of(desk: Desk, case: Case) -> dict[str, Any]:
    """The whole course on one page."""
    rows = queries.versions(desk, case)
    row = rows[0] if rows else None
    found = queries.course(desk, case, row) if row is not None else None
    receipts = queries.receipts(desk, case)
    emergency = queries.clock(desk, case)
    return {
        **frame(desk, case),
        "row": row,
        "state": SeparationState(row.state) if row is not None else None,
        "tag": STATES[SeparationState(row.state)] if row is not None else None,
        "course": found,
        "facts": facts(row.proposal or Proposal()) if row is not None else [],
        "decided": _decided(desk, found) if found is not None else [],
        "has_place": row is not None and row.stay is not None,
        "place_needs_reason": _needs_reason(desk, case, row),
        "may_see_place": desk.actor.may(P.HIDDEN_PLACE_READ) or desk.actor.may(P.SEPARATION_DECIDE),
        "counted": counted(found, local_day(desk.now)) if found is not None else "",
        "badge": _badge(desk, case, found),
        "twelve": twelve_hours(desk, receipts, row),
        "returned": (row.signing or Signing()).reason if row is not None and row.state == SeparationState.RETURNED else None,
        "explained": explained(desk, (row.signing or Signing()).explained) if row is not None else [],
        "turns": _turns(desk, found) if found is not None else [],
        "earlier": [_earlier(desk, one) for one in rows[1:]],
        "ways": ways(desk, case, row, found),
        "waits_for": _waits_for(desk, row, found),
        "measures_open": found is not None and emergency is not None and emergency.stopped_at is None,
        "kept_out": [ban_words(one.ban.name, one.ban.relation) for one in queries.withheld(desk, case)],
        "may_separate": rules.may_be_separated(Stage(case.stage)),
    }  # fmt: skip


def facts(said: Proposal) -> Facts:
    """What the decision says, line by line; the place of stay stands apart."""
    carer = [
        str(CARERS[said.carer_kind]) if said.carer_kind else "",
        said.carer_name or "",
        said.carer_relation or "",
    ]
    return [
        (_("Ground"), vocabulary("separation_grounds").label(said.ground, language()) if said.ground else ""),
        (_("Reasons"), said.reasons or ""),
        (_("Who cares for the child"), ", ".join(one for one in carer if one)),
        (_("Separated from"), moment_of(said)),
        (_("For how long"), span_words(said)),
    ]  # fmt: skip


def moment_of(said: Proposal) -> str:
    """From when, with the name of the day."""
    if said.starts_at is None:
        return ""
    return f"{words.clock_time(said.starts_at)} {day_words(local_day(said.starts_at))}"


def span_words(said: Proposal) -> str:
    """How many days, and the last of them in words."""
    if said.days is None:
        return ""
    if said.starts_at is None:
        return _("%(n)s days", n=said.days)
    end = day_words(rules.last_day(said.starts_at, said.days))
    return _("%(n)s days, to the end of %(day)s. The day of the start is not counted.", n=said.days, day=end)


def counted(found: Course, today: date) -> str:
    """Which day of the separation it is."""
    number = (today - local_day(found.starts_at)).days
    if found.state is not SeparationState.RUNNING:
        return ""
    if number < 0:
        return _("It has not begun yet.")
    if number == 0:
        return _("The day of the start, not counted in the %(all)s days.", all=found.days)
    if number > found.days:
        return _("Its %(all)s days are over.", all=found.days)
    return _("Day %(number)s of %(all)s.", number=number, all=found.days)


def twelve_hours(desk: Desk, receipts: Receipts, row: Separation | None) -> dict[str, Any]:
    """How the twelve hours stand: both receipts, until when, and whether the decision met them."""
    signing = row.signing if row is not None else None
    if signing is not None and signing.signed_at is not None and signing.received_at and signing.commune_at:
        receipts = Receipts(signing.received_at, signing.commune_at, signing.due_at)
    signed = signing.signed_at if signing is not None else None
    badge = clock_state(
        desk.now, receipts.earlier, receipts.due_at, signed, "hours", calendar=work_calendar()
    )
    if receipts.local_at is not None and signed is None:
        badge = replace(badge, local=local_words(desk.now, receipts.local_at, receipts.due_at))
    return {
        "badge": badge,
        "original": moment_words(receipts.original, desk.now),
        "commune": moment_words(receipts.commune, desk.now),
        "in_time": signing.in_time if signing is not None else None,
        "basis": rules.DECIDED.cite(language()),
    }


def explained(desk: Desk, told: Sequence[Explained]) -> list[tuple[str, str]]:
    """What was explained, by whom and when."""
    named = cases.explainers(desk, told)
    return [
        (one.text, f"{named.get(one.by, '')}, {moment_words(one.at, desk.now)}".lstrip(", ")) for one in told
    ]


def court_words(on: date | None) -> tuple[str, bool]:
    """What kind of court is asked on a day, and whether that is still to be checked against the text."""
    kind = vocabulary("courts").get("first_instance", on)
    if kind is None:
        return "", False
    return kind.label(language()), kind.status is not Status.CONFIRMED


def ways(desk: Desk, case: Case, row: Separation | None, found: Course | None) -> list[Way]:
    """What this person can do next, the most urgent first."""
    state = SeparationState(row.state) if row is not None else None
    drafts, decides = desk.actor.may(P.SEPARATION_DRAFT), desk.actor.may(P.SEPARATION_DECIDE)
    if found is None or state in (SeparationState.LIFTED, SeparationState.ENDED):
        return _before(state, drafts, decides) if rules.may_be_separated(Stage(case.stage)) else []
    awaited = found.awaits_court is not None
    court = Way(_("Write down what the court decided") if awaited else _("Ask the court"), "court")
    if state is SeparationState.AT_COURT:
        able = (drafts or decides) if awaited else decides
        return [Way(court.label, court.url, True)] if able else []
    return _while_running(found, court, local_day(desk.now), drafts, decides, awaited)


def _before(state: SeparationState | None, drafts: bool, decides: bool) -> list[Way]:
    if state is SeparationState.HANDED_IN:
        return [Way(_("Look at it and decide"), "decision", True)] if decides else []
    label = {
        SeparationState.DRAFT: _("Go on writing, and hand it in"),
        SeparationState.RETURNED: _("Put it right and hand it in again"),
    }.get(state or SeparationState.ENDED, _("Draft the decision"))
    return [Way(label, "draft", True)] if drafts else []


def _while_running(
    found: Course, court: Way, today: date, drafts: bool, decides: bool, awaited: bool
) -> list[Way]:
    over = today >= found.last_day
    late = today >= local_day(found.starts_at) + timedelta(days=rules.COURT_FROM_DAY)
    offered = [
        (drafts and over, Way(_("Assess the child"), "assessment", True)),
        (decides and (late or awaited), court),
        (drafts and not decides and awaited, court),
        (decides and today <= found.last_day, Way(_("Extend"), "extension")),
        (decides and today <= found.last_day, Way(_("Lift the separation"), "lifting")),
        (decides and not late and not awaited, court),
    ]
    return [way for able, way in offered if able]


def _waits_for(desk: Desk, row: Separation | None, found: Course | None) -> str:
    """For whom everybody else waits."""
    if row is None:
        return ""
    if row.state == SeparationState.HANDED_IN and not desk.actor.may(P.SEPARATION_DECIDE):
        return _("the chair")
    if row.state == SeparationState.AT_COURT and found is not None and found.awaits_court is not None:
        return _("the court")
    return ""


def _decided(desk: Desk, found: Course) -> Facts:
    names = cases.names(desk, [found.drafted_by, found.decided_by])
    signed = found.signing.signed_at
    told = [
        (_("Decision"), found.signing.number or ""),
        (_("Signed"), moment_words(signed, desk.now) if signed else ""),
        (_("Decided by"), names.get(found.decided_by, "") if found.decided_by else ""),
        (_("Drafted by"), names.get(found.drafted_by, "") if found.drafted_by else ""),
        (_("Last day"), day_words(found.last_day)),
    ]
    if found.longest_day != found.last_day:
        told.append((_("The law’s longest time ends"), day_words(found.longest_day)))
    return told


def _badge(desk: Desk, case: Case, found: Course | None) -> ClockBadge | None:
    if found is None or found.state is not SeparationState.RUNNING:
        return None
    running = queries.clock(desk, case, "separation_max_15d")
    return words.badge(running, desk.now) if running is not None else None


def _turns(desk: Desk, found: Course) -> list[ShownTurn]:
    names = cases.names(desk, [one.by for one in found.turns])
    return [
        ShownTurn(
            str(TURNS[one.turn]),
            moment_words(one.at, desk.now),
            names.get(one.by, "") if one.by else "",
            turn_facts(one),
            explained(desk, one.said.explained),
        )
        for one in reversed(found.turns)
    ]


def turn_facts(one: Happened) -> Facts:
    """What a turn says, line by line."""
    said: Said = one.said
    court = vocabulary("courts").label(said.court, language(), said.on) if said.court else ""
    told = [
        (_("Day"), day_short(said.on) if said.on else ""),
        (_("Number"), said.number or ""),
        (_("Further days"), str(said.days) if said.days else ""),
        (_("Last day"), day_words(said.last_day) if said.last_day else ""),
        (_("Asked for by"), said.authority or ""),
        (_("By its paper"), said.authority_number or ""),
        (_("Of the day"), day_short(said.authority_on) if said.authority_on else ""),
        (_("Court"), ", ".join(part for part in (said.court_name, court) if part)),
        (_("Conclusion"), str(CONCLUSIONS[said.conclusion]) if said.conclusion else ""),
        (_("Outcome"), str(OUTCOMES[said.outcome]) if said.outcome else ""),
        (_("In words"), said.reason or said.decided or ""),
        (_("To whom the child goes back"), said.to_whom or ""),
        (_("Conditions"), said.conditions or ""),
    ]
    return [(label, text) for label, text in told if text]


def _earlier(desk: Desk, row: Separation) -> tuple[str, str, str]:
    label, kind = STATES[SeparationState(row.state)]
    return moment_words(row.decided_at or row.saved_at, desk.now), str(label), kind


def _needs_reason(desk: Desk, case: Case, row: Separation | None) -> bool:
    return row is not None and not separating.is_near(desk, case, row)


def ban_words(name: str | None, relation: str | None) -> str:
    """Who somebody is: name and relation to the child."""
    kind = vocabulary("relations").label(relation, language()) if relation else ""
    return ", ".join(part for part in (name or _("name not known"), kind) if part)


def person_words(person: Person) -> str:
    """Somebody who may be kept out, as a box to tick."""
    said = ban_words(person.name, person.relation)
    if person.key == "carer":
        said = f"{said}, {_('carer')}"
    return f"{said} ({_('alleged to have done harm')})" if person.alleged else said


def bans(desk: Desk, case: Case) -> list[dict[str, Any]]:
    """Every decision that keeps or kept somebody out, in words."""
    rows = [row for row in queries.withholdings(desk, case) if row.ban is not None]
    names = cases.names(desk, [account for row in rows for account in (row.decided_by, row.ended_by)])
    return [_ban(desk, row, names) for row in rows]


def _ban(desk: Desk, row: Withholding, names: Any) -> dict[str, Any]:
    ban = row.ban
    if ban is None:
        return {}
    return {
        "id": row.id,
        "who": ban_words(ban.name, ban.relation),
        "parts": [(str(PARTS[part]), part_basis(part)) for part in ban.parts],
        "ground": ban.ground,
        "by": names.get(row.decided_by, ""),
        "when": moment_words(row.decided_at, desk.now),
        "runs": row.ended_at is None,
        "ended": moment_words(row.ended_at, desk.now) if row.ended_at else "",
        "ended_by": names.get(row.ended_by, ""),
        "why_ended": row.ending.reason if row.ending is not None else "",
        "explained": explained(desk, ban.explained),
    }


def part_basis(part: Part) -> str:
    """The article, and whether it has an exception in words."""
    cited = rules.KEPT_OUT_OF[part].cite(language())
    if rules.has_exception(part):
        return _("%(basis)s: the law leaves out a carer who did the harm", basis=cited)
    return _("%(basis)s: the law has no exception in words", basis=cited)
