"""延期: asked for in time, decided by somebody else, told to the caller, never silently lost."""

import contextlib
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch import history, jobs
from dispatch.beside import extension_limits, extensions
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Alarm, Clock, Notice, Ticket, WorkOrder
from dispatch.notices import caller_notices
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import load_calendar
from dispatch.rules.limits import parse_limit
from dispatch.schedule import SWEEPS
from dispatch.terms import TimeClass
from dispatch.timing import clocks
from hotline.console import story
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, HotlineError, Invalid, NotAllowed
from hotline.core.events import Event
from tests.dispatch.extension_scene import (
    AGENT,
    CITY,
    LEAD,
    URBAN,
    accepted,
    ask,
    decide,
    reply_clock,
)
from tests.factories import create_ticket, system_of

ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")


def told(session: Session, ticket: Ticket) -> list[Event]:
    return [each for each in history.story(session, ticket) if each.type.startswith("extension")]


def refused(session: Session, error: type[HotlineError], order: WorkOrder, now: datetime) -> str:
    """Ask, and return what was said against it."""
    with pytest.raises(error) as caught, session.begin_nested():
        ask(session, order, now)
    return str(caught.value)


def test_a_granted_extension_counts_on_from_the_due_time_and_tells_the_caller(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now)
    calendar = load_calendar("540102")
    first = due(now, parse_limit("7wd"), calendar).due
    row = decide(session, ask(session, order, now), now + timedelta(days=1))

    clock = reply_clock(session, order)
    assert clock.due_at == due(first, parse_limit("5wd"), calendar).due
    assert clock.due_at == due(now, parse_limit("12wd"), calendar).due
    assert (row.status, row.due_before, row.due_after) == ("granted", first, clock.due_at)
    asked, granted = told(session, ticket)
    assert (asked.type, asked.audience) == ("extension.asked", "department")
    assert (granted.type, granted.audience) == ("extension.granted", "caller")
    assert datetime.fromisoformat(granted.refs["due"]) == clock.due_at
    assert granted.refs["order"] == order.number
    notice = session.exec(select(Notice).where(Notice.template == "extended")).one()
    text = caller_notices.TEXTS["extended"].format(number=ticket.number, **notice.words)
    assert ticket.number in text
    assert "2026年12月11日" in text
    assert "灯杆" not in text


def test_the_reason_is_kept_masked_and_in_no_event(session: Session, now: datetime) -> None:
    ticket, order = accepted(session, now)
    row = ask(session, order, now)
    assert "13989001234" not in row.reason
    assert not any("灯杆" in str(event.refs) for event in told(session, ticket))


def test_a_refused_extension_changes_no_due_time_and_may_be_asked_for_again(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now)
    before = reply_clock(session, order).due_at
    row = ask(session, order, now)
    with pytest.raises(Invalid), session.begin_nested():
        extensions.decide_extension(session, row, False, " ", actor=LEAD, now=now)
    decide(session, row, now, granted=False)
    assert reply_clock(session, order).due_at == before
    assert ask(session, order, now).count == 2
    types = [event.type for event in told(session, ticket)]
    assert types == ["extension.asked", "extension.refused", "extension.asked"]
    assert not session.exec(select(Notice).where(Notice.template == "extended")).all()


