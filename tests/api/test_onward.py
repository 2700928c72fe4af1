"""转派 and 签发 over HTTP: each unit does its own part, and no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.terms import TimeClass
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from tests.factories import create_ticket

Desk = Callable[[str], TestClient]
CITY, COUNTY = "540100-urban", "540102-urban"
REPLY = {
    "result": "更换灯泡",
    "is_true": True,
    "is_solved": True,
    "public_reply": "路灯已经修好。",
}


def accepted(session: Session, desk: Desk, code: str = CITY, **changes: Any) -> str:
    """Return the path of a unit's order that is signed for."""
    ticket = create_ticket(session, now=now(), **changes)
    dispatching.dispatch(session, ticket, [Assignment(code)], actor=MACHINE, now=now())
    path = f"/api/v1/work-orders/{ticket.number}-1"
    assert desk(code).post(f"{path}/accept").status_code == 200
    return path


@pytest.fixture
def given_on(session: Session, desk: Desk) -> tuple[str, str]:
    """The paths of a city's order and of the county's below it, which is signed for."""
    parent = accepted(session, desk)
    body = {"departments": [COUNTY], "note": "请现场核实"}
    assert desk(CITY).post(f"{parent}/onward", json=body).status_code == 200
    child = f"{parent[:-2]}-2"
    assert desk(COUNTY).post(f"{child}/accept").status_code == 200
    return parent, child


def test_a_unit_gives_its_order_on_reviews_it_and_answers(
    desk: Desk, client: TestClient, given_on: tuple[str, str]
) -> None:
    (parent, child), city, county = given_on, desk(CITY), desk(COUNTY)
    (below,) = city.get(f"{parent}/children").json()["items"]
    assert (below["department"]["code"], below["status"]) == (COUNTY, "accepted")
    assert below["reply_by"] <= city.get(parent).json()["reply_by"]
    early = city.post(f"{parent}/reply", json=REPLY)
    assert early.status_code == 409
    assert below["number"] in early.json()["detail"]

    assert county.post(f"{child}/reply", json=REPLY).json()["status"] == "replied"
    inbox = city.get("/api/v1/work-orders?onward=true&status=replied").json()["items"]
    assert [each["number"] for each in inbox] == [below["number"]]
    assert city.get(child).json()["replies"][0]["result"] == "更换灯泡"
    complete = {"verdict": "complete"}
    for client_of in (client, county):  # neither the hotline nor who wrote it
        assert client_of.post(f"{child}/review", json=complete).status_code == 403
    assert desk("540102-housing").post(f"{child}/review", json=complete).status_code == 404
    assert city.post(f"{child}/review", json=complete).json()["status"] == "completed"

    assert city.post(f"{parent}/reply", json=REPLY).json()["status"] == "replied"
    assert city.post(f"{parent}/review", json=complete).status_code == 403
    assert client.post(f"{parent}/review", json=complete).json()["status"] == "completed"
    ticket = client.get(f"/api/v1/tickets/{below['ticket']}").json()
    assert ticket["status"] == "awaiting_callback"


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("accept", None),
        ("contacts", {"reached": True}),
        ("return", {"reason": "unclear_duty", "basis": "三定方案"}),
        ("reply", REPLY),
        ("onward", {"departments": ["540102-housing"]}),
        ("sign", {"signed_by": "局长"}),
        ("extensions", {"working_days": 3, "reason": "等材料"}),
        ("need-info", {"question": "哪一盏？"}),
    ],
)
def test_the_unit_above_reads_what_is_below_and_does_not_act_for_it(
    desk: Desk, given_on: tuple[str, str], action: str, body: dict[str, Any] | None
) -> None:
    (parent, child), city = given_on, desk(CITY)
    before = city.get(child)
    assert before.status_code == 200
    assert city.post(f"{child}/{action}", json=body).status_code == 404
    assert city.get(child).headers["ETag"] == before.headers["ETag"]
    assert desk(COUNTY).get(parent).status_code == 404
    assert desk(COUNTY).get(f"{parent}/children").status_code == 404


def test_only_its_own_inbox_lists_an_order_to_be_handled(
    desk: Desk, given_on: tuple[str, str]
) -> None:
    parent, child = (path.rpartition("/")[2] for path in given_on)
    for code, mine in ((CITY, parent), (COUNTY, child)):
        listed = desk(code).get("/api/v1/work-orders").json()["items"]
        assert [each["number"] for each in listed] == [mine]


def test_the_unit_above_takes_back_what_it_gave_on(
    desk: Desk, client: TestClient, given_on: tuple[str, str]
) -> None:
    (parent, child), city = given_on, desk(CITY)
    body = {"reason": "由市局直接处置"}
    assert client.post(f"{child}/recall", json=body).status_code == 403
    assert desk(COUNTY).post(f"{child}/recall", json=body).status_code == 403
    assert city.post(f"{parent}/recall", json=body).status_code == 403
    assert city.post(f"{child}/recall", json=body).json()["status"] == "recalled"
    assert city.post(f"{parent}/reply", json=REPLY).status_code == 200


