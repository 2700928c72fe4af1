"""Numerals: Chinese number words as numbers (两万八 → 28000)."""

import re
from decimal import Decimal

_DIGITS = dict(
    zip("零〇一二两三四五六七八九幺", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True)
)
_TENS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10_000, "亿": 100_000_000}
_PLAIN = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]*)")
_CHARACTERS = "".join([*_DIGITS, *_TENS, *_GREAT])

# A number as people write or say it; bounded, so that no run of digits takes long to read.
NUMBER = rf"(?:\d[\d,]{{0,14}}(?:\.\d{{1,6}})?[十百千万亿]{{0,3}}|[{_CHARACTERS}]{{1,16}})"
_SPOKEN_DIGITS = re.compile(r"[零〇一二三四五六七八九幺]{7,18}")


def parse(text: str) -> Decimal | None:
    """Return the value of a number in digits, Chinese or both; None when it is none."""
    written = text.replace(",", "")
    if plain := _PLAIN.fullmatch(written):
        value = Decimal(plain[1])
        for unit in plain[2]:
            value *= _TENS.get(unit) or _GREAT[unit]
        return value
    if not written or any(character not in _CHARACTERS for character in written):
        return None
    if all(character in _DIGITS for character in written):
        return Decimal("".join(str(_DIGITS[character]) for character in written))
    return Decimal(_compound(written))


def _compound(written: str) -> int:
    """Sum 千百十 below each 万 and 亿; a bare last digit counts in the next lower unit (一万二)."""
    total = section = digit = 0
    unit = 1
    zero = False
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
            zero = zero or digit == 0
            continue
        unit = _TENS.get(character) or _GREAT[character]
        if unit >= 10_000:
            total = (
                (total + section + digit) * unit
                if unit > 10_000
                else total + (section + digit) * unit
            )
            section = 0
        else:
            section += (digit or 1) * unit
        digit, zero = 0, False
    short = digit and not zero and unit > 10
    return total + section + digit * (unit // 10 if short else 1)


def spoken_digits(text: str) -> str:
    """Return the text with runs of spoken digits written as figures, places unchanged.

    一三九… becomes 139…, so that a number read out over the telephone is found, and masked.
    """
    return _SPOKEN_DIGITS.sub(
        lambda found: "".join(str(_DIGITS[character]) for character in found[0]), text
    )
