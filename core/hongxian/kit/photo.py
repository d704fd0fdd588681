"""A photo made small: at most 2,048 pixels and about 500 KB, and nothing left of what the camera noted in it."""

from __future__ import annotations

import io
from itertools import product
from typing import TYPE_CHECKING

from hongxian.errors import Refused
from hongxian.text import Text

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 80_000_000
"""Of an image that is opened at all: what a phone makes, and no bomb."""
SIDES = (2_048, 1_536, 1_152, 864)
"""Pixels of the longer side, one after the other until it is small enough."""
QUALITIES = (85, 70, 55)
"""Of JPEG, likewise, with each."""
AIM_BYTES = 500 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhoto(Refused):
    """Bytes that are no image, a damaged one, or one of far too many pixels."""

    message = Text(
        "“{name}”打不开：图片损坏，或大于 {most} 万像素。请重新拍一张。",
        "{name!r} cannot be opened: the image is damaged, or has more than {million} million pixels. "
        "Take it again.",
    )

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name, most=MOST_PIXELS // 10_000, million=MOST_PIXELS // 1_000_000)


def shrunk(content: bytes, name: str) -> bytes:
    """An image as a small JPEG, upright; raises `NotAPhoto`."""
    from PIL import Image, ImageOps  # takes 50 ms, and most commands look at no photo

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhoto(name=name)
            image.draft("RGB", (SIDES[0], SIDES[0]))  # a JPEG need not be opened whole
            plain = _on_white(ImageOps.exif_transpose(image))
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise NotAPhoto(name=name) from None
    for side, quality in product(SIDES, QUALITIES):
        plain.thumbnail((side, side))
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=quality)
        if out.tell() <= AIM_BYTES:
            break
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """What shows through is white on paper too; new pixels alone, so that nothing else of it goes along."""
    from PIL import Image

    if image.mode == "RGB":
        made = Image.new("RGB", image.size)
        made.paste(image)
        return made
    seen = image.convert("RGBA")
    made = Image.new("RGB", seen.size, "white")
    made.paste(seen, mask=seen.getchannel("A"))
    return made
