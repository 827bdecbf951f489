"""Reading the directory: entries as of a day, who can take a child now, who acts for a provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select

from casemgr.access.desk import Desk
from casemgr.access.roles import Role
from casemgr.accounts.models import Account, Appointment
from casemgr.core.calendar import local_day
from casemgr.core.text import fold
from casemgr.places import queries as places
from casemgr.places import rules as place_rules
from casemgr.places.terms import UnitFacts
from casemgr.providers import rules
from casemgr.providers.models import Provider, ProviderArea, ProviderMember, ProviderVersion
from casemgr.providers.terms import Fit, Listing, Verdict, Wanted

_ORDER = {Fit.YES: 0, Fit.ASK: 1, Fit.NO: 2}
MOST = 500  # entries that one page weighs; a filter by place keeps it far below


@dataclass(frozen=True)
class Entry:
    """A provider as of a day."""

    id: UUID
    version_id: UUID
    keeper_id: int | None
    since: date
    nation: bool
    listing: Listing
    verdict: Verdict = Verdict(Fit.YES)


@dataclass(frozen=True)
class Person:
    """Somebody who acts for a provider."""

    id: UUID
    account_id: UUID
    name: str
    username: str


def provider(desk: Desk, provider_id: UUID) -> Provider:
    """One entry of the directory."""
    return desk.get(Provider, provider_id)


def versions(desk: Desk, of: Provider) -> Sequence[ProviderVersion]:
    """Every version of an entry, the newest first."""
    return desk.all(
        select(ProviderVersion)
        .where(ProviderVersion.provider_id == of.id)
        .order_by(ProviderVersion.number.desc())
    )


def entry(desk: Desk, provider_id: UUID, day: date | None = None) -> Entry | None:
    """A provider as of a day or of today; none if it has ended or not begun."""
    found = _entries(desk, day or local_day(desk.now), Provider.id == provider_id)
    return found[0] if found else None


def named(desk: Desk, provider_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The newest names of some providers."""
    if not provider_ids:
        return {}
    rows = desk.all(
        select(ProviderVersion)
        .where(ProviderVersion.provider_id.in_(set(provider_ids)))
        .order_by(ProviderVersion.number)
    )
    return {row.provider_id: row.listing.name for row in rows}


def who_can(desk: Desk, wanted: Wanted, unit_id: int | None = None) -> Sequence[Entry]:
    """Providers that serve a unit, or all, weighed against what is wanted: those that fit first, then those to be asked."""
    where = _serves(desk, unit_id) if unit_id is not None else None
    found = _entries(desk, local_day(desk.now), where)
    weighed = [
        Entry(
            one.id,
            one.version_id,
            one.keeper_id,
            one.since,
            one.nation,
            one.listing,
            rules.verdict(one.listing, wanted),
        )
        for one in found
    ]
    return sorted(weighed, key=lambda one: (_ORDER[one.verdict.fit], one.nation, fold(one.listing.name)))


def areas(desk: Desk, version_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[UnitFacts]]:
    """The units that each of some versions serves."""
    atlas = places.atlas(desk)
    found: dict[UUID, list[UnitFacts]] = {}
    rows = desk.rows(
        select(ProviderArea.version_id, ProviderArea.unit_id)
        .where(ProviderArea.version_id.in_(set(version_ids)))
        .order_by(ProviderArea.unit_id)
    )
    for version_id, unit_id in rows:
        unit = atlas.unit(unit_id)
        if unit is not None:
            found.setdefault(version_id, []).append(unit)
    return found


def is_mine(desk: Desk, of: Provider) -> bool:
    """Whether the unit that keeps an entry lies in this person's area."""
    return desk.actor.units is None or of.keeper_id in desk.actor.units


