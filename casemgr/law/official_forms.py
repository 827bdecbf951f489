"""The sixteen forms in the annex of Nghị định 56/2017: number, title, purpose, and how well each is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from casemgr.law.basis import Basis, Status, bases, cite, status_of
from casemgr.law.rows import LawDataWrong, Row, UnknownInLaw, check_dates, in_force, read
from casemgr.law.wording import Wording

_MEMBERS = (
    *("number", "title", "title_verified", "purpose", "signed_by", "basis", "status", "source"),
    *("in_force_from", "in_force_to"),
)


@dataclass(frozen=True)
class OfficialForm:
    """One statutory form as it was in force from a day to a day."""

    number: str
    title: Wording
    title_verified: bool
    purpose: Wording
    signed_by: Wording | None
    basis: Basis
    also: tuple[Basis, ...]
    content_status: Status
    source: str | None
    in_force_from: date
    in_force_to: date | None

    @property
    def name(self) -> Wording:
        """How people call it."""
        return Wording(f"Mẫu {self.number}", f"Form {self.number}")

    def cite(self, lang: str) -> str:
        """All articles it rests on."""
        return cite((self.basis, *self.also), lang)

    def in_force(self, on: date) -> bool:
        return in_force(self, on)


def official_form(number: str, on: date) -> OfficialForm:
    """The form with this number as it was in force on a day."""
    versions = all_forms().get(number)
    if versions is None:
        raise UnknownInLaw(f"There is no form {number}.")
    for version in versions:
        if version.in_force(on):
            return version
    raise UnknownInLaw(f"Form {number} was not in force on {on.isoformat()}.")


def official_forms(on: date) -> tuple[OfficialForm, ...]:
    """All forms in force on a day, by number."""
    return tuple(one for versions in all_forms().values() for one in versions if one.in_force(on))


@cache
def all_forms() -> Mapping[str, tuple[OfficialForm, ...]]:
    """Every form that the data holds, by its number."""
    return from_file(read("official_forms"))


def from_file(file: Row) -> Mapping[str, tuple[OfficialForm, ...]]:
    """The forms of a data file, checked: numbers of two figures, dates without gap or overlap."""
    file.only("about", "forms")
    found: dict[str, list[OfficialForm]] = {}
    for row in file.rows("forms"):
        one = _read(row)
        found.setdefault(one.number, []).append(one)
    for number, versions in found.items():
        check_dates(f"form {number}", versions)
        versions.sort(key=lambda one: one.in_force_from)
    return MappingProxyType({number: tuple(versions) for number, versions in sorted(found.items())})


def _read(row: Row) -> OfficialForm:
    row.only(*_MEMBERS)
    number, status = row.text("number"), status_of(row)
    if len(number) != 2 or not number.isdecimal():
        raise LawDataWrong(f"{row.where}: a form's number has two figures.")
    main, *also = bases(row, Status.CONFIRMED)
    return OfficialForm(
        number=number,
        title=row.wording("title"),
        title_verified=row.flag("title_verified"),
        purpose=row.wording("purpose"),
        signed_by=row.maybe_wording("signed_by"),
        basis=main,
        also=tuple(also),
        content_status=status,
        source=row.maybe_text("source"),
        in_force_from=row.day("in_force_from"),
        in_force_to=row.maybe_day("in_force_to"),
    )
