"""What a plan must hold, who may approve it, what changed between two versions; facts in, findings out."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from casemgr.core.findings import Finding, Findings, blocks, checks, explains
from casemgr.core.text import fold
from casemgr.core.words import Later, _l, language
from casemgr.intervention.plan.content import digest
from casemgr.intervention.plan.papers import Dossier, findings_on_the_papers
from casemgr.intervention.plan.terms import (
    Answer,
    Comment,
    Content,
    Family,
    Part,
    PlanState,
    Recipient,
    Relative,
    Service,
    Visit,
)
from casemgr.law.basis import Basis, Status

MOST_SERVICES = 20
MOST_GOALS = 12
_MOTHER = ("me", "ma", "me de", "me ruot")  # how a parent is called, folded
_FATHER = ("bo", "cha", "bo de", "cha de", "bo ruot")  # not "ba", which "bà" folds to
_ANOTHER_UNIT = _l("Another commune answers for this case: its chair decides")
_WISHES = Basis.of("ND56 Điều 27 khoản 1 điểm g", Status.CONFIRMED)
_REQUIRED = Basis.of("ND56 Điều 28 khoản 3", Status.CONFIRMED)
_APPROVED_BY = Basis.of("ND56 Điều 28 khoản 4", Status.CONFIRMED)
_SENT_TO = Basis.of("ND56 Điều 28 khoản 5", Status.CONFIRMED)


@dataclass(frozen=True)
class PlanFacts:
    """What has to be known to check a plan."""

    content: Content
    reported_on: date
    wishes_known: bool  # the child's opinion stands in the full assessment
    kinds_needed: Mapping[str, str] | None = None  # what Mẫu 03 found necessary, each kind with its name
    dossier: Dossier | None = None  # the papers that are handed in beside the plan


@dataclass(frozen=True)
class ApprovalFacts:
    """What has to be known before a decision may be issued."""

    plan: PlanFacts
    state: PlanState
    approver: str
    writers: Collection[str]
    number: str | None
    effective_on: date | None
    handed_in_on: date
    own_unit: bool  # the unit that answers for the case is the approver's
    sent_to: Sequence[Recipient]
    not_sent_to: Sequence[Recipient]
    withheld: Collection[str] = ()  # keys of those who are kept out of delivery for the safety of the child


def findings_before_handing_in(facts: PlanFacts) -> Findings:
    """The contents the law demands of a plan, as a check list, and what else the chair will ask."""
    content = facts.content
    return Findings(
        checks(
            "goals",
            asked=_l("There is at least one goal"),
            missing=_l("Write at least one goal"),
            holds=bool(content.goals),
        ),
        checks(
            "services",
            asked=_l("There is at least one service"),
            missing=_l("Add at least one service"),
            holds=bool(content.services),
            basis=_REQUIRED.cite(language()),
        ),
        *(_rows(content, facts.reported_on) if content.services else ()),
        *_mobilised(content),
        *_heard(facts.wishes_known),
        *_needs(facts),
        *(findings_on_the_papers(facts.dossier) if facts.dossier is not None else ()),
    )


@dataclass(frozen=True)
class _Asked:
    """One question to every service: when a service fails it, and what to say."""

    code: str
    fails: Callable[[Service, date], bool]
    asked: Later
    missing: Later  # takes the numbers of the services that fail
    by_law: bool = False
    applies: Callable[[Service], bool] = lambda _row: True  # a service of which this can be asked already


_ASKED = (
    _Asked(
        "what",
        lambda row, _reported: row.what is None,
        _l("Every service says what is done"),
        _l("Say what is done: service %(rows)s"),
        by_law=True,
    ),
    _Asked(
        "kind",
        lambda row, _reported: row.kind is None,
        _l("Every service has its kind"),
        _l("Choose the kind: service %(rows)s"),
    ),
    _Asked(
        "dates",
        lambda row, _reported: row.since is None or row.until is None,
        _l("Every service has a start and an end"),
        _l("Give start and end: service %(rows)s"),
        by_law=True,
    ),
    _Asked(
        "order",
        lambda row, _reported: row.since is not None and row.until is not None and row.until < row.since,
        _l("Every end comes after its start"),
        _l("The end is before the start: service %(rows)s"),
        applies=lambda row: row.since is not None and row.until is not None,
    ),
    _Asked(
        "not-too-early",
        lambda row, reported: row.since is not None and row.since < reported,
        _l("No service starts before the report"),
        _l("The start is before the day of the report: service %(rows)s"),
        applies=lambda row: row.since is not None,
    ),
    _Asked(
        "responsible",
        lambda row, _reported: row.who is None,
        _l("Every service has somebody responsible"),
        _l("Say who does it: service %(rows)s"),
        by_law=True,
    ),
    _Asked(
        "cost",
        lambda row, _reported: row.cost is None,
        _l("Every service has its estimate"),
        _l("Give the estimate, 0 if it costs nothing: service %(rows)s"),
        by_law=True,
    ),
)


def _rows(content: Content, reported_on: date) -> tuple[Finding, ...]:
    """Each line of the check list is about every service; those that fail are named by number.

    What can be asked of no service yet has no line: an empty plan shows no ticks.
    """
    found = []
    for one in _ASKED:
        if not any(map(one.applies, content.services)):
            continue
        failing = [n for n, row in enumerate(content.services, 1) if one.fails(row, reported_on)]
        basis = _REQUIRED.cite(language()) if one.by_law else None
        missing = one.missing % {"rows": ", ".join(map(str, failing))}
        line = checks(one.code, asked=one.asked, missing=missing, holds=not failing, basis=basis)
        found.append(replace(line, field=f"service-{failing[0]}") if failing else line)
    return tuple(found)


def _mobilised(content: Content) -> tuple[Finding | None, ...]:
    """The law wants the providers that are to be mobilised named; a plan may need none, then it says so."""
    if not content.services:
        return ()
    named = any(row.provider for row in content.services)
    basis = _REQUIRED.cite(language())
    sentence = _l("No provider to be mobilised is named. Name it at its service, or say that none is needed")
    return (
        checks(
            "providers", asked=_l("Providers to be mobilised are named"), missing="", holds=True, basis=basis
        )
        if named
        else explains("providers", sentence, when=True, basis=basis),
    )


def _heard(wishes_known: bool) -> tuple[Finding | None, ...]:
    sentence = _l("The child’s opinion is not in the full assessment")
    return (
        explains("child-not-asked", sentence, when=not wishes_known, basis=_WISHES.cite(language())),
        checks("child-asked", asked=_l("The child was asked"), missing="", holds=True)
        if wishes_known
        else None,
    )


def _needs(facts: PlanFacts) -> tuple[Finding | None, ...]:
    """A need found on Mẫu 03 for which the plan has no service asks for an explanation."""
    if not facts.kinds_needed or not facts.content.services:
        return ()
    unmet = [name for kind, name in facts.kinds_needed.items() if kind in needs_unmet(facts)]
    sentence = _l("No service for a need found on Form 03: %(needs)s", needs=", ".join(unmet))
    return (
        explains("needs-unmet", sentence, when=bool(unmet)),
        checks("needs-met", asked=_l("Every need found on Form 03 has its service"), missing="", holds=True)
        if not unmet
        else None,
    )


def needs_unmet(facts: PlanFacts) -> frozenset[str]:
    """Kinds of service found necessary for which the plan has none."""
    offered = {row.kind for row in facts.content.services}
    return frozenset(facts.kinds_needed or ()) - offered


def findings_before_approving(facts: ApprovalFacts) -> Findings:
    """What stands between a plan that was handed in and its approval."""
    own = facts.approver in facts.writers
    return Findings(
        *findings_before_handing_in(facts.plan),
        checks(
            "another-person",
            asked=_l("Who wrote the plan does not approve it"),
            missing=_l("You wrote in this plan yourself: somebody else has to decide"),
            holds=not own,
            basis=_APPROVED_BY.cite(language()),
        ),
        blocks(
            "not-handed-in",
            _l("This version is not waiting for a decision"),
            when=facts.state is not PlanState.HANDED_IN,
        ),
        blocks("another-unit", _ANOTHER_UNIT, when=not facts.own_unit),
        blocks("number", _l("Give the number of the decision"), when=not facts.number, field="number"),
        blocks(
            "effective",
            _l("Give the day from which it holds"),
            when=facts.effective_on is None,
            field="effective_on",
        ),
        blocks(
            "effective-too-early",
            _l("It cannot hold from a day before the plan was handed in"),
            when=facts.effective_on is not None and facts.effective_on < facts.handed_in_on,
            field="effective_on",
        ),
        *_recipients(facts),
    )


def findings_on_the_file(facts: ApprovalFacts) -> Findings:
    """What the chair sees before typing anything: all checks but those on number, day and recipients."""
    typed = {
        "number",
        "effective",
        "effective-too-early",
        "nobody-receives",
        "left-out",
        "alleged-parent",
        "no-family",
        "withheld",
    }
    return Findings(*(finding for finding in findings_before_approving(facts) if finding.code not in typed))


def _recipients(facts: ApprovalFacts) -> tuple[Finding | None, ...]:
    """The law sends the decision to those who carry it out and to parents or carers; it names no exception."""
    left_out = [one for one in facts.not_sent_to if not one.alleged]
    everybody = (*facts.sent_to, *facts.not_sent_to)
    alleged = [one for one in everybody if one.alleged]
    no_family = all(one.part is Part.IMPLEMENTER for one in everybody)
    kept_out = [one.name or "" for one in facts.sent_to if one.key in facts.withheld]
    return (
        blocks(
            "withheld",
            _l(
                "By a recorded decision this person is kept out of delivery: %(names)s",
                names=", ".join(kept_out),
            ),
            when=bool(kept_out),
            field="sent_to",
        ),
        blocks(
            "nobody-receives", _l("Choose who receives the decision"), when=not facts.sent_to, field="sent_to"
        ),
        explains(
            "left-out",
            _l("Somebody who carries out the plan, a parent or a carer does not receive the decision"),
            when=bool(left_out),
            field="sent_to",
            basis=_SENT_TO.cite(language()),
        ),
        explains(
            "alleged-parent",
            _l(
                "A parent or carer is alleged to have done harm: say why they receive the decision, or why not"
            ),
            when=bool(alleged),
            field="sent_to",
            basis=_SENT_TO.cite(language()),
        ),
        explains(
            "no-family",
            _l("No parent or carer is known who could receive the decision"),
            when=no_family,
            field="sent_to",
            basis=_SENT_TO.cite(language()),
        ),
    )


def may_receive(content: Content, family: Family) -> tuple[Recipient, ...]:
    """Who may receive the decision: those who carry the plan out, each once, then parents and the carer."""
    by_name: dict[str, tuple[str, list[str]]] = {}
    for row in content.services:
        if row.who:
            by_name.setdefault(fold(row.who), (row.who, []))[1].append(row.key)
    implementers = tuple(
        Recipient(f"service-{keys[0]}", Part.IMPLEMENTER, name, tuple(keys))
        for name, keys in by_name.values()
    )
    carer = family.carer
    if _is_parent(
        carer.name, family
    ):  # the parent is listed; whoever else is alleged to have cared and harmed stays
        carer = Relative(None, carer.alleged)
    kin = ((Part.FATHER, family.father), (Part.MOTHER, family.mother), (Part.CARER, carer))
    everything = tuple(row.key for row in content.services)
    relatives = tuple(
        Recipient(part.value, part, one.name, everything, one.alleged)
        for part, one in kin
        if one.name or one.alleged
    )
    return implementers + relatives


def _is_parent(told: str | None, family: Family) -> bool:
    """Whether what was told of who cares for the child means a parent who is named already, and nobody else."""
    pieces = {fold(piece) for piece in re.split(r"[,;:()/-]", told or "")} - {""}

    def means(parent: Relative, words: Collection[str]) -> bool:
        name = fold(parent.name or "")
        said = {name, *words, *(f"{word} {name}" for word in words)}
        return bool(parent.name or parent.alleged) and pieces <= said

    return bool(pieces) and (means(family.mother, _MOTHER) or means(family.father, _FATHER))


def findings_before_returning(
    state: PlanState, text: str | None, comments: Sequence[Comment], *, own_unit: bool
) -> Findings:
    """A plan is given back with words about what to put right, in general or by row."""
    waiting = state is PlanState.HANDED_IN
    return Findings(
        blocks("not-handed-in", _l("This version is not waiting for a decision"), when=not waiting),
        blocks("another-unit", _ANOTHER_UNIT, when=not own_unit),
        blocks(
            "no-comment", _l("Say what should be put right"), when=not text and not comments, field="reason"
        ),
    )


def findings_before_changing(old: Content, new: Content, standing: bool, reason: str | None) -> Findings:
    """An approved plan is changed only on purpose: something is different, and it is said why."""
    return Findings(
        blocks("not-approved", _l("There is no approved plan to change"), when=not standing),
        blocks(
            "nothing-changed",
            _l("Nothing is different from the approved plan"),
            when=digest(old) == digest(new),
        ),
        blocks("no-reason", _l("Say why the approved plan is changed"), when=not reason, field="why_changed"),
    )


def findings_before_noting(
    visit: Visit,
    *,
    service_known: bool,
    happened_on: date | None,
    promise_on: date | None,
    today: date,
    reported_on: date,
) -> Findings:
    """An entry of the diary names a service, a day, and a day for what was promised."""
    return Findings(
        blocks("service", _l("Choose a service of the plan"), when=not service_known, field="service"),
        blocks("no-day", _l("Give the day"), when=happened_on is None, field="happened_on"),
        blocks(
            "day-ahead",
            _l("The day lies in the future. Note it when it has happened"),
            when=happened_on is not None and happened_on > today,
            field="happened_on",
        ),
        blocks(
            "day-too-early",
            _l("The day is before the report"),
            when=happened_on is not None and happened_on < reported_on,
            field="happened_on",
        ),
        blocks(
            "alone-unseen",
            _l("The child cannot be seen alone when it was not seen"),
            when=visit.alone is Answer.YES and visit.seen is Answer.NO,
            field="alone",
        ),
        blocks(
            "promise-without-day",
            _l("Give the day by which the promise is kept"),
            when=visit.promise is not None and promise_on is None,
            field="promise_on",
        ),
        blocks(
            "day-without-promise",
            _l("Say what was promised"),
            when=visit.promise is None and promise_on is not None,
            field="promise",
        ),
        blocks(
            "promise-too-early",
            _l("The promise is due before the day of this entry"),
            when=promise_on is not None and happened_on is not None and promise_on < happened_on,
            field="promise_on",
        ),
    )


class Course(StrEnum):
    """How a service stands on a day. Late is amber, never red: the law sets no limit here."""

    AHEAD = "ahead"
    LATE = "late"  # its start has passed and nobody has noted anything
    RUNNING = "running"
    OVER = "over"


def course(service: Service, noted: bool, today: date) -> Course:
    """How a service stands on a day, from its dates and whether the diary has an entry."""
    if service.since is not None and today < service.since:
        return Course.RUNNING if noted else Course.AHEAD
    if not noted:
        return Course.LATE
    return Course.OVER if service.until is not None and today > service.until else Course.RUNNING


def week_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())
