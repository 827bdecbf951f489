"""Words of proceedings: news of a crime, a sanction, a decision in criminal proceedings, and against whom, as frozen values."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.cases.terms import Explained
from casemgr.core.words import Later, _l


class Way(StrEnum):
    """How signs of a crime were reported."""

    TELEPHONE = "telephone"
    IN_PERSON = "in_person"
    WRITTEN = "written"
    ELECTRONIC = "electronic"


WAYS: Mapping[Way, Later] = {
    Way.TELEPHONE: _l("By telephone, in writing afterwards"),
    Way.IN_PERSON: _l("In person, in writing afterwards"),
    Way.WRITTEN: _l("In writing"),
    Way.ELECTRONIC: _l("Electronically, VNeID"),
}
SPOKEN = frozenset({Way.TELEPHONE, Way.IN_PERSON})


class Appeal(StrEnum):
    """What became of a complaint or appeal."""

    PENDING = "pending"
    UPHELD = "upheld"
    CHANGED = "changed"
    CANCELLED = "cancelled"


APPEALS: Mapping[Appeal, Later] = {
    Appeal.PENDING: _l("Not decided yet"),
    Appeal.UPHELD: _l("The decision was upheld"),
    Appeal.CHANGED: _l("The decision was changed"),
    Appeal.CANCELLED: _l("The decision was cancelled"),
}


class CriminalStage(StrEnum):
    """How far criminal proceedings have come."""

    RECEIVED = "received"
    STARTED = "started"
    NOT_STARTED = "not_started"
    SUSPENDED = "suspended"
    INDICTED = "indicted"
    TRIAL = "trial"
    JUDGMENT = "judgment"
    APPEAL = "appeal"


STAGES: Mapping[CriminalStage, Later] = {
    CriminalStage.RECEIVED: _l("Taken on by the investigators"),
    CriminalStage.STARTED: _l("Proceedings opened"),
    CriminalStage.NOT_STARTED: _l("Decision not to open proceedings"),
    CriminalStage.SUSPENDED: _l("Suspended"),
    CriminalStage.INDICTED: _l("Indicted"),
    CriminalStage.TRIAL: _l("On trial"),
    CriminalStage.JUDGMENT: _l("Judgment of the first court"),
    CriminalStage.APPEAL: _l("Judgment on appeal"),
}
OUTCOME: Mapping[CriminalStage, str] = {  # code of the list criminal_outcomes, for counting
    CriminalStage.RECEIVED: "taken_on",
    CriminalStage.STARTED: "opened",
    CriminalStage.NOT_STARTED: "not_opened",
    CriminalStage.SUSPENDED: "suspended",
    CriminalStage.INDICTED: "indicted",
    CriminalStage.TRIAL: "indicted",
    CriminalStage.JUDGMENT: "tried",
    CriminalStage.APPEAL: "tried",
}
JUDGED = frozenset({CriminalStage.JUDGMENT, CriminalStage.APPEAL})


class Verdict(StrEnum):
    """What a court decided."""

    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DROPPED = "dropped"


VERDICTS: Mapping[Verdict, Later] = {
    Verdict.CONVICTED: _l("Convicted"),
    Verdict.ACQUITTED: _l("Acquitted"),
    Verdict.DROPPED: _l("Proceedings dropped"),
}


class KnownKind(StrEnum):
    """What is on record against a person."""

    SANCTION = "sanction"
    PROCEEDINGS = "proceedings"  # criminal proceedings run
    CONVICTION = "conviction"


class Certainty(StrEnum):
    """How sure it is that the record is of the person asked for."""

    IDENTITY = "identity"
    NAME_AND_YEAR = "name_and_year"
    NAME = "name"


@dataclass(frozen=True)
class Body:
    """Who decided or received: a code of proceeding_bodies, and its own name."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class CrimeReport:
    """News of a crime that was passed on, and its receipt."""

    body: Body = Body()
    way: Way | None = None
    to_whom: str | None = None
    sent: str | None = None
    written_on: datetime.date | None = None
    receipt_number: str | None = None
    receipt_on: datetime.date | None = None
    received_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Person:
    """Against whom: somebody alleged to have done harm, by the mark in the report, or named later."""

    ref: str | None = None
    name: str | None = None
    birth_year: int | None = None
    identity: str | None = None
    organisation: bool = False


@dataclass(frozen=True)
class Sanction:
    """An administrative decision: on which act, what came of it, and what was done since."""

    act: str | None = None  # of the list administrative_violations
    outcome: str | None = None  # of the list sanction_outcomes
    record_number: str | None = None
    record_on: datetime.date | None = None
    number: str | None = None
    day: datetime.date | None = None
    body: Body = Body()
    amount: int | None = None
    remedies: tuple[str, ...] = ()
    paid_on: datetime.date | None = None
    refused: bool = False  # does not comply
    appealed_on: datetime.date | None = None
    appeal: Appeal | None = None
    note: str | None = None


@dataclass(frozen=True)
class Criminal:
    """One decision in criminal proceedings."""

    offence: str | None = None  # of the list criminal_offences
    stage: CriminalStage | None = None
    number: str | None = None
    day: datetime.date | None = None
    body: Body = Body()
    reason: str | None = None
    verdict: Verdict | None = None
    final: bool = False
    sentence: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Making:
    """How a version came about."""

    void: bool = False  # written down in error: stays, counts nowhere
    why_changed: str | None = None
    explained: tuple[Explained, ...] = ()
