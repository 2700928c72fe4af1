"""上级时限: an order below another is extended within it, and follows where it moves."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.beside import extensions, suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.handling import orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket, WorkOrder
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import parse_limit
from dispatch.rules.policies import Policy, default_policies
from dispatch.terms import ClockKind, RequestType
from dispatch.timing import clocks
from dispatch.timing.reckoning import BEFORE_ABOVE
from hotline.core.errors import Conflict
from tests.dispatch.extension_scene import (
    AGENT,
    CITY,
    LEAD,
    WHY,
    accepted,
    ask,
    decide,
    reply_clock,
)

LATER = timedelta(days=4)


def below(session: Session, ticket: Ticket, parent: WorkOrder, now: datetime) -> WorkOrder:
    """Return an order below the parent, issued days later, whose reply clock the parent's caps."""
    to = Assignment("540100-urban")
    child = orders.issue(session, ticket, to, lead=True, actor=AGENT, now=now)
    child.parent_id = parent.id
    clocks.start(
        session,
        ticket,
        reply_policy(),
        load_calendar("540102"),
        subject=orders.subject(child),
        now=now + LATER,
        ceiling_at=reply_clock(session, parent).due_at,
    )
    orders.accept(session, child, actor=CITY, now=now)
    return child


def test_a_child_order_is_not_extended_past_its_parent_and_follows_it(
    session: Session, now: datetime
) -> None:
    ticket, parent = accepted(session, now)
    child = below(session, ticket, parent, now)
    own, inner = reply_clock(session, parent), reply_clock(session, child)
    assert inner.due_at == own.due_at - BEFORE_ABOVE
    row = extensions.request_extension(session, child, 2, WHY, actor=CITY, now=now)
    with pytest.raises(Conflict, match="above"), session.begin_nested():
        decide(session, row, now)
    session.refresh(inner)
    decide(session, ask(session, parent, now), now)
    calendar = load_calendar("540102")
    uncapped = due(now + LATER, reply_policy().limit, calendar).due
    assert inner.due_at == uncapped < own.due_at
    assert inner.ceiling_at == own.due_at
    decide(session, row, now)
    assert inner.due_at == due(uncapped, parse_limit("2wd"), calendar).due <= own.due_at


def test_both_wait_and_run_on_together(session: Session, now: datetime) -> None:
    ticket, parent = accepted(session, now)
    child = below(session, ticket, parent, now)
    at, ended = now + timedelta(days=5), now + timedelta(days=30)
    row = suspensions.suspend(
        session, ticket, "540102-urban", date(2027, 1, 15), "冻土期", actor=LEAD, now=at
    )
    assert all(reply_clock(session, each).waits_for for each in (parent, child))
    suspensions.end_suspension(session, row, Outcome.FEASIBLE, actor=LEAD, now=ended)
    own, inner = reply_clock(session, parent), reply_clock(session, child)
    assert ended < inner.due_at < own.due_at
    assert inner.ceiling_at == own.due_at


def reply_policy() -> Policy:
    return next(
        row
        for row in default_policies()
        if row.kind == ClockKind.REPLY_BY and row.request_type == RequestType.ASSISTANCE
    )
