"""Which matter a request is about: the classifier's word and the keywords', weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER, MatterEntry
from knowledge.evidence import Evidence, best_below, find_evidence, first_levels

DOUBT_SHARE = 0.05  # of the classifier's doubt, for each matter: then keywords decide
UNDECIDED_BELOW = 0.3  # then a person decides
CALL_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Weights:
    """How keywords weigh against the classifier: a worth of 1 multiplies a matter's odds by e to
    `known` where the classifier knows the matter, to `new` where it doesn't.

    `floor` and `new_floor` are what a matter has before any keyword speaks for it.
    """

    known: float
    new: float
    floor: float
    new_floor: float
    most: float = 4.0


# Fitted on matters_dev (whole, and cut to the length of a call) and on departments_train: two
# sentences of a call say what they mean, a letter of a page holds stray keywords.
CALL = Weights(known=1.2, new=1.6, floor=0.006, new_floor=0.02, most=6.0)
LETTER = Weights(known=0.1, new=0.3, floor=0.004, new_floor=0.004)


@dataclass(frozen=True, slots=True)
class Match:
    """The matter, how likely its first level is right, the runners-up, and the keywords behind.

    `matter` is `00` 待定 when neither the classifier nor the keywords are sure enough.
    """

    matter: MatterEntry
    probability: float
    shares: tuple[tuple[str, float], ...]
    evidence: tuple[Evidence, ...]

    @property
    def decided(self) -> bool:
        return self.matter.code != ANY_MATTER


def match(
    directory: Directory,
    text: str,
    predicted: Sequence[tuple[str, float]],
    *,
    also: Mapping[str, float] | None = None,
) -> Match:
    """Return the matter of `text`, given the classifier's labels and probabilities.

    `also` adds worth to first-level matters from what isn't a keyword, as danger for 公安政法.
    """
    evidence = find_evidence(directory, text)
    worths = first_levels(evidence)
    for l1, worth in (also or {}).items():
        worths[l1] = worths.get(l1, 0.0) + worth
    shares = weigh(directory, worths, dict(predicted), len(text))
    ranked = tuple(sorted(shares.items(), key=lambda share: -share[1]))
    best, probability = ranked[0]
    if probability < UNDECIDED_BELOW:
        return Match(directory.matters[ANY_MATTER], probability, ranked, evidence)
    return Match(leaf(directory, evidence, best), probability, ranked, evidence)


def weigh(
    directory: Directory,
    keywords: Mapping[str, float],
    predicted: Mapping[str, float],
    length: int,
) -> dict[str, float]:
    """Return each first-level matter's share; what is missing to one speaks for none of them."""
    doubt = max(0.0, 1.0 - sum(predicted.values()))
    weights = CALL if length <= CALL_CHARACTERS else LETTER
    scores = {
        l1: _score(weights, predicted.get(l1), doubt, keywords.get(l1, 0.0))
        for (l1, l2, _), matter in directory.by_category.items()
        if not l2 and matter.code != ANY_MATTER
    }
    # A clear keyword makes it unlikely that the text is about none of the matters.
    nothing = doubt * exp(-weights.known * max(keywords.values(), default=0.0))
    total = sum(map(exp, scores.values())) + nothing
    return {l1: exp(score) / total for l1, score in scores.items()}


def leaf(directory: Directory, evidence: Sequence[Evidence], l1: str) -> MatterEntry:
    """Return the most specific matter inside `l1` that a keyword names, else `l1` itself."""
    inside = best_below(evidence, l1)
    return inside[0].matter if inside else directory.by_category[l1, "", ""]


def _score(weights: Weights, predicted: float | None, doubt: float, worth: float) -> float:
    worth = min(worth, weights.most)
    share = DOUBT_SHARE * doubt
    if predicted is None:
        return log(share + weights.new_floor) + weights.new * worth
    return log(predicted + share + weights.floor) + weights.known * worth
