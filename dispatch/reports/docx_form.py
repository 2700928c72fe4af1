"""A report as a Word document by python-docx; its charts are there as their tables."""

import io
from datetime import datetime

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from dispatch.reports.blocks import Block, Grid, Head, Words
from dispatch.reports.paper import Paper, plain

FONT = "宋体"
MARGIN = Cm(2.5)


def write(paper: Paper, *, at: datetime) -> bytes:
    """Return the document, dated `at`."""
    doc = Document()
    _set_up(doc, at)
    heading = doc.add_heading(plain(paper.sheet.title), level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.draft:
        doc.add_paragraph("待签发稿，不得引用")
    for name, said in paper.facts:
        doc.add_paragraph(plain(f"{name}：{said}"))
    for block in paper.sheet.blocks:
        _block(doc, block)
    made = io.BytesIO()
    doc.save(made)
    return made.getvalue()


def _set_up(doc: Doc, at: datetime) -> None:
    """A4 with a Chinese face; Word takes that of letters that are not Latin from `eastAsia`."""
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = doc.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    page = doc.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    doc.core_properties.author = doc.core_properties.comments = ""
    doc.core_properties.created = doc.core_properties.modified = at


def _block(doc: Doc, block: Block) -> None:
    if isinstance(block, Head):
        doc.add_heading(plain(block.text), level=2)
    elif isinstance(block, Words):
        for each in block.paragraphs:
            doc.add_paragraph(plain(each)).paragraph_format.first_line_indent = Pt(22)
    elif isinstance(block, Grid):
        _grid(doc, block)
    else:
        doc.add_paragraph(plain(block.title)).runs[0].bold = True
        _grid(doc, block.grid)


def _grid(doc: Doc, grid: Grid) -> None:
    """Add the table, row by row: to ask a table of python-docx for one cell reads all of it."""
    table = doc.add_table(rows=1 + len(grid.rows), cols=len(grid.columns), style="Table Grid")
    for row, said in zip(table.rows, (grid.columns, *grid.rows), strict=True):
        for cell, text in zip(row.cells, said, strict=True):
            cell.text = plain(text)
