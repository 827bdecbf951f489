"""What a person types about proceedings: news of a crime, a sanction, a decision in criminal proceedings."""

import datetime
from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID, uuid4

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from casemgr.core.calendar import LOCAL, at_local
from casemgr.core.text import clean, identifier
from casemgr.core.words import _, _l, language
from casemgr.intake.terms import Suspect
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.proceedings.terms import (
    APPEALS,
    STAGES,
    VERDICTS,
    WAYS,
    Appeal,
    Body,
    CrimeReport,
    Criminal,
    CriminalStage,
    Person,
    Sanction,
    Verdict,
    Way,
)
from casemgr.web.forms import (
    BaseForm,
    DayField,
    MoneyField,
    Several,
    TimeField,
    line,
    number,
    stored_version,
    text,
)

SOMEBODY_ELSE = "other"


class Entry(BaseForm):
    """What every page of proceedings sends along: its mark, the version that was read, a correction."""

    form_id = HiddenField()
    revision = stored_version()
    also = Several(_l("Record it for these children of the report too"), choices=list)
    void = BooleanField(_l("This entry was made in error: keep it visible, count it nowhere"))
    why = text(_l("Why it is corrected"), longest=1000)

    @classmethod
    def ready(cls, stored: dict[str, Any], siblings: Sequence[tuple[str, str]], revision: int = 0) -> Self:
        """The form with what is stored; a new one has its own mark."""
        form = cls.typed({"form_id": uuid4().hex, "revision": revision, **stored})
        form.also.choices = list(siblings)
        return form

    def sent_as(self) -> UUID | None:
        """The mark of the page that was sent."""
        return identifier(self.form_id.data)


class CrimeForm(Entry):
    """Signs of a crime, reported."""

    body = SelectField(_l("Reported to"), [Optional()], choices=[])
    body_name = line(_l("Name of the office"), description=_l("For example: Commune police of …"))
    day = DayField(_l("Day"), [Optional()])
    time = TimeField(_l("Time, as 21:40"), [Optional()])
    way = RadioField(_l("How"), [Optional()], choices=[(one.value, said) for one, said in WAYS.items()])
    to_whom = line(_l("Who took it"))
    sent = text(_l("What was said or sent"), longest=2000)
    written_on = DayField(_l("Sent in writing on"), [Optional()])
    receipt_number = line(_l("Number of the receipt"), longest=80)
    receipt_on = DayField(_l("Day of the receipt"), [Optional()])
    received_by = line(_l("Who signed the receipt"))
    note = text(_l("Note"), longest=2000)

    @staticmethod
    def stored(news: CrimeReport, at: datetime.datetime) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        local = at.astimezone(LOCAL)
        return {
            "body": news.body.code or "",
            "body_name": news.body.name,
            "day": local.date(),
            "time": local.time(),
            "way": news.way.value if news.way else None,
            **{name: getattr(news, name) for name in _NEWS},
        }

    def at(self) -> datetime.datetime | None:
        """When it was reported."""
        return at_local(self.day.data, self.time.data) if self.day.data and self.time.data else None

    def news(self) -> CrimeReport:
        """What was typed."""
        return CrimeReport(
            body=Body(self.body.data or None, self.body_name.data),
            way=Way(self.way.data) if self.way.data else None,
            **{name: self[name].data for name in _NEWS},
        )


_NEWS = ("to_whom", "sent", "written_on", "receipt_number", "receipt_on", "received_by", "note")


class AgainstForm(Entry):
    """Against whom."""

    person = RadioField(_l("Against whom"), [Optional()], choices=[])
    name = line(_l("Full name"), description=_l("As it stands in the decision"))
    birth_year = number(_l("Birth year"), least=1900, most=2200)
    identity = line(_l("Identity number"), longest=20, description=_l("If the decision has it"))

    def offer(self, suspects: Sequence[Suspect], chosen: Person | None = None) -> Self:
        """Offer those whom the report names, and somebody else."""
        listed = [(one.ref, one.name or _("Not yet named")) for one in suspects]
        if chosen is not None and chosen.ref and chosen.ref not in {ref for ref, _name in listed}:
            listed.append((chosen.ref, chosen.name or chosen.ref))
        self.person.choices = [*listed, (SOMEBODY_ELSE, _("Somebody else, or an organisation"))]
        return self

    def against(self, suspects: Sequence[Suspect], *, organisation: bool = False) -> Person:
        """The person as typed; whom the report names keeps that name unless another was written."""
        ref = self.person.data if self.person.data not in (None, "", SOMEBODY_ELSE) else None
        told = next((one.name for one in suspects if one.ref == ref), None)
        return Person(
            ref,
            self.name.data or told,
            self.birth_year.data,
            clean(self.identity.data or "") or None,
            organisation,
        )

    @staticmethod
    def stored_person(person: Person) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        return {
            "person": person.ref or SOMEBODY_ELSE,
            "name": person.name,
            "birth_year": person.birth_year,
            "identity": person.identity,
            "organisation": person.organisation,
        }


