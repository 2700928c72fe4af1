"""What a language still lacks: words that it does not say, and words that nobody has checked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Table = Mapping[str, Mapping[str, str]]


class Lack(StrEnum):
    MISSING = "missing"  # said in the first language
    DRAFT = "draft"  # said, and read by nobody who knows the language


@dataclass(frozen=True)
class Wanted:
    """A word that a translator should write or read."""

    key: str
    lack: Lack


def wanted(first: Table, other: Table, is_draft: Callable[[str], bool]) -> Iterator[Wanted]:
    """Yield what is missing or a draft, in the order of the first language."""
    for section, words in first.items():
        for name in words:
            key = f"{section}.{name}"
            if name not in other.get(section, {}):
                yield Wanted(key, Lack.MISSING)
            elif is_draft(key):
                yield Wanted(key, Lack.DRAFT)
