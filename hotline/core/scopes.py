"""Scopes: what of its department's work a system was let do, written with blanks between them."""

from collections.abc import Collection

from hotline.core.errors import Invalid
from hotline.core.security import SCOPES

ALL = tuple(sorted(set(SCOPES.values())))


def written(scopes: Collection[str]) -> str:
    """Return the scopes as they are kept: each once, in order; none for all there are.

    Raises Invalid naming one that there is not.
    """
    strange = sorted(set(scopes) - set(ALL))
    if strange:
        raise Invalid(
            f"There is no scope {strange[0]!r}.", remedy=f"Use some of: {', '.join(ALL)}."
        )
    return " ".join(sorted(set(scopes)))


def read(kept: str) -> frozenset[str] | None:
    """Return the scopes that were kept, None for all that the holder's role may do."""
    return frozenset(kept.split()) or None
