"""督办: raised for its causes, once while it is open; answered, lifted, and seen by who must."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch import feed, history
from dispatch.beside import supervision
from dispatch.beside.models_beside import Supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket, WorkOrder
from dispatch.notices.models_notices import StaffNotice
from dispatch.timing import clocks
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, Cursor, EventType
from tests.dispatch.supervision_scene import BOSS, URBAN, audiences, feedback, finds, raised
from tests.dispatch.sweep_scene import LONG, dispatched, sweep_all
from tests.factories import create_ticket


def test_an_overdue_reply_is_supervised_once_after_its_event_and_an_overdue_answer_never(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    sweep_all(session, now + LONG)
    ((cause, subject),) = raised(session, ticket)
    (row,) = supervision.of_order(session, order)
    assert (cause, row.order_id, row.raised_by) == ("overdue", order.id, "hotline")
    clock = feedback(session, row)
    assert (clock.kind, clock.limit, clock.started_at) == ("feedback_by", "3wd", now + LONG)
    story = [event.type for event in history.story(session, ticket)]
    assert story.index("supervision.raised") > story.index("clock.overdue")
    assert audiences(session, ticket, EventType.SUPERVISION_RAISED) == [
        (Audience.DEPARTMENT, "540102-urban")
    ]
    sweep_all(session, now + LONG + LONG)
    assert raised(session, ticket) == [(cause, subject)]
    cards = select(StaffNotice.says, StaffNotice.recipient).where(
        StaffNotice.clock == "feedback_by"
    )
    assert session.exec(cards.order_by(col(StaffNotice.id))).all() == [
        ("supervised", "department:540102-urban"),
        ("warning", "department:540102-urban"),
        ("due", "department:540102-urban"),
        ("overdue", "supervision:540102"),
        ("escalated", "supervision:540102"),
    ]
    assert events.verify(session)


def test_an_open_supervision_of_the_cause_is_enough_and_a_lifted_one_is_not(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    first = supervision.supervise(
        session, ticket, order, Cause.PERSON, "请核实。", actor=BOSS, now=now
    )
    with pytest.raises(Conflict):
        supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    assert supervision.watch(session, ticket, order, Cause.PERSON, now=now) is None
    assert supervision.watch(session, ticket, None, Cause.PERSON, now=now)
    supervision.lift(session, first, "不再需要。", actor=BOSS, now=now)
    assert supervision.watch(session, ticket, order, Cause.PERSON, now=now)


def test_an_answer_and_the_lifting_stop_its_clock_and_are_final(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    version = ticket.version
    later = now + timedelta(hours=3)
    words = "已修好，联系人电话13989001234。"
    supervision.answer(session, row, words, actor=URBAN, now=later)
    assert row.answered_by == str(URBAN)
    assert "13989001234" not in row.feedback
    assert feedback(session, row).stopped_at == later
    with pytest.raises(Conflict, match="answered"):
        supervision.answer(session, row, "又一次", actor=URBAN, now=later)
    supervision.lift(session, row, "已核实。", actor=BOSS, now=later)
    for act in (supervision.answer, supervision.lift):
        with pytest.raises(Conflict, match="lifted"):
            act(session, row, "晚了", actor=BOSS, now=later)
    assert (row.version, ticket.version) == (3, version + 2)
    for type in (EventType.SUPERVISION_ANSWERED, EventType.SUPERVISION_LIFTED):
        assert audiences(session, ticket, type) == [(Audience.DEPARTMENT, "540102-urban")]


def test_an_empty_answer_and_another_tickets_order_are_refused(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    other, _ = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    with pytest.raises(Invalid, match="empty"):
        supervision.answer(session, row, "  ", actor=URBAN, now=now)
    with pytest.raises(Invalid, match="no order"):
        supervision.supervise(session, other, order, Cause.PERSON, actor=BOSS, now=now)


def test_only_the_supervised_department_finds_it(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    both = [Assignment("540102-urban"), Assignment("540100-urban")]
    dispatching.dispatch(session, ticket, both, actor=MACHINE, now=now)
    _, assisting = orders.of_ticket(session, ticket)
    of_assisting = supervision.watch(session, ticket, assisting, Cause.PERSON, now=now)
    of_ticket = supervision.watch(session, ticket, None, Cause.PERSON, now=now)
    assert of_assisting
    assert of_ticket
    may = {
        (row.id, code): finds(session, row, code)
        for row in (of_assisting, of_ticket)
        for code in ("540102-urban", "540100-urban", "")
    }
    assert may == {
        (of_assisting.id, "540102-urban"): False,
        (of_assisting.id, "540100-urban"): True,
        (of_assisting.id, ""): True,
        (of_ticket.id, "540102-urban"): True,  # it leads
        (of_ticket.id, "540100-urban"): False,
        (of_ticket.id, ""): True,
    }


def test_a_ticket_that_speaks_of_danger_is_supervised_from_its_first_minute(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, call_numbers=("119",))
    ((cause, _),) = raised(session, ticket)
    assert cause == "risk_words"
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    assert [each.cause for each in supervision.of_order(session, order)] == ["risk_words"]


def test_the_department_reads_of_it_in_its_feed(session: Session, now: datetime) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    sweep_all(session, now + timedelta(days=20))
    found = events.history(session, history.chain(ticket))
    types = [event.type for event in feed.concerning(session, found, "540102-urban")]
    assert "supervision.raised" in types
    assert types.count("clock.overdue") == _overdue(session, ticket, order, row)
    others = feed.concerning(session, found, "540100-urban")
    assert not [event for event in others if event.type.startswith(("clock.", "supervision."))]
    assert Cursor()


def _overdue(session: Session, ticket: Ticket, order: WorkOrder, row: Supervision) -> int:
    """Return how many clocks of the order and its supervision, swept by now, are overdue."""
    mine = {orders.subject(order), supervision.subject(row)}
    return sum(
        each.subject in mine and "overdue" in clocks.struck(session, each)
        for each in clocks.of_ticket(session, ticket)
    )
