"""What a person types about a provider."""

import re
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from casemgr.core.errors import Invalid
from casemgr.core.words import Later, _, _l
from casemgr.providers.rules import OLDEST
from casemgr.providers.terms import KINDS, Hours, Listing
from casemgr.web.forms import BaseForm, DayField, Several, line, number, several, text

_TIME = re.compile(r"(\d{1,2})\s*(?:[:.hg]\s*(\d{2})?)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))
BOTH, FEMALE, MALE = "both", "female", "male"  # as the list of sexes codes them
SEXES: tuple[tuple[str, Later], ...] = (
    (BOTH, _l("Boys and girls")),
    (FEMALE, _l("Girls only")),
    (MALE, _l("Boys only")),
)


class ClockField(StringField):
    """A time of day as people write it: 7:30, 7h30, 17h; minutes after midnight."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return time_of(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        told = (valuelist[0] if valuelist else "").strip().lower().replace("giờ", "h")
        if not told:
            return
        found = _TIME.fullmatch(told)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            raise ValueError(_("Write the time as on a clock, for example 7:30."))
        self.data = hour * 60 + minute


def time_of(minutes: int) -> str:
    """7:30, from minutes after midnight."""
    return f"{minutes // 60}:{minutes % 60:02}"


class ProviderForm(BaseForm):
    """One version of an entry."""

    name = line(_l("Name"))
    kind = SelectField(
        _l("What sort of place"),
        [Optional()],
        choices=lambda: [("", _("Choose")), *((kind.value, str(label)) for kind, label in KINDS.items())],
        filters=[lambda value: value or None],
    )
    services = several(_l("Services it offers"), "service_types")
    youngest = number(_l("From how many years"), most=OLDEST)
    oldest = number(_l("Up to how many years"), most=OLDEST)
    sexes = RadioField(_l("Whom it takes"), [Optional()], choices=list(SEXES))
    harms = several(_l("Only children harmed in this way"), "harms")
    day_and_night = BooleanField(_l("Day and night"))
    days = Several(_l("Open on"), choices=lambda: [(str(at), str(day)) for at, day in enumerate(DAYS)])
    opens = ClockField(_l("Opens at"), [Optional()])
    closes = ClockField(_l("Closes at"), [Optional()])
    phone = line(_l("Telephone of the organisation"), longest=60)
    email = line(_l("E-mail of the organisation"), longest=120)
    ask_for = line(_l("Whom to ask for"))
    address = line(_l("Address"), longest=300)
    nation = BooleanField(_l("Serves the whole country"))
    areas = text(_l("Communes and provinces it serves"), longest=2000)
    note = text(_l("Note"), longest=1000)
    source = line(_l("Where this is known from"), longest=300)
    since = DayField(_l("Holds from"), [Optional()])

    def checked(self) -> Listing:
        """What the version says, or an objection that names each field."""
        self.check()
        if self.email.data and not _MAIL.fullmatch(self.email.data):
            raise Invalid({"email": [_("Write the address of mail like name@example.vn.")]})
        sexes = self.sexes.data if self.sexes.data in (FEMALE, MALE) else None
        return Listing(
            name=self.name.data or "",
            kind=self.kind.data,
            services=self.services.data,
            youngest=self.youngest.data,
            oldest=self.oldest.data,
            sexes=sexes,
            harms=self.harms.data,
            hours=self._hours(),
            phone=self.phone.data,
            email=self.email.data,
            ask_for=self.ask_for.data,
            address=self.address.data,
            note=self.note.data,
            source=self.source.data,
        )

    def _hours(self) -> Hours:
        if self.day_and_night.data:
            return Hours(day_and_night=True)
        days = tuple(sorted(int(day) for day in self.days.data))
        return Hours(days=days, opens=self.opens.data, closes=self.closes.data)

    def places(self) -> list[str]:
        """The communes and provinces that were written, one by one."""
        return [one.strip() for one in re.split(r"[;\n]", self.areas.data or "") if one.strip()]


class EndForm(BaseForm):
    """The end of an entry."""

    ended_on = DayField(_l("Last day"), [Optional()])


class MemberForm(BaseForm):
    """Which account acts for a provider."""

    account = SelectField(_l("Account"), [Optional()], validate_choice=False)


def filled(listing: Listing, areas: str, *, nation: bool) -> dict[str, Any]:
    """An entry as the form shows it."""
    names = (
        "name",
        "kind",
        "services",
        "youngest",
        "oldest",
        "harms",
        "phone",
        "email",
        "ask_for",
        "address",
    )
    shown = {name: getattr(listing, name) for name in (*names, "note", "source")}
    hours = listing.hours
    return {
        **shown,
        "sexes": listing.sexes or BOTH,
        "day_and_night": hours.day_and_night,
        "days": tuple(str(day) for day in hours.days),
        "opens": hours.opens,
        "closes": hours.closes,
        "areas": areas,
        "nation": nation,
    }
