"""自动派单: everybody inside sees what was earned, who changes rules switches it, and the API."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.routing.models_earned import EarnedDispatch
from hotline.api import dispatch_metrics
from hotline.core.accounts import Role
from tests.api.conftest import another
from tests.console.conftest import enter

PAGE = "/console/administration/models/earned"


def earned(session: Session, now: datetime) -> EarnedDispatch:
    row = EarnedDispatch(
        matter_code="0101",
        district_code="540102",
        department="540102-urban",
        spoken=True,
        state="earned",
        threshold=0.9,
        outcomes=200,
        right=200,
        since=now,
    )
    session.add(row)
    session.flush()
    return row


def test_a_site_without_outcomes_is_told_so(agent: TestClient) -> None:
    page = agent.get(PAGE).text
    assert "还没有条目积累到结果" in page
    assert "至少 150 件有结果" in page
    assert PAGE in agent.get("/console/administration/models").text


def test_who_may_change_rules_switches_an_entry_off_and_on(
    agent: TestClient, session: Session, now: datetime
) -> None:
    row = earned(session, now)
    page = agent.get(PAGE).text
    assert "98.1%" in page
    assert f"{PAGE}/{row.id}/off" not in page
    assert agent.post(f"{PAGE}/{row.id}/off", data={"reason": "x"}).status_code == 403
    boss = enter(another(session), session, Role.SUPERVISOR, now)
    assert f'action="{PAGE}/{row.id}/off"' in boss.get(PAGE).text
    assert "请写明理由" in boss.post(f"{PAGE}/{row.id}/off", data={"reason": " "}).text
    assert boss.post(f"{PAGE}/{row.id}/off", data={"reason": "<b>错派</b>"}).status_code == 200
    page = boss.get(PAGE).text
    assert "人工停用" in page
    assert "&lt;b&gt;错派&lt;/b&gt;" in page
    moved = boss.post(f"{PAGE}/{row.id}/off", data={"reason": "再停"})
    assert (moved.status_code, "刚有变化" in moved.text) == (422, True)
    assert boss.post(f"{PAGE}/{row.id}/on", data={"reason": "已改正"}).status_code == 200
    assert row.state == "counting"
    assert boss.post(f"{PAGE}/99999999999/on", data={"reason": "x"}).status_code == 404
    assert boss.post(f"{PAGE}/999999/on", data={"reason": "x"}).status_code == 404


def test_share_and_precision_are_on_the_wire(
    agent: TestClient, session: Session, now: datetime
) -> None:
    earned(session, now)
    body = agent.get("/api/v1/automatic-dispatch").json()
    assert body["overall"] == {
        "proposed": 0,
        "automatic": 0,
        "share": 0.0,
        "decided": 0,
        "right": 0,
        "precision": None,
        "precision_at_least": 0.0,
    }
    (entry,) = body["entries"]
    assert (entry["state"], entry["threshold"], entry["heard"]) == ("earned", 0.9, "spoken")
    assert entry["precision_at_least"] == 0.9812
    assert {rule["heard"] for rule in body["rules"]} == {"typed", "spoken"}
    told = dispatch_metrics.page(session, now=now).decode()
    assert 'hotline_automatic_dispatch_entries{state="earned"} 1.0' in told
    assert "hotline_automatic_dispatch_share 0.0" in told
    assert "hotline_automatic_dispatch_precision " not in told
