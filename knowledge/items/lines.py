"""One line of a file as an item's key and content, and back; lists are parted by `|`."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from knowledge.checks import Finding, Known
from knowledge.items.checks import ItemKey, faults
from knowledge.items.content import Across, Content, Window
from knowledge.items.sheets import COLUMNS, REQUIRED
from knowledge.rows import FALSE, TRUE

_TEXTS = ("name", "kind", "authority", "time_limit", "fee", "outcome", "source")
_PARTED = ("basis", "conditions", "steps", "materials", "forms", "aliases")
_WINDOW, _ACROSS = 4, 3  # parts of each, by `;`


def read(cells: Mapping[str, str]) -> tuple[ItemKey, Content]:
    """Return what a line says that `check_line` found nothing wrong with."""
    until = cells["valid_to"]
    texts: dict[str, Any] = {name: cells[name] for name in _TEXTS}
    parts: dict[str, Any] = {name: _parts(cells[name]) for name in _PARTED}
    return ItemKey(cells["code"], cells["district"]), Content(
        **texts,
        **parts,
        department_code=cells["department"],
        matter_codes=_parts(cells["matters"]),
        windows=tuple(Window(*_split(each)) for each in _parts(cells["windows"])),
        across=tuple(Across(*_split(each)) for each in _parts(cells["across"])),
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_to=date.fromisoformat(until) if until else None,
        unknown_code=cells["unknown_code"].lower() in TRUE,
    )


def written(key: ItemKey, content: Content) -> dict[str, str]:
    """Return the line that says this."""
    values: dict[str, Any] = {
        **{name: getattr(content, name) for name in _TEXTS},
        **{name: "|".join(getattr(content, name)) for name in _PARTED},
        "code": key.code,
        "district": key.district,
        "department": content.department_code,
        "matters": "|".join(content.matter_codes),
        "windows": "|".join(
            _joined(each.name, each.address, each.phone, each.hours) for each in content.windows
        ),
        "across": "|".join(_joined(each.place, each.way, each.code) for each in content.across),
        "valid_from": content.valid_from.isoformat(),
        "valid_to": content.valid_to.isoformat() if content.valid_to else "",
        "unknown_code": "1" if content.unknown_code else "",
    }
    return {name: values[name] for name in COLUMNS}


def check_line(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    """Yield what is wrong in a line, all of it where it can be read at all."""
    unread = list(_unread(cells))
    yield from unread
    if not unread:
        yield from faults(*read(cells), known)


def _unread(cells: Mapping[str, str]) -> Iterator[Finding]:
    for column in REQUIRED:
        if not cells[column]:
            yield column, "is empty.", "Fill it in."
    for column in ("valid_from", "valid_to"):
        if cells[column] and not _is_day(cells[column]):
            yield column, f"{cells[column]!r} is no date.", "Write it as 2026-01-31."
    if cells["unknown_code"].lower() not in TRUE | FALSE | {""}:
        yield "unknown_code", "is neither yes nor no.", "Write 是 or 否."
    for column, most in (("windows", _WINDOW), ("across", _ACROSS)):
        if any(len(_split(each)) > most for each in _parts(cells[column])):
            yield column, f"has more than {most} parts.", "Part them by ; and two entries by |."
    if any(len(_split(each)) < 2 for each in _parts(cells["across"])):
        yield "across", "has no way.", "Write it as 510000;全程网办;code."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))


def _split(part: str) -> list[str]:
    return [each.strip() for each in part.split(";")]


def _joined(*parts: str) -> str:
    return ";".join(parts).rstrip(";")
