"""分档 of units among their like: a band follows from an interval, never from a place in a row.

A unit is above or below its like when its whole interval lies on one side of the class's rate, all
units of the class taken together (itself too). Whoever has too few judged orders has no band, and
neither has who has nobody like it.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from dispatch.comparing.intervals import Confidence, Interval


class Band(StrEnum):
    ABOVE = "above"  # 优于同类
    LEVEL = "level"  # 与同类相当
    BELOW = "below"  # 低于同类
    FEW = "few"  # 样本不足
    ALONE = "alone"  # 没有同类可比


BANDED = (Band.ABOVE, Band.LEVEL, Band.BELOW)


def band(interval: Interval, like: Fraction) -> Band:
    """Return on which side of the class's rate the whole interval lies."""
    if interval.low > like:
        return Band.ABOVE
    return Band.BELOW if interval.high < like else Band.LEVEL


def ranks(values: Mapping[str, Fraction]) -> dict[str, int]:
    """Return each unit's place, the best first; equal ones share it, and the next is left out."""
    ordered = sorted(values.values(), reverse=True)
    return {name: ordered.index(value) + 1 for name, value in values.items()}


def by_chance(units: int, confidence: Confidence) -> Fraction:
    """Return how many of so many equal units would, by luck alone, be above or below."""
    return Fraction(units * (100 - confidence), 100)
