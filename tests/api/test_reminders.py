"""催办 over HTTP: an agent writes down that somebody asked again, and the department reads it."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

SAID = {"text": "路灯还是没有人来修，请打13989001234。"}


def test_an_agent_counts_a_reminder_and_the_department_reads_it(
    client: TestClient, session: Session, desk: Callable[[str], TestClient]
) -> None:
    ticket = create_ticket(session, now=now())
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
    (order,) = orders.of_ticket(session, ticket)
    path, key = f"/api/v1/tickets/{ticket.number}/remind", {"Idempotency-Key": "again-1"}
    first, repeated = (client.post(path, json=SAID, headers=key) for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json() == repeated.json()
    assert first.json()["reminders"] == 1
    told = first.json()["history"][-1]
    assert (told["type"], told["actor"]) == ("ticket.reminded", "agent-1")
    assert "13989001234" not in first.text
    read = desk("540102-urban").get(f"/api/v1/work-orders/{order.number}").json()
    (reminded,) = read["reminded"]
    assert reminded["text"].startswith("路灯还是没有人来修")


def test_who_reminds_of_an_old_version_is_told(client: TestClient, session: Session) -> None:
    path = f"/api/v1/tickets/{create_ticket(session, now=now()).number}/remind"
    assert client.post(path, json=SAID, headers={"If-Match": '"99"'}).status_code == 412
    assert client.post(path, json={"text": ""}).status_code == 422
    assert client.post(path, json={"text": "  "}).status_code == 422
    assert client.post("/api/v1/tickets/none/remind", json=SAID).status_code == 404


def test_an_auditor_counts_no_reminder(session: Session) -> None:
    path = f"/api/v1/tickets/{create_ticket(session, now=now()).number}/remind"
    auditor = sign_in(another(session), session, Role.AUDITOR, now())
    assert auditor.post(path, json=SAID).status_code == 403
