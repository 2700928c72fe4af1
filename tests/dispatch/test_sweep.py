"""扫描: each threshold once, in its order, with its event and its card, whoever sweeps beside."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Alarm, Ticket
from dispatch.notices.models_notices import StaffNotice
from dispatch.terms import ClockKind
from dispatch.timing import clocks, escalation, sweep
from dispatch.timing.clocks import Threshold
from dispatch.timing.escalation import Owner
from hotline.core import events
from tests.dispatch.sweep_scene import LONG, dispatched, sweep_all
from tests.factories import create_ticket


def told(session: Session, ticket: Ticket) -> list[tuple[str, str]]:
    return [
        (event.refs["clock"], event.type.removeprefix("clock."))
        for event in history.story(session, ticket)
        if event.type.startswith("clock.")
    ]


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_what_was_missed_strikes_in_order_with_an_alarm_an_event_and_a_card_each(
    session: Session, now: datetime, limit: int
) -> None:
    ticket, order = dispatched(session, now)
    struck = sweep_all(session, now + LONG, limit)
    running = {"accept_by", "contact_by", "return_by", "reply_by", "feedback_by"}
    assert Counter((each.clock.kind, each.threshold) for each in struck) == Counter(
        (kind, threshold) for kind in running - {"feedback_by"} for threshold in Threshold
    )
    for kind in running - {"feedback_by"}:
        assert [each for of, each in told(session, ticket) if of == kind] == list(Threshold)
    assert len(session.exec(select(Alarm)).all()) == len(struck)
    cards = session.exec(select(StaffNotice).where(StaffNotice.says != "supervised")).all()
    assert Counter((each.clock, each.says, each.order) for each in cards) == Counter(
        (each.clock.kind, each.threshold, order.number) for each in struck
    )
    assert {clock.kind for clock in clocks.of_ticket(session, ticket) if clock.next_alarm_at} == {
        "feedback_by"
    }
    assert events.verify(session)


def test_cards_go_to_the_department_then_its_leader_then_the_supervision_office(
    session: Session, now: datetime
) -> None:
    ticket, _ = dispatched(session, now)
    sweep_all(session, now + LONG)
    cards = session.exec(
        select(StaffNotice).where(StaffNotice.clock == "reply_by").order_by(col(StaffNotice.id))
    ).all()
    assert [(each.says, each.card, each.recipient) for each in cards] == [
        ("warning", "yellow", "department:540102-urban"),
        ("due", "red", "department:540102-urban"),
        ("overdue", "red", "leader:540102-urban"),
        ("escalated", "red", "supervision:540102"),
    ]
    assert {each.ticket for each in cards} == {ticket.number}


def test_what_nobody_was_dispatched_is_the_hotlines_own_to_answer_for(
    session: Session, now: datetime
) -> None:
    create_ticket(session, now=now)
    sweep_all(session, now + LONG)
    cards = session.exec(select(StaffNotice.recipient).order_by(col(StaffNotice.id))).all()
    assert cards == ["agents:540102"] * 2 + ["team_lead:540102", "supervision:540102"]


def test_a_feedback_that_is_overdue_goes_to_the_supervision_office_only() -> None:
    owner = Owner("540102", "540102-urban")
    assert [
        escalation.recipient_of(ClockKind.FEEDBACK_BY, threshold, owner) for threshold in Threshold
    ] == ["department:540102-urban"] * 2 + ["supervision:540102"] * 2


def test_it_goes_up_a_workday_after_it_was_overdue_or_an_hour_for_hours(
    session: Session, now: datetime
) -> None:
    friday = datetime.fromisoformat("2026-11-20T10:00:00+08:00")  # a week's reply limit: Tuesday
    ticket, _ = dispatched(session, friday)
    by_kind = {each.kind: each for each in clocks.of_ticket(session, ticket)}
    reply, dispatch_by = by_kind["reply_by"], by_kind["dispatch_by"]
    assert clocks.overdue_from(reply) - reply.due_at == timedelta(days=1)
    assert reply.escalates_at.isoformat()[:10] == "2026-12-03"  # due on 12-01, overdue on 12-02
    accept = by_kind["accept_by"]  # due on Friday, overdue on Saturday
    assert accept.escalates_at.isoformat()[:10] == "2026-11-23"
    assert dispatch_by.escalates_at - dispatch_by.due_at == timedelta(hours=2)
    assert now


def test_an_idle_sweep_does_nothing(session: Session, now: datetime) -> None:
    dispatched(session, now)
    assert sweep.strike_batch(session, now=now) == sweep.Batch(0, ())


def test_an_alarm_that_stands_is_not_raised_again_when_its_clock_is_found_once_more(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    (clock,) = clocks.of_ticket(session, ticket)
    for threshold in Threshold:
        session.add(Alarm(clock_id=clock.id or 0, generation=1, threshold=threshold, at=now))
    session.flush()
    assert sweep.strike_batch(session, now=now + LONG) == sweep.Batch(1, ())
    session.refresh(clock)
    assert clock.next_alarm_at is None
    assert told(session, ticket) == []


def test_a_ticket_that_somebody_writes_to_is_left_for_later_and_never_waited_for(
    emptied: Engine, now: datetime
) -> None:
    with Session(emptied, expire_on_commit=False) as writer, Session(emptied) as sweeper:
        held, free = create_ticket(writer, now=now), create_ticket(writer, now=now)
        writer.commit()
        try:
            lock = select(Ticket).where(Ticket.id == held.id).with_for_update()
            writer.exec(lock).one()
            sweeper.execute(text("SET LOCAL lock_timeout = '1s'"))
            batch = sweep.strike_batch(sweeper, now=now + timedelta(minutes=50))
            assert (batch.found, [each.thing.id for each in batch.struck]) == (2, [free.id])
            sweeper.rollback()
        finally:
            writer.rollback()
