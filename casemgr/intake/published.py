"""Forms that read what is sent, as definitions of a JSON Schema."""

from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from casemgr.intake.fields import Among

DRAFT = "https://json-schema.org/draft/2020-12/schema"
DEFS = "#/$defs/"
_WITHIN = "#/components/schemas/"


def definitions(schemas: Iterable[type[Schema]]) -> dict[str, Any]:
    """Each form, and each form in it, by its name."""
    spec = APISpec("", "", "3.1.0", plugins=[plugin := MarshmallowPlugin(schema_name_resolver=name_of)])
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(_chosen)  # type: ignore[no-untyped-call]
    for schema in schemas:
        if name_of(schema) not in spec.components.schemas:
            spec.components.schema(name_of(schema), schema=schema)
    found: dict[str, Any] = _moved(spec.to_dict()["components"]["schemas"])
    return found


def name_of(schema: Any) -> str:
    """What a form is called."""
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
    return value.replace(_WITHIN, DEFS) if isinstance(value, str) else value
