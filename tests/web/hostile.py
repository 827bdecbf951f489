"""Somebody who means ill fills in the forms of the pages: finds them, and sends what no browser would."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from casemgr.core.db import Model
from casemgr.security.parts import Safe
from tests.house import rights
from tests.support.house import HouseUnderTest

DOWNLOADS = (".pdf", ".xlsx", ".csv", ".zip")
LEFT_OUT = (None, "accounts.sign_out", "hotline.as_pdf")  # no door of ours, the way out, seconds of drawing
FORM = "application/x-www-form-urlencoded"
MARK = "mạo-danh-5b1d"  # stands in what nobody asked for; it must arrive nowhere
MARKED = (MARK, "5b1d5b1d-5b1d-4b1d-8b1d-5b1d5b1d5b1d", "1528912717")
WORDS: Sequence[bytes] = (
    b"", b" ", b"x", b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"-1", b"0", b"1", b"1.5", b"1_0", b"0x1f",
    b"2147483648", b"9223372036854775808", b"99999999999", b"9" * 30, b"9" * 5000, b"1e999", b"NaN", b"true", b"[]", b'{"a":1}',
    b"31/02/2026", b"01/01/0001", b"31/12/9999", b"1/99999999999", b"2026-11-18", b"9999-12-31", b"2026-11-18T25:61", b"25:61",
    b"2026-H2", b"2026-H9", b"0000-H1", b"9999-H2", b"06124", b"00004", b"c1", b"s1", b"admin", b"a" * 5000, b"{{7*7}}",
    b"%(x)s %s {0}", b"<script>alert(1)</script>", b"' OR 1=1 --", b"=1+1", b"../../etc/passwd", b"//evil.example",
    b"javascript:alert(1)", b"x\r\nSet-Cookie: a=b", b"00000000-0000-4000-8000-000000000000", b"{urn:uuid:}",
    *(word.encode() for word in (
        "\u202etxt.exe", "Nguye\u0302\u0303n", "\u200b", "\ufeff", "\U0001f9d2" * 40, "á" * 70_000, "²", "１２", "٣", "٣/١/٢٠٢٦",
    )),
)  # fmt: skip
KEPT_BY_US = ("_id", "_at", "_by", "_sealed", "_digest")
COLUMNS = sorted(
    {
        column.name
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(KEPT_BY_US)
    }
    | {
        "id",
        "role",
        "state",
        "stage",
        "restricted",
        "rehearsal",
        "demo",
        "number",
        "seq",
        "published",
        "must_change",
    }
)


@dataclass
class Sheet:
    """One form as it stands on a page: where it leads, and what its fields may hold."""

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Sheets(HTMLParser):
    """The forms of a page, and the addresses with something asked behind them."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.found: list[Sheet] = []
        self._here, self._open, self._select = here, Sheet("", ""), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        name = told.get("name", "")
        if tag == "form":
            self._open = Sheet(told.get("method", "get").upper(), told.get("action") or self._here)
            self.found.append(self._open)
        elif tag == "a" and "?" in told.get("href", ""):
            asked = urlsplit(told["href"])
            fields = {name: [value] for name, value in parse_qsl(asked.query)}
            self.found.append(Sheet("GET", asked.path or self._here, fields))
        elif tag in ("input", "textarea", "button") and name:
            self._open.fields.setdefault(name, []).append(told.get("value", ""))
        elif tag == "select":
            self._select = name
            self._open.fields.setdefault(name, [])
        elif tag == "option" and self._select:
            self._open.fields[self._select].append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = Sheet("", "")
        elif tag == "select":
            self._select = ""


def sheets(
    house: HouseUnderTest, who: str, number: str | None, *, every: int = 1, first: int = 0
) -> Iterator[tuple[FlaskClient, str, Sheet]]:
    """Every form that a role is shown on one page of so many, each door and set of fields once, by its address."""
    person = rights.walker(house, who)
    mine = person.things[rights.OWN]
    thing = mine if number is None else replace(mine, number=number)
    seen = set()
    pages = [
        rule for method, rule in rights.addresses(house) if method == "GET" and not rule.endswith(DOWNLOADS)
    ]
    for rule in pages[first::every]:
        answer = person.client.get(rights.fill(rule, thing))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for sheet in Sheets(answer.get_data(as_text=True), answer.request.path).found:
            door = endpoint(house, sheet)
            key = (sheet.method, door, *sorted(sheet.fields))
            if door not in LEFT_OUT and key not in seen:
                seen.add(key)
                yield person.client, f"{sheet.method} {door}", sheet


def endpoint(house: HouseUnderTest, sheet: Sheet) -> str | None:
    """The door to which a form leads, if it is one of ours."""
    try:
        found = house.app.url_map.bind("localhost").match(urlsplit(sheet.action).path, method=sheet.method)
    except HTTPException:
        return None
    return str(found[0])


def filled(sheet: Sheet, dice: Random, ill: float) -> list[tuple[bytes, bytes]]:
    """What is sent: some fields missing, some twice, as many ill as told, and the rest as the page has it."""
    sent = []
    for name, known in sheet.fields.items():
        for _ in range(dice.choices((0, 1, 2), (5, 90, 5))[0]):
            good = dice.choice(known).encode() if known else b"x"
            sent.append((name.encode(), dice.choice(WORDS) if dice.random() < ill else good or b"x"))
    return sent


def slipped_in(sheet: Sheet, dice: Random) -> list[tuple[bytes, bytes]]:
    """Fields that no form asks for, called as the columns of our tables."""
    names = dice.sample([name for name in COLUMNS if name not in sheet.fields], 60)
    return [(name.encode(), dice.choice(MARKED).encode()) for name in names]


def send(client: FlaskClient, sheet: Sheet, pairs: Sequence[tuple[bytes, bytes]]) -> TestResponse:
    """Send it byte by byte as told: what is no text in any alphabet too."""
    body = "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs)
    if sheet.method == "GET":
        return client.get(f"{urlsplit(sheet.action).path}?{body}"[:60_000])
    return client.post(sheet.action, data=body, content_type=FORM)


class Written:
    """What was written to tables and committed, and whatever was sealed."""

    _INTO = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')

    def __init__(self, engine: Engine, monkeypatch: Any) -> None:
        self.tables: set[str] = set()
        self.told: list[str] = []
        self._open: set[str] = set()
        self._engine = engine
        self._heard = {
            "before_cursor_execute": self._note,
            "commit": self._keep,
            "rollback": lambda _connection: self._open.clear(),
        }
        plain = Safe.seal

        def seal(safe: Safe, row: Any, **parts: object) -> None:
            self.told.append(repr(parts))
            plain(safe, row, **parts)

        monkeypatch.setattr(Safe, "seal", seal)

    def __enter__(self) -> "Written":
        for name, heard in self._heard.items():
            event.listen(self._engine, name, heard)
        return self

    def __exit__(self, *_: object) -> None:
        for name, heard in self._heard.items():
            event.remove(self._engine, name, heard)

    def start(self) -> None:
        """Forget what was written before."""
        self.tables.clear()
        self.told.clear()

    def _note(self, _c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if (found := self._INTO.match(statement)) is not None:
            self._open.add(found[1])
            self.told.append(repr(values))

    def _keep(self, _connection: object) -> None:
        self.tables |= self._open
        self._open.clear()
