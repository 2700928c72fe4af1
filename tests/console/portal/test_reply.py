"""答复 in the portal: what says nothing is seen before it is sent, and what was typed stays."""

from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import replies, reviews
from dispatch.models import WorkOrder
from dispatch.rules import sign_off
from dispatch.terms import RequestType
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.console.portal.conftest import Desk
from tests.console.portal.test_order import accepted, send

GOOD: dict[str, Any] = {
    "public_reply": "您反映的路灯已于11月25日上午修好，更换灯泡3只，感谢监督。",
    "result": "更换灯泡3只",
    "is_true": "true",
    "is_solved": "true",
    "contacted_at": "",
}


def reached(client: TestClient, order: WorkOrder) -> None:
    send(client, order, "contact", reached="true", note="")


def test_a_good_reply_goes_to_review_at_once(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    reached(handler, order)
    send(handler, order, "reply", **GOOD)
    assert order.status == "replied"
    assert "更换灯泡3只" in handler.get(f"/portal/orders/{order.number}").text


def test_what_says_nothing_comes_back_with_all_that_was_typed(
    at_desk: Desk, session: Session
) -> None:
    order, handler = accepted(session), at_desk()
    evasive = {**GOOD, "public_reply": "我单位高度重视，正在处理，请耐心等待。", "result": "已处理"}
    told = send(handler, order, "reply", 422, **evasive)
    for words in ("这是套话", "<q>高度重视</q>", "没有联系过诉求人的记录", "仍然提交"):
        assert words in told
    assert "请耐心等待。</textarea>" in told
    assert 'name="is_true" value="true" required checked' in told
    assert order.status == "accepted"
    send(handler, order, "reply", **evasive, confirmed="true")
    assert order.status == "replied"


def test_an_empty_reply_is_not_sent_whatever_is_said(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    for change, words in (
        ({"public_reply": "好。"}, "太短"),
        ({"result": " 。"}, "没有写办理结果"),
        ({"is_solved": "false"}, "没有写原因"),
    ):
        told = send(handler, order, "reply", 422, **{**GOOD, **change}, confirmed="true")
        assert words in told
        assert "仍然提交" not in told
    nobody: dict[str, Any] = {name: value for name, value in GOOD.items() if "is_" not in name}
    assert "请选择是否属实" in send(handler, order, "reply", 422, **nobody)
    assert order.status == "accepted"


def test_the_words_that_were_sent_back_are_not_sent_again(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    reached(handler, order)
    send(handler, order, "reply", **GOOD)
    reviews.reject(session, order, note="缺照片", actor=MACHINE, now=now())
    session.flush()
    page = handler.get(f"/portal/orders/{order.number}").text
    assert "缺照片" in page
    assert f"{GOOD['public_reply']}</textarea>" in page  # to be mended, not typed anew
    told = send(handler, order, "reply", 422, **GOOD, confirmed="true")
    assert "一字不差" in told


def test_a_check_while_one_writes_keeps_nothing(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    path = f"/portal/orders/{order.number}/reply/check"
    assert "太短" in handler.post(path, data={"public_reply": "好"}).text
    assert (
        "没有发现问题" in handler.post(path, data={**GOOD, "contacted_at": "2099-01-01T10:00"}).text
    )
    assert not replies.replies_of(session, order)


def test_a_reply_is_withdrawn_before_it_is_reviewed(at_desk: Desk, session: Session) -> None:
    order, handler = accepted(session), at_desk()
    send(handler, order, "reply", **GOOD, confirmed="true")
    assert "请写明理由" in send(handler, order, "withdraw", 422, reason=" ")
    send(handler, order, "withdraw", reason="写错了日期")
    assert order.status == "accepted"


def test_a_reply_waits_for_its_leader_where_the_policy_asks_for_that(
    at_desk: Desk, session: Session, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sign_off, "required", lambda *_given, **_named: True)
    order = accepted(session, request_type=RequestType.COMPLAINT)
    handler, leader = at_desk(), at_desk(role=Role.LEADER)
    send(handler, order, "reply", **GOOD, confirmed="true", office="局长")
    assert order.status == "accepted"  # a handler signs nothing
    assert "待签发" in leader.get("/portal/").text
    assert "签发答复" in leader.get(f"/portal/orders/{order.number}").text
    send(leader, order, "sign", office="局长")
    assert order.status == "replied"
    assert "局长签发" in leader.get(f"/portal/orders/{order.number}").text
