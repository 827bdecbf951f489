"""The catalogue: every indicator that is counted here, gathered from one file per chapter and checked on import."""

from collections.abc import Mapping, Sequence
from datetime import date

from casemgr.access.roles import Role
from casemgr.core.errors import NotFound
from casemgr.core.words import Later, _l
from casemgr.indicators.bands import Source
from casemgr.indicators.catalogue import abuse, hotline, loading
from casemgr.indicators.items import FORMS
from casemgr.indicators.splits import KEYS
from casemgr.indicators.terms import Indicator, Kind, Measure, Place, State

SETS: Mapping[str, Later] = {
    "A": _l("Set A: children"),
    "B": _l("Set B: child abuse"),
    "H": _l("Set H: forms of hotline 111"),
    "P": _l("Set P: timeliness and caseload"),
}

ENTRIES: Sequence[Indicator] = (*abuse.INDICATORS, *loading.ENTRIES, *hotline.INDICATORS)
INDICATORS: Sequence[Indicator] = tuple(entry for entry in ENTRIES if entry.kind is Kind.COMPUTED)

STATES: Mapping[State, Later] = {
    State.CONFIRMED: _l("code and name checked"),
    State.NAME_CONFIRMED: _l("name checked, code provisional"),
    State.PROVISIONAL: _l("provisional: not seen in the official text"),
    State.OURS: _l("our own"),
}
KINDS: Mapping[Kind, Later] = {
    Kind.COMPUTED: _l("counted here"),
    Kind.DERIVED: _l("needs a number supplied by another sector"),
    Kind.ENTERED: _l("supplied by another sector"),
}


def check(indicators: Sequence[Indicator]) -> None:
    """Refuse a catalogue in which a code stands twice at a time, or an entry names what does not exist."""
    for entry in indicators:
        if (
            entry.set not in SETS
            or not entry.basis
            or not entry.name_vi
            or not entry.name_en
            or not entry.parts
        ):
            raise TypeError(f"Indicator {entry.id} lacks its set, basis, names or the state of its parts.")
        if {part.source for part in entry.parts if part.key == "definition"} - {Source.OUR_RULE}:
            raise TypeError(f"Indicator {entry.id} gives its own counting rule for an official one.")
        if set(entry.splits) - KEYS.keys():
            raise TypeError(f"Indicator {entry.id} is split by keys that do not exist.")
        _check_rule(entry)
        for other in indicators:
            if other is not entry and other.id == entry.id and _meet(other, entry):
                raise TypeError(f"Indicator {entry.id} stands twice on the same day.")


def _check_rule(entry: Indicator) -> None:
    """Refuse a rule of counting that asks for what its facts do not hold."""
    columns = FORMS[entry.fact].columns
    if entry.dated_by not in columns or (entry.stands and "gone" not in columns):
        raise TypeError(f"Indicator {entry.id} is dated by a column that does not exist.")
    if {KEYS[key].column for key in entry.splits} - columns.keys():
        raise TypeError(f"Indicator {entry.id} is split by what its facts do not hold.")
    if (entry.measure in (Measure.SUM, Measure.MEDIAN)) != (entry.column in columns):
        raise TypeError(
            f"Indicator {entry.id} does not say what is added up, or of what the middle is taken."
        )
    if (entry.measure is Measure.SHARE) != bool(entry.having):
        raise TypeError(f"Indicator {entry.id} does not say what makes the n of its share.")
    if (entry.measure is Measure.RATIO) != bool(entry.per) or set(entry.per) - {*Role}:
        raise TypeError(f"Indicator {entry.id} does not say of whom in post there are so many.")
    if entry.measure is Measure.RATIO and entry.place is not Place.RESPONSIBLE:
        raise TypeError(f"Indicator {entry.id} shares work out among people who do not answer for it.")
    for condition in (*entry.always, *entry.having, entry.decided):
        column = columns.get(condition.column)
        if column is None or set(getattr(condition, "codes", ())) - set(column.codes):
            raise TypeError(f"Indicator {entry.id} asks for codes that {condition.column} does not have.")


def _meet(one: Indicator, other: Indicator) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def indicator(set_: str, code: str, on: date) -> Indicator:
    """The entry of a set and code that holds on a day; before the first one, the first."""
    versions = sorted(
        (e for e in ENTRIES if (e.set, e.code) == (set_.upper(), code)), key=lambda e: e.valid_from
    )
    if not versions:
        raise NotFound
    begun = [entry for entry in versions if entry.valid_from <= on]
    return begun[-1] if begun else versions[0]


check(ENTRIES)
