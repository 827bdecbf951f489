"""Reading the safeguards: who stands around a case, and what pages show of it."""

from casemgr.safeguards.queries.pages import (
    declared,
    kept,
    kept_out,
    opened_today,
    opening,
    openings,
    orphan,
    orphans,
    readers,
    together,
)
from casemgr.safeguards.queries.standing import (
    Cluster,
    acting,
    around,
    cluster,
    is_near,
    matter_of,
    possible,
    reaches,
    tied,
    ties,
)

__all__ = [
    "Cluster",
    "acting",
    "around",
    "cluster",
    "declared",
    "is_near",
    "kept",
    "kept_out",
    "matter_of",
    "opened_today",
    "opening",
    "openings",
    "orphan",
    "orphans",
    "possible",
    "reaches",
    "readers",
    "tied",
    "ties",
    "together",
]
