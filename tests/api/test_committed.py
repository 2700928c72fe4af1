"""Requests in transactions of their own: five at once, and the feed of what was committed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from dispatch import reminders, tickets
from dispatch.models import Reply
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import Event
from hotline.core.privacy import Person

AT_ONCE = 5
REPLY = {
    "result": "更换灯泡",
    "is_true": True,
    "is_solved": True,
    "public_reply": "路灯已经修好，今晚起正常亮灯。",
}


def at_once(client: TestClient, path: str, **headers: str) -> list[tuple[int, str, str]]:
    """Send the reply five times at once; return each answer's status, ETag and body."""
    said = {**REPLY, "contacted_at": now().isoformat()}

    def send(_: int) -> tuple[int, str, str]:
        answer = client.post(path, json=said, headers=headers)
        return answer.status_code, answer.headers.get("ETag", ""), answer.text

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(send, range(AT_ONCE)))


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "reply-1"}], ids=["bare", "keyed"])
def test_the_same_reply_sent_five_times_at_once_is_one_reply(
    engine: Engine,
    open_desk: Callable[[str], TestClient],
    number: str,
    headers: dict[str, str],
) -> None:
    urban, path = open_desk("540102-urban"), f"/api/v1/work-orders/{number}-1"
    assert urban.post(f"{path}/accept").status_code == 200
    answers = at_once(urban, f"{path}/reply", **headers)
    assert len(answers) == AT_ONCE
    ((status, etag, _),) = set(answers)
    assert (status, etag) == (200, '"3"')
    with Session(engine) as session:
        assert session.exec(select(func.count()).select_from(Reply)).one() == 1
        replied = session.exec(select(Event).where(Event.type == "order.replied")).all()
        assert len(replied) == 1


def test_five_different_replies_at_once_leave_one_and_tell_the_others(
    open_desk: Callable[[str], TestClient], number: str
) -> None:
    urban, path = open_desk("540102-urban"), f"/api/v1/work-orders/{number}-1"
    etag = urban.post(f"{path}/accept").headers["ETag"]

    def send(place: int) -> int:
        body = {**REPLY, "result": f"第{place}次"}
        return urban.post(f"{path}/reply", json=body, headers={"If-Match": etag}).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = sorted(threads.map(send, range(AT_ONCE)))
    assert answers == [200] + [412] * (AT_ONCE - 1)
    assert len(urban.get(path).json()["replies"]) == 1


def test_a_refused_request_leaves_its_key_free(
    open_desk: Callable[[str], TestClient], number: str
) -> None:
    urban, path = open_desk("540102-urban"), f"/api/v1/work-orders/{number}-1"
    key = {"Idempotency-Key": "reply-1"}
    assert urban.post(f"{path}/reply", json=REPLY, headers=key).status_code == 409
    urban.post(f"{path}/accept")
    assert urban.post(f"{path}/reply", json=REPLY, headers=key).status_code == 200


def test_the_feed_tells_a_department_of_its_orders_and_of_nothing_else(
    engine: Engine, open_desk: Callable[[str], TestClient], number: str
) -> None:
    urban, other = open_desk("540102-urban"), open_desk("540100-urban")
    began = urban.get("/api/v1/work-orders/changes").json()
    assert [each["type"] for each in began["items"]] == ["order.dispatched"]
    urban.post(f"/api/v1/work-orders/{number}-1/accept")
    with transaction(engine) as session:
        ticket = tickets.find(session, number)
        person = session.get_one(Person, ticket.person_id)
        reminders.remind(session, ticket, person, "还没有修", call_id=None, now=now())
    later = urban.get(f"/api/v1/work-orders/changes?since={began['next']}").json()
    assert [each["type"] for each in later["items"]] == ["order.accepted", "ticket.reminded"]
    assert "还没有修" not in str(later)
    end = urban.get(f"/api/v1/work-orders/changes?since={later['next']}").json()
    assert (end["items"], end["next"], end["more"]) == ([], later["next"], False)
    since = {"since": "2026-01-01T00:00:00+08:00"}
    by_time = urban.get("/api/v1/work-orders/changes", params=since).json()
    assert len(by_time["items"]) == 3
    assert other.get("/api/v1/work-orders/changes").json()["items"] == []
