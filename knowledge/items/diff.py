"""比对: which of the twelve fields differ between two levels, or two versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.items import materials
from knowledge.items.content import TWELVE

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One of the twelve fields, as the first has it and as the second; lists also by part."""

    field: str
    label: str
    before: Value
    after: Value
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def twelve(code: str, version: Any) -> dict[str, Value]:
    """Return the twelve fields of a version's row or content, lists as tuples.

    Materials are as `materials.in_order` writes them.
    """
    values: dict[str, Value] = {"code": code}
    for name in TWELVE:
        if name != "code":
            value = getattr(version, name)
            values[name] = value if isinstance(value, str) else tuple(value)
    values["materials"] = tuple(materials.in_order(each) for each in values["materials"])
    return values


def differences(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[Difference]:
    """Return which of the twelve differ, in their order; none when they are identical."""
    return [
        _difference(name, before[name], after[name])
        for name in TWELVE
        if before[name] != after[name]
    ]


def _difference(name: str, before: Value, after: Value) -> Difference:
    parts = isinstance(before, tuple) and isinstance(after, tuple)
    return Difference(
        name,
        TWELVE[name],
        before,
        after,
        gone=_only(before, after) if parts else (),
        new=_only(after, before) if parts else (),
    )


def _only(these: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in these if each not in others)
