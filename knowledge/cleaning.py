"""How the cells of a sheet are cleaned, by what they hold: one place for every kind of import.

Full-width signs, stray blanks, days as people write them, and what recognisers of print take for
digits. Who reads a sheet keeps what a cell was (`sheets.Cleaning`).
"""

import re
import unicodedata
from enum import StrEnum


class Sort(StrEnum):
    """What a column's cells hold."""

    PROSE = "prose"
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
# A sheet's own sign that a cell is text, before what would be reckoned with.
_FORMULA = re.compile(r"'(?=[=+\-@＝＋－＠])")
_RECKONED = tuple("=+-@＝＋－＠")


def clean(value: str, sort: Sort) -> str:
    """Return the cell as it is taken."""
    plain = bare(value)
    match sort:
        case Sort.PROSE:
            return _narrow(plain)
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
    return _FORMULA.sub("", value, count=1) if value.startswith("'") else value


def as_cell(value: str) -> str:
    """Return the value as a cell that no spreadsheet reckons with; `clean` takes it back."""
    return f"'{value}" if value.startswith(_RECKONED) else value


def _code(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())


def _narrow(value: str) -> str:
    """Prose keeps its full-width punctuation: only its digits and letters become half-width."""
    narrowed = "".join(
        unicodedata.normalize("NFKC", sign)
        if "\uff10" <= sign <= "\uff5a" and sign.isalnum()
        else sign
        for sign in value.replace("\u3000", " ")
    )
    return " ".join(narrowed.split())


def _day(value: str) -> str:
    found = _DAY.fullmatch(value)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else value


def _moment(value: str) -> str:
    found = _MOMENT.fullmatch(value)
    if not found:
        return _day(value)
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return f"{day} {int(found[4]):02}:{int(found[5] or 0):02}"
