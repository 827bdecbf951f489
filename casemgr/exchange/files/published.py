"""The form of a file as JSON Schema, made from the forms that read it. Written by `python -m tests.contracts --write`."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from casemgr.exchange.files import schemas, steps
from casemgr.intake.fields import Among
from casemgr.intake.schemas import PLACE_OF_INCIDENT

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WITHIN, _DEFS = "#/components/schemas/", "#/$defs/"


def json_schema() -> dict[str, Any]:
    """What every line of a file is: the first one a header, each other a report, a step, a case or a child."""
    spec = APISpec("", "", "3.1.0", plugins=[plugin := MarshmallowPlugin(schema_name_resolver=_name)])
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(_chosen)  # type: ignore[no-untyped-call]
    for schema in (schemas.HeaderSchema, *schemas.LINES.values(), *schemas.DATA.values()):
        name = _name(schema)
        if name not in spec.components.schemas:
            spec.components.schema(name, schema=schema)
    defs: dict[str, Any] = _moved(spec.to_dict()["components"]["schemas"])
    for name, schema in (("Header", schemas.HeaderSchema), *_titled()):
        defs[name]["description"] = (schema.__doc__ or "").strip()
    defs["Incident"]["anyOf"] = [{"required": [name]} for name in PLACE_OF_INCIDENT]
    defs["Step"]["allOf"] = [
        {
            "if": {"properties": {"step": {"const": name}}},
            "then": {"properties": {"data": {"anyOf": [{"$ref": _DEFS + _name(form)}, {"type": "null"}]}}},
        }
        for name, form in schemas.DATA.items()
    ]
    defs["Step"]["properties"]["data"].pop("type", None)
    for name in (steps.OTHER, steps.SAME_CHILD):  # the only ones that must say more than that they happened
        defs["Step"]["allOf"].append(
            {"if": {"properties": {"step": {"const": name}}}, "then": {"required": ["data"]}}
        )
    return {
        "$schema": _DRAFT,
        "title": f"One line of a {schemas.FORMAT} file, version {schemas.VERSION}",
        "oneOf": [{"$ref": _DEFS + name} for name in ("Header", *(name for name, _schema in _titled()))],
        "$defs": dict(sorted(defs.items())),
    }


def _titled() -> list[tuple[str, type[Any]]]:
    return [(_name(schema), schema) for schema in schemas.LINES.values()]


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__).removesuffix("Schema")


def _chosen(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """The words of a list; nothing told is allowed where the field says so."""
    for validator in field.validators:
        if isinstance(validator, Among):
            return {"enum": [*validator.choices, *([None] if field.allow_none else [])]}
    return {}


def _moved(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _moved(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_moved(member) for member in value]
    return value.replace(_WITHIN, _DEFS) if isinstance(value, str) else value
