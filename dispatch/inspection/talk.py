"""What the rules judge: a call's lines and times, a ticket's texts; plain data, no row."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

CALLER, AGENT = "caller", "agent"  # as the transcript names its voices


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of speech; `place` is its number in the transcript, from 0."""

    place: int
    speaker: str
    start_s: float
    end_s: float
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Talk:
    """One agent's talk with a caller, from the second at which the two hear each other.

    `held`: spans in which the caller was on hold. `number`: the agent's digits. `behind`: an order,
    an answer, a reminder or a callback came of the call. `cut_off`: the caller hung up.
    """

    lines: Sequence[Line]
    begins_s: float
    held: Sequence[tuple[float, float]] = ()
    number: str = ""
    behind: bool = False
    cut_off: bool = False

    def said_by(self, speaker: str) -> list[Line]:
        return [each for each in self.lines if each.speaker == speaker]


@dataclass(frozen=True, slots=True)
class Text:
    """One reply or direct answer, and whose work it is."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ticket as the rules judge it; `others`: texts of the same agent's tickets of other people.

    `talk` is None where no call was written down.
    """

    request_type: str
    text: str
    agent: str
    replies: Sequence[Text] = ()
    others: Sequence[str] = ()
    talk: Talk | None = None


def plain(text: str) -> str:
    """Return the letters and digits alone, half-width and small: recognisers part words."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(each for each in folded if each.isalnum())


_SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")


def spoken_numbers(digits: str) -> tuple[str, ...]:
    """Return how a number may be written down when it is said: 108, 一零八, 幺零八.

    Nothing for a single digit, which is in many words.
    """
    if len(digits) < 2:
        return ()
    said = digits.translate(_SPOKEN)
    return (digits, said, said.replace("一", "幺"))
