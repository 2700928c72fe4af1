"""A file's items: all or nothing, an error a bad cell, the same file twice is the file once."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, func, select

from hotline.core.errors import Invalid
from knowledge.articles.states import TextAction
from knowledge.cleaning import as_cell
from knowledge.importer import ImportRefused
from knowledge.items import finding, life, lines, sheets
from knowledge.items.content import Window, content_of
from knowledge.items.exporting import Format, export
from knowledge.items.importing import ItemsTaken, take_in
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.seeding import seed
from knowledge.workbooks import read_xlsx
from tests.knowledge.items.conftest import EDITOR, KEY, YAK, publish

HEAD = "事项编码,区划代码,事项名称,事项类型,主管部门编码,生效日期,材料目录,窗口"
GOOD = "sample-yak,540000,牦牛 运输,公共服务,540000-agriculture,2026/1/5,身份证|免疫记录,窗口甲"


def taken(session: Session, text: str, now: datetime, tmp_path: Path) -> ItemsTaken:
    path = tmp_path / "items.csv"
    path.write_text(text)
    return take_in(session, path.name, sheets.csv_rows(path), actor=EDITOR, now=now)


def counted(session: Session) -> tuple[int, int]:
    items = session.exec(select(func.count()).select_from(ServiceItem)).one()
    return items, session.exec(select(func.count()).select_from(ItemVersion)).one()


def test_the_same_file_twice_is_the_file_once(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    text = f"{HEAD}\n{GOOD}\n"
    first = taken(session, text, now, tmp_path)
    assert (first.added, first.changed, first.unchanged) == (1, 0, 0)
    item = finding.find(session, str(KEY))
    before = (counted(session), item.version)
    again = taken(session, text, now, tmp_path)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert (counted(session), item.version) == before
    publish(session, item, now)
    third = taken(session, text, now, tmp_path)
    assert (third.added, third.changed, third.unchanged) == (0, 0, 1)


def test_columns_that_a_file_has_not_stay_as_the_item_has_them(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    taken(session, f"{HEAD}\n{GOOD}\n", now, tmp_path)
    item = finding.find(session, str(KEY))
    publish(session, item, now)
    fewer = [text.rsplit(",", 2)[0] for text in (HEAD, GOOD)]
    assert taken(session, "\n".join(fewer), now, tmp_path).unchanged == 1
    renamed = "\n".join(fewer).replace("牦牛 运输", "牦牛运输备案")
    assert taken(session, renamed, now, tmp_path).changed == 1
    draft = finding.under_way(session, item)
    assert draft
    assert (draft.name, len(draft.materials), len(draft.windows)) == ("牦牛运输备案", 2, 1)
    assert taken(session, "\n".join(fewer), now, tmp_path).unchanged == 1  # it is published so
    assert taken(session, renamed, now, tmp_path).unchanged == 1
    emptied = taken(session, f"{HEAD}\n{GOOD.rsplit(',', 2)[0]},,\n", now, tmp_path)
    assert emptied.changed == 1


def test_a_file_changes_the_draft_and_begins_the_next(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    taken(session, f"{HEAD}\n{GOOD}\n", now, tmp_path)
    other = GOOD.replace("窗口甲", "窗口乙;某路1号")
    assert taken(session, f"{HEAD}\n{other}\n", now, tmp_path).changed == 1
    item = finding.find(session, str(KEY))
    publish(session, item, now)
    taken(session, f"{HEAD}\n{GOOD}\n", now, tmp_path)
    rows = finding.versions(session, item)
    assert [(each.number, each.status) for each in rows] == [(2, "draft"), (1, "published")]
    assert content_of(rows[1]).windows == (Window("窗口乙", "某路1号"),)


def test_one_bad_cell_and_nothing_is_taken(session: Session, now: datetime, tmp_path: Path) -> None:
    bad = "sample-b,999999,,怪类型,nobody,2026-13-01,,"
    worse = "sample-c,540000,名,怪类型,nobody,2026-01-01,,"
    with pytest.raises(ImportRefused) as refused:
        taken(session, f"{HEAD}\n{GOOD}\n{bad}\n{worse}\n{GOOD}\n", now, tmp_path)
    found = [(each.file, each.row, each.column) for each in refused.value.errors]
    assert found == [
        ("items.csv", 3, "name"),
        ("items.csv", 3, "valid_from"),
        ("items.csv", 4, "kind"),
        ("items.csv", 4, "department"),
        ("items.csv", 5, "code"),
    ]
    assert all(each.remedy for each in refused.value.errors)
    assert counted(session) == (0, 0)


def test_a_heading_of_another_kind_is_refused(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    for head in ("code,name", f"{HEAD},颜色", f"{HEAD},code"):
        with pytest.raises(Invalid):
            taken(session, f"{head}\n", now, tmp_path)


def test_full_width_signs_and_misread_digits_are_cleaned_and_told(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    dirty = (
        "ｓample－yak,54O000, 牦牛　 运输 ,公共服务,540000-agriculture,２０２６年１月５日,"
        "身份证 | 免疫记录,窗口甲"
    )
    done = taken(session, f"{HEAD}\n{dirty}\n", now, tmp_path)
    told = {(each.row, each.column): (each.was, each.now) for each in done.cleaned}
    assert told[2, "district"] == ("54O000", "540000")
    assert told[2, "valid_from"] == ("２０２６年１月５日", "2026-01-05")
    assert told[2, "name"][1] == "牦牛 运输"
    assert taken(session, f"{HEAD}\n{GOOD}\n", now, tmp_path).unchanged == 1


def test_what_waits_for_a_judgement_is_not_overwritten(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    taken(session, f"{HEAD}\n{GOOD}\n", now, tmp_path)
    item = finding.find(session, str(KEY))
    life.act(session, item, TextAction.SUBMIT, actor=EDITOR, now=now)
    with pytest.raises(ImportRefused, match="is review"):
        taken(session, f"{HEAD}\n{GOOD}乙\n", now, tmp_path)


@pytest.mark.parametrize("format", list(Format))
def test_what_was_exported_changes_nothing_when_it_comes_back(
    session: Session, now: datetime, tmp_path: Path, format: Format
) -> None:
    seed(session, now=now)
    path = tmp_path / f"items.{format}"
    path.write_bytes(export(session, format, on=date(2026, 6, 1)))
    read = {Format.CSV: sheets.csv_rows, Format.JSON: sheets.json_rows, Format.XLSX: read_xlsx}
    done = take_in(session, path.name, read[format](path), actor=EDITOR, now=now)
    assert (done.added, done.changed, done.cleaned) == (0, 0, ())
    assert done.unchanged >= 60


def test_json_names_what_is_no_json(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    for text in ("{", "[1]", "nothing"):
        path.write_text(text)
        with pytest.raises(Invalid):
            list(sheets.json_rows(path))
    path.write_text(json.dumps([{"code": "a", "windows": [{"phone": "1", "name": "甲"}]}]))
    assert list(sheets.json_rows(path))[1] == (1, ["a", "甲;;1"])


@given(st.lists(st.sampled_from(["甲", "=乙", "丙；", "-丁", "'戊"]), max_size=4))
def test_a_line_says_again_what_was_written(parts: list[str]) -> None:
    content = replace(YAK, materials=tuple(parts), fee="".join(parts))
    cells = lines.written(KEY, content)
    assert lines.read(cells) == (KEY, content)
    row = [as_cell(each) for each in cells.values()]
    sheet = sheets.sheet_of("a.csv", [(1, list(cells)), (2, row)])
    assert lines.read(sheet.lines[0].cells) == (KEY, content)
