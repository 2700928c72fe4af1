"""盲复核 over HTTP: taken, its ticket refused meanwhile, rung, answered."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.ratings.models_ratings import BlindCallback, BlindDraw
from hotline.core.clock import now as clock
from hotline.core.events import Event, EventType
from tests.dispatch.rating_scene import callback_of, rated

DOOR = "/api/v1/blind-callbacks"


@pytest.fixture
def row(session: Session) -> BlindCallback:
    ticket, _ = rated(session, clock(), 5)
    draw = BlindDraw(
        period="2026-W01", seed="0", percent=5, population=[], drawn=1, at=clock(), by="x"
    )
    session.add(draw)
    session.flush()
    made = BlindCallback(
        draw_id=draw.id or 0,
        callback_id=callback_of(session, ticket).id or 0,
        ticket_id=ticket.id or 0,
    )
    session.add(made)
    session.flush()
    return made


def test_a_matter_is_told_to_who_took_it_and_its_ticket_refused_until_they_answer(
    client: TestClient, session: Session, row: BlindCallback
) -> None:
    ticket = session.get_one(Ticket, row.ticket_id)
    own, page = f"{DOOR}/{row.id}", f"/api/v1/tickets/{ticket.number}"
    (item,) = client.get(DOOR).json()["items"]
    assert (item["id"], item["text"], item["replies"], item["ticket"]) == (row.id, "", [], "")
    assert client.post(f"{own}/answer", json={"reached": False}).status_code == 403
    taken = client.post(f"{own}/take").json()
    assert (taken["text"], taken["ticket"]) == (ticket.text, "")
    assert datetime.fromisoformat(taken["taken_until"]) > clock() + timedelta(hours=3)
    assert client.get(page).status_code == 403
    assert ticket.number not in client.get("/api/v1/tickets").text
    refused = select(Event.refs).where(Event.type == EventType.ACCESS_REFUSED)
    assert "/api/v1/tickets/{number}" in str(session.exec(refused.order_by(col(Event.id))).all())
    said = {"reached": True, "contacted": True, "resolved": True, "satisfaction": 4}
    assert client.post(f"{own}/answer", json=said).json()["agrees"] is True
    assert client.get(page).status_code == 200


def test_the_telephone_is_revealed_to_who_took_it_and_says_why(
    client: TestClient, row: BlindCallback
) -> None:
    own = f"{DOOR}/{row.id}"
    assert client.post(f"{own}/reveal", json={"reason": "盲复核"}).status_code == 403
    client.post(f"{own}/take")
    assert client.post(f"{own}/reveal", json={"reason": " "}).status_code == 422
    shown = client.post(f"{own}/reveal", json={"reason": "盲复核"}).json()
    assert shown["phone"].startswith("+86")
    assert client.post(f"{own}/release").json()["text"] == ""
    assert client.post(f"{own}/take").status_code == 403  # each has a row once
