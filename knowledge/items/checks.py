"""What of an item must be right before anybody reads it, each fault with what to do about it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hotline.core.errors import Invalid
from knowledge.checks import Finding, Known
from knowledge.items.content import TEXT_LISTS, Content, ItemKind, Place, Way

LONGEST = 2000  # characters of one cell's part
MOST_PARTS = 60
PARTING = frozenset("|;｜")  # they part the cells of a sheet
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ItemKey:
    """An item's code, and whose level it is at."""

    code: str
    district: str

    def __str__(self) -> str:
        return f"{self.code}@{self.district}"


def check(key: ItemKey, content: Content, known: Known) -> None:
    """Raise Invalid for the first fault."""
    for column, problem, remedy in faults(key, content, known):
        raise Invalid(f"{column}: {problem}", remedy=remedy)


def faults(key: ItemKey, content: Content, known: Known) -> Iterator[Finding]:
    """Yield each column that can't stand, why, and what to write."""
    if not _is_code(key.code):
        yield "code", f"{key.code!r} is no item's code.", "Use up to 40 letters, digits and -."
    if key.district not in known.districts:
        yield "district", f"{key.district!r} is no district.", "Write the six digits of GB/T 2260."
    if not content.name.strip():
        yield "name", "is empty.", "Fill it in."
    if content.kind not in set(ItemKind):
        yield "kind", f"{content.kind!r} is no kind.", f"Use {_either(ItemKind)}."
    if content.department_code not in known.departments:
        problem = f"{content.department_code!r} is no department."
        yield "department", problem, "Name the owner by its code."
    for matter in content.matter_codes:
        if matter not in known.matters:
            yield "matters", f"{matter!r} is no matter.", "Name matters by their codes."
    if content.valid_to and content.valid_to < content.valid_from:
        yield "valid_to", "lies before valid_from.", "Exchange or correct the two days."
    yield from _parts(content)
    yield from _across(content)


def _parts(content: Content) -> Iterator[Finding]:
    windows = [part for each in content.windows for part in _window(each)]
    lists = {name: list(getattr(content, name)) for name in TEXT_LISTS} | {"windows": windows}
    for name, parts in lists.items():
        if len(parts) > MOST_PARTS * (4 if name == "windows" else 1):
            yield name, f"has more than {MOST_PARTS} parts.", "Keep what matters."
        yield from _each(name, parts)
    for name in ("name", "authority", "time_limit", "fee", "outcome", "source"):
        yield from _each(name, [getattr(content, name)], parting=frozenset())
    if any(not each.name.strip() for each in content.windows):
        yield "windows", "one has no name.", "Begin each with its name."


def _each(
    name: str, parts: Iterable[str], *, parting: frozenset[str] = PARTING
) -> Iterator[Finding]:
    for part in parts:
        if len(part) > LONGEST:
            yield name, f"is longer than {LONGEST} characters.", "Write it shorter."
        if _NO_TEXT.search(part):
            yield name, "holds a sign that is no text.", "Write it anew on one line."
        if parting & set(part):
            yield name, "holds a sign that parts cells.", "Use Chinese punctuation inside a part."
        if part != part.strip() or (name in TEXT_LISTS and not part):
            yield name, "has an empty part or blanks at its ends.", "Leave them out."


def _window(each: object) -> tuple[str, ...]:
    return tuple(getattr(each, name) for name in ("name", "address", "phone", "hours"))


def _across(content: Content) -> Iterator[Finding]:
    seen: set[str] = set()
    for each in content.across:
        if each.place not in set(Place):
            yield "across", f"{each.place!r} is none of the five.", f"Use {_either(Place)}."
        if each.way not in set(Way):
            yield "across", f"{each.way!r} is no way.", f"Use {_either(Way)}."
        if each.place in seen:
            yield "across", f"{each.place} stands there twice.", "Leave it once."
        yield from _each("across", [each.code])
        seen.add(each.place)


def _is_code(text: str) -> bool:
    plain = text.replace("-", "").replace("_", "")
    return 0 < len(text) <= 40 and plain.isascii() and plain.isalnum()


def _either(words: Iterable[str]) -> str:
    return ", ".join(words)
