"""登记 over HTTP: the agent who took a call registers its ticket."""

import uuid
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from hotline.core import events
from tests.factories import LAMP, create_ended_call

PATH = "/api/v1/tickets"


def test_the_agents_words_become_the_calls_ticket_once(
    client: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now, said=("喂，你好。",))
    call.agent = "agent-1"
    body = {"call_id": str(call.id), "text": LAMP}
    answers = [
        client.post(PATH, json=body, headers={"Idempotency-Key": "heard-1"}) for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201], answers[0].text
    assert answers[0].json() == answers[1].json()
    ticket = answers[0].json()
    assert (ticket["source"], ticket["call"]) == ("phone_agent", str(call.id))
    assert ticket["proposal"]["department_code"]
    assert "13989001234" not in ticket["text"]
    read = client.get(answers[0].headers["Location"])
    assert read.headers["ETag"] == answers[0].headers["ETag"]
    assert read.json()["orders"] == []
    # What may answer is looked for when the ticket is read; nothing is published here.
    assert read.json()["proposal"] == {**ticket["proposal"], "articles": []}
    assert read.json()["history"][0]["actor"] == "agent-1"
    shown = client.get(f"/api/v1/calls/{call.id}").json()
    assert shown["ticket"] == ticket["number"]
    again = client.post(PATH, json=body)
    assert again.status_code == 409
    assert ticket["number"] in again.json()["detail"]


def test_a_call_that_an_agent_registered_is_not_registered_by_the_machine_too(
    client: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    made = client.post(PATH, json={"call_id": str(call.id), "text": LAMP}).json()
    ticket = intake.register_call(session, call.id, district="540100", auto_dispatch=True, now=now)
    assert ticket
    assert (ticket.number, ticket.status) == (made["number"], "registered")


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_ticket_without_words_is_refused(
    client: TestClient, session: Session, now: datetime, text: str
) -> None:
    call = create_ended_call(session, now=now)
    assert client.post(PATH, json={"call_id": str(call.id), "text": text}).status_code == 422


def test_a_call_that_is_not_there_has_no_ticket(client: TestClient) -> None:
    body = {"call_id": str(uuid.uuid4()), "text": LAMP}
    assert client.post(PATH, json=body).status_code == 404


STATED = {
    "text": LAMP,
    "caller": "13989004321",
    "request_type": "complaint",
    "category": ["城乡建设", "市政设施", "路灯"],
    "district": "540102",
    "urgency": "normal",
}


def test_what_the_agent_states_stands_and_the_catalogue_names_the_department(
    client: TestClient,
) -> None:
    made = client.post(PATH, json=STATED)
    assert made.status_code == 201, made.text
    ticket = made.json()
    assert made.headers["ETag"] == f'"{ticket["version"]}"'
    assert (ticket["request_type"], ticket["category"][2]) == ("complaint", "路灯")
    assert ticket["proposal"]["department_code"] == "540102-urban"
    assert ticket["proposal"]["stated"] == ["request_type", "category", "district", "urgency"]
    assert ticket["requester"] == "139****4321"
    read = client.get(made.headers["Location"]).json()
    assert [clock["kind"] for clock in read["clocks"]] == ["dispatch_by"]
    assert [event["type"] for event in read["history"]] == ["ticket.registered"]
    sent = client.post(f"{made.headers['Location']}/dispatch")
    assert sent.json()["orders"][0]["department"]["code"] == "540102-urban"


def test_what_the_agent_changed_keeps_what_was_proposed(client: TestClient) -> None:
    body = {"text": LAMP, "caller": "13989004321"}
    proposed = client.post(PATH, json=body).json()["proposal"]
    assert (proposed["stated"], proposed["changed"]) == ([], {})
    changed = client.post(PATH, json={**body, "district": "城关区", "urgency": "critical"}).json()
    assert changed["urgency"] == "critical"
    assert changed["proposal"]["changed"]["urgency"] == "normal"
    assert changed["proposal"]["time_class"] == "emergency"
    assert "district" not in changed["proposal"]["changed"]  # as it was proposed


def test_a_second_ticket_of_the_same_caller_names_the_one_it_may_remind_of(
    client: TestClient,
) -> None:
    first = client.post(PATH, json=STATED).json()
    assert first["possible_reminders"] == []
    second = client.post(PATH, json=STATED).json()
    assert [each["number"] for each in second["possible_reminders"]] == [first["number"]]
    other = client.post(PATH, json={**STATED, "caller": "13989004322"}).json()
    assert other["possible_reminders"] == []
    assert client.get(f"{PATH}/{first['number']}").json()["reminders"] == 0


def test_an_anonymous_caller_leaves_no_number(client: TestClient) -> None:
    body = {**STATED, "caller": "", "anonymous": True}
    made = [client.post(PATH, json=body) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    assert [each.json()["requester"] for each in made] == ["", ""]
    assert made[1].json()["possible_reminders"] == []


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ({"category": ["城乡建设", "市政设施", "路登"]}, "城乡建设/市政设施/路灯"),
        ({"district": "城关"}, None),
        ({"district": "成关区"}, "城关区"),
        ({"caller": ""}, "anonymous"),
        ({"anonymous": True}, "Leave one"),
        ({"caller": "not a number"}, "dialled"),
        ({"source": "phone_machine"}, ""),
        ({"text": "灯" * 4001}, ""),
    ],
)
def test_what_is_not_known_is_refused_with_what_is_near(
    client: TestClient, changes: dict[str, object], near: str | None
) -> None:
    answer = client.post(PATH, json={**STATED, **changes})
    if near is None:  # a short name of one district only
        assert answer.status_code == 201, answer.text
        assert answer.json()["district"] == "540102"
        return
    assert answer.status_code == 422
    assert near in answer.json()["detail"] + str(answer.json())


def test_danger_that_was_said_is_supervised_whatever_the_agent_states(
    client: TestClient, session: Session
) -> None:
    body = {**STATED, "text": "城关区一栋居民楼正在着火，有人被困，快来人。"}
    ticket = client.post(PATH, json=body).json()
    assert ticket["urgency"] == "normal"
    read = client.get(f"{PATH}/{ticket['number']}")
    types = [event["type"] for event in read.json()["history"]]
    assert types == ["ticket.registered", "supervision.raised"]
    assert read.headers["ETag"] == f'"{ticket["version"]}"'
    events.verify(session)
