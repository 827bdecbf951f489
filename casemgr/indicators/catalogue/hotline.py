"""Set H: the ten report forms of hotline 111 as thirteen sheets, each an indicator with its rows and groups of columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casemgr.core.words import _l
from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue import loading
from casemgr.indicators.contacts import SUSPECT_KINDS
from casemgr.indicators.terms import AnyOf, Indicator, NoneOf, Part, Told

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


_PARTS = (
    Part("name", _l("Name of the indicator"), Source.PARTLY),
    Part("definition", _l("How this system counts it"), Source.OUR_RULE),
    Part("code", _l("Code"), Source.OURS),
    Part("rows_and_columns", _l("Rows and columns"), Source.PARTLY),
    Part("counting_unit", _l("Counting unit"), Source.OUR_RULE),
    Part("reporting_date", _l("Reporting date"), Source.OUR_RULE),
)


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
        entry=replace(loading.entry(given), parts=_PARTS),
    )


def _read() -> Sequence[Form]:
    data = json.loads((Path(__file__).parent / "hotline.json").read_text(encoding="utf-8"))
    return tuple(_form(said, data) for said in data["sheets"])


def _unsorted(first: Indicator) -> Indicator:
    """People alleged of whom no kind is known: they stand on none of the four sheets."""
    return replace(
        first,
        code="05-0-p",
        name_vi="Người bị cho là gây tổn hại: chưa phân loại",
        name_en="People alleged: not classified",
        definition=Told(
            "Người bị cho là gây tổn hại trong các tin báo qua Tổng đài 111 mà chưa rõ loại: không nằm trong bốn biểu 05.",
            "People alleged in reports that came through hotline 111 whose kind is not known: on none of the four sheets 05.",
        ),
        always=(
            *(one for one in first.always if one != AnyOf("suspect_kinds", SUSPECT_KINDS[:1])),
            NoneOf("suspect_kinds", SUSPECT_KINDS),
        ),
    )


FORMS = _read()
FIVE = "05-"  # begins the codes of the four sheets of people alleged
UNSORTED = _unsorted(next(form.entry for form in FORMS if form.code.startswith(FIVE)))
INDICATORS = (*(form.entry for form in FORMS), UNSORTED)
