"""引用的指标: days on which it was defined, and a figure as its kind is read."""

import re
from collections.abc import Mapping
from datetime import date

from dispatch.indicators import definitions
from dispatch.indicators.definitions import Definition
from dispatch.indicators.terms import RANKS, Kind
from hotline.core.errors import Invalid

WHOLE = 100
# As `indicators` writes a figure; what is measured otherwise than in percent is in seconds.
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9])?) ?%")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9])?(?: ?(?:秒|s))?")
_COUNT = re.compile(r"[0-9]{1,9}")
_LIKE: Mapping[Kind, str] = {
    Kind.RATE: "92.5%",
    Kind.SHARE: "92.5%",
    Kind.MEAN: "18.4秒",
    Kind.COUNT: "1024",
    **dict.fromkeys(RANKS, "18秒"),
}


def require_fitting(code: str, since: str, until: str, figure: str) -> None:
    """Raise Invalid for days that are none, for an indicator that was not defined on all of them,
    and for a figure that its kind never has.

    Whether it is the very figure is for who signs the letter: facts move on after it is written.
    """
    first, last = _day(since), _day(until)
    if first > last:
        raise Invalid("The figure's days are none.", remedy="Exchange the two days.")
    one = _defined(code, first, last)
    if not _reads(one.kind, figure.strip()):
        raise Invalid(
            f"{figure} is no figure of {code}.", remedy=f"Write it like {_LIKE[one.kind]}."
        )


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("The figure's days are none.", remedy="Write 2026-10-01.") from error


def _defined(code: str, first: date, last: date) -> Definition:
    """Return the version that holds at the end; some version holds on each of the days."""
    held = [each for each in definitions.valid(first, last) if each[0].code == code]
    days = sum((until - since).days + 1 for _, since, until in held)
    if days < (last - first).days + 1:
        raise Invalid(
            f"{code} was not defined on all of these days.",
            remedy="Give days from when it is defined on; see the indicators' page.",
        )
    return max(held, key=lambda each: each[2])[0]


def _reads(kind: Kind, figure: str) -> bool:
    if kind in (Kind.RATE, Kind.SHARE):
        written = _PERCENT.fullmatch(figure)
        return written is not None and float(written[1]) <= WHOLE
    return bool((_COUNT if kind is Kind.COUNT else _SECONDS).fullmatch(figure))
