"""Lets the canary's matter happen over HTTP: registered, reminded of, dispatched, talked of."""

from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import clock
from tests.canary.needles import ADDRESS, ANSWERED, NAME, PHONE, SAID, SAID_AGAIN
from tests.factories import create_ended_call

URBAN = "540102-urban"


def canary_call(session: Session) -> str:
    """Return the id of a call of the canary's that has ended."""
    return str(create_ended_call(session, now=clock.now(), said=(SAID,), caller=PHONE).id)


def planted(call_id: str, agent: TestClient) -> dict[str, str]:
    """Register the canary's call as a ticket, remind of it, and dispatch it."""
    asked = {"text": SAID, "call_id": call_id, "request_type": "report"}
    registered = agent.post("/api/v1/tickets", json=asked, headers={"Idempotency-Key": "canary"})
    assert registered.status_code == 201, registered.text
    number = registered.json()["number"]
    for path, given in (
        ("remind", {"text": SAID_AGAIN}),
        ("dispatch", {"departments": [URBAN]}),
    ):
        key = {"Idempotency-Key": f"canary-{path}"}
        done = agent.post(f"/api/v1/tickets/{number}/{path}", json=given, headers=key)
        assert done.status_code == 200, done.text
    note = {"file": (f"{NAME}.txt", SAID.encode(), "text/plain")}
    added = agent.post(f"/api/v1/tickets/{number}/attachments", files=note)
    assert added.status_code in (200, 201), added.text
    order = f"{number}-1"
    return {
        "ticket": number,
        "order": order,
        "call_id": call_id,
        "attachment_id": added.json()["id"],
    }


def talked_of(office: TestClient, inside: TestClient, order: str, *, again: bool) -> None:
    """Have the department ask and be answered; the second time it replies as well."""
    path, which = f"/api/v1/work-orders/{order}", "again" if again else "first"

    def post(who: TestClient, action: str, given: object) -> dict[str, Any]:
        key = {"Idempotency-Key": f"canary-{which}-{action}"}
        answer = who.post(f"{path}/{action}", json=given, headers=key)
        assert answer.status_code == 200, answer.text
        assert who.post(f"{path}/{action}", json=given, headers=key).status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    if not again:
        post(office, "accept", None)
    asked = post(office, "need-info", {"question": f"{NAME}家是{ADDRESS}吗？"})
    info = asked["questions"][-1]["id"]
    post(inside, f"need-info/{info}/answer", {"answer": ANSWERED})
    if again:
        done = {"result": ANSWERED, "public_reply": f"已与{NAME}核实，泥浆已清理。"}
        at = clock.now().isoformat()
        post(office, "reply", {**done, "is_true": True, "is_solved": True, "contacted_at": at})
