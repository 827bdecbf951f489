"""How a table's rows and columns are told apart: the keys of a split, its members, and which of them a fact is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from casemgr.circumstances.terms import HELPS
from casemgr.core.errors import Invalid
from casemgr.core.periods import Period
from casemgr.core.words import Later, _, _l, language
from casemgr.indicators import columns, facts, items
from casemgr.indicators.bands import BANDINGS, LAW, Band, Banding
from casemgr.indicators.columns import Folding
from casemgr.law.vocabulary import NOT_CLASSIFIED, vocabulary

UNKNOWN = facts.UNKNOWN
TOTAL = "*"


class Sort(StrEnum):
    """How the number in a fact leads to members of a split."""

    LIST = "list"  # one code
    MASK = "mask"  # a bit for each member; a fact can be in several
    BAND = "band"  # whole years
    MONTH = "month"  # a local day


@dataclass(frozen=True)
class Key:
    """A way to split a table, as it is asked for."""

    name: str
    title: Later
    column: str
    sort: Sort
    codes: str = ""  # the code list that names its members
    fold: str = ""  # the table of printed columns in which its codes stand
    tree: bool = False  # members stand under others of the list, and are in them too
    names: Mapping[str, Later] | None = field(default=None, compare=False)  # or their names


_PARTIES: Mapping[str, Later] = {"person": _l("A person"), "organisation": _l("An organisation")}
_HELPS: Mapping[str, Later] = {help_.value: name for help_, name in HELPS.items()}
_AT_RISK: Mapping[str, Later] = {"at_risk": _l("At risk of becoming one of them")}
_REACHED: Mapping[str, Later] = {
    "reached": _l("Goal reached"),
    "partly": _l("Goal reached in part"),
    "not_reached": _l("Goal not reached"),
}

KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key("sex", _l("Sex"), "sex", Sort.LIST, "sexes"),
        Key("age_band", _l("Age group"), "age", Sort.BAND),
        Key("harm", _l("Form of harm"), "harms", Sort.MASK, "harms"),
        Key("environment", _l("Where it happened"), "environment", Sort.LIST, "environments"),
        Key("online", _l("Online"), "online", Sort.LIST),
        Key("relation", _l("Relation to the child"), "relations", Sort.MASK, "relations"),
        Key("ethnic_group", _l("Ethnic group"), "ethnic_group", Sort.LIST, "ethnic_groups"),
        Key("disability", _l("Disability"), "disability", Sort.LIST, "disability"),
        Key("decision", _l("Decision"), "decision", Sort.LIST, "decisions"),
        Key("month", _l("Month"), "received", Sort.MONTH),
        Key("channel", _l("Channel"), "channel", Sort.LIST, "channels"),
        Key("urgency", _l("Urgency"), "urgency", Sort.LIST, "urgencies"),
        Key("outcome", _l("Administrative outcome"), "outcome", Sort.LIST, "sanction_outcomes"),
        Key(
            "proceedings", _l("State of criminal proceedings"), "proceedings", Sort.LIST, "criminal_outcomes"
        ),
        Key("party", _l("Person or organisation"), "party", Sort.LIST, names=_PARTIES),
        Key(
            "group", _l("Special circumstances"), "group", Sort.LIST, "special_circumstances", names=_AT_RISK
        ),
        Key("help", _l("Support"), "help", Sort.LIST, names=_HELPS),
        Key("offence", _l("Criminal offence"), "offence", Sort.LIST, "criminal_offences"),
        Key("act", _l("Administrative violation"), "act", Sort.LIST, "administrative_violations"),
        Key("goal", _l("What became of the goal"), "reached", Sort.LIST, names=_REACHED),
        Key("care_form", _l("Form of alternative care"), "care_form", Sort.LIST, "alternative_care_forms"),
        Key("kind", _l("Kind of report"), "kind", Sort.LIST, "kinds"),
        Key("problem", _l("Problem"), "problem", Sort.LIST, "hotline_problems", tree=True),
        Key("child_group", _l("Group of children"), "groups", Sort.MASK, "hotline_child_groups", tree=True),
        Key("result", _l("Result of support"), "results", Sort.MASK, "hotline_results", tree=True),
        Key("suspect_kind", _l("Kind of alleged person"), "suspect_kinds", Sort.MASK, "suspect_kinds"),
        Key("reporter_sex", _l("Sex of who reports"), "reporter_sex", Sort.LIST, "sexes"),
        Key("reporter_age", _l("Age of who reports"), "reporter_age", Sort.BAND),
        *(
            Key(name, title, column, sort, fold=name)
            for name, title, column, sort in (
                ("hotline_channel", _l("Channel, hotline 111"), "channel", Sort.LIST),
                ("hotline_environment", _l("Where it happened, hotline 111"), "environment", Sort.LIST),
                ("hotline_ethnic_group", _l("Ethnic group, hotline 111"), "ethnic_group", Sort.LIST),
                ("hotline_relation", _l("Relation to the child, hotline 111"), "relations", Sort.MASK),
                ("hotline_reporter_kind", _l("Who reports, hotline 111"), "reporter_kind", Sort.LIST),
                ("hotline_progress", _l("How far it has come, hotline 111"), "stage", Sort.LIST),
            )
        ),
        Key(
            "hotline_reporter_ethnic_group",
            _l("Ethnic group of who reports"),
            "reporter_ethnic_group",
            Sort.LIST,
            fold="hotline_reporter_ethnic_group",
        ),
    )
}


@dataclass(frozen=True)
class Split:
    """A key with its bands and, for months, its period: the members are fixed, and a number leads to some of them."""

    key: Key
    members: tuple[str, ...]
    banding: Banding | None = None
    folding: Folding | None = None

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def asked_as(self) -> str:
        """How the split is written on a command line or in an address."""
        return f"{self.name}:{self.banding.name}" if self.banding else self.name

    @property
    def title(self) -> str:
        """What the split is called, with its bands."""
        return f"{self.key.title}: {self.banding.title}" if self.banding else str(self.key.title)

    @property
    def overlaps(self) -> bool:
        """Whether one fact can be in several members."""
        return self.key.sort is Sort.MASK or self.key.tree

    def members_of(self, number: int) -> tuple[int, ...]:
        """Places, in the list of members, of those that a fact's number is in."""
        codes = items.COLUMNS[self.key.column].codes
        if self.key.sort is Sort.MASK:
            told = {
                member
                for place, code in enumerate(codes)
                if number >> place & 1
                for member in self._members_with(code)
            }
            return tuple(sorted(map(self.members.index, told or {UNKNOWN})))
        if self.key.sort is Sort.BAND:
            assert self.banding is not None
            return (self.members.index(UNKNOWN if number == facts.NO_AGE else self.banding.band_of(number)),)
        if self.key.sort is Sort.MONTH:
            return (self.members.index(f"{facts.day_of(number):%Y-%m}"),)
        return tuple(sorted(map(self.members.index, self._members_with(codes[number]))))

    def _members_with(self, code: str) -> set[str]:
        """The members that a code is in: its column of the sheet, or itself and all it stands under."""
        if self.folding is not None:
            return {self.folding.member_of(code)}
        return {code, *above(self.key.codes, code)} if self.key.tree else {code}

    def members_from(self, first: int, last: int) -> list[int]:
        """The one place in the list of members for each number of a row of them (not for masks)."""
        if self.key.sort is not Sort.MONTH:
            return [self.members_of(number)[0] for number in range(first, last + 1)]
        days = [Period.parse(month) for month in self.members]
        ends = [facts.day_number(month.last) for month in days]
        return [
            place
            for place, end in enumerate(ends)
            for _day in range(max(first, end - days[place].days + 1), min(last, end) + 1)
        ]


