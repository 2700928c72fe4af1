"""附件 of letters in the console and in the portal: added, refused, sent, taken back."""

import re
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.letters import answering, drafting, file_reading
from dispatch.letters.models_letters import Letter
from hotline.core.accounts import Account, Role
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.letters.letter_scene import (
    HOME,
    OURS,
    RECTIFICATION,
    URBAN,
    WRITER,
    issued,
)

PAGE, OWN = "/console/letters", "/portal/letters"
GOOD = ("清单.txt", "十盏路灯".encode(), "text/plain")
BAD = ("清单.pdf", b"MZ\x90\x00" + bytes(64), "application/pdf")


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def writer(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def boss(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.ADMINISTRATOR, now)


@pytest.fixture
def handler(session: Session, now: datetime) -> TestClient:
    browser = enter(another(session), session, Role.HANDLER, now)
    account = session.exec(select(Account).where(Account.role == Role.HANDLER)).one()
    account.department = URBAN
    session.flush()
    return browser


def seen(session: Session, letter: Letter, **more: str) -> dict[str, str]:
    session.expire_all()
    return {"version": str(session.get_one(Letter, letter.id).version), **more}


def browsers(fields: dict[str, str]) -> dict[str, Any]:
    """Return a form as a browser sends it whose reader has chosen no file."""
    named = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    none = 'name="upload"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n'
    parts = [f"--x\r\nContent-Disposition: form-data; {each}\r\n" for each in (*named, none)]
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    return {"content": "".join((*parts, "--x--\r\n")).encode(), "headers": kind}


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]+/attachments/[^"]+)" download', page)


def test_a_writer_adds_files_to_a_draft_until_somebody_approves_it(
    writer: TestClient, boss: TestClient, session: Session, at: datetime
) -> None:
    letter = drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=at)
    one = f"{PAGE}/{letter.id}"
    both = [("file", GOOD), ("file", ("照片说明.txt", *GOOD[1:]))]
    page = writer.post(f"{one}/attachments", data=seen(session, letter), files=both).text
    assert ("清单.txt" in page, "照片说明.txt" in page) == (True, True)
    first, second = links(page)
    assert writer.get(first).content == GOOD[1]
    gone = writer.post(f"{second}/remove", data=seen(session, letter)).text
    assert links(gone) == [first]
    stale = writer.post(f"{one}/attachments", data={"version": "0"}, files=both)
    assert (stale.status_code, links(stale.text)) == (412, [first])
    approved = boss.post(f"{one}/do/approve", data=seen(session, letter)).text
    assert "审核通过后附件不能增减" in approved
    for path, sent in ((f"{one}/attachments", both), (f"{first}/remove", None)):
        late = writer.post(path, data=seen(session, letter), files=sent)
        assert (late.status_code, links(late.text)) == (409, [first])
    assert "清单.txt" in boss.get(f"{one}/sheet").text


def test_a_file_that_is_not_taken_is_named_and_those_before_it_stay(
    writer: TestClient, session: Session, at: datetime
) -> None:
    letter = drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=at)
    sent = [("file", GOOD), ("file", BAD)]
    page = writer.post(f"{PAGE}/{letter.id}/attachments", data=seen(session, letter), files=sent)
    assert (page.status_code, "清单.pdf：" in page.text) == (422, True)
    assert len(links(page.text)) == 1


def test_who_only_looks_downloads_and_adds_nothing(
    lead: TestClient, writer: TestClient, session: Session, at: datetime
) -> None:
    letter = drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=at)
    add = f"{PAGE}/{letter.id}/attachments"
    writer.post(add, data=seen(session, letter), files=[("file", GOOD)])
    page = lead.get(f"{PAGE}/{letter.id}").text
    assert "/remove" not in page
    assert lead.get(links(page)[0]).content == GOOD[1]
    assert lead.post(add, data=seen(session, letter), files=[("file", GOOD)]).status_code == 403


def test_an_answer_is_sent_with_its_files(
    handler: TestClient, writer: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, RECTIFICATION, at)
    answering.acknowledge(session, letter, actor=OURS, now=at)
    own = f"{OWN}/{letter.id}"
    said = seen(session, letter, did="更换灯具", result="十盏路灯已亮")
    sent = [("upload", GOOD), ("upload", ("照片说明.txt", *GOOD[1:]))]
    page = handler.post(f"{own}/answer", data=said, files=sent)
    assert (page.status_code, len(links(page.text))) == (200, 2)
    assert handler.get(links(page.text)[0]).content == GOOD[1]
    told = writer.get(f"{PAGE}/{letter.id}").text
    assert writer.get(links(told)[0]).content == GOOD[1]
    assert "照片说明.txt" in writer.get(f"{PAGE}/{letter.id}/sheet").text


def test_a_refused_answer_keeps_what_was_typed_and_what_was_taken(
    handler: TestClient, writer: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, RECTIFICATION, at)
    answering.acknowledge(session, letter, actor=OURS, now=at)
    own = f"{OWN}/{letter.id}"
    said = seen(session, letter, did="更换灯具", result="十盏路灯已亮")
    page = handler.post(f"{own}/answer", data=said, files=[("upload", GOOD), ("upload", BAD)])
    assert (page.status_code, "清单.pdf：" in page.text) == (422, True)
    for kept in ("更换灯具", "十盏路灯已亮", "清单.txt"):
        assert kept in page.text
    assert links(writer.get(f"{PAGE}/{letter.id}").text) == []  # not sent
    (mine,) = links(page.text)
    form = f"{own}/attachments/{mine.rpartition('/')[2]}/remove"
    assert f'action="{form}"' in page.text
    assert links(handler.post(form, data=seen(session, letter)).text) == []
    answered = handler.post(f"{own}/answer", **browsers({**said, **seen(session, letter)}))
    assert "十盏路灯已亮" in answered.text
    assert file_reading.seen(session, letter, OURS) == []
    again = handler.post(f"{own}/answer", data=said, files=[("upload", GOOD)])
    assert (again.status_code, "更换灯具" in again.text) == (412, True)
