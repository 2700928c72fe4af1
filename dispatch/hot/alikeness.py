"""Which of some requests tell of the very same thing: groups whose words sound alike."""

from collections.abc import Sequence

from nlp.similar import Heard, hear, likeness

ALIKE = 0.3
READ = 80  # of a window's newest: each is compared with each


def largest(texts: Sequence[str]) -> list[int]:
    """Return the places of the largest group in which each is like another; empty for none.

    The one that most others are like is its middle: a chain of likenesses is no group.
    """
    heard = [hear(text) for text in texts[:READ]]
    near = [_near(heard, each) for each in heard]
    best = max(near, key=len, default=[])
    return best if len(best) > 1 else []


def _near(heard: Sequence[Heard], middle: Heard) -> list[int]:
    return [at for at, each in enumerate(heard) if likeness(middle, each) >= ALIKE]
