"""Whether somebody is guided at a step. Pure."""

from casemgr.guidance.terms import ENOUGH


def is_guided(*, finished: int, off: bool | None) -> bool:
    """On while fewer than three were finished; what a person has said about it themselves counts more."""
    return finished < ENOUGH if off is None else not off
