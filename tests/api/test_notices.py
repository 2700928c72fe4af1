"""站内消息 over HTTP: each reads what is for them, page by page, and what is read stays read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in

Desk = Callable[[str], TestClient]
PATH = "/api/v1/notices"
RECIPIENTS = (
    "department:540102-urban",
    "leader:540102-urban",
    "department:540100-urban",
    "agents:540102",
    "team_lead:540102",
    "supervision:540102",
)


@pytest.fixture(autouse=True)
def told(session: Session) -> None:
    """One notice to each recipient there is, in this order."""
    for recipient in RECIPIENTS:
        notice = Owed(
            "clock:1:1:overdue",
            recipient,
            "red",
            "overdue",
            "261125000017",
            "261125000017-1",
            "reply_by",
            now() - timedelta(days=1),
        )
        staff_notices.owe(session, [notice], now=now())


def items(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def recipients(client: TestClient) -> list[str]:
    return [item["recipient"] for item in items(client)]


def test_a_department_is_shown_its_own_and_its_leaders(desk: Desk) -> None:
    mine = ["leader:540102-urban", "department:540102-urban"]
    assert recipients(desk("540102-urban")) == mine
    assert recipients(desk("540100-urban")) == ["department:540100-urban"]


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        (Role.AGENT, ["agents:540102"]),
        (Role.TEAM_LEAD, ["team_lead:540102", "agents:540102"]),
        (Role.SUPERVISOR, ["supervision:540102"]),
    ],
)
def test_people_of_the_house_are_shown_what_is_for_their_role(
    session: Session, role: Role, theirs: list[str]
) -> None:
    assert recipients(sign_in(another(session), session, role, now())) == theirs


def test_an_auditor_has_no_notices(session: Session) -> None:
    auditor = sign_in(another(session), session, Role.AUDITOR, now())
    assert auditor.get(PATH).status_code == 403


def test_what_one_has_read_is_unread_for_others_and_read_from_the_first_time_on(
    session: Session,
) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now())
    agent = sign_in(another(session), session, Role.AGENT, now())
    (notice,) = items(agent)
    assert (notice["card"], notice["says"], notice["read_at"]) == ("red", "overdue", None)
    first, again = (agent.post(f"{PATH}/{notice['id']}/read") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json()["read_at"] == again.json()["read_at"]
    assert items(agent, "?unread=true") == []
    assert items(agent)[0]["read_at"]
    assert len(items(lead, "?unread=true")) == 2


def test_the_keys_of_a_department_are_one_reader(desk: Desk) -> None:
    first, second = desk("540102-urban"), desk("540102-urban")
    for notice in items(first):
        assert first.post(f"{PATH}/{notice['id']}/read").status_code == 200
    assert items(second, "?unread=true") == []


def test_a_notice_for_somebody_else_is_not_there(client: TestClient, desk: Desk) -> None:
    (notice,) = items(client)
    assert desk("540102-urban").post(f"{PATH}/{notice['id']}/read").status_code == 404
    assert client.post(f"{PATH}/999999/read").status_code == 404


def test_the_list_is_walked_by_its_links(desk: Desk) -> None:
    urban, seen, path = desk("540102-urban"), list[str](), f"{PATH}?limit=1"
    while path:
        answer = urban.get(path)
        seen += [item["recipient"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == ["leader:540102-urban", "department:540102-urban"]
