"""When a seat that does not take its calls is paused by itself (自动示忙)."""

from dataclasses import dataclass

from telephony.outcomes import AgentOutcome

_MISSED = (
    AgentOutcome.NO_ANSWER,
    AgentOutcome.BUSY,
    AgentOutcome.REJECTED,
    AgentOutcome.UNREACHABLE,
    AgentOutcome.HUNG_UP,
)
NOT_ALLOWED = "not_allowed"  # its address is none that may be rung
AUTOMATIC = frozenset({*_MISSED, AgentOutcome.NO_MEDIA, NOT_ALLOWED})
"""Reasons of a pause that no agent chose: nobody is there."""


@dataclass(frozen=True)
class Miss:
    """What an offer that has ended says of the seat: how often it has now missed, and a pause."""

    missed: int
    pause: str = ""


def miss(outcome: AgentOutcome, *, talked: bool, missed: int, most: int) -> Miss:
    """Return it: a call taken starts the count anew, our own faults leave it alone.

    `most`: so many offers missed in a row pause the seat. A telephone without sound does at once.
    """
    if outcome is AgentOutcome.NO_MEDIA:
        return Miss(missed, outcome)
    if talked:
        return Miss(0)
    if outcome not in _MISSED:
        return Miss(missed)
    return Miss(missed + 1, outcome if missed + 1 >= most else "")
