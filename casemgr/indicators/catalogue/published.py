"""The form of a catalogue file as JSON Schema, made from the forms that read it. Written by `python -m tests.contracts --write`."""

from typing import Any

from casemgr.indicators.catalogue import schemas
from casemgr.intake.published import DEFS, DRAFT, definitions


def json_schema() -> dict[str, Any]:
    """A file of the catalogue, as `indicators export` writes it and `indicators load` reads it."""
    return {
        "$schema": DRAFT,
        "title": "A file of the catalogue of indicators",
        "$ref": f"{DEFS}File",
        "$defs": dict(sorted(definitions([schemas.FileSchema]).items())),
    }
