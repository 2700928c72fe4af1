"""数字复述: what a recogniser hears of a number is never trusted; it is read back, or typed."""

import re
from dataclasses import dataclass

from nlp.entities import EntityKind, extract

# Names, lamps and 三个月 hold one digit or two; what stands alone with three is a number.
_LEAST_DIGITS = 3
_ASKED = frozenset(
    {
        *(EntityKind.PHONE, EntityKind.ID_NUMBER, EntityKind.BANK_CARD),
        *(EntityKind.PLATE, EntityKind.AMOUNT),
    }
)
_DIGIT = r"[0-9０-９零〇一二两三四五六七八九幺*]"
_RUN = re.compile(rf"{_DIGIT}(?:[\s\-—·.、,，]?{_DIGIT}){{{_LEAST_DIGITS - 1},}}[Xx]?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; `number`: an agent reads it back before it is used."""

    text: str
    number: bool = False


def stretches(text: str) -> list[Stretch]:
    """Return the text cut where numbers begin and end; put together it is the text again.

    Numbers are runs of three digits or more, written, spoken or masked, and phones, identity
    cards, bank cards, plates and sums of money.
    """
    cut: list[Stretch] = []
    at = 0
    for start, end in _numbers(text):
        cut += [Stretch(text[at:start]), Stretch(text[start:end], number=True)]
        at = end
    cut.append(Stretch(text[at:]))
    return [each for each in cut if each.text]


def _numbers(text: str) -> list[tuple[int, int]]:
    found = [run.span() for run in _RUN.finditer(text)]
    found += [(each.start, each.end) for each in extract(text) if each.kind in _ASKED]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
