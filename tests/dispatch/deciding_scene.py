"""Tickets that an agent decides about, and what such a decision leaves."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from dispatch import history
from dispatch.ending.answers import Told
from dispatch.ending.handovers import Transfer
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.models import Notice, Ticket
from dispatch.notices.caller_notices import TEXTS
from dispatch.timing import clocks
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
TOLD = Told("新生儿参保请到社保大厅办理，也可以在手机上办理。", "知识库：新生儿参保")
FIRE = Transfer("fire", "楼道着火", line_kept=True)
YEAR = timedelta(days=365)


def dispatched(session: Session, now: datetime, **changes: Any) -> Ticket:
    """Return a ticket that two departments have, one of which leads."""
    ticket = create_ticket(session, now=now, **changes)
    both = [Assignment("540102-urban"), Assignment("540100-urban")]
    return dispatching.dispatch(session, ticket, both, actor=AGENT, now=now)


def awaiting(session: Session, now: datetime) -> Ticket:
    """Return a ticket that was answered and whose requester is to be called back."""
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return ticket


def running(session: Session, ticket: Ticket) -> list[str]:
    return [each.kind for each in clocks.of_ticket(session, ticket) if not each.stopped_at]


def types(session: Session, ticket: Ticket) -> list[str]:
    return [event.type for event in history.story(session, ticket)]


def owed(session: Session, ticket: Ticket) -> dict[str, str]:
    """Return the texts that the requester is owed, by template."""
    rows = session.exec(select(Notice).where(Notice.ticket_id == ticket.id)).all()
    return {row.template: TEXTS[row.template].format(number="N", **row.words) for row in rows}
