"""函件时限: on working calendars, struck by the one sweep, once each, and told to those above."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch import feed
from dispatch.letters import answering, interviews, issuing, jobs, measures, notices, reading
from dispatch.letters.answering import Answer
from dispatch.letters.interviews import Agreed
from dispatch.letters.models_letters import Letter
from dispatch.letters.reading import Wanted
from dispatch.models import Alarm, Clock
from dispatch.notices import staff_inbox
from dispatch.notices.models_notices import StaffNotice
from dispatch.rules import policy_rows
from dispatch.timing import sweep, wording
from dispatch.timing.clocks import Threshold
from hotline.core import events
from hotline.core.clock import beijing
from hotline.core.db import transaction
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Cursor
from tests.dispatch.at_once import at_once
from tests.dispatch.holiday_scene import off, take_in
from tests.dispatch.letters.letter_scene import (
    HOME,
    OURS,
    RECTIFICATION,
    THEIRS,
    URBAN,
    WRITER,
    interview,
    issued,
    running,
    to,
)
from tests.dispatch.sweep_scene import LONG, sweep_all

DONE = Answer("更换灯具", "十盏路灯已亮")


def due(session: Session, letter: Letter) -> dict[str, str]:
    """Return when each running clock is due, as Beijing's clocks say it."""
    return {
        kind: f"{beijing(each.due_at):%m-%d %H:%M}"
        for kind, each in running(session, letter).items()
    }


def test_a_letter_is_acknowledged_and_answered_in_working_days(
    session: Session, now: datetime
) -> None:
    letter = issued(session, RECTIFICATION, now)  # a Wednesday
    kinds = due(session, letter)
    assert set(kinds) == {"letter_acknowledge_by", "letter_answer_by"}
    assert kinds["letter_acknowledge_by"].startswith("11-26")
    assert kinds["letter_answer_by"].startswith("12-02")
    told = wording.explain(running(session, letter)["letter_answer_by"])
    assert told[0].startswith("整改答复时限5个工作日，从2026年11月25日12:00起算")
    assert "11月28日至29日 周末，不计。" in told


def test_a_named_day_goes_before_the_limit(session: Session, now: datetime) -> None:
    letter = issued(session, replace(RECTIFICATION, answer_on=date(2026, 12, 20)), now)
    assert due(session, letter)["letter_answer_by"] == "12-20 18:00"
    for wrong in (date(2026, 11, 25), date(2029, 12, 20)):
        with pytest.raises(Invalid):
            issued(session, replace(RECTIFICATION, answer_on=wrong), now)


def test_what_is_late_strikes_once_and_goes_up_to_leader_and_supervision(
    session: Session, now: datetime
) -> None:
    letter = issued(session, RECTIFICATION, now)
    clocks = {each.id: kind for kind, each in running(session, letter).items()}
    struck = sweep_all(session, now + LONG)
    assert sweep_all(session, now + 2 * LONG) == []
    assert sorted((clocks[each.clock.id], each.threshold) for each in struck) == sorted(
        (kind, threshold) for kind in clocks.values() for threshold in Threshold
    )
    asked = select(StaffNotice).where(StaffNotice.clock == "letter_answer_by")
    told = session.exec(asked.order_by(col(StaffNotice.id))).all()
    assert [(each.says, each.recipient, each.card) for each in told] == [
        ("warning", f"department:{URBAN}", "yellow"),
        ("due", f"department:{URBAN}", "red"),
        ("overdue", f"leader:{URBAN}", "red"),
        ("escalated", f"supervision:{HOME}", "red"),
    ]
    assert set(notices.letters(session, told).values()) == {letter.number}
    assert {(each.ticket, each.order) for each in told} == {("", "")}
    seen = [each.id for each, _ in staff_inbox.listed(session, OURS)]
    assert {each.id for each in told[:3]} < set(seen)
    late = [each for each in events.history(session, f"letter:{letter.id}") if "clock" in each.refs]
    assert {each.refs["letter"] for each in late} == {letter.number}
    assert {each.refs["department"] for each in late} == {URBAN}
    assert [each.type for each in late if each.refs["clock"] == "letter_answer_by"] == [
        "clock.warning",
        "clock.due",
        "clock.overdue",
        "clock.escalated",
    ]
    assert reading.listed(session, Wanted(late=True), reader=OURS, now=now + LONG) == [letter]
    assert reading.listed(session, Wanted(late=True), reader=OURS, now=now) == []


def test_what_was_done_in_time_strikes_no_more(session: Session, now: datetime) -> None:
    letter = issued(session, RECTIFICATION, now)
    answering.acknowledge(session, letter, actor=OURS, now=now)
    answering.answer(session, letter, DONE, actor=OURS, now=now)
    assert running(session, letter) == {}
    assert sweep_all(session, now + LONG) == []


