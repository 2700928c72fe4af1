"""导出: for a reason, by who may, masked, marked, within bounds, and kept for the auditor."""

import csv
import io
from datetime import datetime
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import load_workbook
from sqlmodel import Session, select

from dispatch.listing import exports
from dispatch.listing.models_listing import ListExport
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.console.listing import sheets
from hotline.console.listing.sheets import Format, Sheet
from hotline.core import audit
from hotline.core.accounts import Actor, Role
from hotline.core.audit import Wanted
from hotline.core.privacy import AccessLog
from knowledge.cleaning import as_cell
from tests.factories import create_ticket

REASON = "向区政府报送路灯问题"
LEAD = Actor("team_lead-1", Role.TEAM_LEAD)


def take(
    client: TestClient,
    format: str = "csv",
    query: str = "",
    reason: str = REASON,
    status: int = 200,
) -> Response:
    given = {"format": format, "query": query, "reason": reason}
    answer = client.post("/console/listing/export", data=given)
    assert answer.status_code == status, answer.text
    return answer


def read(answer: Response) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_csv_holds_what_the_filters_select_under_a_mark(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    other = create_ticket(session, now=now, district="540121")
    answer = take(lead, query="district=540102")
    mark, head, *lines = read(answer)
    assert "team_lead-1" in mark[0]
    assert REASON in mark[0]
    assert head[0] == "编号"
    assert [each[0] for each in lines] == [ticket.number]
    assert lines[0][1:5] == ["2026-11-25 12:00", "待派单", "求助", "一般"]
    assert other.number not in answer.text
    for personal in ("13989001234", "139****1234", "1234，"):
        assert personal not in answer.text
    named = unquote(answer.headers["content-disposition"])
    assert named.startswith("attachment; filename*=UTF-8''诉求工单 (team_lead-1 ")
    assert answer.headers["cache-control"] == "no-store"


def test_an_xlsx_holds_the_same(lead: TestClient, session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    session.flush()
    book = load_workbook(io.BytesIO(take(lead, "xlsx").content))
    rows = list(book.active.values)  # type: ignore[union-attr]
    assert "team_lead-1" in str(rows[0][0])
    assert rows[2][0] == ticket.number
    assert "team_lead-1" in str(book.active.oddHeader.center.text)  # type: ignore[union-attr]


def test_an_export_is_kept_with_its_count_and_told_to_the_auditor(
    lead: TestClient, session: Session, now: datetime
) -> None:
    made = [create_ticket(session, now=now) for _ in range(3)]
    session.flush()
    take(lead, query="status=registered", reason="联系 13989001234 核实")
    (kept,) = session.exec(select(ListExport)).all()
    assert (kept.by, kept.query, kept.format, kept.count) == (
        "team_lead-1",
        "status=registered",
        "csv",
        3,
    )
    assert exports.why(kept) == "联系 139****1234 核实"
    told = audit.listed(session, Wanted(actor="team_lead-1"), limit=50)
    (event,) = [each for each in told if each.type == "list.exported"]
    assert event.refs == {"export": kept.id, "format": "csv", "count": 3}
    looks = session.exec(select(AccessLog).where(AccessLog.what == exports.LIST)).all()
    assert {each.subject for each in looks} == {each.number for each in made}


@pytest.mark.parametrize(("reason", "word"), [("  ", "理由"), ("长" * 201, "理由")])
def test_an_export_needs_its_reason(lead: TestClient, reason: str, word: str) -> None:
    assert word in take(lead, reason=reason, status=422).text


def test_who_may_not_export_is_not_offered_it(
    agent: TestClient, auditor: TestClient, session: Session
) -> None:
    take(agent, status=403)
    assert "/console/listing/export" not in agent.get("/console/").text
    assert "/console/listing/export" in auditor.get("/console/").text
    take(auditor)
    assert len(session.exec(select(ListExport)).all()) == 1


def test_a_list_that_is_too_long_is_refused_with_what_to_do(
    lead: TestClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        create_ticket(session, now=now)
    session.flush()
    monkeypatch.setattr(exports, "MOST", 2)
    monkeypatch.setattr("hotline.console.listing.taking.MOST", 2)
    assert "超过 2 件" in take(lead, status=422).text
    assert session.exec(select(ListExport)).all() == []
    take(lead, query="status=closed")


def test_what_is_unclear_is_never_exported_as_the_whole_list(lead: TestClient) -> None:
    assert "看不懂" in take(lead, query="status=opened", status=422).text


def test_a_sealed_ticket_goes_out_in_no_file(
    lead: TestClient, session: Session, now: datetime
) -> None:
    hidden, plain = create_ticket(session, now=now), create_ticket(session, now=now)
    sealing.seal(session, hidden, Seal("内部线索", ("team_lead-1",)), actor=LEAD, now=now)
    session.flush()
    assert hidden.number in lead.get("/console/").text
    assert [each[0] for each in read(take(lead))[2:]] == [plain.number]


@pytest.mark.parametrize(
    "dangerous",
    ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","看")'],
)
@pytest.mark.parametrize("format", Format)
def test_no_cell_is_a_formula(dangerous: str, format: Format) -> None:
    made = sheets.write(Sheet("表", "印记", ["标题"], [[dangerous], ["正常-1"]]), format)
    content = b"".join(sheets.chunks(made))
    if format is Format.CSV:
        cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    else:
        page = load_workbook(io.BytesIO(content)).active
        assert page
        assert {cell.data_type for row in page.iter_rows() for cell in row} == {"s"}
        cells = [str(row[0]) for row in page.values]
    assert cells[2].startswith("'")
    assert cells[3] == "正常-1"


def test_what_a_spreadsheet_can_t_hold_is_left_out() -> None:
    assert as_cell("路\x00灯\x1b") == "路灯"
    made = sheets.write(Sheet("表", "印记", ["标题"], [["路\x00灯\ufffe"]]), Format.XLSX)
    assert b"".join(sheets.chunks(made)).startswith(b"PK")
    assert made.closed
