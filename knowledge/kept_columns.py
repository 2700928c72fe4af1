"""Columns that a file has not: what stands here of its lines stays; an empty cell ends it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from knowledge.sheets import Line, Sheet

Cells = Mapping[str, str]
# What stands here already of the line with these cells, as cells; None for nothing.
Standing = Callable[[Cells], Cells | None]


def keep(sheet: Sheet, absent: Sequence[str], standing: Standing) -> Sheet:
    """Return the sheet with what stands here in the columns that are absent from its file."""
    if not absent:
        return sheet
    kept = tuple(_kept(line, absent, standing(line.cells)) for line in sheet.lines)
    return replace(sheet, lines=kept)


def stands_of(cells: Cells, given: Sequence[str], told: Sequence[Cells]) -> Cells | None:
    """Return which of these the line says again in its given columns, else the last; or None."""
    agreeing = (each for each in told if all(each[name] == cells[name] for name in given if name))
    return next(agreeing, told[-1] if told else None)


def _kept(line: Line, absent: Sequence[str], stands: Cells | None) -> Line:
    if stands is None:
        return line
    return Line(line.row, {**line.cells, **{column: stands[column] for column in absent}})
