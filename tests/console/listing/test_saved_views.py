"""常用视图: kept by a person, shared by a team lead, and what one begins with."""

import re
from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.terms import Urgency
from tests.factories import create_ticket

VIEWS = "/console/listing/views"
URGENT = "urgency=urgent&order=clock"


def keep(client: TestClient, status: int = 303, **given: str) -> str:
    answer = client.post(VIEWS, data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers.get("location", answer.text)


def ids(client: TestClient) -> list[str]:
    page = client.get("/console/?all=1").text
    return re.findall(r'name="view" value="(\d+)"', page)


def test_a_view_is_kept_with_its_filters_and_order(agent: TestClient) -> None:
    assert keep(agent, name=" 紧急  件 ", query=URGENT) == f"/console/?{URGENT}"
    page = agent.get(f"/console/?{URGENT}").text
    assert f'<a href="/console/?{URGENT.replace("&", "&amp;")}" aria-current="true">紧急 件' in page
    keep(agent, name="紧急 件", query="urgency=critical")
    page = agent.get("/console/").text
    assert page.count("紧急 件</a>") == 2  # in the row of views and where they are kept
    assert "urgency=critical" in page


def test_a_view_is_one_s_own_unless_who_may_shares_it(agent: TestClient, lead: TestClient) -> None:
    keep(agent, name="我的件", query="mine=1")
    assert "我的件" not in lead.get("/console/").text
    keep(agent, 403, name="大家的", query="", shared="true")
    assert "共享给所有人" not in agent.get("/console/").text
    keep(lead, name="大家的", query="due=overdue", shared="true")
    page = agent.get("/console/").text
    assert 'title="team_lead-1共享"' in page
    mine, shared = ids(agent)
    assert agent.post(f"{VIEWS}/{shared}/remove").status_code == 403
    assert lead.post(f"{VIEWS}/{mine}/remove").status_code == 404
    assert lead.post(f"{VIEWS}/{shared}/remove").status_code == 200
    assert agent.post(f"{VIEWS}/{mine}/remove").status_code == 200
    assert ids(agent) == []


def test_one_begins_with_one_s_own_view_and_still_finds_the_whole_list(
    agent: TestClient, session: Session, now: datetime
) -> None:
    plain, urgent = (
        create_ticket(session, now=now),
        create_ticket(session, now=now, urgency=Urgency.URGENT),
    )
    keep(agent, name="紧急", query=URGENT, first="true")
    begun = agent.get("/console/")
    assert str(begun.url).endswith(f"/console/?{URGENT}")
    assert plain.number not in begun.text
    assert urgent.number in begun.text
    assert 'href="/console/?all=1"' in begun.text
    assert plain.number in agent.get("/console/?all=1").text
    agent.post(f"{VIEWS}/first", data={"view": "0"})
    assert plain.number in agent.get("/console/").text


def test_who_began_with_a_view_that_is_gone_begins_with_the_whole_list(
    agent: TestClient, lead: TestClient
) -> None:
    keep(lead, name="大家的", query="due=overdue", shared="true")
    (shared,) = ids(agent)
    agent.post(f"{VIEWS}/first", data={"view": shared})
    assert str(agent.get("/console/").url).endswith("due=overdue")
    keep(lead, name="大家的", query="due=overdue")
    assert str(agent.get("/console/").url).endswith("/console/")
    assert agent.post(f"{VIEWS}/first", data={"view": shared}).status_code == 404
    assert agent.post(f"{VIEWS}/first", data={"view": "999999"}).status_code == 404


def test_a_view_needs_a_name_and_filters_that_are_understood(agent: TestClient) -> None:
    assert "名称" in keep(agent, 422, name="  ", query="")
    assert "名称" in keep(agent, 422, name="长" * 31, query="")
    assert "看不懂" in keep(agent, 422, name="视图", query="status=opened")
    assert "太长" in keep(agent, 422, name="视图", query="q=" + "a" * 3000)
    assert "不能用电话" in keep(agent, 422, name="视图", query="q=13989001234")


def test_an_auditor_keeps_views_too(auditor: TestClient) -> None:
    keep(auditor, name="超期", query="due=overdue")
    assert "超期" in auditor.get("/console/").text
