"""What a person types: the plan with its rows, the chair's decision, an entry of the diary."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
)
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.text import identifier
from casemgr.core.words import _, _l, language
from casemgr.intervention.plan import delivering
from casemgr.intervention.plan.content import says_nothing
from casemgr.intervention.plan.rules import MOST_GOALS, MOST_SERVICES
from casemgr.intervention.plan.terms import (
    Answer,
    Comment,
    Contact,
    Content,
    Goal,
    Message,
    SafeContact,
    Service,
    Visit,
    Way,
)
from casemgr.law.vocabulary import vocabulary
from casemgr.web.forms import BaseForm, DayField, MoneyField, line, stored_version, text

COMMENT = "comment-"

ANSWERS = ((Answer.YES, _l("Yes")), (Answer.NO, _l("No")), (Answer.UNKNOWN, _l("Not known")))


def kinds() -> list[tuple[str, str]]:
    """Kinds of service, none chosen."""
    return [("", _("Choose")), *((one.code, one.label(language())) for one in vocabulary("service_types"))]


class GoalRow(BaseForm):
    """One goal."""

    official = "04"

    key = HiddenField()
    text = line(_l("Goal"), longest=1000)


class ServiceRow(BaseForm):
    """One service or task."""

    official = "04"

    key = HiddenField()
    what = line(_l("Service or task"), longest=1000)
    kind = SelectField(
        _l("Kind of service"), [Optional()], choices=kinds, filters=[lambda value: value or None]
    )
    who = line(_l("Who does it"), longest=300)
    provider = line(_l("Provider to be mobilised"), longest=300)
    since = DayField(_l("Starts on"), [Optional()])
    until = DayField(_l("Ends on"), [Optional()])
    cost = MoneyField(_l("Estimate (đồng)"), [Optional()])
    source = line(_l("Paid from"), longest=300)
    note = line(_l("Note"), longest=1000)
    remove = BooleanField(_l("Leave this row out"))


class PlanForm(BaseForm):
    """Mẫu 04: why, goals, services."""

    official = "04"

    version = stored_version()
    why = text(_l("Why this plan is needed"))
    goals = FieldList(FormField(GoalRow), min_entries=1)
    services = FieldList(FormField(ServiceRow), min_entries=1)

    def add(self, what: str) -> None:
        """One more empty row."""
        rows, most = (self.goals, MOST_GOALS) if what == "add_goal" else (self.services, MOST_SERVICES)
        if len(rows) < most:
            rows.append_entry()

    def numbers(self) -> list[int]:
        """The number of each row as the rules count them; 0 for a row that says nothing or is left out."""
        told, count = [], 0
        for row in self.services:
            counts = not row.remove.data and not says_nothing(_service(row))
            count += counts
            told.append(count if counts else 0)
        return told

    def content(self) -> Content:
        """What was typed, as a content. Empty rows stay for the rules to leave out."""
        return Content(
            self.why.data,
            tuple(Goal(row.key.data or "", row.text.data or "") for row in self.goals),
            tuple(_service(row) for row in self.services if not row.remove.data),
        )

    def checked(self) -> Content:
        """The content, or an objection that names each field that cannot be read."""
        if not self.validate():
            raise Invalid(dict(_errors(self)))
        return self.content()


class ChangeForm(PlanForm):
    """An approved plan that is changed."""

    why_changed = text(_l("Why the approved plan is changed"), longest=2000)


class DecisionForm(BaseForm):
    """Mẫu 05: approve or give back."""

    official = "05"

    version = stored_version()
    decision = RadioField(
        _l("Decision"),
        [Optional()],
        choices=[
            ("approve", _l("Approve and issue the decision")),
            ("return", _l("Give back to be put right")),
        ],
    )
    number = line(_l("Number of the decision"), longest=60)
    effective_on = DayField(_l("Holds from"), [Optional()])
    reason = text(_l("What should be put right"), longest=2000)

    def checked(self) -> "DecisionForm":
        """The form, or an objection that names each field that cannot be read."""
        if not self.validate():
            raise Invalid(dict(_errors(self)))
        if not self.decision.data:
            raise Invalid({"decision": [_("Choose: approve, or give back")]})
        return self


class DeliveryForm(BaseForm):
    """The decision was handed to somebody, or knowingly not."""

    outcome = RadioField(
        _l("Whether it was given"),
        [Optional()],
        choices=[
            ("given", _l("Decision and plan were given")),
            ("not_given", _l("Not handed over, on purpose")),
        ],
    )
    given_on = DayField(_l("Day"), [Optional()])
    way = RadioField(
        _l("How"), [Optional()], choices=[(way.value, label) for way, label in delivering.WAYS.items()]
    )
    by = line(_l("Handed over by"), longest=300)
    note = text(_l("Note"), longest=1000)
    reason = text(_l("Reason"), longest=2000)

    def checked(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        self.check()
        return {
            "given": {"given": True, "not_given": False}.get(self.outcome.data or ""),
            "given_on": self.given_on.data,
            "way": Way(self.way.data) if self.way.data else None,
            "by": self.by.data,
            "note": self.note.data,
            "reason": self.reason.data,
        }


class ConfirmForm(BaseForm):
    """The decision arrived."""

    confirmed_on = DayField(_l("Confirmed on"), [Optional()])
    who = line(_l("Confirmed by"), longest=300)


class ContactRow(BaseForm):
    """Somebody who may be called."""

    who = line(_l("Who may be called"), longest=300)
    tie = line(_l("What they are to the child"), longest=300)
    phone = line(_l("Number"), longest=60)
    hours = line(_l("When"), longest=300)


class ContactForm(BaseForm):
    """How the child may be reached without danger."""

    contacts = FieldList(FormField(ContactRow), min_entries=2, max_entries=delivering.MOST_CONTACTS)
    message = RadioField(
        _l("If nobody answers, or somebody else does"),
        [Optional()],
        choices=[
            (Message.NEVER, _l("Never leave a message: hang up without a word about the case")),
            (Message.NEUTRAL, _l("Only the words written below")),
        ],
    )
    words = text(_l("Words that may be said"), longest=1000)
    keep_from = text(_l("Who must not know"), longest=2000)
    note = text(_l("What else to mind"), longest=2000)

    def checked(self) -> SafeContact:
        """The rules as a value, or an objection that names each field."""
        if not self.validate():
            raise Invalid(dict(_errors(self)))
        rows = (
            Contact(row.form.who.data, row.form.tie.data, row.form.phone.data, row.form.hours.data)
            for row in self.contacts
        )
        return SafeContact(
            tuple(rows),
            Message(self.message.data or Message.NEVER),
            self.words.data,
            self.keep_from.data,
            self.note.data,
        )


def contact_filled(told: SafeContact | None) -> dict[str, Any]:
    """The rules of safe contact as the form shows them, with one empty line more."""
    if told is None:
        return {"contacts": [{}]}
    rows = [vars(one) for one in told.contacts] + [{}]
    return {
        "contacts": rows[: delivering.MOST_CONTACTS],
        "message": told.message,
        "words": told.words,
        "keep_from": told.keep_from,
        "note": told.note,
    }


class VisitForm(BaseForm):
    """An entry of the diary: six answers."""

    form_id = HiddenField()
    service = RadioField(_l("Which service"), [Optional()], validate_choice=False)
    happened_on = DayField(_l("Day"), [Optional()])
    seen = RadioField(_l("Was the child seen?"), [Optional()], choices=list(ANSWERS))
    alone = RadioField(_l("Seen alone, without a carer?"), [Optional()], choices=list(ANSWERS))
    changed = text(_l("What has changed"))
    promise = line(_l("What was promised to the child"), longest=1000)
    promise_on = DayField(_l("To be kept by"), [Optional()])

    def checked(self) -> Visit:
        """The visit as a value, or an objection that names each field."""
        if not self.validate():
            raise Invalid(dict(_errors(self)))
        return Visit(
            Answer(self.seen.data or Answer.UNKNOWN),
            Answer(self.alone.data or Answer.UNKNOWN),
            self.changed.data,
            self.promise.data,
        )

    def mark(self) -> UUID | None:
        """The mark of this page, so that it is stored once however often it is sent."""
        return identifier(self.form_id.data)


def comments(typed: Mapping[str, str]) -> list[Comment]:
    """What should be put right, by the mark of the row, and of the field where only that is meant."""
    found = []
    for name, said in typed.items():
        if name.startswith(COMMENT) and said.strip():
            row, _dash, field = name.removeprefix(COMMENT).partition("-")
            found.append(Comment(row, said, field or None))
    return found


def filled(content: Content) -> dict[str, Any]:
    """A content as the builder shows it; at least one row of each, to begin with."""
    goals = [{"key": goal.key, "text": goal.text} for goal in content.goals]
    return {
        "why": content.why,
        "goals": goals or [{}],
        "services": [vars_of(row) for row in content.services] or [{}],
    }


def vars_of(row: Service) -> dict[str, Any]:
    """The fields of a service by name."""
    return {
        name: getattr(row, name)
        for name in ("key", "what", "kind", "who", "provider", "since", "until", "cost", "source", "note")
    }


def _service(row: Any) -> Service:
    return Service(
        row.key.data or "", row.what.data, row.kind.data or None, row.who.data, row.since.data, row.until.data,
        row.cost.data, row.source.data, row.note.data, row.provider.data,
    )  # fmt: skip


def _errors(form: BaseForm) -> list[tuple[str, list[str]]]:
    """Each faulty field by its place on the page."""
    found: list[tuple[str, list[str]]] = []
    for field in form:
        if isinstance(field, FieldList):
            for entry in field.entries:
                found += [(one.id, [str(said) for said in one.errors]) for one in entry.form if one.errors]
        elif field.errors:
            found.append((field.id, [str(said) for said in field.errors]))
    return found
