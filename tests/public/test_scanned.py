"""扫码评价: who scans a printed code has a link sent, and what they rate says how it came."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.models import Notice, Rating, Ticket
from dispatch.notices import caller_notices
from dispatch.ratings import alert_looking
from dispatch.requesters import links
from hotline.core.clock import now as present
from hotline.core.privacy import Person
from tests.dispatch.deciding_scene import awaiting
from tests.dispatch.requester_scene import key_of

MINE = "139 8900 1234"
MARK = 'name="via" value="qr"'
GOOD = {"satisfaction": "5"}


@pytest.fixture
def moment() -> datetime:
    return present()


def sent_key(session: Session, ticket: Ticket, moment: datetime) -> str:
    """Return the key of the link that the newest message carries, as its delivery makes it."""
    mine = select(Notice).where(Notice.ticket_id == ticket.id, Notice.template == "link")
    notice = session.exec(mine.order_by(col(Notice.id).desc())).first()
    assert notice
    assert caller_notices.deliver(session, notice, now=moment)
    person = session.get_one(Person, ticket.person_id)
    return links.issue(session, ticket, person, f"notice:{notice.id}", now=moment)


def rate(browser: TestClient, number: str, key: str) -> None:
    browser.base_url = "https://testserver"  # its cookies are secure ones
    page = browser.get(f"/t/{number}?key={key}").text
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert token
    answer = browser.post(f"/t/{number}/rating", data={**GOOD, "token": token.group(1)})
    assert answer.status_code == 200


@pytest.mark.parametrize("printed", ["/t/?via=qr", "/t/{number}?via=qr"])
def test_a_rating_after_a_scan_came_by_the_code(
    anonymous: TestClient, session: Session, moment: datetime, printed: str
) -> None:
    ticket = awaiting(session, moment)
    assert MARK in anonymous.get(printed.format(number=ticket.number)).text
    asked = {"number": ticket.number, "phone": MINE, "via": "qr"}
    assert MARK in anonymous.post("/t/", data=asked).text
    anonymous.post("/t/link", data=asked)
    rate(anonymous, ticket.number, sent_key(session, ticket, moment))
    assert session.exec(select(Rating.via)).one() == "qr"
    sources = {each.source for each in alert_looking.rated(session, moment, present())}
    assert any(each.startswith("code:") for each in sources)
    assert not any(each.startswith("department:") for each in sources)


def test_a_rating_without_a_scan_came_by_the_link(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    assert MARK not in anonymous.get(f"/t/{ticket.number}?via=elsewhere").text
    rate(anonymous, ticket.number, key_of(session, ticket, moment))
    assert session.exec(select(Rating.via)).one() == "link"


def test_a_mini_program_rates_by_what_its_link_says(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    person = session.get_one(Person, ticket.person_id)
    key = links.issue(session, ticket, person, "notice:1", via="qr", now=moment)
    door = f"/api/v1/public/tickets/{ticket.number}/rating"
    answer = anonymous.post(door, json={"satisfaction": 4}, headers={"X-Ticket-Key": key})
    assert answer.status_code == 200
    assert session.exec(select(Rating.via)).one() == "qr"
