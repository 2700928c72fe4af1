"""A kept answer is for whoever was given it first, and only while they still reach its subject."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Ticket
from dispatch.notices.models_notices import StaffNotice
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as present
from tests.api.any_hour import at_any_hour
from tests.api.conftest import another, sign_in
from tests.api.dispatched_scene import dispatched
from tests.factories import create_ticket

URBAN, ELSEWHERE, OTHER = "540102-urban", "540103", "540103-urban"
Twice = Callable[[], tuple[int, Any]]


def placed(session: Session, role: Role, now: datetime, **place: str) -> TestClient:
    client = sign_in(another(session), session, role, now)
    moved(session, role, **place)
    return client


def moved(session: Session, role: Role, **place: str) -> None:
    """Give the person of this role another department or district."""
    account = accounts.find(session, f"{role}-1")
    assert account
    for name, value in place.items():
        setattr(account, name, value)
    session.flush()


def sender(client: TestClient, path: str, body: Any = None) -> Twice:
    def send() -> tuple[int, Any]:
        answer = client.post(path, json=body, headers={"Idempotency-Key": path})
        return answer.status_code, answer.json()

    return send


@pytest.mark.parametrize("path", ["corrections", "holds"])
def test_a_requester_s_data_are_told_no_more_to_who_left_the_district(
    session: Session, now: datetime, path: str
) -> None:
    admin = placed(session, Role.ADMINISTRATOR, now, district="540102")
    number = create_ticket(session, now=present()).number
    body = {"reason": "来电要求", "field": "phone", "value": "13989005678"}
    send = sender(admin, f"/api/v1/people/{number}/{path}", body)
    first = send()
    assert first[0] == 200
    assert send() == first
    moved(session, Role.ADMINISTRATOR, district=ELSEWHERE)
    assert send()[0] == 404


def test_a_relay_is_told_no_more_to_who_left_the_department(
    session: Session, now: datetime
) -> None:
    handler = placed(session, Role.HANDLER, now, department=URBAN)
    path = f"/api/v1/work-orders/{dispatched(session).number}-1/relays"
    send = sender(handler, path, {"telephone": "0891-6331234"})
    with at_any_hour():
        first = send()
        assert first[0] == 202, first
        assert send() == first
        moved(session, Role.HANDLER, department=OTHER)
        assert send()[0] == 404


def test_orders_that_were_taken_are_not_there_for_who_left_the_department(
    session: Session, now: datetime
) -> None:
    handler = placed(session, Role.HANDLER, now, department=URBAN)
    mine, theirs = (f"{dispatched(session, of).number}-1" for of in (URBAN, OTHER))
    send = sender(handler, "/api/v1/work-orders/accept", {"numbers": [mine, theirs]})
    first = send()
    assert first[1]["items"][0]["order"]["number"] == mine
    assert send() == first
    moved(session, Role.HANDLER, department=OTHER)
    items = send()[1]["items"]
    assert [(each["order"], each["problem"]["status"]) for each in items] == [(None, 404)] * 2


def test_a_new_cluster_is_told_no_more_to_who_left_the_district(
    session: Session, now: datetime
) -> None:
    agent = placed(session, Role.AGENT, now, district="540102")
    main, member = (create_ticket(session, now=present()).number for _ in range(2))
    body = {"main": main, "members": [member], "reason": "同一处"}
    send = sender(agent, "/api/v1/clusters", body)
    first = send()
    assert first[0] == 200
    assert send() == first
    moved(session, Role.AGENT, district=ELSEWHERE)
    assert send()[0] == 404


def test_a_member_that_left_one_s_reach_is_not_in_the_kept_cluster(
    session: Session, now: datetime
) -> None:
    agent = placed(session, Role.AGENT, now, district="540102")
    main, member = (create_ticket(session, now=present()).number for _ in range(2))
    body = {"main": main, "members": [member], "reason": "同一处"}
    send = sender(agent, "/api/v1/clusters", body)
    assert member in str(send()[1])
    session.exec(select(Ticket).where(Ticket.number == member)).one().district = ELSEWHERE
    session.flush()
    status, shown = send()
    assert (status, shown["main"]) == (200, main)
    assert member not in str(shown)


def test_who_registered_and_left_the_district_is_told_the_number_and_no_word(
    session: Session, now: datetime
) -> None:
    agent = placed(session, Role.AGENT, now, district="540102")
    said = {"text": "城关区某路路灯不亮。", "anonymous": True, "district": "540102"}
    send = sender(agent, "/api/v1/tickets", said)
    first = send()
    assert first[0] == 201, first
    assert send() == first
    moved(session, Role.AGENT, district=ELSEWHERE)
    status, again = send()
    assert (status, again["number"]) == (201, first[1]["number"])
    assert "路灯不亮" not in str(again)


def test_a_receiver_is_told_no_more_to_who_left_the_department(
    session: Session, now: datetime
) -> None:
    leader = placed(session, Role.LEADER, now, department=URBAN)
    send = sender(leader, "/api/v1/webhooks", {"url": "https://oa.example.gov.cn"})
    status, made = send()
    assert status == 201
    ping = sender(leader, f"/api/v1/webhooks/{made['id']}/ping")
    assert (send()[0], ping()[0], ping()[0]) == (201, 202, 202)
    moved(session, Role.LEADER, department=OTHER)
    assert (send()[0], ping()[0]) == (404, 404)


def test_a_notice_is_told_no_more_to_who_left_the_department(
    session: Session, now: datetime
) -> None:
    leader = placed(session, Role.LEADER, now, department=URBAN)
    row = StaffNotice(
        about="test:1", recipient=f"leader:{URBAN}", card="red", says="due", ticket="1", at=now
    )
    session.add(row)
    session.flush()
    send = sender(leader, f"/api/v1/notices/{row.id}/read")
    first = send()
    assert first[0] == 200, first
    assert send() == first
    moved(session, Role.LEADER, department=OTHER)
    assert send()[0] == 404


def test_somebody_else_s_key_of_the_same_name_is_another_key(
    session: Session, now: datetime
) -> None:
    said = {"text": "城关区某路路灯不亮。", "anonymous": True}
    made = [
        sender(placed(session, role, now), "/api/v1/tickets", said)()[1]["number"]
        for role in (Role.AGENT, Role.TEAM_LEAD)
    ]
    assert len(set(made)) == len(made)


def test_what_is_shown_once_is_kept_nowhere(session: Session, now: datetime) -> None:
    admin = placed(session, Role.ADMINISTRATOR, now)
    number = create_ticket(session, now=present()).number
    why = {"reason": "来电要求"}
    for path in (f"people/{number}/file", f"tickets/{number}/reveal"):
        send = sender(admin, f"/api/v1/{path}", why)
        assert send()[0] < 300
        status, told = send()
        assert (status, told["remedy"]) == (409, "Read what came of it.")
