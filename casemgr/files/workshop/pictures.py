"""Pictures: decoded to the last line, then drawn anew, turned as the camera held it and without anything else in it."""

import io
import warnings

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from casemgr.files.workshop.made import Made, NotTaken

MOST_PIXELS = 40_000_000
_LOADED = (
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)  # named here, so that nothing has to be looked for later
_FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",)}
_LONGEST_SIDE, _SMALL_SIDE = 2400, 240
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
Image.init()


def prove(kind: str, data: bytes) -> Made:
    """A picture that was decoded, and the two that are shown of it."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise NotTaken("too_many_pixels")
            picture.load()
            shown = _drawn_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotTaken("too_many_pixels") from None
    small = shown.copy()
    small.thumbnail((_SMALL_SIDE, _SMALL_SIDE))
    return Made(kind, _saved(shown, 88), _saved(small, 80), {"width": width, "height": height})


def _drawn_anew(picture: Image.Image) -> Image.Image:
    """Only the dots, on white where one could look through."""
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    turned = ImageOps.exif_transpose(picture)
    clear = turned.convert("RGBA") if turned.has_transparency_data else turned.convert("RGB")
    dots = Image.new("RGB", clear.size, "white")
    dots.paste(clear, mask=clear.getchannel("A") if clear.mode == "RGBA" else None)
    return dots


def _saved(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
