"""话机与限制来电: a password shown once, and a block that somebody else must uphold."""

import re
from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from telephony import blocking, sip_accounts
from tests.api import calls_scene as scene
from tests.api.conftest import another
from tests.console.conftest import enter

PAGE = "/console/telephones"
NUMBER = "13989001234"


def sent(client: TestClient, path: str = "", status: int = 303, **given: str) -> str:
    answer = client.post(f"{PAGE}{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_telephone_s_password_is_shown_once_and_proves_it(
    lead: TestClient, session: Session
) -> None:
    made = sent(lead, status=200, name="desk-1001", label="<b>大厅</b>三号席")
    (password,) = re.findall(r'<output class="secret">(\w+)</output>', made)
    known = sip_accounts.credentials(session)["desk-1001"]
    assert known == sip_accounts.ha1("desk-1001", password)
    page = lead.get(PAGE).text
    assert password not in page
    assert "&lt;b&gt;大厅&lt;/b&gt;三号席" in page
    assert "已有同名的话机" in sent(lead, status=422, name="desk-1001")
    assert "话机名称要用" in sent(lead, status=422, name="Ä!")
    sent(lead, "/remove", name="desk-1001")
    assert "desk-1001" not in lead.get(PAGE).text
    sent(lead, "/remove", 404, name="desk-1001")


def test_a_block_waits_for_somebody_else_s_word(
    lead: TestClient, session: Session, now: datetime
) -> None:
    call = scene.caller(session, clock(), NUMBER)
    page = lead.get(PAGE).text
    assert f'value="{call.id}"' in page
    assert NUMBER not in page
    sent(lead, "/blocked", call=str(call.id), reason="occupying", days="7")
    (row,) = blocking.listed(session)
    page = lead.get(PAGE).text
    for words in ("139****1234", "恶意占线", "待复核", "请另一位班长复核"):
        assert words in page
    sent(lead, f"/blocked/{row.id}/review", 403, upheld="true")
    boss = enter(another(session), session, Role.ADMINISTRATOR, now)
    sent(boss, f"/blocked/{row.id}/review", upheld="true")
    assert "复核同意： administrator-1" in lead.get(PAGE).text
    assert "已在限制中" in sent(lead, "/blocked", 422, call=str(call.id), reason="abuse", days="1")
    sent(lead, f"/blocked/{row.id}/lift")
    assert not blocking.is_blocked(session, call, clock())
    assert "已经失效" in sent(lead, f"/blocked/{row.id}/lift", 422)


def test_too_many_days_and_callers_without_a_number_are_refused_in_words(
    lead: TestClient, session: Session
) -> None:
    call = scene.caller(session, clock(), NUMBER)
    hidden = scene.caller(session, clock(), "anonymous")
    assert "上限" in sent(lead, "/blocked", 422, call=str(call.id), reason="abuse", days="365")
    assert "没有显示号码" in sent(lead, "/blocked", 422, call=str(hidden.id), reason="abuse")
    sent(lead, "/blocked", 422, call=str(call.id), reason="annoying")
    sent(lead, "/blocked/99999999999/lift", 404)


def test_nobody_but_who_manages_the_service_comes_here(
    agent: TestClient, auditor: TestClient
) -> None:
    for client in (agent, auditor):
        assert client.get(PAGE).status_code == 403
        sent(client, status=403, name="1001")
