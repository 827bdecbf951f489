"""Words of handovers: why a case goes to another unit, how far the handover has come, what goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casemgr.cases.terms import Stage
from casemgr.core.words import Later, _l


class Kind(StrEnum):
    """Why a case goes to another unit."""

    TO_RESIDENCE = "to_residence"  # the plan belongs to where the child lives: Luật Trẻ em, Điều 52 khoản 2
    TO_INCIDENT = "to_incident"  # it happened elsewhere than was first told
    CHILD_MOVED = "child_moved"
    OTHER_PROVINCE = "other_province"  # the child lives, or has moved, beyond the border of the province
    UNIT_MERGED = "unit_merged"  # the unit is no longer in force, its successor takes over by law


class State(StrEnum):
    """How far a handover has come."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"  # the case was closed before anybody answered


OPEN = frozenset({State.SENT, State.SEEN})
BY_HAND = (Kind.TO_RESIDENCE, Kind.TO_INCIDENT, Kind.CHILD_MOVED, Kind.OTHER_PROVINCE)
CHILD_LIVES_THERE = frozenset({Kind.TO_RESIDENCE, Kind.CHILD_MOVED, Kind.OTHER_PROVINCE})

KINDS: Mapping[Kind, Later] = {
    Kind.TO_RESIDENCE: _l("To the commune where the child lives"),
    Kind.TO_INCIDENT: _l("To the commune where it really happened"),
    Kind.CHILD_MOVED: _l("The child has moved to another commune"),
    Kind.OTHER_PROVINCE: _l("The child lives in another province"),
    Kind.UNIT_MERGED: _l("The commune was merged"),
}
CONSEQUENCES: Mapping[Kind, Later] = {
    Kind.TO_RESIDENCE: _l(
        "Drawing up and carrying out the plan is its task: Children Law, Article 52 clause 2."
    ),
    Kind.TO_INCIDENT: _l("The place was told wrongly or corrected. Numbers are counted there from now on."),
    Kind.CHILD_MOVED: _l("The plan goes on where the child is now."),
    Kind.OTHER_PROVINCE: _l("The same, beyond the border of the province. Both provinces see it."),
}
STATES: Mapping[State, Later] = {
    State.SENT: _l("Sent, not yet seen"),
    State.SEEN: _l("Seen, not yet accepted"),
    State.ACCEPTED: _l("Accepted"),
    State.RETURNED: _l("Returned"),
    State.TAKEN_BACK: _l("Taken back"),
    State.ENDED: _l("Ended: the case was closed"),
}


@dataclass(frozen=True)
class Letter:
    """What the sender writes: why, who knows what, what is open. With the number, for those who see the case no more."""

    number: str
    why: str
    known_to: str | None = None
    open_matters: str | None = None


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    reason: str


@dataclass(frozen=True)
class Sending:
    """What the rules must know before a case is sent to another unit."""

    kind: Kind | None
    stage: Stage
    responsible: bool  # the sender's unit answers for the case
    handover_runs: bool
    rehearsal: bool
    same_unit: bool
    same_province: bool
    emergency_runs: bool
    lives_elsewhere: bool  # Form 01 or the case names another place of residence than the receiver
    why: str | None


@dataclass(frozen=True)
class Answering:
    """What the rules must know before a handover is answered."""

    state: State
    ours: bool  # the side whose turn it is: the receiver, or for taking back the sender
    reason: str | None = None
