"""Set H: the ten report forms of hotline 111 as thirteen sheets, each an indicator with its rows and groups of columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue import loading
from casemgr.indicators.contacts import SUSPECT_KINDS
from casemgr.indicators.terms import Indicator, Told

SET = "H"
LETTER = "10-p"  # the sheet that a letter of the month goes with


@dataclass(frozen=True)
class Group:
    """Columns under one heading: the members of a key, or of a part of its tree; without a key the number alone."""

    heading: Told
    key: str
    under: str = ""
    shares: bool = False
    labels: tuple[
        tuple[str, Told], ...
    ] = ()  # what the form itself calls a member, where we call it otherwise

    def label(self, member: str) -> Told | None:
        """The form's own word for a member."""
        return dict(self.labels).get(member)


@dataclass(frozen=True)
class Form:
    """One sheet as it is printed."""

    code: str
    form: int  # of ten
    source: str  # its name in the source code in which it was read
    printed: str  # its name on paper
    rows: str
    row_heading: Told
    groups: tuple[Group, ...]
    by_area: bool  # each row once for every area
    entry: Indicator

    @property
    def name(self) -> str:
        return self.entry.name


_PARTS = {
    "name": Source.PARTLY,
    "definition": Source.OUR_RULE,
    "code": Source.OURS,
    "rows_and_columns": Source.PARTLY,
    "counting_unit": Source.OUR_RULE,
    "reporting_date": Source.OUR_RULE,
}


def _told(said: Mapping[str, str]) -> Told:
    return Told(said["vi"], said["en"])


def _group(said: Mapping[str, Any]) -> Group:
    labels = tuple((member, _told(label)) for member, label in said.get("labels", {}).items())
    return Group(
        _told(said["heading"]), said["key"], said.get("under", ""), said.get("shares", False), labels
    )


def _form(said: Mapping[str, Any], common: Mapping[str, Any]) -> Form:
    groups = tuple(map(_group, said["groups"]))
    keys = dict.fromkeys(
        (said["rows"], *(group.key.partition(":")[0] for group in groups if group.key), "month")
    )
    given = {
        **{name: common[name] for name in ("valid_from", "basis", "note", "reporting_date")},
        **{name: said[name] for name in ("code", "name", "definition", "unit", "counting_unit")},
        "set": SET,
        "version": 1,
        "parts": {key: source.value for key, source in _PARTS.items()},
        "state": "provisional",
        "kind": "computed",
        "splits": list(keys),
        "rule": {"decided": "all", **said["rule"]},
    }
    return Form(
        code=said["code"],
        form=said["form"],
        source=said["source"],
        printed=said["printed"],
        rows=said["rows"],
        row_heading=_told(said["row_heading"]),
        groups=groups,
        by_area=said["by_area"],
        entry=loading.entry(given),
    )


def _read() -> Sequence[Form]:
    data = json.loads((Path(__file__).parent / "hotline.json").read_text(encoding="utf-8"))
    return tuple(_form(said, data) for said in data["sheets"])


def _unsorted(first: Indicator) -> Indicator:
    """People alleged of whom no kind is known: they stand on none of the four sheets."""
    rule = first.said["rule"]
    told = [one for one in rule["always"] if one[:3] != ["any", "suspect_kinds", SUSPECT_KINDS[0]]]
    return loading.entry(
        {
            **first.said,
            "code": "05-0-p",
            "name": {
                "vi": "Người bị cho là gây tổn hại: chưa phân loại",
                "en": "People alleged: not classified",
            },
            "definition": {
                "vi": "Người bị cho là gây tổn hại trong các tin báo qua Tổng đài 111 mà chưa rõ loại: không nằm trong bốn biểu 05.",
                "en": "People alleged in reports that came through hotline 111 whose kind is not known: on none of the four sheets 05.",
            },
            "rule": {**rule, "always": [*told, ["none", "suspect_kinds", *SUSPECT_KINDS]]},
        }
    )


FORMS = _read()
FIVE = "05-"  # begins the codes of the four sheets of people alleged
UNSORTED = _unsorted(next(form.entry for form in FORMS if form.code.startswith(FIVE)))
INDICATORS = (*(form.entry for form in FORMS), UNSORTED)
