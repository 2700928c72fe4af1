"""承办单 in the portal: what its department may know, and every action as a form."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.beside import extensions, supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import info_requests, orders, returns
from dispatch.models import Confidentiality, Ticket, WorkOrder
from dispatch.relaying.models_relays import Relay
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.any_hour import at_any_hour
from tests.api.dispatched_scene import dispatched
from tests.console.portal.conftest import CITY, URBAN, Desk
from tests.factories import system_of


def order_of(session: Session, ticket: Ticket, place: int = 1) -> WorkOrder:
    return orders.find(session, f"{ticket.number}-{place}")


def accepted(session: Session, *departments: str, **changes: Any) -> WorkOrder:
    order = order_of(session, dispatched(session, *departments, **changes))
    orders.accept(session, order, actor=system_of(order.department), now=now())
    session.flush()
    return order


def send(client: TestClient, order: WorkOrder, action: str, status: int = 303, **given: Any) -> str:
    """Post a form of the order's page as it was last seen."""
    data = {"version": order.version, **given}
    path = f"/portal/orders/{order.number}/{action}"
    answer = client.post(path, data=data, follow_redirects=False)
    assert answer.status_code == status
    return answer.text


def test_the_page_tells_what_is_due_and_why_and_never_the_number(
    at_desk: Desk, session: Session
) -> None:
    order = order_of(session, dispatched(session))
    text = at_desk().get(f"/portal/orders/{order.number}").text
    for words in ("签收时限", "为什么是这个时间", "路灯坏了一个星期", "承办单", "签收"):
        assert words in text
    assert "13989001234" not in text
    assert "139****1234" in text


def test_another_departments_order_is_not_there(at_desk: Desk, session: Session) -> None:
    order = order_of(session, dispatched(session, CITY))
    handler = at_desk()
    assert handler.get(f"/portal/orders/{order.number}").status_code == 404
    send(handler, order, "accept", 404)
    assert order.status == "dispatched"


def test_of_a_report_no_digit_is_shown(at_desk: Desk, session: Session) -> None:
    ticket = dispatched(session)
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.add(ticket)
    session.flush()
    text = at_desk().get(f"/portal/orders/{ticket.number}-1").text
    assert "139****" not in text
    assert "按保密等级不显示" in text


def test_the_hotlines_people_have_no_names_here(
    at_desk: Desk, agent: TestClient, session: Session
) -> None:
    order = accepted(session)
    handler = at_desk()
    send(handler, order, "ask", question="是哪一盏灯？")
    (row,) = info_requests.of_order(session, order)
    inform = f"/api/v1/work-orders/{order.number}/need-info/{row.id}/answer"
    assert agent.post(inform, json={"answer": "学校东门那一盏"}).status_code == 200
    text = handler.get(f"/portal/orders/{order.number}").text
    assert "学校东门那一盏" in text
    assert "热线补充了信息" in text
    assert "agent-1" not in text


def test_an_order_is_signed_contacted_and_talked_about(at_desk: Desk, session: Session) -> None:
    order = order_of(session, dispatched(session))
    handler = at_desk()
    send(handler, order, "accept")
    assert order.status == "accepted"
    send(handler, order, "contact", reached="true", note="约明早上门")
    assert "约明早上门" in handler.get(f"/portal/orders/{order.number}").text
    with at_any_hour():
        told = send(handler, order, "relay", 422, telephone="没有号码")
    assert "这不是电话号码" in told
    assert 'value="没有号码"' in told
    assert not session.exec(select(Relay)).all()


def test_who_was_overtaken_keeps_every_word(at_desk: Desk, session: Session) -> None:
    order = accepted(session)
    handler, seen = at_desk(), order.version
    send(handler, order, "ask", question="第一个问题？")
    told = send(handler, order, "ask", 412, version=seen, question="我写了很久的<问题>")
    assert "这件承办单有了新变化" in told
    assert "我写了很久的&lt;问题&gt;</textarea>" in told
    assert f'name="version" value="{order.version}"' in told
    assert len(info_requests.of_order(session, order)) == 1


def test_words_of_a_form_that_is_gone_can_still_be_copied(at_desk: Desk, session: Session) -> None:
    order = accepted(session)
    handler, seen = at_desk(), order.version
    send(handler, order, "return", reason_code="unclear_duty", basis="三定方案")
    told = send(handler, order, "extension", 412, version=seen, days=3, reason="灯杆还在路上")
    assert "留在这里" in told
    assert "灯杆还在路上</textarea>" in told


def test_an_order_is_returned_with_its_basis_or_it_is_said_what_is_missing(
    at_desk: Desk, session: Session
) -> None:
    order = order_of(session, dispatched(session))
    handler = at_desk()
    told = send(handler, order, "return", 422, reason_code="not_our_duty", basis="权责清单")
    assert "要写明应由哪个单位承办" in told
    assert "权责清单</textarea>" in told
    told = send(handler, order, "return", 422, reason_code="unclear_duty", basis=" ")
    assert "请写明退单依据" in told
    send(
        handler,
        order,
        "return",
        reason_code="not_our_duty",
        basis="权责清单",
        whose="拉萨市城市管理和综合执法局",
    )
    row = returns.return_of(session, order)
    assert row
    assert row.suggested_department == CITY
    assert "已退单" in handler.get(f"/portal/orders/{order.number}").text


