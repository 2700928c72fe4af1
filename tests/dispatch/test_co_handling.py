"""协办: the lead has another unit assist, at once or once the hotline grants it."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.handling import co_handling, dispatching, orders, reviews
from dispatch.handling.co_handling import CoHandlingStatus
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.states import OrderStatus
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.extension_scene import AGENT, CITY, URBAN
from tests.factories import create_ticket

WHY = "请协助抢修电缆，联系13989001234"


def led_by(session: Session, now: datetime, *departments: str) -> tuple[Ticket, WorkOrder]:
    """Return a ticket whose lead, the first of the departments, has accepted it."""
    ticket = create_ticket(session, now=now)
    named = [Assignment(each) for each in departments]
    dispatching.dispatch(session, ticket, named, actor=AGENT, now=now)
    lead = orders.of_ticket(session, ticket)[0]
    orders.accept(session, lead, actor=_of(lead), now=now)
    return ticket, lead


def _of(order: WorkOrder) -> Actor:
    return Actor(f"{order.department}#1", Role.SYSTEM, order.department)


def test_a_unit_of_a_district_below_assists_at_once(session: Session, now: datetime) -> None:
    ticket, lead = led_by(session, now, "540100-urban")
    row = co_handling.ask(session, lead, "540102-urban", WHY, actor=CITY, now=now)
    assisting = orders.of_ticket(session, ticket)[-1]
    assert (assisting.department, assisting.role) == ("540102-urban", OrderRole.ASSISTING)
    assert assisting.note == "请协助抢修电缆，联系139****1234"
    assert row.assisting_id == assisting.id
    assert co_handling.status_of(lead, row) is CoHandlingStatus.GRANTED
    told = [each.type for each in history.story(session, ticket)][-4:]
    assert told == [
        "order.help_asked",
        "order.dispatched",
        "ticket.dispatched",
        "order.help_granted",
    ]


def test_any_other_unit_assists_once_the_hotline_grants_it(session: Session, now: datetime) -> None:
    ticket, lead = led_by(session, now, "540102-urban")
    row = co_handling.ask(session, lead, "540100-urban", WHY, actor=URBAN, now=now)
    assert co_handling.status_of(lead, row) is CoHandlingStatus.ASKED
    assert len(orders.of_ticket(session, ticket)) == 1
    assert [each for each, _ in co_handling.register(session, open_only=True)] == [row]
    co_handling.decide(session, row, True, "", actor=AGENT, now=now)
    assert orders.of_ticket(session, ticket)[-1].department == "540100-urban"
    assert co_handling.register(session, open_only=True) == []


def test_a_refusal_says_why_and_may_be_followed_by_another_request(
    session: Session, now: datetime
) -> None:
    _, lead = led_by(session, now, "540102-urban")
    row = co_handling.ask(session, lead, "540100-urban", WHY, actor=URBAN, now=now)
    with pytest.raises(Conflict):
        co_handling.ask(session, lead, "540100-urban", WHY, actor=URBAN, now=now)
    with pytest.raises(Invalid):
        co_handling.decide(session, row, False, " ", actor=AGENT, now=now)
    co_handling.decide(session, row, False, "供电公司维护", actor=AGENT, now=now)
    assert co_handling.status_of(lead, row) is CoHandlingStatus.REFUSED
    with pytest.raises(Conflict):
        co_handling.decide(session, row, True, "", actor=AGENT, now=now)
    again = co_handling.ask(session, lead, "540100-urban", WHY, actor=URBAN, now=now)
    assert again.count == 2
    with pytest.raises(NotFound):
        co_handling.find(session, lead, 3)


def test_a_request_lapses_with_the_leads_order(session: Session, now: datetime) -> None:
    _, lead = led_by(session, now, "540102-urban")
    row = co_handling.ask(session, lead, "540100-urban", WHY, actor=URBAN, now=now)
    given = Return("unclear_duty", "三定方案")
    reviews.return_order(session, lead, given, actor=URBAN, now=now)
    assert co_handling.status_of(lead, row) is CoHandlingStatus.LAPSED
    with pytest.raises(Conflict):
        co_handling.decide(session, row, True, "", actor=AGENT, now=now)


def test_the_lead_sees_every_share_and_who_assists_sees_none(
    session: Session, now: datetime
) -> None:
    ticket, lead = led_by(session, now, "540100-urban", "540102-urban")
    assisting = orders.of_ticket(session, ticket)[-1]
    assert co_handling.shares(session, lead) == [assisting]
    assert co_handling.shares(session, assisting) == []
    given = Return("unclear_duty", "三定方案")
    reviews.return_order(session, assisting, given, actor=URBAN, now=now)
    assert co_handling.shares(session, lead) == []


@pytest.mark.parametrize("unit", ["nowhere", "540102-urban", "540100-transport"])
def test_who_has_the_ticket_or_is_not_there_is_not_asked(
    session: Session, now: datetime, unit: str
) -> None:
    _, lead = led_by(session, now, "540102-urban", "540100-transport")
    with pytest.raises((Invalid, Conflict)):
        co_handling.ask(session, lead, unit, WHY, actor=URBAN, now=now)


def test_only_the_lead_asks_and_only_once_it_has_accepted(session: Session, now: datetime) -> None:
    ticket, lead = led_by(session, now, "540102-urban", "540100-urban")
    assisting = orders.of_ticket(session, ticket)[-1]
    orders.accept(session, assisting, actor=CITY, now=now)
    with pytest.raises(Conflict, match="does not lead"):
        co_handling.ask(session, assisting, "540103-urban", WHY, actor=CITY, now=now)
    with pytest.raises(NotAllowed):
        co_handling.ask(session, lead, "540103-urban", WHY, actor=CITY, now=now)
    with pytest.raises(Invalid):
        co_handling.ask(session, lead, "540103-urban", " ", actor=URBAN, now=now)
    lead.status = OrderStatus.DISPATCHED
    with pytest.raises(Conflict, match="asks nobody"):
        co_handling.ask(session, lead, "540103-urban", WHY, actor=URBAN, now=now)


def test_a_sealed_matter_is_never_given_on_by_a_department(session: Session, now: datetime) -> None:
    ticket, lead = led_by(session, now, "540100-urban")
    ticket.confidentiality = "sealed"
    row = co_handling.ask(session, lead, "540102-urban", WHY, actor=CITY, now=now)
    assert co_handling.status_of(lead, row) is CoHandlingStatus.ASKED
