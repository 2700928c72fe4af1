"""A text with what may name somebody marked in it, piece by piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.cases.findings import Finding


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `kind` says what was found in it, empty for nothing."""

    text: str
    kind: str = ""


def pieces(field: str, text: str, found: Sequence[Finding]) -> list[Piece]:
    """Return the field's text cut where findings begin and end."""
    return list(_cut(text, [each for each in found if each.field == field]))


def _cut(text: str, found: Sequence[Finding]) -> Iterator[Piece]:
    at = 0
    for each in found:
        if each.start > at:
            yield Piece(text[at : each.start])
        yield Piece(text[each.start : each.end], each.kind)
        at = each.end
    if at < len(text):
        yield Piece(text[at:])
