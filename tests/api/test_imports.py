"""Another system's tickets over HTTP: what the command takes in, and as it refuses it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import Workbook
from sqlmodel import Session, func, select

from dispatch import history, tickets
from dispatch.models import Ticket
from dispatch.taking_over import importing
from dispatch.taking_over.import_mapping import parse_mapping
from dispatch.taking_over.import_reading import BadImport
from hotline.api import imports
from hotline.core.accounts import Role
from hotline.core.privacy import Person
from hotline.web import bodies
from knowledge import workbooks
from tests.api.conftest import another, sign_in
from tests.dispatch.import_scene import (
    CLOSED,
    DISPATCHED,
    HEADINGS,
    MAPPING,
    OPEN,
    check,
    written,
)

URL = "/api/v1/imports/tickets"
NEW = OPEN | {"工单编号": "JX-0002", "来电号码": "13989005679"}
BAD = (
    OPEN | {"工单编号": "JX-0003", "状态": "打回"},
    OPEN | {"工单编号": "JX-0004", "受理时间": "昨天"},
)


@pytest.fixture
def administrator(session: Session, now: datetime) -> TestClient:
    """An administrator, whose imports open their transactions within the test's own."""

    @contextmanager
    def nested() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    def opening() -> Callable[[], AbstractContextManager[Session]]:
        return nested

    client = sign_in(another(session), session, Role.ADMINISTRATOR, now)
    assert isinstance(client.app, FastAPI)
    client.app.dependency_overrides[imports.apart] = opening
    return client


