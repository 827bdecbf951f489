"""On which article of which instrument something rests, since when, and how sure we are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from casemgr.law import in_use
from casemgr.law.rows import LawDataWrong, Row, in_force, read
from casemgr.law.wording import Wording


class Status(StrEnum):
    """How far a statement was checked against the text of the law."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    PROVISIONAL = "provisional"

    @property
    def wording(self) -> Wording:
        """What the page says about it."""
        return _STATUS_WORDS[self]

    def marked(self, text: str, lang: str) -> str:
        """A statement with its mark behind it, so that it does not look official; what was checked needs none."""
        if self is Status.CONFIRMED or not text:
            return text
        said = self.wording.text(lang)
        return f"{text} ({said[:1].lower()}{said[1:]})"


_STATUS_WORDS = {
    Status.CONFIRMED: Wording("Đã đối chiếu", "Checked against the text"),
    Status.PARTLY: Wording("Mới đối chiếu một phần", "Checked in part"),
    Status.PROVISIONAL: Wording("Chưa đối chiếu bản chính", "Not checked against the official text"),
}
_ENGLISH = (
    ("Điều", "Article"),
    ("khoản", "clause"),
    ("điểm", "point"),
    ("Mẫu số", "Form"),
    ("Phụ lục", "Annex"),
    ("bước", "step"),
    ("Bảng", "Table"),
    ("chú thích", "note"),
    ("mục", "section"),
)


@dataclass(frozen=True)
class Instrument:
    """A law, decree, circular or other source, under the short name that the data uses."""

    id: str
    title: Wording
    url: str | None
    in_force_from: date
    in_force_to: date | None
    status: Status
    legal: bool

    def in_force(self, on: date) -> bool:
        return in_force(self, on)


@dataclass(frozen=True)
class Basis:
    """An article of an instrument; the days are those on which the instrument is in force."""

    instrument: str
    article: str
    in_force_from: date
    in_force_to: date | None
    status: Status

    @classmethod
    def of(cls, citation: str, status: Status) -> "Basis":
        """The basis that a citation such as `ND56 Điều 26 khoản 3` names."""
        short, _, article = citation.strip().partition(" ")
        known = instrument(short)
        return cls(short, article.strip(), known.in_force_from, known.in_force_to, status)

    def cite(self, lang: str) -> str:
        """The citation as people write it."""
        article = self.article
        if lang == "en":
            for vietnamese, english in _ENGLISH:
                article = article.replace(vietnamese, english)
        title = instrument(self.instrument).title.text(lang)
        return f"{title}, {article}" if article else title

    def in_force(self, on: date) -> bool:
        return in_force(self, on)

    def __str__(self) -> str:
        return self.cite("vi")


def bases(row: Row, status: Status) -> tuple[Basis, ...]:
    """All that a row rests on, the first being the main one."""
    return tuple(Basis.of(citation, status) for citation in row.text("basis").split(";"))


def cite(all_bases: tuple[Basis, ...], lang: str) -> str:
    """Several bases in one line."""
    return "; ".join(basis.cite(lang) for basis in all_bases)


def cited(citations: str, lang: str) -> str:
    """What is cited as `ND56 Điều 25; LTE Điều 52 khoản 2`, as people write it."""
    return cite(tuple(Basis.of(one, Status.CONFIRMED) for one in citations.split(";")), lang)


def status_of(row: Row) -> Status:
    """The status that a row states."""
    try:
        return Status(row.text("status"))
    except ValueError:
        raise LawDataWrong(f"{row.where}: status is confirmed, partly or provisional.") from None


def instrument(short: str) -> Instrument:
    """The instrument that the data, or what was loaded since, knows under a short name."""
    book = in_use.book()
    found: Instrument | None = book.instruments.get(short) if book is not None else None
    found = found or instruments().get(short)
    if found is None:
        raise LawDataWrong(f"No instrument is called {short}.")
    return found


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument that the data of the program cites, by its short name."""
    return instruments_of(read("instruments"))


def instruments_of(file: Row) -> Mapping[str, Instrument]:
    """The instruments that a data file names."""
    found: dict[str, Instrument] = {}
    for row in file.rows("instruments"):
        row.only("id", "title", "url", "in_force_from", "in_force_to", "status", "legal", "note")
        if row.text("id") in found:
            raise LawDataWrong(f"{row.where}: {row.text('id')} stands twice.")
        found[row.text("id")] = Instrument(
            row.text("id"),
            row.wording("title"),
            row.maybe_text("url"),
            row.day("in_force_from"),
            row.maybe_day("in_force_to"),
            status_of(row),
            row.flag("legal"),
        )
    return found
