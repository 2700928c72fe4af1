"""Whatever is done with a ticket: one lead, one reply clock, and A → B → A stops."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch import history
from dispatch.handling import arbitration, cases, dispatching, leads, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Ticket
from dispatch.states import OPEN_ORDERS, OrderStatus
from dispatch.terms import RequestType
from hotline.core.errors import HotlineError
from tests.dispatch.arbitration_scene import BASIS, LEAD
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    HOUSING,
    URBAN,
    WATER,
    reply_clocks,
    running,
    system,
)
from tests.factories import create_ticket

ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
POOL = (URBAN, CITY, HOUSING, WATER, "540102-transport")
STEPS = st.tuples(
    st.sampled_from(
        ["dispatch", "return", "return", "redispatch", "recall", "add", "ask", "decide", "reply"]
    ),
    st.integers(0, len(POOL) - 1),
    st.integers(0, 9),
)


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEPS, min_size=25, max_size=40), st.sampled_from(list(RequestType)[:2]))
def test_whoever_has_the_ticket_one_reply_clock_runs_from_the_first_dispatch(
    session: Session, now: datetime, steps: list[tuple[str, int, int]], kind: RequestType
) -> None:
    walk = session.begin_nested()
    try:
        ticket = create_ticket(session, now=now, request_type=kind)
        begun = None
        for place, (step, choice, which) in enumerate(steps):
            at = now + timedelta(minutes=place)
            try:
                with session.begin_nested():
                    take(session, ticket, step, POOL[choice], which, at)
            except HotlineError:
                pass  # refused, as it is told elsewhere; what holds must hold after it too
            if begun is None and orders.of_ticket(session, ticket):
                begun = at
            holds(session, ticket, begun)
    finally:
        walk.rollback()


def take(session: Session, ticket: Ticket, step: str, code: str, which: int, at: datetime) -> None:
    """Take the step, on one of the orders that there are where it needs one."""
    found = orders.of_ticket(session, ticket)
    order = found[which % len(found)] if found else None
    case = cases.open_of(session, ticket)
    to = Assignment(code)
    if step == "dispatch":
        named = [to, Assignment(POOL[which % len(POOL)])][: 1 + which % 2]
        dispatching.dispatch(session, ticket, named, actor=AGENT, now=at)
    elif step == "add":
        dispatching.add(session, ticket, [to], actor=AGENT, now=at)
    elif step == "ask":
        arbitration.ask(session, ticket, "说不清", actor=AGENT, now=at)
    elif step == "decide" and case:
        arbitration.decide(session, case, code, BASIS, actor=LEAD, now=at)
    elif order and step == "return":
        back = Return("unclear_duty", "三定方案", code if code != order.department else "")
        reviews.return_order(session, order, back, actor=system(order.department), now=at)
    elif order and step == "reply":
        if order.status == OrderStatus.DISPATCHED:
            orders.accept(session, order, actor=system(order.department), now=at)
        replies.reply(session, order, ANSWER, actor=system(order.department), now=at)
    elif order and step == "redispatch":
        dispatching.redispatch(session, ticket, order, to, actor=AGENT, now=at)
    elif order and step == "recall":
        dispatching.recall(session, ticket, order, "换一家", actor=LEAD, now=at)


def holds(session: Session, ticket: Ticket, begun: datetime | None) -> None:
    """Assert what is so after every step."""
    session.flush()
    shares = orders.of_ticket(session, ticket)
    still = [each for each in shares if each.status in OPEN_ORDERS]
    led = [each for each in still if leads.is_lead(each)]
    assert len(led) <= 1
    assert len({each.department for each in still}) == len(still)
    gone: set[str] = set()
    for each in shares:
        assert each.binding or each.department not in gone
        if each.status == OrderStatus.RETURNED:
            gone.add(each.department)
    own = [orders.subject(each) for each in shares if leads.is_lead(each)]
    clocks = reply_clocks(session, ticket)
    of_lead = [each for each in clocks if each.subject in (history.chain(ticket), *own)]
    answered = bool(led) and led[0].status == OrderStatus.REPLIED
    assert [each.started_at for each in of_lead] == ([begun] if begun and not answered else [])
    if of_lead:
        at = orders.subject(led[0]) if led else history.chain(ticket)
        assert of_lead[0].subject == at
    seeks = {kind for of, kind in running(session, ticket) if of == history.chain(ticket)}
    case = cases.open_of(session, ticket)
    back = [each for each in shares if each.status == OrderStatus.RETURNED and leads.is_lead(each)]
    assert led or case or len(back) < 2
    assert not led or led[0].binding or len(back) < 2
    waits = set() if led else {"arbitrate_by" if case else "dispatch_by"}
    assert seeks - {"reply_by"} == waits
    assert (ticket.status == "registered") == (not still)
