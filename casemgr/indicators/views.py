"""Pages of numbers: the list of indicators, the table of one, its files for other programs, and the cases of a cell."""

import json

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.errors import Invalid, NotFound
from casemgr.indicators import choices, defining, measured, published, queries, sheets
from casemgr.indicators.bands import SOURCES
from casemgr.indicators.catalogue import KINDS, SETS, STATES, files, in_use, indicator
from casemgr.indicators.drawing import LOOKS
from casemgr.indicators.outputs.formats import FORMATS
from casemgr.indicators.outputs.told import Told, grouped
from casemgr.indicators.supplied import queries as supplied
from casemgr.indicators.suppression import RULE
from casemgr.indicators.terms import Kind
from casemgr.places import queries as places
from casemgr.places.terms import COUNTRY
from casemgr.web.dear import Dear
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("indicators", __name__)
_WORDS = {
    "set_names": SETS,
    "sources": SOURCES,
    "tag_kind": sheets.tag_kind,
    "states": STATES,
    "kinds": KINDS,
    "looks_": LOOKS,
    "formats": FORMATS,
    "most": RULE.least - 1,
}


@room.get("/indicators", needs=Permission.TABLE_READ)
def index(desk: Desk) -> ResponseReturnValue:
    """Every set with its indicators, and how sure the source of each is."""
    return page("indicators/index.html", sets=queries.listing(places.today(desk)), **_WORDS)


@room.get("/indicators/<string:set_>/<string:code>", needs=Permission.TABLE_READ)
def show(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """The table of one indicator, exact to the last commit or as of a past day."""
    entry = indicator(set_, code, places.today(desk))
    if entry.kind is Kind.ENTERED and entry.supply is None:
        return page("indicators/entered.html", entry=entry, **_WORDS)
    asked = sheets.read(desk, request.args, sheets.first_choice(entry))
    try:
        if not entry.is_table_of_cases:
            found = measured.measured(desk, set_, code, asked)
            if entry.kind is not Kind.ENTERED:
                return page("indicators/measured.html", sheet=found, **_WORDS)
            return page("indicators/supplied/show.html", sheet=found, **_around(desk, found), **_WORDS)
        sheet = sheets.sheet(desk, set_, code, asked)
    except Invalid as wrong:
        form = choices.again(desk, asked, wrong.errors, entry)
        answer = make_response(page("indicators/again.html", entry=entry, form=form, **_WORDS))
        answer.status_code = wrong.status
        return answer
    return page("indicators/show.html", sheet=sheet, **_WORDS)


def _around(desk: Desk, found: measured.Measured) -> dict[str, object]:
    """What the page of supplied figures shows beside its table: other periods, and the way in for whoever supplies."""
    return {
        "periods": [one for one in supplied.periods(desk, found.entry) if one.code != found.asked.period],
        "may_supply": supplied.may_supply(desk, queries.place_of(desk, found.base).unit),
        "by_unit": (by_unit := found.asked.rows in sheets.LOWER),
        "over_units": by_unit and len(found.asked.unit) == len(COUNTRY),  # the country or a province
    }


@room.get("/indicators/<string:set_>/<string:code>/definition", needs=Permission.TABLE_READ)
def definition(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """What an indicator is: how sure it is, how it is counted here, and every version it has had."""
    told = defining.definition(set_, code, places.today(desk))
    return page("indicators/definition.html", told=told, entry=told.entry, **_WORDS)


@room.get("/indicators/published", needs=Permission.TABLE_READ)
def published_tables(desk: Desk) -> ResponseReturnValue:
    """What others have published, row by row beside ours."""
    return page(
        "indicators/published.html",
        tables=published.tables(),
        table=published.table(request.args.get("table", "")),
        about=published.about(),
        figures=grouped,
    )


@room.get("/indicators/catalogue.json", needs=Permission.TABLE_READ)
def catalogue_file(desk: Desk) -> ResponseReturnValue:
    """The catalogue in use as a file, to be corrected and loaded again."""
    text = json.dumps(files.written(in_use()), ensure_ascii=False, indent=1)
    return _file(f"{text}\n".encode(), "application/json", "catalogue.json")


@room.get("/indicators/<string:set_>/<string:code>/cases", needs=Permission.CELL_OPEN)
def cases(desk: Desk, set_: str, code: str) -> ResponseReturnValue:
    """The numbers of the cases behind one number, as far as this person may see them."""
    return page("indicators/cases.html", opened=sheets.opened(desk, set_, code, request.args), **_WORDS)


@room.get(
    "/indicators/<string:set_>/<string:code>/files/<string:form>",
    needs=Permission.TABLE_READ,
    dear=Dear.TABLES,
)
def as_file(desk: Desk, set_: str, code: str, form: str) -> ResponseReturnValue:
    """The table for another program."""
    chosen = FORMATS.get(form)
    if chosen is None:
        raise NotFound
    table = sheets.file(desk, set_, code, request.args)
    content = chosen.write([table], Told(for_spreadsheets=True))
    return _file(content, chosen.kind, f"{set_}-{code}.{chosen.suffix}")


def _file(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
