"""How the cells of a sheet are cleaned, by what they hold: one place for every kind of import.

Full-width signs, stray blanks, days as people write them, and what recognisers of print take for
digits. Who reads a sheet keeps what a cell was (`sheets.Cleaning`).
"""

import re
import unicodedata
from enum import StrEnum


class Sort(StrEnum):
    """What a column's cells hold."""

    PROSE = "prose"  # one line
    TEXT = "text"  # prose of several lines
    CODE = "code"  # letters and digits, no blank
    DIGITS = "digits"  # a code of digits alone
    PHONES = "phones"  # telephone numbers, parted by blanks or `|`
    LIST = "list"  # prose parted by `|`, `｜` or line ends
    DAY = "day"
    MOMENT = "moment"


_MISREAD = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:T00:00:00)?")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]?(\d{1,2})[:：时点](\d{1,2})?分?(?::00)?"
)
# What a spreadsheet would reckon with, blanks before it or not (OWASP, "CSV Injection").
_RECKONED = r" *[=+\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(_RECKONED)
# A sheet's own sign that such a cell is text.
_SIGN = re.compile(f"'(?={_RECKONED})")
# What no XML holds, and so no workbook.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def clean(value: str, sort: Sort) -> str:
    """Return the cell as it is taken."""
    plain = _NO_TEXT.sub("", bare(value))
    match sort:
        case Sort.PROSE:
            return _narrow(plain)
        case Sort.TEXT:
            return _text(plain)
        case Sort.LIST:
            return "|".join(filter(None, map(_narrow, re.split(r"[|｜\n]", plain))))
        case Sort.CODE:
            return _code(plain)
        case Sort.PHONES:
            parts = re.split(r"[|｜\n、，,;；]", plain)
            cleaned = (_narrow(each).translate(_MISREAD) for each in parts)
            return "|".join(filter(None, cleaned))
        case Sort.DIGITS:
            return _code(plain).translate(_MISREAD)
        case Sort.DAY:
            return _day(_code(plain).translate(_MISREAD))
        case Sort.MOMENT:
            return _moment(_narrow(plain).translate(_MISREAD))


def bare(value: str) -> str:
    """Return the cell without the sign by which `as_cell` keeps it from being reckoned with."""
    return _SIGN.sub("", value, count=1) if value.startswith("'") else value


def as_cell(value: str) -> str:
    """Return the value as a cell that every sheet holds and none reckons with: for all sheets.

    `clean` takes it back.
    """
    value = _NO_TEXT.sub("", value)
    return f"'{value}" if _FORMULA.match(value) else value


def _code(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())


def _narrow(value: str) -> str:
    return " ".join(_half_width(value.replace("\u3000", " ")).split())


def _text(value: str) -> str:
    """Lines stay, and what they are set in from the left."""
    lines = (line.rstrip() for line in re.split(r"\r\n|\r|\n", _half_width(value)))
    return "\n".join(lines).strip()


def _half_width(value: str) -> str:
    """Prose keeps its full-width punctuation: only its digits and letters become half-width."""
    return "".join(
        unicodedata.normalize("NFKC", sign)
        if "\uff10" <= sign <= "\uff5a" and sign.isalnum()
        else sign
        for sign in value
    )


def _day(value: str) -> str:
    found = _DAY.fullmatch(value)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else value


def _moment(value: str) -> str:
    found = _MOMENT.fullmatch(value)
    if not found:
        return _day(value)
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return f"{day} {int(found[4]):02}:{int(found[5] or 0):02}"
