"""What an agent decides, over HTTP: who may, what is refused and why."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.terms import Urgency
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

ANSWER = {"text": "灵活就业人员可以在社保大厅办理参保登记。", "source": "知识库"}
FIRE = {"receiver": "fire", "reason": "楼道着火", "line_kept": True}
# Every decision, with a body that it would take.
WRITES: list[tuple[str, dict[str, Any] | None]] = [
    ("answer", ANSWER),
    ("decline", {"reason": "petition"}),
    ("hand-over", FIRE),
    ("hand-over/acknowledge", {"their_number": "JJ-31"}),
    ("withdraw", {"reason": "mistaken"}),
    ("reopen", {"reason": "called_again", "note": "又不亮了"}),
    ("archive", None),
]


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return create_ticket(session, now=now())


def post(client: TestClient, ticket: Ticket, action: str, body: Any, **headers: str) -> Any:
    address = f"/api/v1/tickets/{ticket.number}/{action}"
    return client.post(address, json=body, headers=headers)


@pytest.mark.parametrize(("action", "body"), WRITES)
def test_auditors_and_departments_decide_nothing(
    session: Session,
    ticket: Ticket,
    desk: Callable[[str], TestClient],
    action: str,
    body: dict[str, Any] | None,
) -> None:
    auditor = sign_in(another(session), session, Role.AUDITOR, now())
    assert post(auditor, ticket, action, body).status_code == 403
    assert post(desk("540102-urban"), ticket, action, body).status_code == 403


@pytest.mark.parametrize(("action", "body"), WRITES)
def test_a_reader_who_is_out_of_date_decides_nothing(
    session: Session, ticket: Ticket, action: str, body: dict[str, Any] | None
) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now())
    answer = post(lead, ticket, action, body, **{"If-Match": f'"{ticket.version + 7}"'})
    assert answer.status_code == 412
    assert ticket.status == "registered"


def test_an_answer_closes_once_however_often_it_is_sent(client: TestClient, ticket: Ticket) -> None:
    first, again = (
        post(client, ticket, "answer", ANSWER, **{"Idempotency-Key": "k1"}).json() for _ in "ab"
    )
    assert first == again
    assert (first["status"], first["closing"]) == ("closed", "explained")
    assert post(client, ticket, "answer", ANSWER).status_code == 409


def test_from_decline_to_reopen_to_hand_over_and_its_acknowledgement(
    client: TestClient, ticket: Ticket
) -> None:
    declined = post(client, ticket, "decline", {"reason": "petition"})
    assert declined.json()["status"] == "declined"
    reopened = post(client, ticket, "reopen", {"reason": "should_accept"}).json()
    assert (reopened["status"], reopened["redone"]) == ("registered", 1)
    handed = post(client, ticket, "hand-over", FIRE).json()
    assert (handed["status"], handed["closed_at"]) == ("handed_over", None)
    refused = post(client, ticket, "hand-over/acknowledge", {"their_number": "谢谢！"})
    assert refused.status_code == 422
    taken = post(client, ticket, "hand-over/acknowledge", {"their_number": "JJ-31"}).json()
    assert taken["closing"] == "handed_over"
    assert "their_number" not in taken["history"][-1]["refs"]
    assert taken["beside"]["hand_overs"][-1]["their_number"] == "JJ-31"
    assert all(each["stopped_at"] for each in taken["clocks"])


def test_withdrawing_recalls_what_departments_have(
    client: TestClient, session: Session, ticket: Ticket
) -> None:
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
    done = post(client, ticket, "withdraw", {"reason": "settled_otherwise"}).json()
    assert (done["status"], done["orders"][0]["status"]) == ("withdrawn", "recalled")
    refused = post(client, ticket, "reopen", {"reason": "called_again"})
    assert refused.status_code == 409


def test_danger_to_life_is_refused_with_what_to_do(client: TestClient, session: Session) -> None:
    danger = create_ticket(session, now=now(), urgency=Urgency.CRITICAL)
    refused = post(client, danger, "decline", {"reason": "other", "note": "不管"})
    assert refused.status_code == 409
    assert "119" in refused.json()["remedy"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("decline", {"reason": "because"}),
        ("hand-over", {"receiver": "army", "reason": "x"}),
        ("answer", {**ANSWER, "closing": "unreachable"}),
        ("withdraw", {"reason": "agent_tired"}),
    ],
)
def test_a_code_that_is_none_is_refused_and_the_codes_are_named(
    client: TestClient, ticket: Ticket, action: str, body: dict[str, Any]
) -> None:
    refused = post(client, ticket, action, body)
    assert refused.status_code == 422
    assert refused.json()["errors"]


def test_only_who_may_archives_and_only_what_ended_long_ago(
    client: TestClient, session: Session, ticket: Ticket
) -> None:
    assert post(client, ticket, "archive", None).status_code == 403
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now())
    assert post(lead, ticket, "archive", None).status_code == 409
    post(client, ticket, "answer", ANSWER)
    assert "Archive it after" in post(lead, ticket, "archive", None).json()["remedy"]
    assert ticket.closed_at
    ticket.closed_at = datetime(2020, 1, 1, tzinfo=ticket.closed_at.tzinfo)
    session.add(ticket)
    session.flush()
    assert post(lead, ticket, "archive", None).status_code == 200
    assert ticket.archived_at
    refused = post(client, ticket, "reopen", {"reason": "called_again"})
    assert "Register a new ticket" in refused.json()["remedy"]


def test_the_tables_of_reasons_and_receivers_can_be_read(client: TestClient) -> None:
    reasons = client.get("/api/v1/decline-reasons").json()["items"]
    assert {"code", "title", "script", "route"} == reasons[0].keys()
    found = client.get("/api/v1/receivers").json()["items"]
    assert {"fire": "119", "discipline": "12388"}.items() <= {
        each["code"]: each["number"] for each in found
    }.items()
