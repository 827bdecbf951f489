"""Decisions of data protection: whose consent is needed, what stands against an answer, when an incident is complete."""

from collections.abc import Collection
from datetime import datetime

from casemgr.children.terms import Card
from casemgr.core.findings import Findings, blocks
from casemgr.core.words import _l, language
from casemgr.law.basis import Basis, Status, cite
from casemgr.privacy.terms import Answer, Asked, Given, Happened, Relation, Replied, RequestState, Side

ASKED_FROM, GROWN_UP = 7, 18
_CONSENT = (Basis.of("L91 Điều 9", Status.CONFIRMED),)
_CONFLICT = (
    Basis.of("L91 Điều 15 khoản 2", Status.CONFIRMED),
    Basis.of("L91 Điều 24 khoản 2", Status.CONFIRMED),
)
_ANSWER = (
    Basis.of("L91 Điều 14 khoản 2", Status.CONFIRMED),
    Basis.of("L91 Điều 14 khoản 5", Status.CONFIRMED),
)
_DUTY = (Basis.of("L91 Điều 19 khoản 1", Status.CONFIRMED),)
_INCIDENT = (Basis.of("L91 Điều 23 khoản 1", Status.CONFIRMED),)
_RECORD = (Basis.of("ND356 Điều 28", Status.PROVISIONAL),)
_CYBER = (Basis.of("ND331 Điều 31 khoản 2", Status.PROVISIONAL),)


def needed_sides(age: int | None) -> frozenset[Side]:
    """Who has to consent before a child's private life is disclosed, by the age on that day; not known counts as seven."""
    if age is not None and age >= GROWN_UP:
        return frozenset({Side.CHILD})
    if age is not None and age < ASKED_FROM:
        return frozenset({Side.REPRESENTATIVE})
    return frozenset(Side)


def missing_sides(age: int | None, given: Collection[Side]) -> frozenset[Side]:
    """Who still has to consent."""
    return needed_sides(age) - frozenset(given)


def findings_on_consent(
    given: Given, side: Side | None, purpose: str | None, *, given_at: datetime | None, now: datetime
) -> Findings:
    """What stands against writing a consent down."""
    empty = _l("Fill this in.")
    return Findings(
        blocks(
            "purpose", _l("Choose one purpose: each has its own consent."), when=not purpose, field="purpose"
        ),
        blocks("side", _l("Choose who consents."), when=side is None, field="side"),
        blocks("giver", empty, when=not given.giver, field="giver"),
        blocks(
            "relation",
            _l("Write what this person is to the child."),
            when=side is Side.REPRESENTATIVE and not given.relation,
            field="relation",
        ),
        blocks(
            "data-types",
            _l("Write which data the consent is about."),
            when=not given.data_types,
            field="data_types",
        ),
        blocks(
            "opinion",
            _l("Write what the child says about it, in the child's words."),
            when=side is Side.CHILD and not given.opinion,
            field="opinion",
        ),
        blocks("method", _l("Choose how it was given."), when=given.method is None, field="method"),
        blocks(
            "evidence",
            _l("Write where the proof lies: silence is no consent."),
            when=not given.evidence,
            field="evidence",
            basis=cite(_CONSENT, language()),
        ),
        blocks("given-on", _l("Write the day of the consent."), when=given_at is None, field="given_on"),
        blocks(
            "given-later",
            _l("A consent cannot be of a day to come."),
            when=given_at is not None and given_at > now,
            field="given_on",
        ),
    )


def findings_on_withdrawal(*, withdrawn: bool, reason: str) -> Findings:
    """What stands against writing down that a consent is withdrawn. No reason is asked of the person."""
    return Findings(
        blocks("withdrawn", _l("This consent was withdrawn before."), when=withdrawn),
        blocks("told", _l("Write how and by whom it was told."), when=not reason, field="reason"),
    )


def findings_on_request(
    asked: Asked, kind: str | None, *, received_at: datetime | None, now: datetime
) -> Findings:
    """What stands against registering a request."""
    return Findings(
        blocks("kind", _l("Choose what is asked for."), when=not kind, field="kind"),
        blocks("requester", _l("Write who asks."), when=not asked.requester, field="requester"),
        blocks(
            "relation",
            _l("Choose what this person is to the child."),
            when=asked.relation is None,
            field="relation",
        ),
        blocks("what", _l("Write what exactly is asked."), when=not asked.what, field="what"),
        blocks(
            "checked",
            _l("Write how you checked who this is and that they may speak for the child."),
            when=not asked.checked,
            field="checked",
        ),
        blocks(
            "received",
            _l("Write the day on which the request came."),
            when=received_at is None,
            field="received_on",
        ),
        blocks(
            "received-later",
            _l("The request cannot have come on a day to come."),
            when=received_at is not None and received_at > now,
            field="received_on",
        ),
    )


