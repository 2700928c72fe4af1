"""最相近的已办工单: who completed what was asked before in like words, within the asker's reach."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.models import Ticket, WorkOrder
from dispatch.routing import nearest
from dispatch.states import OrderStatus, TicketStatus
from dispatch.terms import RequestType
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

SAID = "团结路的路灯坏了一个星期，晚上很黑。"
URBAN = "540102-urban"


def past(
    session: Session,
    now: datetime,
    *,
    text: str = "团结路陆登坏了好几天，晚上太黑。",
    status: str = OrderStatus.COMPLETED,
    **changes: object,
) -> Ticket:
    ticket = create_ticket(session, now=now, text=text, **changes)
    ticket.status = TicketStatus.CLOSED
    session.flush()
    session.add(
        WorkOrder(
            number=f"{ticket.number}-1",
            ticket_id=ticket.id or 0,
            department=URBAN,
            status=status,
            dispatched_at=now,
            dispatched_by="agent-1",
        )
    )
    session.flush()
    return ticket


def test_the_likest_closed_ticket_names_who_completed_it(session: Session, now: datetime) -> None:
    like = past(session, now)
    past(session, now, text="公交车站牌被撞倒了。")
    ticket = create_ticket(session, now=now, text=SAID)

    (found,) = nearest.find(session, ticket, reader=None)

    assert (found.number, found.department) == (like.number, URBAN)
    assert found.outcome is OrderStatus.COMPLETED
    assert 0.3 <= found.likeness < 1
    (sentence,) = nearest.reasons(session, ticket, reader=None)
    assert like.number in sentence
    assert "办结" in sentence
    assert "团结路" not in sentence
    assert set(found.as_json()) == {"number", "department", "outcome", "likeness"}


def test_a_return_is_told_as_one(session: Session, now: datetime) -> None:
    past(session, now, status=OrderStatus.RETURNED)
    ticket = create_ticket(session, now=now, text=SAID)

    (found,) = nearest.find(session, ticket, reader=None)

    assert found.outcome is OrderStatus.RETURNED


def test_open_tickets_are_no_past(session: Session, now: datetime) -> None:
    past(session, now).status = TicketStatus.DISPATCHED
    ticket = create_ticket(session, now=now, text=SAID)
    session.flush()

    assert nearest.find(session, ticket, reader=None) == []


def test_a_report_finds_none_and_is_not_found(session: Session, now: datetime) -> None:
    secret = past(session, now, request_type=RequestType.REPORT)
    ticket = create_ticket(session, now=now, text=SAID)

    assert nearest.find(session, ticket, reader=None) == []
    assert nearest.find(session, secret, reader=None) == []


@pytest.mark.parametrize(("district", "count"), [("540103", 0), ("540100", 1), ("", 1)])
def test_only_what_the_asker_may_see_is_named(
    session: Session, now: datetime, district: str, count: int
) -> None:
    past(session, now, district="540102")
    ticket = create_ticket(session, now=now, text=SAID, district="540102")
    reader = Actor("dawa", Role.AGENT, district=district)

    assert len(nearest.find(session, ticket, reader=reader)) == count
