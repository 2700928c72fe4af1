"""What a form becomes: one ticket of one call, whoever presses how often."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session, col, func, select

from dispatch import intake, reminders, tickets
from dispatch.clustering import cluster_record
from dispatch.drafting.models_drafts import CallDraft
from dispatch.handling import orders
from dispatch.models import Source, Ticket
from hotline.core import privacy
from hotline.core.accounts import MACHINE
from hotline.core.clock import now as clock
from hotline.core.phone import parse_phone
from telephony.models import Call
from tests.console.drafting.conftest import PART, Desk
from tests.factories import create_ticket, proposal

WHOLE = {"summary": "江苏路38号的路灯坏了一个星期，没有人来修。", "title": "江苏路路灯不亮"}


def count(session: Session) -> int:
    return session.exec(select(func.count(col(Ticket.id)))).one()


def test_the_form_is_registered_with_what_the_agent_decided(
    desk: Desk, session: Session, call: Call
) -> None:
    desk.press("/take", choice="request_type=complaint")
    html = desk.press("/register", register="1", **WHOLE, district="城关区", address="公交站旁")
    ticket = tickets.of_call(session, call.id)
    assert ticket
    assert ticket.number in html
    assert (ticket.title, ticket.request_type) == ("江苏路路灯不亮", "complaint")
    assert ticket.district == "540102"
    assert ticket.text == f"{WHOLE['summary']}\n地点：公交站旁"
    assert ticket.source == Source.PHONE_AGENT
    assert ticket.status == "registered"
    assert session.exec(select(CallDraft)).all() == []
    assert ticket.number in desk.show()


def test_one_key_registers_and_dispatches_to_the_department_that_stands(
    desk: Desk, session: Session, call: Call
) -> None:
    desk.press("/register", send="1", **WHOLE, department="城关区城市管理和综合执法局")
    ticket = tickets.of_call(session, call.id)
    assert ticket
    assert ticket.status == "dispatched"
    (order,) = orders.of_ticket(session, ticket)
    assert order.department


def test_with_no_department_chosen_it_goes_to_the_one_that_was_offered(
    desk: Desk, session: Session, call: Call
) -> None:
    offered = "城关区城市管理和综合执法局"
    assert f'name="offered" value="{offered}"' in desk.show()
    desk.press("/register", send="1", **WHOLE, offered=offered)
    ticket = tickets.of_call(session, call.id)
    assert ticket
    assert [each.department for each in orders.of_ticket(session, ticket)] == ["540102-urban"]


def test_a_call_never_makes_two_tickets(desk: Desk, session: Session, call: Call) -> None:
    for _ in range(2):
        desk.press("/register", register="1", **WHOLE)
    intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=clock())
    assert count(session) == 1


def test_the_call_s_own_ticket_is_not_one_to_be_reminded_of(
    desk: Desk, agent: TestClient, session: Session, call: Call
) -> None:
    desk.press("/register", register="1", **WHOLE)
    ticket = tickets.of_call(session, call.id)
    assert ticket
    bar = agent.get("/console/call-bar", headers=PART).text
    assert ticket.number in bar
    assert "/remind" not in bar
    path = f"/console/call-bar/calls/{call.id}/remind"
    assert agent.post(path, data={"number": ticket.number}, headers=PART).status_code == 200
    assert ticket.reminders == 0


def test_what_is_missing_or_unknown_is_said_and_nothing_is_lost(
    desk: Desk, session: Session
) -> None:
    assert "请先写诉求内容" in desk.press("/register", 422, register="1", title="路灯")
    page = desk.press("/register", 422, register="1", **WHOLE, matter="没有/这个")
    assert "没有这个事项" in page
    page = desk.press("/register", 422, register="1", **WHOLE, district="某某县")
    assert "没有这个区县" in page
    assert count(session) == 0


def test_the_caller_s_own_open_ticket_is_offered_first_and_reminded_of_by_one_key(
    desk: Desk, session: Session, call: Call, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    html = desk.show()
    assert f'name="number" value="{before.number}" aria-keyshortcuts="Alt+J">催办' in html
    desk.press("/append", number=before.number)
    ticket = tickets.find(session, before.number)
    assert ticket.reminders == 1
    (reminder,) = reminders.of_ticket(session, ticket)
    assert reminder.call_id == call.id
    assert "路灯坏了一个星期" in reminder.text
    assert count(session) == 1
    assert before.number in desk.show()


def test_who_asked_after_an_old_matter_may_have_a_new_one_too(
    desk: Desk, session: Session, call: Call, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    desk.press("/append", number=before.number)
    assert f"本次通话已催办 {before.number}" in desk.show()
    assert desk.at not in desk.client.get("/console/drafts").text
    desk.press("/register", **WHOLE)
    made = tickets.of_call(session, call.id)
    assert made
    assert made.number != before.number
    assert count(session) == 2


def test_somebody_else_s_ticket_of_the_same_matter_takes_the_new_one_in(
    desk: Desk, session: Session, call: Call, at: datetime
) -> None:
    other = _neighbour(session, at)
    html = desk.show()
    assert f'name="number" value="{other.number}" aria-keyshortcuts="Alt+J">并入' in html
    desk.press("/append", number=other.number, **WHOLE)
    made = tickets.of_call(session, call.id)
    assert made
    cluster = cluster_record.of_ticket(session, made)
    assert cluster
    assert cluster_record.main_of(session, cluster).number == other.number


def test_another_matter_is_not_offered(desk: Desk, session: Session, at: datetime) -> None:
    _neighbour(session, at, text="小区物业半夜施工噪音太大，睡不着觉。")
    assert "可能是同一件事" not in desk.show()


def test_without_a_script_the_number_is_on_the_form_s_page(
    agent: TestClient, session: Session, call: Call
) -> None:
    page = f"/console/calls/{call.id}/form"
    answer = agent.post(f"{page}/register", data={"register": "1", **WHOLE}, follow_redirects=True)
    ticket = tickets.of_call(session, call.id)
    assert ticket
    assert answer.url.path == page
    assert f"工单编号是 {ticket.number}" in answer.text


def test_who_else_has_the_ticket_open_is_said_until_they_leave(
    agent: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    page = f"/console/tickets/{create_ticket(session, now=at).number}"
    assert f'data-at="{page}/company"' in agent.get(page).text
    assert "也在看这件工单" not in agent.get(f"{page}/company", headers=PART).text
    assert "也在看这件工单" in lead.get(f"{page}/company", headers=PART).text
    assert "也在看这件工单" in agent.get(f"{page}/company", headers=PART).text
    assert lead.post(f"{page}/company/leave").status_code == 204
    assert "也在看这件工单" not in agent.get(f"{page}/company", headers=PART).text
    assert agent.get("/console/tickets/12345/company").status_code == 404


def _neighbour(session: Session, at: datetime, text: str = "") -> Ticket:
    """Return the open ticket of somebody else, of the same place and matter."""
    person = privacy.know_person(session, parse_phone("13989007777"), now=at)
    draft = tickets.Draft(
        text=text or "城关区江苏路三十八号的路灯坏了没有人来修",
        source=Source.PHONE_AGENT,
        person=person,
        proposal=proposal(),
    )
    return tickets.open_ticket(session, draft, actor=MACHINE, now=at)
