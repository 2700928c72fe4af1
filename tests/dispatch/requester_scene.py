"""Requesters with links to their own tickets, on a site that sends them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.handling import orders, replies, reviews
from dispatch.models import Confidentiality, Ticket
from dispatch.requesters import links
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import settings
from tests.dispatch.deciding_scene import AGENT, ANSWER, URBAN
from tests.factories import CALLER

SITE = "https://12345.example.cn"
PHONE = CALLER
STRANGER = PhoneNumber("+8613989009999")


@contextmanager
def site_with_pages() -> Iterator[None]:
    """The settings of a site whose messages carry links."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_PUBLIC_URL", SITE)
        settings.cache_clear()
        yield
    settings.cache_clear()


def key_of(session: Session, ticket: Ticket, now: datetime, about: str = "notice:1") -> str:
    """Return the key of a link to the ticket."""
    person = session.get_one(Person, ticket.person_id)
    return links.issue(session, ticket, person, about, now=now)


def answer(session: Session, ticket: Ticket, now: datetime) -> Ticket:
    """Have the one department answer, and the answer stand."""
    order = orders.of_ticket(session, ticket)[-1]
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return ticket


def make_report(session: Session, ticket: Ticket) -> Ticket:
    """Make the ticket a 举报, which is always confidential."""
    ticket.request_type = "report"
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    return ticket
