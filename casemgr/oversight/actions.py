"""What oversight does: verifies the trail, takes old parts into it, watches looks, keeps answers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.cases.models import Case
from casemgr.core.portions import portions
from casemgr.oversight import watching
from casemgr.oversight.models import AuditCheck, Concern
from casemgr.oversight.terms import Answer
from casemgr.security import traces, verifying
from casemgr.security.audit import AuditEntry, Head, canonical, counted
from casemgr.security.parts import digest, trace

_SERIES = 10  # unit and year at the beginning of a number
_LINES = 500  # parts told of in one entry
_NAMED = 20  # faults named in the entry of a verification


@dataclass(frozen=True)
class Verified:
    """What one verification found."""

    faults: Sequence[traces.Fault]
    entries: int
    head: str
    counts: Mapping[str, int]


def verify(desk: Desk, *, kept: Head | None = None) -> Verified:
    """Walk the trail, compare every sealed part and the cases of every unit. Changes nothing."""
    faults = list(verifying.verify(desk.trail, desk.session, kept=kept, parts=True))
    series = func.substr(Case.number, 1, _SERIES)
    counts = dict(sorted(desk.rows(select(series, func.count()).where(~Case.rehearsal).group_by(series))))
    faults += _fallen(desk, counts)
    return Verified(faults, counted(desk.session), str(desk.trail.head(desk.session) or ""), counts)


def _fallen(desk: Desk, counts: Mapping[str, int]) -> list[traces.Fault]:
    """Units that have fewer cases of a year than the last time: a number stays with the unit that gave it."""
    last = desk.first(select(AuditCheck).order_by(AuditCheck.at.desc()))
    if last is None:
        return []
    told = select(AuditEntry.body).where(AuditEntry.object == str(last.id))
    body = desk.first(told.where(AuditEntry.action == "trail verified"))
    if body is None or json.loads(body).get("digest") != _digest(last.counts):
        return [traces.Fault("counts changed", 0, what=last.at.isoformat())]
    return [
        traces.Fault("count fell", 0, what=f"{series}: {before} -> {counts.get(series, 0)}")
        for series, before in json.loads(last.counts).items()
        if counts.get(series, 0) < before
    ]


def note(desk: Desk, found: Verified) -> AuditCheck:
    """Keep the end of the chain and the counts for the next time, and say in the trail that it was verified."""
    counts = canonical(dict(found.counts))
    row = AuditCheck(
        id=desk.id(),
        at=desk.now,
        head=found.head,
        entries=found.entries,
        faults=len(found.faults),
        counts=counts,
    )
    desk.add(row)
    which = [[fault.kind, fault.entry, fault.what] for fault in found.faults[:_NAMED]]
    desk.record(
        "trail verified",
        row.id,
        count=len(found.faults),
        head=found.head,
        digest=_digest(counts),
        **({"which": which} if which else {}),
    )
    return row


def _digest(counts: str) -> str:
    return hashlib.sha256(counts.encode()).hexdigest()


def take_in(desk: Desk) -> int:
    """Tell the trail of sealed parts that it knows nothing of: those from before it was told of them."""
    found = verifying.verify(desk.trail, desk.session, parts=True)
    unknown = {fault.what for fault in found if fault.kind == "part unknown"}
    taken = 0
    for table, part, rows, ciphertexts in traces.stored(desk.session):
        lines = [
            trace(table, row, part, "", digest(sealed))
            for row, sealed in zip(rows, ciphertexts, strict=True)
            if f"{table}/{row.hex()}/{part}" in unknown
        ]
        for portion in portions(lines, _LINES):
            desk.record("sealed parts taken into the trail", count=len(portion), sealed=portion)
        taken += len(lines)
    return taken


@action("concern answered", needs=(Permission.AUDIT_READ, Permission.OVERSIGHT_READ))
def answer(desk: Desk, concern_id: UUID, *, said: Answer) -> Concern:
    """Somebody asked the person, and says what they learned."""
    return watching.answer(desk, concern_id, said)
