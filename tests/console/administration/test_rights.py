"""个人信息, 免打扰 and 审计: each act with its reason, and none without its trace."""

import json
from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.people import holds, whose
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now as clock
from hotline.core.people import staff
from hotline.core.people.staff import Place
from telephony import do_not_call
from tests.api import calls_scene as scene
from tests.console.administration.conftest import HOME, got, hidden, sent
from tests.factories import create_ticket

NUMBER = "13989001234"


def test_a_requester_s_copy_is_taken_with_a_reason_and_leaves_its_trace(
    boss: TestClient, session: Session
) -> None:
    ticket = create_ticket(session, now=clock())
    page = got(boss, f"/people/{ticket.number}")
    assert NUMBER not in page
    assert "还有工单或通话没有结束" in page
    assert "请写明理由" in sent(boss, f"/people/{ticket.number}/file", 422, reason=" ")
    copy = sent(boss, f"/people/{ticket.number}/file", 200, reason="诉求人来电要求")
    told = json.loads(copy)
    assert "administrator-1" in told["watermark"]
    assert NUMBER in copy
    assert "管理员" in got(boss, f"/people/{ticket.number}")
    answer = boss.get(f"{HOME}/people", params={"number": ticket.number})
    assert answer.url.path.endswith(ticket.number)


def test_a_hold_stands_until_it_is_lifted_and_erasing_asks_twice(
    boss: TestClient, session: Session
) -> None:
    ticket = create_ticket(session, now=clock())
    path = f"/people/{ticket.number}"
    version = hidden(got(boss, path), "version")
    sent(boss, f"{path}/hold", version=version, reason="法院要求")
    assert holds.present(session, whose.requester(session, ticket)) is not None
    page = got(boss, path)
    assert "法院要求" in page
    assert "已经在法定保留中" in sent(
        boss, f"{path}/hold", 409, version=hidden(page, "version"), reason="再一次"
    )
    given = {"version": hidden(page, "version"), "reason": "诉求人要求"}
    assert "工单编号不对" in sent(boss, f"{path}/erase", 422, again="1", **given)
    assert "现在还不能删除" in sent(boss, f"{path}/erase", 409, again=ticket.number, **given)
    sent(boss, f"{path}/lift", **given)
    assert holds.present(session, whose.requester(session, ticket)) is None


def test_a_number_is_put_right(boss: TestClient, session: Session) -> None:
    ticket = create_ticket(session, now=clock())
    path = f"/people/{ticket.number}"
    given = {"version": hidden(got(boss, path), "version"), "reason": "诉求人来电更正"}
    bad = sent(boss, f"{path}/correct", 422, field="phone", value="abc", **given)
    assert "这不是电话号码" in bad
    assert "诉求人来电更正" in bad
    sent(boss, f"{path}/correct", field="phone", value="13989005678", **given)
    assert "更正了登记的信息" in got(boss, "/audit", type="person.corrected")


def test_who_is_not_to_be_rung_is_listed_beside_the_blocked(
    boss: TestClient, lead: TestClient, session: Session
) -> None:
    call = scene.caller(session, clock(), NUMBER)
    ticket = create_ticket(session, now=clock())
    sent(boss, "/do-not-call", number=ticket.number, reason="asked", days="30")
    page = got(lead, "/do-not-call")
    assert "本人要求" in page
    assert "139****1234" in page
    assert NUMBER not in page
    again = sent(boss, "/do-not-call", 409, number=ticket.number, reason="asked")
    assert "已经在名单里" in again
    assert f'value="{ticket.number}"' in again
    sent(lead, "/do-not-call/remove", entry=hidden_entry(page))
    assert not do_not_call.is_listed(session, call.person_id, now=clock())
    assert "这一条已经结束" in sent(lead, "/do-not-call/remove", 409, entry=hidden_entry(page))
    assert "没有找到" in sent(boss, "/do-not-call", 404, number="1", reason="asked")


def hidden_entry(page: str) -> str:
    return page.split('name="entry" value="', 1)[1].split('"', 1)[0]


def test_the_log_is_searched_and_read_page_by_page(
    auditor: TestClient, session: Session, now: datetime
) -> None:
    boss = Actor("administrator-1", Role.ADMINISTRATOR)
    for each in range(60):
        place = Place(Role.AGENT)
        staff.create(session, f"p{each}", place, password="", actor=boss, now=now)
    page = got(auditor, "/audit", type="account.created", actor="administrator-1")
    assert "新建了账号" in page
    assert "account:p59" in page
    assert "account:p0<" not in page
    more = page.split("after=", 1)[1].split('"', 1)[0].replace("%3D", "=")
    older = got(auditor, "/audit", type="account.created", actor="administrator-1", after=more)
    assert "account:p0<" in older
    assert "没有符合条件" in got(auditor, "/audit", subject="account:nobody")
    assert "没有符合条件" in got(auditor, "/audit", until="2001-01-01")


def test_rights_are_for_those_whose_role_has_them(
    agent: TestClient, auditor: TestClient, session: Session
) -> None:
    ticket = create_ticket(session, now=clock())
    got(agent, f"/people/{ticket.number}", 403)
    assert "删除个人信息" not in got(auditor, f"/people/{ticket.number}")
    sent(auditor, f"/people/{ticket.number}/hold", 403, version="1", reason="x")
    got(agent, "/do-not-call", 403)
