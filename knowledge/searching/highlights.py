"""Where in an answer the words are that somebody asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.searching import terms

AROUND = 60  # characters to either side of the first word that was found


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; `found` when it was asked for."""

    text: str
    found: bool = False


def highlighted(text: str, query: str) -> list[Stretch]:
    """Return the text cut where the query's words are; one stretch when none is."""
    sought = _sought(query)
    if not sought:
        return [Stretch(text)]
    parts = re.split(f"({'|'.join(map(re.escape, sought))})", text, flags=re.IGNORECASE)
    return [Stretch(part, bool(at % 2)) for at, part in enumerate(parts) if part]


def excerpt(text: str, query: str, *, around: int = AROUND) -> list[Stretch]:
    """Return what stands around the first word that was asked for, highlighted."""
    at = min((found for word in _sought(query) if (found := text.find(word)) >= 0), default=0)
    first, last = max(0, at - around), at + around
    cut = ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")
    return highlighted(cut, query)


def _sought(query: str) -> list[str]:
    """Return the query's words, the longest first; single characters say too little."""
    return sorted(_long(terms.words(terms.plain(query))), key=lambda word: (-len(word), word))


def _long(words: Iterable[str]) -> set[str]:
    return {word for word in words if len(word) > 1}
