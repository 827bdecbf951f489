"""A line under a field where a beginner hesitates: data, by number of the form and name of the field."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from casemgr.core.words import both


def help_of(form: str, field: str) -> str:
    """What stands under a field, in the reader's language; nothing for most fields."""
    said = all_help().get(form, {}).get(field)
    return both(said["vi"], said["en"]) if said else ""


@cache
def all_help() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every such line."""
    text = (files("casemgr.web") / "data" / "field_help.json").read_text("utf-8")
    told: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(text)["forms"]
    return told
