"""What the page of checks shows: each finding with its way to the numbers or the cases, and how the units below stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from casemgr.access.desk import Desk
from casemgr.checks import queries
from casemgr.checks.forms import ExplainForm
from casemgr.checks.models import CheckExplanation
from casemgr.checks.queries import Checked, Standing
from casemgr.checks.terms import HISTORY, Own, Rule, Sent
from casemgr.core.errors import NotFound
from casemgr.core.periods import Period
from casemgr.core.words import _
from casemgr.indicators.choices import own_unit
from casemgr.places import queries as places
from casemgr.web.duration import moment_words

OURS = "ours"  # the source of a rule that follows from no text
_NIL = {"1": True, "0": False}


@dataclass(frozen=True)
class Asked:
    """What the page was asked for."""

    unit: str
    period: Period
    sent: Sent

    def address(self, page: str = "/checks", **more: str) -> str:
        """The address of a page about the same numbers."""
        return f"{page}?{urlencode({**self.fields, **more})}"

    @property
    def fields(self) -> Mapping[str, str]:
        """The same as hidden fields of a form."""
        said = {"unit": self.unit, "period": self.period.code}
        if self.sent.nil is not None:
            said["nil"] = str(int(self.sent.nil))
        if self.sent.cut is not None:
            said["cut"] = self.sent.cut.isoformat()
        return said


@dataclass(frozen=True)
class Line:
    """One finding as it is shown."""

    standing: Standing
    links: Sequence[tuple[str, str]]
    source: str
    form: ExplainForm | None
    said: str  # the explanation, where there is one
    lapsed: str  # what was explained about other numbers
    by: str
    when: str

    @property
    def rule(self) -> str:
        return self.standing.finding.rule.id


@dataclass(frozen=True)
class Below:
    """One unit below, as it stood when the house last looked."""

    name: str
    url: str
    blocks: int = 0
    to_explain: int = 0
    explained: int = 0
    when: str = ""


@dataclass(frozen=True)
class Beneath:
    """The units below: those with findings, those without, and those at which nobody has looked yet."""

    found: Sequence[Below]
    quiet: Sequence[Below]
    unseen: Sequence[Below]


def read(desk: Desk, values: Mapping[str, str]) -> Asked:
    """What was asked for: one's own unit and the month that ended last, if nothing was."""
    try:
        period = Period.parse(values.get("period", "").strip() or last_month(desk).code)
        cut = date.fromisoformat(values["cut"]) if values.get("cut") else None
    except ValueError:
        raise NotFound from None
    return Asked(
        values.get("unit", "").strip() or own_unit(desk),
        period,
        Sent(_NIL.get(values.get("nil", "")), cut),
    )


def last_month(desk: Desk) -> Period:
    """The month that ended last."""
    return Period.month_of(places.today(desk)).previous()


def lines(
    desk: Desk,
    some: Sequence[Standing],
    asked: Asked,
    forms: Mapping[str, ExplainForm],
    *,
    may_open: bool,
) -> Sequence[Line]:
    """Findings as they are shown."""
    rows = [one.explanation for one in some if one.explanation is not None]
    names = queries.names(desk, rows)
    return [
        Line(
            one,
            links(one, asked, may_open=may_open),
            source_of(one),
            forms.get(one.finding.rule.id),
            _text(one.explanation),
            _text(one.lapsed),
            names.get(one.explanation.written_by, "")
            if one.explanation and one.explanation.written_by
            else "",
            _when(one.explanation.written_at, desk) if one.explanation else "",
        )
        for one in some
    ]


def links(one: Standing, asked: Asked, *, may_open: bool) -> Sequence[tuple[str, str]]:
    """Where the numbers of a finding are seen, and the cases it picked out."""
    rule = one.finding.rule
    if rule.cases is not None:
        words = _("List of these cases, this will be logged")
        return [(words, asked.address("/checks/cases", rule=rule.id))] if may_open else []
    found = {}
    for seen in one.finding.seen:
        address = seen.address
        if address.is_cell and not address.ago and not address.cut:
            page = f"/indicators/{address.set}/{address.code}"
            query = {"unit": asked.unit, "period": asked.period.code}
            if address.key:
                query["rows"] = address.key
            found[page] = (
                _("Table %(set)s %(code)s", set=address.set, code=address.code),
                f"{page}?{urlencode(query)}",
            )
    return list(found.values())


def source_of(one: Standing) -> str:
    """What a rule follows from, in words."""
    source = one.finding.rule.source
    return _("A rule of our own") if source == OURS else source


def beneath(desk: Desk, checked: Checked, asked: Asked) -> Beneath | None:
    """The units below, as the house found them: those with blocks first, then those with something to explain."""
    units = queries.units_below(desk, checked.place, checked.period)
    if not units:
        return None
    known = queries.results(desk, checked.period, [code for code, _name in units])
    found: list[Below] = []
    quiet: list[Below] = []
    unseen: list[Below] = []
    for code, name in units:
        url, row = asked.address(unit=code), known.get(code)
        if row is None:
            unseen.append(Below(name, url))
            continue
        one = Below(name, url, row.blocks, row.to_explain, row.explained, _when(row.checked_at, desk))
        (found if one.blocks or one.to_explain or one.explained else quiet).append(one)
    found.sort(key=lambda one: (-one.blocks, -one.to_explain))
    return Beneath(found, quiet, unseen)


def unread(checked: Checked) -> Sequence[tuple[str, Sequence[str]]]:
    """Which rules could not be asked, by the reason."""
    found: dict[str, list[str]] = {}
    for rule in checked.unread:
        found.setdefault(_why_unread(rule), []).append(rule.id)
    return list(found.items())


def _why_unread(rule: Rule) -> str:
    if rule.test.kind in HISTORY:
        return _("There are too few earlier periods to compare with.")
    if any(address.own is Own.NIL or address.cut for address in rule.test.reads):
        return _("This is asked when the report is signed.")
    if any(address.set == "P" for address in rule.test.reads):
        return _("There is nothing yet to be measured.")
    return _("A number is missing that others supply, or that is not counted here.")


def _text(row: CheckExplanation | None) -> str:
    return row.explained.text if row is not None and row.explained is not None else ""


def _when(instant: datetime, desk: Desk) -> str:
    return moment_words(instant, desk.now)
