"""诉求人之门 for mini-programs: the same ticket by the same key, in a header."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.handling import info_requests, orders
from dispatch.models import Rating
from dispatch.requesters.models_requesters import Addition
from hotline.core import keys
from hotline.core.accounts import MACHINE
from hotline.core.clock import now as present
from tests.dispatch.deciding_scene import URBAN, awaiting, dispatched
from tests.dispatch.requester_scene import key_of, make_report
from tests.factories import create_ticket

PUBLIC = "/api/v1/public/tickets"


@pytest.fixture
def moment() -> datetime:
    return present()


def test_the_key_opens_its_own_ticket_and_whoever_is_signed_in_needs_it_too(
    anonymous: TestClient, client: TestClient, session: Session, moment: datetime
) -> None:
    mine, other = create_ticket(session, now=moment), create_ticket(session, now=moment)
    key = {"X-Ticket-Key": key_of(session, mine, moment)}
    for caller in (anonymous, client):
        assert caller.get(f"{PUBLIC}/{mine.number}").status_code == 401
        assert caller.get(f"{PUBLIC}/{other.number}", headers=key).status_code == 404
        shown = caller.get(f"{PUBLIC}/{mine.number}", headers=key)
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        body = shown.json()
        assert (body["number"], body["status"], body["matter"]) == (
            mine.number,
            "registered",
            "路灯",
        )
        assert body["promise"]["kind"] == "dispatch_by"


def test_an_addition_is_made_once_a_key_and_another_one_under_it_is_refused(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    headers = {"X-Ticket-Key": key_of(session, ticket, moment), "Idempotency-Key": "add-1"}
    path = f"{PUBLIC}/{ticket.number}/additions"
    given = [anonymous.post(path, json={"text": "灯在校门口。"}, headers=headers) for _ in range(3)]
    assert [each.status_code for each in given] == [200] * 3
    assert given[0].json() == given[2].json()
    assert anonymous.post(path, json={"text": "别的。"}, headers=headers).status_code == 422
    assert len(session.exec(select(Addition)).all()) == 1


def test_a_department_reads_what_was_added_and_not_of_whom(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    key = {"X-Ticket-Key": key_of(session, ticket, moment)}
    said = {"text": "灯在校门口，电话13989005678。"}
    anonymous.post(f"{PUBLIC}/{ticket.number}/additions", json=said, headers=key)
    issued = keys.issue_key(session, "540102-urban", "test", actor=MACHINE, now=moment)
    urban = {"X-API-Key": issued[1]}
    order = anonymous.get(f"/api/v1/work-orders/{ticket.number}-1", headers=urban).json()
    assert [each["text"][:5] for each in order["added"]] == ["灯在校门口"]
    assert "13989005678" not in str(order)


def test_a_departments_question_is_answered_by_its_id(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    order = orders.of_ticket(session, ticket)[0]
    row = info_requests.ask(session, order, "哪一盏？", actor=URBAN, now=moment)
    key = {"X-Ticket-Key": key_of(session, ticket, moment)}
    shown = anonymous.get(f"{PUBLIC}/{ticket.number}", headers=key).json()
    assert [(each["id"], each["text"]) for each in shown["questions"]] == [(row.id, "哪一盏？")]
    path = f"{PUBLIC}/{ticket.number}/additions"
    wrong = {"text": "东门第三根。", "question": (row.id or 0) + 1}
    assert anonymous.post(path, json=wrong, headers=key).status_code == 404
    right = {"text": "东门第三根。", "question": row.id}
    given = anonymous.post(path, json=right, headers=key).json()
    assert (given["questions"], [each["text"] for each in given["written"]]) == (
        [],
        ["东门第三根。"],
    )
    issued = keys.issue_key(session, "540102-urban", "test", actor=MACHINE, now=moment)
    urban = {"X-API-Key": issued[1]}
    told = anonymous.get(f"/api/v1/work-orders/{order.number}", headers=urban).json()
    assert [each["answer"] for each in told["questions"]] == ["东门第三根。"]


def test_a_rating_and_a_withdrawal_are_refused_where_they_can_not_be(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    key, path = {"X-Ticket-Key": key_of(session, ticket, moment)}, f"{PUBLIC}/{ticket.number}"
    stale = anonymous.post(f"{path}/withdraw", json={"seen": "dispatched"}, headers=key)
    assert stale.status_code == 412
    for grade in (0, 6, "x"):
        bad = anonymous.post(f"{path}/rating", json={"satisfaction": grade}, headers=key)
        assert bad.status_code == 422
    said = {"satisfaction": 5, "solved": True}
    rated = anonymous.post(f"{path}/rating", json=said, headers=key)
    assert (rated.status_code, rated.json()["rating"]) == (200, 5)
    assert rated.json()["status"] == "closed"
    late = anonymous.post(f"{path}/withdraw", json={"seen": "closed"}, headers=key)
    assert late.status_code == 409
    assert session.exec(select(Rating.via)).all() == ["link"]


def test_of_a_report_nothing_is_told_but_how_far_it_is(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = make_report(session, dispatched(session, moment))
    key = {"X-Ticket-Key": key_of(session, ticket, moment)}
    body = anonymous.get(f"{PUBLIC}/{ticket.number}", headers=key).json()
    assert body["guarded"]
    assert (body["matter"], body["departments"], body["replies"]) == ("", [], [])
