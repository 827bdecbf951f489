"""Writing incidents from the first alarm to their end, and versions of the register of processing."""

from dataclasses import replace
from datetime import datetime

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Conflict, Invalid
from casemgr.core.words import _
from casemgr.law.vocabulary import vocabulary
from casemgr.privacy import clocks, register, rules, volume
from casemgr.privacy.models import DataIncident, ProcessingVersion
from casemgr.privacy.terms import Happened, Purpose, Span, Volume
from casemgr.security.parts import encode


@action("data incident opened by report", needs=Permission.INCIDENT_REPORT)
def open_incident(
    desk: Desk,
    *,
    happened: Happened,
    kind: str | None,
    detected_at: datetime | None,
    cyber: bool,
    serious: bool,
) -> DataIncident:
    """The first alarm: the clocks run from its minute, and nothing stops them but telling the authority."""
    rules.findings_on_incident(happened, kind, detected_at=detected_at, now=desk.now).settle()
    if kind is None or detected_at is None:
        raise AssertionError("The rule lets neither pass.")
    row = DataIncident(
        id=desk.id(),
        unit_id=desk.actor.unit_id,
        kind=kind,
        detected_at=detected_at,
        authority_by=clocks.authority_by(detected_at),
        cyber=cyber,
        serious=serious,
        opened_at=desk.now,
        opened_by=desk.actor.account_id,
    )
    _cyber_clocks(row)
    desk.add(row)
    desk.seal(row, happened=happened)
    return row


@action("data incident written down", needs=Permission.INCIDENT_MANAGE)
def write_record(
    desk: Desk, incident: DataIncident, *, happened: Happened, cyber: bool, serious: bool, version: int
) -> DataIncident:
    """Write what is known now. The clocks stay where the first alarm put them."""
    if version != incident.version:
        raise Conflict(_("Somebody else changed this incident while you were writing."))
    if incident.closed_at is not None:
        raise Conflict(_("This incident is closed."))
    incident.cyber, incident.serious = cyber, serious
    _cyber_clocks(incident)
    desk.seal(incident, happened=happened)
    return incident


@action("data incident told", needs=Permission.INCIDENT_MANAGE)
def tell(desk: Desk, incident: DataIncident, *, whom: str, at: datetime | None) -> DataIncident:
    """Write down when an authority was told."""
    if at is None or at > desk.now or at < incident.detected_at:
        raise Invalid(
            {"told_on": [_("Write the day and the minute, after the first alarm and not after now.")]}
        )
    column = {
        "authority": "authority_told_at",
        "cyber": "cyber_told_at",
        "cyber_report": "cyber_reported_at",
    }.get(whom)
    if column is None:
        raise Invalid({"whom": [_("This is not one of the choices.")]})
    if getattr(incident, column) is None:
        setattr(incident, column, at)
    return incident


@action("data incident closed", needs=Permission.INCIDENT_MANAGE)
def close(desk: Desk, incident: DataIncident, *, reason: str) -> DataIncident:
    """End an incident once its record is whole and whoever must be told was told."""
    happened = incident.happened or Happened()
    rules.findings_on_closing(
        happened,
        told_authority=incident.authority_told_at is not None,
        told_cyber=incident.cyber_told_at is not None and incident.cyber_reported_at is not None,
        serious=incident.serious,
        cyber=incident.cyber,
        reason=reason,
        closed=incident.closed_at is not None,
    ).settle()
    incident.closed_at, incident.closed_by = desk.now, desk.actor.account_id
    desk.seal(incident, happened=replace(happened, closed_because=reason))
    return incident


@action("data incident counted", needs=Permission.INCIDENT_MANAGE)
def count(desk: Desk, incident: DataIncident, *, actor: str, span: Span) -> Volume:
    """Count what somebody saw between two instants: nothing but numbers comes out, and the record keeps the larger."""
    if incident.closed_at is not None:
        raise Conflict(_("This incident is closed."))
    if span.until < span.since:
        raise Invalid({"until": [_("The end lies before the beginning.")]})
    found = volume.seen_by(desk, actor, span)
    happened = incident.happened or Happened()
    desk.seal(incident, happened=replace(happened, children=found.children, records=found.records))
    return found


@action("processing register changed", needs=Permission.PROCESSING_MANAGE)
def change_purpose(desk: Desk, *, code: str, purpose: Purpose, reason: str, number: int) -> ProcessingVersion:
    """Say what holds of one purpose from now on; every version before stays readable."""
    latest = register.history(desk, code)[0]
    if latest.number != number:
        raise Conflict(_("Somebody else changed this purpose while you were writing."))
    errors = {name: [_("Fill this in.")] for name in _ASKED if not getattr(purpose, name)}
    if not reason:
        errors["reason"] = [_("Write why it changes.")]
    if any(base not in vocabulary("processing_bases") for base in purpose.bases):
        errors["bases"] = [_("This is not one of the choices.")]
    if errors:
        raise Invalid(errors)
    row = ProcessingVersion(
        id=desk.id(),
        code=code,
        number=latest.number + 1,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        reason=reason,
        said=encode(purpose).decode(),
    )
    desk.add(row)
    return row


_ASKED = ("title", "bases", "data_types", "people", "recipients", "retention", "safeguards")


def _cyber_clocks(incident: DataIncident) -> None:
    if incident.cyber and incident.serious:
        incident.cyber_by, incident.cyber_report_by = clocks.cyber_by(incident.detected_at)
    else:
        incident.cyber_by = incident.cyber_report_by = None
