"""What a person types about a finding."""

from wtforms import StringField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from casemgr.core.words import _l
from casemgr.web.forms import BaseForm, text


class ExplainForm(BaseForm):
    """Why a finding stands although nothing is wrong. There is one for each finding on the page."""

    text = text(_l("Why the number is right (no names)"), longest=1000)
    key = StringField("", [Optional()], widget=HiddenInput())
