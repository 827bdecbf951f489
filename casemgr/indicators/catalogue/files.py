"""A file of the catalogue that somebody wants to load: read strictly, weighed against what holds, told entry by entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from casemgr.core.errors import Invalid
from casemgr.core.words import Later, _l
from casemgr.indicators.catalogue import KINDS, STATES, loading, schemas
from casemgr.indicators.catalogue.book import Catalogue
from casemgr.indicators.catalogue.checking import Fault, faults
from casemgr.indicators.terms import AnyOf, Indicator, Known, Late, NoneOf, Told

_MOST = 40  # faults that are told at once
_ENTRIES = 1000


class Change(StrEnum):
    """What a file does to an entry."""

    NEW = "new"
    CHANGED = "changed"
    RENUMBERED = "renumbered"
    ENDED = "ended"  # or goes on, or ends on another day


CHANGES: Mapping[Change, Later] = {
    Change.NEW: _l("New entry"),
    Change.CHANGED: _l("Next version"),
    Change.RENUMBERED: _l("Another code"),
    Change.ENDED: _l("Another last day"),
}
LABELS: Mapping[str, Later] = {
    "code": _l("Code"),
    "version": _l("Version"),
    "valid_from": _l("First day"),
    "valid_to": _l("Last day"),
    "name": _l("Name"),
    "state": _l("How sure this indicator is"),
    "kind": _l("Where the number comes from"),
    "concept": _l("Official concept"),
    "definition": _l("How this system counts it"),
    "formula": _l("Formula"),
    "unit": _l("Unit"),
    "counting_unit": _l("Counting unit"),
    "reporting_date": _l("Reporting date"),
    "splits": _l("Splits"),
    "basis": _l("Basis"),
    "period": _l("Published"),
    "supplier": _l("Source of the number"),
    "lead": _l("Lead agency"),
    "note": _l("Note"),
    "rule": _l("Rule of counting"),
}
_TEXTS = (
    "concept", "definition", "formula", "unit", "counting_unit", "reporting_date", "period", "supplier", "lead", "note",
)  # fmt: skip
_PLAIN = ("code", "version", "valid_from", "valid_to", "basis")


@dataclass(frozen=True)
class Line:
    """One field that becomes another."""

    field: str
    label: Later
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """What a file does to one entry, field by field."""

    change: Change
    entry: Indicator
    lines: tuple[Line, ...]
    before: Indicator | None = None


def read(data: object) -> list[Indicator]:
    """The entries of a file. Every fault names its entry and its field, and nothing is taken of a file that has one."""
    top = schemas.objections(schemas.FileSchema(exclude=("entries",)), _without_entries(data))
    listed: Any = data.get("entries") if isinstance(data, Mapping) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= _ENTRIES:
        top.append(("entries", str(_l("A list of 1 to %(most)s entries is expected.", most=_ENTRIES))))
    _refuse([Fault("", field, sentence) for field, sentence in top])
    form, found, wrong = schemas.EntrySchema(), [], []
    for place, said in enumerate(listed, start=1):
        name = _named(place, said)
        objections = schemas.objections(form, said)
        wrong += [Fault(name, field, sentence) for field, sentence in objections]
        if not objections:
            found.append(loading.entry(said))
    _refuse(wrong)
    return found


def weigh(before: Catalogue, loaded: Sequence[Indicator], today: date) -> tuple[Catalogue, list[Difference]]:
    """The catalogue with a file, and what is another in it; refused where it would rewrite what held."""
    wrong: list[Fault] = []
    differences = []
    for place, entry in enumerate(loaded, start=1):
        objections = list(_against(before, loaded, entry, today))
        wrong += [Fault(_name(place, entry), field, sentence) for field, sentence in objections]
    _refuse(wrong)
    after = before.with_entries(loaded)
    _refuse(list(faults(after.entries)))
    for entry in loaded:
        found = _difference(before, entry)
        if found is not None:
            differences.append(found)
    return after, differences


def _against(
    before: Catalogue, loaded: Sequence[Indicator], entry: Indicator, today: date
) -> Iterator[tuple[str, Later]]:
    """What stands against one entry: a version is never written over, and a code is continued once."""
    same = [one for one in before.entries if one.id == entry.id]
    if sum((one.id, one.version) == (entry.id, entry.version) for one in loaded) > 1:
        yield "version", _l("This version stands twice in the file.")
    if stands := [one for one in same if one.version == entry.version]:
        if _rest(stands[0]) != _rest(entry):
            told = _l(
                "Version %(version)s stands with other contents. Give the next version and its first day."
            )
            yield "version", told % {"version": entry.version}
        return
    if same and entry.version <= (newest := max(one.version for one in same)):
        yield "version", _l("Give a version after %(version)s.", version=newest)
    ids = {one.id for one in before.entries}
    if entry.formerly and entry.formerly not in ids:
        yield "formerly", _l("No entry has this code.")
    elif entry.formerly and (entry.formerly == entry.id or (same and same[-1].formerly != entry.formerly)):
        yield "formerly", _l("This code stands for another entry already.")
    elif any(
        one.formerly == entry.formerly and one.id != entry.id
        for one in (*before.entries, *loaded)
        if one.formerly
    ):
        yield "formerly", _l("Another entry goes on from this code.")
    root = before.root(entry.formerly or entry.id)
    begun = [one for one in before.entries if before.root(one.id) == root and one.valid_from <= today]
    if begun and entry.valid_from <= (last := max(one.valid_from for one in begun)):
        told = _l(
            "The version before holds from %(day)s: begin after that day, so that old periods keep theirs."
        )
        yield "valid_from", told % {"day": f"{last:%d/%m/%Y}"}


def _difference(before: Catalogue, entry: Indicator) -> Difference | None:
    stands = next((one for one in before.entries if (one.id, one.version) == (entry.id, entry.version)), None)
    if stands is not None:
        lines = _lines(stands, entry)
        return Difference(Change.ENDED, entry, lines, stands) if lines else None
    known = {one.id for one in before.entries}
    source = entry.id if entry.id in known else entry.formerly
    if source not in known:
        return Difference(Change.NEW, entry, _lines(None, entry))
    set_, _slash, code = source.partition("/")
    last = before.entry(set_, code, entry.valid_from - timedelta(days=1))
    kind = Change.CHANGED if source == entry.id else Change.RENUMBERED
    return Difference(kind, entry, _lines(last, entry), last)


def compared(before: Indicator, after: Indicator) -> tuple[Line, ...]:
    """What one version says otherwise than the one before it."""
    return tuple(
        line for line in _lines(before, after) if line.field not in ("version", "valid_from", "valid_to")
    )


def _lines(before: Indicator | None, after: Indicator) -> tuple[Line, ...]:
    old, new = (shown(before) if before is not None else {}), shown(after)
    return tuple(
        Line(field, label, old.get(field, ""), new[field])
        for field, label in LABELS.items()
        if old.get(field, "") != new[field]
    )


def shown(entry: Indicator) -> Mapping[str, str]:
    """Every field of an entry in words: texts in both languages, the rule in plain terms."""
    found = {name: _plain(getattr(entry, name)) for name in _PLAIN}
    found["state"], found["kind"] = str(STATES[entry.state]), str(KINDS[entry.kind])
    found["name"] = f"{entry.name_vi} / {entry.name_en}"
    found |= {name: _both(getattr(entry, name)) for name in _TEXTS}
    found["splits"] = ", ".join(entry.splits)
    found["rule"] = rule_words(entry)
    return found


def rule_words(entry: Indicator) -> str:
    """The rule of counting, term by term; nothing where nothing is counted here."""
    if entry.kind != "computed":
        return ""
    told = {
        "fact": entry.fact,
        "counts": entry.counts.value,
        "measure": entry.measure.value,
        "dated_by": entry.dated_by,
        "stands": "yes" if entry.stands else "",
        "place": entry.place.value,
        "column": entry.column,
        "per": ", ".join(entry.per),
        "decided": ", ".join(entry.decided.codes),
        "always": "; ".join(map(_condition, entry.always)),
        "having": "; ".join(map(_condition, entry.having)),
    }
    return ". ".join(f"{name}: {said}" for name, said in told.items() if said)


def _condition(condition: object) -> str:
    match condition:
        case AnyOf(column, codes):
            return f"{column} = {' | '.join(codes)}"
        case NoneOf(column, codes):
            return f"{column} ≠ {' | '.join(codes)}"
        case Known(column):
            return f"{column} ≠ unknown"
        case Late(days, column):
            return f"{column} + {days} ≤ day of counting"
    return ""


def _both(text: object) -> str:
    if isinstance(text, Told):
        return f"{text.vi} / {text.en}" if text.vi or text.en else ""
    return str(text or "")


def _plain(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value if value is not None else "")


def _rest(entry: Indicator) -> Mapping[str, Any]:
    """All that a file says of an entry but the day on which it ends."""
    return {name: said for name, said in entry.said.items() if name != "valid_to" and said is not None}


def written(catalogue: Catalogue) -> Mapping[str, Any]:
    """The catalogue as a file, to be corrected and loaded again."""
    last = (entry.valid_to.isoformat() if entry.valid_to else None for entry in catalogue.entries)
    return {
        "about": loading.SHIPPED["about"],
        "entries": [
            {**entry.said, "valid_to": end} for entry, end in zip(catalogue.entries, last, strict=True)
        ],
    }


def _without_entries(data: object) -> object:
    return (
        {name: said for name, said in data.items() if name != "entries"}
        if isinstance(data, Mapping)
        else data
    )


def _named(place: int, said: object) -> str:
    told = said if isinstance(said, Mapping) else {}
    return f"{place} ({told.get('set', '?')!s:.4} {told.get('code', '?')!s:.24})"


def _name(place: int, entry: Indicator) -> str:
    return f"{place} ({entry.set} {entry.code})"


def _refuse(wrong: Sequence[Fault]) -> None:
    if wrong:
        told = [
            str(_l("Entry %(fault)s", fault=str(fault)))
            if fault.entry
            else f"{fault.field}: {fault.sentence}"
            for fault in wrong[:_MOST]
        ]
        rest = len(wrong) - _MOST
        raise Invalid({"file": [*told, *([str(_l("and %(count)s more", count=rest))] if rest > 0 else [])]})
