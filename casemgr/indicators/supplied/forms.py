"""What a person types: the source of figures, the numbers of every unit on one page, the reason for taking one back."""

from collections.abc import Mapping
from typing import Any

from wtforms import FileField
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.findings import Finding, Findings, Weight
from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.indicators.supplied import numbers, paper, rules
from casemgr.indicators.supplied.numbers import Unreadable
from casemgr.indicators.supplied.terms import Line, Lines, Sheet, Source
from casemgr.web.forms import BaseForm, DayField, line, text


class SourceForm(BaseForm):
    """From which document the figures are taken."""

    agency = line(_l("Which agency"), description=_l("Such as: Provincial Statistics Office"))
    document = line(_l("Number of the document"), longest=120, description=_l("As it stands on it"))
    day = DayField(_l("Day of the document"), [Optional()])
    note = text(_l("Note"), longest=1000, description=_l("How it was counted, what is left out"))

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for field in (self.agency, self.document, self.day):
            if not field.errors and not field.data:
                field.errors = [_("Fill this in.")]
                good = False
        return good

    def source(self) -> Source:
        """The source as it was typed, once it was checked."""
        day = self.day.data
        assert day is not None
        return Source(self.agency.data or "", self.document.data or "", day, self.note.data or "")


class UploadForm(SourceForm):
    """A filled-in template with its source."""

    file = FileField(_l("Filled-in template"), description=_l("Excel (XLSX) or CSV, at most 2 MB"))


class WithdrawForm(BaseForm):
    """Why a figure is taken back."""

    reason = text(_l("Why it is withdrawn"), longest=1000)


def as_findings(wrong: Invalid) -> Findings:
    """What could not be read in the grid, at the row of its unit."""
    found = []
    for name, said in wrong.errors.items():
        if name.startswith("c-"):
            code = name.split("-", 2)[1]
            found.append(Finding(f"unreadable.{code}", said[0], Weight.BLOCK, name))
    return Findings(*found)


def box(code: str, column: paper.Column) -> str:
    """The name of the box of one number."""
    return rules.field_of(code, column.key)


def typed(sheet: Sheet, values: Mapping[str, str]) -> Lines:
    """The numbers of a page; each that cannot be read is named by its box."""
    errors: dict[str, list[str]] = {}
    found: dict[str, Line] = {}
    columns = paper.columns(sheet)
    for code in sheet.codes:
        told: dict[str, int | None] = {}
        for column in columns:
            name = box(code, column)
            try:
                told[column.key] = numbers.typed(values.get(name, ""), rate=column.rate)
            except Unreadable as wrong:
                where = f"{paper.unit_name(sheet, code)}, {column.heading}"
                errors[name] = [f"{where}: {wrong.sentence}"]
        because = clean(values.get(f"{paper.BECAUSE}-{code}", ""), paper.LONGEST)
        found[code] = paper.line_from(sheet, told, because)
    if errors:
        raise Invalid(errors)
    return found
