"""What a person types about a report: Mẫu 01 in its groups, and the decision."""

import datetime
from dataclasses import replace
from typing import Any

from wtforms import FormField, RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from casemgr.children.terms import Birth, Parent, Precision, Sex
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.text import clean
from casemgr.core.words import _, _l
from casemgr.intake.terms import Decision, Incident, Relation, Reporter, Suspect, ToldChild
from casemgr.web.forms import BaseForm, BirthParts, DateParts, line, number, one_of, pick, several, text

_YES_NO = (("yes", _l("Yes")), ("no", _l("No")), ("unknown", _l("Unclear")))
_OLDEST = datetime.timedelta(days=366)


def _yes(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _said(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


class UnitField(SelectField):
    """A commune: those of the province in a list, any other by its code."""

    def __init__(self, label: object, **options: Any) -> None:
        super().__init__(label, [Optional()], choices=[], validate_choice=False, **options)


class SourceForm(BaseForm):
    """Group 1: who reports, when, by which way; is the child in danger now."""

    channel = one_of(_l("How did the report come?"), "channels")
    day = number(_l("Day"), least=1, most=31)
    month = number(_l("Month"), least=1, most=12)
    year = number(_l("Year"), least=2000, most=2200)
    time = StringField(
        _l("Time of receipt, 24 hours"), [Optional()], filters=[lambda value: clean(value or "") or None]
    )
    danger = RadioField(_l("Is the child in danger right now?"), [Optional()], choices=list(_YES_NO))
    subject = one_of(_l("Which kind of child is it about?"), "at_risk")
    anonymous = RadioField(_l("Does the reporter want to stay unknown?"), [Optional()], choices=list(_YES_NO))
    reporter_kind = pick(_l("Who reports?"), "reporter_kinds")
    reporter_name = line(_l("Name of the reporter"))
    reporter_phone = line(_l("Telephone of the reporter"), longest=40)
    reporter_address = line(_l("Address of the reporter"))
    reporter_note = text(_l("Further notes on the reporter"))

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
        )

    def urgency(self) -> str | None:
        """What the danger question says about urgency."""
        return {"yes": "emergency", "no": "not_emergency", "unknown": "unknown"}.get(self.danger.data or "")


class ChildForm(BaseForm):
    """Group 2: one child, as far as it was told."""

    name = line(_l("Full name"), description=_l("A name the child is called by will do"))
    sex = one_of(_l("Sex"), "sexes")
    birth = FormField(BirthParts, label=_l("Born, or about how old"))
    ethnic_group = pick(_l("Ethnic group"), "ethnic_groups")
    disability = one_of(_l("Disability"), "disability")
    residence = UnitField(_l("Commune where the child lives"))
    residence_other = line(_l("If elsewhere: code of the commune"), longest=5)
    harms = several(_l("Kinds of harm"), "harms")
    condition = text(_l("How is the child now?"))
    feared_consequences = text(_l("What is feared if nobody helps?"))

    @classmethod
    def of(
        cls, child: ToldChild, communes: list[tuple[str, str]], received_at: datetime.datetime
    ) -> "ChildForm":
        """The form with what is known."""
        known = {code for code, _name in communes}
        elsewhere = child.residence_unit_code if child.residence_unit_code not in known else None
        form = cls.typed(
            {
                "name": child.name,
                "sex": child.sex,
                "birth": {
                    **DateParts.spread(child.birth.date, child.birth.precision),
                    "age": child.birth.age_estimate,
                },
                "ethnic_group": child.ethnic_group or "",
                "disability": child.disability,
                "residence": child.residence_unit_code if child.residence_unit_code in known else "",
                "residence_other": elsewhere,
                "harms": child.harms or (),
                "condition": child.condition,
                "feared_consequences": child.feared_consequences,
            }
        )
        late = _l('Birth date is after the report. Correct it or choose "estimated".')
        form.birth.form.not_after(local_day(received_at), late)
        return form.ask("residence", [("", _("Not told")), *communes])

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
            ethnic_group=self.ethnic_group.data or None,
            disability=self.disability.data or None,
            residence_unit_code=self.residence_other.data or self.residence.data or None,
            harms=tuple(self.harms.data) or None,
            condition=self.condition.data,
            feared_consequences=self.feared_consequences.data,
        )


