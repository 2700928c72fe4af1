"""期满删除: whose data may be erased is found in a few queries, however many people there are."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Source, Ticket
from dispatch.people import erasures, holds
from dispatch.states import TicketStatus
from dispatch.tickets import Draft
from hotline.core import privacy
from hotline.core.phone import PhoneNumber
from tests.dispatch.people_scene import ADMIN, RETENTION
from tests.factories import LAMP, create_ended_call, proposal

LONG = timedelta(days=1200)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every query that is sent to the database from here on."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def closed(session: Session, place: int, then: datetime) -> Ticket:
    person = privacy.know_person(session, PhoneNumber(f"+86139890{place:05d}"), now=then)
    draft = Draft(LAMP, Source.PHONE_MACHINE, person, proposal())
    ticket = tickets.open_ticket(session, draft, actor=ADMIN, now=then)
    ticket.status, ticket.closed_at = TicketStatus.CLOSED, then
    return ticket


def test_many_people_are_looked_at_together(
    session: Session,
    now: datetime,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [closed(session, place, now - LONG) for place in range(30)]
    again = closed(session, 0, now - LONG + timedelta(days=1))
    session.flush()
    session.expunge_all()
    statements.clear()
    due = erasures.due(session, written=RETENTION, now=now)
    assert [each.id for each in due] == [each.id for each in made]
    assert again.id not in [each.id for each in due]
    assert len(statements) <= 6
    monkeypatch.setattr(erasures, "AT_ONCE", 4)
    by_parts = erasures.due(session, written=RETENTION, now=now, limit=9)
    assert [each.id for each in by_parts] == [each.id for each in made[:9]]


def test_whoever_is_held_called_lately_or_has_something_open_is_passed_over(
    session: Session, now: datetime
) -> None:
    free, held, opened, young, report, called = (
        closed(session, place, now - LONG) for place in range(6)
    )
    holds.hold(session, held, "法院调查", actor=ADMIN, now=now)
    later = closed(session, 2, now - LONG)
    later.status, later.closed_at = TicketStatus.DISPATCHED, None
    young.closed_at = now - timedelta(days=1)
    report.request_type = "report"
    create_ended_call(session, now=now).person_id = called.person_id
    session.flush()
    due = erasures.due(session, written=RETENTION, now=now)
    assert [each.id for each in due] == [free.id]
    assert opened.closed_at
