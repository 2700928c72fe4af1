"""A proposal names the published articles that may answer: on the ticket's page and over HTTP."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.core.clock import beijing_day
from knowledge.searching import shelf
from tests.api.repeating.article_scenes import published
from tests.factories import create_ended_call

LAMP = "城关区的路灯不亮了，怎么报修？"


@pytest.fixture
def article(session: Session, now: datetime) -> Iterator[str]:
    shelf.forget()
    code = published(session)["article"]
    shelf.current(session, on=beijing_day(now))  # as the web process builds it when it begins
    yield code
    shelf.forget()


@pytest.mark.usefixtures("article")
def test_a_ticket_is_shown_while_the_first_index_is_being_built(
    agent: TestClient, ticket: Ticket
) -> None:
    shelf.forget()
    assert agent.get(f"/console/tickets/{ticket.number}").status_code == 200
    assert agent.get(f"/api/v1/tickets/{ticket.number}").json()["proposal"]["articles"] == []


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    call = create_ended_call(session, now=now, said=(LAMP,))
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert made
    return made


def test_an_article_that_may_answer_stands_beside_the_proposal_until_it_is_dispatched(
    agent: TestClient, session: Session, article: str, ticket: Ticket
) -> None:
    page = agent.get(f"/console/tickets/{ticket.number}").text
    assert f'href="/console/articles/read/{quote(article)}"' in page
    said = agent.get(f"/api/v1/tickets/{ticket.number}").json()["proposal"]
    assert {"id": article, "title": "路灯不亮怎么报修？"} in said["articles"]
    kept = intake.proposal_of(session, ticket)
    assert kept
    assert "articles" not in kept.body  # found when it is read: it may be corrected meanwhile
    ticket.status = TicketStatus.DISPATCHED
    session.flush()
    assert "articles" not in agent.get(f"/api/v1/tickets/{ticket.number}").json()["proposal"]
