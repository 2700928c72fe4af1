"""The words of 指标: what is counted, how a figure is read, and by what figures are told apart."""

from enum import StrEnum


class Unit(StrEnum):
    """What one count is."""

    TICKET = "ticket"
    ORDER = "order"
    CALL = "call"


class Kind(StrEnum):
    """How a figure is read from its numerator and denominator."""

    RATE = "rate"  # in percent
    MEAN = "mean"  # the one by the other, in the numerator's own unit
    COUNT = "count"  # the numerator alone


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
