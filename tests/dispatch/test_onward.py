"""转派: who may give what on to whom, and who reads of it."""

from datetime import date, datetime

import pytest
from sqlmodel import Session

from dispatch import feed, history
from dispatch.beside import suspensions
from dispatch.beside.suspensions import Outcome
from dispatch.handling import dispatching, onward, orders
from dispatch.handling.orders import Assignment
from dispatch.models import WorkOrder
from dispatch.states import OrderStatus
from dispatch.timing.reckoning import BEFORE_ABOVE
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Cursor
from knowledge.models import Department
from tests.dispatch.onward_scene import (
    AGENT,
    CITY,
    COUNTY,
    DAY,
    HAMLET,
    HOUSING,
    LEAD,
    TOWN,
    add_places,
    answer,
    city_order,
    give_on,
    refused,
    running,
    system,
)
from tests.factories import create_ticket, system_of


@pytest.fixture(autouse=True)
def places(session: Session, now: datetime) -> None:
    """Townships and villages: the packaged directory ends at counties."""
    add_places(session, now)


def test_the_first_named_below_leads_there_by_clocks_inside_those_above(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    later = now + 3 * DAY
    version = order.version
    children = onward.dispatch(
        session, order, [COUNTY, HOUSING], "速去，电13989001234", actor=system(order), now=later
    )
    lead, assisting = onward.of_order(session, order)
    assert [lead, assisting] == children
    assert (lead.role, assisting.role) == ("lead", "assisting")
    assert [each.number for each in children] == [f"{ticket.number}-2", f"{ticket.number}-3"]
    assert {each.legal_basis for each in children} == {"条例第六条"}
    assert "13989001234" not in lead.note
    assert order.version == version + 1
    parent_due = running(session, order)["reply_by"].due_at
    for child in children:
        own = running(session, child)
        assert set(own) == {"accept_by", "contact_by", "return_by", "reply_by"}
        assert all(each.started_at == later for each in own.values())
        last = parent_due - BEFORE_ABOVE  # its own seven workdays would end later
        assert own["reply_by"].due_at == last
        assert all(each.due_at <= last for each in own.values())
    told = history.story(session, ticket)[-2:]
    assert [each.type for each in told] == ["order.dispatched"] * 2
    assert [each.refs["parent"] for each in told] == [order.number] * 2
    assert {each.audience for each in told} == {"department"}


def test_a_parent_that_is_late_already_gives_on_what_is_due_at_once(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    late = running(session, order)["reply_by"].due_at + DAY
    (child,) = give_on(session, order, late, COUNTY)
    assert running(session, child)["reply_by"].due_at == late


def test_only_the_unit_itself_gives_an_accepted_order_on(session: Session, now: datetime) -> None:
    ticket, order = city_order(session, now)
    for actor in (AGENT, system(COUNTY)):
        assert CITY in refused(
            NotAllowed,
            lambda actor=actor: onward.dispatch(session, order, [COUNTY], "", actor=actor, now=now),
            session,
        )
    other = create_ticket(session, now=now)
    dispatching.dispatch(session, other, [Assignment(CITY)], actor=AGENT, now=now)
    (unsigned,) = orders.of_ticket(session, other)
    refused(Conflict, lambda: give_on(session, unsigned, now, COUNTY), session)
    answer(session, order, now)
    assert "replied" in refused(Conflict, lambda: give_on(session, order, now, COUNTY), session)
    assert len(orders.of_ticket(session, ticket)) == 1


@pytest.mark.parametrize(
    "codes",
    [(), (COUNTY, COUNTY), ("nowhere",), ("540100-housing",), (CITY,), ("540200-desk",)],
    ids=["nobody", "twice", "unknown", "beside", "itself", "elsewhere"],
)
def test_who_is_not_below_gets_nothing(
    session: Session, now: datetime, codes: tuple[str, ...]
) -> None:
    ticket, order = city_order(session, now)
    refused(Invalid, lambda: give_on(session, order, now, *codes), session)
    assert len(orders.of_ticket(session, ticket)) == 1


def test_a_unit_that_takes_no_orders_gets_none(session: Session, now: datetime) -> None:
    _, order = city_order(session, now)
    session.get_one(Department, COUNTY).accepts = False
    assert "takes no orders" in refused(
        Invalid, lambda: give_on(session, order, now, COUNTY), session
    )


def test_nobody_has_two_open_orders_of_a_ticket(session: Session, now: datetime) -> None:
    ticket, order = city_order(session, now)
    dispatching.add(session, ticket, [Assignment(COUNTY)], actor=AGENT, now=now)
    assert COUNTY in refused(Conflict, lambda: give_on(session, order, now, COUNTY), session)


def test_it_goes_three_levels_down_and_no_further(session: Session, now: datetime) -> None:
    _, order = city_order(session, now)
    (county,) = give_on(session, order, now, COUNTY)
    (town,) = give_on(session, county, now + DAY, TOWN)
    own = [running(session, each)["reply_by"].due_at for each in (order, county, town)]
    assert own[0] > own[1] > own[2]
    assert "3 levels" in refused(Conflict, lambda: give_on(session, town, now, HAMLET), session)


def test_nothing_is_given_on_while_the_ticket_is_suspended(session: Session, now: datetime) -> None:
    ticket, order = city_order(session, now)
    row = suspensions.suspend(
        session, ticket, CITY, date(2027, 1, 15), "冻土期", actor=LEAD, now=now
    )
    assert "stands still" in refused(
        Conflict, lambda: give_on(session, order, now, COUNTY), session
    )
    suspensions.end_suspension(session, row, Outcome.FEASIBLE, actor=LEAD, now=now + DAY)
    assert give_on(session, order, now + DAY, COUNTY)


def test_the_unit_above_reads_what_is_below_and_the_unit_below_only_its_own(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    (county,) = give_on(session, order, now, COUNTY)
    (town,) = give_on(session, county, now, TOWN)

    def find(each: WorkOrder, code: str, *, lock: bool = False, issuer: bool = False) -> WorkOrder:
        return orders.find(session, each.number, reader=system_of(code), lock=lock, issuer=issuer)

    for reads in ((county, CITY), (county, COUNTY), (town, COUNTY)):
        assert find(*reads) is reads[0]
    for hidden in ((order, COUNTY), (county, TOWN), (town, CITY), (county, HOUSING)):
        refused(NotFound, lambda hidden=hidden: find(*hidden), session)
    refused(NotFound, lambda: find(county, CITY, lock=True), session)
    assert find(county, CITY, lock=True, issuer=True) is county
    assert orders.inbox(session, reader=system_of(CITY)) == [order]
    assert orders.inbox(session, reader=system_of(CITY), onward=True) == [county]
    assert orders.inbox(session, reader=system_of(COUNTY), onward=True) == [town]
    assert orders.inbox(session, onward=True) == [county, town]
    assert (
        orders.inbox(session, reader=system_of(CITY), onward=True, status=OrderStatus.REPLIED) == []
    )


def test_the_feed_tells_the_unit_above_what_happens_below(session: Session, now: datetime) -> None:
    _, order = city_order(session, now)
    (child,) = give_on(session, order, now, COUNTY)
    answer(session, child, now)
    session.commit()

    def of(code: str) -> list[str]:
        told = history.story(session, orders.ticket_of(session, order))
        return [each.type for each in told if feed._names(each, code)]

    assert of(COUNTY) == ["order.dispatched", "order.accepted", "order.replied"]
    assert of(CITY) == ["order.dispatched", "order.accepted", *of(COUNTY)]
    assert of(TOWN) == []
    assert feed.read(session, Cursor(), reader=system_of(CITY)).more is False
