"""通话填单: what the words suggest, what the agent decides, and that nothing typed is lost."""

import re
import uuid
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.drafting import drafts
from dispatch.drafting.models_drafts import CallDraft
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.privacy import Person
from telephony.models import Call
from tests.api import calls_scene as scene
from tests.console.drafting.conftest import Desk, say

AGENT = Actor("agent-1", Role.AGENT)


def offers(html: str) -> dict[str, str]:
    """Return what is suggested, by field."""
    return dict(re.findall(r'class="take"[^>]* value="(\w+)=([^"]*)"', html))


def test_each_field_is_suggested_from_the_words_with_its_source(desk: Desk) -> None:
    html = desk.show()
    found = offers(html)
    assert found["request_type"] == "complaint"
    assert found["district"] == "城关区"
    assert "江苏路" in found["address"]
    assert found["matter"].endswith("路灯")
    assert "城关区" in found["department"]
    assert found["urgency"] == "normal"
    assert "路灯" in found["title"]
    assert found["summary"].startswith("我要投诉城关区")
    assert "听到“城关区”" in html
    assert '<span class="at">0:12</span>“我要投诉城关区江苏路三十八号的路灯”' in html
    assert "派单目录：" in html  # why this department
    assert "13989001234" not in html


def test_a_suggestion_that_is_taken_stands_and_is_offered_no_more(desk: Desk) -> None:
    html = desk.press("/take", choice="district=城关区")
    assert "district" not in offers(html)
    assert 'data-state="district" data-value="城关区"' in html
    assert "已采纳建议" in html


def test_a_suggestion_that_is_refused_does_not_come_back(desk: Desk) -> None:
    assert "district" not in offers(desk.press("/refuse", choice="district=城关区"))
    html = desk.show()
    assert "district" not in offers(html)
    assert 'name="district" value=""' in html


def test_what_the_agent_typed_is_never_overwritten_and_survives_a_reload(
    desk: Desk, session: Session, call: Call
) -> None:
    desk.press(title="江苏路路灯不亮", district="堆龙德庆区")
    say(session, call, "就是城关区江苏路那里", start_s=60)
    html = desk.show()
    assert 'name="title" value="江苏路路灯不亮"' in html
    assert 'name="district" value="堆龙德庆区"' in html
    assert offers(html)["district"] == "城关区"  # beside it


def test_the_department_follows_what_the_agent_decided(desk: Desk) -> None:
    before = offers(desk.show())["department"]
    desk.press(district="堆龙德庆区")
    after = offers(desk.show("/state"))["department"]
    assert after != before
    assert "堆龙德庆区" in after


def test_two_tabs_of_one_agent_agree_field_by_field(desk: Desk) -> None:
    one = int(desk.press(title="一"))
    other = int(desk.press(address="江苏路38号"))
    assert other == one + 1
    html = desk.show("/state")
    assert f'data-version="{other}"' in html
    assert 'data-state="title" data-value="一"' in html
    assert 'data-state="address" data-value="江苏路38号"' in html
    assert int(desk.press(address="江苏路38号")) == other  # nothing new
    assert 'data-state="title" data-value=""' in desk.press("/take", choice="urgency=", title="")


def test_a_draft_is_sealed_with_the_caller_s_key(desk: Desk, session: Session, call: Call) -> None:
    desk.press(summary="住在江苏路的老人")
    row = session.get_one(CallDraft, (call.id, str(AGENT)))
    assert "江苏路".encode() not in row.sealed_fields
    person = session.get_one(Person, call.person_id)
    assert "江苏路" in privacy.unseal(person, row.sealed_fields, "draft")


def test_of_an_erased_caller_nothing_is_left(desk: Desk, session: Session, call: Call) -> None:
    desk.press(summary="住在江苏路的老人")
    row = session.get_one(CallDraft, (call.id, str(AGENT)))
    row.sealed_fields = b""
    session.flush()
    assert drafts.load(session, call, AGENT) == drafts.NOTHING


def test_a_colleague_has_a_form_of_their_own_and_sees_who_else_writes(
    desk: Desk, lead: TestClient, call: Call
) -> None:
    desk.press(title="江苏路路灯不亮")
    html = Desk(lead, call).show()
    assert 'name="title" value=""' in html
    assert "也在填这通电话的单" in html
    assert "也在填这通电话的单" not in desk.show()


def test_what_was_said_is_too_little_for_a_form(
    agent: TestClient, session: Session, call: Call
) -> None:
    other = scene.caller(session, call.started_at, "13989005678")
    say(session, other, "喂")
    assert offers(Desk(agent, other).show()) == {}


def test_without_live_words_what_the_agent_writes_is_read(
    agent: TestClient, session: Session, call: Call
) -> None:
    desk = Desk(agent, scene.caller(session, call.started_at, "13989005678"))
    desk.press(summary="城关区江苏路路灯坏了，要求修好。")
    html = desk.show()
    found = offers(html)
    assert found["district"] == "城关区"
    assert "summary" not in found
    assert "您写的" in html


def test_without_a_script_each_key_is_a_form_of_the_page(agent: TestClient, call: Call) -> None:
    page = f"/console/calls/{call.id}/form"
    html = agent.get(page).text
    assert 'id="call-bar"' in html
    assert "路灯坏了一个星期没有人来修" in html
    answer = agent.post(
        f"{page}/take",
        data={"choice": "district=城关区", "title": "江苏路路灯"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    html = agent.get(page).text
    assert 'name="title" value="江苏路路灯"' in html
    assert 'name="district" value="城关区"' in html


def test_the_lists_of_a_field_hold_what_can_be_chosen(agent: TestClient) -> None:
    for which, value in (("districts", "城关区"), ("matters", "城乡建设/"), ("departments", "局")):
        assert value in agent.get(f"/console/form-lists/{which}").text
    assert agent.get("/console/form-lists/people").status_code == 422


def test_a_call_that_is_not_there_has_no_form(
    agent: TestClient, auditor: TestClient, call: Call
) -> None:
    assert agent.get(f"/console/calls/{uuid.uuid4()}/form").status_code == 404
    assert auditor.get(f"/console/calls/{call.id}/form").status_code == 403


def test_a_form_that_nobody_came_back_to_is_forgotten(
    desk: Desk, session: Session, call: Call
) -> None:
    desk.press(title="江苏路路灯不亮")
    row = session.get_one(CallDraft, (call.id, str(AGENT)))
    drafts.forget_old(session, now=row.saved_at + drafts.KEPT_FOR)
    assert drafts.load(session, call, AGENT).version == 1
    drafts.forget_old(session, now=row.saved_at + drafts.KEPT_FOR + timedelta(seconds=1))
    session.expire_all()
    assert drafts.load(session, call, AGENT) == drafts.NOTHING


def test_unfinished_forms_are_listed_for_who_began_them(
    agent: TestClient, lead: TestClient, desk: Desk
) -> None:
    desk.press(title="江苏路路灯不亮")
    html = agent.get("/console/drafts").text
    assert "江苏路路灯不亮" in html
    assert f'href="{desk.at}"' in html
    assert "没有草稿" in lead.get("/console/drafts").text
