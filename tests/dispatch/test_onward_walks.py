"""转派 at random: nothing above ends before what is below, nor is that due later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session

from dispatch.beside import extensions
from dispatch.handling import onward, orders, reviews
from dispatch.models import Ticket, WorkOrder
from dispatch.rules import calendar_imports, reckon_all
from dispatch.rules.calendar_imports import File
from dispatch.rules.layers import Day, DayKind, Source
from dispatch.states import OrderStatus
from dispatch.terms import ClockKind
from hotline.core.errors import HotlineError
from tests.dispatch.onward_scene import (
    AGENT,
    BACK,
    COUNTY,
    DAY,
    HOUSING,
    LEAD,
    OPEN,
    TOWN,
    add_places,
    answer,
    city_order,
    running,
    system,
)


@pytest.fixture(autouse=True)
def places(session: Session, now: datetime) -> None:
    """Townships and villages: the packaged directory ends at counties."""
    add_places(session, now)


def steps(
    session: Session, ticket: Ticket, draw: Random, at: datetime, *, ends: bool
) -> Iterator[object]:
    """Yield what somebody may try, allowed or not; the ticket is kept from its end until `ends`."""
    open_now = [each for each in orders.of_ticket(session, ticket) if each.status in OPEN]
    order = draw.choice(open_now)
    actor = system(order)
    parent = orders.above(session, order)
    issuer = system(parent) if parent else AGENT
    code = draw.choice([COUNTY, HOUSING, "540102-water", TOWN, "540103-urban"])
    yield lambda: orders.accept(session, order, actor=actor, now=at)
    why = "跨区域" if code == "540103-urban" else ""
    yield lambda: onward.dispatch(session, order, [code], "", elsewhere=why, actor=actor, now=at)
    if parent or ends:
        yield lambda: answer(session, order, at)
    yield lambda: reviews.complete(session, order, actor=issuer, now=at)
    yield lambda: reviews.reject(session, order, note="少", actor=issuer, now=at)
    if parent:
        yield lambda: reviews.return_order(session, order, BACK, actor=actor, now=at)
        heir = draw.choice(["", HOUSING, "540102-water"])
        yield lambda: onward.recall(session, order, "晚", lead=heir, actor=issuer, now=at)
    yield lambda: _extend(session, order, draw.randint(1, 15), at)
    yield lambda: _new_days_off(session, draw, at)


def _extend(session: Session, order: WorkOrder, days: int, at: datetime) -> None:
    row = extensions.request_extension(session, order, days, "等", actor=system(order), now=at)
    extensions.decide_extension(session, row, True, "", actor=LEAD, now=at)


def _new_days_off(session: Session, draw: Random, at: datetime) -> None:
    """A notice moves a day in the weeks to come, and every clock is reckoned by it."""
    day = (at + draw.randint(1, 12) * DAY).date()
    kind = DayKind.WORK if day.weekday() > 4 else DayKind.OFF
    days = (Day("540000", day, kind, "测试", Source(f"测试通知{draw.random()}")),)
    calendar_imports.take_in(session, File("t.csv", days, ""), actor=LEAD, now=at)
    while reckon_all.reckon_batch(session, now=at):
        pass


@pytest.mark.parametrize("seed", range(12))
def test_no_walk_ends_above_before_below_nor_is_anything_below_due_later(
    session: Session, now: datetime, seed: int
) -> None:
    draw = Random(seed)  # noqa: S311  # no secret
    ticket, _ = city_order(session, now)
    at, done = now, 0
    for place in range(60):
        if ticket.status != "dispatched":
            break
        at += timedelta(hours=draw.choice([1, 2, 5, 20]))
        act = draw.choice(list(steps(session, ticket, draw, at, ends=place > 40)))
        assert callable(act)
        try:
            with session.begin_nested():
                act()
                session.flush()
            done += 1
        except HotlineError:
            session.expire_all()
        _require_inside(session, ticket)
    assert done > 10
    assert len(orders.of_ticket(session, ticket)) > 1


def _require_inside(session: Session, ticket: Ticket) -> None:
    issued = orders.of_ticket(session, ticket)
    by_id = {each.id: each for each in issued}
    top = issued[0]
    assert ticket.status == ("awaiting_callback" if top.status == "completed" else "dispatched")
    for child in issued[1:]:
        parent = by_id[child.parent_id]
        if child.status in OPEN:
            assert parent.status == OrderStatus.ACCEPTED
        above = [each for kind, each in running(session, parent).items() if kind in REPLY]
        for clock in running(session, child).values():
            assert clock.due_at < above[0].due_at or clock.due_at == clock.started_at


REPLY = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)
