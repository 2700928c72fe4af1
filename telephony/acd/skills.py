"""技能: who speaks a caller's language, and how that is asked for less the longer they wait.

A seat's skills are levels from 1 to 9 by name: a language (`zh`, `bo`), a dialect (`bo-kham`) or a
matter (`matter:0101`). A seat without any language speaks Chinese.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

LEVELS = range(1, 10)
HOME_LANGUAGE = "zh"
MATTER = "matter:"
FLUENT = 5  # from this level on one has the skill; below, one gets by


class Breadth(IntEnum):
    """How far a caller's wish is taken; each takes whom the one before it takes."""

    EXACT = 0  # this very dialect and matter, fluently
    LANGUAGE = 1  # whoever speaks the language
    ANYBODY = 2


@dataclass(frozen=True)
class Softening:
    """From so many seconds of waiting on, the wish is taken so far."""

    after_s: float
    breadth: Breadth


OVERFLOW = (
    Softening(0, Breadth.EXACT),
    Softening(20, Breadth.LANGUAGE),
    Softening(60, Breadth.ANYBODY),
)


def breadth(waited_s: float, steps: Sequence[Softening] = OVERFLOW) -> Breadth:
    """Return how far the wish of somebody who has waited so long is taken."""
    reached = [step.breadth for step in steps if step.after_s <= waited_s]
    return max(reached, default=Breadth.EXACT)


def fits(skills: Mapping[str, int], language: str, matter: str, so_far: Breadth) -> bool:
    """Return whether who has these skills is who is wished; no wish is anybody's."""
    if so_far is Breadth.ANYBODY:
        return True
    if so_far is Breadth.LANGUAGE:
        return not language or _speaks(skills, _family(language))
    return _is_fluent(skills, language) and _knows(skills, matter)


def are_skills(skills: Mapping[str, int]) -> bool:
    """Return whether these are names and levels that the choice understands."""
    return all(name and level in LEVELS for name, level in skills.items())


def _family(language: str) -> str:
    return language.partition("-")[0]


def _languages(skills: Mapping[str, int]) -> Mapping[str, int]:
    spoken = {name: level for name, level in skills.items() if not name.startswith(MATTER)}
    return spoken or {HOME_LANGUAGE: LEVELS[-1]}


def _speaks(skills: Mapping[str, int], family: str) -> bool:
    return any(_family(each) == family for each in _languages(skills))


def _is_fluent(skills: Mapping[str, int], language: str) -> bool:
    return not language or _languages(skills).get(language, 0) >= FLUENT


def _knows(skills: Mapping[str, int], matter: str) -> bool:
    return not matter or skills.get(f"{MATTER}{matter}", 0) >= FLUENT
