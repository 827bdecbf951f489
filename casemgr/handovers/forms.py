"""What a person types about a handover: to whom and why, and the answer."""

from uuid import UUID

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.words import _, _l
from casemgr.handovers.queries import Destination
from casemgr.handovers.terms import BY_HAND, KINDS, Kind
from casemgr.places.terms import UnitFacts
from casemgr.web.forms import BaseForm, line, text


class HandoverForm(BaseForm):
    """To which commune, why, and what the receiver should know."""

    kind = RadioField(
        _l("Why does the case go to another commune?"),
        [Optional()],
        choices=[(kind.value, KINDS[kind]) for kind in BY_HAND],
    )
    unit = line(_l("To which commune: its name or its code"), longest=120)
    unit_code = StringField(_l("Choose the commune"), [Optional()])
    why = text(_l("Why, in your words"))
    known_to = text(_l("Who knows what"))
    open_matters = text(_l("What is open and must not be forgotten"))

    def reason(self) -> Kind | None:
        """The kind that was chosen."""
        return Kind(self.kind.data) if self.kind.data else None

    def meant(self, typed: Destination, offered: tuple[UnitFacts, ...]) -> UnitFacts:
        """The one commune that was chosen or typed; otherwise the error says what to do."""
        chosen = next((one for one in (*offered, *typed.candidates) if one.code == self.unit_code.data), None)
        found = typed.unit or chosen
        if found is not None:
            return found
        if typed.candidates:
            raise Invalid({"unit_code": [_("Several communes have this name. Choose one.")]})
        if self.unit.data:
            raise Invalid({"unit": [_("No commune of today has this name or code. Try fewer letters.")]})
        raise Invalid({"unit": [_("Write the commune, or choose one.")]})


class AnswerForm(BaseForm):
    """Who will hold the case, or why it goes back."""

    holder = SelectField(_l("Who answers for the case"), [Optional()], choices=[], validate_choice=False)
    reason = text(_l("Why is it returned?"))

    def holder_id(self) -> UUID | None:
        """The account that was chosen; none leaves it to the unit."""
        if not self.holder.data:
            return None
        try:
            return UUID(self.holder.data)
        except ValueError:
            raise Invalid({"holder": [_("Choose who answers for the case.")]}) from None
