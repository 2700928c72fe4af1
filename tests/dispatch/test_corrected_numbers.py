"""更正 of a number: links that went to the wrong telephone open nothing, and one person has it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Source, Ticket
from dispatch.people import corrections
from dispatch.people.corrections import Field
from dispatch.requesters import links
from dispatch.tickets import Draft
from hotline.core import privacy
from hotline.core.db import transaction
from hotline.core.errors import Conflict
from hotline.core.phone import PhoneNumber
from tests.dispatch.at_once import until_one_waits
from tests.dispatch.people_scene import ADMIN
from tests.dispatch.requester_scene import key_of
from tests.factories import LAMP, create_ticket, proposal

RIGHT = "13989005678"


def correct(session: Session, ticket: Ticket, field: Field, value: str, now: datetime) -> None:
    corrections.correct(session, ticket, field, value, reason="来电更正", actor=ADMIN, now=now)


def ticket_of(session: Session, phone: str, now: datetime) -> str:
    person = privacy.know_person(session, PhoneNumber(phone), now=now)
    draft = Draft(LAMP, Source.PHONE_MACHINE, person, proposal())
    return tickets.open_ticket(session, draft, actor=ADMIN, now=now).number


def test_with_the_number_every_link_to_a_ticket_of_theirs_is_shut(
    session: Session, now: datetime
) -> None:
    first, second = (create_ticket(session, now=now) for _ in range(2))
    assert first.person_id == second.person_id
    keys = [(each, key_of(session, each, now)) for each in (first, second)]
    correct(session, first, Field.TEXT, "是夺底路的路灯。", now)
    for ticket, key in keys:
        assert links.hold(session, ticket.number, key, now=now).ticket is ticket
    correct(session, first, Field.PHONE, RIGHT, now)
    for ticket, key in keys:
        with pytest.raises(links.NoLink):
            links.hold(session, ticket.number, key, now=now)
    new = key_of(session, first, now, about="notice:2")
    assert links.hold(session, first.number, new, now=now).ticket is first


def test_of_two_people_who_are_given_one_number_at_once_the_second_is_refused(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        numbers = [ticket_of(session, f"+861398900111{place}", now) for place in range(2)]

    def give(number: str) -> None:
        with transaction(emptied) as session:
            ticket = tickets.find(session, number, lock=True)
            correct(session, ticket, Field.PHONE, RIGHT, now)

    with ThreadPoolExecutor(1) as thread:
        with transaction(emptied) as session:
            ticket = tickets.find(session, numbers[0], lock=True)
            correct(session, ticket, Field.PHONE, RIGHT, now)
            other = thread.submit(give, numbers[1])
            until_one_waits(emptied)
        with pytest.raises(Conflict, match="another person"):
            other.result()
