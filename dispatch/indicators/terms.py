"""The words of 指标: what is counted, how a figure is read, and by what figures are told apart."""

from collections.abc import Mapping
from enum import StrEnum


class Unit(StrEnum):
    """What one count is."""

    TICKET = "ticket"
    ORDER = "order"
    CALL = "call"
    SEAT = "seat"  # an agent's Beijing day at their seat


class Kind(StrEnum):
    """How a figure is read from its numerator and denominator."""

    RATE = "rate"  # in percent
    MEAN = "mean"  # the one by the other, in the numerator's own unit
    COUNT = "count"  # the numerator alone
    SHARE = "share"  # of a time, in percent: both are seconds
    P50 = "p50"  # what so many percent of the things do not exceed (`RANKS`)
    P90 = "p90"
    P95 = "p95"
    LONGEST = "longest"


# Nearest rank: of n things the k-th smallest numerator, k = the percentage of n, rounded up.
RANKS: Mapping[Kind, int] = {Kind.P50: 50, Kind.P90: 90, Kind.P95: 95, Kind.LONGEST: 100}


class Key(StrEnum):
    """By what figures are told apart; each value leads to its own list."""

    DAY = "day"
    DEPARTMENT = "department"
    DISTRICT = "district"
    MATTER = "matter"
    HOUR = "hour"


class Part(StrEnum):
    """Which of a figure's things: those it counts, those it might have counted, or both."""

    COUNTED = "counted"
    REST = "rest"
    ALL = "all"
