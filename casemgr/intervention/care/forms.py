"""What a person types about carers, the child's profile and a placement."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, FormField, HiddenField, RadioField
from wtforms.validators import Optional

from casemgr.children.terms import Birth, Precision, Sex
from casemgr.core.errors import Invalid
from casemgr.core.text import clean, identifier
from casemgr.core.words import _, _l, language
from casemgr.intervention.care.terms import (
    Answer,
    CareForm,
    CarerKind,
    Check,
    Checked,
    Choice,
    Consent,
    Ending,
    EntryKind,
    Handing,
    Issue,
    Member,
    Papers,
    Person,
    Profile,
    Registration,
    Said,
    Siblings,
    Wishes,
)
from casemgr.law.vocabulary import Code, vocabulary
from casemgr.web.forms import (
    BaseForm,
    DateParts,
    DayField,
    Several,
    line,
    number,
    one_of,
    stored_version,
    text,
    typed_form,
)

ANSWERS = ((Answer.YES, _l("Yes")), (Answer.NO, _l("No")), (Answer.UNKNOWN, _l("Not known")))
MET = ((Answer.YES, _l("Met")), (Answer.NO, _l("Not met")), (Answer.UNKNOWN, _l("Not known")))
_MEMBER = re.compile(r"(.+?)[\s,;(]*\b((?:19|20)\d\d)\)?\s*")


def _some(label: object, choices: Sequence[tuple[str, object]]) -> RadioField:
    """One of a few; none is chosen before."""
    return RadioField(label, [Optional()], choices=list(choices))


def yes_no(label: object) -> RadioField:
    return _some(label, ANSWERS)


def day(label: object, *, description: object = "") -> DayField:
    """A day in one box."""
    return DayField(label, [Optional()], description=description)


def members(told: str | None) -> tuple[Member, ...]:
    """The people of a household, one in each line, with the year of birth if it was written."""
    found = []
    for one in (clean(said) for said in (told or "").splitlines()):
        parts = _MEMBER.fullmatch(one)
        if parts:
            found.append(Member(clean(parts[1]).rstrip(",;( "), int(parts[2])))
        elif one:
            found.append(Member(one))
    return tuple(found)


def members_text(known: Sequence[Member]) -> str:
    """The same as it is shown in the box."""
    return "\n".join(f"{one.name}, {one.birth_year}" if one.birth_year else one.name for one in known)


class SentOnce(BaseForm):
    """A page that is stored once, however often it is sent."""

    form_id = HiddenField()

    @property
    def mark(self) -> UUID | None:
        """The mark of this page, if it carries a sound one."""
        return identifier(self.form_id.data)


class CarerForm(SentOnce):
    """Mẫu 08, or the notice of a relative."""

    version = stored_version()
    kind = _some(
        _l("How they came to the commune"),
        (
            (CarerKind.APPLICATION, _l("They apply to give care")),
            (CarerKind.NOTICE, _l("A relative gives notice of caring for a certain child")),
        ),
    )
    registered_on = day(_l("Day of the application or notice"))
    name = line(_l("Full name"))
    sex = _some(_l("Sex"), ((Sex.FEMALE, _l("Female")), (Sex.MALE, _l("Male"))))
    birth = FormField(DateParts, label=_l("Born"))
    foreigner = BooleanField(_l("Is a foreigner"))
    identity = line(_l("Number of the identity card"), longest=20)
    occupation = line(_l("Occupation"))
    address = line(_l("Address"))
    phone = line(_l("Telephone"), longest=40)
    household = text(_l("Who lives in the household"), longest=2000)
    forms = Several(
        _l("Ready for"),
        choices=lambda: [
            (code.code, code.label(language()))
            for code in vocabulary("alternative_care_forms")
            if code.code != CareForm.FACILITY
        ],
    )
    child_sex = _some(
        _l("For a"), (("any", _l("Boy or girl")), (Sex.FEMALE, _l("Girl")), (Sex.MALE, _l("Boy")))
    )
    age_from = number(_l("Youngest age"), most=17)
    age_to = number(_l("Oldest age"), most=17)
    number = number(_l("How many they take"), least=1, most=10)
    relation = line(_l("Related to which child, and how"))
    note = text(_l("What else they wish"), longest=2000)
    identity_seen = BooleanField(_l("Identity paper seen"))
    health_on = day(_l("Health certificate of"))
    residence_since = day(_l("Lives in Viet Nam since"))
    residence_until = day(_l("May stay until"))
    other = line(_l("Other papers"), longest=1000)

    def said(self) -> Registration:
        """What was typed, as a registration."""
        born, precision = self.birth.form.value()
        return Registration(
            person=Person(
                name=self.name.data or "",
                sex=Sex(self.sex.data) if self.sex.data else None,
                birth=Birth(born, Precision(precision)) if born and precision else Birth(),
                foreigner=bool(self.foreigner.data),
                identity=self.identity.data,
                occupation=self.occupation.data,
                address=self.address.data,
                phone=self.phone.data,
            ),
            household=members(self.household.data),
            wishes=Wishes(
                forms=tuple(self.forms.data or ()),
                sex=self.child_sex.data or None,
                age_from=self.age_from.data,
                age_to=self.age_to.data,
                number=self.number.data,
                relation=self.relation.data,
                note=self.note.data,
            ),
            papers=Papers(
                identity_seen=bool(self.identity_seen.data),
                health_on=self.health_on.data,
                residence_since=self.residence_since.data,
                residence_until=self.residence_until.data,
                other=self.other.data,
            ),
        )

    @staticmethod
    def spread(said: Registration) -> dict[str, Any]:
        """A registration as the boxes show it."""
        person, wishes, papers = said.person, said.wishes, said.papers
        return {
            "name": person.name,
            "sex": person.sex,
            "birth": DateParts.spread(person.birth.date, person.birth.precision),
            "foreigner": person.foreigner,
            "identity": person.identity,
            "occupation": person.occupation,
            "address": person.address,
            "phone": person.phone,
            "household": members_text(said.household),
            "forms": wishes.forms,
            "child_sex": wishes.sex,
            "age_from": wishes.age_from,
            "age_to": wishes.age_to,
            "number": wishes.number,
            "relation": wishes.relation,
            "note": wishes.note,
            "identity_seen": papers.identity_seen,
            "health_on": papers.health_on,
            "residence_since": papers.residence_since,
            "residence_until": papers.residence_until,
            "other": papers.other,
        }


class CheckForm(SentOnce):
    """Mẫu 11: each condition with its answer and what shows it."""

    checked_on = day(_l("Day of the check"))
    note = text(_l("What else was seen"), longest=2000)

    def said(self, codes: Sequence[Code]) -> Check:
        """What was found about each condition."""
        rows = tuple(self.row(code.code) for code in codes)
        if any(len(row.evidence or "") > 1000 for row in rows):
            long = next(row.code for row in rows if len(row.evidence or "") > 1000)
            raise Invalid({f"evidence-{long}": [_("This text is too long.")]})
        return Check(conditions=rows, note=self.note.data)

    @staticmethod
    def row(code: str) -> Checked:
        """One condition as it was typed."""
        typed = typed_form()
        answer = typed.get(f"answer-{code}", "")
        known = Answer(answer) if answer in set(Answer) else Answer.UNKNOWN
        return Checked(code, known, clean(typed.get(f"evidence-{code}", "")) or None)


class StopForm(BaseForm):
    """The end of a registration."""

    why = text(_l("Why the registration ends"), longest=2000)
    ended_on = day(_l("Day"))


class ProfileForm(BaseForm):
    """Mẫu 10."""

    revision = stored_version()
    reason = one_of(_l("Why the child needs care"), "alternative_care_reasons")
    why = text(_l("What happened"), longest=2000)
    child_says = text(_l("What the child says, in its words"), longest=2000)
    not_asked = text(_l("Why the child could not be asked"), longest=1000)
    health = text(_l("Health, habits, what it needs every day"), longest=2000)
    school = text(_l("School and friends"), longest=2000)
    feelings = text(_l("Feelings and behaviour"), longest=2000)
    family = text(_l("Parents, brothers and sisters, kin who were asked"), longest=2000)
    contact = text(_l("How it keeps in touch with its family"), longest=1000)
    services = Several(
        _l("Services it needs"),
        choices=lambda: [(code.code, code.label(language())) for code in vocabulary("service_types")],
    )
    photo_on = day(_l("Photograph taken on"))
    fits = text(_l("Which care would fit"), longest=2000)

    def said(self) -> Profile:
        """What was typed, as a profile."""
        names = (
            *("why", "child_says", "not_asked", "health", "school", "feelings"),
            *("family", "contact", "photo_on", "fits"),
        )
        told: dict[str, Any] = {name: self[name].data for name in names}
        return Profile(reason=self.reason.data or None, services=tuple(self.services.data or ()), **told)


class ChooseForm(BaseForm):
    """Whom the child is to be placed with."""

    form = one_of(_l("Form of care"), "alternative_care_forms")
    carer = RadioField(_l("From the register"), [Optional()], validate_choice=True)
    other_name = line(_l("Full name"))
    other_birth = FormField(DateParts, label=_l("Born"))
    other_commune = line(_l("Commune where they live"))
    facility = line(_l("Name of the facility"))
    urgent = BooleanField(_l("Urgent: the child is given at once, the papers follow"))
    rank = one_of(_l("Where the carer stands in the order of the law"), "alternative_care_priority")
    relation = line(_l("How related to the child"))
    reason = one_of(_l("Why the child needs care"), "alternative_care_reasons")
    change_reason = one_of(_l("Why the present care ends"), "alternative_care_end_reasons")
    why = text(_l("Why this carer is best for the child"), longest=2000)
    consent = _some(
        _l("Written consent of the parents or the guardian"),
        (
            (Consent.GIVEN, _l("Given")),
            (Consent.EXEMPT, _l("Not needed by law")),
            (Consent.MISSING, _l("Not there yet")),
            (Consent.REFUSED, _l("They refuse")),
        ),
    )
    consent_by = line(_l("Who consented"))
    consent_on = day(_l("Day of the consent"))
    no_consent = text(_l("Which exception, and on which decision it rests"), longest=1000)
    child_says = text(_l("What the child says, in its words"), longest=2000)
    not_asked = text(_l("Why the child could not be asked"), longest=1000)
    siblings = _some(
        _l("Brothers and sisters"),
        (
            (Siblings.TOGETHER, _l("Stay together")),
            (Siblings.APART, _l("Cannot stay together")),
            (Siblings.NONE, _l("There are none")),
        ),
    )
    siblings_why = text(_l("Why they cannot stay together"), longest=1000)
    contact = text(_l("How it keeps in touch with its family"), longest=1000)

    @property
    def carer_id(self) -> UUID | None:
        """The registration that was chosen."""
        return identifier(self.carer.data)

    def said(self) -> Choice:
        """What was typed, as a choice. A carer of another commune is known by what was typed here alone."""
        names = (
            *("facility", "relation", "why", "consent_by", "consent_on", "no_consent"),
            *("child_says", "not_asked", "siblings_why", "contact"),
        )
        told: dict[str, Any] = {name: self[name].data for name in names}
        return Choice(
            reason=self.reason.data or None,
            carer=self._elsewhere(),
            rank=self.rank.data or None,
            consent=Consent(self.consent.data) if self.consent.data else None,
            siblings=Siblings(self.siblings.data) if self.siblings.data else None,
            change_reason=self.change_reason.data or None,
            **told,
        )

    def _elsewhere(self) -> Registration | None:
        if not self.other_name.data or self.carer_id is not None:
            return None
        born, precision = self.other_birth.form.value()
        birth = Birth(born, Precision(precision)) if born and precision else Birth()
        person = Person(name=self.other_name.data, birth=birth, address=self.other_commune.data)
        return Registration(person=person)


class ConsentForm(BaseForm):
    """The consent that was missing."""

    consent = _some(
        _l("Written consent of the parents or the guardian"),
        ((Consent.GIVEN, _l("Given")), (Consent.EXEMPT, _l("Not needed by law"))),
    )
    consent_by = line(_l("Who consented"))
    consent_on = day(_l("Day of the consent"))
    no_consent = text(_l("Which exception, and on which decision it rests"), longest=1000)


class DecisionForm(BaseForm):
    """Mẫu 12, or the record of another authority's decision."""

    version = stored_version()
    authority = RadioField(_l("Who decides"), [Optional()], validate_choice=True)
    number = line(_l("Number of the decision"), longest=60)
    decided_on = day(_l("Day of the decision"))
    signed_by = line(_l("Signed by"))

    def issue(self) -> Issue:
        return Issue(self.authority.data or None, self.number.data, self.decided_on.data, self.signed_by.data)


