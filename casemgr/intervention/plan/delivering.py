"""To whom the decision and the plan are handed (NĐ 56/2017, Điều 28 khoản 5), and how a child may be reached; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casemgr.core.findings import Findings, blocks
from casemgr.core.text import clean, clean_lines
from casemgr.core.words import Later, _l, language
from casemgr.intervention.plan.terms import Contact, Message, Recipient, SafeContact, Way
from casemgr.law.basis import Basis, Status

SENT_TO = Basis.of("ND56 Điều 28 khoản 5", Status.CONFIRMED)
MOST_CONTACTS = 5
_LINE, _TEXT = 300, 2000
WAYS: Mapping[Way, Later] = {
    Way.IN_PERSON: _l("In person, against a signature"),
    Way.MEETING: _l("At a meeting"),
    Way.OFFICIAL_MAIL: _l("By the official mail system"),
    Way.POST: _l("By post, registered"),
    Way.THIRD_PERSON: _l("Through somebody else"),
}


@dataclass(frozen=True)
class DeliveryFacts:
    """What has to be known before a delivery is written down."""

    approved: bool
    chosen: Sequence[Recipient]
    given: bool | None  # handed over, or knowingly not; None: nothing was chosen
    already: Collection[str]  # keys of those about whom something was written down before
    withheld: Collection[str]  # keys of those who are kept out of delivery
    given_on: date | None
    decided_on: date | None
    today: date
    way: Way | None
    reason: str | None


def findings_before_delivering(facts: DeliveryFacts) -> Findings:
    """What stands against writing down that the decision was handed over, or that it was not."""
    given = facts.given is True
    again = _names(one for one in facts.chosen if one.key in facts.already)
    kept_out = _names(one for one in facts.chosen if given and one.key in facts.withheld)
    alleged = any(one.alleged for one in facts.chosen)
    return Findings(
        blocks("not-approved", _l("There is no approved plan to deliver"), when=not facts.approved),
        blocks("nobody", _l("Tick who it is about"), when=not facts.chosen, field="chosen"),
        blocks("outcome", _l("Say whether it was handed over"), when=facts.given is None, field="outcome"),
        blocks(
            "withheld",
            _l("By a recorded decision this person is kept out of delivery: %(names)s", names=kept_out),
            when=bool(kept_out),
            field="chosen",
        ),
        blocks(
            "already",
            _l("This is already written down for: %(names)s", names=again),
            when=bool(again),
            field="chosen",
        ),
        blocks("day", _l("Give the day"), when=given and facts.given_on is None, field="given_on"),
        blocks(
            "day-ahead",
            _l("The day lies in the future. Write it down when it was handed over"),
            when=given and facts.given_on is not None and facts.given_on > facts.today,
            field="given_on",
        ),
        blocks(
            "day-too-early",
            _l("The day is before the decision"),
            when=given
            and facts.given_on is not None
            and facts.decided_on is not None
            and facts.given_on < facts.decided_on,
            field="given_on",
        ),
        blocks("way", _l("Choose how it was handed over"), when=given and facts.way is None, field="way"),
        blocks(
            "alleged",
            _l(
                "A parent or carer alleged to have done harm is among them: say why they receive it, or why not"
            ),
            when=alleged and not facts.reason,
            field="reason",
            basis=SENT_TO.cite(language()),
        ),
        blocks(
            "why-not",
            _l("Say why it is not handed over: the law names this recipient"),
            when=facts.given is False and not alleged and not facts.reason,
            field="reason",
            basis=SENT_TO.cite(language()),
        ),
    )


def findings_before_confirming(
    *, given_on: date | None, confirmed: bool, on: date | None, who: str | None, today: date
) -> Findings:
    """What stands against writing down that the decision arrived."""
    return Findings(
        blocks("not-given", _l("It was not handed over"), when=given_on is None),
        blocks("confirmed", _l("It is confirmed already"), when=confirmed),
        blocks("confirmed-day", _l("Give the day"), when=on is None, field="confirmed_on"),
        blocks(
            "confirmed-too-early",
            _l("The day is before the delivery"),
            when=on is not None and given_on is not None and on < given_on,
            field="confirmed_on",
        ),
        blocks(
            "confirmed-ahead",
            _l("The day lies in the future. Note it when it has happened"),
            when=on is not None and on > today,
            field="confirmed_on",
        ),
        blocks("confirmed-who", _l("Say who confirmed it"), when=not who, field="who"),
    )


def tidy_contact(told: SafeContact) -> SafeContact:
    """The rules of safe contact in normal form: texts cleaned, rows that say nothing left out."""
    contacts = (
        Contact(*(clean(value or "", _LINE) or None for value in (one.who, one.tie, one.phone, one.hours)))
        for one in told.contacts
    )
    return replace(
        told,
        contacts=tuple(one for one in contacts if one != Contact()),
        words=clean_lines(told.words or "", _TEXT) or None,
        keep_from=clean_lines(told.keep_from or "", _TEXT) or None,
        note=clean_lines(told.note or "", _TEXT) or None,
    )


def findings_before_keeping(told: SafeContact, before: SafeContact | None) -> Findings:
    """What stands against keeping the rules of safe contact."""
    halves = [n for n, one in enumerate(told.contacts, 1) if not one.phone or not one.who]
    return Findings(
        blocks(
            "contact-half",
            _l("A contact needs a name and a number: line %(rows)s", rows=", ".join(map(str, halves))),
            when=bool(halves),
            field="contacts-0-who",
        ),
        blocks(
            "nothing",
            _l("Write who may be called, or who must not know. Nothing is an answer that helps nobody"),
            when=not told.contacts and not told.keep_from and not told.note,
            field="contacts-0-who",
        ),
        blocks(
            "words",
            _l("A message may be left: write the words that may be said"),
            when=told.message is Message.NEUTRAL and not told.words,
            field="words",
        ),
        blocks("same", _l("Nothing is different from what is stored"), when=before == told),
    )


def in_one_line(told: SafeContact) -> str:
    """Who may be called, on which number and when, to be passed on."""
    return "; ".join(
        ", ".join(part for part in (one.who, one.tie, one.phone, one.hours) if part) for one in told.contacts
    )


def _names(recipients: Iterable[Recipient]) -> str:
    return ", ".join(one.name or one.part.value for one in recipients)
