"""延期 and 待补充 over HTTP: each department its own, decided inside, and safe to repeat."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch import tickets
from dispatch.beside import suspensions
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import beijing_day, now
from hotline.core.db import transaction
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

Desk = Callable[[str], TestClient]
ORDERS = "/api/v1/work-orders"
MORE = {"working_days": 5, "reason": "灯杆正在运输"}


@pytest.fixture
def boss(session: Session) -> TestClient:
    """A client on which a team lead is signed in."""
    return sign_in(another(session), session, Role.TEAM_LEAD, now())


def accepted(session: Session, urban: TestClient) -> tuple[Ticket, str]:
    """Return a dispatched ticket, and the path of its order, which is signed for."""
    ticket = create_ticket(session, now=now())
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now())
    path = f"{ORDERS}/{ticket.number}-1"
    assert urban.post(f"{path}/accept").status_code == 200
    return ticket, path


def test_an_extension_goes_from_the_department_to_who_decides_and_back(
    session: Session, desk: Desk, boss: TestClient
) -> None:
    urban = desk("540102-urban")
    ticket, path = accepted(session, urban)
    before = urban.get(path).json()["reply_by"]
    key = {"Idempotency-Key": "a"}
    for _ in range(2):
        asked = urban.post(f"{path}/extensions", json=MORE, headers=key)
        assert asked.status_code == 200
        assert asked.json()["reply_by"] == before

    (waiting,) = boss.get(f"{ORDERS}/extensions?status=asked").json()["items"]
    assert (waiting["order"], waiting["count"]) == (f"{ticket.number}-1", 1)
    assert waiting["due_before"] == before
    decide = f"{path}/extensions/1/decide"
    assert boss.post(decide, json={"granted": False}).status_code == 422
    granted = boss.post(decide, json={"granted": True})
    assert granted.status_code == 200
    assert granted.json()["reply_by"] > before

    (mine,) = urban.get(f"{path}/extensions").json()["items"]
    assert (mine["status"], mine["due_after"]) == ("granted", granted.json()["reply_by"])
    assert boss.get(f"{ORDERS}/extensions?status=asked").json()["items"] == []
    assert boss.post(decide, json={"granted": True}).status_code == 409
    again = urban.post(f"{path}/extensions", json=MORE)
    assert again.status_code == 409
    assert again.json()["remedy"]


def test_a_department_hears_of_its_extension_and_that_its_ticket_waits(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    number: str = request.getfixturevalue("number")
    open_desk: Desk = request.getfixturevalue("open_desk")
    urban, path = open_desk("540102-urban"), f"{ORDERS}/{number}-1"
    urban.post(f"{path}/accept")
    urban.post(f"{path}/need-info", json={"question": "哪一盏？"})
    urban.post(f"{path}/extensions", json=MORE)
    with transaction(engine) as session:
        ticket = tickets.find(session, number, lock=True)
        soon = beijing_day(now()) + timedelta(days=9)
        suspensions.suspend(
            session, ticket, "540102-urban", soon, "冻土期", actor=MACHINE, now=now()
        )
    types = [each["type"] for each in urban.get(f"{ORDERS}/changes").json()["items"]]
    assert types[-3:] == ["order.info_asked", "extension.asked", "ticket.suspended"]
    elsewhere = open_desk("540100-urban").get(f"{ORDERS}/changes").json()["items"]
    assert elsewhere == []


def test_each_department_sees_and_asks_for_its_own_orders_only(
    session: Session, desk: Desk, client: TestClient
) -> None:
    urban, stranger = desk("540102-urban"), desk("540100-urban")
    _, path = accepted(session, urban)
    assert urban.post(f"{path}/extensions", json=MORE).status_code == 200
    assert stranger.post(f"{path}/extensions", json=MORE).status_code == 404
    assert stranger.get(f"{path}/extensions").status_code == 404
    assert stranger.get(f"{ORDERS}/extensions").json()["items"] == []
    for nobody in (urban, client):  # neither who asks nor an agent decides
        decided = nobody.post(f"{path}/extensions/1/decide", json={"granted": True})
        assert decided.status_code == 403
    assert client.post(f"{path}/extensions", json=MORE).status_code == 403


def test_who_decides_upon_what_they_no_longer_see_is_told(
    session: Session, desk: Desk, boss: TestClient
) -> None:
    urban = desk("540102-urban")
    _, path = accepted(session, urban)
    urban.post(f"{path}/extensions", json=MORE)
    stale = {"If-Match": '"1"'}
    decide = f"{path}/extensions/1/decide"
    assert boss.post(decide, json={"granted": True}, headers=stale).status_code == 412
    assert boss.post(f"{path}/extensions/2/decide", json={"granted": True}).status_code == 404


def test_lists_are_walked_by_their_links(session: Session, desk: Desk, boss: TestClient) -> None:
    urban = desk("540102-urban")
    made = []
    for _ in range(3):
        ticket, path = accepted(session, urban)
        urban.post(f"{path}/extensions", json=MORE)
        urban.post(f"{path}/need-info", json={"question": "哪一盏？"})
        made.append(f"{ticket.number}-1")
    for name in ("extensions", "need-info"):
        path, seen = f"{ORDERS}/{name}?limit=2", list[str]()
        while path:
            answer = boss.get(path)
            seen += [item["order"] for item in answer.json()["items"]]
            path = answer.links.get("next", {}).get("url", "")
        assert seen == made


def test_an_agent_brings_the_answer_and_the_department_reads_it_masked(
    session: Session, desk: Desk, client: TestClient
) -> None:
    urban, stranger = desk("540102-urban"), desk("540100-urban")
    ticket, path = accepted(session, urban)
    asked = urban.post(f"{path}/need-info", json={"question": "请问是哪一盏路灯？"})
    assert asked.status_code == 200
    (question,) = client.get(f"{ORDERS}/need-info?status=open").json()["items"]
    assert (question["ticket"], question["order"]) == (ticket.number, f"{ticket.number}-1")
    answer = f"{path}/need-info/{question['id']}/answer"
    said = {"answer": "东门那盏，我的新号码是13989005678"}
    assert urban.post(answer, json=said).status_code == 403
    assert client.post(answer, json=said).status_code == 200
    assert client.post(answer, json=said).status_code == 409
    assert client.get(f"{ORDERS}/need-info").json()["items"] == []
    (told,) = urban.get(f"{ORDERS}/need-info?status=any").json()["items"]
    assert told["answer"] == "东门那盏，我的新号码是139****5678"
    ticket.confidentiality = "confidential"
    (told,) = urban.get(f"{ORDERS}/need-info?status=any").json()["items"]
    assert told["answer"] == "东门那盏，我的新号码是***"
    assert stranger.get(f"{ORDERS}/need-info?status=any").json()["items"] == []
