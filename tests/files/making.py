"""Files made for tests: good ones of every kind, and the ones that people should not get past us."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from docx import Document
from PIL import Image

from casemgr.files.workshop import recordings


def picture(form: str = "JPEG", size: tuple[int, int] = (120, 80), **more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **more)  # type: ignore[arg-type]
    return out.getvalue()


def located() -> bytes:
    """A photo that says where and with what it was made, lying on its side."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Máy của anh Giả Định", 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size=(200, 100), exif=exif)


def huge() -> bytes:
    """A small PNG that says it is 50,000 by 50,000."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


def pdf(*, password: str = "", scripted: bool = False, pages: int = 1) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    if scripted:
        act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        made.Root.OpenAction = act
        made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", act]))
        made.pages[0].obj.AA = pikepdf.Dictionary(O=act)
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act
        )
        made.pages[0].obj.Annots = made.make_indirect([made.make_indirect(link)])
        made.attachments["hidden.exe"] = b"MZ hidden"
        made.docinfo["/Author"] = "Người Viết Giả Định"
        _lead_away(made)
    if password:
        made.save(out, encryption=pikepdf.Encryption(user=password, owner="owner"))
    else:
        made.save(out)
    return out.getvalue()


def _lead_away(made: pikepdf.Pdf) -> None:
    """Beside scripts: bookmarks, steps of a show, places on a map, threads."""
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    call = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example/opened")
    marks = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Outlines, Count=2))
    first, last = (
        made.make_indirect(pikepdf.Dictionary(Title="x", A=act, Parent=marks)) for act in (launch, call)
    )
    first.Next, last.Prev, marks.First, marks.Last = last, first, first, last
    made.Root.Outlines, made.Root.Lang = marks, "vi"
    thread = pikepdf.Dictionary(Type=pikepdf.Name.Thread, I=pikepdf.Dictionary(Title="thread"))
    made.Root.Threads = [made.make_indirect(thread)]
    page = made.pages[0].obj
    page.PresSteps = pikepdf.Dictionary(NA=pikepdf.Dictionary(S=pikepdf.Name.GoToR, F=r"\\evil\x.pdf"))
    page.VP = [pikepdf.Dictionary(Measure=pikepdf.Dictionary(GPTS=[21.8, 106.7]))]


def word(text: str = "Giấy ra viện của cháu") -> bytes:
    made, out = Document(), io.BytesIO()
    made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


def repacked(
    change: Mapping[str, bytes] | None = None,
    *,
    link: str = "",
    flags: int = 0,
    text: tuple[str, str] = ("", ""),
) -> bytes:
    """A Word file with parts added or changed, a symbolic link in it, marks of encryption, or words exchanged in all parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.infolist():
            bad.writestr(part.filename, good.read(part).replace(text[0].encode(), text[1].encode()))
        for name, data in (change or {}).items():
            bad.writestr(name, data)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            bad.writestr(info, "/etc/passwd")
    data = bytearray(out.getvalue())
    if flags:
        place = data.find(b"PK\x01\x02")
        data[place + 8] |= flags
    return bytes(data)


def wav(seconds: float = 0.05) -> bytes:
    sound = bytes(int(8000 * seconds) * 2)
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    inside = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def ogg() -> bytes:
    def page(flags: int, number: int, data: bytes) -> bytes:
        head = b"OggS" + struct.pack("<BBqIIIB", 0, flags, 0, 7, number, 0, 1) + bytes([len(data)])
        told = recordings._ogg_sum(head + data)
        return head[:22] + struct.pack("<I", told) + head[26:] + data

    return page(2, 0, b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00") + page(4, 1, bytes(100))


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def mp4(handler: bytes = b"vide", brand: bytes = b"isom") -> bytes:
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", track) + box(b"mdat", bytes(64))


def element(name: bytes, data: bytes, *, open_ended: bool = False) -> bytes:
    return name + (b"\xff" if open_ended else struct.pack(">Q", len(data) | 1 << 56)) + data


def webm(doc: bytes = b"webm", codec: bytes = b"A_OPUS", *, live: bool = False) -> bytes:
    head = element(b"\x1aE\xdf\xa3", element(b"\x42\x82", doc))
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x86", codec)))
    cluster = element(
        b"\x1f\x43\xb6\x75", element(b"\xe7", b"\0") + element(b"\xa3", bytes(50)), open_ended=live
    )
    return head + element(b"\x18\x53\x80\x67", tracks + cluster + cluster, open_ended=live)


def mp3(*, tagged: bool = True) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(417 - 4)
    return (b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) if tagged else b"") + frame * 6


GOOD = {
    "jpeg": picture(),
    "png": picture("PNG"),
    "webp": picture("WEBP"),
    "pdf": pdf(),
    "docx": word(),
    "wav": wav(),
    "ogg": ogg(),
    "mp4": mp4(),
    "m4a": mp4(b"soun", b"M4A "),
    "webm": webm(),
    "mp3": mp3(),
}
