"""Why somebody who waits stands where they stand, in a lead's words; pure."""

from dataclasses import dataclass

from hotline.console.words import say
from telephony.acd.waiting import FRONT_S, Boosts, boost_s


@dataclass(frozen=True)
class Reason:
    """`word` of `queue`, and the seconds that it puts somebody before others."""

    word: str
    seconds: int = 0

    def __str__(self) -> str:
        return say(f"queue.{self.word}", seconds=self.seconds)


def reason(boost: int, boosts: Boosts) -> Reason:
    """Return why: handed on by an agent, elder or repeat caller, or simply since when they wait."""
    if boost >= FRONT_S:
        return Reason("by_hand_over")
    if boost <= 0:
        return Reason("by_turn")
    for word, elder, repeat in (
        ("by_both", True, True),
        ("by_elder", True, False),
        ("by_repeat", False, True),
    ):
        if boost == boost_s(boosts, elder=elder, repeat=repeat):
            return Reason(word, boost)
    return Reason("by_boost", boost)
