"""小单元抑制: what is not told can't be reckoned, by a solver that knows only the file."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.publishing import differencing, solving, suppression, tables
from dispatch.publishing.differencing import Fault
from dispatch.publishing.suppression import Rule
from dispatch.publishing.tables import TOTAL, Cell, Table

PLACES, MATTERS, RATINGS = ("a", "b", "c"), ("x", "y"), ("good", "bad", "none")
RULE = Rule(small=5, width=5, sensitive=2, silent="none")
CELLS = [(p, m, r) for p in PLACES for m in MATTERS for r in RATINGS]
COUNTS = st.lists(
    st.sampled_from([0, 0, 1, 2, 4, 5, 7, 30]), min_size=len(CELLS), max_size=len(CELLS)
)


def table(counts: list[int]) -> Table:
    places = [cell for cell, times in zip(CELLS, counts, strict=True) for _ in range(times)]
    return tables.count((PLACES, MATTERS, RATINGS), places)


def told(whole: Table, hidden: frozenset[Cell]) -> dict[Cell, int | None]:
    return {cell: None if cell in hidden else counted for cell, counted in whole.counts.items()}


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_no_withheld_cell_can_be_reckoned(counts: list[int]) -> None:
    whole = table(counts)
    hidden = suppression.suppress(whole, RULE)
    written = told(whole, hidden)
    assert not any(each and 0 < each < RULE.small for each in written.values())
    found = solving.intervals(written, {})
    assert found.keys() == hidden
    assert all(each.width >= RULE.width - solving.FREE for each in found.values())
    assert solving.narrow(written, {}, RULE.width) == []
    for cell, interval in found.items():
        assert interval.least - 0.01 <= whole.counts[cell] <= interval.most + 0.01


@settings(max_examples=10, deadline=None)
@given(COUNTS, st.randoms(use_true_random=False))
def test_rows_that_are_published_beside_it_do_not_help(
    counts: list[int], chance: random.Random
) -> None:
    whole = table(counts)
    shown = [
        cell
        for cell in CELLS
        for _ in range(chance.choice([0, max(whole.counts[cell] - 1, 0), whole.counts[cell]]))
    ]
    floors = tables.summed(shown)
    hidden = suppression.suppress(whole, RULE, floors=floors)
    assert solving.narrow(told(whole, hidden), floors, RULE.width) == []


def test_primary_cells_alone_would_be_reckoned() -> None:
    whole = table([10, 10, 10, 10, 3, 10, *[10] * 12])
    first = suppression.primary(whole, RULE)
    assert first == {("a", "y", "bad")}
    assert solving.narrow(told(whole, first), {}, RULE.width) == [("a", "y", "bad")]
    found = solving.intervals(told(whole, first), {})
    assert found[("a", "y", "bad")] == solving.Interval(3, 3)
    hidden = suppression.suppress(whole, RULE)
    assert len(hidden) == 8
    assert solving.narrow(told(whole, hidden), {}, RULE.width) == []


def test_zero_is_told_and_a_place_where_all_said_the_same_is_not() -> None:
    whole = table([0, 12, 0, 9, 9, 9, *[20] * 12])
    assert suppression.primary(whole, RULE) == {("a", "x", "bad")}
    silent = table([0, 0, 12, 9, 9, 9, *[20] * 12])
    assert suppression.suppress(silent, RULE) == frozenset()


def test_a_table_of_nothing_withholds_nothing() -> None:
    whole = table([0] * len(CELLS))
    assert suppression.suppress(whole, RULE) == frozenset()
    assert solving.intervals(told(whole, frozenset()), {}) == {}


def test_a_table_with_one_cell_withholds_its_totals_too() -> None:
    whole = tables.count((("a",), ("x",)), [("a", "x")] * 3)
    hidden = suppression.suppress(whole, Rule(5, 5))
    assert hidden == set(whole.cells())
    assert solving.narrow(told(whole, hidden), {}, 5) == []


def test_a_sum_that_is_wrong_is_found() -> None:
    whole = dict(told(table([10] * len(CELLS)), frozenset()))
    whole[TOTAL, TOTAL, TOTAL] = 1
    with pytest.raises(ValueError, match="not the sum"):
        solving.intervals(whole, {})


def test_two_editions_may_differ_by_nothing_or_by_much() -> None:
    before: dict[Cell, int | None] = {("a",): 10, ("b",): 20, ("c",): None, ("d",): None}
    after: dict[Cell, int | None] = {("a",): 12, ("b",): 25, ("c",): 9, ("e",): 4}
    assert differencing.between_tables(before, after, small=5) == {
        ("a",): Fault.DIFFERENCE_TOO_SMALL,
        ("c",): Fault.WITHHELD_BEFORE,
        ("d",): Fault.WITHHELD_BEFORE,
        ("e",): Fault.DIFFERENCE_TOO_SMALL,
    }


@settings(max_examples=10, deadline=None)
@given(COUNTS, COUNTS)
def test_what_was_withheld_once_stays_withheld(first: list[int], second: list[int]) -> None:
    hidden = suppression.suppress(table(first), RULE)
    again = suppression.suppress(table(second), RULE, before=hidden)
    assert hidden <= again
    assert solving.narrow(told(table(second), again), {}, RULE.width) == []
