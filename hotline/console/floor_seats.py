"""坐席 by state and language, as the team lead's board counts them; pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from telephony.acd import Breadth, SeatStatus
from telephony.acd.skills import fits

LANGUAGES = ("zh", "bo")
LISTENING = "listening"
# In the order in which a lead asks: who is free, who is not and why.
STATES = ("ready", "offered", "talking", "wrap_up", "paused", LISTENING)


@dataclass(frozen=True)
class Held:
    """A seat that somebody is logged in at; `listens`: to a colleague's call."""

    status: str
    skills: Mapping[str, int]
    listens: bool = False


@dataclass(frozen=True)
class Line:
    """How many seats are in each of `STATES`, of those that speak the language; empty: of all."""

    language: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def table(seats: Iterable[Held]) -> list[Line]:
    """Return all seats' line, then each language's; who speaks two stands in both."""
    present = [seat for seat in seats if seat.status != SeatStatus.LOGGED_OFF]
    speaking = {
        language: [seat for seat in present if fits(seat.skills, language, "", Breadth.LANGUAGE)]
        for language in LANGUAGES
    }
    return [_line("", present), *(_line(*each) for each in speaking.items())]


def _line(language: str, seats: Collection[Held]) -> Line:
    states = [LISTENING if seat.listens else seat.status for seat in seats]
    return Line(language, tuple(states.count(state) for state in STATES))
