"""Reading a page as a browser without script does: its form values, and what every page must have."""

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """The forms of a page with the values they would send, its ids and its labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.values: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self._area: str | None = None
        self._select: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "label" and "for" in told:
            self.labelled.add(told["for"])
        if told.get("aria-label") and "id" in told:
            self.labelled.add(told["id"])
        name = told.get("name", "")
        if tag == "input" and name:
            kind = told.get("type", "text")
            if kind not in ("hidden", "submit"):
                self.fields.append(told.get("id", ""))
            if kind not in ("radio", "checkbox") or "checked" in dict(attrs):
                self.values.setdefault(name, []).append(told.get("value", ""))
        elif tag == "textarea" and name:
            self.fields.append(told.get("id", ""))
            self._area = name
            self.values.setdefault(name, []).append("")
        elif tag == "select" and name:
            self.fields.append(told.get("id", ""))
            self._select = name
        elif tag == "option" and self._select and "selected" in dict(attrs):
            self.values.setdefault(self._select, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][-1] += data.lstrip("\r\n")

    def sound(self, *, names: tuple[str, ...] = ()) -> "Page":
        """What every page must have: one heading, ids once, a label for each field, no style, no name in its title."""
        assert self.text.count("<h1") == 1
        assert len(self.ids) == len(set(self.ids)), [one for one in self.ids if self.ids.count(one) > 1]
        assert all(one in self.labelled for one in self.fields if one), set(self.fields) - self.labelled
        assert "style=" not in self.text and "%(" not in self.text
        title = re.search(r"<title>(.*?)</title>", self.text, re.S)
        assert title is not None and not any(name in title[1] for name in ("Khang", "Nông", *names))
        return self

    def filled(self, **changes: object) -> dict[str, object]:
        """The values the page would send, with some of them changed; dashes in names are written as double underscores."""
        told: dict[str, object] = {
            name: value if len(value) > 1 else value[0] for name, value in self.values.items()
        }
        return {**told, **{name.replace("__", "-"): value for name, value in changes.items()}}
