"""How files are written: CSV as spreadsheets read it, and the same as JSON lines."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LICENCE = "CC-BY-4.0"
_ENCODING = "utf-8"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows, the columns' names first; what is not told is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(_ENCODING)


def as_lines(
    about: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> bytes:
    """Return one JSON object a line: the first tells of the file, each other of one row."""
    first = {**about, "licence": LICENCE, "count": len(rows)}
    told = (first, *({name: row[name] for name in columns} for row in rows))
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told).encode(_ENCODING)


def digest(body: bytes) -> str:
    """Return the SHA-256 by which a file is known to be the one that was published."""
    return hashlib.sha256(body).hexdigest()
