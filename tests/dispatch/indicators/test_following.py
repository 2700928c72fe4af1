"""Facts are the same however often they are made, and follow whatever happens later."""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch.handling import orders
from dispatch.indicators import following, jobs, reading, refreshing
from dispatch.indicators.models_indicators import IndicatorWatch
from dispatch.indicators.reading import TOTAL
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket, WorkOrder
from dispatch.tickets import find
from hotline.core.clock import beijing_day
from hotline.core.db import transaction
from hotline.core.events import Event
from tests.console.portal_own.scene import SYSTEM, issued
from tests.dispatch.indicators.call_scene import answered
from tests.dispatch.indicators.scene import DAY, EVER, agree, facts, golden, refresh_all
from tests.factories import create_ended_call, create_ticket

HOUR = timedelta(hours=1)


def test_a_day_made_twice_is_the_same_and_holds_its_own_alone(
    session: Session, now: datetime
) -> None:
    issued(session, now)
    issued(session, now + DAY)
    answered(session, now, 3)
    day = beijing_day(now)
    made = {Unit.TICKET: 1, Unit.ORDER: 1, Unit.CALL: 1, Unit.SEAT: 0}
    assert refreshing.refresh(session, day, now=now + DAY) == made
    before = {unit: facts(session, unit) for unit in Unit}
    assert refreshing.refresh(session, day, now=now + DAY) == made
    assert {unit: facts(session, unit) for unit in Unit} == before
    assert [each["day"] for each in before[Unit.ORDER]] == [day]


def test_what_happened_later_is_measured_again_with_all_that_hangs_on_it(
    session: Session, now: datetime
) -> None:
    order, other = issued(session, now), issued(session, now)
    call = create_ended_call(session, now=now)
    refresh_all(session, now)
    orders.accept(session, order, actor=SYSTEM, now=now + HOUR)
    ticket = session.get_one(Ticket, order.ticket_id)
    ticket.call_id, ticket.district = call.id, "540103"
    session.flush()
    happened = [each for each in session.exec(select(Event)) if each.at == now + HOUR]
    tickets, calls = following.touched(session, happened)
    assert (tickets, calls) == ({order.ticket_id}, set())
    refreshing.refresh_things(session, tickets, calls, now=now + HOUR)
    agree(session, now + HOUR)
    accepted = {each["id"]: each["accepted_on_time"] for each in facts(session, Unit.ORDER)}
    assert accepted == {order.id: 1, other.id: None}
    assert [each["district"] for each in facts(session, Unit.CALL)] == ["540103"]


def _begin(engine: Engine) -> jobs.Begin:
    return lambda: transaction(engine)


def _accepted(session: Session) -> tuple[int, int, int]:
    found = reading.figures(session, EVER, codes=["sign_on_time"], reader=None)[TOTAL]
    return golden(found["sign_on_time"])


def test_the_sweep_fills_every_day_that_there_is_and_then_follows_the_log(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        number = issued(session, now).number
        issued(session, now + 3 * DAY)
        create_ticket(session, now=now + 3 * DAY)
    later = now + 3 * DAY + HOUR
    assert jobs.go_on(_begin(emptied), now=later) == (4, 0)
    assert jobs.go_on(_begin(emptied), now=later) == (0, 0)
    with transaction(emptied) as session:
        agree(session, later)
        assert _accepted(session)[0] == 0
        order = session.exec(select(WorkOrder).where(WorkOrder.number == number)).one()
        find(session, number.partition("-")[0], lock=True)
        orders.accept(session, order, actor=SYSTEM, now=now + HOUR)  # of a day long filled
    days, events = jobs.go_on(_begin(emptied), now=later)
    assert days == 0
    assert events > 0
    with transaction(emptied) as session:
        agree(session, later)
        assert _accepted(session)[0] == 1
    assert jobs.go_on(_begin(emptied), now=later + DAY) == (1, 0)


def test_of_two_sweeps_one_does_nothing(emptied: Engine, now: datetime) -> None:
    with transaction(emptied) as session:
        create_ticket(session, now=now)
    assert jobs.go_on(_begin(emptied), now=now) == (1, 0)  # the watch is there from now on
    with transaction(emptied) as first:
        assert isinstance(following.claim(first, now=now), IndicatorWatch)
        with transaction(emptied) as second:
            assert following.claim(second, now=now) is None
