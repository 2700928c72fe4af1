"""附件 on a ticket's page: listed, downloaded, and one more sent."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.attachments.models_attachments import Attachment
from tests.factories import create_ticket


def test_an_agent_adds_a_file_and_downloads_it_from_the_page(
    agent: TestClient, session: Session, now: datetime
) -> None:
    page = f"/console/tickets/{create_ticket(session, now=now).number}"
    assert "没有附件" in agent.get(page).text
    sent = {"file": ("<b>字条</b>.txt", "路灯在这里".encode(), "text/html")}
    assert agent.post(f"{page}/attachments", files=sent).status_code == 200  # back on the page
    row = session.exec(select(Attachment)).one()
    assert not row.for_departments
    shown = agent.get(page).text
    assert "<b>字条" not in shown
    assert "仅热线可见" in shown
    url = f"/api/v1{page.removeprefix('/console')}/attachments/{row.public_id}"
    assert f'href="{url}"' in shown
    assert agent.get(url).content == "路灯在这里".encode()


def test_a_file_that_is_not_taken_is_told_in_words(
    agent: TestClient, session: Session, now: datetime
) -> None:
    page = f"/console/tickets/{create_ticket(session, now=now).number}"
    answer = agent.post(f"{page}/attachments", files={"file": ("a.jpg", b"MZ" + bytes(99))})
    assert answer.status_code == 422
    assert "这个文件不能接收" in answer.text


def test_a_file_waits_for_its_scanner_without_a_link(
    agent: TestClient, session: Session, now: datetime
) -> None:
    page = f"/console/tickets/{create_ticket(session, now=now).number}"
    sent = {"file": ("a.txt", b"a")}
    agent.post(f"{page}/attachments", files=sent, data={"for_departments": "true"})
    row = session.exec(select(Attachment)).one()
    assert row.for_departments
    row.state = "waiting"
    session.flush()
    shown = agent.get(page).text
    assert "等待病毒扫描" in shown
    assert str(row.public_id) not in shown
