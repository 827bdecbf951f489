"""Words of a service that is asked of a provider: what was asked, what was passed on, what was answered."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

EMERGENCY = "emergency"  # stands in an address where a service of the plan would


class Channel(StrEnum):
    """Whom a service is asked of."""

    PROVIDER = "provider"
    HOTLINE = "hotline"  # 111 is asked to find one


class State(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BEGUN = "begun"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Passed:
    """What the provider is told of the child: each chosen by the officer, none of it the file."""

    given_name: str | None = None
    age: int | None = None
    sex: str | None = None
    needs: str | None = None
    contact: str | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked, from when to when, and what was passed on."""

    what: str
    kind: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    passed: Passed = Passed()
    unit: str | None = None  # who asks
    call_back: str | None = None  # whom the provider may call, on which number


@dataclass(frozen=True)
class Said:
    """What was answered."""

    reason: str | None = None
    report: str | None = None
    cost: int | None = None  # whole đồng; 0 is an answer, nothing is not
    on: datetime.date | None = None  # the day on which it began or was done
    told_by: str | None = None  # who told it to the officer, when the provider has no account
