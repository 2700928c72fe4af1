"""What becomes of a caller who waits: they hear where they stand, may hang up, or leave a message.

Nobody is kept waiting for what will not come: past these limits the message is taken at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Limits:
    """Spans in seconds; how many may wait at a time."""

    longest_wait_s: float = 600
    longest_queue: int = 50
    callback_after_s: float = 60  # then the caller is asked whether to be called back
    announce_every_s: float = 30


@dataclass(frozen=True)
class Stay:
    """What a caller has waited through; `since` of this wait, not of the place they keep.

    `others`: so many were told to wait already, on the line.
    """

    since: datetime
    others: int
    told_at: datetime | None = None
    callback_offered: bool = False


class Next(StrEnum):
    """What is done for them now."""

    NOTHING = "nothing"
    ANNOUNCE = "announce"
    OFFER_CALLBACK = "offer_callback"
    TAKE_MESSAGE = "take_message"


def next_step(stay: Stay, limits: Limits, now: datetime, *, attended: bool) -> Next:
    """Return what is done at `now` for a caller whom no seat is offered just then.

    `attended`: somebody is there to take calls.
    """
    waited = (now - stay.since).total_seconds()
    newcomer = stay.told_at is None
    full = newcomer and stay.others >= limits.longest_queue
    if not attended or full or waited >= limits.longest_wait_s:
        return Next.TAKE_MESSAGE
    if waited >= limits.callback_after_s and not stay.callback_offered:
        return Next.OFFER_CALLBACK
    if stay.told_at is None or now - stay.told_at >= timedelta(seconds=limits.announce_every_s):
        return Next.ANNOUNCE
    return Next.NOTHING


class MissedWhy(StrEnum):
    """Why the hotline owes a caller a call (漏接回拨)."""

    ABANDONED = "abandoned"  # gave up waiting
    SHORT = "short"  # the same, at once: listed, and called by nobody unless they want to
    ASKED = "asked"  # pressed 1, and keeps the place
    REFUSED = "refused"  # there was no room
    LOST = "lost"  # our own fault


def why_abandoned(waited_s: float, short_s: float) -> MissedWhy:
    """Return what it was that a caller hung up after waiting so long."""
    return MissedWhy.SHORT if waited_s < short_s else MissedWhy.ABANDONED
