"""How plans are laid out for a page: versions, services, differences, the standing of the approval, the diary by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from casemgr.access.desk import Desk
from casemgr.cases import queries as cases
from casemgr.cases.models import Case
from casemgr.cases.terms import Explained
from casemgr.children.models import Child
from casemgr.children.terms import Card, Sex
from casemgr.core.calendar import local_day
from casemgr.core.words import _, _l, language
from casemgr.intervention.plan import queries
from casemgr.intervention.plan.difference import CommentAnswer, Difference, RowChange, Turn, difference
from casemgr.intervention.plan.models import Plan
from casemgr.intervention.plan.terms import (
    Comment,
    Content,
    Goal,
    Making,
    Part,
    PlanState,
    Recipient,
    Ruling,
    Service,
)
from casemgr.law.vocabulary import vocabulary
from casemgr.web.duration import ClockBadge, day_short, moment_words, money_words
from casemgr.web.words import age_words
from casemgr.web.words import badge as clock_badge

_QUOTES = frozenset('“”„«»"')
STATES = {
    PlanState.DRAFT: _l("Draft"),
    PlanState.HANDED_IN: _l("Waiting for the chair"),
    PlanState.RETURNED: _l("Given back"),
    PlanState.APPROVED: _l("Approved"),
    PlanState.VOID: _l("Approval void"),
}
TAGS = {
    PlanState.DRAFT: "dashed",
    PlanState.HANDED_IN: "amber",
    PlanState.RETURNED: "amber",
    PlanState.APPROVED: "green",
    PlanState.VOID: "amber",
}
SEXES = {Sex.MALE: _l("boy"), Sex.FEMALE: _l("girl")}
PARTS = {
    Part.IMPLEMENTER: _l("carries out the plan"),
    Part.FATHER: _l("father"),
    Part.MOTHER: _l("mother"),
    Part.CARER: _l("carer"),
}
FIELDS = {
    "why": _l("reason"),
    "text": _l("wording"),
    "what": _l("service or task"),
    "kind": _l("kind of service"),
    "who": _l("who does it"),
    "provider": _l("provider to be mobilised"),
    "since": _l("start"),
    "until": _l("end"),
    "cost": _l("estimate"),
    "source": _l("paid from"),
    "note": _l("note"),
}


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of all of them."""

    round: int
    revision: int
    state: str
    tag: str
    when: str
    who: str
    number: str


@dataclass(frozen=True)
class Standing:
    """How the approval stands, in one notice: its kind, what comes first, and the rest."""

    kind: str  # done | explain | block | guide
    strong: str
    text: str
    difference: Sequence["ChangeLine"] = ()


@dataclass(frozen=True)
class ChangeLine:
    """One line of a difference: added, changed, removed or kept."""

    tag: str
    kind: str
    text: str
    fields: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Remark:
    """What should be put right, and at which field of its row; no field: the whole row."""

    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Answered:
    """A comment of the chair and what became of it in the next version."""

    where: str
    text: str
    tag: str
    kind: str
    fields: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Clarified:
    """A finding that was explained: what was said, by whom and when."""

    code: str
    text: str
    who: str
    when: str


def person(child: Child) -> str:
    """Nông Minh Khang, nam, 9 tuổi."""
    card = child.card or Card()
    said = [card.name or _("Name not known"), str(SEXES[card.sex]) if card.sex in SEXES else ""]
    return ", ".join(part for part in said if part)


def age(child: Child, today: date) -> str:
    """9 tuổi, or the estimate, or nothing."""
    birth = (child.card or Card()).birth
    said = age_words(birth.date, today, birth.precision)
    if not said and birth.age_estimate is not None:
        return _("about %(years)s years", years=birth.age_estimate)
    return said


def lead(case: Case, child: Child, today: date) -> str:
    """Who it is about, in one line under the heading."""
    return ", ".join(
        part for part in (person(child), age(child, today), _("case %(number)s", number=case.number)) if part
    )


