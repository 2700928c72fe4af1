"""Making a month's files: the records without anybody, the table, the figures, and the measures."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dispatch.publishing import (
    anonymity,
    columns,
    counting,
    districts,
    figures,
    files,
    ladder,
    measuring,
)
from dispatch.publishing.anonymity import Anonymous, Record
from dispatch.publishing.columns import Dataset, Grade
from dispatch.publishing.figures import Told
from dispatch.publishing.sources import PART
from dispatch.publishing.stages import Part
from dispatch.publishing.terms import Terms

FULL = "ticket-records-full"  # the records with what is given on application alone
_GIVEN = (Grade.PUBLIC, Grade.ON_APPLICATION)


@dataclass(frozen=True, slots=True)
class Written:
    """One file as it is kept."""

    name: str
    dataset: str
    grade: Grade
    rows: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Built:
    files: tuple[Written, ...]
    measures: dict[str, Any]
    faults: dict[str, int]


def build(
    month: str,
    records: Sequence[Record],
    found: Told,
    terms: Terms,
    before: Sequence[Mapping[str, bytes]] = (),
    say: Callable[[Part], None] = lambda _: None,
) -> Built:
    """Return the month's files and what they measure; `before` are the editions that were out.

    `say` is told what is being done: each part takes a while.
    """
    steps = [each.step for each in ladder.packaged()]
    say(Part.ROWS)
    safe = anonymity.anonymise(
        records, steps, k=terms.k, diversity=terms.diversity, cut=ladder.as_statistics()
    )
    rows = list(record_files(month, safe))
    full = next(each.body for each in rows if each.name == f"{FULL}.csv")
    say(Part.TABLES)
    told = [*_indicators(month, found, terms, before), *_table(month, safe, full, terms, before)]
    bodies = {each.name: each.body for each in (*rows, *told)}
    say(Part.MEASURES)
    measures, faults = measuring.measure(bodies, safe, asdict(terms), before)
    written = json.dumps(measuring.as_told(measures, bodies), ensure_ascii=False, indent=1).encode()
    measured = Written("measures.json", "measures", Grade.PUBLIC, 1, written)
    return Built((*rows, *told, measured, *_dictionary()), measures, faults)


def _indicators(
    month: str, found: Told, terms: Terms, before: Sequence[Mapping[str, bytes]]
) -> Iterator[Written]:
    """Yield the figures of the whole area, and those by prefecture."""
    whole = list(figures.rows(found, small=terms.cell))
    yield from _sheet("indicators", Dataset.INDICATORS, Grade.PUBLIC, month, whole)
    earlier = measuring.districts_withheld(before)
    withheld = districts.withhold(found.lines, small=terms.cell, width=terms.width, before=earlier)
    rows = list(figures.district_rows(found, withheld))
    yield from _sheet(Dataset.DISTRICTS.value, Dataset.DISTRICTS, Grade.PUBLIC, month, rows)


def record_files(month: str, safe: Anonymous) -> Iterator[Written]:
    """Yield the rows that nobody can be known by, with all columns and with the public ones."""
    rows = [
        {"month": month, **_quasi(group), "closing": closing, "rating": rating}
        for group, (closing, rating) in safe.rows
    ]
    yield from _sheet(FULL, Dataset.RECORDS, Grade.ON_APPLICATION, month, rows)
    # In an order of its own: the full file's would tell what was left out of this one.
    public = columns.of(Dataset.RECORDS, Grade.PUBLIC)
    shuffled = sorted(rows, key=lambda row: [row[each] for each in public])
    yield from _sheet(Dataset.RECORDS.value, Dataset.RECORDS, Grade.PUBLIC, month, shuffled)


def _quasi(group: Sequence[str]) -> dict[str, str]:
    district, matter, kind, source, days = group
    l1, l2, l3 = matter.split(PART)
    return {
        **{"district": district, "matter_l1": l1, "matter_l2": l2, "matter_l3": l3},
        **{"request_type": kind, "source": source, "days": days},
    }


def _table(
    month: str,
    safe: Anonymous,
    full: bytes,
    terms: Terms,
    before: Sequence[Mapping[str, bytes]],
) -> Iterator[Written]:
    earlier = [measuring.read_table(each["statistics.csv"]) for each in before]
    told = counting.told(safe, measuring.floors(full), terms, earlier)
    rows = [
        {"month": month, **dict(zip(measuring.KEYS, cell, strict=True)), "count": count}
        for cell, count in told.items()
    ]
    yield from _sheet("statistics", Dataset.STATISTICS, Grade.PUBLIC, month, rows)


def _sheet(
    name: str, dataset: Dataset, grade: Grade, month: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[Written]:
    """Yield the rows as CSV and as JSON lines, with the columns that this grade may have."""
    held = columns.of(dataset, *(_GIVEN if grade is Grade.ON_APPLICATION else (grade,)))
    about = {"dataset": name, "month": month, "grade": grade.value}
    yield Written(f"{name}.csv", dataset, grade, len(rows), files.as_csv(held, rows))
    yield Written(f"{name}.jsonl", dataset, grade, len(rows), files.as_lines(about, held, rows))


def _dictionary() -> Iterator[Written]:
    listed = columns.as_json()
    told = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    yield Written("dictionary.json", "dictionary", Grade.PUBLIC, len(listed), told)
    table = columns.as_csv().encode()
    yield Written("dictionary.csv", "dictionary", Grade.PUBLIC, len(listed), table)