def test_an_answer_that_is_sent_back_is_due_when_it_was_or_on_another_day(
    session: Session, now: datetime
) -> None:
    letter = issued(session, RECTIFICATION, now)
    answering.acknowledge(session, letter, actor=OURS, now=now)
    before = running(session, letter)["letter_answer_by"].due_at
    answering.answer(session, letter, DONE, actor=OURS, now=now)
    answering.send_back(session, letter, "不够具体", actor=WRITER, now=now)
    assert running(session, letter)["letter_answer_by"].due_at == before
    answering.answer(session, letter, DONE, actor=OURS, now=now)
    day = date(2026, 12, 30)
    answering.send_back(session, letter, "仍不够具体", day, actor=WRITER, now=now)
    assert running(session, letter)["letter_answer_by"].due_at > before + timedelta(days=25)


def test_a_withdrawn_letter_asks_nothing_more(session: Session, now: datetime) -> None:
    letter = issued(session, interview(now), now)
    later = now + timedelta(days=3)
    agreed = [Agreed("全面排查", date(2026, 12, 10))]
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=later)
    issuing.withdraw(session, letter, "改为书面整改", actor=WRITER, now=later)
    assert sweep_all(session, now + LONG) == []


def test_a_measure_has_a_clock_of_its_own_until_it_is_reported(
    session: Session, now: datetime
) -> None:
    letter = issued(session, interview(now), now)
    later = now + timedelta(days=3)
    agreed = [Agreed("全面排查", date(2026, 12, 10)), Agreed("巡查", date(2026, 12, 12))]
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=later)
    interviews.confirm(session, letter, actor=OURS, now=later)
    one, other = reading.measures(session, letter)
    measures.report(session, letter, one.id or 0, "台账", actor=OURS, now=later)
    session.flush()
    (runs,) = reading.clocks_of(session, letter, reader=OURS)
    assert (runs.kind, runs.subject.rpartition(":")[2]) == ("measure_by", str(other.id))
    assert reading.first_due(session, [letter], reader=WRITER) == {letter.id: runs}
    struck = sweep_all(session, now + LONG)
    assert [(each.clock.kind, each.threshold) for each in struck] == [
        ("measure_by", threshold) for threshold in Threshold
    ]
    assert {each.clock.subject.rpartition(":")[2] for each in struck} == {str(other.id)}


def test_a_holiday_that_is_announced_moves_what_runs(session: Session, now: datetime) -> None:
    letter = issued(session, RECTIFICATION, now)
    before = running(session, letter)["letter_answer_by"].due_at
    take_in(session, off("2026-11-27", "2026-11-30"), now)
    assert jobs.reckon_batch(session, now=now) == 2
    assert jobs.reckon_batch(session, now=now) == 0
    assert running(session, letter)["letter_answer_by"].due_at == before + timedelta(days=2)
    (told,) = [
        each
        for each in events.history(session, f"letter:{letter.id}")
        if each.type == "clock.reckoned"
    ]
    assert (told.refs["why"], told.refs["clock"]) == ("测试放假通知", "letter_answer_by")


def test_without_a_limit_nothing_goes_out(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = policy_rows.current(session)
    without = tuple(each for each in rows if each.kind != "letter_answer_by")
    monkeypatch.setattr(policy_rows, "current", lambda _session: without)
    with pytest.raises(Conflict, match="letter_answer_by"):
        issued(session, RECTIFICATION, now)
    named = replace(RECTIFICATION, answer_on=date(2026, 12, 20))
    assert issued(session, named, now).status == "issued"


def test_two_sweeps_and_a_writer_at_once_strike_each_threshold_once(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        ids = [issued(session, RECTIFICATION, now).id or 0 for _ in range(3)]
    later = now + LONG

    def sweeping(session: Session) -> object:
        return sweep.strike_batch(session, now=later)

    def receiving(session: Session) -> object:
        letter = reading.find(session, ids[0], reader=OURS, lock=True)
        return answering.acknowledge(session, letter, actor=OURS, now=later)

    assert set(at_once(emptied, [sweeping, receiving, sweeping, sweeping])) == {"done"}
    with transaction(emptied) as session:
        sweep_all(session, later)
    with transaction(emptied) as session:
        running_ones = session.exec(select(Clock.id).where(col(Clock.stopped_at).is_(None))).all()
        alarms = session.exec(
            select(Alarm.clock_id, Alarm.threshold).where(col(Alarm.clock_id).in_(running_ones))
        ).all()
        assert len(alarms) == len(set(alarms)) == len(running_ones) * len(Threshold)


def test_the_feed_tells_a_department_of_its_letters_alone(emptied: Engine, now: datetime) -> None:
    with transaction(emptied) as session:
        letter = issued(session, to(RECTIFICATION, URBAN), now)
        number = letter.number
    with transaction(emptied) as session:
        sweep_all(session, now + LONG)
    with transaction(emptied) as session:
        told = feed.read(session, Cursor(), reader=OURS).events
        assert told[0].type == "letter.issued"
        assert len(told) == 1 + 2 * len(Threshold)
        assert {each.refs["letter"] for each in told} == {number}
        assert feed.read(session, Cursor(), reader=THEIRS).events == []


def test_a_number_s_year_is_beijing_s(session: Session) -> None:
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert issued(session, RECTIFICATION, new_year).number == "12345督〔2027〕1号"
