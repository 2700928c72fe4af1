"""按编号查询: guessing is made hard, and no refusal says more than another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from dispatch.models import Confidentiality, Notice, Ticket
from dispatch.numbers import check_digit
from dispatch.requesters import looking_up
from dispatch.requesters.looking_up import LINKS_A_DAY, OF_ADDRESS, OF_NUMBER
from dispatch.requesters.models_requesters import Lookup
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from tests.dispatch.requester_scene import PHONE, STRANGER, make_report, site_with_pages
from tests.factories import create_ticket

HERE, THERE = "203.0.113.7", "203.0.113.8"
NOBODYS = "26112599999"


def ask(
    session: Session,
    number: str,
    now: datetime,
    *,
    phone: PhoneNumber = PHONE,
    address: str = HERE,
) -> Ticket | None:
    return looking_up.look_up(session, number, phone, address=address, now=now)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is sent to the database from here on."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def unused() -> str:
    return NOBODYS + check_digit(NOBODYS)


def test_number_and_telephone_together_find_the_ticket(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    assert ask(session, ticket.number, now) is ticket
    assert ask(session, ticket.number, now, phone=STRANGER) is None
    assert ask(session, unused(), now) is None


def test_five_wrong_ones_lock_a_number_for_a_while_that_doubles(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    for place in range(OF_NUMBER.failures):
        assert ask(session, ticket.number, now, phone=STRANGER, address=f"10.0.0.{place}") is None
    assert ask(session, ticket.number, now, address=THERE) is None  # the right one, from elsewhere
    later = now + OF_NUMBER.first
    assert ask(session, ticket.number, later, phone=STRANGER, address=THERE) is None
    assert ask(session, ticket.number, later + OF_NUMBER.first, address=THERE) is None
    assert ask(session, ticket.number, later + 2 * OF_NUMBER.first, address=THERE) is ticket


def test_twenty_wrong_ones_lock_an_address_whatever_it_asks_for(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    for place in range(OF_ADDRESS.failures):
        digits = f"261125{place:05d}"
        ask(session, digits + check_digit(digits), now, phone=STRANGER)
    assert ask(session, ticket.number, now) is None
    assert ask(session, ticket.number, now, address=THERE) is ticket
    assert ask(session, ticket.number, now + timedelta(minutes=16)) is ticket


@pytest.mark.parametrize("level", [Confidentiality.CONFIDENTIAL, Confidentiality.SEALED])
def test_a_report_is_not_shown_to_who_merely_knows_two_numbers(
    session: Session, now: datetime, level: Confidentiality
) -> None:
    ticket = create_ticket(session, now=now)
    ticket.confidentiality = level
    session.flush()
    assert ask(session, ticket.number, now) is None


def test_anonymous_requesters_and_erased_ones_are_not_found_so(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    person = session.get_one(Person, ticket.person_id)
    person.sealed_phone = None
    session.flush()
    assert ask(session, ticket.number, now) is None
    assert ask(session, ticket.number, now, phone=PhoneNumber("+8610000000000")) is None


def test_whatever_is_wrong_costs_the_same_and_is_counted_the_same(
    session: Session, now: datetime, statements: list[str]
) -> None:
    ticket, report = create_ticket(session, now=now), create_ticket(session, now=now)
    make_report(session, report)
    asked = [(ticket.number, STRANGER), (report.number, PHONE), (unused(), PHONE)]
    costs = []
    for number, phone in asked:
        session.expire_all()
        statements.clear()
        assert ask(session, number, now, phone=phone, address=number) is None
        session.flush()
        costs.append([each.partition(" ")[0] for each in statements if "SAVEPOINT" not in each])
    assert costs[0] == costs[1] == costs[2]
    assert [row.failures for row in session.exec(select(Lookup)).all()] == [1] * 6


def test_no_number_and_no_address_stands_in_the_table(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    ask(session, ticket.number, now, phone=STRANGER)
    for row in session.exec(select(Lookup)).all():
        assert ticket.number.encode() not in row.about
        assert HERE.encode() not in row.about


def test_what_was_counted_long_ago_is_forgotten(session: Session, now: datetime) -> None:
    ask(session, create_ticket(session, now=now).number, now, phone=STRANGER)
    looking_up.forget(session, now=now)
    assert len(session.exec(select(Lookup)).all()) == 2
    looking_up.forget(session, now=now + timedelta(days=2))
    assert session.exec(select(Lookup)).all() == []


def test_what_is_no_number_at_all_counts_against_nobody(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    slip = ticket.number[:-1] + str((int(ticket.number[-1]) + 1) % 10)
    for written in ("not a number", "", slip):
        assert ask(session, written, now) is None
    assert session.exec(select(Lookup)).all() == []


def owed_links(session: Session) -> int:
    return len(session.exec(select(Notice).where(Notice.template == "link")).all())


def test_a_link_goes_to_the_telephone_that_is_known_some_times_a_day(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    with site_with_pages():
        for _ in range(LINKS_A_DAY + 2):
            looking_up.send_link(session, ticket.number, PHONE, address=HERE, now=now)
            session.flush()
        assert owed_links(session) == LINKS_A_DAY
        tomorrow = now + timedelta(days=1)
        looking_up.send_link(session, ticket.number, PHONE, address=HERE, now=tomorrow)
        session.flush()
        assert owed_links(session) == LINKS_A_DAY + 1


def test_who_does_not_know_both_numbers_has_no_link_sent(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    with site_with_pages():
        looking_up.send_link(session, ticket.number, STRANGER, address=HERE, now=now)
        looking_up.send_link(session, unused(), PHONE, address=HERE, now=now)
    assert owed_links(session) == 0


def test_a_reporter_may_have_a_link_sent_to_their_own_telephone(
    session: Session, now: datetime
) -> None:
    report = make_report(session, create_ticket(session, now=now))
    with site_with_pages():
        looking_up.send_link(session, report.number, PHONE, address=HERE, now=now)
    assert owed_links(session) == 1
    report.confidentiality = Confidentiality.SEALED
    session.flush()
    with site_with_pages():
        looking_up.send_link(session, report.number, PHONE, address=HERE, now=now)
    assert owed_links(session) == 1


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
def test_asking_for_a_reports_link_does_not_show_by_any_lock_whether_the_pair_fits(
    session: Session, now: datetime, phone: PhoneNumber
) -> None:
    own, report = create_ticket(session, now=now), create_ticket(session, now=now)
    make_report(session, report)
    with site_with_pages():
        for place in range(OF_ADDRESS.failures - 1):
            digits = f"261125{place:05d}"
            ask(session, digits + check_digit(digits), now, phone=STRANGER, address=THERE)
        looking_up.send_link(session, report.number, phone, address=THERE, now=now)
        assert ask(session, own.number, now, address=THERE) is own


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
def test_whoever_asks_for_many_links_gets_no_more_whether_or_not_the_pair_fitted(
    session: Session, now: datetime, phone: PhoneNumber
) -> None:
    own, report = create_ticket(session, now=now), create_ticket(session, now=now)
    make_report(session, report)
    with site_with_pages():
        for place in range(OF_ADDRESS.failures - 1):
            digits = f"261125{place:05d}"
            looking_up.send_link(
                session, digits + check_digit(digits), STRANGER, address=HERE, now=now
            )
        looking_up.send_link(session, report.number, phone, address=HERE, now=now)
        before = owed_links(session)
        looking_up.send_link(session, own.number, PHONE, address=HERE, now=now)
        assert owed_links(session) == before
