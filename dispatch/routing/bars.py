"""自动派单资格: how sure a proposal must be to go out by itself, fitted to outcomes; no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from math import exp, lgamma, log, sqrt

# Thresholds that may be fitted. A few fixed ones: each more is one more chance to be lucky once,
# and a threshold that followed every outcome would be told of every day.
LEVELS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
Z_95 = 1.959963984540054  # both sides of a 95 % interval
# So unlikely, at most, the machine's own failures may be at the precision that was promised.
LUCK = 0.05


@dataclass(frozen=True, slots=True)
class EarningRule:
    """What one way of hearing (typed or spoken) asks for; `lowest` is the lowest threshold."""

    least_outcomes: int
    least_precision: float
    window_days: int
    lowest: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes, how many were right, and the same of those the machine had dispatched itself."""

    outcomes: int = 0
    right: int = 0
    automatic: int = 0
    automatic_right: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.outcomes + other.outcomes,
            self.right + other.right,
            self.automatic + other.automatic,
            self.automatic_right + other.automatic_right,
        )

    @property
    def bound(self) -> float:
        return lower_bound(self.right, self.outcomes)


class Short(StrEnum):
    """Why an entry has not earned it, or has lost it."""

    TOO_FEW = "too_few"
    NOT_SURE = "not_sure"  # the bound of precision is too low at every threshold
    UPHELD_RETURNS = "upheld_returns"  # so many of the machine's own dispatches failed


@dataclass(frozen=True, slots=True)
class Fitted:
    """The threshold and what is known at or above it; without one, why there is none."""

    threshold: float | None
    tally: Tally
    short: Short | None = None


def lower_bound(right: int, outcomes: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a share, within 0..1; 0 for no outcomes.

    E. B. Wilson, JASA 22 (1927), 209-212.
    """
    if not outcomes:
        return 0.0
    share, z2 = right / outcomes, Z_95 * Z_95
    middle = share + z2 / (2 * outcomes)
    spread = Z_95 * sqrt(share * (1 - share) / outcomes + z2 / (4 * outcomes * outcomes))
    return max(0.0, (middle - spread) / (1 + z2 / outcomes))


def by_luck(wrong: int, outcomes: int, precision: float) -> float:
    """Return how likely at least so many failures are where the precision is as given."""
    hit, miss = log(precision), log(1 - precision)
    fewer = (
        exp(_log_ways(outcomes, count) + count * miss + (outcomes - count) * hit)
        for count in range(wrong)
    )
    return max(0.0, 1 - sum(fewer))


def _log_ways(outcomes: int, count: int) -> float:
    """Return the logarithm of how many ways there are: the number itself outgrows a float."""
    return lgamma(outcomes + 1) - lgamma(count + 1) - lgamma(outcomes - count + 1)


def fit(levels: Mapping[float, Tally], rule: EarningRule) -> Fitted:
    """Return the lowest threshold that outcomes bear out.

    `levels` has, for each of LEVELS, the outcomes whose confidence lies between it and the next.
    """
    usable = [level for level in reversed(LEVELS) if level >= rule.lowest]
    found = list(accumulate((levels.get(level, Tally()) for level in usable), _plus))
    shorts = [_short(each, rule) for each in found]
    borne = [place for place, short in enumerate(shorts) if short is None]
    if borne:
        return Fitted(usable[borne[-1]], found[borne[-1]])
    if _failed(total(levels.values()), rule):  # a site that opted in may go below `lowest`
        return Fitted(None, found[-1] if found else Tally(), Short.UPHELD_RETURNS)
    return Fitted(None, *((found[-1], shorts[-1]) if found else (Tally(), Short.TOO_FEW)))


def stricter(spoken: Fitted, typed: Fitted) -> Fitted:
    """Return the bar of recognised speech, never below the one of what was typed."""
    if spoken.threshold is None or typed.threshold is None:
        return spoken
    return replace(spoken, threshold=max(spoken.threshold, typed.threshold))


def level_of(confidence: float) -> float | None:
    """Return the highest of LEVELS that the confidence reaches; None for none."""
    return max((level for level in LEVELS if confidence >= level), default=None)


def total(tallies: Iterable[Tally]) -> Tally:
    """Return all of them as one."""
    return sum(tallies, Tally())


def _plus(one: Tally, other: Tally) -> Tally:
    return one + other


def _short(found: Tally, rule: EarningRule) -> Short | None:
    if _failed(found, rule):
        return Short.UPHELD_RETURNS
    if found.outcomes < rule.least_outcomes:
        return Short.TOO_FEW
    return Short.NOT_SURE if found.bound < rule.least_precision else None


def _failed(found: Tally, rule: EarningRule) -> bool:
    """Return whether the machine's own dispatches failed too often, however few outcomes there are.

    What people confirmed must not hide what those came to.
    """
    wrong = found.automatic - found.automatic_right
    if wrong and by_luck(wrong, found.automatic, rule.least_precision) < LUCK:
        return True
    own = lower_bound(found.automatic_right, found.automatic)
    return found.automatic >= rule.least_outcomes and own < rule.least_precision