def findings_on_extension(state: RequestState, *, extended: bool, reason: str, late: bool) -> Findings:
    """What stands against the one extension."""
    return Findings(
        blocks("answered", _l("This request is answered."), when=state is RequestState.ANSWERED),
        blocks("extended", _l("A request is extended once only."), when=extended),
        blocks("too-late", _l("The time is over: it can be extended only before."), when=late),
        blocks(
            "reason",
            _l("Write why more time is needed; the person is told."),
            when=not reason,
            field="reason",
        ),
    )


def findings_on_answer(
    kind: str,
    answer: Answer | None,
    replied: Replied,
    *,
    state: RequestState,
    conflict: bool,
    is_supervisor: bool,
    has_case: bool,
) -> Findings:
    """What stands against answering a request."""
    granting = answer in (Answer.GRANTED, Answer.PARTLY)
    return Findings(
        blocks("answered", _l("This request is answered."), when=state is RequestState.ANSWERED),
        blocks(
            "conflict",
            _l("Whoever asks is in conflict with the child: the provincial supervisor answers."),
            when=conflict and not is_supervisor,
            basis=cite(_CONFLICT, language()),
        ),
        blocks("answer", _l("Choose the answer."), when=answer is None, field="answer"),
        blocks(
            "deletion",
            _l("Data of a case of protection are not deleted on request: refuse it and say why."),
            when=kind == "delete" and granting and has_case,
            field="answer",
            basis=cite((*_ANSWER, *_DUTY), language()),
        ),
        blocks(
            "reason",
            _l("Write the reason: the person is told."),
            when=answer in (Answer.REFUSED, Answer.PARTLY) and not replied.reason,
            field="reason",
            basis=cite(_ANSWER, language()),
        ),
        blocks(
            "done",
            _l("Write what was done or handed over."),
            when=granting and not replied.done,
            field="done",
        ),
    )


CARD_FIELDS = ("name", "birth", "sex")


def card_value(card: Card | None, field: str) -> str:
    """What stands on the card, as it is kept beside the new value."""
    if card is None:
        return ""
    if field == "birth":
        return card.birth.date.isoformat() if card.birth.date is not None else ""
    return str(getattr(card, field) or "")


def findings_on_correction(
    *, field: str | None, old: str, new: str, report_in_scope: bool, readable: bool
) -> Findings:
    """What stands against putting a value of the child's card right."""
    return Findings(
        blocks("field", _l("Choose what is to be put right."), when=field not in CARD_FIELDS, field="field"),
        blocks("new", _l("Write the right value."), when=not new, field="new"),
        blocks(
            "unreadable",
            _l("Write a day like 20/11/2026, or choose male, female or unknown."),
            when=bool(new) and not readable,
            field="new",
        ),
        blocks("same", _l("This is what stands there already."), when=bool(new) and old == new, field="new"),
        blocks(
            "no-report",
            _l("You see no report of this child that could be put right."),
            when=not report_in_scope,
        ),
    )


def findings_on_incident(
    happened: Happened, kind: str | None, *, detected_at: datetime | None, now: datetime
) -> Findings:
    """What stands against opening an incident: only what is known at the first alarm is asked."""
    return Findings(
        blocks(
            "detected",
            _l("Write the day and the minute of the first alarm."),
            when=detected_at is None,
            field="detected_on",
        ),
        blocks(
            "detected-later",
            _l("The alarm cannot come after now."),
            when=detected_at is not None and detected_at > now,
            field="detected_on",
        ),
        blocks("kind", _l("Choose what happened."), when=not kind, field="kind"),
        blocks("act", _l("Write in a sentence what happened."), when=not happened.act, field="act"),
    )


def findings_on_closing(
    happened: Happened,
    *,
    told_authority: bool,
    serious: bool,
    told_cyber: bool,
    cyber: bool,
    reason: str,
    closed: bool,
) -> Findings:
    """What stands against closing an incident: the record has its content, and whoever must be told was told."""
    content = (
        happened.place,
        happened.people,
        happened.data_types,
        happened.contact,
        happened.consequences,
        happened.measures,
    )
    counted = happened.children is not None and happened.records is not None
    return Findings(
        blocks("closed", _l("This incident is closed."), when=closed),
        blocks(
            "record",
            _l(
                "The record lacks something: place, people, kinds of data, volume, contact, consequences or measures."
            ),
            when=not all(content) or not counted,
            basis=_not_read(_RECORD),
        ),
        blocks(
            "authority",
            _l("Say when the authority was told."),
            when=not told_authority and serious,
            field="authority_on",
            basis=cite(_INCIDENT, language()),
        ),
        blocks(
            "cyber",
            _l("Say when the cyber authority was told."),
            when=cyber and serious and not told_cyber,
            field="cyber_on",
            basis=_not_read(_CYBER),
        ),
        blocks("reason", _l("Write why the incident can be closed."), when=not reason, field="reason"),
    )


def asks_for_themselves(relation: Relation | None) -> bool:
    """Whether a child asks for itself, so that there is no conflict with the child."""
    return relation is Relation.SELF


def _not_read(bases: tuple[Basis, ...]) -> str:
    """Articles that were read through public notes only, with the mark that says so."""
    return Status.PROVISIONAL.marked(cite(bases, language()), language())
