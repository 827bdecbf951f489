"""What is typed about notices: the address for letters."""

from casemgr.core.words import _l
from casemgr.notices.rules import LONGEST_ADDRESS
from casemgr.web.forms import BaseForm, line


class AddressForm(BaseForm):
    """Where letters go; empty when none are wanted."""

    email = line(_l("E-mail address"), longest=LONGEST_ADDRESS)
