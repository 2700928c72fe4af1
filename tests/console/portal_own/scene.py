"""Orders of one department that went one way or the other, at moments that are given."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.models import Ticket, WorkOrder
from hotline.core.accounts import Actor, Role
from tests.console.portal_own.conftest import URBAN
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
SYSTEM = Actor(f"{URBAN}#1", Role.SYSTEM, URBAN)
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
MINUTE = timedelta(minutes=1)


def issued(session: Session, at: datetime, *codes: str, **changes: Any) -> WorkOrder:
    """Return the lead order of a new ticket, issued at that moment."""
    ticket = create_ticket(session, now=at, **changes)
    named = [Assignment(code) for code in codes or (URBAN,)]
    dispatching.dispatch(session, ticket, named, actor=AGENT, now=at)
    return orders.of_ticket(session, ticket)[0]


def answered(session: Session, at: datetime, *, late: timedelta = MINUTE) -> WorkOrder:
    """Return an order that was accepted, whose requester was reached, replied to and completed.

    Each of these after `late`.
    """
    order, then = issued(session, at), at + late
    orders.accept(session, order, actor=SYSTEM, now=then)
    orders.log_contact(session, order, reached=True, text="", at=then, actor=SYSTEM, now=then)
    replies.reply(session, order, ANSWER, actor=SYSTEM, now=then)
    reviews.complete(session, order, actor=AGENT, now=then)
    return order


def asked(session: Session, order: WorkOrder, *, solved: bool, rating: int | None) -> Ticket:
    """Let the machine ring the requester, who says this of the order's round."""
    ticket = session.get_one(Ticket, order.ticket_id)
    newest = callback_record.of_ticket(session, ticket)[-1]
    moment = newest.planned_for
    callbacks.claim_due(session, now=moment, limit=99)
    attempt = callback_record.attempts_of(session, newest)[-1].attempt
    said = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=solved, rating=rating)
    callbacks.record_result(session, newest.id or 0, attempt, said, now=moment)
    return ticket