def test_only_who_has_signed_and_not_yet_answered_may_ask(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    assert "Accept it first" in refused(session, Conflict, order, now)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    assert "replied" in refused(session, Conflict, order, now)


def test_what_is_due_is_not_extended_and_the_refusal_names_the_due_time(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    due_at = reply_clock(session, order).due_at
    assert "2026-12-04T18:00+08:00" in refused(session, Conflict, order, due_at)
    row = ask(session, order, due_at - timedelta(seconds=1))
    with pytest.raises(Conflict, match="2026-12-04T18:00"), session.begin_nested():
        decide(session, row, due_at)
    assert decide(session, row, due_at, granted=False).status == "refused"


def test_whoever_asked_never_decides(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    row = ask(session, order, now)
    colleague = Actor("540102-urban#2", Role.SYSTEM, "540102-urban")
    for actor in (URBAN, colleague):
        with pytest.raises(NotAllowed), session.begin_nested():
            extensions.decide_extension(session, row, True, "", actor=actor, now=now)
    decide(session, row, now)
    with pytest.raises(Conflict, match="granted"), session.begin_nested():
        decide(session, row, now)


def test_the_policy_says_how_often_and_how_long(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    for days in (0, 16):
        with pytest.raises(Invalid, match="1 to 15"), session.begin_nested():
            ask(session, order, now, days)
    row = ask(session, order, now, 15)
    assert "being decided" in refused(session, Conflict, order, now)
    decide(session, row, now)
    assert "1 is the most" in refused(session, Conflict, order, now)


def test_the_next_lead_inherits_the_extension_that_its_clock_has_had(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now)
    decide(session, ask(session, order, now), now)
    due_at = reply_clock(session, order).due_at
    back = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, back, actor=URBAN, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540100-urban")], actor=AGENT, now=now)
    *_, following = orders.of_ticket(session, ticket)
    orders.accept(session, following, actor=CITY, now=now)
    assert reply_clock(session, following).due_at == due_at
    assert "1 is the most" in refused(session, Conflict, following, now)


@pytest.mark.parametrize("time_class", [TimeClass.EMERGENCY, TimeClass.UTILITY])
def test_who_is_in_danger_or_without_water_waits_for_no_extension(
    session: Session, now: datetime, time_class: TimeClass
) -> None:
    _, order = accepted(session, now, time_class=time_class)
    assert time_class in refused(session, Conflict, order, now)


def test_a_yellow_card_shown_before_is_shown_again_before_the_new_due_time(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    clock = reply_clock(session, order)
    warned = clock.warning_at
    session.add(_alarm(clock))
    session.flush()
    decide(session, ask(session, order, warned), warned)
    assert clock.generation == 2
    assert clock.next_alarm_at == clock.warning_at > warned
    assert clocks.struck(session, clock) == set()


def test_what_nobody_decides_in_time_lapses_and_says_so(session: Session, now: datetime) -> None:
    ticket, order = accepted(session, now)
    due_at = reply_clock(session, order).due_at
    row = ask(session, order, now)
    early, late = due_at - timedelta(seconds=1), due_at
    assert extension_limits.undecided_too_long(session, now=early) == []
    assert extensions.lapse(session, order, now=early) is None
    assert extension_limits.undecided_too_long(session, now=late) == [order.number]
    extensions.lapse(session, order, now=late)
    assert (row.status, row.decided_by, row.decided_at) == ("lapsed", "hotline", late)
    assert told(session, ticket)[-1].type == "extension.refused"
    assert extension_limits.undecided_too_long(session, now=late) == []
    assert extensions.lapse(session, order, now=late) is None


def test_the_job_lapses_each_in_a_transaction_of_its_own(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [ask(session, accepted(session, now)[1], now) for _ in range(2)]
    late = rows[0].due_before
    monkeypatch.setattr(jobs, "transaction", lambda: contextlib.nullcontext(session))
    monkeypatch.setattr(jobs, "now", lambda: late)
    jobs.lapse_extensions()
    assert [row.status for row in rows] == ["lapsed", "lapsed"]
    assert "dispatch.jobs.lapse_extensions" in {each.job for each in SWEEPS}


def test_the_story_is_told_in_whole_sentences(session: Session, now: datetime) -> None:
    ticket, order = accepted(session, now)
    decide(session, ask(session, order, now), now)
    told_last = [each.text for each in story.tell(session, history.story(session, ticket))][-3:]
    assert not any("…" in text for text in told_last)
    assert "申请延期 5 个工作日" in told_last[0]
    assert "：延期。" in told_last[1]
    assert "新的到期时间是" in told_last[2]


def test_an_answer_makes_the_extension_needless(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    row = ask(session, order, now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    with pytest.raises(Conflict), session.begin_nested():
        decide(session, row, now)
    assert extension_limits.undecided_too_long(session, now=now) == [order.number]
    assert extensions.lapse(session, order, now=now) is row


def test_extensions_are_listed_for_who_decides_and_for_their_own_department(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    row = ask(session, order, now)
    (found,) = extensions.register(session, status=extension_limits.ExtensionStatus.ASKED)
    assert found == (row, order)
    assert extensions.register(session, reader=system_of("540100-urban")) == []
    assert extensions.register(session, after=row.id or 0) == []


def _alarm(clock: Clock) -> Alarm:
    return Alarm(
        clock_id=clock.id or 0,
        generation=clock.generation,
        threshold="warning",
        at=clock.warning_at,
    )
