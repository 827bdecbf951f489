"""What every catalogue has to keep, shipped or loaded: each fault with the entry and the field."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casemgr.access.roles import Role
from casemgr.core.periods import Period
from casemgr.core.words import Later, _l
from casemgr.indicators.bands import BANDINGS, Source
from casemgr.indicators.items import FORMS
from casemgr.indicators.splits import KEYS, one
from casemgr.indicators.terms import Counts, Indicator, Kind, Measure, Place

_ANY = Period.parse("2026")

SETS: Mapping[str, Later] = {
    "A": _l("Set A: children"),
    "B": _l("Set B: child abuse"),
    "H": _l("Set H: forms of hotline 111"),
    "P": _l("Set P: timeliness and caseload"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one entry, and in which field."""

    entry: str
    field: str
    sentence: object

    def __str__(self) -> str:
        return f"{self.entry}, {self.field}: {self.sentence}"


def check(indicators: Sequence[Indicator]) -> None:
    """Refuse a catalogue in which a code stands twice at a time, or an entry names what does not exist."""
    for fault in faults(indicators):
        raise TypeError(f"Indicator {fault}")


def faults(indicators: Sequence[Indicator]) -> Iterator[Fault]:
    """Everything that is wrong with a catalogue."""
    known = {entry.id for entry in indicators}
    for entry in indicators:
        for field, sentence in (*_of_entry(entry), *_of_rule(entry), *_of_supply(entry, known)):
            yield Fault(entry.id, field, sentence)
        for other in indicators:
            if other is not entry and other.id == entry.id and _meet(other, entry):
                yield Fault(entry.id, "valid_from", _l("It stands twice on the same day."))


def _of_entry(entry: Indicator) -> Iterator[tuple[str, Later]]:
    for field, told in (
        ("set", entry.set in SETS),
        ("basis", entry.basis),
        ("name.vi", entry.name_vi),
        ("name.en", entry.name_en),
        ("parts", entry.parts),
    ):
        if not told:
            yield field, _l("This must be told.")
    if {part.source for part in entry.parts if part.key == "definition"} - {Source.OUR_RULE}:
        yield "parts", _l("It gives its own counting rule for an official one.")
    if entry.code.endswith("-p") == entry.sure:
        yield "code", _l("A code that is not confirmed ends in -p, and no other does.")
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        yield "valid_to", _l("It ends before it begins.")
    if set(entry.splits) - KEYS.keys():
        yield "splits", _l("There is no such key.")


def _of_rule(entry: Indicator) -> Iterator[tuple[str, Later]]:
    """What a rule of counting asks for has to be in its facts."""
    columns = FORMS[entry.fact].columns
    nowhere = _l("The facts that are counted have no such column.")
    ratio = entry.measure is Measure.RATIO
    keys = {KEYS[key].column for key in entry.splits if key in KEYS}
    for field, wrong, sentence in (
        ("rule.dated_by", entry.dated_by not in columns, nowhere),
        ("rule.counts", entry.counts is not Counts.CASES and entry.counts not in columns, nowhere),
        ("rule.stands", entry.stands and "gone" not in columns, _l("The facts that are counted do not end.")),
        (
            "splits",
            bool(keys - columns.keys()),
            _l("The facts that are counted do not tell of one of these keys."),
        ),
        (
            "rule.column",
            (entry.measure in (Measure.SUM, Measure.MEDIAN)) != (entry.column in columns),
            _l("It does not say what is added up, or of what the middle is taken."),
        ),
        (
            "rule.having",
            (entry.measure is Measure.SHARE) != bool(entry.having),
            _l("It does not say what makes the n of its share."),
        ),
        (
            "rule.per",
            ratio != bool(entry.per) or bool(set(entry.per) - {*Role}),
            _l("It does not say for whom in post there are so many."),
        ),
        (
            "rule.place",
            ratio and entry.place is not Place.RESPONSIBLE,
            _l("It shares work out among people who do not answer for it."),
        ),
    ):
        if wrong:
            yield field, sentence
    for name, asked in (("always", entry.always), ("having", entry.having), ("decided", (entry.decided,))):
        for condition in asked:
            column = columns.get(condition.column)
            if column is None or set(getattr(condition, "codes", ())) - set(column.codes):
                told = _l("It asks for codes that %(column)s does not have.", column=condition.column)
                yield f"rule.{name}", told


def _of_supply(entry: Indicator, known: Collection[str]) -> Iterator[tuple[str, Later]]:
    """What others supply, and what a rate is worked out from."""
    supply = entry.supply
    if (entry.kind is Kind.DERIVED) != bool(supply and supply.over):
        yield "supply", _l("It does not say what is divided by what.")
    if (entry.measure is Measure.RATE) != bool(supply and supply.per):
        yield "supply.per", _l("It does not say for how many the rate is.")
    if supply is None:
        return
    if {supply.counted, supply.over} - {"", *known}:
        yield "supply", _l("It is worked out from an entry that does not exist.")
    for asked, members in supply.members.items():
        name, _colon, bands = asked.partition(":")
        if name not in KEYS or bands not in ("", *BANDINGS):
            yield "supply.members", _l("There is no such key.")
        elif set(members) - set(one(asked, _ANY).members):
            yield "supply.members", _l("The key has no such member.")


def _meet(one: Indicator, other: Indicator) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
