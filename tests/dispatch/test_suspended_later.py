"""挂账之后才来的: whoever comes to what is suspended waits too, and no longer than that."""

from datetime import date, datetime

from sqlmodel import Session

from dispatch import history
from dispatch.beside import suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.clustering import clusters
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import parse_limit
from tests.dispatch.cluster_scene import (
    AGENT,
    DAY,
    HOUR,
    LEAD,
    WHY,
    accepted,
    owed,
    running,
    send,
    three,
)

REVIEW_ON = date(2027, 3, 1)


def suspend(session: Session, ticket: Ticket, now: datetime) -> None:
    suspensions.suspend(
        session, ticket, "540102-urban", REVIEW_ON, "冻土期不能开挖", actor=LEAD, now=now
    )


def end(session: Session, ticket: Ticket, now: datetime) -> None:
    row = suspensions.require_open(session, ticket)
    suspensions.end_suspension(session, row, Outcome.FEASIBLE, actor=LEAD, now=now)


def test_a_department_that_is_added_to_a_suspended_ticket_waits_too(
    session: Session, now: datetime
) -> None:
    ticket, _, _ = three(session, now)
    accepted(session, ticket, now)
    suspend(session, ticket, now + HOUR)
    to = [Assignment("540100-urban")]
    dispatching.add(session, ticket, to, actor=AGENT, now=now + 2 * DAY)
    added = orders.of_ticket(session, ticket)[-1]
    by_subject = {clock.subject: clock for clock in running(session, ticket, "reply_by")}
    assert [clock.next_alarm_at for clock in by_subject.values()] == [None, None]
    end(session, ticket, now + 20 * DAY)
    whole = due(now + 20 * DAY, parse_limit("7wd"), load_calendar("540102")).due
    assert by_subject[orders.subject(added)].due_at == whole


def test_who_is_merged_into_a_suspended_main_waits_too_and_is_told(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    accepted(session, main, now)
    send(session, second, now)
    suspend(session, main, now + HOUR)
    merged_at, ended = now + 2 * DAY, now + 20 * DAY  # Friday noon: six of its 7wd are left
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=merged_at)
    (clock,) = running(session, second, "reply_by")
    assert (clock.waits_for[:10], clock.next_alarm_at) == ("suspension", None)
    assert owed(session, second) == owed(session, third) == ["registered", "suspended"]
    end(session, main, ended)
    assert clock.due_at == due(ended, parse_limit("6wd"), load_calendar("540102")).due
    for each in (main, second, third):
        assert history.story(session, each)[-1].type == "ticket.suspension_ended"


def test_who_is_unmerged_is_not_late_for_the_time_that_both_were_suspended(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    send(session, main, now)  # Wednesday noon
    suspend(session, main, now + 2 * DAY)
    apart = now + 60 * DAY
    clusters.unmerge(session, second, "不是一处", actor=AGENT, now=apart)
    expected = due(apart, parse_limit("6wd"), load_calendar("540102")).due
    assert [clock.due_at for clock in running(session, second, "reply_by")] == [expected]
    end(session, main, apart)
    clusters.unmerge(session, third, "不是一处", actor=AGENT, now=apart + DAY)
    assert [clock.due_at for clock in running(session, third, "reply_by")] == [expected]
    moments = [each.at for each in history.story(session, third)]
    assert moments == sorted(moments)
