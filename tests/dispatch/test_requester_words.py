"""补充与催办: what requesters write themselves reaches whoever works on it, once."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch import feed, history, reminders
from dispatch.clustering import cluster_record, clusters
from dispatch.handling import orders
from dispatch.models import Reminder, Ticket
from dispatch.requesters import additions
from dispatch.requesters.additions import MOST_A_DAY, MOST_LETTERS
from dispatch.requesters.models_requesters import Addition
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core import privacy
from hotline.core.accounts import Actor, Role, create_account
from hotline.core.errors import Conflict, Invalid
from hotline.core.privacy import Person
from tests.dispatch.deciding_scene import AGENT, awaiting, dispatched, types
from tests.factories import create_ticket

GATE = "灯在小学门口，我换了电话13989005678。"


def test_an_addition_is_masked_in_the_open_and_whole_in_the_vault(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    kept = additions.add(session, ticket, f"  {GATE}\n", now=now)
    assert isinstance(kept, Addition)
    assert "13989005678" not in kept.text
    assert kept.text.startswith("灯在小学门口")
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, kept.sealed_text, "addition") == GATE
    event = history.story(session, ticket)[-1]
    assert (event.type, event.actor, event.audience) == ("ticket.added_to", "requester", "caller")
    assert event.refs == {"ticket": ticket.number}
    assert ticket.reminders == 0


def test_whoever_asks_again_is_counted_as_a_reminder_once_an_hour(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    assert isinstance(additions.add(session, ticket, "怎么还没有人来修？", now=now), Reminder)
    soon, later = now + timedelta(minutes=30), now + timedelta(minutes=61)
    assert isinstance(additions.add(session, ticket, "催一下", now=soon), Addition)
    assert isinstance(additions.add(session, ticket, "再催一下", now=later), Reminder)
    assert ticket.reminders == 2
    said = [(each.text, each.reminder) for each in additions.written(session, ticket)]
    assert said == [("怎么还没有人来修？", True), ("催一下", False), ("再催一下", True)]


@pytest.mark.parametrize("text", ["灯在小学门口。", "催一下"])
def test_a_form_that_is_sent_twice_says_it_once(session: Session, now: datetime, text: str) -> None:
    ticket = create_ticket(session, now=now)
    first = additions.add(session, ticket, text, now=now)
    before = types(session, ticket)
    assert additions.add(session, ticket, text, now=now + timedelta(minutes=1)) is first
    assert types(session, ticket) == before


def test_departments_are_told_of_an_addition_by_their_feed(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    additions.add(session, ticket, GATE, now=now)
    told = history.story(session, ticket)[-1:]
    assert feed.concerning(session, told, "540102-urban") == list(told)
    assert feed.concerning(session, told, "540102-education") == []


def test_who_has_the_main_ticket_reads_what_those_merged_into_it_add(
    session: Session, now: datetime
) -> None:
    main, member = dispatched(session, now), create_ticket(session, now=now)
    leads = cluster_record.find_main(session, main.number)
    found = cluster_record.find_tickets(session, [member.number])
    clusters.merge(session, leads, found, "同一盏灯", actor=AGENT, now=now)
    additions.add(session, member, GATE, now=now)
    told = history.story(session, member)[-1:]
    assert feed.concerning(session, told, "540102-urban") == list(told)
    order = orders.of_ticket(session, main)[0]
    (joined,) = cluster_record.of_order(session, order)
    assert [each.text[:6] for each in joined.added] == ["灯在小学门口"]


@pytest.mark.parametrize("text", ["", "  \n", "长" * (MOST_LETTERS + 1)])
def test_nothing_and_too_much_are_refused(session: Session, now: datetime, text: str) -> None:
    with pytest.raises(Invalid):
        additions.add(session, create_ticket(session, now=now), text, now=now)


def test_so_many_a_day_and_the_next_day_again(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    for place in range(MOST_A_DAY):
        additions.add(session, ticket, f"第{place}次", now=now + timedelta(minutes=place))
    with pytest.raises(Conflict):
        additions.add(session, ticket, "还有", now=now + timedelta(hours=1))
    additions.add(session, ticket, "还有", now=now + timedelta(days=2))


@pytest.mark.parametrize("status", ["closed", "declined", "handed_over", "withdrawn"])
def test_what_is_over_is_taken_up_again_by_telephone_only(
    session: Session, now: datetime, status: str
) -> None:
    ticket = create_ticket(session, now=now)
    ticket.status = status
    assert not additions.may_add(ticket)
    with pytest.raises(Conflict):
        additions.add(session, ticket, GATE, now=now)


def test_an_answered_ticket_may_still_be_added_to(session: Session, now: datetime) -> None:
    assert isinstance(additions.add(session, awaiting(session, now), GATE, now=now), Addition)


def test_sealing_leaves_what_was_added_in_the_vault_alone(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    kept = additions.add(session, ticket, GATE, now=now)
    assert isinstance(kept, Addition)
    create_account(session, "lead-1", "secret-word", role=Role.TEAM_LEAD, now=now)
    _seal(session, ticket, now)
    assert kept.text == ""
    assert additions.words(session, ticket, kept).startswith("灯在小学门口")
    assert "13989005678" not in additions.words(session, ticket, kept)


def test_words_of_asking_again_are_those_of_the_telephone() -> None:
    assert "催" in reminders.ASKING_AGAIN


def _seal(session: Session, ticket: Ticket, now: datetime) -> None:
    lead = Actor("lead-1", Role.TEAM_LEAD)
    sealing.seal(session, ticket, Seal("举报人要求"), actor=lead, now=now)
