"""Workbooks and CSV files read alike."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlmodel import Session

from dispatch import tickets
from dispatch.taking_over.import_mapping import ColumnMapping
from dispatch.taking_over.import_sheets import UnreadFile, read_rows
from hotline.core import privacy
from hotline.core.privacy import Person
from tests.dispatch.import_scene import (
    DISPATCHED,
    HEADINGS,
    take_in,
)


def workbook(path: Path, rows: Sequence[Sequence[str | float | datetime]]) -> Path:
    """Write the rows as a workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "工单"
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


@pytest.mark.parametrize("began", [46350.375, datetime(2026, 11, 24, 9)])  # noqa: DTZ001  # a sheet's
def test_a_workbook_reads_like_a_csv_file(
    session: Session,
    tmp_path: Path,
    mapping: ColumnMapping,
    now: datetime,
    began: float | datetime,
) -> None:
    line: list[str | float | datetime] = [DISPATCHED.get(heading, "") for heading in HEADINGS]
    line[1] = began
    line[3] = 13989005678
    path = workbook(tmp_path / "old.xlsx", [list(HEADINGS), line])
    take_in(session, path, mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert ticket.created_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, person.sealed_phone or b"", "phone") == "+8613989005678"


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "old.xlsx"
    broken.write_bytes(b"PK no zip")
    with pytest.raises(UnreadFile, match="no XLSX workbook"):
        list(read_rows(broken))
    with pytest.raises(UnreadFile, match="no sheet '别的'"):
        list(read_rows(workbook(tmp_path / "new.xlsx", [["a"]]), "别的"))
    with pytest.raises(UnreadFile, match="can't be read"):
        list(read_rows(tmp_path / "nowhere.csv"))


def test_a_quoted_text_of_many_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes('\ufeff编号,内容\n1,"一\n二"\n\n2,三\n'.encode())
    assert list(read_rows(path)) == [(1, ["编号", "内容"]), (2, ["1", "一\n二"]), (4, ["2", "三"])]
