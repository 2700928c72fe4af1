"""督办 on the page: who answers for it, and what it takes to lift it."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.beside import supervision
from dispatch.beside.models_beside import Supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import dispatching, orders, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import Ticket, WorkOrder
from hotline.core.accounts import Actor, Role
from tests.console.matters import URBAN, done, handled, page, send, system
from tests.factories import create_ticket

POLICE = "540100-police"
BOSS = Actor("pema", Role.SUPERVISOR)
NOTE = '<input name="note" maxlength="500" autocomplete="off"'
FACT = "<dt>{word}</dt><dd>{text}</dd>"


def watched(
    session: Session, ticket: Ticket, now: datetime, order: WorkOrder | None = None
) -> Supervision:
    cause, words = Cause.PERSON, "请说明进展"
    row = supervision.supervise(session, ticket, order, cause, words, actor=BOSS, now=now)
    session.flush()
    return row


def lift_form(shown: str) -> str:
    """Return the form that lifts, as the page writes it."""
    return shown.split('/lift"', 1)[1].split("</form>", 1)[0]


def test_what_nobody_answered_is_lifted_for_a_reason_only(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket, order = handled(session, now)
    row = watched(session, ticket, now, order)
    assert f"{NOTE} required>" in lift_form(page(lead, ticket))
    silent = send(lead, ticket, "lift", supervised=row.id, note="  ")
    assert silent.status_code == 422
    assert "请写明解除督办的理由" in silent.text
    assert row.lifted_at is None
    assert "已电话核实" in done(lead, ticket, "lift", supervised=row.id, note="已电话核实")


def test_feedback_lifts_it_without_a_word(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket, order = handled(session, now)
    row = watched(session, ticket, now, order)
    supervision.answer(session, row, "已更换电缆。", actor=system(URBAN), now=now)
    session.flush()
    assert f"{NOTE}>" in lift_form(page(lead, ticket))
    assert "督办中" not in done(lead, ticket, "lift", supervised=row.id)


def test_a_supervised_ticket_names_whoever_leads_it_now(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    watched(session, ticket, now)
    assert "督办对象" not in page(agent, ticket).split('id="beside"', 1)[1].split("</article>")[0]
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=BOSS, now=now)
    session.flush()
    told(agent, ticket, "城关区城市管理和综合执法局", f"{ticket.number}-1")
    back = Return("not_our_duty", "三定方案", POLICE)
    (first,) = orders.of_ticket(session, ticket)
    reviews.return_order(session, first, back, actor=system(URBAN), now=now)
    dispatching.dispatch(session, ticket, [Assignment(POLICE)], actor=BOSS, now=now)
    session.flush()
    told(agent, ticket, "拉萨市公安局", f"{ticket.number}-2")


def told(client: TestClient, ticket: Ticket, department: str, order: str) -> None:
    """See that the page, and the register, say who answers for the supervision."""
    shown = page(client, ticket)
    assert FACT.format(word="督办对象", text=department) in shown
    assert FACT.format(word="承办单", text=order) in shown
    assert department in client.get("/console/registers/supervisions").text
