"""The letter of the month in the order of its sections: sentences filled from the cells of the sheets, the rest left open.

The wording is ours and a draft: the letter itself was seen only by the names of its sections. Nobody has signed it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casemgr.access.desk import Desk
from casemgr.core.periods import Period
from casemgr.core.words import _, language
from casemgr.indicators.catalogue.hotline import FORMS
from casemgr.indicators.hotline.layout import Asked, Cell, Line, Sheet, sheet

_BY_NUMBER = {form.code.removesuffix("-p"): form for form in FORMS}


@dataclass(frozen=True)
class Section:
    """One numbered section: its title, its sentences, and whether somebody has to write it."""

    number: str
    title: str
    sentences: Sequence[str]
    open: bool = False


@dataclass(frozen=True)
class Letter:
    """The whole letter."""

    asked: Asked
    place: str
    period: Period
    as_of: date
    sections: Sequence[Section]
    sheets: Sequence[Sheet]  # from which the numbers are


def letter(desk: Desk, asked: Asked) -> Letter:
    """The letter of a unit and period."""
    found = {
        number: sheet(desk, _BY_NUMBER[number], asked)
        for number in ("10", "06", "07", "08", "01", "02", "04")
    }
    first = found["10"]
    return Letter(asked, first.place, first.period, first.as_of, list(_sections(found)), list(found.values()))


def _sections(found: Mapping[str, Sheet]) -> Iterator[Section]:
    month, channels, who, content = found["10"], found["06"], found["07"], found["08"]
    children, where, results = found["01"], found["02"], found["04"]
    place = {"place": month.place, "period": _inside(month.period.label(language()))}
    yield Section(
        "1",
        _("Reports received"),
        [
            _(
                "In %(period)s hotline 111 passed on %(count)s reports for %(place)s.",
                count=month.total,
                **place,
            ),
            _("Of these: %(list)s.", list=_rows(month)),
        ],
    )
    yield Section("2", _("Channels"), [_("By channel: %(list)s.", list=_totals(channels, 0))])
    yield Section(
        "3.1",
        _("Who reports"),
        [
            _("By who reports: %(list)s.", list=_rows(who)),
            _("By age: %(list)s.", list=_totals(who, 0)),
            _("By sex: %(list)s.", list=_totals(who, 1)),
            _("By ethnic group: %(list)s.", list=_totals(who, 2)),
        ],
    )
    yield Section(
        "3.2",
        _("What consultations were about"),
        [
            _("Consultations: %(count)s.", count=content.total),
            _("By problem: %(list)s.", list=_rows(content, shares=True)),
        ],
    )
    yield Section("3.3", _("What stood out this month"), (), open=True)
    yield Section(
        "3.4.1",
        _("Children in need of support"),
        [
            _("Children in interventions: %(count)s.", count=children.total),
            _("By group: %(list)s.", list=_rows(children)),
            _("Where it happened: %(list)s.", list=_places(where)),
        ],
    )
    yield Section(
        "3.4.2",
        _("Results"),
        [
            _("Reports: %(list)s.", list=_totals(month, 0)),
            _("Supported: %(list)s.", list=_totals(results, 0, shares=True)),
            _("Not supported: %(list)s.", list=_totals(results, 1, shares=True)),
            _("Verified and nothing found: %(count)s.", count=_totals_of(results, 2)[0]),
            _("No result known: %(count)s.", count=_totals_of(results, 3)[0]),
        ],
    )
    yield Section("3.4.3", _("What came up"), (), open=True)
    yield Section("4", _("Proposals"), (), open=True)


def _inside(label: str) -> str:
    """A period inside a sentence: "tháng 11", but "November"."""
    return label[:1].lower() + label[1:] if language() == "vi" else label


def _rows(of: Sheet, *, shares: bool = False) -> str:
    """The uppermost rows with their numbers; those not told of last, and never left out."""
    lines = [line for line in of.lines if line.depth == 0 and line.kind != "sum"]
    told = [(line.labels[0], line.cells[0].value, _share(line) if shares else "") for line in lines]
    return _listed(told)


def _share(line: Line) -> str:
    return _percent(line.cells[1].value)


def _totals(of: Sheet, group: int, *, shares: bool = False) -> str:
    """The columns of one group in the row of totals."""
    numbers = _totals_of(of, group)
    columns = [column for column in of.headings[group + 1].columns if column != "%"]
    parts = [cell.value for cell in _cells(of, group) if cell.share]
    told = [
        (column, number, _percent(parts[place]) if shares and parts else "")
        for place, (column, number) in enumerate(zip(columns, numbers, strict=True))
    ]
    return _listed(told)


def _totals_of(of: Sheet, group: int) -> list[int | float | None]:
    return [cell.value for cell in _cells(of, group) if not cell.share]


def _cells(of: Sheet, group: int) -> Sequence[Cell]:
    before = sum(len(heading.columns) for heading in of.headings[: group + 1])
    return of.lines[-1].cells[before : before + len(of.headings[group + 1].columns)]


def _places(of: Sheet) -> str:
    lines = [line for line in of.lines if line.kind == "sum"][:-1]
    return _listed([(line.labels[1], line.cells[0].value, _share(line)) for line in lines])


def _percent(value: int | float | None) -> str:
    if value is None:
        return ""
    said = f"{value:.1f}".replace(".", "," if language() == "vi" else ".")
    return f"{said} %"


def _listed(told: Sequence[tuple[str, int | float | None, str]]) -> str:
    """Label and number one after the other; what nothing recorded here can fill is left out, a nought is said."""
    return (
        "; ".join(
            f"{label}: {value}" + (f" ({share})" if share and value else "")
            for label, value, share in told
            if value is not None
        )
        or "–"
    )
