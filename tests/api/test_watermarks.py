"""水印 on every export that carries what is masked elsewhere: the file, the number, a document."""

import re
from datetime import datetime
from urllib.parse import unquote

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.attachment_scene import sent, ticket_files
from tests.api.conftest import sign_in
from tests.factories import create_ticket

WHY = {"reason": "诉求人来电要求"}


def mark(name: str, number: str) -> re.Pattern[str]:
    return re.compile(rf"{name} \d{{4}}-\d\d-\d\d \d\d:?\d\d {number}")


def test_every_export_of_what_is_unmasked_names_who_took_it(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    admin = sign_in(anonymous, session, Role.ADMINISTRATOR, now)
    mine = mark("administrator-1", ticket.number)

    file = admin.post(f"/api/v1/people/{ticket.number}/file", json=WHY)
    assert "+8613989001234" in file.text
    assert mine.search(file.json()["watermark"])
    assert file.text.index("watermark") < file.text.index("+8613989001234")

    token = admin.post(f"/api/v1/tickets/{ticket.number}/reveal", json=WHY).json()["token"]
    seen = admin.post(f"/api/v1/tickets/{ticket.number}/reveal/view", json={"token": token})
    assert seen.json()["phone"] == "+8613989001234"
    assert mine.search(seen.json()["watermark"])

    files = ticket_files(ticket)
    added = sent(admin, files).json()
    download = admin.get(f"{files}/{added['id']}")
    assert mine.search(unquote(download.headers["content-disposition"]))


def test_what_is_masked_carries_no_mark(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    admin = sign_in(anonymous, session, Role.ADMINISTRATOR, now)
    for path in (f"/api/v1/tickets/{ticket.number}", f"/api/v1/people/{ticket.number}"):
        shown = admin.get(path)
        assert shown.status_code == 200
        assert "watermark" not in shown.text
        assert not mark("administrator-1", ticket.number).search(shown.text)
