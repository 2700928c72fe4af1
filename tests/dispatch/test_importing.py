"""Another system's tickets, taken over: every word of the sheets is ours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from dispatch import history, tickets
from dispatch.beside.models_beside import DirectAnswer
from dispatch.handling import orders, replies, reviews
from dispatch.models import Alarm, Callback, Notice, Rating
from dispatch.taking_over import import_people
from dispatch.taking_over.import_mapping import ColumnMapping
from dispatch.timing import clocks
from dispatch.timing.clocks import Threshold
from hotline.core import events, privacy
from hotline.core.accounts import MACHINE
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from tests.dispatch.import_scene import (
    CLOSED,
    DISPATCHED,
    OPEN,
    REPLIED,
    REPLY,
    WORDS,
    running,
    struck,
    take_in,
    written,
)
from tests.factories import create_ticket


def test_a_ticket_keeps_its_number_and_says_where_it_came_from(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    report = take_in(session, written(tmp_path, OPEN), mapping, now)
    assert (report.added, report.unchanged) == (1, 0)
    ticket = tickets.find(session, "JX-0001")
    assert (ticket.origin, ticket.status, ticket.district) == ("旧热线系统", "registered", "540102")
    assert ticket.created_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    (event,) = history.story(session, ticket)
    assert event.type == "ticket.imported"
    assert (event.refs["origin"], event.refs["status"]) == ("旧热线系统", "registered")
    assert events.verify(session) >= 1


def test_the_callers_words_are_masked_and_the_vault_keeps_them(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, OPEN), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert "13989005678" not in ticket.text + ticket.title
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, ticket.sealed_text, "ticket") == WORDS
    known = privacy.know_person(session, PhoneNumber("+8613989005678"), now=now)
    assert known.id == person.id
    for refs in session.execute(sql("SELECT refs::text FROM event")).scalars():
        assert "井盖" not in refs
        assert "13989005678" not in refs


def test_a_caller_who_is_known_already_stays_one_person(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    known = privacy.know_person(session, PhoneNumber("+8613989005678"), now=now)
    lines = [OPEN, OPEN | {"工单编号": "JX-0002"}]
    nameless = [OPEN | {"工单编号": f"JX-000{n}", "来电号码": ""} for n in (3, 4)]
    take_in(session, written(tmp_path, *lines, *nameless), mapping, now)
    owners = [tickets.find(session, f"JX-000{n}").person_id for n in (1, 2, 3, 4)]
    assert owners[:2] == [known.id, known.id]
    assert len(set(owners)) == 3


def test_people_of_an_import_that_failed_are_forgotten_again(
    session: Session, now: datetime
) -> None:
    caller = create_ticket(session, now=now).person_id
    phones = [PhoneNumber("+8613989001234"), PhoneNumber("+8613989005678"), None]
    known = import_people.know_many(session, phones, now=now)
    assert known.people[0].id == caller
    assert set(known.added) == {each.id for each in known.people[1:]}
    import_people.forget(session, [*known.added, caller])
    left = session.exec(
        select(Person.id).where(col(Person.id).in_([each.id for each in known.people]))
    ).all()
    assert left == [caller]


def test_a_dispatched_ticket_has_its_order_and_the_clocks_it_would_have_had_here(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    (order,) = orders.of_ticket(session, ticket)
    assert (order.number, order.department) == ("JX-0001-1", "540102-urban")
    assert (order.role, order.status, ticket.status) == ("lead", "dispatched", "dispatched")
    found = running(session, ticket)
    assert sorted(found) == ["accept_by", "contact_by", "reply_by", "return_by"]
    reply = found["reply_by"]
    assert reply.subject == "order:JX-0001-1"
    assert reply.started_at == datetime(2026, 11, 24, 1, 20, tzinfo=UTC)
    assert (reply.limit, reply.due_at) == ("7wd", datetime(2026, 12, 3, 10, tzinfo=UTC))


def test_an_accepted_ticket_waits_for_no_signature(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED | {"状态": "办理中"}), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert orders.of_ticket(session, ticket)[0].status == "accepted"
    assert sorted(running(session, ticket)) == ["contact_by", "reply_by", "return_by"]


def test_a_reply_that_awaits_review_can_be_judged_here(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    path = written(tmp_path, REPLIED, REPLIED | {"工单编号": "JX-0002"})
    take_in(session, path, mapping, now)
    first, second = (tickets.find(session, f"JX-000{n}") for n in (1, 2))
    assert not running(session, first)
    reviews.complete(session, orders.of_ticket(session, first)[0], actor=MACHINE, now=now)
    assert first.status == "awaiting_callback"
    assert [each.public_reply for each in replies.told(session, first)] == [REPLY]
    order = orders.of_ticket(session, second)[0]
    reviews.reject(session, order, note="没有照片。", actor=MACHINE, now=now)
    assert sorted(running(session, second)) == ["reply_by"]


def test_who_awaits_a_callback_is_rung(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, REPLIED | {"状态": "待回访"}), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    callback = session.exec(select(Callback).where(Callback.ticket_id == ticket.id)).one()
    assert (callback.status, callback.mode, callback.round) == ("planned", "machine", 1)
    assert callback.planned_for >= now
    assert sorted(running(session, ticket)) == ["callback_by"]
    assert orders.of_ticket(session, ticket)[0].status == "completed"


def test_what_is_closed_stays_closed_and_nobody_is_told(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    told = session.exec(select(func.count()).select_from(Notice)).one()
    take_in(session, written(tmp_path, CLOSED), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert (ticket.status, ticket.closing) == ("closed", "resolved")
    assert ticket.closed_at == datetime(2026, 11, 25, 3, tzinfo=UTC)
    rating = session.exec(select(Rating).where(Rating.ticket_id == ticket.id)).one()
    assert (rating.satisfaction, rating.via, rating.at) == (5, "imported", ticket.closed_at)
    assert not clocks.of_ticket(session, ticket)
    assert not session.exec(select(Callback).where(Callback.ticket_id == ticket.id)).all()
    assert session.exec(select(func.count()).select_from(Notice)).one() == told


def test_what_was_answered_on_the_line_needs_no_department(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    told = CLOSED | {"承办单位": "", "派单时间": "", "答复时间": ""}
    take_in(session, written(tmp_path, told), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert not orders.of_ticket(session, ticket)
    answer = session.exec(select(DirectAnswer).where(DirectAnswer.ticket_id == ticket.id)).one()
    assert (answer.text, answer.at) == (REPLY, ticket.closed_at)


def test_a_late_ticket_strikes_once_whatever_it_missed(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    long_ago = {"受理时间": "2026-10-12 09:00", "派单时间": "2026-10-12 09:20"}
    path = written(tmp_path, DISPATCHED | long_ago, OPEN | {"工单编号": "JX-0002"} | long_ago)
    take_in(session, path, mapping, now)
    assert sorted(struck(session, now)) == [
        ("dispatch_by", Threshold.ESCALATED),
        ("reply_by", Threshold.ESCALATED),
    ]
    assert struck(session, now + timedelta(days=30)) == []


def test_what_is_not_due_yet_strikes_when_it_is(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED | {"状态": "办理中"}), mapping, now)
    assert struck(session, now) == []
    assert ("reply_by", Threshold.WARNING) in struck(session, now + timedelta(days=8))
    silent = session.exec(select(Alarm.threshold).where(Alarm.at == now)).all()
    assert silent  # the contact it missed counts as struck


def test_a_due_time_of_theirs_that_differs_is_reported_and_ours_stands(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    lines = [
        DISPATCHED | {"截止时间": "2026-12-01 18:00"},
        DISPATCHED | {"工单编号": "JX-0002", "截止时间": "2026-12-03 18:00"},
        DISPATCHED | {"工单编号": "JX-0003", "截止时间": "2026-12-03"},
    ]
    report = take_in(session, written(tmp_path, *lines), mapping, now)
    assert report.differing.lines == [
        "old.csv, row 2: due 2026-12-03 18:00 by our limits, 2026-12-01 18:00 by theirs"
    ]
    reply = running(session, tickets.find(session, "JX-0001"))["reply_by"]
    assert reply.due_at == datetime(2026, 12, 3, 10, tzinfo=UTC)


def test_the_same_file_again_changes_nothing(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    path = written(tmp_path, OPEN, CLOSED | {"工单编号": "JX-0002"})
    take_in(session, path, mapping, now)
    session.flush()
    before = session.execute(sql("SELECT count(*), max(id) FROM event")).one()
    report = take_in(session, path, mapping, now + timedelta(days=1))
    assert (report.added, report.unchanged) == (0, 2)
    assert session.execute(sql("SELECT count(*), max(id) FROM event")).one() == before
