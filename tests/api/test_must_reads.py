"""必读 over HTTP: read by a day, receipts, who has not; a new text asks again, on its own day."""

from datetime import date, datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.notices import knowledge_notices, staff_notices
from dispatch.notices.models_notices import StaffNotice
from hotline.core import accounts, clock
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from knowledge.articles import finding, life
from telephony.models import Seat
from tests.api.conftest import another, sign_in
from tests.api.packaged_articles import editor, seeded, supervisor

__all__ = ["editor", "seeded", "supervisor"]

API = "/api/v1"
LAMP = f"{API}/articles/street-lamp"
NEW = {
    "question": "路灯不亮怎么报修？",
    "say": "从今天起请拨打热线报修，我来登记。",
    "department": "540100-urban",
    "source": "编辑自撰",
}


def in_days(days: int) -> date:
    return beijing_day(clock.now()) + timedelta(days=days)


def queue(client: TestClient) -> list[str]:
    return [each["article"]["code"] for each in client.get(f"{API}/must-reads").json()["items"]]


def asked(supervisor: TestClient, **more: object) -> None:
    body = {"by_day": in_days(3).isoformat(), **more}
    assert supervisor.put(f"{LAMP}/must-read", json=body).status_code == 200


def published(editor: TestClient, supervisor: TestClient, valid_from: date) -> None:
    given = {**NEW, "valid_from": valid_from.isoformat()}
    for client, verb in ((editor, "submit"), (supervisor, "approve"), (supervisor, "publish")):
        if verb == "submit":
            assert editor.put(LAMP, json=given).status_code == 200
        answer = client.post(f"{LAMP}/{verb}")
        assert answer.status_code == 200, answer.text


def test_what_must_be_read_waits_until_it_is_and_a_new_text_asks_again(
    client: TestClient, supervisor: TestClient, editor: TestClient
) -> None:
    assert client.put(f"{LAMP}/must-read", json={"by_day": "2030-01-01"}).status_code == 403
    past = supervisor.put(f"{LAMP}/must-read", json={"by_day": "2020-01-01"})
    assert past.status_code == 422
    asked(supervisor)
    assert queue(client) == ["street-lamp"]
    assert queue(editor) == []
    told = client.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 9})
    assert told.status_code == 409
    left = client.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 1})
    assert left.json()["items"] == []
    assert (
        client.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 1}).status_code
        == 200
    )
    refused = editor.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 1})
    assert refused.status_code == 404
    published(editor, supervisor, in_days(0))
    assert queue(client) == ["street-lamp"]
    assert supervisor.post(f"{LAMP}/must-read/end").status_code == 200
    assert queue(client) == []
    assert supervisor.post(f"{LAMP}/must-read/end").status_code == 404


def test_who_watches_sees_who_has_not_read(
    client: TestClient, supervisor: TestClient, session: Session, now: datetime
) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    assert lead.get(f"{LAMP}/readers").status_code == 404
    asked(supervisor)
    assert client.get(f"{LAMP}/readers").status_code == 403
    client.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 1})
    shown = lead.get(f"{LAMP}/readers").json()
    assert (shown["asked"], shown["read"]) == (2, 1)
    assert [each["username"] for each in shown["readers"]] == ["team_lead-1", "agent-1"]
    assert shown["readers"][0]["read_at"] is None
    watcher = accounts.find(session, "team_lead-1")
    assert watcher
    watcher.district = "542100"  # another place: its lead watches its own people
    session.flush()
    assert lead.get(f"{LAMP}/readers").json()["asked"] == 1