def label(split: Split, member: str) -> str:
    """What a member of a split is called."""
    if member == TOTAL:
        return _("Total")
    if member == UNKNOWN:
        return NOT_CLASSIFIED.text(language())
    if split.key.names and member in split.key.names:
        return str(split.key.names[member])
    if split.folding is not None:
        return split.folding.label(member, language())
    if split.key.codes:
        return _in_tree(split.key.codes, member) if split.key.tree else plain_label(split, member)
    if split.key.sort is Sort.MONTH:
        return Period.parse(member).label(language())
    if split.banding is not None:
        return _band_label(next(band for band in split.banding.bands if band.label == member))
    return _("Online") if member == "true" else _("Not online")


def plain_label(split: Split, member: str) -> str:
    """What a member of a code list is called by itself."""
    return vocabulary(split.key.codes).label(member, language())


def above(codes: str, code: str) -> tuple[str, ...]:
    """What a code of a list stands under, the nearest first."""
    known = vocabulary(codes).get(code)
    return (known.group, *above(codes, known.group)) if known is not None and known.group else ()


def _in_tree(codes: str, code: str) -> str:
    """A name that stands in several places is said with the one above it."""
    listed, lang = vocabulary(codes), language()
    name = listed.label(code, lang)
    if sum(one.label(lang) == name for one in listed) > 1 and (over := above(codes, code)):
        return f"{listed.label(over[0], lang)}: {name}"
    return name


