"""重办: what ended is done again, in a round of its own, by who answered it."""

from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.callback import callback_record
from dispatch.ending import answers, endings
from dispatch.ending.endings import RedoReason
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from tests.dispatch.deciding_scene import AGENT, TOLD, awaiting, running
from tests.factories import create_ticket


def test_a_closed_ticket_is_done_again_by_an_agent_and_asked_about_anew(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    for place in (1, 2):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
        words = "又坏了，我的电话13989001234"
        called = RedoReason.CALLED_AGAIN
        endings.reopen(session, ticket, reason=called, note=words, actor=AGENT, now=now)
        assert (ticket.status, ticket.redone, ticket.closing) == ("registered", place, "")
        assert ticket.closed_at is None
        # From the second time on it is supervised as well.
        assert running(session, ticket) == ["dispatch_by", "feedback_by"][:place]
        told = [each for each in history.story(session, ticket) if each.type == "ticket.reopened"]
        event = told[-1]
        assert (event.refs["round"], event.refs["redo"]) == (place, "called_again")
        assert event.audience == "caller"
    rows = endings.redone(session, ticket)
    assert [(row.round, row.reason) for row in rows] == [(1, "called_again"), (2, "called_again")]
    assert all("13989001234" not in row.note and "又坏了" in row.note for row in rows)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    assert [each.round for each in orders.of_ticket(session, ticket)] == [2]


def test_while_the_callback_is_due_an_agent_sends_it_back_to_who_answered(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    reason = RedoReason.CALLED_AGAIN
    endings.reopen(session, ticket, reason=reason, actor=AGENT, now=now)
    first, again = orders.of_ticket(session, ticket)
    assert (ticket.status, again.department) == ("dispatched", first.department)
    assert set(running(session, ticket)) == {"accept_by", "contact_by", "return_by", "rectify_by"}
    (callback,) = callback_record.of_ticket(session, ticket)
    assert callback.status == "cancelled"
