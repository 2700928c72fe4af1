"""挂账: what waits has an owner, a day and a reason; its clocks stand still and lose nothing."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.beside import extension_limits, extensions, suspensions
from dispatch.beside.models_beside import Suspension
from dispatch.beside.suspensions import Outcome
from dispatch.clustering import clusters
from dispatch.ending import endings, withdrawals
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Clock, Notice, Ticket, WorkOrder
from dispatch.notices import caller_notices
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import parse_limit
from dispatch.states import TicketAction
from dispatch.timing import clocks
from dispatch.timing.sweep import strike_batch
from hotline.core.accounts import Actor, Role, create_account
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Event
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("tashi", Role.TEAM_LEAD)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
CITY = Actor("540100-urban#1", Role.SYSTEM, "540100-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
REVIEW_ON = date(2027, 3, 1)
REASON = "冻土期不能开挖，待春季施工。"


def handled(session: Session, now: datetime, *departments: str) -> tuple[Ticket, list[WorkOrder]]:
    """Return a dispatched ticket with its orders, each signed for."""
    ticket = create_ticket(session, now=now)
    to = [Assignment(code) for code in departments or ("540102-urban",)]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now)
    found = list(orders.of_ticket(session, ticket))
    for order in found:
        orders.accept(session, order, actor=URBAN, now=now)
    return ticket, found


def suspend(session: Session, ticket: Ticket, now: datetime) -> Suspension:
    return suspensions.suspend(
        session, ticket, "540102-urban", REVIEW_ON, REASON, actor=LEAD, now=now
    )


def end(session: Session, row: Suspension, now: datetime) -> Suspension:
    return suspensions.end_suspension(session, row, Outcome.FEASIBLE, actor=LEAD, now=now)


def reply_clock(session: Session, order: WorkOrder) -> Clock:
    clock = extension_limits.reply_clock(session, order)
    assert clock
    return clock


def of_kind(session: Session, ticket: Ticket, kind: str) -> list[Clock]:
    return [each for each in clocks.of_ticket(session, ticket) if each.kind == kind]


def told(session: Session, ticket: Ticket) -> list[Event]:
    return [each for each in history.story(session, ticket) if "suspen" in each.type]


def test_the_reply_clock_stands_still_and_says_what_it_waits_for(
    session: Session, now: datetime
) -> None:
    ticket, (order,) = handled(session, now)
    row = suspend(session, ticket, now + timedelta(days=2))
    clock = reply_clock(session, order)
    assert clock.waits_for == f"suspension:{row.id}"
    assert (clock.stopped_at, clock.next_alarm_at) == (None, None)
    (contact,) = of_kind(session, ticket, "contact_by")
    assert contact.waits_for == ""
    (review,) = of_kind(session, ticket, "review_by")
    assert review.due_at == datetime.fromisoformat("2027-03-01T18:00+08:00")
    assert review.subject == f"ticket:{ticket.number}"
    for strike in strike_batch(session, now=now + timedelta(days=60)).struck:
        assert strike.clock.kind != "reply_by"


def test_the_caller_is_told_why_and_until_when(session: Session, now: datetime) -> None:
    ticket, _ = handled(session, now)
    suspend(session, ticket, now)
    (event,) = told(session, ticket)
    assert (event.type, event.audience) == ("ticket.suspended", "caller")
    assert event.refs == {"ticket": ticket.number, "review_on": "2027-03-01"}
    notice = session.exec(select(Notice).where(Notice.template == "suspended")).one()
    text = caller_notices.TEXTS["suspended"].format(number=ticket.number, **notice.words)
    assert "冻土期不能开挖，待春季施工。我们将不晚于2027年3月1日复核" in text


def test_at_its_end_the_clock_runs_on_with_what_was_left(session: Session, now: datetime) -> None:
    ticket, (order,) = handled(session, now)  # Wednesday noon, 7wd: due on Friday of next week
    row = suspend(session, ticket, now + timedelta(days=2))  # Friday noon: six days are left
    ended = now + timedelta(days=20)
    end(session, row, ended)
    clock = reply_clock(session, order)
    assert clock.waits_for == ""
    assert clock.due_at == due(ended, parse_limit("6wd"), load_calendar("540102")).due
    assert clock.next_alarm_at == clock.warning_at > ended
    (review,) = of_kind(session, ticket, "review_by")
    assert review.stopped_at == ended
    assert (row.ended_by, row.outcome) == ("tashi", "feasible")
    assert [event.type for event in told(session, ticket)] == [
        "ticket.suspended",
        "ticket.suspension_ended",
    ]
    reckoned = [each for each in history.story(session, ticket) if each.type == "clock.reckoned"]
    assert [event.refs["why"] for event in reckoned] == ["挂账结束"]
    with pytest.raises(Conflict), session.begin_nested():
        end(session, row, ended)


def test_a_clock_that_was_overdue_stays_overdue(session: Session, now: datetime) -> None:
    ticket, (order,) = handled(session, now)
    due_at = reply_clock(session, order).due_at
    row = suspend(session, ticket, due_at + timedelta(minutes=1))
    end(session, row, due_at + timedelta(days=9))
    assert reply_clock(session, order).due_at == due_at


def test_it_may_wait_again_and_both_times_are_told_and_kept(
    session: Session, now: datetime
) -> None:
    ticket, (order,) = handled(session, now)
    first = suspend(session, ticket, now)
    with pytest.raises(Conflict, match="already"), session.begin_nested():
        suspend(session, ticket, now)
    later = now + timedelta(days=7)
    end(session, first, later)
    before = reply_clock(session, order).due_at
    suspend(session, ticket, later)
    assert reply_clock(session, order).due_at == before
    assert [each.outcome for each in suspensions.of_ticket(session, ticket)] == ["feasible", ""]
    assert len(of_kind(session, ticket, "review_by")) == 2
    assert len(session.exec(select(Notice).where(Notice.template == "suspended")).all()) == 2


@pytest.mark.parametrize(
    ("owner", "review_on", "reason"),
    [
        ("nobody", REVIEW_ON, REASON),
        ("540102-urban", date(2026, 11, 25), REASON),
        ("540102-urban", date(2027, 11, 26), REASON),
        ("540102-urban", REVIEW_ON, "  "),
        ("540102-urban", REVIEW_ON, "请联系张某13989001234"),
    ],
)
def test_what_a_careful_clerk_would_not_write_is_refused(
    session: Session, now: datetime, owner: str, review_on: date, reason: str
) -> None:
    ticket, _ = handled(session, now)
    with pytest.raises(Invalid) as caught:
        suspensions.suspend(session, ticket, owner, review_on, reason, actor=LEAD, now=now)
    assert caught.value.remedy


def test_a_person_may_own_it_and_the_last_day_is_a_year_ahead(
    session: Session, now: datetime
) -> None:
    create_account(session, "pema", "secret-word", role=Role.SUPERVISOR, now=now)
    ticket, _ = handled(session, now)
    last = date(2027, 11, 25)
    suspensions.suspend(session, ticket, "pema", last, REASON, actor=LEAD, now=now)
    ((row, shown),) = suspensions.register(session, owner="pema")
    assert (row.review_on, shown) == (last, ticket)
    assert suspensions.register(session, after=(last, row.id or 0)) == []


def test_only_what_a_department_is_handling_can_wait(session: Session, now: datetime) -> None:
    registered = create_ticket(session, now=now)
    with pytest.raises(Conflict, match="registered"):
        suspend(session, registered, now)
    ticket, (order,) = handled(session, now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    with pytest.raises(Conflict, match="answered"):
        suspend(session, ticket, now)
    with pytest.raises(NotFound):
        suspensions.require_open(session, ticket)


def test_a_reply_ends_it_and_a_rejected_one_is_due_by_what_was_left(
    session: Session, now: datetime
) -> None:
    ticket, (order,) = handled(session, now)
    row = suspend(session, ticket, now)
    later = now + timedelta(days=30)
    replies.reply(session, order, ANSWER, actor=URBAN, now=later)
    assert (row.outcome, row.ended_by, row.ended_at) == ("replied", "hotline", later)
    reviews.reject(session, order, note="没有说明", actor=AGENT, now=later)
    clock = reply_clock(session, order)
    assert clock.due_at == due(later, parse_limit("7wd"), load_calendar("540102")).due
    assert clock.next_alarm_at


def test_an_assisting_department_that_replies_leaves_the_lead_waiting(
    session: Session, now: datetime
) -> None:
    ticket, (lead, assisting) = handled(session, now, "540102-urban", "540100-urban")
    row = suspend(session, ticket, now)
    replies.reply(session, assisting, ANSWER, actor=CITY, now=now + timedelta(days=9))
    assert row.ended_at is None
    assert reply_clock(session, lead).waits_for
    (answered,) = [
        each
        for each in of_kind(session, ticket, "reply_by")
        if each.subject == orders.subject(assisting)
    ]
    assert (answered.waits_for, answered.stopped_at) == ("", now + timedelta(days=9))
    replies.reply(session, lead, ANSWER, actor=URBAN, now=now + timedelta(days=10))
    assert row.outcome == "replied"


def test_a_ticket_never_settles_or_ends_while_it_waits(session: Session, now: datetime) -> None:
    ticket, (order,) = handled(session, now)
    row = suspend(session, ticket, now)
    back = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, back, actor=URBAN, now=now + timedelta(hours=1))
    assert (ticket.status, row.outcome) == ("registered", "left")
    running = [each for each in clocks.of_ticket(session, ticket) if each.stopped_at is None]
    assert not any(each.waits_for for each in running)
    assert "review_by" not in {each.kind for each in running}

    other, _ = handled(session, now)
    waiting = suspend(session, other, now)
    withdrawals.withdraw(session, other, Wish.NOT_WANTED, actor=AGENT, now=now)
    assert (other.status, waiting.outcome) == ("withdrawn", "left")
    assert not [each for each in clocks.of_ticket(session, other) if each.stopped_at is None]


def test_nothing_can_close_it_over_an_open_suspension(session: Session, now: datetime) -> None:
    ticket, _ = handled(session, now)
    suspend(session, ticket, now)
    for action in (TicketAction.CLOSE, TicketAction.ANSWER):
        with pytest.raises(Conflict), session.begin_nested():
            endings.end(session, ticket, action, now=now)


def test_no_extension_is_asked_for_while_the_clock_stands_still(
    session: Session, now: datetime
) -> None:
    ticket, (order,) = handled(session, now)
    asked = extensions.request_extension(session, order, 5, "运输中", actor=URBAN, now=now)
    row = suspend(session, ticket, now)
    with pytest.raises(Conflict, match="stands still"), session.begin_nested():
        extensions.request_extension(session, order, 5, "运输", actor=URBAN, now=now)
    with pytest.raises(Conflict, match="stands still"), session.begin_nested():
        extensions.decide_extension(session, asked, True, "", actor=LEAD, now=now)
    far = now + timedelta(days=60)
    assert extension_limits.undecided_too_long(session, now=far) == []
    assert extensions.lapse(session, order, now=far) is None
    end(session, row, far)
    extensions.decide_extension(session, asked, True, "", actor=LEAD, now=far)
    assert reply_clock(session, order).limit == "7wd+5wd"


def test_who_follows_a_merged_ticket_waits_with_it_and_is_told(
    session: Session, now: datetime
) -> None:
    main, member = create_ticket(session, now=now), create_ticket(session, now=now)
    clusters.merge(session, main, [member], "同一盏路灯", actor=AGENT, now=now)
    dispatching.dispatch(session, main, [Assignment("540102-urban")], actor=AGENT, now=now)
    with pytest.raises(Conflict), session.begin_nested():
        suspend(session, member, now)
    row = suspend(session, main, now)
    assert [event.type for event in told(session, member)] == ["ticket.suspended"]
    end(session, row, now + timedelta(days=3))
    owed = session.exec(select(Notice.ticket_id).where(Notice.template == "suspended")).all()
    assert set(owed) == {main.id, member.id}
    assert len(owed) == 2
