"""Whether a shadow model has earned the live one's place: figures in, a verdict out; no I/O."""

from dataclasses import dataclass
from enum import StrEnum
from math import comb

# Fewer outcomes say nothing: among 200, one ticket is half a point.
LEAST_OUTCOMES = 200
# A model that is better by less is not worth what a change costs the people who know the old one.
MARGIN = 0.01
# How likely it may be, at most, that as many wins came by luck between two equal models.
LUCK = 0.05


class Why(StrEnum):
    """Why a promotion is refused, the first that holds."""

    TOO_FEW = "too_few"
    NOT_BETTER = "not_better"
    MAYBE_LUCK = "maybe_luck"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Tickets whose department is known, by which model would have named it."""

    both: int = 0
    live_only: int = 0
    shadow_only: int = 0
    neither: int = 0

    @property
    def outcomes(self) -> int:
        return self.both + self.live_only + self.shadow_only + self.neither

    @property
    def live_right(self) -> float:
        """The live model's share, within 0..1; 0 without outcomes."""
        return (self.both + self.live_only) / self.outcomes if self.outcomes else 0.0

    @property
    def shadow_right(self) -> float:
        return (self.both + self.shadow_only) / self.outcomes if self.outcomes else 0.0

    @property
    def gain(self) -> float:
        """By how much the shadow is right more often."""
        differ = self.shadow_only - self.live_only
        return differ / self.outcomes if self.outcomes else 0.0

    @property
    def luck(self) -> float:
        """How likely so many wins are between equal models: the one-sided sign test's p."""
        differ = self.shadow_only + self.live_only
        wins = sum(comb(differ, count) for count in range(self.shadow_only, differ + 1))
        return float(wins / 2**differ)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the shadow may be promoted; `missing` outcomes must come first where they are few."""

    refused: Why | None
    missing: int = 0

    @property
    def may(self) -> bool:
        return self.refused is None


def judge(found: Comparison) -> Verdict:
    """Return the verdict: enough outcomes, better by the margin, and hardly by luck."""
    if found.outcomes < LEAST_OUTCOMES:
        return Verdict(Why.TOO_FEW, LEAST_OUTCOMES - found.outcomes)
    # Counts, not the rounded share: 2 of 200 is the margin itself.
    if found.shadow_only - found.live_only < MARGIN * found.outcomes:
        return Verdict(Why.NOT_BETTER)
    if found.luck > LUCK:
        return Verdict(Why.MAYBE_LUCK)
    return Verdict(None)
