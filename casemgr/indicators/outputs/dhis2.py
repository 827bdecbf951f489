"""DHIS2: data value sets and the metadata they need, both in JSON (Web API, dataValueSets and metadata, from 2.38).

Each combination of keys of an indicator is a data element of its own, with its own category combination: a child in two
forms of harm is one child, so that the total is a data element too and never a sum that the other system makes.
Identifiers follow from our codes and stay the same for ever.
"""

import hashlib
import json
import string
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import VIETNAMESE, _, speaking
from casemgr.indicators.catalogue import SETS, STATES
from casemgr.indicators.land import Area
from casemgr.indicators.outputs import codes
from casemgr.indicators.outputs.codes import What
from casemgr.indicators.outputs.told import Told
from casemgr.indicators.splits import Split
from casemgr.indicators.tables import Table
from casemgr.indicators.terms import Indicator, Measure
from casemgr.places.terms import COUNTRY

DEFAULT_COMBO, DEFAULT_OPTIONS = "bjDvmb4bfuf", "HllvX50cXC0"  # of no keys, the same in every DHIS2
_SIGNS = string.ascii_letters + string.digits
_PERIODS = {1: "Monthly", 3: "Quarterly", 6: "SixMonthly", 12: "Yearly"}
_NAME, _SHORT = 230, 50  # the longest names that DHIS2 takes


