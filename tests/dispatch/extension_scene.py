"""An order that its department has signed for, and 延期 asked for and decided."""

from datetime import datetime

from sqlmodel import Session

from dispatch.beside import extension_limits, extensions
from dispatch.beside.models_beside import Extension
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.terms import TimeClass
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("tashi", Role.TEAM_LEAD)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
CITY = Actor("540100-urban#1", Role.SYSTEM, "540100-urban")
WHY = "灯杆正在运输，请打13989001234问我"


def accepted(session: Session, now: datetime, **changes: TimeClass) -> tuple[Ticket, WorkOrder]:
    """Return a dispatched ticket with its order, which the department has signed for."""
    ticket = create_ticket(session, now=now, **changes)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now)
    return ticket, order


def ask(session: Session, order: WorkOrder, now: datetime, days: int = 5) -> Extension:
    return extensions.request_extension(session, order, days, WHY, actor=URBAN, now=now)


def decide(session: Session, row: Extension, now: datetime, *, granted: bool = True) -> Extension:
    note = "" if granted else "材料已到"
    return extensions.decide_extension(session, row, granted, note, actor=LEAD, now=now)


def reply_clock(session: Session, order: WorkOrder) -> Clock:
    clock = extension_limits.reply_clock(session, order)
    assert clock
    return clock
