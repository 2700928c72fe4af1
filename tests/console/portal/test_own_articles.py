"""本单位的知识 in the portal: written there, published by the hotline, mistakes answered."""

import re
from datetime import datetime

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from dispatch.notices import knowledge_notices, staff_notices
from hotline.core import clock
from hotline.core.accounts import Role
from knowledge.articles import finding, mistakes
from tests.api.conftest import another
from tests.api.packaged_articles import seeded
from tests.console.conftest import agent, anonymous, enter
from tests.console.portal.conftest import CITY, Desk

__all__ = ["agent", "anonymous", "seeded"]

PAGE = "/portal/articles"
FUND = "540100-fund"
BRIDGE = {
    "question": "景观灯不亮怎么报修？",
    "variants": "亮化灯坏了",
    "say": "请告诉我在哪座桥，我登记转城管维修。",
    "source": "本单位",
}


def post(client: TestClient, path: str, status: int = 303, /, **data: object) -> Response:
    answer = client.post(path, data=data, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer


def seen(page: str) -> str:
    found: list[str] = re.findall(r'name="seen" value="([^"]+)"', page)
    return found[-1]


def test_a_department_writes_its_article_and_the_hotline_publishes_it(
    at_desk: Desk, session: Session, now: datetime
) -> None:
    city = at_desk(CITY)
    form = city.get(f"{PAGE}/new").text
    assert 'name="department"' not in form
    made = post(city, f"{PAGE}/new", **BRIDGE, department=FUND)  # whose it is is not asked
    code = made.headers["location"].split("?")[0].rsplit("/", 1)[1]
    page = f"{PAGE}/read/{code}"
    draft = city.get(page).text
    assert "草稿" in draft
    post(city, f"{PAGE}/submit/{code}", 412, seen="1.draft.0")
    post(city, f"{PAGE}/submit/{code}", seen=seen(draft))
    assert "在热线审核中" in city.get(page).text
    editor = enter(another(session), session, Role.EDITOR, now)
    supervisor = enter(another(session), session, Role.SUPERVISOR, now)
    post(editor, f"/console/articles/send_back/{code}", reason="写清哪些桥")
    back = city.get(f"{PAGE}?waiting=drafts").text
    assert "退回修改" in back
    assert "写清哪些桥" in city.get(page).text
    opened = seen(city.get(f"{PAGE}/edit/{code}").text)
    changed = {**BRIDGE, "say": "请告诉我桥名，我登记转城管维修景观灯。"}
    post(city, f"{PAGE}/edit/{code}", **changed, seen=opened)
    post(city, f"{PAGE}/edit/{code}", 412, **changed, seen=opened)
    post(city, f"{PAGE}/submit/{code}")
    post(editor, f"/console/articles/approve/{code}")
    post(supervisor, f"/console/articles/publish/{code}")
    shown = city.get(page).text
    assert "已发布" in shown
    assert "editor-1" not in shown
    assert "knowledge_editor-1" not in shown


def test_a_department_answers_what_is_called_wrong(
    at_desk: Desk, session: Session, agent: TestClient
) -> None:
    post(agent, "/console/articles/dispute/street-lamp", reason="地点不对")
    at = clock.now()
    staff_notices.owe(session, knowledge_notices.owed(session, now=at), now=at)
    city = at_desk(CITY)
    told = city.get("/portal/notices").text
    assert "本单位的知识被指出有误" in told
    assert f"{PAGE}/read/street-lamp" in told
    assert f"{PAGE}?waiting=reviews" in told
    assert "应在" in city.get(f"{PAGE}?waiting=mistakes").text
    assert "地点不对" in city.get(f"{PAGE}/read/street-lamp").text
    post(city, f"{PAGE}/verify/street-lamp", outcome="right")
    assert "没有这样的知识" in city.get(f"{PAGE}?waiting=mistakes").text
    assert mistakes.of_article(session, finding.find(session, "street-lamp")) is None


def test_another_departments_article_is_not_there(at_desk: Desk, agent: TestClient) -> None:
    fund = at_desk(FUND)
    assert "street-lamp" not in fund.get(PAGE).text
    assert "fund-withdraw" in fund.get(PAGE).text
    post(agent, "/console/articles/dispute/street-lamp")
    for verb in ("read", "edit"):
        assert fund.get(f"{PAGE}/{verb}/street-lamp").status_code == 404
    post(fund, f"{PAGE}/edit/street-lamp", 404, **BRIDGE)
    post(fund, f"{PAGE}/submit/street-lamp", 404)
    post(fund, f"{PAGE}/verify/street-lamp", 404, outcome="right")
    assert fund.get(f"{PAGE}/read/nothing").status_code == 404
    assert agent.get(PAGE).status_code == 403
