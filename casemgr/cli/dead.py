"""What commands share about records that were shredded: the list beside the keyring, and the keys of days that go."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import current_app

from casemgr.cli.door import at_desk, office
from casemgr.core.calendar import local_day
from casemgr.retention import shredding
from casemgr.security.dead import DeadList, beside


def dead_list() -> DeadList:
    """The list of this installation."""
    return DeadList(beside(Path(current_app.extensions["settings"].keyring)), office().ring)


def turn_keys(now: datetime) -> None:
    """Give up the keys that open record keys in backups of more than 35 days."""
    file = current_app.extensions.get("keyfile")
    if file is not None:
        file.turn(local_day(now))
        office().ring.catch_up(wait=True)


def bury(records: Sequence[bytes], dead: DeadList) -> int:
    """Bring a restored database in line with what was shredded after the backup; gives how many files went."""
    if not records:
        return 0
    with at_desk(writing=False) as desk:
        doomed = shredding.doomed_by(desk, shredding.reports_among(desk, records), restored=True)
    shredding.forget(lambda writing: at_desk(writing=writing), doomed)
    with at_desk() as desk:
        return len(shredding.bury(desk, records, note_dead=dead.add))
