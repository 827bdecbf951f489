"""What is typed when a service is asked of a provider, and when it answers."""

from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from casemgr.core.text import identifier
from casemgr.core.words import _l
from casemgr.intervention.plan.forms import kinds
from casemgr.intervention.services.terms import Channel, Said, State
from casemgr.web.forms import BaseForm, DayField, MoneyField, line, text

HOTLINE = Channel.HOTLINE.value


class AskForm(BaseForm):
    """What is asked, of whom, and what is passed on."""

    provider = RadioField(_l("Whom to ask"), [Optional()], validate_choice=False)
    what = line(_l("What is asked for"), longest=300)
    kind = SelectField(
        _l("Kind of service"), [Optional()], choices=kinds, filters=[lambda value: value or None]
    )
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("Until"), [Optional()])
    needs = text(_l("What the provider has to know"), longest=2000)
    pass_name = BooleanField(_l("Given name"))
    pass_age = BooleanField(_l("Age"))
    pass_sex = BooleanField(_l("Sex"))
    pass_contact = BooleanField(_l("Safe contact: who may be called, when, who must not know"))
    call_back = line(_l("Whom the provider may call here"), longest=300)

    @property
    def channel(self) -> Channel:
        """Whom it is asked of."""
        return Channel.HOTLINE if self.provider.data == HOTLINE else Channel.PROVIDER

    @property
    def provider_id(self) -> UUID | None:
        """Which provider was chosen, if one was."""
        return identifier(self.provider.data)


class AnswerForm(BaseForm):
    """An answer to what was asked."""

    answer = RadioField(_l("Your answer"), [Optional()], validate_choice=False)
    reason = text(_l("Why not"), longest=2000)
    on = DayField(_l("Day"), [Optional()])
    report = text(_l("What was done"), longest=4000)
    cost = MoneyField(_l("What it cost (đồng)"), [Optional()])
    told_by = line(_l("Who told you"), longest=300)
    request = HiddenField()

    def checked(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        self.check()
        answers = {state.value: state for state in State}
        return {
            "answer": answers.get(self.answer.data or ""),
            "said": Said(self.reason.data, self.report.data, self.cost.data, self.on.data, self.told_by.data),
        }


class WithdrawForm(BaseForm):
    """A request is taken back."""

    withdraw_reason = text(_l("Why the request is withdrawn"), longest=2000)
    request = HiddenField()
