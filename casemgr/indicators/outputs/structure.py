"""The SDMX structure of the house (SDMX 3.0, SDMX-JSON structure message 2.0.0): concepts, code lists, one data structure.

One structure for every indicator: dimensions are the indicator, the unit and its borders, by which unit is counted, and
every key; what a table is not split by stands at its total.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from casemgr.indicators.catalogue import STATES
from casemgr.indicators.outputs import codes
from casemgr.indicators.outputs.codes import AGENCY, ALL, VERSION, Named
from casemgr.indicators.terms import Indicator, Place

DSD, FLOW, CONCEPTS = "DSD_CHILD", "DF_CHILD", "CS_CHILD"
TIME = "TIME_PERIOD"
_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
_TOTAL = Named(ALL, "Tổng số", "Total")
PLACES = (
    Named(Place.INCIDENT, "Nơi xảy ra", "Where it happened"),
    Named(Place.RESIDENCE, "Nơi trẻ ở", "Where the child lives"),
    Named(Place.RESPONSIBLE, "Xã chịu trách nhiệm", "The commune that answers for it"),
    Named(codes.SUPPLIED, "Do ngành khác cung cấp", "Supplied by another sector"),
)
BORDERS = (
    Named("2024", "Đến 30/6/2025", "Until 30 June 2025"),
    Named("2025", "Từ 1/7/2025", "From 1 July 2025"),
)
STATUS = (
    Named("A", "Bình thường", "Normal value"),
    Named(
        "P", "Tạm: định nghĩa hoặc mã chưa đối chiếu đủ", "Provisional: definition or code not fully checked"
    ),
    Named("M", "Không có gì để tính", "There is nothing to take it from"),
    Named("Q", "Không công bố", "Withheld"),
)
SECRECY = (
    Named("F", "Được công bố", "Free"),
    Named("N", "Dùng nội bộ: còn đủ số nhỏ", "Not for publication: small numbers are in it"),
    Named("C", "Không công bố vì số nhỏ", "Confidential: a small number, or one that leads to it"),
)


@dataclass(frozen=True)
class Component:
    """One dimension, measure or attribute: its names, and its codes if it has any."""

    id: str
    vi: str
    en: str
    codes: tuple[Named, ...] = ()


def key_id(name: str) -> str:
    """The dimension of a key."""
    return name.upper()


def dimensions(entries: Sequence[Indicator], areas: Mapping[str, str]) -> tuple[Component, ...]:
    """The dimensions but time, in the order of the key of a series."""
    keys = (
        Component(key_id(one.id), one.vi, one.en, (_TOTAL, *one.codes) if one.codes else ())
        for one in codes.dimensions()
    )
    return (
        Component("INDICATOR", "Chỉ tiêu", "Indicator", indicators(entries)),
        Component(
            "REF_AREA",
            "Đơn vị hành chính",
            "Administrative unit",
            tuple(Named(code, name, name) for code, name in areas.items()),
        ),
        Component("BORDERS", "Địa giới", "Borders", BORDERS),
        Component("COUNTED_BY", "Tính theo", "Counted by", PLACES),
        *keys,
    )


def indicators(entries: Sequence[Indicator]) -> tuple[Named, ...]:
    """Indicators as codes."""
    return tuple(Named(codes.entry_id(one), one.name_vi, one.name_en) for one in entries)


MEASURES = (
    Component("OBS_VALUE", "Giá trị", "Value"),
    Component("N", "Tử số", "Numerator"),
    Component("OF", "Mẫu số", "Denominator"),
)
ATTRIBUTES = (
    Component("OBS_STATUS", "Tình trạng số", "Observation status", STATUS),
    Component("CONF_STATUS", "Mức công bố", "Confidentiality", SECRECY),
)
ABOUT = (  # told once for a table
    Component("UNIT_MEASURE", "Đơn vị tính", "Unit of measure"),
    Component(
        "SOURCE_STATE",
        "Mức chắc chắn của chỉ tiêu",
        "How sure the indicator is",
        tuple(Named(state.value, *codes.both_languages(STATES[state])) for state in STATES),
    ),
    Component("AS_OF", "Số liệu tính đến", "Counted up to"),
    Component("STANDING", "Tình trạng công bố", "Standing of these numbers"),
    Component("BASIS", "Căn cứ", "Basis"),
    Component("DIGEST", "Mã kiểm", "Digest"),
)


def urn(package: str, kind: str, name: str, inside: str = "") -> str:
    """The name of a part of the structure for the whole world."""
    return f"urn:sdmx:org.sdmx.infomodel.{package}.{kind}={AGENCY}:{name}({VERSION}){inside and '.' + inside}"


def message(entries: Sequence[Indicator], areas: Mapping[str, str], prepared: datetime) -> bytes:
    """The structure message."""
    keys = dimensions(entries, areas)
    everything = [*keys, *MEASURES, *ATTRIBUTES, *ABOUT]
    said = {
        "meta": meta(_SCHEMA, "STRUCTURE", prepared),
        "data": {
            "dataStructures": [_definition(keys)],
            "dataflows": [
                {
                    **_artefact(FLOW, "Bảo vệ trẻ em", "Child protection"),
                    "structure": urn("datastructure", "DataStructure", DSD),
                }
            ],
            "conceptSchemes": [
                {
                    **_artefact(CONCEPTS, "Khái niệm", "Concepts"),
                    "concepts": [
                        _named(one.id, one.vi, one.en)
                        for one in (*everything, Component(TIME, "Kỳ", "Period"))
                    ],
                }
            ],
            "codelists": [
                {
                    **_artefact(f"CL_{one.id}", one.vi, one.en),
                    "codes": [_named(code.code, code.vi, code.en) for code in one.codes],
                }
                for one in everything
                if one.codes
            ],
        },
    }
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()


def meta(schema: str, name: str, prepared: datetime) -> dict[str, object]:
    """The head of a message."""
    return {
        "schema": schema,
        "id": f"{name}_{prepared.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "prepared": f"{prepared.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "contentLanguages": ["vi", "en"],
        "sender": {"id": AGENCY},
    }


def _definition(keys: Sequence[Component]) -> dict[str, object]:
    return {
        **_artefact(DSD, "Chỉ tiêu bảo vệ trẻ em", "Child protection indicators"),
        "dataStructureComponents": {
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": [{**_component(one), "position": place} for place, one in enumerate(keys)],
                "timeDimension": {
                    "id": TIME,
                    "conceptIdentity": urn("conceptscheme", "Concept", CONCEPTS, TIME),
                    "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}},
                },
            },
            "measureList": {
                "id": "MeasureDescriptor",
                "measures": [
                    {
                        **_component(one),
                        "localRepresentation": {"format": {"dataType": "Decimal"}},
                        "usage": "optional",
                    }
                    for one in MEASURES
                ],
            },
            "attributeList": {
                "id": "AttributeDescriptor",
                "attributes": [
                    {**_component(one), "usage": "mandatory", "attributeRelationship": {"observation": {}}}
                    for one in (*ATTRIBUTES, *ABOUT)
                ],
            },
        },
    }


def _component(one: Component) -> dict[str, object]:
    coded = {"enumeration": urn("codelist", "Codelist", f"CL_{one.id}")}
    return {
        "id": one.id,
        "conceptIdentity": urn("conceptscheme", "Concept", CONCEPTS, one.id),
        "localRepresentation": coded if one.codes else {"format": {"dataType": "String"}},
    }


def _artefact(name: str, vi: str, en: str) -> dict[str, object]:
    return {"agencyID": AGENCY, "version": VERSION, **_named(name, vi, en)}


def _named(name: str, vi: str, en: str) -> dict[str, object]:
    return {"id": name, "name": vi, "names": {"vi": vi, "en": en}}
