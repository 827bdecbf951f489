"""ADX: Aggregate Data Exchange of IHE QRPH (urn:ihe:qrph:adx:2015), and the schema that follows from our structures.

A total has no attribute of the key. What is withheld is left out, as the profile has no sign for it, and how many were
is told in a data element of its own: nothing that is missing looks like zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from casemgr.indicators.outputs import codes
from casemgr.indicators.outputs.codes import Observation, What
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Indicator

NAMESPACE = "urn:ihe:qrph:adx:2015"
_XS = "http://www.w3.org/2001/XMLSchema"
_HEAD = {"xs": _XS, None: NAMESPACE}
_BESIDE = {  # what we tell of a group beside the profile
    "dataSet": "xs:token",
    "countedBy": "xs:token",
    "borders": "xs:token",
    "asOf": "xs:date",
    "sourceStatus": "xs:token",
    "standing": "xs:string",
    "digest": "xs:token",
}
_PERIOD = r"\d{4}-\d{2}-\d{2}/P(1Y|6M|3M|1M|[0-9]+D)"


class Tree:
    """An XML document in one namespace as it grows."""

    def __init__(
        self,
        tag: str,
        space: str,
        prefixes: Mapping[str | None, str] | None = None,
        /,
        **attributes: str,
    ) -> None:
        from lxml import etree  # noqa: PLC0415 - heavy, and few ask for it

        self._etree, self._space = etree, space
        self.root = etree.Element(f"{{{space}}}{tag}", attributes, nsmap=prefixes or {None: space})

    def under(self, parent: Any, tag: str, /, **attributes: str) -> Any:
        """A new element at the end of another."""
        return self._etree.SubElement(parent, f"{{{self._space}}}{tag}", attributes)

    def plain(self) -> bytes:
        """The document as it is sent."""
        return bytes(
            self._etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        )


def element(entry: Indicator, part: What) -> str:
    """The data element of a figure."""
    return codes.entry_id(entry) + ("" if part is What.VALUE else f".{part.value}")


def write(tables: Sequence[Table], told: Told) -> bytes:
    """The data message: one group for each unit, period and table."""
    message = Tree("adx", NAMESPACE, exported=f"{tables[0].made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    for table in tables:
        by_area: dict[str, list[Observation]] = defaultdict(list)
        for seen in codes.observations(table):
            by_area[seen.row.area.code].append(seen)
        for area, rows in by_area.items():
            _group(message, table, area, rows, told)
    return message.plain()


def _group(message: Tree, table: Table, area: str, rows: Iterable[Observation], told: Told) -> None:
    group = message.under(
        message.root,
        "group",
        orgUnit=area,
        period=codes.iso_period(table.period),
        dataSet=f"SET_{table.entry.set}",
        countedBy=table.counted_by.value if table.counted_by else codes.SUPPLIED,
        borders=codes.borders(table),
        asOf=table.as_of.isoformat(),
        sourceStatus=table.entry.state.value,
        standing=told.standing(),
        digest=table.digest,
    )
    withheld = 0
    for seen in rows:
        withheld += seen.row.hidden
        for part, number in codes.figures(table.entry, seen):
            name = element(table.entry, part)
            message.under(group, "dataValue", dataElement=name, value=str(number), **seen.members)
    if table.hidden is not None:
        name = element(table.entry, What.WITHHELD)
        message.under(group, "dataValue", dataElement=name, value=str(withheld))


def schema(entries: Sequence[Indicator], units: Sequence[str]) -> bytes:
    """The schema of our data messages: code lists, then the three elements of the profile."""
    made = Tree("schema", _XS, _HEAD, targetNamespace=NAMESPACE, elementFormDefault="qualified")
    made.root.set("version", codes.VERSION)
    _said(made, made.root, "Data messages of this system, after the ADX profile of IHE QRPH.")
    _type(made, "orgUnit", [(code, "") for code in units])
    _type(made, "dataElement", list(_elements(entries)))
    for dimension in codes.dimensions():
        if dimension.codes:
            _type(made, dimension.id, [(one.code, one.vi) for one in dimension.codes])
    _type(made, "period", pattern=_PERIOD)
    _type(made, "month", pattern=r"\d{4}-\d{2}")
    _element(made, "adx", "group", {"exported": "xs:dateTime"}, {})
    _element(made, "group", "dataValue", {"orgUnit": "orgUnit", "period": "period"}, _BESIDE)
    inner = {one.id: one.id for one in codes.dimensions()}
    _element(made, "dataValue", "", {"dataElement": "dataElement", "value": "xs:decimal"}, inner)
    made.under(made.root, "element", name="adx", type="adxType")
    return made.plain()


def _elements(entries: Sequence[Indicator]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        for part in (*codes.PARTS[entry.measure], What.WITHHELD):
            yield element(entry, part), f"{entry.name_vi} [{entry.state.value}]"


def _type(made: Tree, name: str, members: Sequence[tuple[str, str]] = (), pattern: str = "") -> None:
    kind = made.under(made.root, "simpleType", name=name)
    allowed = made.under(kind, "restriction", base="xs:token")
    if pattern:
        made.under(allowed, "pattern", value=pattern)
    for code, name_vi in members:
        _said(made, made.under(allowed, "enumeration", value=code), name_vi)


def _said(made: Tree, about: Any, text: str) -> None:
    if text:
        made.under(made.under(about, "annotation"), "documentation").text = text


def _element(made: Tree, name: str, inside: str, needed: Mapping[str, str], more: Mapping[str, str]) -> None:
    kind = made.under(made.root, "complexType", name=f"{name}Type")
    if inside:
        sequence = made.under(kind, "sequence")
        made.under(sequence, "element", name=inside, type=f"{inside}Type", maxOccurs="unbounded")
    for attribute, of in {**needed, **more}.items():
        use = "required" if attribute in needed else "optional"
        made.under(kind, "attribute", name=attribute, type=of, use=use)