def test_more_time_is_asked_for(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    told = send(handler, order, "extension", 422, days=900, reason="灯杆还在路上")
    assert "延长的天数超过规定" in told
    send(handler, order, "extension", days=2, reason="灯杆还在路上")
    (row,) = extensions.of_order(session, order)
    assert (row.working_days, row.status) == (2, "asked")
    assert "待批" in handler.get(f"/portal/orders/{order.number}").text


def test_a_unit_gives_on_reviews_and_takes_back(at_desk: Desk, session: Session) -> None:
    order = accepted(session, CITY)
    city, county = at_desk(CITY), at_desk(URBAN)
    told = send(city, order, "onward", 422, unit=["没有这个单位"], note="请现场核实")
    assert "目录里没有这个承办单位" in told
    assert 'value="没有这个单位"' in told
    send(city, order, "onward", unit=["城关区城市管理和综合执法局", ""], note="请现场核实")
    child = order_of(session, orders.ticket_of(session, order), 2)
    assert child.number in city.get("/portal/?onward=1").text
    send(county, child, "accept")
    send(
        county,
        child,
        "reply",
        public_reply="您反映的路灯已于11月25日上午修好，更换灯泡3只。",
        result="更换灯泡3只",
        is_true="true",
        is_solved="true",
        confirmed="true",
    )
    page = city.get(f"/portal/orders/{child.number}").text
    assert "更换灯泡3只" in page
    assert "签收</button>" not in page
    assert "请写明理由" in send(city, child, "reject", 422, note=" ")
    send(city, child, "complete")
    assert child.status == "completed"
    send(county, child, "complete", 403)


def test_help_is_asked_for_and_decided(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    send(handler, order, "help", department=CITY, reason="电缆属市级管养")
    page = handler.get(f"/portal/orders/{order.number}").text
    assert "电缆属市级管养" in page
    assert "待批" in page


def test_a_supervision_is_answered_by_whom_it_asks(at_desk: Desk, session: Session) -> None:
    order = accepted(session)
    ticket = orders.ticket_of(session, order)
    row = supervision.supervise(
        session, ticket, order, Cause.PERSON, "请说明进展", actor=MACHINE, now=now()
    )
    handler = at_desk()
    assert "督办待反馈" in handler.get("/portal/").text
    assert "请写明做了什么" in send(handler, order, "feedback", 422, id=row.id, feedback=" ")
    send(at_desk(CITY), order, "feedback", 404, id=row.id, feedback="不是我")
    send(handler, order, "feedback", id=row.id, feedback="灯杆已到货")
    assert row.feedback == "灯杆已到货"


def test_evidence_is_sent_listed_and_taken_away(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    page = f"/portal/orders/{order.number}"
    sent = [("file", ("一.txt", b"a", "text/plain")), ("file", ("二.txt", b"b", "text/plain"))]
    assert handler.post(f"{page}/attachments", files=sent).status_code == 200
    shown = handler.get(page).text
    assert "一.txt" in shown
    url = re.search(r'href="(/api/v1/work-orders/[^"]+)" download>二', shown)
    assert url
    assert handler.get(url[1]).content == b"b"
    (first, *_) = re.findall(r'action="([^"]+/remove)"', shown)
    handler.post(first)
    assert "一.txt" not in handler.get(page).text
    bad = handler.post(f"{page}/attachments", files=[("file", ("a.jpg", b"MZ" + bytes(99)))])
    assert bad.status_code == 422
    assert "a.jpg：这个文件不能接收" in bad.text


@pytest.mark.parametrize("role", [Role.HANDLER, Role.LEADER])
def test_only_a_leader_signs(at_desk: Desk, session: Session, role: Role) -> None:
    order = accepted(session)
    refused = 403 if role is Role.HANDLER else 409
    told = send(at_desk(role=role), order, "sign", refused, office="局长")
    assert role is Role.HANDLER or "没有等待签发的答复" in told


def test_notices_are_read_once_for_the_department(at_desk: Desk, session: Session) -> None:
    order = accepted(session)
    supervision.supervise(
        session,
        orders.ticket_of(session, order),
        order,
        Cause.PERSON,
        "请说明进展",
        actor=MACHINE,
        now=now(),
    )
    handler = at_desk()
    page = handler.get("/portal/notices").text
    found = re.search(r'action="(/portal/notices/\d+/read)"', page)
    if found:
        handler.post(found[1])
        assert found[1] not in handler.get("/portal/notices").text
    assert handler.post("/portal/notices/999999999999/read").status_code == 404
