"""Reading changes nothing and waits for nobody: what is shown takes no lock."""

from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from dispatch import overview
from dispatch.beside import suspensions
from dispatch.clustering import clusters
from dispatch.handling import arbitration, dispatching, orders
from dispatch.handling.orders import Assignment
from hotline.api.order_views import order_detail
from hotline.api.views import ticket_detail
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("tashi", Role.TEAM_LEAD)


def test_a_contested_and_a_suspended_ticket_are_read_without_a_lock(
    session: Session, now: datetime
) -> None:
    contested, main, member = (create_ticket(session, now=now) for _ in range(3))
    arbitration.ask(session, contested, "职责不清", actor=AGENT, now=now)
    clusters.merge(session, main, [member], "同一路段", actor=AGENT, now=now)
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, main, to, actor=AGENT, now=now)
    day = date(2027, 3, 1)
    suspensions.suspend(session, main, "540102-urban", day, "冻土期", actor=LEAD, now=now)
    session.flush()
    with session.begin_nested() as reading:  # a lock would be refused
        session.execute(text("SET LOCAL transaction_read_only = on"))
        shown = [ticket_detail(session, each) for each in (contested, main, member)]
        order = order_detail(session, orders.of_ticket(session, main)[0])
        reading.rollback()
    assert [each.number for each in shown] == [contested.number, main.number, member.number]
    assert order.joined_total == 1


def test_a_list_never_shows_a_clock_that_stands_still_as_due_next(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now)
    day = date(2027, 3, 1)
    suspensions.suspend(session, ticket, "540102-urban", day, "冻土期", actor=LEAD, now=now)
    seen = []
    while (line := overview.lines(session, [ticket])[0]).next_clock:
        assert line.next_clock.waits_for == ""
        seen.append(line.next_clock.kind)
        line.next_clock.stopped_at = now
        session.flush()
    assert seen[-1] == "review_by"
    assert "reply_by" not in seen
