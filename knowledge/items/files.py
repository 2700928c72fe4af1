"""A file of items by its ending: CSV, XLSX, JSON or JSON lines, as rows of cells."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hotline.core.errors import Invalid
from knowledge.items import sheets
from knowledge.workbooks import read_xlsx

_READERS: Mapping[str, Callable[[Path], Iterable[sheets.Row]]] = {
    ".csv": sheets.csv_rows,
    ".json": sheets.json_rows,
    ".jsonl": sheets.json_rows,
    ".xlsx": lambda path: read_xlsx(path, most_rows=sheets.MOST_LINES + 1),
}


def rows_of(path: Path) -> Iterable[sheets.Row]:
    """Return the file's rows; raise Invalid for another kind of file."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise Invalid(
            f"{path.name} is none of {', '.join(_READERS)}.", remedy="Save it as one of them."
        )
    return reader(path)
