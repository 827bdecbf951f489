"""Honey records: children on file who do not exist, whom nobody has a reason to open.

Which they are stands in the trail alone, sealed like words that were searched for. Their rows are as all others are.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from casemgr.access.desk import Desk
from casemgr.security.audit import AuditEntry

NAMED, WATCHED = "honey records named", "honey records watched"
MOST = 40
_ABOUT = "honey"
_LENGTH = 4096  # of everything that is kept so: one record is as long as forty


def known(desk: Desk) -> Mapping[int, datetime]:
    """The children named as honey records, and since when."""
    told = last(desk, NAMED)
    return {int(number): datetime.fromisoformat(since) for number, since in told.items()}


def keep(desk: Desk, named: Mapping[int, datetime]) -> None:
    """From now on these are the honey records."""
    note(desk, NAMED, {str(number): since.isoformat() for number, since in named.items()})


def note(desk: Desk, action: str, told: Mapping[str, object]) -> None:
    """Keep something of honey records in the trail, sealed."""
    desk.read(action, _ABOUT, asked=json.dumps(told, separators=(",", ":")).ljust(_LENGTH))


def last(desk: Desk, action: str) -> Mapping[str, str]:
    """What was kept so the last time."""
    newest = select(AuditEntry).where(AuditEntry.object == _ABOUT, AuditEntry.action == action)
    row = desk.first(newest.order_by(AuditEntry.seq.desc()))
    if row is None:
        return {}
    told: Mapping[str, str] = json.loads(
        desk.safe.open_words(row.actor, base64.b64decode(json.loads(row.body)["asked"]))
    )
    return told
