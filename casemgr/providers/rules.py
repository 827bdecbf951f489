"""Decisions on the directory: who can take this child now, what an entry must say, who may change it; pure."""

from datetime import date

from casemgr.core.findings import Findings, blocks
from casemgr.core.words import Later, _l
from casemgr.providers.terms import Fit, Hours, Listing, Verdict, Wanted

OLDEST = 25


def open_at(hours: Hours, weekday: int, minute: int) -> bool | None:
    """Whether somebody is there on a day of the week at a minute; None when the hours are not known."""
    if hours.day_and_night:
        return True
    if not hours.told or hours.opens is None or hours.closes is None:
        return None
    if hours.opens < hours.closes:
        return weekday in hours.days and hours.opens <= minute < hours.closes
    through_night = weekday in hours.days and minute >= hours.opens
    from_yesterday = (weekday - 1) % 7 in hours.days and minute < hours.closes
    return through_night or from_yesterday


def verdict(listing: Listing, wanted: Wanted) -> Verdict:
    """Whether a provider can take such a child now. What is not known is to be asked, never guessed."""
    against: list[Later] = []
    to_ask: list[Later] = []
    if wanted.service is not None and wanted.service not in listing.services:
        against.append(_l("does not offer this service"))
    against += _ages(listing, wanted.age)
    if wanted.sex is not None and listing.sexes not in (None, wanted.sex):
        said = _l("takes girls only") if listing.sexes == "female" else _l("takes boys only")
        (against if wanted.sex in ("male", "female") else to_ask).append(said)
    if wanted.harms and listing.harms and not set(wanted.harms) & set(listing.harms):
        against.append(_l("does not take children harmed in this way"))
    there = True if wanted.moment is None else open_at(listing.hours, *wanted.moment)
    if there is None:
        to_ask.append(_l("its hours are not known: call first"))
    elif not there:
        against.append(_l("is closed at this hour"))
    if against:
        return Verdict(Fit.NO, tuple(against))
    return Verdict(Fit.ASK if to_ask else Fit.YES, tuple(to_ask))


def _ages(listing: Listing, age: int | None) -> list[Later]:
    if age is None:
        return []
    found = []
    if listing.youngest is not None and age < listing.youngest:
        found.append(_l("takes children from %(age)s years", age=listing.youngest))
    if listing.oldest is not None and age > listing.oldest:
        found.append(_l("takes children up to %(age)s years", age=listing.oldest))
    return found


def findings_before_writing(
    listing: Listing,
    *,
    areas: int,
    nation: bool,
    since: date | None,
    last_since: date | None,
    mine: bool,
    ended: bool,
) -> Findings:
    """What stands against an entry or a new version of it."""
    hours = listing.hours
    partly = bool(hours.days or hours.opens is not None or hours.closes is not None) and not hours.told
    wrong_way = (
        listing.youngest is not None and listing.oldest is not None and listing.youngest > listing.oldest
    )
    return Findings(
        blocks("not-yours", _l("Another unit keeps this entry: ask there for a change."), when=not mine),
        blocks("ended", _l("This entry has ended."), when=ended),
        blocks("name", _l("Write the name of the provider."), when=not listing.name, field="name"),
        blocks("kind", _l("Choose what sort of place it is."), when=listing.kind is None, field="kind"),
        blocks(
            "services",
            _l("Tick at least one service that it offers."),
            when=not listing.services,
            field="services",
        ),
        blocks(
            "areas",
            _l("Say which communes or provinces it serves, or tick the whole country."),
            when=not areas and not nation,
            field="areas",
        ),
        blocks(
            "contact",
            _l("Write a telephone number or an address of mail: an entry nobody can reach helps nobody."),
            when=not listing.phone and not listing.email,
            field="phone",
        ),
        blocks("ages", _l("The youngest age is above the oldest."), when=wrong_way, field="youngest"),
        blocks(
            "hours",
            _l(
                "Hours need days, an opening and a closing time. Leave all three empty if they are not known."
            ),
            when=partly,
            field="opens",
        ),
        blocks("since", _l("Write from which day this holds."), when=since is None, field="since"),
        blocks(
            "since-too-early",
            _l("The last change holds from a later day. Choose that day or one after it."),
            when=since is not None and last_since is not None and since < last_since,
            field="since",
        ),
    )


def findings_before_ending(*, on: date | None, since: date, mine: bool, ended: bool) -> Findings:
    """What stands against ending an entry."""
    return Findings(
        blocks("not-yours", _l("Another unit keeps this entry: ask there for a change."), when=not mine),
        blocks("ended", _l("This entry has ended."), when=ended),
        blocks("day", _l("Write the last day of this entry."), when=on is None, field="ended_on"),
        blocks(
            "day-too-early",
            _l("The last day lies before the first."),
            when=on is not None and on < since,
            field="ended_on",
        ),
    )


def findings_before_joining(*, possible: bool, mine: bool, ended: bool) -> Findings:
    """What stands against letting an account act for a provider."""
    return Findings(
        blocks("not-yours", _l("Another unit keeps this entry: ask there for a change."), when=not mine),
        blocks("ended", _l("This entry has ended."), when=ended),
        blocks(
            "account",
            _l(
                "Choose an account that holds the role of service provider today and does not act for this provider yet."
            ),
            when=not possible,
            field="account",
        ),
    )
