"""督办: raised for its causes, once while it is open; answered, lifted, and seen by who must."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from dispatch import feed, history
from dispatch.beside import supervision
from dispatch.beside.models_beside import Supervision
from dispatch.beside.supervision import Cause
from dispatch.ending import answers, endings
from dispatch.ending.answers import Told
from dispatch.ending.endings import RedoReason
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.notices.models_notices import StaffNotice
from dispatch.timing import clocks
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Audience, Cursor, EventType
from tests.dispatch.test_sweep import LONG, dispatched, sweep_all
from tests.factories import create_ticket

AGENT = Actor("dolma", Role.AGENT)
BOSS = Actor("pema", Role.SUPERVISOR)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")


def raised(session: Session, ticket: Ticket) -> list[tuple[str, str]]:
    """Return (cause, subject of its feedback's clock) of each supervision of the ticket."""
    rows = supervision.of_ticket(session, ticket)
    return [(each.cause, supervision.subject(each)) for each in rows]


def feedback(session: Session, row: Supervision) -> Clock:
    return session.exec(select(Clock).where(Clock.subject == supervision.subject(row))).one()


def audiences(session: Session, ticket: Ticket, type: EventType) -> list[tuple[str, Any]]:
    return [
        (event.audience, event.refs.get("department"))
        for event in history.story(session, ticket)
        if event.type == type
    ]


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
    supervision.lift(session, first, actor=BOSS, now=now)
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
        (row.id, code): _finds(session, row, code)
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


def _finds(session: Session, row: Supervision, department: str) -> bool:
    try:
        return supervision.find(session, row.id or 0, department=department) is row
    except NotFound:
        return False


@pytest.mark.parametrize(
    ("redone", "reason", "cause"),
    [
        (1, RedoReason.DISSATISFIED, ["dissatisfied"]),
        (1, RedoReason.NOT_DONE, []),
        (2, RedoReason.DISSATISFIED, ["second_redo"]),
        (2, RedoReason.CALLED_AGAIN, ["second_redo"]),
    ],
)
def test_a_redo_is_supervised_for_dissatisfaction_and_from_the_second_time_on(
    session: Session, now: datetime, redone: int, reason: RedoReason, cause: list[str]
) -> None:
    ticket, order = dispatched(session, now)
    ticket.redone = order.round = redone
    dissatisfied = reason is RedoReason.DISSATISFIED
    supervision.watch_redo(session, ticket, dissatisfied=dissatisfied, now=now)
    assert [each for each, _ in raised(session, ticket)] == cause


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


def given_back(session: Session, ticket: Ticket, now: datetime) -> WorkOrder:
    """Return the order of whoever leads after the first lead gave the ticket back."""
    (first,) = orders.of_ticket(session, ticket)
    why = Return("not_our_duty", "三定方案", "540100-urban")
    reviews.return_order(session, first, why, actor=URBAN, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540100-urban")], actor=MACHINE, now=now)
    return orders.of_ticket(session, ticket)[-1]


def told_of(session: Session) -> list[tuple[str, str]]:
    """Return (what, to whom) of each notice about a supervision and its clock."""
    told = select(StaffNotice.says, StaffNotice.recipient).where(StaffNotice.clock == "feedback_by")
    return list(session.exec(told.order_by(col(StaffNotice.id))).all())


def test_only_the_present_lead_is_asked_for_a_supervised_ticket(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    second = given_back(session, ticket, now)
    row = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    assert not _finds(session, row, first.department)
    assert _finds(session, row, second.department)
    assert supervision.listed(session, department=first.department) == []
    assert supervision.listed(session, department=second.department) == [row]
    assert told_of(session) == [("supervised", "department:540100-urban")]
    assert audiences(session, ticket, EventType.SUPERVISION_RAISED)[-1][1] == "540100-urban"


def test_what_an_order_was_supervised_for_passes_to_whoever_leads_next(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    row = supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    second = given_back(session, ticket, now)
    assert supervision.of_order(session, first) == []
    assert supervision.of_order(session, second) == [row]
    assert not _finds(session, row, first.department)
    assert feedback(session, row).stopped_at is None
    sweep_all(session, now + LONG)
    cards = [to for _, to in told_of(session)]
    assert cards[:4] == ["department:540102-urban", *["department:540100-urban"] * 3]


def test_a_cause_that_the_ticket_is_supervised_for_already_is_lifted_with_the_order(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    of_order = supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    of_ticket = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    given_back(session, ticket, now)
    assert (of_order.lifted_by, of_order.lifted_at) == ("hotline", now)
    assert of_ticket.lifted_at is None


def test_a_lead_is_told_what_the_ticket_was_supervised_for_before_it_came(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, call_numbers=("119",))
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    assert [to for _, to in told_of(session)] == ["agents:540102", "department:540102-urban"]


def test_neither_a_recalled_order_nor_a_ticket_at_its_end_is_supervised(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    given_back(session, ticket, now)
    with pytest.raises(Conflict, match="returned"):
        supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    ticket.closed_at = now
    with pytest.raises(Conflict, match="at its end"):
        supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)


def test_with_its_end_a_ticket_is_supervised_no_more_and_its_history_says_so(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    row = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    answers.answer(session, ticket, Told("已经告知办理流程"), actor=AGENT, now=now)
    assert (row.lifted_by, row.lifted_at) == ("hotline", now)
    assert feedback(session, row).stopped_at == now
    assert audiences(session, ticket, EventType.SUPERVISION_LIFTED) == [(Audience.DEPARTMENT, None)]
    assert supervision.listed(session, still_open=True) == []


def test_every_redo_from_the_second_on_is_supervised_by_a_clock_that_runs(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    running = []
    for _ in range(4):
        answers.answer(session, ticket, Told("已经告知办理流程"), actor=AGENT, now=now)
        endings.reopen(session, ticket, reason=RedoReason.CALLED_AGAIN, actor=AGENT, now=now)
        rows = supervision.of_ticket(session, ticket)
        running.append([row.cause for row in rows if not feedback(session, row).stopped_at])
    assert running == [[], ["second_redo"], ["second_redo"], ["second_redo"]]
    assert len(supervision.of_ticket(session, ticket)) == 3


def test_a_redo_after_the_callback_leaves_the_clock_of_a_supervision_running(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    orders.accept(session, order, actor=URBAN, now=now)
    answer = Answer("已更换路灯电缆，恢复照明。", True, True, "路灯已于今日修复，恢复照明。")
    replies.reply(session, order, answer, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    endings.reopen(session, ticket, actor=AGENT, now=now)
    assert feedback(session, row).stopped_at is None
    assert _finds(session, row, "540102-urban")
