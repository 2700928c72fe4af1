"""指标 over HTTP: figures, one figure, and exactly what is behind it."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.console.portal_own.scene import answered, issued
from tests.dispatch.indicators.call_scene import answered as call_answered
from tests.dispatch.indicators.scene import filled

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
    assert boss.get(f"{PATH}/received/behind?cursor=x").status_code == 422


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
