"""Making a month's files: the records without anybody, the table, the figures, and the measures."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dispatch.publishing import (
    anonymity,
    bands,
    columns,
    files,
    ladder,
    measuring,
    suppression,
    tables,
)
from dispatch.publishing.anonymity import Anonymous, Record
from dispatch.publishing.columns import Dataset, Grade
from dispatch.publishing.sources import PART, place_of
from dispatch.publishing.suppression import Rule

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
class Terms:
    """By what numbers a release is made; kept with it."""

    k: int
    diversity: int
    cell: int
    width: int
    dictionary: int = columns.VERSION


@dataclass(frozen=True, slots=True)
class Built:
    files: tuple[Written, ...]
    measures: dict[str, Any]
    faults: dict[str, int]


def build(
    month: str,
    records: Sequence[Record],
    figures: Sequence[Mapping[str, Any]],
    terms: Terms,
    before: Sequence[Mapping[str, bytes]] = (),
) -> Built:
    """Return the month's files and what they measure; `before` are the editions that were out."""
    steps = [each.step for each in ladder.packaged()]
    safe = anonymity.anonymise(records, steps, k=terms.k, diversity=terms.diversity)
    rows = list(_records(month, safe))
    told = _sheet("indicators", Dataset.INDICATORS, Grade.PUBLIC, month, figures)
    full = next(each.body for each in rows if each.name == f"{FULL}.csv")
    made = (*rows, *told, *_table(month, records, full, terms, before))
    bodies = {each.name: each.body for each in made}
    measures, faults = measuring.measure(bodies, safe, asdict(terms), before)
    written = json.dumps(measuring.as_told(measures, bodies), ensure_ascii=False, indent=1).encode()
    measured = Written("measures.json", "measures", Grade.PUBLIC, 1, written)
    return Built((*made, measured, *_dictionary()), measures, faults)


def _records(month: str, safe: Anonymous) -> Iterator[Written]:
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
    records: Sequence[Record],
    full: bytes,
    terms: Terms,
    before: Sequence[Mapping[str, bytes]],
) -> Iterator[Written]:
    """Yield the table; withheld too: what an earlier edition withheld, what is of few people."""
    earlier = [measuring.read_table(each["statistics.csv"]) for each in before]
    places = [place_of(each) for each in records]
    table = tables.count(measuring.axes(places, earlier), places)
    withheld = {cell for each in earlier for cell, told in each.items() if told is None}
    of = tables.people(zip(places, (each.who for each in records), strict=True))
    withheld |= {cell for cell, counted in of.items() if counted < terms.cell}
    rule = Rule(terms.cell, terms.width, measuring.KEYS.index("rating"), bands.UNSAID)
    hidden = suppression.suppress(table, rule, floors=measuring.floors(full), before=withheld)
    rows = [
        {"month": month, **dict(zip(measuring.KEYS, cell, strict=True))}
        | {"count": None if cell in hidden else table.counts[cell]}
        for cell in table.cells()
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
