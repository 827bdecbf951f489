"""Words of the directory: what a provider of services is, offers, takes, and when it is open; as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.core.words import Later, _l


class ProviderKind(StrEnum):
    """What sort of place a provider is."""

    SOCIAL_WORK = "social_work"
    SOCIAL_ASSISTANCE = "social_assistance"
    HEALTH = "health"
    SCHOOL = "school"
    POLICE = "police"
    LEGAL_AID = "legal_aid"
    ASSOCIATION = "association"
    ORGANISATION = "organisation"
    COMMUNITY = "community"
    OTHER = "other"


KINDS: Mapping[ProviderKind, Later] = {
    ProviderKind.SOCIAL_WORK: _l("Social work centre"),
    ProviderKind.SOCIAL_ASSISTANCE: _l("Social assistance facility"),
    ProviderKind.HEALTH: _l("Hospital or health station"),
    ProviderKind.SCHOOL: _l("School or place of learning"),
    ProviderKind.POLICE: _l("Police"),
    ProviderKind.LEGAL_AID: _l("Legal aid centre"),
    ProviderKind.ASSOCIATION: _l("Union or association (women, youth, child rights)"),
    ProviderKind.ORGANISATION: _l("Non-governmental organisation"),
    ProviderKind.COMMUNITY: _l("Group or person of the neighbourhood"),
    ProviderKind.OTHER: _l("Something else"),
}


@dataclass(frozen=True)
class Hours:
    """When somebody can be reached: day and night, or on some days of the week (0 is Monday) from a minute to a minute."""

    day_and_night: bool = False
    days: tuple[int, ...] = ()
    opens: int | None = None  # minutes after midnight
    closes: int | None = None  # before `opens`: on the next day

    @property
    def told(self) -> bool:
        """Whether anything is known of the hours."""
        return self.day_and_night or bool(self.days and self.opens is not None and self.closes is not None)


@dataclass(frozen=True)
class Listing:
    """What one version of an entry says. Official contacts of an organisation, nothing of a person in care."""

    name: str = ""
    kind: str | None = None
    services: tuple[str, ...] = ()  # codes of the list service_types
    youngest: int | None = None  # whole years, both ends are taken
    oldest: int | None = None
    sexes: str | None = None  # male or female alone; nothing is both
    harms: tuple[str, ...] = ()  # of which it takes children; empty is all
    hours: Hours = Hours()
    phone: str | None = None
    email: str | None = None
    ask_for: str | None = None  # the post or desk to ask for
    address: str | None = None
    note: str | None = None
    source: str | None = None


class Fit(StrEnum):
    """Whether a provider can take a child."""

    YES = "yes"
    ASK = "ask"  # something that counts is not known
    NO = "no"


@dataclass(frozen=True)
class Wanted:
    """What is looked for. What is left out is not asked."""

    service: str | None = None
    age: int | None = None
    sex: str | None = None
    harms: tuple[str, ...] = ()
    moment: tuple[int, int] | None = None  # day of the week and minute at which it must be open


@dataclass(frozen=True)
class Verdict:
    """Whether a provider fits, and what stands against it or is to be asked."""

    fit: Fit
    why: tuple[Later, ...] = ()
