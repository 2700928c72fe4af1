"""漏接回拨: whom the hotline owes a call, and to whom that is shown: as the leader serves it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from hotline.core import events
from hotline.core.settings import Settings
from hotline.switch import announcing, recovery
from telephony import owed, queueing, seats
from telephony.commands import CallRefused
from telephony.models_queue import MissedCall, QueueEntry
from telephony.orders import Announce, HangUp
from tests.telephony.floor_scene import WORKER, Floor


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


@pytest.mark.parametrize(("waited_s", "why"), [(4, "short"), (5, "abandoned")])
def test_who_gives_up_is_owed_a_call_and_who_misdialled_is_told_apart(
    scene: Floor, waited_s: int, why: str
) -> None:
    seats.pause(scene.seat("one"), "用餐")
    call = scene.call()
    scene.later(waited_s)
    for _ in range(3):
        scene.end(call)
    [row] = owed.open_ones(scene.session)
    assert (row.why, row.waiting_since, row.times) == (why, call.queued_at, 1)
    assert scene.types(call).count("call.missed") == 1
    due = owed.due(scene.session, now=scene.now + timedelta(days=1))
    assert bool(due) is (why == "abandoned")


def test_who_was_offered_a_message_and_left_none_is_owed_a_call(scene: Floor) -> None:
    seat = scene.seat("one")
    seats.pause(seat, "用餐")
    call = scene.call()
    seats.log_off(seat)
    scene.later(1)
    scene.end(call, "nothing_heard")
    scene.end(call, "nothing_heard")
    [row] = owed.open_ones(scene.session)
    assert (row.why, row.times) == ("abandoned", 1)


def test_who_tries_in_vain_again_is_owed_one_call_and_keeps_the_first_place(scene: Floor) -> None:
    seats.pause(scene.seat("one"), "用餐")
    first = scene.call()
    scene.later(10)
    scene.end(first)
    second = scene.call()
    assert second.boost_s == scene.own.boost_repeat_s
    scene.later(10)
    scene.end(second)
    [row] = owed.open_ones(scene.session)
    assert (row.call_id, row.times, row.waiting_since) == (first.id, 2, first.queued_at)


def test_who_settles_one_by_hand_is_on_record_with_what_came_of_it(scene: Floor) -> None:
    seats.pause(scene.seat("one"), "用餐")
    call = scene.call()
    scene.later(10)
    scene.end(call)
    [row] = owed.open_ones(scene.session)
    owed.close(scene.session, row, "wrong_number", by="dawa", now=scene.now)
    last = events.history(scene.session, f"call:{call.id}")[-1]
    assert (last.type, last.actor) == ("call.no_longer_owed", "dawa")
    assert last.refs["outcome"] == "wrong_number"


def test_who_calls_again_and_is_heard_is_owed_none(scene: Floor) -> None:
    seat = scene.seat("one")
    seats.pause(seat, "用餐")
    first = scene.call()
    scene.later(10)
    scene.end(first)
    seats.unpause(seat)
    second = scene.call()
    scene.connect(second, seat)
    assert owed.open_ones(scene.session) == []
    row = scene.session.exec(select(MissedCall)).one()
    assert (row.outcome, row.closed_by) == (owed.CALLED_AGAIN, "one")


def test_without_a_number_nobody_is_owed_what_nobody_can_do(scene: Floor) -> None:
    seats.pause(scene.seat("one"), "用餐")
    call = scene.call("anonymous", contact="")
    scene.later(10)
    scene.end(call)
    assert owed.open_ones(scene.session) == []


@pytest.mark.parametrize(("reason", "rows"), [("busy", 1), ("redirected", 0), ("bad_request", 0)])
def test_who_was_refused_for_want_of_room_is_owed_a_call(
    scene: Floor, reason: str, rows: int
) -> None:
    call_id = "0b8f8ed4-9ad5-4e07-a7bb-9a3f0a4b7f11"
    refused = CallRefused(call_id, WORKER, "13900000009", "12345", "x", reason, scene.at)
    for _ in range(3):
        scene.report(refused)
    found = owed.open_ones(scene.session)
    assert [(row.why, row.times) for row in found] == [("refused", 1)] * rows


def test_a_dead_workers_callers_are_owed_a_call_and_its_agents_are_free_in_the_same_breath(
    session: Session, scene: Floor, tmp_path: Path
) -> None:
    agents = [scene.seat(f"agent{number}") for number in range(3)]
    calls = [scene.call(f"1390000001{number}") for number in range(5)]
    for call in calls[:2]:
        [seat] = [each for each in agents if each.call_id == call.id]
        scene.connect(call, seat)
    scene.later(3)
    recovery.lose_calls(session, Settings(data_dir=tmp_path), alive=set())
    assert {row.call_id for row in owed.open_ones(session)} == {call.id for call in calls}
    assert {row.why for row in owed.open_ones(session)} == {"lost"}
    assert {seat.status for seat in agents} <= {"ready", "wrap_up"}
    assert queueing.open_entries(session) == []
    new = scene.call("13900000099")  # at once, by who is ready
    assert any(seat.call_id == new.id for seat in agents)


def test_a_caller_may_be_called_back_and_keeps_the_place(
    scene: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "is_there", lambda _: True)
    monkeypatch.setattr(announcing, "seconds_of", lambda _: 5.0)
    seats.pause(scene.seat("one"), "用餐")
    call = scene.call()
    assert scene.press(call, "1") == []  # nobody has offered that yet
    offered = [each for each in scene.later(60) if isinstance(each, Announce)]
    assert offered == [Announce(str(call.id), (announcing.CALLBACK_OFFER,))]
    told = scene.press(call, "1")
    assert told == [Announce(str(call.id), (announcing.CALLBACK_PROMISED,))]
    assert scene.press(call, "1") == []
    [row] = owed.open_ones(scene.session)
    assert (row.why, row.waiting_since, row.due_at) == ("asked", call.queued_at, scene.now)
    assert scene.later(5) == []
    assert scene.later(1) == [HangUp(str(call.id))]
    scene.end(call, "hung_up")
    assert [each.why for each in owed.open_ones(scene.session)] == ["asked"]
    entry = scene.session.get_one(QueueEntry, call.id)
    assert entry.why_left == "callback"


def test_an_owed_call_is_shown_to_a_free_agent_and_to_the_next_when_they_do_not_dial(
    scene: Floor,
) -> None:
    first = scene.seat("one", idle_s=100)
    seats.pause(first, "用餐")
    call = scene.call()
    scene.later(10)
    scene.end(call)
    [row] = owed.open_ones(scene.session)
    seats.unpause(first)
    scene.later(scene.own.owed_after_s - 1)
    assert owed.shown(scene.session) == {}
    scene.later(1)
    assert owed.shown(scene.session) == {first.account_id: row}
    live = scene.call("13900000002")  # the one seat is reserved for a moment
    assert (first.status, live.queued_at) == ("ready", scene.now)
    scene.later(scene.own.preview_s)
    assert owed.shown(scene.session) == {}
    assert first.call_id == live.id
    scene.later(scene.own.owed_again_s - 1)
    assert owed.shown(scene.session) == {}
