"""挂账 over HTTP: who may let a ticket wait, what is shown meanwhile, and the register."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import beijing_day, now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

Desk = Callable[[str], TestClient]
TICKETS = "/api/v1/tickets"


@pytest.fixture
def boss(session: Session) -> TestClient:
    """A client on which a team lead is signed in."""
    return sign_in(another(session), session, Role.TEAM_LEAD, now())


def handled(session: Session) -> Ticket:
    ticket = create_ticket(session, now=now())
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now())
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=MACHINE, now=now())
    return ticket


def waiting(days: int = 30) -> dict[str, str]:
    day = beijing_day(now()) + timedelta(days=days)
    return {"owner": "540102-urban", "review_on": day.isoformat(), "public_reason": "冻土期"}


def test_a_ticket_waits_visibly_and_goes_on(session: Session, boss: TestClient, desk: Desk) -> None:
    ticket = handled(session)
    path = f"{TICKETS}/{ticket.number}"
    suspended = boss.post(f"{path}/suspend", json=waiting())
    assert suspended.status_code == 200
    shown = {each["kind"]: each for each in suspended.json()["clocks"]}
    assert shown["reply_by"]["waits_for"].startswith("suspension:")
    assert shown["review_by"]["stopped_at"] is None
    urban = desk("540102-urban")
    order = urban.get(f"/api/v1/work-orders/{ticket.number}-1").json()
    assert order["reply_by"] is None
    (waits,) = [each["why"][-1] for each in order["clocks"] if each["kind"] == "reply_by"]
    assert waits == "现在因冻土期暂停计时，恢复后接着计算剩余的时间。"
    assert all(each["why"] for each in suspended.json()["clocks"])
    (line,) = boss.get(f"{TICKETS}/suspended").json()["items"]
    assert (line["ticket"], line["owner"], line["review_on"], line["public_reason"]) == (
        ticket.number,
        "540102-urban",
        waiting()["review_on"],
        "冻土期",
    )
    assert boss.post(f"{path}/suspend", json=waiting()).status_code == 409
    resumed = boss.post(f"{path}/resume", json={"outcome": "mistaken"})
    assert resumed.status_code == 200
    assert not any(each["waits_for"] for each in resumed.json()["clocks"])
    assert boss.post(f"{path}/resume").status_code == 404
    assert boss.get(f"{TICKETS}/suspended").json()["items"] == []


def test_an_agent_reads_the_register_but_lets_nothing_wait(
    session: Session, client: TestClient, desk: Desk
) -> None:
    path = f"{TICKETS}/{handled(session).number}"
    assert client.post(f"{path}/suspend", json=waiting()).status_code == 403
    assert client.post(f"{path}/resume").status_code == 403
    assert client.get(f"{TICKETS}/suspended").status_code == 200
    assert desk("540102-urban").get(f"{TICKETS}/suspended").status_code == 403


def test_a_stale_reader_and_a_bad_day_are_refused(session: Session, boss: TestClient) -> None:
    path = f"{TICKETS}/{handled(session).number}/suspend"
    stale = boss.post(path, json=waiting(), headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    for days in (0, 500):
        refused = boss.post(path, json=waiting(days))
        assert refused.status_code == 422
        assert refused.json()["remedy"]


def test_the_register_is_walked_by_its_links_the_next_review_first(
    session: Session, boss: TestClient
) -> None:
    made = []
    for days in (40, 20, 20, 90):
        number = handled(session).number
        boss.post(f"{TICKETS}/{number}/suspend", json=waiting(days))
        made.append(number)
    path, seen = f"{TICKETS}/suspended?limit=1&owner=540102-urban", list[str]()
    while path:
        answer = boss.get(path)
        seen += [item["ticket"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == [made[1], made[2], made[0], made[3]]
    assert boss.get(f"{TICKETS}/suspended?owner=nobody").json()["items"] == []
