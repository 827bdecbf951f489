"""Writing the directory: a new entry, a new version of it, its end, and which accounts act for it."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from casemgr.access.action import action
from casemgr.access.desk import Desk
from casemgr.access.permissions import Permission
from casemgr.core.calendar import local_day
from casemgr.providers import queries, rules
from casemgr.providers.models import Provider, ProviderArea, ProviderMember, ProviderVersion
from casemgr.providers.terms import Listing
from casemgr.security.parts import encode


@action("provider entered", needs=Permission.PROVIDER_MANAGE)
def enter(
    desk: Desk, *, listing: Listing, unit_ids: Collection[int], nation: bool, since: date | None
) -> Provider:
    """Put a provider into the directory. The unit of whoever enters it keeps the entry."""
    rules.findings_before_writing(
        listing, areas=len(unit_ids), nation=nation, since=since, last_since=None, mine=True, ended=False
    ).settle()
    row = Provider(
        id=desk.id(), keeper_id=desk.actor.unit_id, created_at=desk.now, created_by=desk.actor.account_id
    )
    desk.add(row)
    _version(desk, row, 1, listing, unit_ids, nation, since or local_day(desk.now))
    return row


@action("provider changed", needs=Permission.PROVIDER_MANAGE)
def change(
    desk: Desk,
    provider: Provider,
    *,
    listing: Listing,
    unit_ids: Collection[int],
    nation: bool,
    since: date | None,
) -> Provider:
    """Say what holds from a day on; what held before stays readable."""
    last = queries.versions(desk, provider)[0]
    rules.findings_before_writing(
        listing,
        areas=len(unit_ids),
        nation=nation,
        since=since,
        last_since=last.since,
        mine=queries.is_mine(desk, provider),
        ended=_has_ended(desk, provider),
    ).settle()
    day = since or local_day(desk.now)
    same_place = {unit.id for unit in queries.areas(desk, [last.id]).get(last.id, ())} == set(unit_ids)
    if last.listing == listing and last.nation == nation and same_place:
        return provider
    last.until = day - timedelta(days=1)
    _version(desk, provider, last.number + 1, listing, unit_ids, nation, day)
    return provider


@action("provider ended", needs=Permission.PROVIDER_MANAGE)
def end(desk: Desk, provider: Provider, *, on: date | None) -> Provider:
    """End an entry: after its last day nobody finds it, what was asked of it stays."""
    first = queries.versions(desk, provider)[-1]
    rules.findings_before_ending(
        on=on, since=first.since, mine=queries.is_mine(desk, provider), ended=provider.ended_on is not None
    ).settle()
    provider.ended_on = on
    return provider


@action("provider account joined", needs=Permission.PROVIDER_MANAGE)
def join(desk: Desk, provider: Provider, *, account_id: UUID | None) -> ProviderMember:
    """Let an account act for a provider: it sees what is asked of it, and nothing else."""
    possible = account_id in {account for account, _name in queries.possible_members(desk, provider)}
    rules.findings_before_joining(
        possible=possible, mine=queries.is_mine(desk, provider), ended=_has_ended(desk, provider)
    ).settle()
    row = ProviderMember(
        id=desk.id(),
        provider_id=provider.id,
        account_id=account_id,
        since=desk.now,
        made_by=desk.actor.account_id,
    )
    desk.add(row)
    return row


@action("provider account left", needs=Permission.PROVIDER_MANAGE)
def leave(desk: Desk, provider: Provider, *, member_id: UUID) -> ProviderMember:
    """From now on the account no longer acts for the provider."""
    row = queries.member(desk, provider, member_id)
    rules.findings_before_joining(possible=True, mine=queries.is_mine(desk, provider), ended=False).settle()
    if row.ended_at is None:
        row.ended_at, row.ended_by = desk.now, desk.actor.account_id
    return row


def _version(
    desk: Desk,
    provider: Provider,
    number: int,
    listing: Listing,
    unit_ids: Collection[int],
    nation: bool,
    since: date,
) -> None:
    row = ProviderVersion(
        id=desk.id(),
        provider_id=provider.id,
        number=number,
        since=since,
        nation=nation,
        recorded_at=desk.now,
        recorded_by=desk.actor.account_id,
        said=encode(listing).decode(),
    )
    desk.add(row)
    for unit_id in sorted(set(unit_ids)):
        desk.add(ProviderArea(version_id=row.id, unit_id=unit_id))


def _has_ended(desk: Desk, provider: Provider) -> bool:
    return provider.ended_on is not None and provider.ended_on < local_day(desk.now)
