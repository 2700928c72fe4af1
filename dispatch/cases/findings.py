"""What a text may still say of somebody: names, places, organisations, each to be confirmed.

A machine finds too much and too little; so a person confirms each, and reads the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlp import entities, names
from nlp.entities import EntityKind

NAME = "name"
_SHOWN = frozenset(EntityKind) - {EntityKind.AMOUNT, EntityKind.SPAN, EntityKind.TIME}


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands at [start, end) of a field of the text."""

    kind: str
    text: str
    field: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """By which it is confirmed: the same words are confirmed once."""
        return f"{self.kind}:{self.text}"


def find(said: Mapping[str, str]) -> list[Finding]:
    """Return what is to be confirmed in these fields, in their order and without overlaps."""
    found = [each for field, text in said.items() for each in _in(field, text)]
    return _apart(found)


def unconfirmed(found: list[Finding], confirmed: frozenset[str]) -> list[str]:
    """Return the words of what nobody has confirmed, each once."""
    return list(dict.fromkeys(each.text for each in found if each.key not in confirmed))


def _in(field: str, text: str) -> Iterator[Finding]:
    for each in entities.extract(text):
        if each.kind in _SHOWN:
            yield Finding(each.kind, each.text, field, each.start, each.end)
    yield from _names(field, text)


def _names(field: str, text: str) -> Iterator[Finding]:
    """Yield what may name a person: what `names.hide` hides, run by run."""
    hidden = names.hide(text)
    start = None
    for at in range(len(text) + 1):
        differs = at < len(text) and hidden[at] != text[at]
        if differs and start is None:
            start = at
        elif not differs and start is not None:
            yield Finding(NAME, text[start:at], field, start, at)
            start = None


def _apart(found: list[Finding]) -> list[Finding]:
    """Return the findings, of two that overlap the one that begins first, or is longer."""
    order = {field: at for at, field in enumerate(dict.fromkeys(each.field for each in found))}
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: (order[one.field], one.start, -one.end)):
        if not kept or kept[-1].field != each.field or kept[-1].end <= each.start:
            kept.append(each)
    return kept
