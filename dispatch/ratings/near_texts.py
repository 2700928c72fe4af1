"""Which texts say nearly the same; exact, and compared only where they can be alike; pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

MOST = 2_000  # texts of a department that are compared: those given most often

_Answer = TypeVar("_Answer")


def groups(texts: Mapping[str, Sequence[_Answer]], alike: float) -> Iterator[list[_Answer]]:
    """Yield all answers that say nearly the same as a text; a text is in one group.

    `alike` is over 0. Two sets whose share in common is at least `alike` have one of the rarest
    members in common of which each has as many as it could miss and one more: only such meet.
    """
    often = sorted(texts, key=lambda each: (-len(texts[each]), each))[:MOST]
    known = {bare: pairs(bare) for bare in often}
    keys = _keys(known, alike)
    meeting: dict[str, list[str]] = defaultdict(list)
    for bare, rare in keys.items():
        for key in rare:
            meeting[key].append(bare)
    left = set(known)
    for bare in often:
        if bare in left:
            met = left & {each for key in keys[bare] for each in meeting[key]}
            near = sorted(each for each in met if likeness(known[bare], known[each]) >= alike)
            yield [answer for each in near for answer in texts[each]]
            left.difference_update(near)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of letter pairs that two texts have in common, 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 1.0


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters in a text; one letter is its own pair."""
    return frozenset(text[at : at + 2] for at in range(max(len(text) - 1, 1)))


def _keys(known: Mapping[str, frozenset[str]], alike: float) -> dict[str, list[str]]:
    """Return of each text its rarest pairs: as many as a near one could lack, and one more."""
    seen = Counter(pair for each in known.values() for pair in each)
    keys = {}
    for bare, mine in known.items():
        rarest = sorted(mine, key=lambda pair: (seen[pair], pair))
        shared = math.ceil(alike * len(mine) - 1e-9)
        keys[bare] = rarest[: len(mine) - shared + 1]
    return keys
