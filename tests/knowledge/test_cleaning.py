"""Cells: what one sheet writes another reads again, and none of them reckons with it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from knowledge.cleaning import Sort, as_cell, clean
from knowledge.exchange.writing import Format, written

SIGNS = st.text(alphabet="甲a1 =+-@＝＠'\t\r\n\x00\x0b\x1f\ufffe", max_size=8)


@pytest.mark.parametrize("value", ["=1+1", " =1+1", "\t=1", "\n@A1", "\r甲", "\x0b=1", "＝1"])
def test_what_a_spreadsheet_would_reckon_with_is_text(value: str) -> None:
    assert as_cell(value).startswith("'")


@given(SIGNS)
def test_a_guarded_cell_is_taken_back_as_what_it_was(value: str) -> None:
    if not value.lstrip("\x00\x0b\x1f\ufffe").startswith("'"):  # a sign of the writer's own
        for sort in (Sort.PROSE, Sort.TEXT, Sort.CODE):
            assert clean(as_cell(value), sort) == clean(value, sort)


@given(st.lists(SIGNS, max_size=3))
def test_a_workbook_holds_every_text_as_text(values: list[str]) -> None:
    made = written([{"a": each} for each in values], ["a"], Format.XLSX)
    page = load_workbook(io.BytesIO(made)).active
    assert page
    cells = [cell for row in page.iter_rows() for cell in row]
    assert all(cell.data_type == "s" or cell.value is None for cell in cells)


def test_several_lines_stay_several() -> None:
    assert clean("　一\r\n  二２ \r\r\n", Sort.TEXT) == "一\n  二2"
    assert clean("一\n二", Sort.PROSE) == "一 二"
    assert clean("一\x0b二", Sort.PROSE) == "一二"
