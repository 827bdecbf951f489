"""The directory in words: hours, whom a provider takes, where it serves; pure."""

from collections.abc import Sequence

from casemgr.core.words import _, language
from casemgr.law.vocabulary import vocabulary
from casemgr.places.terms import UnitFacts
from casemgr.providers.forms import DAYS, time_of
from casemgr.providers.terms import KINDS, Hours, Listing, ProviderKind


def hours(told: Hours) -> str:
    """When it is open."""
    if told.day_and_night:
        return _("day and night")
    if not told.told or told.opens is None or told.closes is None:
        return _("hours not known")
    return _(
        "%(days)s, %(opens)s to %(closes)s",
        days=_days(told.days),
        opens=time_of(told.opens),
        closes=time_of(told.closes),
    )


def _days(days: Sequence[int]) -> str:
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
    return ", ".join(str(DAYS[day]) for day in days)


def takes(listing: Listing) -> str:
    """Whom it takes."""
    who = {"female": _("girls only"), "male": _("boys only")}.get(listing.sexes or "", _("boys and girls"))
    if listing.youngest is not None and listing.oldest is not None:
        ages = _("%(youngest)s to %(oldest)s years", youngest=listing.youngest, oldest=listing.oldest)
    elif listing.youngest is not None:
        ages = _("from %(youngest)s years", youngest=listing.youngest)
    elif listing.oldest is not None:
        ages = _("up to %(oldest)s years", oldest=listing.oldest)
    else:
        ages = _("any age")
    harms = "; ".join(vocabulary("harms").label(code, language()).lower() for code in listing.harms)
    return ", ".join(part for part in (who, ages, harms) if part)


def services(listing: Listing) -> str:
    """What it offers."""
    named = vocabulary("service_types")
    return "; ".join(named.label(code, language()) for code in listing.services)


def kind(listing: Listing) -> str:
    """What sort of place it is."""
    return str(KINDS[ProviderKind(listing.kind)]) if listing.kind in set(ProviderKind) else ""


def serves(units: Sequence[UnitFacts], *, nation: bool) -> str:
    """Where it serves."""
    return _("the whole country") if nation else ", ".join(unit.name for unit in units)


def area_lines(units: Sequence[UnitFacts]) -> str:
    """The units as they are typed again: code and name, one on a line."""
    return "\n".join(f"{unit.code} {unit.name}" for unit in units)
