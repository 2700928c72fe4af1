"""数据字典: every dataset and column with its grade (分级), codes and generalisation; data."""

import csv
import io
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path

from dispatch.rules.sheet import BadCell, Line, member_in, read_sheet

COLUMNS = Path(__file__).parents[1] / "data" / "publishing_columns.csv"


class Grade(StrEnum):
    PUBLIC = "public"  # 无条件开放: whoever asks
    ON_APPLICATION = "on_application"  # 有条件开放: a registered receiver, for a purpose and a term
    INTERNAL = "internal"  # 不予开放: in no file


class Part(StrEnum):
    """What a column is for who protects the rows; empty for one that is in no file."""

    KEY = "key"
    QUASI = "quasi"  # by which somebody may be known
    SENSITIVE = "sensitive"  # what is learnt of them then
    MEASURE = "measure"
    NONE = ""


class Dataset(StrEnum):
    RECORDS = "ticket-records"
    STATISTICS = "statistics"
    INDICATORS = "indicators"
    DISTRICTS = "indicators-by-district"


@dataclass(frozen=True, slots=True)
class Column:
    dataset: Dataset
    column: str
    type: str
    grade: Grade
    role: Part
    codes: str
    generalised: str
    since: int  # the version of the dictionary with which it came
    title: str
    basis: str


_WORDS = ("column", "type", "codes", "generalised", "title", "basis")
NAMES = tuple(each.name for each in fields(Column))
VERSION = 2  # of the dictionary: one more whenever a column comes, goes or means something else


@cache
def packaged() -> tuple[Column, ...]:
    """Return the packaged dictionary."""
    return read_columns(COLUMNS)


def read_columns(path: Path) -> tuple[Column, ...]:
    """Read the dictionary: all of it, or BadSheet with an error per bad line."""
    return read_sheet(path, NAMES, _read, key=lambda each: (each.dataset, each.column))


def of(dataset: Dataset, *grades: Grade) -> tuple[str, ...]:
    """Return the columns of the dataset that have one of these grades, in the file's order."""
    held = [each for each in packaged() if each.dataset is dataset and each.grade in grades]
    return tuple(each.column for each in held)


def playing(dataset: Dataset, role: Part) -> tuple[str, ...]:
    """Return the dataset's columns that are this for who protects the rows."""
    held = [each for each in packaged() if each.dataset is dataset and each.role is role]
    return tuple(each.column for each in held)


def as_json() -> list[dict[str, str | int]]:
    """Return the dictionary, an object a column."""
    return [asdict(each) for each in packaged()]


def as_csv() -> str:
    """Return the dictionary, a line a column."""
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(as_json())
    return out.getvalue()


def _read(line: Line) -> Column:
    for name in ("column", "type", "title", "basis"):
        if not line[name]:
            raise BadCell(name, "It is empty.", "Every column says what it is, and why so graded.")
    if not line["since"].isdecimal():
        raise BadCell("since", "No version.", "Write the dictionary's, like 1.")
    return Column(
        dataset=member_in(line, "dataset", Dataset),
        grade=member_in(line, "grade", Grade),
        role=member_in(line, "role", Part),
        since=int(line["since"]),
        **{each: line[each] for each in _WORDS},
    )