class SanctionForm(AgainstForm):
    """An administrative decision."""

    organisation = BooleanField(_l("It is an organisation: the fine is twice as much"))
    act = SelectField(_l("Act"), [Optional()], choices=[])
    outcome = RadioField(_l("What was decided"), [Optional()], choices=[])
    amount = MoneyField(_l("Amount of the fine (đồng)"), [Optional()])
    remedies = Several(_l("Remedies"), choices=list)
    record_number = line(_l("Number of the minutes"), longest=80)
    record_on = DayField(_l("Day of the minutes"), [Optional()])
    number = line(_l("Number of the decision"), longest=80)
    day = DayField(_l("Day of the decision"), [Optional()])
    body = SelectField(_l("Who decided"), [Optional()], choices=[])
    body_name = line(_l("Name of the office"))
    paid_on = DayField(_l("Paid on"), [Optional()])
    refused = BooleanField(_l("Does not comply"))
    appealed_on = DayField(_l("Complaint on"), [Optional()])
    appeal = RadioField(
        _l("What became of the complaint"),
        [Optional()],
        choices=[(one.value, said) for one, said in APPEALS.items()],
    )
    note = text(_l("Note"), longest=2000)

    @staticmethod
    def stored(sanction: Sanction) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        return {
            **{name: getattr(sanction, name) for name in _SANCTION},
            "act": sanction.act or "",
            "body": sanction.body.code or "",
            "body_name": sanction.body.name,
            "appeal": sanction.appeal.value if sanction.appeal else None,
        }

    def sanction(self) -> Sanction:
        """What was typed."""
        told: dict[str, Any] = {name: self[name].data for name in _SANCTION}
        return Sanction(
            **{**told, "remedies": tuple(told["remedies"] or ()), "refused": bool(told["refused"])},
            act=self.act.data or None,
            body=Body(self.body.data or None, self.body_name.data),
            appeal=Appeal(self.appeal.data) if self.appeal.data else None,
        )


_SANCTION = (
    *("outcome", "record_number", "record_on", "number", "day", "amount", "remedies", "paid_on", "refused"),
    *("appealed_on", "note"),
)


class CriminalForm(AgainstForm):
    """A decision in criminal proceedings."""

    offence = SelectField(_l("Offence"), [Optional()], choices=[])
    stage = RadioField(
        _l("How far it has come"), [Optional()], choices=[(one.value, said) for one, said in STAGES.items()]
    )
    number = line(_l("Number of the decision"), longest=80)
    day = DayField(_l("Day of the decision"), [Optional()])
    body = SelectField(_l("Who decided"), [Optional()], choices=[])
    body_name = line(_l("Name of the office"))
    reason = text(_l("Reason, if it was not opened or is suspended"), longest=2000)
    verdict = RadioField(
        _l("What the court decided"),
        [Optional()],
        choices=[(one.value, said) for one, said in VERDICTS.items()],
    )
    final = BooleanField(_l("The judgment is final"))
    sentence = text(_l("Sentence"), longest=2000)
    note = text(_l("Note"), longest=2000)

    @staticmethod
    def stored(criminal: Criminal) -> dict[str, Any]:
        """What is stored, as the form shows it."""
        return {
            **{name: getattr(criminal, name) for name in _CRIMINAL},
            "offence": criminal.offence or "",
            "stage": criminal.stage.value if criminal.stage else None,
            "verdict": criminal.verdict.value if criminal.verdict else None,
            "body": criminal.body.code or "",
            "body_name": criminal.body.name,
        }

    def criminal(self) -> Criminal:
        """What was typed."""
        told: dict[str, Any] = {name: self[name].data for name in _CRIMINAL}
        return Criminal(
            **{**told, "final": bool(told["final"])},
            offence=self.offence.data or None,
            stage=CriminalStage(self.stage.data) if self.stage.data else None,
            verdict=Verdict(self.verdict.data) if self.verdict.data else None,
            body=Body(self.body.data or None, self.body_name.data),
        )


_CRIMINAL = ("number", "day", "reason", "final", "sentence", "note")


def bodies(of: str, today: datetime.date) -> list[tuple[str, str]]:
    """The bodies that take or decide such a thing, by their names of today; none is chosen."""
    listed = vocabulary("proceeding_bodies")
    fitting = [code for code in listed.on(today) if code.attributes.get(of) is True]
    return [("", _("Choose")), *((code.code, code.label(language())) for code in fitting)]


def acts(today: datetime.date) -> dict[str, list[tuple[str, str]]]:
    """The acts by their decree, each with its article; one whose text was not read says so."""
    found: dict[str, list[tuple[str, str]]] = {_("Not chosen yet"): [("", _("Choose"))]}
    for code in vocabulary("administrative_violations").on(today):
        decree = code.cite(language()).split(",")[0]
        found.setdefault(decree, []).append((code.code, f"{_article(code)}{code.label(language())}"))
    return found


def offences(today: datetime.date) -> list[tuple[str, str]]:
    """The offences with their articles."""
    listed = vocabulary("criminal_offences").on(today)
    return [("", _("Choose")), *((code.code, f"{_article(code)}{code.label(language())}") for code in listed)]


def outcomes(today: datetime.date, *, remedies: bool) -> list[tuple[str, str]]:
    """What can be decided, or what is ordered beside it."""
    listed = vocabulary("sanction_outcomes").on(today)
    return [(code.code, code.label(language())) for code in listed if (code.code in REMEDIES) is remedies]


REMEDIES = frozenset({"medical_costs", "end_of_care", "repay_gain"})


def _article(code: Code) -> str:
    cited = code.basis.cite(language())
    return f"{cited.split(', ', 1)[1]}: " if ", " in cited else ""
