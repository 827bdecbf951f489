"""Makes the Word templates of the official forms from paper_layouts.py: the same layouts give the same files.

python tools/make_paper_templates.py           writes casemgr/documents/templates/*.docx
python tools/make_paper_templates.py --check   says whether they are as this tool makes them; exit status 1 if not
"""

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from casemgr.documents import package  # noqa: E402  (the project is not installed)
from tools.paper_layouts import FORMS, Form, Heading, Line, Long, Rows, Words  # noqa: E402

FOLDER = ROOT / "casemgr" / "documents" / "templates"
FONT, BODY, SMALL, LEAST = "Times New Roman", 13, 11, 8.5
UPRIGHT, WIDE = 9638, 14570  # twips between the margins
NOT_OURS = {"docProps/thumbnail.jpeg", "customXml/item1.xml", "customXml/itemProps1.xml"}


def make(form: Form) -> bytes:
    """One template."""
    paper = Document()
    body = paper.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    _page(paper, form)
    width = WIDE if form.wide else UPRIGHT
    _marks(paper, form)
    _head(paper, form, width)
    for place, text in enumerate(form.title):
        _paragraph(
            paper, text, bold=place < 2, align=ALIGN.CENTER, size=16 if place == 0 else BODY + 1, after=0
        )
    _paragraph(paper, "", after=4)
    for block in form.blocks:
        _block(paper, block, width)
    _signatures(paper, form, width)
    _foot(paper)
    held = io.BytesIO()
    paper.save(held)
    return package.pack(_tidy(package.read(held.getvalue()).files))


def _page(paper: Any, form: Form) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if form.wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(24), Mm(16)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    section.footer_distance = Mm(8)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    properties = paper.core_properties
    properties.author = properties.last_modified_by = "casemgr"
    properties.title = f"Mẫu {form.number}"
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = datetime(2026, 11, 21, tzinfo=UTC)
    properties.revision = 1


def _paragraph(
    where: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = BODY,
    align: Any = None,
    after: float = 3,
    keep: bool = False,
) -> Any:
    made = where.add_paragraph()
    look = made.paragraph_format
    look.space_before, look.space_after, look.alignment, look.keep_with_next = Pt(0), Pt(after), align, keep
    if not keep:
        look.keep_with_next = None
    if text:
        _run(made, text, bold=bold, italic=italic, size=size)
    return made


def _run(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, size: float = BODY) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)


def _table(where: Any, widths: Sequence[int], *, ruled: bool, align: str = "left") -> Any:
    """A table with widths of its own and, if wanted, lines; without a style of Word's."""
    made = where.add_table(rows=0, cols=len(widths))
    made.autofit = False
    look = made._tbl.tblPr
    for tag in ("w:tblStyle", "w:tblW", "w:jc", "w:tblLook"):
        for old in look.findall(qn(tag)):
            look.remove(old)
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), str(sum(widths)))
    width.set(qn("w:type"), "dxa")
    look.append(width)
    place = OxmlElement("w:jc")
    place.set(qn("w:val"), align)
    look.append(place)
    if ruled:
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
        look.append(borders)
    for column, one in zip(made._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(one))
    layout = look.find(qn("w:tblLayout"))
    if layout is not None:  # the schema's order: width, place, borders, layout
        look.remove(layout)
        look.append(layout)
    return made


def _cells(table: Any, widths: Sequence[int]) -> Sequence[Any]:
    row = table.add_row()
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = width * 635  # twips to the measure of the file
        for old in list(cell.paragraphs):
            cell._tc.remove(old._p)
    return tuple(row.cells)


def _condition(where: Any, field: str) -> None:
    _paragraph(where, f"{{%p if {field} %}}", after=0)


def _ends(where: Any) -> None:
    _paragraph(where, "{%p endif %}", after=0)


