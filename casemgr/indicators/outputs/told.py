"""What a file says beside its numbers: who made it of what, how sure each part is, and what is withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casemgr.core.words import Later, _, _l, decimal, language
from casemgr.indicators.bands import SOURCES
from casemgr.indicators.catalogue import STATES
from casemgr.indicators.suppression import RULE
from casemgr.indicators.tables import WITHHELD, Row, Table
from casemgr.indicators.terms import Gap, Indicator, Kind, Lack, Measure, Origin


@dataclass(frozen=True)
class Told:
    """What is said of several tables that leave together, and is not in the tables."""

    title: str = ""  # empty: the name of the first indicator
    status: str = ""  # of the publication; empty: counted now, not a published number
    lines: Sequence[tuple[str, str]] = ()  # of what they belong to: who signed it, which version it is
    for_spreadsheets: bool = False  # a byte order mark, and the line ends of spreadsheet programs
    patient: bool = False  # nobody waits for the page, so that long work may be done

    def heading(self, tables: Sequence[Table]) -> str:
        """The title of the file."""
        return self.title or tables[0].entry.name

    def standing(self) -> str:
        """Whether these numbers were published."""
        return self.status or _("Counted now; not a published number")


def about_lines(table: Table, told: Told) -> list[tuple[str, str]]:
    """What stands beside the numbers: what is counted, by which day, as of when, and how sure each part is."""
    entry = table.entry
    return [
        (f"{entry.set} {entry.code}", entry.name),
        *told.lines,
        (_("How sure this indicator is"), str(STATES[entry.state])),
        (_("Official concept"), str(entry.concept)),
        (_("How this system counts it"), str(entry.definition)),
        (_("Area"), f"{table.place.code} {table.place.name}"),
        (_("Period"), table.period.label(language())),
        (_("Unit"), str(entry.unit)),
        (_("Counting unit"), str(entry.counting_unit)),
        (_("Reporting date"), str(entry.reporting_date)),
        (_("Counted up to"), _("24:00 on %(day)s", day=f"{table.as_of:%d/%m/%Y}")),
        (_("Borders"), _("as on %(day)s", day=f"{table.borders_day:%d/%m/%Y}")),
        (_("Standing of these numbers"), told.standing()),
        *unlisted_lines(table),
        *withheld_lines(table),
        *((_("Supplied by"), words) for words in source_lines(table)),
        (_("Basis"), entry.basis),
        *((_("Source: %(part)s", part=part.name), str(SOURCES[part.source])) for part in entry.parts),
        (_("Digest"), table.digest),
    ]


def unlisted_lines(table: Table) -> list[tuple[str, str]]:
    """Of a table by units whose rows are counted here: what it means that a unit is not in it."""
    if table.level is table.place.level or table.origins is not None:
        return []
    return [
        (
            _("A unit that is not listed"),
            _("nothing was counted there: 0 where somebody works with this system, otherwise no report."),
        )
    ]


def withheld_lines(table: Table) -> list[tuple[str, str]]:
    """Of a public edition: that small numbers are not in it, and how they are marked."""
    if table.hidden is None:
        return []
    return [
        (
            WITHHELD,
            _(
                "not published: numbers from 1 to %(most)s, and others from which they could be worked out. It does not mean zero.",
                most=RULE.least - 1,
            ),
        )
    ]


def said(entry: Indicator, row: Row) -> str | int | None:
    """A number as people read it: of a share its n and N too; '-' where there is nothing to take it from."""
    if row.hidden:
        return WITHHELD
    if row.gap is not None:
        counted = f" ({_('counted: %(n)s', n=grouped(row.n))})" if row.n else ""
        return gap_words(row.gap) + counted
    if entry.measure is Measure.SHARE:
        return f"{decimal(row.value or 0)} % ({row.n}/{row.of})" if row.of else "-"
    if entry.measure is Measure.RATIO:
        each = decimal(row.value or 0) if row.of else "-"
        return f"{each} ({row.n}/{row.of})" if row.n or row.of else "-"
    if row.value is None:
        return "-"
    if entry.measure is Measure.RATE:
        parts = f" ({grouped(row.n or 0)}/{grouped(row.of)})" if row.of else ""
        return decimal(row.value, 2) + parts
    if entry.measure is Measure.SUM or entry.kind is Kind.ENTERED:
        return grouped(int(row.value)) if row.value else 0
    return int(row.value)


def grouped(number: int | float) -> str:
    """A number with its thousands apart."""
    told = f"{number:,}"
    return told.translate(str.maketrans(",.", ".,")) if language() == "vi" else told


LACKS: Mapping[Lack, Later] = {
    Lack.NONE: _l("no figure yet"),
    Lack.INCOMPLETE: _l("units are missing"),
    Lack.DIVIDED: _l("not yet assigned: a former unit was divided"),
    Lack.ALONE: _l("bare rates, which cannot be added"),
    Lack.NO_DENOMINATOR: _l("no denominator yet"),
}


def gap_words(gap: Gap | None) -> str:
    """Why there is no number, in a few words; nothing where there is one."""
    if gap is None:
        return ""
    partly = _("%(lacking)s of %(units)s units are missing", lacking=gap.lacking, units=gap.units)
    if gap.lack is Lack.INCOMPLETE:
        return partly
    if gap.lack is Lack.NO_DENOMINATOR and gap.lacking:
        return f"{LACKS[gap.lack]}: {partly}"
    return str(LACKS[gap.lack])


def origin_words(origin: Origin) -> str:
    """A source in one line, with what a reader must not overlook."""
    marks = [*([_("earlier period")] if origin.dated else []), *([_("invented")] if origin.invented else [])]
    return f"{origin} ({', '.join(marks)})" if marks else str(origin)


def source_lines(table: Table) -> Sequence[str]:
    """Every source of supplied numbers, each once."""
    found = (origin for told in (table.origins or {}).values() for origin in told)
    return list(dict.fromkeys(map(origin_words, found)))


def short_digest(digest: str) -> str:
    """The first twelve signs of a digest, in groups of four."""
    return " ".join(digest[place : place + 4] for place in range(0, 12, 4))
