"""What tests of 转派 arrange with: units at four levels, and an order that is given on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch.handling import dispatching, onward, orders, replies
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS
from hotline.core.accounts import Actor, Role
from hotline.core.errors import HotlineError
from knowledge.models import Department, District
from tests.factories import create_ticket

AGENT, LEAD = Actor("dawa", Role.AGENT), Actor("tashi", Role.TEAM_LEAD)
CITY, COUNTY, HOUSING, TOWN, HAMLET = (
    "540100-urban",
    "540102-urban",
    "540102-housing",
    "540102001-gov",
    "540102001001-gov",
)
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
BACK = Return("unclear_duty", "三定方案")
DAY = timedelta(days=1)
OPEN = [each.value for each in OPEN_ORDERS]


def add_places(session: Session, now: datetime) -> None:
    """A township and a village below the county: the packaged directory ends at counties."""
    for code, above, level in (("540102001", "540102", "township"), (HAMLET[:12], "540102001", "")):
        session.add(District(code=code, parent=above, level=level, name_zh=code, updated_at=now))
        session.flush()
        unit = Department(
            code=f"{code}-gov", name=f"{code}政府", district_code=code, updated_at=now
        )
        session.add(unit)
    session.flush()


def system(order: WorkOrder | str) -> Actor:
    code = order if isinstance(order, str) else order.department
    return Actor(f"{code}#1", Role.SYSTEM, code)


def city_order(session: Session, now: datetime, code: str = CITY) -> tuple[Ticket, WorkOrder]:
    """Return a ticket with the order that a unit has signed for."""
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(code, "条例第六条")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=system(order), now=now)
    return ticket, order


def give_on(session: Session, order: WorkOrder, now: datetime, *codes: str) -> list[WorkOrder]:
    """Give the order on and let those below sign for it."""
    children = onward.dispatch(session, order, codes, "请现场核实", actor=system(order), now=now)
    for each in children:
        orders.accept(session, each, actor=system(each), now=now)
    return children


def answer(session: Session, order: WorkOrder, now: datetime, says: Answer = ANSWER) -> None:
    replies.reply(session, order, says, actor=system(order), now=now)


def refused(error: type[HotlineError], act: Callable[..., object], session: Session) -> str:
    with pytest.raises(error) as caught, session.begin_nested():
        act()
    session.expire_all()
    return str(caught.value)


def running(session: Session, order: WorkOrder) -> dict[str, Clock]:
    found = session.exec(
        select(Clock)
        .where(Clock.subject == orders.subject(order), col(Clock.stopped_at).is_(None))
        .execution_options(populate_existing=True)
    ).all()
    return {each.kind: each for each in found}