def _marks(paper: Any, form: Form) -> None:
    """Above everything: rehearsal, the box of secrecy, which form this is and how well its wording is known."""
    _condition(paper, "rehearsal")
    _paragraph(paper, "{{ rehearsal }}", bold=True, size=22, align=ALIGN.CENTER)
    _ends(paper)
    _condition(paper, "secrecy")
    widths = [4300]
    box = _table(paper, widths, ruled=True, align="right")
    (cell,) = _cells(box, widths)
    _paragraph(cell, "{{ secrecy }}", bold=True, size=SMALL, align=ALIGN.CENTER, after=0)
    _paragraph(cell, "Phạm vi cung cấp: {{ scope }}", size=10, align=ALIGN.CENTER, after=0)
    _paragraph(paper, "", size=6, after=0)
    _ends(paper)
    name = "Biên bản theo Điều 27 khoản 2" if form.number == "BB" else f"Mẫu số {form.number}, Phụ lục"
    _paragraph(paper, f"{name} Nghị định 56/2017/NĐ-CP", size=10, italic=True, align=ALIGN.RIGHT, after=0)
    _condition(paper, "unchecked")
    _paragraph(paper, "({{ unchecked }})", size=10, italic=True, align=ALIGN.RIGHT, after=0)
    _ends(paper)
    _paragraph(paper, "", size=6, after=2)


def _head(paper: Any, form: Form, width: int) -> None:
    """Agency and number on the left, the nation's name, place and day on the right."""
    widths = [int(width * 0.4), width - int(width * 0.4)]
    table = _table(paper, widths, ruled=False)
    left, right = _cells(table, widths)
    if form.head == "agency":
        _paragraph(left, "ỦY BAN NHÂN DÂN", size=SMALL + 1, align=ALIGN.CENTER, after=0)
        _paragraph(left, "{{ agency }}", bold=True, size=SMALL + 1, align=ALIGN.CENTER, after=0)
        _paragraph(left, "–––––––", size=SMALL, align=ALIGN.CENTER, after=2)
        _paragraph(left, "Số: {{ number }}", align=ALIGN.CENTER, after=0)
    else:
        _paragraph(left, "Số tiếp nhận: {{ number }}", size=SMALL, after=0)
    _paragraph(
        right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=SMALL + 1, align=ALIGN.CENTER, after=0
    )
    _paragraph(right, "Độc lập - Tự do - Hạnh phúc", bold=True, align=ALIGN.CENTER, after=0)
    _paragraph(right, "–––––––––––––––", size=SMALL, align=ALIGN.CENTER, after=2)
    _paragraph(
        right,
        "{{ place }}, ngày {{ day }} tháng {{ month }} năm {{ year }}",
        italic=True,
        align=ALIGN.CENTER,
        after=0,
    )
    _condition(paper, "replaces")
    _paragraph(paper, "{{ replaces }}", italic=True, size=SMALL, align=ALIGN.CENTER, after=0)
    _ends(paper)
    _paragraph(paper, "", size=6, after=4)


def _block(paper: Any, block: object, width: int) -> None:
    if isinstance(block, Heading):
        _paragraph(paper, block.text, bold=True, keep=True)
    elif isinstance(block, Line):
        made = _paragraph(paper, "")
        _run(made, f"{block.label}: ")
        _run(made, f"{{{{ {block.field} }}}}")
    elif isinstance(block, Long):
        _paragraph(paper, f"{block.label}:", keep=True, after=1)
        _paragraph(paper, f"{{{{ {block.field} }}}}", align=ALIGN.JUSTIFY)
    elif isinstance(block, Words):
        _paragraph(
            paper,
            block.text,
            bold=block.bold,
            italic=block.italic,
            align=ALIGN.CENTER if block.center else ALIGN.JUSTIFY,
        )
    elif isinstance(block, Rows):
        _rows(paper, block, width)


