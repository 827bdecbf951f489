"""Templates from outside: what is dangerous, unreadable or wrong is refused with a plain reason; a good one is used."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from casemgr.access.roles import Role
from casemgr.cases import queries as cases
from casemgr.core.calendar import local_day
from casemgr.core.errors import Invalid, Refused
from casemgr.documents import actions, docx, package, queries, sheet
from casemgr.documents.catalogue import KINDS
from casemgr.documents.gather import About
from tests.documents.papers import a_wish
from tests.support.factories import a_case
from tests.support.house import LANG_SON, HouseUnderTest

ROOT = Path(__file__).parent.parent.parent


def changed(**parts: Callable[[bytes], bytes] | bytes | None) -> bytes:
    """The shipped template of form 02 with parts changed, added or taken out."""
    files = dict(package.read(docx.shipped("02")).files)
    for name, change in parts.items():
        if change is None:
            files.pop(name)
        else:
            files[name] = change(files[name]) if callable(change) else change
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return packed.getvalue()


def in_body(old: str, new: str) -> dict[str, Callable[[bytes], bytes]]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return {"word/document.xml": change}


def put(xml: str) -> dict[str, Callable[[bytes], bytes]]:
    return in_body("</w:body>", f"{xml}</w:body>")


def refused(file: bytes) -> str:
    with pytest.raises(Invalid) as objection:
        docx.check(file, "02")
    return " ".join(objection.value.errors["file"])


def test_the_shipped_templates_are_as_the_tool_makes_them() -> None:
    done = subprocess.run(
        [sys.executable, "tools/make_paper_templates.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("form", tuple(KINDS))
def test_the_shipped_templates_pass_their_own_check(form: str) -> None:
    assert docx.check(docx.shipped(form), form)


def test_unknown_and_missing_names_are_named() -> None:
    said = refused(changed(**in_body("{{ reason }}", "{{ reazon }}")))
    assert "reazon" in said and re.search(r"\breason\b", said)
    said = refused(changed(**in_body("{{ row.evidence }}", "{{ row.evidenze }}")))
    assert "harm: row.evidenze" in said and "harm: row.evidence" in said


@pytest.mark.parametrize(
    "sign",
    [
        "{{ reason.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ reason|upper }}",
        "{{ reason() }}",
        "{{ 7*7 }}",
        "{% set x = 1 %}",
        "{% include '/etc/passwd' %}",
        "{# note #}",
        "{{ reason",
        "{%p if reason == 'x' %}",
        "{%p else %}",
        "{%tr for x in harm %}",
        "{{ self }} {{ config }}{{",
        "{{ row.wording }}",
    ],
)
def test_nothing_but_names_can_stand_in_a_template(sign: str) -> None:
    assert refused(changed(**put(f"<w:p><w:r><w:t>{sign}</w:t></w:r></w:p>")))


@pytest.mark.parametrize("sign", ["{%p if secrecy %}", "{%p endif %}"])
def test_a_condition_has_two_ends(sign: str) -> None:
    assert refused(changed(**put(f"<w:p><w:r><w:t>{sign}</w:t></w:r></w:p>")))


RELS = "word/_rels/document.xml.rels"


def linked(kind: str, mode: str = "") -> dict[str, Callable[[bytes], bytes]]:
    relation = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="http://example.invalid/x"{mode}/>'
    )
    return {RELS: lambda data: data.replace(b"</Relationships>", f"{relation}</Relationships>".encode())}


OUTSIDE = ' TargetMode="External"'


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(changed(**linked("hyperlink", OUTSIDE)), id="link"),
        pytest.param(changed(**linked("image", OUTSIDE)), id="picture from outside"),
        pytest.param(changed(**linked("attachedTemplate", OUTSIDE)), id="template from outside"),
        pytest.param(changed(**linked("attachedTemplate")), id="template"),
        pytest.param(changed(**linked("oleObject")), id="object"),
        pytest.param(changed(**{"word/vbaProject.bin": b"x"}), id="macro"),
        pytest.param(
            changed(
                **{
                    "[Content_Types].xml": lambda data: data.replace(
                        b"document.main+xml", b"document.macroEnabled.main+xml"
                    )
                }
            ),
            id="docm",
        ),
        pytest.param(changed(**{"word/embeddings/a.docx": b"x"}), id="embedded"),
        pytest.param(changed(**{"word/media/a.svg": b"<svg/>"}), id="svg"),
        pytest.param(changed(**{"../evil.xml": b"<a/>"}), id="path"),
        pytest.param(changed(**put('<w:altChunk r:id="rId1"/>')), id="other file"),
        pytest.param(
            changed(**put("<w:p><w:r><w:instrText>INCLUDETEXT c:/x</w:instrText></w:r></w:p>")), id="include"
        ),
        pytest.param(changed(**put('<w:p><w:fldSimple w:instr=" DDEAUTO c:/cmd.exe "/></w:p>')), id="dde"),
        pytest.param(changed(**put("<w:sdt><w:sdtContent/></w:sdt>")), id="content control"),
        pytest.param(
            changed(**put("<w:p><w:r><w:txbxContent><w:p/></w:txbxContent></w:r></w:p>")), id="text box"
        ),
        pytest.param(changed(**put('<w:p><w:ins w:id="1"/></w:p>')), id="tracked"),
        pytest.param(
            changed(
                **{"word/document.xml": lambda d: b'<!DOCTYPE x [<!ENTITY a "b">]>' + d.split(b"?>", 1)[1]}
            ),
            id="entities",
        ),
        pytest.param(changed(**{"word/document.xml": b"<w:document"}), id="damaged"),
        pytest.param(changed(**{"word/document.xml": None}), id="no document"),
        pytest.param(changed(**{"[Content_Types].xml": None}), id="no types"),
        pytest.param(changed(**{"word/big.xml": b"<a>" + b" " * 25_000_000 + b"</a>"}), id="bomb"),
        pytest.param(changed(**{f"word/a{n}.xml": b"<a/>" for n in range(400)}), id="many"),
        pytest.param(b"x" * 2_100_000, id="large"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04 no zip", id="no zip"),
        pytest.param(b"%PDF-1.7", id="pdf"),
    ],
)
def test_what_is_dangerous_or_no_word_file_is_refused(file: bytes) -> None:
    assert refused(file)


def test_a_field_that_word_has_cut_into_runs_is_filled() -> None:
    cut = (
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Kết luận: {{ con</w:t></w:r><w:r><w:t>clu</w:t></w:r>"
        "<w:r><w:t>sion }} xong</w:t></w:r></w:p>"
    )
    file = changed(**put(cut))
    assert docx.check(file, "02")
    fields = dict.fromkeys(docx.shipped_names("02").fields, "x")
    lists = {name: [] for name in docx.shipped_names("02").lists}
    made = docx.fill(file, {**fields, **lists, "conclusion": "hai\ndòng & <b>"})
    assert "Kết luận: hai\ndòng & <b> xong" in sheet.read(made).text()


def test_a_list_without_rows_leaves_one_to_be_written_by_hand() -> None:
    names = docx.shipped_names("02")
    fields = {**dict.fromkeys(names.fields, "x"), **{name: [] for name in names.lists}}
    tables = [one for one in sheet.read(docx.fill(docx.shipped("02"), fields)).blocks if one.kind == "table"]
    ruled = [one for one in tables if one.ruled and len(one.rows) > 1]  # type: ignore[union-attr]
    assert len(ruled) == 3


def load(house: HouseUnderTest, file: bytes, form: str = "02", days: int = 0) -> None:
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk:
        actions.load_template(
            desk,
            unit_id=house.unit_id(LANG_SON),
            kind=KINDS[form],
            file=file,
            since=local_day(desk.now) + timedelta(days=days),
        )


def printed(house: HouseUnderTest, number: str) -> str:
    with house.desk(Role.COMMUNE_OFFICER) as desk:
        case = cases.case(desk, number)
        assert case.unit_id is not None
        paper = actions.issue(desk, About(case.unit_id, case), kind=KINDS["01"], wish=a_wish())
        desk.flush()
        return sheet.read(queries.copy_of(desk, paper.id)[1].docx).text()


def own(words: str) -> bytes:
    files = dict(package.read(docx.shipped("01")).files)
    files["word/document.xml"] = files["word/document.xml"].replace("BÁO CÁO".encode(), words.encode())
    return package.pack(files)


def test_a_province_s_template_is_used_from_its_day_and_until_it_is_ended(house: HouseUnderTest) -> None:
    number = a_case(house)
    assert "BÁO CÁO" in printed(house, number)
    load(house, own("BÁO CÁO CỦA TỈNH"), "01")
    load(house, own("BÁO CÁO VỀ SAU"), "01", days=3)
    assert "BÁO CÁO CỦA TỈNH" in printed(house, number)
    house.clock.__init__(house.clock.now() + timedelta(days=3))  # type: ignore[misc]
    assert "BÁO CÁO VỀ SAU" in printed(house, number)
    with house.desk(Role.PROVINCE_SUPERVISOR) as desk:
        rows = queries.templates(desk, house.unit_id(LANG_SON))
        assert [row.revision for row in rows] == [2, 1]
        for row in rows:
            actions.end_template(desk, row)
    text = printed(house, number)
    assert "BÁO CÁO" in text and "TỈNH" not in text.split("BÁO CÁO", 1)[1][:30]


def test_a_wrong_template_is_refused_and_nothing_is_stored(house: HouseUnderTest) -> None:
    with pytest.raises(Invalid):
        load(house, changed(**in_body("{{ reason }}", "{{ reazon }}")))
    with house.desk(Role.PROVINCE_SUPERVISOR, writing=False) as desk:
        assert queries.templates(desk, house.unit_id(LANG_SON)) == []


def test_only_a_province_loads_templates(swept: HouseUnderTest) -> None:
    with swept.desk(Role.COMMUNE_OFFICER) as desk, pytest.raises(Refused):
        actions.load_template(
            desk,
            unit_id=swept.unit_id(LANG_SON),
            kind=KINDS["01"],
            file=docx.shipped("01"),
            since=local_day(desk.now),
        )
