"""What several files of these tests are given."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.taking_over.import_mapping import ColumnMapping, parse_mapping
from hotline.core.accounts import Actor, Role
from tests.dispatch.import_scene import MAPPING
from tests.dispatch.sealing_scene import WHY, WORDS, somebody
from tests.factories import create_ticket


@pytest.fixture
def mapping() -> ColumnMapping:
    return parse_mapping("mapping.toml", MAPPING)


@pytest.fixture
def lead(session: Session, now: datetime) -> Actor:
    return somebody(session, "lead", Role.TEAM_LEAD, now)


@pytest.fixture
def agent(session: Session, now: datetime) -> Actor:
    return somebody(session, "agent", Role.AGENT, now)


@pytest.fixture
def sealed(session: Session, lead: Actor, now: datetime) -> Ticket:
    """A ticket that a team lead has sealed and nobody else reads."""
    ticket = create_ticket(session, now=now, text=WORDS)
    return sealing.seal(session, ticket, WHY, actor=lead, now=now)
