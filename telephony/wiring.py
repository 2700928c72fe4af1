"""谁听得见谁: who of a call's parties hears whom; pure.

A hold, a consultation, a conference, a whisper: each is only a change of what parties are, and the
wires follow from that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What somebody is in a call."""

    CALLER = "caller"  # or the callee whom an agent rings
    AGENT = "agent"
    EXPERT = "expert"  # a colleague, a department, 110: whoever is fetched
    SUPERVISOR = "supervisor"


class Listening(StrEnum):
    """How a supervisor is in a call."""

    MONITOR = "monitor"  # 监听: nobody hears them
    WHISPER = "whisper"  # 耳语: the agent does
    BARGE = "barge"  # 强插: everybody does


@dataclass(frozen=True)
class Party:
    """Somebody in a call; `held`: hears no one and is heard by no one; `muted`: only the latter."""

    name: str
    part: Part
    held: bool = False
    muted: bool = False
    listening: Listening = Listening.MONITOR  # of a supervisor only


Wire = tuple[str, str]
"""Who speaks, and who hears it."""


def wires(parties: Iterable[Party]) -> frozenset[Wire]:
    """Return every wire between these parties."""
    known = list(parties)
    return frozenset(
        (one.name, other.name)
        for one in known
        for other in known
        if one.name != other.name and _is_heard(one, other)
    )


def _is_heard(one: Party, other: Party) -> bool:
    if one.held or other.held or one.muted:
        return False
    if one.part is not Part.SUPERVISOR:
        return True
    match one.listening:
        case Listening.MONITOR:
            return False
        case Listening.WHISPER:
            return other.part in (Part.AGENT, Part.SUPERVISOR)
        case Listening.BARGE:
            return True
