"""Pages of the directory: who can take a child now, an entry, its versions and its accounts."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.accounts import queries as accounts
from casemgr.core.calendar import LOCAL, local_day
from casemgr.core.errors import Invalid
from casemgr.core.periods import holds
from casemgr.core.text import identifier, whole_number
from casemgr.core.words import _, language
from casemgr.law.vocabulary import vocabulary
from casemgr.places import queries as places
from casemgr.providers import actions, queries, rules, showing
from casemgr.providers.forms import EndForm, MemberForm, ProviderForm, filled
from casemgr.providers.terms import Fit, Wanted
from casemgr.web.duration import day_short, moment_words
from casemgr.web.pages import page
from casemgr.web.room import Room

room = Room("providers", __name__)
_CODE = re.compile(r"(\d{2,5})(?:\s.*)?")


@room.get("/providers", needs=Permission.PROVIDER_READ)
def listing(desk: Desk) -> ResponseReturnValue:
    """Who can take this child now: a filter without any name, those that fit first."""
    asked = request.args
    unit_code = asked.get("unit", "").strip() if "unit" in asked else _own_code(desk)
    unit_id, wrong = _unit_of(desk, unit_code)
    wanted, faults = _wanted(desk)
    found = queries.who_can(desk, wanted, unit_id) if not wrong else []
    near = queries.areas(desk, [one.version_id for one in found])
    lines = [_line(one, near.get(one.version_id, ())) for one in found]
    return page(
        "providers/list.html",
        asked={name: asked.get(name, "") for name in ("service", "age", "sex", "harm", "open")},
        unit=unit_code,
        wrong=[*wrong, *faults],
        most=queries.MOST,
        fitting=[line for line in lines if line["fit"] is not Fit.NO],
        others=[line for line in lines if line["fit"] is Fit.NO],
        services=_codes("service_types"),
        harms=_codes("harms"),
        may_manage=desk.actor.may(Permission.PROVIDER_MANAGE),
    )


@room.get("/providers/new", needs=Permission.PROVIDER_MANAGE)
def new(desk: Desk) -> ResponseReturnValue:
    """An empty entry."""
    form = ProviderForm.typed({"since": local_day(desk.now), "areas": _own_area(desk)})
    return page("providers/form.html", form=form, provider=None)


@room.post("/providers/new", needs=Permission.PROVIDER_MANAGE, again=new)
def enter(desk: Desk) -> ResponseReturnValue:
    """Put a provider into the directory."""
    form = ProviderForm.typed()
    said = form.checked()
    row = actions.enter(
        desk,
        listing=said,
        unit_ids=_units(desk, form.places()),
        nation=bool(form.nation.data),
        since=form.since.data,
    )
    return redirect(url_for("providers.show", provider_id=row.id), 303)


@room.get("/providers/<uuid:provider_id>", needs=Permission.PROVIDER_READ)
def show(desk: Desk, provider_id: UUID) -> ResponseReturnValue:
    """One entry with everything it ever said."""
    provider = queries.provider(desk, provider_id)
    rows = queries.versions(desk, provider)
    today = local_day(desk.now)
    areas = queries.areas(desk, [row.id for row in rows])
    holding = next((row for row in rows if holds(row.since, row.until, today)), rows[0])
    may = desk.actor.may(Permission.PROVIDER_MANAGE) and queries.is_mine(desk, provider)
    member_form = MemberForm.typed()
    member_form.account.choices = [
        ("", _("Choose")),
        *((str(key), name) for key, name in (queries.possible_members(desk, provider) if may else ())),
    ]
    return page(
        "providers/show.html",
        provider=provider,
        said=holding.listing,
        line=_facts(holding.listing, areas.get(holding.id, ()), nation=holding.nation),
        versions=[
            {
                "since": day_short(row.since),
                "until": day_short(row.until) if row.until else "",
                "name": row.listing.name,
                "facts": _facts(row.listing, areas.get(row.id, ()), nation=row.nation),
                "recorded": moment_words(row.recorded_at, desk.now),
                "voided": row.until is not None and row.until < row.since,
                "holds": row.id == holding.id,
            }
            for row in rows
        ],
        members=queries.members(desk, provider) if may else [],
        may=may,
        ended=provider.ended_on is not None,
        gone=provider.ended_on is not None and provider.ended_on < today,
        end_form=EndForm.typed({"ended_on": today}),
        member_form=member_form,
    )


@room.get("/providers/<uuid:provider_id>/edit", needs=Permission.PROVIDER_MANAGE)
def edit(desk: Desk, provider_id: UUID) -> ResponseReturnValue:
    """The newest version, to be changed from a day on."""
    provider = queries.provider(desk, provider_id)
    last = queries.versions(desk, provider)[0]
    areas = showing.area_lines(queries.areas(desk, [last.id]).get(last.id, ()))
    since = max(last.since, local_day(desk.now))
    form = ProviderForm.typed({**filled(last.listing, areas, nation=last.nation), "since": since})
    return page("providers/form.html", form=form, provider=provider)


@room.post("/providers/<uuid:provider_id>/edit", needs=Permission.PROVIDER_MANAGE, again=edit)
def change(desk: Desk, provider_id: UUID) -> ResponseReturnValue:
    """Say what holds from a day on."""
    provider = queries.provider(desk, provider_id)
    form = ProviderForm.typed()
    said = form.checked()
    actions.change(
        desk,
        provider,
        listing=said,
        unit_ids=_units(desk, form.places()),
        nation=bool(form.nation.data),
        since=form.since.data,
    )
    return redirect(url_for("providers.show", provider_id=provider_id), 303)


@room.post("/providers/<uuid:provider_id>/end", needs=Permission.PROVIDER_MANAGE, again=show)
def end(desk: Desk, provider_id: UUID) -> ResponseReturnValue:
    """End the entry."""
    form = EndForm.typed()
    form.check()
    actions.end(desk, queries.provider(desk, provider_id), on=form.ended_on.data)
    return redirect(url_for("providers.show", provider_id=provider_id), 303)


@room.post("/providers/<uuid:provider_id>/members", needs=Permission.PROVIDER_MANAGE, again=show)
def join(desk: Desk, provider_id: UUID) -> ResponseReturnValue:
    """Let an account act for the provider."""
    form = MemberForm.typed()
    actions.join(desk, queries.provider(desk, provider_id), account_id=identifier(form.account.data))
    return redirect(url_for("providers.show", provider_id=provider_id), 303)


@room.post(
    "/providers/<uuid:provider_id>/members/<uuid:member_id>/end",
    needs=Permission.PROVIDER_MANAGE,
    again=lambda desk, provider_id, member_id: show(desk, provider_id=provider_id),
)
def leave(desk: Desk, provider_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """The account no longer acts for the provider."""
    actions.leave(desk, queries.provider(desk, provider_id), member_id=member_id)
    return redirect(url_for("providers.show", provider_id=provider_id), 303)


def _wanted(desk: Desk) -> tuple[Wanted, list[str]]:
    """What is looked for, from the filter; an age that is no number is said, not guessed."""
    asked, faults = request.args, []
    typed = asked.get("age", "").strip()
    age = whole_number(typed, rules.OLDEST)
    if typed and age is None:
        faults.append(_("Write the age as a whole number of years."))
    now = desk.now.astimezone(LOCAL)
    return Wanted(
        service=asked.get("service") or None,
        age=age,
        sex=asked.get("sex") or None,
        harms=tuple(code for code in (asked.get("harm"),) if code),
        moment=(now.weekday(), now.hour * 60 + now.minute) if asked.get("open") else None,
    ), faults


def _own_code(desk: Desk) -> str:
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    return unit.code if unit is not None else ""


def _own_area(desk: Desk) -> str:
    unit = places.atlas(desk).unit(desk.actor.unit_id) if desk.actor.unit_id is not None else None
    return showing.area_lines([unit]) if unit is not None else ""


def _unit_of(desk: Desk, typed: str) -> tuple[int | None, list[str]]:
    """The unit of the filter; empty is everywhere."""
    if not typed:
        return None, []
    try:
        return _unit(desk, typed), []
    except Invalid as invalid:
        return None, [said for words in invalid.errors.values() for said in words]


def _unit(desk: Desk, typed: str) -> int | None:
    """A commune or province by its code, its name, or both."""
    by_code = _CODE.fullmatch(typed)
    return accounts.seat(desk, by_code[1] if by_code else accounts.unit_code(desk, typed))[0]


def _units(desk: Desk, typed: Sequence[str]) -> list[int]:
    """The units that were written; the first that cannot be read is named."""
    found = []
    for one in typed:
        try:
            unit_id = _unit(desk, one)
        except Invalid as invalid:
            said = [word for words in invalid.errors.values() for word in words]
            raise Invalid({"areas": [f"{one}: {' '.join(said)}"]}) from None
        if unit_id is not None:
            found.append(unit_id)
    return found


def _codes(name: str) -> list[tuple[str, str]]:
    return [("", _("Any")), *((code.code, code.label(language())) for code in vocabulary(name))]


def _facts(said: Any, units: Sequence[Any], *, nation: bool) -> dict[str, str]:
    return {
        "kind": showing.kind(said),
        "services": showing.services(said),
        "takes": showing.takes(said),
        "hours": showing.hours(said.hours),
        "serves": showing.serves(units, nation=nation),
    }


def _line(one: queries.Entry, units: Sequence[Any]) -> dict[str, Any]:
    return {
        **_facts(one.listing, units, nation=one.nation),
        "id": one.id,
        "name": one.listing.name,
        "phone": one.listing.phone or "",
        "ask_for": one.listing.ask_for or "",
        "fit": one.verdict.fit,
        "why": [str(said) for said in one.verdict.why],
    }
