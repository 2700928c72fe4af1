"""直接答复, 不予受理, 移交, 撤回, 重办, 归档: what an agent decides, and all that follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.beside.models_beside import HandOver
from dispatch.callback import callback_record, callbacks
from dispatch.callback.callbacks import Answers, AttemptOutcome
from dispatch.ending import answers, archives, declines, endings, handovers, receivers, withdrawals
from dispatch.ending.answers import Told
from dispatch.ending.endings import Closing, RedoReason
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.models import Callback, Notice, Rating, Ticket
from dispatch.notices.caller_notices import TEXTS
from dispatch.rules.sheet import BadSheet
from dispatch.terms import TimeClass, Urgency
from dispatch.timing import clocks
from hotline.console.words import table
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
TOLD = Told("新生儿参保请到社保大厅办理，也可以在手机上办理。", "知识库：新生儿参保")
FIRE = Transfer("fire", "楼道着火", line_kept=True)
YEAR = timedelta(days=365)


def dispatched(session: Session, now: datetime, **changes: Any) -> Ticket:
    ticket = create_ticket(session, now=now, **changes)
    both = [Assignment("540102-urban"), Assignment("540100-urban")]
    return dispatching.dispatch(session, ticket, both, actor=AGENT, now=now)


def awaiting(session: Session, now: datetime) -> Ticket:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return ticket


def running(session: Session, ticket: Ticket) -> list[str]:
    return [each.kind for each in clocks.of_ticket(session, ticket) if not each.stopped_at]


def types(session: Session, ticket: Ticket) -> list[str]:
    return [event.type for event in history.story(session, ticket)]


def owed(session: Session, ticket: Ticket) -> dict[str, str]:
    """Return the texts that the requester is owed, by template."""
    rows = session.exec(select(Notice).where(Notice.ticket_id == ticket.id)).all()
    return {row.template: TEXTS[row.template].format(number="N", **row.words) for row in rows}


def test_an_answer_on_the_line_closes_masked_and_plans_no_callback(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    said = Told("已记下您的电话13989001234，请到社保大厅办理。", closing=Closing.RESOLVED)
    answers.answer(session, ticket, said, actor=AGENT, now=now)
    assert (ticket.status, ticket.closing, ticket.closed_at) == ("closed", "resolved", now)
    (kept,) = answers.of_ticket(session, ticket)
    assert "13989001234" not in kept.text
    assert "社保大厅" in kept.text
    assert running(session, ticket) == []
    assert callback_record.of_ticket(session, ticket) == []
    assert types(session, ticket) == ["ticket.registered", "ticket.answered"]
    assert set(owed(session, ticket)) == {"registered", "closed"}


@pytest.mark.parametrize(
    "told", [Told("好的"), Told(TOLD.text, closing=Closing.UNREACHABLE), Told("  ")]
)
def test_an_answer_that_says_nothing_or_ends_otherwise_is_refused(
    session: Session, now: datetime, told: Told
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(Invalid):
        answers.answer(session, ticket, told, actor=AGENT, now=now)
    assert (ticket.status, types(session, ticket)) == ("registered", ["ticket.registered"])


def test_who_is_declined_is_told_the_lawful_route_and_it_is_counted(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    reason, note = "legal_proceedings", "案号电话13989001234"
    declines.decline(session, ticket, reason, note=note, actor=AGENT, now=now)
    assert (ticket.status, running(session, ticket)) == ("declined", [])
    (row,) = declines.of_ticket(session, ticket)
    assert (row.reason, row.by) == (reason, "dawa")
    assert "13989001234" not in row.note
    assert row.route == declines.grounds()[reason].route
    assert row.route in owed(session, ticket)["declined"]
    assert types(session, ticket)[-1] == "ticket.declined"
    counted = declines.count(session, since=now, until=now + timedelta(seconds=1))
    assert (counted[reason], counted["unclear"]) == (1, 0)
    assert declines.count(session, since=now - YEAR, until=now)[reason] == 0


@pytest.mark.parametrize(
    "danger", [{"urgency": Urgency.CRITICAL}, {"time_class": TimeClass.EMERGENCY}]
)
def test_danger_is_handed_over_never_declined(
    session: Session, now: datetime, danger: dict[str, Any]
) -> None:
    ticket = create_ticket(session, now=now, **danger)
    with pytest.raises(Conflict, match="110, 119 or 120"):
        declines.decline(session, ticket, "danger", actor=AGENT, now=now)
    assert ticket.status == "registered"


def test_other_needs_a_note_and_an_unknown_reason_is_none(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    for reason in ("other", "no_such"):
        with pytest.raises(Invalid):
            declines.decline(session, ticket, reason, actor=AGENT, now=now)


def test_every_reason_and_receiver_has_its_words_and_its_source() -> None:
    assert len(declines.grounds()) == 11
    assert all(each.script and each.route and each.source for each in declines.grounds().values())
    assert table("zh")["receiver"].keys() == receivers.receivers().keys()
    assert declines.title_of("gone") == "gone"
    assert {each.value for each in RedoReason} == table("zh")["redo"].keys()
    assert {each.value for each in Wish} == table("zh")["wish"].keys()


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (declines.read_grounds, "code,title,script,route,source\nprivate,隐私,请您,,某通知\n"),
        (receivers.read_receivers, "code,title,number,needs_region,source\nsea,海警,,oui,某通知\n"),
    ],
)
def test_a_bad_line_is_named_and_refuses_the_file(
    tmp_path: Path, read: Callable[[Path], object], line: str
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(line, encoding="utf-8")
    with pytest.raises(BadSheet, match="line 2"):
        read(sheet)


def test_a_hand_over_recalls_every_order_and_only_its_own_clock_runs(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    row = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    assert (ticket.status, ticket.closed_at) == ("handed_over", None)
    assert [each.status for each in orders.of_ticket(session, ticket)] == ["recalled", "recalled"]
    assert running(session, ticket) == ["acknowledge_by"]
    told = types(session, ticket)[-3:]
    assert told == ["order.recalled", "order.recalled", "ticket.handed_over"]
    with pytest.raises(Conflict, match="acknowledged first"):
        archives.archive(session, ticket, after=YEAR, actor=AGENT, now=now + 2 * YEAR)
    later = now + timedelta(minutes=3)
    handovers.acknowledge(session, row, "JJ-2026-0031", actor=AGENT, now=later)
    assert (ticket.closing, ticket.closed_at) == ("handed_over", later)
    assert running(session, ticket) == []
    assert {"消防119", "JJ-2026-0031"} <= set(
        session.exec(select(Notice).where(Notice.template == "acknowledged")).one().words.values()
    )
    assert "JJ-2026-0031" in owed(session, ticket)["acknowledged"]
    assert "N" in owed(session, ticket)["acknowledged"]
    with pytest.raises(Conflict, match="waits for nobody"):
        handovers.acknowledge(session, row, "JJ-2026-0032", actor=AGENT, now=later)


def test_another_regions_hotline_is_named_by_its_district(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    for wrong in (
        Transfer("hotline", "事发地在成都"),
        Transfer("hotline", "就在拉萨", region="540102"),
        Transfer("police", "打架", region="510100"),
        Transfer("hotline", " ", region="510100"),
        Transfer("sea", "海上"),
    ):
        with pytest.raises(Invalid):
            handovers.hand_over(session, ticket, wrong, actor=AGENT, now=now)
    chengdu = Transfer("hotline", "事发地在成都", region="510100")
    handovers.hand_over(session, ticket, chengdu, actor=AGENT, now=now)
    (row,) = handovers.of_ticket(session, ticket)
    assert (row.receiver, row.region, row.line_kept) == ("hotline", "510100", False)
    refs = history.story(session, ticket)[-1].refs
    assert refs["region"] == "510100"


def test_a_hand_over_that_nobody_took_comes_back_and_can_go_elsewhere(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(NotFound):
        handovers.latest(session, ticket)
    first = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    endings.reopen(session, ticket, reason=RedoReason.NOT_TAKEN, actor=AGENT, now=now)
    assert (ticket.status, running(session, ticket)) == ("registered", ["dispatch_by"])
    with pytest.raises(Conflict):
        handovers.acknowledge(session, first, "1", actor=AGENT, now=now)
    police = Transfer("police", "有人斗殴")
    second = handovers.hand_over(session, ticket, police, actor=AGENT, now=now)
    assert handovers.latest(session, ticket) == second
    handovers.acknowledge(session, second, "2", actor=AGENT, now=now)
    acknowledged = session.exec(select(HandOver.their_number).order_by("id")).all()
    assert acknowledged == ["", "2"]


@pytest.mark.parametrize("arrange", [create_ticket, dispatched, awaiting])
def test_whoever_withdraws_is_asked_nothing_more(
    session: Session, now: datetime, arrange: Callable[..., Ticket]
) -> None:
    ticket = arrange(session, now=now)
    withdrawals.withdraw(session, ticket, Wish.SETTLED_OTHERWISE, actor=AGENT, now=now)
    assert (ticket.status, ticket.closing) == ("withdrawn", "withdrawn")
    assert running(session, ticket) == []
    assert {each.status for each in orders.of_ticket(session, ticket)} <= {"recalled", "completed"}
    assert {each.status for each in callback_record.of_ticket(session, ticket)} <= {"cancelled"}
    assert types(session, ticket)[-1] == "ticket.withdrawn"
    assert "withdrawn" in owed(session, ticket)
    assert callbacks.claim_due(session, now=now + timedelta(days=9), limit=9) == []
    with pytest.raises(Conflict):
        endings.reopen(session, ticket, actor=AGENT, now=now)


def test_a_callback_under_way_ends_without_effect_once_withdrawn(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    moment = session.exec(select(Callback.planned_for)).one()
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    withdrawals.withdraw(session, ticket, Wish.NOT_WANTED, actor=AGENT, now=moment)
    heard = Answers(AttemptOutcome.COMPLETED, solved=False, rating=1)
    callbacks.record_result(session, errand.callback_id, errand.attempt, heard, now=moment)
    assert (ticket.status, ticket.redone) == ("withdrawn", 0)
    assert session.exec(select(Rating)).all() == []
    (callback,) = callback_record.of_ticket(session, ticket)
    (attempt,) = callback_record.attempts_of(session, callback)
    assert (callback.status, attempt.outcome) == ("cancelled", "completed")
    assert callbacks.lost_attempts(session, known=[], now=moment) == []


def test_a_closed_ticket_is_done_again_by_an_agent_and_asked_about_anew(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    for place in (1, 2):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
        words = "又坏了，我的电话13989001234"
        called = RedoReason.CALLED_AGAIN
        endings.reopen(session, ticket, reason=called, note=words, actor=AGENT, now=now)
        assert (ticket.status, ticket.redone, ticket.closing) == ("registered", place, "")
        assert ticket.closed_at is None
        # From the second time on it is supervised as well.
        assert running(session, ticket) == ["dispatch_by", "feedback_by"][:place]
        told = [each for each in history.story(session, ticket) if each.type == "ticket.reopened"]
        event = told[-1]
        assert (event.refs["round"], event.refs["redo"]) == (place, "called_again")
        assert event.audience == "caller"
    rows = endings.redone(session, ticket)
    assert [(row.round, row.reason) for row in rows] == [(1, "called_again"), (2, "called_again")]
    assert all("13989001234" not in row.note and "又坏了" in row.note for row in rows)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    assert [each.round for each in orders.of_ticket(session, ticket)] == [2]


def test_while_the_callback_is_due_an_agent_sends_it_back_to_who_answered(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    reason = RedoReason.CALLED_AGAIN
    endings.reopen(session, ticket, reason=reason, actor=AGENT, now=now)
    first, again = orders.of_ticket(session, ticket)
    assert (ticket.status, again.department) == ("dispatched", first.department)
    assert set(running(session, ticket)) == {"accept_by", "contact_by", "return_by", "rectify_by"}
    (callback,) = callback_record.of_ticket(session, ticket)
    assert callback.status == "cancelled"


def test_a_declined_ticket_is_reviewed_by_reopening(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    declines.decline(session, ticket, "unclear", actor=AGENT, now=now)
    reason = RedoReason.SHOULD_ACCEPT
    endings.reopen(session, ticket, reason=reason, actor=AGENT, now=now)
    assert (ticket.status, ticket.closed_at) == ("registered", None)
    declines.decline(session, ticket, "petition", actor=AGENT, now=now)
    assert [row.reason for row in declines.of_ticket(session, ticket)] == ["unclear", "petition"]


def test_what_ended_long_ago_is_archived_in_batches_and_stays_as_it_is(
    session: Session, now: datetime
) -> None:
    ended = [create_ticket(session, now=now) for _ in range(3)]
    for each in ended:
        answers.answer(session, each, TOLD, actor=AGENT, now=now)
    still_open = create_ticket(session, now=now)
    handed = create_ticket(session, now=now)
    handovers.hand_over(session, handed, FIRE, actor=AGENT, now=now)
    early = now + YEAR - timedelta(seconds=1)
    assert archives.archive_due(session, after=YEAR, now=early) == []
    with pytest.raises(Conflict, match="may still be reopened"):
        archives.archive(session, ended[0], after=YEAR, actor=AGENT, now=early)
    late, batches = now + YEAR, []
    while batch := archives.archive_due(session, after=YEAR, now=late, limit=2):
        batches.append(len(batch))
        session.flush()
    assert batches == [2, 1]
    assert {(each.status, each.archived_at) for each in ended} == {("closed", late)}
    assert still_open.archived_at is handed.archived_at is None
    assert types(session, ended[0])[-1] == "ticket.archived"
    with pytest.raises(Conflict, match="Register a new ticket"):
        endings.reopen(session, ended[0], actor=AGENT, now=late)
    with pytest.raises(Conflict, match="is archived"):
        archives.archive(session, ended[0], after=YEAR, actor=AGENT, now=late)
