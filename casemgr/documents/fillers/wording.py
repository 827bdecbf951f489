"""How single values are said on paper: a dotted line where nothing is known, never something made up; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from casemgr.assessment.terms import LEVELS, NOT_KNOWN, NotKnown, Rating
from casemgr.children.terms import Birth, Parent, Precision
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.text import clean_lines
from casemgr.core.words import _, language
from casemgr.intervention.plan.terms import Answer
from casemgr.law import factors
from casemgr.law.vocabulary import vocabulary

Row = Mapping[str, str]
Fields = Mapping[str, str | Sequence[Row]]
DOTS = "…" * 16
SHORT = "……"  # in a cell of a table


def said(text: str | None) -> str:
    """A text as it stands on file, or the form's dotted line."""
    return (clean_lines(text) if text else "") or DOTS


def noted(text: str | None) -> str:
    """A text in a table, where nothing is an empty cell."""
    return clean_lines(text) if text else ""


def joined(texts: Iterable[str | None], between: str = ", ") -> str:
    """Everything that is known, in one line; the dotted line if nothing is."""
    return said(between.join(text for text in texts if text))


def code(name: str, value: str | None) -> str:
    """The name of a code of a list."""
    return vocabulary(name).label(value, language()) if value else DOTS


def codes(name: str, values: Iterable[str] | None) -> str:
    """The names of several codes."""
    return joined((vocabulary(name).label(value, language()) for value in values or ()), "; ")


def day(on: date | None) -> str:
    """18/11/2026."""
    return f"{on.day:02d}/{on.month:02d}/{on.year}" if on else DOTS


def day_of(at: datetime | None) -> str:
    """The local day of an instant."""
    return day(local_day(at)) if at else DOTS


def clock(at: datetime | None) -> str:
    """The hour of an instant in Viet Nam."""
    return at.astimezone(LOCAL).strftime("%H:%M") if at else DOTS


def moment(at: datetime | None) -> str:
    """12:45 ngày 18/11/2026."""
    return _("%(time)s on %(day)s", time=clock(at), day=day_of(at)) if at else DOTS


def told_day(on: date | None, precision: str | None) -> str:
    """A date as exactly as it was told."""
    if on is None:
        return DOTS
    if precision == Precision.MONTH:
        return f"{on.month:02d}/{on.year}"
    if precision == Precision.YEAR:
        return str(on.year)
    if precision == Precision.ESTIMATED:
        return _("about %(day)s", day=day(on))
    return day(on)


def birth(known: Birth) -> str:
    """A birth date as exactly as it is known, or an estimated age."""
    if known.date is not None:
        return told_day(known.date, known.precision)
    return _("about %(age)s years old", age=known.age_estimate) if known.age_estimate is not None else DOTS


def sex(known: str | None) -> str:
    """Sex in the words of the law's list."""
    return code("sexes", known)


def money(dong: int | None) -> str:
    """1.800.000."""
    return "" if dong is None else f"{dong:,}".replace(",", ".")


def answer(given: str | None) -> str:
    """Yes, no, not known."""
    words = {Answer.YES: _("Yes"), Answer.NO: _("No"), Answer.UNKNOWN: _("Not known")}
    return next((word for key, word in words.items() if key == given), DOTS)


def parent(known: Parent) -> str:
    """Name, age and occupation of a parent."""
    age = _("%(age)s years old", age=known.age) if known.age is not None else None
    return joined((known.name, age, known.occupation))


def numbered(texts: Iterable[str]) -> tuple[Row, ...]:
    """Rows of a list: number and text."""
    return tuple({"no": str(place), "text": noted(text)} for place, text in enumerate(texts, 1))


def pairs(found: Iterable[tuple[str, str]]) -> tuple[Row, ...]:
    """Rows of a list: what it is about, and what was found."""
    return tuple(
        {"no": str(place), "about": noted(about), "text": said(text)}
        for place, (about, text) in enumerate(found, 1)
    )


def judged(table: factors.FactorTable, ratings: Mapping[str, Rating]) -> tuple[Row, ...]:
    """The rows of a table of levels, with a cross under the level that was chosen."""
    rows = []
    for row in table.rows:
        rating = ratings.get(row.code, Rating())
        if row.doubtful and rating.level is None and not rating.evidence:
            continue
        known = rating.level or ""
        unknown = str(NOT_KNOWN[NotKnown(known)]) if known in set(NotKnown) else ""
        rows.append(
            {
                "mark": row.code.rpartition(".")[2],
                "wording": row.wording.text(language()),
                **{level.value: "X" if rating.level == level else "" for level in factors.Level},
                "evidence": noted("\n".join(text for text in (unknown, rating.evidence) if text)),
                "chosen": row.levels[factors.Level(rating.level)].text(language())
                if rating.level and not unknown
                else unknown or SHORT,
            }
        )
    return tuple(rows)


def counted(prefix: str, rows: Sequence[Row]) -> dict[str, str]:
    """How often each level was chosen."""
    return {
        f"{prefix}_{level.value}": str(sum(row[level.value] == "X" for row in rows))
        for level in factors.Level
    }


def level(value: str | None) -> str:
    """High, medium, low."""
    return str(LEVELS[factors.Level(value)]) if value in set(factors.Level) else DOTS
