"""服务模式: what a hotline does at night, on holidays, when its lines are down, in a rush; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """How the hotline works at a time."""

    NORMAL = "normal"
    NIGHT = "night"
    HOLIDAY = "holiday"
    SURGE = "surge"
    OUTAGE = "outage"


@dataclass(frozen=True)
class Change:
    """What a mode changes; None leaves it as the settings say."""

    message_at_once: bool = False
    desk: str = ""  # only who is rostered there takes calls, while anybody is
    prompt: str = ""  # the caller hears it first
    wrap_up_s: int | None = None
    callback_after_s: float | None = None


CHANGES: Mapping[Mode, Change] = {
    Mode.NORMAL: Change(),
    Mode.NIGHT: Change(desk="night", prompt="mode_night"),
    Mode.HOLIDAY: Change(desk="holiday", prompt="mode_holiday"),
    Mode.SURGE: Change(prompt="mode_surge", wrap_up_s=0, callback_after_s=0),
    Mode.OUTAGE: Change(message_at_once=True, prompt="mode_outage"),
}
_STRENGTH = tuple(Mode)


@dataclass(frozen=True)
class Period:
    """A mode from one moment to another, or until further notice."""

    mode: Mode
    begins_at: datetime
    ends_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Return whether the mode is in force."""
        return self.begins_at <= now and (self.ends_at is None or now < self.ends_at)


def present(periods: Iterable[Period], now: datetime) -> Mode:
    """Return the mode in force: of several the one that changes most."""
    ruling = (each.mode for each in periods if each.holds(now))
    return max(ruling, key=_STRENGTH.index, default=Mode.NORMAL)


def on_duty(wanted: str, rostered: Iterable[int], holders: Iterable[int]) -> frozenset[int]:
    """Return which of the holders of seats may take calls when the mode names this desk.

    Where nobody is rostered there, whoever is logged in may: an empty roster closes no hotline.
    """
    listed, all_of_them = frozenset(rostered), frozenset(holders)
    return all_of_them & listed if wanted and listed else all_of_them