def test_who_leads_below_is_taken_back_once_it_is_said_who_leads_instead(
    desk: Desk, given_on: tuple[str, str]
) -> None:
    (parent, child), city = given_on, desk(CITY)
    other = "540103-urban"
    body: dict[str, object] = {"departments": [other], "note": "请协助"}
    refused = city.post(f"{parent}/onward", json=body)
    assert refused.status_code == 422
    assert "540102" in refused.json()["detail"]
    body |= {"elsewhere": "河堤跨两区"}
    assert city.post(f"{parent}/onward", json=body).status_code == 200
    assert desk(other).get(f"{parent[:-2]}-3").json()["note"].endswith("河堤跨两区")
    back: dict[str, object] = {"reason": "力量不足"}
    assert city.post(f"{child}/recall", json=back).status_code == 409
    taken = city.post(f"{child}/recall", json=back | {"lead": other}).json()
    assert (taken["status"], taken["recall_code"]) == ("recalled", "recalled")
    assert desk(other).get(f"{parent[:-2]}-3").json()["recall_code"] == "promoted"
    below = city.get(f"{parent}/children").json()["items"]
    assert [(each["role"], each["status"]) for each in below] == [
        ("lead", "recalled"),
        ("assisting", "recalled"),
        ("lead", "dispatched"),
    ]


def test_what_was_asked_or_told_since_makes_a_reading_old(
    desk: Desk, client: TestClient, session: Session
) -> None:
    path, urban = accepted(session, desk, COUNTY), desk(COUNTY)
    question = {"question": "哪一盏？"}
    for act, body in (("contacts", {"reached": True}), ("need-info", question)):
        seen = {"If-Match": urban.get(path).headers["ETag"]}
        done = urban.post(f"{path}/{act}", json=body, headers=seen)
        assert done.status_code == 200
        assert done.headers["ETag"] != seen["If-Match"]
        assert urban.post(f"{path}/reply", json=REPLY, headers=seen).status_code == 412
    asked = done.json()["questions"][0]["id"]
    seen = {"If-Match": urban.get(path).headers["ETag"]}
    answer = {"answer": "东门那盏"}
    assert client.post(f"{path}/need-info/{asked}/answer", json=answer).status_code == 200
    assert urban.post(f"{path}/reply", json=REPLY, headers=seen).status_code == 412


def test_a_contact_is_none_before_the_order_was_dispatched(session: Session, desk: Desk) -> None:
    path, urban = accepted(session, desk, COUNTY), desk(COUNTY)
    for away in (timedelta(hours=-1), timedelta(hours=1)):
        body = {"reached": True, "at": (now() + away).isoformat()}
        assert urban.post(f"{path}/contacts", json=body).status_code == 422
    assert urban.get(path).json()["contacts"] == []


def test_a_second_giving_on_by_an_old_reading_is_refused(session: Session, desk: Desk) -> None:
    path, city = accepted(session, desk), desk(CITY)
    read = {"If-Match": city.get(path).headers["ETag"]}
    body = {"departments": [COUNTY], "note": ""}
    assert city.post(f"{path}/onward", json=body, headers=read).status_code == 200
    body = {"departments": ["540102-housing"], "note": ""}
    assert city.post(f"{path}/onward", json=body, headers=read).status_code == 412
    again = {"Idempotency-Key": "onward-1"}
    answers = [city.post(f"{path}/onward", json=body, headers=again) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert len(city.get(f"{path}/children").json()["items"]) == 2


def test_a_reply_that_needs_a_signature_waits_for_it(
    session: Session, desk: Desk, client: TestClient
) -> None:
    path, urban = accepted(session, desk, COUNTY, time_class=TimeClass.COMPLEX), desk(COUNTY)
    waiting = urban.post(f"{path}/reply", json=REPLY).json()
    assert waiting["status"] == "accepted"
    assert waiting["reply_by"]
    assert waiting["replies"][0]["awaits_signature"]
    assert client.post(f"{path}/review", json={"verdict": "complete"}).status_code == 409
    number = waiting["ticket"]
    assert client.get(f"/api/v1/tickets/{number}").json()["orders"][0]["reply"] is None
    assert client.post(f"{path}/sign", json={"signed_by": "局长"}).status_code == 403
    stale = urban.post(f"{path}/sign", json={"signed_by": "局长"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    signed = urban.post(f"{path}/sign", json={"signed_by": "局长"}).json()
    assert (signed["status"], signed["reply_by"]) == ("replied", None)
    (reply,) = signed["replies"]
    assert (reply["signed_by"], reply["awaits_signature"]) == ("局长", False)
    assert reply["signed_at"]


def test_a_system_may_send_the_signature_with_the_reply(session: Session, desk: Desk) -> None:
    path, urban = accepted(session, desk, COUNTY, time_class=TimeClass.COMPLEX), desk(COUNTY)
    body = {**REPLY, "signed_off_by": "局长"}
    first, second = (urban.post(f"{path}/reply", json=body) for _ in range(2))
    assert first.json()["status"] == "replied"
    assert (first.text, first.headers["ETag"]) == (second.text, second.headers["ETag"])
    assert first.json()["replies"][0]["signed_by"] == "局长"
