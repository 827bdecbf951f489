"""The catalogue: every indicator that is counted here, as it ships and as it was corrected since, checked on import.

`entries.json`, what ships; `loading.py`, one entry from its data; `checking.py`, what every catalogue keeps;
`book.py`, the catalogue as one value with its versions; `schemas.py`, the form of a file; `files.py`, a file that is loaded.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from casemgr.core.calendar import day_start
from casemgr.core.words import Later, _l
from casemgr.indicators.catalogue import hotline, loading
from casemgr.indicators.catalogue.book import Catalogue
from casemgr.indicators.catalogue.checking import SETS, check
from casemgr.indicators.terms import Indicator, Kind, State
from casemgr.law import in_use as law

__all__ = (
    "ENTRIES",
    "INDICATORS",
    "KINDS",
    "SETS",
    "STATES",
    "check",
    "in_use",
    "indicator",
    "named",
    "once",
)

ENTRIES: Sequence[Indicator] = (*loading.ENTRIES, *hotline.INDICATORS)  # as shipped
INDICATORS: Sequence[Indicator] = tuple(entry for entry in ENTRIES if entry.kind is Kind.COMPUTED)

STATES: Mapping[State, Later] = {
    State.CONFIRMED: _l("code and name checked"),
    State.NAME_CONFIRMED: _l("name checked, code provisional"),
    State.PROVISIONAL: _l("provisional: not seen in the official text"),
    State.OURS: _l("our own"),
}
KINDS: Mapping[Kind, Later] = {
    Kind.COMPUTED: _l("counted here"),
    Kind.DERIVED: _l("needs a number supplied by another sector"),
    Kind.ENTERED: _l("supplied by another sector"),
}

check(ENTRIES)
SHIPPED = Catalogue(tuple(ENTRIES))


def in_use(known: date | None = None) -> Catalogue:
    """What ships with every file loaded since, as the desk at work sees it; or with those loaded by the end of a past day."""
    loads = _loads()
    if known is not None and loads:
        end = day_start(known + timedelta(days=1))
        loads = tuple(load for load in loads if load.at is not None and load.at < end)
    return _with(loads) if loads else SHIPPED


def once(set_: str, code: str, version: int) -> Indicator | None:
    """A version that is in use, or was before a later file took its place; none if there never was one."""
    return _ever(_loads()).get((set_, code, version))


def _loads() -> tuple[Any, ...]:
    book = law.book()
    return book.catalogues if book is not None else ()


@lru_cache(maxsize=4)
def _ever(loads: tuple[Any, ...]) -> Mapping[tuple[str, str, int], Indicator]:
    loaded = (loading.entry(said) for load in loads for said in load.body["entries"])
    entries = (*SHIPPED.entries, *loaded, *_with(loads).entries)
    return {(entry.set, entry.code, entry.version): entry for entry in entries}


@lru_cache(maxsize=16)
def _with(loads: tuple[Any, ...]) -> Catalogue:
    found = SHIPPED
    for load in loads:
        found = found.with_entries(tuple(map(loading.entry, load.body["entries"])))
    check(found.entries)
    return found


def indicator(set_: str, code: str, on: date, known: date | None = None) -> Indicator:
    """The entry that holds on a day, under any code it has had; before the first one, the first.

    With `known` as the catalogue stood at the end of that past day: a code loaded since leads to the one before it.
    """
    now, then = in_use(), in_use(known)
    if then is now:
        return now.entry(set_, code, on)
    names = ((one.set, one.code) for one in now.versions(set_, code))
    return next((then.entry(*name, on) for name in names if then.has(*name)), now.entry(set_, code, on))


def named(id_: str, on: date, known: date | None = None) -> Indicator:
    """The entry that another one names, such as A/0101-p, as it holds on a day."""
    set_, _slash, code = id_.partition("/")
    return indicator(set_, code, on, known)
