"""What a person types about data protection."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import Optional

from casemgr.core.calendar import day_start
from casemgr.core.words import _l
from casemgr.privacy.terms import (
    Answer,
    Asked,
    Conflict,
    Given,
    Happened,
    Method,
    Purpose,
    Relation,
    Side,
    Told,
)
from casemgr.web.forms import (
    BaseForm,
    DayField,
    TimeField,
    line,
    number,
    one_of,
    several,
    stored_version,
    text,
    together,
)

SIDES = {Side.CHILD: _l("The child"), Side.REPRESENTATIVE: _l("A parent or guardian")}
METHODS = {
    Method.PAPER: _l("On paper, scanned or filed"),
    Method.AUDIO: _l("Spoken and recorded"),
    Method.SIGNED: _l("Signed electronically"),
}
RELATIONS = {
    Relation.SELF: _l("The child"),
    Relation.FATHER: _l("Father"),
    Relation.MOTHER: _l("Mother"),
    Relation.GUARDIAN: _l("Guardian"),
    Relation.OTHER: _l("Somebody else"),
}
TOLD = {Told.YES: _l("Yes"), Told.NO: _l("No"), Told.UNCLEAR: _l("Not clear")}
ANSWERS = {
    Answer.GRANTED: _l("Granted"),
    Answer.PARTLY: _l("Granted in part"),
    Answer.REFUSED: _l("Refused"),
}
FIELDS = {"name": _l("Name"), "birth": _l("Birth date"), "sex": _l("Sex")}
AUTHORITIES = {
    "authority": _l("Data-protection authority of the Ministry of Public Security"),
    "cyber": _l("Cyber authority: first notice"),
    "cyber_report": _l("Cyber authority: cause, scope, remedy"),
}


def _radio(label: object, choices: Mapping[Any, object]) -> RadioField:
    return RadioField(label, [Optional()], choices=[(str(key), said) for key, said in choices.items()])


def _told(field: Any) -> Told:
    return Told(field.data) if field.data else Told.UNCLEAR


class ConsentForm(BaseForm):
    """A consent. Nothing is ticked before somebody ticks it."""

    purpose = one_of(_l("Purpose"), "consent_purposes")
    side = _radio(_l("Who consents"), SIDES)
    giver = line(_l("Name of whoever consents"))
    relation = line(_l("What this person is to the child"))
    data_types = text(_l("Which data"), longest=1000)
    opinion = text(_l("What the child says"), longest=2000)
    method = _radio(_l("How it was given"), METHODS)
    evidence = line(_l("Where the proof lies"), longest=500)
    given_on = DayField(_l("Day of the consent"), [Optional()])

    def given(self) -> Given:
        """What was typed, as a value."""
        return Given(
            giver=self.giver.data or "",
            relation=self.relation.data or "",
            data_types=self.data_types.data or "",
            opinion=self.opinion.data or "",
            method=Method(self.method.data) if self.method.data else None,
            evidence=self.evidence.data or "",
        )

    def at(self) -> datetime | None:
        """The day of the consent, from its first instant."""
        return day_start(self.given_on.data) if self.given_on.data is not None else None


class ReasonForm(BaseForm):
    """A line that says why or how."""

    reason = text(_l("Reason"), longest=2000)


class RequestForm(BaseForm):
    """What a person asks about a child's data."""

    kind = one_of(_l("What is asked"), "data_request_kinds")
    requester = line(_l("Who asks"))
    relation = _radio(_l("What they are to the child"), RELATIONS)
    contact = line(_l("How to reach them"), longest=500)
    checked = text(_l("How you checked who they are and that they may speak for the child"), longest=1000)
    alleged = _radio(_l("Is this person alleged to have harmed the child?"), TOLD)
    lives_with = _radio(_l("Does this person live with somebody who is?"), TOLD)
    kept_apart = _radio(_l("Is this person kept apart from the child by a decision?"), TOLD)
    what = text(_l("What exactly is asked"), longest=2000)
    others_act = BooleanField(_l("A processor or another body has to act too"))
    received_on = DayField(_l("Day on which it came"), [Optional()])

    def asked(self) -> Asked:
        """What was typed, as a value. A question that was not answered counts as not clear."""
        return Asked(
            requester=self.requester.data or "",
            relation=Relation(self.relation.data) if self.relation.data else None,
            what=self.what.data or "",
            contact=self.contact.data or "",
            checked=self.checked.data or "",
            conflict=Conflict(
                alleged=_told(self.alleged),
                lives_with=_told(self.lives_with),
                kept_apart=_told(self.kept_apart),
            ),
        )

    def received_at(self) -> datetime | None:
        """The day on which it came, from its first instant."""
        return day_start(self.received_on.data) if self.received_on.data is not None else None


