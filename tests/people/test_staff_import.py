"""People from one sheet: all of them, or an error for each bad line."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlmodel import Session

from hotline.console.words import table
from hotline.core import accounts
from hotline.core.accounts import MACHINE
from hotline.core.errors import Invalid
from hotline.core.people import signing_in
from hotline.core.people.lockout import Limits
from knowledge.importer import ImportRefused
from knowledge.sheets import read_sheet
from knowledge.staff_import import StaffReport, take_in

HEAD = "用户名,姓名,角色,承办单位,地区,保密等级"
GOOD = (
    HEAD,
    "dawa,达瓦,话务员,,,",
    "pema,白玛,department_leader,540102-urban,540102,internal",
)
WORDS = {word: code for code, word in table("zh")["role"].items()}


def taken(session: Session, folder: Path, lines: Sequence[str], now: datetime) -> StaffReport:
    file = folder / "staff.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return take_in(session, file.name, read_sheet(file), WORDS, actor=MACHINE, now=now)


def test_a_sheet_makes_people_who_choose_their_own_passwords_first(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    report = taken(session, tmp_path, GOOD, now)
    assert (set(report.passwords), report.changed, report.unchanged) == ({"dawa", "pema"}, 0, 0)
    password = report.passwords["pema"]
    pema = signing_in.by_password(session, "pema", password, limits=Limits(), now=now)
    assert pema.must_change_password
    assert (pema.display_name, pema.role, pema.department, pema.district, pema.clearance) == (
        "白玛",
        "department_leader",
        "540102-urban",
        "540102",
        "internal",
    )


def test_the_same_sheet_again_changes_nothing(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    taken(session, tmp_path, GOOD, now)
    again = taken(session, tmp_path, GOOD, now)
    assert (again.passwords, again.changed, again.unchanged) == ({}, 0, 2)
    moved = taken(session, tmp_path, [HEAD, "dawa,,班长,,540102,"], now)
    assert (moved.passwords, moved.changed, moved.unchanged) == ({}, 1, 0)
    dawa = accounts.find(session, "dawa")
    assert dawa
    assert (dawa.role, dawa.display_name) == ("team_lead", "达瓦")


def test_each_bad_line_has_its_error(session: Session, tmp_path: Path, now: datetime) -> None:
    bad = [
        *GOOD,
        "a:b,,agent,,,",
        "tashi,,king,,,",
        "tashi2,,department_handler,,,",
        "tashi3,,department_handler,540102-nobody,,",
        "tashi4,,agent,,999999,",
        "tashi5,,agent,,,secret",
        "dawa,,agent,,,",
    ]
    with pytest.raises(ImportRefused) as caught:
        taken(session, tmp_path, bad, now)
    assert [error.row for error in caught.value.errors] == [4, 5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize("head", ["用户名,姓名", "username,role,phone", "username,用户名,role"])
def test_another_heading_is_refused(
    session: Session, tmp_path: Path, now: datetime, head: str
) -> None:
    with pytest.raises(Invalid, match="row 1"):
        taken(session, tmp_path, [head], now)


def test_a_workbook_says_the_same(session: Session, tmp_path: Path, now: datetime) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    for line in GOOD:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    file = tmp_path / "staff.xlsx"
    book.save(file)
    report = take_in(session, file.name, read_sheet(file), WORDS, actor=MACHINE, now=now)
    assert set(report.passwords) == {"dawa", "pema"}
    assert taken(session, tmp_path, GOOD, now).unchanged == 2
