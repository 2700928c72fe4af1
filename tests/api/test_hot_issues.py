"""热点预警 over HTTP: listed, read, given an owner, decided with a version and a key."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from tests.dispatch.hot_scene import alert_of

DOOR = "/api/v1/hot-issues"
NOTHING = {"decision": "none", "reason": "同一人反复来电", "false_alarm": True}


@pytest.fixture
def at() -> datetime:
    return clock()


def test_alerts_are_listed_page_by_page(client: TestClient, session: Session, at: datetime) -> None:
    made = [alert_of(session, at, f"{place:06}").id for place in range(5)]
    first = client.get(DOOR, params={"limit": 3}).json()
    second = client.get(DOOR, params={"limit": 3, "cursor": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None
    assert client.get(DOOR, params={"state": "decided"}).json()["items"] == []


def test_an_alert_is_decided_once_on_the_version_that_was_seen(
    boss: TestClient, session: Session, at: datetime
) -> None:
    alert = alert_of(session, at)
    read = boss.get(f"{DOOR}/{alert.id}")
    accounts.create_account(session, "tashi", "", role=Role.TEAM_LEAD, now=at)
    owned = boss.post(f"{DOOR}/{alert.id}/owner", json={"owner": "tashi"})
    assert (owned.json()["state"], owned.json()["owner"]) == ("owned", "tashi")
    seen = {"If-Match": read.headers["ETag"]}
    assert boss.post(f"{DOOR}/{alert.id}/decision", json=NOTHING, headers=seen).status_code == 412
    now = {"If-Match": owned.headers["ETag"], "Idempotency-Key": "once"}
    decided = boss.post(f"{DOOR}/{alert.id}/decision", json=NOTHING, headers=now)
    assert decided.json()["false_alarm"] is True
    again = boss.post(f"{DOOR}/{alert.id}/decision", json=NOTHING, headers=now)
    assert again.json() == decided.json()
    assert boss.post(f"{DOOR}/{alert.id}/decision", json=NOTHING).status_code == 409
    span = {"since": (at - timedelta(days=1)).isoformat(), "until": clock().isoformat()}
    figures = boss.get(f"{DOOR}/precision", params=span).json()
    assert figures == {"raised": 1, "decided": 1, "confirmed": 0, "share": 0.0}


def test_a_department_that_was_told_reads_the_headline_alone(
    boss: TestClient, desk: Callable[[str], TestClient], session: Session, at: datetime
) -> None:
    alert = alert_of(session, at)
    given = {"decision": "inform", "reason": "片区停电", "departments": ["540102-urban"]}
    assert boss.post(f"{DOOR}/{alert.id}/decision", json=given).status_code == 200
    told = desk("540102-urban")
    (notice,) = told.get("/api/v1/notices").json()["items"]
    assert (notice["says"], notice["ticket"]) == ("hot", "")
    hot = notice["hot"]
    assert (hot["place"], hot["matter"], hot["count"]) == (alert.place, alert.matter, 6)
    read = told.post(f"/api/v1/notices/{notice['id']}/read").json()
    assert read["hot"] == hot
    assert told.get(f"{DOOR}/{alert.id}").status_code == 403


def test_an_agent_reads_and_does_not_decide(
    client: TestClient, session: Session, at: datetime
) -> None:
    alert = alert_of(session, at)
    assert client.get(f"{DOOR}/{alert.id}").json()["tickets"] == []
    assert client.post(f"{DOOR}/{alert.id}/decision", json=NOTHING).status_code == 403
    assert client.post(f"{DOOR}/{alert.id}/owner", json={"owner": "x"}).status_code == 403
