"""A life as data, `(state, action) -> state`: what follows, what is open, and why it was done."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from hotline.core.errors import Conflict, Invalid
from hotline.core.masking import mask_leaving

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def advance(steps: Mapping[tuple[S, A], S], state: S, action: A, *, of: str) -> S:
    """Return the state after the action; raise Conflict, saying what it is `of`, for none."""
    after = steps.get((state, action))
    if after is None:
        raise Conflict(
            f"A {of} that is {state} can't be given the action {action}.",
            remedy="Read it again: somebody else may have moved it on.",
        )
    return after


def possible(steps: Mapping[tuple[S, A], S], state: S, actions: Iterable[A]) -> tuple[A, ...]:
    """Return which of the actions may be done in this state, in their order."""
    return tuple(each for each in actions if (state, each) in steps)


def why(reason: str) -> str:
    """Return the reason as it is kept, masked; raise Invalid without one."""
    if not reason.strip():
        raise Invalid("This needs its reason.", remedy="Say why in a sentence.")
    return mask_leaving(reason.strip())
