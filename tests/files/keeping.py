"""What tests of kept files share: a file of some chunks, and its original read back."""

import hashlib
import io
from uuid import UUID

from casemgr.access.actor import command
from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.files import actions, proving, queries
from casemgr.files.terms import About, Form
from casemgr.security.chunks import CHUNK
from tests.support.factories import a_case
from tests.support.house import HouseUnderTest


def stored(house: HouseUnderTest, size: int = 3 * CHUNK + 5) -> tuple[UUID, bytes]:
    """A file of some chunks, kept without being proved."""
    number, data = a_case(house), bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    digest = hashlib.sha256(data).hexdigest()
    made = proving.Proved(proving.Kind.WAV, size, digest, io.BytesIO(data))
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        file = actions.add(desk, case, made, name="x", about=About.OTHER, description="Thử", taken_on=None)
        return file.id, data


def read(house: HouseUnderTest, file_id: UUID) -> bytes:
    return b"".join(queries.opened_later(house.office, command("tests"), file_id, Form.ORIGINAL))
