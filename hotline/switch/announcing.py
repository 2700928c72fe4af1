"""What callers hear while they wait: where they stand, how long it takes, what they may choose.

A prompt that is on no disk is left out: a text without its wav must not end a call.
"""

import wave
from functools import lru_cache
from pathlib import Path

import telephony.prompts

SHIPPED = Path(telephony.prompts.__file__).parent
PLEASE_WAIT = "please_wait"
NEXT = "queue_next"  # 您是下一位
AHEAD = "queue_ahead_{count}"  # 您前面还有…位, from 1 to 9
AHEAD_MANY = "queue_ahead_many"
MINUTES = "queue_minutes_{count}"  # 大约需要等待…分钟
SPANS_MIN = (1, 2, 3, 5, 10, 15)
CALLBACK_OFFER = "queue_callback_offer"  # 请按1，我们给您打回去，您的位置不变
CALLBACK_PROMISED = "queue_callback_promised"  # 我们会按顺序给您打回去，再见
MOST_SPOKEN = 9


@lru_cache
def is_there(name: str) -> bool:
    """Return whether the prompt can be played; a site's own only takes a shipped one's place."""
    return (SHIPPED / f"{name}.wav").is_file()


@lru_cache
def seconds_of(name: str) -> float:
    """Return how long a shipped prompt is."""
    with wave.open(str(SHIPPED / f"{name}.wav"), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def playable(*names: str) -> tuple[str, ...]:
    """Return those that can be played."""
    return tuple(name for name in names if name and is_there(name))


def standing(position: int, expected_s: float | None) -> tuple[str, ...]:
    """Return what tells a caller their place and how long it takes, else only to wait."""
    said = playable(_place(position), _span(expected_s))
    return said or playable(PLEASE_WAIT)


def may_offer_callback() -> bool:
    """Return whether the offer and the promise can both be said."""
    return is_there(CALLBACK_OFFER) and is_there(CALLBACK_PROMISED)


def _place(position: int) -> str:
    if position <= 1:
        return NEXT
    ahead = position - 1
    return AHEAD.format(count=ahead) if ahead <= MOST_SPOKEN else AHEAD_MANY


def _span(expected_s: float | None) -> str:
    """Return the first span that is no shorter than what is expected; none beyond the longest."""
    if expected_s is None:
        return ""
    fitting = (span for span in SPANS_MIN if span * 60 >= expected_s)
    found = next(fitting, None)
    return MINUTES.format(count=found) if found else ""
