"""撤回 through the link: as on the telephone, but only what was seen, and never what endangers."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.ending.withdrawals import Wish
from dispatch.requesters import withdrawing
from dispatch.states import TicketStatus
from dispatch.terms import Urgency
from hotline.core.errors import Conflict, Stale
from tests.dispatch.deciding_scene import awaiting, dispatched, running, types
from tests.dispatch.requester_scene import make_report
from tests.factories import create_ticket

HANDLED = TicketStatus.DISPATCHED


def test_what_is_withdrawn_is_withdrawn_once(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    for _ in range(2):
        withdrawing.withdraw(session, ticket, Wish.NOT_WANTED, seen=HANDLED, now=now)
    assert (ticket.status, ticket.closing) == ("withdrawn", "withdrawn")
    assert running(session, ticket) == []
    assert types(session, ticket).count("ticket.withdrawn") == 1


def test_whoever_has_an_answer_they_have_not_read_is_shown_it_first(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    with pytest.raises(Stale):
        withdrawing.withdraw(session, ticket, Wish.OTHER, seen=HANDLED, now=now)
    assert ticket.status == "awaiting_callback"
    seen = TicketStatus.AWAITING_CALLBACK
    assert withdrawing.may_withdraw(ticket)
    assert (
        withdrawing.withdraw(session, ticket, Wish.OTHER, seen=seen, now=now).status == "withdrawn"
    )


def test_a_report_and_danger_to_life_are_not_ended_by_whoever_has_the_telephone(
    session: Session, now: datetime
) -> None:
    report = make_report(session, dispatched(session, now))
    danger = create_ticket(session, now=now, urgency=Urgency.CRITICAL)
    for ticket in (report, danger):
        assert not withdrawing.may_withdraw(ticket)
        seen = TicketStatus(ticket.status)
        with pytest.raises(Conflict):
            withdrawing.withdraw(session, ticket, Wish.OTHER, seen=seen, now=now)


def test_what_is_closed_is_not_withdrawn(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    ticket.status = "closed"
    assert not withdrawing.may_withdraw(ticket)
    with pytest.raises(Conflict):
        withdrawing.withdraw(session, ticket, Wish.OTHER, seen=TicketStatus.CLOSED, now=now)
