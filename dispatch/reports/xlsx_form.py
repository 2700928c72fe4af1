"""A report as a workbook: its text, its tables, and each chart as the sheet's own, on its figures.

No cell is a formula: what begins like one is made text (`as_cell`).
"""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from dispatch.reports.blocks import Drawing, Grid, Head, Words
from dispatch.reports.paper import Paper, plain
from knowledge.cleaning import as_cell

WIDTHS = (34, 16, 16, 24, 14, 14)
HIGHEST = 409  # points, of a row
_BOLD, _WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")


def write(paper: Paper) -> bytes:
    """Return the workbook: the report on its first sheet, each chart on one of its own."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise TypeError("a new workbook has a sheet")
    page.title = "报告"
    book.properties.creator = "12345 hotline"
    for column, width in zip("ABCDEF", WIDTHS, strict=True):
        page.column_dimensions[column].width = width
    _line(page, [paper.sheet.title], Font(bold=True, size=16))
    for name, said in paper.facts:
        _line(page, [name, said])
    for number, block in enumerate(paper.sheet.blocks):
        _block(book, page, block, number)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _block(book: Workbook, page: Worksheet, block: object, number: int) -> None:
    if isinstance(block, Head):
        page.append([])
        _line(page, [block.text], Font(bold=True, size=13))
    elif isinstance(block, Words):
        for each in block.paragraphs:
            _line(page, [each])
            page.merge_cells(
                start_row=page.max_row, end_row=page.max_row, end_column=6, start_column=1
            )
            page.cell(page.max_row, 1).alignment = _WRAPPED
            page.row_dimensions[page.max_row].height = min(HIGHEST, 18 * (1 + len(each) // 55))
    elif isinstance(block, Grid):
        _grid(page, block)
    elif isinstance(block, Drawing):
        _chart(book, block, number)
        _line(page, [f"图表见工作表“{_sheet_name(block, number)}”"])


def _line(page: Worksheet, cells: list[str], font: Font | None = None) -> None:
    page.append([_cell(each) for each in cells])
    if font:
        page.cell(page.max_row, 1).font = font


def _grid(page: Worksheet, grid: Grid) -> None:
    page.append([_cell(each) for each in grid.columns])
    for cell in page[page.max_row]:
        cell.font = _BOLD
    for row in grid.rows:
        page.append([_cell(each) for each in row])


def _chart(book: Workbook, drawing: Drawing, number: int) -> None:
    """Add the chart's sheet: names and numbers, drawn from, and how they are read."""
    page = book.create_sheet(_sheet_name(drawing, number))
    page.column_dimensions["A"].width = 34
    name, figure, share = drawing.grid.columns
    page.append([_cell(each) for each in (name, drawing.title, figure, share)])
    for row, value in zip(drawing.grid.rows, drawing.values, strict=True):
        page.append([_cell(row[0]), value, _cell(row[1]), _cell(row[2])])
    if not drawing.values:
        return
    chart: Any = LineChart() if drawing.lines else BarChart()
    if not drawing.lines:
        chart.type = "bar"
        chart.y_axis.delete = chart.x_axis.delete = False
        chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.title, chart.legend = drawing.title, None
    chart.width, chart.height = 22, 4 + 0.6 * max(8, len(drawing.values))
    last = page.max_row
    chart.add_data(Reference(page, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(page, min_col=1, min_row=2, max_row=last))
    page.add_chart(chart, "F2")


def _cell(text: str) -> str:
    return as_cell(plain(text))


def _sheet_name(drawing: Drawing, number: int) -> str:
    """Return a name that a workbook takes: 31 letters at most, none of []:*?/\\."""
    plain = "".join(each for each in drawing.title if each not in "[]:*?/\\'")
    return f"图{number} {plain}"[:31]
