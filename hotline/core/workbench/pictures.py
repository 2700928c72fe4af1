"""Pictures are painted anew: what is no pixel (EXIF, GPS, comments, what follows) is gone."""

import struct
import zlib
from typing import BinaryIO

from PIL import Image, ImageOps

from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Limits, Refused

Image.MAX_IMAGE_PIXELS = None  # `require_small` refuses earlier, and in words

_READ = {
    Kind.JPEG: ("JPEG", "MPO"),  # MPO: a telephone's picture with more pictures behind it
    Kind.PNG: ("PNG",),
    Kind.WEBP: ("WEBP",),
}
_WRITTEN = {
    Kind.JPEG: ("JPEG", {"quality": 90}),
    Kind.PNG: ("PNG", {}),
    Kind.WEBP: ("WEBP", {"quality": 90}),
}
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, struct.error)
BROKEN = (*_UNREADABLE, zlib.error, IndexError, KeyError, TypeError, Image.DecompressionBombError)


def paint_anew(source: BinaryIO, out: BinaryIO, kind: Kind, limits: Limits) -> Kind:
    """Write the picture, upright and without anything but its pixels; raise Refused.

    Its size is read from its head, before a pixel is unpacked.
    """
    try:
        with Image.open(source, formats=_READ[kind]) as image:
            require_small(image, limits)
            require_still(image)
            image.load()
            painted = bare(ImageOps.exif_transpose(image), kind)
    except BROKEN as error:
        raise Refused(
            "The picture is broken or cut off.", remedy="Open it, save it anew and send that."
        ) from error
    form, ways = _WRITTEN[kind]
    painted.save(out, form, **ways)
    return kind


def require_small(image: Image.Image, limits: Limits) -> None:
    """Raise Refused for too many pixels, by what the head says."""
    width, height = image.size
    if width * height > limits.megapixels * 1_000_000:
        raise Refused(
            f"The picture has {width} × {height} pixels.",
            remedy=f"Send it with at most {limits.megapixels} megapixels.",
        )


def require_still(image: Image.Image) -> None:
    """Raise Refused for a picture of several frames; a telephone's MPO counts as its first."""
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Refused("The picture moves.", remedy="Send a film (MP4), or one still picture.")


def bare(image: Image.Image, kind: Kind) -> Image.Image:
    """Return the pixels in a mode that the kind can hold, with nothing beside them."""
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if clear and kind is not Kind.JPEG else "RGB"
    if image.mode in ("1", "L") and not clear:
        mode = "L" if kind is not Kind.WEBP else "RGB"
    plain = image if image.mode == mode else image.convert(mode)
    plain.info = {}
    return plain