def sent(
    client: TestClient,
    sheet: bytes,
    *,
    name: str = "old.csv",
    mapping: str | bytes = MAPPING,
    headers: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Any:
    files = {"sheet": (name, sheet), "mapping": ("mapping.toml", mapping)}
    return client.post(URL, files=files, data={"dry_run": str(dry_run)}, headers=headers)


def csv_of(folder: Path, *lines: Mapping[str, str]) -> bytes:
    return written(folder, *lines).read_bytes()


def standing(session: Session) -> tuple[int, int]:
    """Count the tickets, and the people in the vault."""
    return (
        session.exec(select(func.count()).select_from(Ticket)).one(),
        session.exec(select(func.count()).select_from(Person)).one(),
    )


def test_a_sheet_is_taken_in_whole_in_the_administrators_name(
    administrator: TestClient, session: Session, tmp_path: Path
) -> None:
    answer = sent(administrator, csv_of(tmp_path, OPEN, CLOSED | {"工单编号": "JX-0009"}))
    assert answer.status_code == 200
    assert (answer.json()["written"], answer.json()["added"]) == (True, 2)
    ticket = tickets.find(session, "JX-0001")
    assert ticket.origin == "旧热线系统"
    (event,) = history.story(session, ticket)
    assert (event.type, event.actor) == ("ticket.imported", "administrator-1")


def test_a_dry_run_says_the_same_and_writes_nothing(
    administrator: TestClient, session: Session, tmp_path: Path
) -> None:
    before = standing(session)
    answer = sent(administrator, csv_of(tmp_path, OPEN, NEW), dry_run=True).json()
    assert (answer["written"], answer["added"], answer["unchanged"]) == (False, 2, 0)
    assert standing(session) == before


def test_a_sheet_that_comes_again_is_unchanged(administrator: TestClient, tmp_path: Path) -> None:
    sent(administrator, csv_of(tmp_path, OPEN))
    for dry_run in (False, True):
        again = sent(administrator, csv_of(tmp_path, OPEN), dry_run=dry_run).json()
        assert (again["written"], again["added"], again["unchanged"]) == (False, 0, 1)
    grown = sent(administrator, csv_of(tmp_path, OPEN, NEW)).json()
    assert (grown["written"], grown["added"], grown["unchanged"]) == (True, 1, 1)


def test_a_request_that_is_repeated_under_its_key_gets_its_first_answer(
    administrator: TestClient, tmp_path: Path
) -> None:
    key = {"Idempotency-Key": "takeover-1"}
    first = sent(administrator, csv_of(tmp_path, OPEN), headers=key)
    again = sent(administrator, csv_of(tmp_path, OPEN), headers=key)
    other = sent(administrator, csv_of(tmp_path, NEW), headers=key)
    assert first.json()["added"] == 1
    assert again.json() == first.json()
    assert other.status_code == 422


def test_every_bad_line_is_named_as_the_command_names_it_and_nothing_is_taken(
    administrator: TestClient, session: Session, tmp_path: Path, now: datetime
) -> None:
    sheet = written(tmp_path, OPEN, *BAD)
    with pytest.raises(BadImport) as refused:
        check(session, sheet, parse_mapping("mapping.toml", MAPPING), now)
    before = standing(session)
    for dry_run in (False, True):
        answer = sent(administrator, sheet.read_bytes(), dry_run=dry_run)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == refused.value.detail
        assert answer.json()["remedy"] == "Nothing of the file was taken."
    assert "old.csv, row 3, column 状态" in refused.value.detail
    assert "old.csv, row 4, column 受理时间" in refused.value.detail
    assert "昨天" not in refused.value.detail
    assert standing(session) == before


def test_people_of_an_import_that_fails_late_leave_the_vault_again(
    administrator: TestClient,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_in = importing.take_in

    def failing(*given: Any, **more: Any) -> Any:
        take_in(*given, **more)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(importing, "take_in", failing)
    before = standing(session)
    with pytest.raises(RuntimeError, match="disk"):
        sent(administrator, csv_of(tmp_path, OPEN, NEW))
    assert standing(session) == before


def workbook() -> bytes:
    """Return a workbook with one ticket."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(list(HEADINGS))
    sheet.append([DISPATCHED.get(heading, "") for heading in HEADINGS])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with something else in place of one of its parts."""
    changed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(changed, "w") as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return changed.getvalue()


def test_a_workbook_is_taken_in_like_a_csv_file(
    administrator: TestClient, session: Session
) -> None:
    answer = sent(administrator, workbook(), name="旧 工单.XLSX")
    assert answer.json()["added"] == 1
    assert tickets.find(session, "JX-0001").status == "dispatched"


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("part", [b"", b"<a>", b"<?xml version='1.0'?><sheet/>"])
def test_a_workbook_with_a_broken_part_is_refused_in_words(
    administrator: TestClient, name: str, part: bytes
) -> None:
    answer = sent(administrator, with_part(workbook(), name, part), name="old.xlsx")
    assert answer.status_code == 422
    assert answer.json()["remedy"]


def test_a_workbook_that_unpacks_to_more_than_a_machine_has_is_refused_unread(
    administrator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_LONGEST", 1 << 10)
    answer = sent(administrator, workbook(), name="old.xlsx")
    assert answer.status_code == 422
    assert "holds more than" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\旧系统\\工单.csv", "工单.csv"),
        ("..", "file"),
        ("a" * 300 + ".csv", "a" * 56 + ".csv"),
        ("a b\x00.csv", "a_b"),
    ],
)
def test_a_files_name_leads_nowhere_and_still_names_the_file(
    administrator: TestClient, tmp_path: Path, name: str, called: str
) -> None:
    answer = sent(administrator, csv_of(tmp_path, *BAD), name=name)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{called}")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (b"\xff\xfe", "can't be read"),
        ("origin = [", "is no TOML"),
        ("a = " + "[" * 20_000, "nested too deep"),
        (MAPPING.replace("[values.status]", "[values]\nstatus = 3\n[values.source]"), "no table"),
        ("values = 3\n" + MAPPING.partition("[values.status]")[0], "no table"),
        ("formats = 3\n" + MAPPING, "`formats`"),
        ('formats = ["%Y %Y"]\n' + MAPPING, "`formats`"),
        ('timezone = "Asia"\n' + MAPPING, "no time zone"),
        ('timezone = ""\n' + MAPPING, "no time zone"),
        (MAPPING.replace('status = "状态"', ""), "nothing says a ticket's status"),
    ],
)
def test_a_mapping_that_is_none_is_refused_in_words(
    administrator: TestClient, tmp_path: Path, mapping: str | bytes, said: str
) -> None:
    answer = sent(administrator, csv_of(tmp_path, OPEN), mapping=mapping)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert answer.json()["remedy"]


@pytest.mark.parametrize("sheet", [b"PK\x03\x04 no zip", b"", b"\xff\xff\xff"])
@pytest.mark.parametrize("name", ["old.xlsx", "old.csv"])
def test_a_sheet_that_is_none_is_refused_in_words(
    administrator: TestClient, name: str, sheet: bytes
) -> None:
    answer = sent(administrator, sheet, name=name)
    assert answer.status_code == 422
    assert answer.json()["remedy"]


def test_more_than_is_taken_here_is_refused_before_it_is_read(
    administrator: TestClient, anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_MB", 100)
    for client in (administrator, anonymous):
        assert sent(client, b"a" * 2000).status_code == 413

    def in_pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 100

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = administrator.post(URL, content=in_pieces(), headers=kind)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", [role for role in Role if role not in ("administrator", "system")])
def test_only_an_administrator_takes_tickets_over(
    session: Session, now: datetime, tmp_path: Path, role: Role
) -> None:
    client = sign_in(another(session), session, role, now)
    assert sent(client, csv_of(tmp_path, OPEN)).status_code == 403


def test_neither_a_department_nor_a_stranger_takes_tickets_over(
    desk: Callable[[str], TestClient], anonymous: TestClient, tmp_path: Path
) -> None:
    assert sent(desk("540102-urban"), csv_of(tmp_path, OPEN)).status_code == 403
    assert sent(anonymous, csv_of(tmp_path, OPEN)).status_code == 401