def test_it_is_for_a_role_a_skill_and_a_district(
    client: TestClient, supervisor: TestClient, session: Session, now: datetime
) -> None:
    nobody = {"by_day": in_days(3).isoformat(), "roles": ["team_lead"]}
    assert supervisor.put(f"{LAMP}/must-read", json=nobody).status_code == 422
    sign_in(another(session), session, Role.TEAM_LEAD, now)
    asked(supervisor, roles=["team_lead"])
    assert queue(client) == []
    nobody = {"by_day": in_days(3).isoformat(), "roles": ["agent"], "skill": "bo"}
    assert supervisor.put(f"{LAMP}/must-read", json=nobody).status_code == 422
    person = accounts.find(session, "agent-1")
    assert person
    seat = Seat(account_id=person.id or 0, username="agent-1", skills={"bo": 7}, since=clock.now())
    session.add(seat)
    session.flush()
    asked(supervisor, skill="bo")
    assert queue(client) == ["street-lamp"]
    seat.skills = {"en": 7}
    session.flush()
    assert queue(client) == []
    asked(supervisor, district="540102")
    assert queue(client) == ["street-lamp"]  # of the whole site: every district is theirs
    person.district = "540100"
    session.flush()
    assert queue(client) == ["street-lamp"]  # above it
    person.district = "540200"
    session.flush()
    assert queue(client) == []
    assert (
        supervisor.put(
            f"{LAMP}/must-read", json={"by_day": in_days(1).isoformat(), "roles": ["auditor"]}
        ).status_code
        == 422
    )


def test_a_text_of_a_later_day_is_shown_and_asked_for_from_that_day(
    client: TestClient,
    anonymous: TestClient,
    supervisor: TestClient,
    editor: TestClient,
    session: Session,
) -> None:
    asked(supervisor)
    client.post(f"{API}/must-reads/street-lamp/confirm", json={"text_version": 1})
    before = anonymous.get(LAMP).json()["say"]
    published(editor, supervisor, in_days(5))
    assert anonymous.get(LAMP).json()["say"] == before
    assert queue(client) == []
    assert client.get(f"{LAMP}/texts").json()["texts"][0]["status"] == "scheduled"
    article = finding.find(session, "street-lamp", lock=True)
    assert life.begin(session, article, now=clock.now()) is None
    morning = clock.now() + timedelta(days=5)
    assert finding.to_begin(session, on=beijing_day(morning)) == ["street-lamp"]
    assert life.begin(session, article, now=morning)
    assert finding.to_begin(session, on=beijing_day(morning)) == []
    assert anonymous.get(LAMP).json()["say"] == NEW["say"]
    found = client.post(f"{API}/articles/suggest", json={"text": "路灯不亮，从今天起拨打热线报修"})
    codes = [each["article"]["code"] for each in found.json()["items"]]
    assert "street-lamp" not in codes  # its first day is not today's: the index asks too
    (again,) = client.get(f"{API}/must-reads").json()["items"]
    assert again["by_day"] == in_days(8).isoformat()


def test_readers_are_reminded_once_before_the_day_and_once_after(
    client: TestClient, supervisor: TestClient, session: Session
) -> None:
    asked(supervisor)
    _remind(session, clock.now())
    assert _reminders(session) == []
    for days in (2, 2, 3, 4, 4):
        _remind(session, clock.now() + timedelta(days=days))
    assert [each.card for each in _reminders(session)] == ["yellow", "red"]
    told = client.get(f"{API}/notices").json()["items"]
    assert [(each["says"], each["article"]) for each in told] == [
        ("article_unread", "street-lamp"),
        ("article_unread", "street-lamp"),
    ]


def test_whoever_is_asked_again_by_a_later_day_is_reminded_again(
    client: TestClient, supervisor: TestClient, session: Session
) -> None:
    asked(supervisor)
    for days in (2, 4):
        _remind(session, clock.now() + timedelta(days=days))
    asked(supervisor, by_day=in_days(9).isoformat())
    _remind(session, clock.now() + timedelta(days=5))
    assert queue(client) == ["street-lamp"]
    assert [each.card for each in _reminders(session)] == ["yellow", "red"]
    for days in (8, 8, 10, 10):
        _remind(session, clock.now() + timedelta(days=days))
    assert [each.card for each in _reminders(session)] == ["yellow", "red"] * 2
    assert {knowledge_notices.article_of(each) for each in _reminders(session)} == {"street-lamp"}


def _remind(session: Session, at: datetime) -> None:
    staff_notices.owe(session, knowledge_notices.owed(session, now=at), now=at)


def _reminders(session: Session) -> list[StaffNotice]:
    mine = select(StaffNotice).where(StaffNotice.recipient == "person:agent-1")
    return list(session.exec(mine.order_by(StaffNotice.id)))  # type: ignore[arg-type]
