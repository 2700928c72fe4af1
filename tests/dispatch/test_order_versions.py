"""Whoever saw an order before a contact, a question or an extension saw an older version of it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.beside import extensions
from dispatch.handling import info_requests, orders, replies
from dispatch.handling.replies import Answer
from dispatch.models import WorkOrder
from hotline.core.errors import Invalid
from tests.dispatch.onward_scene import AGENT, COUNTY, DAY, city_order, running, system

ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")


def contact(session: Session, order: WorkOrder, at: datetime, now: datetime) -> object:
    return orders.log_contact(
        session, order, reached=True, text="", at=at, actor=system(order), now=now
    )


def test_every_change_counts_the_orders_version_up_once(session: Session, now: datetime) -> None:
    _, order = city_order(session, now, COUNTY)
    unit, seen = system(order), [order.version]
    assert seen == [2]  # dispatched and accepted
    contact(session, order, now, now)
    seen.append(order.version)
    row = info_requests.ask(session, order, "是哪一盏？", actor=unit, now=now)
    seen.append(order.version)
    info_requests.give(session, row, "东门那盏", actor=AGENT, now=now)
    seen.append(order.version)
    extensions.request_extension(session, order, 3, "等材料", actor=unit, now=now)
    seen.append(order.version)
    replies.reply(session, order, ANSWER, actor=unit, now=now)
    seen.append(order.version)
    assert seen == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("away", [-DAY, timedelta(minutes=-2), timedelta(minutes=2), DAY])
def test_a_contact_before_the_dispatch_or_to_come_is_refused_and_stops_nothing(
    session: Session, now: datetime, away: timedelta
) -> None:
    _, order = city_order(session, now, COUNTY)
    before = order.version
    with pytest.raises(Invalid, match="contact"):
        contact(session, order, now + away, now)
    said = Answer(
        "更换灯泡",
        is_true=True,
        is_solved=True,
        public_reply="路灯已经修好。",
        contacted_at=now + away,
    )
    with pytest.raises(Invalid, match="contact"):
        replies.reply(session, order, said, actor=system(order), now=now)
    assert "contact_by" in running(session, order)
    assert list(orders.contacts_of(session, order)) == []
    assert (order.version, order.status) == (before, "accepted")


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2)])
def test_a_contact_since_the_dispatch_stops_its_clock(
    session: Session, now: datetime, late: timedelta
) -> None:
    _, order = city_order(session, now, COUNTY)
    contact(session, order, now + late, now + timedelta(hours=2))
    assert "contact_by" not in running(session, order)