def uid(kind: str, code: str) -> str:
    """Eleven signs, the first a letter, that follow from what they stand for."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{code}".encode()).digest()[:12], "big")
    number, first = divmod(number, 52)
    signs = [_SIGNS[first]]
    for _place in range(10):
        number, rest = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(signs)


def period_code(period: Period) -> str:
    """A period as DHIS2 writes it; it has no name for any two dates."""
    match period.length:
        case 12:
            return f"{period.first.year}"
        case 6:
            return f"{period.first.year}S{1 if period.first.month == 1 else 2}"
        case 3:
            return f"{period.first.year}Q{(period.first.month + 2) // 3}"
        case 1:
            return f"{period.first:%Y%m}"
    said = _("DHIS2 knows months, quarters, halves and years only. Choose one of these periods.")
    raise Invalid({"period": [said]})


def element(entry: Indicator, part: What, keys: Iterable[str]) -> str:
    """The code of the data element of some keys of an indicator."""
    name = codes.entry_id(entry) + ("" if part is What.VALUE else f".{part.value}")
    return ".".join([name, *map(codes.safe, sorted(keys))])


def option_combo(members: Mapping[str, str]) -> str:
    """The code of one combination of members."""
    return ".".join(f"{key}-{members[key]}" for key in sorted(members))


def option_combo_uid(members: Mapping[str, str]) -> str:
    """Its identifier; without members that of the total."""
    return uid("combo", option_combo(members)) if members else DEFAULT_OPTIONS


def unit_code(table: Table, area: str) -> str:
    """The code of a unit with its borders, because codes were given again."""
    return f"{area}@{codes.borders(table)}"


def write(tables: Sequence[Table], told: Told) -> bytes:
    """The data value set."""
    said = {"dataValues": [value for table in tables for value in _values(table, told)]}
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()


def _values(table: Table, told: Told) -> Iterable[dict[str, str]]:
    note = f"{STATES[table.entry.state]}. {told.standing()}. {table.as_of.isoformat()} {table.digest[:12]}"
    period = period_code(table.period)

    def value(area: str, name: str, members: Mapping[str, str], number: float) -> dict[str, str]:
        return {
            "dataElement": uid("dataElement", name),
            "period": period,
            "orgUnit": uid("orgUnit", unit_code(table, area)),
            "categoryOptionCombo": option_combo_uid(members),
            "value": str(number),
            "comment": note,
        }

    asked = [split.asked_as for split in table.splits]
    withheld: dict[str, int] = defaultdict(int)
    for seen in codes.observations(table):
        area = seen.row.area.code
        withheld[area] += seen.row.hidden
        for part, number in codes.figures(table.entry, seen):
            yield value(area, element(table.entry, part, seen.keys), seen.members, number)
    if table.hidden is not None:
        for area, count in withheld.items():
            yield value(area, element(table.entry, What.WITHHELD, asked), {}, count)


@dataclass
class _Made:
    """Objects of the metadata, each once, by kind and identifier."""

    objects: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    placed: dict[int, list[dict[str, str]]] = field(default_factory=dict)  # rows of units seen already

    def add(self, kind: str, made: Mapping[str, object]) -> dict[str, str]:
        """Keep an object, and answer how others refer to it."""
        self.objects.setdefault(kind, {}).setdefault(str(made["id"]), dict(made))
        return {"id": str(made["id"])}

    def options(self, split: Split) -> list[tuple[str, str, dict[str, str]]]:
        """The members of a key: code, name, and the reference to their category option."""
        names = {one.code: one.vi for one in codes.dimension(split.key).codes}
        found = []
        for member in split.members:
            code = codes.member_code(split, member)
            name = names.get(code, code)
            made = {
                "id": uid("option", f"{split.name}-{code}"),
                "code": f"{split.name}-{code}",
                **_names(f"{split.key.title}: {name}"),
            }
            found.append((code, name, self.add("categoryOptions", made)))
        return found

    def combo(self, splits: Sequence[Split]) -> dict[str, str]:
        """The category combination of some keys with all its option combinations."""
        if not splits:
            return {"id": DEFAULT_COMBO}
        keys = sorted(splits, key=lambda split: split.name)
        code = ".".join(split.asked_as.replace(":", "_") for split in keys)
        options = [self.options(split) for split in keys]
        categories = [
            self.add(
                "categories",
                {
                    "id": uid("category", split.asked_as),
                    "code": split.asked_as.replace(":", "_"),
                    **_names(split.title),
                    "dataDimensionType": "DISAGGREGATION",
                    "categoryOptions": [option for _code, _name, option in chosen],
                },
            )
            for split, chosen in zip(keys, options, strict=True)
        ]
        made = {
            "id": uid("categoryCombo", code),
            "code": code,
            **_names(" × ".join(split.title for split in keys)),
            "dataDimensionType": "DISAGGREGATION",
            "categories": categories,
        }
        reference = self.add("categoryCombos", made)
        for chosen in product(*options):
            members = {split.name: one[0] for split, one in zip(keys, chosen, strict=True)}
            combined = {
                "id": option_combo_uid(members),
                "code": option_combo(members),
                "name": ", ".join(one[1] for one in chosen)[:_NAME],
                "categoryCombo": reference,
                "categoryOptions": [one[2] for one in chosen],
            }
            self.add("categoryOptionCombos", combined)
        return reference


@dataclass(frozen=True)
class Wanted:
    """Numbers that metadata must describe."""

    entry: Indicator
    splits: tuple[Split, ...]
    areas: tuple[Area, ...]
    borders: str
    months: int  # the length of the period
    public: bool = False


def needed_by(tables: Sequence[Table], told: Told) -> bytes:
    """Everything that the data value set of these tables refers to, for one import before it."""
    for table in tables:
        period_code(table.period)
    return described(
        Wanted(
            table.entry,
            table.splits,
            table.areas,
            codes.borders(table),
            table.period.length or 0,
            table.hidden is not None,
        )
        for table in tables
    )


def described(wanted: Iterable[Wanted]) -> bytes:
    """The metadata of some numbers."""
    with speaking(VIETNAMESE):
        made, everything = _Made(), list(wanted)
        for one in everything:
            _describe(made, one)
    plain = {kind: list(objects.values()) for kind, objects in made.objects.items()}
    return (json.dumps(plain, ensure_ascii=False) + "\n").encode()


def _describe(made: _Made, wanted: Wanted) -> None:
    country = made.add("organisationUnits", _unit(COUNTRY, _("Whole country"), wanted.borders, None))
    units = made.placed.get(id(wanted.areas))
    if units is None:
        units = [_placed(made, area, wanted.borders, country) for area in wanted.areas]
        made.placed[id(wanted.areas)] = units
    elements = []
    for chosen in _subsets(wanted.splits):
        combo = made.combo(chosen)
        parts = codes.PARTS[wanted.entry.measure]
        elements += [(_element(made, wanted.entry, part, chosen, combo), combo) for part in parts]
        if wanted.public:
            plain = made.combo(())
            elements.append((_element(made, wanted.entry, What.WITHHELD, chosen, plain), plain))
    _data_set(made, wanted, units, elements)


def _placed(made: _Made, area: Area, borders: str, country: dict[str, str]) -> dict[str, str]:
    """A unit under its province, which is known by its code until its name is told."""
    if area.code == COUNTRY:
        return country
    above, province = country, area.order[0].strip("~")
    if province and province != area.code:
        above = made.add("organisationUnits", _unit(province, province, borders, country))
    unit = _unit(area.code, area.name, borders, above)
    known = made.objects["organisationUnits"].setdefault(str(unit["id"]), unit)
    if known["name"] == area.code:
        known |= _names(area.name)
    return {"id": str(unit["id"])}


def _subsets(splits: Sequence[Split]) -> Iterable[tuple[Split, ...]]:
    for kept in product((False, True), repeat=len(splits)):
        yield tuple(split for split, keep in zip(splits, kept, strict=True) if keep)


def _element(
    made: _Made, entry: Indicator, part: What, chosen: Sequence[Split], combo: dict[str, str]
) -> dict[str, str]:
    code = element(entry, part, [split.asked_as for split in chosen])
    by = f" ({', '.join(str(split.key.title) for split in chosen)})" if chosen else ""
    kind = "" if part is What.VALUE else f" [{part.value}]"
    parts_of = (Measure.SHARE, Measure.RATIO, Measure.RATE)
    whole = entry.measure not in parts_of or part is not What.VALUE
    return made.add(
        "dataElements",
        {
            "id": uid("dataElement", code),
            "code": code,
            **_names(f"{entry.set} {entry.code} {entry.name_vi}{by}{kind}", code),
            "description": f"{STATES[entry.state]}. {entry.definition} {entry.basis}",
            "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE" if whole else "NUMBER",
            "aggregationType": "NONE",  # a child in two units is one child above them
            "zeroIsSignificant": True,
            "categoryCombo": combo,
        },
    )


def _data_set(
    made: _Made,
    wanted: Wanted,
    units: list[dict[str, str]],
    elements: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    kind = _PERIODS[wanted.months]
    code = f"SET_{wanted.entry.set}_{kind}"
    made.add(
        "dataSets",
        {
            "id": uid("dataSet", code),
            "code": code,
            **_names(f"{SETS[wanted.entry.set]} ({kind})"),
            "periodType": kind,
            "categoryCombo": made.combo(()),
            "dataSetElements": [],
            "organisationUnits": [],
        },
    )
    whole = made.objects["dataSets"][uid("dataSet", code)]
    pairs = [{"dataElement": one, "categoryCombo": combo} for one, combo in elements]
    whole["dataSetElements"] = _joined(whole["dataSetElements"], pairs)
    whole["organisationUnits"] = _joined(whole["organisationUnits"], units)


def _joined(kept: object, added: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """What is there already and what comes, each once."""
    if not kept or kept is added:
        return added
    assert isinstance(kept, list)
    return list({str(one): one for one in (*kept, *added)}.values())


def _unit(code: str, name: str, borders: str, above: dict[str, str] | None) -> dict[str, object]:
    whole = f"{code}@{borders}"
    return {
        "id": uid("orgUnit", whole),
        "code": whole,
        **_names(name),
        "openingDate": codes.NEW_BORDERS.isoformat() if borders == "2025" else "1900-01-01",
        **({"parent": above} if above else {}),
    }


def _names(name: str, short: str = "") -> dict[str, str]:
    return {"name": name[:_NAME], "shortName": (short or name)[:_SHORT]}