def _rows(paper: Any, block: Rows, width: int) -> None:
    parts = sum(part for _head, _column, part in block.columns)
    widths = [width * part // parts for _head, _column, part in block.columns]
    table = _table(paper, widths, ruled=True)
    heads = _cells(table, widths)
    for cell, (title, _column, _part) in zip(heads, block.columns, strict=True):
        _paragraph(cell, title, bold=True, size=10, align=ALIGN.CENTER, after=0)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    _sign_row(table, widths, f"{{%tr for row in {block.name} %}}")
    for cell, (_title, column, _part) in zip(_cells(table, widths), block.columns, strict=True):
        middle = column in ("high", "medium", "low", "no", "mark", "letter")
        _paragraph(
            cell,
            f"{{{{ row.{column} }}}}",
            size=SMALL,
            align=ALIGN.CENTER if middle else ALIGN.RIGHT if column == "cost" else None,
            after=0,
        )
    _sign_row(table, widths, "{%tr endfor %}")
    if block.total:
        for place, (cell, text) in enumerate(zip(_cells(table, widths), block.total, strict=True)):
            middle = ALIGN.CENTER if place > 1 else None
            _paragraph(cell, text, bold=True, size=SMALL, align=middle, after=0)
    _paragraph(paper, "", size=6, after=2)


def _sign_row(table: Any, widths: Sequence[int], sign: str) -> None:
    cells = _cells(table, widths)
    for place, cell in enumerate(cells):
        _paragraph(cell, sign if place == 0 else "", size=SMALL, after=0)


def _signatures(paper: Any, form: Form, width: int) -> None:
    _paragraph(paper, "", size=6, after=4)
    widths = [width // 2, width - width // 2]
    left, right = _cells(_table(paper, widths, ruled=False), widths)
    if form.other_sign:
        _paragraph(left, form.other_sign, bold=True, align=ALIGN.CENTER, after=0)
        _paragraph(left, "(Ký, ghi rõ họ tên)", italic=True, size=SMALL, align=ALIGN.CENTER, after=0)
    elif form.head == "agency":
        _paragraph(left, "Nơi nhận:", bold=True, italic=True, size=SMALL, after=0)
        _paragraph(left, "- {{ recipient }};", size=SMALL, after=0)
        _paragraph(left, "- Lưu: VT, hồ sơ.", size=SMALL, after=0)
    else:
        _paragraph(left, "", after=0)
    _paragraph(right, form.sign, bold=True, align=ALIGN.CENTER, after=0, keep=True)
    _paragraph(right, "(Ký, ghi rõ họ tên)", italic=True, size=SMALL, align=ALIGN.CENTER, after=44, keep=True)
    _paragraph(right, "{{ signer }}", bold=True, align=ALIGN.CENTER, after=0)


def _foot(paper: Any) -> None:
    foot = paper.sections[0].footer
    for old in list(foot.paragraphs):
        foot._element.remove(old._p)
    _paragraph(
        foot,
        "Người in: {{ printed_by }}. Cấp cho: {{ recipient }}. Mục đích: {{ purpose }}. In lúc {{ printed_at }}.",
        size=LEAST,
        after=0,
    )
    last = _paragraph(foot, "{{ filed }} Trang ", size=LEAST, after=0)
    for place, code in enumerate(("PAGE", "NUMPAGES")):
        if place:
            _run(last, "/", size=LEAST)
        for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
            run = last.add_run()
            run.font.size = Pt(LEAST)
            if kind == "shown":
                run.text = text
                continue
            sign = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                sign.set(qn("w:fldCharType"), kind)
            else:
                sign.text = f" {text} "
            run._r.append(sign)


def _tidy(files: Any) -> dict[str, bytes]:
    """Without what the library's own blank file brings along and nobody needs."""
    kept = {}
    for name, data in files.items():
        if name in NOT_OURS or name.startswith("customXml/"):
            continue
        if name.endswith(".rels"):
            tree = package.parse(data)
            for relation in list(tree):
                if any(part in relation.get("Target", "") for part in ("thumbnail", "customXml")):
                    tree.remove(relation)
            kept[name] = package.write(tree)
        else:
            kept[name] = data
    return kept


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    differing = []
    for form in FORMS:
        made, path = make(form), FOLDER / f"{form.number}.docx"
        if "--check" in sys.argv:
            if not path.exists() or path.read_bytes() != made:
                differing.append(path.name)
        else:
            path.write_bytes(made)
            print(f"{path.relative_to(ROOT)}  {len(made)} bytes")
    if differing:
        print(f"Not as the layouts say: {', '.join(differing)}. Run tools/make_paper_templates.py.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