class DropForm(BaseForm):
    """The proposal comes to nothing."""

    drop_why = line(_l("Why it is dropped"), longest=1000)


class HandingForm(BaseForm):
    """How the child was handed over."""

    version = stored_version()
    given_on = day(_l("Day on which the child was handed over"))
    present = text(_l("Who was present"), longest=1000)
    with_it = text(_l("What came with the child: papers, clothes, medicine"), longest=1000)
    child_says = text(_l("What the child says, in its words"), longest=2000)

    def said(self) -> Handing:
        return Handing(present=self.present.data, with_it=self.with_it.data, child_says=self.child_says.data)


class EntryForm(SentOnce):
    """Something written down about a placement; which boxes are shown depends on the kind."""

    happened_on = day(_l("Day"))
    present = line(_l("Who was present"), longest=500)
    seen = yes_no(_l("The child was seen"))
    alone = yes_no(_l("The child was spoken to alone"))
    child_says = text(_l("What the child says, in its words"), longest=2000)
    health = text(_l("Health"), longest=2000)
    school = text(_l("School"), longest=2000)
    feelings = text(_l("Feelings and behaviour"), longest=2000)
    carers = text(_l("How the carers and the child get on"), longest=2000)
    danger = yes_no(_l("Something points to harm"))
    fits = yes_no(_l("The placement still fits the child"))
    outcome = _some(
        _l("What happens at sixteen"),
        (("continue", _l("The care goes on")), ("end", _l("The care ends"))),
    )
    reference = line(_l("Number of the paper"), longest=120)
    note = text(_l("What was seen, said and agreed"), longest=4000)

    def said(self, kind: EntryKind) -> Said:
        """What was typed into the boxes of this kind."""
        shown = BOXES[kind]
        told: dict[str, Any] = {name: self[name].data or None for name in shown if name != "happened_on"}
        for name in ("seen", "alone", "danger", "fits"):
            if told.get(name):
                told[name] = Answer(told[name])
        return Said(**told)


