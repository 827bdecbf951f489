"""Words of circumstances: a spell in which a child belongs to a group of the law, or is at risk, as frozen values."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.children.terms import Precision
from casemgr.core.words import Later, _l


class Kind(StrEnum):
    """A group of article 10 of the law, or the danger of harm."""

    SPECIAL = "special"
    AT_RISK = "at_risk"


class End(StrEnum):
    """Why a spell ended."""

    OVER = "over"
    ADULT = "sixteen"
    MOVED = "moved"
    ADOPTED = "adopted"
    DIED = "died"
    OTHER = "other"


ENDS: Mapping[End, Later] = {
    End.OVER: _l("The circumstances are over"),
    End.ADULT: _l("The child turned sixteen"),
    End.MOVED: _l("The child moved to another commune"),
    End.ADOPTED: _l("The child was adopted"),
    End.DIED: _l("The child died"),
    End.OTHER: _l("Another reason"),
}


class Help(StrEnum):
    """What kind of support a child receives."""

    ALLOWANCE = "allowance"
    HEALTH = "health"
    EDUCATION = "education"
    CARE = "care"
    IN_KIND = "in_kind"
    COUNSELLING = "counselling"
    OTHER = "other"


HELPS: Mapping[Help, Later] = {
    Help.ALLOWANCE: _l("Monthly social allowance"),
    Help.HEALTH: _l("Health insurance, treatment"),
    Help.EDUCATION: _l("School fees, learning"),
    Help.CARE: _l("Substitute care, facility"),
    Help.IN_KIND: _l("Food, clothes, things"),
    Help.COUNSELLING: _l("Counselling, visits"),
    Help.OTHER: _l("Other support"),
}


@dataclass(frozen=True)
class Decision:
    """The decision that something rests on."""

    number: str | None = None
    day: datetime.date | None = None
    authority: str | None = None


@dataclass(frozen=True)
class Support:
    """What a child receives because of a spell. The key stays with it through corrections."""

    key: str
    kind: Help
    since: datetime.date | None = None
    until: datetime.date | None = None
    amount: int | None = None  # whole đồng; a month for an allowance, else in all
    source: str | None = None
    decision: Decision = Decision()
    note: str | None = None


@dataclass(frozen=True)
class Spell:
    """A time in which a child belongs to a group or sub-group, or is at risk. Both days belong to it; no end is open."""

    kind: Kind
    code: str  # of the list special_circumstances or at_risk
    since: datetime.date
    since_precision: Precision = Precision.DAY
    until: datetime.date | None = None
    ended: End | None = None
    ended_note: str | None = None
    known_by: str | None = None  # how it is known
    basis: str | None = None  # finding or paper it rests on; reasons where a child is at risk
    decision: Decision = Decision()
    supports: tuple[Support, ...] = ()
    void: bool = False  # written down in error: stays, counts nowhere
    why_changed: str | None = None  # why this version differs from the one before
