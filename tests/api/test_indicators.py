"""指标 over HTTP: figures, one figure, and exactly what is behind it."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from telephony import seat_states
from telephony.acd import SeatStatus
from tests.console.portal_own.scene import answered, issued
from tests.dispatch.indicators import seat_scene
from tests.dispatch.indicators.call_scene import answered as call_answered
from tests.dispatch.indicators.scene import filled, refresh_all

PATH = "/api/v1/indicators"


@pytest.fixture
def moment(session: Session) -> datetime:
    """Yesterday, on which there were two orders and a call."""
    at = clock() - timedelta(days=1)
    answered(session, at)
    issued(session, at)
    call_answered(session, at, 12)
    filled(session, clock())
    return at


def test_figures_of_a_period_and_of_one_by_its_departments(
    boss: TestClient, moment: datetime
) -> None:
    told = boss.get(PATH).json()
    figures = {each["code"]: each for each in told["groups"][0]["figures"]}
    assert figures["received"]["value"] == 2
    assert figures["connect_15"]["value"] == 100
    assert told["score"] is None
    one = boss.get(f"{PATH}/received", params={"by": "department"}).json()
    assert one["total"]["numerator"] == 2
    assert [each["key"] for each in one["groups"]] == ["540102-urban"]
    assert one["definitions"][0]["numerator"] == "received"
    day = beijing_day(moment) - timedelta(days=1)
    before = boss.get(f"{PATH}/received", params={"since": str(day), "until": str(day)}).json()
    assert before["total"]["numerator"] == 0


@pytest.mark.usefixtures("moment")
def test_what_is_behind_a_figure_page_by_page(boss: TestClient) -> None:
    found, path = [], f"{PATH}/received/behind?limit=1"
    while path:
        answer = boss.get(path)
        assert answer.status_code == 200, answer.text
        found += [each["name"] for each in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert len(found) == len(set(found)) == 2
    (call,) = boss.get(f"{PATH}/connect/behind").json()["items"]
    assert (call["unit"], call["counts"], call["ticket"]) == ("call", 1, "")


def test_a_rank_is_told_in_seconds_with_its_calls_the_longest_first(
    boss: TestClient, session: Session, moment: datetime
) -> None:
    for seconds, caller in ((40, "13989000001"), (3, "13989000002")):
        call_answered(session, moment, seconds, caller=caller)
    refresh_all(session, clock())
    told = boss.get(f"{PATH}/wait_p50", params={"by": "hour"}).json()
    assert told["definitions"][0]["kind"] == "p50"
    assert (told["total"]["value"], told["total"]["denominator"]) == (12, 3)
    assert [each["figures"][0]["value"] for each in told["groups"]] == [12]
    waits, path = [], f"{PATH}/wait_p50/behind?limit=2"
    while path:
        answer = boss.get(path)
        waits += [each["counts"] for each in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert waits == [40, 12, 3]
    assert boss.get(f"{PATH}/wait_p50/behind?part=rest").json()["items"] == []


def test_a_seat_is_listed_by_its_number(
    boss: TestClient, session: Session, moment: datetime
) -> None:
    held = seat_scene.seat(session, "dawa", moment)
    for status, at in ((SeatStatus.TALKING, moment), (SeatStatus.LOGGED_OFF, clock())):
        seat_states.become(session, held, status, None, now=at)
    refresh_all(session, clock())
    figures = boss.get(PATH).json()["groups"][0]["figures"]
    assert {each["code"]: each["value"] for each in figures}["seat_occupancy"] == 100
    listed = boss.get(f"{PATH}/seat_occupancy/behind").json()["items"]
    assert {(each["unit"], each["name"], each["ticket"]) for each in listed} == {
        ("seat", str(held.account_id), "")
    }


def test_what_can_t_be_meant_is_refused(boss: TestClient) -> None:
    assert boss.get(f"{PATH}/nothing").status_code == 404
    assert boss.get(f"{PATH}/nothing/behind").status_code == 404
    for query in (
        "since=2026-02-01&until=2026-01-01",
        "since=2020-01-01&until=2026-01-01",
        "until=0001-01-02",
        "by=planet",
        "hour=24",
    ):
        assert boss.get(f"{PATH}?{query}").status_code == 422, query
    for cursor in ("x", "MjAyNi0xMy0wMS4xLjA=", "w7Y=", "_w==", "MjAyNi0xMS0wMS4xLjA"):
        path = f"{PATH}/received/behind?cursor={cursor}"
        assert boss.get(path).status_code == 422, cursor  # no day, no place, no text, cut short


def test_an_agent_and_a_department_may_not(
    client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    for asker in (client, desk("540102-urban")):
        assert asker.get(PATH).status_code == 403
        assert asker.get(f"{PATH}/received/behind").status_code == 403


def test_a_report_is_frozen_once_and_read_to_the_last_byte(
    boss: TestClient, moment: datetime
) -> None:
    door, day = "/api/v1/indicator-reports", str(beijing_day(moment))
    body = {"name": "日报", "since": day, "until": day}
    frozen = boss.post(door, json=body)
    assert frozen.status_code == 201, frozen.text
    report = frozen.json()
    document = boss.get(f"{door}/{report['id']}")
    again = boss.get(f"{door}/{report['id']}", params={"reproduce": True})
    assert again.content == document.content
    assert hashlib.sha256(document.content).hexdigest() == report["document_hash"]
    figures = {each["code"]: each["figure"] for each in document.json()["indicators"]}
    assert figures["received"]["numerator"] == 2
    assert boss.get(door).json()["items"] == [report]
    assert boss.get(door, params={"before": report["id"]}).json()["items"] == []
    assert boss.post(door, json={**body, "name": " "}).status_code == 422
    today = str(beijing_day(clock()))
    assert boss.post(door, json={**body, "until": today}).status_code == 422
    assert boss.get(f"{door}/{report['id'] + 1}").status_code == 404