def _band_label(band: Band) -> str:
    if band.until is None:
        return _("%(first)s and over", first=band.first)
    if band.until == band.first + 1:
        return _("Aged %(first)s", first=band.first)
    if band.first == 0:
        return _("Under %(until)s", until=band.until)
    return _("%(first)s to under %(until)s", first=band.first, until=band.until)


def parse(asked: str, period: Period) -> tuple[Split, ...]:
    """The splits of 'age_band:law,sex', each at most once."""
    splits = tuple(one(part.strip(), period) for part in asked.split(",") if part.strip())
    names = [split.name for split in splits]
    for name in names:
        if names.count(name) > 1:
            raise Invalid({"by": [_("The key %(key)s is named twice.", key=name)]})
    return splits


def one(asked: str, period: Period) -> Split:
    """The split of 'sex' or 'age_band:procuracy'."""
    name, _colon, bands = asked.partition(":")
    key = KEYS.get(name)
    if key is None:
        raise Invalid({"by": [_("There is no key %(key)s. Keys: %(keys)s.", key=name, keys=", ".join(KEYS))]})
    if key.sort is Sort.BAND:
        banding = BANDINGS.get(bands or LAW.name)
        if banding is None:
            raise Invalid(
                {
                    "by": [
                        _(
                            "There are no bands %(bands)s. Bands: %(all)s.",
                            bands=bands,
                            all=", ".join(BANDINGS),
                        )
                    ]
                }
            )
        return Split(key, (*(band.label for band in banding.bands), UNKNOWN), banding)
    if bands:
        raise Invalid({"by": [_("The key %(key)s has no bands.", key=name)]})
    if key.sort is Sort.MONTH:
        return Split(key, tuple(month.code for month in period.months()))
    if key.fold:
        folding = columns.folding(key.fold, period.last)
        return Split(key, (*folding.members, UNKNOWN), folding=folding)
    return Split(key, unknown_last(items.COLUMNS[key.column].codes, key.name))


def unknown_last(codes: Sequence[str], key: str) -> tuple[str, ...]:
    """The members of a list as they are printed: the known ones in their order, then unknown."""
    known = tuple(code for code in codes if code != UNKNOWN)
    return known if key == "decision" else (*known, UNKNOWN)


def conditions(asked: str, period: Period) -> dict[Split, str]:
    """What 'sex=female,age_band:law=0-15' asks for: a member of each split."""
    wanted: dict[Split, str] = {}
    for part in (part.strip() for part in asked.split(",") if part.strip()):
        name, equals, member = part.partition("=")
        try:
            split = one(name.strip(), period)
        except Invalid as wrong:
            raise Invalid({"where": [said for each in wrong.errors.values() for said in each]}) from None
        if not equals or member not in (*split.members, TOTAL):
            members = ", ".join(split.members)
            raise Invalid({"where": [_("%(key)s is one of: %(members)s.", key=name, members=members)]})
        if split in wanted:
            raise Invalid({"where": [_("The key %(key)s is named twice.", key=split.asked_as)]})
        wanted[split] = member
    return wanted
