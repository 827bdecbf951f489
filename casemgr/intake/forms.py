"""What a person types about a report: Mẫu 01 in its groups, and the decision."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from wtforms import FormField, RadioField, SelectField, StringField
from wtforms.validators import Optional, StopValidation, ValidationError

from casemgr.children.terms import Birth, Parent, Precision, Sex
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.text import clean, identity_number, phone_number
from casemgr.core.words import _, _l
from casemgr.intake.terms import Decision, Incident, Relation, Reporter, Story, Suspect, ToldChild
from casemgr.places.terms import Reading, Resolution
from casemgr.web.forms import BaseForm, BirthParts, DateParts, line, number, one_of, pick, several, text

_YES_NO = (("yes", _l("Yes")), ("no", _l("No")), ("unknown", _l("Unclear")))
_OLDEST = datetime.timedelta(days=366)


def _has_digits(text: str | None) -> bool:
    """Whether a number was typed at all: "không có" is none."""
    return any(character.isdecimal() for character in text or "")


def _yes(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _said(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


@dataclass(frozen=True)
class Communes:
    """The communes that a list offers, and what any code means on the day that counts."""

    listed: Sequence[tuple[str, str]]
    meaning: Callable[[str], Resolution]

    def split(self, code: str | None) -> tuple[str, str | None]:
        """A code as the two fields show it: in the list, or written beside it."""
        return (code or "", None) if code in {known for known, _name in self.listed} else ("", code)


class UnitField(SelectField):
    """A commune: those of the province in a list, any other by its code."""

    def __init__(self, label: object, **options: Any) -> None:
        super().__init__(label, [Optional()], choices=[], validate_choice=False, **options)


class CommuneCode(StringField):
    """The code of a commune that is not in the list beside it; it must mean one commune."""

    def __init__(self, label: object, *, beside: str, **options: Any) -> None:
        filters = [lambda value: clean(value or "") or None]
        super().__init__(label, [Optional()], filters=filters, **options)
        self.beside = beside
        self.communes: Communes | None = None

    def pre_validate(self, form: Any) -> None:
        """Object to a code that means no commune. One that was stored before may stand until somebody knows better."""
        chosen, chosen_before = (form[self.beside].data or None, form[self.beside].object_data or None)
        if self.communes is None or (self.data, chosen) == (self.object_data, chosen_before):
            return
        both_new = self.data != self.object_data and chosen != chosen_before
        if both_new and self.data and chosen and self.data != chosen:
            raise StopValidation(_("Choose the commune in the list or write its code, not both."))
        code = self.meant(form)
        wrong = fault(code, self.communes.meaning(code)) if code else ""
        if wrong:
            raise StopValidation(wrong)

    def meant(self, form: Any) -> str | None:
        """The code that counts: of this field and the list beside it the one that was changed."""
        chosen = form[self.beside].data or None
        return chosen if chosen and self.data == self.object_data else self.data or chosen

    def in_words(self) -> str:
        """The commune that the code means, or the code alone."""
        found = self.communes.meaning(self.data).unit if self.communes and self.data else None
        return f"{found.name} ({self.data})" if found is not None else self.data or ""

    def became(self) -> str:
        """Which communes a stored code may mean now, if it no longer means one."""
        if self.communes is None or not self.object_data:
            return ""
        found = self.communes.meaning(self.object_data)
        return fault(self.object_data, found) if found.reading is Reading.DIVIDED else ""


def fault(code: str, found: Resolution) -> str:
    """What is wrong with a code that should mean one commune; nothing if it does."""
    if found.unit is not None:
        return ""
    if found.reading is Reading.DIVIDED and found.candidates:
        return _(
            "The commune with the code %(code)s was divided. Choose the one that is meant: %(communes)s.",
            code=code,
            communes=", ".join(f"{unit.name} ({unit.code})" for unit in found.candidates),
        )
    if found.reading is Reading.NEVER_IN_FORCE:
        return _(
            "There is no commune with the code %(code)s. Choose it in the list, or write its five digits.",
            code=code,
        )
    return f"{code}: {found.reason}"


class FormOne(BaseForm):
    """A group of Mẫu 01 that is filled in with what is stored."""

    official = "01"

    def stored(self) -> Self:
        """The same group as it is stored, whatever was typed."""
        kept = type(self)(None, data={field.short_name: field.object_data for field in self})
        for field in self:
            if isinstance(field, SelectField):
                kept[field.short_name].choices = field.choices
            if isinstance(field, CommuneCode):
                kept[field.short_name].communes = field.communes
        return kept

    def offer(self, field: str, communes: Communes, nothing: str) -> Self:
        """Give a commune its list, and the code beside it its meaning."""
        for code in self:
            if isinstance(code, CommuneCode) and code.beside == field:
                code.communes = communes
        return self.ask(field, [("", nothing), *communes.listed])


class SourceForm(BaseForm):
    """Group 1: who reports, when, by which way; is the child in danger now."""

    official = "01"

    channel = one_of(_l("How did the report come?"), "channels")
    day = number(_l("Day"), least=1, most=31)
    month = number(_l("Month"), least=1, most=12)
    year = number(_l("Year"), least=2000, most=2200)
    time = StringField(  # not Optional(): left empty too, the day beside it is looked at
        _l("Time of receipt, 24 hours"), filters=[lambda value: clean(value or "") or None]
    )
    danger = RadioField(_l("Is the child in danger right now?"), [Optional()], choices=list(_YES_NO))
    subject = one_of(_l("Which kind of child is it about?"), "at_risk")
    anonymous = RadioField(_l("Does the reporter want to stay unknown?"), [Optional()], choices=list(_YES_NO))
    reporter_kind = pick(_l("Who reports?"), "reporter_kinds")
    reporter_name = line(_l("Name of the reporter"))
    reporter_phone = line(_l("Telephone of the reporter"), longest=40)
    reporter_address = line(_l("Address of the reporter"))
    reporter_note = text(_l("Further notes on the reporter"))
    kind = one_of(_l("What is asked for?"), "kinds")  # this and what follows only the hotline asks
    reporter_sex = one_of(_l("Sex of the reporter"), "sexes")
    reporter_age = number(_l("Age of the reporter"), most=120)
    reporter_ethnic_group = pick(_l("Ethnic group of the reporter"), "ethnic_groups")

    now: datetime.datetime

    @classmethod
    def at(cls, now: datetime.datetime) -> "SourceForm":
        """The form with the present moment as the time of receipt; it can be set back, never forward."""
        local = now.astimezone(LOCAL)
        form = cls.typed(
            {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
        )
        form.now = now
        return form

    def received_at(self) -> datetime.datetime:
        """The time of receipt; what was left empty is now."""
        local = self.now.astimezone(LOCAL)
        clock = self._clock() or local.time()
        day = (self.year.data or local.year, self.month.data or local.month, self.day.data or local.day)
        instant = datetime.datetime.combine(datetime.date(*day), clock, LOCAL)
        # The minute that is running counts as now: the box holds no seconds.
        return min(instant, self.now) if instant - self.now < datetime.timedelta(minutes=1) else instant

    def _clock(self) -> datetime.time | None:
        return datetime.time.fromisoformat(self.time.data.zfill(5)) if self.time.data else None

    def validate_time(self, field: StringField) -> None:
        try:
            instant = self.received_at()
        except (ValueError, TypeError):
            raise ValidationError(_("Write the time like 21:40, and a day that exists.")) from None
        if instant > self.now:
            raise ValidationError(
                _("The time of receipt lies in the future. It can be set back, never forward.")
            )
        if self.now - instant > _OLDEST:
            raise ValidationError(_("The time of receipt is more than a year ago. Correct the date."))

    def reporter(self) -> Reporter:
        """Who told it."""
        return Reporter(
            anonymous=_yes(self.anonymous.data),
            kind=self.reporter_kind.data or None,
            name=self.reporter_name.data,
            phone=self.reporter_phone.data,
            address=self.reporter_address.data,
            note=self.reporter_note.data,
            sex=Sex(self.reporter_sex.data) if self.reporter_sex.data else None,
            age=self.reporter_age.data,
            ethnic_group=self.reporter_ethnic_group.data or None,
        )

    def urgency(self) -> str | None:
        """What the danger question says about urgency."""
        return {"yes": "emergency", "no": "not_emergency", "unknown": "unknown"}.get(self.danger.data or "")


class ChildForm(FormOne):
    """Group 2: one child, as far as it was told."""

    name = line(_l("Full name"), description=_l("A name the child is called by will do"))
    sex = one_of(_l("Sex"), "sexes")
    birth = FormField(BirthParts, label=_l("Born, or about how old"))
    identity = line(_l("Personal number"), longest=40, description=_l("Twelve digits, if somebody knows it"))
    ethnic_group = pick(_l("Ethnic group"), "ethnic_groups")
    disability = one_of(_l("Disability"), "disability")
    residence = UnitField(_l("Commune where the child lives"))
    residence_other = CommuneCode(_l("If elsewhere: code of the commune"), beside="residence")
    harms = several(_l("Kinds of harm"), "harms")
    condition = text(_l("How is the child now?"))
    feared_consequences = text(_l("What is feared if nobody helps?"))

    @classmethod
    def of(cls, child: ToldChild, communes: Communes, received_at: datetime.datetime) -> "ChildForm":
        """The form with what is known."""
        listed, elsewhere = communes.split(child.residence_unit_code)
        form = cls.typed(
            {
                "name": child.name,
                "sex": child.sex,
                "birth": {
                    **DateParts.spread(child.birth.date, child.birth.precision),
                    "age": child.birth.age_estimate,
                },
                "identity": child.identity,
                "ethnic_group": child.ethnic_group or "",
                "disability": child.disability,
                "residence": listed,
                "residence_other": elsewhere,
                "harms": child.harms or (),
                "condition": child.condition,
                "feared_consequences": child.feared_consequences,
            }
        )
        late = _l('Birth date is after the report. Correct it or choose "estimated".')
        form.birth.form.not_after(local_day(received_at), late)
        return form.offer("residence", communes, _("Not told"))

    def validate_identity(self, field: StringField) -> None:
        if _has_digits(field.data) and identity_number(field.data) is None:
            raise ValidationError(_("A personal number has twelve digits, or nine as it was before."))

    def child(self, before: ToldChild) -> ToldChild:
        """What is known now; what this form does not ask stays."""
        date, precision = self.birth.form.value()
        age = self.birth.form.age.data
        return replace(
            before,
            name=self.name.data,
            sex=Sex(self.sex.data) if self.sex.data else None,
            birth=Birth(
                date,
                Precision(precision or ("estimated" if age is not None else "unknown")),
                None if date else age,
            ),
            identity=identity_number(self.identity.data),
            ethnic_group=self.ethnic_group.data or None,
            disability=self.disability.data or None,
            residence_unit_code=self.residence_other.meant(self),
            harms=tuple(self.harms.data) or None,
            condition=self.condition.data,
            feared_consequences=self.feared_consequences.data,
        )


class IncidentForm(FormOne):
    """Group 3: what happened, where, when."""

    description = text(_l("What happened, in the words of the reporter"))
    unit = UnitField(_l("Commune where it happened"))
    unit_other = CommuneCode(_l("If elsewhere: code of the commune"), beside="unit")
    address = line(_l("Place in the commune"), description=_l("Hamlet, house, school"))
    occurred = FormField(DateParts, label=_l("When did it happen?"))
    environment = one_of(_l("In which surroundings?"), "environments")
    online = RadioField(_l("Did the internet play a part?"), [Optional()], choices=list(_YES_NO))

    @classmethod
    def of(cls, incident: Incident, communes: Communes, received_at: datetime.datetime) -> "IncidentForm":
        """The form with what is known."""
        listed, elsewhere = communes.split(incident.unit_code)
        form = cls.typed(
            {
                "description": incident.description,
                "unit": listed,
                "unit_other": elsewhere,
                "address": incident.address,
                "occurred": DateParts.spread(incident.occurred_on, incident.precision),
                "environment": incident.environment,
                "online": _said(incident.online),
            }
        )
        late = _l("The incident lies after the report. Correct the date.")
        form.occurred.form.not_after(local_day(received_at), late)
        return form.offer("unit", communes, _("Not told"))

    def incident(self) -> Incident:
        """What is known now."""
        date, precision = self.occurred.form.value()
        return Incident(
            unit_code=self.unit_other.meant(self),
            address=self.address.data,
            occurred_on=date,
            precision=Precision(precision) if precision else None,
            environment=self.environment.data or None,
            online=_yes(self.online.data),
            description=self.description.data,
        )


class SuspectForm(FormOne):
    """Group 4: one person alleged to have done harm."""

    name = line(_l("Name, or a description"))
    sex = one_of(_l("Sex"), "sexes")
    age = number(_l("Age in years"), least=0, most=120)
    is_carer = RadioField(_l("Does this person take care of the child?"), [Optional()], choices=list(_YES_NO))

    @classmethod
    def of(cls, suspect: Suspect) -> "SuspectForm":
        """The form with what is known."""
        return cls.typed(
            {
                "name": suspect.name,
                "sex": suspect.sex,
                "age": suspect.age,
                "is_carer": _said(suspect.is_carer),
            }
        )

    def suspect(self, before: Suspect, relations: dict[str, str]) -> Suspect:
        """What is known now, with what the person is to each child."""
        return replace(
            before,
            name=self.name.data,
            sex=Sex(self.sex.data) if self.sex.data else None,
            age=self.age.data,
            is_carer=_yes(self.is_carer.data),
            relations=tuple(Relation(child, told) for child, told in sorted(relations.items()) if told),
        )


class FamilyForm(FormOne):
    """Group 5: family of one child, where the child is, what was done already."""

    father_name = line(_l("Father: name"))
    father_age = number(_l("Father: age"), most=120)
    father_occupation = line(_l("Father: occupation"))
    mother_name = line(_l("Mother: name"))
    mother_age = number(_l("Mother: age"), most=120)
    mother_occupation = line(_l("Mother: occupation"))
    family = text(_l("Circumstances of the family"))
    carer = line(_l("Who takes care of the child now?"))
    phone = line(_l("Telephone of the family or carer"), longest=40)
    whereabouts = line(_l("Where is the child now?"), description=_l("Kept hidden; each look is logged"))
    actions_taken = text(_l("What was done before this report?"))
    secrecy = line(_l("Level of secrecy and who may be told"), description=_l("Decree 56/2017, Article 24"))

    @classmethod
    def of(cls, child: ToldChild, *, actions_taken: str | None, secrecy: str | None) -> "FamilyForm":
        """The form with what is known; where the child is is never filled in again."""
        return cls.typed(
            {
                **{f"father_{part}": getattr(child.father, part) for part in ("name", "age", "occupation")},
                **{f"mother_{part}": getattr(child.mother, part) for part in ("name", "age", "occupation")},
                "family": child.family,
                "carer": child.carer,
                "phone": child.phone,
                "actions_taken": actions_taken,
                "secrecy": secrecy,
            }
        )

    def child(self, before: ToldChild) -> ToldChild:
        """What is known now."""
        return replace(
            before,
            father=Parent(self.father_name.data, self.father_age.data, self.father_occupation.data),
            mother=Parent(self.mother_name.data, self.mother_age.data, self.mother_occupation.data),
            family=self.family.data,
            carer=self.carer.data,
            phone=phone_number(self.phone.data),
        )

    def validate_phone(self, field: StringField) -> None:
        if _has_digits(field.data) and phone_number(field.data) is None:
            raise ValidationError(_("Write the telephone with ten digits, for example 0912 345 678."))


class HotlineForm(FormOne):
    """What the sheets of hotline 111 ask beside Mẫu 01. Nothing of it must be told."""

    official = ""

    problems = several(_l("What was it about?"), "hotline_problems")
    results = several(_l("What came of it?"), "hotline_results")

    @classmethod
    def of(cls, known: Story) -> "HotlineForm":
        """The form with what is known."""
        return cls.typed({"problems": known.problems or (), "results": known.results or ()})

    def story(
        self, known: Story, groups: Mapping[str, Sequence[str]], kinds: Mapping[str, str | None]
    ) -> Story:
        """What is known now: groups by the mark of a child, kinds by the mark of a person alleged."""
        return replace(
            known,
            problems=tuple(sorted(self.problems.data)) or None,
            results=tuple(sorted(self.results.data)) or None,
            children=tuple(
                replace(child, groups=tuple(sorted(groups.get(child.ref, ()))) or None)
                for child in known.children
            ),
            suspects=tuple(
                replace(suspect, kind=kinds.get(suspect.ref) or None) for suspect in known.suspects
            ),
        )


class DecisionForm(FormOne):
    """The decision on a report. None is chosen for anybody."""

    decision = RadioField(_l("Decision"), [Optional()], choices=[], validate_choice=False)
    reason = text(_l("Reason, or who checked, how and when"))
    unit_code = UnitField(_l("Commune where it happened"))
    unit_other = CommuneCode(_l("If elsewhere: code of the commune"), beside="unit_code")

    @classmethod
    def suggesting(cls, code: str | None, communes: Communes, *, typed: bool) -> "DecisionForm":
        """The form with the commune that Form 01 names, if it is another one; with what was typed, if it was here."""
        listed, elsewhere = communes.split(code)
        prefill = {"unit_code": listed, "unit_other": elsewhere}
        form = cls.typed(prefill) if typed else cls(None, data=prefill)
        return form.offer("unit_code", communes, "")

    @classmethod
    def answered(cls, communes: Communes) -> "DecisionForm":
        """What was typed; the commune is looked at if the decision needs one."""
        form = cls.typed()
        sent_on = form.decision.data is None or form.chosen() is Decision.OTHER_COMMUNE
        return form.offer("unit_code", communes, "") if sent_on else form

    def chosen(self) -> Decision:
        """What was chosen; nothing readable counts as nothing."""
        try:
            return Decision(self.decision.data or Decision.PENDING)
        except ValueError:
            return Decision.PENDING

    def unit(self) -> str | None:
        """The code of the commune to which the report goes on."""
        return self.unit_other.meant(self)
