"""A case of street lamps, from one closed ticket, and the people who write and publish it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.cases import life, reading, writing
from dispatch.cases.models_cases import WorkedCase
from dispatch.cases.states import Action, Kind
from dispatch.cases.writing import Wording
from dispatch.ending import answers
from dispatch.models import Ticket
from hotline.core.accounts import Actor, Role
from tests.dispatch.deciding_scene import AGENT, TOLD
from tests.factories import create_ticket

WRITER = Actor("case-writer", Role.TEAM_LEAD)
PUBLISHER = Actor("case-publisher", Role.SUPERVISOR)
READER = Actor("case-reader", Role.AGENT)


def closed(session: Session, now: datetime, **changes: Any) -> Ticket:
    ticket = create_ticket(session, now=now, **changes)
    answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
    session.flush()
    return ticket


def wording(*tickets: Ticket, **changes: Any) -> Wording:
    given: dict[str, Any] = {
        "kind": Kind.GOOD,
        "title": "成片路灯不亮，一次查明管护",
        "situation": "多人反映同一条路不亮。",
        "handling": "并单后到现场确认。",
        "basis": "城市照明管理规定",
        "outcome": "三日内修复。",
        "lesson": "先查移交文件，再派单。",
        "matter": "城乡建设/市政设施",
        "tickets": [each.number for each in tickets],
        "tags": ("并单",),
    }
    return Wording(**{**given, **changes})


def drafted(session: Session, now: datetime, **changes: Any) -> tuple[WorkedCase, Ticket]:
    ticket = closed(session, now)
    given = wording(ticket, **changes)
    return writing.create(session, given, actor=WRITER, now=now), ticket


def submitted(session: Session, now: datetime, **changes: Any) -> tuple[WorkedCase, Ticket]:
    case, ticket = drafted(session, now, **changes)
    life.act(session, case, 1, Action.SUBMIT, actor=WRITER, now=now)
    return case, ticket


def published(session: Session, now: datetime, **changes: Any) -> tuple[WorkedCase, Ticket]:
    case, ticket = submitted(session, now, **changes)
    publish(session, case, 1, now)
    return case, ticket


def publish(session: Session, case: WorkedCase, number: int, now: datetime) -> None:
    """Publish the text, with everything confirmed that may name somebody."""
    row = next(
        each for each in reading.texts(session, case, reader=PUBLISHER) if each.number == number
    )
    confirmed = [each.key for each in life.to_confirm(row)]
    life.act(session, case, number, Action.PUBLISH, confirmed=confirmed, actor=PUBLISHER, now=now)
