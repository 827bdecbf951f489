"""The page of a definition: what an indicator is, how sure each part is, how it is counted, and its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casemgr.core.words import Later
from casemgr.indicators.catalogue import files, in_use
from casemgr.indicators.keys import keys_of
from casemgr.indicators.splits import KEYS
from casemgr.indicators.terms import Indicator, Kind


@dataclass(frozen=True)
class Version:
    """One version, and what it made another than the version before."""

    entry: Indicator
    holds: bool
    lines: Sequence[files.Line]


@dataclass(frozen=True)
class Definition:
    """Everything on the page."""

    entry: Indicator
    keys: Sequence[Later]
    rule: str
    versions: Sequence[Version]  # the newest first


def definition(set_: str, code: str, on: date) -> Definition:
    """The definition that holds on a day, under any code it has had."""
    catalogue = in_use()
    entry, versions = catalogue.entry(set_, code, on), catalogue.versions(set_, code)
    listed = [
        Version(one, one is entry, files.compared(before, one) if before is not None else ())
        for before, one in zip((None, *versions), versions, strict=False)
    ]
    names = keys_of(entry) if entry.kind is Kind.COMPUTED else entry.splits
    return Definition(entry, [KEYS[name].title for name in names], files.rule_words(entry), listed[::-1])
