"""Numbers: which indicators are counted, and their tables."""

from collections.abc import Mapping
from typing import Any

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.exchange.api import schemas
from casemgr.exchange.api.door import Answer, ApiRoom
from casemgr.indicators import queries as indicators

room = ApiRoom("numbers", __name__, url_prefix="/api/v1", description="Numbers without names.")


@room.get("/indicators", needs=Permission.NUMBER_SEND, gives={200: schemas.IndicatorsSchema})
def listing(desk: Desk) -> Answer:
    """The indicators that are counted here."""
    return Answer(indicators.list_json(local_day(desk.now)))


@room.get(
    "/indicators/<set>/<code>",
    needs=Permission.NUMBER_SEND,
    gives={200: schemas.TableSchema},
    asks=schemas.TableQuery,
    refuses=(404, 409, 422),
)
def table(desk: Desk, asked: Mapping[str, Any], set: str, code: str) -> Answer:
    """The numbers of one indicator."""
    told = indicators.table_json(desk, set, code, **asked)
    desk.read("table sent", f"{told['set']} {told['code']} {told['unit']} {told['period']}")
    return Answer(told)
