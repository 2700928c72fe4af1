"""差分: what two editions of one month tell together that neither tells alone."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from dispatch.publishing.tables import Cell


class Fault(StrEnum):
    """Why a release can't be published."""

    GROUP_TOO_SMALL = "group_too_small"
    NOT_DIVERSE = "not_diverse"
    CELL_TOO_SMALL = "cell_too_small"
    CELL_RECKONED = "cell_reckoned"
    LEAVES_FEW = "leaves_few"
    DIFFERENCE_TOO_SMALL = "difference_too_small"
    WITHHELD_BEFORE = "withheld_before"


def between_tables(
    before: Mapping[Cell, int | None], after: Mapping[Cell, int | None], *, small: int
) -> dict[Cell, Fault]:
    """Return the cells by which the second edition gives the first or itself away.

    A cell told twice may differ by nothing or by at least `small`; one that was withheld stays so.
    A cell that an edition has not holds nothing there.
    """
    found: dict[Cell, Fault] = {}
    for cell in sorted(before.keys() | after.keys()):
        first, second = before.get(cell, 0), after.get(cell, 0)
        if first is not None and second is not None:
            if 0 < abs(second - first) < small:
                found[cell] = Fault.DIFFERENCE_TOO_SMALL
        elif first is None and second is not None:
            found[cell] = Fault.WITHHELD_BEFORE
    return found


def between_rows(before: Counter[Cell], after: Counter[Cell], *, small: int) -> dict[Cell, Fault]:
    """Return the kinds of rows of which there are fewer than `small` more or less, but some."""
    return {
        each: Fault.DIFFERENCE_TOO_SMALL
        for each in sorted(before.keys() | after.keys())
        if 0 < abs(after[each] - before[each]) < small
    }