def badge(desk: Desk, case: Case, name: str) -> ClockBadge | None:
    """A clock of the case that runs, as it is shown; none if it does not run."""
    running = next(
        (one for one in cases.clocks(desk, case) if one.clock == name and one.stopped_at is None), None
    )
    if running is None:
        return None
    return clock_badge(running, desk.now)


def version_lines(desk: Desk, plans: Sequence[Plan]) -> Sequence[VersionLine]:
    """Every version of every round, in words."""
    names = cases.names(desk, [plan.decided_by or plan.handed_in_by or plan.saved_by for plan in plans])
    lines = []
    for plan in plans:
        state, who = PlanState(plan.state), plan.decided_by or plan.handed_in_by or plan.saved_by
        when = plan.decided_at or plan.handed_in_at or plan.saved_at
        lines.append(
            VersionLine(
                plan.round,
                plan.revision,
                str(STATES[state]),
                TAGS[state],
                moment_words(when, desk.now),
                names.get(who, "") if who is not None else "",
                (plan.decision or Ruling()).number or "",
            )
        )
    return lines


def standing(desk: Desk, case: Case) -> Standing | None:
    """How the approval of the services stands: in force, void by a change, or none yet."""
    decided = queries.decided(desk, case)
    if decided is None or decided.decided_at is None:
        return None
    newest = queries.current(desk, case)
    who = _name(desk, decided.decided_by)
    number = (decided.decision or Ruling()).number or ""
    said = _(
        "%(day)s by %(name)s, decision %(number)s",
        day=_day(decided.decided_at, desk),
        name=who,
        number=number,
    )
    if queries.stands(desk, decided):
        since = (
            _(
                "It holds since %(day)s. What is stored is what was approved.",
                day=_short(decided.effective_on, desk),
            )
            if decided.effective_on
            else ""
        )
        if newest is not None and newest.round > decided.round:
            since = _(
                "That was round %(round)s; the plan of round %(next)s is still to be approved.",
                round=decided.round,
                next=newest.round,
            )
        return Standing("done", _("Plan approved on %(said)s.", said=said), since)
    if decided.state != PlanState.VOID:
        text = _("What is stored is not what was approved. Do not act on it; tell the supervisor.")
        return Standing("block", _("Plan approved on %(said)s.", said=said), text)
    changed = ""
    if decided.voided_at is not None:
        changed = _(
            "Changed on %(day)s by %(name)s.",
            day=_day(decided.voided_at, desk),
            name=_name(desk, decided.voided_by),
        )
    why = (newest.making or Making()).why_changed if newest is not None else None
    lines: Sequence[ChangeLine] = ()
    if newest is not None and newest.content is not None and newest.id != decided.id:
        lines = difference_lines(difference(decided.content or Content(), newest.content), desk)
    reason = _("Reason: %(reason)s.", reason=why.rstrip(". ")) if why else ""
    text = " ".join(
        part for part in (changed, reason, _("It has to be handed in and approved again.")) if part
    )
    return Standing("explain", _("The plan’s approval of %(said)s is void.", said=said), text, lines)


def difference_lines(found: Difference, desk: Desk) -> Sequence[ChangeLine]:
    """A difference in words: one line for each row that is not the same, and how many are."""
    lines = []
    if found.why is not None:
        lines.append(ChangeLine(_("Changed"), "amber", _("Why this plan is needed")))
    lines += [_line(row, desk) for row in found.goals if row.turn is not Turn.KEPT]
    lines += [_line(row, desk) for row in found.services if row.turn is not Turn.KEPT]
    kept = len(found.of(Turn.KEPT))
    if kept:
        said = _("1 service as it was") if kept == 1 else _("%(count)s services as they were", count=kept)
        lines.append(ChangeLine(_("Kept"), "plain", said))
    return lines


def _line(row: RowChange, desk: Desk) -> ChangeLine:
    thing = row.now or row.before
    name = (
        _("Goal %(number)s", number=row.number)
        if isinstance(thing, Goal)
        else _("Service %(number)s", number=row.number)
    )
    words = thing.text if isinstance(thing, Goal) else (thing.what or "") if thing is not None else ""
    if row.turn is Turn.ADDED:
        return ChangeLine(_("Added"), "green", f"{name}: {words}")
    if row.turn is Turn.REMOVED:
        return ChangeLine(
            _("Removed"), "amber", _("%(name)s of the version before: %(words)s", name=name, words=words)
        )
    said = [
        (str(FIELDS[one.field]), value(one.field, one.before, desk), value(one.field, one.now, desk))
        for one in row.fields
    ]
    return ChangeLine(_("Changed"), "amber", name, said)


