"""办理进展: plain and true, and nothing in it that is not the requester's to know."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.beside import suspensions
from dispatch.clustering import cluster_record, clusters
from dispatch.ending import answers, declines, handovers
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.requesters import progress
from dispatch.requesters.progress import Progress
from dispatch.timing import clocks
from hotline.core.clock import beijing_day
from tests.dispatch.deciding_scene import AGENT, FIRE, TOLD, awaiting, dispatched
from tests.dispatch.requester_scene import make_report
from tests.factories import create_ticket

NAME = "城关区城市管理和综合执法局"


def seen(session: Session, ticket: Ticket, now: datetime, *, by_link: bool = True) -> Progress:
    session.flush()
    return progress.shown(session, ticket, by_link=by_link, now=now)


def due(session: Session, ticket: Ticket, kind: str) -> datetime:
    return max(each.due_at for each in clocks.of_ticket(session, ticket) if each.kind == kind)


@pytest.mark.parametrize(
    ("arrange", "kind"),
    [
        (create_ticket, "dispatch_by"),
        (dispatched, "reply_by"),
        (awaiting, "callback_by"),
    ],
)
def test_each_stage_says_by_when_the_next_thing_is_due(
    session: Session, now: datetime, arrange: type, kind: str
) -> None:
    ticket = arrange(session, now=now)
    promise = seen(session, ticket, now).promise
    assert promise
    assert (promise.kind, promise.due_at, promise.late) == (kind, due(session, ticket, kind), False)


def test_a_promise_that_was_broken_is_called_late(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    promise = seen(session, ticket, now + timedelta(days=60)).promise
    assert promise
    assert promise.late


def test_it_names_who_has_it_the_lead_first_and_nobody_it_was_taken_from(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    names = seen(session, ticket, now).departments
    assert names[0] == NAME
    assert len(names) == 2
    assert seen(session, create_ticket(session, now=now), now).departments == ()


def test_an_answer_is_read_by_the_link_and_not_by_number_and_telephone(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    by_link, by_number = seen(session, ticket, now), seen(session, ticket, now, by_link=False)
    assert [each.text for each in by_link.replies] == ["路灯已经修好。"]
    assert by_link.may_rate
    assert (by_number.replies, by_number.matter, by_number.written) == ((), "", ())
    assert {by_number.may_add, by_number.may_withdraw, by_number.may_rate} == {False}
    assert by_number.departments == by_link.departments


def test_nothing_internal_is_in_it(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    order = [Assignment("540102-urban", note="内部说明")]
    dispatching.dispatch(session, ticket, order, actor=AGENT, now=now)
    shown = repr(seen(session, ticket, now))
    for hidden in ("内部说明", "dawa", "13989001234", ticket.text, ticket.title):
        assert hidden not in shown


def test_of_a_report_it_tells_how_far_it_is_and_nothing_of_what_or_who(
    session: Session, now: datetime
) -> None:
    ticket = make_report(session, awaiting(session, now))
    shown = seen(session, ticket, now)
    assert shown.guarded
    assert (shown.matter, shown.departments, shown.replies) == ("", (), ())
    assert shown.status == "awaiting_callback"
    assert shown.may_rate
    assert not shown.may_withdraw


def test_who_waits_is_told_why_and_until_when(session: Session, now: datetime) -> None:
    ticket, day = dispatched(session, now), beijing_day(now) + timedelta(days=30)
    suspensions.suspend(session, ticket, "540102-urban", day, "要等冻土化开", actor=AGENT, now=now)
    wait = seen(session, ticket, now).wait
    assert wait
    assert (wait.reason, wait.review_on) == ("要等冻土化开", day)


def test_how_it_ended_is_told_whichever_way(session: Session, now: datetime) -> None:
    told, declined, handed = (create_ticket(session, now=now) for _ in range(3))
    answers.answer(session, told, TOLD, actor=AGENT, now=now)
    declines.decline(session, declined, "legal_proceedings", actor=AGENT, now=now)
    handovers.hand_over(session, handed, FIRE, actor=AGENT, now=now)
    assert [each.text for each in seen(session, told, now).replies] == [TOLD.text]
    assert seen(session, declined, now).declined
    assert seen(session, handed, now).receiver


def test_who_was_merged_sees_who_has_it_and_what_they_were_promised(
    session: Session, now: datetime
) -> None:
    main, member = dispatched(session, now), create_ticket(session, now=now)
    leads = cluster_record.find_main(session, main.number)
    found = cluster_record.find_tickets(session, [member.number])
    clusters.merge(session, leads, found, "同一盏灯", actor=AGENT, now=now)
    shown = seen(session, member, now)
    assert (shown.number, shown.status) == (member.number, "dispatched")
    assert shown.departments == seen(session, main, now).departments
    assert shown.promise
    assert main.number not in repr(shown)


def test_what_a_department_asks_of_those_below_is_not_promised_to_anybody(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    shown = seen(session, ticket, now).promise
    subjects = {orders.subject(each) for each in orders.of_ticket(session, ticket)}
    assert shown
    assert shown.due_at in {
        each.due_at for each in clocks.of_ticket(session, ticket) if each.subject in subjects
    }
