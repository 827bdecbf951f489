"""What a person types about circumstances: the group, since when, on what it rests; the end; support; a child's card."""

import datetime
import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from casemgr.children.terms import Birth, Card, Detail, Precision, Sex
from casemgr.circumstances import rules
from casemgr.circumstances.terms import ENDS, HELPS, Decision, End, Help, Kind, Spell, Support
from casemgr.core.errors import Invalid
from casemgr.core.text import identifier
from casemgr.core.words import _, _l, language
from casemgr.web.forms import (
    BaseForm,
    BirthParts,
    DateParts,
    DayField,
    MoneyField,
    line,
    one_of,
    pick,
    stored_version,
    text,
)

_RISK = "risk."


def coded(spell: Spell) -> str:
    """A spell's code as the list on the page has it."""
    return f"{_RISK}{spell.code}" if spell.kind is Kind.AT_RISK else spell.code


def choices(on: datetime.date) -> dict[str, list[tuple[str, str]]]:
    """Groups with their sub-groups, then the dangers of harm; none is chosen."""
    lang, listed = language(), rules.words(Kind.SPECIAL)
    found: dict[str, list[tuple[str, str]]] = {_("Not chosen yet"): [("", _("Choose"))]}
    for group in rules.groups(on):
        inside = [code for code in listed.on(on) if code.group == group.code]
        letter = group.attributes.get("letter")
        found[f"{letter}) {group.label(lang)}"] = [
            (group.code, f"{group.label(lang)} ({_('sub-group not known')})"),
            *((code.code, code.label(lang)) for code in inside),
        ]
    found[_("Children at risk")] = [(_RISK + code.code, code.label(lang)) for code in rules.dangers(on)]
    return found


class SpellForm(BaseForm):
    """One spell."""

    form_id = HiddenField()
    revision = stored_version()
    code = SelectField(_l("Group and sub-group"), [Optional()], choices=[])
    since = FormField(DateParts, label=_l("Since when"))
    known_by = line(
        _l("How is it known"), description=_l("For example: home visit, report of the school, hospital paper")
    )
    basis = text(
        _l("On what it rests"), description=_l("The finding or paper; for a child at risk, the reasons")
    )
    decision_number = line(_l("Number of the decision"), longest=80)
    decision_day = DayField(_l("Day of the decision"), [Optional()])
    decision_authority = line(_l("Who decided"))
    until = DayField(_l("Last day"), [Optional()], description=_l("Leave it empty while it goes on"))
    ended = RadioField(
        _l("Why it ended"), [Optional()], choices=[(one.value, said) for one, said in ENDS.items()]
    )
    ended_note = line(_l("More on why it ended"), longest=500)
    void = BooleanField(_l("This entry was made in error: keep it visible, count it nowhere"))
    why = text(_l("Why it is corrected"), longest=1000)

    @classmethod
    def on(cls, today: datetime.date, spell: Spell | None = None, revision: int = 0) -> "SpellForm":
        """The form with what is stored."""
        form = cls.typed({**_filled(spell), "form_id": uuid4().hex, "revision": revision})
        form.code.choices = choices(today)
        form.since.form.not_after(today, _l("The first day lies in the future."))
        return form

    def checked(self) -> "SpellForm":
        """The form, or an objection that names each field that cannot be read."""
        self.check()
        if not self.code.data:
            raise Invalid({"code": [_("Choose the group.")]})
        if self.since.form.value()[0] is None:
            raise Invalid({"since": [_("Write since when: a day, a month or a year.")]})
        return self

    def spell(self) -> Spell:
        """What was typed."""
        day, precision = self.since.form.value()
        code = self.code.data or ""
        return Spell(
            kind=Kind.AT_RISK if code.startswith(_RISK) else Kind.SPECIAL,
            code=code.removeprefix(_RISK),
            since=day or datetime.date.max,
            since_precision=Precision(precision or Precision.DAY),
            until=self.until.data,
            ended=End(self.ended.data) if self.ended.data else None,
            ended_note=self.ended_note.data,
            known_by=self.known_by.data,
            basis=self.basis.data,
            decision=Decision(
                self.decision_number.data, self.decision_day.data, self.decision_authority.data
            ),
            void=bool(self.void.data),
        )

    def sent_as(self) -> UUID | None:
        """The mark of the page that was sent."""
        return identifier(self.form_id.data)


