"""More time, or more words, given on the ticket's page."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.beside import extensions, suspensions
from dispatch.beside.models_beside import Extension
from dispatch.handling import info_requests
from dispatch.models import Clock, Ticket, WorkOrder
from hotline.core import clock
from tests.console.matters import URBAN, day, done, form, handled, page, refused, send, system

REASON = "冻土期不能开挖路面，待春季施工"


@pytest.fixture
def dealt(session: Session) -> tuple[Ticket, WorkOrder]:
    """A ticket that a department is handling just now: the forms take the present moment."""
    return handled(session, clock.now())


def asked(session: Session, order: WorkOrder) -> Extension:
    extensions.request_extension(
        session, order, 5, "灯杆正在运输", actor=system(URBAN), now=clock.now()
    )
    session.flush()
    return session.exec(select(Extension).where(Extension.order_id == order.id)).one()


def test_what_waits_says_until_when_why_and_in_whose_care(
    lead: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, _ = dealt
    assert 'name="owner" value="城关区城市管理和综合执法局"' in page(lead, ticket)
    review_on = day(clock.now(), 30)
    given = {"review_on": review_on, "public_reason": REASON}
    after = done(lead, ticket, "suspend", owner="城关区城市管理和综合执法局", **given)
    year, month, date = (int(part) for part in review_on.split("-"))
    for word in ("挂账中", REASON, f"{year}年{month}月{date}日", "挂账复核时限"):
        assert word in after
    assert suspensions.of_ticket(session, ticket)[0].owner == URBAN


def test_a_clock_that_stands_still_says_what_it_waits_for_and_is_not_counted_down(
    lead: TestClient, agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, _ = dealt
    given = {"owner": "team_lead-1", "review_on": day(clock.now(), 30), "public_reason": REASON}
    done(lead, ticket, "suspend", **given)
    waiting = "暂停计时，等待挂账复核"
    shown = page(agent, ticket)
    assert f'<span class="left waiting">{waiting}</span>' in shown
    assert "暂停前应于" in shown
    reply = session.exec(
        select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == "reply_by")
    ).one()
    assert f'datetime="{reply.due_at.isoformat()}"' not in shown
    assert f"<li>现在因{REASON}暂停计时，恢复后接着计算剩余的时间。</li>" in shown
    done(lead, ticket, "resume", outcome="feasible")
    assert waiting not in page(agent, ticket)
    assert "条件已具备，继续办理" in page(agent, ticket)


def test_a_day_too_far_off_is_refused(lead: TestClient, dealt: tuple[Ticket, WorkOrder]) -> None:
    ticket, _ = dealt
    given = {"owner": URBAN, "review_on": day(clock.now(), 9000), "public_reason": REASON}
    assert send(lead, ticket, "suspend", **given).status_code == 422


def test_an_agent_lets_nothing_wait_and_ends_no_waiting(
    agent: TestClient, lead: TestClient, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, _ = dealt
    given = {"owner": URBAN, "review_on": day(clock.now(), 30), "public_reason": REASON}
    refused(agent, ticket, "suspend", **given)
    done(lead, ticket, "suspend", **given)
    assert "挂账中" in page(agent, ticket)
    refused(agent, ticket, "resume", outcome="feasible")


def test_granted_the_reply_is_due_later_and_the_page_says_from_when_to_when(
    lead: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    row = asked(session, order)
    shown = page(lead, ticket)
    for word in ("延期待审", "灯杆正在运输", "5 个工作日", "待批"):
        assert word in shown
    after = done(lead, ticket, "extension", order=order.number, count=row.count, granted="true")
    assert "延期待审" not in after.split("<main")[1]
    assert "延至" in after
    assert row.status == "granted"


def test_a_refusal_says_why(
    lead: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    row = asked(session, order)
    given = {"order": order.number, "count": row.count, "granted": "false"}
    silent = send(lead, ticket, "extension", **given)
    assert silent.status_code == 422
    assert "不同意延期，请写明理由" in silent.text
    after = done(lead, ticket, "extension", note="材料已到货", **given)
    assert "材料已到货" in after
    assert row.status == "refused"


def test_an_agent_decides_no_extension(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    row = asked(session, order)
    refused(agent, ticket, "extension", order=order.number, count=row.count, granted="true")


def test_the_requesters_answer_reaches_the_department_masked(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder], now: datetime
) -> None:
    ticket, order = dealt
    row = info_requests.ask(session, order, "是哪一盏路灯？", actor=system(URBAN), now=now)
    session.flush()
    assert "是哪一盏路灯？" in page(agent, ticket)
    given = {"order": order.number, "question": row.id}
    after = done(agent, ticket, "inform", answer="小学东门对面，13989001234", **given)
    assert "小学东门对面" in after
    assert "13989001234" not in after
    assert form(ticket, "inform") not in after


def test_who_only_looks_brings_no_answer(
    auditor: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder], now: datetime
) -> None:
    ticket, order = dealt
    row = info_requests.ask(session, order, "是哪一盏路灯？", actor=system(URBAN), now=now)
    session.flush()
    refused(auditor, ticket, "inform", order=order.number, question=row.id, answer="东门")
