"""The same report in three forms: no script, no formula, every chart with its table."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from docx import Document
from openpyxl import load_workbook

from dispatch.reports import docx_form, html_form, xlsx_form
from dispatch.reports.blocks import Drawing, Grid, Head, Sheet, Words, put_together
from dispatch.reports.paper import Paper
from dispatch.reports.templating import read
from tests.dispatch.reports.kept import KEPT

TEMPLATE = """标题：{{ kind }}{{ period.name }}
# 一、总体
受理 {{ figure("requests") }} 件。
表：requests, response
图：received 按单位
图：requests 按日
"""
EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture
def paper() -> Paper:
    sheet = put_together(read(TEMPLATE), KEPT, ["=1+1 天冷\x08供暖诉求多。", "བོད་ཡིག"])
    return Paper(sheet, (("统计期", "2026-10-01 至 2026-10-31"),), draft=False)


@pytest.fixture
def evil() -> Paper:
    grid = Grid((EVIL, "b", "c"), ((EVIL, EVIL, "—"),))
    chart = Drawing(EVIL, (EVIL,), (1.0,), lines=False, grid=grid)
    return Paper(Sheet(EVIL, (Head(EVIL), Words((EVIL,)), grid, chart)), ((EVIL, EVIL),), False)


def test_the_page_runs_nothing_loads_nothing_and_is_the_same_twice(
    paper: Paper, evil: Paper
) -> None:
    for one in (paper, evil):
        told = html_form.write(one).decode()
        assert "<script" not in told
        assert not re.search(r"<[^>]*\s(on\w+|src)=", told)
        assert not re.search(r"(url\(|@import|<link|<iframe)", told)
        assert told.encode() == html_form.write(one)
    told = html_form.write(paper).decode()
    assert told.count("<svg") == told.count("<caption>") == 2
    assert "=城管局" in told
    assert "待签发稿" not in told
    assert "待签发稿" in html_form.write(Paper(paper.sheet, (), draft=True)).decode()


def test_the_workbook_has_no_formula_and_draws_its_own_charts(paper: Paper, evil: Paper) -> None:
    for one in (paper, evil):
        made = xlsx_form.write(one)
        book = load_workbook(io.BytesIO(made))
        cells = [cell for page in book for row in page.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    book = load_workbook(io.BytesIO(xlsx_form.write(paper)))
    assert book["报告"]["A1"].value == "月报2026年10月"
    bars, line = (book[name] for name in book.sheetnames[1:])
    assert [[cell.value for cell in row] for row in bars.iter_rows()] == [
        ["单位", "承办量（按单位）", "承办量", "占比"],
        ["'=城管局", 800, "800", "66.7%"],
        ["540102-b", 400, "400", "33.3%"],
    ]
    parts = zipfile.ZipFile(io.BytesIO(xlsx_form.write(paper))).namelist()
    assert [each for each in parts if each.startswith("xl/charts/")] == [
        "xl/charts/chart1.xml",
        "xl/charts/chart2.xml",
    ]
    assert line.max_row == 3


def test_the_document_says_the_same_with_tables_for_charts(
    paper: Paper, evil: Paper, now: datetime
) -> None:
    assert docx_form.write(evil, at=now)
    doc = Document(io.BytesIO(docx_form.write(paper, at=now)))
    words = [each.text for each in doc.paragraphs]
    assert words[0] == "月报2026年10月"
    assert "受理 1,200 件。" in words
    assert "承办量（按单位）" in words
    assert words[-2:] == ["=1+1 天冷供暖诉求多。", "བོད་ཡིག"]
    first, bars, _ = doc.tables
    assert [cell.text for cell in first.rows[1].cells] == [
        *("受理量", "1,200", "1,000", "较上期增加20.0%", "1,200", "1,200"),
    ]
    assert [cell.text for cell in bars.rows[1].cells] == ["=城管局", "800", "66.7%"]


def test_what_no_xml_holds_hinders_no_form(now: datetime) -> None:
    odd = "城管\x08\uffff局"
    grid = Grid(("单位", "承办量", "占比"), ((odd, "1", "—"),))
    chart = Drawing("承办量", (odd,), (1.0,), lines=False, grid=grid)
    paper = Paper(Sheet("月报", (Words((odd,)), chart)), ((odd, odd),), draft=False)
    assert "<svg" in html_form.write(paper).decode()
    book = load_workbook(io.BytesIO(xlsx_form.write(paper)))
    assert book["报告"]["A2"].value == "城管局"
    doc = Document(io.BytesIO(docx_form.write(paper, at=now)))
    assert doc.tables[0].rows[1].cells[0].text == "城管局"


def test_a_chart_of_nothing_is_no_mistake() -> None:
    empty = Drawing("承办量", (), (), lines=False, grid=Grid(("单位", "承办量", "占比"), ()))
    paper = Paper(Sheet("月报", (empty,)), (), draft=False)
    assert "这段时间没有。" in html_form.write(paper).decode()
    assert xlsx_form.write(paper)
