"""知识建议: they follow the talk; one key reads out, sends, or answers and closes."""

import re
from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import intake
from dispatch.ending import answers
from dispatch.models import Confidentiality, Notice, Ticket
from dispatch.states import TicketStatus
from hotline.core import events
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from knowledge.articles import finding, gaps
from telephony import records
from telephony.models import Call
from tests.console.answering.conftest import say
from tests.factories import create_ticket

PART = {"HX-Request": "true"}


def page(call: Call) -> str:
    return f"/console/calls/{call.id}/answers"


def codes(text: str) -> list[str]:
    return re.findall(r'data-key="a([\w-]+)"', text)


def test_the_answers_follow_what_the_caller_says(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    silent = agent.get(page(call), headers=PART).text
    assert codes(silent) == []
    assert "来电人说话后" in silent
    say(session, call, "你好，我们这里路灯不亮了，我电话13989001234", now)
    shown = agent.get(page(call), headers=PART).text
    assert codes(shown)[0] == "street-lamp"
    assert 0 < len(codes(shown)) <= 3
    assert "<mark>" in shown
    assert "样例，待主管部门确认" in shown
    assert "13989001234" not in shown
    say(session, call, "还有老板一直拖欠我们的工资不给", now, start_s=60.0)
    assert "wages-owed" in codes(agent.get(page(call), headers=PART).text)
    assert "<h1>知识建议</h1>" in agent.get(page(call)).text


def test_reading_out_shows_the_words_large_and_is_noted(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    shown = agent.post(f"{page(call)}/read", data={"article": "street-lamp"}, headers=PART).text
    assert 'class="read-out"' in shown
    (told,) = [
        each
        for each in events.history(session, records.chain(call.id))
        if each.type == "article.read_out"
    ]
    assert told.refs["article"] == "street-lamp"


def test_answer_and_close_registers_the_call_by_its_article(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    made = agent.post(
        f"{page(call)}/close?message=true", data={"article": "street-lamp"}, headers=PART
    )
    ticket = intake.registered_from(session, call.id)
    assert ticket is not None
    assert ticket.number in made.text
    assert (ticket.status, ticket.request_type) == (TicketStatus.CLOSED, "inquiry")
    (told,) = answers.of_ticket(session, ticket)
    assert told.source == "知识库 street-lamp 第1版"
    owed = session.exec(select(Notice.template).where(Notice.ticket_id == ticket.id)).all()
    assert "article" in owed
    again = agent.post(f"{page(call)}/close", data={"article": "street-lamp"}, headers=PART)
    assert again.status_code == 409
    assert "street-lamp" in codes(agent.get(page(call), headers=PART).text)


def test_what_no_longer_holds_is_told_by_nobody_whose_page_still_offers_it(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    text = finding.shown(session, finding.find(session, "street-lamp"))
    assert text
    text.valid_to = beijing_day(clock()) - timedelta(days=1)
    session.flush()
    for verb in ("read", "close"):
        sent = agent.post(f"{page(call)}/{verb}", data={"article": "street-lamp"})
        assert sent.status_code == 404
    assert session.exec(select(Ticket)).first() is None


def test_a_message_needs_a_ticket(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    sent = {"article": "street-lamp"}
    assert agent.post(f"{page(call)}/send", data=sent, headers=PART).status_code == 409
    ticket = create_ticket(session, now=now)
    ticket.call_id = call.id
    session.flush()
    shown = agent.post(f"{page(call)}/send", data=sent, headers=PART)
    assert "已交短信发送" in shown.text
    (notice,) = session.exec(
        select(Notice).where(Notice.ticket_id == ticket.id, Notice.template == "article")
    )
    assert "灯杆编号" in notice.words["text"]
    story = agent.get(f"/console/tickets/{ticket.number}").text
    assert "已把知识库的答复发给诉求人" in story


def test_what_nothing_fits_is_a_gap_without_a_number(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "我叫扎西顿珠，牦牛绒出口配额怎么算，打13989001234找我", now)
    assert "已记入知识缺口" in agent.post(f"{page(call)}/none", headers=PART).text
    (gap,) = gaps.open_ones(session)
    assert "牦牛绒出口配额" in gap.question
    assert "13989001234" not in gap.question
    assert "扎西" not in gap.question


def test_a_number_that_a_gaps_length_cuts_is_hidden_all_the_same(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    rest = "怎么办手续" * 38 + "办手续呢"
    assert len(rest) == gaps.LONGEST - 6  # six digits alone are no number to a mask
    say(session, call, f"牦牛绒出口13989001234{rest}", now)
    agent.post(f"{page(call)}/none", headers=PART)
    (gap,) = gaps.open_ones(session)
    assert "001234" not in gap.question
    assert "手续" in gap.question


def test_the_words_of_a_report_are_no_gap_and_of_a_confidential_ticket_its_matter_alone(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "我要举报牦牛绒公司的王科长收受贿赂", now)
    assert "已记入知识缺口" not in agent.post(f"{page(call)}/none", headers=PART).text
    assert gaps.open_ones(session) == []
    ticket = create_ticket(session, now=now)
    ticket.call_id, ticket.confidentiality = call.id, Confidentiality.CONFIDENTIAL
    session.flush()
    assert "已记入知识缺口" in agent.post(f"{page(call)}/none", headers=PART).text
    (gap,) = gaps.open_ones(session)
    assert gap.question == "/".join(filter(None, ticket.category))


def test_what_nobody_asks_again_is_forgotten(session: Session, now: datetime) -> None:
    gaps.note(session, "牦牛绒出口配额", now=now)
    gaps.forget_old(session, now=now + gaps.KEPT_FOR)
    assert len(gaps.open_ones(session)) == 1
    gaps.forget_old(session, now=now + gaps.KEPT_FOR + timedelta(seconds=1))
    assert gaps.open_ones(session) == []


def test_a_mistake_is_reported_while_they_talk(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    shown = agent.post(f"{page(call)}/dispute", data={"article": "street-lamp"}, headers=PART).text
    assert "已报告有误" in shown
    assert "有人指出有误" in shown


def test_who_only_looks_neither_sends_nor_closes(
    auditor: TestClient, session: Session, call: Call, now: datetime
) -> None:
    say(session, call, "路灯不亮了", now)
    shown = auditor.get(page(call), headers=PART).text
    assert codes(shown)[0] == "street-lamp"
    assert "<form" not in shown
    for verb in ("read", "send", "close", "none", "dispute"):
        sent = auditor.post(f"{page(call)}/{verb}", data={"article": "street-lamp"})
        assert sent.status_code == 403
    assert session.exec(select(Ticket)).first() is None
