"""附件 over HTTP: whose files somebody sees, adds, reads and removes, and what is left of each."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, col, select

from dispatch import feed
from dispatch.attachments.models_attachments import Attachment
from hotline.core.accounts import Role
from hotline.core.events import Event
from tests.api.attachment_scene import (
    OTHER,
    SECRET,
    URBAN,
    Desk,
    names,
    order_files,
    sent,
    ticket_files,
)
from tests.api.conftest import another, sign_in
from tests.api.dispatched_scene import dispatched
from tests.api.harmless_files import docx, film, mp3, pdf, picture, wav, xlsx

REPLY = {"result": "更换灯泡", "is_true": True, "is_solved": True, "public_reply": "路灯已修好。"}


def test_a_department_adds_lists_reads_and_removes_its_own(session: Session, desk: Desk) -> None:
    files, urban = order_files(dispatched(session)), desk(URBAN)
    added = sent(urban, files).json()
    assert (added["name"], added["kind"], added["state"]) == ("字条.txt", "txt", "ready")
    assert (added["size"], added["added_by"][: len(URBAN)]) == (len(SECRET), URBAN)
    assert urban.get(files).json()["items"] == [added]
    download = urban.get(f"{files}/{added['id']}")
    assert download.content == SECRET
    assert download.headers["content-type"] == "text/plain; charset=utf-8"
    assert "filename*=UTF-8''%E5%AD%97%E6%9D%A1%20%28" in download.headers["content-disposition"]
    assert download.headers["cache-control"] == "no-store"
    assert urban.delete(f"{files}/{added['id']}").status_code == 200
    assert urban.get(files).json()["items"] == []
    assert urban.get(f"{files}/{added['id']}").status_code == 404
    assert urban.delete(f"{files}/{added['id']}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *[(form.lower(), picture(form)) for form in ("JPEG", "PNG", "WEBP")],
        *[("pdf", pdf()), ("docx", docx()), ("xlsx", xlsx()), ("txt", "说明".encode("gb18030"))],
        *[("mp3", mp3()), ("wav", wav()), ("m4a", film(b"M4A ")), ("mp4", film())],
    ],
)
def test_what_is_taken_is_known_by_its_content_whatever_it_is_called(
    session: Session, desk: Desk, kind: str, content: bytes
) -> None:
    files, urban = order_files(dispatched(session)), desk(URBAN)
    added = sent(urban, files, content, name="something.bin").json()
    assert added["kind"] == kind
    download = urban.get(f"{files}/{added['id']}")
    assert download.headers["content-type"] == added["media_type"]
    assert len(download.content) == added["size"]


def test_another_departments_files_are_not_there(session: Session, desk: Desk) -> None:
    ticket = dispatched(session, URBAN, OTHER)
    lead, assisting = desk(URBAN), desk(OTHER)
    mine = sent(lead, order_files(ticket)).json()
    assert names(assisting, order_files(ticket, 2)) == []
    for path in (order_files(ticket, 1), order_files(ticket, 2)):
        assert assisting.get(f"{path}/{mine['id']}").status_code == 404
        assert assisting.delete(f"{path}/{mine['id']}").status_code == 404
    assert assisting.get(order_files(ticket)).status_code == 404
    assert sent(assisting, order_files(ticket)).status_code == 404
    assert lead.get(f"{order_files(ticket)}/{mine['id']}").status_code == 200


def test_a_tickets_file_is_for_departments_only_where_the_agent_says_so(
    client: TestClient, session: Session, desk: Desk
) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    kept = sent(client, ticket_files(ticket), name="身份.txt").json()
    shared = sent(
        client, ticket_files(ticket), name="现场.txt", data={"for_departments": "true"}
    ).json()
    own = sent(urban, order_files(ticket), name="修复.txt").json()
    assert names(urban, order_files(ticket)) == ["现场.txt", "修复.txt"]
    assert urban.get(f"{order_files(ticket)}/{kept['id']}").status_code == 404
    assert urban.get(f"{order_files(ticket)}/{shared['id']}").status_code == 200
    assert urban.delete(f"{order_files(ticket)}/{shared['id']}").status_code == 409
    assert names(client, ticket_files(ticket)) == ["身份.txt", "现场.txt", "修复.txt"]
    assert client.get(f"{ticket_files(ticket)}/{own['id']}").content == SECRET
    assert client.delete(f"{ticket_files(ticket)}/{own['id']}").status_code == 409


def test_a_departments_system_has_no_way_to_a_tickets_files(session: Session, desk: Desk) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    one = f"{ticket_files(ticket)}/7f0c5d0e-3b0c-4a50-9f3c-0c5f6e1f9b0a"
    answers: list[Response] = [
        urban.get(ticket_files(ticket)),
        sent(urban, ticket_files(ticket)),
        urban.get(one),
        urban.delete(one),
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_an_inspector_reads_and_adds_nothing(
    session: Session, client: TestClient, now: datetime
) -> None:
    ticket = dispatched(session)
    sent(client, ticket_files(ticket))
    inspector = sign_in(another(session), session, Role.INSPECTOR, now)
    assert names(inspector, ticket_files(ticket)) == ["字条.txt"]
    assert sent(inspector, ticket_files(ticket)).status_code == 403


def test_what_a_reviewed_reply_rests_on_stays(
    session: Session, desk: Desk, client: TestClient
) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    files, order = order_files(ticket), f"/api/v1/work-orders/{ticket.number}-1"
    urban.post(f"{order}/accept")
    first = sent(urban, files).json()
    urban.post(f"{order}/reply", json=REPLY)
    second = sent(urban, files).json()
    assert urban.delete(f"{files}/{second['id']}").status_code == 200
    client.post(f"{order}/review", json={"verdict": "reject", "note": "请附照片"})
    assert urban.delete(f"{files}/{first['id']}").status_code == 409
    third = sent(urban, files).json()
    assert urban.delete(f"{files}/{third['id']}").status_code == 200
    urban.post(f"{order}/reply", json={**REPLY, "result": "再次更换"})
    client.post(f"{order}/review", json={"verdict": "complete"})
    refused = sent(urban, files)
    assert (refused.status_code, bool(refused.json()["remedy"])) == (409, True)


def test_what_comes_after_an_order_was_returned_is_not_its_departments(
    session: Session, desk: Desk, client: TestClient
) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    shared = {"for_departments": "true"}
    sent(client, ticket_files(ticket), name="先.txt", data=shared)
    back = {"reason": "unclear_duty", "basis": "三定方案"}
    urban.post(f"/api/v1/work-orders/{ticket.number}-1/return", json=back)
    sent(client, ticket_files(ticket), name="后.txt", data=shared)
    assert names(urban, order_files(ticket)) == ["先.txt"]
    assert sent(urban, order_files(ticket)).status_code == 409


def test_the_history_tells_of_a_file_without_its_name(session: Session, desk: Desk) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    added = sent(urban, order_files(ticket), name="王某的字条.txt").json()
    urban.delete(f"{order_files(ticket)}/{added['id']}")
    happened = session.exec(select(Event).where(Event.type.like("attachment.%"))).all()  # type: ignore[attr-defined]
    assert [each.type for each in happened] == ["attachment.added", "attachment.removed"]
    for each in happened:
        assert each.audience == "department"
        assert each.refs["order"] == f"{ticket.number}-1"
        assert (each.refs["attachment"], each.refs["kind"]) == (added["id"], "txt")
        assert "王某" not in str(each)
    row = session.exec(select(Attachment)).one()
    assert "王某".encode() not in row.sealed_name


def test_a_department_is_told_of_its_own_files_and_of_those_for_all(
    session: Session, desk: Desk, client: TestClient
) -> None:
    ticket = dispatched(session, URBAN, OTHER)
    own = sent(desk(URBAN), order_files(ticket)).json()
    shared = sent(client, ticket_files(ticket), data={"for_departments": "true"}).json()
    sent(client, ticket_files(ticket))
    added = select(Event).where(Event.type == "attachment.added").order_by(col(Event.id))
    happened = session.exec(added).all()
    for department, told in ((URBAN, [own, shared]), (OTHER, [shared]), ("540103-urban", [])):
        heard = feed.concerning(session, happened, department)
        assert [each.refs["attachment"] for each in heard] == [each["id"] for each in told]
