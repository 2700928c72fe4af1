"""By number and telephone over HTTP: one answer for everything that does not fit."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Notice
from hotline.core.clock import now as present
from tests.dispatch.deciding_scene import awaiting
from tests.dispatch.requester_scene import make_report

MINE = "139 8900 1234"


@pytest.fixture
def moment() -> datetime:
    return present()


def test_the_right_pair_shows_the_course_and_nothing_that_needs_the_link(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    page = anonymous.post("/t/", data={"number": ticket.number, "phone": MINE})
    assert page.status_code == 200
    assert "已经有答复" in page.text
    assert "城关区城市管理和综合执法局" in page.text
    for hidden in ("路灯", "评价</", 'name="text"', "/withdraw", "13989001234"):
        assert hidden not in page.text
    assert "set-cookie" not in page.headers


def test_every_refusal_is_the_same_answer(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket, report = awaiting(session, moment), make_report(session, awaiting(session, moment))
    wrong = [(ticket.number, "13989009999"), ("261125999990", MINE), (report.number, MINE)]
    wrong += [(ticket.number, "nonsense")]
    pages = [
        (answer.status_code, answer.text.replace(number, ""), sorted(answer.headers))
        for number, phone in wrong
        if (answer := anonymous.post("/t/", data={"number": number, "phone": phone}))
    ]
    pages += [
        (answer.status_code, answer.text.replace(ticket.number, ""), sorted(answer.headers))
        for _ in range(6)
        if (answer := anonymous.post("/t/", data={"number": ticket.number, "phone": "13989008888"}))
    ]
    locked = anonymous.post("/t/", data={"number": ticket.number, "phone": MINE})
    pages.append(
        (locked.status_code, locked.text.replace(ticket.number, ""), sorted(locked.headers))
    )
    assert pages == [pages[0]] * len(pages)
    assert pages[0][0] == 404


def test_a_link_is_sent_to_the_telephone_and_nobody_learns_whether(
    anonymous: TestClient, session: Session, moment: datetime
) -> None:
    ticket = awaiting(session, moment)
    right = anonymous.post("/t/link", data={"number": ticket.number, "phone": MINE})
    wrong = anonymous.post("/t/link", data={"number": ticket.number, "phone": "13989009999"})
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)
    session.flush()
    assert len(session.exec(select(Notice).where(Notice.template == "link")).all()) == 1


def test_the_form_fills_in_the_number_that_the_address_names(anonymous: TestClient) -> None:
    assert 'value="261125000017"' in anonymous.get("/t/261125000017").text
    assert 'value="&#34;&gt;' in anonymous.get('/t/">').text
