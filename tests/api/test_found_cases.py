"""Cases in the knowledge search over HTTP: for who is inside, and never as an answer."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from knowledge.articles import gaps
from tests.api.conftest import another, sign_in
from tests.dispatch.cases.scene import published
from tests.dispatch.cases.test_found import fresh_shelf

__all__ = ["fresh_shelf"]
API = "/api/v1/search"


def test_an_agent_finds_cases_over_http_and_nobody_outside_does(
    client: TestClient, session: Session, now: datetime
) -> None:
    case, _ = published(session, now)

    def kinds(browser: TestClient, **more: str) -> list[str]:
        hits = browser.get(API, params={"q": "路灯成片不亮", **more}).json()["hits"]
        return [each["kind"] for each in hits]

    assert kinds(client, kind="case", district="540200") == ["case"]
    assert kinds(client, kind="article") == []
    hit = client.get(API, params={"q": "路灯成片不亮"}).json()["hits"][0]
    assert (hit["id"], hit["good"]) == (str(case.id), False)
    assert client.get(f"/api/v1/cases/{hit['id']}").status_code == 200
    assert [each.question for each in gaps.open_ones(session)] == ["路灯成片不亮"]
    said = {"text": "我们这条路的路灯成片不亮", "district": "540102"}
    assert [each["kind"] for each in client.post(f"{API}/suggest", json=said).json()["hits"]] == [
        "case"
    ]
    editor = sign_in(another(session), session, Role.EDITOR, now)  # reads no case
    for outside in (another(session), editor):
        assert kinds(outside) == kinds(outside, kind="case") == []
