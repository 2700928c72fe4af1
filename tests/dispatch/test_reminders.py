"""催办: who asks again about an open matter is counted; anything else is a ticket of its own."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session, func, select

from dispatch import history, intake, reminders
from dispatch.ending import answers
from dispatch.models import Ticket
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict
from hotline.core.privacy import Person
from tests.factories import LAMP, create_ended_call, create_ticket

AGENT = Actor("dawa", Role.AGENT)
AGAIN = "我上次反映的路灯还没有人来修，请催一下。"
WATER = "家里停水两天了，水龙头没有水，请自来水公司尽快恢复供水。"


def call(session: Session, now: datetime, said: str = LAMP, caller: str = "13989001234") -> Ticket:
    """Register what this caller says and return the ticket it led to."""
    ended = create_ended_call(session, now=now, said=(said,), caller=caller)
    made = intake.register_call(session, ended.id, district="540100", auto_dispatch=False, now=now)
    assert made
    return made


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Ticket)).one()


@pytest.mark.parametrize("said", [LAMP, AGAIN])
def test_the_same_person_about_the_same_matter_is_counted_on_the_open_ticket(
    session: Session, now: datetime, said: str
) -> None:
    first = call(session, now)
    again = call(session, now + timedelta(days=1), said)
    assert again.number == first.number
    assert (count(session), first.reminders) == (1, 1)
    (reminder,) = reminders.of_ticket(session, first)
    assert "13989001234" not in reminder.text
    person = session.get_one(Person, first.person_id)
    assert privacy.unseal(person, reminder.sealed_text, "reminder") == said
    told = history.story(session, first)[-1]
    assert (told.type, told.audience, told.refs["count"]) == ("ticket.reminded", "department", 1)


def test_another_matter_of_the_same_person_is_a_ticket_of_its_own(
    session: Session, now: datetime
) -> None:
    first = call(session, now)
    assert call(session, now, WATER).number != first.number
    assert (count(session), first.reminders) == (2, 0)


def test_another_person_about_the_same_matter_is_a_ticket_of_its_own(
    session: Session, now: datetime
) -> None:
    first = call(session, now)
    assert call(session, now, caller="13989005678").number != first.number
    assert (count(session), first.reminders) == (2, 0)


def test_a_closed_ticket_is_not_reminded_of(session: Session, now: datetime) -> None:
    first = call(session, now)
    first.status = "closed"
    session.flush()
    assert call(session, now, AGAIN).number != first.number


def test_the_likest_of_several_open_tickets_is_reminded_of(session: Session, now: datetime) -> None:
    lamp, water = call(session, now), call(session, now, WATER)
    assert call(session, now, WATER).number == water.number
    assert (lamp.reminders, water.reminders) == (0, 1)


def test_a_reminding_call_is_taken_once_however_often_its_job_runs(
    session: Session, now: datetime
) -> None:
    first = call(session, now)
    ended = create_ended_call(session, now=now, said=(AGAIN,))
    for _ in range(3):
        made = intake.register_call(
            session, ended.id, district="540100", auto_dispatch=False, now=now
        )
        assert made
        assert made.number == first.number
    assert first.reminders == 1
    assert intake.forgotten_calls(session) == []


def test_events_hold_no_word_of_a_reminder(session: Session, now: datetime) -> None:
    call(session, now)
    call(session, now, AGAIN)
    for row in session.execute(sql("SELECT refs::text FROM event")):
        assert "上次反映" not in row[0]


def test_what_is_over_is_not_reminded_of(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    told = answers.Told("路灯由物业维修，已经告知电话。")
    answers.answer(session, ticket, told, actor=AGENT, now=now)
    person = session.get_one(Person, ticket.person_id)
    with pytest.raises(Conflict, match="nobody works on it"):
        reminders.remind(session, ticket, person, AGAIN, call_id=None, actor=AGENT, now=now)
    assert ticket.reminders == 0
