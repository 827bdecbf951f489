"""The form of a file as JSON Schema, made from the forms that read it. Written by `python -m tests.contracts --write`."""

from typing import Any

from casemgr.exchange.files import schemas, steps
from casemgr.intake.published import DEFS, DRAFT, definitions, name_of
from casemgr.intake.schemas import PLACE_OF_INCIDENT


def json_schema() -> dict[str, Any]:
    """What every line of a file is: the first one a header, each other a report, a step, a case or a child."""
    defs = definitions((schemas.HeaderSchema, *schemas.LINES.values(), *schemas.DATA.values()))
    for name, schema in (("Header", schemas.HeaderSchema), *_titled()):
        defs[name]["description"] = (schema.__doc__ or "").strip()
    defs["Incident"]["anyOf"] = [{"required": [name]} for name in PLACE_OF_INCIDENT]
    defs["Step"]["allOf"] = [
        {
            "if": {"properties": {"step": {"const": name}}},
            "then": {"properties": {"data": {"anyOf": [{"$ref": DEFS + name_of(form)}, {"type": "null"}]}}},
        }
        for name, form in schemas.DATA.items()
    ]
    defs["Step"]["properties"]["data"].pop("type", None)
    for name in (steps.OTHER, steps.SAME_CHILD):  # the only ones that must say more than that they happened
        defs["Step"]["allOf"].append(
            {"if": {"properties": {"step": {"const": name}}}, "then": {"required": ["data"]}}
        )
    return {
        "$schema": DRAFT,
        "title": f"One line of a {schemas.FORMAT} file, version {schemas.VERSION}",
        "oneOf": [{"$ref": DEFS + name} for name in ("Header", *(name for name, _schema in _titled()))],
        "$defs": dict(sorted(defs.items())),
    }


def _titled() -> list[tuple[str, type[Any]]]:
    return [(name_of(schema), schema) for schema in schemas.LINES.values()]
