"""The catalogue as one value: every entry with all its versions, under every code it has had. A change is another value."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from casemgr.core.errors import NotFound
from casemgr.core.periods import holds
from casemgr.indicators.terms import Indicator

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Catalogue:
    """All versions of all entries. Versions of one family follow one another, also where the code became another."""

    entries: tuple[Indicator, ...]

    @cached_property
    def _before(self) -> Mapping[str, str]:
        """Under which code an entry stood before."""
        return {entry.id: entry.formerly for entry in self.entries if entry.formerly}

    def root(self, id: str) -> str:
        """The first code of a family."""
        seen = {id}
        while (earlier := self._before.get(id)) is not None and earlier not in seen:
            seen.add(id := earlier)
        return id

    @cached_property
    def _families(self) -> Mapping[str, tuple[Indicator, ...]]:
        found: dict[str, list[Indicator]] = defaultdict(list)
        for entry in self.entries:
            found[self.root(entry.id)].append(entry)
        return {root: tuple(sorted(all_, key=lambda entry: entry.valid_from)) for root, all_ in found.items()}

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(entry.id for entry in self.entries)

    def has(self, set_: str, code: str) -> bool:
        """Whether anything ever stood under this code."""
        return f"{set_.upper()}/{code}" in self._ids

    def versions(self, set_: str, code: str) -> tuple[Indicator, ...]:
        """Every version under any of its codes, the oldest first."""
        if not self.has(set_, code):
            raise NotFound
        return self._families[self.root(f"{set_.upper()}/{code}")]

    def entry(self, set_: str, code: str, on: date) -> Indicator:
        """What held on a day under any of its codes; before the first one, the first."""
        versions = self.versions(set_, code)
        begun = [entry for entry in versions if entry.valid_from <= on]
        return begun[-1] if begun else versions[0]

    def holding(self, on: date) -> Sequence[Indicator]:
        """The entries that hold on a day."""
        return [entry for entry in self.entries if holds(entry.valid_from, entry.valid_to, on)]

    def with_entries(self, loaded: Sequence[Indicator]) -> "Catalogue":
        """What is loaded holds from its first day; what held before that day stays, and ends the day before.

        The same version again tells only when it ends. Nothing here objects: `files.weigh` has done so before.
        """
        found = list(self.entries)
        for entry in loaded:
            again = [one for one in found if (one.id, one.version) == (entry.id, entry.version)]
            if again:
                found[found.index(again[0])] = replace(again[0], valid_to=entry.valid_to)
            else:
                families = Catalogue((*found, entry))
                root = families.root(entry.id)
                found = [
                    _before(one, entry.valid_from) if families.root(one.id) == root else one
                    for one in found
                    if families.root(one.id) != root or one.valid_from < entry.valid_from
                ]
                found.append(entry)
        return Catalogue(tuple(found))


def _before(one: Indicator, day: date) -> Indicator:
    """A version that is followed by another on a day."""
    return replace(one, valid_to=min(one.valid_to or date.max, day - _ONE_DAY))
