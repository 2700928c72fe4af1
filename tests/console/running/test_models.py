"""派单模型: who may change what proposals go by, and that a refusal has its figures."""

from datetime import datetime
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.routing import registry, scheduled
from dispatch.routing.scheduled import RunState
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.model_scene import called_in, candidate, outcomes, shadowing

PAGE = "/console/administration/models"
LAMP = "城关区的路灯坏了一个星期，请派人来修。"


def supervisor(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


def sent(client: TestClient, path: str, status: int = 303, **given: str) -> str:
    answer = client.post(f"{PAGE}/{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_site_without_a_registry_is_told_so(lead: TestClient) -> None:
    page = lead.get(PAGE).text
    assert "还没有登记模型" in page
    assert "没有模型在影子运行" in page


def test_it_is_said_why_nothing_was_trained_and_when_it_is_tried_again(
    lead: TestClient, session: Session, now: datetime
) -> None:
    registry.register_shipped(session, now=now)
    assert "还没有训练过" in lead.get(PAGE).text
    row = scheduled.begin(session, now=now)
    row.rows = 12
    scheduled.end(session, row, RunState.TOO_FEW, now=now)
    page = lead.get(PAGE).text
    assert "数据太少，没有训练：可用于训练的只有 12 行（至少 200 行）" in page
    assert "下次 11-26" in page


def test_everybody_inside_may_look_and_who_changes_rules_may_change(
    agent: TestClient, session: Session, now: datetime, tmp_path: Path
) -> None:
    row = candidate(session, tmp_path / "m", now)
    page = agent.get(PAGE).text
    assert "系统自带" in page
    assert "92.2%" in page  # the packaged one's, out of fold
    assert f"{PAGE}/{row.id}/shadow" not in page
    sent(agent, f"{row.id}/shadow", 403)
    sent(agent, "roll-back", 403, reason="x")
    boss = supervisor(session, now)
    assert f'action="{PAGE}/{row.id}/shadow"' in boss.get(PAGE).text
    sent(boss, f"{row.id}/shadow")
    assert "影子运行</span>" in agent.get(PAGE).text


def test_a_promotion_is_refused_with_its_figures_and_then_allowed(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row, boss = shadowing(session, tmp_path / "m", now), supervisor(session, now)
    page = boss.get(PAGE).text
    assert "还差 200 件" in page
    assert f"{PAGE}/{row.id}/promote" not in page
    refused = sent(boss, f"{row.id}/promote", 422, reason="更准")
    assert 'role="alert">还不能启用：至少要有 200 件' in refused
    outcomes(session, row, called_in(session, clock(), LAMP), won=10, same=190, now=now)
    page = boss.get(PAGE).text
    assert "可以启用：200 件有结果的工单里，影子多对 10 件" in page
    assert "请写明理由" in sent(boss, f"{row.id}/promote", 422, reason=" ")
    sent(boss, f"{row.id}/promote", reason="<b>更准</b>")
    page = boss.get(PAGE).text
    assert "&lt;b&gt;更准&lt;/b&gt;" in page
    assert "退回上一个" in page
    sent(boss, "roll-back", reason="投诉增多")
    live = registry.live(session)
    assert live
    assert live.id != row.id
    assert "没有可退回的" in sent(boss, "roll-back", 422, reason="再退")


def test_what_is_not_there_and_what_has_moved_on_is_said(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row, boss = candidate(session, tmp_path / "m", now), supervisor(session, now)
    sent(boss, "999999/shadow", 404)
    sent(boss, "99999999999/shadow", 404)
    sent(boss, f"{row.id}/retire")
    assert "刚有变化" in sent(boss, f"{row.id}/retire", 422)
