"""Pictures within a document: painted anew like any other, for what cameras write (EXIF, GPS).

What can't be painted (EMF, WMF) stays only if no camera's picture lies in it. As they are stored,
not turned upright: the document itself says how each is turned.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from hotline.core.workbench import pictures
from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Limits, Refused

MOST_TIMES = 4  # all pictures of a document have at most so many times the pixels of one
_FORMS = {
    b"\xff\xd8\xff": ("JPEG", "MPO"),
    b"\x89PNG\r\n\x1a\n": ("PNG",),
    b"GIF8": ("GIF",),
    b"BM": ("BMP",),
    b"II*\0": ("TIFF",),
    b"MM\0*": ("TIFF",),
}
_WAYS: Mapping[str, Mapping[str, Any]] = {
    "JPEG": {"quality": 90},
    "TIFF": {"compression": "tiff_lzw"},
}
_PICTURE = re.compile(r"(?i)\.(png|jpe?g|gif|bmp|tiff?)$")
_DRAWING = re.compile(r"(?i)\.(emf|wmf)$")
_DRAWN = re.compile(
    rb"\x01\x00\x00\x00.{36} EMF|\xd7\xcd\xc6\x9a|[\x01\x02]\x00\x09\x00", re.DOTALL
)
_PHOTOGRAPH = re.compile(
    rb"Exif\0\0|\xff\xd8\xff[\xdb\xe0-\xef]|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\0|MM\0\*"
    rb"|ns\.adobe\.com/xap|<x:xmpmeta"
)
_ANEW = "Put it in as PNG or JPEG, or send a PDF of the document."


class Painter:
    """Paints the pictures of one document, up to a number of pixels."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = MOST_TIMES * limits.megapixels * 1_000_000

    def cleaned(self, name: str, content: bytes) -> bytes:
        """Return what may be kept of a part that is no XML; raise Refused.

        What it is, its first bytes say; its name says what it must be.
        """
        sign = next((each for each in _FORMS if content.startswith(each)), None)
        if _PICTURE.search(name):
            if sign is None:
                raise Refused("A picture in the document is none.", remedy=_ANEW)
            return self._painted(content, _FORMS[sign])
        if _DRAWING.search(name) and not _DRAWN.match(content):
            raise Refused("A drawing in the document is none.", remedy=_ANEW)
        if name.lower().endswith(".wdp"):
            raise Refused("A picture in the document is of a rare kind (JPEG XR).", remedy=_ANEW)
        if _PHOTOGRAPH.search(content):
            raise Refused("A picture in the document hides in another part.", remedy=_ANEW)
        return content

    def _painted(self, content: bytes, forms: tuple[str, ...]) -> bytes:
        out = BytesIO()
        try:
            with Image.open(BytesIO(content), formats=forms) as image:
                pictures.require_small(image, self._limits)
                pictures.require_still(image)
                self._take(image)
                image.load()
                bare = pictures.bare(image, Kind.JPEG if forms[0] == "JPEG" else Kind.PNG)
        except pictures.BROKEN as error:
            raise Refused("A picture in the document is broken.", remedy=_ANEW) from error
        if forms[0] == "TIFF":
            bare = bare.copy()  # what was opened is written with the tags that it came with
        bare.save(out, forms[0], **_WAYS.get(forms[0], {}))
        return out.getvalue()

    def _take(self, image: Image.Image) -> None:
        self._left -= image.width * image.height
        if self._left < 0:
            raise Refused("The document's pictures are too many or too large.", remedy=_ANEW)
