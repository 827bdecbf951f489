"""The edition of a published return for everybody: what of its numbers may leave the state chain."""

from collections.abc import Sequence

from casemgr.access.desk import Desk
from casemgr.indicators import queries as indicators
from casemgr.indicators.tables import Table
from casemgr.reporting import frozen as keeping
from casemgr.reporting import queries
from casemgr.reporting.models import Return, ReturnVersion


def edition(desk: Desk, row: Return, version: ReturnVersion) -> Sequence[Table]:
    """The tables of a published version without small numbers, made as if all editions before it were out.

    Each edition is made knowing the earlier ones as they left: what one of them withheld is in none of the later.
    """
    out: list[Table] = []
    newest: Sequence[Table] = ()
    for one in queries.published_versions(desk, row, until=version.number):
        tables = keeping.tables(desk, queries.kept(one), row.place, row.period)
        newest = indicators.protected(desk, tables, earlier=out)
        out += newest
    return newest
