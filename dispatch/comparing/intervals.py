"""置信区间 of a rate and of a weighted mean of rates: how far luck alone may have carried it.

One rate: the score interval of Wilson (1927, JASA 22:209-212), without continuity correction,

    centre = (p + z²/2n) / (1 + z²/n)
    half   = z / (1 + z²/n) · √(p(1-p)/n + z²/4n²)

Several rates of one unit come from the same orders and move together, so that their errors do not
cancel as those of independent samples would. The limits of a weighted mean are therefore the
weighted means of the limits: right if the rates move as one, and wider than needed otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import sqrt

DIGITS = 6  # of a limit as it is kept: far below one order in a million


class Confidence(IntEnum):
    """置信水平, in percent."""

    NINETY = 90
    NINETY_FIVE = 95
    NINETY_NINE = 99


# Of the standard normal distribution, both tails cut off.
Z = {
    Confidence.NINETY: 1.6448536269514722,
    Confidence.NINETY_FIVE: 1.959963984540054,
    Confidence.NINETY_NINE: 2.5758293035489004,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many: 0 ≤ `some` ≤ `of`; two are put together by `+`."""

    some: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.some <= self.of:
            raise ValueError(f"{self.some} of {self.of} is no rate")

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.some + other.some, self.of + other.of)

    def turned(self) -> "Tally":
        """Return the others of as many: of a rate that is better low, the good ones."""
        return Tally(self.of - self.some, self.of)

    @property
    def rate(self) -> Fraction:
        """The rate, exactly; there is none of nothing (ZeroDivisionError)."""
        return Fraction(self.some, self.of)


@dataclass(frozen=True, slots=True)
class Interval:
    """From the one share to the other, both between 0 and 1."""

    low: float
    high: float


def wilson(tally: Tally, confidence: Confidence) -> Interval:
    """Return the score interval of the rate; of nothing it is everything."""
    n, z = tally.of, Z[confidence]
    if not n:
        return Interval(0.0, 1.0)
    p, part = tally.some / n, z * z / n
    centre = (p + part / 2) / (1 + part)
    half = z / (1 + part) * sqrt(p * (1 - p) / n + part / (4 * n))
    # At none and at all of them the formula gives 0 and 1; rounding must not miss them.
    low = 0.0 if tally.some == 0 else round(max(0.0, centre - half), DIGITS)
    high = 1.0 if tally.some == n else round(min(1.0, centre + half), DIGITS)
    return Interval(low, high)


def weighted(parts: Iterable[tuple[int, Fraction]]) -> Fraction:
    """Return the weighted mean of (weight, share), exactly; some weight is above zero."""
    held = list(parts)
    whole = sum(weight for weight, _ in held)
    return sum((weight * share for weight, share in held), Fraction()) / whole


def together(parts: Iterable[tuple[int, Interval]]) -> Interval:
    """Return the interval of a weighted mean of rates that may move together."""
    held = list(parts)
    whole = sum(weight for weight, _ in held)
    low = sum(weight * each.low for weight, each in held) / whole
    high = sum(weight * each.high for weight, each in held) / whole
    return Interval(round(low, DIGITS), round(high, DIGITS))


def pooled(tallies: Iterable[Tally]) -> Tally:
    """Return all of them put together: the rate of their class as a whole."""
    return sum(tallies, Tally(0, 0))