class NewChildForm(BaseForm):
    """A child that has no file yet."""

    name = line(_l("Full name"), description=_l("A name the child is called by will do"))
    sex = one_of(_l("Sex"), "sexes")
    birth = FormField(BirthParts, label=_l("Born, or about how old"))
    ethnic_group = pick(_l("Ethnic group"), "ethnic_groups")
    disability = one_of(_l("Disability"), "disability")

    @classmethod
    def on(cls, today: datetime.date) -> "NewChildForm":
        """The empty form, or what was typed."""
        form = cls.typed()
        form.birth.form.not_after(today, _l("The birth date lies in the future."))
        return form

    def card(self) -> Card:
        """Who the child is."""
        day, precision = self.birth.form.value()
        age = self.birth.form.age.data
        known = Precision(precision or ("estimated" if age is not None else "unknown"))
        return Card(
            self.name.data,
            Sex(self.sex.data) if self.sex.data else None,
            Birth(day, known, None if day else age),
        )

    def detail(self, unit_code: str | None) -> Detail:
        """More about the child: it lives in the commune that registers it."""
        return Detail(
            ethnic_group=self.ethnic_group.data or None,
            disability=self.disability.data or None,
            residence_unit_code=unit_code,
        )


class EndForm(BaseForm):
    """The end of a spell."""

    revision = stored_version()
    until = DayField(_l("Last day"), [Optional()])
    ended = RadioField(
        _l("Why it ended"), [Optional()], choices=[(one.value, said) for one, said in ENDS.items()]
    )
    ended_note = line(_l("More on why it ended"), longest=500)


class SupportForm(BaseForm):
    """One line of support."""

    revision = stored_version()
    key = HiddenField()
    kind = RadioField(
        _l("Kind of support"), [Optional()], choices=[(one.value, said) for one, said in HELPS.items()]
    )
    since = DayField(_l("First day"), [Optional()])
    until = DayField(_l("Last day"), [Optional()], description=_l("Leave it empty while it goes on"))
    amount = MoneyField(
        _l("Amount (đồng)"), [Optional()], description=_l("A month for an allowance, else in all")
    )
    source = line(_l("Paid from"), longest=300)
    decision_number = line(_l("Number of the decision"), longest=80)
    decision_day = DayField(_l("Day of the decision"), [Optional()])
    decision_authority = line(_l("Who decided"))
    note = line(_l("Note"), longest=1000)

    @classmethod
    def of(cls, support: Support | None, revision: int) -> "SupportForm":
        """The form with what is stored, or for a new line."""
        known: dict[str, Any] = {"revision": revision, "key": secrets.token_hex(4)}
        if support is not None:
            known |= {
                "key": support.key,
                "kind": support.kind.value,
                "since": support.since,
                "until": support.until,
                "amount": support.amount,
                "source": support.source,
                **_decided(support.decision),
                "note": support.note,
            }
        return cls.typed(known)

    def support(self) -> Support:
        """What was typed."""
        self.check()
        if not self.kind.data:
            raise Invalid({"kind": [_("Choose the kind of support.")]})
        return Support(
            key=(self.key.data or "")[:16],
            kind=Help(self.kind.data),
            since=self.since.data,
            until=self.until.data,
            amount=self.amount.data,
            source=self.source.data,
            decision=Decision(
                self.decision_number.data, self.decision_day.data, self.decision_authority.data
            ),
            note=self.note.data,
        )


def replaced(spell: Spell, until: datetime.date | None, ended: End | None, note: str | None) -> Spell:
    """A spell with its end."""
    return replace(spell, until=until, ended=ended, ended_note=note)


def read_day(told: str) -> datetime.date:
    """A day as it stands in an address or in a box."""
    parts = told.strip().split("/")
    return datetime.date(*map(int, reversed(parts))) if len(parts) == 3 else datetime.date.fromisoformat(told)


def _filled(spell: Spell | None) -> dict[str, Any]:
    if spell is None:
        return {}
    return {
        "code": coded(spell),
        "since": DateParts.spread(spell.since, str(spell.since_precision)),
        "known_by": spell.known_by,
        "basis": spell.basis,
        **_decided(spell.decision),
        "until": spell.until,
        "ended": spell.ended.value if spell.ended else None,
        "ended_note": spell.ended_note,
        "void": spell.void,
    }


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "decision_number": decision.number,
        "decision_day": decision.day,
        "decision_authority": decision.authority,
    }