class IncidentForm(BaseForm):
    """Group 3: what happened, where, when."""

    description = text(_l("What happened, in the words of the reporter"))
    unit = UnitField(_l("Commune where it happened"))
    unit_other = line(_l("If elsewhere: code of the commune"), longest=5)
    address = line(_l("Place in the commune"), description=_l("Hamlet, house, school"))
    occurred = FormField(DateParts, label=_l("When did it happen?"))
    environment = one_of(_l("In which surroundings?"), "environments")
    online = RadioField(_l("Did the internet play a part?"), [Optional()], choices=list(_YES_NO))

    @classmethod
    def of(
        cls, incident: Incident, communes: list[tuple[str, str]], received_at: datetime.datetime
    ) -> "IncidentForm":
        """The form with what is known."""
        known = {code for code, _name in communes}
        form = cls.typed(
            {
                "description": incident.description,
                "unit": incident.unit_code if incident.unit_code in known else "",
                "unit_other": incident.unit_code if incident.unit_code not in known else None,
                "address": incident.address,
                "occurred": DateParts.spread(incident.occurred_on, incident.precision),
                "environment": incident.environment,
                "online": _said(incident.online),
            }
        )
        late = _l("The incident lies after the report. Correct the date.")
        form.occurred.form.not_after(local_day(received_at), late)
        return form.ask("unit", [("", _("Not told")), *communes])

    def incident(self) -> Incident:
        """What is known now."""
        date, precision = self.occurred.form.value()
        return Incident(
            unit_code=self.unit_other.data or self.unit.data or None,
            address=self.address.data,
            occurred_on=date,
            precision=Precision(precision) if precision else None,
            environment=self.environment.data or None,
            online=_yes(self.online.data),
            description=self.description.data,
        )


class SuspectForm(BaseForm):
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


class FamilyForm(BaseForm):
    """Group 5: family of one child, where the child is, what was done already."""

    father_name = line(_l("Father: name"))
    father_age = number(_l("Father: age"), most=120)
    father_occupation = line(_l("Father: occupation"))
    mother_name = line(_l("Mother: name"))
    mother_age = number(_l("Mother: age"), most=120)
    mother_occupation = line(_l("Mother: occupation"))
    family = text(_l("Circumstances of the family"))
    carer = line(_l("Who takes care of the child now?"))
    whereabouts = line(_l("Where is the child now?"), description=_l("Kept hidden; each look is logged"))
    actions_taken = text(_l("What was done before this report?"))
    secrecy = line(_l("Level of secrecy and who may be told"), description=_l("Nghị định 56/2017, Điều 24"))

    @classmethod
    def of(cls, child: ToldChild, *, actions_taken: str | None, secrecy: str | None) -> "FamilyForm":
        """The form with what is known; where the child is is never filled in again."""
        return cls.typed(
            {
                **{f"father_{part}": getattr(child.father, part) for part in ("name", "age", "occupation")},
                **{f"mother_{part}": getattr(child.mother, part) for part in ("name", "age", "occupation")},
                "family": child.family,
                "carer": child.carer,
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
        )


class DecisionForm(BaseForm):
    """The decision on a report. None is chosen for anybody."""

    decision = RadioField(_l("Decision"), [Optional()], choices=[], validate_choice=False)
    reason = text(_l("Reason, or who checked, how and when"))
    unit_code = UnitField(_l("Commune where it happened"))
    unit_other = line(_l("If elsewhere: code of the commune"), longest=5)

    def chosen(self) -> Decision:
        """What was chosen; nothing readable counts as nothing."""
        try:
            return Decision(self.decision.data or Decision.PENDING)
        except ValueError:
            return Decision.PENDING

    def unit(self) -> str | None:
        return self.unit_other.data or self.unit_code.data or None
