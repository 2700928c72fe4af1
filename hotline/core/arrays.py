"""PostgreSQL's own way to write an array: a column of a thousand rows goes out as one value.

A driver that writes element by element takes ten times as long, and a sweep writes thirty columns.
"""

from collections.abc import Sequence
from datetime import datetime

_BETWEEN = "\0"  # no text of PostgreSQL's can hold it


def of_texts(values: Sequence[str]) -> str:
    """Return the texts as an array's literal; raise ValueError for one that holds a NUL."""
    if not values:
        return "{}"
    joined = _BETWEEN.join(values)
    if joined.count(_BETWEEN) != len(values) - 1:
        raise ValueError("a text holds a NUL")
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + escaped.replace(_BETWEEN, '","') + '"}'


def of_numbers(values: Sequence[int | None]) -> str:
    """Return the numbers as an array's literal."""
    return "{" + ",".join("NULL" if each is None else str(each) for each in values) + "}"


def of_moments(values: Sequence[datetime | None]) -> str:
    """Return the moments as an array's literal."""
    written = ("NULL" if each is None else f'"{each.isoformat()}"' for each in values)
    return "{" + ",".join(written) + "}"