def remarks(comments: Sequence[Comment]) -> Mapping[str, Sequence[Remark]]:
    """The chair's comments by row."""
    found: dict[str, list[Remark]] = {}
    for one in comments:
        label = str(FIELDS[one.field]) if one.field in FIELDS else ""
        found.setdefault(one.row, []).append(Remark(one.field or "", label, one.text))
    return found


def answered(found: Sequence[CommentAnswer], desk: Desk) -> Sequence[Answered]:
    """What became of the chair's comments, in words."""
    tags = {
        Turn.CHANGED: (_("Changed"), "green"),
        Turn.REMOVED: (_("Removed"), "amber"),
        Turn.KEPT: (_("Not changed"), "amber"),
        Turn.ADDED: (_("Added"), "green"),
    }
    lines = []
    for one in found:
        thing = one.now or one.before
        name = _("Goal %(number)s") if isinstance(thing, Goal) else _("Service %(number)s")
        where = name % {"number": one.number}
        if one.comment.field in FIELDS:
            where = f"{where}, {FIELDS[one.comment.field]}"
        said = [
            (
                str(FIELDS[change.field]),
                value(change.field, change.before, desk),
                value(change.field, change.now, desk),
            )
            for change in one.fields
        ]
        lines.append(Answered(where, one.comment.text, *tags[one.turn], said))
    return lines


def value(field: str, told: object, desk: Desk) -> str:
    """A value of a row as a person reads it."""
    if told is None:
        return _("nothing")
    if field == "kind":
        return kind(str(told), desk)
    if field == "cost" and isinstance(told, int):
        return money_words(told)
    return _short(told, desk) if isinstance(told, date) else str(told)


def kind(code: str | None, desk: Desk) -> str:
    """What a kind of service is called."""
    return vocabulary("service_types").label(code, language(), local_day(desk.now)) if code else ""


def span(row: Service, desk: Desk) -> str:
    """From when to when."""
    since = _short(row.since, desk) if row.since else _("not said")
    until = _short(row.until, desk) if row.until else _("not said")
    return _("%(since)s to %(until)s", since=since, until=until)


def summary(content: Content) -> str:
    """4 services, 3 places."""
    places = len({row.who.casefold() for row in content.services if row.who})
    services = len(content.services)
    said = _("1 service") if services == 1 else _("%(count)s services", count=services)
    return (
        said
        + ", "
        + (_("1 place that does them") if places == 1 else _("%(count)s places that do them", count=places))
    )


def clarified(desk: Desk, told: Sequence[Explained]) -> Sequence[Clarified]:
    """What was explained, with names."""
    named = cases.explainers(desk, told)
    return [
        Clarified(one.code, one.text, named.get(one.by, ""), moment_words(one.at, desk.now)) for one in told
    ]


def quoted(words: str | None) -> str:
    """Somebody's own words in quotation marks, unless they were written with them."""
    said = (words or "").strip()
    return said if not said or _QUOTES & set(said) else f"“{said}”"


def receiver(one: Recipient) -> str:
    """A recipient in words."""
    if one.part is Part.IMPLEMENTER:
        return one.name or ""
    part = str(PARTS[one.part])
    return (
        f"{part[:1].upper()}{part[1:]}: {one.name}"
        if one.name
        else _("%(part)s (name not known)", part=part[:1].upper() + part[1:])
    )


def _name(desk: Desk, account: UUID | None) -> str:
    return cases.names(desk, [account]).get(account, "") if account is not None else _("somebody")


def _day(moment: datetime, desk: Desk) -> str:
    return day_short(local_day(moment), local_day(desk.now))


def _short(day: date, desk: Desk) -> str:
    return day_short(day, local_day(desk.now))