BOXES: dict[EntryKind, tuple[str, ...]] = {
    EntryKind.MEETING: ("happened_on", "present", "seen", "child_says", "note"),
    EntryKind.VISIT: (
        *("happened_on", "present", "seen", "alone", "child_says", "health", "school", "feelings"),
        *("carers", "danger", "note"),
    ),
    EntryKind.CARER_REPORT: ("happened_on", "present", "health", "school", "feelings", "danger", "note"),
    EntryKind.FIT_REVIEW: ("happened_on", "present", "child_says", "fits", "note"),
    EntryKind.TRANSITION: ("happened_on", "present", "child_says", "outcome", "note"),
    EntryKind.LISTED: ("happened_on", "reference", "note"),
    EntryKind.APPRAISED: ("happened_on", "reference", "note"),
    EntryKind.ORDERED: ("happened_on", "reference", "note"),
    EntryKind.FACILITY_ENDED: ("happened_on", "reference", "note"),
}


class EndForm(BaseForm):
    """Mẫu 15, 16, or taking the child out at once."""

    version = stored_version()
    end_reason = one_of(_l("Reason of the law"), "alternative_care_end_reasons")
    why = text(_l("What happened"), longest=2000)
    asked_by = line(_l("Who asks for it"))
    child_says = text(_l("What the child says, in its words"), longest=2000)
    not_asked = text(_l("Why the child could not be asked"), longest=1000)
    goes_to = line(_l("Where the child goes, without its address"))
    ended_on = day(_l("Day"))
    number = line(_l("Number of the decision"), longest=60)

    def said(self, *, removed: bool = False) -> Ending:
        """What was typed, as an ending."""
        names = ("why", "asked_by", "child_says", "not_asked", "goes_to", "number")
        told: dict[str, Any] = {name: self[name].data for name in names}
        return Ending(reason=self.end_reason.data or None, removed=removed, **told)


class ConfirmForm(BaseForm):
    """The decision that follows a removal."""

    number = line(_l("Number of the decision"), longest=60)
