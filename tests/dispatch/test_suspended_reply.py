"""挂账时驳回: a reply that is rejected while its ticket waits leaves its clocks waiting too."""

from datetime import date, datetime

import pytest
from sqlmodel import Session

from dispatch.beside import suspensions
from dispatch.beside.models_beside import Suspension
from dispatch.beside.suspensions import Outcome
from dispatch.clustering import clusters
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import parse_limit
from dispatch.timing.sweep import strike_batch
from tests.dispatch.cluster_scene import AGENT, ANSWER, DAY, HOUR, LEAD, URBAN, WHY, running, three
from tests.dispatch.cluster_scene import send as send_alone

BOTH = [Assignment("540102-urban"), Assignment("540100-urban")]


def shared(session: Session, ticket: Ticket, now: datetime) -> list[WorkOrder]:
    """Return the orders of a lead and of an assisting department, both signed for."""
    dispatching.dispatch(session, ticket, BOTH, actor=AGENT, now=now)
    found = list(orders.of_ticket(session, ticket))
    for order in found:
        orders.accept(session, order, actor=URBAN, now=now)
    return found


def suspend(session: Session, ticket: Ticket, now: datetime) -> Suspension:
    reason, day = "冻土期不能开挖", date(2027, 3, 1)
    return suspensions.suspend(session, ticket, "540102-urban", day, reason, actor=LEAD, now=now)


def end(session: Session, row: Suspension, now: datetime) -> None:
    suspensions.end_suspension(session, row, Outcome.FEASIBLE, actor=LEAD, now=now)


def reply_clock(session: Session, ticket: Ticket, subject: str) -> Clock:
    (clock,) = [each for each in running(session, ticket, "reply_by") if each.subject == subject]
    return clock


def reject(session: Session, order: WorkOrder, now: datetime) -> None:
    reviews.reject(session, order, note="没有说明更换日期", actor=AGENT, now=now)


def left(count: int, since: datetime) -> datetime:
    return due(since, parse_limit(f"{count}wd"), load_calendar("540102")).due


@pytest.mark.parametrize("which", [0, 1])
def test_a_reply_given_before_and_rejected_meanwhile_waits_from_the_suspensions_first_day(
    session: Session, now: datetime, which: int
) -> None:
    ticket, *_ = three(session, now)  # Wednesday noon, 7wd
    order = shared(session, ticket, now)[which]
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + HOUR)
    row = suspend(session, ticket, now + 2 * DAY)  # Friday noon: six are left
    reject(session, order, now + 9 * DAY)
    clock = reply_clock(session, ticket, orders.subject(order))
    assert clock.waits_for == f"suspension:{row.id}"
    assert clock.next_alarm_at is None
    struck = strike_batch(session, now=now + 60 * DAY).struck
    assert "reply_by" not in {each.clock.kind for each in struck}
    end(session, row, now + 90 * DAY)
    clock = reply_clock(session, ticket, orders.subject(order))
    assert (clock.waits_for, clock.due_at) == ("", left(6, now + 90 * DAY))
    assert clock.next_alarm_at == clock.warning_at


def test_a_reply_given_and_rejected_meanwhile_waits_on_and_loses_no_day(
    session: Session, now: datetime
) -> None:
    ticket, *_ = three(session, now)
    _, assisting = shared(session, ticket, now)
    row = suspend(session, ticket, now + 2 * DAY)
    replies.reply(session, assisting, ANSWER, actor=URBAN, now=now + 20 * DAY)
    reject(session, assisting, now + 40 * DAY)
    clock = reply_clock(session, ticket, orders.subject(assisting))
    assert (clock.waits_for, clock.next_alarm_at) == (f"suspension:{row.id}", None)
    end(session, row, now + 60 * DAY)
    assert clock.due_at == left(6, now + 60 * DAY)


def test_what_was_overdue_before_it_waited_stays_overdue(session: Session, now: datetime) -> None:
    ticket, *_ = three(session, now)
    _, assisting = shared(session, ticket, now)
    before = reply_clock(session, ticket, orders.subject(assisting)).due_at
    replies.reply(session, assisting, ANSWER, actor=URBAN, now=before + HOUR)
    row = suspend(session, ticket, before + DAY)
    reject(session, assisting, before + 2 * DAY)
    end(session, row, before + 9 * DAY)
    clock = reply_clock(session, ticket, orders.subject(assisting))
    assert (clock.due_at, clock.waits_for) == (before, "")
    assert clock.next_alarm_at


def test_who_follows_the_ticket_waits_too_for_a_leads_rejected_reply(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    lead, _ = shared(session, main, now)
    send_alone(session, second, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now + HOUR)
    replies.reply(session, lead, ANSWER, actor=URBAN, now=now + 2 * HOUR)
    row = suspend(session, main, now + 2 * DAY)
    reject(session, lead, now + 9 * DAY)
    (promised,) = running(session, second, "reply_by")
    assert (promised.waits_for, promised.next_alarm_at) == (f"suspension:{row.id}", None)
    end(session, row, now + 60 * DAY)
    assert promised.due_at == left(6, now + 60 * DAY)


def test_without_a_suspension_a_rejected_reply_is_due_as_before(
    session: Session, now: datetime
) -> None:
    ticket, *_ = three(session, now)
    lead, _ = shared(session, ticket, now)
    before = reply_clock(session, ticket, orders.subject(lead)).due_at
    replies.reply(session, lead, ANSWER, actor=URBAN, now=now + HOUR)
    row = suspend(session, ticket, now + DAY)
    end(session, row, now + DAY + HOUR)
    reject(session, lead, now + 2 * DAY)
    clock = reply_clock(session, ticket, orders.subject(lead))
    assert (clock.waits_for, clock.due_at) == ("", before)
