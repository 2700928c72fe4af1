"""A call for a sealed ticket, whatever it was for, is there for the ticket's readers alone."""

from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.models import Confidentiality
from dispatch.sealing import reach
from hotline.core import accounts, events
from hotline.core.accounts import Role
from telephony.models import Call
from tests import sealed_calls
from tests.factories import create_ticket


@pytest.mark.parametrize("came", sealed_calls.WAYS)
def test_whoever_reads_no_sealed_ticket_sees_no_call_for_it(
    session: Session, now: datetime, came: str
) -> None:
    agent = accounts.Actor("agent", Role.AGENT)
    ticket = create_ticket(session, now=now)
    call = sealed_calls.create(session, ticket, came, now=now)
    seen = select(Call.id).where(Call.id == call.id, reach.calls(agent, col(Call.id)))
    happened = events.history(session, f"call:{call.id}")
    assert session.exec(seen).first() == call.id
    assert reach.told(session, agent, happened) == happened
    ticket.confidentiality = Confidentiality.SEALED
    session.flush()
    assert session.exec(seen).first() is None
    assert reach.told(session, agent, happened) == []
