"""函件 over HTTP: a department's system reads what it was written, and says what it did."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.letters import drafting, files, interviews, issuing, publishing, terms
from dispatch.letters.interviews import Agreed
from dispatch.letters.models_letters import Letter
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.settings import settings
from tests.dispatch.letters.file_scene import CONTENT, house, received
from tests.dispatch.letters.letter_scene import (
    APPROVER,
    BULLETIN,
    HOME,
    RECTIFICATION,
    URBAN,
    WATER,
    WRITER,
    interview,
    issued,
    to,
)

DOOR = "/api/v1/letters"
DONE = {"measures": "更换灯具", "result": "十盏路灯已亮"}
Desk = Callable[[str], TestClient]


@pytest.fixture
def at() -> datetime:
    return clock()


def own(letter: Letter) -> str:
    return f"{DOOR}/{letter.number}"


def test_a_system_acknowledges_and_answers_a_rectification(
    desk: Desk, session: Session, at: datetime
) -> None:
    letter, urban = issued(session, RECTIFICATION, at), desk(URBAN)
    (line,) = urban.get(DOOR).json()["items"]
    assert (line["number"], line["standing"]) == (letter.number, "sent")
    assert (line["due"], bool(line["due_at"])) == ("letter_acknowledge_by", True)
    (told,) = urban.get("/api/v1/notices").json()["items"]
    assert (told["says"], told["letter"]) == ("letter_issued", letter.number)
    read = urban.get(own(letter))
    seen = {"If-Match": read.headers["ETag"], "Idempotency-Key": "once"}
    first = urban.post(f"{own(letter)}/acknowledge", headers=seen)
    assert (first.status_code, first.json()["standing"]) == (200, "acknowledged")
    assert urban.post(f"{own(letter)}/acknowledge", headers=seen).json() == first.json()
    assert urban.post(f"{own(letter)}/acknowledge").status_code == 409
    answered = urban.post(f"{own(letter)}/answer", json=DONE).json()
    assert (answered["standing"], answered["due"]) == ("answered", [])
    assert answered["answers"][0]["measures"] == "更换灯具"
    assert urban.post(f"{own(letter)}/answer", json=DONE).status_code == 409


def test_a_system_objects_to_a_record_and_reports_what_was_agreed(
    desk: Desk, session: Session, at: datetime
) -> None:
    before = at - timedelta(days=3)
    letter, urban = issued(session, interview(before), before), desk(URBAN)
    agreed = [Agreed("全面排查", beijing_day(at) + timedelta(days=9))]
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=at)
    told = urban.get(own(letter)).json()
    assert [(each["kind"], each["measure"]) for each in told["due"]] == [
        ("letter_confirm_by", None),
        ("measure_by", told["measures"][0]["id"]),
    ]
    objected = urban.post(f"{own(letter)}/objection", json={"objection": "未记录说明"})
    assert objected.json()["records"][0]["objection"] == "未记录说明"
    assert urban.post(f"{own(letter)}/confirm").status_code == 409
    measure = f"{own(letter)}/measures/{told['measures'][0]['id']}/report"
    reported = urban.post(measure, json={"evidence": "台账"}).json()
    assert (reported["measures"][0]["standing"], reported["due"]) == ("reported", [])


def test_another_department_s_letter_is_not_there(
    desk: Desk, client: TestClient, session: Session, at: datetime
) -> None:
    letter, water = issued(session, to(BULLETIN, URBAN), at), desk(WATER)
    assert water.get(DOOR).json()["items"] == []
    assert water.get(own(letter)).status_code == 404
    assert water.post(f"{own(letter)}/acknowledge").status_code == 404
    assert client.get(DOOR).status_code == 403


def test_a_long_list_is_read_page_by_page(desk: Desk, session: Session, at: datetime) -> None:
    numbers = [issued(session, BULLETIN, at).number for _ in range(3)]
    urban = desk(URBAN)
    page = urban.get(DOOR, params={"limit": 2})
    assert [each["number"] for each in page.json()["items"]] == [numbers[2], numbers[1]]
    rest = urban.get(DOOR, params={"limit": 2, "cursor": page.json()["next"]}).json()
    assert ([each["number"] for each in rest["items"]], rest["next"]) == ([numbers[0]], None)
    late = urban.get(DOOR, params={"late": True, "kind": "bulletin", "status": "issued"})
    assert late.json()["items"] == []


def test_nobody_outside_reads_a_bulletin_until_the_site_publishes(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, BULLETIN, at)
    assert anonymous.get("/api/v1/bulletins").json() == {"items": [], "next": None}
    own_file = settings().data_dir / terms.TERMS.name
    own_file.write_text("name,value,basis\npublish_bulletins,yes,区政府办决定\n")
    terms.read_terms.cache_clear()
    try:
        publishing.publish(session, letter, actor=APPROVER, now=at)
        (item,) = anonymous.get("/api/v1/bulletins").json()["items"]
        assert (item["number"], item["subject"]) == (letter.number, letter.subject)
    finally:
        own_file.unlink()
        terms.read_terms.cache_clear()


def added(client: TestClient, letter: Letter, name: str = "台账.txt", **more: Any) -> Any:
    file = {"file": (name, "十盏路灯".encode(), "text/plain")}
    return client.post(f"{own(letter)}/attachments", files=file, **more)


def test_a_department_reads_the_files_of_its_letter(
    desk: Desk, session: Session, at: datetime, tmp_path: Path
) -> None:
    drafted = drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=at)
    given = received(tmp_path, "清单.txt")
    files.add(session, drafted, given, house(), actor=WRITER, now=at)
    drafting.approve(session, drafted, actor=APPROVER, now=at)
    letter, urban = issuing.issue(session, drafted, actor=WRITER, now=at), desk(URBAN)
    (listed,) = urban.get(own(letter)).json()["files"]
    assert (listed["name"], listed["department"], listed["round"]) == ("清单.txt", "", None)
    content = urban.get(f"{own(letter)}/attachments/{listed['id']}")
    assert (content.content, content.headers["X-Content-Type-Options"]) == (CONTENT, "nosniff")
    assert content.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in content.headers["Content-Security-Policy"]


def test_a_system_adds_files_to_its_answer(desk: Desk, session: Session, at: datetime) -> None:
    letter, urban = issued(session, RECTIFICATION, at), desk(URBAN)
    assert added(urban, letter).status_code == 409  # not acknowledged yet
    urban.post(f"{own(letter)}/acknowledge")
    seen = {"Idempotency-Key": "once", "If-Match": urban.get(own(letter)).headers["ETag"]}
    first, again = (added(urban, letter, headers=seen) for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    wrong = added(urban, letter, "错 13800138000.txt").json()
    assert "13800138000" not in wrong["name"]
    gone = urban.delete(f"{own(letter)}/attachments/{wrong['id']}")
    assert (gone.status_code, gone.json()["name"]) == (200, wrong["name"])
    urban.post(f"{own(letter)}/answer", json=DONE)
    (told,) = urban.get(own(letter)).json()["files"]
    assert (told["name"], told["round"]) == ("台账.txt", 1)
    assert urban.delete(f"{own(letter)}/attachments/{told['id']}").status_code == 409
    assert added(urban, letter).status_code == 409


def test_a_file_of_a_letter_is_not_there_for_anybody_else(
    desk: Desk, client: TestClient, session: Session, at: datetime
) -> None:
    letter, urban, water = issued(session, RECTIFICATION, at), desk(URBAN), desk(WATER)
    urban.post(f"{own(letter)}/acknowledge")
    key = added(urban, letter).json()["id"]
    assert water.get(f"{own(letter)}/attachments/{key}").status_code == 404
    assert water.delete(f"{own(letter)}/attachments/{key}").status_code == 404
    assert added(water, letter).status_code == 404
    assert client.get(f"{own(letter)}/attachments/{key}").status_code == 403
    assert client.get(f"/console/letters/{letter.id}/attachments/{key}").status_code in (403, 404)


def test_what_may_do_harm_is_refused(desk: Desk, session: Session, at: datetime) -> None:
    letter, urban = issued(session, RECTIFICATION, at), desk(URBAN)
    urban.post(f"{own(letter)}/acknowledge")
    script = {"file": ("a.pdf", b"MZ\x90\x00" + bytes(64), "application/pdf")}
    assert urban.post(f"{own(letter)}/attachments", files=script).status_code == 422
    assert urban.get(own(letter)).json()["files"] == []
