"""How surprising a count is beside what was expected, when the expected rate is itself uncertain.

The rate is Gamma-distributed by what was seen before; a count then is negative-binomial, and its
tail is the surprise. A place with little history is judged mildly, one with much sharply.
"""

from dataclasses import dataclass
from math import exp, inf, lgamma, log

# What a cell is worth before anything was seen in it: half a request's worth of evidence.
PRIOR_SHAPE = 0.5
# Requests come in families: even a well known rate varies from day to day by about a quarter.
MOST_SHAPE = 16.0
HIGHEST = 99.0
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class Rate:
    """A weekly rate as a Gamma distribution: `shape` / `weeks` is its mean."""

    shape: float
    weeks: float

    def expected(self, exposure: float) -> float:
        """Return the mean count of a window that is worth so many weeks."""
        return self.shape / self.weeks * exposure


def learned(count: int, weeks: float, *, usual: float) -> Rate:
    """Return the rate after `count` in `weeks`; `usual` is the weekly rate of such cells (> 0)."""
    return Rate(PRIOR_SHAPE + count, PRIOR_SHAPE / usual + weeks)


def score(count: int, rate: Rate, exposure: float) -> float:
    """Return −log10 of the chance of so many or more; 0 for no more than expected.

    Never more than HIGHEST. `exposure` is in weeks, by the season's share of them.
    """
    mean = rate.expected(exposure)
    if count <= mean or count < 1:
        return 0.0
    tail = _tail(count, min(rate.shape, MOST_SHAPE), mean)
    return min(HIGHEST, max(0.0, -tail / log(10))) if tail > -inf else HIGHEST


def _tail(count: int, shape: float, mean: float) -> float:
    """Return ln P(N ≥ count) of a negative binomial whose mean lies below the count."""
    if mean <= 0:
        return -inf
    success = log(mean) - log(mean + shape)
    first = (
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1)
        + shape * (log(shape) - log(mean + shape))
        + count * success
    )
    total = term = 1.0
    at = count
    while term > _NEGLIGIBLE * total:  # each term is smaller than the last: count is above mean
        term *= (at + shape) / (at + 1) * exp(success)
        total += term
        at += 1
    return first + log(total)
