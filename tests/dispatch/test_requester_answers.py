"""待补充 on the requester's own page: what a department asks is shown, and answered once."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch import feed, history
from dispatch.beside.models_beside import InfoRequest
from dispatch.clustering import cluster_record, clusters
from dispatch.handling import info_requests, orders, recalls
from dispatch.handling.recalls import RecallCode
from dispatch.models import Ticket
from dispatch.requesters import additions, answering, progress
from dispatch.requesters.additions import MOST_A_DAY, MOST_LETTERS
from dispatch.requesters.models_requesters import Addition
from hotline.core import privacy
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.privacy import Person
from tests.dispatch.deciding_scene import AGENT, URBAN, dispatched, types
from tests.dispatch.requester_scene import make_report
from tests.factories import create_ticket

WHICH = "是东门那盏吗？请联系13989005678，住夺底路97号6栋3单元402室的是您吗？"
EAST = "东门第三根，我换了电话13989005678。"


def asked(session: Session, ticket: Ticket, now: datetime) -> InfoRequest:
    """Have the leading department ask."""
    order = orders.of_ticket(session, ticket)[0]
    return info_requests.ask(session, order, WHICH, actor=URBAN, now=now)


def texts(session: Session, ticket: Ticket, now: datetime, *, by_link: bool = True) -> list[str]:
    shown = progress.shown(session, ticket, by_link=by_link, now=now)
    return [each.text for each in shown.questions]


def test_the_question_is_shown_masked_to_who_holds_the_link_alone(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    asked(session, ticket, now)
    (told,) = texts(session, ticket, now)
    assert told.startswith("是东门那盏吗？")
    assert "13989005678" not in told
    assert "402" not in told
    assert texts(session, ticket, now, by_link=False) == []
    assert texts(session, make_report(session, ticket), now) == []


def test_an_answer_is_the_one_that_an_agent_would_bring(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    row = asked(session, ticket, now)
    kept = answering.answer(session, ticket, row.id or 0, f" {EAST}\n", now=now)
    assert kept is row
    assert (row.answered_at, row.answered_by) == (now, "requester")
    assert "13989005678" not in row.answer
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, row.sealed_answer or b"", "info_request") == EAST
    event = history.story(session, ticket)[-1]
    assert (event.type, event.actor, event.refs["info"]) == (
        "order.info_given",
        "requester",
        row.id,
    )
    assert feed.concerning(session, [event], "540102-urban") == [event]
    assert texts(session, ticket, now) == []
    assert [each.text for each in additions.written(session, ticket)] == [row.answer]
    assert additions.of_ticket(session, ticket) == []


def test_a_form_that_is_sent_twice_answers_once(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    row = asked(session, ticket, now)
    answering.answer(session, ticket, row.id or 0, EAST, now=now)
    before = types(session, ticket)
    again = answering.answer(session, ticket, row.id or 0, EAST, now=now + timedelta(hours=2))
    assert again is row
    assert types(session, ticket) == before


@pytest.mark.parametrize("late", ["answered", "recalled"])
def test_words_that_come_too_late_are_an_addition(
    session: Session, now: datetime, late: str
) -> None:
    ticket = dispatched(session, now)
    row = asked(session, ticket, now)
    if late == "answered":
        info_requests.give(session, row, "西门", actor=AGENT, now=now)
    else:
        order = orders.of_ticket(session, ticket)[0]
        recalls.take_back(session, ticket, order, why=RecallCode.REDISPATCHED, actor=AGENT, now=now)
        assert texts(session, ticket, now) == []
    kept = answering.answer(session, ticket, row.id or 0, EAST, now=now)
    assert isinstance(kept, Addition)
    assert row.answered_by == (str(AGENT) if late == "answered" else "")


def test_what_an_addition_may_not_be_an_answer_may_not(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    row = asked(session, ticket, now)
    for text in ("  ", "长" * (MOST_LETTERS + 1)):
        with pytest.raises(Invalid):
            answering.answer(session, ticket, row.id or 0, text, now=now)
    for number in range(MOST_A_DAY):
        additions.add(session, ticket, f"第{number}句", now=now)
    with pytest.raises(Conflict, match="within a day"):
        answering.answer(session, ticket, row.id or 0, EAST, now=now)
    assert row.answered_at is None


def test_another_tickets_question_is_none_of_theirs(session: Session, now: datetime) -> None:
    mine, other = dispatched(session, now), dispatched(session, now)
    row = asked(session, other, now)
    report = make_report(session, dispatched(session, now))
    hidden = asked(session, report, now)
    for ticket, question in ((mine, row), (report, hidden)):
        with pytest.raises(NotFound):
            answering.answer(session, ticket, question.id or 0, EAST, now=now)
    assert texts(session, mine, now) == []


def test_what_is_asked_of_the_main_ones_requester_is_not_asked_of_those_merged_into_it(
    session: Session, now: datetime
) -> None:
    main, member = dispatched(session, now), create_ticket(session, now=now)
    leads = cluster_record.find_main(session, main.number)
    found = cluster_record.find_tickets(session, [member.number])
    clusters.merge(session, leads, found, "同一盏灯", actor=AGENT, now=now)
    row = asked(session, main, now)
    assert texts(session, member, now) == []
    with pytest.raises(NotFound):
        answering.answer(session, member, row.id or 0, EAST, now=now)
