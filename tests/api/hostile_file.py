"""One hostile upload: how it is made, and how it must end."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image


@dataclass(frozen=True)
class Hostile:
    """A file that means harm; `refused` is said of it, or `defused` holds of what is kept."""

    label: str
    make: Callable[[], bytes]
    name: str = "photo.jpg"
    media_type: str = "image/jpeg"
    refused: str = ""
    defused: Callable[[bytes], bool] | None = None
    called: str = ""  # what a defused one is called afterwards

    def __str__(self) -> str:
        return self.label


def without(*words: bytes) -> Callable[[bytes], bool]:
    """Return whether none of the words is left."""
    return lambda content: not any(word in content for word in words)


def bare_picture(content: bytes) -> bool:
    """Return whether it is a picture with nothing beside its pixels."""
    with Image.open(BytesIO(content)) as image:
        image.load()
        return not image.getexif() and not {"comment", "xmp", "icc_profile"} & image.info.keys()
