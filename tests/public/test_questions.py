"""待补充 on the requester's page over HTTP: what a department asks is read and answered there."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import info_requests, orders
from dispatch.models import Ticket
from hotline.core.clock import now as present
from tests.dispatch.deciding_scene import URBAN, dispatched
from tests.dispatch.requester_scene import make_report
from tests.public.test_pages import enter, token_on

WHICH = "是东门那盏吗？请联系13989005678。"
EAST = "东门第三根，我换了电话13989005678。"


@pytest.fixture
def moment() -> datetime:
    return present()


@pytest.fixture
def phone(anonymous: TestClient) -> TestClient:
    """The requester's browser, on the site's own address."""
    anonymous.base_url = "https://testserver"
    return anonymous


def asked(session: Session, ticket: Ticket, moment: datetime) -> InfoRequest:
    order = orders.of_ticket(session, ticket)[0]
    return info_requests.ask(session, order, WHICH, actor=URBAN, now=moment)


def test_a_question_is_read_and_answered_on_the_page(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    row = asked(session, ticket, moment)
    page = enter(phone, session, ticket, moment)
    assert "办理单位想问您" in page.text
    assert "是东门那盏吗？" in page.text
    assert "13989005678" not in page.text
    assert f'name="question" value="{row.id}"' in page.text
    said = {"token": token_on(page), "question": str(row.id), "text": EAST}
    answers = [phone.post(f"/t/{ticket.number}/additions", data=said) for _ in range(5)]
    assert {each.status_code for each in answers} == {200}
    assert "办理单位想问您" not in answers[0].text
    assert answers[0].text.count("东门第三根") == 1
    assert "13989005678" not in answers[0].text
    assert row.answered_by == "requester"
    found = orders.of_ticket(session, ticket)[0]
    assert [each.answer for each in info_requests.of_order(session, found)] == [row.answer]


def test_a_form_of_elsewhere_or_of_another_ticket_answers_nothing(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket, other = dispatched(session, moment), dispatched(session, moment)
    row, theirs = asked(session, ticket, moment), asked(session, other, moment)
    page = enter(phone, session, ticket, moment)
    path, said = f"/t/{ticket.number}/additions", {"question": str(row.id), "text": EAST}
    assert phone.post(path, data=said).status_code == 403
    assert phone.post(path, data={**said, "token": "0" * 64}).status_code == 403
    right = {**said, "token": token_on(page)}
    elsewhere = phone.post(path, data=right, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert phone.post(path, data={**right, "question": str(theirs.id)}).status_code == 404
    for nonsense in ("0", "99999999999999", "x"):
        assert phone.post(path, data={**right, "question": nonsense}).status_code == 422
    assert phone.get(path).status_code in (404, 405)
    phone.cookies.clear()
    assert phone.post(path, data=right).status_code == 404
    assert (row.answered_at, theirs.answered_at) == (None, None)


def test_a_report_is_asked_nothing_on_its_page(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    report = make_report(session, dispatched(session, moment))
    asked(session, report, moment)
    page = enter(phone, session, report, moment)
    assert page.status_code == 200
    assert "东门" not in page.text


def test_no_question_is_shown_to_who_has_no_link(
    phone: TestClient, session: Session, moment: datetime
) -> None:
    ticket = dispatched(session, moment)
    asked(session, ticket, moment)
    page = phone.post("/t/", data={"number": ticket.number, "phone": "13989001234"})
    assert page.status_code == 200
    assert "东门" not in page.text
