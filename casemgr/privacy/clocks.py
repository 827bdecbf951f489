"""The time limits of data protection, counted: of a request by its kind, of an incident from its first alarm."""

from datetime import datetime

from casemgr.core.calendar import local_day
from casemgr.law import data_protection as law
from casemgr.law.vocabulary import vocabulary
from casemgr.privacy.terms import Times


def of_request(kind: str, received_at: datetime, *, others_act: bool) -> Times:
    """Until when a request is acknowledged and answered, by the law of the day on which it came."""
    day = local_day(received_at)
    return Times(
        law.due("request_acknowledge", received_at, day),
        law.due(limit_of(kind, others_act), received_at, day),
        day,
    )


def extended(kind: str, answer_by: datetime, received_at: datetime) -> datetime:
    """Until when a request is answered once it is extended: the one extension begins where the first limit ends."""
    return law.due(f"request_{_group(kind)}_extension", answer_by, local_day(received_at))


def limit_of(kind: str, others_act: bool) -> str:
    """The name of the limit of a kind of request; where the law has none for others, one's own holds."""
    name = f"request_{_group(kind)}"
    others = f"{name}_others"
    return others if others_act and others in law.limits() else name


def authority_by(detected_at: datetime) -> datetime:
    """Until when the data-protection authority is told."""
    return law.due("incident_authority", detected_at, local_day(detected_at))


def cyber_by(detected_at: datetime) -> tuple[datetime, datetime]:
    """Until when the cyber authority has the first notice of a serious incident, and its full report."""
    day = local_day(detected_at)
    return law.due("cyber_first_notice", detected_at, day), law.due("cyber_full_report", detected_at, day)


def _group(kind: str) -> str:
    return str(vocabulary("data_request_kinds").attribute(kind, "limit"))