class AnswerForm(BaseForm):
    """The answer to a request."""

    answer = _radio(_l("Answer"), ANSWERS)
    done = text(_l("What was done or handed over"), longest=2000)
    reason = text(_l("Reason that the person is told"), longest=2000)
    evidence = line(_l("Where the proof of the answer lies"), longest=500)


class CorrectionForm(BaseForm):
    """One value of the child's card, put right."""

    field = _radio(_l("What is wrong"), FIELDS)
    new = line(_l("The right value"))

    def value(self) -> str:
        """The new value as it is stored: a day or a code, or what was typed where it is neither."""
        typed = self.new.data or ""
        if self.field.data == "birth":
            day, month, year = ([*typed.replace("-", "/").replace(".", "/").split("/"), "", ""])[:3]
            return f"{year:0>4}-{month:0>2}-{day:0>2}" if year else typed
        if self.field.data == "sex":
            return _SEXES.get(typed.casefold(), typed)
        return typed


_SEXES = {"nam": "male", "nữ": "female", "nu": "female", "không rõ": "unknown", "chưa rõ": "unknown"}


class AlarmForm(BaseForm):
    """The first alarm: four questions."""

    kind = one_of(_l("What happened"), "data_incident_kinds")
    detected_on = DayField(_l("First noticed, day"), [Optional()])
    detected_time = TimeField(_l("First noticed, hour and minute"), [Optional()])
    act = text(_l("What happened, in a sentence"), longest=2000)
    cyber = BooleanField(_l("An attack or fault of the computers or the network"))
    serious = BooleanField(_l("It may harm life, health, honour, dignity, property or public order"))

    def detected_at(self) -> datetime | None:
        """The minute of the first alarm."""
        return together(self.detected_on.data, self.detected_time.data)


class RecordForm(BaseForm):
    """The record of an incident (biên bản)."""

    version = stored_version()
    act = text(_l("The violating act"), longest=4000)
    place = line(_l("Place"), longest=500)
    people = text(_l("Staff, bodies and people involved"), longest=2000)
    data_types = text(_l("Kinds of data"), longest=2000)
    children = number(_l("How many children"), most=10**6)
    records = number(_l("How many records"), most=10**7)
    contact = line(_l("Who is in charge of data protection, how to reach them"), longest=500)
    consequences = text(_l("Consequences"), longest=2000)
    measures = text(_l("What was done and will be done"), longest=4000)
    cyber = BooleanField(_l("An attack or fault of the computers or the network"))
    serious = BooleanField(_l("It may harm life, health, honour, dignity, property or public order"))

    def happened(self) -> Happened:
        """What was typed, as a value."""
        names = ("act", "place", "people", "data_types", "contact", "consequences", "measures")
        told = {name: self[name].data or "" for name in names}
        return Happened(children=self.children.data, records=self.records.data, **told)


class ToldForm(BaseForm):
    """When an authority was told."""

    whom = _radio(_l("Who was told"), AUTHORITIES)
    told_on = DayField(_l("Told, day"), [Optional()])
    told_time = TimeField(_l("Told, hour and minute"), [Optional()])

    def at(self) -> datetime | None:
        """The minute."""
        return together(self.told_on.data, self.told_time.data)


class CountForm(BaseForm):
    """Whose looks are counted, between which instants."""

    username = line(_l("Sign-in name of the person"))
    since_on = DayField(_l("From, day"), [Optional()])
    since_time = TimeField(_l("From, hour"), [Optional()])
    until_on = DayField(_l("Until, day"), [Optional()])
    until_time = TimeField(_l("Until, hour"), [Optional()])

    def span(self) -> tuple[datetime | None, datetime | None]:
        """The two instants."""
        return (
            together(self.since_on.data, self.since_time.data),
            together(self.until_on.data, self.until_time.data),
        )


class PurposeForm(BaseForm):
    """One purpose of the register of processing."""

    number = stored_version()
    title = text(_l("Purpose of processing"), longest=500)
    bases = several(_l("Basis"), "processing_bases")
    data_types = text(_l("Kinds of data"), longest=2000)
    people = text(_l("Whose data"), longest=1000)
    recipients = text(_l("Who receives them"), longest=1000)
    retention = text(_l("How long they are kept"), longest=1000)
    safeguards = text(_l("How they are protected"), longest=2000)
    note = text(_l("Note"), longest=2000)
    reason = line(_l("Why it changes"), longest=500)

    def purpose(self) -> Purpose:
        """What was typed, as a value."""
        names = ("title", "data_types", "people", "recipients", "retention", "safeguards", "note")
        return Purpose(bases=tuple(self.bases.data or ()), **{name: self[name].data or "" for name in names})
