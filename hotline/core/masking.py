"""Masks for every copy of a text that leaves the centre: numbers, as written or as spoken.

Characters are replaced one by one, so that lines, lengths and separators stay where they were, and
a mask laid twice is the mask laid once.
"""

import re

from hotline.core.masking_addresses import mask_addresses as mask_addresses

# What people read digits out as; 一 to 九 alone, never 十 百 千, which make amounts.
_SPOKEN = dict(zip("零〇一二三四五六七八九幺两", "0012345678912", strict=True))
# Full-width digits and capitals; Tibetan digits are digits to `\d` as they are.
_FULL_WIDTH = {chr(0xFEE0 + ord(plain)): plain for plain in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_SHADOW = str.maketrans({**_SPOKEN, **_FULL_WIDTH})
_FULL_WIDE = str.maketrans(_FULL_WIDTH)

# Seven digits are the shortest telephone number; two marks may stand between two digits.
_SHORTEST = 7
_NUMBER = re.compile(rf"\d(?:[\s\-—·.、,，()（）]{{0,2}}\d){{{_SHORTEST - 1},}}[Xx]?")
_PLATE = re.compile(r"(?<=[\u4e00-\u9fa5][A-Z])[·\s]?[A-Z0-9]{5,6}(?![A-Z0-9])")


def mask_text(text: str) -> str:
    """Return the text with phone, ID and card numbers and plates hidden, of the same length."""
    shadow = text.translate(_SHADOW)
    for found in _NUMBER.finditer(shadow):
        text = (
            text[: found.start()] + _hide(text[found.start() : found.end()]) + text[found.end() :]
        )
    for found in _PLATE.finditer(text.translate(_FULL_WIDE)):
        text = text[: found.start()] + "*" * len(found[0]) + text[found.end() :]
    return text


def mask_leaving(text: str) -> str:
    """Return the text as it may leave the centre: numbers hidden, and where somebody lives too."""
    return mask_addresses(mask_text(text))


def mask_digits(digits: str) -> str:
    """Return the number with at least half of it hidden: `139****5678`, `******12`."""
    return _hide(digits)


def _hide(number: str) -> str:
    places = [place for place, letter in enumerate(number) if letter.isalnum()]
    kept_before, kept_after = (3, 4) if len(places) >= 11 else (0, 2)
    if len(places) < _SHORTEST:
        kept_after = 0
    hidden = set(places[kept_before : len(places) - kept_after])
    return "".join("*" if place in hidden else letter for place, letter in enumerate(number))
