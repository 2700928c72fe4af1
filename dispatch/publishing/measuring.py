"""What the written files give away, measured on their bytes; and whether that is too much."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dispatch.publishing import columns, differencing, district_audit, solving, tables
from dispatch.publishing.anonymity import Anonymous
from dispatch.publishing.attacking import Attack, attack
from dispatch.publishing.bands import RATINGS
from dispatch.publishing.columns import Dataset, Part
from dispatch.publishing.differencing import Fault
from dispatch.publishing.district_audit import NAME as DISTRICTS
from dispatch.publishing.district_audit import WHOLE
from dispatch.publishing.districts import Withheld
from dispatch.publishing.tables import TOTAL, Cell

KEYS = ("district", "matter_l1", "rating")
_PLACED = ("code", "district")
_RECORDS = ("ticket-records-full.csv", "ticket-records.csv")
Files = Mapping[str, bytes]
Faults = dict[str, int]


def measure(
    bodies: Files, safe: Anonymous, terms: Mapping[str, int], before: Sequence[Files]
) -> tuple[dict[str, Any], Faults]:
    """Return the measures that are published with the release, and how often what forbids it."""
    attacks = {each: _attacked(bodies[each], terms["k"]) for each in _RECORDS}
    table = read_table(bodies["statistics.csv"])
    known = floors(bodies[_RECORDS[0]])
    near = solving.narrow(table, known, terms["width"])
    left = list(leaving_few(table, known, terms["k"]))
    placed = district_audit.audit(
        bodies[DISTRICTS], bodies[WHOLE], small=terms["cell"], width=terms["width"]
    )
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
            "leaving_few": len(left),
        },
        "indicators_by_district": {
            "numbers": placed.cells,
            "withheld": placed.withheld,
            "reckoned_nearer": placed.near,
        },
    }
    faults = Counter[str]()
    faults.update(_of_records(attacks.values(), terms))
    faults.update(_of_table(table.values(), terms["cell"]))
    faults[Fault.CELL_TOO_SMALL] += placed.small
    faults[Fault.CELL_RECKONED] = len(near) + placed.near
    faults[Fault.LEAVES_FEW] = len(left)
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


def districts_withheld(earlier: Iterable[Files]) -> Withheld:
    """Return what editions withheld of the indicators by district: wholly, and the parts alone."""
    wholly, parts = (dict[str, frozenset[str]]() for _ in range(2))
    for each in earlier:
        told = district_audit.numbers(each[DISTRICTS], _PLACED) if DISTRICTS in each else {}
        for (code, place, part), count in told.items():
            held = wholly if part == "denominator" else parts
            if count is None:
                held[code] = held.get(code, frozenset()) | {place}
    return Withheld(wholly, parts)


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
        (prefecture(row["district"]), row["matter_l1"], row["rating"])
        for row in csv.DictReader(io.StringIO(full.decode()))
    )


def leaving_few(
    table: Mapping[Cell, int | None], rows: Mapping[Cell, int], k: int
) -> Iterator[Cell]:
    """Yield the cells from which taking the rows leaves 1 to `k` - 1: of what the table tells,
    and of the sums of withheld cells that are a told total less the told ones beside them.
    """
    for cell, told in table.items():
        if told is not None and 0 < told - rows.get(cell, 0) < k:
            yield cell
    every = [sorted({cell[along] for cell in table} - {TOTAL}) for along in range(len(KEYS))]
    for parts, whole in tables.lines(every):
        told = table[whole]
        if told is None or not (hidden := [cell for cell in parts if table[cell] is None]):
            continue
        told -= sum(table[cell] or 0 for cell in parts)
        if 0 < told - sum(rows.get(cell, 0) for cell in hidden) < k:
            yield whole


def prefecture(code: str) -> str:
    """Return what a row's district counts for, as a reader of the file knows it."""
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
    for file, keys in ((WHOLE, ("code",)), (DISTRICTS, _PLACED)):
        if file in before:  # an older edition may not have it
            old, new = (district_audit.numbers(each[file], keys) for each in (before, after))
            found += differencing.between_tables(old, new, small=small).values()
    for name in _RECORDS:
        some, others = (_kinds(each[name]) for each in (before, after))
        found += differencing.between_rows(some, others, small=small).values()
    yield from (each.value for each in found)


def _kinds(body: bytes) -> Counter[Cell]:
    return Counter(tuple(row) for row in csv.reader(io.StringIO(body.decode())))
