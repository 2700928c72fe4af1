"""The demo's day happens by the product's own verbs, and shows every stage a ticket can be in."""

import re
from collections import Counter
from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.beside.models_beside import Extension, Supervision, Suspension
from dispatch.models import Clock, Rating, Reminder, Source, Ticket, WorkOrder
from dispatch.states import OrderStatus, TicketStatus
from dispatch.terms import ClockKind
from hotline.demo import day, history, site


@pytest.fixture
def told(session: Session, now: datetime) -> list[Ticket]:
    return list(history.tell_all(session, day.read(), at=now))


def test_the_day_shows_every_stage_of_tickets_and_orders(
    session: Session, told: list[Ticket], now: datetime
) -> None:
    assert len(told) >= 60
    assert {each.status for each in told} >= {
        each.value for each in TicketStatus if each is not TicketStatus.HANDED_OVER
    }
    orders = session.exec(select(WorkOrder)).all()
    assert {each.status for each in orders} >= {
        each.value for each in OrderStatus if each is not OrderStatus.RECALLED
    }
    assert Counter(each.source for each in told).keys() == {each.value for each in Source}
    late = select(Clock).where(
        Clock.kind == ClockKind.REPLY_BY, col(Clock.stopped_at).is_(None), col(Clock.due_at) < now
    )
    assert len(session.exec(late).all()) >= 4
    for row, least in (
        (Reminder, 4),
        (Rating, 8),
        (Extension, 3),
        (Supervision, 1),
        (Suspension, 1),
    ):
        assert len(session.exec(select(row)).all()) >= least, row.__name__


def test_the_day_reaches_all_seven_prefectures(told: list[Ticket]) -> None:
    named = ("日喀则", "昌都", "林芝", "山南", "那曲", "阿里")
    texts = [each.text for each in told]
    assert all(any(name in text for text in texts) for name in named)
    assert sum("\u0f00" <= letter <= "\u0fff" for text in texts for letter in text) > 100


def test_every_number_of_the_demo_is_nobodys() -> None:
    numbers = [history.number_of(place) for place in range(1, len(day.read()) + 1)]
    assert all(re.fullmatch(site.NUMBERS, each) for each in numbers)
    assert len(set(numbers)) == len(numbers)
