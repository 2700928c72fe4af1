"""The ticket's page names the nearest past tickets beside the proposal's reasons."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from tests.dispatch.test_nearest import past
from tests.factories import create_ended_call


def test_the_agent_sees_who_completed_the_like(
    agent: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    ticket = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert ticket
    like = past(session, now, text=ticket.text, district=ticket.district)

    page = agent.get(f"/console/tickets/{ticket.number}").text

    assert f"相似工单{like.number}" in page
