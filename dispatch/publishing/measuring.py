"""What the written files give away, measured on their bytes; and whether that is too much."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dispatch.publishing import columns, differencing, solving, tables
from dispatch.publishing.anonymity import Anonymous
from dispatch.publishing.attacking import Attack, attack
from dispatch.publishing.bands import RATINGS
from dispatch.publishing.columns import Dataset, Part
from dispatch.publishing.differencing import Fault
from dispatch.publishing.tables import TOTAL, Cell

KEYS = ("district", "matter_l1", "rating")
_RECORDS = ("ticket-records-full.csv", "ticket-records.csv")
Files = Mapping[str, bytes]
Faults = dict[str, int]


def measure(
    bodies: Files, safe: Anonymous, terms: Mapping[str, int], before: Sequence[Files]
) -> tuple[dict[str, Any], Faults]:
    """Return the measures that are published with the release, and how often what forbids it."""
    attacks = {each: _attacked(bodies[each], terms["k"]) for each in _RECORDS}
    table = read_table(bodies["statistics.csv"])
    near = solving.narrow(table, floors(bodies[_RECORDS[0]]), terms["width"])
    rows = len(safe.rows) + safe.suppressed
    measures = {
        "terms": dict(terms),
        "records": {
            "rows": rows,
            "kept_per_step": list(safe.per_step),
            "suppressed": safe.suppressed,
            "suppressed_share": round(safe.suppressed / rows, 4) if rows else 0.0,
            "attacks": {name: asdict(each) for name, each in attacks.items()},
        },
        "statistics": {
            "cells": len(table),
            "withheld": sum(told is None for told in table.values()),
            "reckoned_nearer": len(near),
        },
    }
    faults = Counter[str]()
    faults.update(_of_records(attacks.values(), terms))
    faults.update(_of_table(table.values(), terms["cell"]))
    faults[Fault.CELL_RECKONED] = len(near)
    for each in before:
        faults.update(_of_editions(each, bodies, terms["cell"]))
    return measures, {name: counted for name, counted in sorted(faults.items()) if counted}


def as_told(measures: Mapping[str, Any], bodies: Files) -> dict[str, Any]:
    """Return the measures as they are published.

    How many rows were left out tells, with those that were not, the total of the table: where that
    is withheld, so are they.
    """
    if read_table(bodies["statistics.csv"])[TOTAL, TOTAL, TOTAL] is not None:
        return dict(measures)
    hidden = dict.fromkeys(("rows", "suppressed", "suppressed_share"))
    return {**measures, "records": {**measures["records"], **hidden}}


def read_table(body: bytes) -> dict[Cell, int | None]:
    """Return the cells of the statistics as they were written."""
    return solving.read(body, KEYS, "count")


def axes(places: Iterable[Cell], earlier: Iterable[Iterable[Cell]]) -> list[list[str]]:
    """Return the table's categories: what occurs now, what occurred in earlier editions."""
    cells = {*places, *(cell for each in earlier for cell in each)}
    named = [sorted({cell[along] for cell in cells} - {TOTAL}) for along in (0, 1)]
    return [*named, list(RATINGS)]


def floors(full: bytes) -> Counter[Cell]:
    """Return how much of each cell can be counted in the records beside it, totals too.

    A county counts for its prefecture, by GB/T 2260; what was generalised, below totals alone.
    """
    return tables.summed(
        (_prefecture(row["district"]), row["matter_l1"], row["rating"])
        for row in csv.DictReader(io.StringIO(full.decode()))
    )


def _prefecture(code: str) -> str:
    return f"{code[:4]}00" if code.isdecimal() else code


def _attacked(body: bytes, k: int) -> Attack:
    quasi = columns.playing(Dataset.RECORDS, Part.QUASI)
    return attack(body, quasi, columns.playing(Dataset.RECORDS, Part.SENSITIVE), k=k)


def _of_records(attacks: Iterable[Attack], terms: Mapping[str, int]) -> Iterator[str]:
    for each in attacks:
        yield from [Fault.GROUP_TOO_SMALL.value] * each.alone
        if each.rows:
            poor = [held for held in each.diversity.values() if held < terms["diversity"]]
            yield from [Fault.NOT_DIVERSE.value] * len(poor)


def _of_table(counts: Iterable[int | None], small: int) -> Iterator[str]:
    for told in counts:
        if told is not None and 0 < told < small:
            yield Fault.CELL_TOO_SMALL.value


def _of_editions(before: Files, after: Files, small: int) -> Iterator[str]:
    old, new = (read_table(each["statistics.csv"]) for each in (before, after))
    found = list(differencing.between_tables(old, new, small=small).values())
    old, new = (_figures(each["indicators.csv"]) for each in (before, after))
    found += differencing.between_tables(old, new, small=small).values()
    for name in _RECORDS:
        some, others = (_kinds(each[name]) for each in (before, after))
        found += differencing.between_rows(some, others, small=small).values()
    yield from (each.value for each in found)


def _figures(body: bytes) -> dict[Cell, int | None]:
    parts = ("numerator", "denominator")
    read = {part: solving.read(body, ("code",), part) for part in parts}
    told = {(*cell, part): each for part in parts for cell, each in read[part].items()}
    others = {
        (*cell, "others"): None if some is None else (read["denominator"][cell] or 0) - some
        for cell, some in read["numerator"].items()
    }
    return {**told, **others}


def _kinds(body: bytes) -> Counter[Cell]:
    return Counter(tuple(row) for row in csv.reader(io.StringIO(body.decode())))