def members(desk: Desk, of: Provider) -> Sequence[Person]:
    """Who acts for a provider now."""
    rows = desk.rows(
        select(ProviderMember.id, Account.id, Account.name, Account.username)
        .join(Account, Account.id == ProviderMember.account_id)
        .where(ProviderMember.provider_id == of.id, ProviderMember.ended_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return [Person(*row) for row in rows]


def member(desk: Desk, of: Provider, member_id: UUID) -> ProviderMember:
    """One tie between an account and a provider."""
    return desk.one(
        select(ProviderMember).where(ProviderMember.id == member_id, ProviderMember.provider_id == of.id)
    )


def mine(desk: Desk) -> Sequence[UUID]:
    """The providers for which the person at the desk acts."""
    return desk.all(
        select(ProviderMember.provider_id).where(
            ProviderMember.account_id == desk.actor.account_id, ProviderMember.ended_at.is_(None)
        )
    )


def possible_members(desk: Desk, of: Provider) -> Sequence[tuple[UUID, str]]:
    """Accounts with the role of service provider today in the province of whoever keeps the entry, not yet tied to it."""
    today = local_day(desk.now)
    held = {person.account_id for person in members(desk, of)}
    statement = (
        select(Account.id, Account.name, Account.username)
        .join(Appointment, Appointment.account_id == Account.id)
        .where(
            Account.state == "active",
            Appointment.role == Role.SERVICE_PROVIDER,
            Appointment.since <= today,
            or_(Appointment.until.is_(None), Appointment.until >= today),
        )
        .order_by(Account.name, Account.id)
    )
    near = _province_units(desk, of.keeper_id)
    if near is not None:
        statement = statement.where(or_(Appointment.unit_id.in_(sorted(near)), Appointment.unit_id.is_(None)))
    rows = dict.fromkeys(
        (row[0], f"{row[1]} ({row[2]})") for row in desk.rows(statement) if row[0] not in held
    )
    return list(rows)


def _entries(desk: Desk, day: date, where: object | None = None) -> list[Entry]:
    statement = (
        select(ProviderVersion, Provider.keeper_id)
        .join(Provider, Provider.id == ProviderVersion.provider_id)
        .where(
            ProviderVersion.since <= day,
            or_(ProviderVersion.until.is_(None), ProviderVersion.until >= day),
            or_(Provider.ended_on.is_(None), Provider.ended_on >= day),
        )
        .order_by(ProviderVersion.number.desc(), ProviderVersion.id)
        .limit(MOST)
    )
    if where is not None:
        statement = statement.where(where)  # type: ignore[arg-type]
    found: dict[UUID, Entry] = {}
    for row, keeper in desk.rows(statement):
        found.setdefault(
            row.provider_id, Entry(row.provider_id, row.id, keeper, row.since, row.nation, row.listing)
        )
    return list(found.values())


def _serves(desk: Desk, unit_id: int) -> object:
    """Versions that serve a unit: itself, what it took over, its province, or the whole country."""
    around = sorted(_around(desk, unit_id))
    return or_(
        ProviderVersion.nation,
        exists().where(ProviderArea.version_id == ProviderVersion.id, ProviderArea.unit_id.in_(around)),
    )


def _around(desk: Desk, unit_id: int) -> set[int]:
    atlas, today = places.atlas(desk), places.today(desk)
    unit = atlas.unit(unit_id)
    if unit is None:
        return {unit_id}
    here = place_rules.standing(atlas, unit, today).unit or unit
    before = place_rules.people_predecessors(atlas, here)
    provinces = [atlas.province_of(here, today), *(atlas.province_of(one, one.valid_from) for one in before)]
    return {unit.id, here.id, *(one.id for one in before), *(one.id for one in provinces if one is not None)}


def _province_units(desk: Desk, unit_id: int | None) -> frozenset[int] | None:
    atlas, today = places.atlas(desk), places.today(desk)
    unit = atlas.unit(unit_id) if unit_id is not None else None
    if unit is None:
        return None
    here = place_rules.standing(atlas, unit, today).unit or unit
    province = atlas.province_of(here, today) or here
    return place_rules.reach(atlas, province, today)
