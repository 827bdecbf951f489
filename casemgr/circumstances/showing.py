"""How circumstances are laid out on a page: a spell in words with its history, the register of a commune as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from casemgr.children.terms import Card
from casemgr.circumstances import rules
from casemgr.circumstances.queries import Counted, Register, Registered, SpellShown
from casemgr.circumstances.terms import ENDS, HELPS, Decision, Kind, Spell, Support
from casemgr.core.text import given_name
from casemgr.core.words import _, language
from casemgr.web import charts
from casemgr.web.charts import Bar
from casemgr.web.duration import day_short, moment_words, money_words
from casemgr.web.words import date_words


@dataclass(frozen=True)
class SpellWords:
    """A spell as a page shows it."""

    id: UUID
    revision: int
    title: str
    group: str
    from_to: str
    state: str  # open, over, error
    tag: str
    facts: Sequence[tuple[str, str]]
    supports: Sequence[tuple[str, str, str]]  # key, words, more
    written: str
    before: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class LineWords:
    """A child on the list: given name and age, where to go; of a child at risk also in which danger it is."""

    who: str
    age: str
    dangers: Sequence[str]
    entry_id: UUID


def label(kind: Kind, code: str) -> str:
    """A code in the reader's words."""
    return rules.words(kind).label(code, language())


def spell_words(shown: SpellShown, names: Mapping[UUID, str], now: datetime) -> SpellWords:
    """A spell with its history in words."""
    spell = shown.spell
    group = rules.group_of(spell)
    state = "error" if spell.void else "open" if spell.until is None else "over"
    return SpellWords(
        id=shown.id,
        revision=shown.revision,
        title=label(spell.kind, spell.code),
        group=label(spell.kind, group) if group != spell.code else "",
        from_to=from_to(spell),
        state=state,
        tag={
            "error": _("Entered in error"),
            "open": _("At risk") if spell.kind is Kind.AT_RISK else _("Goes on"),
            "over": _("Ended"),
        }[state],
        facts=[(term, said) for term, said in _facts(spell) if said],
        supports=[(one.key, *_support(one)) for one in spell.supports],
        written=_written(shown.recorded_at, shown.recorded_by, names, now),
        before=[
            {
                "when": moment_words(old.recorded_at, now),
                "iso": old.recorded_at.isoformat(),
                "what": f"{label(old.spell.kind, old.spell.code)}, {from_to(old.spell)}",
                "who": names.get(old.recorded_by, "") if old.recorded_by else "",
            }
            for old in shown.before
        ],
    )


def from_to(spell: Spell) -> str:
    """From when to when, in words."""
    since = date_words(spell.since, str(spell.since_precision))
    if spell.until is None:
        return _("since %(day)s", day=since)
    return _("from %(since)s to %(until)s", since=since, until=date_words(spell.until, "day"))


def counts_table(register: Register) -> Sequence[tuple[str, str, int, str]]:
    """Letter, group, number of children, and the address of its list; a sensitive group opens no list."""
    rows = []
    for group in rules.groups(register.day):
        count = len(register.of_group(group.code))
        opens = count and not rules.is_sensitive(group.code)
        rows.append(
            (
                str(group.attributes.get("letter", "")),
                group.label(language()),
                count,
                group.code if opens else "",
            )
        )
    return rows


def bars(register: Register) -> Sequence[Bar]:
    """The groups that have children, as bars."""
    return charts.bars(
        [(f"{letter}) {name}", count) for letter, name, count, _code in counts_table(register) if count]
    )


def lines(found: Sequence[Registered], kind: Kind | None = None) -> Sequence[LineWords]:
    """Children of the list by their given names. Only dangers are named beside a child: among children whose groups
    stood there, the one without would be known by what is not said."""
    said = [
        LineWords(
            who=who(line.card),
            age=age_words(line),
            dangers=_dangers(line.spells) if kind is Kind.AT_RISK else (),
            entry_id=line.spells[0].spell_id,
        )
        for line in found
    ]
    return sorted(said, key=lambda one: (one.who, one.age))


def who(card: Card | None) -> str:
    """A child's given name."""
    return given_name(card.name) if card is not None and card.name else _("a child not yet named")


def age_words(line: Registered) -> str:
    """The age on the day of the register; not known is said."""
    age = line.spells[0].age
    if age is None:
        return _("age not known")
    return (
        _("%(age)s years", age=age)
        if line.card is not None and line.card.birth.date is not None
        else _("about %(age)s years", age=age)
    )


def _dangers(spells: Sequence[Counted]) -> Sequence[str]:
    said = [label(one.kind, one.group) for one in spells if one.kind is Kind.AT_RISK]
    return list(dict.fromkeys(said))


def _facts(spell: Spell) -> Sequence[tuple[str, str]]:
    ended = ", ".join(
        part for part in (str(ENDS[spell.ended]) if spell.ended else "", spell.ended_note) if part
    )
    return [
        (_("Reasons") if spell.kind is Kind.AT_RISK else _("On what it rests"), spell.basis or ""),
        (_("How is it known"), spell.known_by or ""),
        (_("Decision"), decision_words(spell.decision)),
        (_("Why it ended"), ended),
        (_("Corrected because"), spell.why_changed or ""),
        (_("Basis in law"), rules.basis_of(spell)),
    ]


def decision_words(decision: Decision) -> str:
    """Number, day and authority of a decision in one line."""
    day = day_short(decision.day) if decision.day else ""
    return ", ".join(part for part in (decision.number, day, decision.authority) if part)


def _support(support: Support) -> tuple[str, str]:
    since = day_short(support.since) if support.since else ""
    until = day_short(support.until) if support.until else ""
    when = (
        _("from %(since)s to %(until)s", since=since, until=until) if until else _("since %(day)s", day=since)
    )
    money = money_words(support.amount) if support.amount is not None else ""
    decision = decision_words(support.decision)
    more = [money, support.source or "", decision, support.note or ""]
    return f"{HELPS[support.kind]}, {when}", ", ".join(part for part in more if part)


def _written(at: datetime, by: UUID | None, names: Mapping[UUID, str], now: datetime) -> str:
    name = names.get(by, "") if by else ""
    return _("recorded %(moment)s by %(name)s", moment=moment_words(at, now), name=name)


def title_of_day(day: date, today: date) -> str:
    """The day of the register in words."""
    return _("today") if day == today else day_short(day)
