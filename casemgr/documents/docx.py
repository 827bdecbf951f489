"""Named fields into a Word template. A template knows names, lists and whether something is there: nothing is computed.

{{ child_name }}                        a field
{%p if secrecy %} … {%p endif %}        paragraphs and tables that stand only when a field is not empty
{%tr for row in services %} … {{ row.what }} … {%tr endfor %}   table rows, once for each line of a list
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lxml import etree

from casemgr.core.text import clean_lines
from casemgr.core.words import _l
from casemgr.documents import package
from casemgr.documents.fillers.wording import DOTS, SHORT, Fields, Row
from casemgr.documents.package import TemplateRefused, W

_TEMPLATES = Path(__file__).parent / "templates"
_FIELD = re.compile(r"\{\{ ?([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?) ?\}\}")
_IF = re.compile(r"\{%p if ([a-z][a-z0-9_]*) %\}")
_ENDIF = re.compile(r"\{%p endif %\}")
_FOR = re.compile(r"\{%tr for row in ([a-z][a-z0-9_]*) %\}")
_ENDFOR = re.compile(r"\{%tr endfor %\}")
_SIGNS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_P, _TBL, _TR, _TC, _T, _BR = (f"{W}{tag}" for tag in ("p", "tbl", "tr", "tc", "t", "br"))


@dataclass(frozen=True)
class Names:
    """What a template asks for: fields, and lists with the columns of their rows."""

    fields: frozenset[str] = frozenset()
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def all(self) -> frozenset[str]:
        """Every name as one writes it in a template."""
        columns = (f"{name}: row.{column}" for name, inside in self.lists.items() for column in inside)
        return frozenset({*self.fields, *columns})


@cache
def shipped(form: str) -> bytes:
    """The template that comes with the system."""
    return (_TEMPLATES / f"{form}.docx").read_bytes()


@cache
def shipped_names(form: str) -> Names:
    """The names that the template of the system asks for; those of a province ask for the same."""
    return names(package.read(shipped(form)))


def fill(template: bytes, fields: Fields) -> bytes:
    """A template with its fields filled: the finished Word file."""
    opened = package.read(template)
    files = dict(opened.files)
    for name in opened.texts():
        tree = opened.tree(name)
        for block in _containers(tree):
            _fill_blocks(block, fields, {})
        files[name] = package.write(tree)
    return package.pack(files)


def check(data: bytes, form: str) -> package.Package:
    """A template from outside: nothing dangerous in it, every sign readable, no name unknown, none missing."""
    opened = package.unpack(data)
    found, wanted = names(opened), shipped_names(form)
    unknown, missing = sorted(found.all() - wanted.all()), sorted(wanted.all() - found.all())
    reasons: list[object] = []
    if unknown:
        reasons.append(_l("These names are not known: %(names)s.", names=", ".join(unknown)))
    if missing:
        reasons.append(_l("These names are missing: %(names)s.", names=", ".join(missing)))
    if reasons:
        raise TemplateRefused(*reasons)
    return opened


def names(opened: package.Package) -> Names:
    """Every name a template asks for; a sign that cannot be read is refused."""
    fields: set[str] = set()
    lists: dict[str, set[str]] = {}
    for name in opened.texts():
        for block in _containers(opened.tree(name)):
            _names_in(block, fields, lists, None)
    return Names(frozenset(fields), {name: frozenset(columns) for name, columns in lists.items()})


class _Blank(dict[str, str]):
    """The one empty row of a list that holds nothing, to be written in by hand."""

    def __missing__(self, _column: str) -> str:
        return ""


def _containers(tree: etree._Element) -> Sequence[etree._Element]:
    body = tree.find(f"{W}body")
    return [tree if body is None else body]


def _text(paragraph: etree._Element) -> str:
    return "".join(one.text or "" for one in paragraph.iter(_T))


def _row_text(row: etree._Element) -> str:
    return "".join(_text(one) for one in row.iter(_P)).strip()


def _names_in(
    block: etree._Element, fields: set[str], lists: dict[str, set[str]], inside: str | None
) -> None:
    depth = 0
    for child in block:
        if child.tag == _P:
            text = _text(child)
            condition = _IF.fullmatch(text.strip())
            if condition:
                depth += 1
                fields.add(condition[1])
            elif _ENDIF.fullmatch(text.strip()):
                depth -= 1
            else:
                _names_of_text(text, fields, lists, inside)
            if depth < 0:
                raise TemplateRefused(_l("A condition ends that never began."))
        elif child.tag == _TBL:
            _names_in_rows(child, fields, lists, inside)
        elif _SIGNS.search("".join(child.itertext())):
            raise TemplateRefused(_l("A field stands where it would not be filled."))
    if depth:
        raise TemplateRefused(_l("A condition begins and never ends."))


def _names_in_rows(
    table: etree._Element, fields: set[str], lists: dict[str, set[str]], inside: str | None
) -> None:
    looped: str | None = None
    for row in table.iter(_TR):
        if row.getparent() is not table:
            continue
        text = _row_text(row)
        begin = _FOR.fullmatch(text)
        if begin:
            if looped or inside:
                raise TemplateRefused(_l("A list stands inside another list."))
            looped = begin[1]
            lists.setdefault(looped, set())
        elif _ENDFOR.fullmatch(text):
            if not looped:
                raise TemplateRefused(_l("A list ends that never began."))
            looped = None
        else:
            for cell in row.iter(_TC):
                if cell.getparent() is row:
                    _names_in(cell, fields, lists, looped or inside)
    if looped:
        raise TemplateRefused(_l("A list begins and never ends."))


def _names_of_text(text: str, fields: set[str], lists: dict[str, set[str]], inside: str | None) -> None:
    rest = _FIELD.sub("", text)
    sign = _SIGNS.search(rest)
    if sign:
        raise TemplateRefused(
            _l("This cannot be read: %(text)s", text=rest[max(0, sign.start() - 5) : sign.start() + 40])
        )
    for name in _FIELD.findall(text):
        whose, _dot, column = name.partition(".")
        if not column:
            fields.add(name)
        elif whose == "row" and inside is not None:
            lists[inside].add(column)
        else:
            raise TemplateRefused(_l("This cannot be read: %(text)s", text=f"{{{{ {name} }}}}"))


def _fill_blocks(block: etree._Element, fields: Fields, row: Row) -> None:
    _settle_conditions(block, fields)
    for child in list(block):
        if child.tag == _P:
            _fill_paragraph(child, fields, row)
        elif child.tag == _TBL:
            _repeat_rows(child, fields, row)
    if block.tag == _TC and not any(child.tag == _P for child in block):
        block.append(etree.SubElement(block, _P))


def _settle_conditions(block: etree._Element, fields: Fields) -> None:
    """Take out what stands under a condition that does not hold, and the signs of those that do."""
    holding: list[bool] = []
    for child in list(block):
        text = _text(child).strip() if child.tag == _P else ""
        begin = _IF.fullmatch(text)
        if begin:
            holding.append(bool(fields[begin[1]]))
            block.remove(child)
        elif _ENDIF.fullmatch(text):
            holding.pop()
            block.remove(child)
        elif not all(holding) and child.tag in (_P, _TBL):
            block.remove(child)


def _repeat_rows(table: etree._Element, fields: Fields, outer: Row) -> None:
    looped: list[etree._Element] = []
    items: Sequence[Row] | None = None
    for row in [one for one in table if one.tag == _TR]:
        text = _row_text(row)
        begin = _FOR.fullmatch(text)
        if begin:
            found = fields[begin[1]]
            items, looped = (() if isinstance(found, str) else found), []
            table.remove(row)
        elif _ENDFOR.fullmatch(text):
            for made in _rows(looped, items or (), fields):
                row.addprevious(made)
            table.remove(row)
            items = None
        elif items is not None:
            looped.append(row)
            table.remove(row)
        else:
            _fill_cells(row, fields, outer)
    if not any(child.tag == _TR for child in table):
        parent = table.getparent()
        if parent is not None:
            parent.remove(table)


def _rows(looped: Sequence[etree._Element], items: Sequence[Row], fields: Fields) -> Iterator[etree._Element]:
    for item in items or (_Blank(),):
        for one in looped:
            made = copy.deepcopy(one)
            _fill_cells(made, fields, item)
            yield made


def _fill_cells(row: etree._Element, fields: Fields, item: Row) -> None:
    for cell in row:
        if cell.tag == _TC:
            _fill_blocks(cell, fields, item)


def _fill_paragraph(paragraph: etree._Element, fields: Fields, row: Row) -> None:
    """Replace fields also where Word has cut them into several runs; the first run gives the look."""
    pieces = list(paragraph.iter(_T))
    whole = "".join(piece.text or "" for piece in pieces)
    if "{{" not in whole:
        return
    for found in reversed(list(_FIELD.finditer(whole))):
        value = _value(found[1], fields, row)
        start = 0
        first = True
        for piece in pieces:
            text = piece.text or ""
            end = start + len(text)
            if start < found.end() and end > found.start():
                left, right = text[: max(0, found.start() - start)], text[max(0, found.end() - start) :]
                piece.text = left + (value if first else "") + right
                first = False
            start = end
        whole = whole[: found.start()] + value + whole[found.end() :]
    for piece in pieces:
        _break_lines(piece)


def _value(name: str, fields: Fields, row: Row) -> str:
    whose, _dot, column = name.partition(".")
    value = row[column] if column else fields[whose]
    if not isinstance(value, str):
        raise TypeError(f"{name} is a list.")
    return SHORT if column and value == DOTS else clean_lines(value)


def _break_lines(piece: etree._Element) -> None:
    """Lines of a text as Word breaks them."""
    lines = (piece.text or "").split("\n")
    piece.text = lines[0]
    piece.set(_SPACE, "preserve")
    after = piece
    for line in lines[1:]:
        new_line, text = etree.Element(_BR), etree.Element(_T)
        text.text = line
        text.set(_SPACE, "preserve")
        after.addnext(new_line)
        new_line.addnext(text)
        after = text
