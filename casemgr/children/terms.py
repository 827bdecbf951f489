"""Words of the register of children: what is known of a child, with its honesty."""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    """Sex as told; not known is a value of its own."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Birth:
    """When a child was born: a date with its precision, or an estimated age in whole years, or nothing."""

    date: datetime.date | None = None
    precision: Precision = Precision.UNKNOWN
    age_estimate: int | None = None


@dataclass(frozen=True)
class Card:
    """Who the child is: what a list shows."""

    name: str | None = None
    sex: Sex | None = None
    birth: Birth = Birth()


@dataclass(frozen=True)
class Parent:
    """A parent as told on Mẫu 01: name, age, occupation."""

    name: str | None = None
    age: int | None = None
    occupation: str | None = None


@dataclass(frozen=True)
class Detail:
    """More about the child than a list needs."""

    ethnic_group: str | None = None
    disability: str | None = None
    residence_unit_code: str | None = None
    father: Parent = Parent()
    mother: Parent = Parent()
    family: str | None = None
    carer: str | None = None
    identity: str | None = None  # personal number, digits only
    phone: str | None = None  # at which the family is reached


@dataclass(frozen=True)
class Whereabouts:
    """Where the child is now: the part that some people must never learn."""

    place: str
